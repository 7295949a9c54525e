// The checklist for a driver of Node.js: node checklist.mjs mysql2|mariadb MODULE PORT ITEMS
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';

const [name, module, portText, items] = process.argv.slice(2);
const port = Number(portText);
const isMysql2 = name === 'mysql2';
const driver = createRequire(import.meta.url)(module);
const base = {
  host: '127.0.0.1',
  port,
  database: 'clients',
  user: 'root',
  multipleStatements: true,
  ...(isMysql2
    ? { supportBigNumbers: true, timezone: 'Z' }
    : { timezone: 'auto', allowPublicKeyRetrieval: true }),
};

/** Both drivers as one: rows as arrays, or the result of a write. */
function wrap(connection) {
  const options = (sql) => ({ sql, rowsAsArray: true });
  const first = isMysql2 ? ([rows]) => rows : (rows) => rows;
  return {
    connection,
    query: async (sql, values) => first(await connection.query(options(sql), values)),
    execute: async (sql, values) => first(await connection.execute(options(sql), values)),
    fields: async (sql) => {
      if (isMysql2) return (await connection.query(options(sql)))[1];
      return (await connection.query({ ...options(sql), metaAsArray: true }))[1];
    },
    end: () => connection.end(),
  };
}

const connect = async (options = {}) => wrap(await driver.createConnection({ ...base, ...options }));
const show = (value) => inspect(value, { breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60 });
const endless = 'SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()';
const numbered = (errno, sqlState) => (error) => {
  assert.equal(error.errno, errno, error.message);
  if (sqlState !== undefined) assert.equal(error.sqlState, sqlState);
  return true;
};
const untilQuiet = async (watcher) => {
  const sql =
    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half < b.n%' AND ID <> CONNECTION_ID()";
  while (Number((await watcher.query(sql))[0][0]) > 0);
};
const input = createInterface({ input: process.stdin });
const nextLine = () => new Promise((resolve) => input.once('line', resolve));

