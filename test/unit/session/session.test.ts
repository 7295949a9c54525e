import { strict as assert } from 'node:assert';
import { Readable } from 'node:stream';
import mysql, { type Connection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { GatewayError } from '../../../src/base/errors.ts';
import type { SessionApi } from '../../../src/session/api.ts';
import { type Gateway, openSession, runInSession, startGateway } from '../../support/gateway.ts';

/** The text protocol's rows of one statement; throws what the statement throws. */
async function rows(session: SessionApi, sql: string): Promise<readonly (readonly (string | null)[])[]> {
  const outcome = await runInSession(session, sql);
  if (outcome.kind === 'error') throw new Error(`${outcome.errno}: ${outcome.message}`);
  return outcome.kind === 'rows' ? outcome.rows : [];
}

type Chunk = string | Uint8Array;

async function* bytes(chunks: Iterable<Chunk> | AsyncIterable<Chunk>): AsyncIterable<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk as Uint8Array);
}

const connect = (gateway: Gateway, database?: string): Promise<Connection> =>
  mysql.createConnection({
    host: '127.0.0.1',
    port: gateway.port,
    user: 'root',
    ...(database === undefined ? {} : { database }),
  });

describe('session', () => {
  let gateway: Gateway;
  let session: SessionApi;

  before(async () => {
    gateway = await startGateway({ flags: ['--bulk-rows', '500', '--flush-age-ms', '100'] });
    const setup = await openSession(gateway);
    await rows(setup, 'CREATE DATABASE s');
    await setup.close();
  });
  after(() => gateway.stop());
  beforeEach(async () => {
    session = await openSession(gateway, 's');
  });
  afterEach(() => session.close());

  it('loses no increment of eight clients on one row', async () => {
    await rows(session, 'CREATE TABLE counter (id INT PRIMARY KEY, n INT)');
    await rows(session, 'INSERT INTO counter VALUES (1, 0)');
    const clients = await Promise.all(Array.from({ length: 8 }, () => openSession(gateway, 's')));
    let retries = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (let turn = 0; turn < 10; turn++) {
          for (;;) {
            const outcome = await runInSession(client, 'UPDATE counter SET n = n + 1 WHERE id = 1');
            if (outcome.kind === 'ok') break;
            assert.equal(outcome.kind === 'error' && outcome.errno, 1213);
            retries++;
          }
        }
        await client.close();
      }),
    );
    assert.deepEqual(await rows(session, 'SELECT n FROM counter WHERE id = 1'), [['80']]);
    assert.deepEqual(await rows(session, 'SELECT SUM(n) FROM counter'), [['80']]);
    assert.equal(retries, 0, 'the gateway retries by itself');
  });

  it('keeps the snapshot of a transaction on all routes while others write', async () => {
    await rows(session, 'CREATE TABLE snap (id INT PRIMARY KEY, v INT)');
    await rows(session, 'INSERT INTO snap VALUES (1, 1), (2, 2), (3, 3)');
    const reader = await openSession(gateway, 's');
    await rows(reader, 'START TRANSACTION WITH CONSISTENT SNAPSHOT');
    await rows(session, 'UPDATE snap SET v = 10 WHERE id = 1');
    await rows(session, 'DELETE FROM snap WHERE id = 2');
    await rows(session, 'INSERT INTO snap VALUES (4, 4)');
    await rows(session, 'FLUSH TABLES');
    for (let turn = 0; turn < 2; turn++) {
      assert.deepEqual(await rows(reader, 'SELECT * FROM snap WHERE id = 1'), [['1', '1']]);
      assert.deepEqual(await rows(reader, 'SELECT * FROM snap WHERE id IN (2, 4)'), [['2', '2']]);
      assert.deepEqual(await rows(reader, 'SELECT id FROM snap WHERE id >= 2 ORDER BY id LIMIT 5'), [
        ['2'],
        ['3'],
      ]);
      assert.deepEqual(await rows(reader, 'SELECT SUM(v) FROM snap'), [['6']]);
    }
    await rows(reader, 'COMMIT');
    assert.deepEqual(await rows(reader, 'SELECT SUM(v) FROM snap'), [['17']]);
    await reader.close();
  });

  it('ends a running statement by KILL QUERY, by max_execution_time and by closing', async () => {
    const heavy =
      'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) ' +
      'SELECT COUNT(*) FROM n a, n b, n c, n d WHERE a.i * b.i + c.i * d.i = 77';
    const victim = await openSession(gateway, 's');
    const running = runInSession(victim, heavy);
    setTimeout(() => void rows(session, `KILL QUERY ${victim.connectionId}`), 150);
    assert.deepEqual(await running.then((outcome) => outcome.kind === 'error' && outcome.errno), 1317);
    assert.deepEqual(await rows(victim, 'SELECT 1'), [['1']], 'the session goes on');
    await assert.rejects(rows(victim, 'KILL QUERY CONNECTION_ID()'), /1317/);
    await rows(victim, 'SET SESSION max_execution_time = 100');
    const timedOut = await runInSession(victim, heavy);
    assert.equal(timedOut.kind === 'error' && timedOut.errno, 3024);
    await rows(victim, 'SET SESSION max_execution_time = 0');
    for (const hint of ['/*+ MAX_EXECUTION_TIME(100) */', '/*+ NO_MERGE(a) max_execution_time ( 100 ) */']) {
      const hinted = await runInSession(victim, heavy.replace(') SELECT', `) SELECT ${hint}`));
      assert.equal(hinted.kind === 'error' && hinted.errno, 3024, hint);
    }
    await victim.close();
  });

  it('moves money between rows while flushes run, and every reader sees all of it', async () => {
    const accounts = 8;
    await rows(session, 'CREATE TABLE account (id INT PRIMARY KEY, money INT)');
    await rows(
      session,
      `INSERT INTO account VALUES ${Array.from({ length: accounts }, (_, id) => `(${id}, 100)`).join(', ')}`,
    );
    const ids = Array.from({ length: accounts }, (_, id) => id).join(', ');
    const sum = (lines: readonly (readonly (string | null)[])[]): number =>
      lines.reduce((total, [money]) => total + Number(money), 0);
    let moved = 0;
    let running = true;
    const writer = async (seed: number): Promise<void> => {
      const client = await openSession(gateway, 's');
      for (let turn = 0; turn < 25; turn++) {
        const [from, to] = [(seed + turn) % accounts, (seed * 3 + turn * 5 + 1) % accounts];
        if (from === to) continue;
        await rows(client, 'BEGIN');
        await rows(client, `UPDATE account SET money = money - 1 WHERE id = ${from}`);
        await rows(client, `UPDATE account SET money = money + 1 WHERE id = ${to}`);
        const outcome = await runInSession(client, 'COMMIT');
        if (outcome.kind === 'ok') moved++;
        else assert.equal(outcome.kind === 'error' && outcome.errno, 1213);
      }
      await client.close();
    };
    const reader = async (sql: string): Promise<void> => {
      const client = await openSession(gateway, 's');
      while (running) {
        assert.equal(sum(await rows(client, sql)), accounts * 100, sql);
        await rows(client, 'START TRANSACTION READ ONLY');
        const first = await rows(client, sql);
        await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(await rows(client, sql), first, 'repeatable');
        await rows(client, 'COMMIT');
      }
      await client.close();
    };
    const flusher = async (): Promise<void> => {
      while (running) {
        await rows(session, 'FLUSH TABLES account');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const background = [
      reader('SELECT SUM(money) FROM account'),
      reader(`SELECT money FROM account WHERE id IN (${ids}) ORDER BY id`),
      reader('SELECT money FROM account WHERE id >= 0 ORDER BY id LIMIT 100'),
      flusher(),
    ];
    await Promise.all([writer(1), writer(2), writer(3), writer(4)]).finally(() => {
      running = false;
    });
    await Promise.all(background);
    assert.ok(moved > 0);
  });

  it('frees what an unread result holds when the next statement comes', async () => {
    await rows(session, 'CREATE TABLE unread (id INT PRIMARY KEY)');
    await rows(session, 'INSERT INTO unread VALUES (1), (2)');
    for (let turn = 0; turn < 40; turn++) {
      // More of them than DuckDB runs at once.
      for await (const { result } of session.query('SELECT id + 1 AS x FROM unread ORDER BY x', {
        multiStatements: false,
      })) {
        assert.equal(result.kind, 'rows');
      }
    }
    assert.deepEqual(await rows(session, 'SELECT COUNT(*) FROM unread'), [['2']]);
    assert.equal(gateway.services.duckdb.runningScans, 0);
  });

  it('reads a database as of a point by its name and by as_of', async () => {
    await rows(session, 'CREATE TABLE past (id INT PRIMARY KEY, v INT)');
    await rows(session, 'INSERT INTO past VALUES (1, 1)');
    const version = gateway.services.journal.lastVersion;
    await rows(session, 'UPDATE past SET v = 2');
    const then = await openSession(gateway, `s@v${version}`);
    assert.equal(then.database, 's');
    assert.deepEqual(await rows(then, 'SELECT v FROM past WHERE id = 1'), [['1']]);
    await assert.rejects(rows(then, 'UPDATE past SET v = 3'), /1792/);
    await rows(then, 'USE s');
    assert.deepEqual(await rows(then, 'SELECT v FROM past WHERE id = 1'), [['2']]);
    await assert.rejects(
      rows(then, 'USE `s@v999999`').then(() => rows(then, 'SELECT * FROM past')),
      /50001/,
    );
    await then.close();
  });

  it('runs several statements in one text only for clients that ask for it', async () => {
    const both = 'SELECT 1; SELECT 2;';
    await assert.rejects(
      async () => {
        for await (const _ of session.query(both, { multiStatements: false })) assert.fail('nothing may run');
      },
      { errno: 1064 },
    );
    const flags: boolean[] = [];
    for await (const { result, hasMore } of session.query(both, { multiStatements: true })) {
      if (result.kind === 'rows') for await (const batch of result.batches) assert.equal(batch.rowCount, 1);
      flags.push(hasMore);
    }
    assert.deepEqual(flags, [true, false]);
  });

  it('tells the columns of a statement when it is prepared, and runs it with typed values', async () => {
    await rows(session, 'CREATE TABLE prep (id INT PRIMARY KEY, d DECIMAL(6,2), t DATETIME)');
    const insert = await session.prepare('INSERT INTO prep VALUES (?, ?, ?)');
    assert.deepEqual([insert.parameterCount, insert.columns.length], [3, 0]);
    const text = { kind: 'varchar', length: 255, collation: 'utf8mb4_0900_bin' } as const;
    await session.execute(insert.id, [
      { type: { kind: 'double' }, value: 7 },
      { type: text, value: '1.005' },
      { type: text, value: '2024-02-29 12:00:00' },
    ]);
    const select = await session.prepare('SELECT id, d, t FROM prep WHERE id = ? LIMIT ?');
    assert.deepEqual(
      select.columns.map(({ name, type }) => [name, type.kind]),
      [
        ['id', 'int'],
        ['d', 'decimal'],
        ['t', 'datetime'],
      ],
    );
    const result = await session.execute(select.id, [
      { type: { kind: 'double' }, value: 7 },
      { type: { kind: 'double' }, value: 1 },
    ]);
    assert.ok(result.kind === 'rows');
    const found: unknown[] = [];
    for await (const batch of result.batches) {
      for (let row = 0; row < batch.rowCount; row++)
        found.push(batch.columns.map((column) => column.get(row)));
    }
    assert.deepEqual(found, [[7, '1.01', 1_709_208_000_000_000n]]);
    session.closeStatement(select.id);
    await assert.rejects(session.execute(select.id, []), { errno: 1243 });
    assert.deepEqual((await session.prepare('SHOW TABLES')).columns.length, 1);
    await assert.rejects(session.prepare('SELECT nope FROM prep'), { errno: 1054 });
  });

  it('loads a file of the client, small and in bulk, once or not at all', async () => {
    const connection = await connect(gateway, 's');
    await connection.query('CREATE TABLE loaded (id INT PRIMARY KEY, v VARCHAR(20), n INT)');
    const load = async (sql: string, chunks: Iterable<Chunk>): Promise<ResultSetHeader> => {
      const infileStreamFactory = () => Readable.from(bytes(chunks));
      const [result] = await connection.query<ResultSetHeader>({ sql, infileStreamFactory });
      return result;
    };
    const options =
      "FIELDS TERMINATED BY ',' ENCLOSED BY '\"' IGNORE 1 LINES (id, @v, n) SET v = CONCAT(@v, '!')";
    const small = await load(`LOAD DATA LOCAL INFILE 'f' INTO TABLE loaded ${options}`, [
      'id,v,n\n1,"a',
      ',b",10\n2,c,\\N',
    ]);
    assert.equal(small.affectedRows, 2);
    const lines = function* (from: number, to: number, last: Chunk): Iterable<Chunk> {
      for (let id = from; id < to; id++) yield `${id}\tv${id}\t${id % 3}\n`;
      yield last;
    };
    const into = "LOAD DATA LOCAL INFILE 'f' INTO TABLE loaded";
    const before = gateway.services.journal.lastVersion;
    const large = await load(into, lines(10, 2_010, '10\tagain\t1\n'));
    assert.equal(large.affectedRows, 2_000);
    assert.equal(gateway.services.journal.lastVersion, before + 1, 'one version');
    await assert.rejects(load(into, lines(5_000, 7_000, Uint8Array.of(0x39, 0x09, 0xff, 0x0a))), {
      errno: 1300,
    });
    const [count] = await connection.query<RowDataPacket[]>(
      'SELECT COUNT(*) AS n, MAX(id) AS last FROM loaded',
    );
    assert.deepEqual({ ...count[0] }, { n: 2_002, last: 2_009 });
    const [point] = await connection.query<RowDataPacket[]>('SELECT v FROM loaded WHERE id IN (1, 1500)');
    assert.deepEqual(
      point.map((row) => row.v as string),
      ['a,b!', 'v1500'],
    );
    await assert.rejects(connection.query("LOAD DATA INFILE 'f' INTO TABLE loaded"), { errno: 1290 });
    await connection.end();
  });

  it('forgets a load whose client goes away', async () => {
    const connection = await connect(gateway, 's');
    connection.on('error', () => undefined);
    await connection.query('CREATE TABLE vanished (id INT PRIMARY KEY)');
    const before = gateway.services.journal.lastVersion;
    const content = async function* (): AsyncIterable<string> {
      for (let id = 0; id < 3_000; id++) yield `${id}\n`;
      connection.destroy();
      await new Promise(() => undefined);
    };
    const infileStreamFactory = () => Readable.from(bytes(content()));
    void connection
      .query({ sql: "LOAD DATA LOCAL INFILE 'f' INTO TABLE vanished", infileStreamFactory })
      .catch(() => undefined);
    for (
      let wait = 0;
      wait < 100 &&
      [...gateway.services.processes.entries(() => true)].some(
        (each) => each.host !== 'localhost' && each.command !== 'Sleep',
      );
      wait++
    ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(gateway.services.journal.lastVersion, before);
    assert.deepEqual(await rows(session, 'SELECT COUNT(*) FROM vanished'), [['0']]);
  });

  it('inserts many rows of a query in one version, past the journal', async () => {
    await rows(session, 'CREATE TABLE digits (d INT PRIMARY KEY)');
    await rows(session, 'INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)');
    await rows(session, 'CREATE TABLE bulk (id INT PRIMARY KEY, v INT)');
    const before = gateway.services.journal.lastVersion;
    const numbers = 'SELECT a.d + 10 * b.d + 100 * c.d, a.d FROM digits a, digits b, digits c';
    const outcome = await runInSession(session, `INSERT INTO bulk ${numbers}`);
    assert.equal(outcome.kind === 'ok' && outcome.affectedRows, 1_000);
    assert.equal(gateway.services.journal.lastVersion, before + 1);
    await assert.rejects(rows(session, `INSERT INTO bulk ${numbers}`), /1062/);
    await rows(session, 'UPDATE bulk SET v = 100 WHERE id = 999');
    await rows(session, 'DELETE FROM bulk WHERE id = 0');
    for (let turn = 0; turn < 2; turn++) {
      assert.deepEqual(await rows(session, 'SELECT COUNT(*), SUM(v) FROM bulk'), [['999', '4591']]);
      assert.deepEqual(await rows(session, 'SELECT v FROM bulk WHERE id IN (0, 5, 999) ORDER BY id'), [
        ['5'],
        ['100'],
      ]);
      await rows(session, 'FLUSH TABLES');
    }
    assert.deepEqual(await rows(session, `SELECT COUNT(*) FROM bulk AS OF ${before + 1}`), [['1000']]);
  });

  it('masks secrets in commits and the process list, and never answers with an internal error', async () => {
    await rows(session, "CREATE USER 'x'@'%' IDENTIFIED BY 'top secret'");
    const [[statement]] = (await rows(
      session,
      'SELECT statement FROM tidegate.commits ORDER BY version DESC LIMIT 1',
    )) as [[string]];
    assert.ok(statement.includes('CREATE USER') && !statement.includes('top secret'), statement);
    for (const sql of [
      'SELECT 1 FROM',
      'SELECT * FROM s.missing',
      '\u0000',
      "SELECT '",
      'INSERT INTO s.missing VALUES (1)',
    ]) {
      const outcome = await runInSession(session, sql);
      assert.ok(outcome.kind === 'error' && outcome.errno !== 1105, sql);
    }
  });

  it('counts statements by route', async () => {
    await rows(session, 'CREATE TABLE counted (id INT PRIMARY KEY)');
    const count = (route: string): number =>
      gateway.sessions
        .metrics()
        .find(({ name, labels }) => name === 'tidegate_statements_total' && labels.route === route)?.value ??
      0;
    const before = count('point');
    await rows(session, 'SELECT * FROM counted WHERE id = 1');
    assert.equal(count('point'), before + 1);
    assert.ok(gateway.sessions.statistics().startsWith('Uptime: '));
  });

  it('refuses KILL of a connection that is not there', async () => {
    assert.throws(
      () => gateway.sessions.kill(424_242, 'query', session as never),
      (error) => error instanceof GatewayError && error.errno === 1094,
    );
  });
});
