/**
 * Civil-date arithmetic, and the text and number forms of MySQL's temporal values. Dates are days since
 * 1970-01-01, datetimes and times microseconds, as src/types/value.ts says. The accepted literal forms are
 * those of the MySQL 8.0 manual, "Date and Time Literals"; zero dates and dates that do not exist are
 * invalid, as under NO_ZERO_DATE, NO_ZERO_IN_DATE.
 */

export const microsPerSecond = 1_000_000n;
export const microsPerDay = 86_400_000_000n;

/** 0001-01-01 and 9999-12-31. */
export const minDate = -719_162;
export const maxDate = 2_932_896;
export const minDatetime = BigInt(minDate) * microsPerDay;
/** 9999-12-31 23:59:59.999999. */
export const maxDatetime = BigInt(maxDate + 1) * microsPerDay - 1n;
/** 838:59:59, the largest TIME. */
export const maxTime = 3_020_399n * microsPerSecond;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/**
 * Days since 1970-01-01 of a date of the proleptic Gregorian calendar; months and days beyond their
 * range carry over (the arithmetic counts years from March, so that the leap day comes last).
 */
export function daysOfCivil(year: number, month: number, day: number): number {
  const marchBased = year * 12 + month - 3;
  const shiftedYear = Math.floor(marchBased / 12);
  const shiftedMonth = marchBased - shiftedYear * 12;
  const century = Math.floor(shiftedYear / 100);
  const leapDays = Math.floor(shiftedYear / 4) - century + Math.floor(century / 4);
  return shiftedYear * 365 + leapDays + Math.floor((shiftedMonth * 153 + 2) / 5) + day - 719_469;
}

/** The inverse of daysOfCivil. */
export function civilOfDays(days: number): CivilDate {
  const fromMarchZero = days + 719_468;
  const era = Math.floor(fromMarchZero / 146_097);
  const dayOfEra = fromMarchZero - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : monthLengths[month - 1]!;
}

export function isValidCivil(year: number, month: number, day: number): boolean {
  return (
    year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
  );
}

/** A datetime apart: `micros` is the time of the day. */
export interface SplitDatetime {
  readonly days: number;
  readonly micros: number;
}

/** Splits microseconds since the epoch into the day and the time of the day (never negative). */
export function splitDatetime(us: bigint): SplitDatetime {
  let days = us / microsPerDay;
  let micros = us % microsPerDay;
  if (micros < 0n) {
    days -= 1n;
    micros += microsPerDay;
  }
  return { days: Number(days), micros: Number(micros) };
}

export function joinDatetime(days: number, micros: number): bigint {
  return BigInt(days) * microsPerDay + BigInt(micros);
}

const twoDigits = Array.from({ length: 100 }, (_, index) => (index < 10 ? `0${index}` : String(index)));

const fourDigits = (year: number): string =>
  year > 999 ? String(year) : year > 99 ? `0${year}` : `00${twoDigits[year]}`;

/** `YYYY-MM-DD`. */
export function formatDate(days: number): string {
  const { year, month, day } = civilOfDays(days);
  return `${fourDigits(year)}-${twoDigits[month]}-${twoDigits[day]}`;
}

function fractionText(micros: number, fsp: number): string {
  return fsp === 0 ? '' : `.${String(micros).padStart(6, '0').slice(0, fsp)}`;
}

/** `hh:mm:ss[.f]` of microseconds of a day or more; digits beyond `fsp` are cut. */
function clockText(micros: number, fsp: number): string {
  const seconds = Math.floor(micros / 1e6);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const hourText = hours < 100 ? twoDigits[hours]! : String(hours);
  return `${hourText}:${twoDigits[minutes]}:${twoDigits[seconds % 60]}${fractionText(micros % 1e6, fsp)}`;
}

/** `YYYY-MM-DD hh:mm:ss[.f]` with `fsp` digits; further digits are cut, not rounded. */
export function formatDatetime(us: bigint, fsp: number): string {
  const { days, micros } = splitDatetime(us);
  return `${formatDate(days)} ${clockText(micros, fsp)}`;
}

/** `[-]hh:mm:ss[.f]`, hours to 838; digits beyond `fsp` are cut. */
export function formatTime(us: bigint, fsp: number): string {
  const micros = Number(us);
  return micros < 0 ? `-${clockText(-micros, fsp)}` : clockText(micros, fsp);
}

