/** Queries: WITH, set operations, VALUES, ORDER BY and LIMIT around SELECTs. */
import { assertNever } from '../../base/assert.ts';
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { CommonTable, Limit, OrderItem, Query, QueryBody, TableName } from '../../sql/ast.ts';
import { bigint } from '../../types/sql-type.ts';
import type { BoundColumn, BoundCte, BoundExpr, BoundQuery } from '../bound.ts';
import { castQuery } from '../cast-query.ts';
import { castTo, isNullable } from '../expr-tools.ts';
import { commonType } from '../result-type/common.ts';
import { columnRef, emptyFrom, type Scope, type ScopeRelation, sameName, unknownColumn } from '../scope.ts';
import { setOperationText, sortedBy } from './collation.ts';
import type { BindContext, Surroundings, VisibleCte } from './context.ts';
import { namedColumns } from './from-columns.ts';
import { type BlockEnv, bindSelect, blockEnv } from './select.ts';
import { relationScope } from './table.ts';

const plain = { ctes: [], orderBy: [], limit: null, offset: null } as const;

// ---- bodies ---------------------------------------------------------------------------------------

function unionColumns(left: BoundQuery, right: BoundQuery, operator: string): BoundColumn[] {
  if (left.columns.length !== right.columns.length) {
    throw new GatewayError(
      'SET_OPERATION_COLUMN_COUNT',
      'The used SELECT statements have a different number of columns',
    );
  }
  const common = left.columns.map(({ type }, index) => commonType([type, right.columns[index]!.type]));
  const types = setOperationText(common, [left, right], operator);
  return left.columns.map(({ name, nullable }, index) => {
    return { name, type: types[index]!, nullable: nullable || right.columns[index]!.nullable };
  });
}

function bindSetOperation(body: Extract<QueryBody, { kind: 'setOperation' }>, block: BlockEnv): BoundQuery {
  const left = bindBody(body.left, block);
  const right = bindBody(body.right, block);
  const columns = unionColumns(left, right, body.operator);
  const types = columns.map((column) => column.type);
  return {
    ...plain,
    columns,
    body: {
      kind: 'setOperation',
      operator: body.operator,
      all: body.all,
      left: castQuery(left, types),
      right: castQuery(right, types),
    },
  };
}

function bindValues(rows: Extract<QueryBody, { kind: 'values' }>['rows'], block: BlockEnv): BoundQuery {
  const env = blockEnv(block, emptyFrom, 'field list');
  const width = rows[0]?.length ?? 0;
  const bound = rows.map((row, index) => {
    if (row.length !== width) {
      throw new GatewayError(
        'COLUMN_COUNT_MISMATCH',
        `Column count doesn't match value count at row ${index + 1}`,
      );
    }
    return row.map((expr) => env.bind(expr, env));
  });
  const types = Array.from({ length: width }, (_, column) =>
    commonType(bound.map((row) => row[column]!.type)),
  );
  const columns = types.map((type, index): BoundColumn => {
    return { name: `column_${index}`, type, nullable: bound.some((row) => isNullable(row[index]!)) };
  });
  return {
    ...plain,
    columns,
    body: { kind: 'values', rows: bound.map((row) => row.map((expr, index) => castTo(expr, types[index]!))) },
  };
}

/** TABLE t is SELECT * FROM t. */
function tableBody(table: TableName): Extract<QueryBody, { kind: 'select' }> {
  const { start, end } = table;
  return {
    kind: 'select',
    start,
    end,
    distinct: false,
    calcFoundRows: false,
    timeLimitMs: null,
    items: [{ kind: 'wildcard', database: null, table: null, start, end }],
    from: {
      kind: 'table',
      name: table,
      alias: null,
      partitions: null,
      asOf: null,
      changes: null,
      eventTime: null,
      start,
      end,
    },
    where: null,
    groupBy: null,
    having: null,
    windows: [],
  };
}

