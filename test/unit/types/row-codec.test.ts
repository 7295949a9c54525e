import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeColumns,
  decodeRow,
  decodeRowAs,
  encodeRow,
  type RowSchema,
  rowSchemaVersionOf,
  rowVersionOf,
  setRowVersion,
} from '../../../src/types/row-codec.ts';
import {
  bigint,
  date,
  datetime,
  decimal,
  double,
  int,
  json,
  type SqlType,
  varchar,
} from '../../../src/types/sql-type.ts';
import type { Row, SqlValue } from '../../../src/types/value.ts';

const signed64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const samples: [SqlType, fc.Arbitrary<SqlValue>][] = [
  [{ kind: 'tinyint', unsigned: false }, fc.integer({ min: -128, max: 127 })],
  [{ kind: 'smallint', unsigned: true }, fc.integer({ min: 0, max: 65535 })],
  [{ kind: 'mediumint', unsigned: false }, fc.integer({ min: -8388608, max: 8388607 })],
  [int(), fc.integer()],
  [int(true), fc.integer({ min: 0, max: 4294967295 })],
  [bigint(), signed64],
  [bigint(true), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [{ kind: 'float' }, fc.float({ noNaN: true })],
  [double, fc.double({ noNaN: true })],
  [
    decimal(10, 2),
    fc.integer({ min: -99999, max: 99999 }).map((value) => (value === 0 ? '0.00' : value.toFixed(2))),
  ],
  [date, fc.integer({ min: -719162, max: 2932896 })],
  [datetime(6), signed64],
  [{ kind: 'year' }, fc.integer({ min: 1901, max: 2155 })],
  [varchar(300), fc.string({ maxLength: 200, unit: 'binary' })],
  [{ kind: 'longblob' }, fc.uint8Array({ maxLength: 300 })],
  [json, fc.json()],
];

const rows = fc
  .array(fc.constantFrom(...samples), { minLength: 1, maxLength: 20 })
  .chain((columns) =>
    fc.tuple(
      fc.constant(columns.map(([type]) => type)),
      fc.tuple(...columns.map(([, values]) => fc.option(values, { nil: null }))),
    ),
  );

const schemaOf = (types: readonly SqlType[], schemaVersion = 1): RowSchema => ({
  schemaVersion,
  columns: types.map((type, index) => ({ id: index + 1, type })),
});

describe('row codec', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 2 ** 48 - 1 }), ([types, row], version) => {
        const schema = schemaOf(types, 3);
        const bytes = encodeRow(schema, row, version);
        assert.deepEqual(decodeRow(schema, bytes), row);
        assert.equal(rowVersionOf(bytes), version);
        assert.equal(rowSchemaVersionOf(bytes), 3);
      }),
      { numRuns: 1000 },
    );
  });

  it('decodes some columns alone', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), ([types, row], chosen) => {
        const schema = schemaOf(types);
        const columns = types.map((_, index) => index).filter((index) => chosen[index]);
        assert.deepEqual(
          decodeColumns(schema, encodeRow(schema, row), columns),
          columns.map((column) => row[column]),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('keeps values of several megabytes', () => {
    const schema = schemaOf([
      { kind: 'longtext', collation: 'utf8mb4_0900_bin' },
      { kind: 'longblob' },
      int(),
    ]);
    const row: Row = ['é'.repeat(3_000_000), new Uint8Array(2_000_000).fill(7), 1];
    assert.deepEqual(decodeRow(schema, encodeRow(schema, row)), row);
  });

  it('does not share memory with the bytes', () => {
    const schema = schemaOf([{ kind: 'varbinary', length: 4 }]);
    const bytes = encodeRow(schema, [Uint8Array.of(1, 2, 3)]);
    const row = decodeRow(schema, bytes);
    bytes.fill(0);
    assert.deepEqual(row, [Uint8Array.of(1, 2, 3)]);
  });

  it('sets the version afterwards', () => {
    const schema = schemaOf([int()]);
    const bytes = encodeRow(schema, [5]);
    setRowVersion(bytes, 77);
    assert.equal(rowVersionOf(bytes), 77);
    assert.deepEqual(decodeRow(schema, bytes), [5]);
  });

  it('reads rows of an older schema by column id', () => {
    const old: RowSchema = {
      schemaVersion: 1,
      columns: [
        { id: 1, type: int() },
        { id: 2, type: varchar(5) },
        { id: 3, type: decimal(6, 1) },
      ],
    };
    const current: RowSchema = {
      schemaVersion: 4,
      columns: [
        { id: 4, type: int(), default: { kind: 'constant', value: 9 } },
        { id: 3, type: decimal(8, 3) },
        { id: 1, type: bigint() },
        { id: 5, type: int() },
      ],
    };
    const bytes = encodeRow(old, [1, 'a', '2.5']);
    const lookup = (version: number): RowSchema => {
      assert.equal(version, 1);
      return old;
    };
    assert.deepEqual(decodeRowAs(current, lookup, bytes), [9, '2.500', 1n, null]);
    assert.throws(() => decodeRow(current, bytes));
  });
});
