import type { ResultColumn } from '../types/batch.ts';
import type { SqlType } from '../types/sql-type.ts';
import { binaryBlockColumn, binaryNull } from './binary-block.ts';
import { rowEncoder, stagedColumn } from './column-block.ts';
import {
  bigintOf,
  bitEncoder,
  bytesEncoder,
  decimalEncoder,
  type EncodeContext,
  numberOf,
  type RowEncoder,
  stringEncoder,
  type ValueEncoder,
  wallClock,
} from './row-encoder.ts';
import {
  isWireDate,
  splitMicros,
  writeBinaryDate,
  writeBinaryDatetime,
  writeBinaryTime,
} from './temporal-bytes.ts';

/**
 * Rows of COM_STMT_EXECUTE:
 *
 *     0x00  nullBitmap:(columns + 9) / 8, the first column at bit 2  values, NULLs left out
 *
 * Integers and reals are little-endian in the size of their type; temporal values see temporal-bytes.ts; all
 * else is a length-encoded string.
 */
export function binaryRowEncoder(columns: readonly ResultColumn[], context: EncodeContext): RowEncoder {
  const encoders = columns.map((column) => binaryEncoder(column.type, context));
  const bitmapBytes = (columns.length + 9) >> 3;
  return rowEncoder({
    headBytes: 1 + bitmapBytes,
    encodeRow(writer, batch, row) {
      writer.uint8(0x00);
      const bitmap = writer.bitmap(bitmapBytes);
      for (let index = 0; index < encoders.length; index++) {
        const value = batch.columns[index]!.get(row);
        if (value === null || !encoders[index]!(writer, value)) writer.setBit(bitmap, index + 2);
      }
    },
    blockColumn: (vector, index) =>
      binaryBlockColumn(columns[index]!.type, vector, context, binaryNull(index)) ??
      stagedColumn(vector, encoders[index]!, binaryNull(index)),
  });
}

/** The binary form of one type's values. */
export function binaryEncoder(type: SqlType, context: EncodeContext): ValueEncoder {
  switch (type.kind) {
    case 'tinyint':
      return (writer, value) => {
        writer.uint8(numberOf(type, value));
        return true;
      };
    case 'smallint':
    case 'year':
      return (writer, value) => {
        writer.uint16(numberOf(type, value));
        return true;
      };
    case 'mediumint':
    case 'int':
      return (writer, value) => {
        writer.uint32(numberOf(type, value));
        return true;
      };
    case 'bigint':
      return (writer, value) => {
        writer.int64(bigintOf(type, value));
        return true;
      };
    case 'float':
      return (writer, value) => {
        const number = numberOf(type, value);
        if (!Number.isFinite(number)) return false;
        writer.float(number);
        return true;
      };
    case 'double':
      return (writer, value) => {
        const number = numberOf(type, value);
        if (!Number.isFinite(number)) return false;
        writer.double(number);
        return true;
      };
    case 'decimal':
      return decimalEncoder(type);
    case 'date':
      return (writer, value) => {
        const days = numberOf(type, value);
        if (!isWireDate(days)) return false;
        writeBinaryDate(writer, days);
        return true;
      };
    case 'datetime':
    case 'timestamp':
    case 'time':
      return temporalEncoder(type, context);
    case 'bit':
      return bitEncoder(type);
    case 'null':
      return () => false;
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return bytesEncoder(type);
    case 'json':
      return stringEncoder(type, 'utf8mb4');
    default:
      return stringEncoder(type, context.charset);
  }
}

function temporalEncoder(type: Extract<SqlType, { fsp: number }>, context: EncodeContext): ValueEncoder {
  if (type.kind === 'time') {
    return (writer, value) => {
      writeBinaryTime(writer, bigintOf(type, value), type.fsp);
      return true;
    };
  }
  const clock = wallClock(type, context);
  return (writer, value) => {
    const parts = splitMicros(clock(value));
    if (!isWireDate(parts.days)) return false;
    writeBinaryDatetime(writer, parts, type.fsp);
    return true;
  };
}
