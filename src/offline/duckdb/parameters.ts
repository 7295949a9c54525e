/** Our values as DuckDB's, for parameters and for the appender. */
import {
  BIGINT,
  BLOB,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  TIMESTAMP,
  UBIGINT,
  VARCHAR,
} from '@duckdb/node-api';
import { AssertionError } from '../../base/assert.ts';
import { decimalOfText, rescale } from '../../types/decimal.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { maxDuckPrecision } from './types.ts';

/** The type object that stands for `queryType(type)`. */
export function duckType(type: SqlType): DuckDBType {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'year':
    case 'time':
      return BIGINT;
    case 'bigint':
      return type.unsigned ? UBIGINT : BIGINT;
    case 'bit':
      return UBIGINT;
    case 'float':
      return FLOAT;
    case 'double':
      return DOUBLE;
    case 'decimal':
      return DECIMAL(Math.min(type.precision, maxDuckPrecision), type.scale);
    case 'date':
      return DATE;
    case 'datetime':
    case 'timestamp':
      return TIMESTAMP;
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return BLOB;
    case 'null':
      return INTEGER;
    default:
      return VARCHAR;
  }
}

/** A value (src/types/value.ts) of `type` as DuckDB's value of `duckType(type)`. */
export function duckValue(value: SqlValue, type: SqlType): DuckDBValue {
  if (value === null) return null;
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'year':
    case 'bigint':
    case 'bit':
    case 'time':
      if (typeof value === 'number' || typeof value === 'bigint') return BigInt(value);
      break;
    case 'float':
    case 'double':
      if (typeof value === 'number') return value;
      break;
    case 'decimal':
      if (typeof value === 'string') {
        const width = Math.min(type.precision, maxDuckPrecision);
        return new DuckDBDecimalValue(rescale(decimalOfText(value), type.scale).unscaled, width, type.scale);
      }
      break;
    case 'date':
      if (typeof value === 'number') return new DuckDBDateValue(value);
      break;
    case 'datetime':
    case 'timestamp':
      if (typeof value === 'bigint') return new DuckDBTimestampValue(value);
      break;
    case 'null':
      return null;
    default:
      if (value instanceof Uint8Array) return new DuckDBBlobValue(value);
      if (typeof value === 'string') return value;
  }
  throw new AssertionError(`a ${typeof value} is no value of type ${type.kind}`);
}
