/**
 * What clients are told of columns: the same by every way to ask (text, prepared, executed; by key and by scan),
 * and of stored columns what MariaDB tells, to the bit.
 */
import assert from 'node:assert/strict';
import mysql, { type Connection, type FieldPacket } from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';

const columns: readonly (readonly [name: string, type: string])[] = [
  ['ti', 'TINYINT'],
  ['tb', 'TINYINT(1)'],
  ['tu', 'TINYINT UNSIGNED'],
  ['si', 'SMALLINT'],
  ['mi', 'MEDIUMINT'],
  ['i', 'INT'],
  ['iu', 'INT UNSIGNED'],
  ['bi', 'BIGINT'],
  ['bu', 'BIGINT UNSIGNED'],
  ['f', 'FLOAT'],
  ['d', 'DOUBLE'],
  ['de', 'DECIMAL(10,2)'],
  ['de0', 'DECIMAL(5,0)'],
  ['du', 'DECIMAL(10,2) UNSIGNED'],
  ['da', 'DATE'],
  ['dt', 'DATETIME'],
  ['dt3', 'DATETIME(3)'],
  ['t', 'TIME'],
  ['t2', 'TIME(2)'],
  ['y', 'YEAR'],
  ['c', 'CHAR(5)'],
  ['v', 'VARCHAR(20)'],
  ['tt', 'TINYTEXT'],
  ['tx', 'TEXT'],
  ['mt', 'MEDIUMTEXT'],
  ['lt', 'LONGTEXT'],
  ['b', 'BINARY(4)'],
  ['vb', 'VARBINARY(20)'],
  ['bl', 'BLOB'],
  ['lb', 'LONGBLOB'],
  ['en', "ENUM('a','bcd')"],
  ['se', "SET('a','bcd')"],
  ['bt', 'BIT(9)'],
];

const list = (suffix: string): string => columns.map(([name, type]) => `${name} ${type}${suffix}`).join(', ');

const definitions = [
  `CREATE TABLE a (id INT NOT NULL, ${list('')}, PRIMARY KEY (id), KEY second (i, v), KEY third (v))`,
  `CREATE TABLE n (id BIGINT NOT NULL AUTO_INCREMENT, k VARCHAR(10) NOT NULL DEFAULT 'x', ${list(' NOT NULL')}, PRIMARY KEY (id, k))`,
  'CREATE TABLE j (id INT NOT NULL PRIMARY KEY, js JSON, ts TIMESTAMP(3) NULL)',
  'CREATE VIEW w AS SELECT id, v, k, n.i + 1 AS x FROM n',
];

/** Names of stored columns and how they come out of queries: MariaDB tells the same of them. */
const stored = [
  'SELECT * FROM a',
  'SELECT * FROM n',
  'SELECT id AS other, v FROM a AS q',
  'SELECT a.i, n.i FROM a JOIN n ON a.id = n.id',
  'SELECT a.i, n.i, n.v FROM a LEFT JOIN n ON a.id = n.id',
  'SELECT id, v, k FROM w',
];

/** Queries of which every way to ask must tell the same; the last ones by the whole key and a part of it. */
const queries = [
  ...stored,
  'SELECT * FROM j',
  'SELECT x, u.v AS z FROM w AS u',
  'SELECT q.v FROM (SELECT v FROM w) AS q',
  'SELECT q.i, q.v FROM (SELECT i, v FROM n) AS q',
  "SELECT 1, -1, 1.5, 1e0, NULL, TRUE, \"text\", x'41', DATE'2020-01-01', TIMESTAMP'2020-01-01 00:00:00.5'",
  'SELECT i + 1, i / 3, de * 2, f + 1, -bu, i = 1, NOT i, i IS NULL, v LIKE "a%", i & 1 FROM a',
  'SELECT CONCAT(v, i), UPPER(c), SUBSTRING(tx, 2), HEX(v), LENGTH(v), REPLACE(v, "a", "bb"), QUOTE(v) FROM a',
  'SELECT NOW(), CURDATE(), dt + INTERVAL 1 DAY, TIMEDIFF(dt, dt), DATE_FORMAT(dt, "%Y"), UNIX_TIMESTAMP(dt3) FROM a',
  'SELECT IF(i, 1, 2), IFNULL(v, ""), COALESCE(i, iu), CASE WHEN i THEN 1 END, CAST(v AS DECIMAL(8,3)) FROM a',
  'SELECT COUNT(*), SUM(i), SUM(d), AVG(de), MIN(v), MAX(dt), GROUP_CONCAT(v), STD(i), BIT_OR(i) FROM a',
  'SELECT ROW_NUMBER() OVER (), SUM(i) OVER (ORDER BY id), LAG(v) OVER (ORDER BY id) FROM n',
  'SELECT JSON_EXTRACT(js, "$.a"), js->>"$.b", JSON_OBJECT("a", id) FROM j',
  'SELECT id, v FROM a UNION SELECT bi, tx FROM n',
  'SELECT (SELECT MAX(i) FROM n), EXISTS (SELECT 1 FROM n), id IN (SELECT id FROM n) FROM a',
  'WITH c AS (SELECT id, COUNT(*) AS many FROM a GROUP BY id) SELECT * FROM c',
  'SELECT @@autocommit, @@sql_mode, DATABASE(), USER(), CONNECTION_ID()',
  'SHOW TABLES',
  'SHOW COLUMNS FROM a',
];

