/** ALTER TABLE: what can be done without rewriting rows. The rest is error 1235 with its name. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import { type CheckDef, type ColumnDef, hasGeneratedKey, type TableDef } from '../../catalog/schema.ts';
import { bindRules } from '../../planner/table-rules.ts';
import type { AlterAction, ColumnPosition, ConstraintNode, TableOptions } from '../../sql/definition.ts';
import type { AlterTable } from '../../sql/statement.ts';
import { defaultCollation, type SqlType, typeText } from '../../types/sql-type.ts';
import { quoteName } from '../show/query.ts';
import type { StatementWarning } from '../warning.ts';
import {
  type ColumnContext,
  checkAutoColumn,
  checkColumnName,
  checkDefs,
  checkDistinctNames,
  checkVisible,
  columnDef,
  indexDef,
  refuseConstraint,
} from './column.ts';
import {
  type DdlContext,
  type DdlPlan,
  existingTable,
  planOf,
  type QualifiedName,
  qualifyNew,
  type RowCondition,
  sameColumn,
  tableExists,
} from './context.ts';
import { columnDefault, initialValue } from './default.ts';
import { autoIncrementOf, checkOptions, renameChanges, tableCollation } from './table.ts';

/** A column on its way through the actions; `original` is its name before the statement, null for a new one. */
interface DraftColumn {
  def: ColumnDef;
  readonly original: string | null;
}

/** Indexes name their columns by id while columns come and go. */
interface DraftIndex {
  name: string;
  readonly columnIds: readonly number[];
}

interface Draft {
  readonly table: TableDef;
  columns: DraftColumn[];
  indexes: DraftIndex[];
  checks: readonly CheckDef[];
  /** Conditions that no row of the table may violate. */
  readonly validate: RowCondition[];
  comment: string;
  nextColumnId: number;
  name: QualifiedName;
  options: TableOptions | undefined;
  readonly warnings: StatementWarning[];
  readonly context: DdlContext;
  readonly columnContext: ColumnContext;
}

/** One new schema version of the table, or only a new name. */
export function alterTable(statement: AlterTable, context: DdlContext): DdlPlan {
  const table = existingTable(statement.table, context);
  const draft = draftOf(table, context);
  for (const action of statement.actions) applyAction(draft, action);
  checkDistinctNames(draft.columns.map(({ def }) => def.name));
  const changesSchema = statement.actions.some(
    ({ kind }) => kind !== 'renameTable' && kind !== 'noEffect' && kind !== 'orderBy',
  );
  const renames = draft.name.database !== table.database || draft.name.name !== table.name;
  const altered = changesSchema ? finished(draft) : { ...table, ...draft.name };
  if (!changesSchema && !renames) return planOf([], draft.warnings);
  return {
    changes: renames ? renameChanges(table, altered) : [{ kind: 'putRelation', relation: altered }],
    warnings: draft.warnings,
    flush: changesSchema ? [table] : [],
    ...(draft.validate.length === 0 ? {} : { validate: draft.validate.map((each) => ({ ...each, table })) }),
    ...(draft.options === undefined ? {} : autoIncrementOf(draft.options, table.id)),
  };
}

function draftOf(table: TableDef, context: DdlContext): Draft {
  const warnings: StatementWarning[] = [];
  return {
    table,
    columns: table.columns.map((def) => ({ def, original: def.name })),
    indexes: table.indexes.map(({ name, columns }) => ({
      name,
      columnIds: columns.map((index) => table.columns[index]!.id),
    })),
    checks: table.checks ?? [],
    validate: [],
    comment: table.comment,
    nextColumnId: table.nextColumnId,
    name: { database: table.database, name: table.name },
    options: undefined,
    warnings,
    context,
    columnContext: {
      nowUs: context.nowUs,
      timeZone: context.timeZone,
      collation: defaultCollation,
      warn: (warning) => void warnings.push(warning),
    },
  };
}

