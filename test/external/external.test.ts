/** External tables end to end: files and a real MariaDB behind a real gateway, asked by a real client. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';

const connect = (port: number): Promise<Connection> =>
  mysql.createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
  });

describe('external tables', () => {
  let files: string;
  let gateway: Gateway;
  let client: Connection;

  const rows = async (sql: string): Promise<unknown[][]> => (await client.query(sql))[0] as unknown[][];
  const errno = async (sql: string): Promise<number | undefined> => {
    try {
      await client.query(sql);
      return undefined;
    } catch (error) {
      return (error as { errno?: number }).errno;
    }
  };
  const explain = async (sql: string): Promise<string> =>
    (await rows(`EXPLAIN ANALYZE ${sql}`)).map((row) => row.join(' ')).join('\n');

  before(async () => {
    const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-external-')));
    files = path.join(base, 'root');
    mkdirSync(path.join(files, 'parts'), { recursive: true });
    writeFileSync(path.join(base, 'secret.csv'), 'a\n1\n');
    symlinkSync(path.join(base, 'secret.csv'), path.join(files, 'link.csv'));
    writeFileSync(
      path.join(files, 'people.csv'),
      'id,name,born,height\n1,Ada,1815-12-10,1.65\n2,"Bo, Jr",1990-02-28,\n3,,2000-01-01,1.8\n',
    );
    writeFileSync(path.join(files, 'parts', 'a.csv'), 'id,v\n1,10\n');
    writeFileSync(path.join(files, 'parts', 'b.csv'), 'id,v\n2,20\n');
    writeFileSync(path.join(files, 'events.json'), '{"id":1,"tags":["x","y"]}\n{"id":2,"tags":[]}\n');
    gateway = await startGateway({ flags: ['--external-files', files] });
    client = await connect(gateway.port);
    await client.query('CREATE DATABASE ext');
    await client.query('USE ext');
  });

  after(async () => {
    await client.end();
    await gateway.stop();
    rmSync(path.dirname(files), { recursive: true, force: true });
  });

  describe('files', () => {
    before(async () => {
      await client.query(`CREATE SERVER disk FOREIGN DATA WRAPPER file OPTIONS (ROOT '${files}')`);
      await client.query(`CREATE EXTERNAL TABLE people SERVER disk LOCATION 'people.csv' FORMAT csv`);
    });

    it('discovers columns and reads them in place', async () => {
      const columns = await rows('SHOW COLUMNS FROM people');
      assert.deepEqual(
        columns.map(([name, type]) => [name, type]),
        [
          ['id', 'bigint'],
          ['name', 'longtext'],
          ['born', 'date'],
          ['height', 'double'],
        ],
      );
      assert.deepEqual(await rows('SELECT * FROM people ORDER BY id'), [
        ['1', 'Ada', '1815-12-10', 1.65],
        ['2', 'Bo, Jr', '1990-02-28', null],
        ['3', null, '2000-01-01', 1.8],
      ]);
      assert.deepEqual(await rows('SELECT COUNT(*) FROM people'), [['3']]);
    });

    it('sees the file as it is when it is read', async () => {
      await client.query(`CREATE EXTERNAL TABLE growing SERVER disk LOCATION 'growing.csv' FORMAT csv`).then(
        () => assert.fail('the file is not there yet'),
        (error) => assert.equal(error.errno, 1430),
      );
      writeFileSync(path.join(files, 'growing.csv'), 'n\n1\n');
      await client.query(`CREATE EXTERNAL TABLE growing SERVER disk LOCATION 'growing.csv' FORMAT csv`);
      assert.deepEqual(await rows('SELECT SUM(n) FROM growing'), [['1']]);
      writeFileSync(path.join(files, 'growing.csv'), 'n\n1\n2\n');
      assert.deepEqual(await rows('SELECT SUM(n) FROM growing'), [['3']]);
      rmSync(path.join(files, 'growing.csv'));
      assert.equal(await errno('SELECT SUM(n) FROM growing'), 1430);
    });

    it('reads several files as one table, declared types, and JSON with nested values', async () => {
      await client.query(
        `CREATE EXTERNAL TABLE parts (id INT, v DECIMAL(6,2)) SERVER disk LOCATION 'parts/*.csv' FORMAT csv`,
      );
      assert.deepEqual(await rows('SELECT id, v FROM parts ORDER BY id'), [
        [1, '10.00'],
        [2, '20.00'],
      ]);
      await client.query(`CREATE EXTERNAL TABLE events SERVER disk LOCATION 'events.json' FORMAT json`);
      assert.deepEqual(await rows(`SELECT id, JSON_LENGTH(tags) FROM events ORDER BY id`), [
        ['1', '2'],
        ['2', '0'],
      ]);
    });

    it('joins with a feature group', async () => {
      await client.query('CREATE TABLE scores (id INT PRIMARY KEY, score INT)');
      await client.query('INSERT INTO scores VALUES (1, 7), (3, 9)');
      assert.deepEqual(
        await rows('SELECT p.name, s.score FROM people p JOIN scores s USING (id) ORDER BY s.score'),
        [
          ['Ada', 7],
          [null, 9],
        ],
      );
    });

    it('is read-only', async () => {
      for (const sql of [
        'INSERT INTO people VALUES (4, 1, 1, 1)',
        'UPDATE people SET id = 1',
        'DELETE FROM people',
      ]) {
        assert.ok([1288, 1235, 1031, 1347].includes((await errno(sql)) ?? 0), `${sql}: ${await errno(sql)}`);
      }
    });

    it('never leaves its root', async () => {
      for (const location of [
        '../secret.csv',
        '/etc/passwd',
        'link.csv',
        'parts/../../secret.csv',
        'file:///etc/passwd',
        'https://example.org/a.csv',
        '*/../../secret.csv',
      ]) {
        assert.equal(
          await errno(`CREATE EXTERNAL TABLE bad SERVER disk LOCATION '${location}' FORMAT csv`),
          1290,
          location,
        );
      }
      for (const root of ['/', '/etc', `${files}/..`, `${files}/parts/../..`]) {
        const created = await errno(`CREATE SERVER bad FOREIGN DATA WRAPPER file OPTIONS (ROOT '${root}')`);
        const used =
          created ?? (await errno(`CREATE EXTERNAL TABLE bad SERVER bad LOCATION 'passwd' FORMAT csv`));
        assert.equal(used, 1290, root);
        await errno('DROP SERVER bad');
      }
    });
  });

  it("refuses DuckDB's own ways to files and the server's files", async () => {
    for (const [sql, expected] of [
      [`SELECT read_csv('/etc/passwd')`, 1305],
      [`SELECT read_text('/etc/passwd')`, 1305],
      [`SELECT * FROM read_csv('/etc/passwd')`, 1064],
      [`SELECT * FROM '/etc/passwd'`, 1064],
      ['SELECT * FROM `/etc/passwd`', 1146],
      [`SELECT getenv('HOME')`, 1305],
      [`SELECT current_setting('memory_limit')`, 1305],
      [`COPY people TO '/tmp/x'`, 1064],
      [`ATTACH '/tmp/x.db'`, 1064],
      [`INSTALL httpfs`, 1235],
      [`LOAD DATA INFILE '/etc/passwd' INTO TABLE scores`, 1290],
      [`SELECT 1 INTO OUTFILE '/tmp/x'`, 1235],
    ] as const) {
      assert.equal(await errno(sql), expected, sql);
    }
    // MySQL's answer for a file that the account may not read.
    assert.deepEqual(await rows(`SELECT LOAD_FILE('/etc/passwd')`), [[null]]);
  });

  describe('a MariaDB', () => {
    let remote: MariaDb;
    let admin: Connection;

    before(async function () {
      this.timeout(60_000);
      const started = await startMariaDb();
      if ('missing' in started) {
        process.stderr.write(`skipped: ${started.missing}\n`);
        return this.skip();
      }
      remote = started;
      admin = await connect(remote.port);
      await admin.query('CREATE DATABASE erp');
      await admin.query(`CREATE TABLE erp.orders (
        id BIGINT UNSIGNED PRIMARY KEY, customer INT, amount DECIMAL(12,2), placed DATETIME(3), day DATE, took TIME,
        note VARCHAR(40) COLLATE utf8mb4_general_ci, payload VARBINARY(8), kind ENUM('a','b'), flag TINYINT(1), f FLOAT, d DOUBLE)`);
      await admin.query(`INSERT INTO erp.orders VALUES
        (1, 10, 12.50, '2026-01-02 03:04:05.678', '2026-01-02', '-12:30:00', 'Hello', x'00ff', 'a', 1, 1.5, 2.25),
        (18446744073709551615, 20, -0.01, NULL, NULL, '838:59:59', 'hello', NULL, 'b', 0, NULL, NULL),
        (3, NULL, NULL, '1999-12-31 23:59:59', '1999-12-31', NULL, 'ünïcode', x'', NULL, NULL, 0, 1e300)`);
      await admin.query("CREATE USER 'reader'@'%' IDENTIFIED BY 'top-secret'");
      await admin.query("GRANT SELECT ON erp.* TO 'reader'@'%'");
      await client.query(
        `CREATE SERVER erp FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1', PORT '${remote.port}', USER 'reader', PASSWORD 'top-secret', DATABASE 'erp')`,
      );
      await client.query(`CREATE EXTERNAL TABLE orders SERVER erp TABLE 'orders'`);
    });

    after(async () => {
      await admin?.end();
      await remote?.stop();
    });

    it('gives every type as the remote does', async () => {
      const sql = 'SELECT * FROM orders ORDER BY note, id';
      const [own] = await client.query(sql);
      const [theirs] = await admin.query(sql.replace('orders', 'erp.orders').replace('note', 'BINARY note'));
      assert.deepEqual(own, theirs);
    });

    it('pushes projection, filters and limit, and applies the rest here', async () => {
      const plan = await explain(
        "SELECT customer FROM orders WHERE id = 1 AND note = 'Hello' AND LENGTH(note) = 5",
      );
      assert.match(plan, /pushed to erp: .* 2 of 3 filters/);
      assert.deepEqual(await rows("SELECT id FROM orders WHERE note = 'hello'"), [['18446744073709551615']]);
      assert.deepEqual(await rows("SELECT id FROM orders WHERE placed >= TIMESTAMP'2026-01-01 00:00:00'"), [
        ['1'],
      ]);
      assert.deepEqual(await rows("SELECT customer FROM orders WHERE day IN ('1999-12-31', '2000-01-01')"), [
        [null],
      ]);
      assert.match(await explain('SELECT id FROM orders WHERE amount < 5 LIMIT 1'), /LIMIT 1/);
    });

    it('joins a feature group, a file and the remote in one statement', async () => {
      await client.query('CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(20))');
      await client.query("INSERT INTO customers VALUES (10, 'Ada'), (20, 'Bo')");
      assert.deepEqual(
        await rows(`SELECT c.name, p.born, o.amount FROM customers c JOIN orders o ON o.customer = c.id
          LEFT JOIN people p ON p.name = c.name ORDER BY c.id`),
        [
          ['Ada', '1815-12-10', '12.50'],
          ['Bo', null, '-0.01'],
        ],
      );
    });

    it('mounts a query', async () => {
      await client.query(
        `CREATE EXTERNAL TABLE totals SERVER erp QUERY 'SELECT kind, SUM(amount) AS total FROM orders GROUP BY kind'`,
      );
      assert.deepEqual(await rows('SELECT kind, total FROM totals WHERE total > 0'), [['a', '12.50']]);
    });

    it('shows no password anywhere', async () => {
      const shown = JSON.stringify([
        await rows('SHOW CREATE EXTERNAL TABLE orders').catch(() => []),
        await rows('SHOW CREATE SERVER erp').catch(() => []),
        await rows('SHOW SERVERS').catch(() => []),
        await rows('SHOW COMMITS'),
        await rows('SELECT * FROM tidegate.commits'),
        await rows('SHOW PROCESSLIST'),
      ]);
      assert.doesNotMatch(shown, /top-secret/);
      assert.match(shown, /erp/);
    });

    it('says what the remote says, and goes on when it is back', async () => {
      assert.equal(await errno(`CREATE EXTERNAL TABLE absent SERVER erp TABLE 'absent'`), 1430);
      await client.query(
        `CREATE SERVER gone FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1', PORT '1', USER 'x', DATABASE 'y')`,
      );
      assert.equal(await errno(`CREATE EXTERNAL TABLE absent SERVER gone TABLE 't'`), 1429);
      await admin.query("ALTER USER 'reader'@'%' ACCOUNT LOCK");
      await admin.query('FLUSH PRIVILEGES');
      await admin.query("ALTER USER 'reader'@'%' ACCOUNT UNLOCK");
      await admin.query('ALTER TABLE erp.orders DROP COLUMN d');
      assert.equal(await errno('SELECT d FROM orders'), 1430);
      assert.deepEqual(await rows('SELECT COUNT(*) FROM orders'), [['3']]);
    });
  });
});
