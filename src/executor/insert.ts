import { GatewayError } from '../base/errors.ts';
import type { OnlineRow } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import { duplicateEntry } from '../journal/duplicate-entry.ts';
import type { BoundExpr } from '../planner/bound.ts';
import { compile } from '../planner/evaluator/compile.ts';
import type { Evaluator } from '../planner/evaluator/environment.ts';
import { evaluateWaiting, holdsSessionCall } from '../planner/evaluator/waiting.ts';
import type { InsertPlan } from '../planner/plan.ts';
import { encodeKey } from '../types/key-codec.ts';
import { nullType, type SqlType } from '../types/sql-type.ts';
import type { Row, SqlValue } from '../types/value.ts';
import { BulkLoad } from './bulk.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import { existingRows } from './existing-rows.ts';
import { keyText, type Overlay, sameRow } from './overlay.ts';
import { executeQuery } from './query.ts';
import { type Given, type Lenience, RowBuilder } from './row-builder.ts';

export interface WriteOutcome {
  readonly affectedRows: number;
  readonly matchedRows: number;
  /** For the OK packet and LAST_INSERT_ID(); 0 leaves LAST_INSERT_ID() as it was. */
  readonly insertId: bigint;
  readonly generatedId: bigint;
  readonly info: string;
  /** Rows that went past the overlay, to be committed in its place or given up. */
  readonly bulk?: BulkLoad;
}

export interface InsertOptions {
  readonly zeroIsValue: boolean;
  readonly lenience: Lenience;
  /** See RowBuilderOptions. */
  readonly fromFile?: boolean;
  /** A NULL for a NOT NULL column is an error also in relaxed mode. */
  readonly nullFails?: boolean;
  /** A statement that is its own transaction may go past the journal when it has many rows. */
  readonly mayBulk: boolean;
}

type OnDuplicate = InsertPlan['onDuplicate'];

interface CompiledAssignment {
  readonly column: number;
  readonly value: Evaluator | 'default';
  readonly type: SqlType;
}

/** Puts rows into the overlay by the rules of INSERT, INSERT IGNORE, REPLACE or ON DUPLICATE KEY UPDATE. */
export class Inserter {
  readonly builder: RowBuilder;
  readonly #context: ExecutionContext;
  readonly #overlay: Overlay;
  readonly #mode: InsertPlan['mode'];
  readonly #onDuplicate: OnDuplicate;
  readonly #assignments: readonly CompiledAssignment[];
  readonly #options: InsertOptions;
  /** Keys of the rows that are being added and are not in the overlay yet. */
  readonly #statementKeys = new Set<string>();
  #bulk: BulkLoad | undefined;
  #records = 0;
  #affected = 0;
  #matched = 0;
  #duplicates = 0;

