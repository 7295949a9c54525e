/** What the two row formats share of values read from the memory they lie in. */
import type { SqlType } from '../types/sql-type.ts';
import { civilOfDays } from '../types/temporal.ts';
import { divided, divideWords } from './digits.ts';
import type { EncodeContext } from './row-encoder.ts';
import { maxWireDays, minWireDays } from './temporal-bytes.ts';

export const isNull = (validity: Uint8Array | null, row: number): boolean =>
  validity !== null && (validity[row >> 3]! & (1 << (row & 7))) === 0;

/** Whether an integer with this high word is within ±2^53. */
export const isSafeHigh = (high: number): boolean => high < 0x20_0000 && high >= -0x20_0000;

/** Whether a column's bytes are sent as they are: byte strings, and text to clients that take UTF-8. */
export function isPackedText(type: SqlType, { charset }: EncodeContext): boolean {
  switch (type.kind) {
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
    case 'json':
      return true;
    default:
      return charset === 'utf8mb4' || charset === 'binary';
  }
}

/** The seconds of the years that the protocol has a form for. */
const minSeconds = minWireDays * 86_400;
const endSeconds = (maxWireDays + 1) * 86_400;

/**
 * Splits microseconds since 1970 of two words: `divided[0]` has the seconds, `divided[1]` the rest. False for
 * a moment that the protocol has no form for.
 */
export function splitMoment(low: number, high: number): boolean {
  if (isSafeHigh(high)) {
    const us = high * 0x1_0000_0000 + (low >>> 0);
    const seconds = Math.floor(us / 1e6);
    divided[0] = seconds;
    divided[1] = us - seconds * 1e6;
  } else {
    divideWords(low, high, 1_000_000);
  }
  return divided[0]! >= minSeconds && divided[0]! < endSeconds;
}

/** Days recur within a result: the last one of every slot is kept. */
const civilSlots = 8192;
const cachedDays = new Int32Array(civilSlots).fill(0x7fff_ffff);
const cachedCodes = new Int32Array(civilSlots);

/** Year, month and day of a day that has a form: `year << 9 | month << 5 | day`. */
export function civilCode(days: number): number {
  const slot = days & (civilSlots - 1);
  if (cachedDays[slot] === days) return cachedCodes[slot]!;
  const { year, month, day } = civilOfDays(days);
  const code = (year << 9) | (month << 5) | day;
  cachedDays[slot] = days;
  cachedCodes[slot] = code;
  return code;
}
