/**
 * The key index: primary key → the version of its current row and where that row stands.
 *
 * Layout (big-endian):
 *   6  version that wrote the row
 *   4  sequence of the change record (with the version: its key in the tail)
 *   1  flags: 1 = written by a bulk commit, so that it never stood in the tail; 2 = staged by a bulk load: in
 *      place of the version its number, in place of the sequence the row's ordinal in the load's files
 *   8n positions in files: file number 4, row 4; the newest first
 *
 * A position may stand here before the flush that made it has finished: the row counts as standing in the
 * tail until its version is flushed. Two positions stand here while a compaction moves the row.
 */
import type { FilePosition } from '../catalog/ports.ts';

export interface StoredKeyEntry {
  readonly version: number;
  readonly sequence: number;
  readonly bulk: boolean;
  /** See src/journal/staged.ts. */
  readonly staged: boolean;
  readonly positions: readonly FilePosition[];
}

const headerBytes = 11;
export const positionBytes = 8;

export function writePositions(bytes: Buffer, at: number, positions: readonly FilePosition[]): void {
  let end = at;
  for (const { fileNumber, position } of positions) {
    bytes.writeUInt32BE(fileNumber, end);
    bytes.writeUInt32BE(position, end + 4);
    end += positionBytes;
  }
}

export function readPositions(bytes: Buffer, from: number, to: number): FilePosition[] {
  const positions: FilePosition[] = [];
  for (let at = from; at < to; at += positionBytes) {
    positions.push({ fileNumber: bytes.readUInt32BE(at), position: bytes.readUInt32BE(at + 4) });
  }
  return positions;
}

export function encodeKeyEntry(entry: StoredKeyEntry): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + entry.positions.length * positionBytes);
  bytes.writeUIntBE(entry.version, 0, 6);
  bytes.writeUInt32BE(entry.sequence, 6);
  bytes[10] = (entry.bulk ? 1 : 0) | (entry.staged ? 2 : 0);
  writePositions(bytes, headerBytes, entry.positions);
  return bytes;
}

export function decodeKeyEntry(bytes: Buffer): StoredKeyEntry {
  return {
    version: bytes.readUIntBE(0, 6),
    sequence: bytes.readUInt32BE(6),
    bulk: (bytes[10]! & 1) !== 0,
    staged: (bytes[10]! & 2) !== 0,
    positions: readPositions(bytes, headerBytes, bytes.length),
  };
}