/** A query as a derived table, so that ORDER BY and LIMIT can stand around it. */
function wrap(
  inner: BoundQuery,
  context: BindContext,
): { readonly query: BoundQuery; readonly relation: ScopeRelation } {
  const relation: ScopeRelation = {
    id: context.newRelation(),
    alias: '',
    database: undefined,
    columns: inner.columns,
    versioned: false,
    optional: false,
  };
  const items: BoundExpr[] = inner.columns.map((_column, index) => columnRef(relation, index));
  const query: BoundQuery = {
    ...plain,
    columns: inner.columns,
    body: {
      kind: 'select',
      distinct: false,
      from: { kind: 'derived', relation: relation.id, query: inner, lateral: false },
      where: null,
      groupBy: [],
      rollup: false,
      having: null,
      items,
    },
  };
  return { query, relation };
}

function bindBody(body: QueryBody, block: BlockEnv): BoundQuery {
  switch (body.kind) {
    case 'select':
      return bindSelect(body, [], block).query;
    case 'setOperation':
      return bindSetOperation(body, block);
    case 'values':
      return bindValues(body.rows, block);
    case 'tableQuery':
      return bindSelect(tableBody(body.table), [], block).query;
    case 'query':
      return bindQuery(body, block.surroundings, block.outer, block.context);
    default:
      return assertNever(body);
  }
}

// ---- ORDER BY and LIMIT ---------------------------------------------------------------------------

/** ORDER BY of what is no SELECT names its columns; expressions over them make it a derived table. */
function orderResult(inner: BoundQuery, orders: readonly OrderItem[], block: BlockEnv): BoundQuery {
  const indexes = orders.map(({ expr }) => {
    if (expr.kind === 'column' && expr.table === null) {
      const index = inner.columns.findIndex((column) => sameName(column.name, expr.name));
      if (index < 0) throw unknownColumn(expr, 'order clause');
      return index;
    }
    if (expr.kind !== 'literal' || expr.literal.type !== 'integer') return undefined;
    if (expr.parameter !== null && block.surroundings.views.length === 0)
      block.context.lookedAt.add(expr.parameter);
    const index = Number(expr.literal.value) - 1;
    if (index >= 0 && index < inner.columns.length) return index;
    throw unknownColumn({ database: null, table: null, name: String(expr.literal.value) }, 'order clause');
  });
  const simple = indexes.every((index) => index !== undefined);
  if (simple && inner.orderBy.length === 0 && inner.limit === null) {
    return {
      ...inner,
      orderBy: indexes.map((index, at) => ({ outputColumn: index!, descending: orders[at]!.descending })),
    };
  }
  const { query, relation } = wrap(inner, block.context);
  const env = blockEnv(block, relationScope(relation), 'order clause');
  return {
    ...query,
    orderBy: orders.map(({ expr, descending }, at) => {
      const index = indexes[at];
      return index === undefined
        ? { expr: sortedBy(env.bind(expr, env)), descending }
        : { outputColumn: index, descending };
    }),
  };
}

function rowCount(expr: Limit['count'], block: BlockEnv): BoundExpr {
  const env = blockEnv(block, emptyFrom, 'field list');
  const bound = block.context.inferred(env.bind(expr, env), bigint(true));
  if (expr.kind !== 'literal' && expr.kind !== 'placeholder') throw notSupported('an expression in LIMIT');
  return castTo(bound, bigint(true));
}

/** The row count of LIMIT alone; for UPDATE and DELETE. */
export function bindLimit(limit: Limit | null, block: BlockEnv): BoundExpr | null {
  return limit === null ? null : rowCount(limit.count, block);
}

/** LIMIT and OFFSET apart from their query. */
export function bindLimitParts(
  limit: Limit | null,
  block: BlockEnv,
): { readonly limit: BoundExpr | null; readonly offset: BoundExpr | null } {
  if (limit === null) return { limit: null, offset: null };
  return {
    limit: rowCount(limit.count, block),
    offset: limit.offset === null ? null : rowCount(limit.offset, block),
  };
}

function limited(query: BoundQuery, limit: Limit | null, block: BlockEnv): BoundQuery {
  if (limit === null) return query;
  const inner = query.limit === null && query.offset === null ? query : wrap(query, block.context).query;
  return { ...inner, ...bindLimitParts(limit, block) };
}

// ---- WITH -----------------------------------------------------------------------------------------

function cteOf(
  table: CommonTable,
  query: BoundQuery,
  id: number,
  recursive: boolean,
): [BoundCte, VisibleCte] {
  const columns = namedColumns(query.columns, table.columns).map(({ name, type, nullable }) => ({
    name,
    type,
    nullable: nullable || recursive,
  }));
  return [
    { id, name: table.name, recursive, query: { ...query, columns } },
    { name: table.name, id, columns },
  ];
}

