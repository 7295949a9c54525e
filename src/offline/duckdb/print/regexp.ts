/** Regular expressions: RE2 matches them, their patterns rewritten from MySQL's by the evaluator. */
import { notSupported } from '../../../base/errors.ts';
import type { BoundExpr } from '../../../planner/bound.ts';
import { longtext, typeClass } from '../../../types/sql-type.ts';
import type { Call, CallPrinter, PrintState } from './state.ts';

function computed(state: PrintState, name: string, args: readonly BoundExpr[]): string {
  return state.value({ kind: 'call', name, args, type: longtext, nullable: true });
}

function textOf(state: PrintState, call: Call, index: number): string {
  const arg = call.args[index]!;
  if (typeClass(arg.type) !== 'string' && typeClass(arg.type) !== 'null')
    throw notSupported(`${call.name} of ${arg.type.kind.toUpperCase()}`);
  if ('collation' in arg.type && !arg.type.collation.endsWith('_bin'))
    throw notSupported(`${call.name} with the collation ${arg.type.collation}`);
  return `CAST(${state.value(arg)} AS VARCHAR)`;
}

function patternSql(state: PrintState, call: Call, matchTypeAt: number): string {
  textOf(state, call, 1);
  const matchType = call.args[matchTypeAt];
  return computed(state, 'REGEXP_PATTERN', [call.args[1]!, ...(matchType === undefined ? [] : [matchType])]);
}

/** The positions and occurrences that are not the first need more than RE2 is asked here. */
function requireDefaults(call: Call, defaults: readonly (readonly [at: number, value: bigint])[]): void {
  for (const [at, value] of defaults) {
    const arg = call.args[at];
    if (arg === undefined || (arg.kind === 'literal' && arg.value === value)) continue;
    throw notSupported(
      `${call.name} with a position, an occurrence or a return option other than the default`,
    );
  }
}

const like: CallPrinter = (state, call) =>
  `regexp_matches(${textOf(state, call, 0)}, ${patternSql(state, call, 2)})`;

const substring: CallPrinter = (state, call) => {
  requireDefaults(call, [
    [2, 1n],
    [3, 1n],
  ]);
  const [text, pattern] = [textOf(state, call, 0), patternSql(state, call, 4)];
  return `CASE WHEN regexp_matches(${text}, ${pattern}) THEN regexp_extract(${text}, ${pattern}) END`;
};

const position: CallPrinter = (state, call) => {
  requireDefaults(call, [
    [2, 1n],
    [3, 1n],
    [4, 0n],
  ]);
  const [text, pattern] = [textOf(state, call, 0), patternSql(state, call, 5)];
  const before = `regexp_extract(${text}, '(?s:^(.*?))(?:' || ${pattern} || ')', 1)`;
  return `CASE WHEN regexp_matches(${text}, ${pattern}) THEN length(${before}) + 1 WHEN ${text} IS NOT NULL AND ${pattern} IS NOT NULL THEN 0 END`;
};

const replace: CallPrinter = (state, call) => {
  requireDefaults(call, [
    [3, 1n],
    [4, 0n],
  ]);
  const [text, pattern] = [textOf(state, call, 0), patternSql(state, call, 5)];
  textOf(state, call, 2);
  return `regexp_replace(${text}, ${pattern}, ${computed(state, 'REGEXP_REPLACEMENT', [call.args[2]!])}, 'g')`;
};

export const regexpPrinters: readonly (readonly [string, CallPrinter])[] = [
  ['REGEXP', like],
  ['REGEXP_LIKE', like],
  ['REGEXP_SUBSTR', substring],
  ['REGEXP_INSTR', position],
  ['REGEXP_REPLACE', replace],
];
