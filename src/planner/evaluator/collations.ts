/** Texts as what bytes compare as their collation compares them; the binder puts these calls in. */
import { foldGeneral, keyGeneral } from '../../types/collation.ts';
import type { FunctionCompiler } from './argument.ts';

const ofText =
  (compute: (text: string) => string): FunctionCompiler =>
  ([text]) => {
    const { evaluate } = text!;
    return (env) => {
      const value = evaluate(env);
      return value === null ? null : compute(String(value));
    };
  };

export const collationFunctions: Readonly<Record<string, FunctionCompiler>> = {
  COLLATION_KEY: ofText(keyGeneral),
  COLLATION_FOLD: ofText(foldGeneral),
};
