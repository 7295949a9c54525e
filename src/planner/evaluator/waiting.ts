/**
 * Functions that wait, or ask the session for what changes meanwhile: SLEEP and the locks by name. They are
 * computed in queries that read no table; each argument and branch when MySQL computes it, for one lock must not be
 * taken while the condition before it is still open.
 */
import { functionsByName } from '../../sql/generated/functions.ts';
import type { SqlValue } from '../../types/value.ts';
import type { BoundExpr } from '../bound.ts';
import { mapChildren, some } from '../expr-tools.ts';
import { canEvaluate, compile } from './compile.ts';
import type { EvaluationEnv } from './environment.ts';
import { condition } from './logic.ts';

type Call = Extract<BoundExpr, { kind: 'call' }>;

/** Computes a call of such a function; the session does. */
export type SessionCall = (name: string, args: readonly SqlValue[]) => Promise<SqlValue>;

const isSessionCall = (expr: BoundExpr): boolean =>
  expr.kind === 'call' && functionsByName.get(expr.name)?.duckdb === 'session';

/** Whether the session has a part in an expression's value. */
export const holdsSessionCall = (expr: BoundExpr): boolean => some(expr, isSessionCall);

const literal = (expr: BoundExpr, value: SqlValue): BoundExpr => ({
  kind: 'literal',
  value,
  type: expr.type,
});

/** An expression with values in place of what the session computes, to ask whether the rest can be evaluated. */
export function withoutSessionCalls(expr: BoundExpr): BoundExpr {
  const inner = mapChildren(expr, withoutSessionCalls);
  if (inner.kind !== 'call' || !isSessionCall(inner)) return inner;
  const refused = inner.args.find((arg) => canEvaluate(arg) !== true);
  return refused ?? literal(inner, null);
}

/** Waits where a call of the session's stands; everything else is computed at once. */
export async function evaluateWaiting(
  expr: BoundExpr,
  env: EvaluationEnv,
  call: SessionCall,
): Promise<SqlValue> {
  if (!holdsSessionCall(expr)) return compile(expr)(env);
  const settle = async (child: BoundExpr): Promise<BoundExpr> =>
    literal(child, await evaluateWaiting(child, env, call));
  const truthOf = async (test: BoundExpr): Promise<boolean | null> =>
    condition(compile(await settle(test)))(env);
  if (expr.kind === 'case') {
    for (const { when, then } of expr.whens) {
      if ((await truthOf(when)) === true) return evaluateWaiting(then, env, call);
    }
    return expr.else === null ? null : evaluateWaiting(expr.else, env, call);
  }
  if (expr.kind !== 'call') {
    const children = new Map<BoundExpr, BoundExpr>();
    if (expr.kind === 'cast') children.set(expr.arg, await settle(expr.arg));
    return compile(mapChildren(expr, (child) => children.get(child) ?? child))(env);
  }
  const lazy = await evaluateLazily(expr, env, call, truthOf);
  if (lazy !== undefined) return lazy.value;
  const args: BoundExpr[] = [];
  for (const arg of expr.args) args.push(await settle(arg));
  if (isSessionCall(expr))
    return call(
      expr.name,
      args.map((arg) => compile(arg)(env)),
    );
  return compile({ ...expr, args })(env);
}

/** Functions that do not compute all of their arguments. */
async function evaluateLazily(
  { name, args }: Call,
  env: EvaluationEnv,
  call: SessionCall,
  truthOf: (test: BoundExpr) => Promise<boolean | null>,
): Promise<{ readonly value: SqlValue } | undefined> {
  switch (name) {
    case 'IF':
      return {
        value: await evaluateWaiting((await truthOf(args[0]!)) === true ? args[1]! : args[2]!, env, call),
      };
    case 'IFNULL':
    case 'COALESCE': {
      for (const arg of args) {
        const value = await evaluateWaiting(arg, env, call);
        if (value !== null) return { value };
      }
      return { value: null };
    }
    case 'AND':
    case 'OR': {
      // What decides ends it; otherwise one NULL makes all of it NULL.
      const decides = name === 'OR';
      let unknown = false;
      for (const arg of args) {
        const truth = await truthOf(arg);
        if (truth === decides) return { value: decides ? 1n : 0n };
        unknown ||= truth === null;
      }
      return { value: unknown ? null : decides ? 0n : 1n };
    }
    default:
      return undefined;
  }
}
