/** What storage implements, so that planner, executor and session know no implementation. */
import type { Row } from '../types/value.ts';
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

export interface CommitRequest {
  /** `user@host`. */
  readonly user: string;
  /** The program, as the client names itself; empty when it does not. */
  readonly client: string;
  /** The statement with its literals, cut to a bound; secrets masked. `BEGIN … COMMIT` joins by `; `. */
  readonly statement: string;
  readonly tables: readonly TableWrite[];
  readonly catalog: readonly CatalogChange[];
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

/** A change as the journal's tail holds it. */
export interface StoredChange {
  readonly version: number;
  readonly kind: RowChange['kind'];
  readonly key: Uint8Array;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** Where the current row of a key stands in the offline tier. */
export type RowLocation =
  | { readonly kind: 'tail' }
  | { readonly kind: 'file'; readonly fileNumber: number; readonly position: number };

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
  get(table: TableDef, key: Uint8Array): MaybePromise<OnlineRow | undefined>;
  getMany(table: TableDef, keys: readonly Uint8Array[]): MaybePromise<(OnlineRow | undefined)[]>;
  range(table: TableDef, range: KeyRange): Iterable<OnlineRow>;
}
