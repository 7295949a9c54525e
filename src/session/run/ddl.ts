/** DDL: one statement at a time, each one version. */
import { AssertionError } from '../../base/assert.ts';
import { GatewayError } from '../../base/errors.ts';
import type { TableWrite } from '../../catalog/ports.ts';
import type { TableDef } from '../../catalog/schema.ts';
import { throwIfAborted } from '../../executor/context.ts';
import { executeInsert } from '../../executor/insert.ts';
import { Overlay } from '../../executor/overlay.ts';
import { collectRows } from '../../executor/rows.ts';
import { executeTruncate } from '../../executor/truncate.ts';
import { planQuery } from '../../planner/plan-statement.ts';
import type { Query, TableName } from '../../sql/ast.ts';
import { parseStatement } from '../../sql/parse/parse.ts';
import { commitText } from '../commit-text.ts';
import type { DdlContext, DdlPlan } from '../ddl/context.ts';
import { type DdlStatement, planDdl } from '../ddl/ddl.ts';
import { bindDefinition, type PlannedStatement, planFacts, planFill } from '../planning.ts';
import type { OkResult } from '../result.ts';
import { quoteName } from '../show/query.ts';
import type { SessionState } from '../state.ts';
import type { StatementRun } from '../statement-run.ts';
import type { Release } from '../table-locks.ts';
import { commitTransaction, executionContext, okResult, runQuery } from './planned.ts';
import { findTable } from './utility.ts';

/** DDL ends the open transaction first, as in MySQL; time travel and READ ONLY are error 1792 before that. */
async function beforeDdl(state: SessionState, run: StatementRun): Promise<void> {
  state.requireWritable();
  await commitTransaction(state, run);
  state.services.counters.route('ddl');
}

function ddlContext(planned: PlannedStatement, state: SessionState, run: StatementRun): DdlContext {
  const { services } = state;
  return {
    catalog: services.journal.catalog,
    database: state.database,
    account: state.accountName,
    nowUs: run.nowUs,
    timeZone: state.variables.timeZone,
    generatesKeys: state.variables.generatesKeys,
    bindQuery: (query: Query) => bindDefinition(query, planned, state, run),
    discoverColumns: (server, source) => services.discoverColumns(server, source, run.signal),
    checkServer: (server) => services.checkServer(server),
  };
}

/** The tables that a plan changes or drops: nobody writes to them meanwhile. */
function tablesOf(plan: DdlPlan, state: SessionState): TableDef[] {
  const tables = new Map<number, TableDef>(plan.flush.map((table) => [table.id, table]));
  const { catalog } = state.services.journal;
  for (const change of plan.changes) {
    if (change.kind === 'dropDatabase') {
      for (const relation of catalog.relations(change.name))
        if (relation.kind === 'table') tables.set(relation.id, relation);
    }
    const known =
      change.kind === 'dropRelation'
        ? catalog.table(change.database, change.name)
        : change.kind === 'putRelation' && change.relation.kind === 'table'
          ? catalog.tableById(change.relation.id)
          : undefined;
    if (known !== undefined) tables.set(known.id, known);
  }
  return [...tables.values()].sort((a, b) => a.id - b.id);
}

