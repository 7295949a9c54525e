/** What DDL reads and what comes out of it. The executor commits the changes; nothing here touches storage. */
import { GatewayError } from '../../base/errors.ts';
import { type CatalogSnapshot, isSystemDatabase } from '../../catalog/catalog.ts';
import type {
  AccountDef,
  CatalogChange,
  ExternalSource,
  RelationDef,
  ServerDef,
  TableDef,
} from '../../catalog/schema.ts';
import type { Query, TableName } from '../../sql/ast.ts';
import type { TimeZone } from '../../time/time-zone.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { StatementWarning } from '../warning.ts';

/** A column that a query or an external system has. */
export interface FoundColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

/** A query as a definition keeps it. */
export interface BoundDefinition {
  readonly text: string;
  readonly columns: readonly FoundColumn[];
  /** Whether a view of it is one that UPDATE takes. */
  readonly updatable: boolean;
  /** The tables and views that it names. */
  readonly objects: readonly QualifiedName[];
}

export interface DdlContext {
  readonly catalog: CatalogSnapshot;
  /** The session's database. */
  readonly database: string | undefined;
  /** The account of the session. */
  readonly account: Pick<AccountDef, 'user' | 'host'>;
  /** collation_connection. */
  readonly collation: string;
  readonly nowUs: bigint;
  readonly timeZone: TimeZone;
  /** A table without a PRIMARY KEY gets one. */
  readonly generatesKeys: boolean;
  /** The number of a new temporary table. */
  newTemporaryId(): number;
  /** Whether sql_mode makes an error of a value that does not fit. */
  readonly strict: boolean;
  /** Binds a view's or CREATE … SELECT's query: its text with every name qualified, and its columns. */
  bindQuery(query: Query): BoundDefinition;
  /** The columns of an external table, asked of its system. */
  discoverColumns(server: ServerDef, source: ExternalSource): Promise<readonly FoundColumn[]>;
  /** Error when the server's options are not what its connector needs. */
  checkServer(server: ServerDef): void;
}

/** What every row of a table must satisfy, or not know (NULL), before the definition changes. */
export interface RowCondition {
  /** Over the table's columns, as the printer prints it. */
  readonly condition: string;
  readonly error: GatewayError;
}

/** Where a column's values come from when the rows of a table are copied into another. */
export type CopiedColumn =
  /** From the column of that index. */
  | { readonly kind: 'copied'; readonly index: number }
  | { readonly kind: 'value'; readonly value: SqlValue }
  /** As an INSERT that does not name the column: its default, the next number, what it is generated from. */
  | { readonly kind: 'default' };

export type Fill =
  /** CREATE TABLE … AS SELECT: columns are filled by name. */
  | {
      readonly kind: 'select';
      readonly table: TableDef;
      readonly query: Query;
      /** Indexes of the table's columns that the query's columns fill, in order. */
      readonly columns: readonly number[];
      readonly onDuplicate: 'ignore' | 'replace' | null;
    }
  /** ALTER TABLE: all rows of `from`, in the order of its key; `columns` are the new table's. */
  | {
      readonly kind: 'copy';
      readonly table: TableDef;
      readonly from: TableDef;
      readonly columns: readonly CopiedColumn[];
    };

/** What a DDL statement does. */
export interface DdlPlan {
  /** One version's changes; empty when there is nothing to do (IF EXISTS, IF NOT EXISTS). */
  readonly changes: readonly CatalogChange[];
  readonly warnings: readonly StatementWarning[];
  /** To be flushed before the changes are committed: their schema changes, and the tail never spans two. */
  readonly flush: readonly TableDef[];
  readonly validate?: readonly (RowCondition & { readonly table: TableDef })[];
  /** AUTO_INCREMENT = n: the first value that the table's counter gives from now on. */
  /** DROP DATABASE: which one, and how many tables and views went with it. */
  readonly dropped?: { readonly database: string; readonly tables: number };
  readonly autoIncrement?: { readonly tableId: number; readonly next: bigint };
  /** Rows of a new table, in the same commit. */
  readonly fill?: Fill;
}

export const nothing: DdlPlan = { changes: [], warnings: [], flush: [] };

export const planOf = (
  changes: readonly CatalogChange[],
  warnings: readonly StatementWarning[] = [],
): DdlPlan => ({ changes, warnings, flush: [] });

/** A name with its database. */
export interface QualifiedName {
  readonly database: string;
  readonly name: string;
}

/** Error 1046 without a database, 1049 for an unknown one. */
export function qualify(name: TableName, context: DdlContext): QualifiedName {
  const database = name.database ?? context.database;
  if (database === undefined) throw new GatewayError('NO_DATABASE', 'No database selected');
  if (context.catalog.database(database) === undefined) {
    throw new GatewayError('UNKNOWN_DATABASE', `Unknown database '${database}'`);
  }
  return { database, name: name.name };
}

/** Error 1044 for the databases that nobody changes. */
export function checkWritable(database: string, context: DdlContext): void {
  if (!isSystemDatabase(database.toLowerCase())) return;
  const { user, host } = context.account;
  throw new GatewayError(
    'ACCESS_DENIED_DATABASE',
    `Access denied for user '${user}'@'${host}' to database '${database}'`,
  );
}

/** A name that a CREATE or RENAME may use: writable database. */
export function qualifyNew(name: TableName, context: DdlContext): QualifiedName {
  const qualified = qualify(name, context);
  checkWritable(qualified.database, context);
  checkIdentifier(qualified.name, 'table');
  return qualified;
}

const wrongNameCodes = {
  database: 'INVALID_DATABASE_NAME',
  table: 'INVALID_IDENTIFIER',
  column: 'INVALID_COLUMN_NAME',
} as const;

/** Errors 1059 (too long), 1102, 1103, 1166 (empty, trailing space, NUL). */
export function checkIdentifier(name: string, what: keyof typeof wrongNameCodes): void {
  if ([...name].length > 64) {
    throw new GatewayError('IDENTIFIER_TOO_LONG', `Identifier name '${name}' is too long`);
  }
  if (name === '' || name.endsWith(' ') || name.includes('\0')) {
    throw new GatewayError(wrongNameCodes[what], `Incorrect ${what} name '${name}'`);
  }
}

export const noSuchTable = ({ database, name }: QualifiedName): GatewayError =>
  new GatewayError('NO_SUCH_TABLE', `Table '${database}.${name}' doesn't exist`);

export const tableExists = (name: string): GatewayError =>
  new GatewayError('TABLE_EXISTS', `Table '${name}' already exists`);

/** Error 1146 when there is none. */
export function existingRelation(name: TableName, context: DdlContext): RelationDef {
  const qualified = qualify(name, context);
  checkWritable(qualified.database, context);
  const relation = context.catalog.relation(qualified.database, qualified.name);
  if (relation === undefined) throw noSuchTable(qualified);
  return relation;
}

/** Error 1146 when there is none, 1347 for a view or an external table. */
export function existingTable(name: TableName, context: DdlContext): TableDef {
  const relation = existingRelation(name, context);
  if (relation.kind !== 'table') throw wrongObject(relation, 'BASE TABLE');
  return relation;
}

export const wrongObject = (
  { database, name }: QualifiedName,
  wanted: 'BASE TABLE' | 'VIEW' | 'EXTERNAL TABLE',
): GatewayError => new GatewayError('NOT_BASE_TABLE', `'${database}.${name}' is not ${wanted}`);

/** Column names ignore letter case. */
export const sameColumn = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
