import { AssertionError } from '../../base/assert.ts';
import type { FunctionCompiler } from './argument.ts';

/** Functions that tell the session something. */
export const informationFunctions: Readonly<Record<string, FunctionCompiler>> = {
  LAST_INSERT_ID:
    ([number]) =>
    (env) => {
      if (env.setLastInsertId === undefined) throw new AssertionError('LAST_INSERT_ID outside of a session');
      const value = number!.evaluate(env);
      const id = BigInt.asUintN(64, BigInt((value ?? 0) as number | bigint));
      env.setLastInsertId(id);
      return value === null ? null : id;
    },
};
