/** Temporary tables over real connections: whose they are, how long, how much, and who may make them. */
import assert from 'node:assert/strict';
import mysql, { type Connection, type ResultSetHeader } from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';

describe('e2e/temporary tables', function () {
  this.timeout(60_000);
  let gateway: Gateway;
  const open: Connection[] = [];

  async function connect(user = 'root', database = 'd'): Promise<Connection> {
    const options = { host: '127.0.0.1', port: gateway.port, user, database, multipleStatements: true };
    const connection = await mysql.createConnection(options);
    connection.on('error', () => undefined);
    open.push(connection);
    return connection;
  }

  /** Rows, the number of affected rows, or `E` and the error's number. */
  async function run(connection: Connection, sql: string): Promise<unknown> {
    try {
      const [result] = await connection.query({ sql, rowsAsArray: true });
      return Array.isArray(result) ? result : (result as ResultSetHeader).affectedRows;
    } catch (error) {
      return `E${(error as { errno?: number }).errno}`;
    }
  }

  async function check(connection: Connection, expected: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [sql, answer] of Object.entries(expected))
      assert.deepEqual(await run(connection, sql), answer, sql);
  }

  before(async () => {
    gateway = await startGateway({ flags: ['--temporary-table-bytes', '100k', '--bulk-rows', '200'] });
    const setup = await connect('root', '');
    await setup.query(
      'CREATE DATABASE d; CREATE TABLE d.p (id INT PRIMARY KEY, v INT); INSERT INTO d.p VALUES (1, 1)',
    );
    await setup.query(
      'CREATE USER maker; GRANT CREATE TEMPORARY TABLES ON d.* TO maker; CREATE USER reader; GRANT SELECT ON d.p TO reader; CREATE VIEW d.pv AS SELECT * FROM d.p; GRANT SELECT ON d.pv TO maker',
    );
  });
  after(async () => {
    for (const connection of open) connection.destroy();
    await gateway.stop();
  });

  it('belong to their session, until it is reset or ends', async () => {
    const [a, b] = [await connect(), await connect()];
    await check(a, {
      'CREATE TEMPORARY TABLE t (id INT PRIMARY KEY)': 0,
      'INSERT INTO t VALUES (1), (2)': 2,
    });
    await check(b, {
      'SELECT * FROM t': 'E1146',
      'CREATE TEMPORARY TABLE t (x INT)': 0,
      'SELECT x FROM t': [],
    });
    await check(a, { 'SELECT COUNT(*) FROM t': [[2]] });
    await a.changeUser({ user: 'root', database: 'd' });
    await check(a, { 'SELECT * FROM t': 'E1146' });
  });

  it('are planned anew on a connection that has changed its user', async () => {
    const a = await connect();
    for (const value of [1, 2]) {
      await check(a, {
        'CREATE TEMPORARY TABLE again (id INT PRIMARY KEY, v INT)': 0,
        [`INSERT INTO again VALUES (1, ${value})`]: 1,
        'SELECT * FROM again': [[1, value]],
        'SELECT v FROM again WHERE id = 1': [[value]],
      });
      await a.changeUser({ user: 'root', database: 'd' });
    }
  });

  it('make no version and stand in no metadata', async () => {
    const a = await connect();
    const before = await run(a, 'SELECT MAX(version) FROM tidegate.commits');
    await check(a, {
      'CREATE TEMPORARY TABLE shadow (id INT PRIMARY KEY AUTO_INCREMENT, v INT)': 0,
      'INSERT INTO shadow (v) VALUES (1), (2)': 2,
      'SELECT MAX(version) FROM tidegate.commits': before,
      "SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 'shadow'": [[0]],
      "SHOW TABLES LIKE 'shadow'": [],
      'SHOW KEYS FROM shadow WHERE Non_unique = 1': [],
      'SELECT * FROM shadow AS OF VERSION 1': 'E50003',
      'SELECT * FROM shadow CHANGES SINCE VERSION 1': 'E50003',
    });
    const create = (await run(a, 'SHOW CREATE TABLE shadow')) as [[string, string]];
    assert.match(create[0][1], /^CREATE TEMPORARY TABLE `shadow` \(\n {2}`id` int NOT NULL AUTO_INCREMENT/);
  });

  it('are seen by statements that were prepared before and after them', async () => {
    const a = await connect();
    const read = async (id: number): Promise<unknown> => {
      const [rows] = await a.execute({ sql: 'SELECT v FROM p WHERE id = ?', rowsAsArray: true }, [id]);
      return rows;
    };
    assert.deepEqual(await read(1), [[1]]);
    await check(a, {
      'CREATE TEMPORARY TABLE p (id INT PRIMARY KEY, v INT)': 0,
      'INSERT INTO p VALUES (1, 99)': 1,
    });
    assert.deepEqual(await read(1), [[99]]);
    await check(a, { 'SELECT v FROM pv WHERE id = 1': [[1]], 'DROP TEMPORARY TABLE p': 0 });
    assert.deepEqual(await read(1), [[1]]);
  });

  it('hold what the limit allows', async () => {
    const a = await connect();
    const values = Array.from({ length: 1_000 }, (_, id) => `(${id}, 'some text that fills the table')`);
    await check(a, { 'CREATE TEMPORARY TABLE big (id INT PRIMARY KEY, v VARCHAR(50))': 0 });
    await check(a, {
      [`INSERT INTO big VALUES ${values.join(', ')}`]: 'E1114',
      'SELECT COUNT(*) FROM big': [[0]],
    });
    await check(a, { [`INSERT INTO big VALUES ${values.slice(0, 300).join(', ')}`]: 300 });
    await check(a, {
      'SELECT COUNT(*), MAX(id) FROM big': [[300, 299]],
      'DELETE FROM big': 300,
      [`INSERT INTO big VALUES ${values.slice(0, 600).join(', ')}`]: 600,
      "UPDATE big SET v = 'SOME TEXT THAT FILLS THE TABLE'": 600,
    });
  });

  it('take one privilege, and then their maker may do everything with them', async () => {
    const maker = await connect('maker');
    await check(maker, {
      'CREATE TABLE q (id INT PRIMARY KEY)': 'E1142',
      'CREATE TEMPORARY TABLE mine (id INT PRIMARY KEY, v INT)': 0,
      'INSERT INTO mine VALUES (1, 1)': 1,
      'UPDATE mine SET v = 2': 1,
      'SELECT * FROM mine': [[1, 2]],
      'ALTER TABLE mine ADD w INT': 0,
      'DELETE FROM mine': 1,
      'SELECT * FROM p': 'E1142',
      'SELECT * FROM pv': [[1, 1]],
      'DROP TABLE mine': 0,
      'DROP TABLE p': 'E1142',
    });
    const columns = (await run(
      maker,
      'CREATE TEMPORARY TABLE m2 (a INT); SHOW COLUMNS FROM m2',
    )) as unknown[][];
    assert.deepEqual(columns[1], [['a', 'int', 'YES', '', null, '']]);
    await check(await connect('reader', ''), { 'CREATE TEMPORARY TABLE d.mine (id INT)': 'E1044' });
  });
});
