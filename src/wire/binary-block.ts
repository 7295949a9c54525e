/** The columns of binary rows that are written from the memory they lie in; the bytes are those of binaryEncoder. */
import type { ColumnVector } from '../types/batch.ts';
import type { SqlType } from '../types/sql-type.ts';
import { type BlockColumn, type NullForm, putNull } from './column-block.ts';
import { divided } from './digits.ts';
import { civilCode, isNull, splitMoment } from './packed.ts';
import type { EncodeContext } from './row-encoder.ts';
import { sharedBlockColumn } from './shared-block.ts';
import { isWireDate, unitOfFsp } from './temporal-bytes.ts';

/** The bit of column `index` in a row's head. */
export const binaryNull = (index: number): NullForm => ({
  kind: 'bit',
  offset: 1 + ((index + 2) >> 3),
  mask: 1 << ((index + 2) & 7),
});

/** Undefined where the column's values must each be read by `get`. */
export function binaryBlockColumn(
  type: SqlType,
  vector: ColumnVector,
  context: EncodeContext,
  form: NullForm,
): BlockColumn | undefined {
  const { packed, validity = null } = vector;
  switch (packed?.kind) {
    case 'int64':
      return wordsColumn(type, packed.words, validity, context, form);
    case 'int32':
      return type.kind === 'date' ? dateColumn(packed.items, validity, form) : undefined;
    case 'float64':
      return type.kind === 'double' ? realColumn(packed.items, validity, 8, form) : undefined;
    case 'float32':
      return type.kind === 'float' ? realColumn(packed.items, validity, 4, form) : undefined;
    default:
      return sharedBlockColumn(type, vector, context, form);
  }
}

function wordsColumn(
  type: SqlType,
  words: Int32Array,
  validity: Uint8Array | null,
  context: EncodeContext,
  form: NullForm,
): BlockColumn | undefined {
  switch (type.kind) {
    case 'tinyint':
      return integerColumn(words, validity, 1, form);
    case 'smallint':
    case 'year':
      return integerColumn(words, validity, 2, form);
    case 'mediumint':
    case 'int':
      return integerColumn(words, validity, 4, form);
    case 'bigint':
      return integerColumn(words, validity, 8, form);
    case 'datetime':
      return momentColumn(words, validity, type.fsp, form);
    case 'timestamp':
      return context.zoneOffsetUs === undefined ? momentColumn(words, validity, type.fsp, form) : undefined;
    default:
      return undefined;
  }
}

function measureFixed(
  sizes: Int32Array,
  validity: Uint8Array | null,
  from: number,
  count: number,
  width: number,
): number {
  for (let index = 0; index < count; index++) {
    if (!isNull(validity, from + index)) sizes[index]! += width;
  }
  return count;
}

function integerColumn(
  words: Int32Array,
  validity: Uint8Array | null,
  width: 1 | 2 | 4 | 8,
  form: NullForm,
): BlockColumn {
  return {
    measure: (sizes, from, count) => measureFixed(sizes, validity, from, count, width),
    write(output, from, count) {
      const { bytes, view, at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row)) {
          putNull(output, index, form);
          continue;
        }
        const place = at[index]!;
        const low = words[row * 2]!;
        if (width >= 4) view.setInt32(place, low, true);
        else if (width === 2) view.setInt16(place, low, true);
        else bytes[place] = low;
        if (width === 8) view.setInt32(place + 4, words[row * 2 + 1]!, true);
        at[index] = place + width;
      }
    },
  };
}

function realColumn(
  items: Float64Array | Float32Array,
  validity: Uint8Array | null,
  width: 4 | 8,
  form: NullForm,
): BlockColumn {
  return {
    measure(sizes, from, count) {
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (!isNull(validity, row) && Number.isFinite(items[row]!)) sizes[index]! += width;
      }
      return count;
    },
    write(output, from, count) {
      const { view, at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        const value = items[row]!;
        if (isNull(validity, row) || !Number.isFinite(value)) {
          putNull(output, index, form);
          continue;
        }
        const place = at[index]!;
        if (width === 8) view.setFloat64(place, value, true);
        else view.setFloat32(place, value, true);
        at[index] = place + width;
      }
    },
  };
}

const dateBytes = 4;

function putDate(view: DataView, place: number, days: number): void {
  const code = civilCode(days);
  view.setUint16(place, code >> 9, true);
  view.setUint8(place + 2, (code >> 5) & 15);
  view.setUint8(place + 3, code & 31);
}

function dateColumn(items: Int32Array, validity: Uint8Array | null, form: NullForm): BlockColumn {
  return {
    measure(sizes, from, count) {
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (!isNull(validity, row) && isWireDate(items[row]!)) sizes[index]! += 1 + dateBytes;
      }
      return count;
    },
    write(output, from, count) {
      const { bytes, view, at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        const days = items[row]!;
        if (isNull(validity, row) || !isWireDate(days)) {
          putNull(output, index, form);
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

/** See writeBinaryDatetime. */
const momentBytes = 7;
const momentBytesWithMicros = 11;

function putMoment(view: DataView, place: number): void {
  const seconds = divided[0]!;
  const days = Math.floor(seconds / 86_400);
  const ofDay = (seconds - days * 86_400) | 0;
  const minutes = (ofDay / 60) | 0;
  const hours = (minutes / 60) | 0;
  putDate(view, place, days);
  view.setUint8(place + 4, hours);
  view.setUint8(place + 5, minutes - hours * 60);
  view.setUint8(place + 6, ofDay - minutes * 60);
}

function momentColumn(
  words: Int32Array,
  validity: Uint8Array | null,
  fsp: number,
  form: NullForm,
): BlockColumn {
  const unit = unitOfFsp[fsp]!;
  /** The microseconds that are sent, of a moment that has been split. */
  const shownMicros = (): number => {
    const micros = divided[1]! | 0;
    return micros - (micros % unit);
  };
  return {
    measure(sizes, from, count) {
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row) || !splitMoment(words[row * 2]!, words[row * 2 + 1]!)) continue;
        sizes[index]! += 1 + (shownMicros() === 0 ? momentBytes : momentBytesWithMicros);
      }
      return count;
    },
    write(output, from, count) {
      const { bytes, view, at } = output;
      for (let index = 0; index < count; index++) {
        const row = from + index;
        if (isNull(validity, row) || !splitMoment(words[row * 2]!, words[row * 2 + 1]!)) {
          putNull(output, index, form);
          continue;
        }
        const place = at[index]!;
        const micros = shownMicros();
        const length = micros === 0 ? momentBytes : momentBytesWithMicros;
        bytes[place] = length;
        putMoment(view, place + 1);
        if (micros !== 0) view.setInt32(place + 1 + momentBytes, micros, true);
        at[index] = place + 1 + length;
      }
    },
  };
}
