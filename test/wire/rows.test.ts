import assert from 'node:assert/strict';
import fc from 'fast-check';
import { batchOfRows } from '../../src/types/batch.ts';
import { formatDouble, formatFloat } from '../../src/types/real-text.ts';
import type { SqlType } from '../../src/types/sql-type.ts';
import {
  formatDate,
  formatDatetime,
  formatTime,
  maxDatetime,
  minDatetime,
} from '../../src/types/temporal.ts';
import type { SqlValue } from '../../src/types/value.ts';
import { binaryRowEncoder } from '../../src/wire/binary-row.ts';
import type { Charset } from '../../src/wire/charset.ts';
import { PacketWriter } from '../../src/wire/packet-writer.ts';
import { textRowEncoder } from '../../src/wire/text-row.ts';

interface Options {
  readonly charset?: Charset;
  readonly zoneOffsetUs?: (us: bigint) => bigint;
}

/** The payload of one row. */
function encode(
  form: 'text' | 'binary',
  cells: readonly (readonly [SqlType, SqlValue])[],
  options: Options = {},
) {
  const columns = cells.map(([type]) => ({ name: 'c', type, nullable: true }));
  const context = { charset: options.charset ?? 'utf8mb4', zoneOffsetUs: options.zoneOffsetUs };
  const encoder = form === 'text' ? textRowEncoder(columns, context) : binaryRowEncoder(columns, context);
  const writer = new PacketWriter();
  const batch = batchOfRows([cells.map(([, value]) => value)], cells.length);
  assert.equal(encoder(writer, batch, 0, Number.MAX_SAFE_INTEGER), 1);
  return writer.take().subarray(4);
}

/** A text row of one column as a string, NULL as undefined. */
function text(type: SqlType, value: SqlValue, options?: Options): string | undefined {
  const bytes = encode('text', [[type, value]], options);
  if (bytes[0] === 0xfb) return undefined;
  assert.equal(bytes[0], bytes.length - 1);
  return bytes.subarray(1).toString('latin1');
}

/** A binary row of one column in hex without its head; NULL as undefined. */
function binary(type: SqlType, value: SqlValue, options?: Options): string | undefined {
  const bytes = encode('binary', [[type, value]], options);
  assert.equal(bytes[0], 0);
  if (bytes[1] === 0x04) return undefined;
  return bytes.subarray(2).toString('hex');
}

const us = (clock: string): bigint => BigInt(Date.parse(`${clock}Z`)) * 1000n;
const datetime = (fsp: number): SqlType => ({ kind: 'datetime', fsp });
const time = (fsp: number): SqlType => ({ kind: 'time', fsp });
const varchar: SqlType = { kind: 'varchar', length: 10, collation: 'utf8mb4_0900_bin' };

