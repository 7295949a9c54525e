/**
 * Values as keys: when `column = value` under MySQL's comparison rules is the same as equality of encoded
 * keys, and which key that is.
 */
import { comparesByBytes } from '../../types/collation.ts';
import { decimalOfNumber, decimalOfText, formatDecimal, parseDecimal, rescale } from '../../types/decimal.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import { microsPerDay, splitDatetime } from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import { converter, maxUnsigned, minSigned } from './cast.ts';
import { type EvaluationEnv, localOfUtc, Refusal, utcOfLocal } from './environment.ts';

/**
 * - key: the only value of the column's type that equals the value
 * - none: no value of the column's type equals it (5.5 for an INT)
 * - inexact: several might, or none that can be told; the query must be scanned
 */
export type KeyValue =
  | { readonly kind: 'key'; readonly value: NonNullable<SqlValue> }
  | { readonly kind: 'none' }
  | { readonly kind: 'inexact' };

export type KeyCoercion = (value: NonNullable<SqlValue>, env: EvaluationEnv) => KeyValue;

const none: KeyValue = { kind: 'none' };
const inexact: KeyValue = { kind: 'inexact' };
const key = (value: NonNullable<SqlValue>): KeyValue => ({ kind: 'key', value });

const bitsOf: Partial<Record<SqlType['kind'], number>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  bigint: 64,
};

function integerKey(from: SqlType, to: Extract<SqlType, { unsigned: boolean }>): KeyCoercion | undefined {
  const bits = BigInt(bitsOf[to.kind]!);
  const [low, high] = to.unsigned
    ? [0n, (1n << bits) - 1n]
    : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
  const ofBigint = (value: bigint): KeyValue => {
    if (value < low || value > high) return none;
    return key(to.kind === 'bigint' ? value : Number(value));
  };
  const ofDouble = (value: number): KeyValue => {
    if (!Number.isInteger(value)) return none;
    return Number.isSafeInteger(value) ? ofBigint(BigInt(value)) : inexact;
  };
  switch (typeClass(from)) {
    case 'integer':
      return from.kind === 'year' ? undefined : (value) => ofBigint(BigInt(value as number | bigint));
    case 'decimal':
      return (value) => {
        const number = decimalOfText(String(value));
        const whole = rescale(number, 0);
        return rescale(whole, number.scale).unscaled === number.unscaled ? ofBigint(whole.unscaled) : none;
      };
    case 'real':
      return (value) => ofDouble(Number(value));
    case 'string':
      if (from.kind === 'enum' || from.kind === 'set') return undefined;
      // Text is compared with a number as a double; digits alone are exact, the rest goes the slow way.
      return (value) => {
        const text = String(value);
        if (!/^-?\d{1,20}$/.test(text)) return inexact;
        const number = BigInt(text);
        if (number < minSigned || number > maxUnsigned) return none;
        return Number.isSafeInteger(Number(text)) ? ofBigint(number) : inexact;
      };
    default:
      return undefined;
  }
}

/** By the column's collation: the caller knows that the comparison is by it. */
function textKey(from: SqlType, to: SqlType): KeyCoercion | undefined {
  if (typeClass(from) !== 'string' || to.kind === 'set') return undefined;
  if (to.kind === 'enum') {
    if (!comparesByBytes(to.collation)) return undefined;
    const members = new Set(to.members);
    return (value) => (members.has(String(value)) ? key(value) : none);
  }
  return (value) => key(value);
}

function bytesKey(from: SqlType): KeyCoercion | undefined {
  if (typeClass(from) === 'binary') return (value) => key(value);
  if (typeClass(from) === 'string') return (value) => key(new Uint8Array(Buffer.from(String(value))));
  return undefined;
}

function decimalKey(from: SqlType, to: Extract<SqlType, { kind: 'decimal' }>): KeyCoercion | undefined {
  const name = typeClass(from);
  if (name !== 'integer' && name !== 'decimal') return undefined;
  return (value) => {
    const number = parseDecimal(String(value));
    if (number === undefined) return inexact;
    const scaled = rescale(number, to.scale);
    if (
      rescale(scaled, Math.max(to.scale, number.scale)).unscaled !==
      rescale(number, Math.max(to.scale, number.scale)).unscaled
    ) {
      return none;
    }
    return key(formatDecimal(scaled));
  };
}

function doubleKey(from: SqlType): KeyCoercion | undefined {
  switch (typeClass(from)) {
    case 'integer':
    case 'decimal':
    case 'real':
      return (value) => {
        const number = decimalOfNumber(Number(value));
        return number === undefined ? inexact : key(Number(value) === 0 ? 0 : Number(value));
      };
    default:
      return undefined;
  }
}

/** The datetime in the session's zone that a value is compared as; null when it is none. */
function datetimeOf(
  from: SqlType,
): ((value: NonNullable<SqlValue>, env: EvaluationEnv) => bigint | null) | undefined {
  const name = typeClass(from);
  if (from.kind === 'time' || (name !== 'temporal' && name !== 'string' && name !== 'integer'))
    return undefined;
  const convert = converter(from, { kind: 'datetime', fsp: 6 });
  return (value, env) => convert(value, env) as bigint | null;
}

function temporalKey(from: SqlType, to: SqlType): KeyCoercion | undefined {
  if (to.kind === 'time') {
    if (from.kind !== 'time' && typeClass(from) !== 'string') return undefined;
    const convert = converter(from, { kind: 'time', fsp: 6 });
    return (value, env) => {
      const us = convert(value, env);
      return us === null ? none : key(us);
    };
  }
  if (from.kind === to.kind) return (value) => key(value);
  const local = datetimeOf(from);
  if (local === undefined) return undefined;
  return (value, env) => {
    const us = local(value, env);
    if (us === null) return none;
    if (to.kind === 'datetime') return key(us);
    if (to.kind === 'date') return us % microsPerDay === 0n ? key(splitDatetime(us).days) : none;
    const utc = utcOfLocal(env, us);
    if (localOfUtc(env, utc) !== us) return none;
    const hours = 3n * 3_600_000_000n;
    // Near a change of the offset two instants may show one clock.
    return env.zoneMinutes(utc - hours) === env.zoneMinutes(utc + hours) ? key(utc) : inexact;
  };
}

/**
 * How a value of `from` becomes a key of a column of type `to`; undefined when equality with such a value is
 * no key lookup.
 */
export function keyCoercion(from: SqlType, to: SqlType): KeyCoercion | undefined {
  if (from.kind === 'null') return () => none;
  try {
    switch (typeClass(to)) {
      case 'integer':
        return to.kind === 'year' || !('unsigned' in to)
          ? undefined
          : integerKey(from, to as Extract<SqlType, { unsigned: boolean }>);
      case 'string':
        return textKey(from, to);
      case 'binary':
        return bytesKey(from);
      case 'decimal':
        return to.kind === 'decimal' ? decimalKey(from, to) : undefined;
      case 'real':
        return to.kind === 'double' ? doubleKey(from) : undefined;
      case 'temporal':
        return temporalKey(from, to);
      default:
        return undefined;
    }
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Whether the order of keys is the order of such comparisons, so that it may bound a range. */
export function boundsRange(from: SqlType, to: SqlType): boolean {
  const [a, b] = [typeClass(from), typeClass(to)];
  if (keyCoercion(from, to) === undefined) return false;
  // Their keys are in the order of the definition, their comparisons with texts in the order of texts.
  if (to.kind === 'enum' || to.kind === 'set') return false;
  if (b === 'temporal')
    return to.kind !== 'timestamp' || from.kind === 'timestamp' || a === 'string' || a === 'temporal';
  return a === b;
}
