/** Bracket expressions: `[a-z]`, `[^…]`, `[[:alpha:]_]`, `[a-z&&[^aeiou]]`, `[a-z--[aeiou]]`. */
import {
  caselessSet,
  complement,
  difference,
  escapeSet,
  intersection,
  propertySet,
  range,
  single,
  union,
} from './character-set.ts';
import { regexpError } from './errors.ts';
import type { CharacterSet } from './node.ts';
import { type Reader, readCodePoint, readEscapedCharacter, readPropertyName } from './reader.ts';

const nothing: CharacterSet = { has: () => false, re2: undefined };
const depthMax = 50;

/** The set whose bracket begins at the reader. Errors 3696, 3697, 3689. */
export function parseBracket(reader: Reader, caseless: boolean, depth = 0): CharacterSet {
  if (depth > depthMax) throw regexpError('REGEXP_TOO_BIG');
  const named = namedSet(reader);
  if (named !== undefined) return named;
  reader.position++;
  const inverted = reader.text[reader.position] === '^';
  if (inverted) reader.position++;
  const members = parseMembers(reader, caseless, depth);
  // Before it is inverted: [^x] is no X either.
  const set = caseless ? caselessSet(members) : members;
  if (!inverted) return set;
  return { has: (code) => !set.has(code), re2: set.re2 === undefined ? undefined : `^${set.re2}` };
}

/** `[:alpha:]` and `[:^alpha:]`. */
function namedSet(reader: Reader): CharacterSet | undefined {
  const form = /\[:([^:\]]*):\]/y;
  form.lastIndex = reader.position;
  const match = form.exec(reader.text);
  if (match === null) return undefined;
  const set = propertySet(match[1]!);
  if (set === undefined) throw regexpError('REGEXP_ARGUMENT');
  reader.position = form.lastIndex;
  return set;
}

function parseMembers(reader: Reader, caseless: boolean, depth: number): CharacterSet {
  let members: CharacterSet[] = [];
  let combine: ((right: CharacterSet) => CharacterSet) | undefined;
  const settle = (): CharacterSet => {
    const set = members.length === 0 ? nothing : union(members);
    return combine === undefined ? set : combine(set);
  };
  for (let first = true; ; first = false) {
    const { text } = reader;
    const next = text[reader.position];
    if (next === undefined) throw regexpError('REGEXP_BRACKET');
    if (next === ']' && !first) {
      reader.position++;
      return settle();
    }
    const operator = text.slice(reader.position, reader.position + 2);
    if (operator === '&&' || (operator === '--' && !first)) {
      const left = settle();
      combine = (right) => (operator === '&&' ? intersection(left, right) : difference(left, right));
      members = [];
      reader.position += 2;
    } else members.push(parseMember(reader, caseless, depth));
  }
}

function parseMember(reader: Reader, caseless: boolean, depth: number): CharacterSet {
  const { text, position } = reader;
  if (text[position] === '[') return unprinted(parseBracket(reader, caseless, depth + 1));
  if (text[position] === '\\') {
    const letter = text[position + 1] ?? '';
    const set = escapeSet(letter);
    if (set !== undefined) {
      reader.position += 2;
      return set;
    }
    if (letter === 'p' || letter === 'P') {
      const property = readPropertyName(reader, propertySet);
      return letter === 'p' ? property : complement(property);
    }
  }
  const from = readMember(reader);
  if (text[reader.position] !== '-' || /^-[\]-]/.test(text.slice(reader.position, reader.position + 2)))
    return single(from);
  // `[a-[…]]` is a difference in ICU's sets; here as there a set cannot end a range.
  if (text[reader.position + 1] === '[' || text[reader.position + 1] === undefined) return single(from);
  reader.position++;
  const to = readMember(reader);
  if (to < from) throw regexpError('REGEXP_RANGE');
  return range(from, to);
}

/** A bracket within another with `^` is no list of members. */
const unprinted = (set: CharacterSet): CharacterSet =>
  set.re2?.startsWith('^') === true ? { has: set.has, re2: undefined } : set;

const readMember = (reader: Reader): number =>
  reader.text[reader.position] === '\\' ? readEscapedCharacter(reader) : readCodePoint(reader);
