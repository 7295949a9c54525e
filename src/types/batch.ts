import type { SqlType } from './sql-type.ts';
import type { Row, SqlValue } from './value.ts';

/** The values of one column in a batch; `get` returns what src/types/value.ts says of the column's type. */
export interface ColumnVector {
  get(row: number): SqlValue;
}

/** Rows by column, the unit that flows from executor to wire. */
export interface Batch {
  readonly rowCount: number;
  readonly columns: readonly ColumnVector[];
}

/** What a client is told about a column of a result. */
export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  /** Empty for an expression. */
  readonly database?: string;
  readonly table?: string;
  readonly originalTable?: string;
  readonly originalName?: string;
  readonly primaryKey?: boolean;
  readonly autoIncrement?: boolean;
}

class RowsColumn implements ColumnVector {
  readonly #rows: readonly Row[];
  readonly #index: number;
  constructor(rows: readonly Row[], index: number) {
    this.#rows = rows;
    this.#index = index;
  }
  get(row: number): SqlValue {
    return this.#rows[row]![this.#index]!;
  }
}

/** A batch over rows held in memory. */
export function batchOfRows(rows: readonly Row[], columnCount: number): Batch {
  const columns = Array.from({ length: columnCount }, (_, index) => new RowsColumn(rows, index));
  return { rowCount: rows.length, columns };
}

/** The rows of a batch; for small results and tests. */
export function rowsOfBatch(batch: Batch): Row[] {
  return Array.from({ length: batch.rowCount }, (_, row) => batch.columns.map((column) => column.get(row)));
}
