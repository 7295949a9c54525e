import { interrupted } from './errors.ts';

/** A number of places, given to whoever waits longest. */
export class Places {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Undefined when a place was free; otherwise a promise, which rejects with 1317 when `signal` aborts. */
  take(signal: AbortSignal): Promise<void> | undefined {
    if (signal.aborted) throw interrupted(signal);
    if (this.#taken >= this.#limit) return this.#wait(signal);
    this.#taken++;
    return undefined;
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken--;
    else next();
  }

  #wait(signal: AbortSignal): Promise<void> {
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
