import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDecimal } from '../../../src/types/decimal.ts';
import {
  decodeKey,
  decodeKeyParts,
  encodeEntityKey,
  encodeKey,
  encodeKeyParts,
  encodeKeyRange,
  entityKeyOf,
  keySuccessor,
  maxKeyBytes,
  unboundedKey,
} from '../../../src/types/key-codec.ts';
import { bigint, datetime, decimal, int, type SqlType, varchar } from '../../../src/types/sql-type.ts';
import type { SqlValue } from '../../../src/types/value.ts';

interface KeySample {
  readonly type: SqlType;
  readonly values: fc.Arbitrary<SqlValue>;
  readonly compare: (left: SqlValue, right: SqlValue) => number;
}

const byNumber = (left: SqlValue, right: SqlValue): number => {
  const [a, b] = [left as number | bigint, right as number | bigint];
  return a < b ? -1 : a > b ? 1 : 0;
};
const byBytes = (left: SqlValue, right: SqlValue): number =>
  Math.sign(Buffer.compare(Buffer.from(left as string), Buffer.from(right as string)));

const signed64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const members = ['zeta', 'alpha', 'mid'];

const samples: KeySample[] = [
  {
    type: { kind: 'tinyint', unsigned: false },
    values: fc.integer({ min: -128, max: 127 }),
    compare: byNumber,
  },
  { type: { kind: 'tinyint', unsigned: true }, values: fc.integer({ min: 0, max: 255 }), compare: byNumber },
  {
    type: { kind: 'smallint', unsigned: false },
    values: fc.integer({ min: -32768, max: 32767 }),
    compare: byNumber,
  },
  {
    type: { kind: 'mediumint', unsigned: false },
    values: fc.integer({ min: -8388608, max: 8388607 }),
    compare: byNumber,
  },
  { type: int(), values: fc.integer(), compare: byNumber },
  { type: int(true), values: fc.integer({ min: 0, max: 4294967295 }), compare: byNumber },
  { type: bigint(), values: signed64, compare: byNumber },
  { type: bigint(true), values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), compare: byNumber },
  { type: { kind: 'year' }, values: fc.integer({ min: 0, max: 2155 }), compare: byNumber },
  {
    type: { kind: 'bit', length: 64 },
    values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    compare: byNumber,
  },
  {
    type: { kind: 'float' },
    values: fc.float({ noNaN: true }).map((v) => (v === 0 ? 0 : v)),
    compare: byNumber,
  },
  {
    type: { kind: 'double' },
    values: fc.double({ noNaN: true }).map((v) => (v === 0 ? 0 : v)),
    compare: byNumber,
  },
  {
    type: decimal(20, 4),
    values: fc
      .bigInt({ min: -(10n ** 20n) + 1n, max: 10n ** 20n - 1n })
      .map((unscaled) => formatDecimal({ unscaled, scale: 4 })),
    compare: (left, right) => {
      const [a, b] = [left, right].map((text) => BigInt((text as string).replace('.', '')));
      return byNumber(a!, b!);
    },
  },
  { type: { kind: 'date' }, values: fc.integer({ min: -719162, max: 2932896 }), compare: byNumber },
  { type: datetime(6), values: signed64, compare: byNumber },
  {
    type: { kind: 'time', fsp: 6 },
    values: fc.bigInt({ min: -3020399000000n, max: 3020399000000n }),
    compare: byNumber,
  },
  { type: varchar(40), values: fc.string({ maxLength: 12, unit: 'binary' }), compare: byBytes },
  {
    type: { kind: 'varbinary', length: 40 },
    values: fc.uint8Array({ maxLength: 6, max: 3 }),
    compare: byBytes,
  },
  {
    type: { kind: 'enum', members, collation: 'utf8mb4_0900_bin' },
    values: fc.constantFrom(...members),
    compare: (left, right) => byNumber(members.indexOf(left as string), members.indexOf(right as string)),
  },
];