  constructor(
    table: TableDef,
    how: { readonly mode: InsertPlan['mode']; readonly onDuplicate: OnDuplicate },
    context: ExecutionContext,
    overlay: Overlay,
    options: InsertOptions,
  ) {
    this.builder = new RowBuilder(table, context, options);
    this.#context = context;
    this.#overlay = overlay;
    this.#mode = how.mode;
    this.#onDuplicate = how.onDuplicate;
    this.#options = options;
    this.#assignments = (how.onDuplicate?.assignments ?? []).map(({ column, value }) => ({
      column,
      value: value === 'default' ? value : compile(value),
      type: value === 'default' ? nullType : value.type,
    }));
  }

  /** INSERT IGNORE: what goes wrong in a row is a warning. */
  get ignores(): boolean {
    return this.#mode === 'ignore';
  }

  /** Whether rows that are there already end the statement, so that nothing must be read before. */
  get isPlain(): boolean {
    return this.#mode === 'insert' && this.#onDuplicate === null;
  }

  /** Rows in the statement's order; each is seen by those after it. */
  async add(rows: readonly Row[]): Promise<void> {
    const { table } = this.builder;
    const keyed = rows.map((row) => ({ row, key: encodeKey(table, row) }));
    this.#records += rows.length;
    if (this.#onlyNew) {
      const fresh = keyed.filter(({ row, key }) => this.#isNew(row, key));
      await this.#spill();
      if (this.#bulk === undefined) for (const { row, key } of fresh) this.#insert(row, key);
      else await this.#addToBulk(this.#bulk, fresh);
      return;
    }
    const stored = await existingRows(
      table,
      keyed.map(({ key }) => key),
      this.#context,
    );
    for (const { row, key } of keyed) {
      const existing = this.#current(key, stored.get(keyText(key)));
      if (existing === undefined) this.#insert(row, key);
      else this.#meet(row, key, existing);
    }
  }

  /** Rows under keys that are there already are left out or end the statement; none is changed. */
  get #onlyNew(): boolean {
    return this.#mode !== 'replace' && this.#onDuplicate === null;
  }

  /** Whether no row has the key, this statement's own included; else error 1062, or a warning under IGNORE. */
  #isNew(row: Row, key: Uint8Array): boolean {
    const { table } = this.builder;
    const change = this.#overlay.get(table, key);
    const exists =
      change === undefined
        ? this.#statementKeys.has(keyText(key)) ||
          this.#bulk?.has(key) === true ||
          this.#context.services.journal.keyEntry(table, key) !== undefined
        : change.after !== null;
    if (!exists) {
      this.#statementKeys.add(keyText(key));
      return true;
    }
    const error = duplicateEntry(table, key, row);
    if (this.#mode !== 'ignore') throw error;
    this.#duplicates++;
    this.#context.env.warn(error.errno, error.message);
    return false;
  }

  /** Begins to go past the journal once the statement has many rows; what it has so far goes along. */
  async #spill(): Promise<void> {
    this.#statementKeys.clear();
    const { limits } = this.#context.services;
    const { table } = this.builder;
    const mayBulk = this.#options.mayBulk && table.temporary !== true;
    if (this.#bulk !== undefined || !mayBulk || this.#records <= limits.bulkRows) return;
    const changes = [...(this.#overlay.changesOf(table)?.values() ?? [])];
    this.#bulk = await BulkLoad.begin(table, this.#context);
    this.#overlay.rollbackTo(0);
    this.#affected = 0;
    this.#matched = 0;
    await this.#addToBulk(
      this.#bulk,
      changes.map(({ key, after }) => ({ key, row: after! })),
    );
  }

  async #addToBulk(
    bulk: BulkLoad,
    rows: readonly { readonly key: Uint8Array; readonly row: Row }[],
  ): Promise<void> {
    for (const { key, row } of rows) bulk.note(key, row);
    this.#affected += rows.length;
    this.#matched += rows.length;
    await bulk.append(rows.map(({ row }) => row));
  }

  /** Gives up what went past the overlay. */
  async abort(): Promise<void> {
    await this.#bulk?.abort();
  }

  #current(key: Uint8Array, stored: OnlineRow | undefined): OnlineRow | undefined {
    const change = this.#overlay.get(this.builder.table, key);
    if (change === undefined) return stored;
    return change.after === null ? undefined : { row: change.after, version: change.expectedVersion };
  }

  #insert(row: Row, key: Uint8Array): void {
    this.#overlay.add(this.builder.table, {
      kind: 'insert',
      key,
      expectedVersion: 0,
      before: null,
      after: row,
    });
    this.#affected++;
    this.#matched++;
  }

  #meet(row: Row, key: Uint8Array, existing: OnlineRow): void {
    this.#duplicates++;
    if (this.#onDuplicate !== null) {
      this.#update(row, key, existing, this.#onDuplicate);
      return;
    }
    // As MySQL counts: a deleted and an inserted row, but one where nothing changes.
    const same = sameRow(row, existing.row);
    this.#affected += same ? 1 : 2;
    this.#matched += same ? 1 : 2;
    if (!same) this.#put(key, existing, row);
  }

  #update(proposed: Row, key: Uint8Array, existing: OnlineRow, onDuplicate: NonNullable<OnDuplicate>): void {
    const { env } = this.#context;
    const { table } = this.builder;
    const updated = [...existing.row];
    env.setRow(onDuplicate.proposed, proposed, 0);
    // One after another: a later assignment sees what an earlier one did.
    env.setRow(onDuplicate.existing, updated, existing.version);
    for (const { column, value, type } of this.#assignments) {
      const definition = table.columns[column]!;
      updated[column] =
        value === 'default'
          ? this.builder.defaultOf(definition)
          : this.builder.convert(
              definition,
              env.forWrite(() => value(env), this.ignores),
              type,
            );
    }
    this.#matched++;
    if (sameRow(updated, existing.row)) return;
    touchUpdateTimes(
      table,
      updated,
      this.#assignments.map(({ column }) => column),
      this.builder,
    );
    if (!this.builder.finish(updated)) return;
    this.#affected += 2;
    this.#matched++;
    const newKey = encodeKey(table, updated);
    if (keyText(newKey) === keyText(key)) {
      this.#put(key, existing, updated);
      return;
    }
    this.#overlay.add(table, {
      kind: 'delete',
      key,
      expectedVersion: existing.version,
      before: existing.row,
      after: null,
    });
    if (this.#isNew(updated, newKey)) this.#insert(updated, newKey);
    this.#affected--;
    this.#matched--;
  }

  #put(key: Uint8Array, existing: OnlineRow, after: Row): void {
    const { row: before, version: expectedVersion } = existing;
    this.#overlay.add(this.builder.table, { kind: 'update', key, expectedVersion, before, after });
  }

  outcome(): WriteOutcome {
    const several = this.#records > 1 || !this.isPlain;
    return {
      ...(this.#bulk === undefined ? {} : { bulk: this.#bulk }),
      affectedRows: this.#affected,
      matchedRows: this.#matched,
      insertId: this.builder.insertId,
      generatedId: this.builder.firstGenerated,
      info:
        several && this.#records > 1
          ? `Records: ${this.#records}  Duplicates: ${this.#duplicates}  Warnings: 0`
          : '',
    };
  }
}

