/**
 * Primary keys as bytes whose order (as unsigned bytes, shorter first) is the order of the values.
 *
 * Parts follow one another without separators, each of a width known from its type or self-delimiting:
 * - integers, year: big-endian, 1, 2, 4 or 8 bytes, sign bit flipped when signed
 * - float 4, double 8 bytes of IEEE 754: the sign bit flipped when positive, all bits when negative
 * - decimal(p,s): the unscaled value plus 10^p, big-endian, in as many bytes as 2·10^p needs
 * - date 4 bytes; datetime, timestamp, time 8 bytes; as signed integers
 * - enum: 2 bytes of the member's number, from 1; set: 8 bytes of the members' bits; bit: 8 bytes
 * - char, varchar (as UTF-8; the key of it in a collation that has keys), binary, varbinary: 00 becomes 00 ff, and
 *   00 00 ends the part
 *
 * In a table with EVENT_TIME the event time comes last whatever the PRIMARY KEY clause says, so that the
 * rows of an entity lie side by side in time order and the entity's key is a prefix of theirs.
 */
import { AssertionError, assert } from '../base/assert.ts';
import { GatewayError } from '../base/errors.ts';
import { collationKey, hasKeys } from './collation.ts';
import { decimalOfText, formatDecimal, powerOfTen, rescale } from './decimal.ts';
import { defaultCollation, type SqlType } from './sql-type.ts';
import type { Row, SqlValue } from './value.ts';

/** What the codec needs of a table; TableDef satisfies it. */
export interface KeyedTable {
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly primaryKey: readonly number[];
  readonly eventTime?: number;
}

/**
 * The store takes keys of 1978 bytes, some of which are the table's number and headroom. MySQL's own bound
 * is 3072.
 */
export const maxKeyBytes = 1_900;

/** As the upper end of a KeyRange: no bound. */
export const unboundedKey: Uint8Array = new Uint8Array(0);

const scratch = Buffer.alloc(maxKeyBytes + 64);

function keyTooLong(): GatewayError {
  return new GatewayError(
    'KEY_TOO_LONG',
    `Specified key was too long; max key length is ${maxKeyBytes} bytes`,
  );
}

/** Whether a column of this type may be part of a primary key. */
export function isKeyType(type: SqlType): boolean {
  switch (type.kind) {
    case 'json':
    case 'null':
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return false;
    default:
      return true;
  }
}

const decimalWidths = new Map<number, number>();

function decimalWidth(precision: number): number {
  let width = decimalWidths.get(precision);
  if (width === undefined) {
    width = Math.ceil((2n * powerOfTen(precision)).toString(2).length / 8);
    decimalWidths.set(precision, width);
  }
  return width;
}

/** A value that its type cannot hold: no row has such a key. */
class UnencodableValue extends Error {}

const integerBytes = { tinyint: 1, smallint: 2, mediumint: 4, int: 4, bigint: 8 } as const;
const integerBits = { tinyint: 8, smallint: 16, mediumint: 24, int: 32 } as const;

function writeNumber(value: number, width: number, at: number): number {
  scratch.writeUIntBE(value, at, width);
  return at + width;
}

function writeInteger(value: SqlValue, bits: number, unsigned: boolean, width: number, at: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new UnencodableValue();
  const bias = unsigned ? 0 : 2 ** (bits - 1);
  const shifted = value + bias;
  if (shifted < 0 || shifted >= 2 ** bits) throw new UnencodableValue();
  return writeNumber(shifted, width, at);
}

const signBit64 = 1n << 63n;

function writeBigint(value: SqlValue, unsigned: boolean, at: number): number {
  if (typeof value !== 'bigint') throw new UnencodableValue();
  const shifted = unsigned ? value : value + signBit64;
  if (shifted < 0n || shifted >> 64n !== 0n) throw new UnencodableValue();
  scratch.writeBigUInt64BE(shifted, at);
  return at + 8;
}

function writeReal(value: SqlValue, width: 4 | 8, at: number): number {
  if (typeof value !== 'number' || Number.isNaN(value)) throw new UnencodableValue();
  const normal = value === 0 ? 0 : value;
  if (width === 4) {
    if (Math.fround(normal) !== normal) throw new UnencodableValue();
    scratch.writeFloatBE(normal, at);
  } else {
    scratch.writeDoubleBE(normal, at);
  }
  if (scratch[at]! < 0x80) scratch[at]! |= 0x80;
  else for (let index = at; index < at + width; index++) scratch[index]! ^= 0xff;
  return at + width;
}

