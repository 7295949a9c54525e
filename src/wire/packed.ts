/** What the two row formats share of values read from the memory they lie in. */
import type { ColumnVector } from '../types/batch.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { PacketWriter } from './packet-writer.ts';
import type { EncodeContext, ValueEncoder } from './row-encoder.ts';

/** Writes the value of one column in row `row`. False, with nothing written, for NULL: see ValueEncoder. */
export type PackedWriter = (writer: PacketWriter, row: number) => boolean;

/** Reads each value by `get`. */
export function valueWriter(vector: ColumnVector, encoder: ValueEncoder): PackedWriter {
  return (writer, row) => {
    const value = vector.get(row);
    return value !== null && encoder(writer, value);
  };
}

/** `packed` knows of no NULLs. */
export function skippingNulls(validity: Uint8Array | null, packed: PackedWriter): PackedWriter {
  if (validity === null) return packed;
  return (writer, row) => (validity[row >> 3]! & (1 << (row & 7))) !== 0 && packed(writer, row);
}

/** Whether an integer with this high word is within ±2^53. */
export const isSafeHigh = (high: number): boolean => high < 0x20_0000 && high >= -0x20_0000;

export const numberOfWords = (words: Int32Array, row: number): number =>
  words[row * 2 + 1]! * 0x1_0000_0000 + (words[row * 2]! >>> 0);

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
