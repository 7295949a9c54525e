/** Queries: SELECT with grouping, set operations, VALUES, CTEs, ORDER BY and LIMIT. Result columns are `c0`, `c1`, … */
import { assertNever } from '../../../base/assert.ts';
import { notSupported } from '../../../base/errors.ts';
import type {
  BoundBody,
  BoundColumn,
  BoundCte,
  BoundExpr,
  BoundFrom,
  BoundQuery,
  BoundSelect,
  RelationId,
} from '../../../planner/bound.ts';
import { hasKeys } from '../../../types/collation.ts';
import { bigint, type SqlType } from '../../../types/sql-type.ts';
import { equalityKey } from '../collation-functions.ts';
import { exprKey } from '../expr-key.ts';
import { queryType } from '../types.ts';
import { convert } from './cast.ts';
import { printFrom } from './from.ts';
import { orderText, printOrder, requireComparable } from './order.ts';
import { countHole, type Grouping, type PrintState } from './state.ts';

/** A query as SQL that yields `queryType` of its columns, named `c0`, `c1`, … */
export function printQuery(state: PrintState, query: BoundQuery): string {
  const ctes = printCtes(state, query.ctes);
  const body = printOrdered(state, query);
  const limit = query.limit === null ? '' : ` LIMIT ${rowCountText(state, query.limit)}`;
  const offset = query.offset === null ? '' : ` OFFSET ${rowCountText(state, query.offset)}`;
  return `${ctes}${body}${limit}${offset}`;
}

/** MySQL's row counts are unsigned, DuckDB's signed; half of its most is more rows than there are. */
const mostRows = 2n ** 62n - 1n;

/** In subqueries DuckDB wants row counts as digits: those that stand with outer columns can be no parameters. */
function rowCountText(state: PrintState, count: BoundExpr): string {
  if (state.depth === 0) return `CAST(least(${state.value(count)}, ${mostRows}) AS BIGINT)`;
  const source = { kind: 'count', expr: count } as const;
  return countHole(state.parameterName(`count ${exprKey(count)}`, count.type, source));
}

function printCtes(state: PrintState, ctes: readonly BoundCte[]): string {
  if (ctes.length === 0) return '';
  const recursive = ctes.some((cte) => cte.recursive) ? 'RECURSIVE ' : '';
  const texts = ctes.map((cte) => {
    const columns = cte.query.columns.map((_, index) => `c${index}`);
    const counted = cte.recursive ? countedRecursion(state, cte) : undefined;
    if (counted !== undefined) return `q${cte.id}(${['depth', ...columns].join(', ')}) AS (${counted})`;
    return `q${cte.id}(${columns.join(', ')}) AS (${state.query(cte.query)})`;
  });
  return `WITH ${recursive}${texts.join(', ')} `;
}

const recursionMax: BoundExpr = {
  kind: 'context',
  name: '@@session.cte_max_recursion_depth',
  type: bigint(),
};

/** The relation under which the recursive part of a CTE reads it. */
function recursiveRelation(from: BoundFrom | null, cte: number): RelationId | undefined {
  if (from === null) return undefined;
  if (from.kind === 'join' || from.kind === 'asofJoin') {
    return recursiveRelation(from.left, cte) ?? recursiveRelation(from.right, cte);
  }
  return from.kind === 'cte' && from.cte === cte ? from.relation : undefined;
}

/**
 * A recursive CTE of UNION ALL with the number of its rows' iteration beside its columns, so that the statement ends
 * at cte_max_recursion_depth. With UNION equal rows of two iterations are one, and the number would keep them apart.
 */
