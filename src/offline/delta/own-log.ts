import { randomUUID } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { TableDef } from '../../catalog/schema.ts';
import type { Action, CommitInfo, TableMetadata } from './actions.ts';
import { type CheckpointReader, duckCheckpoints } from './checkpoint-read.ts';
import { writeCheckpoint } from './checkpoint-write.ts';
import type { DuckPort } from './duck-port.ts';
import { fileTagsOf } from './file-actions.ts';
import { commitFile, isErrno, logFolder, readCommit, syncFolder, writeCommit } from './log-files.ts';
import {
  deltaTypeOf,
  ownSchema,
  parseStoredColumns,
  type StoredColumn,
  storedColumns,
} from './own-schema.ts';
import { ownProtocol } from './protocol.ts';
import { readSnapshot, Snapshot } from './snapshot.ts';

/** Commits between two checkpoints: replaying a commit costs 0.1 ms, a checkpoint of 10,000 files 200 ms. */
const checkpointInterval = 100;

/** How long other engines keep what AS OF needs; Spark refuses to travel beyond it. We never delete. */
const retention = 'interval 3650 days';

const snapshotsKept = 8;

export const tableIdKey = 'tidegate.tableId';
const schemaVersionKey = 'tidegate.schemaVersion';

/** What one Delta commit of ours means to the gateway. */
export interface LogEntry {
  readonly deltaVersion: number;
  /** The table's state after this commit is the state at this version. */
  readonly gatewayVersion: number;
  readonly changeFiles: readonly string[];
  /** Files of a bulk commit: all rows are inserts of `gatewayVersion`. */
  readonly bulkFiles: readonly { readonly path: string; readonly schemaVersion: number }[];
  /** The columns of files written by this commit. */
  readonly stored: readonly StoredColumn[];
}

/** The Delta log of one of our tables: the newest snapshot in memory, and the only writer of commits. */
export class OwnLog {
  readonly root: string;
  readonly #duck: DuckPort;
  readonly #clock: Clock;
  readonly #checkpoints: CheckpointReader;
  #snapshot: Snapshot;
  #stored: readonly StoredColumn[];
  #entries: LogEntry[] | undefined;
  #loading: Promise<LogEntry[]> | undefined;
  readonly #cache = new Map<number, Snapshot>();
  #lastCommitMs: number;

  private constructor(
    root: string,
    snapshot: Snapshot,
    lastCommitMs: number,
    options: { readonly duck: DuckPort; readonly clock: Clock },
  ) {
    this.root = root;
    this.#duck = options.duck;
    this.#clock = options.clock;
    this.#checkpoints = duckCheckpoints(options.duck);
    this.#snapshot = snapshot;
    this.#stored = parseStoredColumns(snapshot.requireMetadata().schemaString);
    this.#lastCommitMs = lastCommitMs;
  }

  /** The table id in the log at `root`, by its first commit, which is never cleaned up. */
  static async tableIdAt(root: string): Promise<number | undefined> {
    try {
      for (const action of await readCommit(root, 0)) {
        const id = action.kind === 'metaData' ? action.metaData.configuration[tableIdKey] : undefined;
        if (id !== undefined) return Number(id);
      }
    } catch (error) {
      if (!isErrno(error, 'ENOENT') && !isErrno(error, 'ENOTDIR')) throw error;
    }
    return undefined;
  }

  /** Opens the log at `root`; it must exist. */
  static async open(
    root: string,
    options: { readonly duck: DuckPort; readonly clock: Clock },
  ): Promise<OwnLog> {
    const snapshot = await readSnapshot(root, duckCheckpoints(options.duck));
    const { mtimeMs } = await stat(commitFile(root, snapshot.version));
    return new OwnLog(root, snapshot, mtimeMs, options);
  }

