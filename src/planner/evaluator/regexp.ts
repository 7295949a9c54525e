/** Functions of regular expressions (MySQL 8.0 manual, "Regular Expressions"). */
import { GatewayError } from '../../base/errors.ts';
import type { SqlValue } from '../../types/value.ts';
import { regexpError } from '../regexp/errors.ts';
import { type Budget, findMatch, type Match } from '../regexp/match.ts';
import { parseRegexp, type RegexpFlags } from '../regexp/parse.ts';
import { compileRegexp, type Program } from '../regexp/program.ts';
import { re2Of } from '../regexp/re2.ts';
import { parseReplacement, replacementText } from '../regexp/replace.ts';
import { type Argument, type FunctionCompiler, integerIn, truth } from './argument.ts';
import type { EvaluationEnv, Evaluator } from './environment.ts';

/** regexp_time_limit of 32, in ICU's units of 10,000 saved states; more for texts that have as many matches. */
const choicesFor = (text: string): number => 320_000 + 16 * text.length;

/** Choices for all rows of one chunk: a second or two of the one thread that runs JavaScript. */
const choicesOfChunk = 2_000_000;

/** Programs kept: a query has few patterns, and uses each for every row. */
const programsKept = 64;

const programs = new Map<string, Program>();

/** Flags of a match type (`c i m n u`), the last of opposites counting. Error 1210 for another letter. */
function flagsOf(matchType: string): RegexpFlags {
  let [caseless, multiline, dotAll, unixLines] = [false, false, false, false];
  for (const letter of matchType) {
    if (letter === 'c') caseless = false;
    else if (letter === 'i') caseless = true;
    else if (letter === 'm') multiline = true;
    else if (letter === 'n') dotAll = true;
    else if (letter === 'u') unixLines = true;
    else throw new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to regexp_like');
  }
  return { caseless, multiline, dotAll, unixLines, comments: false };
}

function programOf(pattern: string, matchType: string): Program {
  const key = `${matchType}\0${pattern}`;
  let program = programs.get(key);
  if (program === undefined) {
    program = compileRegexp(parseRegexp(pattern, flagsOf(matchType)));
    if (programs.size >= programsKept) programs.delete(programs.keys().next().value!);
    programs.set(key, program);
  }
  return program;
}

/** The pattern in RE2's syntax; null where only our own matcher does it. Errors of a bad pattern. */
function re2Pattern(pattern: string, matchType: string): string | null {
  return re2Of(parseRegexp(pattern, flagsOf(matchType)).root) ?? null;
}

/** What is left for the rows that are computed with one environment. */
const left = new WeakMap<EvaluationEnv, number>();

/** A search in one row's text. */
interface Search {
  readonly text: string;
  readonly program: Program;
  /** The next match, from `from` on. */
  find(from: number): Match | undefined;
}

function searchIn(text: string, program: Program, env: EvaluationEnv): Search {
  const budget: Budget = { choices: choicesFor(text) };
  return {
    text,
    program,
    find(from) {
      const before = budget.choices;
      const match = findMatch(program, text, from, budget);
      const rest = (left.get(env) ?? choicesOfChunk) - (before - budget.choices);
      if (rest < 0) throw regexpError('REGEXP_TIME');
      left.set(env, rest);
      return match;
    },
  };
}

/** After an empty match the next one begins a character later. */
function nextStart(text: string, match: Match): number {
  const [from, to] = [match[0]!, match[1]!];
  if (to > from) return to;
  return to + ((text.codePointAt(to) ?? 0) > 0xffff ? 2 : 1);
}

/** The n-th match. */
function occurrence(search: Search, from: number, count: number): Match | undefined {
  let at = from;
  for (let seen = 1; at <= search.text.length; seen++) {
    const match = search.find(at);
    if (match === undefined || seen >= count) return match;
    at = nextStart(search.text, match);
  }
  return undefined;
}

/** The offset of a character by its number from 1. Error 3686 outside of the text. */
function offsetOf(text: string, position: number): number {
  let offset = 0;
  for (let number = 1; number < position; number++) {
    if (offset >= text.length) throw regexpError('REGEXP_OUT_OF_BOUNDS');
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  if (position < 1) throw regexpError('REGEXP_OUT_OF_BOUNDS');
  return offset;
}

const characterAt = (text: string, offset: number): number => [...text.slice(0, offset)].length + 1;

const whole = (value: SqlValue): number =>
  Number(BigInt.asIntN(53, BigInt(String(value)) > 2n ** 52n ? 2n ** 52n : BigInt(String(value))));

/** A function of a text, a pattern, other arguments and, last, the match type. */
function ofMatch(
  matchTypeAt: number,
  compute: (search: Search, rest: readonly SqlValue[]) => SqlValue,
): FunctionCompiler {
  return (args) => {
    const [subject, pattern, ...others] = args as [Argument, Argument, ...Argument[]];
    return (env) => {
      const [text, form] = [subject.evaluate(env), pattern.evaluate(env)];
      const rest = others.map((arg) => arg.evaluate(env));
      if (text === null || form === null || rest.some((value) => value === null)) return null;
      const program = programOf(String(form), String(rest[matchTypeAt - 2] ?? ''));
      return compute(searchIn(String(text), program, env), rest);
    };
  };
}

const like = ofMatch(2, (search) => truth(search.find(0) !== undefined));

const substring = ofMatch(4, (search, [position = 1n, count = 1n]) => {
  const match = occurrence(search, offsetOf(search.text, whole(position)), whole(count));
  return match === undefined ? null : search.text.slice(match[0], match[1]);
});

const replace = ofMatch(5, ({ text, program, find }, [replacement, position = 1n, count = 0n]) => {
  const pieces = parseReplacement(String(replacement), program);
  const [from, wanted] = [offsetOf(text, whole(position)), Math.max(whole(count), count === 0n ? 0 : 1)];
  let [result, copied, at] = ['', 0, from];
  for (let seen = 1; at <= text.length; seen++) {
    const match = find(at);
    if (match === undefined) break;
    at = nextStart(text, match);
    if (wanted !== 0 && seen !== wanted) continue;
    result += text.slice(copied, match[0]) + replacementText(pieces, text, match);
    copied = match[1]!;
    if (wanted !== 0) break;
  }
  return result + text.slice(copied);
});

const position: FunctionCompiler = (args, type) => {
  const integer = integerIn(type);
  const find: FunctionCompiler = ofMatch(5, (search, [start = 1n, count = 1n, end = 0n]) => {
    if (end !== 0n && end !== 1n) {
      throw new GatewayError(
        'WRONG_ARGUMENTS',
        'Incorrect arguments to regexp_instr: return_option must be 1 or 0.',
      );
    }
    const match = occurrence(search, offsetOf(search.text, whole(start)), whole(count));
    return integer(match === undefined ? 0 : characterAt(search.text, match[Number(end)]!));
  });
  return find(args, type);
};

export const regexpFunctions: Readonly<Record<string, FunctionCompiler>> = {
  REGEXP: like,
  REGEXP_LIKE: like,
  REGEXP_INSTR: position,
  REGEXP_SUBSTR: substring,
  REGEXP_REPLACE: replace,
  /** What the DuckDB printer asks for; no function of a user's. */
  REGEXP_PATTERN:
    ([pattern, matchType]): Evaluator =>
    (env) => {
      const [text, type] = [pattern!.evaluate(env), matchType === undefined ? '' : matchType.evaluate(env)];
      return text === null || type === null ? null : re2Pattern(String(text), String(type));
    },
};