function countedRecursion(state: PrintState, cte: BoundCte): string | undefined {
  const { body } = cte.query;
  if (body.kind !== 'setOperation' || !body.all || body.right.body.kind !== 'select') return undefined;
  const { left, right } = body;
  const select = body.right.body;
  const relation = recursiveRelation(select.from, cte.id);
  if (relation === undefined || select.distinct || right.limit !== null || right.orderBy.length > 0)
    return undefined;
  const columns = cte.query.columns.map((_, index) => `c${index}`).join(', ');
  const same = cte.query.columns.every(
    ({ type }, index) => queryType(type) === queryType(right.columns[index]!.type),
  );
  if (!same) return undefined;
  const max = state.value(recursionMax);
  const message =
    `'TG:RECURSION_LIMIT:Recursive query aborted after ' || (${max} + 1) || ` +
    `' iterations. Try increasing @@cte_max_recursion_depth to a larger value.'`;
  const depth = `CASE WHEN r${relation}.depth >= ${max} THEN error(${message}) ELSE r${relation}.depth + 1 END`;
  const anchor = printBranch(state, left, cte.query.columns);
  const name = state.freshName('b');
  return `SELECT 0::BIGINT AS depth, ${columns} FROM (${anchor}) AS ${name} UNION ALL ${withItem(state.query(right), depth)}`;
}

/** A printed SELECT with one more item. */
function withItem(select: string, item: string): string {
  return select.replace(/^SELECT /, () => `SELECT ${item} AS depth, `);
}

function printOrdered(state: PrintState, query: BoundQuery): string {
  const { body, orderBy, columns } = query;
  if (body.kind === 'select') return printSelect(state, body, query);
  const text = printBody(state, body, columns);
  if (orderBy.length === 0) return text;
  const keys = orderBy.map((order) => {
    if (!('outputColumn' in order)) return printOrder(state, order);
    return orderText(`c${order.outputColumn}`, columns[order.outputColumn]!.type, order.descending);
  });
  return `SELECT * FROM (${text}) ORDER BY ${keys.join(', ')}`;
}

function printBody(state: PrintState, body: BoundBody, columns: readonly BoundColumn[]): string {
  switch (body.kind) {
    case 'select':
      throw notSupported('a SELECT without its query');
    case 'setOperation': {
      if (columns.some(({ type }) => hasKeys(type))) return printKeyedOperation(state, body, columns);
      const operator = `${body.operator.toUpperCase()}${body.all ? ' ALL' : ''}`;
      return `${printBranch(state, body.left, columns)} ${operator} ${printBranch(state, body.right, columns)}`;
    }
    case 'values':
      return printValues(state, body.rows, columns);
    default:
      return assertNever(body);
  }
}

/** A set operation over texts that are equal by their keys; one of the rows that are equal stands for them. */
function printKeyedOperation(
  state: PrintState,
  body: Extract<BoundBody, { kind: 'setOperation' }>,
  columns: readonly BoundColumn[],
): string {
  const [left, right] = [printBranch(state, body.left, columns), printBranch(state, body.right, columns)];
  if (body.operator === 'union') {
    const all = `${left} UNION ALL ${right}`;
    return body.all ? all : `SELECT DISTINCT ON (${keysOf(columns)}) * FROM (${all})`;
  }
  if (body.all)
    throw notSupported(`${body.operator.toUpperCase()} ALL over texts of another collation than by bytes`);
  const equal = columns.map(({ type }, index) => {
    const sides = ['a', 'b'].map((side) => equalityKey(`${side}.c${index}`, type));
    return sides.join(' IS NOT DISTINCT FROM ');
  });
  const join = body.operator === 'intersect' ? 'SEMI' : 'ANTI';
  return (
    `SELECT DISTINCT ON (${keysOf(columns)}) * FROM ` +
    `(SELECT a.* FROM (${left}) AS a ${join} JOIN (${right}) AS b ON ${equal.join(' AND ')})`
  );
}

/** What tells rows of these columns apart, the columns being named `c0`, `c1`, … */
const keysOf = (columns: readonly { readonly type: SqlType }[]): string =>
  columns.map(({ type }, index) => equalityKey(`c${index}`, type)).join(', ');

/** One side of a set operation, its columns in the operation's types. */
function printBranch(state: PrintState, query: BoundQuery, columns: readonly BoundColumn[]): string {
  const text = state.query(query);
  const same = columns.every(({ type }, index) => {
    const from = query.columns[index]!.type;
    return from.kind === type.kind && queryType(from) === queryType(type);
  });
  if (same) return `(${text})`;
  const name = state.freshName('b');
  const items = columns.map(({ type }, index) => {
    const from = query.columns[index]!.type;
    return `${convert(state, `${name}.c${index}`, from, type)} AS c${index}`;
  });
  return `(SELECT ${items.join(', ')} FROM (${text}) AS ${name})`;
}

