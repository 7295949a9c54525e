/** The columns that are alike in text and in binary rows: decimals and strings. */
import type { ColumnVector, PackedBytes } from '../types/batch.ts';
import type { SqlType } from '../types/sql-type.ts';
import {
  type BlockColumn,
  type BlockOutput,
  copyBytes,
  lengthSize,
  type NullForm,
  nullSize,
  putLength,
  putNull,
} from './column-block.ts';
import { longDigitCount, putLongDigits } from './digits.ts';
import { isNull, isPackedText, isSafeHigh } from './packed.ts';
import type { EncodeContext } from './row-encoder.ts';

const minus = 0x2d;
const dot = 0x2e;

/** Undefined where the column's values must each be read by `get`. */
export function sharedBlockColumn(
  type: SqlType,
  vector: ColumnVector,
  context: EncodeContext,
  form: NullForm,
): BlockColumn | undefined {
  const { packed, validity = null } = vector;
  switch (packed?.kind) {
    case 'decimal16':
    case 'decimal32':
      if (type.kind !== 'decimal') return undefined;
      return decimalColumn(packed.items, validity, type.scale, form);
    case 'decimal64':
      if (type.kind !== 'decimal') return undefined;
      return wideDecimalColumn(vector, packed.words, type.scale, form);
    case 'bytes':
      return isPackedText(type, context) ? bytesColumn(packed.bytes, validity, form) : undefined;
    default:
      return undefined;
  }
}

/** The bytes of `unscaled` / 10^`scale`, without their length. */
export function decimalSize(unscaled: number, scale: number): number {
  const magnitude = unscaled < 0 ? -unscaled : unscaled;
  const digits = Math.max(longDigitCount(magnitude), scale + 1);
  return digits + (scale > 0 ? 1 : 0) + (unscaled < 0 ? 1 : 0);
}

const powers = Float64Array.from({ length: 19 }, (_, scale) => Number(`1e${scale}`));

/** Writes them behind their length; answers where the next value goes. */
export function putDecimal(
  { bytes, view }: BlockOutput,
  start: number,
  unscaled: number,
  scale: number,
): number {
  const power = powers[scale]!;
  let place = start + 1;
  let magnitude = unscaled;
  if (unscaled < 0) {
    bytes[place++] = minus;
    magnitude = -unscaled;
  }
  const whole = scale === 0 ? magnitude : Math.floor(magnitude / power);
  const wholeDigits = longDigitCount(whole);
  putLongDigits(view, place, whole, wholeDigits);
  place += wholeDigits;
  if (scale > 0) {
    bytes[place++] = dot;
    putLongDigits(view, place, magnitude - whole * power, scale);
    place += scale;
  }
  bytes[start] = place - start - 1;
  return place;
}

/** Writes a short text behind its length; answers where the next value goes. */
export function putAscii(bytes: Uint8Array, start: number, text: string): number {
  let place = start;
  bytes[place++] = text.length;
  for (let unit = 0; unit < text.length; unit++) bytes[place++] = text.charCodeAt(unit);
  return place;
}

function decimalColumn(
  items: Int16Array | Int32Array,
  validity: Uint8Array | null,
  scale: number,
  form: NullForm,
): BlockColumn {
  return {
    measure(sizes, from, count) {
      for (let index = 0; index < count; index++) {
        const row = from + index;
        sizes[index]! += isNull(validity, row) ? nullSize(form) : 1 + decimalSize(items[row]!, scale);
      }
      return count;
    },
    write(output, from, count) {
      const { at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row)) putNull(output, index, form);
        else at[index] = putDecimal(output, at[index]!, items[row]!, scale);
      }
    },
  };
}

/** Digits beyond 2^53 are rare, and written by way of their text. */
function wideDecimalColumn(
  vector: ColumnVector,
  words: Int32Array,
  scale: number,
  form: NullForm,
): BlockColumn {
  const { validity = null } = vector;
  const textOf = (row: number): string => String(vector.get(row));
  const numberAt = (row: number): number => words[row * 2 + 1]! * 0x1_0000_0000 + (words[row * 2]! >>> 0);
  return {
    measure(sizes, from, count) {
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row)) sizes[index]! += nullSize(form);
        else if (isSafeHigh(words[row * 2 + 1]!)) sizes[index]! += 1 + decimalSize(numberAt(row), scale);
        else sizes[index]! += 1 + textOf(row).length;
      }
      return count;
    },
    write(output, from, count) {
      const { at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row)) {
          putNull(output, index, form);
        } else if (isSafeHigh(words[row * 2 + 1]!)) {
          at[index] = putDecimal(output, at[index]!, numberAt(row), scale);
        } else {
          at[index] = putAscii(output.bytes, at[index]!, textOf(row));
        }
      }
    },
  };
}

function bytesColumn(packed: PackedBytes, validity: Uint8Array | null, form: NullForm): BlockColumn {
  return {
    measure(sizes, from, count) {
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row)) {
          sizes[index]! += nullSize(form);
          continue;
        }
        const length = packed.lengthAt(row);
        sizes[index]! += lengthSize(length) + length;
      }
      return count;
    },
    write(output, from, count) {
      const { at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row)) {
          putNull(output, index, form);
          continue;
        }
        packed.find(row);
        const { length } = packed;
        const place = putLength(output, at[index]!, length);
        copyBytes(output, place, packed.source, packed.view, packed.start, length);
        at[index] = place + length;
      }
    },
  };
}
