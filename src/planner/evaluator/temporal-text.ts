/** Temporal values as text and as the numbers YYYYMMDD, YYYYMMDDhhmmss and hhmmss. */
import { assert } from '../../base/assert.ts';
import type { SqlType } from '../../types/sql-type.ts';
import {
  civilOfDays,
  formatDate,
  formatDatetime,
  formatTime,
  numberOfDatetime,
} from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';
import { type EvaluationEnv, localOfUtc } from './environment.ts';

type ToText = (value: NonNullable<SqlValue>, env: EvaluationEnv) => string;

/** The datetime in the session's zone that a DATETIME, TIMESTAMP or DATE value stands for. */
export function localDatetime(type: SqlType): (value: NonNullable<SqlValue>, env: EvaluationEnv) => bigint {
  switch (type.kind) {
    case 'date':
      return (value) => BigInt(value as number) * 86_400_000_000n;
    case 'timestamp':
      return (value, env) => localOfUtc(env, value as bigint);
    default:
      assert(type.kind === 'datetime', 'not a date');
      return (value) => value as bigint;
  }
}

export function textOfTemporal(type: SqlType): ToText {
  switch (type.kind) {
    case 'date':
      return (value) => formatDate(Number(value));
    case 'time':
      return (value) => formatTime(value as bigint, type.fsp);
    case 'datetime':
      return (value) => formatDatetime(value as bigint, type.fsp);
    default: {
      assert(type.kind === 'timestamp', 'not a temporal type');
      return (value, env) => formatDatetime(localOfUtc(env, value as bigint), type.fsp);
    }
  }
}

const fraction = (us: bigint, fsp: number): string => {
  if (fsp === 0) return '';
  const micros = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return `.${String(micros).padStart(6, '0').slice(0, fsp)}`;
};

/** The number that a temporal value is in arithmetic, as decimal text with `fsp` digits after the point. */
export function numberTextOfTemporal(type: SqlType): ToText {
  if (type.kind === 'date') {
    return (value) => {
      const { year, month, day } = civilOfDays(Number(value));
      return String((year * 100 + month) * 100 + day);
    };
  }
  if (type.kind === 'time') {
    return (value) => {
      const us = value as bigint;
      const magnitude = us < 0n ? -us : us;
      const seconds = magnitude / 1_000_000n;
      const clock = (seconds / 3600n) * 10_000n + ((seconds / 60n) % 60n) * 100n + (seconds % 60n);
      return `${us < 0n ? '-' : ''}${clock}${fraction(magnitude, type.fsp)}`;
    };
  }
  const local = localDatetime(type);
  const fsp = 'fsp' in type ? type.fsp : 0;
  return (value, env) => {
    const us = local(value, env);
    return `${numberOfDatetime(us)}${fraction(us, fsp)}`;
  };
}
