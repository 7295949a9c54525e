/** Functions of times and clocks, periods, and text read by a format. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import { findTimeZone, instantOf, wallClockAt } from '../../time/time-zone.ts';
import { parseDecimal, rescale } from '../../types/decimal.ts';
import type { SqlType } from '../../types/sql-type.ts';
import {
  civilOfDays,
  daysOfCivil,
  expandYear,
  isValidCivil,
  joinDatetime,
  maxDatetime,
  minDatetime,
  roundTime,
} from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import { type FunctionCompiler, strict2, strictAll } from './argument.ts';
import { formatDatetimeBy, months, weekdays } from './date-format.ts';
import { Refusal } from './environment.ts';

type Value = NonNullable<SqlValue>;

/** 3001-01-18 23:59:59.999999, the end of TIMESTAMP since MySQL 8.0.28. */
const maxTimestamp = 32_536_771_199_999_999n;
const maxTime = 3_020_399_000_000n;
const clampTime = (us: bigint): bigint => (us > maxTime ? maxTime : us < -maxTime ? -maxTime : us);
const fspOf = (type: SqlType): number => ('fsp' in type ? type.fsp : 0);

/** Microseconds of a number of seconds, by its digits. */
function microsOf(value: Value): bigint {
  const seconds = parseDecimal(String(value));
  return seconds === undefined ? 0n : rescale(seconds, 6).unscaled;
}

const secToTime: FunctionCompiler =
  ([seconds], type) =>
  (env) => {
    const value = seconds!.evaluate(env);
    return value === null ? null : roundTime(clampTime(microsOf(value)), fspOf(type));
  };

const makeTime: FunctionCompiler = (args, type) =>
  strictAll(args, ([hour, minute, second]) => {
    const [minutes, seconds] = [BigInt(String(minute)), microsOf(second!)];
    if (minutes < 0n || minutes > 59n || seconds < 0n || seconds >= 60_000_000n) return null;
    const hours = BigInt(String(hour));
    const magnitude = ((hours < 0n ? -hours : hours) * 60n + minutes) * 60_000_000n + seconds;
    return roundTime(clampTime(hours < 0n ? -magnitude : magnitude), fspOf(type));
  });

/** TIME_FORMAT knows the specifiers of the clock; hours may be more than 23. */
const timeFormat: FunctionCompiler = ([time, pattern]) => {
  if (time!.type.kind !== 'time') throw new Refusal(`TIME_FORMAT of ${time!.type.kind}`);
  return strict2(time!, pattern!, (us, format) => {
    if (format === '' || /%[abDjMUuVvWwXx]/.test(String(format).replaceAll('%%', ''))) return null;
    const magnitude = (us as bigint) < 0n ? -(us as bigint) : (us as bigint);
    const hours = String(magnitude / 3_600_000_000n);
    const text = String(format).replace(/%([HkTcdemYy%])/g, (whole, letter: string) => {
      if (letter === 'H') return hours.padStart(2, '0');
      if (letter === 'k') return hours;
      if (letter === 'T') return `${hours.padStart(2, '0')}:%i:%s`;
      return datelessParts[letter] ?? whole;
    });
    const ofDay = magnitude % 86_400_000_000n;
    return `${(us as bigint) < 0n ? '-' : ''}${formatDatetimeBy(ofDay, text)}`;
  });
};

/** What a time, which has no date, shows for the parts of one. */
const datelessParts: Readonly<Record<string, string>> = {
  c: '0',
  d: '00',
  e: '0',
  m: '00',
  Y: '0000',
  y: '00',
};

/** ADDTIME and SUBTIME of a datetime or a time. */
const addTime =
  (sign: 1n | -1n): FunctionCompiler =>
  ([base, amount]) => {
    const { kind } = base!.type;
    if (kind === 'null' || amount!.type.kind === 'null') return () => null;
    if (amount!.type.kind !== 'time' || (kind !== 'time' && kind !== 'datetime')) {
      throw new Refusal(`ADDTIME of ${kind} and ${amount!.type.kind}`);
    }
    return strict2(base!, amount!, (value, us) => {
      const moved = (value as bigint) + sign * (us as bigint);
      if (kind === 'time') return clampTime(moved);
      return moved < minDatetime || moved > maxDatetime ? null : moved;
    });
  };

const convertTz: FunctionCompiler = (args) => {
  if (args[0]!.type.kind !== 'datetime') throw new Refusal(`CONVERT_TZ of ${args[0]!.type.kind}`);
  return strictAll(args, ([value, from, to]) => {
    const [source, target] = [findTimeZone(String(from)), findTimeZone(String(to))];
    if (source === undefined || target === undefined) return null;
    const local = value as bigint;
    const utc = instantOf(source, local);
    // Beyond the range of TIMESTAMP nothing is converted.
    if (utc < 1_000_000n || utc > maxTimestamp) return local;
    return wallClockAt(target, utc);
  });
};

