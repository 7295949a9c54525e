/** Texts of numbers and bytes: bases, encodings, digests, quoting. */
import { createHash } from 'node:crypto';
import { notSupported } from '../../base/errors.ts';
import { formatDecimal, parseDecimal, rescale } from '../../types/decimal.ts';
import { formatDouble } from '../../types/real-text.ts';
import { typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, integerIn, strict1, strict2, strictAll } from './argument.ts';
import type { EvaluationEnv } from './environment.ts';
import { findNumberLocale, grouped, type NumberLocale, plainLocale } from './number-locales.ts';
import { roundDouble } from './numbers.ts';

type Value = NonNullable<SqlValue>;

const toUtf8 = new TextEncoder();
const bytesOf = (value: Value): Uint8Array =>
  value instanceof Uint8Array ? value : toUtf8.encode(String(value));
const unsigned = (value: Value): bigint => BigInt.asUintN(64, BigInt(String(value)));

/** BIN and OCT: CONV of the number's text from base 10. */
const inBase =
  (base: number): FunctionCompiler =>
  (args) =>
    strict1(args[0]!, (value) => convertBase(String(value), 10, base));

/** CONV: digits until the first that the base has not; a negative base means signed numbers. */
function convertBase(text: string, from: number, to: number): string | null {
  const [source, target] = [Math.abs(from), Math.abs(to)];
  if (text === '' || source < 2 || source > 36 || target < 2 || target > 36) return null;
  const [, sign, digits] = /^\s*([+-]?)([0-9a-z]*)/i.exec(text)!;
  let value = 0n;
  for (const digit of digits!.toLowerCase()) {
    const weight = Number.parseInt(digit, 36);
    if (weight >= source) break;
    value = value * BigInt(source) + BigInt(weight);
    if (value > 18_446_744_073_709_551_615n) value = 18_446_744_073_709_551_615n;
  }
  if (sign === '-') value = BigInt.asUintN(64, -value);
  if (to > 0) return value.toString(target).toUpperCase();
  return BigInt.asIntN(64, value).toString(target).toUpperCase();
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

const digests: Readonly<Record<string, string>> = {
  '0': 'sha256',
  '224': 'sha224',
  '256': 'sha256',
  '384': 'sha384',
  '512': 'sha512',
};

const quotedCharacters: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\0': '\\0',
  '\x1a': '\\Z',
};

/** QUOTE: as a string literal of MySQL; NULL as the word. */
function quote(text: string): string {
  return `'${Array.from(text, (character) => quotedCharacters[character] ?? character).join('')}'`;
}

/** Base64 in lines of 76 characters, as TO_BASE64 writes it. */
function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replace(/(.{76})(?=.)/g, '$1\n');
}

function fromBase64(text: string): Uint8Array | null {
  const plain = text.replace(/\s/g, '');
  if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return null;
  return Uint8Array.from(Buffer.from(plain, 'base64'));
}

function unhex(text: string): Uint8Array | null {
  if (/[^0-9A-Fa-f]/.test(text)) return null;
  return Uint8Array.from(Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex'));
}

/** The code of the first character: its UTF-8 bytes as one number. */
function ord(text: string): number {
  const [first] = text;
  if (first === undefined) return 0;
  return toUtf8.encode(first).reduce((code, byte) => code * 256 + byte, 0);
}

function bytesOfCodes(codes: readonly (SqlValue | undefined)[]): Uint8Array {
  const bytes: number[] = [];
  for (const code of codes) {
    if (code === null || code === undefined) continue;
    let rest = BigInt.asUintN(32, BigInt(String(code)));
    const own: number[] = [];
    do {
      own.unshift(Number(rest & 0xffn));
      rest >>= 8n;
    } while (rest > 0n);
    bytes.push(...own);
  }
  return Uint8Array.from(bytes);
}

/** Error 1235 for a locale of MySQL's whose numbers are not known; a warning for what is no locale. */
function localeOf(name: SqlValue, env: EvaluationEnv): NumberLocale {
  const found = name === null ? undefined : findNumberLocale(String(name));
  if (found !== undefined) return found;
  if (/^bg_bg$/i.test(String(name))) throw notSupported('FORMAT in the locale bg_BG');
  env.warn(1649, `Unknown locale: '${name === null ? 'NULL' : String(name)}'`);
  return plainLocale;
}

/** FORMAT: commas between groups of three digits, a fixed number of decimals. */
const format: FunctionCompiler = (args) => {
  const [number, places, localeArg] = args as [Argument, Argument, Argument | undefined];
  const real = typeClass(number.type) === 'real';
  return strict2(number, places, (value, count, env) => {
    const locale = localeArg === undefined ? plainLocale : localeOf(localeArg.evaluate(env), env);
    // The count is an int of 32 bits in MySQL.
    const digits = Math.max(0, Math.min(30, Number(BigInt.asIntN(32, BigInt(String(count))))));
    const rounded = real ? roundDouble(Number(value), digits, false) : 0;
    const parsed = parseDecimal(real ? formatDouble(rounded) : String(value));
    if (parsed === undefined) return null;
    const [whole, fraction] = formatDecimal(rescale(parsed, digits)).split('.');
    const sign = whole!.startsWith('-') ? '-' : '';
    const shown = sign + grouped(whole!.slice(sign.length), locale);
    return fraction === undefined ? shown : `${shown}${locale.point}${fraction}`;
  });
};

const makeSet: FunctionCompiler =
  ([bits, ...members]) =>
  (env) => {
    const mask = bits!.evaluate(env);
    if (mask === null) return null;
    const chosen = members.filter((_, index) => ((unsigned(mask) >> BigInt(index)) & 1n) === 1n);
    return chosen.flatMap((member) => member.evaluate(env) ?? []).join(',');
  };

const exportSet: FunctionCompiler = (args) =>
  strictAll(args, ([bits, on, off, separator, count]) => {
    const length = Math.min(64, Number(BigInt.asUintN(32, BigInt(String(count ?? 64)))));
    return Array.from({ length }, (_, index) =>
      ((unsigned(bits!) >> BigInt(index)) & 1n) === 1n ? on : off,
    ).join(String(separator ?? ','));
  });

export const encodingFunctions: Readonly<Record<string, FunctionCompiler>> = {
  BIN: inBase(2),
  OCT: inBase(8),
  CONV: (args) => strictAll(args, ([text, from, to]) => convertBase(String(text), Number(from), Number(to))),
  CRC32: (args) => strict1(args[0]!, (value) => BigInt(crc32(bytesOf(value)))),
  SHA2: (args) =>
    strict2(args[0]!, args[1]!, (value, length) => {
      const algorithm = digests[String(length)];
      return algorithm === undefined ? null : createHash(algorithm).update(bytesOf(value)).digest('hex');
    }),
  QUOTE:
    ([text]) =>
    (env) => {
      const value = text!.evaluate(env);
      return value === null ? 'NULL' : quote(String(value));
    },
  TO_BASE64: (args) => strict1(args[0]!, (value) => toBase64(bytesOf(value))),
  FROM_BASE64: (args) => strict1(args[0]!, (value) => fromBase64(String(value))),
  UNHEX: (args) => strict1(args[0]!, (value) => unhex(String(value))),
  ORD: (args, type) => strict1(args[0]!, (value) => integerIn(type)(ord(String(value)))),
  CHAR: (args) => (env) => bytesOfCodes(args.map((arg) => arg.evaluate(env))),
  FORMAT: format,
  MAKE_SET: makeSet,
  EXPORT_SET: exportSet,
};
