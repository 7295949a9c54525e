import type { ColumnVector } from '../types/batch.ts';
import type { SqlType } from '../types/sql-type.ts';
import { isPackedText, isSafeHigh, numberOfWords, type PackedWriter } from './packed.ts';
import type { EncodeContext } from './row-encoder.ts';
import { isWireDate, splitNumber, writeTextDate, writeTextDatetime } from './temporal-bytes.ts';

/**
 * Writes a column's values from the memory they lie in; undefined where that is not possible and each must be
 * read by `get`. The bytes are those of textEncoder.
 */
export function packedTextWriter(
  type: SqlType,
  vector: ColumnVector,
  context: EncodeContext,
  slow: PackedWriter,
): PackedWriter | undefined {
  const { packed } = vector;
  switch (packed?.kind) {
    case 'int64':
      return wordsWriter(type, packed.words, context, slow);
    case 'int32': {
      if (type.kind !== 'date') return undefined;
      const { items } = packed;
      return (writer, row) => {
        const days = items[row]!;
        if (!isWireDate(days)) return false;
        writeTextDate(writer, days);
        return true;
      };
    }
    case 'decimal16':
    case 'decimal32': {
      if (type.kind !== 'decimal') return undefined;
      const { items } = packed;
      const { scale } = type;
      return (writer, row) => {
        writer.lengthEncodedDecimal(items[row]!, scale);
        return true;
      };
    }
    case 'decimal64': {
      if (type.kind !== 'decimal') return undefined;
      const { words } = packed;
      const { scale } = type;
      return (writer, row) => {
        if (!isSafeHigh(words[row * 2 + 1]!)) return slow(writer, row);
        writer.lengthEncodedDecimal(numberOfWords(words, row), scale);
        return true;
      };
    }
    case 'bytes': {
      if (!isPackedText(type, context)) return undefined;
      const { bytes } = packed;
      return (writer, row) => {
        bytes.find(row);
        writer.lengthEncodedSlice(bytes.source, bytes.start, bytes.length);
        return true;
      };
    }
    default:
      return undefined;
  }
}

function wordsWriter(
  type: SqlType,
  words: Int32Array,
  context: EncodeContext,
  slow: PackedWriter,
): PackedWriter | undefined {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint': {
      const { unsigned } = type;
      return (writer, row) => {
        const high = words[row * 2 + 1]!;
        const low = words[row * 2]!;
        if (unsigned && high < 0) return slow(writer, row);
        if (high === low >> 31) writer.lengthEncodedNumber(low);
        else if (isSafeHigh(high)) writer.lengthEncodedNumber(high * 0x1_0000_0000 + (low >>> 0));
        else return slow(writer, row);
        return true;
      };
    }
    case 'datetime':
    case 'timestamp': {
      if (type.kind === 'timestamp' && context.zoneOffsetUs !== undefined) return undefined;
      const { fsp } = type;
      return (writer, row) => {
        if (!isSafeHigh(words[row * 2 + 1]!)) return slow(writer, row);
        const parts = splitNumber(numberOfWords(words, row));
        if (!isWireDate(parts.days)) return false;
        writeTextDatetime(writer, parts, fsp);
        return true;
      };
    }
    default:
      return undefined;
  }
}
