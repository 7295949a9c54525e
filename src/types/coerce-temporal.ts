import { type CoerceContext, type TargetColumn, wrongTemporal } from './coerce-error.ts';
import { textOfValue } from './coerce-text.ts';
import { decimalOfNumber, decimalOfText, formatDecimal } from './decimal.ts';
import { type SqlType, typeClass } from './sql-type.ts';
import {
  datetimeOfNumber,
  hasOffset,
  joinDatetime,
  maxDatetime,
  microsPerDay,
  minDatetime,
  parseDate,
  parseDatetime,
  parseTime,
  roundDatetime,
  roundTime,
  splitDatetime,
  timeOfNumber,
} from './temporal.ts';
import type { SqlValue } from './value.ts';
import { findInstant } from './wall-clock.ts';

const microsPerMinute = 60_000_000n;
/** 1970-01-01 00:00:01, the smallest TIMESTAMP. */
const minTimestamp = 1_000_000n;
/** 2038-01-19 03:14:07.999999, the largest. */
const maxTimestamp = 2_147_483_647_999_999n;

/** The wall clock of the session's zone at an instant. */
export function wallClock(utcUs: bigint, context: CoerceContext): bigint {
  return utcUs + BigInt(context.zoneMinutes(utcUs)) * microsPerMinute;
}

/** Whole part and fraction digits of a numeric value; undefined for an infinity. */
function splitNumber(value: SqlValue, from: SqlType): { whole: bigint; fraction: string } | undefined {
  const decimal =
    typeClass(from) === 'real' ? decimalOfNumber(value as number) : decimalOfText(String(value));
  if (decimal === undefined) return undefined;
  const [whole = '0', fraction = ''] = formatDecimal(decimal).split('.');
  return { whole: BigInt(whole), fraction };
}

/** The wall clock that a value stands for, to the microsecond; undefined when for none. */
function localDatetime(
  value: SqlValue,
  from: SqlType,
  context: CoerceContext,
  fsp: number,
): bigint | undefined {
  switch (from.kind) {
    case 'date':
      return BigInt(value as number) * microsPerDay;
    case 'datetime':
      return value as bigint;
    case 'timestamp':
      return wallClock(value as bigint, context);
    case 'time': {
      const today = splitDatetime(wallClock(context.nowUs, context)).days;
      return joinDatetime(today, 0) + (value as bigint);
    }
    default:
  }
  switch (typeClass(from)) {
    case 'integer':
    case 'decimal':
    case 'real': {
      const number = splitNumber(value, from);
      return number === undefined ? undefined : datetimeOfNumber(number.whole, number.fraction, fsp);
    }
    default: {
      const text = textOfValue(value, from, context);
      const us = parseDatetime(text, { fsp });
      return us !== undefined && hasOffset(text) ? wallClock(us, context) : us;
    }
  }
}

function rounded(us: bigint | undefined, fsp: number): bigint | undefined {
  if (us === undefined) return undefined;
  const value = roundDatetime(us, fsp);
  return value < minDatetime || value > maxDatetime ? undefined : value;
}

/** DATE: the clock of a datetime is dropped. */
export function coerceToDate(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): number {
  const days = daysOfValue(value, from, context);
  if (days === undefined) throw wrongTemporal('date', textOfValue(value, from, context), column, context);
  return days;
}

function daysOfValue(value: SqlValue, from: SqlType, context: CoerceContext): number | undefined {
  // Not rounded: '… 23:59:59.9999999' stays on its day.
  if (typeof value === 'string' && typeClass(from) === 'string' && !hasOffset(value)) return parseDate(value);
  const us = rounded(localDatetime(value, from, context, 6), 6);
  return us === undefined ? undefined : splitDatetime(us).days;
}

/** DATETIME(fsp): fractions round. */
export function coerceToDatetime(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): bigint {
  const { type } = column;
  const fsp = type.kind === 'datetime' ? type.fsp : 6;
  const us = rounded(localDatetime(value, from, context, fsp), fsp);
  if (us === undefined) throw wrongTemporal('datetime', textOfValue(value, from, context), column, context);
  return us;
}

/** TIMESTAMP(fsp): the wall clock of the session's zone, stored as an instant from 1970 to 2038. */
export function coerceToTimestamp(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): bigint {
  const { type } = column;
  const fsp = type.kind === 'timestamp' ? type.fsp : 6;
  const us = from.kind === 'timestamp' ? (value as bigint) : instantOfValue(value, from, context, fsp);
  const instant = us === undefined ? undefined : roundDatetime(us, fsp);
  if (instant === undefined || instant < minTimestamp || instant > maxTimestamp) {
    throw wrongTemporal('datetime', textOfValue(value, from, context), column, context);
  }
  return instant;
}

function instantOfValue(
  value: SqlValue,
  from: SqlType,
  context: CoerceContext,
  fsp: number,
): bigint | undefined {
  // Text with an offset names its instant; by way of the wall clock a repeated hour would be ambiguous.
  if (typeof value === 'string' && typeClass(from) === 'string' && hasOffset(value)) {
    return parseDatetime(value, { fsp });
  }
  const local = localDatetime(value, from, context, fsp);
  if (local === undefined) return undefined;
  const { utcUs, skipped } = findInstant((us) => context.zoneMinutes(us), local);
  return skipped && context.skippedHours !== 'jump' ? undefined : utcUs;
}

/** TIME(fsp): of a datetime its clock. */
export function coerceToTime(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): bigint {
  const { type } = column;
  const fsp = type.kind === 'time' ? type.fsp : 6;
  const us = timeOfValue(value, from, context, fsp);
  if (us === undefined) throw wrongTemporal('time', textOfValue(value, from, context), column, context);
  return us;
}

function timeOfValue(
  value: SqlValue,
  from: SqlType,
  context: CoerceContext,
  fsp: number,
): bigint | undefined {
  switch (from.kind) {
    case 'time':
      return roundTime(value as bigint, fsp);
    case 'date':
      return 0n;
    case 'datetime':
      return BigInt(splitDatetime(roundDatetime(value as bigint, fsp)).micros);
    case 'timestamp':
      return BigInt(splitDatetime(roundDatetime(wallClock(value as bigint, context), fsp)).micros);
    default:
  }
  switch (typeClass(from)) {
    case 'integer':
    case 'decimal':
    case 'real': {
      const number = splitNumber(value, from);
      return number === undefined ? undefined : timeOfNumber(number.whole, number.fraction, fsp);
    }
    default:
      return parseTime(textOfValue(value, from, context), { fsp });
  }
}
