/** Transactions, history and event time over real connections, on tables with and without the online tier. */
import assert from 'node:assert/strict';
import mysql, { type Connection, type ResultSetHeader } from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';

type Answer = unknown[][] | number | string;

describe('e2e/isolation', function () {
  this.timeout(60_000);
  let gateway: Gateway;
  const open: Connection[] = [];

  async function connect(database?: string): Promise<Connection> {
    const connection = await mysql.createConnection({
      host: '127.0.0.1',
      port: gateway.port,
      user: 'root',
      dateStrings: true,
      ...(database === undefined ? {} : { database }),
    });
    connection.on('error', () => undefined);
    open.push(connection);
    return connection;
  }

  /** Rows, the number of affected rows, or `E` and the error's number. */
  async function run(connection: Connection, sql: string): Promise<Answer> {
    try {
      const [result] = await connection.query({ sql, rowsAsArray: true });
      return Array.isArray(result) ? (result as unknown[][]) : (result as ResultSetHeader).affectedRows;
    } catch (error) {
      return `E${(error as { errno?: number }).errno}`;
    }
  }

  async function check(connection: Connection, sql: string, expected: Answer): Promise<void> {
    assert.deepEqual(await run(connection, sql), expected, sql);
  }

  async function lastVersion(connection: Connection): Promise<number> {
    const rows = (await run(connection, 'SELECT MAX(version) FROM tidegate.commits')) as [[number]];
    return Number(rows[0][0]);
  }

  before(async () => {
    gateway = await startGateway();
    const setup = await connect();
    await setup.query('CREATE DATABASE tx');
  });
  after(async () => {
    for (const connection of open) connection.destroy();
    await gateway.stop();
  });

  for (const option of ['ONLINE = ON', 'ONLINE = OFF']) {
    const t = option.endsWith('ON') ? 'online_t' : 'offline_t';

    it(`reads repeatably, sees its own writes and refuses conflicts (${option})`, async () => {
      const [a, b, c] = [await connect('tx'), await connect('tx'), await connect('tx')];
      await check(c, `CREATE TABLE ${t} (id INT, g INT, v INT, PRIMARY KEY (id, g)) ${option}`, 0);
      await check(c, `INSERT INTO ${t} VALUES (1,1,10), (2,1,20), (2,2,30)`, 3);
      for (const flushed of [false, true]) {
        if (flushed) await run(c, 'FLUSH TABLES');
        const count = flushed ? 4 : 3;
        await run(a, 'START TRANSACTION');
        await check(a, `SELECT v FROM ${t} WHERE id = 1 AND g = 1`, [[flushed ? 11 : 10]]);
        await check(b, `UPDATE ${t} SET v = v + 1 WHERE id = 1`, 1);
        await check(b, `INSERT INTO ${t} VALUES (9, ${flushed ? 1 : 2}, 1)`, 1);
        await check(b, `DELETE FROM ${t} WHERE id = 2 AND g = 2`, 1);
        for (const again of [false, true]) {
          if (again) await run(c, 'FLUSH TABLES');
          await check(a, `SELECT v FROM ${t} WHERE id = 1 AND g = 1`, [[flushed ? 11 : 10]]);
          await check(a, `SELECT g, v FROM ${t} WHERE id = 2 ORDER BY g`, [
            [1, 20],
            [2, 30],
          ]);
          await check(a, `SELECT COUNT(*) FROM ${t} WHERE v >= 0`, [[count]]);
        }
        const conflict = [await run(a, `UPDATE ${t} SET v = 0 WHERE id = 1`), await run(a, 'COMMIT')];
        assert.ok(conflict.includes('E1213'), String(conflict));
        await run(a, 'ROLLBACK');
        await check(b, `INSERT INTO ${t} VALUES (2, 2, 30)`, 1);

        await run(a, 'BEGIN');
        await check(a, `INSERT INTO ${t} VALUES (5,1,50), (2,3,33)`, 2);
        await check(a, `UPDATE ${t} SET v = 21 WHERE id = 2 AND g = 1`, 1);
        await check(a, `DELETE FROM ${t} WHERE id = 1`, 1);
        const own = async (): Promise<void> => {
          await check(a, `SELECT v FROM ${t} WHERE id = 5 AND g = 1`, [[50]]);
          await check(a, `SELECT v FROM ${t} WHERE id = 1 AND g = 1`, []);
          await check(a, `SELECT g FROM ${t} WHERE id = 2 ORDER BY g DESC LIMIT 2`, [[3], [2]]);
          await check(a, `SELECT id, g, v FROM ${t} WHERE v BETWEEN 20 AND 60 ORDER BY v`, [
            [2, 1, 21],
            [2, 2, 30],
            [2, 3, 33],
            [5, 1, 50],
          ]);
          await check(a, `SELECT x.id, y.v FROM ${t} x JOIN ${t} y USING (id, g) WHERE id = 5`, [[5, 50]]);
        };
        await own();
        await run(a, 'SAVEPOINT s');
        await run(a, `DELETE FROM ${t}`);
        await check(a, `SELECT COUNT(*) FROM ${t}`, [[0]]);
        await check(a, `INSERT INTO ${t} VALUES (5, 1, 51)`, 1);
        await check(a, `SELECT v FROM ${t}`, [[51]]);
        await run(a, 'ROLLBACK TO s');
        await own();
        await check(b, `SELECT COUNT(*) FROM ${t} WHERE id = 5`, [[0]]);
        await check(a, `INSERT INTO ${t} VALUES (7,7,7), (5,1,1)`, 'E1062');
        await check(a, `SELECT * FROM ${t} WHERE id = 7`, []);
        await run(a, 'ROLLBACK');
        await check(a, `SELECT v FROM ${t} WHERE id = 5 AND g = 1`, []);
      }
    });

    it(`makes a transaction one version, and reads the one before it (${option})`, async () => {
      const [a, c] = [await connect('tx'), await connect('tx')];
      const before = await lastVersion(c);
      await run(a, 'BEGIN');
      for (let g = 0; g < 5; g++) await check(a, `INSERT INTO ${t} VALUES (100, ${g}, 1)`, 1);
      await check(a, `UPDATE ${t} SET v = 2 WHERE id = 100`, 5);
      await check(a, `DELETE FROM ${t} WHERE id = 100 AND g = 4`, 1);
      await check(a, 'COMMIT', 0);
      const after = await lastVersion(c);
      assert.equal(after, before + 1);
      const changes = `SELECT _change_type, COUNT(*) FROM ${t} CHANGES BETWEEN VERSION ${after} AND VERSION ${after} GROUP BY 1`;
      await check(c, changes, [['insert', 4]]);
      await check(c, `SELECT COUNT(*) FROM ${t} AS OF VERSION ${before} WHERE id = 100`, [[0]]);
      await run(a, 'START TRANSACTION READ ONLY');
      await check(a, `DELETE FROM ${t}`, 'E1792');
      await run(a, 'ROLLBACK');
      await run(a, `START TRANSACTION READ ONLY AS OF VERSION ${before}`);
      await check(a, `SELECT * FROM ${t} WHERE id = 100 AND g = 1`, []);
      await check(a, `DELETE FROM ${t}`, 'E1792');
      await run(a, 'COMMIT');
      await check(a, `SELECT COUNT(*) FROM ${t} WHERE id = 100`, [[4]]);
      const past = await connect(`tx@v${before}`);
      await check(past, `SELECT COUNT(*) FROM ${t} WHERE id = 100`, [[0]]);
      assert.match(String(await run(past, `INSERT INTO ${t} VALUES (77, 1, 1)`)), /^E/);
    });

    it(`loses no update of many writers (${option})`, async () => {
      const c = await connect('tx');
      await check(c, `INSERT INTO ${t} VALUES (500, 0, 0)`, 1);
      const write = async (): Promise<void> => {
        const own = await connect('tx');
        for (let done = 0; done < 3; ) {
          const answer = await run(own, `UPDATE ${t} SET v = v + 1 WHERE id = 500 AND g = 0`);
          if (answer === 1) done++;
          else assert.equal(answer, 'E1213');
        }
      };
      await Promise.all(Array.from({ length: 20 }, write));
      await check(c, `SELECT v FROM ${t} WHERE id = 500`, [[60]]);
    });

    it(`keeps every state through ALTER, TRUNCATE, RENAME, DROP and a new table of the name (${option})`, async () => {
      const c = await connect('tx');
      const steps: [sql: string, states: [table: string, rows: Answer][]][] = [
        [`CREATE TABLE h (id INT PRIMARY KEY, a INT, b VARCHAR(10)) ${option}`, [['h', []]]],
        [
          "INSERT INTO h VALUES (1, 1, 'x'), (2, 2, 'y')",
          [
            [
              'h',
              [
                [1, 1, 'x'],
                [2, 2, 'y'],
              ],
            ],
          ],
        ],
        [
          'ALTER TABLE h ADD COLUMN z INT DEFAULT 5',
          [
            [
              'h',
              [
                [1, 1, 'x', 5],
                [2, 2, 'y', 5],
              ],
            ],
          ],
        ],
        [
          'UPDATE h SET z = 6 WHERE id = 1',
          [
            [
              'h',
              [
                [1, 1, 'x', 6],
                [2, 2, 'y', 5],
              ],
            ],
          ],
        ],
        [
          'ALTER TABLE h DROP COLUMN a, RENAME COLUMN b TO bb',
          [
            [
              'h',
              [
                [1, 'x', 6],
                [2, 'y', 5],
              ],
            ],
          ],
        ],
        [
          "INSERT INTO h VALUES (3, 'w', 9)",
          [
            [
              'h',
              [
                [1, 'x', 6],
                [2, 'y', 5],
                [3, 'w', 9],
              ],
            ],
          ],
        ],
        ['TRUNCATE h', [['h', []]]],
        [
          'RENAME TABLE h TO hr',
          [
            ['hr', []],
            ['h', 'E'],
          ],
        ],
        [
          "INSERT INTO hr VALUES (9, 'n', 1)",
          [
            ['hr', [[9, 'n', 1]]],
            ['h', 'E'],
          ],
        ],
        [
          'DROP TABLE hr',
          [
            ['hr', 'E'],
            ['h', 'E'],
          ],
        ],
        [`CREATE TABLE hr (q INT PRIMARY KEY) ${option}`, [['hr', []]]],
        ['INSERT INTO hr VALUES (42)', [['hr', [[42]]]]],
      ];
      const known: { readonly version: number; readonly table: string; readonly rows: Answer }[] = [];
      for (const [sql, states] of steps) {
        assert.equal(typeof (await run(c, sql)), 'number', sql);
        const version = await lastVersion(c);
        for (const [table, rows] of states) known.push({ version, table, rows });
      }
      for (const then of ['the tail', 'FLUSH TABLES', 'OPTIMIZE TABLE hr']) {
        if (then !== 'the tail') await run(c, then);
        for (const { version, table, rows } of known) {
          const found = await run(c, `SELECT * FROM ${table} AS OF VERSION ${version} ORDER BY 1`);
          if (rows === 'E') assert.match(String(found), /^E/, `${table} at ${version}`);
          else assert.deepEqual(found, rows, `${table} at ${version}, after ${then}`);
        }
      }
      await check(c, 'DROP TABLE hr', 0);
    });
  }

  it('keeps the newest row of an entity through late arrivals, deletes and new rows', async () => {
    const c = await connect('tx');
    await check(c, 'CREATE TABLE e (k INT, ts DATETIME, v INT, PRIMARY KEY (k, ts)) EVENT_TIME = ts', 0);
    const newest = async (rows: Answer): Promise<void> => {
      await check(c, 'SELECT v FROM e FOR EVENT_TIME LATEST WHERE k = 1', rows);
      await check(c, 'SELECT v FROM e FOR EVENT_TIME LATEST WHERE v >= 0 AND k < 2', rows);
      await check(c, 'SELECT v FROM e WHERE k = 1 ORDER BY ts DESC LIMIT 1', rows);
    };
    for (const flushing of [false, true]) {
      const step = async (sql: string, rows: Answer): Promise<void> => {
        assert.equal(typeof (await run(c, sql)), 'number', sql);
        await newest(rows);
        if (!flushing) return;
        await run(c, 'FLUSH TABLES');
        await newest(rows);
      };
      await step("INSERT INTO e VALUES (1, '2021-01-05', 5)", [[5]]);
      await step("INSERT INTO e VALUES (1, '2021-01-03', 3)", [[5]]);
      await step("DELETE FROM e WHERE k = 1 AND ts = '2021-01-05'", [[3]]);
      await step("INSERT INTO e VALUES (1, '2021-01-05', 55)", [[55]]);
      await step("UPDATE e SET ts = '2021-01-01' WHERE v = 55", [[3]]);
      await step('DELETE FROM e WHERE k = 1', []);
      await run(c, 'BEGIN');
      await run(c, "INSERT INTO e VALUES (1, '2021-01-09', 9), (1, '2021-01-08', 8)");
      await newest([[9]]);
      await run(c, "DELETE FROM e WHERE ts = '2021-01-09'");
      await newest([[8]]);
      await run(c, 'ROLLBACK');
      await newest([]);
    }
  });
});