describe('wire: rows', () => {
  const cases: [SqlType, SqlValue, text: string | undefined, binary: string | undefined][] = [
    [{ kind: 'tinyint', unsigned: false }, -128, '-128', '80'],
    [{ kind: 'tinyint', unsigned: true }, 255, '255', 'ff'],
    [{ kind: 'tinyint', unsigned: false, displayWidth: 1 }, 1, '1', '01'],
    [{ kind: 'smallint', unsigned: false }, -2, '-2', 'feff'],
    [{ kind: 'mediumint', unsigned: false }, -8_388_608, '-8388608', '000080ff'],
    [{ kind: 'int', unsigned: false }, -2_147_483_648, '-2147483648', '00000080'],
    [{ kind: 'int', unsigned: true }, 4_294_967_295, '4294967295', 'ffffffff'],
    [{ kind: 'bigint', unsigned: false }, -(2n ** 63n), '-9223372036854775808', '0000000000000080'],
    [{ kind: 'bigint', unsigned: true }, 2n ** 64n - 1n, '18446744073709551615', 'ffffffffffffffff'],
    [{ kind: 'bigint', unsigned: false }, 0n, '0', '0000000000000000'],
    [{ kind: 'year' }, 2021, '2021', 'e507'],
    [{ kind: 'year' }, 0, '0000', '0000'],
    [{ kind: 'float' }, Math.fround(Math.PI), '3.14159', 'db0f4940'],
    [{ kind: 'double' }, 0.1, '0.1', '9a9999999999b93f'],
    [{ kind: 'double' }, -7, '-7', '0000000000001cc0'],
    [{ kind: 'double' }, Number.POSITIVE_INFINITY, undefined, undefined],
    [{ kind: 'float' }, Number.NaN, undefined, undefined],
    [{ kind: 'decimal', precision: 5, scale: 2 }, '-1.50', '-1.50', '052d312e3530'],
    [{ kind: 'date' }, 18_801, '2021-06-23', '04e5070617'],
    [{ kind: 'date' }, 3_000_000, undefined, undefined],
    [datetime(0), us('2021-06-23T00:15:00'), '2021-06-23 00:15:00', '07e5070617000f00'],
    [datetime(6), us('2021-06-23T00:15:00') + 7n, '2021-06-23 00:15:00.000007', '0be5070617000f0007000000'],
    [datetime(2), us('2021-06-23T00:15:00') + 129_999n, '2021-06-23 00:15:00.12', '0be5070617000f00c0d40100'],
    [datetime(0), us('2021-06-23T00:00:00'), '2021-06-23 00:00:00', '07e507061700' + '0000'],
    [datetime(0), us('1969-12-31T23:59:59'), '1969-12-31 23:59:59', '07b1070c1f173b3b'],
    [datetime(6), maxDatetime, '9999-12-31 23:59:59.999999', '0b0f270c1f173b3b3f420f00'],
    [datetime(6), minDatetime, '0001-01-01 00:00:00.000000', '0701000101000000'],
    [datetime(6), maxDatetime + 1n, undefined, undefined],
    [time(0), 0n, '00:00:00', '00'],
    [time(0), -3_020_399_000_000n, '-838:59:59', '0801220000' + '00163b3b'],
    [time(3), 1_500_000n, '00:00:01.500', '0c0000000000000001' + '20a10700'],
    [time(0), 100n * 3_600_000_000n, '100:00:00', '080004000000040000'],
    [{ kind: 'timestamp', fsp: 0 }, us('2021-06-23T00:15:00'), '2021-06-23 00:15:00', '07e5070617000f00'],
    [varchar, 'abc', 'abc', '03616263'],
    [varchar, '', '', '00'],
    [{ kind: 'enum', members: ['a'], collation: 'utf8mb4_0900_bin' }, 'a', 'a', '0161'],
    [{ kind: 'json' }, '{"a": 1}', '{"a": 1}', '087b2261223a20317d'],
    [{ kind: 'varbinary', length: 4 }, Buffer.of(0, 0xff), '\0\xff', '0200ff'],
    [{ kind: 'bit', length: 9 }, 258n, '\x01\x02', '020102'],
    [{ kind: 'null' }, null, undefined, undefined],
    [varchar, null, undefined, undefined],
  ];
  for (const [type, value, asText, asBinary] of cases) {
    it(`${JSON.stringify(type)} ${String(value)}`, () => {
      assert.equal(text(type, value), asText);
      assert.equal(binary(type, value), asBinary);
    });
  }

  it('shows a TIMESTAMP, and nothing else, in the zone of the session', () => {
    const zoneOffsetUs = (utc: bigint): bigint => (utc < 0n ? 0n : 7_200_000_000n);
    const at = us('2021-06-23T23:15:00');
    assert.equal(text({ kind: 'timestamp', fsp: 0 }, at, { zoneOffsetUs }), '2021-06-24 01:15:00');
    assert.equal(binary({ kind: 'timestamp', fsp: 0 }, at, { zoneOffsetUs }), '07e5070618010f00');
    assert.equal(text(datetime(0), at, { zoneOffsetUs }), '2021-06-23 23:15:00');
  });

  it('converts strings to the character set of results, JSON and bytes not', () => {
    const options: Options = { charset: 'latin1' };
    assert.equal(text(varchar, 'é€ÿ\u{1f600}', options), '\xe9\x80\xff?');
    assert.equal(binary(varchar, 'é', options), '01e9');
    assert.equal(text({ kind: 'json' }, '"é"', options), '"\xc3\xa9"');
    assert.equal(text({ kind: 'blob' }, Buffer.from('é'), options), '\xc3\xa9');
  });

  it('writes strings beyond one byte of length', () => {
    const bytes = encode('text', [[varchar, 'é'.repeat(200)]]);
    assert.equal(bytes.subarray(0, 3).toString('hex'), 'fc9001');
    assert.equal(bytes.subarray(3).toString(), 'é'.repeat(200));
  });

  it('sets the NULL bits of a binary row from bit 2 on', () => {
    const cells = Array.from({ length: 9 }, (_, index): [SqlType, SqlValue] => [
      { kind: 'tinyint', unsigned: false },
      index === 0 || index === 5 || index === 8 ? null : index,
    ]);
    assert.equal(encode('binary', cells).toString('hex'), '00' + '8404' + '010203040607');
  });

  it('drops a row whose value does not fit its type, and keeps the rows before it', () => {
    const columns = [{ name: 'c', type: { kind: 'bigint', unsigned: false } as const, nullable: true }];
    const encoder = textRowEncoder(columns, { charset: 'utf8mb4', zoneOffsetUs: undefined });
    const writer = new PacketWriter();
    assert.throws(
      () => encoder(writer, batchOfRows([[1n], ['x']], 1), 0, 1_000),
      /bigint column holds a string/,
    );
    assert.equal(writer.take().toString('hex'), '020000000131');
  });

  it('stops at the wanted size and goes on from there', () => {
    const columns = [{ name: 'c', type: varchar, nullable: true }];
    const encoder = textRowEncoder(columns, { charset: 'utf8mb4', zoneOffsetUs: undefined });
    const batch = batchOfRows(
      Array.from({ length: 10 }, (_, row) => [`row ${row}`]),
      1,
    );
    const writer = new PacketWriter();
    assert.equal(encoder(writer, batch, 0, 20), 2);
    assert.equal(encoder(writer, batch, 2, 1_000), 10);
  });

  it('prints temporal values as src/types/temporal.ts does', () => {
    const anyUs = fc.bigInt({ min: minDatetime, max: maxDatetime });
    fc.assert(
      fc.property(anyUs, fc.integer({ min: 0, max: 6 }), (value, fsp) => {
        assert.equal(text(datetime(fsp), value), formatDatetime(value, fsp));
        const days = Number(value / 86_400_000_000n);
        assert.equal(text({ kind: 'date' }, days), formatDate(days));
        const clock = value % 3_020_399_000_000n;
        assert.equal(text(time(fsp), clock), formatTime(clock, fsp));
      }),
      { numRuns: 500 },
    );
  });

  it('prints reals so that they read back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.equal(Number(text({ kind: 'double' }, value)), value === 0 ? 0 : value);
      }),
    );
  });
});

