/**
 * The journal's part in flushes and compactions, in two steps around the Delta commit:
 *
 * 1. `prepareFlush`, before it: registers the new files and writes the rows' positions in them into the key
 *    index, in bounded transactions. Nobody sees that yet: a row counts as standing in the tail until its
 *    version is flushed, and a position in a file that a snapshot does not have masks nothing there.
 * 2. `finishFlush`, after it: one small transaction that records the flush.
 *
 * A crash before the Delta commit leaves positions that the next attempt overwrites. A crash after it is
 * healed by calling `finishFlush` again, with what the Delta log says. The records of the flushed tail are
 * removed afterwards, in the background.
 */
import type { Logger } from '../base/logger.ts';
import type { BulkFile, FilePosition, FlushRecord } from '../catalog/ports.ts';
import { keyOfRecord, supersededOfRecord, withPositions } from './change-record.ts';
import {
  asBuffer,
  type Environment,
  type Records,
  tableKey,
  tableNumberKey,
  tableStart,
  tableVersionKey,
  versionOfChangeKey,
} from './environment.ts';
import { decodeKeyEntry, encodeKeyEntry } from './key-entry.ts';
import { visibleEntry } from './staged.ts';
import type { StoredFile, TableJournal } from './table-journal.ts';

/** A row of a new file, and the version that it had when it was taken. */
export interface Relocation {
  readonly key: Uint8Array;
  /** `_row_version` of the row in the file. */
  readonly version: number;
  /** Index into the `files` of the request. */
  readonly fileIndex: number;
  readonly position: number;
}

export interface PrepareFlushRequest {
  readonly tableId: number;
  /** The new files hold the table's state up to this version. */
  readonly throughVersion: number;
  readonly files: readonly BulkFile[];
  readonly relocations: Iterable<Relocation>;
  /** A compaction moves rows that stand in other files of the snapshot: both places count until it is done. */
  readonly compaction: boolean;
}

export interface FinishFlushRequest {
  readonly tableId: number;
  readonly throughVersion: number;
  readonly deltaVersion: number;
  /** Names of the data files that the Delta commit added. */
  readonly files: readonly string[];
  /** A finished compaction has the throughVersion of the last flush, and keeps its change file. */
  readonly changeFile?: string;
}

/** Relocations in one transaction: a few milliseconds of the main thread. */
const relocationsPerTransaction = 1_000;
/** Records removed in one transaction. */
const removalsPerTransaction = 2_000;

/** The first change of every key in the tail after a version, read as far as the tail has grown. */
class FirstChanges {
  readonly #env: Environment;
  readonly #tableId: number;
  readonly #byKey = new Map<string, Buffer>();
  #next: Buffer;

  constructor(env: Environment, tableId: number, after: number) {
    this.#env = env;
    this.#tableId = tableId;
    this.#next = tableVersionKey(tableId, after + 1);
  }

