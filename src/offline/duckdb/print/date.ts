/** Date functions with a unit, where DuckDB computes what MySQL does; everything else is the evaluator's. */
import type { BoundExpr } from '../../../planner/bound.ts';
import { canEvaluate } from '../../../planner/evaluator/compile.ts';
import { isConstant } from '../../../planner/expr-tools.ts';
import { typeClass } from '../../../types/sql-type.ts';
import { toDatetime } from './cast.ts';
import { viaEvaluator } from './js.ts';
import type { Call, CallPrinter, PrintState } from './state.ts';

/** A date or datetime argument as DATE or TIMESTAMP; undefined for anything else. */
function wallClock(state: PrintState, arg: BoundExpr | undefined): string | undefined {
  if (arg === undefined) return undefined;
  if (arg.type.kind === 'timestamp') return toDatetime(state, arg);
  return arg.type.kind === 'date' || arg.type.kind === 'datetime' ? state.value(arg) : undefined;
}

const wordOf = (arg: BoundExpr | undefined): string | undefined =>
  arg?.kind === 'literal' && typeof arg.value === 'string' ? arg.value : undefined;

const intervals: Readonly<Record<string, string>> = {
  MICROSECOND: 'tg_microseconds',
  SECOND: 'tg_seconds',
  MINUTE: 'tg_minutes',
  HOUR: 'tg_hours',
  DAY: 'tg_days',
  WEEK: 'tg_weeks',
  MONTH: 'tg_months',
  QUARTER: 'tg_quarters',
  YEAR: 'tg_years',
};

const calendarUnits: ReadonlySet<string> = new Set(['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR']);

function printDateAdd(state: PrintState, call: Call): string | undefined {
  const [dateArg, amount, unitArg] = call.args;
  const unit = wordOf(unitArg);
  if (unit === undefined || amount === undefined || typeClass(amount.type) !== 'integer') return undefined;
  if ('unsigned' in amount.type && amount.type.unsigned === true) return undefined;
  const interval = intervals[unit];
  const isDate = dateArg?.type.kind === 'date';
  if (interval === undefined || (call.type.kind !== 'datetime' && call.type.kind !== 'date'))
    return undefined;
  // A date moved by hours is a datetime.
  if (call.type.kind === 'date' && !(isDate && calendarUnits.has(unit))) return undefined;
  const base = wallClock(state, dateArg);
  if (base === undefined) return undefined;
  const sign = call.name === 'DATE_SUB' ? -1 : 1;
  return `tg_move(${base}, ${interval}(${state.value(amount)}, ${sign}))`;
}

const parts: Readonly<Record<string, string>> = {
  YEAR: 'year(%)',
  QUARTER: 'quarter(%)',
  MONTH: 'month(%)',
  WEEK: '',
  DAY: 'day(%)',
  HOUR: 'hour(%)',
  MINUTE: 'minute(%)',
  SECOND: 'second(%)',
  YEAR_MONTH: '(year(%) * 100 + month(%))',
};

function printExtract(state: PrintState, call: Call): string | undefined {
  const [unitArg, dateArg] = call.args;
  const part = parts[wordOf(unitArg) ?? ''];
  const base = wallClock(state, dateArg);
  if (part === undefined || part === '' || base === undefined) return undefined;
  return part.replaceAll('%', base);
}

const microsOfUnit: Readonly<Record<string, number>> = {
  MICROSECOND: 1,
  SECOND: 1e6,
  MINUTE: 60e6,
  HOUR: 3600e6,
  DAY: 86_400e6,
  WEEK: 604_800e6,
};

function printTimestampdiff(state: PrintState, call: Call): string | undefined {
  const [unitArg, from, to] = call.args;
  const micros = microsOfUnit[wordOf(unitArg) ?? ''];
  if (micros === undefined) return undefined;
  const [a, b] = [wallClock(state, from), wallClock(state, to)];
  if (a === undefined || b === undefined) return undefined;
  return `((epoch_us(CAST(${b} AS TIMESTAMP)) - epoch_us(CAST(${a} AS TIMESTAMP))) // ${micros})`;
}

/** HOUR, MINUTE and SECOND of a datetime, whose clock they read. */
function clockPart(name: string): CallPrinter {
  return (state, call) => {
    const base = wallClock(state, call.args[0]);
    return base === undefined ? undefined : `${name}(${base})`;
  };
}

/** DATE_FORMAT by strftime where the pattern is a constant that it can follow; DuckDB then needs no JavaScript. */
function printDateFormat(state: PrintState, call: Call): string | undefined {
  const [dateArg, pattern] = call.args;
  if (pattern === undefined || !isConstant(pattern) || canEvaluate(pattern) !== true) return undefined;
  const base = wallClock(state, dateArg);
  if (base === undefined) return undefined;
  const key = `strftime${state.value(pattern)}`;
  const format = state.parameter(key, pattern.type, { kind: 'strftime', pattern });
  return `CASE WHEN ${format} IS NOT NULL THEN strftime(${base}, ${format}) ELSE ${viaEvaluator(state, call)} END`;
}

export const datePrinters: readonly (readonly [string, CallPrinter])[] = [
  ['DATE_ADD', printDateAdd],
  ['DATE_SUB', printDateAdd],
  ['DATE_FORMAT', printDateFormat],
  ['EXTRACT', printExtract],
  ['TIMESTAMPDIFF', printTimestampdiff],
  ['HOUR', clockPart('hour')],
  ['MINUTE', clockPart('minute')],
  ['SECOND', clockPart('second')],
];