/** ON UPDATE CURRENT_TIMESTAMP of the columns that the statement does not set itself. */
export function touchUpdateTimes(
  table: TableDef,
  row: SqlValue[],
  assigned: readonly number[],
  builder: RowBuilder,
): void {
  for (const [index, column] of table.columns.entries()) {
    if (column.onUpdateNow !== true || assigned.includes(index)) continue;
    row[index] = builder.now(column, 'fsp' in column.type ? column.type.fsp : 0);
  }
}

interface Waiting {
  readonly waiting: BoundExpr;
}

interface CompiledValues {
  /** By table column: the value's evaluator, what waits (SLEEP), DEFAULT, or absent. */
  readonly rows: readonly (readonly (Evaluator | Waiting | 'default' | 'absent')[])[];
  readonly types: readonly (readonly SqlType[])[];
}

const compiledValues = new WeakMap<InsertPlan, CompiledValues>();

function compileValues(
  plan: InsertPlan,
  rows: readonly (readonly (BoundExpr | 'default')[])[],
): CompiledValues {
  const slots = plan.table.columns.map((_, index) => plan.columns.indexOf(index));
  return {
    rows: rows.map((row) =>
      slots.map((slot) => {
        const value = slot < 0 ? 'absent' : row[slot]!;
        if (typeof value === 'string') return value;
        return holdsSessionCall(value) ? { waiting: value } : compile(value);
      }),
    ),
    types: rows.map((row) =>
      slots.map((slot) => {
        const value = slot < 0 ? 'absent' : row[slot]!;
        return typeof value === 'string' ? nullType : value.type;
      }),
    ),
  };
}

/** INSERT … VALUES and INSERT … SELECT within the overlay; what passes `bulkRows` is the caller's question. */
export async function executeInsert(
  plan: InsertPlan,
  context: ExecutionContext,
  overlay: Overlay,
  options: InsertOptions,
): Promise<WriteOutcome> {
  const inserter = new Inserter(plan.table, plan, context, overlay, options);
  if (plan.source.kind === 'query') return insertFromQuery(plan, plan.source.plan, inserter, context);
  let compiled = compiledValues.get(plan);
  if (compiled === undefined) {
    compiled = compileValues(plan, plan.source.rows);
    compiledValues.set(plan, compiled);
  }
  try {
    await insertValues(compiled, inserter, context);
  } catch (error) {
    await inserter.abort();
    throw error;
  }
  return inserter.outcome();
}

/** Rows of VALUES that are made and added together; between them other connections have their turn. */
const valuesPerTurn = 1_024;

async function insertValues(
  compiled: CompiledValues,
  inserter: Inserter,
  context: ExecutionContext,
): Promise<void> {
  let rows: Row[] = [];
  for (const [index, values] of compiled.rows.entries()) {
    const evaluators: (Evaluator | 'default' | 'absent')[] = [];
    for (const value of values)
      evaluators.push(typeof value === 'object' ? await afterWaiting(value, context) : value);
    const given = context.env.forWrite(
      () => evaluators.map((value): Given => (typeof value === 'string' ? value : value(context.env))),
      inserter.ignores,
    );
    const row = inserter.builder.build(given, compiled.types[index]!);
    if (row !== undefined) rows.push(row);
    if (rows.length < valuesPerTurn) continue;
    await inserter.add(rows);
    rows = [];
    await new Promise((resolve) => setImmediate(resolve));
    throwIfAborted(context.signal);
  }
  await inserter.add(rows);
}

async function afterWaiting({ waiting }: Waiting, context: ExecutionContext): Promise<Evaluator> {
  const value = await evaluateWaiting(waiting, context.env, context.session.call);
  throwIfAborted(context.signal);
  return () => value;
}

async function insertFromQuery(
  plan: InsertPlan,
  source: Parameters<typeof executeQuery>[0],
  inserter: Inserter,
  context: ExecutionContext,
): Promise<WriteOutcome> {
  const { table } = plan;
  const slots = table.columns.map((_, index) => plan.columns.indexOf(index));
  const types = slots.map((slot) => (slot < 0 ? nullType : source.columns[slot]!.type));
  const result = await executeQuery(source, context);
  try {
    for await (const batch of result.batches) {
      throwIfAborted(context.signal);
      const rows: Row[] = [];
      for (let row = 0; row < batch.rowCount; row++) {
        const given = slots.map((slot): Given => (slot < 0 ? 'absent' : batch.columns[slot]!.get(row)));
        const built = inserter.builder.build(given, types);
        if (built !== undefined) rows.push(built);
      }
      await inserter.add(rows);
    }
  } catch (error) {
    await inserter.abort();
    throw error;
  }
  const outcome = inserter.outcome();
  // VALUES with an expression that DuckDB computes is no SELECT: one row of it has no text.
  return outcome.info === '' && outcome.affectedRows > 0 && source.query.body.kind !== 'values'
    ? { ...outcome, info: `Records: ${outcome.affectedRows}  Duplicates: 0  Warnings: 0` }
    : outcome;
}

/** A statement that reads its own target while writing sees none of its writes: it read them all before. */
export function tooManyRows(limit: number): GatewayError {
  return new GatewayError('OUT_OF_RESOURCES', `The statement changes more than ${limit} rows`);
}
