import { GatewayError } from '../base/errors.ts';

interface Waiter {
  readonly exclusive: boolean;
  readonly grant: () => void;
}

interface LockState {
  /** Holders of the shared lock; -1 for the exclusive one. */
  holders: number;
  readonly waiting: Waiter[];
}

/** Gives a lock back; safe to call twice. */
export type Release = () => void;

/**
 * Who works on which table: writes share a table, DDL has it alone, so that no row is written between the
 * flush of a table and the commit of its new schema. DDL statements also follow each other (`catalog`). First
 * come, first served: a waiting DDL statement is not overtaken.
 */
export class TableLocks {
  readonly #locks = new Map<number | 'catalog', LockState>();

  shared(tableId: number, signal: AbortSignal): Release | Promise<Release> {
    const state = this.#locks.get(tableId);
    if (state !== undefined && (state.holders < 0 || state.waiting.length > 0))
      return this.#wait(tableId, false, signal);
    if (state === undefined) this.#locks.set(tableId, { holders: 1, waiting: [] });
    else state.holders++;
    return this.#release(tableId);
  }

  exclusive(tableId: number | 'catalog', signal: AbortSignal): Release | Promise<Release> {
    if (this.#locks.has(tableId)) return this.#wait(tableId, true, signal);
    this.#locks.set(tableId, { holders: -1, waiting: [] });
    return this.#release(tableId);
  }

  #wait(key: number | 'catalog', exclusive: boolean, signal: AbortSignal): Promise<Release> {
    const state = this.#locks.get(key)!;
    return new Promise((resolve, reject) => {
      const interrupted = (): void => {
        const index = state.waiting.indexOf(waiter);
        if (index >= 0) state.waiting.splice(index, 1);
        this.#advance(key);
        const { reason } = signal;
        reject(
          reason instanceof GatewayError
            ? reason
            : new GatewayError('QUERY_INTERRUPTED', 'Query execution was interrupted'),
        );
      };
      const waiter: Waiter = {
        exclusive,
        grant: () => {
          signal.removeEventListener('abort', interrupted);
          resolve(this.#release(key));
        },
      };
      state.waiting.push(waiter);
      if (signal.aborted) interrupted();
      else signal.addEventListener('abort', interrupted, { once: true });
    });
  }

  #release(key: number | 'catalog'): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const state = this.#locks.get(key)!;
      state.holders = state.holders < 0 ? 0 : state.holders - 1;
      this.#advance(key);
    };
  }

  /** Grants what can be granted in order. */
  #advance(key: number | 'catalog'): void {
    const state = this.#locks.get(key);
    if (state === undefined) return;
    for (let next = state.waiting[0]; next !== undefined; next = state.waiting[0]) {
      if (next.exclusive ? state.holders !== 0 : state.holders < 0) return;
      state.waiting.shift();
      state.holders = next.exclusive ? -1 : state.holders + 1;
      next.grant();
    }
    if (state.holders === 0) this.#locks.delete(key);
  }
}