interface Facts {
  readonly type: number;
  readonly charset: number;
  readonly length: number;
  readonly flags: number;
  readonly decimals: number;
  readonly names: string;
}

function factsOf(field: FieldPacket): Facts {
  const wire = field as unknown as Record<string, number> & Record<string, string>;
  return {
    type: wire.columnType!,
    charset: wire.characterSet!,
    length: wire.columnLength!,
    flags: wire.flags!,
    decimals: wire.decimals!,
    names: [wire.schema, wire.orgTable, wire.table, wire.orgName, wire.name].join('.'),
  };
}

async function asked(connection: Connection, sql: string): Promise<Facts[]> {
  const [, fields] = await connection.query(sql);
  return fields.map(factsOf);
}

async function prepared(connection: Connection, sql: string): Promise<{ head: Facts[]; rows: Facts[] }> {
  const statement = await connection.prepare(sql);
  const { columns: described } = (statement as unknown as { statement: { columns: FieldPacket[] } })
    .statement;
  const [, fields] = await statement.execute([]);
  await statement.close();
  return { head: described.map(factsOf), rows: (fields as unknown as FieldPacket[]).map(factsOf) };
}

async function connected(port: number): Promise<Connection> {
  const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
  await connection.query('CREATE DATABASE meta');
  await connection.query('USE meta');
  for (const definition of definitions) await connection.query(definition);
  return connection;
}

describe('metadata of results', function () {
  this.timeout(60_000);
  let gateway: Gateway;
  let ours: Connection;

  before(async () => {
    gateway = await startGateway();
    ours = await connected(gateway.port);
  });
  after(async () => {
    await ours.end();
    await gateway.stop();
  });

  it('is the same as text, prepared and executed', async () => {
    for (const sql of queries) {
      const text = await asked(ours, sql);
      const { head, rows } = await prepared(ours, sql);
      assert.deepEqual(head, text, `prepared: ${sql}`);
      assert.deepEqual(rows, text, `executed: ${sql}`);
    }
  });

  it('is the same by key and by scan', async () => {
    const items = [
      ...columns.map(([name]) => name),
      'id',
      'i + 1',
      'de / 3',
      'CONCAT(v, "x")',
      'IFNULL(i, 0)',
      'i IS NULL',
      'NOW()',
      'CAST(v AS CHAR(3))',
    ];
    for (const [table, key] of [
      ['a', 'id = 1'],
      ['n', "id = 1 AND k = 'x'"],
    ] as const) {
      const sql = `SELECT ${items.join(', ')} FROM ${table}`;
      assert.deepEqual(await asked(ours, `${sql} WHERE ${key}`), await asked(ours, sql), sql);
      assert.deepEqual(await asked(ours, `${sql} WHERE id >= 1 ORDER BY id LIMIT 2`), await asked(ours, sql));
    }
  });

  it('tells what is computed from what is stored', async () => {
    const binary = 0x80;
    const notNull = 0x01;
    const [one, sum, column] = await asked(ours, 'SELECT 1, i + 1, i FROM a');
    assert.deepEqual([one!.flags, sum!.flags, column!.flags], [notNull | binary, binary, 0x4008]);
  });

  it('of stored columns is what MariaDB tells', async function () {
    const started: MariaDb | { readonly missing: string } = await startMariaDb();
    if ('missing' in started) {
      console.log(`      skipped: ${started.missing}`);
      this.skip();
    }
    const theirs = await connected(started.port);
    try {
      // MariaDB says of strings that compare by bytes that they are binary; MySQL's default collation is none of these.
      const told = (facts: Facts): Facts => {
        const text = facts.charset === 63 ? 0 : 0x80;
        return { ...facts, charset: facts.charset === 63 ? 63 : 0, flags: facts.flags & ~text };
      };
      for (const sql of stored) {
        assert.deepEqual((await asked(ours, sql)).map(told), (await asked(theirs, sql)).map(told), sql);
      }
    } finally {
      await theirs.end();
      await started.stop();
    }
  });
});
