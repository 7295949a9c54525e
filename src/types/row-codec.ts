/**
 * Rows as bytes, for the online store and the journal.
 *
 * Layout (big-endian):
 *   6  row version: the commit that wrote the row
 *   2  schema version of the table whose columns follow
 *   n  null bitmap, bit 7 of the first byte is column 0, set for NULL
 *   …  the values that are not NULL, in column order
 *
 * Values: tinyint 1; smallint, year 2; mediumint, int, float, date 4; bigint, double, datetime, timestamp,
 * time, bit 8; decimal, strings, enum, set, json and binaries: length as a varint (7 bits a byte, lowest
 * first), then the bytes (UTF-8 of text).
 */
import { AssertionError, assert } from '../base/assert.ts';
import { rescaleText } from './decimal.ts';
import type { SqlType } from './sql-type.ts';
import { typeClass } from './sql-type.ts';
import { microsPerDay, roundDatetime, roundTime } from './temporal.ts';
import type { Row, SqlValue } from './value.ts';

/** What the codec needs of a table's schema; TableDef satisfies it. */
export interface RowSchema {
  readonly schemaVersion: number;
  readonly columns: readonly {
    readonly id: number;
    readonly type: SqlType;
    readonly default?:
      | { readonly kind: 'constant'; readonly value: SqlValue }
      | { readonly kind: 'now'; readonly fsp: number }
      | { readonly kind: 'expression'; readonly text: string };
    readonly initial?: SqlValue;
  }[];
}

const headerBytes = 8;

type ValueForm =
  | 'i8'
  | 'u8'
  | 'i16'
  | 'u16'
  | 'i32'
  | 'u32'
  | 'i64'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'text'
  | 'bytes';

function formOf(type: SqlType): ValueForm {
  switch (type.kind) {
    case 'tinyint':
      return type.unsigned ? 'u8' : 'i8';
    case 'smallint':
      return type.unsigned ? 'u16' : 'i16';
    case 'year':
      return 'u16';
    case 'mediumint':
    case 'int':
      return type.unsigned ? 'u32' : 'i32';
    case 'bigint':
      return type.unsigned ? 'u64' : 'i64';
    case 'bit':
      return 'u64';
    case 'float':
      return 'f32';
    case 'double':
      return 'f64';
    case 'date':
      return 'i32';
    case 'datetime':
    case 'timestamp':
    case 'time':
      return 'i64';
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return 'bytes';
    case 'null':
      throw new AssertionError('a column has no type');
    default:
      return 'text';
  }
}

const formWidth: Record<ValueForm, number> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
  text: 0,
  bytes: 0,
};

const formsBySchema = new WeakMap<RowSchema, readonly ValueForm[]>();

function formsOf(schema: RowSchema): readonly ValueForm[] {
  let forms = formsBySchema.get(schema);
  if (forms === undefined) {
    forms = schema.columns.map((column) => formOf(column.type));
    formsBySchema.set(schema, forms);
  }
  return forms;
}

let scratch = Buffer.allocUnsafe(64 * 1024);

/** The scratch buffer with room for `bytes` after `used`; grows, and shrinks again with the next row. */
function reserve(used: number, bytes: number): void {
  if (used + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, used + bytes));
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
}

function writeVarint(value: number, at: number): number {
  let rest = value;
  let end = at;
  while (rest > 0x7f) {
    scratch[end++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  scratch[end++] = rest;
  return end;
}

function writeText(value: string, at: number): number {
  if (value.length < 40) {
    let ascii = true;
    scratch[at] = value.length;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        ascii = false;
        break;
      }
      scratch[at + 1 + index] = code;
    }
    if (ascii) return at + 1 + value.length;
  }
  const length = Buffer.byteLength(value, 'utf8');
  reserve(at, length + 8);
  const start = writeVarint(length, at);
  return start + scratch.write(value, start, length, 'utf8');
}

function writeValue(form: ValueForm, value: Exclude<SqlValue, null>, at: number): number {
  switch (form) {
    case 'i8':
      return scratch.writeInt8(value as number, at);
    case 'u8':
      return scratch.writeUInt8(value as number, at);
    case 'i16':
      return scratch.writeInt16BE(value as number, at);
    case 'u16':
      return scratch.writeUInt16BE(value as number, at);
    case 'i32':
      return scratch.writeInt32BE(value as number, at);
    case 'u32':
      return scratch.writeUInt32BE(value as number, at);
    case 'i64':
      return scratch.writeBigInt64BE(value as bigint, at);
    case 'u64':
      return scratch.writeBigUInt64BE(value as bigint, at);
    case 'f32':
      return scratch.writeFloatBE(value as number, at);
    case 'f64':
      return scratch.writeDoubleBE(value as number, at);
    case 'text':
      assert(typeof value === 'string', 'text value expected');
      return writeText(value, at);
    case 'bytes': {
      assert(value instanceof Uint8Array, 'binary value expected');
      reserve(at, value.length + 8);
      const start = writeVarint(value.length, at);
      scratch.set(value, start);
      return start + value.length;
    }
  }
}

