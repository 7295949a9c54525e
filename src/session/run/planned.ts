/** Planned statements: queries, and writes with their transaction around them. */
import { assertNever } from '../../base/assert.ts';
import { GatewayError } from '../../base/errors.ts';
import type { TableDef } from '../../catalog/schema.ts';
import { type ExecutionContext, type ReadView, throwIfAborted } from '../../executor/context.ts';
import { ExecutionEnv } from '../../executor/environment.ts';
import { executeInsert, type WriteOutcome } from '../../executor/insert.ts';
import { Overlay } from '../../executor/overlay.ts';
import { executeQuery } from '../../executor/query.ts';
import { collectRows, type QueryResult } from '../../executor/rows.ts';
import { TopRows } from '../../executor/top-rows.ts';
import { executeDelete, executeUpdate, requireKeyed } from '../../executor/update.ts';
import type { TopClauses } from '../../planner/bind/top.ts';
import type { QueryPlan, WritePlan } from '../../planner/plan.ts';
import type { SqlValue } from '../../types/value.ts';
import { commitText } from '../commit-text.ts';
import type { PlannedInput } from '../planning.ts';
import type { OkResult, StatementResult } from '../result.ts';
import { rowsResult } from '../rows-result.ts';
import { sessionCalls } from '../session-calls.ts';
import type { SessionState } from '../state.ts';
import type { StatementRun } from '../statement-run.ts';
import type { Release } from '../table-locks.ts';
import type { Transaction } from '../transaction.ts';
import { workOf } from '../transaction-work.ts';

/** What a statement needs seldom is made when it is asked for. */
class StatementContext implements ExecutionContext {
  readonly services: ExecutionContext['services'];
  readonly env: ExecutionEnv;
  readonly view: ReadView;
  readonly nowUs: bigint;
  readonly #state: SessionState;
  readonly #run: StatementRun;

