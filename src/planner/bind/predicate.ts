/** Comparisons of values and rows, IN, and comparisons with a query's rows. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { ComparisonOperator, Expr, Query } from '../../sql/ast.ts';
import { typeClass } from '../../types/sql-type.ts';
import type { BoundExpr, BoundQuery } from '../bound.ts';
import { castQuery } from '../cast-query.ts';
import { isConstant } from '../expr-tools.ts';
import { comparisonType } from '../result-type/common.ts';
import { predicateType } from '../result-type/function.ts';
import { besideYear, comparePair, forComparison } from './arguments.ts';
import { callOf } from './call.ts';
import { byCollation, byCollationOfQuery } from './collation.ts';
import { bindInner, type ExprEnv } from './env.ts';

/** The items of a row constructor; a single value is a row of one. */
export const rowItems = (expr: Expr): readonly Expr[] => (expr.kind === 'row' ? expr.items : [expr]);

function operandColumns(count: number): GatewayError {
  return new GatewayError('OPERAND_COLUMNS', `Operand should contain ${count} column(s)`);
}

function compare(env: ExprEnv, operator: string, left: BoundExpr, right: BoundExpr): BoundExpr {
  return callOf(env.context, operator, byCollation(comparePair(env.context, left, right), operator));
}

/** `(a, b) < (c, d)`: the first part that differs decides. */
function orderedRows(
  env: ExprEnv,
  operator: '<' | '<=' | '>' | '>=',
  left: readonly BoundExpr[],
  right: readonly BoundExpr[],
): BoundExpr {
  const [[a, ...restLeft], [b, ...restRight]] = [left, right];
  if (restLeft.length === 0) return compare(env, operator, a!, b!);
  const strict = operator.startsWith('<') ? '<' : '>';
  const rest = orderedRows(env, operator, restLeft, restRight);
  return callOf(env.context, 'OR', [
    compare(env, strict, a!, b!),
    callOf(env.context, 'AND', [compare(env, '=', a!, b!), rest]),
  ]);
}

function compareRows(
  env: ExprEnv,
  operator: ComparisonOperator,
  left: readonly BoundExpr[],
  right: readonly BoundExpr[],
): BoundExpr {
  if (left.length !== right.length) throw operandColumns(left.length);
  if (left.length === 1) return compare(env, operator, left[0]!, right[0]!);
  const pairs = (name: string): BoundExpr[] =>
    left.map((item, index) => compare(env, name, item, right[index]!));
  switch (operator) {
    case '=':
    case '<=>':
      return callOf(env.context, 'AND', pairs(operator));
    case '<>':
      return callOf(env.context, 'OR', pairs('<>'));
    default:
      return orderedRows(env, operator, left, right);
  }
}

function rowOrQuery(env: ExprEnv, expr: Expr, width = 1): readonly BoundExpr[] {
  if (expr.kind === 'row') return expr.items.map((item) => env.bind(item, env));
  if (expr.kind !== 'subquery' || width === 1) return [env.bind(expr, env)];
  // Each column is a query of its own; no row makes all of them NULL, several rows are error 1242 in each.
  return Array.from({ length: width }, (_, index) => rowPart(env, expr.query, index, width));
}

/** One column of a query that stands for a row. */
function rowPart(env: ExprEnv, ast: Query, index: number, width: number): BoundExpr {
  const query = bindInner(ast, env);
  if (query.columns.length !== width) throw operandColumns(width);
  const column = query.columns[index]!;
  const relation = env.context.newRelation();
  const item: BoundExpr = { kind: 'column', relation, column: index, type: column.type, nullable: true };
  return {
    kind: 'scalarSubquery',
    type: column.type,
    query: {
      ctes: [],
      body: {
        kind: 'select',
        distinct: false,
        from: { kind: 'derived', relation, query, lateral: false },
        where: null,
        groupBy: [],
        rollup: false,
        having: null,
        items: [item],
      },
      columns: [column],
      orderBy: [],
      limit: null,
      offset: null,
    },
  };
}

/** How many columns an operand of a comparison has. */
function operandWidth(env: ExprEnv, expr: Expr, other: Expr): number {
  if (expr.kind === 'row') return expr.items.length;
  return expr.kind === 'subquery' && other.kind !== 'row' ? bindInner(expr.query, env).columns.length : 1;
}

