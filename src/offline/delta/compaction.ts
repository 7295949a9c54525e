import { rm } from 'node:fs/promises';
import path from 'node:path';
import { assert } from '../../base/assert.ts';
import type { Relocation } from '../../journal/flush-writer.ts';
import { encodeKey } from '../../types/key-codec.ts';
import { bigint } from '../../types/sql-type.ts';
import type { Row, SqlValue } from '../../types/value.ts';
import type { AddFile } from './actions.ts';
import { addAction, removeAction } from './file-actions.ts';
import { type FlushHook, recoverFlush } from './flush.ts';
import { syncFolder } from './log-files.ts';
import type { OfflineTable } from './offline-table.ts';
import { type OwnFile, ownFile, ownScan } from './own-scan.ts';
import { dataFileName, type ParquetSource, type WrittenFile, writeParquet } from './parquet-write.ts';
import { ParameterList } from './scan.ts';
import { statsRowCount } from './stats.ts';

/** A scan opens each file: a thousand of 100 rows cost 20 times one of 100,000. */
const fewestFiles = 16;
/** A file that has lost this share of its rows is written anew with the small ones. */
const deletedShare = 0.3;
/** A file joins when it has no more than this times the rows of all smaller ones: bounds how often a row moves. */
const growth = 2;

const liveRows = (add: AddFile): number =>
  (statsRowCount(add.stats) ?? 0) - (add.deletionVector?.cardinality ?? 0);

/** The files that are worth merging into one of at most `dataFileRows` rows; none when it is not worth it. */
export function filesToCompact(
  files: Iterable<AddFile>,
  dataFileRows: number,
  fewest: number = fewestFiles,
): AddFile[] {
  const candidates = [...files].filter((add) => {
    const rows = statsRowCount(add.stats) ?? 0;
    return liveRows(add) <= dataFileRows / 2 || liveRows(add) < rows * (1 - deletedShare);
  });
  candidates.sort((a, b) => liveRows(a) - liveRows(b));
  const chosen: AddFile[] = [];
  let total = 0;
  for (const add of candidates) {
    const rows = liveRows(add);
    if (total + rows > dataFileRows || (chosen.length >= fewest && rows > growth * total)) break;
    chosen.push(add);
    total += rows;
  }
  return chosen.length >= fewest ? chosen : [];
}

/**
 * Merges small files of a table into one, sorted by the primary key, in a Delta commit that changes no rows;
 * the journal learns the rows' new places. Gives whether there was anything to do.
 */
export async function compactTable(
  target: OfflineTable,
  options: { readonly fewestFiles?: number; readonly hook?: FlushHook } = {},
): Promise<boolean> {
  return await target.exclusive(async () => {
    await recoverFlush(target);
    const { log, context } = target;
    // An ALTER that the log has not seen yet goes first, with the next flush.
    if (log.schemaVersion < target.table.schemaVersion) return false;
    const { dataFileRows } = context.limits;
    const chosen = filesToCompact(log.snapshot.files.values(), dataFileRows, options.fewestFiles);
    if (chosen.length === 0) return false;
    const hook = options.hook ?? (() => {});
    let written: WrittenFile | undefined;
    try {
      const source = await sourceOf(target, chosen);
      written = await writeParquet(context.duck, log.root, dataFileName(0), source);
      hook('data');
      const [number] = await context.journal.prepareFlush({
        tableId: target.table.id,
        throughVersion: log.gatewayVersion,
        files: [written],
        relocations: await relocationsOf(target, source, written.rowCount),
        compaction: true,
      });
      hook('prepared');
      await syncFolder(log.root);
      await commitMerge(target, chosen, written, number!, () => {
        written = undefined;
      });
      hook('delta');
    } finally {
      if (written !== undefined) await rm(path.join(log.root, written.path), { force: true });
    }
    return true;
  });
}

async function commitMerge(
  target: OfflineTable,
  chosen: readonly AddFile[],
  written: WrittenFile,
  fileNumber: number,
  keep: () => void,
): Promise<void> {
  const { log, context } = target;
  const nowMs = Number(context.clock.nowUs() / 1000n);
  const tags = { fileNumber, schemaVersion: log.schemaVersion };
  keep();
  target.outcomeUnknown = true;
  await log.commit({
    actions: [
      ...chosen.map((add) => removeAction(add, nowMs, false)),
      ...(written.rowCount === 0 ? [] : [addAction(written, tags, nowMs, { dataChange: false })]),
    ],
    operation: 'OPTIMIZE',
    operationMetrics: { numRemovedFiles: String(chosen.length), numAddedFiles: '1' },
    isBlindAppend: false,
  });
  target.outcomeUnknown = false;
  await target.finish({ files: [written.path] });
}

/** The live rows of files in the order of their keys, which are unique. */
async function sourceOf(target: OfflineTable, chosen: readonly AddFile[]): Promise<ParquetSource> {
  const { schema: table, log, context } = target;
  const files: OwnFile[] = [];
  for (const add of chosen) files.push(ownFile(add, await context.masks.maskOf(log.root, add)));
  const parameters = new ParameterList();
  const columns = table.columns.map((_, index) => index);
  const selects = ownScan({ root: log.root, table, stored: log.stored, files, columns }, parameters);
  const order = table.primaryKey.map((index) => `c${index}`).join(', ');
  return {
    table,
    stored: log.stored,
    from: `(${selects.join(' UNION ALL ')}) ORDER BY ${order}`,
    parameters: parameters.parameters,
    rowVersion: true,
    changeType: false,
  };
}

async function relocationsOf(
  target: OfflineTable,
  source: ParquetSource,
  count: number,
): Promise<Relocation[]> {
  const { schema: table } = target;
  const list = [...table.primaryKey.map((index) => `c${index}`), 'rv'].join(', ');
  const types = [...table.primaryKey.map((index) => table.columns[index]!.type), bigint()];
  const rows = await target.context.duck.all(
    `SELECT ${list} FROM ${source.from}`,
    source.parameters ?? [],
    types,
  );
  assert(rows.length === count, 'a compaction read other rows than it wrote');
  const empty = table.columns.map((): SqlValue => null);
  return rows.map((keyed, position) => {
    const row: SqlValue[] = [...empty];
    for (const [at, index] of table.primaryKey.entries()) row[index] = keyed[at]!;
    return {
      key: encodeKey(table, row satisfies Row),
      version: Number(keyed[table.primaryKey.length]),
      fileIndex: 0,
      position,
    };
  });
}
