/** mysql2, the driver of Node.js. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import mysql from 'mysql2/promise';
import type { Gateway } from '../support/gateway.ts';
import { everyTypeText } from './every-type.ts';
import { freePort, loadFixture, seriesRows, startClientGateway } from './fixture.ts';

const errno = (number: number, state?: string): object =>
  state === undefined ? { errno: number } : { errno: number, sqlState: state };

/** Text as the server wrote it, in either protocol. */
const asText: mysql.ConnectionOptions = {
  dateStrings: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
};

describe('client: mysql2', () => {
  let gateway: Gateway;
  const open: mysql.Connection[] = [];

  before(async () => {
    gateway = await startClientGateway();
    await loadFixture(gateway);
  });
  after(() => gateway.stop());
  afterEach(() => {
    for (const connection of open.splice(0)) connection.destroy();
  });

  const connect = async (options: mysql.ConnectionOptions = {}): Promise<mysql.Connection> => {
    const connection = await mysql.createConnection({
      host: '127.0.0.1',
      port: gateway.port,
      user: 'root',
      database: 'clients',
      ...options,
    });
    open.push(connection);
    return connection;
  };
  const rowsOf = async (
    connection: mysql.Connection,
    sql: string,
    values?: unknown[],
  ): Promise<unknown[][]> =>
    (await connection.query<mysql.RowDataPacket[][]>({ sql, rowsAsArray: true }, values))[0];
  const executed = async (
    connection: mysql.Connection,
    sql: string,
    values: unknown[] = [],
  ): Promise<unknown[][]> =>
    (
      await connection.execute<mysql.RowDataPacket[][]>(
        { sql, rowsAsArray: true },
        values as mysql.ExecuteValues,
      )
    )[0];

  for (const tls of [false, true]) {
    it(`logs in ${tls ? 'over TLS' : 'in the clear'}, changes the user, resets and pings`, async () => {
      const ssl = tls ? { ssl: { rejectUnauthorized: false } } : {};
      const connection = await connect(ssl);
      assert.deepEqual(await rowsOf(connection, 'SELECT CURRENT_USER(), DATABASE()'), [
        ['root@%', 'clients'],
      ]);
      await connection.query('SET @a = 1');
      await connection.changeUser({ user: 'ann', password: 'sécret' });
      assert.deepEqual(await rowsOf(connection, 'SELECT CURRENT_USER(), @a'), [['ann@%', null]]);
      await connection.end();
      const direct = await connect({ ...ssl, user: 'ann', password: 'sécret' });
      const [[, cipher] = []] = await rowsOf(direct, "SHOW SESSION STATUS LIKE 'Ssl_cipher'");
      assert.match(String(cipher), tls ? /^TLS_/ : /^$/);
      await direct.ping();
      await assert.rejects(connect({ ...ssl, user: 'ann', password: 'x' }), errno(1045));
      await assert.rejects(connect({ ...ssl, database: 'nope' }), errno(1049));
    });
  }

  it('reads every type, in text and binary alike', async () => {
    const connection = await connect(asText);
    const sql = 'SELECT * FROM every_type ORDER BY id';
    const text = await rowsOf(connection, sql);
    const binary = await executed(connection, sql);
    // The driver shows a FLOAT as the double it is, and leaves out zeros of a fraction.
    const asBinary = text.map((row) =>
      row.map((value, index) => {
        if (index === 12 && value !== null) return Math.fround(value as number);
        if (![32, 34, 36].includes(index) || value === null) return value;
        return (value as string).replace(index === 32 ? /\.?0+$/ : /\.0+$/, '');
      }),
    );
    assert.deepEqual(binary, asBinary);
    const plain = (value: unknown): string | null => {
      if (value === null) return null;
      if (Buffer.isBuffer(value)) return value.toString('utf8');
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    };
    // JSON and doubles are objects and numbers here: what was written is compared as such.
    const normal = (row: (string | null)[]): (string | null)[] =>
      row.map((value, index) => {
        if (value === null) return value;
        if (index === 12 || index === 13) return String(Number(value));
        return index === 30 ? JSON.stringify(JSON.parse(value)) : value;
      });
    // A JSON null is JavaScript's.
    const expected = everyTypeText.map((row) => normal([...row]));
    expected[1]![30] = null;
    assert.deepEqual(
      text.map((row) => row.map(plain)),
      expected,
    );
  });

  it('sends parameters of every type', async () => {
    const connection = await connect({ ...asText, jsonStrings: true });
    await connection.query('CREATE TABLE params LIKE every_type');
    const [original] = await rowsOf(connection, 'SELECT * FROM every_type WHERE id = 1');
    const marks = original!.map(() => '?').join();
    const [inserted] = await connection.execute<mysql.ResultSetHeader>(
      `INSERT INTO params VALUES (${marks})`,
      original as mysql.ExecuteValues,
    );
    assert.equal(inserted.affectedRows, 1);
    assert.deepEqual(await rowsOf(connection, 'SELECT * FROM params'), [original]);
    await connection.execute(
      'INSERT INTO params (id, d, dt6, js, lb, flag, vc, bi) VALUES (?,?,?,?,?,?,?,?)',
      [
        2,
        0.5,
        new Date('2021-06-23T01:02:03.250Z'),
        { a: [1] },
        Buffer.of(0, 255),
        true,
        null,
        2n ** 60n,
      ] as mysql.ExecuteValues,
    );
    const [row] = await executed(connection, 'SELECT d, js, HEX(lb), flag, vc, bi FROM params WHERE id = ?', [
      '2',
    ]);
    assert.deepEqual(row, [0.5, '{"a": [1]}', '00FF', 1, null, '1152921504606846976']);
    const limited = await executed(
      connection,
      'SELECT n FROM series WHERE n > ? ORDER BY n LIMIT ? OFFSET ?',
      [10, '2', 1],
    );
    assert.deepEqual(limited, [[12], [13]]);
    assert.deepEqual(await executed(connection, 'SELECT ?, ? + 1, CONCAT(?, ?)', [null, 2, 'a', 'b']), [
      [null, 3, 'ab'],
    ]);
    assert.deepEqual(
      await executed(connection, 'SELECT COUNT(*) FROM series WHERE n IN (?, ?, ?)', [1, 5, -1]),
      [['2']],
    );
    assert.deepEqual(
      await executed(connection, 'SELECT id FROM params WHERE da = ? AND dt < ?', [
        '2021-06-23',
        new Date('2022-01-01'),
      ]),
      [[1]],
    );
    const statement = await connection.prepare('UPDATE params SET vc = ? WHERE id = ?');
    for (const value of ['a', 'b', null, 'c'.repeat(50)]) await statement.execute([value, 1]);
    await statement.close();
    assert.deepEqual(await executed(connection, 'SELECT vc FROM params WHERE id = 1'), [['c'.repeat(50)]]);
    for (const sql of [
      'SHOW TABLES',
      'DESCRIBE series',
      'SET @x = 1',
      'BEGIN',
      'COMMIT',
      'EXPLAIN SELECT 1',
      'DO 1',
    ])
      await connection.execute(sql);
  });

  it('streams 120,000 rows in both protocols, and may stop early', async () => {
    const connection = await connect();
    const { connection: core } = connection as unknown as { connection: import('mysql2').Connection };
    for (const query of [core.query('SELECT * FROM series'), core.execute('SELECT * FROM series')]) {
      let sum = 0;
      let count = 0;
      for await (const row of query.stream({ highWaterMark: 100 }) as AsyncIterable<{ n: number }>) {
        sum += row.n;
        count++;
      }
      assert.equal(count, seriesRows);
      assert.equal(sum, (seriesRows * (seriesRows - 1)) / 2);
    }
    const watcher = await connect();
    const endless = core.query('SELECT a.n FROM series a JOIN series b ON a.n < b.n').stream();
    for await (const _ of endless) break;
    connection.destroy();
    for (;;) {
      const [[processes] = []] = await rowsOf(watcher, 'SELECT COUNT(*) FROM information_schema.PROCESSLIST');
      if (processes === 1) break;
    }
    assert.deepEqual(await rowsOf(watcher, 'SELECT COUNT(*) FROM series'), [[seriesRows]]);
  });

  it('runs transactions, and tells a lost conflict from other errors', async () => {
    const [one, two] = [await connect(), await connect()];
    await one.query('CREATE TABLE accounts (id INT PRIMARY KEY, amount INT NOT NULL)');
    await one.query('INSERT INTO accounts VALUES (1, 10), (2, 20)');
    await one.beginTransaction();
    await one.query('UPDATE accounts SET amount = amount - 5 WHERE id = 1');
    assert.deepEqual(await rowsOf(one, 'SELECT amount FROM accounts ORDER BY id'), [[5], [20]]);
    assert.deepEqual(await rowsOf(two, 'SELECT amount FROM accounts ORDER BY id'), [[10], [20]]);
    await one.rollback();
    assert.deepEqual(await rowsOf(one, 'SELECT amount FROM accounts WHERE id = 1'), [[10]]);
    await one.beginTransaction();
    await rowsOf(one, 'SELECT * FROM accounts');
    await two.query('UPDATE accounts SET amount = 0 WHERE id = 1');
    const lost = (async () => {
      await one.query('UPDATE accounts SET amount = 1 WHERE id = 1');
      await one.commit();
    })();
    await assert.rejects(lost, errno(1213, '40001'));
    await one.query('UPDATE accounts SET amount = 2 WHERE id = 1');
    assert.deepEqual(await rowsOf(two, 'SELECT amount FROM accounts WHERE id = 1'), [[2]]);
    await one.query('SET autocommit = 0');
    await one.query('DELETE FROM accounts');
    assert.deepEqual(await rowsOf(two, 'SELECT COUNT(*) FROM accounts'), [[2]]);
    await one.commit();
    assert.deepEqual(await rowsOf(two, 'SELECT COUNT(*) FROM accounts'), [[0]]);
  });

  it('gets errors by number and state', async () => {
    const connection = await connect();
    const errors: [sql: string, code: number, state: string][] = [
      ['SELEC 1', 1064, '42000'],
      ['SELECT * FROM nope', 1146, '42S02'],
      ['SELECT nope FROM series', 1054, '42S22'],
      ["INSERT INTO series VALUES (1, 'a', 1)", 1062, '23000'],
      ['INSERT INTO series VALUES (-1, NULL, 1)', 1048, '23000'],
      ['SELECT 1; SELECT 2', 1064, '42000'],
      ['', 1065, '42000'],
    ];
    for (const [sql, code, state] of errors) {
      await assert.rejects(connection.query(sql), errno(code, state), sql);
      if (!sql.includes(';'))
        await assert.rejects(connection.execute(sql), errno(code, state), `prepared ${sql}`);
    }
    assert.deepEqual(await rowsOf(connection, 'SELECT 1'), [[1]]);
  });

  it('gets what an insert and an update did', async () => {
    const connection = await connect();
    await connection.query('CREATE TABLE auto (id INT PRIMARY KEY AUTO_INCREMENT, v INT)');
    const [first] = await connection.query<mysql.ResultSetHeader>('INSERT INTO auto (v) VALUES (1), (2)');
    assert.equal(first.insertId, 1);
    assert.equal(first.affectedRows, 2);
    assert.match(first.info, /Records: 2 {2}Duplicates: 0 {2}Warnings: 0/);
    const [second] = await connection.execute<mysql.ResultSetHeader>('INSERT INTO auto (v) VALUES (?)', [3]);
    assert.equal(second.insertId, 3);
    const [updated] = await connection.query<mysql.ResultSetHeader>('UPDATE auto SET v = 2 WHERE id <= 2');
    assert.deepEqual([updated.affectedRows, updated.changedRows], [2, 1]);
  });

  it('answers several statements at once, up to the first error', async () => {
    const connection = await connect({ multipleStatements: true });
    const [results] = await connection.query("SELECT 1 AS a; SET @b = 2; SELECT @b AS b, ';' AS c;");
    const [first, , third] = results as [mysql.RowDataPacket[], mysql.ResultSetHeader, mysql.RowDataPacket[]];
    assert.deepEqual([{ ...first[0] }, { ...third[0] }], [{ a: 1 }, { b: 2, c: ';' }]);
    await assert.rejects(connection.query('SET @b = 3; SELECT * FROM nope; SET @b = 4'), errno(1146));
    assert.deepEqual(await rowsOf(connection, 'SELECT @b'), [[3]]);
  });

  it('cancels a long scan from a second connection', async () => {
    const [worker, killer] = [await connect(), await connect()];
    for (const prepared of [false, true]) {
      const sql = 'SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()';
      const long = prepared ? worker.execute(sql) : worker.query(sql);
      const ended = assert.rejects(long, errno(1317, '70100'));
      const running = 'SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = ? AND INFO IS NOT NULL';
      while ((await rowsOf(killer, running, [worker.threadId]))[0]![0] !== 1);
      await killer.query(`KILL QUERY ${worker.threadId}`);
      await ended;
      assert.deepEqual(await rowsOf(worker, 'SELECT 1'), [[1]]);
    }
    await worker.query('SET max_execution_time = 50');
    await assert.rejects(
      worker.query('SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()'),
      errno(3024),
    );
  });

  it('loads local data from a stream, and may go in the middle', async () => {
    const connection = await connect();
    await connection.query('CREATE TABLE loaded (a INT PRIMARY KEY, b VARCHAR(20))');
    const load = (from: mysql.Connection, stream: Readable): Promise<unknown> =>
      from.query({
        sql: "LOAD DATA LOCAL INFILE 'x' INTO TABLE loaded",
        infileStreamFactory: () => stream,
      } as mysql.QueryOptions);
    const [done] = (await load(
      connection,
      Readable.from([Buffer.from('1\ta\n2'), Buffer.from('\t\\N\n')]),
    )) as [mysql.ResultSetHeader];
    assert.equal(done.affectedRows, 2);
    const going = await connect();
    const half = new Readable({ read() {} });
    half.push(Buffer.from('3\tc\n'));
    const lost = load(going, half);
    lost.catch(() => {});
    const loading = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'LOAD%'";
    while ((await rowsOf(connection, loading))[0]![0] !== 1);
    going.destroy();
    while ((await rowsOf(connection, loading))[0]![0] !== 0);
    assert.deepEqual(await rowsOf(connection, 'SELECT * FROM loaded'), [
      [1, 'a'],
      [2, null],
    ]);
  });

  it('is sent away when it idles longer than wait_timeout', async () => {
    const [idle, other] = [await connect(), await connect()];
    const ended = new Promise<void>((resolve) => {
      (idle as unknown as { connection: NodeJS.EventEmitter }).connection.on('error', () => resolve());
    });
    await idle.query('SET wait_timeout = 1');
    await ended;
    assert.deepEqual(await rowsOf(other, 'SELECT @@wait_timeout'), [[28_800]]);
  });

  it('comes back when the gateway does', async () => {
    const port = await freePort();
    const first = await startClientGateway({ port });
    const pool = mysql.createPool({ host: '127.0.0.1', port, user: 'root', connectionLimit: 2 });
    await pool.query('CREATE DATABASE d');
    await pool.query('CREATE TABLE d.t (id INT PRIMARY KEY)');
    await pool.query('INSERT INTO d.t VALUES (1)');
    await first.stop({ keep: true });
    const second = await startClientGateway({ port, directory: first.directory });
    let rows: unknown;
    // The pool hands out its dead connection at most once each.
    for (let attempt = 0; rows === undefined && attempt < 3; attempt++) {
      rows = await pool.query('SELECT * FROM d.t').then(
        ([found]) => found,
        () => undefined,
      );
    }
    assert.deepEqual(rows, [{ id: 1 }]);
    await pool.end();
    await second.stop();
  });
});