/** A period is YYYYMM or YYMM; error 1210 for what has no such month. */
function validPeriod(value: SqlValue, name: string): bigint {
  const period = BigInt(String(value));
  const month = period % 100n;
  if (period > 999_912n) throw notSupported(`${name.toUpperCase()} of a period beyond the year 9999`);
  if (period > 0n && month > 0n && month <= 12n) return period;
  throw new GatewayError('WRONG_ARGUMENTS', `Incorrect arguments to ${name}`);
}

/** Months since year 0 of a period YYYYMM or YYMM. */
function monthsOfPeriod(period: bigint): bigint {
  if (period === 0n) return 0n;
  const year = period / 100n;
  const full = year < 70n ? year + 2000n : year < 100n ? year + 1900n : year;
  return full * 12n + (period % 100n) - 1n;
}

function periodOfMonths(count: bigint): bigint {
  if (count === 0n) return 0n;
  const year = count / 12n;
  const full = year < 70n ? year + 2000n : year < 100n ? year + 1900n : year;
  return full * 100n + (count % 12n) + 1n;
}

interface Scan {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  /** 1 Monday to 7 Sunday. */
  weekday?: number;
  week?: { readonly number: number; readonly sundayFirst: boolean; readonly ofWeekYear: boolean };
  weekYear?: { readonly year: number; readonly sundayFirst: boolean };
  hour?: number;
  minute?: number;
  second?: number;
  micros?: number;
  afternoon?: boolean;
}

/** Specifiers with the text that they read and where it goes. */
const specifiers: Readonly<
  Record<string, readonly [form: string, take: (scan: Scan, text: string) => void]>
> = {
  Y: ['\\d{1,4}', (scan, text) => (scan.year = text.length <= 2 ? expandYear(Number(text)) : Number(text))],
  y: ['\\d{1,2}', (scan, text) => (scan.year = expandYear(Number(text)))],
  m: ['\\d{1,2}', (scan, text) => (scan.month = Number(text))],
  c: ['\\d{1,2}', (scan, text) => (scan.month = Number(text))],
  M: [months.join('|'), (scan, text) => (scan.month = placeOf(months, text, text.length))],
  b: [
    months.map((name) => name.slice(0, 3)).join('|'),
    (scan, text) => (scan.month = placeOf(months, text, 3)),
  ],
  d: ['\\d{1,2}', (scan, text) => (scan.day = Number(text))],
  e: ['\\d{1,2}', (scan, text) => (scan.day = Number(text))],
  D: ['\\d{1,2}(?:st|nd|rd|th)', (scan, text) => (scan.day = Number.parseInt(text, 10))],
  j: ['\\d{1,3}', (scan, text) => (scan.dayOfYear = Number(text))],
  H: ['\\d{1,2}', (scan, text) => (scan.hour = Number(text))],
  k: ['\\d{1,2}', (scan, text) => (scan.hour = Number(text))],
  h: ['\\d{1,2}', (scan, text) => (scan.hour = Number(text))],
  I: ['\\d{1,2}', (scan, text) => (scan.hour = Number(text))],
  l: ['\\d{1,2}', (scan, text) => (scan.hour = Number(text))],
  i: ['\\d{1,2}', (scan, text) => (scan.minute = Number(text))],
  s: ['\\d{1,2}', (scan, text) => (scan.second = Number(text))],
  S: ['\\d{1,2}', (scan, text) => (scan.second = Number(text))],
  f: ['\\d{1,6}', (scan, text) => (scan.micros = Number(text.padEnd(6, '0')))],
  p: ['AM|PM', (scan, text) => (scan.afternoon = text.toUpperCase() === 'PM')],
  W: [weekdays.join('|'), (scan, text) => (scan.weekday = weekdayOf(text))],
  a: [weekdays.map((name) => name.slice(0, 3)).join('|'), (scan, text) => (scan.weekday = weekdayOf(text))],
  w: ['[0-6]', (scan, text) => (scan.weekday = Number(text) || 7)],
  U: weekSpecifier(true, false),
  u: weekSpecifier(false, false),
  V: weekSpecifier(true, true),
  v: weekSpecifier(false, true),
  X: ['\\d{1,4}', (scan, text) => (scan.weekYear = { year: Number(text), sundayFirst: true })],
  x: ['\\d{1,4}', (scan, text) => (scan.weekYear = { year: Number(text), sundayFirst: false })],
};

function weekSpecifier(
  sundayFirst: boolean,
  ofWeekYear: boolean,
): readonly [form: string, take: (scan: Scan, text: string) => void] {
  return ['\\d{1,2}', (scan, text) => (scan.week = { number: Number(text), sundayFirst, ofWeekYear })];
}

