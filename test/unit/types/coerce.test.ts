import assert from 'node:assert/strict';
import { GatewayError } from '../../../src/base/errors.ts';
import { coerceValue } from '../../../src/types/coerce.ts';
import type { CoerceContext } from '../../../src/types/coerce-error.ts';
import {
  bigint,
  date,
  datetime,
  decimal,
  double,
  int,
  json,
  longtext,
  type SqlType,
  time,
  timestamp,
  varchar,
} from '../../../src/types/sql-type.ts';
import { parseDate, parseDatetime, parseTime } from '../../../src/types/temporal.ts';
import type { SqlValue } from '../../../src/types/value.ts';

const context: CoerceContext = {
  row: 1,
  table: 't',
  zoneMinutes: () => 0,
  nowUs: parseDatetime('2026-11-22 17:00:00')!,
};

const tinyint: SqlType = { kind: 'tinyint', unsigned: false };
const unsignedTinyint: SqlType = { kind: 'tinyint', unsigned: true };
const text = (length: number): SqlType => varchar(length);
const chars = (length: number): SqlType => ({ kind: 'char', length, collation: 'utf8mb4_0900_bin' });
const bytes = (kind: 'binary' | 'varbinary', length: number): SqlType => ({ kind, length });
const abEnum: SqlType = { kind: 'enum', members: ['a', 'b'], collation: 'utf8mb4_0900_bin' };
const abcSet: SqlType = { kind: 'set', members: ['a', 'b', 'c'], collation: 'utf8mb4_0900_bin' };
const bit = (length: number): SqlType => ({ kind: 'bit', length });
const year: SqlType = { kind: 'year' };
const float: SqlType = { kind: 'float' };

/** A literal as the parser types it: text, whole number, decimal, double. */
type Literal = string | bigint | { readonly decimal: string } | { readonly real: number };

function typedLiteral(literal: Literal): [SqlValue, SqlType] {
  if (typeof literal === 'string') return [literal, longtext];
  if (typeof literal === 'bigint') return [literal, bigint()];
  if ('real' in literal) return [literal.real, double];
  const fraction = literal.decimal.split('.')[1] ?? '';
  return [literal.decimal, decimal(65, fraction.length)];
}

const dec = (value: string): Literal => ({ decimal: value });
const real = (value: number): Literal => ({ real: value });

