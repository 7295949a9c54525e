import type { TableDef } from '../catalog/schema.ts';
import { duplicateEntry } from '../journal/duplicate-entry.ts';
import type { DeletePlan, UpdatePlan } from '../planner/plan.ts';
import { encodeKey } from '../types/key-codec.ts';
import type { Row, SqlValue } from '../types/value.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import { tooManyRows, touchUpdateTimes, type WriteOutcome } from './insert.ts';
import { keyText, type Overlay, sameRow } from './overlay.ts';
import { executeQuery } from './query.ts';
import { RowBuilder } from './row-builder.ts';
import { collectRows } from './rows.ts';

/** Each row once: a join may give a row of the target several times, and the first time counts. */
function targetRows(
  table: TableDef,
  rows: readonly Row[],
): { readonly key: Uint8Array; readonly values: Row }[] {
  const seen = new Set<string>();
  const targets: { key: Uint8Array; values: Row }[] = [];
  for (const values of rows) {
    const key = encodeKey(table, values);
    const text = keyText(key);
    if (seen.has(text)) continue;
    seen.add(text);
    targets.push({ key, values });
  }
  return targets;
}

async function readTargets(
  plan: UpdatePlan | DeletePlan,
  context: ExecutionContext,
): Promise<{ readonly key: Uint8Array; readonly values: Row }[]> {
  const { transactionRows } = context.services.limits;
  const rows = await collectRows(await executeQuery(plan.source, context), transactionRows, () =>
    tooManyRows(transactionRows),
  );
  return targetRows(plan.table, rows);
}

interface Moved {
  readonly key: Uint8Array;
  readonly row: Row;
}

/**
 * UPDATE: all rows are read before the first is written. Rows whose primary key changes leave before they
 * arrive anew, so that an exchange of keys within one statement goes through in any order.
 */
export async function executeUpdate(
  plan: UpdatePlan,
  context: ExecutionContext,
  overlay: Overlay,
): Promise<WriteOutcome> {
  const { table, assigned } = plan;
  const builder = new RowBuilder(table, context, { zeroIsValue: true });
  const width = table.columns.length;
  const types = plan.source.columns.slice(width + 1).map((column) => column.type);
  const targets = await readTargets(plan, context);
  const moved: Moved[] = [];
  let changed = 0;
  for (const [index, { key, values }] of targets.entries()) {
    if (index % 1_024 === 1_023) throwIfAborted(context.signal);
    builder.nextRow();
    const before = values.slice(0, width);
    const after: SqlValue[] = [...before];
    for (const [position, column] of assigned.entries()) {
      after[column] = builder.convert(
        table.columns[column]!,
        values[width + 1 + position]!,
        types[position]!,
      );
    }
    if (sameRow(before, after)) continue;
    touchUpdateTimes(table, after, assigned, builder);
    changed++;
    const expectedVersion = Number(values[width]);
    const newKey = encodeKey(table, after);
    if (keyText(newKey) === keyText(key)) {
      overlay.add(table, { kind: 'update', key, expectedVersion, before, after });
      continue;
    }
    overlay.add(table, { kind: 'delete', key, expectedVersion, before, after: null });
    moved.push({ key: newKey, row: after });
  }
  for (const { key, row } of moved) arrive(table, key, row, context, overlay);
  return {
    affectedRows: changed,
    matchedRows: targets.length,
    insertId: 0n,
    generatedId: 0n,
    info: `Rows matched: ${targets.length}  Changed: ${changed}  Warnings: 0`,
  };
}

function arrive(
  table: TableDef,
  key: Uint8Array,
  row: Row,
  context: ExecutionContext,
  overlay: Overlay,
): void {
  const change = overlay.get(table, key);
  const exists =
    change === undefined
      ? context.services.journal.keyEntry(table, key) !== undefined
      : change.after !== null;
  if (exists) throw duplicateEntry(table, key);
  overlay.add(table, { kind: 'insert', key, expectedVersion: 0, before: null, after: row });
}

/** DELETE: all rows are read before the first is deleted. */
export async function executeDelete(
  plan: DeletePlan,
  context: ExecutionContext,
  overlay: Overlay,
): Promise<WriteOutcome> {
  const { table } = plan;
  const width = table.columns.length;
  const targets = await readTargets(plan, context);
  for (const { key, values } of targets) {
    const before = values.slice(0, width);
    overlay.add(table, { kind: 'delete', key, expectedVersion: Number(values[width]), before, after: null });
  }
  return {
    affectedRows: targets.length,
    matchedRows: targets.length,
    insertId: 0n,
    generatedId: 0n,
    info: '',
  };
}