export async function runDdl(
  statement: DdlStatement,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<OkResult> {
  await beforeDdl(state, run);
  const { services } = state;
  const releases: Release[] = [await services.locks.exclusive('catalog', run.signal)];
  try {
    const plan = await planDdl(statement, ddlContext(planned, state, run));
    for (const warning of plan.warnings) run.addWarning(warning);
    if (plan.changes.length === 0) return okResult({ warningCount: run.warningCount });
    for (const table of tablesOf(plan, state))
      releases.push(await services.locks.exclusive(table.id, run.signal));
    if (plan.flush.length > 0) await services.flush(plan.flush);
    throwIfAborted(run.signal);
    for (const each of plan.validate ?? []) await validateRows(each, state, run);
    startCounters(plan, state);
    const filled = plan.fill === undefined ? undefined : await fillTable(plan.fill, planned, state, run);
    await services.journal.commit({
      user: state.account,
      client: state.client,
      statement: commitText(run),
      tables: filled?.tables ?? [],
      catalog: plan.changes,
      catalogVersion: services.journal.catalog.version,
    });
    state.rowCount = BigInt(filled?.affectedRows ?? 0);
    return okResult({
      affectedRows: filled?.affectedRows ?? 0,
      matchedRows: filled?.affectedRows ?? 0,
      warningCount: run.warningCount,
      info: filled?.info ?? '',
    });
  } finally {
    for (const release of releases.reverse()) release();
  }
}

/** AUTO_INCREMENT counters as the statement says; they are durable with its commit. */
function startCounters({ changes, autoIncrement }: DdlPlan, state: SessionState): void {
  const { journal } = state.services;
  for (const change of changes) {
    if (change.kind !== 'putRelation' || change.relation.kind !== 'table') continue;
    // The number of a table whose creation failed is taken again.
    if (journal.catalog.tableById(change.relation.id) === undefined)
      journal.resetAutoIncrement(change.relation.id);
  }
  if (autoIncrement !== undefined) journal.raiseAutoIncrement(autoIncrement.tableId, autoIncrement.next - 1n);
}

/** Looks for a row that violates a condition. */
async function validateRows(
  { table, condition, error }: NonNullable<DdlPlan['validate']>[number],
  state: SessionState,
  run: StatementRun,
): Promise<void> {
  const name = `${quoteName(table.database)}.${quoteName(table.name)}`;
  const text = `SELECT 1 FROM ${name} WHERE NOT (${condition}) LIMIT 1`;
  const parsed = parseStatement(text);
  if (parsed?.statement.kind !== 'select') throw new AssertionError('a condition that does not parse');
  const { plan } = planQuery(parsed.statement.query, planFacts(text, new Map(), state, run));
  const parameters = parsed.parameters.map((parameter) =>
    parameter.kind === 'literal' ? parameter.literal.value : null,
  );
  const rows = await collectRows(await runQuery(plan, parameters, state, run), 1, () => error);
  if (rows.length > 0) throw error;
}

interface Filled {
  readonly tables: readonly TableWrite[];
  readonly affectedRows: number;
  readonly info: string;
}

/** CREATE TABLE … AS SELECT: the rows that go into the commit which makes the table. */
async function fillTable(
  fill: NonNullable<DdlPlan['fill']>,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<Filled> {
  const overlay = new Overlay(state.services.limits);
  const { plan, parameters } = planFill(fill, planned, state, run);
  const view = { version: state.services.journal.lastVersion, pinned: false, overlay };
  const context = executionContext(state, run, parameters, view);
  const outcome = await executeInsert(plan, context, overlay, {
    zeroIsValue: true,
    lenience: plan.mode === 'ignore' ? 'ignore' : state.variables.lenience,
    mayBulk: false,
  });
  return { tables: overlay.writes(), affectedRows: outcome.affectedRows, info: outcome.info };
}

/** TRUNCATE: a change of rows in the history, DDL in everything else. */
export async function runTruncate(
  name: TableName,
  state: SessionState,
  run: StatementRun,
): Promise<OkResult> {
  await beforeDdl(state, run);
  const { services } = state;
  const table = findTable(name, state);
  const release = await services.locks.exclusive(table.id, run.signal);
  try {
    const overlay = new Overlay(services.limits);
    const view = { version: services.journal.lastVersion, pinned: false, overlay };
    await executeTruncate(table, executionContext(state, run, [], view), overlay);
    const tables = overlay.writes();
    const current = services.journal.catalog.tableById(table.id);
    if (current?.schemaVersion !== table.schemaVersion) {
      throw new GatewayError(
        'TABLE_DEFINITION_CHANGED',
        'Table definition has changed, please retry transaction',
      );
    }
    if (tables.length > 0) {
      const statement = commitText(run);
      await services.journal.commit({
        user: state.account,
        client: state.client,
        statement,
        tables,
        catalog: [],
      });
    }
    state.rowCount = 0n;
    return okResult();
  } finally {
    release();
  }
}