/**
 * The bytes of a row of `schema`. Values must be of their columns' types (src/types/coerce.ts); a wrong one
 * throws. `version` may be set later with setRowVersion.
 */
export function encodeRow(schema: RowSchema, row: Row, version = 0): Buffer {
  const forms = formsOf(schema);
  assert(row.length === forms.length, 'row and schema differ in length');
  const bitmapBytes = (forms.length + 7) >> 3;
  reserve(0, headerBytes + bitmapBytes);
  scratch.writeUIntBE(version, 0, 6);
  scratch.writeUInt16BE(schema.schemaVersion, 6);
  scratch.fill(0, headerBytes, headerBytes + bitmapBytes);
  let end = headerBytes + bitmapBytes;
  for (let index = 0; index < forms.length; index++) {
    const value = row[index]!;
    if (value === null) {
      scratch[headerBytes + (index >> 3)]! |= 0x80 >> (index & 7);
      continue;
    }
    reserve(end, 64);
    end = writeValue(forms[index]!, value, end);
  }
  const bytes = Buffer.allocUnsafe(end);
  scratch.copy(bytes, 0, 0, end);
  if (scratch.length > 1024 * 1024) scratch = Buffer.allocUnsafe(64 * 1024);
  return bytes;
}

export function setRowVersion(bytes: Buffer, version: number): void {
  bytes.writeUIntBE(version, 0, 6);
}

/** The commit that wrote the row. */
export function rowVersionOf(bytes: Buffer): number {
  return bytes.readUIntBE(0, 6);
}

/** The schema version whose columns the bytes hold. */
export function rowSchemaVersionOf(bytes: Buffer): number {
  return bytes.readUInt16BE(6);
}

function readText(bytes: Buffer, start: number, end: number): string {
  if (end - start > 24) return bytes.toString('utf8', start, end);
  let text = '';
  for (let index = start; index < end; index++) {
    const byte = bytes[index]!;
    if (byte > 0x7f) return bytes.toString('utf8', start, end);
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Reads or skips values one after another. */
class ValueReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  #length(): number {
    let length = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++]!;
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) return length;
      scale *= 128;
    }
  }

  skip(form: ValueForm): void {
    const width = formWidth[form];
    if (width > 0) this.#at += width;
    else {
      const length = this.#length();
      this.#at += length;
    }
  }

  read(form: ValueForm): SqlValue {
    const bytes = this.#bytes;
    if (form === 'text' || form === 'bytes') {
      const length = this.#length();
      const start = this.#at;
      this.#at = start + length;
      return form === 'text'
        ? readText(bytes, start, start + length)
        : new Uint8Array(bytes.subarray(start, start + length));
    }
    const at = this.#at;
    this.#at = at + formWidth[form];
    switch (form) {
      case 'i8':
        return bytes.readInt8(at);
      case 'u8':
        return bytes.readUInt8(at);
      case 'i16':
        return bytes.readInt16BE(at);
      case 'u16':
        return bytes.readUInt16BE(at);
      case 'i32':
        return bytes.readInt32BE(at);
      case 'u32':
        return bytes.readUInt32BE(at);
      case 'i64':
        return bytes.readBigInt64BE(at);
      case 'u64':
        return bytes.readBigUInt64BE(at);
      case 'f32':
        return bytes.readFloatBE(at);
      case 'f64':
        return bytes.readDoubleBE(at);
    }
  }
}

const isNull = (bytes: Buffer, index: number): boolean =>
  (bytes[headerBytes + (index >> 3)]! & (0x80 >> (index & 7))) !== 0;

function checkSchema(schema: RowSchema, bytes: Buffer): void {
  const version = bytes.readUInt16BE(6);
  if (version !== schema.schemaVersion) {
    throw new AssertionError(`row of schema version ${version} read as ${schema.schemaVersion}`);
  }
}

