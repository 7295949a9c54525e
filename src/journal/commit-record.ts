import type { Commit, TableCounts } from '../catalog/ports.ts';

type StoredCounts = readonly [
  tableId: number,
  database: string,
  table: string,
  inserted: number,
  updated: number,
  deleted: number,
];
type StoredCommit = readonly [
  timestampUs: string,
  user: string,
  client: string,
  statement: string,
  kind: 'write' | 'ddl',
  tables: readonly StoredCounts[],
];

const storedCounts = (counts: TableCounts): StoredCounts => [
  counts.tableId,
  counts.database,
  counts.table,
  counts.inserted,
  counts.updated,
  counts.deleted,
];

/** A commit's header as JSON; its version is the key that it stands under. */
export function encodeCommit(commit: Commit): Buffer {
  const stored: StoredCommit = [
    String(commit.timestampUs),
    commit.user,
    commit.client,
    commit.statement,
    commit.kind,
    commit.tables.map(storedCounts),
  ];
  return Buffer.from(JSON.stringify(stored), 'utf8');
}

export function decodeCommit(version: number, bytes: Buffer): Commit {
  const stored: StoredCommit = JSON.parse(bytes.toString('utf8'));
  const [timestampUs, user, client, statement, kind, tables] = stored;
  return {
    version,
    timestampUs: BigInt(timestampUs),
    user,
    client,
    statement,
    kind,
    tables: tables.map(([tableId, database, table, inserted, updated, deleted]) => ({
      tableId,
      database,
      table,
      inserted,
      updated,
      deleted,
    })),
  };
}

/** The journal's head, which every commit replaces. */
export interface JournalHead {
  readonly version: number;
  readonly timestampUs: bigint;
  /** The last version that changed the catalog. */
  readonly catalogVersion: number;
}

export const emptyHead: JournalHead = { version: 0, timestampUs: 0n, catalogVersion: 0 };

/** 6 bytes version, 8 time, 6 version of the catalog. */
export function encodeHead(head: JournalHead): Buffer {
  const bytes = Buffer.allocUnsafe(20);
  bytes.writeUIntBE(head.version, 0, 6);
  bytes.writeBigInt64BE(head.timestampUs, 6);
  bytes.writeUIntBE(head.catalogVersion, 14, 6);
  return bytes;
}

export function decodeHead(bytes: Buffer): JournalHead {
  return {
    version: bytes.readUIntBE(0, 6),
    timestampUs: bytes.readBigInt64BE(6),
    catalogVersion: bytes.readUIntBE(14, 6),
  };
}
