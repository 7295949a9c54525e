import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decimalText } from '../../src/offline/duckdb/vectors.ts';
import type { Batch, ColumnVector, PackedValues } from '../../src/types/batch.ts';
import { formatDouble } from '../../src/types/real-text.ts';
import type { SqlType } from '../../src/types/sql-type.ts';
import type { SqlValue } from '../../src/types/value.ts';
import { binaryRowEncoder } from '../../src/wire/binary-row.ts';
import type { Charset } from '../../src/wire/charset.ts';
import { PacketWriter } from '../../src/wire/packet-writer.ts';
import { textRowEncoder } from '../../src/wire/text-row.ts';

interface Sample {
  readonly type: SqlType;
  readonly values: readonly SqlValue[];
  readonly packed: PackedValues;
}

const wordsOf = (values: readonly bigint[]): Int32Array => new Int32Array(BigInt64Array.from(values).buffer);

const edges = [
  0n,
  1n,
  -1n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 53n - 1n,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 63n - 1n,
  -(2n ** 63n),
  999_999_999n,
  1_000_000_000n,
  10n ** 15n,
];
const bigint64 = fc.oneof(
  fc.constantFrom(...edges),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -100n, max: 100n }),
);
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const some = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 12 });

const ints = fc
  .tuple(
    fc.constantFrom('tinyint', 'smallint', 'mediumint', 'int', 'year'),
    some(fc.integer({ min: -128, max: 127 })),
  )
  .map(([kind, values]): Sample => {
    const shown = kind === 'year' ? values.map((value) => 2000 + value) : values;
    return {
      type: kind === 'year' ? { kind } : ({ kind, unsigned: false } as SqlType),
      values: shown,
      packed: { kind: 'int64', words: wordsOf(shown.map(BigInt)) },
    };
  });
const bigints = fc.tuple(fc.boolean(), some(bigint64)).map(([unsigned, values]): Sample => {
  const shown = unsigned ? values.map((value) => BigInt.asUintN(64, value)) : values;
  return {
    type: { kind: 'bigint', unsigned },
    values: shown,
    packed: { kind: 'int64', words: wordsOf(values) },
  };
});
const moments = fc
  .tuple(fc.constantFrom('datetime', 'timestamp', 'time'), fc.constantFrom(0, 3, 6), some(bigint64))
  .map(([kind, fsp, values]): Sample => {
    const shown = values.map((value) => (kind === 'time' ? value % 3_020_399_000_000n : value));
    return {
      type: { kind, fsp } as SqlType,
      values: shown,
      packed: { kind: 'int64', words: wordsOf(shown) },
    };
  });
const dates = some(fc.oneof(int32, fc.integer({ min: -800_000, max: 3_000_000 }))).map(
  (values): Sample => ({
    type: { kind: 'date' },
    values,
    packed: { kind: 'int32', items: Int32Array.from(values) },
  }),
);
const decimals = fc
  .tuple(fc.constantFrom(4, 9, 18), fc.integer({ min: 0, max: 4 }), some(bigint64))
  .map(([precision, scale, values]): Sample => {
    const unscaled = values.map((value) => value % 10n ** BigInt(precision));
    const numbers = unscaled.map(Number);
    const packed: PackedValues =
      precision === 4
        ? { kind: 'decimal16', items: Int16Array.from(numbers) }
        : precision === 9
          ? { kind: 'decimal32', items: Int32Array.from(numbers) }
          : { kind: 'decimal64', words: wordsOf(unscaled) };
    return {
      type: { kind: 'decimal', precision, scale },
      values: unscaled.map((value) => decimalText(value, scale)),
      packed,
    };
  });
const reals = fc
  .tuple(
    fc.boolean(),
    some(
      fc.oneof(
        fc.double(),
        fc.integer().map((value) => value / 100),
      ),
    ),
  )
  .map(([isDouble, values]): Sample => {
    const floats = Float32Array.from(values);
    return {
      type: { kind: isDouble ? 'double' : 'float' },
      values: isDouble ? values : [...floats],
      packed: isDouble
        ? { kind: 'float64', items: Float64Array.from(values) }
        : { kind: 'float32', items: floats },
    };
  });
