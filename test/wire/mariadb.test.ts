/** The same columns and values from MariaDB and from our encoders, as one client reads them. */
import assert from 'node:assert/strict';
import mysql from 'mysql2/promise';
import type { SqlType } from '../../src/types/sql-type.ts';
import type { SqlValue } from '../../src/types/value.ts';
import { startTestServer, type TestServer } from '../support/gateway-server.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';
import { column, ok, rows, ScriptedSessions } from '../support/scripted-sessions.ts';

const us = (clock: string): bigint => BigInt(Date.parse(`${clock}Z`)) * 1000n;
const collation = 'utf8mb4_bin';

const cases: [sqlType: string, literal: string, type: SqlType, value: SqlValue][] = [
  ['tinyint(1)', '1', { kind: 'tinyint', unsigned: false, displayWidth: 1 }, 1],
  ['tinyint', '-128', { kind: 'tinyint', unsigned: false }, -128],
  ['tinyint unsigned', '255', { kind: 'tinyint', unsigned: true }, 255],
  ['smallint', '-32768', { kind: 'smallint', unsigned: false }, -32_768],
  ['smallint unsigned', '65535', { kind: 'smallint', unsigned: true }, 65_535],
  ['mediumint', '-8388608', { kind: 'mediumint', unsigned: false }, -8_388_608],
  ['mediumint unsigned', '16777215', { kind: 'mediumint', unsigned: true }, 16_777_215],
  ['int', '-2147483648', { kind: 'int', unsigned: false }, -2_147_483_648],
  ['int unsigned', '4294967295', { kind: 'int', unsigned: true }, 4_294_967_295],
  ['bigint', '-9223372036854775808', { kind: 'bigint', unsigned: false }, -(2n ** 63n)],
  ['bigint unsigned', '18446744073709551615', { kind: 'bigint', unsigned: true }, 2n ** 64n - 1n],
  ['float', '3.14159274', { kind: 'float' }, Math.fround(Math.PI)],
  ['double', '-1.5e300', { kind: 'double' }, -1.5e300],
  ['double', '1e15', { kind: 'double' }, 1e15],
  ['double', '0.000012', { kind: 'double' }, 0.000012],
  ['decimal(10,2)', '-12.50', { kind: 'decimal', precision: 10, scale: 2 }, '-12.50'],
  ['decimal(10,0)', '7', { kind: 'decimal', precision: 10, scale: 0 }, '7'],
  ['decimal(65,30)', '1.5', { kind: 'decimal', precision: 65, scale: 30 }, `1.5${'0'.repeat(29)}`],
  ['date', "'2021-06-23'", { kind: 'date' }, 18_801],
  ['date', "'0001-01-01'", { kind: 'date' }, -719_162],
  ['year', '2021', { kind: 'year' }, 2021],
  ['datetime', "'2021-06-23 00:15:00'", { kind: 'datetime', fsp: 0 }, us('2021-06-23T00:15:00')],
  ['datetime', "'2021-06-23 00:00:00'", { kind: 'datetime', fsp: 0 }, us('2021-06-23T00:00:00')],
  ['datetime(3)', "'1969-12-31 23:59:59.250'", { kind: 'datetime', fsp: 3 }, us('1969-12-31T23:59:59.250')],
  [
    'datetime(6)',
    "'9999-12-31 23:59:59.999999'",
    { kind: 'datetime', fsp: 6 },
    us('9999-12-31T23:59:59.999') + 999n,
  ],
  ['datetime(6)', "'2021-06-23 00:15:00'", { kind: 'datetime', fsp: 6 }, us('2021-06-23T00:15:00')],
  ['timestamp', "'2021-06-23 00:15:00'", { kind: 'timestamp', fsp: 0 }, us('2021-06-23T00:15:00')],
  ['timestamp(2)', "'2021-06-23 00:15:00.12'", { kind: 'timestamp', fsp: 2 }, us('2021-06-23T00:15:00.120')],
  ['time', "'-838:59:59'", { kind: 'time', fsp: 0 }, -3_020_399_000_000n],
  ['time', "'00:00:00'", { kind: 'time', fsp: 0 }, 0n],
  ['time(3)', "'26:00:01.500'", { kind: 'time', fsp: 3 }, 93_601_500_000n],
  ['char(3)', "'abc'", { kind: 'char', length: 3, collation }, 'abc'],
  ['varchar(10)', "'grün'", { kind: 'varchar', length: 10, collation }, 'grün'],
  ['tinytext', "''", { kind: 'tinytext', collation }, ''],
  ['text', "'€'", { kind: 'text', collation }, '€'],
  ['mediumtext', "repeat('x', 70000)", { kind: 'mediumtext', collation }, 'x'.repeat(70_000)],
  ['longtext', "'x'", { kind: 'longtext', collation }, 'x'],
  ['binary(4)', "x'00ff0a0d'", { kind: 'binary', length: 4 }, Buffer.of(0, 0xff, 10, 13)],
  ['varbinary(4)', "x'00'", { kind: 'varbinary', length: 4 }, Buffer.of(0)],
  ['tinyblob', "x'ff'", { kind: 'tinyblob' }, Buffer.of(0xff)],
  ['blob', "x'ff'", { kind: 'blob' }, Buffer.of(0xff)],
  ['mediumblob', "x'ff'", { kind: 'mediumblob' }, Buffer.of(0xff)],
  ['longblob', "x'ff'", { kind: 'longblob' }, Buffer.of(0xff)],
  ["enum('a','bcd')", "'bcd'", { kind: 'enum', members: ['a', 'bcd'], collation }, 'bcd'],
  ["set('a','bcd')", "'a,bcd'", { kind: 'set', members: ['a', 'bcd'], collation }, 'a,bcd'],
  ['bit(9)', "b'100000010'", { kind: 'bit', length: 9 }, 258n],
  ['int', 'null', { kind: 'int', unsigned: false }, null],
  ['varchar(10)', 'null', { kind: 'varchar', length: 10, collation }, null],
];

