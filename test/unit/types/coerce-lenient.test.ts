import assert from 'node:assert/strict';
import { coerceLeniently } from '../../../src/types/coerce-lenient.ts';
import { bigint, decimal, type SqlType, varchar } from '../../../src/types/sql-type.ts';
import type { SqlValue } from '../../../src/types/value.ts';

const context = { row: 1, zoneMinutes: () => 0, nowUs: 0n };

function adjusted(value: SqlValue, from: SqlType, type: SqlType): [SqlValue, number[]] {
  const warnings: number[] = [];
  const column = { name: 'c', type };
  return [coerceLeniently(value, from, column, context, (errno) => warnings.push(errno)), warnings];
}

describe('values that do not fit, adjusted', () => {
  const text = varchar(255);
  const cases: readonly (readonly [SqlValue, SqlType, SqlType, SqlValue, readonly number[]])[] = [
    [300n, bigint(), { kind: 'tinyint', unsigned: false }, 127, [1264]],
    [-1n, bigint(), bigint(true), 0n, [1264]],
    ['12abc', text, bigint(), 12n, [1265]],
    ['abc', text, bigint(), 0n, [1366]],
    ['1234.567', text, decimal(5, 2), '999.99', [1264]],
    ['-1234', text, decimal(5, 2), '-999.99', [1264]],
    ['😀😀😀', text, varchar(2), '😀😀', [1265]],
    ['abc   ', text, { kind: 'char', length: 2, collation: 'utf8mb4_0900_bin' }, 'ab', [1265]],
    ['900:00:00', text, { kind: 'time', fsp: 0 }, 3_020_399_000_000n, [1264]],
    ['blue', text, { kind: 'enum', members: ['red'], collation: 'utf8mb4_0900_bin' }, '', [1265]],
    ['b,x,a', text, { kind: 'set', members: ['a', 'b'], collation: 'utf8mb4_0900_bin' }, 'a,b', [1265]],
    [5n, bigint(), bigint(), 5n, []],
  ];
  for (const [value, from, type, expected, warnings] of cases) {
    it(`${String(value)} as ${type.kind}`, () => {
      assert.deepEqual(adjusted(value, from, type), [expected, warnings]);
    });
  }

  it('leaves what has no adjusted value an error', () => {
    assert.throws(() => adjusted('no date', text, { kind: 'date' }), { errno: 1292 });
    assert.throws(() => adjusted('{', text, { kind: 'json' }));
  });
});
