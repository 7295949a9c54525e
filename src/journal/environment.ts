import { type Database, open, type RootDatabase } from 'lmdb';

/** A named database of the environment: binary keys in byte order, binary values. */
export type Records = Database<Buffer, Buffer>;

/**
 * The LMDB environment of `data/store/`. All databases share one writer and one snapshot; keys begin with
 * the table's number (4 bytes, big-endian) unless said otherwise, versions take 6 bytes.
 */
export interface Environment {
  readonly root: RootDatabase<Buffer, Buffer>;
  /** One record, `state`: last version, its time, version of the catalog, first version. */
  readonly meta: Records;
  /** version → commit header as JSON. */
  readonly commits: Records;
  /** version → catalog changes of that commit as JSON. */
  readonly catalog: Records;
  /** table, version, sequence → change record (src/journal/change-record.ts). */
  readonly changes: Records;
  /** table, primary key → key entry (src/journal/key-entry.ts). */
  readonly keys: Records;
  /** table, primary or entity key → row (src/online/lmdb/online-record.ts). */
  readonly online: Records;
  /** table, entity key → nothing: the entity's online record may have no row (see online-record.ts). */
  readonly markers: Records;
  /** table, through version → flush record as JSON. */
  readonly flushes: Records;
  /** table, file number → file as JSON. */
  readonly files: Records;
  /** table, version → files of a bulk commit as JSON. */
  readonly bulk: Records;
  /** table, number of a bulk load that is not committed → nothing (src/journal/bulk-load.ts). */
  readonly staging: Records;
  /** table, number of a committed bulk load → its version and files as JSON; kept as long as the store. */
  readonly loads: Records;
  /** table, number of a bulk load, entity key → the newest row of the entity that it brings. */
  readonly staged: Records;
  /** table → next AUTO_INCREMENT value, 8 bytes. */
  readonly counters: Records;
  /** table → work to be done after a drop. */
  readonly purges: Records;
}

/**
 * Opens or creates the environment in a directory.
 *
 * `overlappingSync` is off, so that a transaction becomes visible only after its pages and its meta page are
 * synced: what any reader sees is durable, and a commit's promise resolves after that. With it on (the
 * library's default) commits are visible before they are durable, and acknowledging on visibility would
 * lose them with the machine.
 */
export function openEnvironment(directory: string): Environment {
  const root = open<Buffer, Buffer>({
    path: directory,
    // A directory whose name has a dot would otherwise be taken for a file.
    noSubdir: false,
    overlappingSync: false,
    keyEncoding: 'binary',
    encoding: 'binary',
    maxDbs: 32,
    maxReaders: 1_024,
    // Address space, not memory or disk; the library maps more when the store outgrows it.
    mapSize: 16 * 1024 ** 3,
  });
  const database = (name: string): Records =>
    root.openDB<Buffer, Buffer>(name, { keyEncoding: 'binary', encoding: 'binary' });
  return {
    root,
    meta: database('meta'),
    commits: database('commits'),
    catalog: database('catalog'),
    changes: database('changes'),
    keys: database('keys'),
    online: database('online'),
    markers: database('markers'),
    flushes: database('flushes'),
    files: database('files'),
    bulk: database('bulk'),
    staging: database('staging'),
    loads: database('loads'),
    staged: database('staged'),
    counters: database('counters'),
    purges: database('purges'),
  };
}

/** `table` and bytes. */
export function tableKey(tableId: number, key: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + key.length);
  bytes.writeUInt32BE(tableId, 0);
  bytes.set(key, 4);
  return bytes;
}

/** The first key of a table; of the next table: the exclusive end of this one. */
export function tableStart(tableId: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(tableId, 0);
  return bytes;
}

export function versionKey(version: number): Buffer {
  const bytes = Buffer.allocUnsafe(6);
  bytes.writeUIntBE(version, 0, 6);
  return bytes;
}

export function tableVersionKey(tableId: number, version: number): Buffer {
  const bytes = Buffer.allocUnsafe(10);
  bytes.writeUInt32BE(tableId, 0);
  bytes.writeUIntBE(version, 4, 6);
  return bytes;
}

export function tableNumberKey(tableId: number, number: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeUInt32BE(tableId, 0);
  bytes.writeUInt32BE(number, 4);
  return bytes;
}

export function changeKey(tableId: number, version: number, sequence: number): Buffer {
  const bytes = Buffer.allocUnsafe(14);
  bytes.writeUInt32BE(tableId, 0);
  bytes.writeUIntBE(version, 4, 6);
  bytes.writeUInt32BE(sequence, 10);
  return bytes;
}

export const versionOfChangeKey = (key: Buffer | Uint8Array): number => {
  const high = (key[4]! << 8) | key[5]!;
  const low = ((key[6]! << 24) | (key[7]! << 16) | (key[8]! << 8) | key[9]!) >>> 0;
  return high * 2 ** 32 + low;
};

/** A Buffer over bytes that the library handed out as a plain Uint8Array. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