/** BLOB, UNSIGNED, ENUM, SET: the flags that drivers read. */
const typeFlags = 0x0010 | 0x0020 | 0x0100 | 0x0800;

const update = 'update t set c0 = 0';

const timestampType = 7;

/** What mysql2 knows of a column, besides the names. */
interface Field {
  readonly columnType: number;
  readonly columnLength: number;
  readonly decimals: number;
  readonly flags: number;
  readonly characterSet: number;
}

function select(connection: mysql.Connection, form: 'query' | 'execute') {
  const sql = 'select * from t';
  return form === 'query'
    ? connection.query<mysql.RowDataPacket[][]>(sql)
    : connection.execute<mysql.RowDataPacket[][]>(sql);
}

describe('wire: the same as MariaDB', () => {
  let mariaDb: MariaDb;
  let server: TestServer;
  let theirs: mysql.Connection;
  let ours: mysql.Connection;

  before(async function () {
    this.timeout(120_000);
    const started = await startMariaDb();
    if ('missing' in started) {
      console.log(`      skipped: ${started.missing}`);
      return this.skip();
    }
    mariaDb = started;
    const columns = cases.map(([, , type], index) => column(`c${index}`, type));
    const values = cases.map(([, , , value]) => value);
    const sessions = new ScriptedSessions({
      'select * from t': () => rows(columns, values),
      [update]: () => ok({ info: 'Rows matched: 1  Changed: 1  Warnings: 0' }),
    });
    server = await startTestServer(sessions);
    const options = {
      host: '127.0.0.1',
      user: 'root',
      dateStrings: true,
      supportBigNumbers: true,
      rowsAsArray: true,
    };
    ours = await mysql.createConnection({ ...options, port: server.port });
    // Without SESSION_TRACK, as we answer.
    theirs = await mysql.createConnection({ ...options, port: mariaDb.port, flags: ['-SESSION_TRACK'] });
    await theirs.query('create database w');
    await theirs.query('use w');
    await theirs.query(
      `create table t (${cases.map(([sqlType], index) => `c${index} ${sqlType} null`).join()})`,
    );
    await theirs.query(`insert into t values (${cases.map(([, literal]) => literal).join()})`);
  });

  after(async () => {
    await ours?.end();
    await theirs?.end();
    await server?.stop();
    await mariaDb?.stop();
  });

  for (const form of ['query', 'execute'] as const) {
    it(`values, by ${form}`, async () => {
      const [[expected]] = await select(theirs, form);
      const [[actual]] = await select(ours, form);
      for (const [index, [sqlType, literal]] of cases.entries()) {
        assert.deepEqual(actual![index], expected![index], `${sqlType} ${literal}`);
      }
    });
  }

  it('the info of an OK, its length included', async () => {
    const [expected] = await theirs.query<mysql.ResultSetHeader>(update);
    const [actual] = await ours.query<mysql.ResultSetHeader>(update);
    assert.match(expected.info, /Changed: 1/);
    assert.equal(actual.info, expected.info);
  });

  it('column definitions', async () => {
    const [, expected] = (await theirs.query('select * from t')) as unknown as [unknown, Field[]];
    const [, actual] = (await ours.query('select * from t')) as unknown as [unknown, Field[]];
    const facts = (field: Field) => ({
      type: field.columnType,
      length: field.columnLength,
      decimals: field.decimals,
      // MariaDB, unlike MySQL, calls a TIMESTAMP unsigned.
      flags: field.columnType === timestampType ? 0 : field.flags & typeFlags,
      isText: field.characterSet !== 63,
    });
    for (const [index, [sqlType]] of cases.entries()) {
      assert.deepEqual(facts(actual[index]!), facts(expected[index]!), sqlType);
    }
  });
});