const unitOfFsp = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1] as const;

/** Rounds a datetime to `fsp` digits, halves up (later), as MySQL rounds fractional seconds. */
export function roundDatetime(us: bigint, fsp: number): bigint {
  if (fsp >= 6) return us;
  const unit = BigInt(unitOfFsp[fsp]!);
  const shifted = us + unit / 2n;
  const rest = shifted % unit;
  return shifted - (rest < 0n ? rest + unit : rest);
}

/** Rounds a TIME to `fsp` digits, halves away from zero. */
export function roundTime(us: bigint, fsp: number): bigint {
  return us < 0n ? -roundDatetime(-us, fsp) : roundDatetime(us, fsp);
}

/** MySQL's rule for years of two digits: 70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069. */
export function expandYear(year: number): number {
  return year < 70 ? year + 2000 : year + 1900;
}

interface ClockParts {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits after the point; may be empty. */
  readonly fraction: string;
}

/** Microseconds of a fraction's digits, rounded at the seventh: up to 1,000,000. */
function microsOfFraction(digits: string): number {
  if (digits === '') return 0;
  const micros = Number(digits.slice(0, 6).padEnd(6, '0'));
  return digits.charCodeAt(6) >= 0x35 ? micros + 1 : micros;
}

function microsOfClock(clock: ClockParts): number {
  return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1e6 + microsOfFraction(clock.fraction);
}

interface ScannedDatetime {
  readonly days: number;
  readonly micros: number;
  /** Minutes east of UTC, when the text names an offset. */
  readonly offsetMinutes: number | undefined;
  readonly hasClock: boolean;
  /** False when text that belongs to no form follows. */
  readonly complete: boolean;
}

const punctuation = '[!-/:-@[-`{-~]';
// In the clock `+` and `-` begin an offset, so they do not separate.
const clockSeparator = '[!-*,./:-@[-`{-~]';
const clockForm = `(\\d{1,2})(?:${clockSeparator}(\\d{1,2})(?:${clockSeparator}(\\d{1,2})(?:\\.(\\d*))?)?)?`;
const delimitedForm = new RegExp(
  `^(\\d{1,4})${punctuation}(\\d{1,2})${punctuation}(\\d{1,2})(?:(?:T|\\s+|${punctuation})${clockForm})?`,
);
const compactForm = /^(\d{14}|\d{12}|\d{10}|\d{8}|\d{6})(?!\d)(?:\.(\d*))?/;
const compactClock = /^T(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d*))?)?)?/;
const offsetForm = /^([+-])(\d{2}):(\d{2})/;

/** Offsets run from -13:59 to +14:00, as in MySQL 8.0.19 and later. */
function scanOffset(rest: string): { minutes: number; length: number } | undefined {
  const match = offsetForm.exec(rest);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  const signed = match[1] === '-' ? -minutes : minutes;
  if (Number(match[3]) > 59 || signed > 840 || signed < -839) return undefined;
  return { minutes: signed, length: match[0].length };
}

function finishScan(
  date: CivilDate,
  clock: ClockParts | undefined,
  rest: string,
): ScannedDatetime | undefined {
  if (!isValidCivil(date.year, date.month, date.day)) return undefined;
  if (clock !== undefined && (clock.hour > 23 || clock.minute > 59 || clock.second > 59)) return undefined;
  const offset = clock === undefined ? undefined : scanOffset(rest);
  const left = offset === undefined ? rest : rest.slice(offset.length);
  return {
    days: daysOfCivil(date.year, date.month, date.day),
    micros: clock === undefined ? 0 : microsOfClock(clock),
    offsetMinutes: offset?.minutes,
    hasClock: clock !== undefined,
    complete: left.trim() === '',
  };
}

const clockOfMatch = (match: RegExpExecArray, first: number): ClockParts => ({
  hour: Number(match[first]),
  minute: Number(match[first + 1] ?? 0),
  second: Number(match[first + 2] ?? 0),
  fraction: match[first + 3] ?? '',
});

