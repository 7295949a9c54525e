import type { DuckDBConnection } from '@duckdb/node-api';
import { interrupted, mapDuckError } from './errors.ts';

/** DuckDB forgets an interrupt that comes before the query has begun, so it is repeated until it is felt. */
const repeatMs = 20;

/**
 * Runs one asynchronous step on a connection so that an abort of `signal` interrupts it. Rejects with 1317
 * after an abort even when the step itself ended well: DuckDB ends an interrupted stream without an error.
 */
export async function interruptible<T>(
  connection: DuckDBConnection,
  signal: AbortSignal,
  step: () => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw interrupted(signal);
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), repeatMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await step();
    if (signal.aborted) throw interrupted(signal);
    return result;
  } catch (error) {
    if (signal.aborted) throw interrupted(signal, error);
    throw mapDuckError(error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (timer !== undefined) clearInterval(timer);
  }
}
