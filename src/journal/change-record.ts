/**
 * A row change in the journal's tail.
 *
 * Layout (big-endian):
 *   1  kind: 0 insert, 1 update, 2 delete
 *   6  version of the row that it superseded, 0 for none
 *   2  length of the key
 *   4  length of the row before, 0 for none
 *   4  length of the row after, 0 for none
 *      key, row before, row after (src/types/row-codec.ts)
 *   8n positions of the superseded row in files (src/journal/key-entry.ts)
 */
import type { FilePosition, RowChange, StoredChange } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import { decodeRowAs, encodeRow, type SchemaLookup, setRowVersion } from '../types/row-codec.ts';
import { positionBytes, readPositions, writePositions } from './key-entry.ts';

const kinds = ['insert', 'update', 'delete'] as const;
const headerBytes = 17;

/** A change encoded before its commit knows its version. */
export interface PreparedChange {
  readonly change: RowChange;
  /** The record without positions. */
  readonly record: Buffer;
  /** The row after, within `record`; empty for a delete. */
  readonly after: Buffer;
}

const none = Buffer.alloc(0);

export function prepareChange(table: TableDef, change: RowChange): PreparedChange {
  const before = change.before === null ? none : encodeRow(table, change.before, change.expectedVersion);
  const after = change.after === null ? none : encodeRow(table, change.after);
  const keyLength = change.key.length;
  const record = Buffer.allocUnsafe(headerBytes + keyLength + before.length + after.length);
  record[0] = kinds.indexOf(change.kind);
  record.writeUIntBE(change.expectedVersion, 1, 6);
  record.writeUInt16BE(keyLength, 7);
  record.writeUInt32BE(before.length, 9);
  record.writeUInt32BE(after.length, 13);
  record.set(change.key, headerBytes);
  record.set(before, headerBytes + keyLength);
  const afterStart = headerBytes + keyLength + before.length;
  record.set(after, afterStart);
  return { change, record, after: record.subarray(afterStart) };
}

/** The record to be stored, once version and superseded positions are known. */
export function finishChange(
  prepared: PreparedChange,
  version: number,
  superseded: readonly FilePosition[],
): Buffer {
  if (prepared.after.length > 0) setRowVersion(prepared.after, version);
  return superseded.length === 0 ? prepared.record : withPositions(prepared.record, superseded);
}

function positionsStart(record: Buffer): number {
  return headerBytes + record.readUInt16BE(7) + record.readUInt32BE(9) + record.readUInt32BE(13);
}

/** The record with other positions of the superseded row. */
export function withPositions(record: Buffer, superseded: readonly FilePosition[]): Buffer {
  const start = positionsStart(record);
  const bytes = Buffer.allocUnsafe(start + superseded.length * positionBytes);
  bytes.set(record.subarray(0, start));
  writePositions(bytes, start, superseded);
  return bytes;
}

/** A copy of the record's key. */
export function keyOfRecord(record: Buffer): Buffer {
  return Buffer.from(record.subarray(headerBytes, headerBytes + record.readUInt16BE(7)));
}

/** Positions of the superseded row in files. */
export function supersededOfRecord(record: Buffer): FilePosition[] {
  return readPositions(record, positionsStart(record), record.length);
}

/** The bytes of the row after, a view of the record; empty for a delete. */
export function afterOfRecord(record: Buffer): Buffer {
  const start = headerBytes + record.readUInt16BE(7) + record.readUInt32BE(9);
  return record.subarray(start, start + record.readUInt32BE(13));
}

/** The change with its rows by the columns of `table`. */
export function decodeChange(
  table: TableDef,
  earlier: SchemaLookup,
  version: number,
  record: Buffer,
): StoredChange {
  const beforeStart = headerBytes + record.readUInt16BE(7);
  const beforeLength = record.readUInt32BE(9);
  const after = afterOfRecord(record);
  return {
    version,
    kind: kinds[record[0]!]!,
    key: keyOfRecord(record),
    before:
      beforeLength === 0
        ? null
        : decodeRowAs(table, earlier, record.subarray(beforeStart, beforeStart + beforeLength)),
    after: after.length === 0 ? null : decodeRowAs(table, earlier, after),
    supersededVersion: record.readUIntBE(1, 6),
    superseded: supersededOfRecord(record),
  };
}
