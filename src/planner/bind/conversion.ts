/** CAST, temporal literals, and date arithmetic. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import { characterSetOf, findCharacterSet } from '../../catalog/metadata/charsets.ts';
import type { DataType, Expr, IntervalUnit } from '../../sql/ast.ts';
import { bigint, decimal, double, json, type SqlType, typeClass, varchar } from '../../types/sql-type.ts';
import { hasOffset, parseDate, parseDatetime, parseTime } from '../../types/temporal.ts';
import type { BoundExpr } from '../bound.ts';
import { isCompoundUnit } from '../evaluator/intervals.ts';
import { castTo } from '../expr-tools.ts';
import { characterLength } from '../result-type/text.ts';
import { asText, bitsAsNumber } from './arguments.ts';
import { bindCall } from './call.ts';
import { textLiteral } from './context.ts';
import type { ExprEnv } from './env.ts';

function castLength(type: DataType, operand: SqlType): number {
  return type.length ?? Math.max(1, characterLength(operand));
}

/** The type that CAST converts to. Errors 1425, 1426, and 1235 for what the gateway has not. */
export function castType(type: DataType, operand: SqlType, connection: string): SqlType {
  switch (type.name) {
    case 'signed':
    case 'bigint':
    case 'int':
      return bigint(type.unsigned);
    case 'unsigned':
      return bigint(true);
    case 'decimal':
      return decimalType(type);
    case 'double':
      return double;
    case 'float':
      return type.length !== null && type.length > 24 ? double : { kind: 'float' };
    case 'char':
    case 'varchar': {
      const length = castLength(type, operand);
      const collation = collationOfCast(type, connection);
      if (length > 16_383) return { kind: 'longtext', collation };
      return varchar(length, collation);
    }
    case 'binary':
    case 'varbinary':
      if (type.length !== null && type.name === 'binary') return { kind: 'binary', length: type.length };
      return { kind: 'varbinary', length: Math.min(65_535, castLength(type, operand) * 4) };
    case 'date':
      return { kind: 'date' };
    case 'datetime':
    case 'time':
      return { kind: type.name, fsp: fractionDigits(type) };
    case 'json':
      return json;
    default:
      throw notSupported(`CAST AS ${type.name.toUpperCase()}`);
  }
}

/** The connection's, or the one that comes with the character set that is named. */
function collationOfCast({ charset, binary }: DataType, connection: string): string {
  const name = charset ?? characterSetOf(connection);
  if (binary) return `${name}_bin`;
  if (charset === null) return connection;
  const set = findCharacterSet(charset);
  if (set === undefined) throw new GatewayError('UNKNOWN_CHARSET', `Unknown character set: '${charset}'`);
  return set.defaultCollation;
}

function fractionDigits(type: DataType): number {
  const fsp = type.length ?? 0;
  if (fsp > 6) {
    throw new GatewayError(
      'DECIMAL_PRECISION_TOO_BIG',
      `Too-big precision ${fsp} specified for 'CAST'. Maximum is 6.`,
    );
  }
  return fsp;
}

function decimalType(type: DataType): SqlType {
  const [precision, scale] = [type.length ?? 10, type.scale ?? 0];
  if (precision > 65) {
    throw new GatewayError(
      'DECIMAL_PRECISION_TOO_BIG',
      `Too-big precision ${precision} specified for 'CAST'. Maximum is 65.`,
    );
  }
  if (scale > 30) {
    throw new GatewayError(
      'DECIMAL_SCALE_TOO_BIG',
      `Too big scale ${scale} specified for 'CAST'. Maximum is 30.`,
    );
  }
  if (scale > precision) {
    throw new GatewayError(
      'DECIMAL_SCALE_TOO_BIG',
      `For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column '').`,
    );
  }
  return decimal(Math.max(1, precision), scale);
}

/** CAST(operand AS type), CONVERT(operand, type). */
export function castOf(operand: BoundExpr, type: DataType, env: ExprEnv): BoundExpr {
  const target = castType(type, operand.type, env.surroundings.collation);
  const arg = /^(integer|decimal|real)$/.test(typeClass(target)) ? bitsAsNumber(operand) : operand;
  return { kind: 'cast', arg, type: target, implicit: false };
}

/** `DATE '…'`: error 1525 when it is none. The text is part of the plan. */
export function bindTemporalLiteral(
  expr: Extract<Expr, { kind: 'temporalLiteral' }>,
  env: ExprEnv,
): BoundExpr {
  const { literal, parameter } = expr.text;
  const text = literal.type === 'string' ? literal.value : '';
  if (parameter !== null && env.surroundings.views.length === 0) {
    env.context.literal(expr.text, true);
    env.context.lookedAt.add(parameter);
  }
  const fraction = /\.(\d+)(?:[+-]\d\d:\d\d)?\s*$/.exec(text)?.[1] ?? '';
  const fsp = Math.min(6, fraction.length);
  const shown = expr.type === 'timestamp' ? 'DATETIME' : expr.type.toUpperCase();
  const fail = (): never => {
    throw new GatewayError('WRONG_VALUE', `Incorrect ${shown} value: '${text}'`);
  };
  switch (expr.type) {
    case 'date':
      return { kind: 'literal', value: parseDate(text) ?? fail(), type: { kind: 'date' } };
    case 'time':
      return { kind: 'literal', value: parseTime(text, { fsp }) ?? fail(), type: { kind: 'time', fsp } };
    case 'timestamp': {
      if (parseDatetime(text, { fsp }) === undefined) fail();
      const type: SqlType = { kind: 'datetime', fsp };
      // An offset in the text is converted to the session's zone, which is known when the statement runs.
      if (hasOffset(text)) return { kind: 'cast', arg: textLiteral(text), type, implicit: false };
      return { kind: 'literal', value: parseDatetime(text, { fsp }) ?? fail(), type };
    }
  }
}

/** INTERVAL amounts: text for compound units, decimal for SECOND with a fraction, otherwise a whole number. */
function intervalAmount(amount: BoundExpr, unit: IntervalUnit, env: ExprEnv): BoundExpr {
  const { type } = amount;
  if (isCompoundUnit(unit))
    return typeClass(type) === 'string' || type.kind === 'null' ? amount : asText(amount);
  if (type.kind === 'null') return amount;
  const typed = env.context.inferred(amount, bigint());
  if (unit === 'SECOND' && typeClass(typed.type) !== 'integer') {
    return typed.type.kind === 'decimal'
      ? typed
      : { kind: 'cast', arg: typed, type: decimal(40, 6), implicit: true };
  }
  return castTo(typed, bigint());
}

export function dateArithmetic(
  operator: '+' | '-',
  operand: Expr,
  amount: Expr,
  unit: IntervalUnit,
  env: ExprEnv,
): BoundExpr {
  const value = env.bind(operand, env);
  const count = intervalAmount(env.bind(amount, env), unit, env);
  return bindCall(operator === '+' ? 'DATE_ADD' : 'DATE_SUB', [value, count, textLiteral(unit)], env);
}

export function timestampDifference(expr: Extract<Expr, { kind: 'timestampDiff' }>, env: ExprEnv): BoundExpr {
  const [from, to] = [env.bind(expr.from, env), env.bind(expr.to, env)];
  return bindCall('TIMESTAMPDIFF', [textLiteral(expr.unit), from, to], env);
}
