/**
 * Arithmetic. Integers are BIGINT, whose overflow DuckDB reports; where an operand or the result is unsigned
 * it is done in HUGEINT and cast, which reports too. Decimals are exact: division works on the unscaled
 * integers, because DuckDB's own gives a DOUBLE.
 */
import type { BoundExpr } from '../../planner/bound.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import type { Call, CallPrinter, PrintState } from './print-state.ts';
import { maxDuckPrecision, queryType } from './types.ts';

const digitsOfInteger = 20;
/** Decimals up to this are 64 bits wide in DuckDB. */
const narrowPrecision = 18;

const isExact = (type: SqlType): boolean => ['integer', 'decimal', 'bit', 'null'].includes(typeClass(type));
const isNumber = (type: SqlType): boolean => isExact(type) || typeClass(type) === 'real';

function shape(type: SqlType): { readonly precision: number; readonly scale: number } {
  if (type.kind === 'decimal')
    return { precision: Math.min(type.precision, maxDuckPrecision), scale: type.scale };
  return { precision: digitsOfInteger, scale: 0 };
}

const asDouble = (sql: string): string => `CAST(${sql} AS DOUBLE)`;
const asHuge = (sql: string): string => `CAST(${sql} AS HUGEINT)`;
const power = (exponent: number): string => `CAST(1${'0'.repeat(exponent)} AS HUGEINT)`;

/**
 * A decimal with room for the result of an operation: of two operands that fit 64 bits DuckDB keeps the result
 * in 64 bits too, and fails when it does not fit.
 */
function widened(sql: string, type: SqlType): string {
  const { precision, scale } = shape(type);
  return precision > narrowPrecision ? sql : `CAST(${sql} AS DECIMAL(${narrowPrecision + 1},${scale}))`;
}

/** `sql` × 10^scale as a HUGEINT: the digits of an exact number without their point. */
export function unscaled(sql: string, type: SqlType, scale = shape(type).scale): string {
  const own = shape(type);
  if (own.scale === 0) return scale === 0 ? asHuge(sql) : `(${asHuge(sql)} * ${power(scale)})`;
  const factor = `CAST(1${'0'.repeat(own.scale)} AS DECIMAL(${own.scale + 1},0))`;
  const digits = asHuge(`${widened(sql, type)} * ${factor}`);
  return scale === own.scale ? digits : `(${digits} * ${power(scale - own.scale)})`;
}

/** A HUGEINT of digits as the DECIMAL with `scale` of them after its point, then as `type`. */
export function scaled(sql: string, scale: number, type: SqlType): string {
  if (scale === 0) return `CAST(${sql} AS ${queryType(type)})`;
  const unit = `CAST(0.${'0'.repeat(scale - 1)}1 AS DECIMAL(${scale},${scale}))`;
  const whole = `CAST(${sql} AS DECIMAL(${maxDuckPrecision - scale},0))`;
  return `CAST(${whole} * ${unit} AS ${queryType(type)})`;
}

/** The exact quotient of two numbers, rounded to the scale of `type`; NULL by zero. */
export function divide(
  dividend: { readonly sql: string; readonly type: SqlType },
  divisor: { readonly sql: string; readonly type: SqlType },
  type: Extract<SqlType, { kind: 'decimal' }>,
): string {
  const shift = type.scale + shape(divisor.type).scale - shape(dividend.type).scale;
  const numerator = unscaled(dividend.sql, dividend.type);
  const denominator = unscaled(divisor.sql, divisor.type);
  const [a, b] = shift >= 0 ? [numerator, denominator] : [numerator, `(${denominator} * ${power(-shift)})`];
  return scaled(`tg_divide(${a}, ${b}, ${power(Math.max(shift, 0))})`, type.scale, type);
}

function printSimple(state: PrintState, call: Call): string | undefined {
  const [left, right] = call.args;
  if (left === undefined || right === undefined) return undefined;
  const { type, name } = call;
  if (!isNumber(left.type) || !isNumber(right.type)) return undefined;
  const [a, b] = [state.value(left), state.value(right)];
  if (typeClass(type) === 'real') return `tg_finite(${asDouble(a)} ${name} ${asDouble(b)})`;
  if (!isExact(left.type) || !isExact(right.type)) return undefined;
  if (type.kind === 'decimal') {
    const wide = left.type.kind === 'decimal' && type.precision > narrowPrecision ? widened(a, left.type) : a;
    return `(${wide} ${name} ${b})`;
  }
  const signed = [left.type, right.type, type].every((each) => queryType(each) === 'BIGINT');
  return signed ? `(${a} ${name} ${b})` : `(${asHuge(a)} ${name} ${asHuge(b)})`;
}

