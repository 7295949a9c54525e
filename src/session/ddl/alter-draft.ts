/** A table on its way through the actions of an ALTER TABLE, and what becomes of it. */
import { GatewayError } from '../../base/errors.ts';
import type { CheckDef, ColumnDef, TableDef } from '../../catalog/schema.ts';
import { bindRules } from '../../planner/table-rules.ts';
import type { IndexColumn, TableOptions } from '../../sql/definition.ts';
import { defaultCollation } from '../../types/sql-type.ts';
import type { StatementWarning } from '../warning.ts';
import { type ColumnContext, checkAutoColumn, checkVisible, primaryKeyColumns } from './column.ts';
import type { CopiedColumn, DdlContext, QualifiedName, RowCondition } from './context.ts';
import { eventTimeOf, primaryKeyRequired } from './table.ts';

/** `original` is the column before the statement; null for a new one. */
export interface DraftColumn {
  def: ColumnDef;
  readonly original: ColumnDef | null;
}

/** Indexes name their columns by id while columns come and go. */
export interface DraftIndex {
  name: string;
  readonly columnIds: readonly number[];
}

export interface Draft {
  readonly table: TableDef;
  columns: DraftColumn[];
  indexes: DraftIndex[];
  checks: readonly CheckDef[];
  /** Conditions that no row of the table may violate. */
  readonly validate: RowCondition[];
  dropsKey: boolean;
  newKey: readonly IndexColumn[] | undefined;
  online: boolean;
  /** The name that EVENT_TIME gives; undefined where the table keeps what it has. */
  eventTime: string | undefined;
  /** Whether rows must be written anew, which makes another table of the same name. */
  rebuild: boolean;
  comment: string;
  nextColumnId: number;
  name: QualifiedName;
  options: TableOptions | undefined;
  algorithm: string | undefined;
  lock: string | undefined;
  readonly warnings: StatementWarning[];
  readonly context: DdlContext;
  /** With the table's collation as the actions before have left it. */
  columnContext: ColumnContext;
}

export function draftOf(table: TableDef, context: DdlContext): Draft {
  const warnings: StatementWarning[] = [];
  return {
    table,
    columns: table.columns.map((def) => ({ def, original: def })),
    indexes: table.indexes.map(({ name, columns }) => ({
      name,
      columnIds: columns.map((index) => table.columns[index]!.id),
    })),
    checks: table.checks ?? [],
    validate: [],
    dropsKey: false,
    newKey: undefined,
    online: table.online,
    eventTime: undefined,
    rebuild: false,
    comment: table.comment,
    nextColumnId: table.nextColumnId,
    name: { database: table.database, name: table.name },
    options: undefined,
    algorithm: undefined,
    lock: undefined,
    warnings,
    context,
    columnContext: {
      nowUs: context.nowUs,
      timeZone: context.timeZone,
      collation: table.collation ?? defaultCollation,
      warn: (warning) => void warnings.push(warning),
    },
  };
}

/** Whether the column is part of the key that the table has. */
export const isKeyColumn = (draft: Draft, id: number): boolean =>
  !draft.dropsKey && draft.table.primaryKey.some((index) => draft.table.columns[index]!.id === id);

/** The key's columns by their place in `columns`, which must not be null from now on. */
function finishedKey(draft: Draft, columns: ColumnDef[]): number[] {
  const { table, newKey } = draft;
  if (newKey === undefined) {
    const ids = draft.dropsKey ? [] : table.primaryKey.map((index) => table.columns[index]!.id);
    const left = ids.map((id) => columns.findIndex((column) => column.id === id)).filter((at) => at >= 0);
    if (left.length === 0) throw primaryKeyRequired(table.name, 'alter');
    return left;
  }
  if (!draft.dropsKey) throw new GatewayError('MULTIPLE_PRIMARY_KEY', 'Multiple primary key defined');
  const key = primaryKeyColumns(newKey, columns);
  for (const index of key) columns[index] = { ...columns[index]!, nullable: false };
  return key;
}

