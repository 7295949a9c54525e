/** DDL beside other statements, and what of it a restart finds. */
import assert from 'node:assert/strict';
import mysql, { type Connection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';

describe('e2e/ddl-races', function () {
  this.timeout(60_000);
  let gateway: Gateway;
  const open: Connection[] = [];

  async function connect(): Promise<Connection> {
    const { port } = gateway;
    const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root', database: 'r' });
    connection.on('error', () => undefined);
    open.push(connection);
    return connection;
  }

  async function restart(): Promise<void> {
    for (const connection of open.splice(0)) connection.destroy();
    await gateway.stop({ keep: true });
    gateway = await startGateway({ directory: gateway.directory });
  }

  const insertId = async (connection: Connection, sql: string): Promise<number> =>
    (await connection.query<ResultSetHeader>(sql))[0].insertId;

  before(async () => {
    gateway = await startGateway();
    const setup = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
    await setup.query('CREATE DATABASE r');
    await setup.end();
  });
  after(async () => {
    for (const connection of open) connection.destroy();
    await gateway.stop();
  });

  it('keeps AUTO_INCREMENT = n through a restart', async () => {
    let connection = await connect();
    const columns = '(id INT AUTO_INCREMENT PRIMARY KEY, v INT)';
    await connection.query(`CREATE TABLE a ${columns} AUTO_INCREMENT = 1000`);
    await connection.query(`CREATE TABLE b ${columns}`);
    await connection.query('ALTER TABLE b AUTO_INCREMENT = 50');
    await restart();
    connection = await connect();
    assert.equal(await insertId(connection, 'INSERT INTO a (v) VALUES (1)'), 1000);
    assert.equal(await insertId(connection, 'INSERT INTO b (v) VALUES (1)'), 50);
  });

  it('numbers the rows of CREATE TABLE … SELECT from AUTO_INCREMENT = n, and anew after a failed one', async () => {
    const connection = await connect();
    const columns = '(id INT AUTO_INCREMENT PRIMARY KEY, v INT NOT NULL)';
    const two = 'SELECT 1 AS v UNION ALL SELECT 2';
    await connection.query(`CREATE TABLE filled ${columns} AUTO_INCREMENT = 7 ${two}`);
    const [rows] = await connection.query<RowDataPacket[]>('SELECT id FROM filled ORDER BY id');
    assert.deepEqual(
      rows.map(({ id }) => id),
      [7, 8],
    );
    await assert.rejects(
      connection.query(`CREATE TABLE failed ${columns} AUTO_INCREMENT = 7 ${two} UNION ALL SELECT NULL`),
    );
    await connection.query(`CREATE TABLE next ${columns}`);
    assert.equal(await insertId(connection, 'INSERT INTO next (v) VALUES (1)'), 1);
  });

  it('writes by the table as it is once an ALTER lets them', async () => {
    const [a, b, c] = [await connect(), await connect(), await connect()];
    await a.query('CREATE TABLE w (id INT PRIMARY KEY, v INT)');
    await a.query('INSERT INTO w VALUES (1, 1)');
    for (let round = 0; round < 5; round++) {
      const column = `c${round}`;
      await Promise.all([
        a.query(`ALTER TABLE w ADD COLUMN ${column} INT DEFAULT 5`),
        b.query(`INSERT INTO w (id, v) VALUES (${10 + round}, 1) ON DUPLICATE KEY UPDATE v = v + 1`),
        c.query('UPDATE w SET v = v + 1 WHERE id = 1'),
        c.query(`REPLACE INTO w (id, v) VALUES (${20 + round}, 2)`),
      ]);
    }
    const [rows] = await a.query<RowDataPacket[]>('SELECT id, v, c4 FROM w ORDER BY id');
    assert.equal(rows.length, 11);
    assert.deepEqual(
      rows.map(({ id, v, c4 }) => [id, v, c4]),
      [
        [1, 6, 5],
        ...[10, 11, 12, 13, 14].map((id) => [id, 1, 5]),
        ...[20, 21, 22, 23, 24].map((id) => [id, 2, 5]),
      ],
    );
  });
});
