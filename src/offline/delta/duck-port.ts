import type { SqlType } from '../../types/sql-type.ts';
import type { Row } from '../../types/value.ts';
import type { NamedParameter } from '../duckdb/relation.ts';

/** What the Delta code needs of DuckDB; one shared in-memory database, which queries also run on. */
export interface DuckPort {
  /** Runs one statement; every value of its result as text, in the order of its columns. */
  texts(sql: string, parameters?: readonly NamedParameter[]): Promise<(string | null)[][]>;
  /** Creates a table in the shared database, its columns of `queryType`. */
  createTable(
    name: string,
    columns: readonly { readonly name: string; readonly type: SqlType }[],
  ): Promise<void>;
  /** Appends rows to such a table. */
  append(name: string, columns: readonly SqlType[], rows: readonly Row[]): Promise<void>;
  dropTable(name: string): Promise<void>;
}

/** A text as a DuckDB string literal; for paths and Parquet column names, never for a user's values. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A text as a DuckDB identifier. */
export function identifier(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

export function fileList(paths: readonly string[]): string {
  return `[${paths.map(literal).join(', ')}]`;
}
