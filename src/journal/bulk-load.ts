/**
 * Bulk loads: millions of rows that become part of a table with one commit.
 *
 * Their key entries and online rows are written ahead of that commit, in many small transactions between which
 * other connections go on. Until it, they are nobody's: a staged entry and a staged row carry the number of
 * their load in place of a version, and count only when the load is known to be committed. The commit itself
 * writes one record, however many rows there are. Staged keys are reserved: another writer of one of them meets
 * a write conflict. What a load that failed, or a process that died, leaves behind counts as absent at once and
 * is removed in the background.
 *
 * Keys are written in their order, not in the file's: neighbours share pages, so that a page is written once.
 */
import type { BulkLoad, TableWrite } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import { entityKeyOf } from '../types/key-codec.ts';
import { encodeRow, rowVersionOf } from '../types/row-codec.ts';
import { duplicateEntry } from './duplicate-entry.ts';
import { asBuffer, type Environment, tableKey, tableStart, tableVersionKey } from './environment.ts';
import { decodeKeyEntry, encodeKeyEntry } from './key-entry.ts';
import { encodeEntityRecord, eventTimeOfRecord, newestEntry } from './online-record.ts';
import { entryForWrite, stagedEntityKey, stagedVersion } from './staged.ts';
import type { StagedLoad, TableJournal } from './table-journal.ts';

/** Rows of one transaction: a few milliseconds of the main thread. */
const rowsPerTransaction = 1_000;
/** Keys sorted in one piece. */
const rowsPerRun = 8_192;

interface StagedRow {
  readonly key: Uint8Array;
  /** Its row in the files, counted through all of them. */
  readonly ordinal: number;
  /** Empty where the online tier does not hold the table. */
  readonly row: Buffer;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const noRow = Buffer.alloc(0);
const noValue = Buffer.from([0]);

/** The load's rows in sorted runs, with a turn of the event loop after each. */
async function sortedRuns(write: TableWrite, loadId: number): Promise<StagedRow[][]> {
  const { table } = write;
  const version = stagedVersion(loadId);
  const runs: StagedRow[][] = [];
  let run: StagedRow[] = [];
  let ordinal = 0;
  const end = async (): Promise<void> => {
    run.sort((a, b) => Buffer.compare(a.key, b.key));
    runs.push(run);
    run = [];
    await nextTurn();
  };
  for (const { key, row } of write.bulk?.rows() ?? []) {
    run.push({
      key,
      ordinal: ordinal++,
      row: row === null || !table.online ? noRow : encodeRow(table, row, version),
    });
    if (run.length === rowsPerRun) await end();
  }
  if (run.length > 0) await end();
  return runs;
}

/** Merges sorted runs into one sequence, by a heap of their heads. */
function* merged(runs: readonly (readonly StagedRow[])[]): Iterable<StagedRow> {
  const heap = runs.map((run) => ({ run, at: 0 }));
  const less = (a: number, b: number): boolean => {
    const [x, y] = [heap[a]!, heap[b]!];
    return Buffer.compare(x.run[x.at]!.key, y.run[y.at]!.key) < 0;
  };
  const sink = (from: number): void => {
    for (let at = from; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && less(child, least)) least = child;
      }
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  };
  for (let index = heap.length >> 1; index >= 0; index--) if (index < heap.length) sink(index);
  while (heap.length > 0) {
    const head = heap[0]!;
    yield head.run[head.at]!;
    if (++head.at === head.run.length) {
      const last = heap.pop()!;
      if (heap.length > 0) heap[0] = last;
    }
    if (heap.length > 0) sink(0);
  }
}

/** Checks a chunk's keys and writes it, inside a transaction; throws before it writes anything. */
function putChunk(
  env: Environment,
  journal: TableJournal,
  table: TableDef,
  loadId: number,
  chunk: readonly StagedRow[],
): void {
  const keys = chunk.map(({ key }) => tableKey(table.id, key));
  let before: Buffer | undefined;
  for (const [index, key] of keys.entries()) {
    const stored = env.keys.get(key);
    const entry = stored === undefined ? undefined : decodeKeyEntry(asBuffer(stored));
    const own = entry?.staged === true && entry.version === loadId;
    if (own || before?.equals(key) === true) throw duplicateEntry(table, chunk[index]!.key, null);
    if (entryForWrite(env, journal, key) !== undefined) throw duplicateEntry(table, chunk[index]!.key, null);
    before = key;
  }
  const entities = new Map<string, { readonly key: Buffer; readonly record: Buffer }>();
  for (const [index, { key, ordinal, row }] of chunk.entries()) {
    const entry = { version: loadId, sequence: ordinal, bulk: true, staged: true, positions: [] };
    void env.keys.put(keys[index]!, encodeKeyEntry(entry));
    if (row.length === 0) continue;
    if (table.eventTime === undefined) {
      void env.online.put(keys[index]!, row);
      continue;
    }
    // Event times ascend within an entity: the last one is the newest.
    const entity = entityKeyOf(table, key);
    const record = encodeEntityRecord(key.subarray(entity.length), row);
    const name = stagedEntityKey(table.id, loadId, entity);
    entities.set(name.toString('latin1'), { key: name, record });
  }
  for (const { key, record } of entities.values()) void env.staged.put(key, record);
}