/** Whether a part of a recursive table names the table itself. */
function mentions(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((item) => mentions(item, name));
  if ('kind' in node && node.kind === 'table' && 'name' in node) {
    const table = node.name as TableName;
    if (table.database === null && sameName(table.name, name)) return true;
  }
  return Object.values(node).some((value) => mentions(value, name));
}

/** The first part types the columns; the second may name the table. */
function bindRecursive(table: CommonTable, block: BlockEnv): [BoundCte, VisibleCte] {
  const { body } = table.query;
  if (body.kind !== 'setOperation' || body.operator !== 'union' || mentions(body.left, table.name)) {
    throw notSupported('a recursive common table expression that is not an anchor UNION a recursive part');
  }
  if (table.query.orderBy.length > 0 || table.query.limit !== null) {
    throw notSupported('ORDER BY or LIMIT in a recursive common table expression');
  }
  const anchor = bindBody(body.left, block);
  const id = block.context.newCte();
  const [, visible] = cteOf(table, anchor, id, true);
  const inner = { ...block, surroundings: withCte(block.surroundings, visible) };
  const recursive = bindBody(body.right, inner);
  if (recursive.columns.length !== anchor.columns.length) unionColumns(anchor, recursive, 'UNION');
  const types = anchor.columns.map((column) => column.type);
  const query: BoundQuery = {
    ...plain,
    columns: anchor.columns,
    body: {
      kind: 'setOperation',
      operator: 'union',
      all: body.all,
      left: anchor,
      right: castQuery(recursive, types),
    },
  };
  return cteOf(table, query, id, true);
}

const withCte = (surroundings: Surroundings, cte: VisibleCte): Surroundings => ({
  ...surroundings,
  ctes: [cte, ...surroundings.ctes],
});

function bindWith(
  ast: Query['with'],
  block: BlockEnv,
): { readonly ctes: BoundCte[]; readonly block: BlockEnv } {
  const ctes: BoundCte[] = [];
  let current = block;
  for (const table of ast?.ctes ?? []) {
    if (ctes.some((cte) => sameName(cte.name, table.name))) {
      throw new GatewayError('NON_UNIQUE_TABLE', `Not unique table/alias: '${table.name}'`);
    }
    const isRecursive = ast!.recursive && mentions(table.query, table.name);
    const [cte, visible] = isRecursive
      ? bindRecursive(table, current)
      : cteOf(
          table,
          bindQuery(table.query, current.surroundings, current.outer, current.context),
          current.context.newCte(),
          false,
        );
    ctes.push(cte);
    current = { ...current, surroundings: withCte(current.surroundings, visible) };
  }
  return { ctes, block: current };
}

/** The block and CTEs that a statement's own WITH makes; for UPDATE and DELETE. */
export const withBlock = bindWith;

// ---- queries --------------------------------------------------------------------------------------

function refuse(query: Query): void {
  if (query.into !== null) throw notSupported('INTO of a query that is not the whole statement');
  if (query.locks.length > 0)
    throw notSupported(
      `FOR ${query.locks[0]!.strength.toUpperCase()} of a query that is not the whole statement`,
    );
}

/** A query in its surroundings; `outer` is the block around it for correlated names. */
export function bindQuery(
  ast: Query,
  surroundings: Surroundings,
  outer: Scope | null,
  context: BindContext,
): BoundQuery {
  refuse(ast);
  const { ctes, block } = bindWith(ast.with, { context, surroundings, outer, bindQuery });
  const { body } = ast;
  const select =
    body.kind === 'select' ? body : body.kind === 'tableQuery' ? tableBody(body.table) : undefined;
  if (select !== undefined) {
    const { query } = bindSelect(select, ast.orderBy, block);
    return { ...limited(query, ast.limit, block), ctes };
  }
  const inner = bindBody(body, block);
  const ordered = ast.orderBy.length === 0 ? inner : orderResult(inner, ast.orderBy, block);
  const query = limited(ordered, ast.limit, block);
  return { ...query, ctes: [...ctes, ...query.ctes] };
}