const texts = some(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constant('x'.repeat(300)))).map(
  (values): Sample => {
    const encoded = values.map((value) => Buffer.from(value));
    const source = Buffer.concat(encoded);
    const bytes = {
      source,
      view: new DataView(source.buffer, source.byteOffset, source.length),
      start: 0,
      length: 0,
      find(row: number) {
        bytes.start = encoded.slice(0, row).reduce((total, each) => total + each.length, 0);
        bytes.length = encoded[row]!.length;
      },
      lengthAt: (row: number) => encoded[row]!.length,
    };
    // What JavaScript holds as a lone surrogate, UTF-8 has no bytes for.
    const shown = encoded.map((each) => each.toString());
    return {
      type: { kind: 'varchar', length: 400, collation: 'utf8mb4_0900_bin' } as SqlType,
      values: shown,
      packed: { kind: 'bytes', bytes },
    };
  },
);

describe('wire: values encoded from memory', () => {
  it('have the bytes that they have as JavaScript values', () => {
    const sample = fc.oneof(ints, bigints, moments, dates, decimals, reals, texts);
    const charset = fc.constantFrom<Charset>('utf8mb4', 'latin1');
    fc.assert(
      fc.property(
        sample,
        fc.boolean(),
        charset,
        fc.nat(255),
        fc.boolean(),
        (given, binary, name, bits, masks) => {
          const validity = masks ? Uint8Array.of(bits, bits) : null;
          const plain: ColumnVector = {
            get: (row) =>
              validity !== null && (validity[row >> 3]! & (1 << (row & 7))) === 0 ? null : given.values[row]!,
          };
          const columns = [{ name: 'c', type: given.type, nullable: true }];
          const context = { charset: name, zoneOffsetUs: undefined };
          const encode = (binary ? binaryRowEncoder : textRowEncoder)(columns, context);
          const bytesOf = (column: ColumnVector): string => {
            const writer = new PacketWriter();
            encode(writer, { rowCount: given.values.length, columns: [column] }, 0, 1_000_000);
            return writer.take().toString('hex');
          };
          const memory: ColumnVector = { get: plain.get, packed: given.packed, validity };
          assert.equal(bytesOf(memory), bytesOf(plain));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('wire: runs of rows encoded from memory', () => {
  const kinds = ['int', 'varchar', 'time'] as const;
  /** A column of numbers and one of strings in memory, and one that is read value by value. */
  const batchOf = (texts: readonly string[]): { readonly memory: Batch; readonly plain: Batch } => {
    const rowCount = texts.length;
    const isPresent = (row: number, column: number): boolean => (row * 7 + column) % 5 !== 0;
    const numbers = texts.map((_, row) => row * 1_000_003 - 500_000);
    const encoded = texts.map((text) => Buffer.from(text));
    const source = Buffer.concat(encoded);
    const starts = [0];
    for (const each of encoded) starts.push(starts.at(-1)! + each.length);
    const bytes = {
      source,
      view: new DataView(source.buffer, source.byteOffset, source.length),
      start: 0,
      length: 0,
      lengthAt: (row: number) => encoded[row]!.length,
      find(row: number) {
        bytes.start = starts[row]!;
        bytes.length = encoded[row]!.length;
      },
    };
    const plain: ColumnVector[] = [
      { get: (row) => (isPresent(row, 0) ? numbers[row]! : null) },
      { get: (row) => (isPresent(row, 1) ? texts[row]! : null) },
      { get: (row) => (isPresent(row, 2) ? BigInt(row) * 1_234_567n : null) },
    ];
    const validityOf = (column: number): Uint8Array => {
      const validity = new Uint8Array((rowCount + 7) >> 3);
      texts.forEach((_, row) => {
        if (isPresent(row, column)) validity[row >> 3]! |= 1 << (row & 7);
      });
      return validity;
    };
    const memory: ColumnVector[] = [
      {
        get: plain[0]!.get,
        packed: { kind: 'int64', words: wordsOf(numbers.map(BigInt)) },
        validity: validityOf(0),
      },
      { get: plain[1]!.get, packed: { kind: 'bytes', bytes }, validity: validityOf(1) },
      plain[2]!,
    ];
    return { memory: { rowCount, columns: memory }, plain: { rowCount, columns: plain } };
  };
  const columns = kinds.map((kind, index) => ({
    name: `c${index}`,
    type: (kind === 'int'
      ? { kind, unsigned: false }
      : kind === 'time'
        ? { kind, fsp: 3 }
        : { kind, length: 400, collation: 'utf8mb4_bin' }) as SqlType,
    nullable: true,
  }));
  const context = { charset: 'utf8mb4', zoneOffsetUs: undefined } as const;

  /** All packets, encoded in pieces as a connection sends them. */
  const packetsOf = (batch: Batch, binary: boolean, flushBytes: number): Buffer => {
    const encode = (binary ? binaryRowEncoder : textRowEncoder)(columns, context);
    const writer = new PacketWriter();
    writer.sequence = 250;
    const pieces: Buffer[] = [];
    for (let row = 0; row < batch.rowCount; ) {
      row = encode(writer, batch, row, flushBytes);
      pieces.push(Buffer.from(writer.take()));
      writer.release();
    }
    return Buffer.concat(pieces);
  };

  for (const binary of [false, true]) {
    const format = binary ? 'binary' : 'text';
    it(`${format}: of many rows have the bytes that they have one by one`, () => {
      const { memory, plain } = batchOf(Array.from({ length: 2_048 }, (_, row) => 'é'.repeat(row % 300)));
      for (const flushBytes of [1, 64 * 1024]) {
        assert.ok(packetsOf(memory, binary, flushBytes).equals(packetsOf(plain, binary, flushBytes)));
      }
    });

    it(`${format}: of rows that a run has no room for, too`, () => {
      const lengths = [10, 70_000, 0, 200_000, 5, 65_535, 65_536, 250, 251, 2 ** 24, 3];
      const { memory, plain } = batchOf(lengths.map((length) => 'x'.repeat(length)));
      assert.ok(packetsOf(memory, binary, 64 * 1024).equals(packetsOf(plain, binary, 64 * 1024)));
    });
  }

  it('write nothing when a value does not fit its column', () => {
    const { memory } = batchOf(['a', 'b', 'c']);
    const wrong: ColumnVector = { get: () => 'no time' };
    const writer = new PacketWriter();
    const encode = textRowEncoder(columns, context);
    const batch = { rowCount: 3, columns: [memory.columns[0]!, memory.columns[1]!, wrong] };
    assert.throws(() => encode(writer, batch, 0, 1_000), /a time column holds a string/);
    assert.equal(writer.pendingBytes, 0);
    assert.equal(writer.sequence, 0);
  });
});

describe('wire: doubles as text', () => {
  it('are what formatDouble says, decimals that were typed as well as any others', () => {
    const typed = fc
      .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 17 }))
      .map(([digits, scale]) => digits / 10 ** scale);
    const near = fc
      .tuple(typed, fc.constantFrom(-1, 1))
      .map(([value, side]) => value * (1 + side * Number.EPSILON));
    const encode = textRowEncoder([{ name: 'c', type: { kind: 'double' }, nullable: true }], {
      charset: 'utf8mb4',
      zoneOffsetUs: undefined,
    });
    fc.assert(
      fc.property(fc.oneof(typed, near, fc.double({ noNaN: true, noDefaultInfinity: true })), (value) => {
        const writer = new PacketWriter();
        encode(writer, { rowCount: 1, columns: [{ get: () => value }] }, 0, 1_000);
        assert.equal(writer.take().toString('latin1', 5), formatDouble(value));
      }),
      { numRuns: 5_000 },
    );
  });
});
