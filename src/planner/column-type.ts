/** The types of column definitions, with MySQL's defaults, bounds and errors. */
import { assertNever } from '../base/assert.ts';
import { GatewayError, notSupported } from '../base/errors.ts';
import {
  type CharacterSet,
  characterSetOf,
  findCharacterSet,
  findCollation,
} from '../catalog/metadata/charsets.ts';
import type { DataType } from '../sql/ast.ts';
import { collationKey } from '../types/collation.ts';
import type { BlobKind, SqlType, TextKind } from '../types/sql-type.ts';

/** Delta and DuckDB hold no more digits in a decimal; MySQL's own bound is 65. */
const maxDecimalPrecision = 38;
const maxDecimalScale = 30;
const maxVarcharBytes = 65_535;

/** What a type needs of the table around it. */
export interface TypeContext {
  readonly column: string;
  /** The table's collation: what a string column without one of its own has. */
  readonly collation: string;
}

const tooBig = (column: string, max: number): GatewayError =>
  new GatewayError(
    'COLUMN_LENGTH_TOO_BIG',
    `Column length too big for column '${column}' (max = ${max}); use BLOB or TEXT instead`,
  );

const widthOutOfRange = (column: string, max: number): GatewayError =>
  new GatewayError(
    'DISPLAY_WIDTH_OUT_OF_RANGE',
    `Display width out of range for column '${column}' (max = ${max})`,
  );

const tooPrecise = (column: string, precision: number, max: number): GatewayError =>
  new GatewayError(
    'DECIMAL_PRECISION_TOO_BIG',
    `Too-big precision ${precision} specified for '${column}'. Maximum is ${max}.`,
  );

/** The collation that a character set and a collation mean, either of which may be left out. Errors 1115, 1273, 1253. */
export function resolveCollation(
  given: { readonly charset: string | null; readonly collation: string | null; readonly binary?: boolean },
  fallback: string,
): string {
  const set = given.charset === null ? undefined : knownCharacterSet(given.charset);
  if (given.collation === null) {
    if (given.binary === true) return `${set?.name ?? characterSetOf(fallback)}_bin`;
    return set?.defaultCollation ?? fallback;
  }
  const collation = findCollation(given.collation);
  if (collation === undefined) {
    throw new GatewayError('UNKNOWN_COLLATION', `Unknown collation: '${given.collation}'`);
  }
  if (set !== undefined && collation.characterSet !== set.name) {
    throw new GatewayError(
      'COLLATION_CHARSET_MISMATCH',
      `COLLATION '${collation.name}' is not valid for CHARACTER SET '${set.name}'`,
    );
  }
  return collation.name;
}

/** The same of a table or a database, whose columns are texts. */
export function defaultCollationOf(
  given: { readonly charset: string | null; readonly collation: string | null },
  fallback: string,
): string {
  const collation = resolveCollation(given, fallback);
  if (collation === 'binary') throw notSupported('CHARACTER SET binary as a default');
  return collation;
}

function knownCharacterSet(name: string): CharacterSet {
  const set = findCharacterSet(name);
  if (set === undefined) throw new GatewayError('UNKNOWN_CHARSET', `Unknown character set: '${name}'`);
  return set;
}

/** The column's type; errors 1074, 1063, 1425, 1426, 1427, 1439, 1291, 1367, 1115, 1273, 1253, 1235. */
export function columnType(type: DataType, context: TypeContext): SqlType {
  if (type.zerofill) throw notSupported('ZEROFILL');
  switch (type.name) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return integerType(type.name, type, context);
    case 'float':
    case 'double':
      return realType(type.name, type, context);
    case 'decimal':
      return decimalType(type, context);
    case 'bit': {
      const length = type.length ?? 1;
      if (length > 64) throw widthOutOfRange(context.column, 64);
      return { kind: 'bit', length: length === 0 ? 1 : length };
    }
    case 'char':
    case 'varchar':
      return characterType(type.name, type, context);
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return textType(type.name, type, context);
    case 'binary':
    case 'varbinary':
      return bytesType(type.name, type.length, context);
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return { kind: type.name === 'blob' ? blobOfLength(type.length) : type.name };
    case 'date':
    case 'year':
    case 'json':
      return { kind: type.name };
    case 'datetime':
    case 'timestamp':
    case 'time': {
      const fsp = type.length ?? 0;
      if (fsp > 6) throw tooPrecise(context.column, fsp, 6);
      return { kind: type.name, fsp };
    }
    case 'enum':
    case 'set':
      return memberType(type.name, type, context);
    case 'signed':
    case 'unsigned':
      throw notSupported(`a column of type ${type.name.toUpperCase()}`);
    case 'geometry':
      throw notSupported('spatial types');
    default:
      return assertNever(type.name);
  }
}