/** `left operator right`, either side a value, a row or a query for a row. */
export function bindComparison(
  operator: ComparisonOperator,
  left: Expr,
  right: Expr,
  env: ExprEnv,
): BoundExpr {
  const mayBeRows =
    left.kind === 'row' || right.kind === 'row' || (left.kind === 'subquery' && right.kind === 'subquery');
  const width = mayBeRows ? Math.max(operandWidth(env, left, right), operandWidth(env, right, left)) : 1;
  return compareRows(env, operator, rowOrQuery(env, left, width), rowOrQuery(env, right, width));
}

/** `operand IN (list)`: one IN when all compare in one class, otherwise an OR of equalities. */
export function bindIn(operand: Expr, list: readonly Expr[], env: ExprEnv): BoundExpr {
  const needles = rowItems(operand);
  if (needles.length > 1) {
    const left = needles.map((item) => env.bind(item, env));
    const rows = list.map((item) => compareRows(env, '=', left, rowOrQuery(env, item)));
    return rows.length === 1 ? rows[0]! : callOf(env.context, 'OR', rows);
  }
  const bound = list.map((item) => env.bind(item, env));
  const typedItem = bound.find((item) => !env.context.isUntyped(item));
  const needle = env.context.inferred(env.bind(needles[0]!, env), typedItem?.type ?? { kind: 'null' });
  const items = bound.map((item) => besideYear(env.context, env.context.inferred(item, needle.type), needle));
  const types = items.map((item) =>
    comparisonType(
      { type: needle.type, constant: isConstant(needle) },
      { type: item.type, constant: isConstant(item) },
    ),
  );
  const typed = types.filter((_type, index) => items[index]!.type.kind !== 'null');
  const first = typed[0] ?? needle.type;
  const uniform = typed.every(
    (type) =>
      typeClass(type) === typeClass(first) && (typeClass(type) !== 'temporal' || type.kind === first.kind),
  );
  if (!uniform) {
    const equalities = items.map((item) => compare(env, '=', needle, item));
    return equalities.length === 1 ? equalities[0]! : callOf(env.context, 'OR', equalities);
  }
  return callOf(
    env.context,
    'IN',
    byCollation(
      [needle, ...items].map((item) => forComparison(item, first)),
      'IN',
    ),
  );
}

/** `(needles) [NOT] IN (query)`. */
export function inQuery(needles: readonly Expr[], ast: Query, isNegated: boolean, env: ExprEnv): BoundExpr {
  const query = bindInner(ast, env);
  if (query.columns.length !== needles.length) throw operandColumns(needles.length);
  const left = needles.map((item, index) =>
    env.context.inferred(env.bind(item, env), query.columns[index]!.type),
  );
  const [casted, types] = comparedQuery(left, query);
  const compared = left.map((item, index) => forComparison(item, types[index]!));
  const { needles: keys, query: keyed } = byCollationOfQuery(compared, casted, 'IN');
  return { kind: 'inSubquery', needles: keys, query: keyed, negated: isNegated, type: predicateType };
}

function comparedQuery(left: readonly BoundExpr[], query: BoundQuery): [BoundQuery, BoundExpr['type'][]] {
  const types = left.map((item, index) =>
    comparisonType(
      { type: item.type, constant: isConstant(item) },
      { type: query.columns[index]!.type, constant: false },
    ),
  );
  const needed = query.columns.map((column, index) => {
    const sample: BoundExpr = { kind: 'column', relation: -1, column: 0, type: column.type, nullable: true };
    return forComparison(sample, types[index]!).type;
  });
  return [castQuery(query, needed), types];
}

/** `left operator ANY|ALL (query)`. */
export function bindQuantified(expr: Extract<Expr, { kind: 'quantified' }>, env: ExprEnv): BoundExpr {
  if (expr.left.kind === 'row') throw notSupported('a row with ANY or ALL');
  if (expr.quantifier === 'any' && expr.operator === '=') return inQuery([expr.left], expr.query, false, env);
  if (expr.quantifier === 'all' && expr.operator === '<>') return inQuery([expr.left], expr.query, true, env);
  if (expr.operator === '<=>') throw notSupported('<=> with ANY or ALL');
  const query = bindInner(expr.query, env);
  if (query.columns.length !== 1) throw operandColumns(1);
  const left = env.context.inferred(env.bind(expr.left, env), query.columns[0]!.type);
  const [casted, types] = comparedQuery([left], query);
  const { operator, quantifier } = expr;
  const compared = byCollationOfQuery([forComparison(left, types[0]!)], casted, operator);
  const { needles, query: keyed } = compared;
  return { kind: 'quantified', operator, quantifier, left: needles[0]!, query: keyed, type: predicateType };
}
