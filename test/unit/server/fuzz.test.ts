import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Logger } from '../../../src/base/logger.ts';
import { startTestServer, type TestServer } from '../../support/gateway-server.ts';
import { framed, handshakeResponse, RawClient } from '../../support/raw-client.ts';
import { column, ok, rows, ScriptedSessions } from '../../support/scripted-sessions.ts';

const statements = ['one', 'echo ?', 'stream 50 10', 'load', 'SET x', ''];

describe('server: noise', () => {
  let server: TestServer;
  let sessions: ScriptedSessions;
  const logged: unknown[] = [];
  const logger: Logger = {
    debug() {},
    info() {},
    warn() {},
    error: (fields) => logged.push(fields),
  };

  before(async () => {
    sessions = new ScriptedSessions({
      one: () => rows([column('n')], [1]),
      load: () => ({
        kind: 'localInfile',
        fileName: 'f',
        load: async (content) => {
          for await (const _ of content);
          return ok();
        },
      }),
    });
    server = await startTestServer(sessions, { tlsMode: 'auto', logger });
  });
  after(() => server.stop());

  const command = fc.oneof(
    fc
      .tuple(fc.nat(255), fc.uint8Array({ maxLength: 40 }))
      .map(([code, body]) => Buffer.concat([Buffer.of(code), body])),
    fc
      .tuple(fc.constantFrom(0x03, 0x16), fc.constantFrom(...statements))
      .map(([code, text]) => Buffer.concat([Buffer.of(code), Buffer.from(text)])),
    fc
      .uint8Array({ maxLength: 30 })
      .map((body) => Buffer.concat([Buffer.from([0x17, 1, 0, 0, 0, 0, 1, 0, 0, 0]), body])),
    fc
      .uint8Array({ maxLength: 30 })
      .map((body) => Buffer.concat([Buffer.from([0x18, 1, 0, 0, 0, 0, 0]), body])),
  );
  const sequence = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(255) });
  const session = fc.array(fc.tuple(command, sequence), { maxLength: 12 });

  /** Sends everything, then QUIT or the end of the stream, and waits until the server has closed. */
  async function play(pieces: readonly Buffer[], loggedIn: boolean): Promise<void> {
    const client = await RawClient.connect(server.port);
    if (loggedIn) await client.login({ capabilities: 0x0109_8280 });
    else await client.packet();
    client.socket.resume();
    if (loggedIn) client.socket.write(Buffer.concat([...pieces, framed('\x01')]));
    else client.socket.end(Buffer.concat(pieces));
    await client.closed();
    client.close();
  }

  it('after login ends one connection at most, and is never a fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(session, async (commands) => {
        await play(
          commands.map(([body, id]) => framed(body, id)),
          true,
        );
        assert.deepEqual(logged.splice(0), []);
      }),
      { numRuns: 150 },
    );
    await play([framed('\x0e')], true);
  });

  it('before login reaches no session', async () => {
    const { length } = sessions.observed.opened;
    const response = framed(handshakeResponse({ user: 'stranger' }), 1);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), fc.nat(response.length), async (noise, cut) => {
        await play([response.subarray(0, cut), Buffer.from(noise)], false);
        assert.deepEqual(logged.splice(0), []);
      }),
      { numRuns: 100 },
    );
    assert.equal(sessions.observed.opened.length, length);
    await play([framed('\x0e')], true);
  });
});
