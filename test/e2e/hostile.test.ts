/** What a careless or hostile client sends: an answer comes, and everybody else goes on. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import mysql, { type Connection, type ConnectionOptions, type RowDataPacket } from 'mysql2/promise';
import { silentLogger } from '../../src/base/logger.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
/** The socket under a client's connection, which its types do not show. */
const socketOf = (client: Connection): Socket => Reflect.get(Reflect.get(client, 'connection'), 'stream');
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('e2e/hostile', function () {
  this.timeout(60_000);
  let gateway: Gateway;
  let client: Connection;
  const open: Connection[] = [];

  async function connect(options: ConnectionOptions = { database: 'h' }): Promise<Connection> {
    const connection = await mysql.createConnection({
      host: '127.0.0.1',
      port: gateway.port,
      user: 'root',
      ...options,
    });
    connection.on('error', () => undefined);
    open.push(connection);
    return connection;
  }

  /** The first column, or the error's number. */
  async function run(sql: string, connection = client): Promise<unknown[] | number> {
    try {
      const [rows] = await connection.query({ sql, rowsAsArray: true });
      return Array.isArray(rows) ? (rows as unknown[][]).map((row) => row[0]) : [];
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno === undefined) throw error;
      return errno;
    }
  }

  const alive = async (): Promise<void> => assert.deepEqual(await run('SELECT v FROM t WHERE id = 1'), [1]);

  async function running(text: string): Promise<number> {
    const [list] = await client.query<RowDataPacket[]>('SHOW FULL PROCESSLIST');
    return list.filter(({ Info }) => String(Info ?? '').startsWith(text)).length;
  }

  before(async () => {
    // Failures are expected here: they are not to be shown.
    gateway = await startGateway({ logger: silentLogger });
    const setup = await connect({});
    await setup.query('CREATE DATABASE h');
    client = await connect();
    await run('CREATE TABLE t (id INT PRIMARY KEY, v INT)');
    await run('INSERT INTO t VALUES (1, 1), (2, 2)');
    await run('CREATE TABLE d (n INT PRIMARY KEY)');
    await run(`INSERT INTO d VALUES ${Array.from({ length: 1_000 }, (_, n) => `(${n})`)}`);
  });
  after(async () => {
    for (const connection of open) connection.destroy();
    await gateway.stop();
  });

  it('answers statements nested ten thousand deep', async () => {
    const deep = 10_000;
    const nested: readonly (readonly [before: string, again: string, inside: string, end: string])[] = [
      ['SELECT ', '(', '1', ')'],
      ['SELECT ', 'NOT ', '1', ''],
      ['SELECT ', '- ', '1', ''],
      ['SELECT ', 'CASE WHEN 1 THEN ', '1', ' END'],
      ['SELECT ', '(SELECT ', '1', ')'],
      ['SELECT ', 'COALESCE(', '1', ')'],
      ['SELECT * FROM ', '(SELECT * FROM ', 't', ') x'],
      ['SELECT 1 FROM t WHERE ', 'EXISTS (SELECT 1 FROM t WHERE ', '1', ')'],
      ['SELECT 1', ' UNION SELECT 1', '', ''],
      ['SELECT 1', '+1', '', ''],
    ];
    for (const [start, again, inside, end] of nested) {
      const sql = start + again.repeat(deep) + inside + end.repeat(deep);
      assert.equal(await run(sql), 1064, sql.slice(0, 40));
    }
    assert.equal(await run(`SELECT JSON_LENGTH('${'['.repeat(deep)}${']'.repeat(deep)}')`), 3157);
    assert.deepEqual(await run(`SELECT id FROM t WHERE v = 2${' AND id < 3'.repeat(deep)}`), [2]);
    assert.equal(await run(`SELECT CONCAT(${"'b', ".repeat(deep)}v) FROM t`), 1235);
    await alive();
  });

  it('refuses nested subqueries before DuckDB plans them for ever', async () => {
    const nest = (levels: number): string =>
      `SELECT ${'(SELECT MAX(v) FROM t WHERE v = 1 OR v > '.repeat(levels)}0${')'.repeat(levels)}`;
    assert.deepEqual(await run(nest(5)), [2]);
    assert.equal(await run(nest(11)), 1473);
    assert.equal(
      await run(`SELECT id FROM t WHERE ${'v IN (SELECT v FROM t WHERE '.repeat(40)}1${')'.repeat(40)}`),
      1473,
    );
    await run('CREATE VIEW w0 AS SELECT 1 AS x');
    for (let level = 1; level <= 11; level++) {
      const made = await run(`CREATE VIEW w${level} AS SELECT (SELECT MAX(x) FROM w${level - 1}) AS x`);
      assert.ok(
        level <= 10 ? Array.isArray(made) : typeof made === 'number',
        `view ${level}: ${String(made)}`,
      );
    }
    await alive();
  });

  it('takes long lists, long literals and megabytes of nonsense', async () => {
    const numbers = Array.from({ length: 50_000 }, (_, n) => n);
    for (const column of ['id', 'v']) {
      assert.deepEqual(await run(`SELECT id FROM t WHERE ${column} IN (${numbers}) ORDER BY id`), [1, 2]);
    }
    const megabyte = 1 << 20;
    for (const nonsense of ['x', '(', "'", '`', '@', '/*', '\0\x01']) {
      assert.equal(await run(nonsense.repeat(megabyte / nonsense.length + 1)), 1064, nonsense);
    }
    assert.equal(await run(`SELECT ${'9'.repeat(megabyte)}`), 1367);
    await run('CREATE TABLE large (id INT PRIMARY KEY, s LONGTEXT)');
    await run(`INSERT INTO large VALUES (1, '${'x'.repeat(12 * megabyte)}'), (2, 'y')`);
    for (const flushed of [false, true]) {
      if (flushed) await run('FLUSH TABLES');
      assert.deepEqual(await run('SELECT LENGTH(s) FROM large WHERE id = 1'), [12 * megabyte]);
      assert.deepEqual(await run('SELECT SUM(LENGTH(s)) FROM large'), [String(12 * megabyte + 1)]);
    }
    await alive();
  });

  it('keeps tables and columns of any name', async () => {
    const names = [
      '../x',
      '..',
      'a/b',
      'a.b',
      'a`b',
      "a'b",
      'a"b',
      'a\nb',
      'a\\b',
      'ünï😀',
      'select',
      'Tab',
      'tab',
      'a%2Fb',
      '-- x',
      'rv',
      'c0',
      'é',
      'e\u0301',
      'x'.repeat(64),
    ];
    await run(`CREATE DATABASE ${quoted('../h')}`);
    for (const database of ['h', '../h']) {
      for (const name of database === 'h' ? names : names.slice(0, 5)) {
        const table = `${quoted(database)}.${quoted(name)}`;
        assert.deepEqual(
          await run(`CREATE TABLE ${table} (k INT PRIMARY KEY, ${quoted(name)} VARCHAR(80))`),
          [],
          name,
        );
        await client.query(`INSERT INTO ${table} VALUES (1, ?)`, [name]);
      }
      await run('FLUSH TABLES');
      for (const name of database === 'h' ? names : names.slice(0, 5)) {
        const table = `${quoted(database)}.${quoted(name)}`;
        await run(`INSERT INTO ${table} VALUES (2, 'tail')`);
        assert.deepEqual(await run(`SELECT ${quoted(name)} FROM ${table} WHERE k = 1`), [name]);
        assert.deepEqual(await run(`SELECT MIN(${quoted(name)}) FROM ${table} GROUP BY k ORDER BY k`), [
          name,
          'tail',
        ]);
        const [shown] = await client.query<RowDataPacket[]>(`SHOW CREATE TABLE ${table}`);
        await run(`DROP TABLE ${table}`);
        await run(`USE ${quoted(database)}`);
        assert.deepEqual(await run(String(shown[0]?.['Create Table'])), [], name);
        assert.deepEqual(await run(`SELECT COUNT(*) FROM ${table}`), [0]);
      }
    }
    await run('USE h');
    assert.equal(readdirSync(join(gateway.directory, '..')).includes('x'), false);
    assert.deepEqual(
      readdirSync(gateway.directory).filter((name) => !['LOCK', 'offline', 'store', 'tmp'].includes(name)),
      [],
    );
  });

  it('stops scans, bulk loads and LOAD DATA when they are killed or their client goes', async () => {
    const long = 'SELECT COUNT(*) FROM d a JOIN d b JOIN d c JOIN d e WHERE (a.n * b.n + c.n * e.n) % 7 = 3';
    for (const how of ['KILL QUERY', 'KILL', 'disconnect']) {
      const victim = await connect();
      const ended = run(long, victim).catch(() => 2013);
      while ((await running(long)) === 0) await wait(20);
      if (how === 'disconnect') victim.destroy();
      else await run(`${how} ${victim.threadId}`);
      while ((await running(long)) > 0) await wait(20);
      if (how !== 'disconnect') assert.equal(await ended, 1317);
    }
    const timed = await connect();
    await run('SET max_execution_time = 200', timed);
    assert.equal(await run(long, timed), 3024);
    await run('CREATE TABLE b (id INT PRIMARY KEY, v INT)');
    const bulk = 'INSERT INTO b SELECT a.n * 1000 + b.n, 1 FROM d a JOIN d b WHERE a.n < 400';
    const loader = await connect();
    const bulkEnded = run(bulk, loader);
    while ((await running(bulk)) === 0) await wait(5);
    await wait(300);
    await run(`KILL QUERY ${loader.threadId}`);
    const outcome = await bulkEnded;
    const count = Array.isArray(outcome) ? 400_000 : 0;
    assert.deepEqual(await run('SELECT COUNT(*) FROM b'), [count]);
    assert.deepEqual(await run('SELECT id FROM b WHERE id = 7'), count === 0 ? [] : [7]);
    // A client that goes in the middle of its file.
    const file = new Readable({ read() {} });
    const sender = await connect();
    const load = "LOAD DATA LOCAL INFILE 'x' INTO TABLE b FIELDS TERMINATED BY ',' (id, v)";
    void sender.query({ sql: load, infileStreamFactory: () => file }).catch(() => undefined);
    for (let id = 1_000_000; id < 1_060_000; id += 1_000) {
      file.push(Array.from({ length: 1_000 }, (_, n) => `${id + n},2\n`).join(''));
    }
    while ((await running('LOAD DATA')) === 0) await wait(5);
    await wait(200);
    sender.destroy();
    file.destroy();
    while ((await running('LOAD DATA')) > 0) await wait(20);
    assert.deepEqual(await run('SELECT COUNT(*) FROM b'), [count]);
    assert.deepEqual(await run('INSERT INTO b VALUES (1000000, 3)'), []);
    await alive();
  });

  it('holds no result in memory for a client that does not read', async () => {
    const slow = await connect();
    const sql = 'SELECT a.n, b.n, c.n FROM d a JOIN d b JOIN d c';
    const stream = socketOf(slow);
    slow.query(sql).catch(() => undefined);
    stream.pause();
    while ((await running(sql)) === 0) await wait(10);
    await wait(500);
    const before = process.memoryUsage().rss;
    await wait(1_500);
    assert.equal(await running(sql), 1);
    assert.ok(process.memoryUsage().rss - before < 200 * 1024 * 1024);
    slow.destroy();
    while ((await running(sql)) > 0) await wait(20);
  });

  it('survives bytes that are no packets, before and after login', async () => {
    const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => Math.random() * 256));
    const sockets = Array.from({ length: 40 }, (_, index) => {
      const socket = connectTcp(gateway.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(noise(1 + index * 97));
      return socket;
    });
    const stream = socketOf(await connect());
    stream.write(noise(100_000));
    await wait(300);
    for (const socket of sockets) socket.destroy();
    stream.destroy();
    await alive();
  });

  it('serves two hundred connections at mixed work', async () => {
    await run('CREATE TABLE w (id INT PRIMARY KEY, g INT, v BIGINT)');
    await run(`INSERT INTO w VALUES ${Array.from({ length: 100 }, (_, id) => `(${id}, ${id % 10}, 0)`)}`);
    let added = 0;
    const work = async (_: unknown, index: number): Promise<void> => {
      const own = await connect();
      for (let round = 0; round < 4; round++) {
        const id = (index * 7 + round) % 100;
        const kind = (index + round) % 4;
        if (kind === 0) {
          const answer = await run(`UPDATE w SET v = v + 1 WHERE id = ${id}`, own);
          if (Array.isArray(answer)) added++;
          else assert.equal(answer, 1213);
        } else if (kind === 1)
          assert.equal(((await run('SELECT SUM(v) FROM w', own)) as unknown[]).length, 1);
        else if (kind === 2) assert.deepEqual(await run(`SELECT id FROM w WHERE id = ${id}`, own), [id]);
        else {
          await run('BEGIN', own);
          await run(`UPDATE w SET v = v + 5 WHERE id = ${id}`, own);
          await run(`UPDATE w SET v = v - 5 WHERE id = ${(id + 1) % 100}`, own);
          if (!Array.isArray(await run('COMMIT', own))) await run('ROLLBACK', own);
        }
      }
    };
    await Promise.all(Array.from({ length: 200 }, work));
    assert.deepEqual(await run('SELECT SUM(v) FROM w'), [String(added)]);
  });

  it('says so when files of the offline tier are gone or broken, and serves all other tables', async () => {
    await run('CREATE DATABASE f');
    await run('CREATE TABLE f.gone (id INT PRIMARY KEY, v INT) AS SELECT n AS id, n AS v FROM d');
    for (const name of ['cut', 'log', 'rows']) {
      await run(`CREATE TABLE f.${name} (id INT PRIMARY KEY, v INT)`);
      await run(`INSERT INTO f.${name} VALUES (1, 1)`);
    }
    await run('FLUSH TABLES');
    for (const connection of open.splice(0)) connection.destroy();
    await gateway.stop({ keep: true });
    const folder = join(gateway.directory, 'offline', 'f');
    const parquet = (name: string): string =>
      join(folder, name, readdirSync(join(folder, name)).find((file) => file.endsWith('.parquet')) ?? '');
    rmSync(join(folder, 'gone'), { recursive: true });
    truncateSync(parquet('cut'), 3);
    rmSync(parquet('rows'));
    writeFileSync(join(folder, 'log', '_delta_log', '00000000000000000001.json'), '{"add":');
    gateway = await startGateway({ directory: gateway.directory, logger: silentLogger });
    client = await connect();
    for (const name of ['gone', 'cut', 'log', 'rows']) {
      assert.equal(await run(`SELECT SUM(v) FROM f.${name}`), 1030, name);
      assert.deepEqual(await run(`SELECT v FROM f.${name} WHERE id = 1`), [1], name);
    }
    await alive();
    assert.deepEqual(await run('SELECT SUM(v) FROM t'), ['3']);
    assert.deepEqual(await run('INSERT INTO t VALUES (3, 3)'), []);
    assert.deepEqual(await run('FLUSH TABLES t'), []);
    await run('DROP DATABASE f');
    assert.deepEqual(await run('SELECT SUM(v) FROM t'), ['6']);
  });

  it('lets no second process into its data directory', async () => {
    await assert.rejects(startGateway({ directory: gateway.directory }), /in use/);
    await alive();
  });
});
