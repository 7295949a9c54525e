/**
 * MySQL's conversions between types as CAST and implicit conversion do them (MySQL 8.0 manual, "Cast
 * Functions and Operators"): what does not fit is clipped or NULL with a warning, never an error.
 */
import { assertNever } from '../../base/assert.ts';
import { notSupported } from '../../base/errors.ts';
import {
  type Decimal,
  decimalOfNumber,
  decimalOfText,
  fitsPrecision,
  formatDecimal,
  parseDecimalPrefix,
  powerOfTen,
  rescale,
} from '../../types/decimal.ts';
import { parseJsonTree } from '../../types/json-tree.ts';
import { memberNumber } from '../../types/members.ts';
import { formatDouble, formatFloat } from '../../types/real-text.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import { roundDatetime, roundTime } from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import { castToTemporal } from './cast-temporal.ts';
import { type EvaluationEnv, Refusal } from './environment.ts';
import { castPlace, toJson } from './json.ts';
import { numberTextOfTemporal, textOfTemporal } from './temporal-text.ts';

export type Converter = (value: NonNullable<SqlValue>, env: EvaluationEnv) => SqlValue;

const utf8 = new TextDecoder();
const toUtf8 = new TextEncoder();

/** 0 to 2^64 - 1, and the range of BIGINT. */
export const maxUnsigned = 18_446_744_073_709_551_615n;
export const maxSigned = 9_223_372_036_854_775_807n;
export const minSigned = -9_223_372_036_854_775_808n;

const integerBounds: Partial<Record<SqlType['kind'], readonly [bits: number]>> = {
  tinyint: [8],
  smallint: [16],
  mediumint: [24],
  int: [32],
  bigint: [64],
};

const truncated = (env: EvaluationEnv, kind: string, text: string): void =>
  env.warn(1292, `Truncated incorrect ${kind} value: '${text}'`);

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOfBytes(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw notSupported('binary values that are no UTF-8 as text');
  }
}

/** Text of a value as CAST(… AS CHAR) gives it. */
export function toText(from: SqlType): Converter {
  switch (typeClass(from)) {
    case 'string':
    case 'json':
      return (value) => value;
    case 'binary':
      return (value) => (value instanceof Uint8Array ? textOfBytes(value) : value);
    case 'integer':
      if (from.kind === 'year') return (value) => String(value).padStart(4, '0');
      return (value) => String(value);
    case 'decimal':
      return (value) => value;
    case 'real':
      return from.kind === 'float'
        ? (value) => formatFloat(Number(value))
        : (value) => formatDouble(Number(value), from.kind === 'double' ? from.scale : undefined);
    case 'temporal':
      return textOfTemporal(from);
    case 'bit':
      throw new Refusal('BIT as text');
    case 'null':
      return () => null;
  }
}

/** The number that a text begins with; 0 with a warning when it begins with none. */
export function doubleOfText(text: string, env: EvaluationEnv): number {
  const match = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(text);
  if (match === null || match[0].length < text.trimEnd().length) truncated(env, 'DOUBLE', text);
  const value = match === null ? 0 : Number(match[0]);
  if (Number.isFinite(value)) return value;
  truncated(env, 'DOUBLE', text);
  return value > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
}

