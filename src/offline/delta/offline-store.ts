import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { GatewayError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { TableStatistics } from '../../catalog/metadata/context.ts';
import type { TableDef } from '../../catalog/schema.ts';
import type { BoundExpr } from '../../planner/bound.ts';
import type { SqlValue } from '../../types/value.ts';
import type { DuckRelation } from '../duckdb/relation.ts';
import { BulkWriter } from './bulk-writer.ts';
import { changesRelation } from './changes.ts';
import { compactTable } from './compaction.ts';
import type { DuckPort } from './duck-port.ts';
import { type FlushHook, flushTable, recoverFlush } from './flush.ts';
import type { FlushJournal } from './flush-journal.ts';
import { isErrno } from './log-files.ts';
import { MaskCache } from './mask-cache.ts';
import { type OfflineContext, OfflineTable } from './offline-table.ts';
import { OwnLog } from './own-log.ts';
import { folderName } from './paths.ts';
import { pruneFilters } from './prune-filters.ts';
import { FlushScheduler } from './scheduler.ts';
import { applySchema } from './schema-change.ts';
import { stateRelation } from './state.ts';
import { statsRowCount } from './stats.ts';

export interface OfflineStoreOptions {
  /** `data/offline`; DuckDB must be allowed to read and write it. */
  readonly directory: string;
  readonly duck: DuckPort;
  readonly journal: FlushJournal;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'dataFileRows' | 'flushRows' | 'flushBytes' | 'flushAgeMs'>;
  readonly logger: Logger;
  /** False for tests that flush by hand. */
  readonly background?: boolean;
  /** Called between the steps of a flush; a test throws there to see what a crash leaves. */
  readonly flushHook?: FlushHook;
}

/** The rows of a table as of a version. */
export interface StateRequest {
  /** As it was at `version`. */
  readonly table: TableDef;
  readonly version: number;
  /** Indexes into table.columns; `rv` always comes with them. */
  readonly columnsUsed: readonly number[];
  /** Conditions that every row of the result must meet; they leave out files, never rows. */
  readonly filters?: readonly BoundExpr[];
  /** Evaluates an expression without columns. */
  readonly constant?: (expr: BoundExpr) => SqlValue;
}

/** The changes of (after, through]. */
export interface ChangesRequest {
  /** As it was at `through`. */
  readonly table: TableDef;
  readonly after: number;
  readonly through: number;
  readonly net: boolean;
  /** Indexes into table.columns and the three columns after them. */
  readonly columnsUsed: readonly number[];
}

/** The offline tier: all tables' Delta files, their tails in memory and the flushes between the two. */
export class OfflineStore {
  readonly #context: OfflineContext;
  readonly #options: OfflineStoreOptions;
  /** Folders by table id. */
  readonly #folders: Map<number, string>;
  readonly #tables = new Map<number, Promise<OfflineTable>>();
  /** Tables that are open, for what must not wait. */
  readonly #open = new Map<number, OfflineTable>();
  readonly #scheduler: FlushScheduler | undefined;
  readonly #background = new Set<Promise<void>>();
  readonly #unsubscribe: () => void;

  private constructor(options: OfflineStoreOptions, folders: Map<number, string>) {
    const { duck, journal, clock, limits } = options;
    this.#options = options;
    this.#folders = folders;
    this.#context = { duck, journal, clock, limits, masks: new MaskCache() };
    const withBackground = options.background ?? true;
    if (withBackground) {
      this.#scheduler = new FlushScheduler({
        context: this.#context,
        logger: options.logger,
        tableIds: () => this.#knownIds(),
        flush: async (tableId) => {
          await this.#flushId(tableId);
          await this.#compactId(tableId);
        },
      });
    }
    this.#unsubscribe = journal.onCommit((commit, request) => {
      for (const change of withBackground ? request.catalog : []) {
        if (change.kind !== 'putRelation' || change.relation.kind !== 'table') continue;
        this.#inBackground(change.relation.id, (table) => table.exclusive(() => applySchema(table)));
      }
      const due = commit.tables.some(({ tableId }) => journal.tailStats(tableId).rows >= limits.flushRows);
      if (due || request.tables.some(({ bulk }) => bulk !== undefined)) this.#scheduler?.wake();
    });
  }

  /** Finds the tables' folders and ends the flushes that the last process left half done. */
  static async open(options: OfflineStoreOptions): Promise<OfflineStore> {
    const store = new OfflineStore(options, await findFolders(options.directory));
    await store.#discardUnborn();
    for (const table of options.journal.catalog.allTables()) {
      try {
        await store.#table(table);
      } catch (error) {
        // One broken table must not keep the others from being served; whoever reads it gets the error.
        const name = `${table.database}.${table.name}`;
        options.logger.error({ err: error, table: name }, 'a table of the offline tier cannot be opened');
      }
    }
    return store;
  }

  /** Removes what a process left behind that ended before the commit which would have created the table. */
  async #discardUnborn(): Promise<void> {
    for (const [tableId, root] of this.#folders) {
      if (this.#context.journal.catalog.tableById(tableId) !== undefined) continue;
      const { snapshot } = await OwnLog.open(root, this.#context);
      // Whatever has a history was a table once: it is not for us to remove.
      if (snapshot.version === 0) await this.discard(tableId);
    }
  }

  /** The rows of a table as of a version: columns `c<i>` and `rv`. Release it after the query. */
  async state(request: StateRequest): Promise<DuckRelation> {
    const { table, version, columnsUsed, filters = [], constant } = request;
    return await stateRelation(await this.#table(table), {
      table,
      version,
      columns: columnsUsed.filter((index) => index >= 0),
      filters: constant === undefined ? [] : pruneFilters(filters, constant),
    });
  }

  /** The changes of a table in an interval of versions. Release it after the query. */
  async changes(request: ChangesRequest): Promise<DuckRelation> {
    const { table, after, through, net, columnsUsed } = request;
    return await changesRelation(await this.#table(table), {
      table,
      after,
      through,
      net,
      columns: columnsUsed,
    });
  }

  /** Moves the tails of these tables (all, when none is named) into Delta files; resolves when that is durable. */
  async flush(tables?: readonly TableDef[]): Promise<void> {
    const ids = tables === undefined ? [...this.#knownIds()] : tables.map(({ id }) => id);
    for (const id of ids) await this.#flushId(id);
  }

  /** Merges small files of a table; gives whether there was anything to do. */
  async compact(table: TableDef, fewestFiles?: number): Promise<boolean> {
    const options = fewestFiles === undefined ? {} : { fewestFiles };
    const hook = this.#options.flushHook;
    return await compactTable(await this.#table(table), hook === undefined ? options : { ...options, hook });
  }

  /** A writer of Parquet files for a bulk commit of this table, which the same commit may create. */
  async bulkWriter(table: TableDef): Promise<BulkWriter> {
    const target = await this.#table(table);
    await target.exclusive(() => applySchema(target));
    return new BulkWriter(target);
  }

  /** Forgets a table that no commit has created, and removes what was written for it. */
  async discard(tableId: number): Promise<void> {
    if (this.#context.journal.catalog.tableById(tableId) !== undefined) return;
    await this.#tables.get(tableId)?.catch(() => {});
    this.#open.get(tableId)?.close();
    this.#open.delete(tableId);
    this.#tables.delete(tableId);
    const root = this.#folders.get(tableId);
    if (root === undefined) return;
    await rm(root, { recursive: true, force: true });
    this.#folders.delete(tableId);
  }

  /** What the tier knows of a table's size without reading it; undefined while it is not open. */
  statistics(table: TableDef): Omit<TableStatistics, 'nextAutoIncrement' | 'updatedUs'> | undefined {
    const open = this.#open.get(table.id);
    if (open === undefined) return undefined;
    const { snapshot, flushed } = open.generation;
    let rowCount = 0;
    let dataBytes = 0;
    for (const file of snapshot.files.values()) {
      rowCount += (statsRowCount(file.stats) ?? 0) - (file.deletionVector?.cardinality ?? 0);
      dataBytes += file.size;
    }
    const { rows } = this.#context.journal.tailStats(table.id);
    return { rowCount: rowCount + rows, dataBytes, indexBytes: 0, flushedVersion: flushed };
  }

  /** Flushes what is left and gives DuckDB's memory back. Queries must have ended. */
  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#scheduler?.stop();
    await Promise.allSettled(this.#background);
    if (this.#options.background ?? true) {
      try {
        await this.flush();
      } catch (error) {
        this.#options.logger.error({ err: error }, 'flush at shutdown failed; the journal keeps the changes');
      }
    }
    for (const table of this.#open.values()) table.close();
  }

  /** Tables with a schema in the catalog, and dropped ones whose tail is not flushed yet. */
  *#knownIds(): Iterable<number> {
    const ids = new Set(this.#open.keys());
    for (const { id } of this.#context.journal.catalog.allTables()) ids.add(id);
    for (const id of ids) if (this.#context.journal.catalog.tableById(id) !== undefined) yield id;
  }

  async #flushId(tableId: number): Promise<void> {
    const def = this.#context.journal.catalog.tableById(tableId);
    if (def === undefined) return;
    await flushTable(await this.#table(def), this.#options.flushHook);
  }

  async #compactId(tableId: number): Promise<void> {
    const open = this.#open.get(tableId);
    if (open !== undefined) await compactTable(open);
  }

  #inBackground(tableId: number, work: (table: OfflineTable) => Promise<void>): void {
    const def = this.#context.journal.catalog.tableById(tableId);
    if (def === undefined) return;
    const running = this.#table(def)
      .then(work)
      // The next flush does it again.
      .catch((error: unknown) =>
        this.#options.logger.warn({ err: error, tableId }, 'schema change of the offline tier put off'),
      )
      .finally(() => this.#background.delete(running));
    this.#background.add(running);
  }

  #table(def: TableDef): Promise<OfflineTable> {
    const known = this.#tables.get(def.id);
    if (known !== undefined) return known;
    const { catalog, lastVersion } = this.#context.journal;
    // A table that its first rows are written for is created by the commit to come.
    const opening = this.#openTable(
      catalog.tableById(def.id) ?? { ...def, createdVersion: lastVersion + 1, sinceVersion: lastVersion + 1 },
    );
    this.#tables.set(def.id, opening);
    // A failed opening is tried again by the next one who asks.
    opening.catch(() => this.#tables.delete(def.id));
    return opening;
  }

  async #openTable(def: TableDef): Promise<OfflineTable> {
    const table = new OfflineTable(this.#context, def, await this.#openLog(def));
    await table.exclusive(() => recoverFlush(table));
    this.#open.set(def.id, table);
    return table;
  }

  async #openLog(def: TableDef): Promise<OwnLog> {
    const folder = this.#folders.get(def.id);
    if (folder !== undefined) return await OwnLog.open(await this.#moved(folder, def), this.#context);
    if (this.#context.journal.flushedThrough(def.id) >= def.createdVersion) {
      throw new GatewayError('STORAGE_ERROR', `The files of table ${def.database}.${def.name} are missing`);
    }
    const root = this.#takeFolder(def);
    try {
      await mkdir(path.dirname(root), { recursive: true });
      return await OwnLog.create(root, def, this.#context);
    } catch (error) {
      // What stands there by now is opened the next time; else a folder is looked for again.
      const id = await OwnLog.tableIdAt(root).catch(() => undefined);
      if (id !== def.id) this.#folders.delete(def.id);
      throw error;
    }
  }

  /** A folder follows its table's new name when the table is opened, before anybody reads there. */
  async #moved(folder: string, def: TableDef): Promise<string> {
    const dropped = this.#context.journal.catalog.table(def.database, def.name)?.id !== def.id;
    if (dropped || this.#candidates(def).includes(folder)) return folder;
    const root = this.#takeFolder(def);
    try {
      await mkdir(path.dirname(root), { recursive: true });
      await rename(folder, root);
    } catch (error) {
      this.#folders.set(def.id, folder);
      throw error;
    }
    return root;
  }

  #candidates(def: TableDef): string[] {
    const database = path.join(this.#options.directory, folderName(def.database));
    return [
      path.join(database, folderName(def.name)),
      path.join(database, `${folderName(def.name)}.-${def.id}`),
    ];
  }

  /**
   * The folder by the table's name, or, while another table's history stands there, by name and id; taken
   * before anybody else can look.
   */
  #takeFolder(def: TableDef): string {
    const [plain, numbered] = this.#candidates(def);
    const taken = new Set(this.#folders.values());
    const root = taken.has(plain!) ? numbered! : plain!;
    this.#folders.set(def.id, root);
    return root;
  }
}

/** The folders of our Delta tables under `directory`, by table id. */
async function findFolders(directory: string): Promise<Map<number, string>> {
  const folders = new Map<number, string>();
  for (const database of await subfolders(directory)) {
    for (const root of await subfolders(database)) {
      const id = await OwnLog.tableIdAt(root);
      if (id !== undefined) folders.set(id, root);
    }
  }
  return folders;
}

async function subfolders(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(directory, entry.name));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
