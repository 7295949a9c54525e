/** Functions of dates and times. Values come as src/types/value.ts says; the binder has cast the arguments. */
import { assert } from '../../base/assert.ts';
import { notSupported } from '../../base/errors.ts';
import { decimalOfNumber, decimalOfText, rescale } from '../../types/decimal.ts';
import { defaultCollation, type SqlType, typeClass } from '../../types/sql-type.ts';
import {
  civilOfDays,
  daysInMonth,
  daysOfCivil,
  formatDate,
  formatDatetime,
  maxDate,
  maxTime,
  microsPerDay,
  minDate,
  parseDatetime,
  roundDatetime,
  splitDatetime,
} from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, integerIn, strict1, strict2 } from './argument.ts';
import { formatDatetimeBy, months, weekdays, weekOf } from './date-format.ts';
import { type EvaluationEnv, type Evaluator, localOfUtc, Refusal, utcOfLocal } from './environment.ts';
import {
  addInterval,
  compoundInterval,
  hasMicroseconds,
  type Interval,
  isCompoundUnit,
  isDayUnit,
  negateInterval,
  secondsInterval,
  simpleInterval,
} from './intervals.ts';
import { localDatetime } from './temporal-text.ts';

type Value = NonNullable<SqlValue>;

function requireKind(arg: Argument, ...kinds: readonly SqlType['kind'][]): void {
  if (arg.type.kind !== 'null' && !kinds.includes(arg.type.kind))
    throw new Refusal(`a date function of ${arg.type.kind}`);
}

/** A whole number out of a DATE. */
function datePart(part: (days: number) => number): FunctionCompiler {
  return (args, type) => {
    requireKind(args[0]!, 'date');
    const result = integerIn(type);
    return strict1(args[0]!, (days) => result(part(Number(days))));
  };
}

/** A whole number out of a TIME. */
function timePart(part: (us: bigint) => bigint): FunctionCompiler {
  return (args, type) => {
    requireKind(args[0]!, 'time');
    const result = integerIn(type);
    return strict1(args[0]!, (us) =>
      result(Number(part((us as bigint) < 0n ? -(us as bigint) : (us as bigint)))),
    );
  };
}

/** 0 is Sunday; 1970-01-01 was a Thursday. */
export const weekdayOf = (days: number): number => (((days + 4) % 7) + 7) % 7;

const dayOfYear = (days: number): number => days - daysOfCivil(civilOfDays(days).year, 1, 1) + 1;

function dateText(text: (days: number) => string): FunctionCompiler {
  return (args) => {
    requireKind(args[0]!, 'date');
    return strict1(args[0]!, (days) => text(Number(days)));
  };
}

/** TO_DAYS counts from year 0. */
const daysToEpoch = 719_528;

// ---- DATE_ADD, DATE_SUB ---------------------------------------------------------------------------

function intervalArgument(amount: Argument, unit: string): (value: Value) => Interval | undefined {
  if (isCompoundUnit(unit)) {
    if (typeClass(amount.type) !== 'string') throw new Refusal(`an INTERVAL of ${amount.type.kind}`);
    return (value) => compoundInterval(String(value), unit);
  }
  if (unit === 'SECOND' && amount.type.kind === 'decimal') return (value) => secondsInterval(String(value));
  if (typeClass(amount.type) !== 'integer') throw new Refusal(`an INTERVAL of ${amount.type.kind}`);
  return (value) => simpleInterval(BigInt(value as number | bigint), unit);
}

type Mover = (value: Value, interval: Interval, env: EvaluationEnv) => SqlValue | undefined;

function moveText(value: Value, interval: Interval, unit: string): string | undefined {
  const text = String(value);
  const us = parseDatetime(text) ?? parseDatetime(text, { lenient: true });
  if (us === undefined) return undefined;
  const moved = addInterval(us, interval);
  if (moved === undefined) return undefined;
  const hasClock = /\d[T\s]+\d|^\d{9,}/.test(text.trim());
  if (!hasClock && isDayUnit(unit)) return formatDate(splitDatetime(moved).days);
  return formatDatetime(moved, moved % 1_000_000n === 0n ? 0 : 6);
}

