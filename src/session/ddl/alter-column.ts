/** The actions of ALTER TABLE on columns. */
import { GatewayError } from '../../base/errors.ts';
import { type ColumnDef, hasGeneratedKey } from '../../catalog/schema.ts';
import type { AlterAction, ColumnPosition, ConstraintNode } from '../../sql/definition.ts';
import { type SqlType, typeText } from '../../types/sql-type.ts';
import { holdsValuesOf } from '../../types/widening.ts';
import { quoteName } from '../show/query.ts';
import { type Draft, type DraftColumn, isKeyColumn } from './alter-draft.ts';
import { checkColumnName, checkDefs, columnDef, refuseConstraint } from './column.ts';
import { sameColumn } from './context.ts';
import { columnDefault, initialValue } from './default.ts';

export const cannotDrop = (name: string): GatewayError =>
  new GatewayError('CANNOT_DROP_COLUMN', `Can't DROP '${name}'; check that column/key exists`);

/** Actions name columns as they were before the statement; error 1054. */
export function findColumn(draft: Draft, name: string): DraftColumn & { readonly original: ColumnDef } {
  const column = draft.columns.find(({ original }) => original !== null && sameColumn(original.name, name));
  if (column?.original != null) return column as DraftColumn & { readonly original: ColumnDef };
  throw new GatewayError('UNKNOWN_COLUMN', `Unknown column '${name}' in '${draft.table.name}'`);
}

export function addColumn(draft: Draft, action: Extract<AlterAction, { kind: 'addColumn' }>): void {
  const { name } = action.column;
  if (draft.columns.some(({ def }) => sameColumn(def.name, name))) {
    throw new GatewayError('DUPLICATE_COLUMN', `Duplicate column name '${name}'`);
  }
  const inKey = action.constraints.some(({ kind }) => kind === 'primaryKey');
  const def = columnDef(action.column, draft.nextColumnId, inKey, draft.columnContext);
  draft.nextColumnId++;
  const initial = initialValue(def, draft.columnContext);
  if (initial === undefined) draft.rebuild = true;
  const added: DraftColumn = { def: initial === undefined ? def : { ...def, initial }, original: null };
  draft.columns.splice(insertAt(draft, action.position), 0, added);
  addOwnConstraints(draft, action.constraints);
}

/** PRIMARY KEY and CHECK of a column itself. */
function addOwnConstraints(draft: Draft, constraints: readonly ConstraintNode[]): void {
  for (const constraint of constraints) {
    refuseConstraint(constraint);
    if (constraint.kind === 'primaryKey') addPrimaryKey(draft, constraint);
  }
  addChecks(draft, constraints);
}

/** ADD PRIMARY KEY: one a statement, and the table's own must go in the same one. Error 1068. */
export function addPrimaryKey(
  draft: Draft,
  constraint: Extract<ConstraintNode, { kind: 'primaryKey' }>,
): void {
  if (draft.newKey !== undefined) {
    throw new GatewayError('MULTIPLE_PRIMARY_KEY', 'Multiple primary key defined');
  }
  draft.newKey = constraint.columns;
}

/** AFTER names a column as it stands by now, an added one too. */
function insertAt(draft: Draft, position: ColumnPosition | null): number {
  if (position === null) return draft.columns.length;
  if (position.kind === 'first') return 0;
  const index = draft.columns.findIndex(({ def }) => sameColumn(def.name, position.column));
  if (index >= 0) return index + 1;
  throw new GatewayError('UNKNOWN_COLUMN', `Unknown column '${position.column}' in '${draft.table.name}'`);
}

export function dropColumn(draft: Draft, name: string): void {
  const column = draft.columns.find(({ original }) => original !== null && sameColumn(original.name, name));
  if (column === undefined) throw cannotDrop(name);
  if (draft.columns.length === 1) {
    throw new GatewayError(
      'CANNOT_DROP_ALL_COLUMNS',
      "You can't delete all columns with ALTER TABLE; use DROP TABLE instead",
    );
  }
  draft.columns = draft.columns.filter((other) => other !== column);
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

export function renameColumn(draft: Draft, name: string, to: string): void {
  const column = alteredColumn(draft, name);
  checkColumnName(to);
  column.def = { ...column.def, name: to };
}

const typeKey = (type: SqlType): string => `${typeText(type)} ${'collation' in type ? type.collation : ''}`;

/** Whether the column's rows can stay as they are; the bytes of keys hold for one type only. */
export function staysInPlace(before: ColumnDef, after: ColumnDef, inKey: boolean): boolean {
  if (typeKey(before.type) === typeKey(after.type)) return true;
  if (!holdsValuesOf(after.type, before.type)) return false;
  const sameKey =
    'collation' in before.type && 'collation' in after.type
      ? before.type.kind === 'varchar' && before.type.collation === after.type.collation
      : before.type.kind === 'varbinary';
  return !inKey || (sameKey && after.type.kind === before.type.kind);
}

/** Error 3106 for what MySQL does not change either: a column cannot become or cease to be VIRTUAL. */
function checkGenerated(before: ColumnDef, after: ColumnDef): void {
  const isVirtual = ({ generated }: ColumnDef): boolean => generated?.stored === false;
  if (isVirtual(before) === isVirtual(after)) return;
  throw new GatewayError(
    'UNSUPPORTED_ON_GENERATED',
    "'Changing the STORED status' is not supported for generated columns.",
  );
}

/** CHANGE and MODIFY. */
export function changeColumn(draft: Draft, action: Extract<AlterAction, { kind: 'changeColumn' }>): void {
  const column = alteredColumn(draft, action.name);
  const before = column.def;
  const inKey = isKeyColumn(draft, before.id);
  const after = columnDef(action.column, before.id, inKey, draft.columnContext);
  checkGenerated(before, after);
  const stays =
    staysInPlace(before, after, inKey) &&
    before.generated?.text === after.generated?.text &&
    (after.autoIncrement !== true || before.autoIncrement === true);
  if (!stays) draft.rebuild = true;
  if (before.nullable && !after.nullable) forbidNulls(draft, before.name);
  addOwnConstraints(draft, action.constraints);
  column.def = before.initial === undefined ? after : { ...after, initial: before.initial };
  if (action.position === null) return;
  draft.columns = draft.columns.filter((other) => other !== column);
  draft.columns.splice(insertAt(draft, action.position), 0, column);
}

/** In strict mode a NULL is error 1138; else it becomes the type's own value, which only writing rows can do. */
function forbidNulls(draft: Draft, name: string): void {
  if (!draft.context.strict) draft.rebuild = true;
  const error = invalidNull();
  draft.validate.push({ condition: `${quoteName(name)} IS NOT NULL`, error });
}

export const invalidNull = (): GatewayError =>
  new GatewayError('INVALID_USE_OF_NULL', 'Invalid use of NULL value');

export function changeDefault(
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

export function addChecks(draft: Draft, constraints: readonly ConstraintNode[]): void {
  const before = draft.checks.length;
  draft.checks = checkDefs(constraints, draft.table.name, draft.checks);
  for (const { name, text, enforced } of draft.checks.slice(before)) {
    if (enforced) draft.validate.push({ condition: text, error: checkViolated(name) });
  }
}

const checkViolated = (name: string): GatewayError =>
  new GatewayError('CHECK_CONSTRAINT', `Check constraint '${name}' is violated.`);

export function setColumnVisible(draft: Draft, name: string, visible: boolean): void {
  const column = findColumn(draft, name);
  const { invisible: _, ...def } = column.def;
  column.def = visible ? def : { ...def, invisible: true };
}
