import { GatewayError } from '../base/errors.ts';
import { fitsPrecision, formatDecimal, maxPrecision, parseDecimal } from '../types/decimal.ts';
import { normalizeJson } from '../types/json-text.ts';
import { mysqlTypeCode as code } from '../types/mysql-column.ts';
import type { IntegerKind, SqlType } from '../types/sql-type.ts';
import { date, datetime, defaultCollation, json, longtext, nullType, time } from '../types/sql-type.ts';
import { daysOfCivil, isValidCivil, joinDatetime, maxTime, microsPerDay } from '../types/temporal.ts';
import type { SqlValue } from '../types/value.ts';
import { type Charset, decodeText, isText } from './charset.ts';
import { malformedPacket, PacketReader } from './packet-reader.ts';

/** A value bound to a `?`, in the type that the client gave it. */
export interface DecodedParameter {
  readonly type: SqlType;
  readonly value: SqlValue;
}

export interface ExecuteContext {
  readonly parameterCount: number;
  readonly charset: Charset;
  /** Parameters that came by COM_STMT_SEND_LONG_DATA. */
  readonly longData: ReadonlyMap<number, Buffer>;
  /** Types of the statement's last execution, for a client that does not send them again. */
  readonly lastTypes: readonly number[] | undefined;
  readonly lastNames?: readonly string[] | undefined;
  /** QUERY_ATTRIBUTES was negotiated; false when left out. */
  readonly queryAttributes?: boolean;
}

/** Values that a client sends along with one statement, by name. */
export type QueryAttributes = ReadonlyMap<string, DecodedParameter>;

export interface ExecuteRequest {
  readonly parameters: readonly DecodedParameter[];
  /** Type code | 0x8000 for unsigned, to be handed in with the next execution. */
  readonly types: readonly number[];
  /** The names that came with the types; without QUERY_ATTRIBUTES none. */
  readonly names: readonly string[];
  readonly attributes: QueryAttributes;
}

const unsignedFlag = 0x8000;

/** One type for all short strings, so that their length makes no difference to a cached plan. */
const shortText = { kind: 'varchar', length: 16_383, collation: defaultCollation } as const;

/** Whether COM_STMT_EXECUTE asks for a cursor, from which rows are fetched by COM_STMT_FETCH. */
export function wantsCursor(body: Buffer): boolean {
  return body.length > 0 && (body[0]! & cursorFlags) !== 0;
}

/** CURSOR_TYPE_READ_ONLY, _FOR_UPDATE and _SCROLLABLE: all are answered with a read-only one, as MySQL does. */
const cursorFlags = 0x07;
/** PARAMETER_COUNT_AVAILABLE. */
const countFollows = 0x08;

/**
 * COM_STMT_EXECUTE behind the statement's id.
 *
 *     flags:u8 (see wantsCursor)  iterations:u32 = 1
 *     with parameters: nullBitmap:(n + 7) / 8  newTypes:u8
 *       with newTypes 1: n * (type:u8  unsigned:u8 = 0x80)
 *       a value for each parameter that is neither NULL nor sent as long data
 *
 * With QUERY_ATTRIBUTES each type is followed by a name:lenenc-string, and a count:lenenc stands before the
 * bitmap if the statement has parameters or the flag 0x08 is set: what is beyond the statement's own parameters are attributes of this execution.
 *
 * Throws MALFORMED_PACKET, or WRONG_ARGUMENTS when types were never sent.
 */
export function readExecuteRequest(body: Buffer, context: ExecuteContext): ExecuteRequest {
  const reader = new PacketReader(body);
  const flags = reader.uint8();
  reader.skip(4);
  const count = context.parameterCount;
  const named = context.queryAttributes === true;
  const sent = named && (count > 0 || (flags & countFollows) !== 0) ? reader.lengthEncodedInteger() : count;
  if (sent < count) throw wrongArguments();
  if (sent === 0) return { parameters: [], types: [], names: [], attributes: noAttributes };
  const nulls = reader.bytes(Math.ceil(sent / 8));
  const described = reader.uint8() === 1 ? readTypes(reader, sent, named) : undefined;
  const types = described?.types ?? context.lastTypes;
  const names = described?.names ?? context.lastNames ?? [];
  if (types?.length !== sent) throw wrongArguments();
  const parameters: DecodedParameter[] = [];
  const attributes = new Map<string, DecodedParameter>();
  for (let index = 0; index < sent; index++) {
    const typeCode = types[index]! & 0xff;
    const long = context.longData.get(index);
    const parameter =
      long !== undefined
        ? longValue(typeCode, long, context.charset)
        : isNull(nulls, index)
          ? { type: nullType, value: null }
          : readValue(reader, typeCode, (types[index]! & unsignedFlag) !== 0, context.charset);
    if (index < count) parameters.push(parameter);
    else attributes.set(names[index] ?? '', parameter);
  }
  return { parameters, types, names, attributes };
}