const steps = {
  async connect() {
    for (const tls of [{}, { ssl: { rejectUnauthorized: false } }]) {
      for (const user of ['nat', 'sha']) {
        const own = await connect({ ...tls, user, password: 'sécret' });
        assert.deepEqual(await own.query('SELECT CURRENT_USER()'), [[`${user}@%`]]);
        const [[, cipher]] = await own.query("SHOW STATUS LIKE 'Ssl_cipher'");
        assert.equal(cipher !== '', 'ssl' in tls);
        await own.connection.ping();
        if (isMysql2) await own.connection.changeUser({ user: 'nat', password: 'sécret' });
        else await own.connection.reset();
        await own.end();
        await assert.rejects(connect({ ...tls, user, password: 'wrong' }), numbered(1045, '28000'));
      }
    }
    await assert.rejects(connect({ database: 'nope' }), numbered(1049));
  },
  async text() {
    for (const options of [{}, { dateStrings: true }]) {
      const own = await connect(options);
      const rows = await own.query('SELECT * FROM every_type ORDER BY id');
      for (const row of rows)
        for (const [index, value] of row.entries()) console.log(`${row[0]}.${index}`, show(value));
      assert.equal(rows[3].filter((value) => value !== null).length, 1);
      await own.end();
    }
  },
  async binary() {
    for (const options of [{}, { dateStrings: true }]) {
      const own = await connect(options);
      const rows = await own.execute('SELECT * FROM every_type WHERE id < ? ORDER BY id', [9]);
      for (const row of rows)
        for (const [index, value] of row.entries()) console.log(`${row[0]}.${index}`, show(value));
      assert.equal(rows.length, 4);
      await own.end();
    }
  },
  async parameters() {
    const own = await connect({ dateStrings: true });
    await own.query('DROP TABLE IF EXISTS bound');
    await own.query('CREATE TABLE bound LIKE every_type');
    const rows = await own.query('SELECT * FROM every_type ORDER BY id');
    const marks = rows[0].map(() => '?').join();
    for (const row of rows) {
      // JSON is an object here, and a set an array; as parameters they are texts.
      row[29] = Array.isArray(row[29]) ? row[29].join() : row[29];
      row[30] = row[30] === null ? null : JSON.stringify(row[30]);
      await own.execute(`INSERT INTO bound VALUES (${marks})`, row);
      row[0] = Number(row[0]) + 10;
      await own.query(`INSERT INTO bound VALUES (${marks})`, row);
    }
    for (const row of await own.query('SELECT * FROM bound ORDER BY id')) {
      for (const [index, value] of row.entries()) console.log(`${row[0]}.${index}`, show(value));
    }
    const values = [
      7,
      -7.5,
      2n ** 63n - 1n,
      true,
      'o\'\\"ü€😀',
      Buffer.of(0, 255, 39, 92),
      new Date('2021-06-23T01:02:03.250Z'),
      null,
    ];
    for (const value of values) {
      for (const way of ['query', 'execute']) {
        const found = await own[way]('SELECT CONCAT(?), HEX(?)', [value, value]);
        console.log(way, show(value), '->', show(found));
      }
    }
    console.log(
      show(
        await own.execute('SELECT n FROM series WHERE n IN (?, ?) AND name LIKE ? LIMIT ?', [
          3,
          '5',
          'row%',
          isMysql2 ? '9' : 9,
        ]),
      ),
    );
    await own.query('DELETE FROM counted');
    if (!isMysql2) {
      await own.connection.batch(
        'INSERT INTO counted (s) VALUES (?)',
        Array.from({ length: 500 }, (_, index) => [`${index}`]),
      );
      console.log(show(await own.query('SELECT COUNT(*), COUNT(DISTINCT s) FROM counted')));
    }
    const several = await own.query('SELECT 1; SELECT 2');
    assert.deepEqual(
      several.map(([[value]]) => Number(value)),
      [1, 2],
    );
    await own.query('DROP TABLE bound');
    await own.end();
  },
  async stream() {
    const own = await connect();
    for (const sql of ['SELECT * FROM million', 'SELECT * FROM million WHERE n > -1']) {
      const before = process.memoryUsage().rss;
      let [count, sum, most] = [0, 0, 0];
      const stream = isMysql2
        ? own.connection.connection.query(sql).stream({ highWaterMark: 100 })
        : own.connection.queryStream(sql);
      for await (const row of stream) {
        sum += row.n;
        if (count++ % 10_000 === 0) most = Math.max(most, process.memoryUsage().rss);
      }
      assert.deepEqual([count, sum], [1_000_000, (1_000_000 * 999_999) / 2]);
      assert.ok(most - before < 160 * 2 ** 20, `the client grew by ${most - before} bytes`);
    }
    await own.end();
  },
  async transactions() {
    const [one, two] = [await connect(), await connect()];
    const values = async (own) => (await own.query('SELECT v FROM txn ORDER BY id')).map(([v]) => v);
    await one.query('DROP TABLE IF EXISTS txn');
    await one.query(
      'CREATE TABLE txn (id INT PRIMARY KEY, v INT NOT NULL); INSERT INTO txn VALUES (1, 10), (2, 20)',
    );
    await one.connection.beginTransaction();
    await one.query('UPDATE txn SET v = 11 WHERE id = 1');
    assert.deepEqual(
      [await values(one), await values(two)],
      [
        [11, 20],
        [10, 20],
      ],
    );
    await one.connection.rollback();
    await one.connection.beginTransaction();
    await one.query('UPDATE txn SET v = 12 WHERE id = 1');
    await one.query('SAVEPOINT here');
    await one.query('DELETE FROM txn');
    await one.query('ROLLBACK TO here');
    await one.connection.commit();
    assert.deepEqual(await values(two), [12, 20]);
    await one.connection.beginTransaction();
    await values(one);
    await two.query('UPDATE txn SET v = 0 WHERE id = 1');
    assert.deepEqual(await values(one), [12, 20]);
    const lost = async () => {
      await one.query('UPDATE txn SET v = 1 WHERE id = 1');
      await one.connection.commit();
    };
    await assert.rejects(lost(), numbered(1213, '40001'));
    await one.connection.rollback();
    for (const level of ['READ COMMITTED', 'SERIALIZABLE', 'REPEATABLE READ']) {
      await one.query(`SET SESSION TRANSACTION ISOLATION LEVEL ${level}`);
      assert.deepEqual(await one.query('SELECT @@transaction_isolation'), [[level.replace(' ', '-')]]);
    }
    await Promise.all([one.end(), two.end()]);
  },
  async errors() {
    const own = await connect();
    for (const line of readFileSync(join(process.env.CHECKLIST, 'errors.tsv'), 'utf8')
      .trimEnd()
      .split('\n')) {
      const [number, state, sql] = line.split('\t');
      await assert.rejects(own.query(sql), numbered(Number(number), state), line);
      await assert.rejects(own.execute(sql), numbered(Number(number), state), `prepared ${line}`);
    }
    await own.end();
  },
  async metadata() {
    const own = await connect();
    for (const sql of ['SELECT * FROM plain', 'SELECT n AS label, s.name, 1.5, NULL FROM series s LIMIT 0']) {
      for (const field of await own.fields(sql)) {
        // The flags and character sets that MySQL sends are tried elsewhere.
        const names = isMysql2
          ? [field.name, field.orgName, field.table, field.orgTable, field.schema, field.decimals]
          : [field.name(), field.orgName(), field.table(), field.orgTable(), field.schema(), field.scale];
        console.log(...names, field.columnType, field.columnLength);
      }
    }
    await own.end();
  },
  async cancel() {
    const [own, killer] = [await connect(), await connect()];
    const running = own.query(endless);
    const ended = assert.rejects(running, numbered(1317, '70100'));
    const busy = `SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND = 'Query' AND ID = ${own.connection.threadId}`;
    while (Number((await killer.query(busy))[0][0]) === 0);
    await killer.query(`KILL QUERY ${own.connection.threadId}`);
    await ended;
    await untilQuiet(killer);
    assert.equal((await own.query('SELECT 1')).length, 1);
    await Promise.all([own.end(), killer.end()]);
  },
  async timeout() {
    const own = await connect();
    await own.query('SET SESSION max_execution_time = 200');
    await assert.rejects(own.query(endless), numbered(3024, 'HY000'));
    await own.query('SET SESSION max_execution_time = 0');
    await assert.rejects(
      own.execute(endless.replace('SELECT', 'SELECT /*+ MAX_EXECUTION_TIME(200) */')),
      numbered(3024),
    );
    const impatient = await connect(isMysql2 ? {} : { socketTimeout: 300 });
    await assert.rejects(impatient.connection.query({ sql: endless, ...(isMysql2 ? { timeout: 300 } : {}) }));
    impatient.connection.destroy();
    const watcher = await connect();
    own.connection.destroy();
    await untilQuiet(watcher);
    await watcher.end();
  },
  async reconnect() {
    const [own, killer] = [await connect(), await connect()];
    own.connection.on('error', () => {});
    killer.connection.on('error', () => {});
    await killer.query(`KILL ${own.connection.threadId}`);
    await assert.rejects(own.query('SELECT 1'));
    const pool = driver.createPool({ ...base, connectionLimit: 2 });
    // What ends a connection that nobody waits for is told the pool.
    pool.on('error', () => {});
    await pool.query('SELECT 1');
    console.log('@restart');
    await nextLine();
    await assert.rejects(killer.query('SELECT 1'));
    // A pool's first connection may be one that is lost: then the next is new.
    let counted;
    for (let attempt = 0; attempt < 3 && counted === undefined; attempt++) {
      counted = await pool
        .query({ sql: 'SELECT COUNT(*) FROM series', rowsAsArray: true })
        .catch(() => undefined);
    }
    assert.match(show(counted), /120000/);
    await pool.end();
  },
  async pool() {
    const pool = driver.createPool({
      ...base,
      connectionLimit: 3,
      ...(isMysql2 ? {} : { resetAfterUse: true }),
    });
    const one = async (_, index) => {
      const found = await pool.query({ sql: 'SELECT ? + 0 AS a', rowsAsArray: true }, [index]);
      return Number((isMysql2 ? found[0] : found)[0][0]);
    };
    const expected = Array.from({ length: 20 }, (_, index) => index);
    assert.deepEqual(await Promise.all(Array.from({ length: 20 }, one)), expected);
    const connection = await pool.getConnection();
    await connection.query('SELECT 1');
    await connection.release();
    await pool.end();
  },
};

for (const item of items.split(',')) {
  console.log(`## ${item}`);
  try {
    await steps[item]();
    console.log('ok');
  } catch (error) {
    console.log(`failed ${String(error.stack).replaceAll('\n', ' | ')}`);
  }
}
process.exit(0);