/** How a value of the operand's type moves to one of the result's. */
function mover(operand: SqlType, result: SqlType, unit: string): Mover {
  if (typeClass(operand) === 'string') return (value, interval) => moveText(value, interval, unit);
  if (operand.kind === 'time') {
    if (result.kind !== 'time') throw new Refusal('a TIME moved by days');
    return (value, interval) => {
      const us = (value as bigint) + interval.us;
      return us > maxTime || us < -maxTime ? undefined : us;
    };
  }
  if (typeClass(operand) !== 'temporal') throw new Refusal(`date arithmetic on ${operand.kind}`);
  const local = localDatetime(operand);
  if (result.kind === 'date') {
    return (value, interval, env) => {
      const moved = addInterval(local(value, env), interval);
      return moved === undefined ? undefined : splitDatetime(moved).days;
    };
  }
  return (value, interval, env) => {
    const moved = addInterval(local(value, env), interval);
    if (moved === undefined || result.kind !== 'timestamp') return moved;
    return utcOfLocal(env, moved);
  };
}

function moving(sign: 1 | -1): FunctionCompiler {
  return (args, type) => {
    const [operand, amount, unitArgument] = args as [Argument, Argument, Argument];
    const unit = String(unitArgument.literal);
    if (operand.type.kind === 'null' || amount.type.kind === 'null') return () => null;
    const interval = intervalArgument(amount, unit);
    const move = mover(operand.type, type, unit);
    return strict2(operand, amount, (value, count, env) => {
      const distance = interval(count);
      const moved =
        distance === undefined ? undefined : move(value, sign < 0 ? negateInterval(distance) : distance, env);
      if (moved !== undefined) return moved;
      env.warn(1441, 'Datetime function: datetime field overflow');
      return null;
    });
  };
}

/** The type of DATE_ADD and DATE_SUB of an operand of `type`. */
export function movedType(type: SqlType, unit: string, amount: SqlType): SqlType {
  const fraction = hasMicroseconds(unit)
    ? 6
    : unit === 'SECOND' && amount.kind === 'decimal'
      ? amount.scale
      : 0;
  const fsp = Math.min(6, Math.max(fraction, 'fsp' in type ? type.fsp : 0));
  switch (type.kind) {
    case 'date':
      return isDayUnit(unit) ? type : { kind: 'datetime', fsp };
    case 'datetime':
    case 'timestamp':
      return { kind: 'datetime', fsp };
    case 'time':
      return isDayUnit(unit) || unit.startsWith('DAY_') ? { kind: 'datetime', fsp } : { kind: 'time', fsp };
    default:
      return { kind: 'varchar', length: 29, collation: defaultCollation };
  }
}

// ---- TIMESTAMPDIFF, EXTRACT -----------------------------------------------------------------------

const diffUnits: Readonly<Record<string, bigint>> = {
  MICROSECOND: 1n,
  SECOND: 1_000_000n,
  MINUTE: 60_000_000n,
  HOUR: 3_600_000_000n,
  DAY: microsPerDay,
  WEEK: microsPerDay * 7n,
};

function monthsBetween(from: bigint, to: bigint): bigint {
  if (to < from) return -monthsBetween(to, from);
  const [a, b] = [splitDatetime(from), splitDatetime(to)];
  const [x, y] = [civilOfDays(a.days), civilOfDays(b.days)];
  const months = (y.year - x.year) * 12 + y.month - x.month;
  const incomplete = y.day < x.day || (y.day === x.day && b.micros < a.micros);
  return BigInt(months - (incomplete ? 1 : 0));
}

