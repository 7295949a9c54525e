import { assertNever } from '../base/assert.ts';
import type { SqlType } from './sql-type.ts';

/** Field types of the protocol (enum_field_types). */
export const mysqlTypeCode = {
  decimal: 0x00,
  tiny: 0x01,
  short: 0x02,
  long: 0x03,
  float: 0x04,
  double: 0x05,
  null: 0x06,
  timestamp: 0x07,
  longlong: 0x08,
  int24: 0x09,
  date: 0x0a,
  time: 0x0b,
  datetime: 0x0c,
  year: 0x0d,
  varchar: 0x0f,
  bit: 0x10,
  json: 0xf5,
  newDecimal: 0xf6,
  enum: 0xf7,
  set: 0xf8,
  tinyBlob: 0xf9,
  mediumBlob: 0xfa,
  longBlob: 0xfb,
  blob: 0xfc,
  varString: 0xfd,
  string: 0xfe,
  geometry: 0xff,
} as const;

/** Column flags of the protocol. */
export const mysqlColumnFlag = {
  notNull: 0x0001,
  primaryKey: 0x0002,
  uniqueKey: 0x0004,
  multipleKey: 0x0008,
  blob: 0x0010,
  unsigned: 0x0020,
  zerofill: 0x0040,
  binary: 0x0080,
  enum: 0x0100,
  autoIncrement: 0x0200,
  timestamp: 0x0400,
  set: 0x0800,
  noDefault: 0x1000,
  partOfKey: 0x4000,
} as const;

/** What a column definition says of a type, as MySQL 8.0 says it. */
export interface MysqlColumn {
  readonly typeCode: number;
  /** True: text in the connection's character set. False: collation 63 (binary). */
  readonly text: boolean;
  /** Characters where `text` is true, otherwise bytes (the width of the printed value for numbers). */
  readonly length: number;
  readonly flags: number;
  readonly decimals: number;
}

const maxLength = 0xffff_ffff;

const code = mysqlTypeCode;
const flag = mysqlColumnFlag;

/** `[signed, unsigned]` widths. */
const integers = {
  tinyint: [code.tiny, 4, 3],
  smallint: [code.short, 6, 5],
  mediumint: [code.int24, 9, 8],
  int: [code.long, 11, 10],
  bigint: [code.longlong, 20, 20],
} as const;

const blobLengths = {
  tinytext: 255,
  tinyblob: 255,
  text: 65_535,
  blob: 65_535,
  mediumtext: 16_777_215,
  mediumblob: 16_777_215,
  longtext: maxLength,
  longblob: maxLength,
} as const;

const binary = (typeCode: number, length: number, flags: number = 0, decimals = 0): MysqlColumn => ({
  typeCode,
  text: false,
  length,
  flags,
  decimals,
});

const text = (typeCode: number, length: number, flags: number = 0): MysqlColumn => ({
  typeCode,
  text: true,
  length,
  flags,
  decimals: 0,
});

const withFraction = (width: number, fsp: number): number => (fsp === 0 ? width : width + 1 + fsp);

/** The protocol's description of a type. */
export function mysqlColumn(type: SqlType): MysqlColumn {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint': {
      const [typeCode, signed, unsigned] = integers[type.kind];
      const length = type.displayWidth ?? (type.unsigned ? unsigned : signed);
      return binary(typeCode, length, type.unsigned ? flag.unsigned : 0);
    }
    case 'float':
      return binary(code.float, 12, 0, 31);
    case 'double':
      return binary(code.double, 22, 0, type.scale ?? 31);
    case 'decimal': {
      const signed = type.unsigned === true ? 0 : 1;
      const length = type.precision + signed + (type.scale > 0 ? 1 : 0);
      return binary(code.newDecimal, length, signed === 0 ? flag.unsigned : 0, type.scale);
    }
    case 'date':
      return binary(code.date, 10, flag.binary);
    case 'year':
      return binary(code.year, 4, flag.unsigned | flag.zerofill);
    case 'datetime':
      return binary(code.datetime, withFraction(19, type.fsp), flag.binary, type.fsp);
    case 'timestamp':
      return binary(code.timestamp, withFraction(19, type.fsp), flag.binary | flag.timestamp, type.fsp);
    case 'time':
      return binary(code.time, withFraction(10, type.fsp), flag.binary, type.fsp);
    case 'bit':
      return binary(code.bit, type.length, flag.unsigned);
    case 'null':
      return binary(code.null, 0, flag.binary);
    default:
      return stringColumn(type);
  }
}

type StringType = Extract<
  SqlType,
  { kind: 'char' | 'varchar' | 'binary' | 'varbinary' | 'json' | 'enum' | 'set' | keyof typeof blobLengths }
>;

function stringColumn(type: StringType): MysqlColumn {
  switch (type.kind) {
    case 'char':
      return text(code.string, type.length);
    case 'varchar':
      return text(code.varString, type.length);
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return text(code.blob, blobLengths[type.kind], flag.blob);
    case 'binary':
      return binary(code.string, type.length, flag.binary);
    case 'varbinary':
      return binary(code.varString, type.length, flag.binary);
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return binary(code.blob, blobLengths[type.kind], flag.blob | flag.binary);
    case 'json':
      return binary(code.json, maxLength, flag.blob | flag.binary);
    // The protocol sends both as strings and tells them by the flag.
    case 'enum':
      return text(code.string, Math.max(0, ...type.members.map((member) => member.length)), flag.enum);
    case 'set':
      return text(code.string, type.members.join(',').length, flag.set);
    default:
      return assertNever(type);
  }
}
