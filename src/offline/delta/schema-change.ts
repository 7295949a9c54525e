import { assert } from '../../base/assert.ts';
import type { Action } from './actions.ts';
import { identifier } from './duck-port.ts';
import { addAction, fileTagsOf, removeAction } from './file-actions.ts';
import { syncFolder } from './log-files.ts';
import type { OfflineTable } from './offline-table.ts';
import { ownFile, ownScan } from './own-scan.ts';
import { extendedColumns, type StoredColumn, storedColumns } from './own-schema.ts';
import { dataFileName, writeParquet } from './parquet-write.ts';
import { ParameterList } from './scan.ts';

/**
 * Brings an ALTER TABLE that the catalog has into the log, in one commit. Added columns only change the
 * metadata; when a column was dropped, renamed or widened, the live files are written anew, each under its
 * number and with its rows where they were, so that deletion vectors and key index stay valid. Does nothing
 * when the log has the schema already. Run under `exclusive`; the tail holds nothing from before the ALTER.
 */
export async function applySchema(target: OfflineTable): Promise<void> {
  const { table, log } = target;
  if (log.schemaVersion >= table.schemaVersion) return;
  const began = target.context.journal.catalog.schemaBegan(table);
  assert(began !== undefined, `schema ${table.schemaVersion} of table ${table.id} is not in the catalog`);
  const extended = extendedColumns(table, log.stored);
  const stored = extended ?? storedColumns(table);
  const rewritten = extended === undefined ? await rewriteFiles(target, stored) : [];
  await syncFolder(log.root);
  target.outcomeUnknown = true;
  await log.commit({
    actions: [...log.schemaActions(table, stored), ...rewritten],
    operation: 'CHANGE COLUMN',
    isBlindAppend: false,
    // Not the version of a later RENAME: rows that were written between the two stand in the tail.
    gatewayVersion: Math.max(began, log.gatewayVersion),
  });
  target.outcomeUnknown = false;
  await target.finish({ files: [] });
}

async function rewriteFiles(target: OfflineTable, stored: readonly StoredColumn[]): Promise<Action[]> {
  const { table, log, context } = target;
  const nowMs = Number(context.clock.nowUs() / 1000n);
  const actions: Action[] = [];
  const columns = table.columns.map((_, index) => index);
  for (const add of log.snapshot.files.values()) {
    const tags = fileTagsOf(add)!;
    const parameters = new ParameterList();
    const [select] = ownScan(
      {
        root: log.root,
        table,
        stored: log.stored,
        files: [ownFile(add)],
        columns,
        extra: [`f.file_row_number AS ${identifier('ord')}`],
      },
      parameters,
    );
    const file = await writeParquet(context.duck, log.root, dataFileName(0), {
      table,
      stored,
      from: `(${select}) ORDER BY ord`,
      parameters: parameters.parameters,
      rowVersion: true,
      changeType: false,
    });
    actions.push(removeAction(add, nowMs, false));
    actions.push(
      addAction(file, { fileNumber: tags.fileNumber, schemaVersion: table.schemaVersion }, nowMs, {
        dataChange: false,
        deletionVector: add.deletionVector,
      }),
    );
  }
  return actions;
}
