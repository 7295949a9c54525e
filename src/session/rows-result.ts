import type { QueryResult } from '../executor/rows.ts';
import type { BoundColumn } from '../planner/bound.ts';
import { type Batch, batchOfRows, type ResultColumn } from '../types/batch.ts';
import type { RowsResult } from './result.ts';

/** What a client is told of a column. */
export function resultColumn(column: BoundColumn): ResultColumn {
  const { name, type, nullable, origin } = column;
  if (origin === undefined) return { name, type, nullable };
  return { name, type, nullable, ...origin };
}

const columnsOf = new WeakMap<readonly BoundColumn[], readonly ResultColumn[]>();

/** The same list for the same plan: it is made once. */
export function resultColumns(columns: readonly BoundColumn[]): readonly ResultColumn[] {
  let known = columnsOf.get(columns);
  if (known === undefined) {
    known = columns.map(resultColumn);
    columnsOf.set(columns, known);
  }
  return known;
}

/** A result with more rows stays open while they are sent, so that it can be killed. */
const readyRows = 256;

/** The rows of a query as the client gets them, at most `limit`. */
export function rowsResult(result: QueryResult, limit: number, warningCount: () => number): RowsResult {
  const columns = resultColumns(result.columns);
  const { rows, batches } = result;
  if (Number.isFinite(limit))
    return { kind: 'rows', columns, batches: firstRows(batches, limit), warningCount };
  if (rows === undefined || rows.length > readyRows) return { kind: 'rows', columns, batches, warningCount };
  return { kind: 'rows', columns, batches, ready: batchOfRows(rows, columns.length), warningCount };
}

/** The first rows of batches; what comes after them is not computed. */
function firstRows(batches: AsyncIterable<Batch>, limit: number): AsyncIterable<Batch> {
  const source = batches[Symbol.asyncIterator]();
  let room = limit;
  // Not a generator: one that was never started would not end its source when it is returned.
  const iterator: AsyncIterator<Batch> = {
    async next() {
      if (room <= 0) {
        await source.return?.();
        return { done: true, value: undefined };
      }
      const step = await source.next();
      if (step.done === true) return step;
      const batch = step.value;
      const cut = batch.rowCount <= room ? batch : { rowCount: room, columns: batch.columns };
      room -= batch.rowCount;
      return { done: false, value: cut };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
