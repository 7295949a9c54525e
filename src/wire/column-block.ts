/**
 * Rows encoded column by column. A run of rows is measured first, a column at a time, so that the place of
 * every row is known; then each column writes its values into all rows. Every loop is over one column's
 * memory and writes bytes, with no object and no call for a value.
 */
import type { Batch, ColumnVector } from '../types/batch.ts';
import { PacketWriter } from './packet-writer.ts';
import { encodeRows, type RowEncoder, type ValueEncoder } from './row-encoder.ts';

/** Rows measured at a time: what they become stays in the processor's cache. */
const blockRows = 512;
/** The most that a run may become; of larger rows it takes fewer, and one that is larger yet is encoded alone. */
const blockBytes = 128 * 1024;
/** Values that are staged stop here: a run will not take more. */
const stagedBytes = blockBytes;

const packetHeaderBytes = 4;

/** Where the values of a run of rows go. */
export interface BlockOutput {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where each row's packet starts. */
  readonly starts: Int32Array;
  /** Where each row's next value goes; a column moves it behind its own. */
  readonly at: Int32Array;
}

/** One column of a batch: the same rows are measured, and then, all or the first of them, written. */
export interface BlockColumn {
  /** Adds to `sizes` the bytes of the values of `count` rows from row `from` on; answers how many it measured. */
  measure(sizes: Int32Array, from: number, count: number): number;
  write(output: BlockOutput, from: number, count: number): void;
}

/** What stands for NULL in a row: a byte, or nothing but a bit of the row's head. */
export type NullForm =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'bit'; readonly offset: number; readonly mask: number };

/** How a row format encodes. */
export interface RowFormat {
  /** Zeros in front of a row's values. */
  readonly headBytes: number;
  /** Writes one row's payload. */
  readonly encodeRow: (writer: PacketWriter, batch: Batch, row: number) => void;
  readonly blockColumn: (vector: ColumnVector, index: number) => BlockColumn;
}

/** Encodes by columns what lies in memory by columns, and the rest row by row. */
export function rowEncoder({ headBytes, encodeRow, blockColumn }: RowFormat): RowEncoder {
  return (writer, batch, from, flushBytes) => {
    const { rowCount } = batch;
    const oneRow = (row: number): void => encodeRow(writer, batch, row);
    if (batch.columns.every((vector) => vector.packed === undefined)) {
      return encodeRows(writer, { from, rowCount, flushBytes }, oneRow);
    }
    const columns = batch.columns.map(blockColumn);
    let row = from;
    while (row < rowCount && writer.pendingBytes < flushBytes) {
      const count = encodeBlock(writer, columns, { from: row, to: rowCount, headBytes });
      row =
        count > 0 ? row + count : encodeRows(writer, { from: row, rowCount: row + 1, flushBytes }, oneRow);
    }
    return row;
  };
}

const sizes = new Int32Array(blockRows);
const starts = new Int32Array(blockRows);
const at = new Int32Array(blockRows);

/**
 * Writes packets of the rows `from` to `to`, as many as fit a run, each with `headBytes` zeros before its values.
 * Answers their number, 0 when the first row is too large. Encoders may throw, before anything is written.
 */
function encodeBlock(
  writer: PacketWriter,
  columns: readonly BlockColumn[],
  { from, to, headBytes }: { readonly from: number; readonly to: number; readonly headBytes: number },
): number {
  staging.clear();
  let count = Math.min(blockRows, to - from);
  sizes.fill(headBytes, 0, count);
  for (const column of columns) count = Math.min(count, column.measure(sizes, from, count));
  let total = 0;
  let fitting = 0;
  while (fitting < count) {
    const next = total + packetHeaderBytes + sizes[fitting]!;
    if (next > blockBytes) break;
    total = next;
    fitting++;
  }
  if (fitting === 0) return 0;
  const start = writer.claim(total);
  const output = { bytes: writer.memory, view: writer.view, starts, at };
  placeRows(output, start, { count: fitting, headBytes, sequence: writer.sequence });
  writer.sequence = (writer.sequence + fitting) & 0xff;
  for (const column of columns) column.write(output, from, fitting);
  return fitting;
}

