/** Casts: natively where DuckDB converts as MySQL does, otherwise through the evaluator's converters. */
import { notSupported } from '../../../base/errors.ts';
import type { BoundExpr } from '../../../planner/bound.ts';
import { canEvaluate } from '../../../planner/evaluator/compile.ts';
import { datetime, type SqlType, typeClass } from '../../../types/sql-type.ts';
import { queryType } from '../types.ts';
import { viaEvaluator, zoneIsUtc } from './js.ts';
import { sortKey } from './order.ts';
import type { PrintState } from './state.ts';

type Cast = Extract<BoundExpr, { kind: 'cast' }>;

export function printCast(state: PrintState, cast: Cast): string {
  const { arg, type } = cast;
  if (arg.type.kind === 'null') return `CAST(NULL AS ${queryType(type)})`;
  const native = nativeCast(state, () => state.value(arg), arg.type, type, cast.implicit);
  if (native !== undefined) return native;
  const answer = canEvaluate({
    ...cast,
    arg: { kind: 'column', relation: 0, column: 0, type: arg.type, nullable: true },
  });
  if (answer !== true)
    throw notSupported(`converting ${arg.type.kind.toUpperCase()} to ${type.kind.toUpperCase()}`);
  if (needsZone(arg.type, type)) {
    // In UTC an instant and its wall clock are the same number; only other zones pay for the conversion.
    return `CASE WHEN ${zoneIsUtc(state)} THEN ${state.value(arg)} ELSE ${viaEvaluator(state, cast)} END`;
  }
  return viaEvaluator(state, cast);
}

/** Two types that differ only in whether the clock is the session's, with no digits lost. */
function needsZone(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'timestamp' && to.kind === 'datetime') return to.fsp >= from.fsp;
  return from.kind === 'datetime' && to.kind === 'timestamp' && to.fsp >= from.fsp;
}

/** A timestamp as the wall clock of the session's zone. */
export function toDatetime(state: PrintState, arg: BoundExpr): string {
  const fsp = 'fsp' in arg.type ? arg.type.fsp : 6;
  return state.value({ kind: 'cast', arg, type: datetime(fsp), implicit: true });
}

/**
 * `sql` of one type as another, where no expression stands behind it (a branch of a set operation). Only what
 * converts natively; the binder's casts do the rest.
 */
export function convert(state: PrintState, sql: string, from: SqlType, to: SqlType): string {
  if (from.kind === 'null') return `CAST(${sql} AS ${queryType(to)})`;
  const native = nativeCast(state, () => sql, from, to, true);
  if (native !== undefined) return native;
  throw notSupported(`converting ${from.kind.toUpperCase()} to ${to.kind.toUpperCase()} in a set operation`);
}

/** The cast as DuckDB's, or undefined when DuckDB's differs from MySQL's. */
function nativeCast(
  state: PrintState,
  sql: () => string,
  from: SqlType,
  to: SqlType,
  implicit: boolean,
): string | undefined {
  const target = queryType(to);
  switch (typeClass(to)) {
    case 'integer':
      return to.kind === 'year' ? undefined : toInteger(sql, from, to);
    case 'decimal':
      return to.kind === 'decimal' ? toDecimal(sql, from, to) : undefined;
    case 'real':
      return toReal(sql, from, to);
    case 'string':
      return to.kind === 'enum' || to.kind === 'set' ? undefined : toText(sql, from, to, implicit);
    case 'binary':
      if (typeClass(from) === 'binary' && (implicit || to.kind !== 'binary'))
        return lengthened(sql, from, to);
      return typeClass(from) === 'string' && implicit ? `encode(${sql()})` : undefined;
    case 'json':
      return from.kind === 'json' ? sql() : undefined;
    case 'temporal':
      return toTemporal(sql, from, to);
    case 'bit':
      return from.kind === 'bit' ? sql() : undefined;
    case 'null':
      return `CAST(NULL AS ${target})`;
  }
  void state;
}

/** Whether every value of one integer type is one of the other. */
function isNoWider(from: SqlType, to: SqlType): boolean {
  const unsigned = (type: SqlType): boolean => 'unsigned' in type && type.unsigned === true;
  const [source, target] = [widths[from.kind], widths[to.kind]];
  if (source === undefined || target === undefined) return false;
  if (unsigned(from) === unsigned(to)) return source <= target;
  return unsigned(from) && source < target;
}

const widths: Partial<Record<SqlType['kind'], number>> = {
  tinyint: 1,
  smallint: 2,
  year: 2,
  mediumint: 3,
  int: 4,
  bigint: 8,
};

function toInteger(sql: () => string, from: SqlType, to: SqlType): string | undefined {
  const [source, target] = [queryType(from), queryType(to)];
  switch (typeClass(from)) {
    case 'integer':
    case 'bit':
      // Casts to the smaller types, which clip, are the evaluator's unless the source is no wider.
      if (to.kind !== 'bigint' && !isNoWider(from, to)) return undefined;
      if (source === target) return sql();
      return target === 'UBIGINT' ? `tg_unsigned(${sql()})` : `tg_signed(${sql()})`;
    case 'decimal':
      // Rounds half away from zero, as MySQL; more digits could leave the range, which MySQL clips.
      if (to.kind !== 'bigint' || target !== 'BIGINT' || from.kind !== 'decimal') return undefined;
      return from.precision - from.scale <= 18 ? `CAST(${sql()} AS BIGINT)` : undefined;
    case 'string':
      return from.kind === 'enum' || from.kind === 'set' ? memberNumber(sql(), from, target) : undefined;
    default:
      return undefined;
  }
}

