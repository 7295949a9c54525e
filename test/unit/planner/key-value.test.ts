/** A value is a key exactly when the comparison of the evaluator finds the column equal to it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BoundExpr } from '../../../src/planner/bound.ts';
import { compile } from '../../../src/planner/evaluator/compile.ts';
import type { EvaluationEnv } from '../../../src/planner/evaluator/environment.ts';
import { keyCoercion } from '../../../src/planner/evaluator/key-value.ts';
import { planStatement } from '../../../src/planner/plan-statement.ts';
import { parseStatement } from '../../../src/sql/parse/parse.ts';
import { decimal, double, int, type SqlType, varchar } from '../../../src/types/sql-type.ts';
import type { SqlValue } from '../../../src/types/value.ts';
import { factsFor, shop, table } from './planner-fixture.ts';

const env = (column: SqlValue, parameter: SqlValue): EvaluationEnv => ({
  column: () => column,
  parameter: () => parameter,
  context: () => 0n,
  zoneMinutes: () => 0,
  warn: () => undefined,
});

/** The condition that the binder makes of `k = ?`. */
function equality(column: SqlType, value: SqlType): BoundExpr {
  const one = table(
    'one',
    [
      { name: 'k', type: column },
      { name: 'x', type: int() },
    ],
    ['k'],
    { online: false },
  );
  const catalog = shop.apply([{ kind: 'putRelation', relation: one }], 6);
  const text = 'SELECT x FROM one WHERE k = ?';
  const facts = factsFor(text, { catalog, placeholder: () => ({ type: value, value: null }) });
  const { plan } = planStatement(parseStatement(text)!.statement, facts);
  assert.ok('route' in plan && plan.query.body.kind === 'select' && plan.query.body.where !== null);
  return plan.query.body.where;
}

const integers = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
const cents = fc.bigInt({ min: -500n, max: 500n });
const decimalText = (unscaled: bigint): string => {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(3, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

const pairs: readonly {
  readonly name: string;
  readonly column: SqlType;
  readonly columnValues: fc.Arbitrary<NonNullable<SqlValue>>;
  readonly value: SqlType;
  readonly values: fc.Arbitrary<NonNullable<SqlValue>>;
}[] = [
  {
    name: 'int = decimal',
    column: int(),
    columnValues: integers,
    value: decimal(10, 2),
    values: cents.map(decimalText),
  },
  {
    name: 'int = double',
    column: int(),
    columnValues: integers,
    value: double,
    values: fc.oneof(integers, fc.double({ noNaN: true, noDefaultInfinity: true })),
  },
  {
    name: 'int = text',
    column: int(),
    columnValues: integers,
    value: varchar(20),
    values: fc.oneof(integers.map(String), cents.map(decimalText), fc.string({ maxLength: 4 })),
  },
  {
    name: 'decimal = decimal',
    column: decimal(10, 1),
    columnValues: cents.map((value) => decimalText(value * 10n).slice(0, -1)),
    value: decimal(10, 2),
    values: cents.map(decimalText),
  },
  {
    name: 'date = datetime',
    column: { kind: 'date' },
    columnValues: fc.integer({ min: 0, max: 3 }),
    value: { kind: 'datetime', fsp: 0 },
    values: fc.integer({ min: 0, max: 6 }).map((half) => BigInt(half) * 43_200_000_000n),
  },
  {
    name: 'datetime = text',
    column: { kind: 'datetime', fsp: 0 },
    columnValues: fc.integer({ min: 0, max: 2 }).map((day) => BigInt(day) * 86_400_000_000n),
    value: varchar(30),
    values: fc.constantFrom(
      '1970-01-01',
      '1970-01-02 00:00:00',
      '1970-01-02 00:00:00.5',
      '19700103',
      'x',
      '',
    ),
  },
  {
    name: 'text = text',
    column: varchar(10),
    columnValues: fc.constantFrom('a', 'A', 'a ', 'é', ''),
    value: varchar(10),
    values: fc.constantFrom('a', 'A', 'a ', 'é', ''),
  },
];

describe('keyCoercion', () => {
  for (const pair of pairs) {
    it(pair.name, () => {
      const coerce = keyCoercion(pair.value, pair.column);
      assert.ok(coerce !== undefined);
      const isEqual = compile(equality(pair.column, pair.value));
      fc.assert(
        fc.property(pair.columnValues, pair.values, (columnValue, value) => {
          const key = coerce(value, env(null, null));
          const equal = isEqual(env(columnValue, value)) === 1n;
          if (key.kind === 'inexact') return;
          assert.equal(key.kind === 'key' && key.value === columnValue, equal);
        }),
      );
    });
  }

  it('has no key for what compares otherwise', () => {
    assert.equal(keyCoercion(int(), varchar(10)), undefined);
    assert.equal(keyCoercion(double, decimal(10, 2)), undefined);
  });

  it('is inexact beyond the integers of a double', () => {
    const coerce = keyCoercion(double, { kind: 'bigint', unsigned: false })!;
    assert.deepEqual(coerce(2 ** 53, env(null, null)), { kind: 'inexact' });
    assert.deepEqual(coerce(2 ** 53 - 1, env(null, null)), { kind: 'key', value: 9_007_199_254_740_991n });
  });
});
