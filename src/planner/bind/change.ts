/** UPDATE and DELETE, of one table or over a join: a query for the rows to change. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { FromItem, OrderItem, TableName } from '../../sql/ast.ts';
import type { Delete, Update } from '../../sql/statement.ts';
import { bigint } from '../../types/sql-type.ts';
import {
  type BoundColumn,
  type BoundExpr,
  type BoundFrom,
  type BoundQuery,
  rowVersionColumn,
} from '../bound.ts';
import { canEvaluate } from '../evaluator/compile.ts';
import { castTo, conjunction, isNullable, relationsOf, some } from '../expr-tools.ts';
import { mapExprDeep } from '../map-query.ts';
import type { ChangeTarget, DeletePlan, QueryPlan, UpdatePlan, UpdateTarget } from '../plan.ts';
import { resolveIn, rowVersionName, type ScopeRelation, unknownColumn } from '../scope.ts';
import { asCondition, assignedTo } from './arguments.ts';
import { sortedBy } from './collation.ts';
import type { ExprEnv } from './env.ts';
import { bindLimit, withBlock } from './query.ts';
import { type BlockEnv, blockEnv } from './select.ts';
import { defaultOf, generatedValue } from './target.ts';
import { bindWriteFrom, type WriteFrom, type WriteRelation } from './write-from.ts';

type Planner = (query: BoundQuery) => QueryPlan;
type Change = Update | Delete;

interface Source {
  readonly write: WriteFrom;
  readonly env: ExprEnv;
  readonly query: Pick<BoundQuery, 'ctes' | 'orderBy' | 'limit'> & { readonly where: BoundExpr | null };
}

function bindOrders(orders: readonly OrderItem[], env: ExprEnv, write: WriteFrom): BoundQuery['orderBy'] {
  const orderEnv: ExprEnv = { ...env, clause: 'order clause' };
  return orders.map(({ expr, descending }) => ({
    expr: sortedBy(write.opened(orderEnv.bind(expr, orderEnv))),
    descending,
  }));
}

function wrongUsage(verb: string, clause: string): GatewayError {
  return new GatewayError('WRONG_USAGE', `Incorrect usage of ${verb} and ${clause}`);
}

const hasSeveral = (from: FromItem): boolean => from.kind !== 'table';

/** FROM, WHERE, ORDER BY and LIMIT of a change. Errors 1221, 1288 and those of names. */
function bindSource(ast: Change, verb: 'UPDATE' | 'DELETE', outer: BlockEnv): Source {
  if (hasSeveral(ast.from) || (ast.kind === 'delete' && ast.targets !== null)) {
    if (ast.orderBy.length > 0) throw wrongUsage(verb, 'ORDER BY');
    if (ast.limit !== null) throw wrongUsage(verb, 'LIMIT');
  }
  if (ast.limit?.offset) throw new GatewayError('SYNTAX_ERROR', 'LIMIT of a change takes no offset');
  const { ctes, block } = withBlock(ast.with, outer);
  const write = bindWriteFrom(ast.from, verb, block);
  const env = blockEnv(block, write.scope, 'where clause');
  const where = ast.where === null ? null : asCondition(env.bind(ast.where, env));
  const terms = [...write.conditions, ...(where === null ? [] : [write.opened(where)])];
  return {
    write,
    env,
    query: {
      ctes,
      orderBy: bindOrders(ast.orderBy, env, write),
      limit: bindLimit(ast.limit, block),
      where: conjunction(terms),
    },
  };
}

/** Whether a condition names a column that a key begins with, as sql_safe_updates wants it. */
function namesKey(where: BoundExpr | null, targets: readonly ChangeTarget[]): boolean {
  if (where === null) return false;
  return targets.every(({ relation, table }) => {
    const first = new Set([table.primaryKey[0], ...table.indexes.map(({ columns }) => columns[0])]);
    return some(
      where,
      (each) => each.kind === 'column' && each.relation === relation && first.has(each.column),
    );
  });
}

function rowItems({ table, relation, optional }: WriteRelation): BoundExpr[] {
  return [...table.columns.keys(), rowVersionColumn].map((column): BoundExpr => {
    const definition = table.columns[column];
    return {
      kind: 'column',
      relation,
      column,
      type: definition?.type ?? bigint(),
      nullable: optional || definition?.nullable === true,
    };
  });
}

function itemColumns(items: readonly BoundExpr[], relations: readonly WriteRelation[]): BoundColumn[] {
  const names = relations.flatMap(({ table }) => [
    ...table.columns.map((column) => column.name),
    rowVersionName,
  ]);
  return items.map((item, index) => ({
    name: names[index] ?? `value_${index - names.length}`,
    type: item.type,
    nullable: isNullable(item),
  }));
}

function sourceQuery(
  source: Source,
  relations: readonly WriteRelation[],
  values: readonly BoundExpr[],
): BoundQuery {
  const items = [...relations.flatMap(rowItems), ...values];
  const { where, ...rest } = source.query;
  return {
    ...rest,
    body: {
      kind: 'select',
      distinct: false,
      from: source.write.from as BoundFrom,
      where,
      groupBy: [],
      rollup: false,
      having: null,
      items,
    },
    columns: itemColumns(items, relations),
    offset: null,
  };
}

