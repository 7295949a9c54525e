import type { ResultColumn } from '../types/batch.ts';
import { formatDouble, formatFloat } from '../types/real-text.ts';
import type { SqlType } from '../types/sql-type.ts';
import { rowEncoder, stagedColumn } from './column-block.ts';
import type { PacketWriter } from './packet-writer.ts';
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
import { shortDecimal, splitShortDecimal } from './short-decimal.ts';
import {
  isWireDate,
  splitMicros,
  writeTextDate,
  writeTextDatetime,
  writeTextTime,
} from './temporal-bytes.ts';
import { nullMarker, textBlockColumn, textNull } from './text-block.ts';

/**
 * Rows of COM_QUERY:
 *
 *     (0xFB for NULL | value:lenenc-string)*
 */
export function textRowEncoder(columns: readonly ResultColumn[], context: EncodeContext): RowEncoder {
  const encoders = columns.map((column) => textEncoder(column.type, context));
  return rowEncoder({
    headBytes: 0,
    encodeRow(writer, batch, row) {
      for (let index = 0; index < encoders.length; index++) {
        const value = batch.columns[index]!.get(row);
        if (value === null || !encoders[index]!(writer, value)) writer.uint8(nullMarker);
      }
    },
    blockColumn: (vector, index) =>
      textBlockColumn(columns[index]!.type, vector, context) ??
      stagedColumn(vector, encoders[index]!, textNull),
  });
}

/** The text form of one type's values. */
export function textEncoder(type: SqlType, context: EncodeContext): ValueEncoder {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
      return (writer, value) => {
        writer.lengthEncodedNumber(numberOf(type, value));
        return true;
      };
    case 'bigint':
      return (writer, value) => writeBigint(writer, bigintOf(type, value));
    case 'year':
      return (writer, value) => {
        writer.uint8(4);
        writer.digits(numberOf(type, value), 4);
        return true;
      };
    case 'float':
      return (writer, value) => writeReal(writer, numberOf(type, value), formatFloat);
    case 'double': {
      const { scale } = type;
      if (scale === undefined) return (writer, value) => writeDouble(writer, numberOf(type, value));
      const format = (number: number): string => formatDouble(number, scale);
      return (writer, value) => writeReal(writer, numberOf(type, value), format);
    }
    case 'decimal':
      return decimalEncoder(type);
    case 'date':
      return (writer, value) => {
        const days = numberOf(type, value);
        if (!isWireDate(days)) return false;
        writeTextDate(writer, days);
        return true;
      };
    case 'datetime':
    case 'timestamp':
      return datetimeEncoder(type, context);
    case 'time':
      return (writer, value) => {
        writeTextTime(writer, bigintOf(type, value), type.fsp);
        return true;
      };
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
    // JSON is utf8mb4 whatever the connection's character set.
    case 'json':
      return stringEncoder(type, 'utf8mb4');
    default:
      return stringEncoder(type, context.charset);
  }
}

function writeBigint(writer: PacketWriter, value: bigint): boolean {
  const number = Number(value);
  if (Number.isSafeInteger(number)) writer.lengthEncodedNumber(number);
  else writer.lengthEncodedAscii(String(value));
  return true;
}

/** A FLOAT, or a DOUBLE with a fixed number of digits. */
function writeReal(writer: PacketWriter, value: number, format: (value: number) => string): boolean {
  if (!Number.isFinite(value)) return false;
  writer.lengthEncodedAscii(format(value));
  return true;
}

function writeDouble(writer: PacketWriter, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (splitShortDecimal(value)) writer.lengthEncodedDecimal(shortDecimal.unscaled, shortDecimal.scale);
  else writer.lengthEncodedAscii(formatDouble(value));
  return true;
}

function datetimeEncoder(type: Extract<SqlType, { fsp: number }>, context: EncodeContext): ValueEncoder {
  const clock = wallClock(type, context);
  return (writer, value) => {
    const parts = splitMicros(clock(value));
    if (!isWireDate(parts.days)) return false;
    writeTextDatetime(writer, parts, type.fsp);
    return true;
  };
}
