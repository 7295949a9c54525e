/**
 * Regular expressions: where the pattern is the same for all rows and RE2 means by it what ICU does, RE2 matches; else
 * the evaluator.
 */
import type { BoundExpr } from '../../../planner/bound.ts';
import { canEvaluate } from '../../../planner/evaluator/compile.ts';
import { isConstant } from '../../../planner/expr-tools.ts';
import { longtext, typeClass } from '../../../types/sql-type.ts';
import { viaEvaluator } from './js.ts';
import type { Call, CallPrinter, PrintState } from './state.ts';

/** The SQL of the pattern as RE2 writes it, NULL where it cannot; undefined when there is no such SQL. */
function re2Pattern(state: PrintState, { args }: Call, matchTypeAt: number): string | undefined {
  const [, pattern, matchType] = [args[0], args[1]!, args[matchTypeAt]];
  const given = matchType === undefined ? [pattern] : [pattern, matchType];
  if (!given.every((arg) => isConstant(arg) && canEvaluate(arg) === true)) return undefined;
  const call: BoundExpr = {
    kind: 'call',
    name: 'REGEXP_PATTERN',
    args: given,
    type: longtext,
    nullable: true,
  };
  return state.value(call);
}

const isText = ({ type }: BoundExpr): boolean => typeClass(type) === 'string';

const like: CallPrinter = (state, call) => {
  const own = viaEvaluator(state, call);
  const pattern = isText(call.args[0]!) ? re2Pattern(state, call, 2) : undefined;
  if (pattern === undefined) return `(${own} <> 0)`;
  const text = `CAST(${state.value(call.args[0]!)} AS VARCHAR)`;
  return `(CASE WHEN ${pattern} IS NULL THEN ${own} <> 0 ELSE regexp_matches(${text}, ${pattern}) END)`;
};

/** The first match of the whole text. */
const substring: CallPrinter = (state, call) => {
  const own = viaEvaluator(state, call);
  const pattern = isText(call.args[0]!) && call.args.length === 2 ? re2Pattern(state, call, 4) : undefined;
  if (pattern === undefined) return own;
  const text = `CAST(${state.value(call.args[0]!)} AS VARCHAR)`;
  return (
    `(CASE WHEN ${pattern} IS NULL THEN ${own} ` +
    `WHEN regexp_matches(${text}, ${pattern}) THEN regexp_extract(${text}, ${pattern}) END)`
  );
};

export const regexpPrinters: readonly (readonly [string, CallPrinter])[] = [
  ['REGEXP', like],
  ['REGEXP_LIKE', like],
  ['REGEXP_SUBSTR', substring],
];
