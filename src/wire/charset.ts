import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../base/errors.ts';

/**
 * Character sets of the connection. utf8mb4 is what strings are in memory; the others are converted at the
 * edge. MySQL's latin1 is Windows-1252 with the five unassigned bytes kept as control characters.
 */
export type Charset = 'utf8mb4' | 'utf8mb3' | 'latin1' | 'ascii' | 'binary';

export interface CharsetInfo {
  readonly name: Charset;
  /** The collation id that column definitions carry for text in this character set. */
  readonly collationId: number;
  readonly bytesPerCharacter: number;
}

/** With no conversion (`binary`) text leaves as it is in memory, so its columns are called utf8mb4. */
const infos: Record<Charset, CharsetInfo> = {
  utf8mb4: { name: 'utf8mb4', collationId: 45, bytesPerCharacter: 4 },
  utf8mb3: { name: 'utf8mb3', collationId: 33, bytesPerCharacter: 3 },
  latin1: { name: 'latin1', collationId: 8, bytesPerCharacter: 1 },
  ascii: { name: 'ascii', collationId: 11, bytesPerCharacter: 1 },
  binary: { name: 'binary', collationId: 45, bytesPerCharacter: 4 },
};

/** The collation id of columns that hold bytes or numbers. */
export const binaryCollationId = 63;

/** The character set called `name`; `utf8` is utf8mb3, unknown names are taken as utf8mb4. */
export function charsetInfo(name: string): CharsetInfo {
  if (name === 'utf8') return infos.utf8mb3;
  return Object.hasOwn(infos, name) ? infos[name as Charset] : infos.utf8mb4;
}

/** Characters of the bytes 0x80 to 0x9F; zero where Windows-1252 assigns none. */
const windows1252 = [
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
  0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
  0x0153, 0, 0x017e, 0x0178,
].map((unit, index) => unit || 0x80 + index);

const byteOfUnit = new Map(windows1252.map((unit, index) => [unit, 0x80 + index]));

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const isAscii = (bytes: Uint8Array): boolean => {
  for (let index = 0; index < bytes.length; index++) if (bytes[index]! > 0x7f) return false;
  return true;
};

/**
 * Text of a client's bytes. Bytes that are no text in `charset` are error 1300 rather than replacement
 * characters, which would be stored in place of what was sent.
 */
export function decodeText(bytes: Buffer, charset: Charset): string {
  if (charset === 'latin1') return decodeLatin1(bytes);
  if (charset === 'ascii') {
    if (!isAscii(bytes)) throw invalidString(bytes, charset);
    return bytes.toString('latin1');
  }
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw invalidString(bytes, charset === 'binary' ? 'utf8mb4' : charset);
  }
}

/** Whether `decodeText` accepts the bytes. */
export function isText(bytes: Buffer, charset: Charset): boolean {
  if (charset === 'latin1') return true;
  return charset === 'ascii' ? isAscii(bytes) : isUtf8(bytes);
}

function decodeLatin1(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return text.replace(/[\x80-\x9f]/g, (character: string) =>
    String.fromCharCode(windows1252[character.charCodeAt(0) - 0x80]!),
  );
}

function invalidString(bytes: Buffer, charset: Charset): GatewayError {
  const first = bytes.findIndex((byte) => byte > 0x7f);
  const shown = [...bytes.subarray(first, first + 6)]
    .map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
  return new GatewayError('INVALID_CHARACTER_STRING', `Invalid ${charset} character string: '${shown}'`);
}

/** Text as bytes of `charset`; what it cannot say becomes `?`, as in MySQL's results. */
export function encodeText(text: string, charset: Charset): Buffer {
  switch (charset) {
    case 'latin1':
      return encodeBytes(text, (unit) =>
        unit < 0x80 || (unit > 0x9f && unit < 0x100) ? unit : byteOfUnit.get(unit),
      );
    case 'ascii':
      return encodeBytes(text, (unit) => (unit < 0x80 ? unit : undefined));
    case 'utf8mb3':
      return Buffer.from(text.replace(/[\u{10000}-\u{10ffff}]/gu, '?'));
    case 'utf8mb4':
    case 'binary':
      return Buffer.from(text);
  }
}

function encodeBytes(text: string, byteOf: (unit: number) => number | undefined): Buffer {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (const character of text) bytes[length++] = byteOf(character.codePointAt(0)!) ?? 0x3f;
  return bytes.subarray(0, length);
}
