/** Grouped queries: what may stand outside of aggregates (ONLY_FULL_GROUP_BY), made explicit by ANY_VALUE. */
import { GatewayError } from '../../base/errors.ts';
import { bigint } from '../../types/sql-type.ts';
import type { BoundExpr, BoundFrom, BoundSelect } from '../bound.ts';
import { keyedByOwn, textKeyOf } from '../collation-key.ts';
import { conjunctsOf, isConstant, mapChildren, some, whenThen } from '../expr-tools.ts';
import { predicateType } from '../result-type/function.ts';
import { sameExpr } from '../same-expr.ts';
import { columnText, type Scope } from '../scope.ts';
import { type BindContext, integerLiteral, nullLiteral } from './context.ts';

/** MySQL's words for the list that an expression stands in. */
export type ListName = 'SELECT list' | 'HAVING clause' | 'ORDER BY clause';

type ColumnExpr = Extract<BoundExpr, { kind: 'column' }>;

const keyOf = (column: { readonly relation: number; readonly column: number }): string =>
  `${column.relation}.${column.column}`;

export const hasAggregate = (expr: BoundExpr): boolean => some(expr, (each) => each.kind === 'aggregate');

/** A column under casts that keep distinct values distinct, or as the key of its collation, is the column. */
function plainColumn(expr: BoundExpr): ColumnExpr | undefined {
  if (expr.kind === 'column') return expr;
  const text = keyedByOwn(expr);
  if (text !== undefined) return plainColumn(text);
  return expr.kind === 'cast' && expr.implicit ? plainColumn(expr.arg) : undefined;
}

/** Relations whose key decides a row, and the equalities that hold for all rows. */
function collect(from: BoundFrom, relations: Map<number, readonly number[]>, terms: BoundExpr[]): void {
  switch (from.kind) {
    case 'table':
      relations.set(from.relation, from.table.primaryKey);
      return;
    case 'derived': {
      const { body } = from.query;
      if (body.kind !== 'select' || body.groupBy.length === 0 || body.rollup) return;
      const keys = body.groupBy.map((expr) => body.items.indexOf(expr));
      if (keys.every((index) => index >= 0)) relations.set(from.relation, keys);
      return;
    }
    case 'join':
      collect(from.left, relations, terms);
      collect(from.right, relations, terms);
      // Of an outer join the equalities hold where the optional side is not NULL, which is what MySQL takes too.
      terms.push(...conjunctsOf(from.on));
      return;
    case 'asofJoin':
      collect(from.left, relations, terms);
      collect(from.right, relations, terms);
      return;
    default:
      return;
  }
}

/** The columns that the grouping expressions decide: by keys, by `= constant`, by equality of columns. */
function determinedColumns(select: BoundSelect, own: ReadonlySet<number>): (column: ColumnExpr) => boolean {
  const relations = new Map<number, readonly number[]>();
  const terms = conjunctsOf(select.where);
  if (select.from !== null) collect(select.from, relations, terms);
  const determined = new Set<string>();
  const whole = new Set<number>();
  for (const expr of select.groupBy) {
    const column = plainColumn(expr);
    if (column !== undefined) determined.add(keyOf(column));
  }
  const has = (column: ColumnExpr): boolean => whole.has(column.relation) || determined.has(keyOf(column));
  const equalities = terms.flatMap((term) =>
    term.kind === 'call' && term.name === '=' && term.args.length === 2
      ? [[term.args[0]!, term.args[1]!] as const]
      : [],
  );
  const isFixed = (expr: BoundExpr): boolean => {
    const column = plainColumn(expr);
    if (column !== undefined) return !own.has(column.relation) || has(column);
    return isConstant(expr);
  };
  for (let grew = true; grew; ) {
    grew = false;
    for (const pair of equalities) {
      for (const [side, other] of [pair, [pair[1], pair[0]] as const]) {
        const column = plainColumn(side);
        if (column === undefined || has(column) || !isFixed(other)) continue;
        determined.add(keyOf(column));
        grew = true;
      }
    }
    for (const [relation, key] of relations) {
      if (whole.has(relation) || !key.every((column) => determined.has(`${relation}.${column}`))) continue;
      whole.add(relation);
      grew = true;
    }
  }
  return has;
}

function notGrouped(select: BoundSelect, list: ListName, position: number, column: string): GatewayError {
  const mode = 'this is incompatible with sql_mode=only_full_group_by';
  if (select.groupBy.length > 0) {
    return new GatewayError(
      'NOT_IN_GROUP_BY',
      `Expression #${position} of ${list} is not in GROUP BY clause and contains nonaggregated column '${column}' ` +
        `which is not functionally dependent on columns in GROUP BY clause; ${mode}`,
    );
  }
  return new GatewayError(
    'MIX_OF_GROUP_FUNCTION',
    `In aggregated query without GROUP BY, expression #${position} of ${list} contains nonaggregated column '${column}'; ${mode}`,
  );
}

export interface Grouping {
  /** The expression as a grouped query can compute it. Errors 1055, 1140. */
  inGroup(expr: BoundExpr, list: ListName, position: number): BoundExpr;
}

const anyValue = (expr: BoundExpr): BoundExpr => ({
  kind: 'aggregate',
  name: 'ANY_VALUE',
  args: [expr],
  distinct: false,
  orderBy: [],
  type: expr.type,
});

/** NULL in the rows of WITH ROLLUP that are totals over the key. */
function unlessTotal(key: BoundExpr, value: BoundExpr): BoundExpr {
  const total: BoundExpr = { kind: 'call', name: 'GROUPING', args: [key], type: bigint(), nullable: false };
  const isTotal: BoundExpr = {
    kind: 'call',
    name: '<>',
    args: [total, integerLiteral(0)],
    type: predicateType,
    nullable: false,
  };
  return { kind: 'case', whens: [whenThen(isTotal, nullLiteral)], else: value, type: value.type };
}

/** How expressions outside of aggregates are computed in a grouped query. */
export function grouping(select: BoundSelect, scope: Scope, context: BindContext): Grouping {
  const own = new Set(scope.from.relations.map(({ id }) => id));
  const determined = determinedColumns(select, own);
  const strict = context.facts.sqlMode.has('ONLY_FULL_GROUP_BY');
  const inGroup = (expr: BoundExpr, list: ListName, position: number): BoundExpr => {
    const group = select.groupBy.find((each) => sameExpr(each, expr, context));
    if (group !== undefined) return group;
    // One of the texts that are equal under the collation stands for all.
    const key = select.groupBy.find((each) => {
      const text = textKeyOf(each)?.text;
      return text !== undefined && sameExpr(text, expr, context);
    });
    if (key !== undefined) return select.rollup ? unlessTotal(key, anyValue(expr)) : anyValue(expr);
    if (expr.kind === 'aggregate') return expr;
    if (expr.kind === 'column' && own.has(expr.relation)) {
      if (strict && !determined(expr)) throw notGrouped(select, list, position, columnText(scope, expr));
      return anyValue(expr);
    }
    return mapChildren(expr, (child) => inGroup(child, list, position));
  };
  return { inGroup };
}
