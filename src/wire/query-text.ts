import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../base/errors.ts';
import { type Charset, decodeText } from './charset.ts';

/**
 * The text of a statement. Clients such as PyMySQL put raw bytes between quotes, with or without the introducer
 * `_binary`; a literal whose bytes are no text becomes `x'…'`, which means the same bytes. Anywhere else such
 * bytes are error 1300.
 */
export function decodeStatement(
  sql: Buffer,
  options: { readonly charset: Charset; readonly backslashEscapes: boolean },
): string {
  if (options.charset === 'latin1') return decodeText(sql, 'latin1');
  try {
    return decodeText(sql, options.charset);
  } catch (error) {
    if (!(error instanceof GatewayError) || options.charset === 'ascii') throw error;
    return decodeText(replaceByteLiterals(sql, options.backslashEscapes), options.charset);
  }
}

const introducer = '_binary';
const backslash = 0x5c;
const singleQuote = 0x27;
const doubleQuote = 0x22;
const backtick = 0x60;
const newline = 0x0a;

function replaceByteLiterals(sql: Buffer, backslashEscapes: boolean): Buffer {
  const pieces: Buffer[] = [];
  let copied = 0;
  let at = 0;
  while (at < sql.length) {
    const byte = sql[at]!;
    if (byte === singleQuote || byte === doubleQuote || byte === backtick) {
      const end = endOfQuoted(sql, at, backslashEscapes && byte !== backtick);
      if (end === undefined) break;
      const content = sql.subarray(at + 1, end - 1);
      if (byte !== backtick && !isUtf8(content)) {
        const value = unquote(content, byte, backslashEscapes);
        pieces.push(
          sql.subarray(copied, startOfLiteral(sql, at)),
          Buffer.from(` x'${value.toString('hex')}'`),
        );
        copied = end;
      }
      at = end;
    } else {
      at = endOfComment(sql, at) ?? at + 1;
    }
  }
  pieces.push(sql.subarray(copied));
  return Buffer.concat(pieces);
}

/** The index behind the closing quote; undefined when there is none. */
function endOfQuoted(sql: Buffer, open: number, backslashEscapes: boolean): number | undefined {
  const quote = sql[open]!;
  let at = open + 1;
  while (at < sql.length) {
    if (sql[at] === backslash && backslashEscapes) at += 2;
    else if (sql[at] !== quote) at++;
    else if (sql[at + 1] === quote) at += 2;
    else return at + 1;
  }
  return undefined;
}

/** The index behind a comment that begins at `at`; executable comments are none. */
function endOfComment(sql: Buffer, at: number): number | undefined {
  const byte = sql[at]!;
  const isDashes = byte === 0x2d && sql[at + 1] === 0x2d && (sql[at + 2] ?? 0x20) <= 0x20;
  if (byte === 0x23 || isDashes) {
    const end = sql.indexOf(newline, at);
    return end === -1 ? sql.length : end + 1;
  }
  if (byte !== 0x2f || sql[at + 1] !== 0x2a || sql[at + 2] === 0x21) return undefined;
  const end = sql.indexOf('*/', at + 2);
  return end === -1 ? sql.length : end + 2;
}

/** Where a literal begins: at its quote, or at the word `_binary` before it, blanks between allowed. */
function startOfLiteral(sql: Buffer, quote: number): number {
  let end = quote;
  while (end > 0 && sql[end - 1]! <= 0x20) end--;
  const start = end - introducer.length;
  if (start < 0 || sql.toString('latin1', start, end).toLowerCase() !== introducer) return quote;
  return start > 0 && /[\w$\x80-\xff]/.test(String.fromCharCode(sql[start - 1]!)) ? quote : start;
}

/** What a letter behind a backslash stands for (MySQL manual, "String Literals"); others stand for themselves. */
const escapes = new Map([
  [0x30, 0x00],
  [0x62, 0x08],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x5a, 0x1a],
]);

function unquote(content: Buffer, quote: number, backslashEscapes: boolean): Buffer {
  const value = Buffer.allocUnsafe(content.length);
  let length = 0;
  for (let at = 0; at < content.length; at++) {
    let byte = content[at]!;
    if (byte === backslash && backslashEscapes && at + 1 < content.length) {
      byte = content[++at]!;
      byte = escapes.get(byte) ?? byte;
    } else if (byte === quote) {
      at++;
    }
    value[length++] = byte;
  }
  return value.subarray(0, length);
}
