import assert from 'node:assert/strict';
import mysql from 'mysql2/promise';
import { fullAccess } from '../../../src/catalog/access.ts';
import type { MetadataContext } from '../../../src/catalog/metadata/context.ts';
import { metadataTable } from '../../../src/catalog/metadata-tables.ts';
import { createTableText } from '../../../src/session/show/create.ts';
import { type MariaDb, startMariaDb } from '../../support/mariadb.ts';
import { DefinitionSession } from './definition-session.ts';

/** Every type, with and without what may be said of it, in words that mean the same to both. */
const everyType = `create table every (
  b1 bit, b10 bit(10) default b'101', ti tinyint, tu tinyint unsigned default 3, bo bool not null, bl boolean default true,
  si smallint, mi mediumint, i int not null comment 'the ''key''', iu integer unsigned, bi bigint default -5,
  bu bigint unsigned, f float, f30 float(30), d double default 1.5, re real, de decimal(10,3) default 1.25,
  du decimal(5) unsigned, nu numeric, c char, c3 char(3) default 'ab', vc varchar(20) not null default '',
  bn binary(4), vb varbinary(9), tt tinytext, tx text, t10 text(10), mt mediumtext, lt longtext, tb tinyblob,
  bb blob, b300 blob(300), mb mediumblob, lb longblob, dt date default '2020-02-29', y year, dtm datetime,
  dtm3 datetime(3) not null default current_timestamp(3), ts timestamp null, ts6 timestamp(6) not null
  default current_timestamp(6) on update current_timestamp(6), tm time default '-01:02:03', tm2 time(2),
  en enum('a','b''c') default 'a', st set('x','yz') not null default 'x,yz',
  nc varchar(5) character set utf8mb4 collate utf8mb4_general_ci, primary key (i, c3), key k (vc), key (bi, d)
) comment 'all \\'of\\' them'`;

/** The collation by bytes without padding, in both's words. */
const [bytes, mariadbBytes] = ['utf8mb4_0900_bin', 'utf8mb4_nopad_bin'];

/** What MariaDB 10.11 says in other words than MySQL 8.0. */
function asMysql(text: string): string {
  return text
    .replace(/\b(smallint|mediumint|int|bigint)\(\d+\)/g, '$1')
    .replace(/\btinyint\((?!1\))\d+\)/g, 'tinyint')
    .replace(/\byear\(4\)/g, 'year')
    .replaceAll(mariadbBytes, bytes)
    .replace(/current_timestamp\((\d*)\)/g, (_, digits) => `CURRENT_TIMESTAMP${digits ? `(${digits})` : ''}`);
}

const columns = [
  'COLUMN_NAME',
  'ORDINAL_POSITION',
  'COLUMN_DEFAULT',
  'IS_NULLABLE',
  'DATA_TYPE',
  'CHARACTER_MAXIMUM_LENGTH',
  'CHARACTER_OCTET_LENGTH',
  'NUMERIC_PRECISION',
  'NUMERIC_SCALE',
  'DATETIME_PRECISION',
  'CHARACTER_SET_NAME',
  'COLLATION_NAME',
  'COLUMN_TYPE',
  'COLUMN_KEY',
  'EXTRA',
  'COLUMN_COMMENT',
];

/** A default as MySQL's information_schema has it: bare, where MariaDB's is an expression. */
function bareDefault(value: unknown): unknown {
  if (typeof value !== 'string' || value === 'NULL') return null;
  return asMysql(value.replace(/^'([\s\S]*)'$/, '$1').replaceAll("''", "'"));
}

/** Statements whose error numbers must be MariaDB's; a number where MySQL 8.0 has another. */
const definitions: readonly (readonly [statement: string, mysql?: number])[] = [
  ['create table x (a decimal(70,2) primary key)'],
  ['create table x (a decimal(5,6) primary key)'],
  ['create table x (a bit(65) primary key)'],
  ['create table x (a char(256) primary key)'],
  ['create table x (a int primary key, b varchar(20000))'],
  ['create table x (a int primary key, b varbinary(70000))'],
  ['create table x (a datetime(7) primary key)'],
  ['create table x (a int(300) primary key)'],
  ['create table x (a float(60) primary key)'],
  ["create table x (a enum('a','a') primary key)"],
  ["create table x (a int primary key, b set('a,b'))"],
  ["create table x (a int primary key default 'abc')"],
  ["create table x (a int primary key, b date default '2021-02-30')"],
  ["create table x (a int primary key, b varchar(3) default 'abcd')"],
  ['create table x (a int primary key, b int unsigned default -1)'],
  ['create table x (a int primary key, b tinyint default 300)'],
  ['create table x (a int primary key, b int default null not null)'],
  ['create table x (a int, primary key (b))'],
  ['create table x (a int, primary key (a, a))'],
  ['create table x (a int primary key, b int primary key)'],
  ['create table x (a int primary key, A int)'],
  ['create table x (a text primary key)'],
  ['create table x (a varchar(10) auto_increment primary key)'],
  ['create table x (a int auto_increment default 1 primary key)'],
  ['create table x (a int primary key, b int auto_increment)'],
  ['create table x (a int primary key, key k (a), key k (a))'],
  ['create table x (a int primary key, key (b))'],
  ['create table x (a int primary key on update current_timestamp)'],
  ['create table x (`a ` int primary key)'],
  ['create table x (a int primary key, b timestamp(3) default current_timestamp)', 1067],
  ["create table x (a int primary key, b text default 'x')", 1101],
  ['create table x (a int null primary key)', 1171],
  ['create table x (a int primary key) engine=foo'],
  ['create table x (a int primary key) collate=foo'],
  ['create table x (a int primary key) charset=foo'],
  ['create table nodb.x (a int primary key)'],
  ['create table every (a int primary key)'],
  ['create table x like nope'],
  ['drop table nope'],
  ['drop view nope', 1051],
  ['drop view every', 1347],
  ['drop database nope'],
  ['create database shop'],
  ['rename table nope to x'],
  ['rename table every to every'],
  ['alter table nope add a int'],
  ['alter table every drop nope'],
  ['alter table every drop key nope'],
  ['alter table every add i int'],
  ['alter table every rename column f to d'],
  ['alter table every change nope n int'],
  ['alter table every add n int after nope'],
  ['alter table every alter nope drop default'],
  ["alter table every alter bi set default 'x'"],
  ['alter table every add primary key (f)'],
  ['alter table every rename index nope to n'],
  ['alter view nope as select 1'],
  ['alter view every as select 1'],
  ['drop server nope'],
  ["drop user 'nope'"],
  ["alter user 'nope' identified by 'x'"],
];

