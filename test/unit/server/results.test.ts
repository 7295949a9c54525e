import assert from 'node:assert/strict';
import { GatewayError } from '../../../src/base/errors.ts';
import { type Batch, batchOfRows } from '../../../src/types/batch.ts';
import { bigint, longtext } from '../../../src/types/sql-type.ts';
import { startTestServer, type TestServer } from '../../support/gateway-server.ts';
import { framed, RawClient, readErr } from '../../support/raw-client.ts';
import {
  column,
  ok,
  rows,
  rowsResult,
  type Script,
  type ScriptedSession,
  ScriptedSessions,
} from '../../support/scripted-sessions.ts';

const mebibyte = 1024 * 1024;

/** Ends when `condition` holds; the mocha timeout is the limit. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function* failAfter(batches: number): AsyncGenerator<Batch> {
  for (let index = 0; index < batches; index++) yield batchOfRows([[BigInt(index)]], 1);
  throw new GatewayError('QUERY_TIMEOUT', 'too slow');
}

async function* badValue(): AsyncGenerator<Batch> {
  yield batchOfRows([[1n], ['not a number']], 1);
}

async function* waiting(session: ScriptedSession): AsyncGenerator<Batch> {
  yield batchOfRows([[1n]], 1);
  await session.untilInterrupted();
}

const number = [column('n', bigint())];

const script: Script = {
  'fail at once': () => rowsResult(number, failAfter(0)),
  'fail after 3': () => rowsResult(number, failAfter(3)),
  'bad value': () => rowsResult(number, badValue()),
  wait: async (session) => session.untilInterrupted(),
  'wait in rows': (session) => rowsResult(number, waiting(session)),
  'large row': () => rows([column('t', longtext)], ['y'.repeat(17 * mebibyte)]),
  'two 16 MiB': () => rows([column('t', longtext)], ['z'.repeat(0xff_ffff - 4)]),
};

describe('server: results', () => {
  let sessions: ScriptedSessions;
  let server: TestServer;
  const clients: RawClient[] = [];

  beforeEach(async () => {
    sessions = new ScriptedSessions({
      ...script,
      length: (session) => ok({ affectedRows: Number(session.observed.statements.length) }),
    });
    server = await startTestServer(sessions, { limits: { socketWriteBufferBytes: 64 * 1024 } });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.stop();
  });

  async function login(): Promise<RawClient> {
    const client = await RawClient.connect(server.port);
    clients.push(client);
    assert.equal((await client.login())[0], 0);
    return client;
  }

  async function skip(client: RawClient, count: number): Promise<void> {
    for (let index = 0; index < count; index++) await client.packet();
  }

  const pings = async (client: RawClient): Promise<void> => {
    client.send('\x0e');
    assert.equal((await client.packet())!.toString('hex'), '00000002000000');
  };

  it('an ERR stands in place of a row', async () => {
    const client = await login();
    client.send('\x03fail after 3');
    await skip(client, 3);
    for (let row = 0; row < 3; row++) assert.equal((await client.packet())!.toString(), `\x01${row}`);
    assert.equal(readErr(await client.packet()).errno, 3024);
    await pings(client);
  });

  it('an ERR stands in place of the first row', async () => {
    const client = await login();
    client.send('\x03fail at once');
    await skip(client, 3);
    assert.equal(readErr(await client.packet()).errno, 3024);
    await pings(client);
  });

  it('a value that does not fit its column is error 1105, after the rows before it', async () => {
    const client = await login();
    client.send('\x03bad value');
    await skip(client, 3);
    assert.equal((await client.packet())!.toString(), '\x011');
    assert.equal(readErr(await client.packet()).errno, 1105);
    await pings(client);
  });

  it('numbers packets on through a result of thousands of rows', async () => {
    const client = await login();
    client.send('\x03stream 5000 20');
    for (let packet = 0; packet < 5_005; packet++) {
      const payload = (await client.packet())!;
      assert.equal(client.lastSequence, (packet + 1) & 0xff);
      if (packet >= 4 && packet < 5_004) {
        const text = String(packet - 4);
        assert.equal(payload.toString(), `${String.fromCharCode(text.length)}${text}\x14${'x'.repeat(20)}`);
      }
    }
    await pings(client);
    assert.equal(sessions.observed.iteratorsReturned, 0);
  });

  it('does not pull batches while the client does not read', async () => {
    const client = await login();
    client.socket.pause();
    // 100 MB in 10,000 batches: far more than all buffers between us and the client.
    client.send('\x03stream 100000 1000');
    let before = -1;
    for (let still = 0; still < 20; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      still = sessions.observed.batchesPulled === before && before > 0 ? still + 1 : 0;
      before = sessions.observed.batchesPulled;
    }
    assert.ok(before < 5_000, `${before} of 10000 batches were pulled`);
    client.socket.resume();
    await until(() => sessions.observed.batchesPulled === 10_000);
    client.close();
  });

  it('stops the query of a client that goes away while rows flow', async () => {
    const client = await login();
    client.send('\x03stream 10000000 1000');
    await skip(client, 10);
    client.close();
    await until(() => sessions.observed.iteratorsReturned === 1);
    await until(() => sessions.observed.closed === 1);
    assert.deepEqual(sessions.observed.interrupts, ['disconnect']);
  });

  it('stops the query of a client that goes away while it does not read', async () => {
    const client = await login();
    client.socket.pause();
    client.send('\x03stream 10000000 1000');
    await until(() => sessions.observed.batchesPulled > 20);
    client.close();
    await until(() => sessions.observed.closed === 1);
    assert.equal(sessions.observed.iteratorsReturned, 1);
  });

  it('interrupts the statement of a client that goes away while it waits', async () => {
    for (const statement of ['wait', 'wait in rows']) {
      const { closed } = sessions.observed;
      const client = await login();
      client.send(`\x03${statement}`);
      await until(() => sessions.observed.statements.at(-1) === statement);
      client.close();
      await until(() => sessions.observed.closed === closed + 1);
    }
    assert.deepEqual(sessions.observed.interrupts, ['disconnect', 'disconnect']);
  });

  it('KILL QUERY ends the statement and leaves the connection', async () => {
    const client = await login();
    client.send('\x03wait in rows');
    await until(() => sessions.observed.statements.length === 1);
    sessions.kill(1, 'query');
    await skip(client, 4);
    assert.equal(readErr(await client.packet()).errno, 1317);
    await pings(client);
  });

  it('KILL tells the statement and closes the connection, executing or idle', async () => {
    const busy = await login();
    const idle = await login();
    busy.send('\x03wait');
    await until(() => sessions.observed.statements.length === 1);
    sessions.kill(1, 'connection');
    assert.equal(readErr(await busy.packet()).errno, 1317);
    await busy.closed();
    sessions.kill(2, 'connection');
    await idle.closed();
    assert.equal(await idle.packet(), undefined, 'nothing is written to an idle connection');
  });

  it('closes a killed connection whose client does not read', async () => {
    const client = await login();
    client.socket.pause();
    client.send('\x03stream 10000000 1000');
    await until(() => sessions.observed.batchesPulled > 20);
    sessions.kill(1, 'connection');
    await until(() => sessions.observed.closed === 1);
  });

  describe('beyond 16 MiB', () => {
    it('sends a row in several packets', async () => {
      const client = await login();
      client.send('\x03large row');
      await skip(client, 3);
      const first = (await client.packet())!;
      assert.equal(first.length, 0xff_ffff);
      const second = (await client.packet())!;
      assert.equal(first.length + second.length, 17 * mebibyte + 9);
      assert.equal(client.lastSequence, 5);
      assert.equal((await client.packet())![0], 0xfe);
    });

    it('ends a row of exactly 0xFFFFFF bytes with an empty packet', async () => {
      const client = await login();
      client.send('\x03two 16 MiB');
      await skip(client, 3);
      assert.equal((await client.packet())!.length, 0xff_ffff);
      assert.equal((await client.packet())!.length, 0);
      assert.equal((await client.packet())![0], 0xfe);
    });

    it('reads a statement in several packets', async () => {
      const client = await login();
      const text = `\x03SET ${'a'.repeat(20 * mebibyte)}`;
      client.send(text.slice(0, 0xff_ffff), 0);
      client.send(text.slice(0xff_ffff), 1);
      assert.equal((await client.packet())![0], 0);
      assert.equal(client.lastSequence, 2);
      assert.equal(sessions.observed.statements.at(-1)!.length, 20 * mebibyte + 4);
    });

    it('answers a statement beyond max_allowed_packet with 1153 and closes', async () => {
      const small = await startTestServer(new ScriptedSessions(), {
        limits: { maxAllowedPacketBytes: mebibyte },
      });
      const client = await RawClient.connect(small.port);
      await client.login();
      client.socket.write(framed(`\x03${'a'.repeat(2 * mebibyte)}`));
      assert.equal(readErr(await client.packet()).errno, 1153);
      assert.equal(client.lastSequence, 1);
      await client.closed();
      client.close();
      await small.stop();
    });
  });

  it('reads no further ahead than a few requests while one executes', async () => {
    const client = await login();
    client.send('\x03wait');
    await until(() => sessions.observed.statements.length === 1);
    const query = framed(`\x03SET ${'a'.repeat(100_000)}`);
    let sent = 0;
    // 100 MB would not fit: the socket stops taking them.
    while (sent < 1_000 && client.socket.writableLength < 4 * mebibyte) {
      client.socket.write(query);
      sent++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(sent < 1_000, 'everything was read although nothing was executed');
    sessions.kill(1, 'query');
    assert.equal(readErr(await client.packet()).errno, 1317);
    for (let index = 0; index < sent; index++) assert.equal((await client.packet())![0], 0);
  });
});