function writeDecimal(value: SqlValue, precision: number, scale: number, at: number): number {
  if (typeof value !== 'string') throw new UnencodableValue();
  const given = decimalOfText(value);
  const unscaled = rescale(given, scale);
  // A value with more digits than the column keeps is equal to none of its values.
  if (given.scale > scale && rescale(unscaled, given.scale).unscaled !== given.unscaled) {
    throw new UnencodableValue();
  }
  const limit = powerOfTen(precision);
  let rest = unscaled.unscaled + limit;
  if (rest <= 0n || rest >= 2n * limit) throw new UnencodableValue();
  const width = decimalWidth(precision);
  for (let index = at + width - 1; index >= at; index--) {
    scratch[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return at + width;
}

function writeBytes(bytes: Uint8Array, at: number): number {
  let end = at;
  for (const byte of bytes) {
    if (end > maxKeyBytes) throw keyTooLong();
    scratch[end++] = byte;
    if (byte === 0) scratch[end++] = 0xff;
  }
  scratch[end++] = 0;
  scratch[end++] = 0;
  return end;
}

function writeText(value: SqlValue, at: number): number {
  if (typeof value !== 'string') throw new UnencodableValue();
  if (value.length > maxKeyBytes) throw keyTooLong();
  // Short ASCII without NUL, nearly every key, needs no encoder.
  let end = at;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code === 0 || code > 0x7f) return writeBytes(Buffer.from(value, 'utf8'), at);
    if (end > maxKeyBytes) throw keyTooLong();
    scratch[end++] = code;
  }
  scratch[end++] = 0;
  scratch[end++] = 0;
  return end;
}

/** Equal texts of a collation have one key, in whose order they stand. */
function writeCollated(type: SqlType, value: SqlValue, at: number): number {
  if (!hasKeys(type) || typeof value !== 'string') return writeText(value, at);
  return writeText(collationKey(type.collation)(value), at);
}

function setBits(value: SqlValue, members: readonly string[]): bigint {
  if (typeof value !== 'string') throw new UnencodableValue();
  if (value === '') return 0n;
  let bits = 0n;
  for (const part of value.split(',')) {
    const index = members.indexOf(part);
    if (index < 0) throw new UnencodableValue();
    bits |= 1n << BigInt(index);
  }
  return bits;
}

function writePart(type: SqlType, value: SqlValue, at: number): number {
  if (at > maxKeyBytes) throw keyTooLong();
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
      return writeInteger(value, integerBits[type.kind], type.unsigned, integerBytes[type.kind], at);
    case 'year':
      return writeInteger(value, 16, true, 2, at);
    case 'bigint':
      return writeBigint(value, type.unsigned, at);
    case 'bit':
      return writeBigint(value, true, at);
    case 'float':
      return writeReal(value, 4, at);
    case 'double':
      return writeReal(value, 8, at);
    case 'decimal':
      return writeDecimal(value, type.precision, type.scale, at);
    case 'date':
      return writeInteger(value, 32, false, 4, at);
    case 'datetime':
    case 'timestamp':
    case 'time':
      return writeBigint(value, false, at);
    case 'enum': {
      const index = typeof value === 'string' ? type.members.indexOf(value) : -1;
      if (index < 0) throw new UnencodableValue();
      return writeNumber(index + 1, 2, at);
    }
    case 'set':
      return writeBigint(setBits(value, type.members), true, at);
    case 'char':
    case 'varchar':
      return type.collation === defaultCollation ? writeText(value, at) : writeCollated(type, value, at);
    case 'binary':
    case 'varbinary':
      if (!(value instanceof Uint8Array)) throw new UnencodableValue();
      return writeBytes(value, at);
    default:
      throw new GatewayError(
        'BLOB_KEY_WITHOUT_LENGTH',
        `a column of type ${type.kind} cannot be part of a primary key`,
      );
  }
}

function finish(end: number): Uint8Array {
  if (end > maxKeyBytes) throw keyTooLong();
  const key = Buffer.allocUnsafe(end);
  scratch.copy(key, 0, 0, end);
  return key;
}

/**
 * The bytes of some values, one a type: a whole key or a prefix of one, in the order of `keyColumns`.
 * Undefined when a value is NULL or none that the type can hold, so that no row can have that key. Error
 * KEY_TOO_LONG when the key passes `maxKeyBytes`.
 */
export function encodeKeyParts(
  types: readonly SqlType[],
  values: readonly SqlValue[],
): Uint8Array | undefined {
  assert(values.length <= types.length, 'more key values than key columns');
  let end = 0;
  try {
    for (let index = 0; index < values.length; index++) {
      end = writePart(types[index]!, values[index]!, end);
    }
  } catch (error) {
    if (error instanceof UnencodableValue) return undefined;
    throw error;
  }
  return finish(end);
}

