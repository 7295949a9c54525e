import { isUtf8 } from 'node:buffer';
import {
  type CoerceContext,
  dataTooLong,
  dataTruncated,
  type TargetColumn,
  wrongValue,
} from './coerce-error.ts';
import { collationKey, comparesByBytes, foreignCharacter } from './collation.ts';
import { formatDouble, formatFloat } from './real-text.ts';
import { defaultCollation, type SqlType, typeClass } from './sql-type.ts';
import { formatDate, formatDatetime, formatTime } from './temporal.ts';
import type { SqlValue } from './value.ts';

const microsPerMinute = 60_000_000n;

/** Bytes of a BIT value, high first, as many as its length needs. */
function bytesOfBit(value: bigint, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
  return bytes.subarray(8 - ((length + 7) >> 3));
}

/** A value's text, as MySQL converts to a string; bytes that are no UTF-8 become U+FFFD. */
export function textOfValue(value: SqlValue, from: SqlType, context: CoerceContext): string {
  if (value === null) return 'NULL';
  switch (from.kind) {
    case 'float':
      return formatFloat(value as number);
    case 'double':
      return formatDouble(value as number, from.scale);
    case 'date':
      return formatDate(value as number);
    case 'datetime':
      return formatDatetime(value as bigint, from.fsp);
    case 'timestamp': {
      const utc = value as bigint;
      return formatDatetime(utc + BigInt(context.zoneMinutes(utc)) * microsPerMinute, from.fsp);
    }
    case 'time':
      return formatTime(value as bigint, from.fsp);
    case 'year':
      return String(value).padStart(4, '0');
    case 'bit':
      return bytesOfBit(value as bigint, from.length).toString('utf8');
    default:
      return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
  }
}

