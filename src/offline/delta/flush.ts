import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { assert } from '../../base/assert.ts';
import type { BulkLoad, StoredChange } from '../../catalog/ports.ts';
import type { Relocation } from '../../journal/flush-writer.ts';
import { bigint, int, type SqlType, varchar } from '../../types/sql-type.ts';
import type { Row } from '../../types/value.ts';
import type { Action, AddFile } from './actions.ts';
import { readDeletionVector, writeDeletionVectors } from './deletion-vector.ts';
import { addAction, type FileTags, fileNumberOf, removeAction } from './file-actions.ts';
import { readCommit, syncFolder } from './log-files.ts';
import type { OfflineTable } from './offline-table.ts';
import { dataFileName, type WrittenFile, writeParquet } from './parquet-write.ts';
import { PositionSet } from './roaring.ts';
import { applySchema } from './schema-change.ts';
import { loosenStats, statsRowCount } from './stats.ts';
import { keyText } from './tail.ts';
import { nextTurn } from './turns.ts';

const appendedRows = 2_048;

/** Versions whose changes are read in one turn. */
const versionsPerTurn = 256;
let nextStage = 0;

/** The steps of a flush after which a test may stop it. */
export type FlushStep = 'data' | 'changes' | 'vectors' | 'prepared' | 'delta' | 'journal';
export type FlushHook = (step: FlushStep) => void;

/**
 * Moves the table's tail up to the newest version into Delta: one Delta commit for the row changes before
 * and after each bulk commit, one for each bulk commit. Does nothing for an empty tail. May be repeated
 * after any failure: what the log already has is found by its `txn` and only told to the journal.
 */
export async function flushTable(target: OfflineTable, hook: FlushHook = () => {}): Promise<void> {
  await target.exclusive(async () => {
    await recoverFlush(target);
    await applySchema(target);
    const through = target.context.journal.lastVersion;
    await target.approach(through);
    target.loadTail(through);
    for (;;) {
      const bulk = target.generation.tail.bulks[0];
      if (bulk === undefined) break;
      await flushPart(target, bulk.version - 1, undefined, hook);
      await flushPart(target, bulk.version, bulk, hook);
    }
    await flushPart(target, through, undefined, hook);
    await target.log.checkpointIfDue();
  });
}

/** The last change of each key, in key order: what a tail amounts to. */
export function netChanges(changes: Iterable<StoredChange>): StoredChange[] {
  const last = new Map<string, StoredChange>();
  for (const change of changes) last.set(keyText(change.key), change);
  // One character a byte, so this is the order of the bytes.
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
}

/** The tail's changes after the last flush; nothing but the flush itself removes them meanwhile. */
async function changesThrough(target: OfflineTable, through: number): Promise<StoredChange[]> {
  const { schema: table, context, generation } = target;
  const changes: StoredChange[] = [];
  for (let after = generation.flushed; after < through; after += versionsPerTurn) {
    const end = Math.min(through, after + versionsPerTurn);
    for (const change of context.journal.changes(table, after, end)) changes.push(change);
    if (end < through) await nextTurn();
  }
  return changes;
}

async function flushPart(
  target: OfflineTable,
  through: number,
  bulk: BulkLoad | undefined,
  hook: FlushHook,
): Promise<void> {
  const { schema: table, context } = target;
  const changes = await changesThrough(target, through);
  if (changes.length === 0 && bulk === undefined) return;
  const rows = netChanges(changes).filter((change) => change.after !== null);
  const written: string[] = [];
  try {
    const files = await writeRows(target, rows);
    written.push(...files.map((file) => file.path));
    hook('data');
    const changeFile = changes.length === 0 ? undefined : await writeChanges(target, changes);
    if (changeFile !== undefined) written.push(changeFile.path);
    hook('changes');
    const masked = await maskFiles(target, through);
    if (masked.file !== undefined) written.push(masked.file);
    hook('vectors');
    const numbers = await context.journal.prepareFlush({
      tableId: table.id,
      throughVersion: through,
      files,
      relocations: relocationsOf(rows, files),
      compaction: false,
    });
    hook('prepared');
    await syncFolder(target.log.root);
    // From here on the outcome is for the log to say.
    written.length = 0;
    target.outcomeUnknown = true;
    const nowMs = Number(context.clock.nowUs() / 1000n);
    await target.log.commit({
      actions: [
        ...masked.actions,
        ...files.map((file, index) => addAction(file, fileTags(target, numbers[index]!), nowMs)),
        ...(bulk?.files ?? []).map((file) =>
          addAction(file, fileTags(target, file.fileNumber, bulk?.version), nowMs),
        ),
        ...(changeFile === undefined ? [] : [cdcAction(changeFile)]),
      ],
      operation: bulk !== undefined && changes.length === 0 ? 'WRITE' : 'MERGE',
      operationMetrics: metricsOf(changes, files.length, masked.actions.length),
      isBlindAppend: false,
      gatewayVersion: through,
    });
    target.outcomeUnknown = false;
    hook('delta');
    const names = [...files, ...(bulk?.files ?? [])].map((file) => file.path);
    await target.finish({
      files: names,
      ...(changeFile === undefined ? {} : { changeFile: changeFile.path }),
    });
    hook('journal');
  } finally {
    for (const name of written) await rm(path.join(target.log.root, name), { force: true });
  }
}

