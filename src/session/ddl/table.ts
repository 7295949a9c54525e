/** CREATE TABLE, and what becomes of names: DROP and RENAME. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { CatalogChange, ColumnDef, RelationDef, TableDef } from '../../catalog/schema.ts';
import { defaultCollationOf } from '../../planner/column-type.ts';
import { bindRules } from '../../planner/table-rules.ts';
import type { TableName } from '../../sql/ast.ts';
import type { ConstraintNode, CreateTable, IndexColumn, TableOptions } from '../../sql/definition.ts';
import { defaultCollation } from '../../types/sql-type.ts';
import { note, type StatementWarning } from '../warning.ts';
import {
  type ColumnContext,
  checkAutoColumn,
  checkColumnName,
  checkDefs,
  checkDistinctNames,
  checkVisible,
  columnDef,
  indexDef,
  primaryKeyColumns,
  refuseConstraint,
} from './column.ts';
import {
  checkWritable,
  type DdlContext,
  type DdlPlan,
  existingRelation,
  existingTable,
  nothing,
  planOf,
  type QualifiedName,
  qualify,
  qualifyNew,
  sameColumn,
  tableExists,
} from './context.ts';
import { withChosenKey, withGeneratedKey } from './missing-key.ts';

/** As InnoDB has it. */
const maxColumns = 1_017;
const maxTableComment = 2_048;

/** CREATE TABLE in its three forms; errors 1050, 3750 and those of columns and keys. */
export function createTable(statement: CreateTable, context: DdlContext): DdlPlan {
  const name = qualifyNew(statement.name, context);
  if (isTaken(name, statement.temporary, context)) {
    const error = tableExists(name.name);
    if (!statement.ifNotExists) throw error;
    return planOf([], [note(error.errno, error.message)]);
  }
  if (statement.like !== null)
    return createLike(name, existingTable(statement.like, context), statement.temporary, context);
  const warnings: StatementWarning[] = [];
  const chosen = withChosenKey(statement);
  const keyed = context.generatesKeys || statement.temporary ? withGeneratedKey(chosen, context) : chosen;
  const { table, filled } = tableDef(keyed, name, context, warnings);
  return {
    changes: [{ kind: 'putRelation', relation: table }],
    warnings,
    flush: [],
    ...autoIncrementOf(statement.options, table.id),
    ...(statement.query === null
      ? {}
      : {
          fill: {
            kind: 'select' as const,
            table,
            query: statement.query,
            columns: filled,
            onDuplicate: statement.onDuplicate,
          },
        }),
  };
}

/** Temporary tables stand before others of their names, and these do not see them. */
function isTaken({ database, name }: QualifiedName, temporary: boolean, { catalog }: DdlContext): boolean {
  if (!temporary) return catalog.permanent.relation(database, name) !== undefined;
  const known = catalog.relation(database, name);
  return known?.kind === 'table' && known.temporary === true;
}

const identity = (temporary: boolean, context: DdlContext): Pick<TableDef, 'id' | 'temporary'> =>
  temporary ? { id: context.newTemporaryId(), temporary: true } : { id: context.catalog.nextTableId };

function createLike(name: QualifiedName, source: TableDef, temporary: boolean, context: DdlContext): DdlPlan {
  const { temporary: _, replaces: __, ...definition } = source;
  if (temporary && source.eventTime !== undefined) throw notSupported('EVENT_TIME of a temporary table');
  const relation: TableDef = {
    ...definition,
    ...name,
    ...identity(temporary, context),
    online: temporary || source.online,
    schemaVersion: 1,
    columns: source.columns.map(({ initial: _, ...column }) => column),
    sinceVersion: 0,
    createdVersion: 0,
    createdUs: context.nowUs,
    // Constraints are named anew, as in MySQL.
    ...(source.checks === undefined
      ? {}
      : { checks: source.checks.map((check, at) => ({ ...check, name: `${name.name}_chk_${at + 1}` })) }),
  };
  return planOf([{ kind: 'putRelation', relation }]);
}

