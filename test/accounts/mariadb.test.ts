/** The same accounts and statements against the gateway and a real MariaDB: the error numbers agree. */
import { strict as assert } from 'node:assert';
import mysql, { type Connection } from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';

const setup = [
  'CREATE DATABASE shop',
  'CREATE TABLE shop.users (id INT PRIMARY KEY, name VARCHAR(20), salary INT)',
  'CREATE TABLE shop.orders (id INT PRIMARY KEY, user_id INT)',
  "INSERT INTO shop.users VALUES (1, 'Ada', 10), (2, 'Bo', 20)",
  'CREATE VIEW shop.names AS SELECT id, name FROM shop.users',
  'CREATE SQL SECURITY INVOKER VIEW shop.own AS SELECT id, salary FROM shop.users',
  "CREATE USER u@'%' IDENTIFIED BY 'x'",
  "GRANT SELECT (id, name), UPDATE (name), INSERT (id, name) ON shop.users TO u@'%'",
  "GRANT SELECT ON shop.names TO u@'%'",
  "GRANT SELECT ON shop.own TO u@'%'",
  "GRANT SELECT, INSERT ON shop.orders TO u@'%' WITH GRANT OPTION",
];

/** What `u` tries; MariaDB is asked first. */
const statements = [
  'SELECT id, name FROM shop.users',
  'SELECT COUNT(*) FROM shop.users',
  'SELECT 1 FROM shop.users',
  'SELECT * FROM shop.users',
  'SELECT salary FROM shop.users',
  'SELECT id FROM shop.users WHERE salary > 1',
  'SELECT id FROM shop.users ORDER BY salary',
  'SELECT u.id FROM shop.users u JOIN shop.orders o ON o.user_id = u.salary',
  'SELECT (SELECT MAX(salary) FROM shop.users)',
  'SELECT * FROM shop.names',
  'SELECT * FROM shop.own',
  'SELECT * FROM shop.missing',
  'SELECT * FROM missing.t',
  "UPDATE shop.users SET name = 'x' WHERE id = 1",
  'UPDATE shop.users SET salary = 1 WHERE id = 1',
  "UPDATE shop.users SET name = 'x' WHERE salary = 1",
  'UPDATE shop.users SET name = salary',
  'UPDATE shop.orders SET user_id = 1',
  'UPDATE shop.names SET name = NULL',
  "INSERT INTO shop.users (id, name) VALUES (10, 'x')",
  'INSERT INTO shop.users (id, salary) VALUES (11, 1)',
  "INSERT INTO shop.users VALUES (12, 'x', 1)",
  'INSERT INTO shop.orders SELECT id, salary FROM shop.users',
  'INSERT INTO shop.orders SELECT id + 100, id FROM shop.users',
  "INSERT INTO shop.names VALUES (20, 'x')",
  "REPLACE INTO shop.users (id, name) VALUES (10, 'x')",
  "INSERT INTO shop.users (id, name) VALUES (10, 'y') ON DUPLICATE KEY UPDATE name = 'y'",
  'INSERT INTO shop.users (id) VALUES (10) ON DUPLICATE KEY UPDATE salary = 1',
  'DELETE FROM shop.users WHERE id = 10',
  'DELETE FROM shop.orders',
  'TRUNCATE TABLE shop.orders',
  'DROP TABLE shop.orders',
  'DROP VIEW shop.names',
  'ALTER TABLE shop.orders ADD COLUMN x INT',
  'CREATE INDEX i ON shop.orders (user_id)',
  'CREATE TABLE shop.t (id INT PRIMARY KEY)',
  'CREATE VIEW shop.v AS SELECT 1',
  'RENAME TABLE shop.orders TO shop.x',
  'CREATE DATABASE mine',
  'DROP DATABASE shop',
  'USE shop',
  'USE mysql',
  'SHOW COLUMNS FROM shop.users',
  'SHOW CREATE TABLE shop.orders',
  'SHOW CREATE VIEW shop.names',
  'SHOW TABLES FROM mysql',
  'SELECT * FROM mysql.user',
  "CREATE USER v IDENTIFIED BY 'x'",
  'DROP USER u',
  'RENAME USER u TO w',
  'FLUSH TABLES',
  'GRANT SELECT ON shop.orders TO u',
  'GRANT DELETE ON shop.orders TO u',
  'GRANT SELECT ON shop.* TO u',
  'GRANT SELECT ON *.* TO u',
  'GRANT SELECT (salary) ON shop.users TO u',
  'REVOKE INSERT ON shop.orders FROM u',
  'REVOKE DELETE ON shop.orders FROM u',
  'SHOW GRANTS',
  'SHOW GRANTS FOR root',
  "SET PASSWORD FOR root = PASSWORD('x')",
  'SET GLOBAL max_connections = 100',
];

/** Where they differ on purpose, with MariaDB's number. */
const different: Readonly<Record<string, number>> = {
  // MariaDB asks for SELECT and UPDATE of the key too; MySQL for the columns that are set.
  "INSERT INTO shop.users (id, name) VALUES (10, 'y') ON DUPLICATE KEY UPDATE name = 'y'": 1143,
};

async function errnoOf(connection: Connection, sql: string): Promise<number> {
  try {
    await connection.query(sql);
    return 0;
  } catch (error) {
    return (error as { errno: number }).errno;
  }
}

describe('accounts: compared with MariaDB', () => {
  let gateway: Gateway | undefined;
  let mariadb: MariaDb | undefined;
  const connections: Connection[] = [];

  const connect = async (port: number, user: string, password?: string): Promise<Connection> => {
    const connection = await mysql.createConnection({
      host: '127.0.0.1',
      port,
      user,
      ...(password === undefined ? {} : { password }),
    });
    connections.push(connection);
    return connection;
  };

  before(async function () {
    const started = await startMariaDb();
    if ('missing' in started) {
      process.stdout.write(`      skipped: ${started.missing}\n`);
      this.skip();
    }
    mariadb = started;
    gateway = await startGateway();
    for (const port of [mariadb.port, gateway.port]) {
      const root = await connect(port, 'root');
      for (const sql of setup) await root.query(sql);
    }
  });
  after(async () => {
    for (const connection of connections) await connection.end();
    await gateway?.stop();
    await mariadb?.stop();
  });

  it('refuses the same statements with the same numbers', async () => {
    const theirs = await connect(mariadb!.port, 'u', 'x');
    const ours = await connect(gateway!.port, 'u', 'x');
    const found: Record<string, readonly [theirs: number, ours: number]> = {};
    for (const sql of statements) {
      const pair = [await errnoOf(theirs, sql), await errnoOf(ours, sql)] as const;
      if (pair[0] !== pair[1] && different[sql] !== pair[0]) found[sql] = pair;
    }
    assert.deepEqual(found, {});
  });
});
