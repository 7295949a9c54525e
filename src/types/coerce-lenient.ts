/**
 * Assignment of a value to a column where MySQL adjusts what does not fit: without a strict sql_mode, and under
 * IGNORE. Every adjustment is a warning. What has no adjusted value that the gateway could store stays an
 * error: dates that are none (MySQL stores '0000-00-00') and text that is no JSON.
 */
import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../base/errors.ts';
import { coerceValue } from './coerce.ts';
import { type CoerceContext, dataTruncated, outOfRange, type TargetColumn } from './coerce-error.ts';
import { textOfValue } from './coerce-text.ts';
import { decimalOfNumber, decimalOfText, formatDecimal, parseDecimalPrefix } from './decimal.ts';
import { type SqlType, typeClass } from './sql-type.ts';
import type { SqlValue } from './value.ts';

type Warn = (errno: number, message: string) => void;

const adjustable = new Set([
  'OUT_OF_RANGE_COLUMN',
  'DATA_TOO_LONG',
  'DATA_TRUNCATED',
  'WRONG_VALUE_FOR_COLUMN',
  'WRONG_VALUE_FORMAT',
]);

/** As coerceValue; `warn` is told of each adjustment. */
export function coerceLeniently(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
  warn: Warn,
): SqlValue {
  try {
    return coerceValue(value, from, column, context);
  } catch (error) {
    if (!(error instanceof GatewayError) || !adjustable.has(error.code)) throw error;
    const adjusted = value === null ? undefined : adjust(value, from, column, context);
    if (adjusted === undefined) throw error;
    const shown = warningOf(error, column, context, adjusted);
    warn(shown.errno, shown.message);
    return adjusted;
  }
}

/** MySQL's warnings have other numbers than the errors of strict mode in these cases. */
function warningOf(
  error: GatewayError,
  column: TargetColumn,
  context: CoerceContext,
  adjusted: SqlValue,
): GatewayError {
  if (error.code === 'DATA_TOO_LONG') return dataTruncated(column, context);
  if (error.code === 'WRONG_VALUE_FORMAT' && column.type.kind === 'time') {
    return adjusted === 0n ? dataTruncated(column, context) : outOfRange(column, context);
  }
  return error;
}

const integerBounds = {
  tinyint: 8n,
  smallint: 16n,
  mediumint: 24n,
  int: 32n,
  bigint: 64n,
} as const;

/** The number that a value begins with, as decimal text; 0 when it begins with none. */
function leadingNumber(value: SqlValue, from: SqlType, context: CoerceContext): string {
  if (typeof value === 'number' && typeClass(from) === 'real') {
    const decimal = decimalOfNumber(value);
    return decimal === undefined
      ? value > 0
        ? '9'.repeat(80)
        : `-${'9'.repeat(80)}`
      : formatDecimal(decimal);
  }
  if (typeClass(from) === 'temporal') {
    const number = { name: '', type: { kind: 'decimal', precision: 38, scale: 6 } } as const;
    return String(coerceValue(value, from, number, context));
  }
  const text = textOfValue(value, from, context);
  const { value: prefix } = parseDecimalPrefix(text);
  return prefix === undefined ? '0' : formatDecimal(prefix);
}

/** A TIMESTAMP of an hour that the zone leaves out; undefined for what is none at all. */
function inSkippedHour(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): SqlValue | undefined {
  try {
    return coerceValue(value, from, column, { ...context, skippedHours: 'jump' });
  } catch {
    return undefined;
  }
}

function roundedWhole(text: string): bigint {
  const { unscaled, scale } = decimalOfText(text);
  if (scale === 0) return unscaled;
  const unit = 10n ** BigInt(scale);
  const half = unscaled < 0n ? -unit / 2n : unit / 2n;
  return (unscaled + half) / unit;
}

const clamp = (value: bigint, low: bigint, high: bigint): bigint =>
  value < low ? low : value > high ? high : value;

function clampedDecimal(
  text: string,
  type: Extract<SqlType, { kind: 'decimal' }>,
  column: TargetColumn,
  context: CoerceContext,
): SqlValue {
  try {
    return coerceValue(text, { kind: 'decimal', precision: 65, scale: 30 }, column, context);
  } catch {
    if (text.startsWith('-') && type.unsigned === true) return coerceValue('0', type, column, context);
    const digits = '9'.repeat(type.precision);
    const whole = digits.slice(0, type.precision - type.scale) || '0';
    const most = type.scale === 0 ? whole : `${whole}.${digits.slice(0, type.scale)}`;
    return text.startsWith('-') ? `-${most}` : most;
  }
}

