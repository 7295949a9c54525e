/** Three-valued logic and the choice between values. */

import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, truth } from './argument.ts';
import type { EvaluationEnv, Evaluator } from './environment.ts';

/** Whether a value counts as true: numbers that are not 0. The binder has made a number of anything else. */
export function isTrue(value: NonNullable<SqlValue>): boolean {
  if (typeof value === 'bigint') return value !== 0n;
  return Number(value) !== 0;
}

/** A condition's outcome: true, false or null for unknown. */
export function condition(evaluate: Evaluator): (env: EvaluationEnv) => boolean | null {
  return (env) => {
    const value = evaluate(env);
    return value === null ? null : isTrue(value);
  };
}

/** AND stops at the first false, OR at the first true. */
function connective(decisive: boolean): FunctionCompiler {
  return (args) => {
    const terms = args.map((arg) => condition(arg.evaluate));
    return (env) => {
      let unknown = false;
      for (const term of terms) {
        const value = term(env);
        if (value === decisive) return truth(decisive);
        if (value === null) unknown = true;
      }
      return unknown ? null : truth(!decisive);
    };
  };
}

const coalesce: FunctionCompiler = (args) => (env) => {
  for (const arg of args) {
    const value = arg.evaluate(env);
    if (value !== null) return value;
  }
  return null;
};

const isNull: FunctionCompiler = (args) => (env) => truth(args[0]!.evaluate(env) === null);

export const logicFunctions: Readonly<Record<string, FunctionCompiler>> = {
  AND: connective(false),
  OR: connective(true),
  XOR: (args) => {
    const [a, b] = args.map((arg) => condition(arg.evaluate));
    return (env) => {
      const [x, y] = [a!(env), b!(env)];
      return x === null || y === null ? null : truth(x !== y);
    };
  },
  NOT: (args) => {
    const operand = condition(args[0]!.evaluate);
    return (env) => {
      const value = operand(env);
      return value === null ? null : truth(!value);
    };
  },
  'IS TRUE': (args) => {
    const operand = condition(args[0]!.evaluate);
    return (env) => truth(operand(env) === true);
  },
  'IS FALSE': (args) => {
    const operand = condition(args[0]!.evaluate);
    return (env) => truth(operand(env) === false);
  },
  'IS NULL': isNull,
  ISNULL: isNull,
  COALESCE: coalesce,
  IFNULL: coalesce,
  IF: (args) => {
    const [when, then, otherwise] = args as [Argument, Argument, Argument];
    const test = condition(when.evaluate);
    return (env) => (test(env) === true ? then.evaluate(env) : otherwise.evaluate(env));
  },
};
