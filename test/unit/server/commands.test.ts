import assert from 'node:assert/strict';
import { GatewayError } from '../../../src/base/errors.ts';
import { startTestServer, type TestServer } from '../../support/gateway-server.ts';
import {
  framed,
  handshakeResponse,
  plainCapabilities,
  RawClient,
  readErr,
} from '../../support/raw-client.ts';
import { column, ok, rows, type Script, ScriptedSessions } from '../../support/scripted-sessions.ts';

const foundRows = 0x2;
const multiStatements = 0x1_0000;
const deprecateEof = 0x100_0000;

const script: Script = {
  update: () => ok({ affectedRows: 1, matchedRows: 3, info: 'Rows matched: 3  Changed: 1  Warnings: 0' }),
  insert: () => ok({ affectedRows: 1, matchedRows: 1, lastInsertId: 300n, warningCount: 2 }),
  one: () => rows([column('n')], [1]),
  two: () => rows([column('n')], [2]),
  begin: (session) => {
    session.statusFlags = 3;
    return ok();
  },
  fail: () => {
    throw new GatewayError('NO_SUCH_TABLE', "Table 'x' doesn't exist");
  },
  broken: () => {
    throw new TypeError('a secret of ours');
  },
  'kill me': (session) => {
    session.disconnect();
    return ok();
  },
};

