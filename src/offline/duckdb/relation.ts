import type { SqlType } from '../../types/sql-type.ts';
import type { Row, SqlValue } from '../../types/value.ts';

/** A value bound into DuckDB under `$name`; the type decides its DuckDB type. */
export interface NamedParameter {
  readonly name: string;
  readonly type: SqlType;
  readonly value: SqlValue;
}

/**
 * Something DuckDB can read in place of a bound relation: a table's state, its changes, a file, or rows
 * held in memory. `sql` is a query or table expression to stand in FROM within parentheses; it yields the
 * columns `c0`, `c1`, … (index = the relation's column) as far as they are used, and `rv` for
 * `_row_version`. No text of a user's stands in it besides quoted Parquet column names.
 */
export interface DuckRelation {
  readonly sql: string;
  readonly parameters: readonly NamedParameter[];
  /** What EXPLAIN tells: files read and pruned, rows of the tail, what was pushed down. */
  readonly details: readonly string[];
  /** Gives back what was pinned or created (files, temporary tables); safe to call twice. */
  release(): void;
}

/** Rows to be appended to a temporary table and read from there. */
export interface RowSource {
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly rows: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
}
