/** Rows into DuckDB's memory, a data chunk at a time. */
import { type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { SqlType } from '../../types/sql-type.ts';
import type { Row } from '../../types/value.ts';
import { interrupted } from './errors.ts';
import { duckType, duckValue } from './parameters.ts';
import { queryType } from './types.ts';

/** DuckDB's vector size: a chunk holds no more rows. */
const chunkRows = 2_048;

export async function createRowsTable(
  connection: DuckDBConnection,
  table: string,
  names: readonly string[],
  types: readonly SqlType[],
): Promise<void> {
  // DuckDB has no table without columns.
  const columns = types.map((type, index) => `${names[index]} ${queryType(type)}`);
  await connection.run(
    `CREATE TABLE ${table} (${columns.length === 0 ? 'none INTEGER' : columns.join(', ')})`,
  );
}

/**
 * Appends rows of `types` to `table`; gives their number. The table has one column for each of `types`, of its
 * `queryType`; for no types the one column is filled with NULL, so that the rows still count.
 */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  types: readonly SqlType[],
  rows: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  signal: AbortSignal,
): Promise<number> {
  const stored = types.length === 0 ? [{ kind: 'null' } as const] : types;
  const appender = await connection.createAppender(table);
  let count = 0;
  try {
    for await (const part of rows) {
      for (let start = 0; start < part.length; start += chunkRows) {
        if (signal.aborted) throw interrupted(signal);
        appender.appendDataChunk(chunkOf(part, start, stored));
      }
      count += part.length;
    }
    appender.closeSync();
    return count;
  } catch (error) {
    // Closing would append what is buffered, and fail again when that was the reason.
    appender.clear();
    appender.closeSync();
    throw error;
  }
}

function chunkOf(rows: readonly Row[], start: number, types: readonly SqlType[]): DuckDBDataChunk {
  const rowCount = Math.min(chunkRows, rows.length - start);
  const chunk = DuckDBDataChunk.create(types.map(duckType), rowCount);
  types.forEach((type, column) => {
    const vector = chunk.getColumnVector(column);
    for (let row = 0; row < rowCount; row++) {
      vector.setItem(row, duckValue(rows[start + row]![column] ?? null, type));
    }
    vector.flush();
  });
  return chunk;
}