function fileTags(target: OfflineTable, fileNumber: number, rowVersion?: number): FileTags {
  return { fileNumber, schemaVersion: target.log.schemaVersion, rowVersion };
}

function cdcAction(file: WrittenFile): Action {
  return {
    kind: 'cdc',
    cdc: { path: file.path, partitionValues: {}, size: file.sizeBytes, dataChange: false },
  };
}

function metricsOf(changes: readonly StoredChange[], added: number, masked: number): Record<string, string> {
  const count = (kind: StoredChange['kind']): string =>
    String(changes.reduce((sum, change) => sum + (change.kind === kind ? 1 : 0), 0));
  return {
    numTargetRowsInserted: count('insert'),
    numTargetRowsUpdated: count('update'),
    numTargetRowsDeleted: count('delete'),
    numTargetFilesAdded: String(added),
    numTargetDeletionVectorsAdded: String(masked),
  };
}

/** Where the rows of a flush stand, by the order in which they were written. */
function* relocationsOf(
  rows: readonly StoredChange[],
  files: readonly { readonly rowCount: number }[],
): Iterable<Relocation> {
  let fileIndex = 0;
  let position = 0;
  for (const { key, version } of rows) {
    while (fileIndex < files.length && position >= files[fileIndex]!.rowCount) {
      fileIndex++;
      position = 0;
    }
    assert(fileIndex < files.length, 'a flush wrote fewer rows than it has');
    yield { key, version, fileIndex, position: position++ };
  }
}

/** A table in DuckDB's memory for the time of `work`. */
async function staged<T>(
  target: OfflineTable,
  extra: readonly { readonly name: string; readonly type: SqlType }[],
  rows: Iterable<Row>,
  work: (stage: string) => Promise<T>,
): Promise<T> {
  const { duck } = target.context;
  const { columns } = target.schema;
  const stage = `stage_${nextStage++}`;
  const types = [...columns.map(({ type }) => type), ...extra.map(({ type }) => type)];
  await duck.createTable(
    stage,
    [...columns.map((_, index) => `c${index}`), ...extra.map(({ name }) => name)],
    types,
  );
  try {
    await duck.appendTo(stage, types, parts(rows));
    return await work(stage);
  } finally {
    duck.dropTable(stage);
  }
}

async function* parts(rows: Iterable<Row>): AsyncIterable<readonly Row[]> {
  let part: Row[] = [];
  for (const row of rows) {
    part.push(row);
    if (part.length < appendedRows) continue;
    yield part;
    part = [];
    await nextTurn();
  }
  if (part.length > 0) yield part;
}

const rowVersionColumn = { name: 'rv', type: bigint() };
const orderColumn = { name: 'ord', type: int() };
const changeTypeColumn = { name: 'ct', type: varchar(16) };

/** Writes the rows of `net` in their order into as many data files as their number asks for. */
async function writeRows(target: OfflineTable, net: readonly StoredChange[]): Promise<WrittenFile[]> {
  if (net.length === 0) return [];
  const { duck, limits } = target.context;
  const rows = function* (): Iterable<Row> {
    for (const [order, change] of net.entries()) yield [...change.after!, BigInt(change.version), order];
  };
  return await staged(target, [rowVersionColumn, orderColumn], rows(), async (stage) => {
    const uuid = randomUUID();
    const files: WrittenFile[] = [];
    for (let from = 0; from < net.length; from += limits.dataFileRows) {
      const where = `ord >= ${from} AND ord < ${from + limits.dataFileRows}`;
      files.push(
        await writeParquet(duck, target.log.root, dataFileName(files.length, uuid), {
          table: target.schema,
          stored: target.log.stored,
          from: `${stage} WHERE ${where} ORDER BY ord`,
          rowVersion: true,
          changeType: false,
        }),
      );
    }
    return files;
  });
}

