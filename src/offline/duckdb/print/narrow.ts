/**
 * Arithmetic of decimals in 64 bits, for the arguments of SUM and AVG. MySQL's types leave room for values that
 * hardly ever come, and with it DuckDB would calculate in 128 bits: SUM(a * (1 - b) * (1 + c)) of DECIMAL(15,2)
 * takes three times as long. Narrow text gives every intermediate result 18 digits, of which DuckDB notices an
 * overflow. The query is then run again as it is printed without narrow text (PrintedSql.wide).
 */
import type { BoundExpr } from '../../../planner/bound.ts';
import { canEvaluate } from '../../../planner/evaluator/compile.ts';
import { isConstant } from '../../../planner/expr-tools.ts';
import { type SqlType, typeClass } from '../../../types/sql-type.ts';
import type { PrintState } from './state.ts';

/** Decimals up to this are 64 bits wide in DuckDB. */
export const narrowPrecision = 18;
/** More would leave too few digits before the point for ordinary amounts. */
const narrowScale = 8;

const scaleOf = (type: SqlType): number => (type.kind === 'decimal' ? type.scale : 0);
const isExact = (type: SqlType): boolean => typeClass(type) === 'integer' || type.kind === 'decimal';
const digitsBefore = (type: SqlType): number =>
  type.kind === 'decimal' ? type.precision - type.scale : narrowPrecision;
const asNarrow = (sql: string, scale: number): string =>
  `CAST(${sql} AS DECIMAL(${narrowPrecision},${scale}))`;

/**
 * The SQL of a number as a DuckDB decimal of at most 18 digits and the scale of its type, or undefined where it
 * cannot be said so or would gain nothing. Running it fails when a value has more digits.
 */
export function narrowNumber(state: PrintState, expr: BoundExpr): string | undefined {
  if (!state.narrow || !gains(expr)) return undefined;
  const sql = narrow(state, expr);
  if (sql !== undefined) state.narrowed = true;
  return sql;
}

/** Whether there is anything to calculate. */
function gains(expr: BoundExpr): boolean {
  return expr.type.kind === 'decimal' && expr.kind !== 'column';
}

function narrow(state: PrintState, expr: BoundExpr): string | undefined {
  if (!isExact(expr.type) || scaleOf(expr.type) > narrowScale) return undefined;
  const scale = scaleOf(expr.type);
  if (isConstant(expr)) return canEvaluate(expr) === true ? asNarrow(state.value(expr), scale) : undefined;
  switch (expr.kind) {
    case 'column': {
      const fits = expr.type.kind === 'decimal' && expr.type.precision <= narrowPrecision;
      return fits ? state.value(expr) : asNarrow(state.value(expr), scale);
    }
    case 'cast':
      return narrowCast(state, expr);
    case 'call':
      return narrowCall(state, expr);
    case 'case':
      return narrowCase(state, expr);
    default:
      return undefined;
  }
}

/** Only where no digit is lost and no value clipped. */
function narrowCast(state: PrintState, expr: Extract<BoundExpr, { kind: 'cast' }>): string | undefined {
  const { arg, type } = expr;
  if (type.kind !== 'decimal' || !isExact(arg.type) || type.scale < scaleOf(arg.type)) return undefined;
  if (type.precision - type.scale < Math.min(narrowPrecision, digitsBefore(arg.type))) return undefined;
  const sql = narrow(state, arg);
  return sql === undefined ? undefined : asNarrow(sql, type.scale);
}

function narrowCall(state: PrintState, expr: Extract<BoundExpr, { kind: 'call' }>): string | undefined {
  const { name, args, type } = expr;
  if (!['+', '-', '*'].includes(name)) return undefined;
  const scales = args.map((arg) => scaleOf(arg.type));
  const scale = name === '*' ? scales.reduce((sum, each) => sum + each, 0) : Math.max(...scales);
  if (scale !== scaleOf(type)) return undefined;
  const [left, right] = args.map((arg) => narrow(state, arg));
  return left === undefined || right === undefined ? undefined : `(${left} ${name} ${right})`;
}

function narrowCase(state: PrintState, expr: Extract<BoundExpr, { kind: 'case' }>): string | undefined {
  const scale = scaleOf(expr.type);
  const results = [...expr.whens.map(({ then }) => then), ...(expr.else === null ? [] : [expr.else])];
  if (results.some((result) => scaleOf(result.type) !== scale)) return undefined;
  const texts = results.map((result) => narrow(state, result));
  if (texts.includes(undefined)) return undefined;
  const whens = expr.whens.map(({ when }, index) => `WHEN ${state.condition(when)} THEN ${texts[index]}`);
  return `CASE ${whens.join(' ')}${expr.else === null ? '' : ` ELSE ${texts.at(-1)}`} END`;
}
