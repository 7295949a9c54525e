/**
 * The connections of one DuckDB instance. What a scan computes holds a thread of libuv's pool, so more at once
 * than `concurrentScans` would starve the journal's writes; a scan whose client reads slowly computes nothing
 * and holds only memory, so many more may be open. Work of our own (flush, temporary rows) is short, comes from
 * few places and is not counted, so that a statement that holds a scan can always finish.
 */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Limits } from '../../base/limits.ts';
import { Places } from './places.ts';

export class Connections {
  readonly #instance: DuckDBInstance;
  readonly #idleMax: number;
  readonly #idle: DuckDBConnection[] = [];
  readonly #open: Places;
  readonly #computing: Places;
  #closed = false;

  constructor(instance: DuckDBInstance, limits: Pick<Limits, 'concurrentScans' | 'openScans'>) {
    this.#instance = instance;
    this.#idleMax = limits.concurrentScans;
    this.#open = new Places(Math.max(limits.openScans, limits.concurrentScans));
    this.#computing = new Places(limits.concurrentScans);
  }

  /** Scans that are open now. */
  get scans(): number {
    return this.#open.taken;
  }

  /** Takes one of the counted places, waiting in line for it; rejects with 1317 when `signal` aborts. */
  async acquireScan(signal: AbortSignal): Promise<DuckDBConnection> {
    await this.#open.take(signal);
    try {
      return await this.acquire();
    } catch (error) {
      this.#open.give();
      throw error;
    }
  }

  releaseScan(connection: DuckDBConnection): void {
    this.release(connection);
    this.#open.give();
  }

  /** Runs a step of a scan when its turn has come; rejects with 1317 when `signal` aborts before. */
  async compute<T>(signal: AbortSignal, step: () => Promise<T>): Promise<T> {
    const turn = this.#computing.take(signal);
    if (turn !== undefined) await turn;
    try {
      return await step();
    } finally {
      this.#computing.give();
    }
  }

  async acquire(): Promise<DuckDBConnection> {
    return this.#idle.pop() ?? (await this.#instance.connect());
  }

  release(connection: DuckDBConnection): void {
    if (this.#closed || this.#idle.length >= this.#idleMax) connection.closeSync();
    else this.#idle.push(connection);
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.closeSync();
  }
}