/** The first bytes that are no UTF-8, at most six, as MySQL shows them: `\xC3\x28`. */
function invalidUtf8(bytes: Uint8Array): string {
  let start = 0;
  // The longest valid prefix ends at most three bytes before the first bad one's lead byte.
  for (let low = 0, high = bytes.length; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if (isValidPrefix(bytes.subarray(0, middle))) low = start = middle;
    else high = middle - 1;
  }
  while (start > 0 && !isUtf8(bytes.subarray(0, start))) start--;
  const shown = bytes.subarray(start, start + 6);
  const hex = Array.from(shown, (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  return bytes.length > start + 6 ? `${hex}...` : hex;
}

/** Whether bytes are UTF-8 but for a character cut off at their end. */
function isValidPrefix(bytes: Uint8Array): boolean {
  for (let cut = 0; cut < 4 && cut <= bytes.length; cut++) {
    if (isUtf8(bytes.subarray(0, bytes.length - cut))) return true;
  }
  return false;
}

function characterCount(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

/** Cuts text at `limit` characters when only spaces are lost; undefined when more would be. */
function cutSpaces(text: string, limit: number): string | undefined {
  if (text.length <= limit) return text;
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end--;
  const count = characterCount(text);
  if (count <= limit) return text;
  if (count - (text.length - end) > limit) return undefined;
  return text.slice(0, text.length - (count - limit));
}

const textBytes = {
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
  longtext: 4_294_967_295,
} as const;
const blobBytes = {
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
  longblob: 4_294_967_295,
} as const;

function stringOf(value: SqlValue, from: SqlType, column: TargetColumn, context: CoerceContext): string {
  if (typeof value === 'string') return value;
  const bytes =
    from.kind === 'bit'
      ? bytesOfBit(value as bigint, from.length)
      : value instanceof Uint8Array
        ? value
        : null;
  if (bytes === null) return textOfValue(value, from, context);
  if (!isUtf8(bytes)) throw wrongValue('string', invalidUtf8(bytes), column, context);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Error 1366 for characters that the column's character set has not. */
function requireCharacters(
  text: string,
  collation: string,
  column: TargetColumn,
  context: CoerceContext,
): void {
  const at = foreignCharacter(text, collation);
  if (at < 0) return;
  const bytes = Buffer.from(text.slice(at), 'utf8');
  const hex = Array.from(
    bytes.subarray(0, 6),
    (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  );
  throw wrongValue('string', hex.join('') + (bytes.length > 6 ? '...' : ''), column, context);
}

/** CHAR, VARCHAR and the TEXTs: too long is an error unless only spaces are lost. */
export function coerceToText(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): string {
  const { type } = column;
  const text = stringOf(value, from, column, context);
  if ('collation' in type && type.collation !== defaultCollation)
    requireCharacters(text, type.collation, column, context);
  switch (type.kind) {
    case 'char': {
      const trimmed = text.endsWith(' ') ? text.replace(/ +$/, '') : text;
      if (trimmed.length > type.length && characterCount(trimmed) > type.length) {
        throw dataTooLong(column, context);
      }
      return trimmed;
    }
    case 'varchar': {
      const cut = cutSpaces(text, type.length);
      if (cut === undefined) throw dataTooLong(column, context);
      return cut;
    }
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext': {
      const limit = textBytes[type.kind];
      if (text.length * 3 <= limit) return text;
      const excess = Buffer.byteLength(text, 'utf8') - limit;
      if (excess <= 0) return text;
      if (/[^ ]/.test(text.slice(-excess))) throw dataTooLong(column, context);
      return text.slice(0, -excess);
    }
    default:
      return text;
  }
}

function bytesOf(value: SqlValue, from: SqlType, context: CoerceContext): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (from.kind === 'bit') return bytesOfBit(value as bigint, from.length);
  const text = typeof value === 'string' ? value : textOfValue(value, from, context);
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

/** BINARY (padded with zeros), VARBINARY and the BLOBs. */
export function coerceToBytes(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): Uint8Array {
  const { type } = column;
  const bytes = bytesOf(value, from, context);
  switch (type.kind) {
    case 'binary': {
      if (bytes.length > type.length) throw dataTooLong(column, context);
      if (bytes.length === type.length) return bytes;
      const padded = new Uint8Array(type.length);
      padded.set(bytes);
      return padded;
    }
    case 'varbinary':
      if (bytes.length > type.length) throw dataTooLong(column, context);
      return bytes;
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      if (bytes.length > blobBytes[type.kind]) throw dataTooLong(column, context);
      return bytes;
    default:
      return bytes;
  }
}

const isNumeric = (type: SqlType): boolean => {
  const family = typeClass(type);
  return family === 'integer' || family === 'decimal' || family === 'real' || family === 'bit';
};

/** The number of a member by its text under the column's collation, from 1; 0 for none. */
function memberNumber(members: readonly string[], text: string, collation: string): number {
  const exact = members.indexOf(text) + 1;
  if (exact > 0 || comparesByBytes(collation)) return exact;
  const key = collationKey(collation);
  const wanted = key(text);
  return members.findIndex((member) => key(member) === wanted) + 1;
}

/** ENUM: a member by text, or by its number; anything else is error 1265. */
export function coerceToEnum(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): string {
  const { type } = column;
  if (type.kind !== 'enum') throw dataTruncated(column, context);
  let number: number;
  if (isNumeric(from)) {
    // A real is cut, an exact number rounded.
    number = typeof value === 'number' ? Math.trunc(value) : Math.round(Number(value));
  } else {
    const text = stringOf(value, from, column, context).replace(/ +$/, '');
    number = memberNumber(type.members, text, type.collation);
    if (number === 0 && /^\d{1,5}$/.test(text)) number = Number(text);
  }
  const member = type.members[number - 1];
  if (member === undefined) throw dataTruncated(column, context);
  return member;
}

/** SET: members by text in any order, or their bits as a number; stored in the order of definition. */
export function coerceToSet(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
): string {
  const { type } = column;
  if (type.kind !== 'set') throw dataTruncated(column, context);
  const bits = isNumeric(from)
    ? BigInt(typeof value === 'number' ? Math.trunc(value) : Math.round(Number(value)))
    : bitsOfMembers(stringOf(value, from, column, context), type.members, type.collation);
  if (bits === undefined || bits < 0n || bits >> BigInt(type.members.length) !== 0n) {
    throw dataTruncated(column, context);
  }
  return type.members.filter((_, index) => ((bits >> BigInt(index)) & 1n) === 1n).join(',');
}

function bitsOfMembers(text: string, members: readonly string[], collation: string): bigint | undefined {
  if (text === '') return 0n;
  let bits = 0n;
  for (const part of text.split(',')) {
    const number = memberNumber(members, part.replace(/ +$/, ''), collation);
    if (number === 0) return /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
    bits |= 1n << BigInt(number - 1);
  }
  return bits;
}

/** BIT(n): a number, or the bytes of a string as a big-endian number; too many bits are error 1406. */
export function coerceToBit(
  value: SqlValue,
  from: SqlType,
  column: TargetColumn,
  context: CoerceContext,
  integerOf: () => bigint,
): bigint {
  const { type } = column;
  if (type.kind !== 'bit') throw dataTooLong(column, context);
  let bits: bigint;
  if (typeof value === 'string' && typeClass(from) === 'string') {
    bits = bitsOfBytes(Buffer.from(value, 'utf8'));
  } else if (value instanceof Uint8Array) {
    bits = bitsOfBytes(value);
  } else {
    bits = integerOf();
    if (bits < 0n) bits = BigInt.asUintN(64, bits);
  }
  if (bits >> BigInt(type.length) !== 0n) throw dataTooLong(column, context);
  return bits;
}

function bitsOfBytes(bytes: Uint8Array): bigint {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  return bits;
}