/** Whether rows lie under other keys than before. */
function movesRows(draft: Draft, columns: readonly ColumnDef[], key: readonly number[]): boolean {
  const { table } = draft;
  const before = table.primaryKey.map((index) => table.columns[index]!.id);
  return before.join() !== key.map((index) => columns[index]!.id).join();
}

/** The place of the column that EVENT_TIME names, or has named so far. */
function finishedEventTime(
  draft: Draft,
  facts: Pick<TableDef, 'columns' | 'primaryKey'>,
): number | undefined {
  const { table } = draft;
  const kept = table.eventTime === undefined ? undefined : table.columns[table.eventTime]!;
  if (draft.eventTime === undefined && kept === undefined) return undefined;
  const now = facts.columns.find(({ id }) => id === kept?.id);
  const eventTime = eventTimeOf(draft.eventTime ?? now?.name ?? kept!.name, facts)!;
  if (facts.columns[eventTime]!.id !== kept?.id) draft.rebuild = true;
  return eventTime;
}

/** The table as it becomes: another schema version of it, or, when `draft.rebuild` is set, another table. */
export function finished(draft: Draft): TableDef {
  const { table } = draft;
  const columns = draft.columns.map(({ def }) => def);
  const primaryKey = finishedKey(draft, columns);
  if (movesRows(draft, columns, primaryKey) || draft.online !== table.online) draft.rebuild = true;
  const indexOfId = new Map(columns.map(({ id }, index) => [id, index]));
  const { eventTime: _, checks: __, replaces: ___, collation: ____, ...rest } = table;
  const { collation } = draft.columnContext;
  const facts = { columns, primaryKey };
  const eventTime = finishedEventTime(draft, facts);
  const altered: TableDef = {
    ...rest,
    ...draft.name,
    ...facts,
    schemaVersion: table.schemaVersion + 1,
    online: draft.online,
    ...(eventTime === undefined ? {} : { eventTime }),
    ...(draft.checks.length === 0 ? {} : { checks: draft.checks }),
    ...(table.replaces === undefined ? {} : { replaces: table.replaces }),
    comment: draft.comment,
    ...(collation === defaultCollation ? {} : { collation }),
    nextColumnId: draft.nextColumnId,
    indexes: draft.indexes
      .map(({ name, columnIds }) => ({
        name,
        columns: columnIds.flatMap((id) => indexOfId.get(id) ?? []),
      }))
      .filter((index) => index.columns.length > 0),
  };
  checkAutoColumn(altered);
  checkVisible(altered.columns);
  checkRules(altered);
  return altered;
}

/** The table that takes the place of the altered one, and where its rows come from. */
export function rebuilt(
  draft: Draft,
  altered: TableDef,
): { readonly table: TableDef; readonly columns: readonly CopiedColumn[] } {
  const { table, context } = draft;
  return {
    table: {
      ...altered,
      id: table.temporary === true ? context.newTemporaryId() : context.catalog.nextTableId,
      schemaVersion: 1,
      columns: altered.columns.map(({ initial: _, ...column }) => column),
      sinceVersion: 0,
      createdVersion: 0,
      createdUs: context.nowUs,
      replaces: table.id,
    },
    columns: draft.columns.map(({ def, original }): CopiedColumn => {
      if (original !== null) return { kind: 'copied', index: table.columns.indexOf(original) };
      return def.initial === undefined ? { kind: 'default' } : { kind: 'value', value: def.initial };
    }),
  };
}

/** Error 3959 when a column that a CHECK or a generated column reads is there no more. */
function checkRules(altered: TableDef): void {
  try {
    bindRules(altered);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'UNKNOWN_COLUMN') throw error;
    throw new GatewayError(
      'COLUMN_NEEDED_BY_CHECK',
      'A check constraint or generated column uses a column that the statement drops or renames.',
      { cause: error },
    );
  }
}