const noAttributes: QueryAttributes = new Map();

const isNull = (nulls: Buffer, index: number): boolean => (nulls[index >> 3]! & (1 << (index & 7))) !== 0;

const wrongArguments = (): GatewayError =>
  new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to mysqld_stmt_execute');

/** `count` types, each with its name where names are sent. */
function readTypes(
  reader: PacketReader,
  count: number,
  named: boolean,
): { readonly types: readonly number[]; readonly names: readonly string[] } {
  const types: number[] = [];
  const names: string[] = [];
  for (let index = 0; index < count; index++) {
    types.push(reader.uint16());
    if (named) names.push(reader.lengthEncodedBytes().toString());
  }
  return { types, names };
}

/**
 * The text of a COM_QUERY under QUERY_ATTRIBUTES:
 *
 *     count:lenenc  sets:lenenc = 1  with a count: nullBitmap  newTypes:u8 = 1  types and names  values
 *     sql:rest
 *
 * Throws MALFORMED_PACKET.
 */
export function readQueryAttributes(
  body: Buffer,
  charset: Charset,
): { readonly sql: Buffer; readonly attributes: QueryAttributes } {
  const reader = new PacketReader(body);
  const count = reader.lengthEncodedInteger();
  reader.lengthEncodedInteger();
  if (count === 0) return { sql: reader.rest(), attributes: noAttributes };
  const nulls = reader.bytes(Math.ceil(count / 8));
  if (reader.uint8() !== 1) throw malformedPacket();
  const { types, names } = readTypes(reader, count, true);
  const attributes = new Map<string, DecodedParameter>();
  for (const [index, type] of types.entries()) {
    const value = isNull(nulls, index)
      ? { type: nullType, value: null }
      : readValue(reader, type & 0xff, (type & unsignedFlag) !== 0, charset);
    attributes.set(names[index]!, value);
  }
  return { sql: reader.rest(), attributes };
}

const integer = (kind: IntegerKind, unsigned: boolean, value: number | bigint): DecodedParameter => ({
  type: { kind, unsigned },
  value,
});

function readValue(
  reader: PacketReader,
  typeCode: number,
  unsigned: boolean,
  charset: Charset,
): DecodedParameter {
  switch (typeCode) {
    case code.tiny:
      return integer('tinyint', unsigned, unsigned ? reader.uint8() : reader.int8());
    case code.short:
      return integer('smallint', unsigned, unsigned ? reader.uint16() : reader.int16());
    case code.year:
      return integer('smallint', true, reader.uint16());
    case code.long:
    case code.int24:
      return integer('int', unsigned, unsigned ? reader.uint32() : reader.int32());
    case code.longlong:
      return integer('bigint', unsigned, unsigned ? reader.uint64() : reader.int64());
    case code.float:
      return { type: { kind: 'float' }, value: reader.float() };
    case code.double:
      return { type: { kind: 'double' }, value: reader.double() };
    case code.null:
      return { type: nullType, value: null };
    case code.date:
      return readDate(reader);
    // The client's TIMESTAMP is a wall clock in the session's zone, as a DATETIME is.
    case code.datetime:
    case code.timestamp:
      return readDatetime(reader);
    case code.time:
      return readTime(reader);
    default:
      return bytesValue(typeCode, reader.lengthEncodedBytes(), charset);
  }
}

/** Values that are sent as bytes, by length or as long data. */
function bytesValue(typeCode: number, bytes: Buffer, charset: Charset): DecodedParameter {
  switch (typeCode) {
    case code.decimal:
    case code.newDecimal:
      return decimalValue(bytes);
    case code.json:
      return { type: json, value: normalizeJson(decodeText(bytes, charset), { kind: 'column', name: '' }) };
    case code.varchar:
    case code.varString:
    case code.string:
    case code.enum:
    case code.set:
      return textValue(bytes, charset);
    case code.tinyBlob:
    case code.mediumBlob:
    case code.longBlob:
    case code.blob:
    case code.geometry:
      return { type: { kind: 'longblob' }, value: bytes };
    case code.bit:
      return { type: { kind: 'bit', length: 64 }, value: bitValue(bytes) };
    default:
      throw malformedPacket();
  }
}

