/** Conversions to DATE, DATETIME, TIMESTAMP and TIME. What stands for no such value is NULL with warning 1292. */
import { parseDecimal, rescale } from '../../types/decimal.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import {
  datetimeOfNumber,
  maxDatetime,
  microsPerDay,
  parseDate,
  parseDatetime,
  parseTime,
  roundDatetime,
  roundTime,
  splitDatetime,
  timeOfNumber,
} from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import { type EvaluationEnv, Refusal, utcOfLocal } from './environment.ts';
import { localDatetime } from './temporal-text.ts';

type Converter = (value: NonNullable<SqlValue>, env: EvaluationEnv) => SqlValue;
type TemporalType =
  | { readonly kind: 'date' }
  | { readonly kind: 'datetime' | 'timestamp' | 'time'; readonly fsp: number };

const utf8 = new TextDecoder();

function numberParts(value: NonNullable<SqlValue>): { whole: bigint; fraction: string } | undefined {
  const number = parseDecimal(typeof value === 'string' ? value : String(value));
  if (number === undefined) return undefined;
  const whole = rescale(
    { unscaled: number.unscaled - (number.unscaled % 10n ** BigInt(number.scale)), scale: number.scale },
    0,
  );
  const digits = String(number.unscaled < 0n ? -number.unscaled : number.unscaled).padStart(
    number.scale + 1,
    '0',
  );
  return { whole: whole.unscaled, fraction: number.scale === 0 ? '' : digits.slice(-number.scale) };
}

/** A datetime in the session's zone with the given fsp, or undefined. */
function datetimeFrom(
  from: SqlType,
  fsp: number,
): (value: NonNullable<SqlValue>, env: EvaluationEnv) => bigint | undefined {
  switch (typeClass(from)) {
    case 'temporal':
      if (from.kind === 'time') {
        return (value, env) => {
          const today = splitDatetime(env.context('now') as bigint).days;
          return BigInt(today) * microsPerDay + roundTime(value as bigint, fsp);
        };
      }
      return (value, env) => {
        const us = roundDatetime(localDatetime(from)(value, env), fsp);
        return us > maxDatetime ? undefined : us;
      };
    case 'string':
    case 'binary':
      return (value, env) => {
        const text = value instanceof Uint8Array ? utf8.decode(value) : String(value);
        const zoneMinutes = /[+-]\d\d:\d\d\s*$/.test(text)
          ? env.zoneMinutes(env.context('now') as bigint)
          : 0;
        const exact = parseDatetime(text, { fsp, zoneMinutes });
        if (exact !== undefined) return exact;
        const us = parseDatetime(text, { fsp, zoneMinutes, lenient: true });
        if (us !== undefined) env.warn(1292, `Truncated incorrect datetime value: '${text}'`);
        return us;
      };
    case 'integer':
    case 'decimal':
    case 'real':
      return (value) => {
        const parts = numberParts(value);
        return parts === undefined ? undefined : datetimeOfNumber(parts.whole, parts.fraction, fsp);
      };
    default:
      throw new Refusal(`a conversion of ${from.kind.toUpperCase()} to a date`);
  }
}

function timeFrom(
  from: SqlType,
  fsp: number,
): (value: NonNullable<SqlValue>, env: EvaluationEnv) => bigint | undefined {
  switch (typeClass(from)) {
    case 'temporal': {
      if (from.kind === 'time') return (value) => roundTime(value as bigint, fsp);
      const local = localDatetime(from);
      return (value, env) => BigInt(splitDatetime(roundDatetime(local(value, env), fsp)).micros);
    }
    case 'string':
    case 'binary':
      return (value, env) => {
        const text = value instanceof Uint8Array ? utf8.decode(value) : String(value);
        const exact = parseTime(text, { fsp });
        if (exact !== undefined) return exact;
        const us = parseTime(text, { fsp, lenient: true });
        if (us !== undefined) env.warn(1292, `Truncated incorrect time value: '${text}'`);
        return us;
      };
    case 'integer':
    case 'decimal':
    case 'real':
      return (value) => {
        const parts = numberParts(value);
        return parts === undefined ? undefined : timeOfNumber(parts.whole, parts.fraction, fsp);
      };
    default:
      throw new Refusal(`a conversion of ${from.kind.toUpperCase()} to TIME`);
  }
}

function invalid(to: TemporalType, value: NonNullable<SqlValue>, env: EvaluationEnv): null {
  const shown = value instanceof Uint8Array ? utf8.decode(value) : String(value);
  env.warn(1292, `Incorrect ${to.kind === 'timestamp' ? 'datetime' : to.kind} value: '${shown}'`);
  return null;
}

export function castToTemporal(from: SqlType, to: TemporalType): Converter {
  if (from.kind === to.kind && (!('fsp' in from) || !('fsp' in to) || from.fsp <= to.fsp))
    return (value) => value;
  if (to.kind === 'time') {
    const convert = timeFrom(from, to.fsp);
    return (value, env) => convert(value, env) ?? invalid(to, value, env);
  }
  if (to.kind === 'date') {
    if (typeClass(from) === 'string') {
      return (value, env) => {
        const text = String(value);
        const days = parseDate(text) ?? parseDate(text, { lenient: true });
        return days ?? invalid(to, value, env);
      };
    }
    const convert = datetimeFrom(from, 6);
    return (value, env) => {
      const us = convert(value, env);
      return us === undefined ? invalid(to, value, env) : splitDatetime(us).days;
    };
  }
  const convert = datetimeFrom(from, to.fsp);
  return (value, env) => {
    const us = convert(value, env);
    if (us === undefined) return invalid(to, value, env);
    return to.kind === 'timestamp' ? utcOfLocal(env, us) : us;
  };
}