/** AUTO_INCREMENT = n; 0 is taken for 1. */
export function autoIncrementOf(options: TableOptions, tableId: number): Pick<DdlPlan, 'autoIncrement'> {
  if (options.autoIncrement === null) return {};
  const next = BigInt(options.autoIncrement);
  return { autoIncrement: { tableId, next: next < 1n ? 1n : next } };
}

/** The collation of a table is the database's unless it says otherwise. */
export const collationOfDatabase = ({ database }: QualifiedName, { catalog }: DdlContext): string =>
  catalog.database(database)?.collation ?? defaultCollation;

/** Errors 1286 and 1628. */
export function checkOptions(options: TableOptions): void {
  checkEngine(options.engine);
  if ((options.comment?.length ?? 0) > maxTableComment) {
    throw new GatewayError(
      'TABLE_COMMENT_TOO_LONG',
      `Comment for table is too long (max = ${maxTableComment})`,
    );
  }
}

/** MySQL's own engines stand for ours, so that dumps load; others are not known. */
function checkEngine(engine: string | null): void {
  if (engine === null || /^(innodb|myisam|memory|aria|rocksdb|ndb|ndbcluster)$/i.test(engine)) return;
  throw new GatewayError('UNKNOWN_STORAGE_ENGINE', `Unknown storage engine '${engine}'`);
}

export const primaryKeyRequired = (table: string, verb: 'create' | 'alter'): GatewayError =>
  new GatewayError(
    'PRIMARY_KEY_REQUIRED',
    `Unable to ${verb} the table '${table}' without a primary key: a table here needs one, or sql_generate_invisible_primary_key = ON`,
  );

interface MadeTable {
  readonly table: TableDef;
  /** Of CREATE … SELECT: indexes of the columns that the query fills. */
  readonly filled: readonly number[];
}

function tableDef(
  statement: CreateTable,
  name: QualifiedName,
  context: DdlContext,
  warnings: StatementWarning[],
): MadeTable {
  const { options } = statement;
  checkOptions(options);
  const collation = defaultCollationOf(options, collationOfDatabase(name, context));
  for (const constraint of statement.constraints) refuseConstraint(constraint);
  const keyParts = primaryKeyOf(statement.constraints);
  const columnContext: ColumnContext = {
    nowUs: context.nowUs,
    timeZone: context.timeZone,
    collation,
    warn: (warning) => void warnings.push(warning),
  };
  const { columns, filled } = allColumns(statement, keyParts ?? [], context, columnContext);
  if (keyParts === undefined) {
    throw primaryKeyRequired(name.name, 'create');
  }
  const base = {
    kind: 'table' as const,
    ...identity(statement.temporary, context),
    ...name,
    schemaVersion: 1,
    columns,
    primaryKey: primaryKeyColumns(keyParts, columns),
    online: statement.temporary || (options.online ?? true),
    comment: options.comment ?? '',
    ...(collation === defaultCollation ? {} : { collation }),
    sinceVersion: 0,
    createdVersion: 0,
    createdUs: context.nowUs,
    nextColumnId: columns.length + 1,
    indexes: indexesOf(statement.constraints, columns),
  };
  if (statement.temporary && (options.eventTime ?? options.online) !== null)
    throw notSupported('ONLINE and EVENT_TIME of a temporary table');
  const eventTime = eventTimeOf(options.eventTime, base);
  const checks = checkDefs(statement.constraints, name.name);
  const table: TableDef = {
    ...base,
    ...(eventTime === undefined ? {} : { eventTime }),
    ...(checks.length === 0 ? {} : { checks }),
  };
  checkAutoColumn(table);
  checkVisible(table.columns);
  bindRules(table);
  return { table, filled };
}