describe('server: commands', () => {
  let sessions: ScriptedSessions;
  let server: TestServer;
  const clients: RawClient[] = [];

  before(async () => {
    sessions = new ScriptedSessions(script, { root: '', ann: 'secret' });
    server = await startTestServer(sessions);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  after(() => server.stop());

  async function login(capabilities = 0): Promise<RawClient> {
    const client = await RawClient.connect(server.port);
    clients.push(client);
    const reply = await client.login({ capabilities: plainCapabilities | capabilities });
    assert.equal(reply.toString('hex'), '00000002000000');
    return client;
  }

  const hexOf = async (client: RawClient): Promise<string> => (await client.packet())!.toString('hex');

  /** Sends a command and checks the replies, numbered from 1. */
  async function expectReplies(
    client: RawClient,
    command: string | Uint8Array,
    ...expected: string[]
  ): Promise<void> {
    client.send(command);
    for (const [index, hex] of expected.entries()) {
      assert.equal(await hexOf(client), hex.replaceAll(' ', ''));
      assert.equal(client.lastSequence, index + 1);
    }
  }

  const errOf = async (client: RawClient, command: string | Uint8Array): Promise<number> => {
    client.send(command);
    return readErr(await client.packet()).errno;
  };

  const okPacket = '00 00 00 0200 0000';
  const definition = '0364656600000001 6e 00 0c3f000b0000000380000000 00'.replaceAll(' ', '');

  it('PING, INIT_DB, RESET_CONNECTION, STATISTICS', async () => {
    const client = await login();
    await expectReplies(client, '\x0e', okPacket);
    await expectReplies(client, '\x02shop', okPacket);
    assert.equal(await errOf(client, '\x02missing'), 1049);
    await expectReplies(client, '\x1f', okPacket);
    await expectReplies(client, '\x09', Buffer.from('Uptime: 1  Threads: 1').toString('hex'));
  });

  it('QUERY with EOF packets', async () => {
    const client = await login();
    await expectReplies(client, '\x03one', '01', definition, 'fe 0000 0200', '01 31', 'fe 0000 0200');
  });

  it('QUERY without EOF packets', async () => {
    const client = await login(deprecateEof);
    await expectReplies(client, '\x03one', '01', definition, '01 31', 'fe 00 00 0200 0000');
  });

  it('OK says changed rows, or matched rows under FOUND_ROWS', async () => {
    const info = Buffer.from('Rows matched: 3  Changed: 1  Warnings: 0').toString('hex');
    await expectReplies(await login(), '\x03update', `00 01 00 0200 0000 28 ${info}`);
    await expectReplies(await login(foundRows), '\x03update', `00 03 00 0200 0000 28 ${info}`);
    await expectReplies(await login(), '\x03insert', '00 01 fc2c01 0200 0200');
  });

  it('status flags follow the session at once', async () => {
    const client = await login();
    await expectReplies(client, '\x03begin', '00 00 00 0300 0000');
    await expectReplies(client, '\x0e', '00 00 00 0300 0000');
    await expectReplies(client, '\x1f', okPacket);
  });

  it('several results carry MORE_RESULTS until the last', async () => {
    const client = await login(multiStatements);
    await expectReplies(
      client,
      '\x03one;insert;two',
      ...['01', definition, 'fe 0000 0a00', '01 31', 'fe 0000 0a00'],
      '00 01 fc2c01 0a00 0200',
      ...['01', definition, 'fe 0000 0200', '01 32', 'fe 0000 0200'],
    );
  });

  it('an error ends several statements', async () => {
    const client = await login(multiStatements);
    client.send('\x03insert;fail;two');
    assert.equal(await hexOf(client), '0001fc2c010a000200');
    assert.equal(readErr(await client.packet()).errno, 1146);
    await expectReplies(client, '\x0e', okPacket);
  });

  it('SET_OPTION turns several statements on and off, RESET_CONNECTION back', async () => {
    const client = await login();
    assert.equal(await errOf(client, '\x03one;two'), 1064);
    await expectReplies(client, '\x1b\0\0', 'fe 0000 0200');
    await expectReplies(client, '\x03insert;insert', '00 01 fc2c01 0a00 0200', '00 01 fc2c01 0200 0200');
    await expectReplies(client, '\x1b\x01\0', 'fe 0000 0200');
    assert.equal(await errOf(client, '\x03insert;insert'), 1064);
    await expectReplies(client, '\x1b\0\0', 'fe 0000 0200');
    await expectReplies(client, '\x1f', okPacket);
    assert.equal(await errOf(client, '\x03insert;insert'), 1064);
  });

  it('an empty query is error 1065', async () => {
    assert.equal(await errOf(await login(), '\x03'), 1065);
  });

  it('errors leave the connection usable and tell no secrets', async () => {
    const client = await login();
    assert.equal(await errOf(client, '\x03fail'), 1146);
    client.send('\x03broken');
    const error = readErr(await client.packet());
    assert.equal(error.errno, 1105);
    assert.doesNotMatch(error.message, /secret/);
    await expectReplies(client, '\x0e', okPacket);
  });

  it('FIELD_LIST', async () => {
    const client = await login();
    client.send('\x04t\0');
    assert.match(await hexOf(client), /^0364656600000002 ?6964.*fb$/);
    assert.match(await hexOf(client), /6e616d65.*fb$/);
    assert.equal(await hexOf(client), 'fe00000200');
    client.send('\x04t\0N%e');
    assert.match(await hexOf(client), /6e616d65.*fb$/);
    assert.equal(await hexOf(client), 'fe00000200');
    assert.equal(await errOf(client, '\x04x\0'), 1146);
  });

  it('commands that there are not are error 1047, and those not allowed 1227', async () => {
    const client = await login();
    for (const code of [0x00, 0x05, 0x0a, 0x0f, 0x12, 0x1d, 0x1e, 0x20, 0xfa]) {
      assert.equal(await errOf(client, Buffer.of(code)), 1047, String(code));
    }
    assert.equal(await errOf(client, '\x08'), 1227);
    assert.equal(await errOf(client, '\x0d'), 1227);
    assert.equal(await errOf(client, Buffer.of(0x1c, 1, 0, 0, 0, 1, 0, 0, 0)), 1421);
  });

  it('PROCESS_KILL asks the sessions', async () => {
    const client = await login();
    const victim = await login();
    assert.equal(await errOf(client, Buffer.of(0x0c, 0xff, 0xff, 0, 0)), 1094);
    const id = Math.max(...sessions.sessions.keys());
    await expectReplies(client, Buffer.of(0x0c, id, 0, 0, 0), okPacket);
    await victim.closed();
    assert.deepEqual(sessions.observed.killed.at(-1), { connectionId: id, what: 'connection' });
  });

  it('a connection that kills itself gets its reply first', async () => {
    const client = await login();
    await expectReplies(client, '\x03kill me', okPacket);
    await client.closed();
  });

  it('QUIT closes without a reply, and the session is closed', async () => {
    const { closed } = sessions.observed;
    const client = await login();
    client.send('\x01');
    assert.equal(await client.packet(), undefined);
    for (let turn = 0; turn < 100 && sessions.observed.closed === closed; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(sessions.observed.closed, closed + 1);
  });

  it('pipelined commands are answered in order, each numbered from 1', async () => {
    const client = await login();
    const many = Array.from({ length: 500 }, (_, index) => framed(index % 2 === 0 ? '\x03insert' : '\x0e'));
    client.socket.write(Buffer.concat(many));
    for (let index = 0; index < many.length; index++) {
      const expected = index % 2 === 0 ? '0001fc2c0102000200' : '00000002000000';
      assert.equal(await hexOf(client), expected, String(index));
      assert.equal(client.lastSequence, 1);
    }
  });

  it('a wrong sequence id is 1156 and ends the connection', async () => {
    const client = await login();
    client.send('\x0e', 3);
    assert.equal(readErr(await client.packet()).errno, 1156);
    assert.equal(client.lastSequence, 4);
    await client.closed();
  });

  it('a body that is too short is 1835 and ends the connection', async () => {
    const client = await login();
    assert.equal(await errOf(client, '\x19\0'), 1835);
    await client.closed();
  });

  describe('prepared statements', () => {
    const prepare = (text: string): string => `\x16${text}`;
    const execute = (id: number, rest: string): Buffer =>
      Buffer.from(`17${Buffer.of(id, 0, 0, 0).toString('hex')}0001000000${rest.replaceAll(' ', '')}`, 'hex');

    it('PREPARE, EXECUTE, types reused, CLOSE', async () => {
      const client = await login(deprecateEof);
      const parameter = '036465660000000 13f 00 0c2d00 fc030000 fd 0000 00 0000'.replaceAll(' ', '');
      const c0 = '0364656600000002 6330 00 0c2d00 fc030000 fd 0000 00 0000'.replaceAll(' ', '');
      await expectReplies(client, prepare('echo ?'), '00 01000000 0100 0100 00 0000', parameter, c0);
      const intColumn = '03646566000000026330000c3f00 0b000000 03 8000 00 0000'.replaceAll(' ', '');
      const end = 'fe 00 00 0200 0000';
      await expectReplies(client, execute(1, '00 01 0300 05000000'), '01', intColumn, '0000 05000000', end);
      await expectReplies(client, execute(1, '00 00 06000000'), '01', intColumn, '0000 06000000', end);
      client.send(Buffer.of(0x19, 1, 0, 0, 0));
      assert.equal(await errOf(client, execute(1, '00 00 06000000')), 1243);
    });

    it('long data comes with the next execution, and only with it', async () => {
      const client = await login(deprecateEof);
      client.send(prepare('echo ?'));
      for (let packet = 0; packet < 3; packet++) await client.packet();
      client.send(Buffer.concat([Buffer.of(0x18, 1, 0, 0, 0, 0, 0), Buffer.from('ab')]));
      client.send(Buffer.concat([Buffer.of(0x18, 1, 0, 0, 0, 0, 0), Buffer.from('cd')]));
      client.send(execute(1, '00 01 fd00'));
      await client.packet();
      await client.packet();
      assert.equal(await hexOf(client), `000004${Buffer.from('abcd').toString('hex')}`);
      await client.packet();
      client.send(Buffer.concat([Buffer.of(0x18, 1, 0, 0, 0, 0, 0), Buffer.from('zz')]));
      await expectReplies(client, Buffer.of(0x1a, 1, 0, 0, 0), okPacket);
      client.send(execute(1, '00 01 fd00 0178'));
      await client.packet();
      await client.packet();
      assert.equal(await hexOf(client), '00000178');
    });

    it('RESET_CONNECTION forgets them; unknown ones are error 1243', async () => {
      const client = await login(deprecateEof);
      client.send(prepare('echo'));
      await client.packet();
      await expectReplies(client, '\x1f', okPacket);
      assert.equal(await errOf(client, execute(1, '')), 1243);
      assert.equal(await errOf(client, Buffer.of(0x1a, 9, 0, 0, 0)), 1243);
      client.send(Buffer.of(0x19, 9, 0, 0, 0));
      await expectReplies(client, '\x0e', okPacket);
    });
  });

  it('CHANGE_USER authenticates anew, and a failure ends the connection', async () => {
    const client = await login();
    const { closed } = sessions.observed;
    await expectReplies(client, '\x11root\0\0\0\x2d\0mysql_native_password\0', okPacket);
    assert.equal(sessions.observed.closed, closed + 1);
    client.send('\x11ann\0\0\0\x2d\0mysql_native_password\0');
    assert.equal((await client.packet())![0], 0xfe);
    client.send(Buffer.alloc(20, 1), client.lastSequence + 1);
    assert.equal(readErr(await client.packet()).errno, 1045);
    await client.closed();
  });

  it('speaks to a client that names no capability but the needed ones', async () => {
    const client = await RawClient.connect(server.port);
    clients.push(client);
    await client.packet();
    client.send(handshakeResponse({ capabilities: 0x200 }).subarray(0, 37), 1);
    assert.equal((await client.packet())![0], 0);
  });
});
