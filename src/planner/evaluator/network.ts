/** Addresses, UUIDs and other identifiers as numbers and bytes (MySQL 8.0 manual, "Miscellaneous Functions"). */
import { isIPv4, isIPv6 } from 'node:net';
import { deflateSync, inflateSync } from 'node:zlib';
import { GatewayError } from '../../base/errors.ts';
import type { SqlValue } from '../../types/value.ts';
import { type FunctionCompiler, integerIn, strict1, strictAll, truth } from './argument.ts';
import { Refusal } from './environment.ts';

type Value = NonNullable<SqlValue>;

const bytesOf = (value: Value): Uint8Array =>
  value instanceof Uint8Array ? value : Buffer.from(String(value), 'utf8');
const latin = (value: Value): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);

/** `1.2` is 1.0.0.2: of fewer than four parts the last one stands last, as inet_aton() reads them. */
function addressNumber(text: string): bigint | null {
  if (!/^[\d.]*\d$/.test(text)) return null;
  const parts = text.split('.').map((part) => BigInt(part));
  if (parts.length > 4 || parts.some((part) => part > 255n)) return null;
  const last = parts.pop()!;
  return parts.reduce((sum, part, index) => sum + (part << BigInt(24 - index * 8)), 0n) + last;
}

function addressBytes(text: string): Uint8Array | null {
  if (isIPv4(text)) return Uint8Array.from(text.split('.').map(Number));
  if (!isIPv6(text) || text.includes('%')) return null;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = dotted === null ? [] : dotted[2]!.split('.').map(Number);
  const words =
    dotted === null
      ? text
      : `${dotted[1]}${((tail[0]! << 8) | tail[1]!).toString(16)}:${((tail[2]! << 8) | tail[3]!).toString(16)}`;
  const [head, rest] = words.split('::') as [string, string | undefined];
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const [before, after] = [groups(head), groups(rest)];
  const zeros = rest === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return Uint8Array.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}

/** The shortest text of an IPv6 address: the longest run of zero groups left out. */
function addressText(bytes: Uint8Array): string | null {
  if (bytes.length === 4) return [...bytes].join('.');
  if (bytes.length !== 16) return null;
  const groups = Array.from({ length: 8 }, (_, index) => (bytes[index * 2]! << 8) | bytes[index * 2 + 1]!);
  let [start, length] = [-1, 1];
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === 0) to++;
    if (to - from > length) [start, length] = [from, to - from];
  }
  const hex = groups.map((group) => group.toString(16));
  const isMapped =
    start === 0 && ((length === 5 && groups[5] === 0xffff) || (length === 6 && groups[6] !== 0));
  const dotted = [...bytes.subarray(12)].join('.');
  if (isMapped) return length === 5 ? `::ffff:${dotted}` : `::${dotted}`;
  if (start < 0) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