/** 1 Monday to 7 Sunday, of a name or its first three letters. */
function weekdayOf(text: string): number {
  const index = weekdays.findIndex(
    (name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase(),
  );
  return weekdays[0] === 'Sunday' ? index || 7 : index + 1;
}

const placeOf = (names: readonly string[], text: string, length: number): number =>
  names.findIndex((name) => name.slice(0, length).toLowerCase() === text.toLowerCase()) + 1;

/** Reads `text` by a format; undefined when it does not fit. Text that follows is left alone, as MySQL does. */
function scanBy(text: string, format: string): Scan | undefined {
  const scan: Scan = {};
  const whole = format.replaceAll('%T', '%H:%i:%s').replaceAll('%r', '%h:%i:%s %p');
  let position = 0;
  for (const [token] of whole.matchAll(/%.|\s+|[^%\s]/gsu)) {
    while (/\s/.test(text[position] ?? '')) position++;
    if (/^\s/.test(token)) continue;
    if (!token.startsWith('%') || token === '%%') {
      if (!text.startsWith(token === '%%' ? '%' : token, position))
        return position >= text.length ? scan : undefined;
      position += token === '%%' ? 1 : token.length;
      continue;
    }
    const specifier = specifiers[token[1]!];
    if (specifier === undefined) throw notSupported(`STR_TO_DATE with ${token}`);
    const match = new RegExp(`^(?:${specifier[0]})`, 'i').exec(text.slice(position));
    if (match === null) return position >= text.length ? scan : undefined;
    specifier[1](scan, match[0]);
    position += match[0].length;
  }
  return scan;
}

function clockOf(scan: Scan): bigint | undefined {
  let hour = scan.hour ?? 0;
  if (scan.afternoon !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (scan.afternoon ? 12 : 0);
  }
  const [minute, second] = [scan.minute ?? 0, scan.second ?? 0];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n + BigInt(scan.micros ?? 0);
}

/** The day of a week of a year: %V and %v count in the year of %X and %x, %U and %u in that of the date. */
function daysOfWeek(scan: Scan, week: NonNullable<Scan['week']>, weekday: number): number | undefined {
  const { number, sundayFirst, ofWeekYear } = week;
  const { weekYear } = scan;
  const fits = ofWeekYear ? weekYear?.sundayFirst === sundayFirst : weekYear === undefined;
  const year = ofWeekYear ? weekYear?.year : scan.year;
  if (!fits || year === undefined || number > 53 || (ofWeekYear && number === 0)) return undefined;
  const newYear = daysOfCivil(year, 1, 1);
  const mondayBased = (((newYear + 3) % 7) + 7) % 7;
  const place = sundayFirst ? (mondayBased + 1) % 7 : mondayBased;
  const next = sundayFirst ? place > 0 : place > 3;
  return newYear + (next ? 7 : 0) - place + (number - 1) * 7 + (sundayFirst ? weekday % 7 : weekday - 1);
}

function daysOf(scan: Scan): number | undefined {
  const { year, month, day, dayOfYear, week, weekday } = scan;
  if (week !== undefined && weekday !== undefined) return daysOfWeek(scan, week, weekday);
  if (year === undefined) return undefined;
  if (dayOfYear !== undefined && month === undefined) {
    const days = daysOfCivil(year, 1, 1) + dayOfYear - 1;
    return dayOfYear > 0 && civilOfDays(days).year === year ? days : undefined;
  }
  if (month === undefined || day === undefined || !isValidCivil(year, month, day)) return undefined;
  return daysOfCivil(year, month, day);
}

const strToDate: FunctionCompiler = (args, type) => {
  return strict2(args[0]!, args[1]!, (text, format) => {
    const scan = scanBy(String(text).trimStart(), String(format));
    const clock = scan === undefined ? undefined : clockOf(scan);
    if (scan === undefined || clock === undefined) return null;
    if (type.kind === 'time') return clock;
    const days = daysOf(scan);
    if (days === undefined) return null;
    return type.kind === 'date' ? days : joinDatetime(days, Number(clock));
  });
};

export const clockFunctions: Readonly<Record<string, FunctionCompiler>> = {
  SEC_TO_TIME: secToTime,
  MAKETIME: makeTime,
  TIME_FORMAT: timeFormat,
  ADDTIME: addTime(1n),
  SUBTIME: addTime(-1n),
  CONVERT_TZ: convertTz,
  PERIOD_ADD: ([period, count]) =>
    strict2(period!, count!, (a, b) => {
      const months = monthsOfPeriod(validPeriod(a, 'period_add')) + BigInt(String(b));
      if (months < 0n || months > 120_000n) throw notSupported('PERIOD_ADD beyond the years 0 to 9999');
      return periodOfMonths(months);
    }),
  PERIOD_DIFF: ([a, b]) =>
    strict2(
      a!,
      b!,
      (x, y) => monthsOfPeriod(validPeriod(x, 'period_diff')) - monthsOfPeriod(validPeriod(y, 'period_diff')),
    ),
  STR_TO_DATE: strToDate,
};
