/** The syntax of MySQL 8.0's regular expressions, which are ICU's (ICU User Guide, "Regular Expressions"). */
import { notSupported } from '../../base/errors.ts';
import { parseBracket } from './bracket.ts';
import { caselessSet, complement, escapeSet, lineTerminators, propertySet, single } from './character-set.ts';
import { regexpError, syntaxError } from './errors.ts';
import { type CharacterSet, type Regexp, type RegexpNode, widthOf } from './node.ts';
import { type Reader, readCodePoint, readEscapedCharacter, readPropertyName } from './reader.ts';

export interface RegexpFlags {
  readonly caseless: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  /** Only LF ends a line. */
  readonly unixLines: boolean;
  /** Blanks and comments in the pattern are skipped. */
  readonly comments: boolean;
}

interface Parser extends Reader {
  flags: RegexpFlags;
  captures: number;
  depth: number;
  readonly names: Map<string, number>;
  readonly references: { readonly index: number }[];
}

/** ICU's own bound on what it compiles; a longer pattern is a mistake. */
const patternLengthMax = 65_536;
const depthMax = 200;
const repeatMax = 16_777_215;
/** Look-behind tries every length up to the most of its body. */
const lookBehindMax = 255;

const flagOfLetter: Readonly<Record<string, keyof RegexpFlags>> = {
  i: 'caseless',
  m: 'multiline',
  s: 'dotAll',
  d: 'unixLines',
  x: 'comments',
};

/** Parses a pattern. Errors 3685 to 3700, and 1235 for character names and Unicode word boundaries. */
export function parseRegexp(text: string, flags: RegexpFlags): Regexp {
  if (text === '') throw regexpError('REGEXP_ARGUMENT');
  if (text.length > patternLengthMax) throw regexpError('REGEXP_TOO_BIG');
  const parser: Parser = {
    text,
    position: 0,
    flags,
    captures: 0,
    depth: 0,
    names: new Map(),
    references: [],
  };
  const root = parseAlternatives(parser);
  if (parser.position < text.length) throw regexpError('REGEXP_PARENTHESIS');
  if (parser.references.some(({ index }) => index > parser.captures))
    throw regexpError('REGEXP_BACK_REFERENCE');
  return { root, captures: parser.captures, names: parser.names };
}

function parseAlternatives(parser: Parser): RegexpNode {
  if (++parser.depth > depthMax) throw regexpError('REGEXP_TOO_BIG');
  const items = [parseSequence(parser)];
  while (parser.text[parser.position] === '|') {
    parser.position++;
    items.push(parseSequence(parser));
  }
  parser.depth--;
  return items.length === 1 ? items[0]! : { kind: 'alternatives', items };
}

function parseSequence(parser: Parser): RegexpNode {
  const items: RegexpNode[] = [];
  for (;;) {
    if (parser.flags.comments) skipComments(parser);
    const next = parser.text[parser.position];
    if (next === undefined || next === '|' || next === ')') break;
    const item = parseAtom(parser);
    if (item === undefined) continue;
    items.push(parseRepeats(parser, item));
  }
  return items.length === 1 ? items[0]! : { kind: 'sequence', items };
}