/** Writes the packets' headers and the rows' heads. */
function placeRows(
  { bytes, view, starts, at }: BlockOutput,
  start: number,
  {
    count,
    headBytes,
    sequence,
  }: { readonly count: number; readonly headBytes: number; readonly sequence: number },
): void {
  let place = start;
  for (let index = 0; index < count; index++) {
    const size = sizes[index]!;
    starts[index] = place;
    view.setUint32(place, size | (((sequence + index) & 0xff) << 24), true);
    place += packetHeaderBytes;
    for (let zero = 0; zero < headBytes; zero++) bytes[place + zero] = 0;
    at[index] = place + headBytes;
    place += size;
  }
}

/** Writes NULL into row `index` of a run. */
export function putNull(output: BlockOutput, index: number, form: NullForm): void {
  if (form.kind === 'byte') {
    output.bytes[output.at[index]!] = form.byte;
    output.at[index]!++;
  } else {
    const place = output.starts[index]! + packetHeaderBytes + form.offset;
    output.bytes[place] = output.bytes[place]! | form.mask;
  }
}

export const nullSize = (form: NullForm): number => (form.kind === 'byte' ? 1 : 0);

/** Values that are encoded one by one before their place is known; shared, since runs are encoded one after another. */
const staging = {
  writer: new PacketWriter(),
  /** Ends of the values, of each staged column in turn. */
  ends: [] as Int32Array[],
  columns: 0,
  clear(): void {
    staging.columns = 0;
    staging.writer.clear();
  },
  open(): Int32Array {
    const index = staging.columns++;
    staging.ends[index] ??= new Int32Array(blockRows + 1);
    return staging.ends[index];
  },
};

/** A column whose values are written by `encoder`. */
export function stagedColumn(vector: ColumnVector, encoder: ValueEncoder, form: NullForm): BlockColumn {
  let ends: Int32Array = new Int32Array(0);
  return {
    measure(sizes, from, count) {
      const { writer } = staging;
      ends = staging.open();
      ends[0] = writer.pendingBytes;
      for (let index = 0; index < count; index++) {
        const value = vector.get(from + index);
        const written = value !== null && encoder(writer, value);
        if (!written && form.kind === 'byte') writer.uint8(form.byte);
        const end = writer.pendingBytes;
        ends[index + 1] = end;
        sizes[index]! += end - ends[index]!;
        if (end - ends[0]! > stagedBytes) return index + 1;
      }
      return count;
    },
    write(output, _from, count) {
      const { memory, view } = staging.writer;
      for (let index = 0; index < count; index++) {
        const start = ends[index]!;
        const length = ends[index + 1]! - start;
        if (length === 0) {
          putNull(output, index, form);
        } else {
          const place = output.at[index]!;
          copyBytes(output, place, memory, view, start, length);
          output.at[index] = place + length;
        }
      }
    },
  };
}

/** Above this a call into native code costs less than a loop. */
const loopBytes = 200;

export function copyBytes(
  { bytes, view }: BlockOutput,
  place: number,
  source: Uint8Array,
  sourceView: DataView,
  start: number,
  length: number,
): void {
  if (length > loopBytes) {
    bytes.set(source.subarray(start, start + length), place);
    return;
  }
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    view.setInt32(place + index, sourceView.getInt32(start + index, true), true);
  }
  for (; index < length; index++) bytes[place + index] = source[start + index]!;
}

/** The bytes of a length-encoded integer below 2^24: a row with a longer value is no run. */
export function lengthSize(length: number): number {
  return length < 0xfb ? 1 : length <= 0xffff ? 3 : 4;
}

/** Writes a length-encoded integer below 2^24; answers where what follows goes. */
export function putLength({ bytes, view }: BlockOutput, place: number, length: number): number {
  if (length < 0xfb) {
    bytes[place] = length;
    return place + 1;
  }
  if (length <= 0xffff) {
    bytes[place] = 0xfc;
    view.setUint16(place + 1, length, true);
    return place + 3;
  }
  view.setUint32(place, 0xfd | (length << 8), true);
  return place + 4;
}
