import { GatewayError } from '../base/errors.ts';
import type { TableDef } from '../catalog/schema.ts';
import { duplicateEntry } from '../journal/duplicate-entry.ts';
import { compile } from '../planner/evaluator/compile.ts';
import type { Evaluator } from '../planner/evaluator/environment.ts';
import type { ChangeTarget, DeletePlan, UpdatePlan, UpdateTarget } from '../planner/plan.ts';
import { encodeKey } from '../types/key-codec.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { Row, SqlValue } from '../types/value.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import { tooManyRows, touchUpdateTimes, type WriteOutcome } from './insert.ts';
import { keyText, type Overlay, sameRow } from './overlay.ts';
import { executeQuery } from './query.ts';
import { type Lenience, RowBuilder } from './row-builder.ts';
import { collectRows } from './rows.ts';

export interface ChangeOptions {
  readonly lenience: Lenience;
}

async function readSource(plan: UpdatePlan | DeletePlan, context: ExecutionContext): Promise<Row[]> {
  const { transactionRows } = context.services.limits;
  return collectRows(await executeQuery(plan.source, context), transactionRows, () =>
    tooManyRows(transactionRows),
  );
}

interface Target {
  readonly key: Uint8Array;
  /** The source's whole row. */
  readonly values: Row;
  readonly before: Row;
  readonly version: number;
}

/** A target's rows, each once: a join may give a row several times, and the first time counts. */
function targetRows({ table, first }: ChangeTarget, rows: readonly Row[], seen: Set<string>): Target[] {
  const width = table.columns.length;
  const targets: Target[] = [];
  for (const values of rows) {
    const version = values[first + width]!;
    // An outer join found no row.
    if (version === null) continue;
    const before = values.slice(first, first + width);
    const key = encodeKey(table, before);
    const text = `${table.id} ${keyText(key)}`;
    if (seen.has(text)) continue;
    seen.add(text);
    targets.push({ key, values, before, version: Number(version) });
  }
  return targets;
}

interface Moved {
  readonly key: Uint8Array;
  readonly row: Row;
}

interface Counts {
  matched: number;
  changed: number;
}

const compiledValues = new WeakMap<UpdateTarget, readonly Evaluator[]>();

function evaluators(target: UpdateTarget): readonly Evaluator[] | undefined {
  if (target.values.kind !== 'exprs') return undefined;
  let known = compiledValues.get(target);
  if (known === undefined) {
    known = target.values.exprs.map(compile);
    compiledValues.set(target, known);
  }
  return known;
}

/** The new values of a target's row, one an assigned column. */
function assignedValues(
  target: UpdateTarget,
  plan: UpdatePlan,
  values: Row,
  context: ExecutionContext,
): readonly SqlValue[] {
  const known = evaluators(target);
  if (known === undefined) {
    const from = target.values.kind === 'source' ? target.values.from : 0;
    return values.slice(from, from + target.assigned.length);
  }
  const { env } = context;
  for (const { relation, table, first } of plan.targets) {
    const width = table.columns.length;
    const version = values[first + width]!;
    if (version === null) env.setRow(relation, null, null);
    else env.setRow(relation, values.slice(first, first + width), Number(version));
  }
  return env.forWrite(() => known.map((evaluate) => evaluate(env)), plan.ignore);
}

function valueTypes(target: UpdateTarget, plan: UpdatePlan): readonly SqlType[] {
  const { values, assigned } = target;
  return values.kind === 'exprs'
    ? values.exprs.map(({ type }) => type)
    : assigned.map((_, index) => plan.source.columns[values.from + index]!.type);
}