function scanCompact(text: string): ScannedDatetime | undefined {
  const match = compactForm.exec(text);
  if (match === null) return undefined;
  const digits = match[1]!;
  const yearDigits = digits.length === 14 || digits.length === 8 ? 4 : 2;
  const year = Number(digits.slice(0, yearDigits));
  const pair = (index: number): number => {
    const start = yearDigits + index * 2;
    return Number(digits.slice(start, start + 2));
  };
  const date = { year: yearDigits === 2 ? expandYear(year) : year, month: pair(0), day: pair(1) };
  if (digits.length > 8) {
    const clock = { hour: pair(2), minute: pair(3), second: pair(4), fraction: match[2] ?? '' };
    return finishScan(date, clock, text.slice(match[0].length));
  }
  const rest = text.slice(digits.length);
  const clock = compactClock.exec(rest);
  if (clock === null) return finishScan(date, undefined, rest);
  return finishScan(date, clockOfMatch(clock, 1), rest.slice(clock[0].length));
}

function scanDatetime(text: string): ScannedDatetime | undefined {
  const match = delimitedForm.exec(text);
  if (match === null) return scanCompact(text);
  const yearText = match[1]!;
  const year = yearText.length <= 2 ? expandYear(Number(yearText)) : Number(yearText);
  const date = { year, month: Number(match[2]), day: Number(match[3]) };
  const clock = match[4] === undefined ? undefined : clockOfMatch(match, 4);
  return finishScan(date, clock, text.slice(match[0].length));
}

export interface ParseTemporalOptions {
  /** Digits of fractional seconds to round to; 6 when left out. */
  readonly fsp?: number;
  /** Minutes east of UTC that a value with an explicit offset is converted to; 0 when left out. */
  readonly zoneMinutes?: number;
  /** Accept text that continues with something else, as CAST does with a warning. */
  readonly lenient?: boolean;
}

/**
 * Days since 1970-01-01 of a date, or of a datetime whose clock is dropped; undefined when the text is no
 * valid date.
 */
export function parseDate(text: string, options: ParseTemporalOptions = {}): number | undefined {
  const scanned = scanDatetime(text.trimStart());
  if (scanned === undefined || !(scanned.complete || options.lenient === true)) return undefined;
  if (scanned.offsetMinutes === undefined) return scanned.days;
  const us = parseDatetime(text, options);
  return us === undefined ? undefined : splitDatetime(us).days;
}

/**
 * Microseconds since 1970-01-01 of a datetime or date; undefined when the text is not valid or rounding
 * leaves the range.
 */
export function parseDatetime(text: string, options: ParseTemporalOptions = {}): bigint | undefined {
  const scanned = scanDatetime(text.trimStart());
  if (scanned === undefined || !(scanned.complete || options.lenient === true)) return undefined;
  let us = joinDatetime(scanned.days, scanned.micros);
  if (scanned.offsetMinutes !== undefined) {
    us += BigInt((options.zoneMinutes ?? 0) - scanned.offsetMinutes) * 60n * microsPerSecond;
  }
  return checkedDatetime(roundDatetime(us, options.fsp ?? 6));
}

/** The same text read as an instant: an offset in it, or else `zoneMinutes`, says how far UTC is. */
export function hasOffset(text: string): boolean {
  return scanDatetime(text.trimStart())?.offsetMinutes !== undefined;
}

function checkedDatetime(us: bigint): bigint | undefined {
  return us < minDatetime || us > maxDatetime ? undefined : us;
}

const dayTimeForm = /^(\d{1,2})\s+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?/;
const colonTimeForm = /^(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?/;
const compactTimeForm = /^(\d{1,7})(?!\d)(?:\.(\d*))?/;

function clockOfDigits(digits: string, fraction: string): ClockParts {
  const padded = digits.padStart(6, '0');
  return {
    hour: Number(padded.slice(0, -4)),
    minute: Number(padded.slice(-4, -2)),
    second: Number(padded.slice(-2)),
    fraction,
  };
}

function scanTime(text: string): { clock: ClockParts; length: number } | undefined {
  const withDays = dayTimeForm.exec(text);
  if (withDays !== null) {
    const clock = clockOfMatch(withDays, 2);
    if (clock.hour > 23) return undefined;
    return { clock: { ...clock, hour: clock.hour + Number(withDays[1]) * 24 }, length: withDays[0].length };
  }
  const withColons = colonTimeForm.exec(text);
  if (withColons !== null) return { clock: clockOfMatch(withColons, 1), length: withColons[0].length };
  const compact = compactTimeForm.exec(text);
  if (compact === null) return undefined;
  return { clock: clockOfDigits(compact[1]!, compact[2] ?? ''), length: compact[0].length };
}

function timeOfClock(clock: ClockParts, negative: boolean, fsp: number): bigint | undefined {
  if (clock.minute > 59 || clock.second > 59) return undefined;
  const us = roundDatetime(BigInt(microsOfClock(clock)), fsp);
  if (us > maxTime) return undefined;
  return negative ? -us : us;
}

/** What parseTime takes for a whole datetime, of which only the clock counts. */
const looksLikeDatetime = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,2}[T\s]|^\d{12}(\d\d)?(?!\d)/;

