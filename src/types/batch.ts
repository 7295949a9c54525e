import type { SqlType } from './sql-type.ts';
import type { Row, SqlValue } from './value.ts';

/** A cursor over a column of byte strings: `find` points it at a row that is not NULL. */
export interface PackedBytes {
  readonly source: Uint8Array;
  /** Over the same bytes as `source`. */
  readonly view: DataView;
  readonly start: number;
  readonly length: number;
  find(row: number): void;
  /** The length alone. */
  lengthAt(row: number): number;
}

/**
 * A column's values as they lie in memory, for encoders that would only take `get`'s values apart again. What
 * stands at a NULL's place means nothing. `int64`: two words a value, the low one first, of an integer or of
 * microseconds; `decimal64` the same, as the digits without the point. `int32`: days.
 */
export type PackedValues =
  | { readonly kind: 'int64' | 'decimal64'; readonly words: Int32Array }
  | { readonly kind: 'int32' | 'decimal32'; readonly items: Int32Array }
  | { readonly kind: 'decimal16'; readonly items: Int16Array }
  | { readonly kind: 'float32'; readonly items: Float32Array }
  | { readonly kind: 'float64'; readonly items: Float64Array }
  | { readonly kind: 'bytes'; readonly bytes: PackedBytes };

/** The values of one column in a batch; `get` returns what src/types/value.ts says of the column's type. */
export interface ColumnVector {
  get(row: number): SqlValue;
  /** The same values, where they lie in memory in one of these forms. */
  readonly packed?: PackedValues | undefined;
  /** One bit a row, the first row lowest, set for values that are not NULL; null where none is. With `packed`. */
  readonly validity?: Uint8Array | null;
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
  /** Of the stored column: keys, AUTO_INCREMENT, no default (mysqlColumnFlag). */
  readonly flags?: number;
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
  const columns: ColumnVector[] = [];
  for (let index = 0; index < columnCount; index++) columns.push(new RowsColumn(rows, index));
  return { rowCount: rows.length, columns };
}

/** The rows of a batch; for small results and tests. */
export function rowsOfBatch(batch: Batch): Row[] {
  return Array.from({ length: batch.rowCount }, (_, row) => batch.columns.map((column) => column.get(row)));
}
