/** The columns of text rows that are written from the memory they lie in; the bytes are those of textEncoder. */
import type { ColumnVector } from '../types/batch.ts';
import { formatDouble } from '../types/real-text.ts';
import type { SqlType } from '../types/sql-type.ts';
import { type BlockColumn, type NullForm, putNull } from './column-block.ts';
import {
  digitCount,
  divided,
  divideWords,
  longDigitCount,
  putDigits,
  putLongDigits,
  putPair,
} from './digits.ts';
import { civilCode, isNull, isSafeHigh, splitMoment } from './packed.ts';
import type { EncodeContext } from './row-encoder.ts';
import { decimalSize, putAscii, putDecimal, sharedBlockColumn } from './shared-block.ts';
import { shortDecimal, splitShortDecimal } from './short-decimal.ts';
import { isWireDate, unitOfFsp } from './temporal-bytes.ts';

export const nullMarker = 0xfb;
export const textNull: NullForm = { kind: 'byte', byte: nullMarker };

const minus = 0x2d;
const colon = 0x3a;
const dot = 0x2e;
const space = 0x20;

/** Undefined where the column's values must each be read by `get`. */
export function textBlockColumn(
  type: SqlType,
  vector: ColumnVector,
  context: EncodeContext,
): BlockColumn | undefined {
  const { packed, validity = null } = vector;
  if (packed?.kind === 'int64') {
    switch (type.kind) {
      case 'tinyint':
      case 'smallint':
      case 'mediumint':
      case 'int':
      case 'bigint':
        return integerColumn(packed.words, validity, type.unsigned);
      case 'datetime':
        return momentColumn(packed.words, validity, type.fsp);
      case 'timestamp':
        return context.zoneOffsetUs === undefined
          ? momentColumn(packed.words, validity, type.fsp)
          : undefined;
      default:
        return undefined;
    }
  }
  if (packed?.kind === 'int32' && type.kind === 'date') return dateColumn(packed.items, validity);
  if (packed?.kind === 'float64' && type.kind === 'double' && type.scale === undefined) {
    return doubleColumn(packed.items, validity);
  }
  return sharedBlockColumn(type, vector, context, textNull);
}

/** The digits and sign of a 32-bit integer. */
const shortSize = (value: number): number => (value < 0 ? digitCount(-value) + 1 : digitCount(value));

/** The limbs of a 64-bit magnitude in base 10^9: `divided[0]` the upper, `divided[1]` the lower. Answers whether it is negative. */
function splitWide(low: number, high: number, unsigned: boolean): boolean {
  const negative = !unsigned && high < 0;
  // Two's complement: minus x is the inverse of x, plus one.
  const lowOf = negative ? -low | 0 : low;
  const highOf = negative ? (~high + (low === 0 ? 1 : 0)) >>> 0 : high >>> 0;
  if (isSafeHigh(highOf)) {
    const magnitude = highOf * 0x1_0000_0000 + (lowOf >>> 0);
    const upper = Math.floor(magnitude / 1e9);
    divided[0] = upper;
    divided[1] = magnitude - upper * 1e9;
  } else {
    divideWords(lowOf, highOf, 1_000_000_000);
  }
  return negative;
}

const splitDigits = (): number =>
  divided[0]! > 0 ? longDigitCount(divided[0]!) + 9 : digitCount(divided[1]!);

function integerColumn(words: Int32Array, validity: Uint8Array | null, unsigned: boolean): BlockColumn {
  const isShort = (low: number, high: number): boolean => high === low >> 31 && !(unsigned && high < 0);
  return {
    measure(sizes, from, count) {
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row)) {
          sizes[index]!++;
          continue;
        }
        const low = words[row * 2]!;
        const high = words[row * 2 + 1]!;
        if (isShort(low, high)) {
          sizes[index]! += 1 + shortSize(low);
        } else {
          const negative = splitWide(low, high, unsigned);
          sizes[index]! += 1 + splitDigits() + (negative ? 1 : 0);
        }
      }
      return count;
    },
    write(output, from, count) {
      const { bytes, view, at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row)) {
          putNull(output, index, textNull);
          continue;
        }
        const low = words[row * 2]!;
        const high = words[row * 2 + 1]!;
        let place = at[index]!;
        if (isShort(low, high)) {
          const magnitude = low < 0 ? -low : low;
          const digits = digitCount(magnitude);
          if (low < 0) {
            bytes[place++] = digits + 1;
            bytes[place++] = minus;
          } else {
            bytes[place++] = digits;
          }
          if (magnitude < 1e9) putDigits(view, place, magnitude, digits);
          else putLongDigits(view, place, magnitude, digits);
          at[index] = place + digits;
        } else {
          const negative = splitWide(low, high, unsigned);
          const digits = splitDigits();
          bytes[place++] = digits + (negative ? 1 : 0);
          if (negative) bytes[place++] = minus;
          const [upper, lower] = [divided[0]!, divided[1]!];
          if (digits > 9) putLongDigits(view, place, upper, digits - 9);
          if (digits > 9) putDigits(view, place + digits - 9, lower, 9);
          else putDigits(view, place, lower, digits);
          at[index] = place + digits;
        }
      }
    },
  };
}

