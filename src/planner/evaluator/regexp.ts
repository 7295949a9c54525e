/**
 * Regular expressions as MySQL 8.0 writes them (ICU's syntax), rewritten for RE2, which matches in linear time
 * and so never holds the server up. What RE2 cannot do answers error 1235.
 */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { FunctionCompiler } from './argument.ts';

const word = '\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}';
const blank = '\\t\\n\\x0b\\f\\r\\x{85}\\p{Z}';

/** ICU's classes by their names, as members of an RE2 set. */
const namedClasses: Readonly<Record<string, string>> = {
  alpha: '\\p{L}\\p{Nl}',
  alnum: '\\p{L}\\p{Nl}\\p{Nd}',
  digit: '\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: blank,
  blank: ' \\t',
  punct: '\\p{P}',
  cntrl: '\\p{Cc}',
  xdigit: '0-9A-Fa-f',
  word,
};

/** Escapes that stand for a set of characters: members, and whether the set is all others. */
const setEscapes: Readonly<Record<string, readonly [members: string, others: boolean]>> = {
  d: ['\\p{Nd}', false],
  D: ['\\p{Nd}', true],
  w: [word, false],
  W: [word, true],
  s: [blank, false],
  S: [blank, true],
};

interface Cursor {
  readonly text: string;
  position: number;
}

function escapeOutside(letter: string): string {
  const set = setEscapes[letter];
  if (set !== undefined) return `[${set[1] ? '^' : ''}${set[0]}]`;
  switch (letter) {
    case 'A':
      return '\\A';
    case 'z':
      return '\\z';
    case 'b':
    case 'B':
    case 'n':
    case 'r':
    case 't':
    case 'f':
      return `\\${letter}`;
  }
  if (/[A-Za-z0-9]/.test(letter)) throw notSupported(`\\${letter} in a regular expression`);
  return quoted(letter);
}

/** A character that stands for itself. */
const quoted = (character: string): string =>
  /[!-/:-@[-`{-~]/.test(character) ? `\\${character}` : character;

/** The set that begins at the cursor. */
function readSet(cursor: Cursor): string {
  const { text } = cursor;
  let result = text[cursor.position++]!;
  if (text[cursor.position] === '^') result += text[cursor.position++]!;
  if (text[cursor.position] === ']') {
    result += '\\]';
    cursor.position++;
  }
  while (cursor.position < text.length) {
    const rest = text.slice(cursor.position);
    const named = /^\[:(\^?)(\w+):\]/.exec(rest);
    if (named !== null) {
      const members = namedClasses[named[2]!.toLowerCase()];
      if (members === undefined || named[1] !== '') throw notSupported(`${named[0]} in a regular expression`);
      result += members;
      cursor.position += named[0].length;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(cursor.position)!);
    cursor.position += character.length;
    if (character === ']') return `${result}]`;
    if (character === '[' || rest.startsWith('&&') || rest.startsWith('--'))
      throw notSupported('a set within a set of a regular expression');
    if (character === '\\') result += escapeInside(cursor);
    else result += character === '-' || character === '^' ? character : quoted(character);
  }
  throw new GatewayError('REGEXP_BRACKET', 'The regular expression contains an unclosed bracket expression.');
}

function escapeInside(cursor: Cursor): string {
  const letter = cursor.text[cursor.position++] ?? '';
  const set = setEscapes[letter];
  if (set !== undefined && !set[1]) return set[0];
  if (/[nrtf]/.test(letter)) return `\\${letter}`;
  if (letter === '' || /[A-Za-z0-9]/.test(letter)) throw notSupported(`\\${letter} in a regular expression`);
  return quoted(letter);
}

/** Flags of a match type (`c i m n u`) as RE2's. Error 1210 for another letter. */
function flagsOf(matchType: string): string {
  const flags = new Set<string>();
  for (const letter of matchType) {
    if (letter === 'c') flags.delete('i');
    else if (letter === 'i') flags.add('i');
    else if (letter === 'm') flags.add('m');
    else if (letter === 'n') flags.add('s');
    else if (letter !== 'u') throw new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to regexp_like');
  }
  return flags.size === 0 ? '' : `(?${[...flags].join('')})`;
}

/** A pattern of MySQL's as RE2's. Error 3685 for an empty one. */
export function patternOf(text: string, matchType: string): string {
  if (text === '') throw new GatewayError('REGEXP_ARGUMENT', 'Illegal argument to a regular expression.');
  const flags = flagsOf(matchType);
  const cursor: Cursor = { text, position: 0 };
  let result = flags;
  while (cursor.position < text.length) {
    const rest = text.slice(cursor.position);
    if (/^\(\?(?:[=!>]|<[=!])/.test(rest)) throw notSupported('look-around in a regular expression');
    if (/^[*+?}]\+/.test(rest)) throw notSupported('a possessive quantifier in a regular expression');
    const character = text[cursor.position]!;
    if (character === '[') {
      result += readSet(cursor);
      continue;
    }
    cursor.position++;
    if (character === '\\') {
      const letter = text[cursor.position++];
      if (letter === undefined)
        throw new GatewayError('REGEXP_ESCAPE', 'Unrecognized escape sequence in regular expression.');
      result += escapeOutside(letter);
    } else if (character === '.') {
      result += flags.includes('s') ? '(?s:.)' : '[^\\n\\x0b\\f\\r\\x{85}\\x{2028}\\x{2029}]';
    } else if (character === '$' && !flags.includes('m')) {
      result += '(?:(?:\\r\\n|[\\n\\r])?\\z)';
    } else result += character;
  }
  return result;
}

/** The replacement of REGEXP_REPLACE, whose groups are `$1`, with RE2's, which are `\1`. */
export function replacementOf(text: string): string {
  return text.replace(/\\(.)|\$(\d)|\\$|\$/gs, (whole, escaped?: string, group?: string) => {
    if (group !== undefined) return `\\${group}`;
    if (escaped !== undefined) return escaped === '\\' ? '\\\\' : escaped;
    if (whole === '\\') return '';
    throw new GatewayError('REGEXP_GROUP', 'A capture group has an invalid name.');
  });
}

/** What the DuckDB printer asks for; no function of a user's. */
export const regexpFunctions: Readonly<Record<string, FunctionCompiler>> = {
  REGEXP_PATTERN:
    ([pattern, matchType]) =>
    (env) => {
      const [text, type] = [pattern!.evaluate(env), matchType?.evaluate(env)];
      return text === null || type === null ? null : patternOf(String(text), String(type ?? 'c'));
    },
  REGEXP_REPLACEMENT:
    ([text]) =>
    (env) => {
      const value = text!.evaluate(env);
      return value === null ? null : replacementOf(String(value));
    },
};
