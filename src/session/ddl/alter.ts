/** ALTER TABLE: another schema version of the table, or, where its rows change, another table in its place. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { TableDef } from '../../catalog/schema.ts';
import { defaultCollationOf } from '../../planner/column-type.ts';
import type { AlterAction, ConstraintNode, TableOptions } from '../../sql/definition.ts';
import type { AlterTable } from '../../sql/statement.ts';
import {
  addChecks,
  addColumn,
  addPrimaryKey,
  cannotDrop,
  changeColumn,
  changeDefault,
  dropColumn,
  renameColumn,
  setColumnVisible,
  staysInPlace,
} from './alter-column.ts';
import { type Draft, draftOf, finished, isKeyColumn, rebuilt } from './alter-draft.ts';
import { checkDistinctNames, indexDef, refuseConstraint } from './column.ts';
import {
  type DdlContext,
  type DdlPlan,
  existingTable,
  planOf,
  type QualifiedName,
  qualifyNew,
  sameColumn,
  tableExists,
} from './context.ts';
import { autoIncrementOf, checkOptions, collationOfDatabase, renameChanges } from './table.ts';

/** Actions that leave the table's definition as it is. */
const hints: ReadonlySet<AlterAction['kind']> = new Set([
  'renameTable',
  'noEffect',
  'orderBy',
  'algorithm',
  'lock',
]);

/** One version: a new schema version, a new name, or the rows copied into a table of the new schema. */
export function alterTable(statement: AlterTable, context: DdlContext): DdlPlan {
  const table = existingTable(statement.table, context);
  const draft = draftOf(table, context);
  for (const action of statement.actions) applyAction(draft, action);
  checkDistinctNames(draft.columns.map(({ def }) => def.name));
  const changesSchema = statement.actions.some(({ kind }) => !hints.has(kind));
  const altered = changesSchema ? finished(draft) : { ...table, ...draft.name };
  if (draft.validate.length > 0 && readsNewColumns(draft)) draft.rebuild = true;
  checkAlgorithm(draft);
  if (draft.rebuild) return copyPlan(draft, altered);
  const renames = draft.name.database !== table.database || draft.name.name !== table.name;
  if (!changesSchema && !renames) return planOf([], draft.warnings);
  return {
    changes: renames ? renameChanges(table, altered) : [{ kind: 'putRelation', relation: altered }],
    warnings: draft.warnings,
    flush: changesSchema ? [table] : [],
    ...(draft.validate.length === 0 ? {} : { validate: draft.validate.map((each) => ({ ...each, table })) }),
    ...(draft.options === undefined ? {} : autoIncrementOf(draft.options, table.id)),
  };
}

/** Conditions over columns that the table does not have yet can be checked only while rows are copied. */
const readsNewColumns = (draft: Draft): boolean =>
  draft.columns.some(({ def, original }) => original === null || def.name !== original.name);

function copyPlan(draft: Draft, altered: TableDef): DdlPlan {
  const { table: from } = draft;
  const { table, columns } = rebuilt(draft, altered);
  return {
    changes: [
      { kind: 'dropRelation', database: from.database, name: from.name },
      { kind: 'putRelation', relation: table },
    ],
    warnings: draft.warnings,
    flush: [],
    fill: { kind: 'copy', table, from, columns },
    ...(draft.options === undefined ? {} : autoIncrementOf(draft.options, table.id)),
  };
}

const algorithms = new Set(['DEFAULT', 'INSTANT', 'INPLACE', 'COPY', 'NOCOPY']);
const locks = new Set(['DEFAULT', 'NONE', 'SHARED', 'EXCLUSIVE']);

/** Errors 1800, 1801 for names that are none, 1846 where rows are copied and the statement says not to. */
function checkAlgorithm({ algorithm, lock, rebuild }: Draft): void {
  if (algorithm !== undefined && !algorithms.has(algorithm))
    throw new GatewayError('UNKNOWN_ALTER_ALGORITHM', `Unknown ALGORITHM '${algorithm}'`);
  if (lock !== undefined && !locks.has(lock))
    throw new GatewayError('UNKNOWN_ALTER_LOCK', `Unknown LOCK type '${lock}'`);
  if (!rebuild) return;
  if (algorithm === 'INSTANT' || algorithm === 'NOCOPY')
    throw notPossible(`ALGORITHM=${algorithm}`, 'the rows must be written anew', 'ALGORITHM=COPY');
  if (lock === 'NONE') throw notPossible('LOCK=NONE', 'COPY algorithm requires a lock', 'LOCK=SHARED');
}

const notPossible = (what: string, reason: string, instead: string): GatewayError =>
  new GatewayError('ALTER_NOT_POSSIBLE', `${what} is not supported. Reason: ${reason}. Try ${instead}.`);

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
      renameColumn(draft, action.from, action.to);
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
      convertCollation(draft, action);
      return;
    case 'dropPrimaryKey':
      draft.dropsKey = true;
      return;
    case 'algorithm':
      draft.algorithm = action.name;
      return;
    case 'lock':
      draft.lock = action.name;
      return;
    case 'dropForeignKey':
      throw cannotDrop(action.name);
    case 'dropConstraint':
      dropCheck(draft, action.name);
      return;
    case 'setColumnVisible':
      setColumnVisible(draft, action.column, action.visible);
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

/** CONVERT TO: the default, and every text column. */
function convertCollation(draft: Draft, action: Extract<AlterAction, { kind: 'convertCharset' }>): void {
  const collation = defaultCollationOf(action, collationOfDatabase(draft.name, draft.context));
  for (const column of draft.columns) {
    const before = column.def;
    if (!('collation' in before.type) || before.type.collation === collation) continue;
    column.def = { ...before, type: { ...before.type, collation } };
    if (!staysInPlace(before, column.def, isKeyColumn(draft, before.id))) draft.rebuild = true;
  }
  setCollation(draft, collation);
}

function setCollation(draft: Draft, collation: string): void {
  draft.columnContext = { ...draft.columnContext, collation };
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

function addConstraint(draft: Draft, constraint: ConstraintNode): void {
  refuseConstraint(constraint);
  if (constraint.kind === 'primaryKey') addPrimaryKey(draft, constraint);
  addChecks(draft, [constraint]);
  if (constraint.kind !== 'index') return;
  const columns = draft.columns.map(({ def }) => def);
  const existing = draft.indexes.map(({ name }) => ({ name, columns: [] }));
  const index = indexDef(constraint, columns, existing);
  draft.indexes.push({ name: index.name, columnIds: index.columns.map((at) => columns[at]!.id) });
}

function dropIndex(draft: Draft, name: string): void {
  if (sameColumn(name, 'PRIMARY')) {
    draft.dropsKey = true;
    return;
  }
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
  checkOptions(options);
  setCollation(draft, defaultCollationOf(options, draft.columnContext.collation));
  draft.online = options.online ?? draft.online;
  draft.eventTime = options.eventTime ?? draft.eventTime;
  draft.comment = options.comment ?? draft.comment;
  draft.options = options;
}