describe('definitions beside MariaDB', () => {
  const session = new DefinitionSession();
  let server: MariaDb | undefined;
  let client: mysql.Connection;

  before(async function () {
    this.timeout(60_000);
    const started = await startMariaDb();
    if ('missing' in started) {
      console.warn(`skipped: ${started.missing}`);
      this.skip();
    }
    server = started;
    client = await mysql.createConnection({ port: started.port, user: 'root' });
    await client.query('create database shop');
    await client.query('use shop');
    await client.query(everyType);
    await session.run(everyType);
  });

  after(async () => {
    await client?.end();
    await server?.stop();
  });

  it('information_schema.COLUMNS says the same of every type', async () => {
    const [rows] = await client.query<mysql.RowDataPacket[]>(
      `select ${columns.join(', ')} from information_schema.columns where table_name = 'every' order by 2`,
    );
    const context = {
      catalog: session.catalog,
      access: fullAccess,
      statistics: () => undefined,
    } as Partial<MetadataContext>;
    const table = metadataTable('information_schema', 'COLUMNS')!;
    const ours = [...table.rows(context as MetadataContext)]
      .map((row) => Object.fromEntries(row.map((value, index) => [table.columns[index]!.name, value])))
      .filter((row) => row.TABLE_NAME === 'every')
      .map((row) => columns.map((name) => (typeof row[name] === 'bigint' ? Number(row[name]) : row[name])));
    const theirs = rows.map((row) =>
      columns.map((name) => {
        const value: unknown = row[name];
        if (name === 'COLUMN_DEFAULT') return bareDefault(value);
        return typeof value === 'string' && /TYPE|EXTRA|COLLATION/.test(name) ? asMysql(value) : value;
      }),
    );
    // MySQL marks defaults that are computed.
    const extra = columns.indexOf('EXTRA');
    for (const row of ours) row[extra] = String(row[extra]).replace(/DEFAULT_GENERATED ?/, '');
    assert.equal(ours.length, theirs.length);
    for (const [index, row] of ours.entries()) assert.deepEqual(row, theirs[index]);
  });

  it('SHOW CREATE TABLE has the same lines', async () => {
    const [rows] = await client.query<mysql.RowDataPacket[]>('show create table every');
    const theirs = asMysql(String(rows[0]!['Create Table']))
      .split('\n')
      // MariaDB prints numbers as defaults bare, MySQL in quotes; MySQL prints no DEFAULT NULL of a TEXT.
      .map((line) => line.replace(/ DEFAULT (-?\d[\d.]*)(?=[, ]|$)/, " DEFAULT '$1'"))
      .map((line) => (/`.*(text|blob) DEFAULT NULL/.test(line) ? line.replace(' DEFAULT NULL', '') : line));
    assert.deepEqual(createTableText(session.table('every'), undefined).split('\n'), theirs);
  });

  it('what the printed definition makes is the same to MariaDB', async () => {
    const text = createTableText(session.table('every'), undefined);
    await client.query(text.replace('`every`', '`again`').replaceAll(bytes, mariadbBytes));
    const list = async (table: string): Promise<unknown> => {
      const sql = `select ${columns.join(', ')} from information_schema.columns where table_name = ? order by 2`;
      return (await client.query(sql, [table]))[0];
    };
    assert.deepEqual(await list('again'), await list('every'));
    await client.query('drop table again');
  });

  for (const [statement, mysqlNumber] of definitions) {
    it(`refuse alike: ${statement}`, async () => {
      const theirs = await client.query(statement).then(
        () => 0,
        (error: { errno: number }) => error.errno,
      );
      const ours = Number((await session.fail(statement)).split(' ')[0]);
      assert.equal(ours, mysqlNumber ?? theirs);
      if (theirs === 0) await client.query('drop table if exists x');
    });
  }
});