interface KeyLayout {
  readonly columns: readonly number[];
  readonly types: readonly SqlType[];
  /** Key columns of the entity: all but the event time. */
  readonly entityLength: number;
}

const layouts = new WeakMap<KeyedTable, KeyLayout>();

function layoutOf(table: KeyedTable): KeyLayout {
  let layout = layouts.get(table);
  if (layout === undefined) {
    const entity = table.primaryKey.filter((column) => column !== table.eventTime);
    const columns = table.eventTime === undefined ? entity : [...entity, table.eventTime];
    layout = {
      columns,
      types: columns.map((column) => table.columns[column]!.type),
      entityLength: entity.length,
    };
    layouts.set(table, layout);
  }
  return layout;
}

/** Indexes into `table.columns` in the order of the encoded key: the primary key, the event time last. */
export function keyColumns(table: KeyedTable): readonly number[] {
  return layoutOf(table).columns;
}

/** The types of `keyColumns`. */
export function keyTypes(table: KeyedTable): readonly SqlType[] {
  return layoutOf(table).types;
}

function encodeColumns(table: KeyedTable, row: Row, count: number): Uint8Array {
  const { columns, types } = layoutOf(table);
  let end = 0;
  for (let index = 0; index < count; index++) {
    try {
      end = writePart(types[index]!, row[columns[index]!]!, end);
    } catch (error) {
      if (!(error instanceof UnencodableValue)) throw error;
      throw new AssertionError(
        `value of key column ${table.columns[columns[index]!]!.name} is not of its type`,
      );
    }
  }
  return finish(end);
}

/** The key of a row of the table. Its values must be of their columns' types, as src/types/coerce.ts makes them. */
export function encodeKey(table: KeyedTable, row: Row): Uint8Array {
  return encodeColumns(table, row, layoutOf(table).columns.length);
}

/** The key of the row's entity: the primary key without the event time; the whole key without EVENT_TIME. */
export function encodeEntityKey(table: KeyedTable, row: Row): Uint8Array {
  return encodeColumns(table, row, layoutOf(table).entityLength);
}

/** The entity's part of an encoded key (a view of it), found without decoding. */
export function entityKeyOf(table: KeyedTable, key: Uint8Array): Uint8Array {
  // The event time is a date of 4 bytes or a datetime, timestamp or integer of fixed width.
  if (table.eventTime === undefined) return key;
  const type = table.columns[table.eventTime]!.type;
  return key.subarray(0, key.length - fixedWidth(type));
}

/** Bytes of a part whose width does not depend on the value; 0 for the others. */
function fixedWidth(type: SqlType): number {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return integerBytes[type.kind];
    case 'year':
    case 'enum':
      return 2;
    case 'float':
    case 'date':
      return 4;
    case 'double':
    case 'bit':
    case 'set':
    case 'datetime':
    case 'timestamp':
    case 'time':
      return 8;
    case 'decimal':
      return decimalWidth(type.precision);
    default:
      return 0;
  }
}

/**
 * The first byte string after all that begin with `key`: the exclusive end of a prefix range.
 * `unboundedKey` when there is none.
 */
export function keySuccessor(key: Uint8Array): Uint8Array {
  let length = key.length;
  while (length > 0 && key[length - 1] === 0xff) length--;
  if (length === 0) return unboundedKey;
  const successor = Buffer.from(key.subarray(0, length));
  successor[length - 1]! += 1;
  return successor;
}

export interface KeyRangeBounds {
  /** Values of the first key columns, in the order of `keyColumns`. */
  readonly prefix: readonly SqlValue[];
  /** Bounds of the key column after the prefix. */
  readonly lower?: { readonly value: SqlValue; readonly inclusive: boolean };
  readonly upper?: { readonly value: SqlValue; readonly inclusive: boolean };
}

/**
 * The encoded range of keys within bounds: `from` inclusive, `to` exclusive (`unboundedKey` for no end).
 * Undefined when a value is none that its column can hold (the caller then cannot use the range).
 */
export function encodeKeyRange(
  types: readonly SqlType[],
  bounds: KeyRangeBounds,
): { readonly from: Uint8Array; readonly to: Uint8Array } | undefined {
  const prefix = encodeKeyParts(types, bounds.prefix);
  if (prefix === undefined) return undefined;
  let from: Uint8Array = prefix;
  let to = prefix.length === 0 ? unboundedKey : keySuccessor(prefix);
  if (bounds.lower !== undefined) {
    const lower = encodeKeyParts(types, [...bounds.prefix, bounds.lower.value]);
    if (lower === undefined) return undefined;
    from = bounds.lower.inclusive ? lower : keySuccessor(lower);
    // Nothing comes after a key of ff bytes alone.
    if (from === unboundedKey) return { from: lower, to: lower };
  }
  if (bounds.upper !== undefined) {
    const upper = encodeKeyParts(types, [...bounds.prefix, bounds.upper.value]);
    if (upper === undefined) return undefined;
    to = bounds.upper.inclusive ? keySuccessor(upper) : upper;
  }
  return { from, to };
}

