/** SHOW and DESCRIBE: most are a query of metadata in other words. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { RelationDef } from '../../catalog/schema.ts';
import { scanShape } from '../../sql/shape.ts';
import type { Statement } from '../../sql/statement.ts';
import { batchOfRows, type ResultColumn } from '../../types/batch.ts';
import { longtext, varchar } from '../../types/sql-type.ts';
import type { Row } from '../../types/value.ts';
import { isDenial } from '../accounts/audit.ts';
import { type PlannedStatement, planShape } from '../planning.ts';
import type { RowsResult, StatementResult } from '../result.ts';
import { resultColumns } from '../rows-result.ts';
import { quoteName } from '../show/query.ts';
import { planDescribe, planShow, type ShowPlan } from '../show/show.ts';
import type { SessionState } from '../state.ts';
import type { StatementRun } from '../statement-run.ts';
import { runPlanned } from './planned.ts';

export type ShowStatement = Extract<Statement, { kind: 'show' | 'describe' | 'help' | 'tableMaintenance' }>;

/** Rows at hand as a result. */
export function rowsAtHand(columns: readonly ResultColumn[], rows: readonly Row[]): RowsResult {
  return {
    kind: 'rows',
    columns,
    batches: (async function* () {
      if (rows.length > 0) yield batchOfRows(rows, columns.length);
    })(),
    warningCount: () => 0,
  };
}

const maintenanceColumns: readonly ResultColumn[] = ['Table', 'Op', 'Msg_type', 'Msg_text'].map((name) => ({
  name,
  type: name === 'Msg_text' ? longtext : varchar(128),
  nullable: true,
}));

/** ANALYZE, CHECK, OPTIMIZE and REPAIR TABLE as clients expect their answer: nothing is left to be done. */
function maintenanceRows(
  statement: Extract<ShowStatement, { kind: 'tableMaintenance' }>,
  state: SessionState,
): ShowPlan {
  if (statement.action === 'checksum') throw notSupported('CHECKSUM TABLE');
  const rows = statement.tables.flatMap(({ database, name }): Row[] => {
    const where = database ?? state.database ?? '';
    const row = (type: string, message: string): Row => [`${where}.${name}`, statement.action, type, message];
    if (state.services.journal.catalog.relation(where, name) !== undefined) return [row('status', 'OK')];
    return [row('Error', `Table '${where}.${name}' doesn't exist`), row('status', 'Operation failed')];
  });
  return { kind: 'rows', columns: maintenanceColumns, rows };
}

function planOf(statement: ShowStatement, planned: PlannedStatement, state: SessionState): ShowPlan {
  const context = {
    text: planned.text,
    catalog: state.services.journal.catalog,
    metadata: state.metadataContext(),
    database: state.database,
    account: state.accountName,
    sqlMode: state.variables.sqlModeFlags,
    warnings: state.lastWarnings,
  };
  switch (statement.kind) {
    case 'show':
      return planShow(statement, context);
    case 'describe':
      return planDescribe(statement, context);
    case 'tableMaintenance':
      return maintenanceRows(statement, state);
    case 'help':
      throw notSupported('HELP');
  }
}

function plannedQuery(sql: string, planned: PlannedStatement, state: SessionState, run: StatementRun) {
  const scanned = scanShape(sql, { mode: state.variables.sqlModeFlags, limits: state.services.limits });
  if (scanned === null) throw notSupported('SHOW');
  return planShape({ text: sql, scanned, placeholders: planned.given }, state, run);
}

/** What the statement shows something of, if it is in the catalog. */
function shownRelation(statement: ShowStatement, state: SessionState): RelationDef | undefined {
  const name =
    statement.kind === 'describe'
      ? statement.table
      : statement.kind === 'show' && 'table' in statement.target
        ? statement.target.table
        : null;
  if (name === null) return undefined;
  return state.services.journal.catalog.relation(name.database ?? state.database ?? '', name.name);
}

/** Whether the statement shows a temporary table, which metadata has for nobody else. */
function shownTemporary(statement: ShowStatement, state: SessionState): boolean {
  if (state.temporary.size === 0) return false;
  const relation = shownRelation(statement, state);
  return relation?.kind === 'table' && relation.temporary === true;
}

/** Error 1356 for the columns of a view whose tables are not what they were. */
function checkShownView(
  statement: ShowStatement,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): void {
  const showsColumns =
    statement.kind === 'describe' || (statement.kind === 'show' && statement.target.topic === 'columns');
  const relation = showsColumns ? shownRelation(statement, state) : undefined;
  if (relation?.kind !== 'view') return;
  try {
    plannedQuery(
      `SELECT * FROM ${quoteName(relation.database)}.${quoteName(relation.name)}`,
      planned,
      state,
      run,
    );
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'VIEW_INVALID' && !isDenial(error)) throw error;
  }
}

export async function runShow(
  statement: ShowStatement,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<StatementResult> {
  state.services.counters.route('metadata');
  const plan = planOf(statement, planned, state);
  if (plan.kind === 'rows') return rowsAtHand(plan.columns, plan.rows);
  const query = plannedQuery(plan.sql, planned, state, run);
  if (query.kind === 'statement') throw notSupported('SHOW');
  checkShownView(statement, planned, state, run);
  run.showsTemporary = shownTemporary(statement, state);
  return runPlanned(query, state, run);
}

/** The columns that a statement without a plan will answer with; none for most. */
export function showColumns(
  statement: Statement,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): readonly ResultColumn[] {
  switch (statement.kind) {
    case 'show':
    case 'describe':
    case 'tableMaintenance':
    case 'help': {
      const plan = planOf(statement, planned, state);
      if (plan.kind === 'rows') return plan.columns;
      const query = plannedQuery(plan.sql, planned, state, run);
      return query.kind === 'query' ? resultColumns(query.plan.columns) : [];
    }
    case 'explain':
      return explainColumns;
    default:
      return [];
  }
}

export const explainColumns: readonly ResultColumn[] = [{ name: 'EXPLAIN', type: longtext, nullable: false }];