/** What MariaDB 10.11 in strict mode (with TIME_ROUND_FRACTIONAL) does: the stored value, or the error. */
const cases: [SqlType, Literal, SqlValue | { errno: number; message?: string }][] = [
  [tinyint, 128n, { errno: 1264, message: "Out of range value for column 'a' at row 1" }],
  [tinyint, dec('127.5'), { errno: 1264 }],
  [tinyint, dec('127.4'), 127],
  [tinyint, '12abc', { errno: 1265, message: "Data truncated for column 'a' at row 1" }],
  [tinyint, 'abc', { errno: 1366, message: "Incorrect integer value: 'abc' for column 'a' at row 1" }],
  [tinyint, '', { errno: 1366, message: "Incorrect integer value: '' for column 'a' at row 1" }],
  [tinyint, ' 12 ', 12],
  [tinyint, '1e2', 100],
  [tinyint, '1e3', { errno: 1264 }],
  [tinyint, '1e999999999', { errno: 1264 }],
  [tinyint, '12.5', 13],
  [tinyint, real(2.5), 2],
  [tinyint, real(3.5), 4],
  [tinyint, '2.5', 3],
  [tinyint, dec('-0.5'), -1],
  [unsignedTinyint, -1n, { errno: 1264 }],
  [unsignedTinyint, '-1', { errno: 1264 }],
  [int(), '99999999999', { errno: 1264 }],
  [int(), real(1e30), { errno: 1264 }],
  [int(), '0x41', { errno: 1265 }],
  [bigint(), dec('9223372036854775807.4'), 9223372036854775807n],
  [bigint(), '9223372036854775807.5', { errno: 1264 }],
  [bigint(true), dec('18446744073709551616'), { errno: 1264 }],
  [bigint(true), dec('18446744073709551615'), 18446744073709551615n],
  [bigint(true), '-0', 0n],
  [bigint(), '1.5e3', 1500n],
  [bigint(), '7 x', { errno: 1265 }],
  [bigint(), '-', { errno: 1366 }],
  [bigint(), '.5', 1n],
  [bigint(), '1.', 1n],
  [decimal(5, 2), dec('999.994'), '999.99'],
  [decimal(5, 2), dec('999.995'), { errno: 1264 }],
  [decimal(5, 2), '12.345abc', { errno: 1265 }],
  [decimal(5, 2), 'abc', { errno: 1366, message: "Incorrect decimal value: 'abc' for column 'a' at row 1" }],
  [decimal(5, 2), '12.345', '12.35'],
  [decimal(5, 2), real(1.005), '1.01'],
  [{ kind: 'decimal', precision: 5, scale: 2, unsigned: true }, -1n, { errno: 1264 }],
  [decimal(5, 2), ' 3.1 ', '3.10'],
  [float, real(1e39), { errno: 1264 }],
  [float, '1.5x', { errno: 1265 }],
  [float, dec('1.1'), Math.fround(1.1)],
  [double, 'abc', { errno: 1366, message: "Incorrect double value: 'abc' for column 'a' at row 1" }],
  [double, '1e400', { errno: 1264 }],
  [double, 'inf', { errno: 1366 }],
  [double, '1.5 ', 1.5],
  [text(3), 'abcd', { errno: 1406, message: "Data too long for column 'a' at row 1" }],
  [text(3), 'abc    ', 'abc'],
  [text(3), 'ab ', 'ab '],
  [text(4), 'äöüß', 'äöüß'],
  [text(3), 'äöüß', { errno: 1406 }],
  [text(2), '😀😀', '😀😀'],
  [text(1), '😀😀', { errno: 1406 }],
  [text(1), '😀  ', '😀'],
  [chars(3), 'ab  ', 'ab'],
  [chars(3), 'abc  ', 'abc'],
  [chars(3), 'a  d', { errno: 1406 }],
  [text(3), 1234n, { errno: 1406 }],
  [text(30), real(1e20), '1e20'],
  [text(30), real(1e15), '1e15'],
  [text(30), dec('1.50'), '1.50'],
  [{ kind: 'tinytext', collation: 'utf8mb4_0900_bin' }, 'x'.repeat(256), { errno: 1406 }],
  [{ kind: 'tinytext', collation: 'utf8mb4_0900_bin' }, 'ä'.repeat(128), { errno: 1406 }],
  [{ kind: 'tinytext', collation: 'utf8mb4_0900_bin' }, 'ä'.repeat(127), 'ä'.repeat(127)],
  [bytes('binary', 3), 'ab', Uint8Array.of(0x61, 0x62, 0)],
  [bytes('binary', 3), 'abcd', { errno: 1406 }],
  [bytes('varbinary', 3), 'abc ', { errno: 1406 }],
  [bytes('varbinary', 8), dec('12.50'), new Uint8Array(Buffer.from('12.50'))],
  [abEnum, 'c', { errno: 1265 }],
  [abEnum, 'A', { errno: 1265 }],
  [abEnum, '', { errno: 1265 }],
  [abEnum, 2n, 'b'],
  [abEnum, 0n, { errno: 1265 }],
  [abEnum, '2', 'b'],
  [abEnum, 'a ', 'a'],
  [{ ...abEnum, collation: 'utf8mb4_general_ci' }, 'A', 'a'],
  [abcSet, 'c,a', 'a,c'],
  [abcSet, 'c,x', { errno: 1265 }],
  [abcSet, 5n, 'a,c'],
  [abcSet, 9n, { errno: 1265 }],
  [abcSet, '', ''],
  [abcSet, 'a,a', 'a'],
  [abcSet, '5', 'a,c'],
  [bit(3), 7n, 7n],
  [bit(3), 8n, { errno: 1406 }],
  [bit(8), 'A', 65n],
  [bit(8), -1n, { errno: 1406 }],
  [bit(64), -1n, 2n ** 64n - 1n],
  [bit(8), dec('2.6'), 3n],
  [year, 2021n, 2021],
  [year, 1900n, { errno: 1264 }],
  [year, 21n, 2021],
  [year, '70', 1970],
  [year, 0n, 0],
  [year, '0', 2000],
  [year, '2021abc', { errno: 1265 }],
  [year, dec('2021.6'), 2022],
  [date, '2021-06-23', parseDate('2021-06-23')!],
  [
    date,
    '2021-02-30',
    { errno: 1292, message: "Incorrect date value: '2021-02-30' for column 'a' at row 1" },
  ],
  [date, '2021-06-23 23:59:59.9999999', parseDate('2021-06-23')!],
  [date, 20210623n, parseDate('2021-06-23')!],
  [date, 210623n, parseDate('2021-06-23')!],
  [date, 20210623101112n, parseDate('2021-06-23')!],
  [date, '0000-00-00', { errno: 1292 }],
  [date, '2021-06-00', { errno: 1292 }],
  [date, '2021-06-23abc', { errno: 1292 }],
  [date, '2021.6.3', parseDate('2021-06-03')!],
  [date, dec('1.5'), { errno: 1292, message: "Incorrect date value: '1.5' for column 'a' at row 1" }],
  [date, dec('20210623.7'), parseDate('2021-06-23')!],
  [datetime(), '2021-06-23 10:11:12.5', parseDatetime('2021-06-23 10:11:13')!],
  [datetime(3), '2021-06-23 10:11:12.9995', parseDatetime('2021-06-23 10:11:13')!],
  [datetime(), '9999-12-31 23:59:59.5', { errno: 1292 }],
  [datetime(), '2021-06-23 25:00:00', { errno: 1292 }],
  [datetime(), '2021-06-23 10', parseDatetime('2021-06-23 10:00:00')!],
  [datetime(), '2021-06-23 10:11:12Z', { errno: 1292 }],
  [datetime(), '2021-06-23 10:11:12+02:00', parseDatetime('2021-06-23 08:11:12')!],
  [datetime(), '2021-06-23 10.11.12', parseDatetime('2021-06-23 10:11:12')!],
  [datetime(), '2021-06-23-10:11:12', parseDatetime('2021-06-23 10:11:12')!],
  [datetime(), '21-06-23 1:2:3', parseDatetime('2021-06-23 01:02:03')!],
  [datetime(), '2106231011', parseDatetime('2021-06-23 10:11:00')!],
  [datetime(), dec('20210623101112.6'), parseDatetime('2021-06-23 10:11:13')!],
  [datetime(), real(1), { errno: 1292, message: "Incorrect datetime value: '1' for column 'a' at row 1" }],
  [datetime(), real(2.0210623e7), parseDatetime('2021-06-23')!],
  [timestamp(), '1970-01-01 00:00:00', { errno: 1292 }],
  [timestamp(), '1970-01-01 00:00:01', 1_000_000n],
  [timestamp(), '2038-01-19 03:14:07.5', { errno: 1292 }],
  [timestamp(6), '2038-01-19 03:14:07.5', 2147483647500000n],
  [time(), '1 10:11:12', parseTime('34:11:12')!],
  [time(), 1112n, parseTime('00:11:12')!],
  [
    time(),
    '839:00:00',
    { errno: 1292, message: "Incorrect time value: '839:00:00' for column 'a' at row 1" },
  ],
  [time(), '-838:59:59', parseTime('-838:59:59')!],
  [time(), '838:59:59.5', { errno: 1292 }],
  [time(), '10:60:00', { errno: 1292 }],
  [time(), '2021-06-23 10:11:12', parseTime('10:11:12')!],
  [time(), dec('10.5'), parseTime('00:00:11')!],
  [time(), 9999999n, { errno: 1292 }],
  [time(2), '10:11:12.345', parseTime('10:11:12.35')!],
  [time(), '-10:11:12.5', parseTime('-10:11:13')!],
  [json, '{"b":1,"a":[1.0,1e2,"x\\u0041"]}', '{"a": [1.0, 100.0, "xA"], "b": 1}'],
  [json, '12345678901234567890', '12345678901234567890'],
  [json, 1n, '1'],
];

