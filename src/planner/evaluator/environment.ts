import type { SqlValue } from '../../types/value.ts';
import { findInstant } from '../../types/wall-clock.ts';
import type { RelationId } from '../bound.ts';

/** What an expression reads besides itself while it is evaluated. */
export interface EvaluationEnv {
  /** One object for all rows of an execution; left out where the environment is it. */
  readonly statement?: object;
  /** The value of a relation's column in the current row. */
  column(relation: RelationId, column: number): SqlValue;
  /** The value of a literal or `?` by its number, in the type that the plan gives it. */
  parameter(index: number): SqlValue;
  /** The value of a context node by its name, in the node's type (`now`: microseconds, not yet cut to an fsp). */
  context(name: string): SqlValue;
  /** Minutes that the session's zone is east of UTC at an instant (microseconds UTC). */
  zoneMinutes(utcUs: bigint): number;
  /** A warning as MySQL numbers it: 1292 truncated value, 1365 division by zero, 1264 out of range … */
  warn(errno: number, message: string): void;
  /** LAST_INSERT_ID(expr); left out where rows are not computed one after the other. */
  setLastInsertId?(value: bigint): void;
}

export type Evaluator = (env: EvaluationEnv) => SqlValue;

/** Thrown while compiling what this evaluator does not compute exactly; never leaves the folder. */
export class Refusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Refusal';
  }
}

/** An environment without rows or parameters, for constant folding; warnings are counted by the caller. */
export function constantEnv(warn: EvaluationEnv['warn']): EvaluationEnv {
  const none = (): never => {
    throw new Refusal('not a constant');
  };
  return { column: none, parameter: none, context: none, zoneMinutes: none, warn };
}

/** Microseconds UTC of a wall clock in the session's zone, as src/types/wall-clock.ts finds it. */
export const utcOfLocal = (env: Pick<EvaluationEnv, 'zoneMinutes'>, localUs: bigint): bigint =>
  findInstant((utcUs) => env.zoneMinutes(utcUs), localUs).utcUs;

/** The wall clock of the session's zone at an instant. */
export function localOfUtc(env: Pick<EvaluationEnv, 'zoneMinutes'>, utcUs: bigint): bigint {
  return utcUs + BigInt(env.zoneMinutes(utcUs)) * 60_000_000n;
}