/** The number that a document stands for, as it is written; 0 with a warning for what is none. */
function numberOfJson(document: string, kind: string, env: EvaluationEnv): string {
  const node = parseJsonTree(document, castPlace);
  if (node.kind === 'scalar' && node.text !== 'null') {
    return node.text === 'true' ? '1' : node.text === 'false' ? '0' : node.text;
  }
  const text =
    node.kind === 'string'
      ? /^\s*([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)\s*$/.exec(node.value)?.[1]
      : undefined;
  if (text !== undefined) return text.replace('+', '');
  env.warn(3156, `Invalid JSON value for CAST to ${kind}`);
  return '0';
}

function toDouble(from: SqlType): Converter {
  switch (typeClass(from)) {
    case 'json':
      return (value, env) => Number(numberOfJson(String(value), 'DOUBLE', env));
    case 'string':
      if (from.kind === 'enum' || from.kind === 'set') {
        const number = memberNumber(from);
        return (value) => Number(number(String(value)));
      }
      return (value, env) => doubleOfText(String(value), env);
    case 'binary':
      return (value, env) =>
        doubleOfText(value instanceof Uint8Array ? utf8.decode(value) : String(value), env);
    case 'temporal': {
      const text = numberTextOfTemporal(from);
      return (value, env) => Number(text(value, env));
    }
    default:
      return (value) => Number(value);
  }
}

function toDecimalValue(from: SqlType): (value: NonNullable<SqlValue>, env: EvaluationEnv) => Decimal {
  switch (typeClass(from)) {
    case 'decimal':
      return (value) => decimalOfText(String(value));
    case 'real':
      return (value) => decimalOfNumber(Number(value)) ?? { unscaled: 0n, scale: 0 };
    case 'temporal': {
      const text = numberTextOfTemporal(from);
      return (value, env) => decimalOfText(text(value, env));
    }
    case 'integer':
    case 'bit':
    case 'null':
      return (value) => ({ unscaled: BigInt(String(value)), scale: 0 });
    case 'json':
      return (value, env) =>
        parseDecimalPrefix(numberOfJson(String(value), 'DECIMAL', env)).value ?? { unscaled: 0n, scale: 0 };
    case 'string':
    case 'binary': {
      if (from.kind === 'enum' || from.kind === 'set') {
        const number = memberNumber(from);
        return (value) => ({ unscaled: number(String(value)), scale: 0 });
      }
      const text = toText(from);
      return (value, env) => {
        const source = String(text(value, env));
        const { value: number, complete } = parseDecimalPrefix(source);
        if (!complete) truncated(env, 'DECIMAL', source);
        return number ?? { unscaled: 0n, scale: 0 };
      };
    }
  }
}

function toDecimal(from: SqlType, precision: number, scale: number): Converter {
  const convert = toDecimalValue(from);
  return (value, env) => {
    const result = rescale(convert(value, env), scale);
    if (fitsPrecision(result, precision)) return formatDecimal(result);
    env.warn(1264, 'Out of range value for column');
    const largest = powerOfTen(precision) - 1n;
    return formatDecimal({ unscaled: result.unscaled < 0n ? -largest : largest, scale });
  };
}

/** An integer of any size, before it is brought into the target's range. */
function integerOf(from: SqlType): (value: NonNullable<SqlValue>, env: EvaluationEnv) => bigint {
  switch (typeClass(from)) {
    case 'integer':
    case 'bit':
      return (value) => BigInt(value as number | bigint);
    case 'real':
      return (value) => BigInt(roundHalfEven(Number(value)));
    case 'json':
      // Fractions are cut off, where a DOUBLE's are rounded.
      return (value, env) => {
        const text = numberOfJson(String(value), 'INTEGER', env);
        return /^-?\d+$/.test(text) ? BigInt(text) : BigInt(Math.trunc(Number(text)));
      };
    case 'string':
    case 'binary': {
      if (from.kind === 'enum' || from.kind === 'set') {
        const number = memberNumber(from);
        return (value) => number(String(value));
      }
      const text = toText(from);
      return (value, env) => {
        const source = String(text(value, env));
        const match = /^\s*([+-]?\d+)/.exec(source);
        if (match === null || match[0].length < source.trimEnd().length) truncated(env, 'INTEGER', source);
        return match === null ? 0n : BigInt(match[1]!.replace('+', ''));
      };
    }
    case 'temporal': {
      // Rounded as a clock, so that 59.9 seconds carry into the minute.
      const text = numberTextOfTemporal('fsp' in from ? { ...from, fsp: 0 } : from);
      if (from.kind === 'date') return (value, env) => BigInt(text(value, env));
      const round = from.kind === 'time' ? roundTime : roundDatetime;
      return (value, env) => BigInt(text(round(value as bigint, 0), env));
    }
    default: {
      const convert = toDecimalValue(from);
      return (value, env) => rescale(convert(value, env), 0).unscaled;
    }
  }
}

/** Rounds to the nearest integer, halves to even, as C's rint. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function clip(value: bigint, low: bigint, high: bigint, env: EvaluationEnv): bigint {
  if (value >= low && value <= high) return value;
  truncated(env, 'INTEGER', String(value));
  return value < low ? low : high;
}

function toInteger(from: SqlType, to: Extract<SqlType, { unsigned: boolean }>): Converter {
  const convert = integerOf(from);
  const bits = integerBounds[to.kind]![0];
  const fromInteger = typeClass(from) === 'integer' || typeClass(from) === 'bit';
  const fromText = typeClass(from) === 'string' || typeClass(from) === 'binary';
  if (bits < 64) {
    const [low, high] = to.unsigned
      ? [0n, (1n << BigInt(bits)) - 1n]
      : [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n];
    return (value, env) => Number(clip(convert(value, env), low, high, env));
  }
  return (value, env) => {
    const integer = convert(value, env);
    // Integers, and integers written as text, keep their 64 bits between SIGNED and UNSIGNED.
    if (fromInteger) return to.unsigned ? BigInt.asUintN(64, integer) : BigInt.asIntN(64, integer);
    if (fromText) {
      const clipped = clip(integer, minSigned, maxUnsigned, env);
      return to.unsigned ? BigInt.asUintN(64, clipped) : BigInt.asIntN(64, clipped);
    }
    return to.unsigned ? clip(integer, 0n, maxUnsigned, env) : clip(integer, minSigned, maxSigned, env);
  };
}

function cutText(convert: Converter, length: number): Converter {
  return (value, env) => {
    const text = String(convert(value, env));
    if (text.length <= length) return text;
    const characters = [...text];
    if (characters.length <= length) return text;
    truncated(env, `CHAR(${length})`, text);
    return characters.slice(0, length).join('');
  };
}

function toBinary(from: SqlType, to: SqlType): Converter {
  const text = typeClass(from) === 'binary' ? undefined : toText(from);
  const length = to.kind === 'binary' || to.kind === 'varbinary' ? to.length : undefined;
  return (value, env) => {
    const bytes =
      value instanceof Uint8Array
        ? value
        : toUtf8.encode(String(text === undefined ? value : text(value, env)));
    if (length !== undefined && bytes.length > length) {
      truncated(env, `BINARY(${length})`, utf8.decode(bytes));
      return bytes.slice(0, length);
    }
    if (to.kind !== 'binary' || length === undefined || bytes.length === length) return bytes;
    const padded = new Uint8Array(length);
    padded.set(bytes);
    return padded;
  };
}

/** The number that bytes are, the last eight of them. */
function bitsOfBytes(bytes: Uint8Array): bigint {
  return bytes.subarray(-8).reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

/** The conversion of non-NULL values of `from` to `to`. Throws a Refusal for what is not done exactly here. */
export function converter(from: SqlType, to: SqlType): Converter {
  if (from.kind === 'null') return () => null;
  switch (to.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      if (from.kind === to.kind && 'unsigned' in from && from.unsigned === to.unsigned)
        return (value) => value;
      return toInteger(from, to);
    case 'double':
      return from.kind === 'double' || from.kind === 'float' ? (value) => value : toDouble(from);
    case 'float': {
      const convert = toDouble(from);
      return (value, env) => Math.fround(Number(convert(value, env)));
    }
    case 'decimal':
      return toDecimal(from, to.precision, to.scale);
    case 'char':
    case 'varchar':
      return cutText(toText(from), to.length);
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return toText(from);
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return toBinary(from, to);
    case 'date':
      return castToTemporal(from, { kind: 'date' });
    case 'datetime':
    case 'timestamp':
    case 'time':
      return castToTemporal(from, to);
    case 'json':
      return from.kind === 'json' ? (value) => value : toJson(from);
    case 'bit':
      if (typeClass(from) === 'binary') return (value) => bitsOfBytes(value as Uint8Array);
      if (from.kind === 'bit') return (value) => value;
      throw new Refusal('a conversion to BIT');
    case 'enum':
    case 'set':
    case 'year':
      if (from.kind === to.kind) return (value) => value;
      throw new Refusal(`a conversion to ${to.kind.toUpperCase()}`);
    case 'null':
      return () => null;
    default:
      return assertNever(to);
  }
}
