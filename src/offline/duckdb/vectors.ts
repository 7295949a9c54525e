/**
 * DuckDB's chunks as batches. Values are read from DuckDB's own memory when the encoder asks for them: a
 * typed array over the vector's data and one over its validity mask, no object a row. The readers rely on the
 * columns having `queryType` of the expected types, which `checkColumnTypes` proves once a result.
 */
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { assert } from '../../base/assert.ts';
import type { Batch, ColumnVector } from '../../types/batch.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { maxDuckPrecision, queryType } from './types.ts';

/** Reads one valid value of a vector's data. */
type Reader = (row: number) => SqlValue;

class MaskedColumn implements ColumnVector {
  readonly #read: Reader;
  readonly #validity: Uint8Array | null;
  /** Keeps DuckDB's memory alive for as long as this column can be read. */
  readonly #chunk: DuckDBDataChunk;

  constructor(read: Reader, validity: Uint8Array | null, chunk: DuckDBDataChunk) {
    this.#read = read;
    this.#validity = validity;
    this.#chunk = chunk;
  }

  get(row: number): SqlValue {
    const validity = this.#validity;
    if (validity !== null && (validity[row >> 3]! & (1 << (row & 7))) === 0) return null;
    return this.#read(row);
  }

  get chunk(): DuckDBDataChunk {
    return this.#chunk;
  }
}

const bytesOf = (vector: duckdb.Vector, count: number): Uint8Array => duckdb.vector_get_data(vector, count);

function int64s(vector: duckdb.Vector, count: number): BigInt64Array {
  const bytes = bytesOf(vector, count * 8);
  return new BigInt64Array(arrayBufferOf(bytes), bytes.byteOffset, count);
}

function uint64s(vector: duckdb.Vector, count: number): BigUint64Array {
  const bytes = bytesOf(vector, count * 8);
  return new BigUint64Array(arrayBufferOf(bytes), bytes.byteOffset, count);
}

/** The bindings hand out plain ArrayBuffers, though the type of Uint8Array allows shared ones. */
function arrayBufferOf(bytes: Uint8Array): ArrayBuffer {
  assert(bytes.buffer instanceof ArrayBuffer, 'vector memory is not an ArrayBuffer');
  return bytes.buffer;
}

/** The text of `unscaled` / 10^`scale`, in the canonical form of src/types/value.ts. */
export function decimalText(unscaled: bigint | number, scale: number): string {
  const text = String(unscaled);
  if (scale === 0) return text;
  const negative = text.charCodeAt(0) === 0x2d;
  const digits = (negative ? text.slice(1) : text).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function decimalReader(vector: duckdb.Vector, count: number, precision: number, scale: number): Reader {
  if (precision <= 4) {
    const bytes = bytesOf(vector, count * 2);
    const items = new Int16Array(arrayBufferOf(bytes), bytes.byteOffset, count);
    return (row) => decimalText(items[row]!, scale);
  }
  if (precision <= 9) {
    const bytes = bytesOf(vector, count * 4);
    const items = new Int32Array(arrayBufferOf(bytes), bytes.byteOffset, count);
    return (row) => decimalText(items[row]!, scale);
  }
  if (precision <= 18) {
    const items = int64s(vector, count);
    return (row) => decimalText(items[row]!, scale);
  }
  const halves = int64s(vector, count * 2);
  return (row) => decimalText((halves[row * 2 + 1]! << 64n) + BigInt.asUintN(64, halves[row * 2]!), scale);
}

/** DuckDB's string_t: 4 bytes of length, then up to 12 bytes in place, or 4 of prefix and a pointer. */
function stringReader(vector: duckdb.Vector, count: number): (row: number) => Buffer {
  const bytes = bytesOf(vector, count * 16);
  const buffer = arrayBufferOf(bytes);
  const lengths = new Uint32Array(buffer, bytes.byteOffset, count * 4);
  return (row) => {
    const length = lengths[row * 4]!;
    const offset = bytes.byteOffset + row * 16;
    if (length <= 12) return Buffer.from(buffer, offset + 4, length);
    const data = duckdb.get_data_from_pointer(buffer, offset + 8, length);
    return Buffer.from(arrayBufferOf(data), data.byteOffset, length);
  };
}

function readerOf(vector: duckdb.Vector, count: number, type: SqlType): Reader {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'year': {
      const items = int64s(vector, count);
      return (row) => Number(items[row]!);
    }
    case 'bigint': {
      const items = type.unsigned ? uint64s(vector, count) : int64s(vector, count);
      return (row) => items[row]!;
    }
    case 'bit': {
      const items = uint64s(vector, count);
      return (row) => items[row]!;
    }
    case 'datetime':
    case 'timestamp':
    case 'time': {
      const items = int64s(vector, count);
      return (row) => items[row]!;
    }
    case 'date': {
      const bytes = bytesOf(vector, count * 4);
      const items = new Int32Array(arrayBufferOf(bytes), bytes.byteOffset, count);
      return (row) => items[row]!;
    }
    case 'double': {
      const bytes = bytesOf(vector, count * 8);
      const items = new Float64Array(arrayBufferOf(bytes), bytes.byteOffset, count);
      return (row) => items[row]!;
    }
    case 'float': {
      const bytes = bytesOf(vector, count * 4);
      const items = new Float32Array(arrayBufferOf(bytes), bytes.byteOffset, count);
      return (row) => items[row]!;
    }
    case 'decimal':
      return decimalReader(vector, count, Math.min(type.precision, maxDuckPrecision), type.scale);
    case 'null':
      return () => null;
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob': {
      const read = stringReader(vector, count);
      // A copy: the caller may keep the value longer than the chunk.
      return (row) => Uint8Array.from(read(row));
    }
    default: {
      const read = stringReader(vector, count);
      return (row) => read(row).toString('utf8');
    }
  }
}

/** A chunk as a batch; `types` are those that the chunk's result was checked against. */
export function batchOfChunk(chunk: DuckDBDataChunk, types: readonly SqlType[]): Batch {
  const rowCount = chunk.rowCount;
  const columns = types.map((type, index) => {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
    // The binding gives null for a column without NULLs, which its type does not say.
    const mask: Uint8Array | null = duckdb.vector_get_validity(vector, Math.ceil(rowCount / 64) * 8);
    return new MaskedColumn(readerOf(vector, rowCount, type), mask, chunk);
  });
  return { rowCount, columns };
}

/** Throws AssertionError unless the result's columns have the DuckDB types that `types` stand for. */
export function checkColumnTypes(result: DuckDBResult, types: readonly SqlType[]): void {
  const found = result.columnTypes().map(String);
  const expected = types.map(queryType);
  const same =
    found.length === expected.length &&
    expected.every((each, index) => types[index]!.kind === 'null' || each === found[index]);
  assert(same, `result columns are ${found.join(', ')}; expected ${expected.join(', ')}`);
}
