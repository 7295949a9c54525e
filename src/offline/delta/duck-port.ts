import { longtext } from '../../types/sql-type.ts';
import type { DuckEngine } from '../duckdb/engine.ts';
import type { NamedParameter } from '../duckdb/relation.ts';

/** What the Delta code needs of DuckDB. */
export type DuckPort = Pick<
  DuckEngine,
  'all' | 'execute' | 'relationOfRows' | 'createTable' | 'appendTo' | 'dropTable'
>;

/** Runs a query whose `columns` columns are all VARCHAR. */
export async function queryTexts(
  duck: DuckPort,
  sql: string,
  columns: number,
  parameters: readonly NamedParameter[] = [],
): Promise<(string | null)[][]> {
  const rows = await duck.all(
    sql,
    parameters,
    Array.from({ length: columns }, () => longtext),
  );
  return rows.map((row) => row.map((value) => (typeof value === 'string' ? value : null)));
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