const timestampDiff: FunctionCompiler = (args) => {
  const [unitArgument, from, to] = args as [Argument, Argument, Argument];
  const unit = String(unitArgument.literal);
  requireKind(from, 'datetime');
  requireKind(to, 'datetime');
  const divisor = diffUnits[unit];
  const unitMonths = unit === 'YEAR' ? 12n : unit === 'QUARTER' ? 3n : 1n;
  return strict2(from, to, (a, b) =>
    divisor === undefined
      ? monthsBetween(a as bigint, b as bigint) / unitMonths
      : ((b as bigint) - (a as bigint)) / divisor,
  );
};

type Fields = { readonly days: number; readonly micros: number };

const civilPart: Readonly<Record<string, (fields: Fields) => number>> = {
  YEAR: ({ days }) => civilOfDays(days).year,
  QUARTER: ({ days }) => Math.ceil(civilOfDays(days).month / 3),
  MONTH: ({ days }) => civilOfDays(days).month,
  WEEK: ({ days }) => weekOf(days, 0).week,
  DAY: ({ days }) => civilOfDays(days).day,
  YEAR_MONTH: ({ days }) => yearMonth(days),
};

const clockParts: readonly (readonly [name: string, weight: number, of: (micros: number) => number])[] = [
  ['HOUR', 100, (micros) => Math.floor(micros / 3.6e9)],
  ['MINUTE', 100, (micros) => Math.floor(micros / 6e7) % 60],
  ['SECOND', 100, (micros) => Math.floor(micros / 1e6) % 60],
  ['MICROSECOND', 1e6, (micros) => micros % 1e6],
];

/** The parts of a clock from the unit's first to its last, as the digits of one number. */
function clockPart(unit: string): ((micros: number) => number) | undefined {
  const [from, to] = unit.split('_');
  const first = clockParts.findIndex(([name]) => name === from);
  const last = to === undefined ? first : clockParts.findIndex(([name]) => name === to);
  if (first < 0 || last < first) return undefined;
  const parts = clockParts.slice(first, last + 1);
  return (micros) => parts.reduce((sum, [, weight, of]) => sum * weight + of(micros), 0);
}

const extract: FunctionCompiler = (args) => {
  const [unitArgument, operand] = args as [Argument, Argument];
  const unit = String(unitArgument.literal);
  if (operand.type.kind === 'null') return () => null;
  const [part, ofClock] = [civilPart[unit], clockPart(unit)];
  if (operand.type.kind === 'time' && ofClock !== undefined) {
    return strict1(operand, (value) => {
      const us = Number(value);
      return BigInt(Math.sign(us) * ofClock(Math.abs(us)));
    });
  }
  if (operand.type.kind === 'time' || typeClass(operand.type) !== 'temporal') {
    throw new Refusal(`EXTRACT from ${operand.type.kind}`);
  }
  const local = localDatetime(operand.type);
  if (part !== undefined) {
    return strict1(operand, (value, env) => BigInt(part(splitDatetime(local(value, env)))));
  }
  if (ofClock === undefined) throw new Refusal(`EXTRACT of ${unit}`);
  return strict1(operand, (value, env) => BigInt(ofClock(splitDatetime(local(value, env)).micros)));
};

const yearMonth = (days: number): number => {
  const { year, month } = civilOfDays(days);
  return year * 100 + month;
};

// ---- the rest -------------------------------------------------------------------------------------

const lastDay: FunctionCompiler = (args) => {
  requireKind(args[0]!, 'date');
  return strict1(args[0]!, (days) => {
    const { year, month } = civilOfDays(Number(days));
    return daysOfCivil(year, month, daysInMonth(year, month));
  });
};

const makeDate: FunctionCompiler = (args) =>
  strict2(args[0]!, args[1]!, (yearValue, dayValue) => {
    const [year, day] = [Number(yearValue), Number(dayValue)];
    if (day < 1 || year < 0 || year > 9999) return null;
    const full = year < 70 ? year + 2000 : year < 100 ? year + 1900 : year;
    const days = daysOfCivil(full, 1, 1) + day - 1;
    return days > maxDate ? null : days;
  });

