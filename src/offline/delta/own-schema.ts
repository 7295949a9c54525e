import { notSupported } from '../../base/errors.ts';
import type { ColumnDef, TableDef } from '../../catalog/schema.ts';
import { type SqlType, typeText } from '../../types/sql-type.ts';
import { maxDuckPrecision, parquetType } from '../duckdb/types.ts';
import { type DeltaField, type DeltaType, parseSchema, printSchema } from './delta-schema.ts';

/** The column that holds the version which wrote a row, in data and change files. */
export const rowVersionName = '_row_version';

/** Names that Delta's change feed, our own columns and DuckDB's virtual columns take. */
const reserved = new Set([
  '_change_type',
  '_commit_version',
  '_commit_timestamp',
  rowVersionName,
  'filename',
  'file_row_number',
  'file_index',
]);

/** A column as the files under one schema of a table have it. */
export interface StoredColumn {
  readonly id: number;
  /** Its name in Delta's schema and in Parquet. */
  readonly name: string;
  readonly type: DeltaType;
  /** Files of schema versions before this one do not have it. */
  readonly addedIn: number;
}

const metadataKeys = {
  columnId: 'tidegate.columnId',
  type: 'tidegate.type',
  addedIn: 'tidegate.addedIn',
} as const;

const deltaNames: Readonly<Record<string, string>> = {
  TINYINT: 'byte',
  SMALLINT: 'short',
  INTEGER: 'integer',
  BIGINT: 'long',
  FLOAT: 'float',
  DOUBLE: 'double',
  VARCHAR: 'string',
  BLOB: 'binary',
  DATE: 'date',
  TIMESTAMP: 'timestamp_ntz',
  TIMESTAMPTZ: 'timestamp',
};

/** The Delta type of a column; error 1235 for a type that Parquet as Delta uses it cannot hold. */
export function deltaTypeOf(type: SqlType): DeltaType {
  if (type.kind === 'decimal' && type.precision > maxDuckPrecision) {
    throw notSupported(`DECIMAL with more than ${maxDuckPrecision} digits`);
  }
  const stored = parquetType(type);
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(stored);
  if (decimal !== null) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  return { kind: 'primitive', name: deltaNames[stored]! };
}

/**
 * The names of a table's columns in its files: their own, unless reserved or holding what Spark refuses
 * (space , ; { } ( ) = newline tab).
 */
export function storedNames(columns: readonly ColumnDef[]): string[] {
  const used = new Set(reserved);
  return columns.map((column) => {
    let name = column.name.replaceAll(/[ ,;{}()=\n\t]/g, '_');
    while (used.has(name.toLowerCase())) name += `_c${column.id}`;
    used.add(name.toLowerCase());
    return name;
  });
}

/** The stored columns of a table whose files are all written under its schema. */
export function storedColumns(table: TableDef): StoredColumn[] {
  const names = storedNames(table.columns);
  return table.columns.map(({ id, type }, index) => ({
    id,
    name: names[index]!,
    type: deltaTypeOf(type),
    addedIn: 0,
  }));
}

/**
 * The stored columns when files under the schema `previous` stay as they are: columns that they lack are
 * marked. Undefined when they cannot stay, because a column was dropped, renamed or got another type.
 */
export function extendedColumns(
  table: TableDef,
  previous: readonly StoredColumn[],
): StoredColumn[] | undefined {
  const next = storedColumns(table);
  const same = previous.every((old) => {
    const now = next.find(({ id }) => id === old.id);
    return (
      now !== undefined && now.name === old.name && JSON.stringify(now.type) === JSON.stringify(old.type)
    );
  });
  if (!same) return undefined;
  return next.map((column) => {
    const known = previous.find(({ id }) => id === column.id);
    return { ...column, addedIn: known?.addedIn ?? table.schemaVersion };
  });
}

/** Delta's schema of a table whose files have `stored` columns: one field a column and `_row_version`. */
export function ownSchema(table: TableDef, stored: readonly StoredColumn[]): string {
  const fields = table.columns.map((column, index): DeltaField => {
    const { name, type, addedIn } = stored[index]!;
    return {
      name,
      type,
      // Other writers must enforce what is not nullable, and files from before an ALTER may lack a column.
      nullable: !table.primaryKey.includes(index),
      metadata: {
        [metadataKeys.columnId]: column.id,
        [metadataKeys.type]: typeText(column.type),
        ...(addedIn === 0 ? {} : { [metadataKeys.addedIn]: addedIn }),
      },
    };
  });
  const version: DeltaField = {
    name: rowVersionName,
    type: { kind: 'primitive', name: 'long' },
    nullable: true,
    metadata: {},
  };
  return printSchema([...fields, version]);
}

/** The stored columns that `ownSchema` wrote. */
export function parseStoredColumns(schemaString: string): StoredColumn[] {
  return parseSchema(schemaString).flatMap(({ name, type, metadata }): StoredColumn[] => {
    const id = metadata[metadataKeys.columnId];
    const addedIn = metadata[metadataKeys.addedIn];
    if (typeof id !== 'number') return [];
    return [{ id, name, type, addedIn: typeof addedIn === 'number' ? addedIn : 0 }];
  });
}
