/**
 * DuckDB's chunks as batches. Values are read from DuckDB's own memory when the encoder asks for them: a
 * typed array over the vector's data and one over its validity mask, no object a row. The readers rely on the
 * columns having `queryType` of the expected types, which `checkColumnTypes` proves once a result.
 */
import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { assert } from '../../base/assert.ts';
import type { Batch, ColumnVector, PackedValues } from '../../types/batch.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { StringVector } from './string-vector.ts';
import { maxDuckPrecision, queryType } from './types.ts';

/** Reads one valid value of a vector's data. */
type Reader = (row: number) => SqlValue;

interface Column {
  readonly read: Reader;
  readonly packed?: PackedValues;
}

class MaskedColumn implements ColumnVector {
  readonly #read: Reader;
  readonly packed: PackedValues | undefined;
  readonly validity: Uint8Array | null;
  /** Keeps DuckDB's memory alive for as long as this column can be read. */
  readonly #chunk: DuckDBDataChunk;

  constructor({ read, packed }: Column, validity: Uint8Array | null, chunk: DuckDBDataChunk) {
    this.#read = read;
    this.packed = packed;
    this.validity = validity;
    this.#chunk = chunk;
  }

  get(row: number): SqlValue {
    const { validity } = this;
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

/** The same memory by words of 32 bits, the low one of each value first. */
const wordsOf = (items: BigInt64Array | BigUint64Array): Int32Array =>
  new Int32Array(items.buffer, items.byteOffset, items.length * 2);

function decimalColumn(vector: duckdb.Vector, count: number, precision: number, scale: number): Column {
  if (precision <= 4) {
    const bytes = bytesOf(vector, count * 2);
    const items = new Int16Array(arrayBufferOf(bytes), bytes.byteOffset, count);
    return { read: (row) => decimalText(items[row]!, scale), packed: { kind: 'decimal16', items } };
  }
  if (precision <= 9) {
    const items = int32s(vector, count);
    return { read: (row) => decimalText(items[row]!, scale), packed: { kind: 'decimal32', items } };
  }
  if (precision <= 18) {
    const items = int64s(vector, count);
    const packed = { kind: 'decimal64', words: wordsOf(items) } as const;
    return { read: (row) => decimalText(items[row]!, scale), packed };
  }
  const halves = int64s(vector, count * 2);
  return {
    read: (row) => decimalText((halves[row * 2 + 1]! << 64n) + BigInt.asUintN(64, halves[row * 2]!), scale),
  };
}

function int32s(vector: duckdb.Vector, count: number): Int32Array {
  const bytes = bytesOf(vector, count * 4);
  return new Int32Array(arrayBufferOf(bytes), bytes.byteOffset, count);
}

function stringsOf(vector: duckdb.Vector, count: number, validity: Uint8Array | null): StringVector {
  return new StringVector(bytesOf(vector, count * 16), count, validity);
}

function columnOf(vector: duckdb.Vector, count: number, type: SqlType, validity: Uint8Array | null): Column {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'year': {
      const items = int64s(vector, count);
      return { read: (row) => Number(items[row]!), packed: { kind: 'int64', words: wordsOf(items) } };
    }
    case 'bigint': {
      const items = type.unsigned ? uint64s(vector, count) : int64s(vector, count);
      return { read: (row) => items[row]!, packed: { kind: 'int64', words: wordsOf(items) } };
    }
    case 'bit': {
      const items = uint64s(vector, count);
      return { read: (row) => items[row]! };
    }
    case 'datetime':
    case 'timestamp':
    case 'time': {
      const items = int64s(vector, count);
      return { read: (row) => items[row]!, packed: { kind: 'int64', words: wordsOf(items) } };
    }
    case 'date': {
      const items = int32s(vector, count);
      return { read: (row) => items[row]!, packed: { kind: 'int32', items } };
    }
    case 'double': {
      const bytes = bytesOf(vector, count * 8);
      const items = new Float64Array(arrayBufferOf(bytes), bytes.byteOffset, count);
      return { read: (row) => items[row]!, packed: { kind: 'float64', items } };
    }
    case 'float': {
      const bytes = bytesOf(vector, count * 4);
      const items = new Float32Array(arrayBufferOf(bytes), bytes.byteOffset, count);
      return { read: (row) => items[row]!, packed: { kind: 'float32', items } };
    }
    case 'decimal':
      return decimalColumn(vector, count, Math.min(type.precision, maxDuckPrecision), type.scale);
    case 'null':
      return { read: () => null };
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob': {
      const bytes = stringsOf(vector, count, validity);
      return { read: (row) => bytes.copy(row), packed: { kind: 'bytes', bytes } };
    }
    default: {
      const bytes = stringsOf(vector, count, validity);
      return { read: (row) => bytes.text(row), packed: { kind: 'bytes', bytes } };
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
    return new MaskedColumn(columnOf(vector, rowCount, type, mask), mask, chunk);
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