function updateTable(
  target: UpdateTarget,
  plan: UpdatePlan,
  rows: readonly Target[],
  context: ExecutionContext,
  overlay: Overlay,
  options: ChangeOptions,
  counts: Counts,
): void {
  const { table, assigned } = target;
  const builder = new RowBuilder(table, context, { zeroIsValue: true, lenience: options.lenience });
  const types = valueTypes(target, plan);
  const moved: Moved[] = [];
  counts.matched += rows.length;
  for (const [index, { key, values, before, version }] of rows.entries()) {
    if (index % 1_024 === 1_023) throwIfAborted(context.signal);
    builder.nextRow();
    const after: SqlValue[] = [...before];
    for (const [position, value] of assignedValues(target, plan, values, context).entries()) {
      const column = assigned[position]!;
      after[column] = builder.convert(table.columns[column]!, value, types[position]!);
    }
    if (sameRow(before, after)) continue;
    touchUpdateTimes(table, after, assigned, builder);
    if (!builder.finish(after)) continue;
    const newKey = encodeKey(table, after);
    if (keyText(newKey) === keyText(key)) {
      counts.changed++;
      overlay.add(table, { kind: 'update', key, expectedVersion: version, before, after });
      continue;
    }
    if (plan.ignore && exists(table, newKey, context, overlay)) {
      const error = duplicateEntry(table, newKey, after);
      context.env.warn(error.errno, error.message);
      continue;
    }
    counts.changed++;
    overlay.add(table, { kind: 'delete', key, expectedVersion: version, before, after: null });
    if (plan.ignore) arrive(table, newKey, after, context, overlay);
    else moved.push({ key: newKey, row: after });
  }
  for (const { key, row } of moved) arrive(table, key, row, context, overlay);
}

/**
 * UPDATE: all rows are read before the first is written. Rows whose primary key changes leave before they
 * arrive anew, so that an exchange of keys within one statement goes through in any order; under IGNORE one
 * row after the other, since those that find their new key taken stay.
 */
export async function executeUpdate(
  plan: UpdatePlan,
  context: ExecutionContext,
  overlay: Overlay,
  options: ChangeOptions,
): Promise<WriteOutcome> {
  const rows = await readSource(plan, context);
  const counts: Counts = { matched: 0, changed: 0 };
  const read = plan.targets.map((target) => targetRows(target, rows, new Set()));
  for (const [index, target] of plan.targets.entries()) {
    updateTable(target, plan, read[index]!, context, overlay, options, counts);
  }
  const { matched, changed } = counts;
  return {
    affectedRows: changed,
    matchedRows: matched,
    insertId: 0n,
    generatedId: 0n,
    info: `Rows matched: ${matched}  Changed: ${changed}  Warnings: 0`,
  };
}

function exists(table: TableDef, key: Uint8Array, context: ExecutionContext, overlay: Overlay): boolean {
  const change = overlay.get(table, key);
  return change === undefined
    ? context.services.journal.keyEntry(table, key) !== undefined
    : change.after !== null;
}

function arrive(
  table: TableDef,
  key: Uint8Array,
  row: Row,
  context: ExecutionContext,
  overlay: Overlay,
): void {
  if (exists(table, key, context, overlay)) throw duplicateEntry(table, key, row);
  overlay.add(table, { kind: 'insert', key, expectedVersion: 0, before: null, after: row });
}

/** DELETE: all rows are read before the first is deleted. */
export async function executeDelete(
  plan: DeletePlan,
  context: ExecutionContext,
  overlay: Overlay,
): Promise<WriteOutcome> {
  const rows = await readSource(plan, context);
  const seen = new Set<string>();
  let deleted = 0;
  for (const target of plan.targets) {
    const { table } = target;
    for (const { key, before, version } of targetRows(target, rows, seen)) {
      overlay.add(table, { kind: 'delete', key, expectedVersion: version, before, after: null });
      deleted++;
    }
  }
  return { affectedRows: deleted, matchedRows: deleted, insertId: 0n, generatedId: 0n, info: '' };
}

/** Error 1175 for a change that names no key while sql_safe_updates is on. */
export function requireKeyed(plan: UpdatePlan | DeletePlan): void {
  if (plan.keyed) return;
  throw new GatewayError(
    'SAFE_UPDATE',
    'You are using safe update mode and you tried to update a table without a WHERE that uses a KEY column. ',
  );
}
