/** INTERVAL amounts and date arithmetic (MySQL 8.0 manual, "Temporal Intervals"). */

import { parseDecimalPrefix, rescale } from '../../types/decimal.ts';
import {
  civilOfDays,
  daysInMonth,
  daysOfCivil,
  joinDatetime,
  maxDatetime,
  splitDatetime,
} from '../../types/temporal.ts';

/** Months and microseconds that an interval adds; only one of them is set. */
export interface Interval {
  readonly months: bigint;
  readonly us: bigint;
}

const second = 1_000_000n;
const microsOf: Readonly<Record<string, bigint>> = {
  MICROSECOND: 1n,
  SECOND: second,
  MINUTE: 60n * second,
  HOUR: 3_600n * second,
  DAY: 86_400n * second,
  WEEK: 604_800n * second,
};
const monthsOf: Readonly<Record<string, bigint>> = { MONTH: 1n, QUARTER: 3n, YEAR: 12n };

/** Fields of a compound unit from the largest to the smallest. */
const compounds: Readonly<Record<string, readonly string[]>> = {
  SECOND_MICROSECOND: ['SECOND', 'MICROSECOND'],
  MINUTE_MICROSECOND: ['MINUTE', 'SECOND', 'MICROSECOND'],
  MINUTE_SECOND: ['MINUTE', 'SECOND'],
  HOUR_MICROSECOND: ['HOUR', 'MINUTE', 'SECOND', 'MICROSECOND'],
  HOUR_SECOND: ['HOUR', 'MINUTE', 'SECOND'],
  HOUR_MINUTE: ['HOUR', 'MINUTE'],
  DAY_MICROSECOND: ['DAY', 'HOUR', 'MINUTE', 'SECOND', 'MICROSECOND'],
  DAY_SECOND: ['DAY', 'HOUR', 'MINUTE', 'SECOND'],
  DAY_MINUTE: ['DAY', 'HOUR', 'MINUTE'],
  DAY_HOUR: ['DAY', 'HOUR'],
  YEAR_MONTH: ['YEAR', 'MONTH'],
};

export const isCompoundUnit = (unit: string): boolean => unit in compounds;
/** Whether a unit counts whole days, so that a DATE stays a DATE. */
export const isDayUnit = (unit: string): boolean =>
  unit === 'DAY' || unit === 'WEEK' || unit in monthsOf || unit === 'YEAR_MONTH';
export const hasMicroseconds = (unit: string): boolean => unit.endsWith('MICROSECOND');

/** Beyond this no result is a date; it also keeps amounts of any length away from the arithmetic. */
const largestAmount = 10n ** 18n;

/** The interval of a whole amount of a simple unit; undefined when no date can be that far. */
export function simpleInterval(amount: bigint, unit: string): Interval | undefined {
  if (amount > largestAmount || amount < -largestAmount) return undefined;
  const months = monthsOf[unit];
  if (months !== undefined) return { months: amount * months, us: 0n };
  return { months: 0n, us: amount * microsOf[unit]! };
}

/** INTERVAL of SECOND with a fraction, given as decimal text. */
export function secondsInterval(text: string): Interval | undefined {
  const value = parseDecimalPrefix(text).value;
  if (value === undefined) return { months: 0n, us: 0n };
  const us = rescale(value, 6).unscaled;
  return us > largestAmount || us < -largestAmount ? undefined : { months: 0n, us };
}

/** INTERVAL '1:30' MINUTE_SECOND: the numbers in the text are the fields, missing ones the leftmost. */
export function compoundInterval(text: string, unit: string): Interval | undefined {
  const fields = compounds[unit]!;
  const negative = /^\s*-/.test(text);
  const numbers = text.match(/\d+/g) ?? [];
  if (numbers.length > fields.length) return undefined;
  const used = fields.slice(fields.length - numbers.length);
  let [months, us] = [0n, 0n];
  for (const [index, field] of used.entries()) {
    const digits = numbers[index]!;
    if (digits.length > 18) return undefined;
    const value = BigInt(
      field === 'MICROSECOND' ? digits.padEnd(6, '0').slice(0, Math.max(6, digits.length)) : digits,
    );
    const monthUnit = monthsOf[field];
    if (monthUnit !== undefined) months += value * monthUnit;
    else us += value * microsOf[field]!;
  }
  return negative ? { months: -months, us: -us } : { months, us };
}

export const negateInterval = (interval: Interval): Interval => ({
  months: -interval.months,
  us: -interval.us,
});

/** 0000-01-01: MySQL counts down to year 0, but such dates are not values here. */
const earliest = joinDatetime(daysOfCivil(1, 1, 1), 0);

/** A datetime moved by an interval; a day beyond the month's end becomes its last. Undefined out of range. */
export function addInterval(us: bigint, interval: Interval): bigint | undefined {
  let result = us + interval.us;
  if (interval.months !== 0n) {
    const { days, micros } = splitDatetime(us);
    const { year, month, day } = civilOfDays(days);
    const total = BigInt(year * 12 + month - 1) + interval.months;
    if (total < 12n || total >= 120_000n) return undefined;
    const [newYear, newMonth] = [Number(total / 12n), Number(total % 12n) + 1];
    result = joinDatetime(
      daysOfCivil(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth))),
      micros,
    );
  }
  return result < earliest || result > maxDatetime ? undefined : result;
}