function finished(draft: Draft): TableDef {
  const { table } = draft;
  const columns = draft.columns.map(({ def }) => def);
  const indexOfId = new Map(columns.map(({ id }, index) => [id, index]));
  const moved = (index: number): number => indexOfId.get(table.columns[index]!.id)!;
  const { eventTime: _, checks: __, ...rest } = table;
  const altered: TableDef = {
    ...rest,
    ...draft.name,
    schemaVersion: table.schemaVersion + 1,
    columns,
    primaryKey: table.primaryKey.map(moved),
    ...(table.eventTime === undefined ? {} : { eventTime: moved(table.eventTime) }),
    ...(draft.checks.length === 0 ? {} : { checks: draft.checks }),
    comment: draft.comment,
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

function applyAction(draft: Draft, action: AlterAction): void {
  switch (action.kind) {
    case 'addColumn':
      addColumn(draft, action);
      return;
    case 'dropColumn':
      dropColumn(draft, action.name);
      return;
    case 'changeColumn':
      changeColumn(draft, action);
      return;
    case 'renameColumn':
      renameColumn(alteredColumn(draft, action.from), action.to);
      return;
    case 'setDefault':
    case 'dropDefault':
      changeDefault(draft, action);
      return;
    case 'addConstraint':
      addConstraint(draft, action.constraint);
      return;
    case 'dropIndex':
      dropIndex(draft, action.name);
      return;
    case 'renameIndex':
      renameIndex(draft, action.from, action.to);
      return;
    case 'renameTable':
      draft.name = freeName(draft, action.to);
      return;
    case 'options':
      applyOptions(draft, action.options);
      return;
    case 'convertCharset':
      tableCollation(action, draft.columnContext.warn);
      return;
    case 'dropPrimaryKey':
      throw notSupported('ALTER TABLE … DROP PRIMARY KEY');
    case 'dropForeignKey':
      throw cannotDrop(action.name);
    case 'dropConstraint':
      dropCheck(draft, action.name);
      return;
    case 'setColumnVisible':
      showColumn(findColumn(draft, action.column), action.visible);
      return;
    case 'setIndexVisible':
      if (action.visible) return;
      throw notSupported('INVISIBLE indexes');
    // MySQL ignores ORDER BY of InnoDB tables as well; the others are hints.
    case 'orderBy':
    case 'noEffect':
      return;
  }
}

const cannotDrop = (name: string): GatewayError =>
  new GatewayError('CANNOT_DROP_COLUMN', `Can't DROP '${name}'; check that column/key exists`);

/** Actions name columns as they were before the statement; error 1054. */
function findColumn(draft: Draft, name: string): DraftColumn {
  const column = draft.columns.find(({ original }) => original !== null && sameColumn(original, name));
  if (column !== undefined) return column;
  throw new GatewayError('UNKNOWN_COLUMN', `Unknown column '${name}' in '${draft.table.name}'`);
}

/** Of a generated key nothing changes but whether it is visible: error 4110. */
function alteredColumn(draft: Draft, name: string): DraftColumn {
  const column = findColumn(draft, name);
  if (!hasGeneratedKey(draft.table) || !isKeyColumn(draft, column.def.id)) return column;
  throw new GatewayError(
    'GENERATED_KEY_ALTERED',
    `Altering generated invisible primary key column '${column.def.name}' is not allowed.`,
  );
}

function showColumn(column: DraftColumn, visible: boolean): void {
  const { invisible: _, ...def } = column.def;
  column.def = visible ? def : { ...def, invisible: true };
}

const isKeyColumn = (draft: Draft, id: number): boolean =>
  draft.table.primaryKey.some((index) => draft.table.columns[index]!.id === id);

function addColumn(draft: Draft, action: Extract<AlterAction, { kind: 'addColumn' }>): void {
  for (const constraint of action.constraints) refuseAdded(constraint);
  if (draft.columns.some(({ def }) => sameColumn(def.name, action.column.name))) {
    throw new GatewayError('DUPLICATE_COLUMN', `Duplicate column name '${action.column.name}'`);
  }
  const def = columnDef(action.column, draft.nextColumnId, false, draft.columnContext);
  if (def.autoIncrement) throw notSupported('ALTER TABLE … ADD COLUMN AUTO_INCREMENT');
  draft.nextColumnId++;
  const added: DraftColumn = {
    def: { ...def, initial: initialValue(def, draft.columnContext) },
    original: null,
  };
  draft.columns.splice(insertAt(draft, action.position), 0, added);
  const ofColumn = action.constraints.filter(({ kind }) => kind === 'check');
  if (ofColumn.some((constraint) => constraint.kind === 'check' && constraint.enforced)) {
    throw notSupported('ALTER TABLE … ADD COLUMN with a CHECK; add it in a statement of its own');
  }
  addChecks(draft, ofColumn);
}

function refuseAdded(constraint: ConstraintNode): void {
  if (constraint.kind === 'primaryKey') {
    throw new GatewayError('MULTIPLE_PRIMARY_KEY', 'Multiple primary key defined');
  }
  refuseConstraint(constraint);
}

/** AFTER names a column as it stands by now, an added one too. */
function insertAt(draft: Draft, position: ColumnPosition | null): number {
  if (position === null) return draft.columns.length;
  if (position.kind === 'first') return 0;
  const index = draft.columns.findIndex(({ def }) => sameColumn(def.name, position.column));
  if (index >= 0) return index + 1;
  throw new GatewayError('UNKNOWN_COLUMN', `Unknown column '${position.column}' in '${draft.table.name}'`);
}

function dropColumn(draft: Draft, name: string): void {
  const column = draft.columns.find(({ original }) => original !== null && sameColumn(original, name));
  if (column === undefined) throw cannotDrop(name);
  if (isKeyColumn(draft, column.def.id)) {
    if (draft.table.columns.length === 1) {
      throw new GatewayError(
        'CANNOT_DROP_ALL_COLUMNS',
        "You can't delete all columns with ALTER TABLE; use DROP TABLE instead",
      );
    }
    throw notSupported('ALTER TABLE … DROP COLUMN of a primary key column');
  }
  draft.columns = draft.columns.filter((other) => other !== column);
}

function renameColumn(column: DraftColumn, to: string): void {
  checkColumnName(to);
  column.def = { ...column.def, name: to };
}

const typeKey = (type: SqlType): string => `${typeText(type)} ${'collation' in type ? type.collation : ''}`;

/** CHANGE and MODIFY: a new name, default or comment; the type and NULL stay as they are. */
function changeColumn(draft: Draft, action: Extract<AlterAction, { kind: 'changeColumn' }>): void {
  for (const constraint of action.constraints) refuseAdded(constraint);
  const column = alteredColumn(draft, action.name);
  const before = column.def;
  const after = columnDef(action.column, before.id, isKeyColumn(draft, before.id), draft.columnContext);
  if (typeKey(before.type) !== typeKey(after.type)) {
    throw notSupported(
      `ALTER TABLE … changing a column's type (${typeText(before.type)} to ${typeText(after.type)})`,
    );
  }
  if (before.nullable && !after.nullable) {
    const error = new GatewayError('INVALID_USE_OF_NULL', 'Invalid use of NULL value');
    draft.validate.push({ condition: `${quoteName(before.name)} IS NOT NULL`, error });
  }
  if ((before.generated?.text ?? null) !== (after.generated?.text ?? null)) {
    throw notSupported('ALTER TABLE … changing a generated column');
  }
  if (before.autoIncrement !== after.autoIncrement) {
    throw notSupported("ALTER TABLE … changing a column's AUTO_INCREMENT");
  }
  addChecks(draft, action.constraints);
  column.def = before.initial === undefined ? after : { ...after, initial: before.initial };
  if (action.position === null) return;
  draft.columns = draft.columns.filter((other) => other !== column);
  draft.columns.splice(insertAt(draft, action.position), 0, column);
}

function changeDefault(
  draft: Draft,
  action: Extract<AlterAction, { kind: 'setDefault' | 'dropDefault' }>,
): void {
  const column = findColumn(draft, action.column);
  const { default: _, ...def } = column.def;
  const byDefault =
    action.kind === 'setDefault' ? columnDefault(def, action.value, draft.columnContext) : undefined;
  // Old rows of an added column keep what they have held, whatever the default was then.
  column.def = byDefault === undefined ? def : { ...def, default: byDefault };
}

function dropCheck(draft: Draft, name: string): void {
  if (!draft.checks.some((check) => sameColumn(check.name, name))) {
    throw new GatewayError(
      'CHECK_CONSTRAINT_MISSING',
      `Check constraint '${name}' is not found in the table.`,
    );
  }
  draft.checks = draft.checks.filter((check) => !sameColumn(check.name, name));
}

function addChecks(draft: Draft, constraints: readonly ConstraintNode[]): void {
  const before = draft.checks.length;
  draft.checks = checkDefs(constraints, draft.table.name, draft.checks);
  for (const { name, text, enforced } of draft.checks.slice(before)) {
    if (!enforced) continue;
    const error = new GatewayError('CHECK_CONSTRAINT', `Check constraint '${name}' is violated.`);
    draft.validate.push({ condition: text, error });
  }
}

function addConstraint(draft: Draft, constraint: ConstraintNode): void {
  refuseAdded(constraint);
  addChecks(draft, [constraint]);
  if (constraint.kind !== 'index') return;
  const columns = draft.columns.map(({ def }) => def);
  const existing = draft.indexes.map(({ name }) => ({ name, columns: [] }));
  const index = indexDef(constraint, columns, existing);
  draft.indexes.push({ name: index.name, columnIds: index.columns.map((at) => columns[at]!.id) });
}

function dropIndex(draft: Draft, name: string): void {
  if (sameColumn(name, 'PRIMARY')) throw notSupported('ALTER TABLE … DROP PRIMARY KEY');
  const index = draft.indexes.find((other) => sameColumn(other.name, name));
  if (index === undefined) throw cannotDrop(name);
  draft.indexes = draft.indexes.filter((other) => other !== index);
}

function renameIndex(draft: Draft, from: string, to: string): void {
  const index = draft.indexes.find((other) => sameColumn(other.name, from));
  if (index === undefined) {
    throw new GatewayError(
      'KEY_DOES_NOT_EXIST',
      `Key '${from}' doesn't exist in table '${draft.table.name}'`,
    );
  }
  if (draft.indexes.some((other) => other !== index && sameColumn(other.name, to))) {
    throw new GatewayError('DUPLICATE_KEY_NAME', `Duplicate key name '${to}'`);
  }
  index.name = to;
}

function freeName(draft: Draft, to: Parameters<typeof qualifyNew>[0]): QualifiedName {
  const name = qualifyNew(to, draft.context);
  const isSame = name.database === draft.table.database && name.name === draft.table.name;
  if (!isSame && draft.context.catalog.relation(name.database, name.name) !== undefined) {
    throw tableExists(name.name);
  }
  return name;
}

function applyOptions(draft: Draft, options: TableOptions): void {
  checkOptions(options, draft.warnings);
  if (options.online !== null && options.online !== draft.table.online) {
    throw notSupported('ALTER TABLE … ONLINE');
  }
  const { eventTime } = draft.table;
  const current = eventTime === undefined ? null : draft.table.columns[eventTime]!.name;
  if (options.eventTime !== null && (current === null || !sameColumn(options.eventTime, current))) {
    throw notSupported('ALTER TABLE … EVENT_TIME');
  }
  draft.comment = options.comment ?? draft.comment;
  draft.options = options;
}
