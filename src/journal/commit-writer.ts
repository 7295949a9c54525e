/**
 * The one write path: a commit inside an LMDB transaction. All that can fail is checked before the first
 * put, because several commits share a transaction and none of them can be undone alone.
 */
import { GatewayError } from '../base/errors.ts';
import { type CatalogSnapshot, encodeCatalogChanges } from '../catalog/catalog.ts';
import type { BulkLoad, Commit, CommitRequest, ReadRow, TableCounts, TableWrite } from '../catalog/ports.ts';
import type { CatalogChange, TableDef } from '../catalog/schema.ts';
import { putLoad } from './bulk-load.ts';
import { finishChange, type PreparedChange, prepareChange } from './change-record.ts';
import { encodeCommit, encodeHead, type JournalHead } from './commit-record.ts';
import { duplicateEntry, writeConflict } from './duplicate-entry.ts';
import {
  changeKey,
  type Environment,
  tableKey,
  tableNumberKey,
  tableStart,
  tableVersionKey,
  versionKey,
} from './environment.ts';
import { encodeKeyEntry, type StoredKeyEntry } from './key-entry.ts';
import { writeOnline } from './online-record.ts';
import { entryForWrite } from './staged.ts';
import type { StagedLoad, StoredFile, TableJournal, TableJournals } from './table-journal.ts';

export interface PreparedWrite {
  readonly write: TableWrite;
  readonly changes: readonly PreparedChange[];
  readonly bytes: number;
  /** Number of the load whose rows are staged; undefined without bulk rows. */
  readonly loadId: number | undefined;
}

export interface PreparedCommit {
  readonly request: CommitRequest;
  readonly writes: readonly PreparedWrite[];
}

export interface AppliedLoad {
  readonly tableId: number;
  readonly load: BulkLoad;
  readonly loadId: number;
  readonly staged: StagedLoad;
}

/** What a commit did, for the process's own memory once it is durable. */
export interface AppliedCommit {
  readonly commit: Commit;
  readonly request: CommitRequest;
  readonly catalog: CatalogSnapshot;
  readonly writes: readonly PreparedWrite[];
  readonly bulkLoads: readonly AppliedLoad[];
  /** Tables that this commit dropped. */
  readonly dropped: readonly TableDef[];
}

function prepareWrite(write: TableWrite, loadId: number | undefined): PreparedWrite {
  const changes = write.changes.map((change) => prepareChange(write.table, change));
  const bytes = changes.reduce((sum, { record }) => sum + record.length, 0);
  return { write, changes, bytes, loadId };
}

/**
 * Encodes a commit's rows, outside of the transaction.
 * @param loads numbers of the writes' staged bulk rows
 */
export function prepareCommit(
  request: CommitRequest,
  loads: ReadonlyMap<TableWrite, number> = new Map(),
): PreparedCommit {
  return { request, writes: request.tables.map((write) => prepareWrite(write, loads.get(write))) };
}

function countsOf({ write, changes }: PreparedWrite): TableCounts {
  let [inserted, updated, deleted] = [0, 0, 0];
  for (const { change } of changes) {
    if (change.kind === 'insert') inserted++;
    else if (change.kind === 'update') updated++;
    else deleted++;
  }
  for (const file of write.bulk?.files ?? []) inserted += file.rowCount;
  const { table } = write;
  return { tableId: table.id, database: table.database, table: table.name, inserted, updated, deleted };
}

/** Stored entries of a write's keys, in the order of its changes, after their versions have been checked. */
type CheckedEntries = readonly (StoredKeyEntry | undefined)[];

function checkWrite(
  env: Environment,
  journal: TableJournal,
  { write, changes }: PreparedWrite,
): CheckedEntries {
  const { table } = write;
  return changes.map(({ change }) => {
    const entry = entryForWrite(env, journal, tableKey(table.id, change.key));
    if ((entry?.version ?? 0) !== change.expectedVersion) {
      throw change.kind === 'insert' ? duplicateEntry(table, change.key, change.after) : writeConflict();
    }
    return entry;
  });
}

function checkReads(env: Environment, tables: TableJournals, reads: readonly ReadRow[]): void {
  for (const { table, key, version } of reads) {
    const entry = entryForWrite(env, tables.get(table.id), tableKey(table.id, key));
    if (entry?.version !== version) throw writeConflict();
  }
}

/** Whether anything of the table waits for a flush. */
function hasTail(env: Environment, table: TableJournal): boolean {
  const start = tableVersionKey(table.tableId, table.flushedThrough + 1);
  const end = tableStart(table.tableId + 1);
  for (const database of [env.changes, env.bulk]) {
    for (const _ of database.getKeys({ start, end, limit: 1 })) return true;
  }
  return false;
}

/** Refuses DDL that another transaction has overtaken. */
function checkCatalogChange(
  env: Environment,
  tables: TableJournals,
  catalog: CatalogSnapshot,
  change: CatalogChange,
  all: readonly CatalogChange[],
): void {
  if (change.kind !== 'putRelation' || change.relation.kind !== 'table') return;
  const { relation } = change;
  const drops = (database: string, name: string): boolean =>
    all.some((other) => other.kind === 'dropRelation' && other.database === database && other.name === name);
  const known = catalog.tableById(relation.id);
  const renamed =
    known !== undefined && (known.database !== relation.database || known.name !== relation.name);
  if (known !== undefined && catalog.droppedIn(relation.id) !== undefined) throw writeConflict();
  if (known !== undefined && renamed && !drops(known.database, known.name)) throw writeConflict();
  const holder = catalog.relation(relation.database, relation.name);
  const taken = holder !== undefined && !(holder.kind === 'table' && holder.id === relation.id);
  if (taken && !drops(relation.database, relation.name)) {
    throw new GatewayError('TABLE_EXISTS', `Table '${relation.name}' already exists`);
  }
  // The tail never spans schema versions: ALTER flushes first, and waits for writers that came between.
  if (known !== undefined && known.schemaVersion !== relation.schemaVersion) {
    if (hasTail(env, tables.get(relation.id))) throw writeConflict();
  }
}