/** Long data of a number or date is not possible; it is read as text, as the server does with its own. */
function longValue(typeCode: number, bytes: Buffer, charset: Charset): DecodedParameter {
  return typeCode >= code.json || typeCode === code.varchar
    ? bytesValue(typeCode, bytes, charset)
    : textValue(bytes, charset);
}

/**
 * Drivers without a type for bytes (PHP, Python) send them as strings: what is no text is taken for bytes, and
 * refused where text is needed.
 */
function textValue(bytes: Buffer, charset: Charset): DecodedParameter {
  if (!isText(bytes, charset)) return { type: { kind: 'longblob' }, value: bytes };
  const value = decodeText(bytes, charset);
  return { type: value.length <= shortText.length ? shortText : longtext, value };
}

function bitValue(bytes: Buffer): bigint {
  if (bytes.length > 8) throw malformedPacket();
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

function decimalValue(bytes: Buffer): DecodedParameter {
  const text = bytes.toString('latin1');
  const value = parseDecimal(text);
  if (value === undefined || !fitsPrecision(value, maxPrecision)) throw wrongValue('DECIMAL', text);
  const printed = formatDecimal(value);
  const digits = printed.replace(/[-.]/g, '').replace(/^0+/, '').length;
  const precision = Math.max(digits, value.scale, 1);
  return { type: { kind: 'decimal', precision, scale: value.scale }, value: printed };
}

function wrongValue(type: string, text: string): GatewayError {
  return new GatewayError('WRONG_VALUE_FORMAT', `Incorrect ${type} value: '${text.slice(0, 64)}'`);
}

/** `length:u8 [year:u16 month:u8 day:u8]`; also takes the longer form of DATETIME. */
function readDate(reader: PacketReader): DecodedParameter {
  const { days } = readDateParts(reader, 'DATE');
  return { type: date, value: days };
}

/** `length:u8 [year:u16 month:u8 day:u8 [hour:u8 minute:u8 second:u8 [micros:u32]]]`. */
function readDatetime(reader: PacketReader): DecodedParameter {
  const { days, micros } = readDateParts(reader, 'DATETIME');
  return { type: datetime(micros % 1_000_000 === 0 ? 0 : 6), value: joinDatetime(days, micros) };
}

function readDateParts(reader: PacketReader, type: string): { days: number; micros: number } {
  const length = reader.uint8();
  if (length !== 0 && length !== 4 && length !== 7 && length !== 11) throw malformedPacket();
  const year = length === 0 ? 0 : reader.uint16();
  const month = length === 0 ? 0 : reader.uint8();
  const day = length === 0 ? 0 : reader.uint8();
  const seconds = length >= 7 ? readClock(reader) : 0;
  const fraction = length === 11 ? reader.uint32() : 0;
  if (!isValidCivil(year, month, day) || seconds === undefined || fraction > 999_999) {
    throw wrongValue(type, `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`);
  }
  return { days: daysOfCivil(year, month, day), micros: seconds * 1_000_000 + fraction };
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Seconds of the day, or undefined when one part is out of range. */
function readClock(reader: PacketReader): number | undefined {
  const hour = reader.uint8();
  const minute = reader.uint8();
  const second = reader.uint8();
  return hour < 24 && minute < 60 && second < 60 ? (hour * 60 + minute) * 60 + second : undefined;
}

/** `length:u8 [negative:u8 days:u32 hour:u8 minute:u8 second:u8 [micros:u32]]`. */
function readTime(reader: PacketReader): DecodedParameter {
  const length = reader.uint8();
  if (length !== 0 && length !== 8 && length !== 12) throw malformedPacket();
  if (length === 0) return { type: time(0), value: 0n };
  const negative = reader.uint8() !== 0;
  const days = reader.uint32();
  const seconds = readClock(reader);
  const fraction = length === 12 ? reader.uint32() : 0;
  if (seconds === undefined || fraction > 999_999) throw wrongValue('TIME', `${days} days`);
  const magnitude = BigInt(days) * microsPerDay + BigInt(seconds * 1_000_000 + fraction);
  if (magnitude > maxTime) throw wrongValue('TIME', `${days * 24 + Math.floor(seconds / 3600)} hours`);
  return { type: time(fraction === 0 ? 0 : 6), value: negative ? -magnitude : magnitude };
}
