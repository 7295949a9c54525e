import { AssertionError, assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { CatalogSnapshot } from '../catalog/catalog.ts';
import type {
  BulkLoad,
  Commit,
  CommitListener,
  CommitRequest,
  FlushRecord,
  Journal,
  KeyEntry,
  StoredChange,
  TableWrite,
  TailStats,
} from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import type { SchemaLookup } from '../types/row-codec.ts';
import { discardLoad, publishLoad, stageLoad } from './bulk-load.ts';
import { decodeChange } from './change-record.ts';
import { decodeCommit } from './commit-record.ts';
import { type AppliedCommit, applyCommit, type PreparedCommit, prepareCommit } from './commit-writer.ts';
import {
  asBuffer,
  type Environment,
  openEnvironment,
  tableKey,
  tableStart,
  tableVersionKey,
  versionKey,
  versionOfChangeKey,
} from './environment.ts';
import {
  type FinishFlushRequest,
  finishFlush,
  type PrepareFlushRequest,
  prepareFlush,
  removeRange,
  trimTail,
} from './flush-writer.ts';
import { decodeKeyEntry } from './key-entry.ts';
import { readCatalog, readHead, readTables } from './recovery.ts';
import { visibleEntry, visibleVersion } from './staged.ts';
import type { StoredFile, TableJournal, TableJournals } from './table-journal.ts';

export interface StoreOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The store of `data/store/`: journal, key index, online rows and catalog in one LMDB environment. */
export class JournalStore implements Journal {
  /** For the online store, which reads what commits write; nobody else writes here. */
  readonly environment: Environment;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #tables: TableJournals;
  readonly #listeners = new Set<CommitListener>();
  #lastVersion: number;
  #lastTimestampUs: bigint;
  #catalog: CatalogSnapshot;
  /** Applied in a transaction that is not durable yet, in version order. */
  readonly #pending: AppliedCommit[] = [];
  /** Background removals and whatever else must end before the environment may close. */
  readonly #background = new Set<Promise<void>>();
  /** Numbers of bulk loads, of all tables. */
  #nextLoad = 1;
  #closed = false;

  constructor(environment: Environment, options: StoreOptions) {
    this.environment = environment;
    this.#clock = options.clock;
    this.#logger = options.logger;
    const head = readHead(environment);
    this.#lastVersion = head.version;
    this.#lastTimestampUs = head.timestampUs;
    this.#catalog = readCatalog(environment, head.version);
    this.#tables = readTables(environment);
    this.#resume();
  }

  get lastVersion(): number {
    return this.#lastVersion;
  }

  get lastTimestampUs(): bigint {
    return this.#lastTimestampUs;
  }

  get storedVersion(): number {
    return readHead(this.environment).version;
  }

  /** All history is kept: commit headers never expire, and vacuum keeps what the window promises. */
  get firstVersion(): number {
    return 1;
  }

  get catalog(): CatalogSnapshot {
    return this.#catalog;
  }

  async commit(request: CommitRequest): Promise<Commit> {
    if (this.#closed) throw new GatewayError('SERVER_SHUTDOWN', 'Server shutdown in progress');
    const loads = new Map<TableWrite, number>();
    let applied: AppliedCommit | undefined;
    try {
      for (const write of request.tables) {
        if (write.bulk !== undefined) await this.#stage(write, loads);
      }
      const prepared = prepareCommit(request, loads);
      await this.environment.root.transaction(() => {
        applied = this.#apply(prepared);
        this.#pending.push(applied);
      });
    } catch (error) {
      this.#forget(request, applied);
      this.#discard(loads);
      throw storageError(error);
    }
    if (applied === undefined) throw new AssertionError('the transaction did not run');
    this.#settle(applied.commit.version);
    return applied.commit;
  }

  /** Writes bulk rows ahead of their commit. */
  async #stage(write: TableWrite, loads: Map<TableWrite, number>): Promise<void> {
    const journal = this.#tables.get(write.table.id);
    const loadId = this.#nextLoad++;
    journal.staging.add(loadId);
    loads.set(write, loadId);
    await stageLoad(this.environment, journal, write, loadId);
  }

  /** The loads will not be committed: their rows count as absent from now on. */
  #discard(loads: ReadonlyMap<TableWrite, number>): void {
    for (const [{ table }, loadId] of loads) {
      this.#tables.get(table.id).staging.delete(loadId);
      this.#run(discardLoad(this.environment, table.id, loadId, () => !this.#closed));
    }
  }

  #apply(prepared: PreparedCommit): AppliedCommit {
    const env = this.environment;
    const head = readHead(env);
    const catalog = this.#catalogAt(head.catalogVersion);
    const nowUs = this.#clock.nowUs();
    return applyCommit({ env, tables: this.#tables, head, catalog, nowUs }, prepared);
  }

  /** A commit has failed, alone or with its transaction. */
  #forget(request: CommitRequest, applied: AppliedCommit | undefined): void {
    if (applied !== undefined) this.#pending.splice(this.#pending.indexOf(applied), 1);
    // Whether its counters reached the disk is not known: the next commit writes them again.
    for (const { table } of request.tables) this.#tables.get(table.id).storedCounter = 0n;
  }

  /** The catalog that the transaction at hand stands on: that of the last commit applied before it. */
  #catalogAt(version: number): CatalogSnapshot {
    for (let index = this.#pending.length - 1; index >= 0; index--) {
      const { catalog } = this.#pending[index]!;
      if (catalog.version === version) return catalog;
    }
    return this.#catalog.version === version ? this.#catalog : readCatalog(this.environment, version);
  }

  /** Makes commits visible through `version`: their transactions are durable, in this order. */
  #settle(version: number): void {
    while (this.#pending.length > 0 && this.#pending[0]!.commit.version <= version) {
      const applied = this.#pending.shift()!;
      const { commit, request } = applied;
      this.#remember(applied);
      this.#lastVersion = commit.version;
      this.#lastTimestampUs = commit.timestampUs;
      this.#catalog = applied.catalog;
      for (const table of applied.dropped) this.#run(this.#purge(table.id));
      for (const listener of this.#listeners) {
        try {
          listener(commit, request);
        } catch (error) {
          this.#logger.error({ error, version: commit.version }, 'a listener to commits failed');
        }
      }
    }
  }

  #remember({ commit, writes, bulkLoads }: AppliedCommit): void {
    for (const { write, changes, bytes } of writes) {
      const table = this.#tables.get(write.table.id);
      if (changes.length > 0) table.addChanges(commit.version, commit.timestampUs, changes.length, bytes);
    }
    for (const { tableId, load, loadId, staged } of bulkLoads) {
      const table = this.#tables.get(tableId);
      table.addLoad(loadId, staged);
      table.staging.delete(loadId);
      if (!staged.published) this.#run(this.#publish(table, loadId));
      for (const file of load.files) table.addFile({ ...file, live: true });
      table.addBulkLoad(load, commit.timestampUs);
    }
  }

  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  commitAt(version: number): Commit | undefined {
    if (version > this.#lastVersion || version < 1) return undefined;
    const bytes = this.environment.commits.get(versionKey(version));
    return bytes === undefined ? undefined : decodeCommit(version, asBuffer(bytes));
  }

  versionAt(us: bigint): number {
    if (us >= this.#lastTimestampUs) return this.#lastVersion;
    let [low, high] = [0, this.#lastVersion - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const commit = this.commitAt(middle);
      if (commit !== undefined && commit.timestampUs <= us) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }

  *commits(from: number, through: number): Iterable<Commit> {
    const last = Math.min(through, this.#lastVersion);
    if (last < from) return;
    const range = { start: versionKey(Math.max(from, 0)), end: versionKey(last + 1) };
    for (const { key, value } of this.environment.commits.getRange(range)) {
      yield decodeCommit(asBuffer(key).readUIntBE(0, 6), asBuffer(value));
    }
  }

  /**
   * The tail's changes; throws AssertionError when part of the interval has been flushed and removed, so
   * that a reader can never miss changes.
   */
  *changes(table: TableDef, after: number, through: number): Iterable<StoredChange> {
    const { trimmedThrough } = this.#tables.get(table.id);
    assert(after >= trimmedThrough, `the tail of table ${table.id} begins after version ${trimmedThrough}`);
    const last = Math.min(through, this.#lastVersion);
    if (last <= after) return;
    const earlier = this.schemasOf(table);
    const range = { start: tableVersionKey(table.id, after + 1), end: tableVersionKey(table.id, last + 1) };
    for (const { key, value } of this.environment.changes.getRange(range)) {
      yield decodeChange(table, earlier, versionOfChangeKey(key), asBuffer(value));
    }
  }

  /** The schema versions of a table, for rows that an earlier one wrote. */
  schemasOf(table: TableDef): SchemaLookup {
    return (schemaVersion) => {
      const schema = this.#catalog.tableSchema(table.id, schemaVersion);
      if (schema === undefined) {
        throw new AssertionError(`table ${table.id} has no schema version ${schemaVersion}`);
      }
      return schema;
    };
  }

  keyEntry(table: TableDef, key: Uint8Array): KeyEntry | undefined {
    const stored = this.environment.keys.get(tableKey(table.id, key));
    if (stored === undefined) return undefined;
    const journal = this.#tables.get(table.id);
    const entry = visibleEntry(journal, decodeKeyEntry(asBuffer(stored)));
    if (entry === undefined) return undefined;
    if (!entry.bulk && entry.version > journal.flushedThrough) {
      return { version: entry.version, location: { kind: 'tail' } };
    }
    const place = entry.positions.find(({ fileNumber }) => journal.files.get(fileNumber)?.live === true);
    if (place === undefined) throw new AssertionError(`a flushed row of table ${table.id} has no place`);
    return { version: entry.version, location: { kind: 'file', ...place } };
  }

  /** The version of a row of the online tier; undefined for one of a bulk load that is not committed. */
  visibleVersion(tableId: number, stored: number): number | undefined {
    return visibleVersion(this.#tables.get(tableId), stored);
  }

  /** What the online store asks of a table that is getting a bulk load's rows; undefined when none is. */
  publishing(tableId: number): TableJournal | undefined {
    const table = this.#tables.get(tableId);
    return table.unpublished.size > 0 ? table : undefined;
  }

  reserveAutoIncrement(tableId: number, count: number): bigint {
    const table = this.#tables.get(tableId);
    const first = table.counter;
    table.counter += BigInt(count);
    return first;
  }

  raiseAutoIncrement(tableId: number, value: bigint): void {
    const table = this.#tables.get(tableId);
    if (value >= table.counter) table.counter = value + 1n;
  }

  resetAutoIncrement(tableId: number, next: bigint): void {
    this.#tables.get(tableId).counter = next;
  }

  nextAutoIncrement(tableId: number): bigint {
    return this.#tables.get(tableId).counter;
  }

  tailStats(tableId: number): TailStats {
    return this.#tables.get(tableId).stats();
  }

  bulkLoads(tableId: number, after: number, through: number): readonly BulkLoad[] {
    return this.#tables.get(tableId).bulkLoads.filter(({ version }) => version > after && version <= through);
  }

  flushes(tableId: number): readonly FlushRecord[] {
    return this.#tables.get(tableId).flushes;
  }

  flushedThrough(tableId: number): number {
    return this.#tables.get(tableId).flushedThrough;
  }

  /** A data file of a table by its number. */
  file(tableId: number, fileNumber: number): StoredFile | undefined {
    return this.#tables.get(tableId).files.get(fileNumber);
  }

  /** The number of a data file by its name; undefined for one that the journal was never told of. */
  fileNumber(tableId: number, path: string): number | undefined {
    return this.#tables.get(tableId).fileByPath(path)?.fileNumber;
  }

  /** See src/journal/flush-writer.ts; to be called before the Delta commit. One flush a table at a time. */
  prepareFlush(request: PrepareFlushRequest): Promise<readonly number[]> {
    return prepareFlush(this.environment, this.#tables.get(request.tableId), request);
  }

  /** To be called after the Delta commit, and again after a restart that finds it in the Delta log only. */
  async finishFlush(request: FinishFlushRequest): Promise<void> {
    const table = this.#tables.get(request.tableId);
    await finishFlush(this.environment, table, request);
    this.#run(this.#trim(table));
  }

  #trim(table: TableJournal): Promise<void> {
    return trimTail(this.environment, table, () => !this.#closed, this.#logger);
  }

  /** Removes the online rows and the key index of a dropped table; its history stays. */
  async #purge(tableId: number): Promise<void> {
    const env = this.environment;
    const range = { start: tableStart(tableId), end: tableStart(tableId + 1) };
    for (const records of [env.online, env.keys]) {
      if (!(await removeRange(env, records, range, () => !this.#closed))) return;
    }
    await env.root.transaction(() => void env.purges.remove(tableStart(tableId)));
  }

  #publish(table: TableJournal, loadId: number): Promise<void> {
    return publishLoad(this.environment, table, loadId, () => !this.#closed);
  }

  /** Takes up the background work that the last process left. */
  #resume(): void {
    for (const key of this.environment.staging.getKeys({ start: Buffer.from([0]) })) {
      const [tableId, loadId] = [asBuffer(key).readUInt32BE(0), versionOfChangeKey(key)];
      this.#nextLoad = Math.max(this.#nextLoad, loadId + 1);
      this.#run(discardLoad(this.environment, tableId, loadId, () => !this.#closed));
    }
    for (const table of this.#tables.all()) {
      for (const [loadId, { published }] of table.loads) {
        this.#nextLoad = Math.max(this.#nextLoad, loadId + 1);
        if (!published) this.#run(this.#publish(table, loadId));
      }
    }
    for (const key of this.environment.purges.getKeys({ start: Buffer.from([0]) })) {
      this.#run(this.#purge(asBuffer(key).readUInt32BE(0)));
    }
    for (const table of this.#tables.all()) this.#run(this.#trim(table));
  }

  #run(work: Promise<void>): void {
    const guarded = work
      .catch((error: unknown) => this.#logger.error({ error }, 'background work of the store failed'))
      .finally(() => this.#background.delete(guarded));
    this.#background.add(guarded);
  }

  /** Waits for background work, as far as it has been started. */
  async idle(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }

  /** Ends background work and closes the environment. Commits must have ended before. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.idle();
    await this.environment.root.close();
  }
}

/** A failure of the store itself as the client sees it; errors of the commit's own pass. */
function storageError(error: unknown): unknown {
  if (error instanceof GatewayError || error instanceof AssertionError) return error;
  // The library rejects this promise besides the one that we waited for.
  if (error instanceof Error && 'commitError' in error && error.commitError instanceof Promise) {
    error.commitError.catch(() => {});
  }
  return new GatewayError('STORAGE_ERROR', 'Got error from storage engine while committing', {
    cause: error,
  });
}

/** Opens or creates the store in `directory` (`data/store/`). Reads the tail, so it takes time by its length. */
export function openStore(directory: string, options: StoreOptions): JournalStore {
  return new JournalStore(openEnvironment(directory), options);
}