/**
 * Microseconds of a TIME: `[-][D ]hh[:mm[:ss[.f]]]`, `[h]hmmss`, or the clock of a datetime; undefined
 * when the text is not valid or beyond 838:59:59.
 */
export function parseTime(text: string, options: ParseTemporalOptions = {}): bigint | undefined {
  const trimmed = text.trim();
  if (looksLikeDatetime.test(trimmed)) {
    const us = parseDatetime(trimmed, options);
    return us === undefined ? undefined : BigInt(splitDatetime(us).micros);
  }
  const negative = trimmed.startsWith('-');
  const body = negative || trimmed.startsWith('+') ? trimmed.slice(1) : trimmed;
  const scanned = scanTime(body);
  if (scanned === undefined || (scanned.length < body.length && options.lenient !== true)) return undefined;
  return timeOfClock(scanned.clock, negative, options.fsp ?? 6);
}

/** A number as MySQL reads it for a datetime: YYMMDD, YYYYMMDD, YYMMDDhhmmss or YYYYMMDDhhmmss; else 0n. */
function fullDatetimeNumber(value: bigint): bigint {
  if (value < 101n) return 0n;
  if (value <= 691_231n) return (value + 20_000_000n) * 1_000_000n;
  if (value < 700_101n) return 0n;
  if (value <= 991_231n) return (value + 19_000_000n) * 1_000_000n;
  if (value < 10_000_101n) return 0n;
  if (value <= 99_991_231n) return value * 1_000_000n;
  if (value < 101_000_000n) return 0n;
  if (value <= 691_231_235_959n) return value + 20_000_000_000_000n;
  if (value < 700_101_000_000n) return 0n;
  if (value <= 991_231_235_959n) return value + 19_000_000_000_000n;
  if (value < 10_000_101_000_000n || value > 99_991_231_235_959n) return 0n;
  return value;
}

/**
 * The datetime that a number stands for (20210623, 20210623001500, 210623 …); `fraction` are the digits
 * after its point. Undefined when it stands for none.
 */
export function datetimeOfNumber(value: bigint, fraction = '', fsp = 6): bigint | undefined {
  const full = fullDatetimeNumber(value);
  if (full === 0n) return undefined;
  const scanned = scanCompact(`${String(full).padStart(14, '0')}.${fraction}`);
  if (scanned === undefined) return undefined;
  return checkedDatetime(roundDatetime(joinDatetime(scanned.days, scanned.micros), fsp));
}

export function dateOfNumber(value: bigint): number | undefined {
  const us = datetimeOfNumber(value);
  return us === undefined ? undefined : splitDatetime(us).days;
}

/** The TIME that a number stands for: hhmmss, or the clock of YYYYMMDDhhmmss. */
export function timeOfNumber(value: bigint, fraction = '', fsp = 6): bigint | undefined {
  const magnitude = value < 0n ? -value : value;
  if (magnitude >= 10_000_000_000n) {
    const us = value < 0n ? undefined : datetimeOfNumber(value, fraction, fsp);
    return us === undefined ? undefined : BigInt(splitDatetime(us).micros);
  }
  if (magnitude > 8_385_959n) return undefined;
  return timeOfClock(clockOfDigits(String(magnitude), fraction), value < 0n, fsp);
}

/** A datetime as the number YYYYMMDDhhmmss, as arithmetic sees it. */
export function numberOfDatetime(us: bigint): bigint {
  const { days, micros } = splitDatetime(us);
  const { year, month, day } = civilOfDays(days);
  const seconds = Math.floor(micros / 1e6);
  const clock = Math.floor(seconds / 3600) * 10_000 + (Math.floor(seconds / 60) % 60) * 100 + (seconds % 60);
  return BigInt((year * 100 + month) * 100 + day) * 1_000_000n + BigInt(clock);
}
