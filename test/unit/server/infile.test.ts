import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import mysql from 'mysql2/promise';
import { GatewayError } from '../../../src/base/errors.ts';
import type { LocalInfileResult } from '../../../src/session/result.ts';
import { startTestServer, type TestServer } from '../../support/gateway-server.ts';
import { plainCapabilities, RawClient, readErr } from '../../support/raw-client.ts';
import { ok, type Script, type ScriptedSession, ScriptedSessions } from '../../support/scripted-sessions.ts';

const localFiles = 0x80;

const infile = (load: LocalInfileResult['load']): LocalInfileResult => ({
  kind: 'localInfile',
  fileName: 'data.csv',
  load,
});

const collect = (session: ScriptedSession): LocalInfileResult =>
  infile(async (content) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    session.observed.infile = Buffer.concat(pieces);
    return ok({ affectedRows: session.observed.infile.length, info: 'Records: 1' });
  });

const script: Script = {
  load: collect,
  'load and fail': () =>
    infile(async (content) => {
      for await (const _ of content) throw new GatewayError('DATA_TOO_LONG', 'row 1');
      return ok();
    }),
  'load nothing': () => infile(async () => ok({ affectedRows: 7 })),
  'fail while reading': () =>
    infile(async (content) => {
      // A read is under way when this fails.
      void content[Symbol.asyncIterator]().next();
      throw new GatewayError('QUERY_INTERRUPTED', 'stop');
    }),
};

describe('server: LOAD DATA LOCAL', () => {
  let sessions: ScriptedSessions;
  let server: TestServer;
  let client: RawClient;

  beforeEach(async () => {
    sessions = new ScriptedSessions(script);
    server = await startTestServer(sessions);
    client = await RawClient.connect(server.port);
    await client.login({ capabilities: plainCapabilities | localFiles });
  });
  afterEach(async () => {
    client.close();
    await server.stop();
  });

  async function request(statement: string): Promise<void> {
    client.send(`\x03${statement}`);
    assert.equal((await client.packet())!.toString('latin1'), '\xfbdata.csv');
    assert.equal(client.lastSequence, 1);
  }

  it('takes the file in packets to the empty one, the ids going on', async () => {
    await request('load');
    client.send('1,a\n', 2);
    client.send('2,b\n', 3);
    client.send('', 4);
    assert.equal((await client.packet())!.toString('latin1'), '\x00\x08\x00\x02\x00\x00\x00\x0aRecords: 1');
    assert.equal(client.lastSequence, 5);
    assert.equal(sessions.observed.infile.toString(), '1,a\n2,b\n');
  });

  it('takes the empty packet of a client that refuses', async () => {
    await request('load');
    client.send('', 2);
    assert.equal((await client.packet())![1], 0);
    assert.equal(sessions.observed.infile.length, 0);
  });

  for (const statement of ['load and fail', 'load nothing', 'fail while reading']) {
    it(`reads to the end of the file: ${statement}`, async () => {
      await request(statement);
      for (let sequence = 2; sequence < 40; sequence++) client.send('x'.repeat(10_000), sequence);
      client.send('', 40);
      const reply = (await client.packet())!;
      assert.equal(client.lastSequence, 41);
      if (statement === 'load nothing') assert.equal(reply[1], 7);
      else assert.equal(readErr(reply).errno, statement === 'load and fail' ? 1406 : 1317);
      client.send('\x0e');
      assert.equal((await client.packet())![0], 0);
    });
  }

  it('is error 3948 for a client that did not offer it', async () => {
    const other = await RawClient.connect(server.port);
    await other.login();
    other.send('\x03load');
    assert.equal(readErr(await other.packet()).errno, 3948);
    other.close();
  });

  it('is not offered when the server is told so', async () => {
    const strict = await startTestServer(new ScriptedSessions(script), { localFiles: false });
    const other = await RawClient.connect(strict.port);
    await other.login({ capabilities: plainCapabilities | localFiles });
    other.send('\x03load');
    assert.equal(readErr(await other.packet()).errno, 3948);
    other.close();
    await strict.stop();
  });

  it('ends when the client goes away in the middle', async () => {
    await request('load');
    client.send('1,a\n', 2);
    client.close();
    while (sessions.observed.closed === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(sessions.observed.infile.length, 0);
  });

  it('takes 40 MB from mysql2', async () => {
    const connection = await mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
    const piece = Buffer.alloc(1024 * 1024, 'abcdefgh');
    const [result] = await connection.query<mysql.ResultSetHeader>({
      sql: 'load',
      infileStreamFactory: () => Readable.from(Array.from({ length: 40 }, () => piece)),
    });
    assert.equal(result.affectedRows, 40 * piece.length);
    assert.ok(sessions.observed.infile.equals(Buffer.concat(Array.from({ length: 40 }, () => piece))));
    await connection.end();
  });
});
