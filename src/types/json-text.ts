/**
 * JSON text as MySQL stores and prints it: one space after `,` and `:`, the keys of an object ordered by
 * length in bytes and then by bytes, the last of equal keys kept. Integers beyond a double's precision
 * keep their digits.
 */
import { GatewayError } from '../base/errors.ts';
import { formatDouble } from './real-text.ts';

/** MySQL's bound on nesting. */
const maxDepth = 100;

/** The argument of a call, for messages; the first is 1. */
export interface JsonPlace {
  readonly call: string;
  readonly position: number;
}

/** Where a document's text comes from. */
type JsonSource =
  /** `table.column`; empty for a parameter. */
  { readonly kind: 'column'; readonly name: string } | ({ readonly kind: 'argument' } & JsonPlace);

interface Cursor {
  readonly text: string;
  readonly source: JsonSource;
  position: number;
  depth: number;
}

function invalid(cursor: Cursor, problem: string): GatewayError {
  const { source, position } = cursor;
  if (source.kind === 'argument') {
    return new GatewayError(
      'INVALID_JSON_ARGUMENT',
      `Invalid JSON text in argument ${source.position} to function ${source.call}: "${problem}" at position ${position}.`,
    );
  }
  return new GatewayError(
    'INVALID_JSON',
    `Invalid JSON text: "${problem}" at position ${position} in value for column '${source.name}'.`,
  );
}

function skipBlanks(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.position);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    cursor.position++;
  }
}

/** Normalised text of a JSON document. Errors 3140, or 3141 in an argument, and 3157 of its depth. */
export function normalizeJson(text: string, source: JsonSource): string {
  const cursor: Cursor = { text, source, position: 0, depth: 0 };
  skipBlanks(cursor);
  if (cursor.position === text.length) throw invalid(cursor, 'The document is empty.');
  const normal = readValue(cursor);
  skipBlanks(cursor);
  if (cursor.position < text.length) {
    throw invalid(cursor, 'The document root must not be followed by other values.');
  }
  return normal;
}

function readValue(cursor: Cursor): string {
  const first = cursor.text[cursor.position];
  switch (first) {
    case '{':
      return nested(cursor, readObject);
    case '[':
      return nested(cursor, readArray);
    case '"':
      return JSON.stringify(readString(cursor));
    default:
      return (
        readWord(cursor, 'true') ??
        readWord(cursor, 'false') ??
        readWord(cursor, 'null') ??
        readNumber(cursor)
      );
  }
}

function nested(cursor: Cursor, read: (cursor: Cursor) => string): string {
  cursor.depth++;
  if (cursor.depth > maxDepth) {
    throw new GatewayError('JSON_TOO_DEEP', 'The JSON document exceeds the maximum depth.');
  }
  const text = read(cursor);
  cursor.depth--;
  return text;
}

function readWord(cursor: Cursor, word: string): string | undefined {
  if (!cursor.text.startsWith(word, cursor.position)) return undefined;
  cursor.position += word.length;
  return word;
}

const numberForm = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;

function readNumber(cursor: Cursor): string {
  numberForm.lastIndex = cursor.position;
  const match = numberForm.exec(cursor.text);
  if (match === null) throw invalid(cursor, 'Invalid value.');
  const digits = match[0];
  if (match[1] === undefined && match[2] === undefined) {
    const whole = BigInt(digits);
    if (whole >= -(1n << 63n) && whole < 1n << 64n) {
      cursor.position += digits.length;
      return digits === '-0' ? '0' : digits;
    }
  }
  const value = Number(digits);
  if (!Number.isFinite(value)) throw invalid(cursor, 'Number too big to be stored in double.');
  cursor.position += digits.length;
  const text = formatDouble(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The string literal at the cursor; JSON.parse decodes it, once its end is found. */
function readString(cursor: Cursor): string {
  const { text, position: start } = cursor;
  let end = start + 1;
  for (; ; end++) {
    const code = text.charCodeAt(end);
    if (code === 0x22) break;
    if (code === 0x5c) end++;
    if (end >= text.length) throw invalid(cursor, 'Missing a closing quotation mark in string.');
  }
  try {
    const value: unknown = JSON.parse(text.slice(start, end + 1));
    cursor.position = end + 1;
    return String(value);
  } catch {
    throw invalid(cursor, 'Invalid escape character in string.');
  }
}

function readArray(cursor: Cursor): string {
  const items: string[] = [];
  cursor.position++;
  skipBlanks(cursor);
  if (cursor.text[cursor.position] === ']') {
    cursor.position++;
    return '[]';
  }
  for (;;) {
    skipBlanks(cursor);
    items.push(readValue(cursor));
    skipBlanks(cursor);
    const next = cursor.text[cursor.position];
    if (next !== ',' && next !== ']') {
      throw invalid(cursor, 'Missing a comma or ] after an array element.');
    }
    cursor.position++;
    if (next === ']') return `[${items.join(', ')}]`;
  }
}

export function byLengthThenBytes(left: string, right: string): number {
  const [a, b] = [Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8')];
  return a.length - b.length || Buffer.compare(a, b);
}

function readObject(cursor: Cursor): string {
  const members = new Map<string, string>();
  cursor.position++;
  skipBlanks(cursor);
  if (cursor.text[cursor.position] === '}') {
    cursor.position++;
    return '{}';
  }
  for (;;) {
    skipBlanks(cursor);
    if (cursor.text[cursor.position] !== '"') throw invalid(cursor, 'Missing a name for object member.');
    const name = readString(cursor);
    skipBlanks(cursor);
    if (cursor.text[cursor.position] !== ':') {
      throw invalid(cursor, 'Missing a colon after a name of object member.');
    }
    cursor.position++;
    skipBlanks(cursor);
    members.set(name, readValue(cursor));
    skipBlanks(cursor);
    const next = cursor.text[cursor.position];
    if (next !== ',' && next !== '}') {
      throw invalid(cursor, 'Missing a comma or } after an object member.');
    }
    cursor.position++;
    if (next === '}') break;
  }
  const names = [...members.keys()].sort(byLengthThenBytes);
  return `{${names.map((name) => `${JSON.stringify(name)}: ${members.get(name)}`).join(', ')}}`;
}