/** The key's columns; undefined without a PRIMARY KEY, error 1068 for two. */
function primaryKeyOf(constraints: readonly ConstraintNode[]): readonly IndexColumn[] | undefined {
  const keys = constraints.filter((constraint) => constraint.kind === 'primaryKey');
  if (keys.length > 1) throw new GatewayError('MULTIPLE_PRIMARY_KEY', 'Multiple primary key defined');
  return keys[0]?.columns;
}

/** The defined columns, then those of CREATE … SELECT that are not among them. */
function allColumns(
  statement: CreateTable,
  keyParts: readonly IndexColumn[],
  context: DdlContext,
  columnContext: ColumnContext,
): { columns: ColumnDef[]; filled: number[] } {
  const inKey = (name: string): boolean =>
    keyParts.some(({ column }) => column !== null && sameColumn(column, name));
  checkDistinctNames(statement.columns.map(({ name }) => name));
  const columns = statement.columns.map((node, index) =>
    columnDef(node, index + 1, inKey(node.name), columnContext),
  );
  const filled: number[] = [];
  const found = statement.query === null ? [] : context.bindQuery(statement.query).columns;
  checkDistinctNames(found.map(({ name }) => name));
  for (const { name, type, nullable } of found) {
    const known = columns.findIndex((column) => sameColumn(column.name, name));
    filled.push(known < 0 ? columns.length : known);
    if (known >= 0) continue;
    checkColumnName(name);
    columns.push({
      id: columns.length + 1,
      name,
      // As MySQL keeps a column of NULLs only.
      type: type.kind === 'null' ? { kind: 'binary', length: 0 } : type,
      nullable: nullable && !inKey(name),
      comment: '',
    });
  }
  if (columns.length === 0) {
    throw new GatewayError('NO_COLUMNS', 'A table must have at least 1 column');
  }
  if (columns.length > maxColumns) throw new GatewayError('TOO_MANY_COLUMNS', 'Too many columns');
  return { columns, filled };
}

function indexesOf(
  constraints: readonly ConstraintNode[],
  columns: readonly ColumnDef[],
): TableDef['indexes'] {
  const indexes: TableDef['indexes'][number][] = [];
  for (const constraint of constraints) {
    if (constraint.kind === 'index') indexes.push(indexDef(constraint, columns, indexes));
  }
  return indexes;
}

const eventTimeKinds = new Set(['datetime', 'timestamp', 'date', 'int', 'bigint']);

/** EVENT_TIME names a part of the key that orders the rows of an entity, and leaves some key besides. */
export function eventTimeOf(
  name: string | null,
  table: Pick<TableDef, 'columns' | 'primaryKey'>,
): number | undefined {
  if (name === null) return undefined;
  const index = table.columns.findIndex((column) => sameColumn(column.name, name));
  if (index < 0) throw new GatewayError('KEY_COLUMN_MISSING', `Key column '${name}' doesn't exist in table`);
  if (!eventTimeKinds.has(table.columns[index]!.type.kind)) {
    throw notSupported(`EVENT_TIME of type ${table.columns[index]!.type.kind.toUpperCase()}`);
  }
  if (!table.primaryKey.includes(index) || table.primaryKey.length < 2) {
    throw new GatewayError(
      'WRONG_EVENT_TIME',
      `EVENT_TIME column '${name}' must be part of a PRIMARY KEY with at least one more column`,
    );
  }
  return index;
}

// ---- DROP and RENAME ------------------------------------------------------------------------------

const dropKinds = {
  TABLE: (relation: RelationDef) => relation.kind !== 'view',
  'EXTERNAL TABLE': (relation: RelationDef) => relation.kind === 'external',
  VIEW: (relation: RelationDef) => relation.kind === 'view',
} as const;

/**
 * DROP TABLE, DROP VIEW, DROP EXTERNAL TABLE of one or more names, all or none. Missing ones are error 1051
 * together, or notes with IF EXISTS. An object of another kind is error 1347; for DROP TABLE a view is
 * simply no table, as in MySQL.
 */