const fromDays: FunctionCompiler = (args) =>
  strict1(args[0]!, (value) => {
    const days = Number(value) - daysToEpoch;
    // MySQL answers the zero date there, which is no value here.
    if (Number(value) < 366) throw notSupported('the zero date, which FROM_DAYS of a number below 366 gives');
    return days < minDate || days > maxDate ? null : days;
  });

/** UNIX_TIMESTAMP(d): seconds since 1970 UTC, 0 outside of what TIMESTAMP holds. */
const unixTimestamp: FunctionCompiler = (args, type) => {
  const arg = args[0];
  if (arg === undefined) return (env) => (env.context('utc_now') as bigint) / 1_000_000n;
  if (arg.type.kind === 'time' || typeClass(arg.type) !== 'temporal')
    throw new Refusal(`UNIX_TIMESTAMP of ${arg.type.kind}`);
  const local = localDatetime(arg.type);
  const isTimestamp = arg.type.kind === 'timestamp';
  return strict1(arg, (value, env) => {
    const us = isTimestamp ? (value as bigint) : utcOfLocal(env, local(value, env));
    // MySQL 8.0.28 and later count to 3001-01-18 23:59:59.
    const valid = us >= 0n && us < 32_536_771_200_000_000n;
    if (type.kind !== 'decimal') return valid ? us / 1_000_000n : 0n;
    const scaled = valid ? us : 0n;
    const fraction = String(scaled % 1_000_000n)
      .padStart(6, '0')
      .slice(0, type.scale);
    return type.scale === 0 ? String(scaled / 1_000_000n) : `${scaled / 1_000_000n}.${fraction}`;
  });
};

const fromUnixtime: FunctionCompiler = (args) => {
  const [arg, format] = args as [Argument, Argument | undefined];
  const local: Evaluator = strict1(arg, (value, env) => {
    const seconds = typeof value === 'number' ? decimalOfNumber(value) : decimalOfText(String(value));
    if (seconds === undefined) return null;
    const us = rescale(seconds, 6).unscaled;
    return us < 0n || us >= 32_536_771_200_000_000n ? null : localOfUtc(env, us);
  });
  if (format === undefined) return local;
  return (env) => {
    const [us, pattern] = [local(env), format.evaluate(env)];
    return us === null || pattern === null || pattern === ''
      ? null
      : formatDatetimeBy(us as bigint, String(pattern));
  };
};

const dateFormat: FunctionCompiler = (args) => {
  const [operand, format] = args as [Argument, Argument];
  requireKind(operand, 'datetime');
  return strict2(operand, format, (us, pattern) =>
    pattern === '' ? null : formatDatetimeBy(us as bigint, String(pattern)),
  );
};

const week: FunctionCompiler = (args, type) => {
  requireKind(args[0]!, 'date');
  const result = integerIn(type);
  const [date, mode] = args as [Argument, Argument | undefined];
  return (env) => {
    const days = date.evaluate(env);
    const bits = modeOf(mode?.evaluate(env));
    return days === null ? null : result(weekOf(Number(days), bits).week);
  };
};

/** The three bits of a week mode; NULL counts as 0. */
const modeOf = (mode: SqlValue | undefined): number => Number(BigInt.asUintN(3, BigInt(String(mode ?? 0))));

const yearWeek: FunctionCompiler = (args, type) => {
  requireKind(args[0]!, 'date');
  const result = integerIn(type);
  const [date, mode] = args as [Argument, Argument | undefined];
  return (env) => {
    const days = date.evaluate(env);
    const bits = modeOf(mode?.evaluate(env)) | 2;
    if (days === null) return null;
    const { year, week: number } = weekOf(Number(days), bits);
    return result(year * 100 + number);
  };
};

