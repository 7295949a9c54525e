/** What the two row formats share. */
import { AssertionError } from '../base/assert.ts';
import type { Batch } from '../types/batch.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';
import { type Charset, encodeText } from './charset.ts';
import type { PacketWriter } from './packet-writer.ts';

/**
 * Writes one value, which is not null, in the form of its column. False, with nothing written, stands for a
 * value that the protocol has no form for (an infinity, a year beyond 9999): it is sent as NULL.
 */
export type ValueEncoder = (writer: PacketWriter, value: NonNullable<SqlValue>) => boolean;

export interface EncodeContext {
  readonly charset: Charset;
  /** See SessionApi.zoneOffsetUs. */
  readonly zoneOffsetUs: ((utcUs: bigint) => bigint) | undefined;
}

/**
 * Writes rows of `batch` from row `from` on until the writer holds `flushBytes`, and answers the row to go on
 * with. When a value does not fit its column's type the open row is dropped and AssertionError thrown.
 */
export type RowEncoder = (writer: PacketWriter, batch: Batch, from: number, flushBytes: number) => number;

/** The loop of a RowEncoder around `encodeRow`, which writes one row's payload. */
export function encodeRows(
  writer: PacketWriter,
  range: { readonly from: number; readonly rowCount: number; readonly flushBytes: number },
  encodeRow: (row: number) => void,
): number {
  let row = range.from;
  try {
    while (row < range.rowCount) {
      writer.begin();
      encodeRow(row);
      writer.end();
      row++;
      if (writer.pendingBytes >= range.flushBytes) break;
    }
  } catch (error) {
    writer.abandon();
    throw error;
  }
  return row;
}

/** A value that is not what src/types/value.ts says of its type. */
export function wrongValue(type: SqlType, value: SqlValue): AssertionError {
  return new AssertionError(`a ${type.kind} column holds a ${typeof value}`);
}

export function numberOf(type: SqlType, value: SqlValue): number {
  if (typeof value !== 'number') throw wrongValue(type, value);
  return value;
}

export function bigintOf(type: SqlType, value: SqlValue): bigint {
  if (typeof value !== 'bigint') throw wrongValue(type, value);
  return value;
}

/** Strings, the same in both formats. */
export function stringEncoder(type: SqlType, charset: Charset): ValueEncoder {
  if (charset === 'utf8mb4' || charset === 'binary') {
    return (writer, value) => {
      if (typeof value !== 'string') throw wrongValue(type, value);
      writer.lengthEncodedText(value);
      return true;
    };
  }
  return (writer, value) => {
    if (typeof value !== 'string') throw wrongValue(type, value);
    writer.lengthEncodedBytes(encodeText(value, charset));
    return true;
  };
}

/** Byte strings, the same in both formats. */
export function bytesEncoder(type: SqlType): ValueEncoder {
  return (writer, value) => {
    if (!(value instanceof Uint8Array)) throw wrongValue(type, value);
    writer.lengthEncodedBytes(value);
    return true;
  };
}

/** BIT(n): its bytes, the highest first, the same in both formats. */
export function bitEncoder(type: Extract<SqlType, { kind: 'bit' }>): ValueEncoder {
  const length = (type.length + 7) >> 3;
  return (writer, value) => {
    let rest = bigintOf(type, value);
    const bytes = Buffer.alloc(length);
    for (let index = length - 1; index >= 0; index--) {
      bytes[index] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    writer.lengthEncodedBytes(bytes);
    return true;
  };
}

/** DECIMAL: text in both formats. */
export function decimalEncoder(type: SqlType): ValueEncoder {
  return (writer, value) => {
    if (typeof value !== 'string') throw wrongValue(type, value);
    writer.lengthEncodedAscii(value);
    return true;
  };
}

/** The wall clock that a DATETIME or TIMESTAMP is shown as. */
export function wallClock(
  type: Extract<SqlType, { fsp: number }>,
  context: EncodeContext,
): (value: SqlValue) => bigint {
  const offset = type.kind === 'timestamp' ? context.zoneOffsetUs : undefined;
  if (offset === undefined) return (value) => bigintOf(type, value);
  return (value) => {
    const us = bigintOf(type, value);
    return us + offset(us);
  };
}