const dateBytes = 10;

function putDate(view: DataView, place: number, days: number): void {
  const code = civilCode(days);
  const year = code >> 9;
  const century = (year / 100) | 0;
  putPair(view, place, century);
  putPair(view, place + 2, year - century * 100);
  view.setUint8(place + 4, minus);
  putPair(view, place + 5, (code >> 5) & 15);
  view.setUint8(place + 7, minus);
  putPair(view, place + 8, code & 31);
}

function dateColumn(items: Int32Array, validity: Uint8Array | null): BlockColumn {
  return {
    measure(sizes, from, count) {
      for (let index = 0; index < count; index++) {
        const row = from + index;
        sizes[index]! += isNull(validity, row) || !isWireDate(items[row]!) ? 1 : 1 + dateBytes;
      }
      return count;
    },
    write(output, from, count) {
      const { bytes, view, at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        const days = items[row]!;
        if (isNull(validity, row) || !isWireDate(days)) {
          putNull(output, index, textNull);
          continue;
        }
        const place = at[index]!;
        bytes[place] = dateBytes;
        putDate(view, place + 1, days);
        at[index] = place + 1 + dateBytes;
      }
    },
  };
}

const momentBytes = 19;

/** `YYYY-MM-DD hh:mm:ss` of what splitMoment has split. */
function putMoment(view: DataView, place: number): void {
  const seconds = divided[0]!;
  const days = Math.floor(seconds / 86_400);
  const ofDay = (seconds - days * 86_400) | 0;
  const minutes = (ofDay / 60) | 0;
  const hours = (minutes / 60) | 0;
  putDate(view, place, days);
  view.setUint8(place + 10, space);
  putPair(view, place + 11, hours);
  view.setUint8(place + 13, colon);
  putPair(view, place + 14, minutes - hours * 60);
  view.setUint8(place + 16, colon);
  putPair(view, place + 17, ofDay - minutes * 60);
}

function momentColumn(words: Int32Array, validity: Uint8Array | null, fsp: number): BlockColumn {
  const length = fsp === 0 ? momentBytes : momentBytes + 1 + fsp;
  const unit = unitOfFsp[fsp]!;
  return {
    measure(sizes, from, count) {
      for (let index = 0; index < count; index++) {
        const row = from + index;
        const shown = !isNull(validity, row) && splitMoment(words[row * 2]!, words[row * 2 + 1]!);
        sizes[index]! += shown ? 1 + length : 1;
      }
      return count;
    },
    write(output, from, count) {
      const { bytes, view, at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row) || !splitMoment(words[row * 2]!, words[row * 2 + 1]!)) {
          putNull(output, index, textNull);
          continue;
        }
        const place = at[index]!;
        bytes[place] = length;
        putMoment(view, place + 1);
        if (fsp > 0) {
          bytes[place + 1 + momentBytes] = dot;
          putDigits(view, place + 2 + momentBytes, (divided[1]! / unit) | 0, fsp);
        }
        at[index] = place + 1 + length;
      }
    },
  };
}

/** What `doubleColumn` keeps of a value that is not a short decimal. */
const longText = -1;
const noForm = -2;

function doubleColumn(items: Float64Array, validity: Uint8Array | null): BlockColumn {
  // Measuring finds the digits; they are kept for writing.
  let unscaled = new Float64Array(0);
  let scales = new Int8Array(0);
  const texts: string[] = [];
  return {
    measure(sizes, from, count) {
      if (unscaled.length < count) {
        unscaled = new Float64Array(count);
        scales = new Int8Array(count);
      }
      for (let index = 0; index < count; index++) {
        const row = from + index;
        const value = items[row]!;
        if (isNull(validity, row) || !Number.isFinite(value)) {
          scales[index] = noForm;
          sizes[index]!++;
          continue;
        }
        if (splitShortDecimal(value)) {
          unscaled[index] = shortDecimal.unscaled;
          scales[index] = shortDecimal.scale;
          sizes[index]! += 1 + decimalSize(shortDecimal.unscaled, shortDecimal.scale);
        } else {
          scales[index] = longText;
          texts[index] = formatDouble(value);
          sizes[index]! += 1 + texts[index]!.length;
        }
      }
      return count;
    },
    write(output, _from, count) {
      const { at } = output;
      for (let index = 0; index < count; index++) {
        const scale = scales[index]!;
        if (scale === noForm) putNull(output, index, textNull);
        else if (scale === longText) at[index] = putAscii(output.bytes, at[index]!, texts[index]!);
        else at[index] = putDecimal(output, at[index]!, unscaled[index]!, scale);
      }
    },
  };
}
