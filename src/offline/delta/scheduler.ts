import type { Logger } from '../../base/logger.ts';
import type { TailStats } from '../../catalog/ports.ts';
import type { OfflineContext } from './offline-table.ts';

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

interface Failure {
  readonly count: number;
  /** By the clock's monotonicMs. */
  readonly notBeforeMs: number;
}

export interface FlushSchedulerOptions {
  readonly context: Pick<OfflineContext, 'clock' | 'limits' | 'journal'>;
  readonly logger: Logger;
  /** Tables that may have a tail. */
  readonly tableIds: () => Iterable<number>;
  readonly flush: (tableId: number) => Promise<void>;
}

/**
 * Flushes tables in the background: when a tail holds `flushRows` changes, `flushBytes` bytes, a bulk load,
 * or a change older than `flushAgeMs`. One table after another, so that queries keep most of the machine. A
 * failed flush loses nothing: the journal keeps the tail, and it is tried again after a growing delay.
 */
export class FlushScheduler {
  readonly #options: FlushSchedulerOptions;
  readonly #failures = new Map<number, Failure>();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: FlushSchedulerOptions) {
    this.#options = options;
    const intervalMs = Math.max(50, Math.min(1_000, options.context.limits.flushAgeMs / 4));
    this.#timer = setInterval(() => this.wake(), intervalMs);
    this.#timer.unref();
  }

  /** Looks at once for tables that are due, unless it is at work already. */
  wake(): void {
    if (this.#stopped || this.#running !== undefined) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Starts no flush any more and waits for the one that runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    for (const tableId of this.#options.tableIds()) {
      if (this.#stopped) return;
      if (!this.#isDue(tableId)) continue;
      try {
        await this.#options.flush(tableId);
        this.#failures.delete(tableId);
      } catch (error) {
        this.#failed(tableId, error);
      }
    }
  }

  #isDue(tableId: number): boolean {
    const { clock, limits, journal } = this.#options.context;
    const failure = this.#failures.get(tableId);
    if (failure !== undefined && clock.monotonicMs() < failure.notBeforeMs) return false;
    const stats: TailStats = journal.tailStats(tableId);
    if (stats.rows >= limits.flushRows || stats.bytes >= limits.flushBytes || stats.bulkLoads > 0)
      return true;
    return (
      stats.oldestUs !== undefined && clock.nowUs() - stats.oldestUs >= BigInt(limits.flushAgeMs) * 1000n
    );
  }

  #failed(tableId: number, error: unknown): void {
    const count = (this.#failures.get(tableId)?.count ?? 0) + 1;
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(count - 1, 10));
    const notBeforeMs = this.#options.context.clock.monotonicMs() + delayMs;
    this.#failures.set(tableId, { count, notBeforeMs });
    this.#options.logger.error({ err: error, tableId, attempt: count, retryInMs: delayMs }, 'flush failed');
  }
}