const uuidForms =
  /^(?:\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/i;
const isUuid = (text: string): boolean => uuidForms.test(text);

function uuidBytes(text: string, swap: boolean): Uint8Array {
  if (!isUuid(text)) {
    throw new GatewayError('WRONG_TYPED_VALUE', `Incorrect string value: '${text}' for function uuid_to_bin`);
  }
  const bytes = Buffer.from(text.replace(/[{}-]/g, ''), 'hex');
  if (!swap) return Uint8Array.from(bytes);
  const part = (from: number, to: number): Buffer => bytes.subarray(from, to);
  return Uint8Array.from(Buffer.concat([part(6, 8), part(4, 6), part(0, 4), part(8, 16)]));
}

function uuidText(bytes: Uint8Array, swap: boolean): string {
  if (bytes.length !== 16) {
    throw new GatewayError(
      'WRONG_TYPED_VALUE',
      `Incorrect string value: '${latin(bytes)}' for function bin_to_uuid`,
    );
  }
  const all = Buffer.from(bytes);
  const part = (from: number, to: number): Buffer => all.subarray(from, to);
  const ordered = swap ? Buffer.concat([part(4, 8), part(2, 4), part(0, 2), part(8, 16)]) : all;
  const hex = ordered.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Groups of consonants that sound alike; letters without a digit are vowels, H, W and Y. */
const soundexCodes: Readonly<Record<string, string>> = Object.fromEntries(
  ['BFPV', 'CGJKQSXZ', 'DT', 'L', 'MN', 'R'].flatMap((letters, index) =>
    [...letters].map((letter) => [letter, String(index + 1)]),
  ),
);

/** SOUNDEX: vowels are dropped before doubles are, and the result is not cut at four characters. */
function soundex(text: string): string {
  if (/[^\0-\x7f]/.test(text))
    throw new GatewayError(
      'NOT_SUPPORTED',
      "This version of Tidegate doesn't yet support 'SOUNDEX of letters beyond ASCII'",
    );
  const letters = [...text.toUpperCase()].filter((letter) => /[A-Z]/.test(letter));
  const [first, ...rest] = letters;
  if (first === undefined) return '';
  let result = first;
  let last = soundexCodes[first] ?? '0';
  for (const letter of rest) {
    const code = soundexCodes[letter] ?? '0';
    if (code !== '0' && code !== last) result += code;
    // H, W, Y and vowels are dropped first, so equal codes around them count once.
    if (code !== '0') last = code;
  }
  return result.padEnd(4, '0');
}

/** COMPRESS: the length in four bytes, low first, then zlib's stream; a blank at the end is protected. */
function compressed(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  const stream = deflateSync(bytes);
  const tail = stream.at(-1) === 0x20 ? [Buffer.from('.')] : [];
  return Uint8Array.from(Buffer.concat([length, stream, ...tail]));
}

const largestUncompressed = 16 * 1024 * 1024;

function uncompressed(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length === 0) return bytes;
  if (bytes.length <= 4) return null;
  const length = Buffer.from(bytes).readUInt32LE(0) & 0x3fffffff;
  if (length > largestUncompressed) return null;
  try {
    const plain = inflateSync(bytes.subarray(4), { maxOutputLength: Math.max(1, length) });
    return plain.length === length ? Uint8Array.from(plain) : null;
  } catch {
    return null;
  }
}

const formats: Readonly<Record<string, readonly [date: string, time: string, datetime: string]>> = {
  USA: ['%m.%d.%Y', '%h:%i:%s %p', '%Y-%m-%d %H.%i.%s'],
  JIS: ['%Y-%m-%d', '%H:%i:%s', '%Y-%m-%d %H:%i:%s'],
  ISO: ['%Y-%m-%d', '%H:%i:%s', '%Y-%m-%d %H:%i:%s'],
  EUR: ['%d.%m.%Y', '%H.%i.%s', '%Y-%m-%d %H.%i.%s'],
  INTERNAL: ['%Y%m%d', '%H%i%s', '%Y%m%d%H%i%s'],
};

const test =
  (check: (bytes: Uint8Array) => boolean): FunctionCompiler =>
  ([value]) => {
    const { evaluate } = value!;
    return (env) => {
      const bytes = evaluate(env);
      return truth(bytes !== null && check(bytesOf(bytes)));
    };
  };

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  bytes.length === 16 && start.every((byte, index) => bytes[index] === byte);
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

export const networkFunctions: Readonly<Record<string, FunctionCompiler>> = {
  INET_ATON: ([text]) => strict1(text!, (value) => addressNumber(String(value))),
  INET_NTOA: ([number]) =>
    strict1(number!, (value) => {
      const address = BigInt(String(value));
      if (address < 0n || address > 0xffffffffn) return null;
      return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');
    }),
  INET6_ATON: ([text]) => strict1(text!, (value) => addressBytes(latin(value))),
  INET6_NTOA: ([bytes]) =>
    strict1(bytes!, (value) => (value instanceof Uint8Array ? addressText(value) : null)),
  IS_IPV4: test((bytes) => isIPv4(latin(bytes))),
  IS_IPV6: test((bytes) => isIPv6(latin(bytes)) && !latin(bytes).includes('%')),
  IS_IPV4_COMPAT: test((bytes) => startsWith(bytes, zeros(12)) && Buffer.from(bytes).readUInt32BE(12) > 1),
  IS_IPV4_MAPPED: test((bytes) => startsWith(bytes, [...zeros(10), 255, 255])),
  IS_UUID: ([text]) => strict1(text!, (value) => truth(isUuid(latin(value)))),
  UUID_TO_BIN: (args) =>
    strictAll(args, ([text, swap]) =>
      uuidBytes(latin(text!), swap !== undefined && BigInt(String(swap)) !== 0n),
    ),
  BIN_TO_UUID: (args) =>
    strictAll(args, ([bytes, swap]) =>
      uuidText(bytesOf(bytes!), swap !== undefined && BigInt(String(swap)) !== 0n),
    ),
  SOUNDEX: ([text]) => strict1(text!, (value) => soundex(String(value))),
  COMPRESS: ([text]) => strict1(text!, (value) => compressed(bytesOf(value))),
  UNCOMPRESS: ([bytes]) => strict1(bytes!, (value) => uncompressed(bytesOf(value))),
  UNCOMPRESSED_LENGTH: ([bytes], type) =>
    strict1(bytes!, (value) => {
      const given = bytesOf(value);
      if (given.length <= 4) return given.length === 0 ? integerIn(type)(0) : null;
      return integerIn(type)(Buffer.from(given).readUInt32LE(0) & 0x3fffffff);
    }),
  GET_FORMAT: ([kind, name]) => {
    const place = ['DATE', 'TIME', 'DATETIME'].indexOf(
      String(kind!.literal).replace('TIMESTAMP', 'DATETIME'),
    );
    if (place < 0) throw new Refusal('GET_FORMAT of another type');
    return strict1(name!, (value) => formats[String(value).toUpperCase()]?.[place] ?? null);
  },
};