describe('types: text of reals', () => {
  // As MariaDB 10.11 prints them.
  for (const [value, expected] of [
    [1e-5, '0.00001'],
    [1e-15, '0.000000000000001'],
    [1e-16, '1e-16'],
    [1e14, '100000000000000'],
    [1e15, '1e15'],
    [1234567890123456, '1.234567890123456e15'],
    [123456789012345, '123456789012345'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1.2345678901234568e-10, '0.00000000012345678901234568'],
    [-1.23456789e-14, '-0.0000000000000123456789'],
    [1.5e300, '1.5e300'],
    [-1.25e-300, '-1.25e-300'],
    [5e-324, '5e-324'],
    [1e22, '1e22'],
    [0, '0'],
  ] as const) {
    it(`DOUBLE ${expected}`, () => assert.equal(formatDouble(value), expected));
  }
  for (const [value, expected] of [
    [3.14159274, '3.14159'],
    [16_777_216, '16777200'],
    [1e10, '10000000000'],
    [1e-5, '0.00001'],
    [123456.7, '123457'],
    [999_999.5, '1000000'],
    [1e15, '1e15'],
    [3.4e38, '3.4e38'],
    [1.23456e-10, '0.000000000123456'],
  ] as const) {
    it(`FLOAT ${expected}`, () => assert.equal(formatFloat(Math.fround(value)), expected));
  }
});
