import type { QueryResult } from '../executor/rows.ts';
import type { BoundColumn } from '../planner/bound.ts';
import type { Batch, ResultColumn } from '../types/batch.ts';
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

/** How a statement with rows ends: told once, whether all rows were taken, some, or it failed. */
export interface RowsEnd {
  readonly rowCount: number;
  readonly error: unknown;
}

/** A cut of a batch to its first rows. */
function firstRows(batch: Batch, rowCount: number): Batch {
  return { rowCount, columns: batch.columns };
}

/**
 * The rows of a query as the client gets them, at most `limit`. `onEnd` is called exactly once, also when
 * the result is dropped before its first batch.
 */
export function rowsResult(
  result: QueryResult,
  options: {
    readonly limit: number;
    readonly onEnd: (end: RowsEnd) => void;
    readonly warningCount: () => number;
  },
): RowsResult {
  let ended = false;
  let rowCount = 0;
  const end = (error: unknown): void => {
    if (ended) return;
    ended = true;
    options.onEnd({ rowCount, error });
  };
  const source = result.batches[Symbol.asyncIterator]();
  const iterator: AsyncIterator<Batch> = {
    async next() {
      if (ended) return { done: true, value: undefined };
      try {
        const room = options.limit - rowCount;
        const step = room <= 0 ? undefined : await source.next();
        if (step === undefined) await source.return?.();
        if (step === undefined || step.done === true) {
          end(undefined);
          return { done: true, value: undefined };
        }
        const batch = step.value.rowCount <= room ? step.value : firstRows(step.value, room);
        rowCount += batch.rowCount;
        return { done: false, value: batch };
      } catch (error) {
        end(error);
        throw error;
      }
    },
    async return() {
      try {
        await source.return?.();
      } finally {
        end(undefined);
      }
      return { done: true, value: undefined };
    },
  };
  return {
    kind: 'rows',
    columns: resultColumns(result.columns),
    batches: { [Symbol.asyncIterator]: () => iterator },
    warningCount: options.warningCount,
  };
}
