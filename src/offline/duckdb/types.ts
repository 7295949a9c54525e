/**
 * How the dialect's types stand in DuckDB: at query time, and in Parquet files.
 *
 * At query time the types are few, so that expressions behave as MySQL's: every integer type is computed
 * as BIGINT (MySQL's own rule; DuckDB's overflow error becomes 1690), BIGINT UNSIGNED and BIT as UBIGINT,
 * TIMESTAMP is a TIMESTAMP that counts in UTC, TIME is a BIGINT of microseconds (DuckDB's TIME ends at 24 h
 * and has no sign), ENUM, SET and JSON are text.
 *
 * In files stand only types that every reader of Delta Lake knows: nothing unsigned, no HUGEINT, no TIME,
 * TIMESTAMP as an instant (isAdjustedToUTC) and DATETIME as timestamp_ntz.
 */
import type { SqlType } from '../../types/sql-type.ts';

/** DuckDB's DECIMAL ends here; MySQL's goes to 65. */
export const maxDuckPrecision = 38;

/** The DuckDB type in which a value of `type` is computed and leaves a query. */
export function queryType(type: SqlType): string {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'year':
    case 'time':
      return 'BIGINT';
    case 'bigint':
      return type.unsigned ? 'UBIGINT' : 'BIGINT';
    case 'bit':
      return 'UBIGINT';
    case 'float':
      return 'FLOAT';
    case 'double':
      return 'DOUBLE';
    case 'decimal':
      return `DECIMAL(${Math.min(type.precision, maxDuckPrecision)},${type.scale})`;
    case 'char':
    case 'varchar':
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
    case 'enum':
    case 'set':
    case 'json':
      return 'VARCHAR';
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return 'BLOB';
    case 'date':
      return 'DATE';
    case 'datetime':
    case 'timestamp':
      return 'TIMESTAMP';
    case 'null':
      return 'INTEGER';
  }
}

/** The DuckDB type that COPY writes for a column of `type`. */
export function parquetType(type: SqlType): string {
  switch (type.kind) {
    case 'tinyint':
      return type.unsigned ? 'SMALLINT' : 'TINYINT';
    case 'smallint':
      return type.unsigned ? 'INTEGER' : 'SMALLINT';
    case 'mediumint':
      return 'INTEGER';
    case 'int':
      return type.unsigned ? 'BIGINT' : 'INTEGER';
    case 'bigint':
      return type.unsigned ? 'DECIMAL(20,0)' : 'BIGINT';
    case 'year':
      return 'SMALLINT';
    case 'bit':
      return type.length > 63 ? 'DECIMAL(20,0)' : 'BIGINT';
    case 'timestamp':
      return 'TIMESTAMPTZ';
    default:
      return queryType(type);
  }
}

/**
 * The column `sql` of a Parquet file as a value of `type` at query time. The column may have another width
 * than the type has now: it is cast, so files from before an ALTER read right.
 */
export function readCast(sql: string, type: SqlType): string {
  if (type.kind === 'timestamp') return `timezone('UTC', CAST(${sql} AS TIMESTAMPTZ))`;
  return `CAST(${sql} AS ${queryType(type)})`;
}

/** A value of `type` at query time as the column that COPY writes. */
export function writeCast(sql: string, type: SqlType): string {
  if (type.kind === 'timestamp') return `timezone('UTC', ${sql})`;
  return `CAST(${sql} AS ${parquetType(type)})`;
}