describe('coerceValue', () => {
  for (const [type, literal, expected] of cases) {
    const [value, from] = typedLiteral(literal);
    const shown = String(value).length > 40 ? `${String(value).slice(0, 40)}…` : String(value);
    it(`${type.kind} takes ${from.kind} ${shown}`, () => {
      const column = { name: 'a', type };
      if (typeof expected === 'object' && expected !== null && 'errno' in expected) {
        assert.throws(
          () => coerceValue(value, from, column, context),
          (error) => {
            assert.ok(error instanceof GatewayError, String(error));
            assert.equal(error.errno, expected.errno);
            if (expected.message !== undefined) assert.equal(error.message, expected.message);
            return true;
          },
        );
      } else {
        assert.deepEqual(coerceValue(value, from, column, context), expected);
      }
    });
  }

  it('converts temporal values to numbers and text', () => {
    const at = parseDatetime('2021-06-23 10:11:12.6')!;
    const to = (value: SqlValue, from: SqlType, type: SqlType): SqlValue =>
      coerceValue(value, from, { name: 'a', type }, context);
    assert.equal(to(parseDate('2021-06-23')!, date, int()), 20210623);
    assert.equal(to(at, datetime(1), decimal(20, 3)), '20210623101112.600');
    assert.equal(to(at, datetime(1), text(30)), '2021-06-23 10:11:12.6');
    assert.equal(to(parseTime('10:11:12.5')!, time(1), double), 101112.5);
    assert.equal(to(at, datetime(1), time()), parseTime('10:11:13')!);
    assert.equal(to(parseTime('10:11:12')!, time(), datetime()), parseDatetime('2026-11-22 10:11:12')!);
    assert.throws(() => to(parseDate('2021-06-23')!, date, text(5)), { errno: 1406 });
  });

  it('rounds a datetime to fewer digits', () => {
    const value = coerceValue(1_500_000n, datetime(6), { name: 'a', type: datetime() }, context);
    assert.equal(value, 2_000_000n);
  });

  it('reads a TIMESTAMP in the session zone', () => {
    const east: CoerceContext = { ...context, zoneMinutes: () => 120 };
    const column = { name: 'a', type: timestamp() };
    const expected = parseDatetime('2021-06-23 08:00:00')!;
    assert.equal(coerceValue('2021-06-23 10:00:00', longtext, column, east), expected);
    assert.equal(coerceValue('2021-06-23 09:00:00+01:00', longtext, column, east), expected);
    assert.equal(
      coerceValue(expected, timestamp(), { name: 'a', type: datetime() }, east),
      parseDatetime('2021-06-23 10:00:00')!,
    );
  });

  it('shows the bytes that are no UTF-8', () => {
    const bad = Uint8Array.of(0x41, 0xc3, 0xa4, 0xff, 0x42);
    assert.throws(() => coerceValue(bad, bytes('varbinary', 9), { name: 'a', type: text(9) }, context), {
      errno: 1366,
      message: "Incorrect string value: '\\xFF\\x42' for column 'a' at row 1",
    });
  });

  it('refuses what is no JSON', () => {
    const column = { name: 'a', type: json };
    for (const bad of ['{a}', '', '[1,]', '{"a" 1}', '1 2', '"x', '01', '"\\q"', 'nul']) {
      assert.throws(() => coerceValue(bad, longtext, column, context), { errno: 3140 }, bad);
    }
    assert.throws(() => coerceValue('['.repeat(200), longtext, column, context), { errno: 3157 });
    assert.throws(() => coerceValue('{a}', longtext, column, context), {
      message:
        'Invalid JSON text: "Missing a name for object member." at position 1 in value for column \'t.a\'.',
    });
  });

  it('lets NULL pass', () => {
    assert.equal(coerceValue(null, longtext, { name: 'a', type: int() }, context), null);
  });
});
