import { AssertionError } from '../base/assert.ts';
import { GatewayError } from '../base/errors.ts';
import { type RelationId, rowVersionColumn } from '../planner/bound.ts';
import type { EvaluationEnv } from '../planner/evaluator/environment.ts';
import type { Row, SqlValue } from '../types/value.ts';

/** What expressions read of the session: contexts, zone, where warnings go. */
export interface SessionFacts {
  context(name: string): SqlValue;
  zoneMinutes(utcUs: bigint): number;
  warn(errno: number, message: string): void;
  setLastInsertId(value: bigint): void;
  /** Numbers of warnings that are errors where a value is computed to be written. */
  readonly writeErrors: ReadonlySet<number>;
}

const nullRow: Row = [];

/** The environment in which the executor evaluates expressions: the current rows, parameters, the session. */
export class ExecutionEnv implements EvaluationEnv {
  readonly #rows: (Row | undefined)[] = [];
  readonly #versions: (number | null)[] = [];
  readonly parameters: readonly SqlValue[];
  readonly #facts: SessionFacts;
  #writing = false;

  constructor(parameters: readonly SqlValue[], facts: SessionFacts) {
    this.parameters = parameters;
    this.#facts = facts;
  }

  /** Makes `row` the current one of a relation; null is the row of NULLs of an outer join. */
  setRow(relation: RelationId, row: Row | null, version: number | null): void {
    this.#rows[relation] = row ?? nullRow;
    this.#versions[relation] = version;
  }

  column(relation: RelationId, column: number): SqlValue {
    const row = this.#rows[relation];
    if (row === undefined) throw new AssertionError(`no current row of relation ${relation}`);
    if (column !== rowVersionColumn) return row[column] ?? null;
    const version = this.#versions[relation] ?? null;
    return version === null ? null : BigInt(version);
  }

  parameter(index: number): SqlValue {
    const value = this.parameters[index];
    if (value === undefined) throw new AssertionError(`no value for parameter ${index}`);
    return value;
  }

  context(name: string): SqlValue {
    return this.#facts.context(name);
  }

  setLastInsertId(value: bigint): void {
    this.#facts.setLastInsertId(value);
  }

  zoneMinutes(utcUs: bigint): number {
    return this.#facts.zoneMinutes(utcUs);
  }

  /**
   * Computes values to be written: in strict mode a division by zero or a cut number ends the statement, but
   * not under IGNORE.
   */
  forWrite<T>(compute: () => T, ignore = false): T {
    this.#writing = !ignore;
    try {
      return compute();
    } finally {
      this.#writing = false;
    }
  }

  warn(errno: number, message: string): void {
    if (this.#writing && this.#facts.writeErrors.has(errno)) {
      throw new GatewayError(errno === 1365 ? 'DIVISION_BY_ZERO' : 'WRONG_VALUE_FORMAT', message);
    }
    this.#facts.warn(errno, message);
  }
}