interface Cursor {
  position: number;
}

function readBytes(key: Buffer, cursor: Cursor): Buffer {
  const start = cursor.position;
  let end = start;
  let escapes = 0;
  for (;;) {
    end = key.indexOf(0, end);
    assert(end >= 0 && end + 1 < key.length, 'truncated key');
    if (key[end + 1] === 0) break;
    escapes++;
    end += 2;
  }
  cursor.position = end + 2;
  if (escapes === 0) return key.subarray(start, end);
  const bytes = Buffer.allocUnsafe(end - start - escapes);
  let to = 0;
  for (let from = start; from < end; from++) {
    bytes[to++] = key[from]!;
    if (key[from] === 0) from++;
  }
  return bytes;
}

function readReal(key: Buffer, width: 4 | 8, cursor: Cursor): number {
  const bytes = Buffer.from(key.subarray(cursor.position, cursor.position + width));
  cursor.position += width;
  if (bytes[0]! >= 0x80) bytes[0]! &= 0x7f;
  else for (let index = 0; index < width; index++) bytes[index]! ^= 0xff;
  return width === 4 ? bytes.readFloatBE(0) : bytes.readDoubleBE(0);
}

function readDecimal(key: Buffer, precision: number, scale: number, cursor: Cursor): string {
  const width = decimalWidth(precision);
  let value = 0n;
  for (let index = 0; index < width; index++) value = (value << 8n) | BigInt(key[cursor.position + index]!);
  cursor.position += width;
  return formatDecimal({ unscaled: value - powerOfTen(precision), scale });
}

function readInteger(key: Buffer, width: number, bias: number, cursor: Cursor): number {
  const value = key.readUIntBE(cursor.position, width) - bias;
  cursor.position += width;
  return value;
}

function readBigint(key: Buffer, unsigned: boolean, cursor: Cursor): bigint {
  const value = key.readBigUInt64BE(cursor.position);
  cursor.position += 8;
  return unsigned ? value : value - signBit64;
}

function readPart(type: SqlType, key: Buffer, cursor: Cursor): SqlValue {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int': {
      const bias = type.unsigned ? 0 : 2 ** (integerBits[type.kind] - 1);
      return readInteger(key, integerBytes[type.kind], bias, cursor);
    }
    case 'year':
      return readInteger(key, 2, 0, cursor);
    case 'bigint':
      return readBigint(key, type.unsigned, cursor);
    case 'bit':
      return readBigint(key, true, cursor);
    case 'float':
      return readReal(key, 4, cursor);
    case 'double':
      return readReal(key, 8, cursor);
    case 'decimal':
      return readDecimal(key, type.precision, type.scale, cursor);
    case 'date':
      return readInteger(key, 4, 2 ** 31, cursor);
    case 'datetime':
    case 'timestamp':
    case 'time':
      return readBigint(key, false, cursor);
    case 'enum':
      return type.members[readInteger(key, 2, 0, cursor) - 1]!;
    case 'set': {
      const bits = readBigint(key, true, cursor);
      return type.members.filter((_, index) => (bits >> BigInt(index)) & 1n).join(',');
    }
    case 'char':
    case 'varchar':
      return readBytes(key, cursor).toString('utf8');
    case 'binary':
    case 'varbinary':
      return Uint8Array.from(readBytes(key, cursor));
    default:
      throw new AssertionError(`no key of type ${type.kind}`);
  }
}

/**
 * The values of an encoded key, in the order of `types`; as many as the bytes hold. Of a text whose collation has keys
 * it is the key.
 */
export function decodeKeyParts(types: readonly SqlType[], key: Uint8Array): SqlValue[] {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  const cursor: Cursor = { position: 0 };
  const values: SqlValue[] = [];
  for (const type of types) {
    if (cursor.position >= bytes.length) break;
    values.push(readPart(type, bytes, cursor));
  }
  return values;
}

/** The values of an encoded key in the order of the PRIMARY KEY clause. */
export function decodeKey(table: KeyedTable, key: Uint8Array): SqlValue[] {
  const { columns, types } = layoutOf(table);
  const values = decodeKeyParts(types, key);
  return table.primaryKey.map((column) => values[columns.indexOf(column)]!);
}