function printValues(
  state: PrintState,
  rows: readonly (readonly BoundExpr[])[],
  columns: readonly BoundColumn[],
): string {
  const name = state.freshName('v');
  const texts = rows.map((row) => {
    const items = row.map((expr, index) => {
      const { type } = columns[index]!;
      const sql = state.value(expr);
      return queryType(expr.type) === queryType(type) ? sql : convert(state, sql, expr.type, type);
    });
    return `(${items.join(', ')})`;
  });
  const names = columns.map((_, index) => `c${index}`).join(', ');
  return `SELECT ${names} FROM (VALUES ${texts.join(', ')}) AS ${name}(${names})`;
}

function holdsAggregate(expr: BoundExpr): boolean {
  switch (expr.kind) {
    case 'aggregate':
      return true;
    case 'call':
      return expr.name === 'GROUPING' || expr.args.some(holdsAggregate);
    case 'cast':
      return holdsAggregate(expr.arg);
    case 'case':
      return (
        expr.whens.some(({ when, then }) => holdsAggregate(when) || holdsAggregate(then)) ||
        (expr.else !== null && holdsAggregate(expr.else))
      );
    case 'window':
      return [...expr.args, ...expr.partitionBy, ...expr.orderBy.map((order) => order.expr)].some(
        holdsAggregate,
      );
    case 'inSubquery':
      return expr.needles.some(holdsAggregate);
    case 'quantified':
      return holdsAggregate(expr.left);
    default:
      return false;
  }
}

function relationsOf(from: BoundFrom | null, found = new Set<RelationId>()): Set<RelationId> {
  if (from === null) return found;
  if (from.kind === 'join' || from.kind === 'asofJoin') {
    relationsOf(from.left, found);
    return relationsOf(from.right, found);
  }
  return found.add(from.relation);
}

function isGrouped(select: BoundSelect, query: BoundQuery): boolean {
  const orderExprs = query.orderBy.flatMap((order) => ('expr' in order ? [order.expr] : []));
  const having = select.having === null ? [] : [select.having];
  return select.groupBy.length > 0 || [...select.items, ...orderExprs, ...having].some(holdsAggregate);
}

/** Whether the query has read all of its input, and calculated what it groups, before it gives its first row. */
export function endsInBarrier(query: BoundQuery): boolean {
  return query.orderBy.length > 0 || (query.body.kind === 'select' && isGrouped(query.body, query));
}

/** DISTINCT over texts that are equal by their keys, which DuckDB sorts afterwards. */
function printKeyedDistinct(state: PrintState, select: BoundSelect, query: BoundQuery): string {
  const plain = printSelect(state, { ...select, distinct: false }, { ...query, orderBy: [] });
  const distinct = `SELECT DISTINCT ON (${keysOf(select.items)}) * FROM (${plain})`;
  const order = query.orderBy.flatMap((each) => {
    if ('outputColumn' in each) {
      return orderText(`c${each.outputColumn}`, select.items[each.outputColumn]!.type, each.descending);
    }
    if (each.expr.kind !== 'literal') throw notSupported('DISTINCT ordered by an expression over texts');
    return [];
  });
  return order.length === 0 ? distinct : `SELECT * FROM (${distinct}) ORDER BY ${order.join(', ')}`;
}