/** Two keys of one shape; half the time they share their first parts. */
const keyPairs = fc
  .array(fc.constantFrom(...samples), { minLength: 1, maxLength: 4 })
  .chain((parts) => {
    const key = fc.tuple(...parts.map((part) => part.values));
    return fc.tuple(fc.constant(parts), key, key, fc.integer({ min: 0, max: 4 }));
  })
  .map(([parts, left, right, shared]) => ({
    parts,
    left,
    right: right.map((value, index) => (index < shared ? left[index]! : value)),
  }));

describe('key codec', () => {
  it('orders bytes as values are ordered', () => {
    fc.assert(
      fc.property(keyPairs, ({ parts, left, right }) => {
        const types = parts.map((part) => part.type);
        let expected = 0;
        for (let index = 0; index < parts.length && expected === 0; index++) {
          expected = parts[index]!.compare(left[index]!, right[index]!);
        }
        const bytes = Buffer.compare(encodeKeyParts(types, left)!, encodeKeyParts(types, right)!);
        assert.equal(Math.sign(bytes), expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(keyPairs, ({ parts, left }) => {
        const types = parts.map((part) => part.type);
        assert.deepEqual(decodeKeyParts(types, encodeKeyParts(types, left)!), left);
      }),
      { numRuns: 2000 },
    );
  });

  it('puts the event time last', () => {
    const table = {
      columns: [
        { name: 'ts', type: datetime() },
        { name: 'id', type: int() },
        { name: 'v', type: int() },
      ],
      primaryKey: [0, 1],
      eventTime: 0,
    };
    const row = [1_000_000n, 7, 1];
    const key = encodeKey(table, row);
    assert.deepEqual(decodeKey(table, key), [1_000_000n, 7]);
    assert.deepEqual(Buffer.from(entityKeyOf(table, key)), Buffer.from(encodeEntityKey(table, row)));
    assert.equal(encodeEntityKey(table, row).length, 4);
  });

  it('knows the values that no key can have', () => {
    assert.equal(encodeKeyParts([int()], [2 ** 31]), undefined);
    assert.equal(encodeKeyParts([int()], [1.5]), undefined);
    assert.equal(encodeKeyParts([int()], [null]), undefined);
    assert.equal(encodeKeyParts([decimal(4, 1)], ['1.25']), undefined);
    assert.notEqual(encodeKeyParts([decimal(4, 1)], ['1.20']), undefined);
  });

  it('refuses keys that the store cannot hold', () => {
    assert.throws(() => encodeKeyParts([varchar(4000)], ['x'.repeat(maxKeyBytes)]), { errno: 1071 });
    assert.throws(() => encodeKeyParts([varchar(4000)], ['é'.repeat(1000)]), { errno: 1071 });
    assert.throws(
      () => encodeKeyParts([varchar(2000), varchar(2000)], ['x'.repeat(1800), 'y'.repeat(1800)]),
      { errno: 1071 },
    );
    assert.ok(encodeKeyParts([varchar(4000)], ['x'.repeat(maxKeyBytes - 2)]));
  });

  it('makes ranges', () => {
    const types = [int(), int()];
    const key = (...values: number[]): Buffer => Buffer.from(encodeKeyParts(types, values)!);
    const inside = (range: { from: Uint8Array; to: Uint8Array } | undefined, at: Buffer): boolean =>
      range !== undefined &&
      Buffer.compare(at, range.from) >= 0 &&
      (range.to === unboundedKey || Buffer.compare(at, range.to) < 0);
    const open = encodeKeyRange(types, {
      prefix: [1],
      lower: { value: 5, inclusive: false },
      upper: { value: 9, inclusive: true },
    });
    assert.deepEqual(
      [4, 5, 6, 9, 10].map((value) => inside(open, key(1, value))),
      [false, false, true, true, false],
    );
    assert.equal(inside(open, key(2, 6)), false);
    const all = encodeKeyRange(types, { prefix: [] });
    assert.ok(inside(all, key(-5, 0)) && inside(all, key(2 ** 31 - 1, 2 ** 31 - 1)));
    const last = encodeKeyRange(types, {
      prefix: [2 ** 31 - 1],
      lower: { value: 2 ** 31 - 1, inclusive: false },
    });
    assert.equal(inside(last, key(2 ** 31 - 1, 2 ** 31 - 1)), false);
    assert.equal(keySuccessor(Buffer.from([0xff, 0xff])), unboundedKey);
  });
});
