/**
 * The connections of one DuckDB instance. Scans that stream to a client are counted: each holds a thread
 * of libuv's pool while it computes, so more at once than `limit` would starve the journal's writes. Work of
 * our own (flush, temporary rows) is short, comes from few places and is not counted, so that a statement
 * that holds a scan can always finish.
 */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { interrupted } from './errors.ts';

export class Connections {
  readonly #instance: DuckDBInstance;
  readonly #limit: number;
  readonly #idle: DuckDBConnection[] = [];
  readonly #waiting: (() => void)[] = [];
  #scans = 0;
  #closed = false;

  constructor(instance: DuckDBInstance, limit: number) {
    this.#instance = instance;
    this.#limit = limit;
  }

  /** Scans that run now. */
  get scans(): number {
    return this.#scans;
  }

  /** Takes one of the counted places, waiting in line for it; rejects with 1317 when `signal` aborts. */
  async acquireScan(signal: AbortSignal): Promise<DuckDBConnection> {
    if (signal.aborted) throw interrupted(signal);
    if (this.#scans < this.#limit) this.#scans++;
    else await this.#waitForPlace(signal);
    try {
      return await this.acquire();
    } catch (error) {
      this.#freePlace();
      throw error;
    }
  }

  releaseScan(connection: DuckDBConnection): void {
    this.release(connection);
    this.#freePlace();
  }

  async acquire(): Promise<DuckDBConnection> {
    return this.#idle.pop() ?? (await this.#instance.connect());
  }

  release(connection: DuckDBConnection): void {
    if (this.#closed || this.#idle.length >= this.#limit) connection.closeSync();
    else this.#idle.push(connection);
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.closeSync();
  }

  /** A freed place goes straight to the one who waits longest. */
  #freePlace(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#scans--;
    else next();
  }

  #waitForPlace(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const index = this.#waiting.indexOf(grant);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(interrupted(signal));
      };
      const grant = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#waiting.push(grant);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