function checkTable(catalog: CatalogSnapshot, table: TableDef): void {
  const current = catalog.tableById(table.id);
  if (
    current === undefined ||
    current.schemaVersion !== table.schemaVersion ||
    catalog.droppedIn(table.id) !== undefined
  ) {
    throw new GatewayError(
      'TABLE_DEFINITION_CHANGED',
      'Table definition has changed, please retry transaction',
    );
  }
}

function putChanges(
  env: Environment,
  journal: TableJournal,
  { write, changes }: PreparedWrite,
  entries: CheckedEntries,
  version: number,
): void {
  const { table } = write;
  for (let sequence = 0; sequence < changes.length; sequence++) {
    const prepared = changes[sequence]!;
    const record = finishChange(prepared, version, entries[sequence]?.positions ?? []);
    void env.changes.put(changeKey(table.id, version, sequence), record);
    const key = tableKey(table.id, prepared.change.key);
    if (prepared.change.kind === 'delete') void env.keys.remove(key);
    else
      void env.keys.put(
        key,
        encodeKeyEntry({ version, sequence, bulk: false, staged: false, positions: [] }),
      );
  }
  writeOnline(env, journal, table, changes);
}

function putBulk(
  env: Environment,
  { write, loadId }: PreparedWrite,
  journal: TableJournal,
  version: number,
): AppliedLoad | undefined {
  const { table, bulk } = write;
  if (bulk === undefined || loadId === undefined) return undefined;
  const files = bulk.files.map(
    (file): StoredFile => ({ ...file, fileNumber: journal.nextFileNumber++, live: true }),
  );
  for (const file of files) {
    void env.files.put(tableNumberKey(table.id, file.fileNumber), Buffer.from(JSON.stringify(file)));
  }
  const load = { version, files };
  void env.bulk.put(tableVersionKey(table.id, version), Buffer.from(JSON.stringify(load)));
  return { tableId: table.id, load, loadId, staged: putLoad(env, table, loadId, load) };
}

export interface ApplyContext {
  readonly env: Environment;
  readonly tables: TableJournals;
  readonly head: JournalHead;
  /** As of `head.catalogVersion`. */
  readonly catalog: CatalogSnapshot;
  readonly nowUs: bigint;
}

/** Tables that exist in the one catalog and are dropped in the other. */
function droppedTables(
  before: CatalogSnapshot,
  after: CatalogSnapshot,
  changes: readonly CatalogChange[],
): TableDef[] {
  if (!changes.some(({ kind }) => kind === 'dropRelation' || kind === 'dropDatabase')) return [];
  return [...before.allTables()].filter((table) => after.droppedIn(table.id) !== undefined);
}

/** Checks and writes a commit; runs inside the transaction. Throws before it writes anything. */
export function applyCommit(context: ApplyContext, prepared: PreparedCommit): AppliedCommit {
  const { env, tables, head } = context;
  const { request, writes } = prepared;
  const isDdl = request.catalog.length > 0;
  if (isDdl && request.catalogVersion !== undefined && request.catalogVersion !== head.catalogVersion) {
    throw writeConflict();
  }
  for (const change of request.catalog) {
    checkCatalogChange(env, tables, context.catalog, change, request.catalog);
  }
  const version = head.version + 1;
  const catalog = context.catalog.apply(request.catalog, version);
  for (const { write } of writes) checkTable(catalog, write.table);
  const checked = writes.map((write) => checkWrite(env, tables.get(write.write.table.id), write));
  checkReads(env, tables, request.reads ?? []);

  const timestampUs = context.nowUs > head.timestampUs ? context.nowUs : head.timestampUs + 1n;
  const commit: Commit = {
    version,
    timestampUs,
    user: request.user,
    client: request.client,
    statement: request.statement,
    kind: isDdl ? 'ddl' : 'write',
    tables: writes.map(countsOf),
  };
  const bulkLoads: AppliedCommit['bulkLoads'][number][] = [];
  writes.forEach((write, index) => {
    const { table } = write.write;
    const journal = tables.get(table.id);
    putChanges(env, journal, write, checked[index]!, version);
    const load = putBulk(env, write, journal, version);
    if (load !== undefined) bulkLoads.push(load);
    putCounter(env, journal);
  });
  for (const change of request.catalog) {
    if (change.kind !== 'putRelation' || change.relation.kind !== 'table') continue;
    putCounter(env, tables.get(change.relation.id));
  }
  const dropped = droppedTables(context.catalog, catalog, request.catalog);
  for (const table of dropped) void env.purges.put(tableStart(table.id), Buffer.from('dropped'));
  if (isDdl) void env.catalog.put(versionKey(version), Buffer.from(encodeCatalogChanges(request.catalog)));
  void env.commits.put(versionKey(version), encodeCommit(commit));
  const catalogVersion = isDdl ? version : head.catalogVersion;
  void env.meta.put(headKey, encodeHead({ version, timestampUs, catalogVersion }));
  return { commit, request, catalog, writes, bulkLoads, dropped };
}

export const headKey = Buffer.from('head');

/** Makes values of the AUTO_INCREMENT counter that the commit's rows may hold durable with them. */
function putCounter(env: Environment, table: TableJournal): void {
  if (table.counter === table.storedCounter) return;
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(table.counter);
  void env.counters.put(tableStart(table.tableId), bytes);
  table.storedCounter = table.counter;
}
