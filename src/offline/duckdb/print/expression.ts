/**
 * Expressions as DuckDB's SQL. The invariant: `value(expr)` is SQL of the DuckDB type `queryType(expr.type)`,
 * `condition(expr)` is SQL of type BOOLEAN. Nothing of a user's stands in the text: names are numbers, and
 * constants are parameters.
 */
import { assertNever } from '../../../base/assert.ts';
import { notSupported } from '../../../base/errors.ts';
import { type BoundExpr, rowVersionColumn } from '../../../planner/bound.ts';
import { canEvaluate } from '../../../planner/evaluator/compile.ts';
import { isConstant } from '../../../planner/expr-tools.ts';
import { type SqlType, typeClass } from '../../../types/sql-type.ts';
import { exprKey } from '../expr-key.ts';
import { queryType } from '../types.ts';
import { printAggregate, printWindow } from './aggregate.ts';
import { printCall } from './call.ts';
import { printCast } from './cast.ts';
import { requireComparable } from './order.ts';
import type { PrintState } from './state.ts';

/** A constant as SQL: numbers and NULL in place, everything else as a parameter. */
function printConstant(state: PrintState, expr: BoundExpr): string {
  if (expr.kind === 'literal') {
    const { value, type } = expr;
    // Without a type, NULL takes the one of what it stands beside.
    if (value === null) return type.kind === 'null' ? 'NULL' : `CAST(NULL AS ${queryType(type)})`;
    if (typeClass(type) === 'integer' && (typeof value === 'number' || typeof value === 'bigint')) {
      return `CAST(${value} AS ${queryType(type)})`;
    }
  }
  const key = `e${exprKey(expr)}`;
  if (expr.kind === 'literal')
    return state.parameter(key, expr.type, { kind: 'constant', value: expr.value });
  return state.parameter(key, expr.type, { kind: 'expression', expr });
}

/** The SQL of an expression's value, of type `queryType(expr.type)`. */
export function value(state: PrintState, expr: BoundExpr): string {
  const grouping = state.groupings.at(-1);
  if (grouping !== undefined && grouping.insideAggregate === 0 && grouping.keys.size > 0) {
    const key = grouping.keys.get(exprKey(expr));
    if (key !== undefined) return key;
  }
  if (isConstant(expr) && canEvaluate(expr) === true) return printConstant(state, expr);
  switch (expr.kind) {
    case 'literal':
    case 'parameter':
    case 'context':
      return printConstant(state, expr);
    case 'column':
      return printColumn(state, expr);
    case 'call':
      return printCall(state, expr).value;
    case 'cast':
      return printCast(state, expr);
    case 'case':
      return printCase(state, expr);
    case 'aggregate':
      return printAggregate(state, expr);
    case 'window':
      return printWindow(state, expr);
    case 'scalarSubquery':
      return `(${state.query(expr.query)})`;
    case 'exists':
    case 'inSubquery':
    case 'quantified':
      return `CAST(${state.condition(expr)} AS ${queryType(expr.type)})`;
    default:
      return assertNever(expr);
  }
}

/** The SQL of an expression as a condition: TRUE, FALSE or NULL. */
export function condition(state: PrintState, expr: BoundExpr): string {
  switch (expr.kind) {
    case 'call': {
      if (isConstant(expr) && canEvaluate(expr) === true) break;
      const grouping = state.groupings.at(-1);
      if (grouping?.keys.has(exprKey(expr)) === true && grouping.insideAggregate === 0) break;
      const printed = printCall(state, expr);
      if (printed.condition !== undefined) return printed.condition;
      return truth(printed.value, expr.type);
    }
    case 'exists':
      return `EXISTS (${state.query(expr.query)})`;
    case 'inSubquery':
      return printInSubquery(state, expr);
    case 'quantified':
      return printQuantified(state, expr);
    default:
  }
  return truth(state.value(expr), expr.type);
}

/** MySQL's truth of a value: not zero. */
function truth(sql: string, type: SqlType): string {
  switch (typeClass(type)) {
    case 'integer':
    case 'decimal':
    case 'real':
    case 'bit':
    case 'null':
      return `(${sql} <> 0)`;
    case 'temporal':
      // A valid date is never zero; a TIME is its microseconds.
      return type.kind === 'time' ? `(${sql} <> 0)` : `(${sql} IS NOT NULL OR NULL)`;
    default:
      throw notSupported(`${type.kind.toUpperCase()} as a condition`);
  }
}

function printColumn(state: PrintState, expr: Extract<BoundExpr, { kind: 'column' }>): string {
  state.useColumn(expr.relation, expr.column);
  const sql = `r${expr.relation}.${expr.column === rowVersionColumn ? 'rv' : `c${expr.column}`}`;
  // A correlated column may belong to a SELECT further out that is grouped.
  const grouping = state.groupings.findLast((each) => each.relations.has(expr.relation));
  if (grouping === undefined || grouping.insideAggregate > 0 || grouping.keys.has(exprKey(expr))) return sql;
  if (grouping.depth === state.depth) return `first(${sql})`;
  if (grouping.rollup || !grouping.determined.has(expr.relation)) {
    throw notSupported('a subquery over a column that GROUP BY does not name');
  }
  grouping.dependent.add(sql);
  return sql;
}

function printCase(state: PrintState, expr: Extract<BoundExpr, { kind: 'case' }>): string {
  const whens = expr.whens.map(({ when, then }) => `WHEN ${state.condition(when)} THEN ${state.value(then)}`);
  const otherwise = expr.else === null ? '' : ` ELSE ${state.value(expr.else)}`;
  return `CAST(CASE ${whens.join(' ')}${otherwise} END AS ${queryType(expr.type)})`;
}

function printInSubquery(state: PrintState, expr: Extract<BoundExpr, { kind: 'inSubquery' }>): string {
  requireComparable(expr.needles.map((needle) => needle.type));
  const needles = expr.needles.map((needle) => state.value(needle));
  const query = state.query(expr.query);
  if (needles.length === 1) return `(${needles[0]} ${expr.negated ? 'NOT IN' : 'IN'} (${query}))`;
  // DuckDB compares rows with a NULL in them as unknown even where another part already differs.
  const name = state.freshName('s');
  const equal = needles.map((needle, index) => `${needle} = ${name}.c${index}`).join(' AND ');
  const found =
    `(SELECT CASE WHEN coalesce(bool_or(${equal}), FALSE) THEN TRUE WHEN count(*) > count(${equal}) THEN NULL ` +
    `ELSE FALSE END FROM (${query}) AS ${name})`;
  return expr.negated ? `(NOT ${found})` : found;
}

const quantifiable: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

function printQuantified(state: PrintState, expr: Extract<BoundExpr, { kind: 'quantified' }>): string {
  if (!quantifiable.has(expr.operator)) throw notSupported(`${expr.operator} ${expr.quantifier}`);
  requireComparable([expr.left.type]);
  const left = state.value(expr.left);
  return `(${left} ${expr.operator} ${expr.quantifier === 'any' ? 'ANY' : 'ALL'} (${state.query(expr.query)}))`;
}
