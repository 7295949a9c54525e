/** DDL: one statement at a time, each one version. */
import { AssertionError } from '../../base/assert.ts';
import { GatewayError } from '../../base/errors.ts';
import type { TableWrite } from '../../catalog/ports.ts';
import type { TableDef } from '../../catalog/schema.ts';
import type { BulkLoad } from '../../executor/bulk.ts';
import { type ReadView, throwIfAborted } from '../../executor/context.ts';
import { type CopySource, copyRows } from '../../executor/copy-rows.ts';
import { executeInsert, type WriteOutcome } from '../../executor/insert.ts';
import { Overlay } from '../../executor/overlay.ts';
import { collectRows } from '../../executor/rows.ts';
import { executeTruncate } from '../../executor/truncate.ts';
import type { QueryPlan } from '../../planner/plan.ts';
import { planQuery } from '../../planner/plan-statement.ts';
import type { Query, TableName } from '../../sql/ast.ts';
import { parseStatement } from '../../sql/parse/parse.ts';
import type { SqlValue } from '../../types/value.ts';
import { serverStatus } from '../../wire/capabilities.ts';
import { commitText } from '../commit-text.ts';
import type { DdlContext, DdlPlan, Fill } from '../ddl/context.ts';
import { type DdlStatement, planDdl } from '../ddl/ddl.ts';
import { bindDefinition, type PlannedStatement, planFacts, planFill } from '../planning.ts';
import type { OkResult } from '../result.ts';
import { quoteName } from '../show/query.ts';
import type { SessionState } from '../state.ts';
import type { StatementRun } from '../statement-run.ts';
import type { Release } from '../table-locks.ts';
import { commitTransaction, executionContext, okResult, runQuery } from './planned.ts';
import { findTable } from './utility.ts';

/** CREATE and DROP TEMPORARY TABLE concern their session alone. */
const isTemporary = (statement: DdlStatement): boolean => 'temporary' in statement && statement.temporary;

/** DDL ends the open transaction first, as in MySQL; time travel and READ ONLY are error 1792 before that. */
async function beforeDdl(state: SessionState, run: StatementRun, temporary = false): Promise<void> {
  state.requireWritable();
  if (!temporary) await commitTransaction(state, run);
  state.services.counters.route('ddl');
}