/** The first `limit` characters. */
function firstCharacters(text: string, limit: number): string {
  let end = 0;
  for (let count = 0; count < limit && end < text.length; count++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

/** The longest prefix of at most `limit` bytes that ends with a whole character. */
function validPrefix(bytes: Uint8Array, limit: number): string {
  let end = Math.min(bytes.length, limit);
  while (end > 0 && !isUtf8(bytes.subarray(0, end))) end--;
  return Buffer.from(bytes.subarray(0, end)).toString('utf8');
}

const textLimits: Readonly<Record<string, number>> = { tinytext: 255, text: 65_535, mediumtext: 16_777_215 };
const blobLimits: Readonly<Record<string, number>> = { tinyblob: 255, blob: 65_535, mediumblob: 16_777_215 };

/** 838:59:59, the longest TIME. */
const maxTime = ((838n * 60n + 59n) * 60n + 59n) * 1_000_000n;

function adjustedTime(value: SqlValue, from: SqlType, context: CoerceContext): bigint {
  const text = textOfValue(value, from, context).trim();
  const match = /^(-?)(\d+):(\d{1,2})(?::(\d{1,2}))?/.exec(text);
  const isClock = match !== null && Number(match[3]) < 60 && Number(match[4] ?? 0) < 60;
  const isNumber = /^-?\d{7,}$/.test(text) && Number(text.slice(-2)) < 60 && Number(text.slice(-4, -2)) < 60;
  if (!isClock && !isNumber) return 0n;
  return text.startsWith('-') ? -maxTime : maxTime;
}

/** The value that MySQL stores instead; undefined when there is none. */
function adjust(
  value: Exclude<SqlValue, null>,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): SqlValue | undefined {
  const { type } = column;
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint': {
      const bits = integerBounds[type.kind];
      const [low, high] = type.unsigned
        ? [0n, (1n << bits) - 1n]
        : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
      const whole = clamp(roundedWhole(leadingNumber(value, from, context)), low, high);
      return type.kind === 'bigint' ? whole : Number(whole);
    }
    case 'year':
      return 0;
    case 'decimal':
      return clampedDecimal(leadingNumber(value, from, context), type, column, context);
    case 'float':
    case 'double': {
      const most = type.kind === 'float' ? 3.4028234663852886e38 : Number.MAX_VALUE;
      const real = Number(leadingNumber(value, from, context));
      const clamped = Math.min(Math.max(real, -most), most);
      return type.kind === 'float' ? Math.fround(clamped) : clamped;
    }
    case 'char':
    case 'varchar': {
      const text =
        value instanceof Uint8Array ? validPrefix(value, value.length) : textOfValue(value, from, context);
      const cut = firstCharacters(text, type.length);
      return type.kind === 'char' ? cut.replace(/ +$/, '') : cut;
    }
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext': {
      const bytes =
        value instanceof Uint8Array ? value : Buffer.from(textOfValue(value, from, context), 'utf8');
      return validPrefix(bytes, textLimits[type.kind] ?? Number.POSITIVE_INFINITY);
    }
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob': {
      const bytes =
        value instanceof Uint8Array ? value : Buffer.from(textOfValue(value, from, context), 'utf8');
      return new Uint8Array(bytes.subarray(0, 'length' in type ? type.length : blobLimits[type.kind]));
    }
    case 'timestamp':
      return inSkippedHour(value, from, column, context);
    case 'time':
      return adjustedTime(value, from, context);
    case 'enum':
      return '';
    case 'set':
      return adjustedSet(value, from, column, context);
    case 'bit':
      return (1n << BigInt(type.length)) - 1n;
    default:
      return undefined;
  }
}

/** The members that there are. */
function adjustedSet(
  value: Exclude<SqlValue, null>,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): SqlValue {
  const { type } = column;
  if (type.kind !== 'set') return '';
  if (typeClass(from) === 'integer') {
    const all = (1n << BigInt(type.members.length)) - 1n;
    return coerceValue(
      BigInt(value as number | bigint) & all,
      { kind: 'bigint', unsigned: true },
      column,
      context,
    );
  }
  const parts = textOfValue(value, from, context).split(',');
  const known = parts.filter((part) => {
    try {
      coerceValue(part, { kind: 'longtext', collation: type.collation }, column, context);
      return part !== '';
    } catch {
      return false;
    }
  });
  return coerceValue(known.join(','), { kind: 'longtext', collation: type.collation }, column, context);
}

/**
 * What MySQL gives a NOT NULL column that has no value: zero, the empty string, an ENUM's first member; undefined
 * for the dates, whose zero NO_ZERO_DATE forbids and the gateway does not store.
 */
export function implicitValue(type: SqlType): SqlValue | undefined {
  switch (typeClass(type)) {
    case 'integer':
      return type.kind === 'bigint' ? 0n : 0;
    case 'real':
      return 0;
    case 'bit':
      return 0n;
    case 'decimal':
      return type.kind === 'decimal' && type.scale > 0 ? `0.${'0'.repeat(type.scale)}` : '0';
    case 'string':
      return type.kind === 'enum' ? (type.members[0] ?? '') : '';
    case 'binary':
      return type.kind === 'binary' ? new Uint8Array(type.length) : new Uint8Array();
    case 'json':
      return 'null';
    case 'temporal':
      return type.kind === 'time' ? 0n : undefined;
    case 'null':
      return null;
  }
}
