/** From a token's text to its value. */
import { GatewayError } from '../base/errors.ts';
import type { LiteralValue } from './ast.ts';
import type { SqlModeFlags } from './sql-mode.ts';
import { type TokenBuffer, tokenKind } from './tokens.ts';

const maxSigned = (1n << 63n) - 1n;
const maxUnsigned = (1n << 64n) - 1n;
/** Integers of this many digits are exact as a JS number. */
const exactDigits = 15;
const maxDecimalPrecision = 65;

const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['b', '\b'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['Z', '\x1a'],
  // LIKE needs to see these two: MySQL keeps the backslash
  ['%', '\\%'],
  ['_', '\\_'],
]);

/** The value of the literal token `index`; MySQL's rules for what a number or a string is. ILLEGAL_VALUE for a number that no double holds. */
export function literalValue(
  text: string,
  tokens: TokenBuffer,
  index: number,
  mode: SqlModeFlags,
): LiteralValue {
  const start = tokens.starts[index] ?? 0;
  const end = tokens.ends[index] ?? 0;
  switch (tokens.kinds[index]) {
    case tokenKind.integer:
      return integerValue(text.slice(start, end));
    case tokenKind.decimal:
      return decimalValue(text.slice(start, end));
    case tokenKind.double:
      return doubleValue(text.slice(start, end));
    case tokenKind.hex:
    case tokenKind.bit:
      return binaryValue(text.slice(start, end), tokens, index);
    default:
      return stringValue(text, tokens, index, mode);
  }
}

function doubleValue(digits: string): LiteralValue {
  const value = Number(digits);
  if (Number.isFinite(value)) return { type: 'double', value };
  throw new GatewayError(
    'ILLEGAL_VALUE',
    `Illegal double '${digits.slice(0, 64)}' value found during parsing`,
  );
}

function integerValue(digits: string): LiteralValue {
  if (digits.length <= exactDigits) return { type: 'integer', value: BigInt(Number(digits)) };
  const trimmed = digits.replace(/^0+(?=.)/, '');
  if (trimmed.length > 20) return decimalValue(trimmed);
  const value = BigInt(trimmed);
  if (value <= maxSigned) return { type: 'integer', value };
  if (value <= maxUnsigned) return { type: 'unsigned', value };
  return decimalValue(trimmed);
}

/** A number with a point, or an integer too long for BIGINT; beyond 65 digits MySQL rounds to a double. */
function decimalValue(digits: string): LiteralValue {
  const point = digits.indexOf('.');
  const whole = (point < 0 ? digits : digits.slice(0, point)).replace(/^0+/, '');
  const fraction = point < 0 ? '' : digits.slice(point + 1);
  if (whole.length + fraction.length > maxDecimalPrecision || fraction.length > 30) {
    return doubleValue(digits);
  }
  return {
    type: 'decimal',
    value: (whole === '' ? '0' : whole) + (fraction === '' ? '' : `.${fraction}`),
    precision: Math.max(1, whole.length + fraction.length),
    scale: fraction.length,
  };
}

function binaryValue(spelled: string, tokens: TokenBuffer, index: number): LiteralValue {
  const charset = tokens.introducers.get(index);
  const bare = charset === undefined ? spelled : spelled.replace(/^_\w+/, '').trimStart();
  const digits = bare.startsWith('0') ? bare.slice(2) : bare.slice(2, -1);
  const isHex = tokens.kinds[index] === tokenKind.hex;
  const bytes = isHex ? hexBytes(digits) : bitBytes(digits);
  if (charset === undefined) return { type: isHex ? 'hex' : 'bit', value: bytes };
  if (charset === 'binary') return { type: 'binary', value: bytes };
  return { type: 'string', value: decoded(bytes, charset), charset };
}

function decoded(bytes: Uint8Array, charset: string): string {
  const isLatin = charset === 'latin1' || charset === 'ascii';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(isLatin ? 'latin1' : 'utf8');
}

function hexBytes(digits: string): Uint8Array {
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const bytes = new Uint8Array(even.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(even.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

function bitBytes(digits: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(digits.length / 8));
  for (let at = 0; at < digits.length; at++) {
    if (digits.charCodeAt(digits.length - 1 - at) !== 49) continue;
    const byte = bytes.length - 1 - (at >> 3);
    bytes[byte] = (bytes[byte] ?? 0) | (1 << (at & 7));
  }
  return bytes;
}

function stringValue(text: string, tokens: TokenBuffer, index: number, mode: SqlModeFlags): LiteralValue {
  const flags = tokens.flags[index] ?? 0;
  const start = tokens.starts[index] ?? 0;
  const end = tokens.ends[index] ?? 0;
  if (flags === 0) return { type: 'string', value: text.slice(start + 1, end - 1), charset: null };
  const charset = tokens.introducers.get(index) ?? null;
  const value = decodeStrings(text, start, end, mode);
  if (charset === 'binary') return { type: 'binary', value: new TextEncoder().encode(value) };
  return { type: 'string', value, charset };
}

/** The strings between `start` and `end`, put together; blanks, comments and the introducer are skipped. */
function decodeStrings(text: string, start: number, end: number, mode: SqlModeFlags): string {
  let value = '';
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 39 || code === 34) {
      const part = decodeQuoted(text, at, mode);
      value += part.value;
      at = part.end;
    } else {
      at = skipBetween(text, at);
    }
  }
  return value;
}

/** One step over what stands between adjacent strings; comments may hold quotes. */
function skipBetween(text: string, at: number): number {
  if (text.startsWith('/*', at) && text[at + 2] !== '!') return text.indexOf('*/', at) + 2;
  if (text[at] === '#' || text.startsWith('--', at)) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end + 1;
  }
  return at + 1;
}

/** The string or name whose opening quote is at `start`; `end` is after the closing quote. */
function decodeQuoted(text: string, start: number, mode: SqlModeFlags): { value: string; end: number } {
  const quote = text[start] ?? "'";
  let value = '';
  let from = start + 1;
  for (let at = from; ; at++) {
    const character = text[at];
    if (character === undefined) return { value: value + text.slice(from), end: text.length };
    if (character === quote) {
      value += text.slice(from, at);
      if (text[at + 1] !== quote) return { value, end: at + 1 };
      value += quote;
      at++;
      from = at + 1;
    } else if (character === '\\' && !mode.noBackslashEscapes && quote !== '`') {
      const escaped = text[at + 1] ?? '';
      value += text.slice(from, at) + (escapes.get(escaped) ?? escaped);
      at++;
      from = at + 1;
    }
  }
}

/** The name in a word, quoted name or `@variable` token. */
export function nameValue(text: string, start: number, end: number, mode: SqlModeFlags): string {
  const first = text.charCodeAt(start);
  if (first === 64) {
    const quote = text.charCodeAt(start + 1);
    if (quote === 39 || quote === 34 || quote === 96) return decodeQuoted(text, start + 1, mode).value;
    return text.slice(start + 1, end);
  }
  if (first !== 96 && first !== 34) return text.slice(start, end);
  const inner = text.slice(start + 1, end - 1);
  const quote = first === 96 ? '`' : '"';
  return inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner;
}
