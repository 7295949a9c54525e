/** Between a MySQL-compatible server's types and values and ours. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import { defaultCollation, type SqlType } from '../../types/sql-type.ts';
import { parseDate, parseDatetime, parseTime } from '../../types/temporal.ts';
import type { SqlValue } from '../../types/value.ts';

const collation = defaultCollation;

/** The members of `enum('a','b''c')`. */
function membersOf(list: string): string[] {
  return [...list.matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1]!.replaceAll("''", "'"));
}

/** Reads COLUMN_TYPE of information_schema.COLUMNS; a type that has no counterpart is read as text. */
export function typeOfColumnType(text: string): SqlType {
  const match = /^([a-z]+)\s*(?:\((.*)\))?\s*(.*)$/is.exec(text.trim());
  const name = match?.[1]?.toLowerCase() ?? '';
  const args = match?.[2] ?? '';
  const unsigned = /\bunsigned\b/i.test(match?.[3] ?? '');
  const [first, second] = args === '' ? [] : args.split(',').map((part) => Number.parseInt(part, 10));
  switch (name) {
    case 'tinyint':
      return first === 1 && !unsigned ? { kind: name, unsigned, displayWidth: 1 } : { kind: name, unsigned };
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return { kind: name, unsigned };
    case 'float':
    case 'double':
    case 'date':
    case 'year':
    case 'json':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return { kind: name };
    case 'decimal':
      return { kind: 'decimal', precision: first ?? 10, scale: second ?? 0 };
    case 'char':
    case 'varchar':
      return { kind: name, length: first ?? 1, collation };
    case 'binary':
    case 'varbinary':
      return { kind: name, length: first ?? 1 };
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return { kind: name, collation };
    case 'datetime':
    case 'timestamp':
    case 'time':
      return { kind: name, fsp: first ?? 0 };
    case 'enum':
    case 'set':
      return { kind: name, members: membersOf(args), collation };
    case 'bit':
      return { kind: 'bit', length: first ?? 1 };
    default:
      throw notSupported(`external column of type ${name}`);
  }
}

const binaryCharset = 63;
const unsignedFlag = 0x20;
const bytesPerCharacter = 4;

/** What a result's metadata says of a column: mysql2's FieldPacket, as far as it is used. */
export interface RemoteField {
  readonly name: string;
  readonly columnType?: number | undefined;
  readonly columnLength?: number | undefined;
  readonly characterSet?: number | undefined;
  readonly decimals?: number | undefined;
  readonly flags?: number | readonly string[] | undefined;
}

/** The type of a result column by its protocol type code. */
export function typeOfField(field: RemoteField): SqlType {
  const code = field.columnType ?? 253;
  const length = field.columnLength ?? 0;
  const decimals = field.decimals ?? 0;
  const unsigned = typeof field.flags === 'number' && (field.flags & unsignedFlag) !== 0;
  const binary = field.characterSet === binaryCharset;
  const integers: Record<number, 'tinyint' | 'smallint' | 'mediumint' | 'int' | 'bigint'> = {
    1: 'tinyint',
    2: 'smallint',
    9: 'mediumint',
    3: 'int',
    8: 'bigint',
  };
  const integer = integers[code];
  if (integer !== undefined) return { kind: integer, unsigned };
  switch (code) {
    case 4:
      return { kind: 'float' };
    case 5:
      return { kind: 'double' };
    case 0:
    case 246: {
      const precision = length - (unsigned ? 0 : 1) - (decimals > 0 ? 1 : 0);
      return { kind: 'decimal', precision: Math.max(precision, decimals, 1), scale: decimals };
    }
    case 7:
      return { kind: 'timestamp', fsp: Math.min(decimals, 6) };
    case 12:
      return { kind: 'datetime', fsp: Math.min(decimals, 6) };
    case 11:
      return { kind: 'time', fsp: Math.min(decimals, 6) };
    case 10:
    case 14:
      return { kind: 'date' };
    case 13:
      return { kind: 'year' };
    case 16:
      return { kind: 'bit', length: length || 1 };
    case 245:
      return { kind: 'json' };
    case 249:
    case 250:
    case 251:
    case 252:
      return binary ? { kind: 'longblob' } : { kind: 'longtext', collation };
    default:
      return binary
        ? { kind: 'varbinary', length }
        : { kind: 'varchar', length: Math.ceil(length / bytesPerCharacter), collation };
  }
}

function unreadable(column: string, value: unknown): GatewayError {
  return new GatewayError(
    'EXTERNAL_QUERY_ERROR',
    `External column '${column}' holds ${JSON.stringify(String(value))}, which has no value here`,
  );
}

/** Makes mysql2's value (dateStrings, bigNumberStrings, jsonStrings) one of ours. Throws for a zero date. */
export function valueReader(column: string, type: SqlType): (value: unknown) => SqlValue {
  const required = <T extends SqlValue>(parsed: T | undefined, value: unknown): T => {
    if (parsed === undefined) throw unreadable(column, value);
    return parsed;
  };
  switch (type.kind) {
    case 'bigint':
      return (value) => (value === null ? null : BigInt(value as string | number));
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'year':
    case 'float':
    case 'double':
      return (value) => (value === null ? null : Number(value));
    case 'date':
      return (value) => (value === null ? null : required(parseDate(String(value)), value));
    case 'datetime':
    case 'timestamp':
      return (value) => (value === null ? null : required(parseDatetime(String(value)), value));
    case 'time':
      return (value) => (value === null ? null : required(parseTime(String(value)), value));
    case 'bit':
      return (value) =>
        value === null ? null : BigInt(`0x${Buffer.from(value as Uint8Array).toString('hex') || '0'}`);
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return (value) => (value === null ? null : (value as Uint8Array));
    default:
      return (value) =>
        value === null
          ? null
          : typeof value === 'string'
            ? value
            : Buffer.isBuffer(value)
              ? value.toString('utf8')
              : String(value);
  }
}
