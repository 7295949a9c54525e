/** Result types against MariaDB's CREATE TABLE … AS SELECT, integer widths aside (MySQL 8.0 has none). */
import assert from 'node:assert/strict';
import mysql from 'mysql2/promise';
import {
  bigint,
  decimal,
  double,
  int,
  type SqlType,
  typeText,
  varchar,
} from '../../../src/types/sql-type.ts';
import { startMariaDb } from '../../support/mariadb.ts';
import { planText, shop, table } from './planner-fixture.ts';

const columns: readonly (readonly [name: string, definition: string, type: SqlType])[] = [
  ['ti', 'tinyint', { kind: 'tinyint', unsigned: false }],
  ['si', 'smallint', { kind: 'smallint', unsigned: false }],
  ['i', 'int', int()],
  ['iu', 'int unsigned', int(true)],
  ['b', 'bigint', bigint()],
  ['bu', 'bigint unsigned', bigint(true)],
  ['d', 'decimal(10,2)', decimal(10, 2)],
  ['e', 'decimal(5,4)', decimal(5, 4)],
  ['f', 'float', { kind: 'float' }],
  ['g', 'double', double],
  ['v', 'varchar(20)', varchar(20)],
  ['c', 'char(5)', { kind: 'char', length: 5, collation: 'utf8mb4_0900_bin' }],
  ['da', 'date', { kind: 'date' }],
  ['dt', 'datetime', { kind: 'datetime', fsp: 0 }],
  ['dt3', 'datetime(3)', { kind: 'datetime', fsp: 3 }],
  ['ts', 'timestamp null', { kind: 'timestamp', fsp: 0 }],
  ['tm', 'time', { kind: 'time', fsp: 0 }],
  ['y', 'year', { kind: 'year' }],
];

const areas: Readonly<Record<string, readonly string[]>> = {
  arithmetic: [
    'i+i',
    'i+iu',
    'i-d',
    'd+e',
    'd*e',
    'd/e',
    'i/i',
    'i/d',
    'i DIV i',
    'i%i',
    'i+g',
    'd+g',
    'v+i',
    'da+0',
    'dt+0',
    '-i',
    '-d',
    '-g',
    'abs(i)',
    'abs(d)',
    'abs(g)',
    'round(d)',
    'round(d,1)',
    'round(d,5)',
    'sqrt(d)',
    'pow(i,2)',
  ],
  'common types': [
    'coalesce(ti,si)',
    'coalesce(i,b)',
    'coalesce(b,bu)',
    'coalesce(i,d)',
    'coalesce(d,e)',
    'coalesce(i,g)',
    'coalesce(d,g)',
    'coalesce(f,i)',
    'coalesce(v,c)',
    'coalesce(v,i)',
    'coalesce(da,dt)',
    'coalesce(dt,dt3)',
    'coalesce(da,v)',
    'coalesce(da,i)',
    'coalesce(tm,dt)',
    'coalesce(dt,ts)',
    'if(1,i,d)',
    'ifnull(i,b)',
    'case when i then v else d end',
    'nullif(i,1)',
    'nullif(d,e)',
    'greatest(i,b)',
    'greatest(i,d)',
    'greatest(v,c)',
    'greatest(da,dt)',
  ],
  aggregates: [
    'sum(i)',
    'sum(b)',
    'sum(d)',
    'sum(g)',
    'sum(v)',
    'avg(i)',
    'avg(d)',
    'avg(b)',
    'avg(g)',
    'min(i)',
    'max(v)',
    'count(*)',
    'min(da)',
    'bit_or(i)',
    'sum(i) over ()',
    'lag(d) over (order by i)',
  ],
  text: [
    'concat(v,c)',
    'concat(v,i)',
    'upper(v)',
    'left(v,3)',
    'trim(v)',
    "replace(v,'a','b')",
    'md5(v)',
    'ascii(v)',
    "locate('a',v)",
    'dayname(da)',
    'elt(1,v,c)',
    "lpad(v,10,'x')",
    'reverse(v)',
  ],
  dates: [
    'date(dt)',
    'da + interval 1 day',
    'da + interval 1 hour',
    'dt + interval 1 day',
    'dt3 + interval 1 second',
    'dt + interval 1 microsecond',
    'timestampdiff(day,da,dt)',
    'last_day(dt)',
    'unix_timestamp(dt)',
    'from_unixtime(i)',
    'timediff(dt,dt)',
  ],
  casts: [
    'cast(v as signed)',
    'cast(v as unsigned)',
    'cast(v as decimal(8,3))',
    'cast(i as char)',
    'cast(v as char(4))',
    'cast(v as date)',
    'cast(v as datetime(2))',
    'cast(i as double)',
    'i & 1',
  ],
};

describe('result types against MariaDB', () => {
  let connection: mysql.Connection | undefined;
  let stop: (() => Promise<void>) | undefined;
  const wide = table(
    'wide',
    [...columns.map(([name, , type]) => ({ name, type })), { name: 'id', type: int() }],
    ['id'],
  );
  const catalog = shop.apply([{ kind: 'putRelation', relation: wide }], 6);

  before(async function () {
    const server = await startMariaDb();
    if ('missing' in server) {
      console.warn(`result types against MariaDB: skipped, ${server.missing}`);
      this.skip();
    }
    stop = server.stop;
    connection = await mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
    await connection.query('CREATE DATABASE shop COLLATE utf8mb4_nopad_bin');
    await connection.query('USE shop');
    const list = columns.map(([name, definition]) => `${name} ${definition}`).join(', ');
    await connection.query(`CREATE TABLE wide (${list}, id INT PRIMARY KEY)`);
  });

  after(async () => {
    await connection?.end();
    await stop?.();
  });

  async function theirs(expression: string): Promise<string> {
    await connection!.query(`CREATE OR REPLACE TABLE result AS SELECT ${expression} AS r FROM wide`);
    const [rows] = await connection!.query<mysql.RowDataPacket[]>(
      "SELECT column_type AS t, is_nullable AS n FROM information_schema.columns WHERE table_schema = 'shop' AND table_name = 'result'",
    );
    const type = String(rows[0]!.t).replace(/int\(\d+\)/, 'int');
    return rows[0]!.n === 'YES' ? type : `${type} not null`;
  }

  function ours(expression: string): string {
    const { plan } = planText(`SELECT ${expression} AS r FROM wide`, { catalog });
    assert.ok('route' in plan);
    const column = plan.columns[0]!;
    return column.nullable ? typeText(column.type) : `${typeText(column.type)} not null`;
  }

  for (const [area, expressions] of Object.entries(areas)) {
    it(area, async () => {
      const differences: string[] = [];
      for (const expression of expressions) {
        const [expected, actual] = [await theirs(expression), ours(expression)];
        // An int of MariaDB's functions is a bigint on MySQL's wire.
        const same = expected === actual || (expected.startsWith('int') && actual.startsWith('bigint'));
        if (!same) differences.push(`${expression}: MariaDB ${expected}, planner ${actual}`);
      }
      assert.deepEqual(differences, []);
    });
  }
});
