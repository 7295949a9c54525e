/** The error numbers of plans.json where MariaDB has the same statement: they are the database's, not ours. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import mysql from 'mysql2/promise';
import { startMariaDb } from '../../support/mariadb.ts';

interface Case {
  readonly comment: string;
  readonly query: string;
  readonly error?: number;
  readonly mariadb?: boolean;
}

const cases = JSON.parse(readFileSync(new URL('./plans.json', import.meta.url), 'utf8')) as readonly Case[];

const schema = [
  'CREATE DATABASE shop',
  'USE shop',
  'CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(50), age INT, created DATETIME, balance DECIMAL(10,2), doc JSON, email VARCHAR(80))',
  'CREATE TABLE orders (id BIGINT PRIMARY KEY, user_id INT, total DECIMAL(12,2), placed DATETIME(6))',
  'CREATE TABLE order_lines (order_id BIGINT, line INT, item VARCHAR(20), qty INT NOT NULL DEFAULT 1, PRIMARY KEY (order_id, line))',
  'CREATE TABLE codes (code VARCHAR(20) PRIMARY KEY, label VARCHAR(40))',
];

/** MariaDB groups these differently: it has no functional dependence and one error for both forms. */
const groupErrors = new Set([1055, 1140]);
/** MariaDB's numbers for what MySQL 8.0 numbers otherwise. */
const renumbered: Readonly<Record<number, number>> = { 1630: 1305, 4078: 1241 };

describe('error numbers against MariaDB', () => {
  let connection: mysql.Connection | undefined;
  let stop: (() => Promise<void>) | undefined;

  before(async function () {
    const server = await startMariaDb();
    if ('missing' in server) {
      console.warn(`error numbers against MariaDB: skipped, ${server.missing}`);
      this.skip();
    }
    stop = server.stop;
    connection = await mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
    for (const statement of schema) await connection.query(statement);
  });

  after(async () => {
    await connection?.end();
    await stop?.();
  });

  for (const each of cases) {
    if (each.mariadb !== true) continue;
    it(`${each.comment}: ${each.query}`, async () => {
      let errno = 0;
      try {
        await connection!.query(each.query);
      } catch (error) {
        if (error instanceof Error && 'errno' in error && typeof error.errno === 'number')
          errno = error.errno;
      }
      const expected = each.error!;
      if (groupErrors.has(expected)) assert.ok(groupErrors.has(errno), `${errno}`);
      else assert.equal(renumbered[errno] ?? errno, expected);
    });
  }
});