  constructor(state: SessionState, run: StatementRun, parameters: readonly SqlValue[], view: ReadView) {
    this.services = state.services;
    this.env = new ExecutionEnv(parameters, state.factsOf(run));
    this.view = view;
    this.nowUs = run.nowUs;
    this.#state = state;
    this.#run = run;
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  get session(): ExecutionContext['session'] {
    const run = this.#run;
    return { call: sessionCalls(this.#state, run), forgiveInterrupt: () => run.forgiveInterrupt() };
  }

  get metadata(): ExecutionContext['metadata'] {
    return this.#run.showsTemporary ? this.#state.temporaryContext : this.#state.metadataContext;
  }

  get trace(): ExecutionContext['trace'] {
    return this.#run.trace;
  }
}

/** Everything that a plan needs to run, in the state that the session is in now. */
export function executionContext(
  state: SessionState,
  run: StatementRun,
  parameters: readonly SqlValue[],
  view = state.view(),
): ExecutionContext {
  return new StatementContext(state, run, parameters, view);
}

/** Runs a query; the rows come when they are asked for. */
export function runQuery(
  plan: QueryPlan,
  parameters: readonly SqlValue[],
  state: SessionState,
  run: StatementRun,
): QueryResult | Promise<QueryResult> {
  state.services.counters.route(plan.route);
  // What reads no table opens no transaction.
  const view = plan.route === 'constant' ? state.viewWithoutTables() : state.view();
  return executeQuery(plan, executionContext(state, run, parameters, view));
}

/** A query or a write, with its values. */
export async function runPlanned(
  planned: Exclude<PlannedInput, { kind: 'statement' }>,
  state: SessionState,
  run: StatementRun,
): Promise<StatementResult> {
  if (planned.kind === 'write') {
    const written = await runWritePlan(planned.plan, planned.parameters, state, run);
    noteWork(planned.plan, state);
    return written;
  }
  const { plan, parameters, top } = planned;
  const timeLimitMs = planned.timeLimitMs ?? state.variables.maxExecutionTimeMs;
  if (timeLimitMs !== undefined) run.limitTime(timeLimitMs);
  if (top !== undefined) {
    const done = await runTop(plan, top, parameters, state, run);
    noteWork(plan, state, done.kind === 'rows');
    return done;
  }
  const result = await runQuery(plan, parameters, state, run);
  noteWork(plan, state);
  const limit = plan.query.limit === null ? state.variables.selectLimit : undefined;
  return rowsResult(
    result,
    limit === undefined ? Number.POSITIVE_INFINITY : Number(limit),
    () => run.warningCount,
  );
}

/** For session tracking. */
function noteWork(plan: QueryPlan | WritePlan, { tracker, variables }: SessionState, hasRows = true): void {
  if (!tracker.tracksTransactions) return;
  const work = workOf(plan);
  tracker.worked({ ...work, resultSet: work.resultSet && hasRows }, variables.autocommit);
}

/** A query with INTO, FOR UPDATE, SQL_CALC_FOUND_ROWS or := in its SELECT list. */
async function runTop(
  plan: QueryPlan,
  top: TopClauses,
  parameters: readonly SqlValue[],
  state: SessionState,
  run: StatementRun,
): Promise<StatementResult> {
  const { transaction } = state;
  const context = executionContext(state, run, parameters);
  const selectLimit =
    plan.query.limit === null && top.foundRows === null ? state.variables.selectLimit : undefined;
  const source = await runQuery(plan, parameters, state, run);
  const clauses = new TopRows(top, context, {
    setVariable: (name, value) => void state.variables.apply([{ kind: 'userVariable', name, value }]),
    variable: (name) => state.variables.userVariable(name),
    noteRead: (table, key, version) => transaction?.noteRead(table, key, version),
  });
  const result = clauses.apply(source);
  if (top.into === null) {
    const limit = selectLimit === undefined ? Number.POSITIVE_INFINITY : Number(selectLimit);
    const rows = rowsResult(result, limit, () => run.warningCount);
    return top.foundRows === null ? rows : { ...rows, foundRows: () => clauses.found };
  }
  const rows = await collectRows(
    result,
    1,
    () => new GatewayError('TOO_MANY_RESULT_ROWS', 'Result consisted of more than one row'),
  );
  const [row] = rows;
  if (row === undefined) {
    const message = 'No data - zero rows fetched, selected, or processed';
    run.addWarning({ level: 'Warning', errno: 1329, message });
  } else {
    const items = top.into.map((name, index) => ({
      kind: 'userVariable' as const,
      name,
      value: { type: top.columns[index]!.type, value: row[index]! },
    }));
    state.variables.apply(items);
  }
  state.rowCount = BigInt(rows.length);
  return okResult({ affectedRows: rows.length, warningCount: run.warningCount });
}

export const okResult = (parts: Partial<OkResult> = {}): OkResult => ({
  kind: 'ok',
  affectedRows: 0,
  matchedRows: 0,
  lastInsertId: 0n,
  warningCount: 0,
  info: '',
  ...parts,
});

/** What a write does to an overlay; run again from the start when its commit lost against another. */
export type WriteBody = (context: ExecutionContext, overlay: Overlay) => Promise<WriteOutcome>;

export interface WriteOptions {
  /** The tables that are written to. */
  readonly tables: readonly TableDef[];
  /** A row that another commit put under a key of ours meanwhile: an error for plain INSERT, else a retry. */
  readonly retryDuplicates: boolean;
}

/** Shares the tables with other writes, in one order, so that two statements never wait for each other. */
async function lockTables(
  tables: readonly TableDef[],
  state: SessionState,
  run: StatementRun,
): Promise<readonly Release[]> {
  const releases: Release[] = [];
  try {
    const ids = [...new Set(tables.map(({ id }) => id))].sort((a, b) => a - b);
    for (const id of ids) {
      const release = state.services.locks.shared(id, run.signal);
      releases.push(typeof release === 'function' ? release : await release);
    }
    return releases;
  } catch (error) {
    for (const release of releases) release();
    throw error;
  }
}

/** DDL had a table after the statement was planned and before it had the lock: it is to be planned again. */
export class StalePlanError extends GatewayError {
  constructor() {
    super('TABLE_DEFINITION_CHANGED', 'Table definition has changed, please retry transaction');
  }
}

/** Throws before anything is done when a table is not the one any more that the plan knows. */
function requireCurrent(tables: readonly TableDef[], state: SessionState): void {
  const { catalog } = state.services.journal;
  for (const { id, schemaVersion, database, name } of tables) {
    const now = catalog.table(database, name);
    if (now?.id !== id || now.schemaVersion !== schemaVersion) throw new StalePlanError();
  }
}

/** Runs a write in the open transaction, or as a transaction of its own. */
export async function runWrite(
  body: WriteBody,
  options: WriteOptions,
  parameters: readonly SqlValue[],
  state: SessionState,
  run: StatementRun,
): Promise<OkResult> {
  state.requireWritable();
  const releases = await lockTables(options.tables, state, run);
  try {
    requireCurrent(options.tables, state);
    state.services.counters.route('write');
    const transaction = state.transactionForStatement();
    const outcome =
      transaction === undefined
        ? await runAutocommit(body, options, parameters, state, run)
        : await runInTransaction(body, transaction, parameters, state, run);
    const { chosenInsertId } = run;
    if (outcome.generatedId !== 0n && chosenInsertId === undefined) state.lastInsertId = outcome.generatedId;
    state.rowCount = BigInt(outcome.affectedRows);
    const { affectedRows, matchedRows, insertId, info } = outcome;
    return okResult({
      affectedRows,
      matchedRows,
      lastInsertId: chosenInsertId ?? insertId,
      warningCount: run.warningCount,
      info: info.replace('Warnings: 0', `Warnings: ${run.warningCount}`),
    });
  } finally {
    for (const release of releases) release();
  }
}

/** A statement that fails leaves the transaction as it was before it. */
async function runInTransaction(
  body: WriteBody,
  transaction: Transaction,
  parameters: readonly SqlValue[],
  state: SessionState,
  run: StatementRun,
): Promise<WriteOutcome> {
  const { overlay } = transaction;
  const mark = overlay.mark();
  try {
    const outcome = await body(executionContext(state, run, parameters), overlay);
    transaction.recordStatement(commitText(run));
    return outcome;
  } catch (error) {
    overlay.rollbackTo(mark);
    throw error;
  }
}

async function runAutocommit(
  body: WriteBody,
  options: WriteOptions,
  parameters: readonly SqlValue[],
  state: SessionState,
  run: StatementRun,
): Promise<WriteOutcome> {
  const { services } = state;
  for (let attempt = 0; ; attempt++) {
    throwIfAborted(run.signal);
    const overlay = new Overlay(services.limits);
    const view = { version: services.journal.lastVersion, pinned: false, overlay };
    const outcome = await body(executionContext(state, run, parameters, view), overlay);
    try {
      const tables = outcome.bulk === undefined ? overlay.writes() : [await outcome.bulk.finish()];
      if (tables.length === 0) return outcome;
      throwIfAborted(run.signal);
      const statement = commitText(run);
      await services.journal.commit({
        user: state.account,
        client: state.client,
        statement,
        tables,
        catalog: [],
      });
      return outcome;
    } catch (error) {
      await outcome.bulk?.abort();
      if (!isLost(error, options.retryDuplicates) || attempt >= services.limits.conflictRetries) throw error;
    }
  }
}

function isLost(error: unknown, retryDuplicates: boolean): boolean {
  if (!(error instanceof GatewayError)) return false;
  return error.code === 'WRITE_CONFLICT' || (retryDuplicates && error.code === 'DUPLICATE_ENTRY');
}

/** INSERT, UPDATE and DELETE. */
export function runWritePlan(
  plan: WritePlan,
  parameters: readonly SqlValue[],
  state: SessionState,
  run: StatementRun,
): Promise<OkResult> {
  const tables = plan.kind === 'insert' ? [plan.table] : plan.targets.map(({ table }) => table);
  const retryDuplicates = plan.kind === 'insert' && (plan.mode !== 'insert' || plan.onDuplicate !== null);
  const zeroIsValue = state.variables.sqlMode.includes('NO_AUTO_VALUE_ON_ZERO');
  const { lenience } = state.variables;
  if (plan.kind !== 'insert' && state.variables.safeUpdates) requireKeyed(plan);
  const body: WriteBody = (context, overlay) => {
    switch (plan.kind) {
      case 'insert':
        return executeInsert(plan, context, overlay, {
          zeroIsValue,
          lenience: plan.mode === 'ignore' ? 'ignore' : lenience,
          nullFails: plan.source.kind === 'values' && plan.source.rows.length === 1,
          mayBulk: state.transaction === undefined,
        });
      case 'update':
        return executeUpdate(plan, context, overlay, { lenience: plan.ignore ? 'ignore' : lenience });
      case 'delete':
        return executeDelete(plan, context, overlay);
      default:
        return assertNever(plan);
    }
  };
  return runWrite(body, { tables, retryDuplicates }, parameters, state, run);
}

/**
 * COMMIT of the open transaction as one version. A lost conflict is error 1213 (1062 for a key that another
 * commit took), and the transaction is over in any case.
 */
export async function commitTransaction(state: SessionState, run: StatementRun | undefined): Promise<void> {
  const { transaction, services } = state;
  state.transaction = undefined;
  const request = transaction?.commitRequest({ user: state.account, client: state.client });
  if (request === undefined) return;
  const signal = run?.signal ?? new AbortController().signal;
  const releases: (() => void)[] = [];
  try {
    // In one order, so that two commits never wait for each other.
    const ids = request.tables.map(({ table }) => table.id).sort((a, b) => a - b);
    for (const id of ids) releases.push(await services.locks.shared(id, signal));
    await services.journal.commit(request);
  } finally {
    for (const release of releases) release();
  }
}