/** Where each relation's row begins among the source's columns. */
function firstColumns(relations: readonly WriteRelation[]): number[] {
  let next = 0;
  return relations.map(({ table }) => {
    const first = next;
    next += table.columns.length + 1;
    return first;
  });
}

// ---- UPDATE ---------------------------------------------------------------------------------------

interface Assigned {
  readonly relation: WriteRelation;
  readonly column: number;
  readonly value: BoundExpr;
}

/** The SET list: of each table from left to right, each assignment sees what those before it set. */
function bindSet(ast: Update, { write, env }: Source): Assigned[] {
  const assigned: Assigned[] = [];
  const earlier = (expr: BoundExpr): BoundExpr | undefined => {
    if (expr.kind !== 'column') return undefined;
    const known = assigned.findLast(
      ({ relation, column }) => relation.relation === expr.relation && column === expr.column,
    );
    return known === undefined ? undefined : castTo(known.value, expr.type);
  };
  // Not 'field list': no value becomes a column of a result, so lengths of literals are no part of the plan.
  const valueEnv: ExprEnv = { ...env, clause: 'where clause' };
  for (const node of ast.assignments) {
    const found = resolveIn(write.scope, node.column, 'field list');
    if (found === undefined || found.index === rowVersionColumn)
      throw unknownColumn(node.column, 'field list');
    const { relation, column } = write.target(found.relation, found.index, 'UPDATE');
    env.context.accesses.writeRelation(found.relation.id, 'UPDATE', [found.index]);
    const definition = relation.table.columns[column]!;
    if (definition.generated !== undefined) {
      if (node.value.kind === 'default') continue;
      throw generatedValue(definition.name, relation.table.name);
    }
    const bound =
      node.value.kind === 'default'
        ? defaultOf(definition)
        : assignedTo(env.context, valueEnv.bind(node.value, valueEnv), definition.type);
    const value = mapExprDeep(write.opened(bound), earlier);
    const again = assigned.findIndex((each) => each.relation === relation && each.column === column);
    if (again >= 0) assigned.splice(again, 1);
    assigned.push({ relation, column, value });
  }
  return assigned;
}

/** UPDATE; `plan` rewrites and routes the query for its rows. */
export function bindUpdate(ast: Update, outer: BlockEnv, plan: Planner): UpdatePlan {
  const source = bindSource(ast, 'UPDATE', outer);
  const assigned = bindSet(ast, source);
  const relations = [...new Set(assigned.map(({ relation }) => relation))];
  const tables = new Set(relations.map(({ table }) => table.id));
  if (tables.size < relations.length) throw notSupported('UPDATE of one table under two names');
  const known = new Set(relations.map(({ relation }) => relation));
  const here = assigned.every(
    ({ value }) => canEvaluate(value) === true && [...relationsOf(value)].every((id) => known.has(id)),
  );
  const firsts = firstColumns(relations);
  const values: BoundExpr[] = [];
  const width = relations.reduce((sum, { table }) => sum + table.columns.length + 1, 0);
  const targets = relations.map((relation, index): UpdateTarget => {
    const own = assigned.filter((each) => each.relation === relation);
    const exprs = own.map(({ value }) => value);
    const from = width + values.length;
    if (!here) values.push(...exprs);
    return {
      table: relation.table,
      relation: relation.relation,
      first: firsts[index]!,
      assigned: own.map(({ column }) => column),
      values: here ? { kind: 'exprs', exprs } : { kind: 'source', from },
    };
  });
  return {
    kind: 'update',
    ignore: ast.ignore,
    table: relations[0]!.table,
    targets,
    source: plan(sourceQuery(source, relations, values)),
    keyed: source.query.limit !== null || namesKey(source.query.where, targets),
  };
}

// ---- DELETE ---------------------------------------------------------------------------------------

/** The relation that a multi-table DELETE names. Error 1109. */
function deleteTarget(target: TableName, write: WriteFrom): ScopeRelation {
  const found = write.scope.relations.find(
    ({ alias, database }) =>
      alias === target.name && (target.database === null || target.database === database),
  );
  if (found === undefined) {
    throw new GatewayError('UNKNOWN_TABLE', `Unknown table '${target.name}' in MULTI DELETE`);
  }
  return found;
}

/** DELETE in its three forms. */
export function bindDelete(ast: Delete, outer: BlockEnv, plan: Planner): DeletePlan {
  const source = bindSource(ast, 'DELETE', outer);
  const { write } = source;
  const relations =
    ast.targets === null
      ? [write.scope.relations[0]!]
      : ast.targets.map((target) => deleteTarget(target, write));
  const named = relations.map((relation) => write.row(relation, 'DELETE'));
  for (const { id } of relations) source.env.context.accesses.writeRelation(id, 'DELETE');
  if (new Set(named).size < named.length) {
    throw new GatewayError('NON_UNIQUE_TABLE', `Not unique table/alias: '${named[0]!.table.name}'`);
  }
  const firsts = firstColumns(named);
  const targets = named.map(({ table, relation }, index) => ({ table, relation, first: firsts[index]! }));
  return {
    kind: 'delete',
    ignore: ast.ignore,
    table: named[0]!.table,
    targets,
    source: plan(sourceQuery(source, named, [])),
    keyed: source.query.limit !== null || namesKey(source.query.where, targets),
  };
}