function skipComments(parser: Parser): void {
  const blanks = /(?:[\s\u0085\u200e\u200f]|#[^\n]*(?:\n|$))*/y;
  blanks.lastIndex = parser.position;
  parser.position += blanks.exec(parser.text)![0].length;
}

// ---- repetitions ----------------------------------------------------------------------------------

function parseRepeats(parser: Parser, atom: RegexpNode): RegexpNode {
  if (parser.flags.comments) skipComments(parser);
  const bounds = repeatBounds(parser);
  if (bounds === undefined) return atom;
  const suffix = parser.text[parser.position];
  const mode = suffix === '?' ? 'lazy' : suffix === '+' ? 'possessive' : 'greedy';
  if (mode !== 'greedy') parser.position++;
  // A second repetition has nothing to repeat.
  if (/[*+?]/.test(parser.text[parser.position] ?? '')) throw syntaxError(parser.position + 1);
  return { kind: 'repeat', body: atom, ...bounds, mode };
}

function repeatBounds(parser: Parser): { readonly min: number; readonly max: number } | undefined {
  const { text } = parser;
  const many = Number.POSITIVE_INFINITY;
  switch (text[parser.position]) {
    case '*':
      parser.position++;
      return { min: 0, max: many };
    case '+':
      parser.position++;
      return { min: 1, max: many };
    case '?':
      parser.position++;
      return { min: 0, max: 1 };
    case '{': {
      const form = /\{(\d+)(?:(,)(\d*))?\}/y;
      form.lastIndex = parser.position;
      const match = form.exec(text);
      if (match === null) throw regexpError('REGEXP_INTERVAL');
      parser.position += match[0].length;
      const min = Number(match[1]);
      const max = match[2] === undefined ? min : match[3] === '' ? many : Number(match[3]);
      if (min > repeatMax || (max !== many && max > repeatMax)) throw regexpError('REGEXP_INTERVAL');
      if (max < min) throw regexpError('REGEXP_INTERVAL_ORDER');
      return { min, max };
    }
    default:
      return undefined;
  }
}

// ---- atoms ----------------------------------------------------------------------------------------

const setNode = (parser: Parser, set: CharacterSet): RegexpNode => ({
  kind: 'set',
  set: parser.flags.caseless ? caselessSet(set) : set,
  caseless: parser.flags.caseless,
});

const characterNode = (parser: Parser, codePoint: number): RegexpNode => ({
  kind: 'character',
  codePoint,
  caseless: parser.flags.caseless,
});

const assertionNode = (
  parser: Parser,
  assertion: Extract<RegexpNode, { kind: 'assertion' }>['assertion'],
): RegexpNode => ({ kind: 'assertion', assertion, unixLines: parser.flags.unixLines });

/** Undefined for what stands for nothing: flags and comments. */
function parseAtom(parser: Parser): RegexpNode | undefined {
  const { flags } = parser;
  const character = parser.text[parser.position]!;
  switch (character) {
    case '(':
      return parseGroup(parser);
    case '[':
      return { kind: 'set', set: parseBracket(parser, flags.caseless), caseless: flags.caseless };
    case '\\':
      return parseEscape(parser);
    case '*':
    case '+':
    case '?':
    case '{':
      throw syntaxError(parser.position + 1);
  }
  const codePoint = readCodePoint(parser);
  if (character === '.') {
    if (flags.dotAll) return { kind: 'anything' };
    return { kind: 'set', set: complement(flags.unixLines ? single(10) : lineTerminators), caseless: false };
  }
  if (character === '^') return assertionNode(parser, flags.multiline ? 'lineStart' : 'inputStart');
  if (character === '$') return assertionNode(parser, flags.multiline ? 'lineEnd' : 'lastLineEnd');
  return characterNode(parser, codePoint);
}

const assertions = {
  A: 'inputStart',
  Z: 'lastLineEnd',
  z: 'inputEnd',
  b: 'wordBoundary',
  B: 'noWordBoundary',
  G: 'searchStart',
} as const;

function parseEscape(parser: Parser): RegexpNode {
  const letter = parser.text[parser.position + 1];
  if (letter === undefined) throw regexpError('REGEXP_ESCAPE');
  if (letter in assertions) {
    parser.position += 2;
    return assertionNode(parser, assertions[letter as keyof typeof assertions]);
  }
  const set = escapeSet(letter);
  if (set !== undefined) {
    parser.position += 2;
    return setNode(parser, set);
  }
  switch (letter) {
    case 'R':
      parser.position += 2;
      return { kind: 'lineBreak' };
    case 'X':
      parser.position += 2;
      return { kind: 'grapheme' };
    case 'Q':
      return parseQuoted(parser);
    case 'N':
      throw notSupported('\\N{…} in a regular expression');
    case 'k':
      return parseNamedReference(parser);
    case 'p':
    case 'P': {
      const property = readPropertyName(parser, propertySet);
      return setNode(parser, letter === 'p' ? property : complement(property));
    }
  }
  if (/[1-9]/.test(letter)) return parseReference(parser);
  return characterNode(parser, readEscapedCharacter(parser));
}

/** `\Q…\E` */
function parseQuoted(parser: Parser): RegexpNode {
  const start = parser.position + 2;
  const end = parser.text.indexOf('\\E', start);
  const quoted = parser.text.slice(start, end < 0 ? undefined : end);
  parser.position = end < 0 ? parser.text.length : end + 2;
  return {
    kind: 'sequence',
    items: [...quoted].map((character) => characterNode(parser, character.codePointAt(0)!)),
  };
}

/** `\12` is group 12 where the pattern has as many groups, otherwise group 1 and a 2. */
function parseReference(parser: Parser): RegexpNode {
  const total = parser.text.match(/(?<!\\)\((?!\?)|\(\?<(?![=!])/g)?.length ?? 0;
  let digits = 1;
  const start = parser.position + 1;
  while (
    /\d/.test(parser.text[start + digits] ?? '') &&
    Number(parser.text.slice(start, start + digits + 1)) <= total
  ) {
    digits++;
  }
  const index = Number(parser.text.slice(start, start + digits));
  parser.position = start + digits;
  parser.references.push({ index });
  return { kind: 'backReference', index, caseless: parser.flags.caseless };
}

const nameForm = /<([A-Za-z][A-Za-z0-9]*)>/y;

function parseNamedReference(parser: Parser): RegexpNode {
  nameForm.lastIndex = parser.position + 2;
  const match = nameForm.exec(parser.text);
  const index = match === null ? undefined : parser.names.get(match[1]!);
  if (match === null || index === undefined) throw regexpError('REGEXP_GROUP');
  parser.position = nameForm.lastIndex;
  return { kind: 'backReference', index, caseless: parser.flags.caseless };
}

// ---- groups ---------------------------------------------------------------------------------------

function close(parser: Parser): void {
  if (parser.text[parser.position] !== ')') throw regexpError('REGEXP_PARENTHESIS');
  parser.position++;
}

function parseGroup(parser: Parser): RegexpNode | undefined {
  const { text, flags } = parser;
  const start = parser.position;
  const inside = (length: number, build: (body: RegexpNode) => RegexpNode): RegexpNode => {
    parser.position = start + length;
    const body = parseAlternatives(parser);
    close(parser);
    parser.flags = flags;
    return build(body);
  };
  if (text[start + 1] !== '?') {
    const index = ++parser.captures;
    return inside(1, (body) => ({ kind: 'capture', index, body }));
  }
  const look = /\(\?(<?)([=!])/y;
  look.lastIndex = start;
  const looking = look.exec(text);
  if (looking !== null) {
    const behind = looking[1] === '<';
    return inside(looking[0].length, (body) => {
      if (behind && widthOf(body).max > lookBehindMax) throw regexpError('REGEXP_LOOK_BEHIND');
      return { kind: 'look', behind, negated: looking[2] === '!', body };
    });
  }
  switch (text[start + 2]) {
    case ':':
      return inside(3, (body) => ({ kind: 'sequence', items: [body] }));
    case '>':
      return inside(3, (body) => ({ kind: 'atomic', body }));
    case '#': {
      const end = text.indexOf(')', start);
      if (end < 0) throw regexpError('REGEXP_PARENTHESIS');
      parser.position = end + 1;
      return undefined;
    }
    case '<': {
      nameForm.lastIndex = start + 2;
      const match = nameForm.exec(text);
      if (match === null || parser.names.has(match[1]!)) throw regexpError('REGEXP_GROUP');
      const index = ++parser.captures;
      parser.names.set(match[1]!, index);
      return inside(2 + match[0].length, (body) => ({ kind: 'capture', index, body }));
    }
    default:
      return parseFlags(parser, inside);
  }
}

/** `(?i)`, `(?i-m)`, and `(?i:…)`. */
function parseFlags(
  parser: Parser,
  inside: (length: number, build: (body: RegexpNode) => RegexpNode) => RegexpNode,
): RegexpNode | undefined {
  const form = /\(\?([a-z]*)(?:-([a-z]*))?([:)])?/iy;
  form.lastIndex = parser.position;
  const match = form.exec(parser.text)!;
  const [whole, on, off, end] = match;
  if (end === undefined)
    throw parser.position + whole.length >= parser.text.length
      ? regexpError('REGEXP_PARENTHESIS')
      : syntaxError(parser.position + whole.length + 1);
  const changed: { -readonly [flag in keyof RegexpFlags]: boolean } = { ...parser.flags };
  for (const [letters, value] of [
    [on, true],
    [off, false],
  ] as const) {
    for (const letter of letters ?? '') {
      if (letter === 'w') throw notSupported('Unicode word boundaries in a regular expression');
      const flag = flagOfLetter[letter];
      if (flag === undefined) throw regexpError('REGEXP_FLAG');
      changed[flag] = value;
    }
  }
  const before = parser.flags;
  parser.flags = changed;
  if (end === ':') {
    const node = inside(whole.length, (body) => ({ kind: 'sequence', items: [body] }));
    parser.flags = before;
    return node;
  }
  // To the end of the group that it stands in, which puts the flags of its begin back.
  parser.position += whole.length;
  return undefined;
}
