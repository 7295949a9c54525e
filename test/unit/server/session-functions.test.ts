/** SLEEP and GET_LOCK over real connections: waiting, KILL, the end of a connection. */
import assert from 'node:assert/strict';
import mysql from 'mysql2/promise';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { plainCapabilities, RawClient } from '../../support/raw-client.ts';

describe('functions of the session', () => {
  let gateway: Gateway;
  let watcher: mysql.Connection;
  const open: mysql.Connection[] = [];
  const connect = async (): Promise<mysql.Connection> => {
    const connection = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
    open.push(connection);
    return connection;
  };
  const value = async (connection: mysql.Connection, expression: string): Promise<unknown> => {
    const [rows] = await connection.query<mysql.RowDataPacket[]>(`SELECT ${expression} AS v`);
    return rows[0]?.v;
  };
  const errno = async (running: Promise<unknown>): Promise<unknown> =>
    running.then(
      () => 0,
      (error: unknown) => (error instanceof Error && 'errno' in error ? error.errno : error),
    );
  /** Until the connection runs what it has been told, so that a KILL meets it there. */
  const runs = async (connection: mysql.Connection): Promise<void> => {
    const text = 'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE id = ? AND info IS NOT NULL';
    for (;;) {
      const [rows] = await watcher.query<mysql.RowDataPacket[]>(text, [connection.threadId]);
      if (Number(rows[0]?.n) > 0) return;
    }
  };

  before(async () => {
    gateway = await startGateway();
    watcher = await connect();
  });
  after(async () => {
    for (const connection of open) connection.destroy();
    await gateway.stop();
  });

  it('read query attributes', async () => {
    const raw = await RawClient.connect(gateway.port);
    await raw.login({ capabilities: plainCapabilities | 0x0800_0000 | 0x0100_0000 });
    const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
    const varString = 253;
    const long = 3;
    /** `trace` = abc and `n` = 7, with `none` NULL. */
    const attributes = (bitmap: Buffer, ...before: readonly Buffer[]): Buffer[] => [
      bitmap,
      Buffer.of(1),
      ...before,
      Buffer.concat([Buffer.of(varString, 0), text('trace')]),
      Buffer.concat([Buffer.of(long, 0), text('n')]),
      Buffer.concat([Buffer.of(varString, 0), text('none')]),
    ];
    const ask = ['trace', 'n', 'none', 'other'].map((name) => `mysql_query_attribute_string('${name}')`);
    const sql = Buffer.from(`SELECT ${ask.join(', ')}`);
    const values = Buffer.concat([text('abc'), Buffer.of(7, 0, 0, 0)]);
    raw.send(Buffer.concat([Buffer.of(3, 3, 1), ...attributes(Buffer.of(0b100)), values, sql]));
    for (let packet = 0; packet < 5; packet++) await raw.packet();
    assert.equal((await raw.packet())!.toString('latin1'), '\x03abc\x017\xfb\xfb');
    await raw.packet();
    // An execution's attributes stand behind its parameters, and go with it.
    raw.send(Buffer.concat([Buffer.of(0x16), Buffer.from(`SELECT ?, ${ask[0]}`)]));
    const prepared = (await raw.packet())!;
    for (let packet = 0; packet < 3; packet++) await raw.packet();
    const id = prepared.subarray(1, 5);
    const parameter = Buffer.concat([Buffer.of(varString, 0), text('')]);
    const head = Buffer.concat([Buffer.of(0x17), id, Buffer.of(0x08, 1, 0, 0, 0)]);
    raw.send(
      Buffer.concat([head, Buffer.of(4), ...attributes(Buffer.of(0b1000), parameter), text('x'), values]),
    );
    for (let packet = 0; packet < 3; packet++) await raw.packet();
    assert.equal((await raw.packet())!.subarray(2).toString('latin1'), '\x01x\x03abc');
    await raw.packet();
    assert.equal(await value(watcher, ask[0]!), null);
    raw.close();
  });

  it('sleep, and tell by 1 that they were woken up', async () => {
    const [one] = [await connect()];
    assert.equal(await value(one, 'SLEEP(0.01)'), 0);
    const sleeping = value(one, 'SLEEP(1000)');
    await runs(one);
    await watcher.query(`KILL QUERY ${one.threadId}`);
    assert.equal(await sleeping, 1);
    assert.equal(await value(one, '5'), 5);
  });

  it('fail with 1317 where a query does more than sleep', async () => {
    const one = await connect();
    for (const expression of ['SLEEP(1000), 1', 'SLEEP(1000) + 1', '1 FROM DUAL WHERE SLEEP(1000)']) {
      const sleeping = errno(one.query(`SELECT ${expression}`));
      await runs(one);
      await watcher.query(`KILL QUERY ${one.threadId}`);
      assert.equal(await sleeping, 1317, expression);
    }
  });

  it('wait in the rows of INSERT too, which KILL leaves undone', async () => {
    const one = await connect();
    await one.query('CREATE DATABASE sleepy');
    await one.query('CREATE TABLE sleepy.t (id INT PRIMARY KEY)');
    await one.query("INSERT INTO sleepy.t VALUES (1), (SLEEP(0.01) + GET_LOCK('row', 0) + 1)");
    const inserting = errno(one.query('INSERT INTO sleepy.t VALUES (3), (SLEEP(1000))'));
    await runs(one);
    await watcher.query(`KILL QUERY ${one.threadId}`);
    assert.equal(await inserting, 1317);
    assert.equal(await value(watcher, '(SELECT GROUP_CONCAT(id ORDER BY id) FROM sleepy.t)'), '1,2');
    await one.query('DO RELEASE_ALL_LOCKS()');
  });

  it('end at max_execution_time', async () => {
    const one = await connect();
    await one.query('SET max_execution_time = 20');
    assert.equal(await value(one, 'SLEEP(1000)'), 1);
    assert.equal(await errno(one.query('SELECT SLEEP(1000), 1')), 3024);
    await value(watcher, "GET_LOCK('time', 0)");
    assert.equal(await errno(one.query("SELECT GET_LOCK('time', 1000)")), 3024);
  });

  it('compute what MySQL computes, and no more', async () => {
    const one = await connect();
    assert.equal(await value(one, "IF(GET_LOCK('x', 0), 'yes', GET_LOCK('y', 0))"), 'yes');
    assert.equal(await value(one, "IS_FREE_LOCK('y') + 0"), 1);
    assert.equal(await value(one, "IS_USED_LOCK('X') = CONNECTION_ID()"), 1);
    assert.equal(await value(one, "CASE WHEN 1 = 0 THEN GET_LOCK('y', 0) ELSE 7 END"), 7);
    assert.equal(await value(one, "COALESCE(RELEASE_LOCK('x'), GET_LOCK('y', 0))"), 1);
    assert.equal(await value(one, "0 AND GET_LOCK('y', 0)"), 0);
    assert.equal(await value(one, "1 OR GET_LOCK('y', 0)"), 1);
    assert.equal(await value(one, "RELEASE_LOCK('y')"), null);
    await one.query("DO GET_LOCK('d', 0), SLEEP(0)");
    await one.query("SET @got = GET_LOCK('d', 0)");
    assert.equal(await value(one, '@got'), 1);
    const [rows] = await one.execute<mysql.RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS v', ['p', 1.4]);
    assert.equal(rows[0]?.v, 1);
    assert.equal(await value(one, 'RELEASE_ALL_LOCKS()'), 3);
    assert.equal(await errno(one.query("SELECT GET_LOCK('', 1)")), 3057);
    assert.equal(await errno(one.query('SELECT RELEASE_LOCK(NULL)')), 3057);
    assert.equal(await errno(one.query('SELECT SLEEP(-1)')), 1210);
    assert.equal(await errno(one.query('SELECT SLEEP(NULL)')), 1210);
    assert.equal(await errno(one.query('SELECT SLEEP(0) FROM mysql.user')), 1235);
  });

  it('hand a lock on when it is given back, and end circles with 3058', async () => {
    const [one, two] = [await connect(), await connect()];
    assert.equal(await value(one, "GET_LOCK('a', 0)"), 1);
    assert.equal(await value(two, "GET_LOCK('b', 0)"), 1);
    assert.equal(await value(two, "GET_LOCK('a', 0)"), 0);
    const waiting = value(two, "GET_LOCK('a', -1)");
    await runs(two);
    assert.equal(await errno(one.query("SELECT GET_LOCK('b', 10)")), 3058);
    assert.equal(await value(one, "RELEASE_LOCK('a')"), 1);
    assert.equal(await waiting, 1);
    assert.equal(await value(one, "IS_USED_LOCK('a')"), two.threadId);
  });

  it('are waited for until KILL, which ends nothing else', async () => {
    const [one, two] = [await connect(), await connect()];
    await value(one, "GET_LOCK('k', 0)");
    await value(two, "GET_LOCK('kept', 0)");
    const waiting = errno(two.query("SELECT GET_LOCK('k', 1000)"));
    await runs(two);
    await watcher.query(`KILL QUERY ${two.threadId}`);
    assert.equal(await waiting, 1317);
    assert.equal(await value(one, "IS_USED_LOCK('kept')"), two.threadId);
  });

  for (const [how, end] of [
    ['COM_RESET_CONNECTION', (connection: mysql.Connection) => connection.reset()],
    ['COM_CHANGE_USER', (connection: mysql.Connection) => connection.changeUser({ user: 'root' })],
    ['COM_QUIT', (connection: mysql.Connection) => connection.end()],
    ['a cut connection', (connection: mysql.Connection) => connection.destroy()],
    ['KILL', (connection: mysql.Connection) => watcher.query(`KILL ${connection.threadId}`)],
  ] as const) {
    it(`give locks back at ${how}`, async () => {
      const [one, two] = [await connect(), await connect()];
      one.on('error', () => undefined);
      assert.equal(await value(one, "GET_LOCK('left', 0)"), 1);
      const waiting = value(two, "GET_LOCK('left', -1)");
      await runs(two);
      await end(one);
      assert.equal(await waiting, 1);
      await two.end();
    });
  }
});