export function dropRelations(
  what: keyof typeof dropKinds,
  names: readonly TableName[],
  ifExists: boolean,
  context: DdlContext,
): DdlPlan {
  const changes: CatalogChange[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const database = name.database ?? context.database;
    if (database === undefined) throw new GatewayError('NO_DATABASE', 'No database selected');
    checkWritable(database, context);
    const relation = context.catalog.relation(database, name.name);
    const isRight = relation !== undefined && dropKinds[what](relation);
    if (relation !== undefined && !isRight && what !== 'TABLE') {
      throw new GatewayError('NOT_BASE_TABLE', `'${database}.${name.name}' is not ${what}`);
    }
    if (isRight) changes.push({ kind: 'dropRelation', database, name: name.name });
    else missing.push(`${database}.${name.name}`);
  }
  checkNamedOnce(names, context);
  if (missing.length === 0) return planOf(changes);
  const error = new GatewayError('UNKNOWN_TABLE_DROP', `Unknown table '${missing.join(',')}'`);
  if (!ifExists) throw error;
  return planOf(
    changes,
    missing.map((name) => note(error.errno, `Unknown table '${name}'`)),
  );
}

function checkNamedOnce(names: readonly TableName[], context: DdlContext): void {
  const seen = new Set<string>();
  for (const { database, name } of names) {
    const key = `${database ?? context.database}\0${name}`;
    if (seen.has(key)) throw new GatewayError('NON_UNIQUE_TABLE', `Not unique table/alias: '${name}'`);
    seen.add(key);
  }
}

/** DROP TEMPORARY TABLE: of the session's own, all or none. Error 1051. */
export function dropTemporary(names: readonly TableName[], ifExists: boolean, context: DdlContext): DdlPlan {
  const found = names.map(({ database, name }) => ({ database: database ?? context.database ?? '', name }));
  const missing = found.filter((name) => !isTaken(name, true, context));
  const text = (shown: readonly QualifiedName[]): string =>
    `Unknown table '${shown.map(({ database, name }) => `${database}.${name}`).join(',')}'`;
  const error = new GatewayError('UNKNOWN_TABLE_DROP', text(missing));
  if (missing.length > 0 && !ifExists) throw error;
  return planOf(
    found
      .filter((name) => !missing.includes(name))
      .map(({ database, name }) => ({ kind: 'dropRelation', database, name })),
    missing.map((name) => note(error.errno, text([name]))),
  );
}

/** RENAME TABLE a TO b, b TO c: one after the other, as one version. */
export function renameTables(
  renames: readonly { readonly from: TableName; readonly to: TableName }[],
  context: DdlContext,
): DdlPlan {
  /** What each name stands for after the renames so far; null for none. */
  const names = new Map<string, RelationDef | null>();
  const key = ({ database, name }: QualifiedName): string => `${database}\0${name}`;
  const changes: CatalogChange[] = [];
  for (const rename of renames) {
    const from = qualify(rename.from, context);
    checkWritable(from.database, context);
    const known = names.get(key(from));
    const relation = known === undefined ? existingRelation(rename.from, context) : known;
    if (relation === null) {
      throw new GatewayError('NO_SUCH_TABLE', `Table '${from.database}.${from.name}' doesn't exist`);
    }
    const to = qualifyNew(rename.to, context);
    const target = names.get(key(to)) ?? null;
    const taken = names.has(key(to)) ? target : (context.catalog.relation(to.database, to.name) ?? null);
    if (taken !== null) throw tableExists(to.name);
    const renamed: RelationDef = { ...relation, ...to };
    changes.push(...renameChanges(from, renamed));
    names.set(key(from), null);
    names.set(key(to), renamed);
  }
  return changes.length === 0 ? nothing : planOf(changes);
}

/** The new name first: a table without any name would be a dropped one. */
export const renameChanges = (from: QualifiedName, renamed: RelationDef): CatalogChange[] => [
  { kind: 'putRelation', relation: renamed },
  { kind: 'dropRelation', database: from.database, name: from.name },
];