  /** Writes Delta version 0 of a new, empty table as of its creation. */
  static async create(
    root: string,
    table: TableDef,
    options: { readonly duck: DuckPort; readonly clock: Clock },
  ): Promise<OwnLog> {
    await mkdir(logFolder(root), { recursive: true });
    const nowMs = Number(options.clock.nowUs() / 1000n);
    const stored = storedColumns(table);
    const metaData = newMetadata(table, stored, nowMs);
    const actions: Action[] = [
      commitInfo(nowMs, 'CREATE TABLE', { isManaged: 'false', partitionBy: '[]', properties: '{}' }, true),
      { kind: 'protocol', protocol: ownProtocol(needsNtz(table)) },
      { kind: 'metaData', metaData },
      // The commit that creates a table may fill it (CREATE TABLE … AS SELECT): the empty table is older than it.
      { kind: 'txn', txn: { appId: appId(metaData), version: table.createdVersion - 1, lastUpdated: nowMs } },
    ];
    await writeCommit(root, 0, actions, nowMs);
    await syncFolder(root);
    const snapshot = new Snapshot();
    snapshot.apply(0, actions);
    return new OwnLog(root, snapshot, nowMs, options);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  get stored(): readonly StoredColumn[] {
    return this.#stored;
  }

  /** The schema version of the table that the newest snapshot has. */
  get schemaVersion(): number {
    return Number(this.#snapshot.requireMetadata().configuration[schemaVersionKey]);
  }

  /** The gateway's version whose state the newest snapshot is. */
  get gatewayVersion(): number {
    const metadata = this.#snapshot.requireMetadata();
    return this.#snapshot.transactions.get(appId(metadata))?.version ?? 0;
  }

  /**
   * Commits as the next Delta version. `gatewayVersion` becomes the version that the table is flushed to; a
   * commit that changes no rows leaves it out.
   */
  async commit(commit: {
    readonly actions: readonly Action[];
    readonly operation: string;
    readonly operationMetrics?: Readonly<Record<string, string>>;
    readonly isBlindAppend: boolean;
    readonly gatewayVersion?: number;
  }): Promise<void> {
    const version = this.#snapshot.version + 1;
    const nowMs = Math.max(Number(this.#clock.nowUs() / 1000n), Math.floor(this.#lastCommitMs) + 1);
    const actions: Action[] = [
      commitInfo(nowMs, commit.operation, {}, commit.isBlindAppend, {
        readVersion: version - 1,
        operationMetrics: commit.operationMetrics ?? {},
      }),
    ];
    if (commit.gatewayVersion !== undefined) {
      assert(commit.gatewayVersion >= this.gatewayVersion, 'a flush goes back in time');
      const app = appId(this.#snapshot.requireMetadata());
      actions.push({ kind: 'txn', txn: { appId: app, version: commit.gatewayVersion, lastUpdated: nowMs } });
    }
    actions.push(...commit.actions);
    await writeCommit(this.root, version, actions, nowMs);
    this.#lastCommitMs = nowMs;
    // A copy: readers may hold the old one. They never look at its tombstones, which may be many.
    const next = new Snapshot(this.#snapshot, { shareTombstones: true });
    next.apply(version, actions);
    this.#snapshot = next;
    this.#stored = parseStoredColumns(next.requireMetadata().schemaString);
    this.#entries?.push(entryOf(version, actions, this.gatewayVersion, this.#stored));
  }

  /** The actions that give the table another schema. */
  schemaActions(table: TableDef, stored: readonly StoredColumn[]): Action[] {
    const old = this.#snapshot.requireMetadata();
    const protocol = ownProtocol(needsNtz(table));
    const upgrade =
      needsNtz(table) && this.#snapshot.requireProtocol().readerFeatures?.includes('timestampNtz') !== true;
    const metaData: TableMetadata = {
      ...old,
      name: table.name,
      schemaString: ownSchema(table, stored),
      configuration: { ...old.configuration, ...ownConfiguration(table) },
    };
    return [...(upgrade ? [{ kind: 'protocol', protocol } as const] : []), { kind: 'metaData', metaData }];
  }

  /** Writes a checkpoint when enough commits have come since the last one. */
  async checkpointIfDue(): Promise<void> {
    const version = this.#snapshot.version;
    if (version === 0 || version % checkpointInterval !== 0) return;
    const retentionMs = 3650 * 86_400_000;
    const nowMs = Number(this.#clock.nowUs() / 1000n);
    await writeCheckpoint(this.root, this.#snapshot, this.#duck, nowMs - retentionMs);
  }

  /** Every commit's meaning, ascending; read from the log when history is first asked for. */
  async entries(): Promise<readonly LogEntry[]> {
    if (this.#entries !== undefined) return this.#entries;
    this.#loading ??= this.#loadEntries().finally(() => {
      this.#loading = undefined;
    });
    return await this.#loading;
  }

  /** The snapshot at a Delta version. */
  async snapshotAt(deltaVersion: number): Promise<Snapshot> {
    if (deltaVersion === this.#snapshot.version) return this.#snapshot;
    const cached = this.#cache.get(deltaVersion);
    if (cached !== undefined) return cached;
    const snapshot = await readSnapshot(this.root, this.#checkpoints, deltaVersion);
    snapshot.tombstones.clear();
    this.#cache.set(deltaVersion, snapshot);
    const oldest = this.#cache.keys().next();
    if (this.#cache.size > snapshotsKept && oldest.done !== true) this.#cache.delete(oldest.value);
    return snapshot;
  }

  async #loadEntries(): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    let stored: readonly StoredColumn[] = [];
    let app = '';
    let gatewayVersion = 0;
    // Commits that end while we read are found by the loop's condition, so none is missed.
    for (let version = 0; version <= this.#snapshot.version; version++) {
      const actions = await readCommit(this.root, version);
      for (const action of actions) {
        if (action.kind !== 'metaData') continue;
        stored = parseStoredColumns(action.metaData.schemaString);
        app = appId(action.metaData);
      }
      for (const action of actions) {
        if (action.kind === 'txn' && action.txn.appId === app) gatewayVersion = action.txn.version;
      }
      entries.push(entryOf(version, actions, gatewayVersion, stored));
    }
    this.#entries = entries;
    return entries;
  }
}

function entryOf(
  deltaVersion: number,
  actions: readonly Action[],
  gatewayVersion: number,
  stored: readonly StoredColumn[],
): LogEntry {
  const bulkFiles = actions.flatMap((action) => {
    const tags = action.kind === 'add' && action.add.dataChange ? fileTagsOf(action.add) : undefined;
    if (action.kind !== 'add' || tags?.rowVersion === undefined) return [];
    return [{ path: action.add.path, schemaVersion: tags.schemaVersion }];
  });
  const removed = new Set(
    actions.flatMap((action) => (action.kind === 'remove' ? [action.remove.path] : [])),
  );
  return {
    deltaVersion,
    gatewayVersion,
    changeFiles: actions.flatMap((action) => (action.kind === 'cdc' ? [action.cdc.path] : [])),
    // A bulk file that is added again with a deletion vector is no news.
    bulkFiles: bulkFiles.filter(({ path }) => !removed.has(path)),
    stored,
  };
}

function needsNtz(table: TableDef): boolean {
  return table.columns.some(({ type }) => {
    const stored = deltaTypeOf(type);
    return stored.kind === 'primitive' && stored.name === 'timestamp_ntz';
  });
}

function ownConfiguration(table: TableDef): Record<string, string> {
  return {
    [tableIdKey]: String(table.id),
    [schemaVersionKey]: String(table.schemaVersion),
    'tidegate.primaryKey': JSON.stringify(table.primaryKey.map((index) => table.columns[index]!.name)),
  };
}

function newMetadata(table: TableDef, stored: readonly StoredColumn[], nowMs: number): TableMetadata {
  return {
    id: randomUUID(),
    name: table.name,
    format: { provider: 'parquet', options: {} },
    schemaString: ownSchema(table, stored),
    partitionColumns: [],
    configuration: {
      'delta.enableChangeDataFeed': 'true',
      'delta.enableDeletionVectors': 'true',
      'delta.logRetentionDuration': retention,
      'delta.deletedFileRetentionDuration': retention,
      'delta.checkpointInterval': String(checkpointInterval),
      ...ownConfiguration(table),
    },
    createdTime: nowMs,
  };
}

/** One application per table, so that `txn` says up to which version of ours the table is flushed. */
function appId(metadata: TableMetadata): string {
  return `tidegate/${metadata.id}`;
}

function commitInfo(
  timestampMs: number,
  operation: string,
  operationParameters: Readonly<Record<string, string>>,
  isBlindAppend: boolean,
  more: CommitInfo = {},
): Action {
  return {
    kind: 'commitInfo',
    commitInfo: {
      timestamp: timestampMs,
      operation,
      operationParameters,
      isolationLevel: 'WriteSerializable',
      isBlindAppend,
      operationMetrics: {},
      engineInfo: 'tidegate/0.1.0',
      txnId: randomUUID(),
      ...more,
    },
  };
}
