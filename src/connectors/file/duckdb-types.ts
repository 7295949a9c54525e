/** Between the types that DuckDB finds in files and ours. */
import { notSupported } from '../../base/errors.ts';
import { queryType } from '../../offline/duckdb/types.ts';
import { defaultCollation, type SqlType } from '../../types/sql-type.ts';

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
export function typeOfFileColumn(duckdbType: string): SqlType {
  const known = fixed[duckdbType];
  if (known !== undefined) return known;
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(duckdbType);
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  if (duckdbType === 'HUGEINT' || duckdbType === 'UHUGEINT') {
    return { kind: 'decimal', precision: maxDecimalDigits, scale: 0 };
  }
  if (duckdbType === 'UUID' || duckdbType.startsWith('ENUM(')) {
    return { kind: 'varchar', length: 255, collation: defaultCollation };
  }
  if (isNested(duckdbType)) return { kind: 'json' };
  throw notSupported(`external column of type ${duckdbType}`);
}

function isNested(duckdbType: string): boolean {
  return /^(STRUCT|MAP|JSON)\b/.test(duckdbType) || duckdbType.endsWith(']');
}

/**
 * The expression that reads a file's column (`quoted`) as the table's type, in its query-time form. A value
 * that does not fit fails the query.
 */
export function readFileColumn(quoted: string, duckdbType: string, type: SqlType): string {
  if (isNested(duckdbType)) return `CAST(to_json(${quoted}) AS VARCHAR)`;
  if (duckdbType === 'TIME') return `epoch_us(${quoted})`;
  if (duckdbType === 'TIMESTAMP WITH TIME ZONE')
    return `CAST(timezone('UTC', ${quoted}) AS ${queryType(type)})`;
  return `CAST(${quoted} AS ${queryType(type)})`;
}
