/** What the binder puts in where a collation decides; the last argument is the collation's name. */
import {
  collationFold,
  collationKey,
  collationWeights,
  foldPattern,
  type TextFunction,
} from '../../types/collation.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, integerIn, strictAll } from './argument.ts';

/** A call whose collation is known when it is compiled, or comes with each row. */
function withCollation(
  args: readonly Argument[],
  compute: (values: readonly NonNullable<SqlValue>[], collation: string) => SqlValue,
): ReturnType<FunctionCompiler> {
  return strictAll(args, (values) => compute(values, String(values.at(-1))));
}

const ofText =
  (make: (collation: string) => TextFunction): FunctionCompiler =>
  (args) =>
    withCollation(args, ([text], collation) => make(collation)(String(text)));

/** Where each character of a text begins in its UTF-8 bytes, and where the last ends. */
function characterStarts(characters: readonly string[]): number[] {
  let at = 0;
  const starts = [0];
  for (const character of characters) {
    at += Buffer.byteLength(character);
    starts.push(at);
  }
  return starts;
}

/**
 * The place of a text in another, from 1; 0 for none. As in MySQL what may be equal has as many bytes as what is
 * sought, so that an accented letter of two bytes is not found by a plain one.
 */
function locate(needle: string, text: string, from: number, collation: string): number {
  const characters = [...text];
  if (from < 1 || from > characters.length + 1) return 0;
  if (needle === '') return from;
  const weigh = collationWeights(collation);
  const [sought, length] = [weigh(needle), Buffer.byteLength(needle)];
  const starts = characterStarts(characters);
  let end = from - 1;
  for (let start = from - 1; start < characters.length; start++) {
    while (end < characters.length && starts[end]! - starts[start]! < length) end++;
    if (starts[end]! - starts[start]! !== length) continue;
    if (weigh(characters.slice(start, end).join('')) === sought) return start + 1;
  }
  return 0;
}

function findInSet(needle: string, list: string, collation: string): number {
  if (list === '' || needle.includes(',')) return 0;
  const weigh = collationWeights(collation);
  const sought = weigh(needle);
  return list.split(',').findIndex((member) => weigh(member) === sought) + 1;
}

export const collationFunctions: Readonly<Record<string, FunctionCompiler>> = {
  COLLATION_KEY: ofText(collationKey),
  COLLATION_FOLD: ofText(collationFold),
  COLLATION_PATTERN: (args) =>
    withCollation(args, ([pattern, escapeCharacter], collation) =>
      foldPattern(String(pattern), String(escapeCharacter), collation),
    ),
  COLLATION_LOCATE: (args, type) =>
    withCollation(args, ([needle, text, from], collation) =>
      integerIn(type)(locate(String(needle), String(text), Number(from), collation)),
    ),
  COLLATION_INSTR: (args, type) =>
    withCollation(args, ([text, needle], collation) =>
      integerIn(type)(locate(String(needle), String(text), 1, collation)),
    ),
  COLLATION_FIND_IN_SET: (args, type) =>
    withCollation(args, ([needle, list], collation) =>
      integerIn(type)(findInSet(String(needle), String(list), collation)),
    ),
};
