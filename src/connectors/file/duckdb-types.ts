/** The SQL type of a column that DuckDB found in a file, and the expression that reads it as that type. */
import { notSupported } from '../../base/errors.ts';
import { defaultCollation, type SqlType } from '../../types/sql-type.ts';

export interface FileColumnType {
  readonly type: SqlType;
  /** Puts the column's quoted name into an expression of the type's query-time form in DuckDB. */
  readonly read: (column: string) => string;
}

const plain = (column: string): string => column;
const maxDecimalDigits = 38;

const fixed: Record<string, SqlType> = {
  BOOLEAN: { kind: 'tinyint', unsigned: false, displayWidth: 1 },
  TINYINT: { kind: 'tinyint', unsigned: false },
  SMALLINT: { kind: 'smallint', unsigned: false },
  INTEGER: { kind: 'int', unsigned: false },
  BIGINT: { kind: 'bigint', unsigned: false },
  UTINYINT: { kind: 'tinyint', unsigned: true },
  USMALLINT: { kind: 'smallint', unsigned: true },
  UINTEGER: { kind: 'int', unsigned: true },
  UBIGINT: { kind: 'bigint', unsigned: true },
  FLOAT: { kind: 'float' },
  DOUBLE: { kind: 'double' },
  DATE: { kind: 'date' },
  VARCHAR: { kind: 'longtext', collation: defaultCollation },
  BLOB: { kind: 'longblob' },
  TIMESTAMP: { kind: 'datetime', fsp: 6 },
  TIMESTAMP_S: { kind: 'datetime', fsp: 0 },
  TIMESTAMP_MS: { kind: 'datetime', fsp: 3 },
  TIMESTAMP_NS: { kind: 'datetime', fsp: 6 },
  'TIMESTAMP WITH TIME ZONE': { kind: 'timestamp', fsp: 6 },
  TIME: { kind: 'time', fsp: 6 },
};

/** @param duckdbType as DESCRIBE prints it; throws NOT_SUPPORTED for a type with no counterpart */
export function fileColumnType(duckdbType: string): FileColumnType {
  const known = fixed[duckdbType];
  if (known !== undefined) return { type: known, read: plain };
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(duckdbType);
  if (decimal) {
    return {
      type: { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) },
      read: plain,
    };
  }
  if (duckdbType === 'HUGEINT' || duckdbType === 'UHUGEINT') {
    return {
      type: { kind: 'decimal', precision: maxDecimalDigits, scale: 0 },
      read: (column) => `${column}::DECIMAL(${maxDecimalDigits},0)`,
    };
  }
  if (duckdbType === 'UUID' || duckdbType.startsWith('ENUM(')) {
    return {
      type: { kind: 'varchar', length: 255, collation: defaultCollation },
      read: (column) => `${column}::VARCHAR`,
    };
  }
  if (/^(STRUCT|MAP|JSON)\b/.test(duckdbType) || duckdbType.endsWith(']')) {
    return { type: { kind: 'json' }, read: (column) => `to_json(${column})::VARCHAR` };
  }
  throw notSupported(`external column of type ${duckdbType}`);
}