function integerType(
  kind: 'tinyint' | 'smallint' | 'mediumint' | 'int' | 'bigint',
  type: DataType,
  context: TypeContext,
): SqlType {
  if ((type.length ?? 0) > 255) throw widthOutOfRange(context.column, 255);
  const isBoolean = kind === 'tinyint' && !type.unsigned && (type.boolean || type.length === 1);
  return isBoolean ? { kind, unsigned: false, displayWidth: 1 } : { kind, unsigned: type.unsigned };
}

/** FLOAT(p) is a DOUBLE from 25 bits on; FLOAT(M,D) would round values, which nothing here does. */
function realType(kind: 'float' | 'double', type: DataType, context: TypeContext): SqlType {
  const name = kind.toUpperCase();
  if (type.unsigned) throw notSupported(`${name} UNSIGNED`);
  if (type.scale !== null) throw notSupported(`${name}(M,D)`);
  if (type.length === null) return { kind };
  if (kind === 'double' || type.length > 53) {
    throw new GatewayError('WRONG_COLUMN_TYPE', `Incorrect column specifier for column '${context.column}'`);
  }
  return { kind: type.length > 24 ? 'double' : 'float' };
}

function decimalType(type: DataType, context: TypeContext): SqlType {
  const precision = type.length === null || type.length === 0 ? 10 : type.length;
  const scale = type.scale ?? 0;
  if (scale > maxDecimalScale) {
    throw new GatewayError(
      'DECIMAL_SCALE_TOO_BIG',
      `Too big scale ${scale} specified for column '${context.column}'. Maximum is ${maxDecimalScale}.`,
    );
  }
  if (precision > 65) throw tooPrecise(context.column, precision, 65);
  if (precision < scale) {
    throw new GatewayError(
      'DECIMAL_SCALE_ABOVE_PRECISION',
      `For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column '${context.column}').`,
    );
  }
  if (precision > maxDecimalPrecision)
    throw notSupported(`DECIMAL with more than ${maxDecimalPrecision} digits`);
  return type.unsigned
    ? { kind: 'decimal', precision, scale, unsigned: true }
    : { kind: 'decimal', precision, scale };
}

const isBinarySet = (type: DataType): boolean => type.charset?.toLowerCase() === 'binary';

function characterType(kind: 'char' | 'varchar', type: DataType, context: TypeContext): SqlType {
  if (isBinarySet(type)) return bytesType(kind === 'char' ? 'binary' : 'varbinary', type.length, context);
  const length = type.length ?? 1;
  const max = kind === 'char' ? 255 : Math.floor(maxVarcharBytes / 4);
  if (length > max) throw tooBig(context.column, max);
  return { kind, length, collation: resolveCollation(type, context.collation) };
}

function bytesType(kind: 'binary' | 'varbinary', given: number | null, context: TypeContext): SqlType {
  const length = given ?? 1;
  const max = kind === 'binary' ? 255 : maxVarcharBytes;
  if (length > max) throw tooBig(context.column, max);
  return { kind, length };
}

/** TEXT(n) is the smallest type that holds n characters of four bytes. */
function textType(kind: TextKind, type: DataType, context: TypeContext): SqlType {
  if (isBinarySet(type)) return { kind: blobOfText[kind] };
  const sized =
    kind === 'text' ? textOfBlob[blobOfLength(type.length === null ? null : type.length * 4)] : kind;
  return { kind: sized, collation: resolveCollation(type, context.collation) };
}

const blobOfText = {
  tinytext: 'tinyblob',
  text: 'blob',
  mediumtext: 'mediumblob',
  longtext: 'longblob',
} as const satisfies Record<TextKind, BlobKind>;

const textOfBlob = {
  tinyblob: 'tinytext',
  blob: 'text',
  mediumblob: 'mediumtext',
  longblob: 'longtext',
} as const satisfies Record<BlobKind, TextKind>;

function blobOfLength(length: number | null): BlobKind {
  if (length === null || length === 0) return 'blob';
  if (length <= 255) return 'tinyblob';
  if (length <= 65_535) return 'blob';
  return length <= 16_777_215 ? 'mediumblob' : 'longblob';
}

function memberType(kind: 'enum' | 'set', type: DataType, context: TypeContext): SqlType {
  const members = (type.members ?? []).map((member) => member.replace(/ +$/, ''));
  const collation = resolveCollation(type, context.collation);
  const keys = members.map(collationKey(collation));
  for (const [index, member] of members.entries()) {
    if (keys.indexOf(keys[index]!) !== index) {
      throw new GatewayError(
        'DUPLICATE_MEMBER',
        `Column '${context.column}' has duplicated value '${member}' in ${kind.toUpperCase()}`,
      );
    }
    if (kind === 'set' && member.includes(',')) {
      throw new GatewayError('ILLEGAL_SET_MEMBER', `Illegal set '${member}' value found during parsing`);
    }
  }
  if (kind === 'set' && members.length > 64) {
    throw new GatewayError('TOO_MANY_MEMBERS', `Too many strings for column ${context.column} and SET`);
  }
  return { kind, members, collation };
}
