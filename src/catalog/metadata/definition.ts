import { AssertionError } from '../../base/assert.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { Row, SqlValue } from '../../types/value.ts';
import type { MetadataContext } from './context.ts';

/** A column of a metadata table; what a binder needs of one. */
export interface MetadataColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

/** A table whose rows are made when it is read. */
export interface MetadataTable {
  readonly database: string;
  /** As MySQL spells it; lookups ignore letter case. */
  readonly name: string;
  /** What information_schema.TABLES says: information_schema's tables are SYSTEM VIEWs. */
  readonly tableType: 'SYSTEM VIEW' | 'BASE TABLE';
  readonly columns: readonly MetadataColumn[];
  rows(context: MetadataContext): Iterable<Row>;
}

/** A row by column name; a column that is left out is NULL. */
export type NamedRow = Readonly<Record<string, SqlValue>>;

/**
 * The types of metadata columns by the name used in a definition. MySQL's `enum` columns are varchar here:
 * their values are the same words, and an enum's order by position would surprise who sorts by them.
 * Strings compare by bytes, as everywhere here, but for a `word`, of which drivers are known to write 'pri' and
 * 'yes'; MySQL ignores letter case in most of these columns.
 */
function typeOf(text: string): SqlType {
  const [, word, argument] = /^([a-z_]+)(?:\((\d+)\))?$/.exec(text) ?? [];
  const length = Number(argument ?? 0);
  switch (word) {
    case 'identifier':
      return { kind: 'varchar', length: 64, collation: 'utf8mb3_bin' };
    case 'varchar':
    case 'char':
      return { kind: word, length, collation: 'utf8mb3_bin' };
    case 'word':
      return { kind: 'varchar', length, collation: 'utf8mb3_general_ci' };
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return { kind: word, collation: 'utf8mb3_bin' };
    case 'binary':
    case 'varbinary':
      return { kind: word, length };
    case 'blob':
    case 'json':
    case 'double':
    case 'float':
    case 'date':
      return { kind: word };
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return { kind: word, unsigned: false };
    case 'uint':
      return { kind: 'int', unsigned: true };
    case 'usmallint':
      return { kind: 'smallint', unsigned: true };
    case 'ubigint':
      return { kind: 'bigint', unsigned: true };
    case 'datetime':
    case 'timestamp':
    case 'time':
      return { kind: word, fsp: length };
    default:
      throw new AssertionError(`unknown type in a metadata table: ${text}`);
  }
}

/**
 * Columns from their description: one `NAME type [null]` a line (or between commas). A type followed by
 * `null` is nullable. `uint`, `ubigint` are unsigned; `identifier` is the type of a database or table name.
 */
export function metadataColumns(description: string): MetadataColumn[] {
  return description
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [name, type, nullable, ...rest] = line.split(/\s+/);
      if (name === undefined || type === undefined || rest.length > 0 || (nullable ?? 'null') !== 'null') {
        throw new AssertionError(`unreadable metadata column: ${line}`);
      }
      return { name, type: typeOf(type), nullable: nullable === 'null' };
    });
}

/** Lays named values out in the order of the columns; a name that is no column is a mistake of ours. */
export function rowOf(columns: readonly MetadataColumn[], named: NamedRow): Row {
  const row = columns.map((column) => named[column.name] ?? null);
  for (const name of Object.keys(named)) {
    if (!columns.some((column) => column.name === name))
      throw new AssertionError(`no metadata column ${name}`);
  }
  return row;
}

/** Makes tables of one database from names, column descriptions and row functions. */
export function tablesOf(database: string, tableType: MetadataTable['tableType']) {
  return (
    name: string,
    description: string,
    rows: (context: MetadataContext) => Iterable<NamedRow> = () => [],
  ): MetadataTable => {
    const columns = metadataColumns(description);
    return {
      database,
      name,
      tableType,
      columns,
      *rows(context) {
        for (const named of rows(context)) yield rowOf(columns, named);
      },
    };
  };
}

/** A table of information_schema. */
export const informationSchemaTable = tablesOf('information_schema', 'SYSTEM VIEW');
