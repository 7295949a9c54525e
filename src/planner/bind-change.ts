/** UPDATE and DELETE of one table: a query for the rows to change. */
import { GatewayError, notSupported } from '../base/errors.ts';
import type { TableDef } from '../catalog/schema.ts';
import type { Expr, FromItem, Limit, OrderItem, Query, TableFrom } from '../sql/ast.ts';
import type { Delete, Update } from '../sql/statement.ts';
import { bigint } from '../types/sql-type.ts';
import { asCondition } from './bind-arguments.ts';
import { bindAssignments } from './bind-assignments.ts';
import type { ExprEnv } from './bind-env.ts';
import { bindLimit, withBlock } from './bind-query.ts';
import { type BlockEnv, blockEnv } from './bind-select.ts';
import { bindTable } from './bind-table.ts';
import { defaultOf, writeTarget } from './bind-target.ts';
import {
  type BoundColumn,
  type BoundCte,
  type BoundExpr,
  type BoundQuery,
  rowVersionColumn,
} from './bound.ts';
import { isNullable } from './expr-tools.ts';
import type { DeletePlan, QueryPlan, UpdatePlan } from './plan.ts';
import { columnRef, emptyFrom, rowVersionName, type ScopeRelation } from './scope.ts';

type Planner = (query: BoundQuery) => QueryPlan;

function singleTable(from: FromItem, verb: 'UPDATE' | 'DELETE'): TableFrom {
  if (from.kind !== 'table') throw notSupported(`${verb} of several tables`);
  if (from.asOf !== null || from.changes !== null || from.eventTime !== null) {
    throw new GatewayError(
      'NON_UPDATABLE_TABLE',
      `The target table ${from.name.name} of the ${verb} is not updatable`,
    );
  }
  return from;
}

interface Source {
  readonly table: TableDef;
  readonly relation: ScopeRelation;
  readonly from: TableFrom;
  readonly env: ExprEnv;
  readonly ctes: readonly BoundCte[];
  readonly block: BlockEnv;
  readonly bound: Extract<BoundQuery['body'], { kind: 'select' }>['from'];
}

function bindTarget(
  ast: { readonly with: Query['with']; readonly from: FromItem },
  verb: 'UPDATE' | 'DELETE',
  outer: BlockEnv,
): Source {
  const { ctes, block } = withBlock(ast.with, outer);
  const from = singleTable(ast.from, verb);
  if (from.partitions !== null) throw notSupported('PARTITION');
  const table = writeTarget(from.name, verb, block);
  // The target is the table, also when a CTE has its name.
  const { from: bound, scope } = bindTable(
    { ...from, name: { ...from.name, database: table.database } },
    blockEnv(block, emptyFrom, 'field list'),
  );
  return {
    table,
    relation: scope.relations[0]!,
    from,
    env: blockEnv(block, scope, 'where clause'),
    ctes,
    block,
    bound,
  };
}

function bindOrders(orders: readonly OrderItem[], env: ExprEnv): BoundQuery['orderBy'] {
  const orderEnv: ExprEnv = { ...env, clause: 'order clause' };
  return orders.map(({ expr, descending }) => ({ expr: orderEnv.bind(expr, orderEnv), descending }));
}

function rowItems({ relation }: Source): BoundExpr[] {
  return [
    ...relation.columns.map((_column, index) => columnRef(relation, index)),
    columnRef(relation, rowVersionColumn),
  ];
}

function sourceQuery(
  source: Source,
  parts: {
    readonly where: Expr | null;
    readonly orderBy: readonly OrderItem[];
    readonly limit: Limit | null;
  },
  values: readonly BoundExpr[],
): BoundQuery {
  const { env, relation } = source;
  const rowColumns: BoundColumn[] = [
    ...relation.columns,
    { name: rowVersionName, type: bigint(), nullable: false },
    ...values.map((value, index) => ({
      name: `value_${index}`,
      type: value.type,
      nullable: isNullable(value),
    })),
  ];
  if (parts.limit?.offset) throw new GatewayError('SYNTAX_ERROR', 'LIMIT of a change takes no offset');
  return {
    ctes: source.ctes,
    body: {
      kind: 'select',
      distinct: false,
      from: source.bound,
      where: parts.where === null ? null : asCondition(env.bind(parts.where, env)),
      groupBy: [],
      rollup: false,
      having: null,
      items: [...rowItems(source), ...values],
    },
    columns: rowColumns,
    orderBy: bindOrders(parts.orderBy, env),
    limit: bindLimit(parts.limit, source.block),
    offset: null,
  };
}

/** UPDATE; `plan` rewrites and routes the query for its rows. */
export function bindUpdate(ast: Update, outer: BlockEnv, plan: Planner): UpdatePlan {
  if (ast.ignore) throw notSupported('UPDATE IGNORE');
  const source = bindTarget(ast, 'UPDATE', outer);
  const { table, relation, env } = source;
  const assignments = bindAssignments(ast.assignments, table, relation.alias, relation.id, {
    ...env,
    // Not 'field list': no value becomes a column of a result, so lengths of literals are no part of the plan.
    clause: 'where clause',
  });
  const values = assignments.map(({ column, value }) =>
    value === 'default' ? defaultOf(table.columns[column]!) : value,
  );
  const query = sourceQuery(source, ast, values);
  return { kind: 'update', table, source: plan(query), assigned: assignments.map(({ column }) => column) };
}

/** DELETE; of the multi-table forms only the one that names a single table. */
export function bindDelete(ast: Delete, outer: BlockEnv, plan: Planner): DeletePlan {
  if (ast.ignore) throw notSupported('DELETE IGNORE');
  const source = bindTarget(ast, 'DELETE', outer);
  if (ast.targets !== null) {
    const [target, ...more] = ast.targets;
    if (more.length > 0) throw notSupported('DELETE of several tables');
    if (target !== undefined && target.name !== source.relation.alias) {
      throw new GatewayError('UNKNOWN_TABLE', `Unknown table '${target.name}' in MULTI DELETE`);
    }
  }
  return { kind: 'delete', table: source.table, source: plan(sourceQuery(source, ast, [])) };
}
