import { notSupported } from '../../base/errors.ts';
import type { ColumnDef, TableDef } from '../../catalog/schema.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { typeText } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
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
  /** Files of schema versions before this one do not have it. */
  readonly addedIn: number;
  /** What rows in files without the column hold. */
  readonly initial: SqlValue;
}

const metadataKeys = {
  columnId: 'tidegate.columnId',
  type: 'tidegate.type',
  addedIn: 'tidegate.addedIn',
  initial: 'tidegate.initial',
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

/**
 * The stored columns of a table. `previous` are those of the files that stay when the schema changes without
 * a rewrite: what they lack is noted with the value that their rows hold.
 */
export function storedColumns(
  table: TableDef,
  previous: readonly StoredColumn[] | null,
  now: (fsp: number) => SqlValue = () => null,
): StoredColumn[] {
  const names = storedNames(table.columns);
  return table.columns.map((column, index) => {
    const known = previous?.find(({ id }) => id === column.id);
    const name = names[index]!;
    if (known !== undefined) return { ...known, name };
    if (previous === null) return { id: column.id, name, addedIn: 0, initial: null };
    const initial = initialValue(column, now);
    return { id: column.id, name, addedIn: table.schemaVersion, initial };
  });
}

function initialValue(column: ColumnDef, now: (fsp: number) => SqlValue): SqlValue {
  if (column.initial !== undefined) return column.initial;
  if (column.default?.kind === 'constant') return column.default.value;
  return column.default?.kind === 'now' ? now(column.default.fsp) : null;
}

/** Delta's schema of a table whose files have `stored` columns: one field a column and `_row_version`. */
export function ownSchema(table: TableDef, stored: readonly StoredColumn[]): string {
  const fields = table.columns.map((column, index): DeltaField => {
    const { name, addedIn, initial } = stored[index]!;
    return {
      name,
      type: deltaTypeOf(column.type),
      // Other writers must enforce what is not nullable, and files from before an ALTER may lack a column.
      nullable: !table.primaryKey.includes(index),
      metadata: {
        [metadataKeys.columnId]: column.id,
        [metadataKeys.type]: typeText(column.type),
        ...(addedIn === 0 ? {} : { [metadataKeys.addedIn]: addedIn }),
        ...(initial === null ? {} : { [metadataKeys.initial]: valueText(initial) }),
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
  return parseSchema(schemaString).flatMap(({ name, metadata }): StoredColumn[] => {
    const id = metadata[metadataKeys.columnId];
    const addedIn = metadata[metadataKeys.addedIn];
    const initial = metadata[metadataKeys.initial];
    if (typeof id !== 'number') return [];
    return [
      {
        id,
        name,
        addedIn: typeof addedIn === 'number' ? addedIn : 0,
        initial: typeof initial === 'string' ? parseValue(initial) : null,
      },
    ];
  });
}

/** A value as text that tells its JavaScript type: n number, i bigint, s string, b bytes in hex. */
function valueText(value: SqlValue): string {
  if (typeof value === 'number') return `n${value}`;
  if (typeof value === 'bigint') return `i${value}`;
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('hex')}`;
  return `s${value}`;
}

function parseValue(text: string): SqlValue {
  const rest = text.slice(1);
  if (text.startsWith('n')) return Number(rest);
  if (text.startsWith('i')) return BigInt(rest);
  if (text.startsWith('b')) return Uint8Array.from(Buffer.from(rest, 'hex'));
  return rest;
}