  /** The key of the change record; undefined when the key has not changed since. */
  find(key: Uint8Array): Buffer | undefined {
    const end = tableStart(this.#tableId + 1);
    for (const entry of this.#env.changes.getRange({ start: this.#next, end })) {
      const name = keyOfRecord(asBuffer(entry.value)).toString('latin1');
      const at = asBuffer(entry.key);
      if (!this.#byKey.has(name)) this.#byKey.set(name, Buffer.from(at));
      this.#next = Buffer.concat([at, Buffer.from([0])]);
    }
    return this.#byKey.get(asBuffer(key).toString('latin1'));
  }
}

/** One table's relocation at work. */
interface Move {
  readonly env: Environment;
  readonly table: TableJournal;
  readonly compaction: boolean;
  readonly first: FirstChanges;
}

/** The new place, and for a compaction the one of a file that counts until it is done. */
function moved(move: Move, place: FilePosition, known: readonly FilePosition[]): FilePosition[] {
  if (!move.compaction) return [place];
  const old = known.find(({ fileNumber }) => move.table.files.get(fileNumber)?.live === true);
  return old === undefined ? [place] : [place, old];
}

function relocate(move: Move, relocation: Relocation, place: FilePosition): void {
  const { env, table, first } = move;
  const key = tableKey(table.tableId, relocation.key);
  const stored = env.keys.get(key);
  const entry = stored === undefined ? undefined : visibleEntry(table, decodeKeyEntry(asBuffer(stored)));
  if (entry !== undefined && entry.version === relocation.version) {
    const positions = moved(move, place, entry.positions);
    void env.keys.put(key, encodeKeyEntry({ ...entry, positions }));
    return;
  }
  // The row changed since: the change that superseded it must know where it stands now.
  const changeKey = first.find(relocation.key);
  const record = changeKey === undefined ? undefined : env.changes.get(changeKey);
  if (changeKey === undefined || record === undefined) return;
  const bytes = asBuffer(record);
  const positions = moved(move, place, supersededOfRecord(bytes));
  void env.changes.put(changeKey, withPositions(bytes, positions));
}

/** Step 1; resolves with the new files' numbers when everything is durable. */
export async function prepareFlush(
  env: Environment,
  table: TableJournal,
  request: PrepareFlushRequest,
): Promise<readonly number[]> {
  const { tableId } = table;
  const files = request.files.map((file): StoredFile => {
    const stored = { ...file, fileNumber: table.nextFileNumber++, live: false };
    table.addFile(stored);
    return stored;
  });
  const first = new FirstChanges(env, tableId, request.throughVersion);
  const move = { env, table, compaction: request.compaction, first };
  await env.root.transaction(() => {
    for (const file of files) {
      void env.files.put(tableNumberKey(tableId, file.fileNumber), Buffer.from(JSON.stringify(file)));
    }
  });
  let chunk: Relocation[] = [];
  const write = async (): Promise<void> => {
    const relocations = chunk;
    chunk = [];
    await env.root.transaction(() => {
      for (const relocation of relocations) {
        const { fileNumber } = files[relocation.fileIndex]!;
        const place = { fileNumber, position: relocation.position };
        relocate(move, relocation, place);
      }
    });
  };
  for (const relocation of request.relocations) {
    chunk.push(relocation);
    if (chunk.length >= relocationsPerTransaction) await write();
  }
  if (chunk.length > 0) await write();
  return files.map(({ fileNumber }) => fileNumber);
}

/** Step 2; idempotent. Resolves when the flush is durable and counted. */
export async function finishFlush(
  env: Environment,
  table: TableJournal,
  request: FinishFlushRequest,
): Promise<FlushRecord | undefined> {
  const { tableId } = table;
  const latest = table.flushes.at(-1);
  if (latest !== undefined && latest.deltaVersion >= request.deltaVersion) return undefined;
  const compaction = latest !== undefined && latest.throughVersion === request.throughVersion;
  const record: FlushRecord = {
    afterVersion: compaction ? latest.afterVersion : (latest?.throughVersion ?? 0),
    throughVersion: request.throughVersion,
    deltaVersion: request.deltaVersion,
    files: compaction ? latest.files : request.files,
    ...changeFileOf(request.changeFile ?? (compaction ? latest.changeFile : undefined)),
  };
  const finished = request.files
    .map((path) => table.fileByPath(path))
    .filter((file) => file !== undefined)
    .map((file): StoredFile => ({ ...file, live: true }));
  await env.root.transaction(() => {
    const key = tableVersionKey(tableId, request.throughVersion);
    void env.flushes.put(key, Buffer.from(JSON.stringify(record)));
    for (const file of finished) {
      void env.files.put(tableNumberKey(tableId, file.fileNumber), Buffer.from(JSON.stringify(file)));
    }
  });
  for (const file of finished) table.addFile(file);
  table.addFlush(record);
  return record;
}

const changeFileOf = (changeFile: string | undefined): { changeFile?: string } =>
  changeFile === undefined ? {} : { changeFile };

/** Removes records of a key range in bounded transactions; stops early when `goOn` says no. */
export async function removeRange(
  env: Environment,
  records: Records,
  range: { readonly start: Buffer; readonly end: Buffer },
  goOn: () => boolean,
): Promise<boolean> {
  while (goOn()) {
    const keys = [...records.getKeys({ ...range, limit: removalsPerTransaction })];
    if (keys.length === 0) return true;
    await env.root.transaction(() => {
      for (const key of keys) void records.remove(key);
    });
  }
  return false;
}

/** Removes what is flushed from a table's tail. */
export async function trimTail(
  env: Environment,
  table: TableJournal,
  goOn: () => boolean,
  logger: Logger,
): Promise<void> {
  const through = table.flushedThrough;
  if (through === 0) return;
  table.trimmedThrough = through;
  const { tableId } = table;
  const range = { start: tableStart(tableId), end: tableVersionKey(tableId, through + 1) };
  await removeRange(env, env.changes, range, goOn);
  await removeRange(env, env.bulk, range, goOn);
  logger.debug({ tableId, through }, 'journal tail trimmed');
}

/** Versions of the changes that stand in a table's tail, ascending; for tests and checks. */
export function* tailVersions(env: Environment, tableId: number): Iterable<number> {
  for (const key of env.changes.getKeys({ start: tableStart(tableId), end: tableStart(tableId + 1) })) {
    yield versionOfChangeKey(asBuffer(key));
  }
}