/** TIME(x) and the arguments of HOUR and its like: already a TIME. */
const identity: FunctionCompiler = (args) => args[0]!.evaluate;

function timeDifference(args: readonly Argument[]): Evaluator {
  const [a, b] = args as [Argument, Argument];
  if (a.type.kind !== b.type.kind || (a.type.kind !== 'datetime' && a.type.kind !== 'time'))
    throw new Refusal('TIMEDIFF');
  return strict2(a, b, (x, y) => {
    const us = (x as bigint) - (y as bigint);
    if (us > maxTime) return maxTime;
    if (us < -maxTime) return -maxTime;
    return us;
  });
}

export const dateFunctions: Readonly<Record<string, FunctionCompiler>> = {
  DATE_ADD: moving(1),
  DATE_SUB: moving(-1),
  TIMESTAMPDIFF: timestampDiff,
  EXTRACT: extract,
  YEAR: datePart((days) => civilOfDays(days).year),
  QUARTER: datePart((days) => Math.ceil(civilOfDays(days).month / 3)),
  MONTH: datePart((days) => civilOfDays(days).month),
  DAY: datePart((days) => civilOfDays(days).day),
  DAYOFWEEK: datePart((days) => weekdayOf(days) + 1),
  WEEKDAY: datePart((days) => (weekdayOf(days) + 6) % 7),
  DAYOFYEAR: datePart(dayOfYear),
  WEEKOFYEAR: datePart((days) => weekOf(days, 3).week),
  TO_DAYS: datePart((days) => days + daysToEpoch),
  DAYNAME: dateText((days) => weekdays[weekdayOf(days)]!),
  MONTHNAME: dateText((days) => months[civilOfDays(days).month - 1]!),
  HOUR: timePart((us) => us / 3_600_000_000n),
  MINUTE: timePart((us) => (us / 60_000_000n) % 60n),
  SECOND: timePart((us) => (us / 1_000_000n) % 60n),
  MICROSECOND: timePart((us) => us % 1_000_000n),
  TIME_TO_SEC: (args) => {
    requireKind(args[0]!, 'time');
    return strict1(args[0]!, (us) => (us as bigint) / 1_000_000n);
  },
  TO_SECONDS: (args) => {
    requireKind(args[0]!, 'datetime');
    return strict1(args[0]!, (us) => {
      const { days, micros } = splitDatetime(us as bigint);
      return BigInt(days + daysToEpoch) * 86_400n + BigInt(Math.floor(micros / 1e6));
    });
  },
  DATEDIFF: (args) => {
    requireKind(args[0]!, 'date');
    requireKind(args[1]!, 'date');
    return strict2(args[0]!, args[1]!, (a, b) => BigInt(Number(a) - Number(b)));
  },
  DATE: (args) => {
    if (args[0]!.type.kind === 'date') return args[0]!.evaluate;
    requireKind(args[0]!, 'datetime');
    return strict1(args[0]!, (us) => splitDatetime(us as bigint).days);
  },
  TIME: (args) => {
    requireKind(args[0]!, 'time');
    return identity(args, { kind: 'time', fsp: 6 });
  },
  TIMESTAMP: (args, type) => {
    const [a, b] = args as [Argument, Argument | undefined];
    requireKind(a, 'datetime');
    assert('fsp' in type, 'TIMESTAMP() has an fsp');
    if (b === undefined) return strict1(a, (us) => roundDatetime(us as bigint, type.fsp));
    requireKind(b, 'time');
    return strict2(a, b, (us, clock) => (us as bigint) + (clock as bigint));
  },
  TIMEDIFF: timeDifference,
  LAST_DAY: lastDay,
  MAKEDATE: makeDate,
  FROM_DAYS: fromDays,
  UNIX_TIMESTAMP: unixTimestamp,
  FROM_UNIXTIME: fromUnixtime,
  DATE_FORMAT: dateFormat,
  WEEK: week,
  YEARWEEK: yearWeek,
};
