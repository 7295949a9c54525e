import {
  type CoerceContext,
  dataTruncated,
  outOfRange,
  type TargetColumn,
  wrongValue,
} from './coerce-error.ts';
import { textOfValue } from './coerce-text.ts';
import {
  type Decimal,
  decimalOfNumber,
  decimalOfText,
  fitsPrecision,
  formatDecimal,
  parseDecimalPrefix,
  rescale,
} from './decimal.ts';
import { type SqlType, typeClass } from './sql-type.ts';
import {
  civilOfDays,
  expandYear,
  microsPerSecond,
  numberOfDatetime,
  roundDatetime,
  splitDatetime,
} from './temporal.ts';
import type { SqlValue } from './value.ts';

const integerRanges = {
  tinyint: [-128n, 127n, 255n],
  smallint: [-32_768n, 32_767n, 65_535n],
  mediumint: [-8_388_608n, 8_388_607n, 16_777_215n],
  int: [-2_147_483_648n, 2_147_483_647n, 4_294_967_295n],
  bigint: [-(1n << 63n), (1n << 63n) - 1n, (1n << 64n) - 1n],
} as const;

/** The largest FLOAT. */
const maxFloat = 3.4028234663852886e38;

/** hhmmss of a TIME with its fraction, as arithmetic sees it. */
function decimalOfTime(us: bigint): Decimal {
  const magnitude = us < 0n ? -us : us;
  const seconds = magnitude / microsPerSecond;
  const clock = (seconds / 3600n) * 10_000n + ((seconds / 60n) % 60n) * 100n + (seconds % 60n);
  const unscaled = clock * microsPerSecond + (magnitude % microsPerSecond);
  return { unscaled: us < 0n ? -unscaled : unscaled, scale: 6 };
}

function decimalOfDatetime(us: bigint): Decimal {
  const fraction = BigInt(splitDatetime(us).micros % 1e6);
  return { unscaled: numberOfDatetime(us) * microsPerSecond + fraction, scale: 6 };
}

const localUs = (utcUs: bigint, context: CoerceContext): bigint =>
  utcUs + BigInt(context.zoneMinutes(utcUs)) * 60_000_000n;

/** A temporal value as a number: YYYYMMDD, YYYYMMDDhhmmss.ffffff, hhmmss.ffffff. */
function decimalOfTemporal(value: SqlValue, from: SqlType, context: CoerceContext, whole: boolean): Decimal {
  if (from.kind === 'date') {
    const { year, month, day } = civilOfDays(value as number);
    return { unscaled: BigInt((year * 100 + month) * 100 + day), scale: 0 };
  }
  // A whole number takes the seconds rounded, with their carry into the minutes.
  if (from.kind === 'time') {
    const us = value as bigint;
    const rounded = us < 0n ? -roundDatetime(-us, 0) : roundDatetime(us, 0);
    return decimalOfTime(whole ? rounded : us);
  }
  const us = from.kind === 'timestamp' ? localUs(value as bigint, context) : (value as bigint);
  return decimalOfDatetime(whole ? roundDatetime(us, 0) : us);
}

/** The number that text begins with; error 1366 when it begins with none, 1265 when more follows. */
function decimalOfString(text: string, kind: string, column: TargetColumn, context: CoerceContext): Decimal {
  const { value, complete } = parseDecimalPrefix(text);
  if (value === undefined) throw wrongValue(kind, text, column, context);
  if (!complete) throw dataTruncated(column, context);
  return value;
}

function exactValue(
  value: Exclude<SqlValue, null>,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
  kind: 'integer' | 'decimal' | 'double',
): Decimal {
  switch (typeClass(from)) {
    case 'integer':
    case 'bit':
      return { unscaled: BigInt(value as number | bigint), scale: 0 };
    case 'decimal':
      return decimalOfText(value as string);
    case 'real': {
      const decimal = decimalOfNumber(value as number);
      if (decimal === undefined) throw outOfRange(column, context);
      return decimal;
    }
    case 'temporal':
      return decimalOfTemporal(value, from, context, kind === 'integer');
    default:
      return decimalOfString(textOfValue(value, from, context), kind, column, context);
  }
}

/** A double rounded to a whole number, halves to even, as MySQL rounds reals. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The whole number of a value before any range is looked at. */
export function wholeNumber(
  value: Exclude<SqlValue, null>,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): bigint {
  if (typeof value === 'bigint' && (from.kind === 'bigint' || from.kind === 'bit')) return value;
  if (typeof value === 'number' && typeClass(from) === 'real') {
    if (!Number.isFinite(value)) throw outOfRange(column, context);
    return BigInt(roundHalfEven(value));
  }
  return rescale(exactValue(value, from, column, context, 'integer'), 0).unscaled;
}

/** TINYINT … BIGINT: fractions round, ranges are error 1264. */
export function coerceToInteger(
  value: Exclude<SqlValue, null>,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): number | bigint {
  const { type } = column;
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint': {
      const [min, max, unsignedMax] = integerRanges[type.kind];
      const whole = wholeNumber(value, from, column, context);
      if (whole < (type.unsigned ? 0n : min) || whole > (type.unsigned ? unsignedMax : max)) {
        throw outOfRange(column, context);
      }
      return type.kind === 'bigint' ? whole : Number(whole);
    }
    default:
      throw outOfRange(column, context);
  }
}

/** YEAR: 1901 to 2155, 0, and years of two digits; '0' as text is 2000. */
export function coerceToYear(
  value: Exclude<SqlValue, null>,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): number {
  const family = typeClass(from);
  if (from.kind === 'date' || from.kind === 'datetime' || from.kind === 'timestamp') {
    const us = from.kind === 'timestamp' ? localUs(value as bigint, context) : value;
    const days = from.kind === 'date' ? (value as number) : splitDatetime(us as bigint).days;
    return checkedYear(civilOfDays(days).year, column, context);
  }
  const year = Number(wholeNumber(value, from, column, context));
  const isText = family === 'string';
  if (year === 0) return isText && String(value).trim().length < 4 ? 2000 : 0;
  return checkedYear(year > 0 && year < 100 ? expandYear(year) : year, column, context);
}

function checkedYear(year: number, column: TargetColumn, context: CoerceContext): number {
  if (year < 1901 || year > 2155) throw outOfRange(column, context);
  return year;
}

/** DECIMAL(p,s): rounds to s digits, halves away from zero; more than p digits are error 1264. */
export function coerceToDecimal(
  value: Exclude<SqlValue, null>,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): string {
  const { type } = column;
  if (type.kind !== 'decimal') throw outOfRange(column, context);
  const rounded = rescale(exactValue(value, from, column, context, 'decimal'), type.scale);
  if (!fitsPrecision(rounded, type.precision)) throw outOfRange(column, context);
  if (type.unsigned === true && rounded.unscaled < 0n) throw outOfRange(column, context);
  return formatDecimal(rounded);
}

/** FLOAT and DOUBLE. */
export function coerceToReal(
  value: Exclude<SqlValue, null>,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): number {
  const real =
    typeof value === 'number' && from.kind !== 'date'
      ? value
      : Number(formatDecimal(exactValue(value, from, column, context, 'double')));
  if (!Number.isFinite(real)) throw outOfRange(column, context);
  if (column.type.kind !== 'float') return real;
  if (Math.abs(real) > maxFloat) throw outOfRange(column, context);
  return Math.fround(real);
}
