/** What storage implements, so that planner, executor and session know no implementation. */
import type { Row } from '../types/value.ts';
import type { CatalogSnapshot } from './catalog.ts';
import type { CatalogChange, TableDef } from './schema.ts';

/**
 * One row's change. Within a commit a key changes at most once per table (the net change); an UPDATE
 * of the primary key is a delete and an insert.
 */
export interface RowChange {
  readonly kind: 'insert' | 'update' | 'delete';
  /** The primary key as src/types/key-codec.ts encodes it. */
  readonly key: Uint8Array;
  /**
   * The row version that the statement saw under this key, 0 for none. When the store holds another at
   * commit the whole commit fails: DUPLICATE_ENTRY for an insert, WRITE_CONFLICT otherwise.
   */
  readonly expectedVersion: number;
  /** The row as it was; null for an insert. */
  readonly before: Row | null;
  /** The row as it becomes; null for a delete. */
  readonly after: Row | null;
}

/** A Parquet file of new rows that a bulk statement wrote into the table's folder before its commit. */
export interface BulkFile {
  /** File name, relative to the table's folder. */
  readonly path: string;
  readonly rowCount: number;
  readonly sizeBytes: number;
  /** The file's statistics as JSON text in Delta's form (add.stats). */
  readonly stats: string;
}

export interface TableWrite {
  readonly table: TableDef;
  readonly changes: readonly RowChange[];
  /** Rows in `files` are inserts; `keys` yields them in file and row order, for the key index. */
  readonly bulk?: {
    readonly files: readonly BulkFile[];
    readonly rows: () => Iterable<{ readonly key: Uint8Array; readonly row: Row | null }>;
  };
}

/** A row that a locking read saw and the transaction did not change. */
export interface ReadRow {
  readonly table: TableDef;
  readonly key: Uint8Array;
  readonly version: number;
}

export interface CommitRequest {
  /** `user@host`. */
  readonly user: string;
  /** The program, as the client names itself; empty when it does not. */
  readonly client: string;
  /** The statement with its literals, cut to a bound; secrets masked. `BEGIN … COMMIT` joins by `; `. */
  readonly statement: string;
  readonly tables: readonly TableWrite[];
  readonly catalog: readonly CatalogChange[];
  /**
   * The version of the catalog that a DDL statement looked at; when another DDL came between, the commit
   * fails with WRITE_CONFLICT and the statement is to be tried again. Left out: not checked.
   */
  readonly catalogVersion?: number;
  /** Rows that must still be the ones that were read; else the commit fails with WRITE_CONFLICT. */
  readonly reads?: readonly ReadRow[];
}