/** The row of bytes that `schema` wrote. The row does not refer to `bytes`, which may be reused. */
export function decodeRow(schema: RowSchema, bytes: Buffer): Row {
  checkSchema(schema, bytes);
  const forms = formsOf(schema);
  const reader = new ValueReader(bytes, headerBytes + ((forms.length + 7) >> 3));
  const row: SqlValue[] = new Array<SqlValue>(forms.length);
  for (let index = 0; index < forms.length; index++) {
    row[index] = isNull(bytes, index) ? null : reader.read(forms[index]!);
  }
  return row;
}

/** The values of some columns, `columns` being ascending indexes into `schema.columns`. */
export function decodeColumns(schema: RowSchema, bytes: Buffer, columns: readonly number[]): SqlValue[] {
  checkSchema(schema, bytes);
  const forms = formsOf(schema);
  const reader = new ValueReader(bytes, headerBytes + ((forms.length + 7) >> 3));
  const values: SqlValue[] = [];
  let next = 0;
  for (const column of columns) {
    for (; next < column; next++) if (!isNull(bytes, next)) reader.skip(forms[next]!);
    values.push(isNull(bytes, column) ? null : reader.read(forms[column]!));
    next = column + 1;
  }
  return values;
}

/** For each target column the index of the source's column of the same id, or -1. */
function sourceIndexes(source: RowSchema, target: RowSchema): number[] {
  return target.columns.map((column) => source.columns.findIndex(({ id }) => id === column.id));
}

const indexesBySource = new WeakMap<RowSchema, WeakMap<RowSchema, readonly number[]>>();

function cachedIndexes(source: RowSchema, target: RowSchema): readonly number[] {
  let byTarget = indexesBySource.get(source);
  if (byTarget === undefined) {
    byTarget = new WeakMap();
    indexesBySource.set(source, byTarget);
  }
  let indexes = byTarget.get(target);
  if (indexes === undefined) {
    indexes = sourceIndexes(source, target);
    byTarget.set(target, indexes);
  }
  return indexes;
}

/**
 * A row of one schema version as a row of another: columns meet by id, one that the source does not have
 * takes its initial value (or else its constant default, or NULL), a widened one is converted.
 */
export function mapRow(source: RowSchema, target: RowSchema, row: Row): Row {
  if (source.schemaVersion === target.schemaVersion) return row;
  return cachedIndexes(source, target).map((from, index) => {
    const column = target.columns[index]!;
    if (from < 0) {
      if (column.initial !== undefined) return column.initial;
      return column.default?.kind === 'constant' ? column.default.value : null;
    }
    return widenValue(row[from]!, source.columns[from]!.type, column.type);
  });
}

/**
 * A stored value under the wider type that an ALTER gave its column; throws AssertionError for a change
 * of type that loses information, which ALTER must not allow without rewriting the rows.
 */
export function widenValue(value: SqlValue, from: SqlType, to: SqlType): SqlValue {
  if (value === null) return null;
  const [fromClass, toClass] = [typeClass(from), typeClass(to)];
  if (to.kind === 'decimal' && (fromClass === 'integer' || fromClass === 'decimal')) {
    return rescaleText(String(value), to.scale);
  }
  if (fromClass === 'integer' && toClass === 'integer') {
    return to.kind === 'bigint' ? BigInt(value as number | bigint) : value;
  }
  if (toClass === 'real' && (fromClass === 'integer' || fromClass === 'real')) return Number(value);
  if (fromClass === 'string' && toClass === 'string') return value;
  if (fromClass === 'binary' && toClass === 'binary') return value;
  if (from.kind === 'date' && to.kind === 'datetime') return BigInt(value as number) * microsPerDay;
  if (from.kind === to.kind) {
    if (to.kind === 'time') return roundTime(value as bigint, to.fsp);
    if (to.kind === 'datetime' || to.kind === 'timestamp') return roundDatetime(value as bigint, to.fsp);
    return value;
  }
  throw new AssertionError(`no widening from ${from.kind} to ${to.kind}`);
}

/** The schema that a row's bytes were written under, by the table's earlier versions. */
export type SchemaLookup = (schemaVersion: number) => RowSchema;

/** The row of bytes of any schema version of a table, by the columns of `target`. */
export function decodeRowAs(target: RowSchema, earlier: SchemaLookup, bytes: Buffer): Row {
  const version = bytes.readUInt16BE(6);
  if (version === target.schemaVersion) return decodeRow(target, bytes);
  const source = earlier(version);
  return mapRow(source, target, decodeRow(source, bytes));
}