function printSelect(state: PrintState, select: BoundSelect, query: BoundQuery): string {
  if (select.distinct && select.items.some(({ type }) => hasKeys(type)))
    return printKeyedDistinct(state, select, query);
  const having = select.having;
  const grouped = isGrouped(select, query);
  const from = select.from === null ? '' : ` FROM ${printFrom(state, select.from)}`;
  const where = select.where === null ? [] : [state.condition(select.where)];
  // MySQL allows HAVING over plain rows, where it is a second WHERE.
  if (having !== null && !grouped) where.push(state.condition(having));
  const keys = select.groupBy.map((expr) => {
    requireComparable([expr.type]);
    return [exprKey(expr), state.value(expr)] as const;
  });
  if (grouped) state.groupings.push(newGrouping(select, keys, state.depth));
  const tail = printSelectTail(state, select, query, grouped);
  const grouping = grouped ? state.groupings.pop() : undefined;
  const whereText = where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`;
  const order = query.orderBy.length === 0 && !select.distinct ? rollupOrder(select, keys) : '';
  return tail.head + from + whereText + groupByText(select, keys, grouping) + tail.rest + order;
}

function newGrouping(
  select: BoundSelect,
  keys: readonly (readonly [string, string])[],
  depth: number,
): Grouping {
  return {
    relations: relationsOf(select.from),
    keys: new Map(keys),
    determined: determinedBy(select),
    dependent: new Set(),
    rollup: select.rollup,
    depth,
    insideAggregate: 0,
  };
}

/** The tables whose whole primary key is among the GROUP BY columns. */
function determinedBy(select: BoundSelect): Set<RelationId> {
  const columns = new Set(
    select.groupBy.flatMap((expr) => (expr.kind === 'column' ? [`${expr.relation}.${expr.column}`] : [])),
  );
  const found = new Set<RelationId>();
  const visit = (from: BoundFrom): void => {
    if (from.kind === 'join' || from.kind === 'asofJoin') {
      visit(from.left);
      visit(from.right);
    } else if (
      from.kind === 'table' &&
      from.table.primaryKey.every((key) => columns.has(`${from.relation}.${key}`))
    ) {
      found.add(from.relation);
    }
  };
  if (select.from !== null) visit(select.from);
  return found;
}

/** What is printed in the scope of the groups: items, HAVING, ORDER BY. */
function printSelectTail(
  state: PrintState,
  select: BoundSelect,
  query: BoundQuery,
  grouped: boolean,
): { readonly head: string; readonly rest: string } {
  const items = select.items.map((item) => state.value(item));
  const conditions = [
    // DuckDB's ROLLUP gives the total of no rows too.
    ...(select.rollup ? ['count(*) > 0'] : []),
    ...(grouped && select.having !== null ? [state.condition(select.having)] : []),
  ];
  const having = conditions.length === 0 ? '' : ` HAVING ${conditions.join(' AND ')}`;
  const order = query.orderBy.flatMap((each) => {
    // A constant orders nothing, and DuckDB refuses it.
    if (!('outputColumn' in each) && each.expr.kind === 'literal') return [];
    if (!('outputColumn' in each)) return printOrder(state, each);
    const { type } = select.items[each.outputColumn]!;
    // By position: DISTINCT allows nothing else, and a constant would mean a position itself.
    if (type.kind !== 'enum' && type.kind !== 'set' && !hasKeys(type)) {
      return `${each.outputColumn + 1} ${each.descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`;
    }
    return orderText(items[each.outputColumn]!, type, each.descending);
  });
  const columns = items.map((item, index) => `${item} AS c${index}`).join(', ');
  return {
    head: `SELECT ${select.distinct ? 'DISTINCT ' : ''}${columns}`,
    rest: having + (order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`),
  };
}

/** MySQL gives each group's total after its parts, and the total of all last. */
function rollupOrder(select: BoundSelect, keys: readonly (readonly [string, string])[]): string {
  if (!select.rollup) return '';
  const parts = keys.flatMap(([, sql], index) => [
    `GROUPING(${sql})`,
    orderText(sql, select.groupBy[index]!.type, false),
  ]);
  return ` ORDER BY ${parts.join(', ')}`;
}

function groupByText(
  select: BoundSelect,
  keys: readonly (readonly [string, string])[],
  grouping: Grouping | undefined,
): string {
  if (grouping === undefined || keys.length === 0) return '';
  const texts = keys.map(([, sql]) => sql);
  if (select.rollup) return ` GROUP BY ROLLUP (${texts.join(', ')})`;
  return ` GROUP BY ${[...new Set([...texts, ...grouping.dependent])].join(', ')}`;
}