/** Writes every change, in commit order, as the change file of a flush. */
async function writeChanges(target: OfflineTable, changes: readonly StoredChange[]): Promise<WrittenFile> {
  const rows = function* (): Iterable<Row> {
    let order = 0;
    for (const { kind, version, before, after } of changes) {
      if (before !== null) {
        yield [...before, BigInt(version), kind === 'update' ? 'update_preimage' : 'delete', order++];
      }
      if (after !== null) {
        yield [...after, BigInt(version), kind === 'update' ? 'update_postimage' : 'insert', order++];
      }
    }
  };
  const folder = path.join(target.log.root, '_change_data');
  await mkdir(folder, { recursive: true });
  const extra = [rowVersionColumn, changeTypeColumn, orderColumn];
  return await staged(target, extra, rows(), async (stage) => {
    const name = `_change_data/cdc-00000-${randomUUID()}.c000.zstd.parquet`;
    const file = await writeParquet(target.context.duck, target.log.root, name, {
      table: target.schema,
      stored: target.log.stored,
      from: `${stage} ORDER BY ord`,
      rowVersion: true,
      changeType: true,
    });
    await syncFolder(folder);
    return file;
  });
}

/**
 * Deletion vectors for all positions that the tail supersedes, in one file. A file with no row left is only
 * removed.
 */
async function maskFiles(
  target: OfflineTable,
  through: number,
): Promise<{ readonly file: string | undefined; readonly actions: Action[] }> {
  const { snapshot, tail } = target.generation;
  const root = target.log.root;
  const superseded = tail.supersededThrough(through);
  const byNumber = new Map([...snapshot.files.values()].map((add) => [fileNumberOf(add), add]));
  const nowMs = Number(target.context.clock.nowUs() / 1000n);
  const actions: Action[] = [];
  const masked: { readonly add: AddFile; readonly positions: PositionSet }[] = [];
  for (const [fileNumber, positions] of superseded) {
    const add = byNumber.get(fileNumber);
    // A place that a failed flush or a compaction noted.
    if (add === undefined) continue;
    const all = PositionSet.of(positions);
    if (add.deletionVector !== undefined) all.addAll(await readDeletionVector(root, add.deletionVector));
    actions.push(removeAction(add, nowMs));
    if (all.size < (statsRowCount(add.stats) ?? 0)) masked.push({ add, positions: all });
  }
  if (masked.length === 0) return { file: undefined, actions };
  const vectors = masked.map(({ positions }) => positions);
  const { file, descriptors } = await writeDeletionVectors(root, vectors);
  for (const [index, { add }] of masked.entries()) {
    const deletionVector = descriptors[index]!;
    actions.push({
      kind: 'add',
      add: { ...add, dataChange: true, stats: loosenStats(add.stats ?? ''), deletionVector },
    });
  }
  return { file, actions };
}

/**
 * Ends a flush or compaction that stopped between its Delta commit and the journal: the log is ahead, and the
 * journal knows the rows' places since before the commit. Run under `exclusive`.
 */
export async function recoverFlush(target: OfflineTable): Promise<void> {
  if (target.outcomeUnknown) await target.reopenLog();
  const { version } = target.log.snapshot;
  const told = target.context.journal.flushes(target.table.id).at(-1)?.deltaVersion ?? 0;
  if (version <= told) return;
  const actions = await readCommit(target.log.root, version);
  const removed = new Set(
    actions.flatMap((action) => (action.kind === 'remove' ? [action.remove.path] : [])),
  );
  const files = actions.flatMap((action) =>
    action.kind === 'add' && !removed.has(action.add.path) ? [action.add.path] : [],
  );
  const changeFile = actions.find((action) => action.kind === 'cdc')?.cdc.path;
  await target.finish({ files, ...(changeFile === undefined ? {} : { changeFile }) });
}
