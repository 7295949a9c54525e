/** The SQL types of the dialect: MySQL 8.0's, with what a client is told about them. */

export type IntegerKind = 'tinyint' | 'smallint' | 'mediumint' | 'int' | 'bigint';
export type TextKind = 'tinytext' | 'text' | 'mediumtext' | 'longtext';
export type BlobKind = 'tinyblob' | 'blob' | 'mediumblob' | 'longblob';

export type SqlType =
  /** `displayWidth` 1 on tinyint is MySQL's BOOLEAN, which drivers tell by it. */
  | { readonly kind: IntegerKind; readonly unsigned: boolean; readonly displayWidth?: number }
  /** `scale`: the fixed number of digits that ROUND and its like show; without it as many as there are. */
  | { readonly kind: 'float' | 'double'; readonly scale?: number }
  | {
      readonly kind: 'decimal';
      readonly precision: number;
      readonly scale: number;
      readonly unsigned?: boolean;
    }
  | { readonly kind: 'char' | 'varchar'; readonly length: number; readonly collation: string }
  | { readonly kind: TextKind; readonly collation: string }
  | { readonly kind: 'binary'; readonly length: number }
  /** `bits`: of a hex or bit literal, which is the number of its bits where a number is wanted. */
  | { readonly kind: 'varbinary'; readonly length: number; readonly bits?: true }
  | { readonly kind: BlobKind }
  | { readonly kind: 'date' | 'year' }
  /** `fsp`: digits of fractional seconds, 0 to 6. */
  | { readonly kind: 'datetime' | 'timestamp' | 'time'; readonly fsp: number }
  | { readonly kind: 'json' }
  | { readonly kind: 'enum' | 'set'; readonly members: readonly string[]; readonly collation: string }
  | { readonly kind: 'bit'; readonly length: number }
  | { readonly kind: 'null' };

export type TypeKind = SqlType['kind'];

/** The collation of a string column or expression that names none: bytes decide, on both tiers, and nothing pads. */
export const defaultCollation = 'utf8mb4_0900_bin';

export const int = (unsigned = false): SqlType => ({ kind: 'int', unsigned });
export const bigint = (unsigned = false): SqlType => ({ kind: 'bigint', unsigned });
export const boolean: SqlType = { kind: 'tinyint', unsigned: false, displayWidth: 1 };
export const double: SqlType = { kind: 'double' };
export const nullType: SqlType = { kind: 'null' };
export const json: SqlType = { kind: 'json' };
export const date: SqlType = { kind: 'date' };
export const longtext: SqlType = { kind: 'longtext', collation: defaultCollation };
export const decimal = (precision: number, scale: number, unsigned = false): SqlType =>
  unsigned ? { kind: 'decimal', precision, scale, unsigned } : { kind: 'decimal', precision, scale };
export const varchar = (length: number, collation = defaultCollation): SqlType => ({
  kind: 'varchar',
  length,
  collation,
});
export const datetime = (fsp = 0): SqlType => ({ kind: 'datetime', fsp });
export const timestamp = (fsp = 0): SqlType => ({ kind: 'timestamp', fsp });
export const time = (fsp = 0): SqlType => ({ kind: 'time', fsp });

export type TypeClass =
  | 'integer'
  | 'decimal'
  | 'real'
  | 'string'
  | 'binary'
  | 'temporal'
  | 'json'
  | 'bit'
  | 'null';

const classes: Record<TypeKind, TypeClass> = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  bigint: 'integer',
  year: 'integer',
  float: 'real',
  double: 'real',
  decimal: 'decimal',
  char: 'string',
  varchar: 'string',
  tinytext: 'string',
  text: 'string',
  mediumtext: 'string',
  longtext: 'string',
  enum: 'string',
  set: 'string',
  binary: 'binary',
  varbinary: 'binary',
  tinyblob: 'binary',
  blob: 'binary',
  mediumblob: 'binary',
  longblob: 'binary',
  date: 'temporal',
  datetime: 'temporal',
  timestamp: 'temporal',
  time: 'temporal',
  json: 'json',
  bit: 'bit',
  null: 'null',
};

/** The family that decides comparison, arithmetic and wire form. */
export function typeClass(type: SqlType): TypeClass {
  return classes[type.kind];
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The type as COLUMN_TYPE of information_schema and SHOW CREATE TABLE print it, without collation. */
export function typeText(type: SqlType): string {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return (
        type.kind +
        (type.kind === 'tinyint' && type.displayWidth === 1 ? '(1)' : '') +
        (type.unsigned ? ' unsigned' : '')
      );
    case 'decimal':
      return `decimal(${type.precision},${type.scale})${type.unsigned ? ' unsigned' : ''}`;
    case 'char':
    case 'varchar':
    case 'binary':
    case 'varbinary':
    case 'bit':
      return `${type.kind}(${type.length})`;
    case 'datetime':
    case 'timestamp':
    case 'time':
      return type.fsp === 0 ? type.kind : `${type.kind}(${type.fsp})`;
    case 'enum':
    case 'set':
      return `${type.kind}(${type.members.map(quote).join(',')})`;
    default:
      return type.kind;
  }
}
