/**
 * ALTER TABLE … MODIFY from every type to every type with values at the edges, against MariaDB: the same error,
 * or the same value after it. `TIDEGATE_EVERY_ALTER=1` takes all values and modes, else a part of them.
 */
import assert from 'node:assert/strict';
import { compare, newTally, type Pair, startPair } from './pair.ts';

/** Values by type, the plain one first. */
const sources: Readonly<Record<string, readonly string[]>> = {
  TINYINT: ['1', '-128', '127'],
  'SMALLINT UNSIGNED': ['300', '65535', '0'],
  INT: ['70000', '-5', '20200229', '12'],
  BIGINT: ['5', '9223372036854775807', '-9223372036854775808'],
  'BIGINT UNSIGNED': ['7', '18446744073709551615'],
  'DECIMAL(10,3)': ['1.500', '-99.999', '1234567.891', '0.4'],
  DOUBLE: ['2.5', '-1e20', '0.1', '1e300', '20200229'],
  FLOAT: ['0.5', '0.1'],
  'VARCHAR(30)': [
    "'12'",
    "'abc'",
    "' 7 '",
    "'3x'",
    "''",
    "'2020-02-29'",
    "'2020-02-29 12:30:45.678'",
    "'12:30'",
    "'b'",
    "'a,b'",
    "'x y'",
    "'äö'",
    '\'{"a":1}\'',
    "'1e2'",
    "'-1.55'",
  ],
  'CHAR(5)': ["'12'", "'ab'", "'b'"],
  TEXT: ["'12'", "'abcdefghijklmnop'"],
  'VARBINARY(10)': ["'12'", "x'ff00'", "'b'"],
  'BINARY(4)': ["'12'", "'abcd'"],
  DATE: ["'2020-02-29'", "'1999-12-31'"],
  'DATETIME(3)': ["'2020-02-29 12:30:45.678'", "'2020-02-29 00:00:00'"],
  TIMESTAMP: ["'2020-02-29 12:30:45'"],
  'TIME(2)': ["'12:30:45.67'", "'-01:00:00'", "'100:00:00'"],
  YEAR: ['2020', '1901'],
  "ENUM('a','b','12')": ["'b'", "'12'"],
  "SET('a','b','12')": ["'a,b'", "''", "'12'"],
  'BIT(8)': ["b'101'", "b'1100001'"],
  JSON: ['\'{"a":1}\'', "'12'", '\'"b"\''],
};

const targets = [
  'TINYINT',
  'SMALLINT UNSIGNED',
  'INT',
  'INT UNSIGNED',
  'BIGINT',
  'BIGINT UNSIGNED',
  'DECIMAL(5,1)',
  'DECIMAL(30,5)',
  'FLOAT',
  'DOUBLE',
  'CHAR(3)',
  'VARCHAR(3)',
  'VARCHAR(40)',
  'TINYTEXT',
  'LONGTEXT',
  'VARBINARY(4)',
  'BINARY(6)',
  'BLOB',
  'DATE',
  'DATETIME',
  'DATETIME(6)',
  'TIMESTAMP(1)',
  'TIME',
  'TIME(6)',
  'YEAR',
  "ENUM('b','a')",
  "SET('a','b')",
  'BIT(4)',
  'BIT(64)',
  'JSON',
] as const;

const all = process.env.TIDEGATE_EVERY_ALTER !== undefined;

describe('ALTER TABLE … MODIFY and MariaDB', function () {
  this.timeout(600_000);
  let pair: Pair;

  before(async function () {
    const started = await startPair();
    if ('missing' in started) {
      console.log(`      skipped: ${started.missing}`);
      this.skip();
    }
    pair = started;
    await pair.both("SET time_zone = '+00:00', timestamp = 1582980000");
  });
  after(() => pair?.stop());

  for (const mode of ['strict', 'relaxed'] as const) {
    it(`converts every type to every type, ${mode}`, async () => {
      const tally = newTally();
      for (const [source, values] of Object.entries(sources)) {
        for (const value of all ? values : values.slice(0, 1)) {
          const columns = targets.map((_, index) => `c${index} ${source}`);
          await pair.both('DROP TABLE IF EXISTS t');
          await pair.both(`CREATE TABLE t (id INT PRIMARY KEY, ${columns.join(', ')})`);
          await pair.both(
            `INSERT INTO t VALUES (1, ${targets.map(() => value).join(', ')}), (2, ${targets.map(() => 'NULL').join(', ')})`,
          );
          await pair.both(
            `SET sql_mode = '${mode === 'strict' ? 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE' : ''}'`,
          );
          for (const [index, target] of targets.entries()) {
            if (!all && (index + source.length) % 12 !== 0) continue;
            const what = `/* ${source} ${value} ${mode} */`;
            await compare(pair, `ALTER TABLE t MODIFY c${index} ${target} ${what}`, tally);
            await compare(pair, `SELECT c${index} FROM t ORDER BY id ${what} /* ${target} */`, tally);
          }
          await pair.both("SET sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'");
        }
      }
      console.log(
        `      ${tally.statements} statements: ${tally.same} the same, ${tally.explained} explained, ${tally.unsupported} not supported`,
      );
      assert.equal(
        tally.found.length,
        0,
        `${tally.found.length} differences:\n    ${tally.found.join('\n    ')}`,
      );
    });
  }
});
