import type { Planned } from '../planner/plan-statement.ts';

/** The plans of one shape under one catalog, database, sql_mode and types of `?`. */
export interface CachedShape {
  /** The sets of parameters whose values shaped a plan. */
  readonly lookedAt: (readonly number[])[];
  /** By the values of those parameters. */
  readonly plans: Map<string, Planned>;
}

/**
 * A bounded cache in two generations: a hit costs one map lookup, and what was not asked for while the young
 * generation filled up goes with the old one.
 */
export class PlanCache<T> {
  readonly #generationSize: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  /** Keeps at most `capacity` entries. */
  constructor(capacity: number) {
    this.#generationSize = Math.max(1, Math.floor(capacity / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): T | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) {
      this.#old.delete(key);
      this.set(key, old);
    }
    return old;
  }

  set(key: string, value: T): void {
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
