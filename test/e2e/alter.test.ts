/** ALTER TABLE that writes rows anew, beside other connections, interrupted, and over a restart. */
import assert from 'node:assert/strict';
import mysql, { type Connection, type ResultSetHeader } from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';

describe('e2e/alter', function () {
  this.timeout(90_000);
  let gateway: Gateway;
  let open: Connection[] = [];
  const flags = ['--bulk-rows', '500'];

  async function connect(user = 'root'): Promise<Connection> {
    const options = { host: '127.0.0.1', port: gateway.port, user, database: 'd' };
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

  async function check(connection: Connection, sql: string, expected: unknown): Promise<void> {
    assert.deepEqual(await run(connection, sql), expected, sql);
  }

  async function fill(connection: Connection, table: string, rows: number): Promise<void> {
    await connection.query(`CREATE TABLE ${table} (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20))`);
    const values = Array.from({ length: rows }, (_, at) => `('${at + 1}')`);
    await connection.query(`INSERT INTO ${table} (v) VALUES ${values.join(', ')}`);
  }

  before(async () => {
    gateway = await startGateway({ flags });
    const setup = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
    await setup.query('CREATE DATABASE d');
    await setup.end();
  });
  after(async () => {
    for (const connection of open) connection.destroy();
    await gateway.stop();
  });

  it('loses no row of those who write meanwhile', async () => {
    const admin = await connect();
    await fill(admin, 'busy', 2_000);
    const writers = await Promise.all([connect(), connect(), connect()]);
    let stopped = false;
    const acknowledged: number[] = [];
    const writing = writers.map(async (writer) => {
      while (!stopped) {
        const [result] = await writer.query<ResultSetHeader>("INSERT INTO busy (v) VALUES ('7')");
        acknowledged.push(result.insertId);
      }
    });
    for (const type of ['BIGINT', 'VARCHAR(30)', 'DECIMAL(20,1)', 'INT'])
      assert.equal(
        typeof (await run(admin, `ALTER TABLE busy MODIFY v ${type}, ADD c_${type.slice(0, 3)} INT`)),
        'number',
      );
    stopped = true;
    await Promise.all(writing);
    assert.ok(acknowledged.length > 0);
    const ids = new Set(((await run(admin, 'SELECT id FROM busy')) as [number][]).map(([id]) => id));
    assert.equal(ids.size, 2_000 + acknowledged.length);
    for (const id of acknowledged) assert.ok(ids.has(id), `acknowledged row ${id}`);
  });

  it('leaves the table as it was when it is killed', async () => {
    const [admin, killer] = [await connect(), await connect()];
    await fill(admin, 'killed', 20_000);
    const [[id]] = (await run(admin, 'SELECT CONNECTION_ID()')) as [[number]];
    const version = await run(admin, 'SELECT MAX(version) FROM tidegate.commits');
    const altering = run(admin, 'ALTER TABLE killed MODIFY v BIGINT');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await killer.query(`KILL QUERY ${id}`);
    const outcome = await altering;
    if (outcome === 'E1317') {
      await check(killer, 'SELECT MAX(version) FROM tidegate.commits', version);
      await check(killer, "SHOW COLUMNS FROM killed WHERE Field = 'v'", [
        ['v', 'varchar(20)', 'YES', '', null, ''],
      ]);
    } else assert.equal(outcome, 20_000);
    await check(killer, 'SELECT COUNT(*), SUM(v) FROM killed', [[20_000, 200_010_000]]);
    await check(killer, 'ALTER TABLE killed MODIFY v INT', 20_000);
    await check(killer, 'SELECT v FROM killed WHERE id = 20000', [[20_000]]);
  });

  it('ends transactions that have changed the table, and not those that have read it', async () => {
    const [admin, writer, reader] = [await connect(), await connect(), await connect()];
    await fill(admin, 'held', 3);
    await writer.query('BEGIN');
    await writer.query("UPDATE held SET v = '9' WHERE id = 1");
    await reader.query('BEGIN');
    await check(reader, 'SELECT v FROM held WHERE id = 1', [['1']]);
    const execute = (): Promise<unknown> =>
      admin
        .execute({ sql: 'SELECT v FROM held WHERE id = ?', rowsAsArray: true }, [2])
        .then(([rows]) => rows);
    assert.deepEqual(await execute(), [['2']]);
    await check(admin, 'ALTER TABLE held MODIFY v INT', 3);
    assert.deepEqual(await execute(), [[2]]);
    await check(writer, 'COMMIT', 'E1412');
    await check(reader, 'COMMIT', 0);
    await check(admin, 'SELECT * FROM held', [
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('never shows a snapshot of before the new table without rows', async () => {
    const [admin, reader, late] = [await connect(), await connect(), await connect()];
    await fill(admin, 'snapped', 3);
    await reader.query('BEGIN');
    await check(reader, 'SELECT COUNT(*) FROM snapped', [[3]]);
    await check(admin, 'ALTER TABLE snapped MODIFY v INT', 3);
    for (const sql of [
      'SELECT * FROM snapped',
      'SELECT v FROM snapped WHERE id = 1',
      'SELECT v FROM snapped WHERE id = 99',
      'SELECT v FROM snapped WHERE id BETWEEN 1 AND 2',
      'UPDATE snapped SET v = 0',
      'DELETE FROM snapped WHERE id = 1',
    ])
      await check(reader, sql, 'E1412');
    await check(reader, 'COMMIT', 0);
    await check(reader, 'SELECT COUNT(*), CAST(SUM(v) AS SIGNED) FROM snapped', [[3, 6]]);
    await late.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await late.query('BEGIN');
    await check(late, 'SELECT COUNT(*) FROM snapped', [[3]]);
    await check(admin, 'ALTER TABLE snapped MODIFY v BIGINT', 3);
    await check(late, 'SELECT COUNT(*) FROM snapped', [[3]]);
    await check(late, 'COMMIT', 0);
  });

  it('asks for ALTER, CREATE and INSERT and no more, and keeps grants and views', async () => {
    const admin = await connect();
    await fill(admin, 'granted', 2);
    await admin.query('CREATE VIEW granted_v AS SELECT id, v FROM granted');
    await admin.query('CREATE USER alterer');
    await admin.query('GRANT ALTER, CREATE, INSERT ON d.granted TO alterer');
    const alterer = await connect('alterer');
    await check(alterer, 'SELECT * FROM granted', 'E1142');
    await check(alterer, 'ALTER TABLE granted MODIFY v INT NOT NULL, ADD CHECK (v < 10)', 2);
    await check(alterer, "INSERT INTO granted (v) VALUES ('5')", 1);
    await check(admin, 'SELECT * FROM granted_v', [
      [1, 1],
      [2, 2],
      [3, 5],
    ]);
  });

  it('stands after a restart, with what was before it', async () => {
    const admin = await connect();
    await fill(admin, 'kept', 1_000);
    const [[before]] = (await run(admin, 'SELECT MAX(version) FROM tidegate.commits')) as [[number]];
    await check(admin, 'ALTER TABLE kept MODIFY v INT, ADD w INT DEFAULT 3', 1_000);
    await check(admin, 'ALTER TABLE kept AUTO_INCREMENT = 5000', 0);
    await check(admin, 'UPDATE kept SET w = 4 WHERE id = 10', 1);
    await check(admin, 'ALTER TABLE kept DROP PRIMARY KEY, ADD PRIMARY KEY (id, v)', 1_000);
    for (const connection of open) connection.destroy();
    open = [];
    await gateway.stop({ keep: true });
    gateway = await startGateway({ directory: gateway.directory, flags });
    const again = await connect();
    await check(again, 'SELECT * FROM kept WHERE id = 10 AND v = 10', [[10, 10, 4]]);
    await check(again, 'SELECT COUNT(*), SUM(v), SUM(w) FROM kept', [[1_000, '500500', '3001']]);
    await check(again, `SELECT * FROM kept AS OF VERSION ${before} WHERE id = 10`, [[10, '10']]);
    await check(again, `SELECT COUNT(*) FROM kept AS OF VERSION ${Number(before) + 1} WHERE w = 3`, [
      [1_000],
    ]);
    await check(again, 'INSERT INTO kept (v) VALUES (1)', 1);
    await check(again, 'SELECT MAX(id) FROM kept', [[5_000]]);
  });
});
