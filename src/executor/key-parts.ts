import { AssertionError } from '../base/assert.ts';
import type { BoundExpr } from '../planner/bound.ts';
import { compile } from '../planner/evaluator/compile.ts';
import type { EvaluationEnv } from '../planner/evaluator/environment.ts';
import { keyCoercion } from '../planner/evaluator/key-value.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';

/** The online store cannot answer this execution; the scan route can. */
export const useScan = Symbol('useScan');

/** No row has such a key. */
export const noKey = Symbol('noKey');

/** A key column's value in the column's own form; `useScan` is thrown when it is not one value. */
export type KeyPart = (env: EvaluationEnv) => NonNullable<SqlValue> | typeof noKey;

/** Compiles a key expression for a column of type `to`. The planner has asked keyCoercion before. */
export function compileKeyPart(expr: BoundExpr, to: SqlType): KeyPart {
  const evaluate = compile(expr);
  const coerce = keyCoercion(expr.type, to);
  if (coerce === undefined) throw new AssertionError(`${expr.type.kind} is no key of ${to.kind}`);
  return (env) => {
    const value = evaluate(env);
    if (value === null) return noKey;
    const found = coerce(value, env);
    if (found.kind === 'key') return found.value;
    if (found.kind === 'none') return noKey;
    throw useScan;
  };
}
