import type { VariableValue } from './variables-table.ts';

/** A session's own values over those that it began with: most sessions set few of the hundred. */
export class LayeredValues {
  readonly #own = new Map<string, VariableValue>();
  #initial: ReadonlyMap<string, VariableValue> = new Map();

  get(name: string): VariableValue | undefined {
    const own = this.#own.get(name);
    return own === undefined ? this.#initial.get(name) : own;
  }

  set(name: string, value: VariableValue): void {
    this.#own.set(name, value);
  }

  reset(initial: ReadonlyMap<string, VariableValue>): void {
    this.#own.clear();
    this.#initial = initial;
  }
}