/** The place of an ENUM's member, from 1 (0 for the empty text that stands for a wrong value); a SET's bits. */
function memberNumber(sql: string, type: SqlType, target: string): string {
  return `CAST(CASE WHEN ${sql} IS NOT NULL THEN coalesce(${sortKey(sql, type)}, 0) END AS ${target})`;
}

function toDecimal(
  sql: () => string,
  from: SqlType,
  to: Extract<SqlType, { kind: 'decimal' }>,
): string | undefined {
  const target = queryType(to);
  const whole = Math.min(to.precision, 38) - to.scale;
  switch (typeClass(from)) {
    case 'integer':
    case 'bit':
      return whole >= integerDigits(from) ? `CAST(${sql()} AS ${target})` : undefined;
    case 'decimal':
      if (from.kind !== 'decimal') return undefined;
      // One digit more than the source has: rounding may carry.
      return whole > from.precision - from.scale ||
        (whole === from.precision - from.scale && to.scale >= from.scale)
        ? `CAST(${sql()} AS ${target})`
        : undefined;
    default:
      return undefined;
  }
}

const digitsOf: Partial<Record<SqlType['kind'], number>> = {
  tinyint: 3,
  smallint: 5,
  mediumint: 8,
  int: 10,
  year: 4,
};

function integerDigits(type: SqlType): number {
  return digitsOf[type.kind] ?? (queryType(type) === 'UBIGINT' ? 20 : 19);
}

function toReal(sql: () => string, from: SqlType, to: SqlType): string | undefined {
  const target = queryType(to);
  switch (typeClass(from)) {
    case 'integer':
    case 'bit':
    case 'real':
      return `CAST(${sql()} AS ${target})`;
    case 'decimal':
      // DuckDB divides the digits by a power of ten, which is exact to the last bit only up to 15 digits.
      if (from.kind === 'decimal' && from.precision <= 15) return `CAST(${sql()} AS ${target})`;
      return `CAST(CAST(${sql()} AS VARCHAR) AS ${target})`;
    case 'string':
      return from.kind === 'enum' || from.kind === 'set' ? memberNumber(sql(), from, target) : undefined;
    default:
      return undefined;
  }
}

function toText(sql: () => string, from: SqlType, to: SqlType, implicit: boolean): string | undefined {
  const cut = (text: string, longest: number): string =>
    'length' in to && to.length < longest && !implicit ? `left(${text}, ${to.length})` : text;
  switch (typeClass(from)) {
    case 'string':
    case 'json':
      return cut(sql(), 'length' in from ? from.length : Number.POSITIVE_INFINITY);
    case 'integer':
      return from.kind === 'year' ? undefined : cut(`CAST(${sql()} AS VARCHAR)`, integerDigits(from) + 1);
    case 'decimal': {
      if (from.kind !== 'decimal') return undefined;
      // DuckDB leaves out the zero before the point when the type has no digit there.
      const wide =
        from.precision === from.scale ? `CAST(${sql()} AS DECIMAL(${from.scale + 1},${from.scale}))` : sql();
      return cut(`CAST(${wide} AS VARCHAR)`, from.precision + 3);
    }
    case 'temporal':
      if (from.kind === 'date') return cut(`CAST(${sql()} AS VARCHAR)`, 10);
      if (from.kind !== 'datetime') return undefined;
      return cut(datetimeText(sql(), from.fsp), 26);
    default:
      return undefined;
  }
}

function datetimeText(sql: string, fsp: number): string {
  if (fsp === 0) return `strftime(${sql}, '%Y-%m-%d %H:%M:%S')`;
  const text = `strftime(${sql}, '%Y-%m-%d %H:%M:%S.%f')`;
  return fsp === 6 ? text : `left(${text}, ${20 + fsp})`;
}

function lengthened(sql: () => string, from: SqlType, to: SqlType): string | undefined {
  const target = 'length' in to ? to.length : Number.POSITIVE_INFINITY;
  const source = 'length' in from ? from.length : Number.POSITIVE_INFINITY;
  return target >= source ? sql() : undefined;
}

function toTemporal(sql: () => string, from: SqlType, to: SqlType): string | undefined {
  if (from.kind === 'date' && to.kind === 'date') return sql();
  if (from.kind === 'date' && to.kind === 'datetime') return `CAST(${sql()} AS TIMESTAMP)`;
  if (from.kind === 'datetime' && to.kind === 'date') return `CAST(${sql()} AS DATE)`;
  const sameKind = from.kind === to.kind && 'fsp' in from && 'fsp' in to;
  return sameKind && to.fsp >= from.fsp ? sql() : undefined;
}
