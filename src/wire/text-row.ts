import type { Batch, ResultColumn } from '../types/batch.ts';
import { formatDouble, formatFloat } from '../types/real-text.ts';
import type { SqlType } from '../types/sql-type.ts';
import { type PackedWriter, skippingNulls, valueWriter } from './packed.ts';
import { packedTextWriter } from './packed-text.ts';
import type { PacketWriter } from './packet-writer.ts';
import {
  bigintOf,
  bitEncoder,
  bytesEncoder,
  decimalEncoder,
  type EncodeContext,
  encodeRows,
  numberOf,
  type RowEncoder,
  stringEncoder,
  type ValueEncoder,
  wallClock,
} from './row-encoder.ts';
import {
  isWireDate,
  splitMicros,
  writeTextDate,
  writeTextDatetime,
  writeTextTime,
} from './temporal-bytes.ts';

const nullMarker = 0xfb;

/**
 * Rows of COM_QUERY:
 *
 *     (0xFB for NULL | value:lenenc-string)*
 */
export function textRowEncoder(columns: readonly ResultColumn[], context: EncodeContext): RowEncoder {
  const encoders = columns.map((column) => textEncoder(column.type, context));
  const columnWriter = (batch: Batch, index: number, encoder: ValueEncoder): PackedWriter => {
    const vector = batch.columns[index]!;
    const slow = valueWriter(vector, encoder);
    if (vector.packed === undefined) return slow;
    const packed = packedTextWriter(columns[index]!.type, vector, context, slow);
    return packed === undefined ? slow : skippingNulls(vector.validity ?? null, packed);
  };
  return (writer, batch, from, flushBytes) => {
    const writers = encoders.map((encoder, index) => columnWriter(batch, index, encoder));
    return encodeRows(writer, { from, rowCount: batch.rowCount, flushBytes }, (row) => {
      for (let index = 0; index < encoders.length; index++) {
        if (!writers[index]!(writer, row)) writer.uint8(nullMarker);
      }
    });
  };
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
    case 'double':
      return (writer, value) =>
        writeReal(writer, numberOf(type, value), (number) => formatDouble(number, type.scale));
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

const smallInteger = 1e9;

function writeReal(writer: PacketWriter, value: number, format: (value: number) => string): boolean {
  if (!Number.isFinite(value)) return false;
  if (format === formatDouble && Number.isInteger(value) && value < smallInteger && value > -smallInteger) {
    writer.lengthEncodedNumber(value);
  } else if (format !== formatDouble || !writeShortDecimal(writer, value)) {
    writer.lengthEncodedAscii(format(value));
  }
  return true;
}

const fifteenDigits = 1e15;

/**
 * A double that is a decimal of at most 15 digits, as most are that people typed. No two such decimals are the
 * same double, so this one without its zeros is also the shortest text that reads back, which MySQL prints.
 */
function writeShortDecimal(writer: PacketWriter, value: number): boolean {
  if (value < 1e-5 && value > -1e-5) return false;
  for (let scale = 3, power = 1e3; scale <= 12; scale += 3, power *= 1e3) {
    let unscaled = Math.round(value * power);
    if (unscaled >= fifteenDigits || unscaled <= -fifteenDigits) return false;
    if (unscaled / power !== value) continue;
    let digits = scale;
    while (digits > 0 && unscaled % 10 === 0) {
      unscaled /= 10;
      digits--;
    }
    writer.lengthEncodedDecimal(unscaled, digits);
    return true;
  }
  return false;
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