/** Writes a load's keys and rows ahead of its commit; throws 1062 and 1213. `loadId` is in `journal.staging`. */
export async function stageLoad(
  env: Environment,
  journal: TableJournal,
  write: TableWrite,
  loadId: number,
): Promise<void> {
  const { table } = write;
  await env.root.transaction(() => void env.staging.put(tableVersionKey(table.id, loadId), noValue));
  const runs = await sortedRuns(write, loadId);
  let chunk: StagedRow[] = [];
  const flush = async (): Promise<void> => {
    const rows = chunk;
    chunk = [];
    await env.root.transaction(() => putChunk(env, journal, table, loadId, rows));
  };
  for (const row of merged(runs)) {
    chunk.push(row);
    if (chunk.length === rowsPerTransaction) await flush();
  }
  if (chunk.length > 0) await flush();
}

/** Makes a staged load part of the table, inside the commit's transaction. */
export function putLoad(env: Environment, table: TableDef, loadId: number, load: BulkLoad): StagedLoad {
  const entities = table.online && table.eventTime !== undefined;
  const files = load.files.map(({ fileNumber, rowCount }) => ({ fileNumber, rowCount }));
  const staged: StagedLoad = { version: load.version, published: !entities, files };
  const key = tableVersionKey(table.id, loadId);
  void env.loads.put(key, Buffer.from(JSON.stringify(staged)));
  void env.staging.remove(key);
  return staged;
}

/** Removes what a load that was never committed has left. */
export async function discardLoad(
  env: Environment,
  tableId: number,
  loadId: number,
  goOn: () => boolean,
): Promise<void> {
  let start = tableStart(tableId);
  const end = tableStart(tableId + 1);
  const version = stagedVersion(loadId);
  while (goOn()) {
    const keys = [...env.keys.getKeys({ start, end, limit: rowsPerTransaction })].map((key) =>
      Buffer.from(key),
    );
    if (keys.length === 0) break;
    start = Buffer.concat([keys.at(-1)!, Buffer.from([0])]);
    await env.root.transaction(() => {
      for (const key of keys) {
        const stored = env.keys.get(key);
        if (stored === undefined) continue;
        const entry = decodeKeyEntry(asBuffer(stored));
        if (!entry.staged || entry.version !== loadId) continue;
        void env.keys.remove(key);
        const row = env.online.get(key);
        if (row !== undefined && rowVersionOf(asBuffer(row)) === version) void env.online.remove(key);
      }
    });
  }
  if (!(await removeStaged(env, tableId, loadId, goOn))) return;
  await env.root.transaction(() => void env.staging.remove(tableVersionKey(tableId, loadId)));
}

async function removeStaged(
  env: Environment,
  tableId: number,
  loadId: number,
  goOn: () => boolean,
): Promise<boolean> {
  const range = { start: tableVersionKey(tableId, loadId), end: tableVersionKey(tableId, loadId + 1) };
  while (goOn()) {
    const keys = [...env.staged.getKeys({ ...range, limit: rowsPerTransaction })];
    if (keys.length === 0) return true;
    await env.root.transaction(() => {
      for (const key of keys) void env.staged.remove(key);
    });
  }
  return false;
}

/** Brings the newest rows of a committed load's entities into the online tier, where they are still the newest. */
export async function publishLoad(
  env: Environment,
  table: TableJournal,
  loadId: number,
  goOn: () => boolean,
): Promise<void> {
  const { tableId } = table;
  const prefix = tableVersionKey(tableId, loadId);
  const range = { start: prefix, end: tableVersionKey(tableId, loadId + 1) };
  while (goOn()) {
    const keys = [...env.staged.getKeys({ ...range, limit: rowsPerTransaction })].map((key) =>
      Buffer.from(key),
    );
    if (keys.length === 0) break;
    await env.root.transaction(() => {
      for (const key of keys)
        publishEntity(env, table, loadId, key, tableKey(tableId, key.subarray(prefix.length)));
    });
  }
  const load = table.loads.get(loadId);
  if (!goOn() || load === undefined) return;
  const published = { ...load, published: true };
  await env.root.transaction(() => void env.loads.put(prefix, Buffer.from(JSON.stringify(published))));
  table.addLoad(loadId, published);
}

function publishEntity(
  env: Environment,
  table: TableJournal,
  loadId: number,
  from: Buffer,
  to: Buffer,
): void {
  const stored = env.staged.get(from);
  if (stored === undefined) return;
  const record = Buffer.from(stored);
  const newest = newestEntry(env, table, to);
  const mine = newest !== undefined && newest.version === table.loads.get(loadId)?.version;
  if (mine && newest.eventTime.equals(eventTimeOfRecord(record))) void env.online.put(to, record);
  void env.staged.remove(from);
}
