import type { SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { EvaluationEnv, Evaluator } from './environment.ts';

/** A compiled argument of a call. */
export interface Argument {
  readonly evaluate: Evaluator;
  readonly type: SqlType;
  /** The value of a literal; undefined for anything else. */
  readonly literal: SqlValue | undefined;
  /** The call that it is of, and its number there from 1 on. */
  readonly place: { readonly call: string; readonly position: number };
  /** The same for all rows. */
  readonly constant?: boolean;
}

/** Compiles one function; the values of the result have the form of `type`. */
export type FunctionCompiler = (args: readonly Argument[], type: SqlType) => Evaluator;

type Value = NonNullable<SqlValue>;

/** NULL when the argument is NULL, otherwise what `compute` says. */
export function strict1(a: Argument, compute: (a: Value, env: EvaluationEnv) => SqlValue): Evaluator {
  const first = a.evaluate;
  return (env) => {
    const value = first(env);
    return value === null ? null : compute(value, env);
  };
}

export function strict2(
  a: Argument,
  b: Argument,
  compute: (a: Value, b: Value, env: EvaluationEnv) => SqlValue,
): Evaluator {
  const [first, second] = [a.evaluate, b.evaluate];
  return (env) => {
    const x = first(env);
    if (x === null) return null;
    const y = second(env);
    return y === null ? null : compute(x, y, env);
  };
}

export function strictAll(
  args: readonly Argument[],
  compute: (values: readonly Value[], env: EvaluationEnv) => SqlValue,
): Evaluator {
  return (env) => {
    const values: Value[] = [];
    for (const arg of args) {
      const value = arg.evaluate(env);
      if (value === null) return null;
      values.push(value);
    }
    return compute(values, env);
  };
}

/** 0 or 1 in the form of a predicate's type, which is BIGINT. */
export const truth = (value: boolean): bigint => (value ? 1n : 0n);

/** A whole number in the form of an integer type. */
export function integerIn(type: SqlType): (value: number) => number | bigint {
  return type.kind === 'bigint' ? (value) => BigInt(value) : (value) => value;
}