function printDivision(state: PrintState, call: Call): string | undefined {
  const [left, right] = call.args;
  if (left === undefined || right === undefined || !isNumber(left.type) || !isNumber(right.type))
    return undefined;
  const [a, b] = [state.value(left), state.value(right)];
  if (call.type.kind !== 'decimal') return `tg_finite(${asDouble(a)} / nullif(${asDouble(b)}, 0))`;
  if (!isExact(left.type) || !isExact(right.type)) return undefined;
  return divide({ sql: a, type: left.type }, { sql: b, type: right.type }, call.type);
}

/** Both operands as HUGEINTs of the same scale. */
function aligned(
  state: PrintState,
  left: BoundExpr,
  right: BoundExpr,
): [a: string, b: string, scale: number] {
  const scale = Math.max(shape(left.type).scale, shape(right.type).scale);
  return [
    unscaled(state.value(left), left.type, scale),
    unscaled(state.value(right), right.type, scale),
    scale,
  ];
}

const bothBigint = (left: BoundExpr, right: BoundExpr): boolean =>
  queryType(left.type) === 'BIGINT' && queryType(right.type) === 'BIGINT';

function printIntegerDivision(state: PrintState, call: Call): string | undefined {
  const [left, right] = call.args;
  if (left === undefined || right === undefined || !isExact(left.type) || !isExact(right.type))
    return undefined;
  if (bothBigint(left, right)) return `(${state.value(left)} // ${state.value(right)})`;
  const [a, b] = aligned(state, left, right);
  return `(${a} // ${b})`;
}

function printModulo(state: PrintState, call: Call): string | undefined {
  const [left, right] = call.args;
  if (left === undefined || right === undefined || !isNumber(left.type) || !isNumber(right.type))
    return undefined;
  if (typeClass(call.type) === 'real') {
    return `(${asDouble(state.value(left))} % nullif(${asDouble(state.value(right))}, 0))`;
  }
  if (!isExact(left.type) || !isExact(right.type)) return undefined;
  if (bothBigint(left, right)) return `tg_modulo(${state.value(left)}, ${state.value(right)})`;
  const [a, b, scale] = aligned(state, left, right);
  return scaled(`(${a} % ${b})`, scale, call.type);
}

function printNegation(state: PrintState, call: Call): string | undefined {
  const [arg] = call.args;
  if (arg === undefined || !isNumber(arg.type)) return undefined;
  const sql = state.value(arg);
  return queryType(arg.type) === 'UBIGINT' ? `(-${asHuge(sql)})` : `(-${sql})`;
}

/** CEIL and FLOOR; integers are theirs already, and DuckDB would make DOUBLEs of them. */
function printCeil(state: PrintState, call: Call): string | undefined {
  const [arg] = call.args;
  if (arg === undefined || !isNumber(arg.type)) return undefined;
  const sql = state.value(arg);
  return typeClass(arg.type) === 'integer' ? sql : `${call.name.toLowerCase()}(${sql})`;
}

/** ROUND and TRUNCATE of exact numbers by a literal number of digits; the rest is the evaluator's. */
function printRound(state: PrintState, call: Call): string | undefined {
  const [arg, digitsArg] = call.args;
  if (arg === undefined || arg.type.kind !== 'decimal' || call.type.kind !== 'decimal') return undefined;
  const digits =
    digitsArg === undefined ? 0 : digitsArg.kind === 'literal' ? Number(digitsArg.value) : Number.NaN;
  if (!Number.isInteger(digits) || digits < 0 || digits !== call.type.scale) return undefined;
  if (digits >= arg.type.scale) return state.value(arg);
  if (call.name === 'ROUND') return `round(${state.value(arg)}, ${digits})`;
  const cut = `(${unscaled(state.value(arg), arg.type)} // ${power(arg.type.scale - digits)})`;
  return scaled(cut, digits, call.type);
}

export const arithmeticPrinters: readonly (readonly [string, CallPrinter])[] = [
  ['+', printSimple],
  ['-', printSimple],
  ['*', printSimple],
  ['/', printDivision],
  ['DIV', printIntegerDivision],
  ['%', printModulo],
  ['NEG', printNegation],
  ['CEIL', printCeil],
  ['FLOOR', printCeil],
  ['ROUND', printRound],
  ['TRUNCATE', printRound],
];