function ddlContext(planned: PlannedStatement, state: SessionState, run: StatementRun): DdlContext {
  const { services } = state;
  return {
    catalog: services.journal.catalog,
    database: state.database,
    account: state.accountName,
    collation: state.variables.connectionCollation,
    nowUs: run.nowUs,
    timeZone: state.variables.timeZone,
    generatesKeys: state.variables.generatesKeys,
    strict: state.variables.lenience === 'strict',
    newTemporaryId: () => state.temporary.newId(),
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
  const temporary = isTemporary(statement);
  await beforeDdl(state, run, temporary);
  const { services } = state;
  const releases: Release[] = temporary ? [] : [await services.locks.exclusive('catalog', run.signal)];
  try {
    const plan = await planDdl(statement, ddlContext(planned, state, run));
    for (const warning of plan.warnings) run.addWarning(warning);
    if (plan.changes.length === 0) return okResult({ warningCount: run.warningCount });
    for (const table of tablesOf(plan, state))
      releases.push(await services.locks.exclusive(table.id, run.signal));
    if (plan.flush.length > 0) await services.flush(plan.flush);
    throwIfAborted(run.signal);
    for (const each of plan.validate ?? []) await validateRows(each, state, run);
    await startCounters(plan, state, run);
    const filled = plan.fill === undefined ? undefined : await fillTable(plan.fill, planned, state, run);
    const { journal } = services;
    try {
      const bulk = await filled?.bulk?.finish();
      throwIfAborted(run.signal);
      await journal.commit({
        user: state.account,
        client: state.client,
        statement: commitText(run),
        tables: bulk === undefined ? (filled?.writes ?? []) : [bulk],
        catalog: plan.changes,
        catalogVersion: journal.catalog.version,
      });
    } catch (error) {
      if (plan.fill !== undefined) await services.offline.discard(plan.fill.table.id);
      throw error;
    }
    if (temporary) state.tracker.stateChanged();
    const { dropped } = plan;
    if (dropped !== undefined && dropped.database === state.database) state.leaveDatabase();
    const affectedRows = filled?.affectedRows ?? dropped?.tables ?? 0;
    state.rowCount = BigInt(affectedRows);
    return okResult({
      affectedRows,
      matchedRows: affectedRows,
      warningCount: run.warningCount,
      info: filled?.info ?? '',
      ...(dropped === undefined ? {} : { status: serverStatus.databaseDropped }),
    });
  } finally {
    for (const release of releases.reverse()) release();
  }
}

/** AUTO_INCREMENT counters as the statement says; they are durable with its commit. */
async function startCounters(plan: DdlPlan, state: SessionState, run: StatementRun): Promise<void> {
  const { journal } = state.services;
  for (const change of plan.changes) {
    if (change.kind !== 'putRelation' || change.relation.kind !== 'table') continue;
    // The number of a table whose creation failed is taken again.
    if (journal.catalog.tableById(change.relation.id) === undefined)
      journal.resetAutoIncrement(change.relation.id, 1n);
  }
  if (plan.autoIncrement !== undefined) await setAutoIncrement(plan.autoIncrement, state, run);
}

/** Plans a query of our own over a table: whoever may run the statement need not be allowed to SELECT. */
function planOwnQuery(
  text: string,
  state: SessionState,
  run: StatementRun,
): { readonly plan: QueryPlan; readonly parameters: readonly SqlValue[] } {
  const parsed = parseStatement(text);
  if (parsed?.statement.kind !== 'select') throw new AssertionError('a query that does not parse');
  const { named: _, ...facts } = planFacts(text, new Map(), state, run);
  const { plan } = planQuery(parsed.statement.query, facts);
  const parameters = parsed.parameters.map((parameter) =>
    parameter.kind === 'literal' ? parameter.literal.value : null,
  );
  return { plan, parameters };
}

/** AUTO_INCREMENT = n: the next number, unless rows have gone beyond it. */
async function setAutoIncrement(
  { tableId, next }: NonNullable<DdlPlan['autoIncrement']>,
  state: SessionState,
  run: StatementRun,
): Promise<void> {
  const { journal } = state.services;
  const table = journal.catalog.tableById(tableId);
  const column = table?.columns.find(({ autoIncrement }) => autoIncrement === true);
  if (table === undefined || column === undefined) {
    journal.raiseAutoIncrement(tableId, next - 1n);
    return;
  }
  const query = planOwnQuery(`SELECT MAX(${quoteName(column.name)}) FROM ${quotedName(table)}`, state, run);
  const rows = await collectRows(await runQuery(query.plan, query.parameters, state, run), 1, () => {
    throw new AssertionError('more than one maximum');
  });
  const most = BigInt((rows[0]?.[0] ?? 0) as number | bigint);
  journal.resetAutoIncrement(tableId, next > most ? next : most + 1n);
}

const quotedName = ({ database, name }: TableDef): string => `${quoteName(database)}.${quoteName(name)}`;

/** Looks for a row that violates a condition. */
async function validateRows(
  { table, condition, error }: NonNullable<DdlPlan['validate']>[number],
  state: SessionState,
  run: StatementRun,
): Promise<void> {
  const text = `SELECT 1 FROM ${quotedName(table)} WHERE NOT (${condition}) LIMIT 1`;
  const { plan, parameters } = planOwnQuery(text, state, run);
  const rows = await collectRows(await runQuery(plan, parameters, state, run), 1, () => error);
  if (rows.length > 0) throw error;
}

interface Filled {
  readonly writes: readonly TableWrite[];
  readonly bulk: BulkLoad | undefined;
  readonly affectedRows: number;
  readonly info: string;
}

/** The rows that go into the commit which makes their table; nothing of it is left when it fails. */
async function fillTable(
  fill: Fill,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<Filled> {
  const overlay = new Overlay(state.services.limits);
  try {
    const outcome =
      fill.kind === 'select'
        ? await fillFromQuery(fill, overlay, planned, state, run)
        : await fillFromTable(fill, overlay, state, run);
    return {
      writes: overlay.writes(),
      bulk: outcome.bulk,
      affectedRows: outcome.affectedRows,
      info: outcome.info,
    };
  } catch (error) {
    await state.services.offline.discard(fill.table.id);
    throw error;
  }
}

/** The newest rows; a temporary table is filled within the open transaction. */
function sourceView(fill: Fill, state: SessionState): ReadView {
  if (fill.table.temporary === true) return state.view();
  return { version: state.services.journal.lastVersion, pinned: false, overlay: undefined };
}

function fillFromQuery(
  fill: Extract<Fill, { kind: 'select' }>,
  overlay: Overlay,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<WriteOutcome> {
  const { plan, parameters } = planFill(fill, planned, state, run);
  const context = executionContext(state, run, parameters, sourceView(fill, state));
  return executeInsert(plan, context, overlay, {
    zeroIsValue: true,
    lenience: plan.mode === 'ignore' ? 'ignore' : state.variables.lenience,
    mayBulk: true,
  });
}

/** Rows in the order of their key, as messages count them. */
function fillFromTable(
  fill: Extract<Fill, { kind: 'copy' }>,
  overlay: Overlay,
  state: SessionState,
  run: StatementRun,
): Promise<WriteOutcome> {
  const { from, table, columns } = fill;
  const { journal } = state.services;
  const copied = columns.filter((column) => column.kind === 'copied');
  const names = copied.map(({ index }) => quoteName(from.columns[index]!.name));
  const key = from.primaryKey.map((index) => quoteName(from.columns[index]!.name));
  const text = `SELECT ${names.length === 0 ? '1' : names.join(', ')} FROM ${quotedName(from)} ORDER BY ${key.join(', ')}`;
  const { plan, parameters } = planOwnQuery(text, state, run);
  const sources = columns.map(
    (column): CopySource =>
      column.kind === 'copied' ? { kind: 'slot', slot: copied.indexOf(column) } : column,
  );
  // Numbers that the column has given stay; those of a column that begins to give numbers are taken for them.
  const numbered = columns.some(
    (column, index) =>
      table.columns[index]!.autoIncrement === true &&
      column.kind === 'copied' &&
      from.columns[column.index]!.autoIncrement === true,
  );
  if (from.columns.some(({ autoIncrement }) => autoIncrement === true))
    journal.raiseAutoIncrement(table.id, journal.nextAutoIncrement(from.id) - 1n);
  const context = executionContext(state, run, parameters, sourceView(fill, state));
  return copyRows(plan, table, sources, context, overlay, {
    zeroIsValue: numbered || state.variables.sqlMode.includes('NO_AUTO_VALUE_ON_ZERO'),
    lenience: state.variables.lenience,
    mayBulk: true,
  });
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