export interface TableCounts {
  readonly tableId: number;
  readonly database: string;
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** A committed transaction. */
export interface Commit {
  readonly version: number;
  /** Microseconds since 1970-01-01 UTC, strictly increasing with the version. */
  readonly timestampUs: bigint;
  readonly user: string;
  readonly client: string;
  readonly statement: string;
  readonly kind: 'write' | 'ddl';
  readonly tables: readonly TableCounts[];
}

/** A row's place in the offline tier. */
export interface FilePosition {
  /** The number that the journal gave the file within its table. */
  readonly fileNumber: number;
  /** The row's index in the file, from 0. */
  readonly position: number;
}

/** A change as the journal's tail holds it. */
export interface StoredChange {
  readonly version: number;
  readonly kind: RowChange['kind'];
  readonly key: Uint8Array;
  readonly before: Row | null;
  readonly after: Row | null;
  /** The version of the row that an update or delete replaced; 0 for an insert. */
  readonly supersededVersion: number;
  /**
   * Where the replaced row stands in files, to be masked there; empty when it stands in the tail only. Two
   * places while a compaction moves it: only the files of the snapshot at hand count.
   */
  readonly superseded: readonly FilePosition[];
}

/** Where the current row of a key stands in the offline tier. */
export type RowLocation =
  | { readonly kind: 'tail' }
  | { readonly kind: 'file'; readonly fileNumber: number; readonly position: number };

/** The part of a table's history that no flush has moved to the offline tier yet. */
export interface TailStats {
  /** Row changes; bulk rows not counted. */
  readonly rows: number;
  readonly bytes: number;
  /** Commit time of the oldest change; undefined for an empty tail. */
  readonly oldestUs: bigint | undefined;
  /** Bulk loads whose files are not in the table's Delta log yet. */
  readonly bulkLoads: number;
}

/** A bulk commit that waits for its flush: the files are written, the Delta log does not name them. */
export interface BulkLoad {
  readonly version: number;
  readonly files: readonly (BulkFile & { readonly fileNumber: number })[];
}

/** A flush as the journal remembers it. */
export interface FlushRecord {
  /** The flush before it ended at this version (exclusive start); 0 for the first. */
  readonly afterVersion: number;
  /** The table's state up to this version, included, stands in the offline tier. */
  readonly throughVersion: number;
  readonly deltaVersion: number;
  /** Names of the data files that it added, relative to the table's folder. */
  readonly files: readonly string[];
  /** Name of the file with every row change of (afterVersion, throughVersion]. */
  readonly changeFile?: string;
}

export type CommitListener = (commit: Commit, request: CommitRequest) => void;

export interface KeyEntry {
  /** The version that wrote the current row. */
  readonly version: number;
  readonly location: RowLocation;
}

/** The one write path and the history. */
export interface Journal {
  /** The newest version that is durable and visible; 0 before the first commit. */
  readonly lastVersion: number;
  readonly lastTimestampUs: bigint;
  /** The newest version that reads of the online store can meet in this turn; `lastVersion` or a little above. */
  readonly storedVersion: number;
  /** The oldest version that AS OF can still name. */
  readonly firstVersion: number;
  /**
   * Checks expectations, assigns version and time, writes rows, key index and changes in one durable
   * transaction (concurrent commits share an fsync) and resolves when it is visible to every reader.
   */
  commit(request: CommitRequest): Promise<Commit>;
  commitAt(version: number): Commit | undefined;
  /** The newest version with a timestamp at or before `us`; 0 when there is none. */
  versionAt(us: bigint): number;
  /** Commits by version, ascending, both ends included. */
  commits(from: number, through: number): Iterable<Commit>;
  /** The tail's changes of one table in (after, through], in commit order. */
  changes(table: TableDef, after: number, through: number): Iterable<StoredChange>;
  keyEntry(table: TableDef, key: Uint8Array): KeyEntry | undefined;
  /** The catalog as of `lastVersion`. */
  readonly catalog: CatalogSnapshot;
  /** Called for every commit once it is durable and visible, in version order; returns how to stop. */
  onCommit(listener: CommitListener): () => void;
  /**
   * The first of `count` consecutive values of the table's AUTO_INCREMENT counter. Values of a transaction
   * that fails are lost, none is given twice.
   */
  reserveAutoIncrement(tableId: number, count: number): bigint;
  /** Tells the counter of a value given explicitly, so that it goes on above. */
  raiseAutoIncrement(tableId: number, value: bigint): void;
  /** The counter goes on from `next`, below which rows may have been deleted. Nobody writes meanwhile. */
  resetAutoIncrement(tableId: number, next: bigint): void;
  /** The next value of the counter, without taking it. */
  nextAutoIncrement(tableId: number): bigint;
  tailStats(tableId: number): TailStats;
  /** Bulk loads in (after, through] that no flush has taken up, ascending by version. */
  bulkLoads(tableId: number, after: number, through: number): readonly BulkLoad[];
  /** The table's flushes, ascending by throughVersion. */
  flushes(tableId: number): readonly FlushRecord[];
  /** The version through which the table's history stands in the offline tier; 0 for none. */
  flushedThrough(tableId: number): number;
}

type MaybePromise<T> = T | Promise<T>;

export interface OnlineRow {
  readonly row: Row;
  /** `_row_version`. */
  readonly version: number;
}

export interface KeyRange {
  /** Inclusive lower bound of encoded keys. */
  readonly from: Uint8Array;
  /** Exclusive upper bound. */
  readonly to: Uint8Array;
  readonly reverse: boolean;
  readonly limit?: number;
}

/**
 * The current row of every primary key; of a table with EVENT_TIME, of every entity (its key is the
 * primary key without the event time). Rows come back by the columns of `table`, whatever schema
 * version wrote them.
 */
export interface OnlineStore {
  /**
   * Whether `range` can answer for the table. Only a table with EVENT_TIME may say false, for the moment
   * between the deletion of an entity's newest row and the return of its predecessor from the offline tier;
   * `get` waits for that by itself.
   */
  complete(table: TableDef): boolean;
  get(table: TableDef, key: Uint8Array): MaybePromise<OnlineRow | undefined>;
  getMany(table: TableDef, keys: readonly Uint8Array[]): MaybePromise<(OnlineRow | undefined)[]>;
  range(table: TableDef, range: KeyRange): Iterable<OnlineRow>;
}
