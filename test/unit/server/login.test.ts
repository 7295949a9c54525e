import assert from 'node:assert/strict';
import { constants, publicEncrypt } from 'node:crypto';
import {
  certificateProof,
  nativePasswordHash,
  nativeResponse,
  sha2Response,
} from '../../../src/wire/auth.ts';
import { startTestServer, type TestServer } from '../../support/gateway-server.ts';
import {
  framed,
  handshakeResponse,
  plainCapabilities,
  RawClient,
  readErr,
  scrambleOf,
} from '../../support/raw-client.ts';
import { ok, ScriptedSessions } from '../../support/scripted-sessions.ts';

const sslFlag = 0x800;

describe('server: login', () => {
  let sessions: ScriptedSessions;
  let server: TestServer;
  const clients: RawClient[] = [];

  const connect = async (): Promise<RawClient> => {
    const client = await RawClient.connect(server.port);
    clients.push(client);
    return client;
  };

  const accounts = { root: '', ann: 'secret', nat: 'native:secret', sha: 'sha2:secret' };

  before(async () => {
    sessions = new ScriptedSessions({ work: () => ok() }, accounts);
    server = await startTestServer(sessions, { tlsMode: 'auto', limits: { handshakeTimeoutMs: 5_000 } });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  after(() => server.stop());

  /** Sends a response for `user` and answers the first reply with the client. */
  async function respond(options: Parameters<typeof handshakeResponse>[0], password?: string) {
    const client = await connect();
    const scramble = scrambleOf((await client.packet())!);
    const authData =
      password === undefined
        ? options.authData
        : options.plugin === 'caching_sha2_password'
          ? sha2Response(password, scramble)
          : nativeResponse(password, scramble);
    client.send(handshakeResponse({ ...options, ...(authData === undefined ? {} : { authData }) }), 1);
    return { client, scramble, reply: (await client.packet())! };
  }

  it('greets with a scramble of its own for each connection', async () => {
    const [first, second] = [await connect(), await connect()];
    const [one, two] = [(await first.packet())!, (await second.packet())!];
    assert.equal(one[0], 0x0a);
    assert.equal(first.lastSequence, 0);
    assert.equal(one.at(-1), 0);
    assert.ok(one.toString('latin1').endsWith('caching_sha2_password\0'));
    assert.notEqual(scrambleOf(one).toString('hex'), scrambleOf(two).toString('hex'));
  });

  it('names the plugin it is told to name', async () => {
    const other = await startTestServer(new ScriptedSessions(), { authPlugin: 'mysql_native_password' });
    const client = await RawClient.connect(other.port);
    assert.ok((await client.packet())!.toString('latin1').endsWith('mysql_native_password\0'));
    client.close();
    await other.stop();
  });

  it('dispatches no command before authentication has ended', async () => {
    const before = sessions.observed.statements.length;
    const client = await connect();
    await client.packet();
    // A query in place of the response, and more queries behind it.
    client.socket.write(Buffer.concat([framed('\x03work', 0), framed('\x03work', 1), framed('\x03work', 0)]));
    readErr(await client.packet());
    await client.closed();
    const second = await connect();
    await second.packet();
    const response = handshakeResponse({ user: 'ann', authData: Buffer.alloc(20, 1) });
    second.socket.write(Buffer.concat([framed(response, 1), framed('\x03work', 0)]));
    assert.equal(readErr(await second.packet()).errno, 1045);
    await second.closed();
    assert.equal(sessions.observed.statements.length, before);
  });

  it('survives responses cut at any byte', async () => {
    const full = framed(handshakeResponse({ user: 'ann', authData: Buffer.alloc(20, 7) }), 1);
    for (let length = 0; length < full.length; length += 7) {
      const client = await connect();
      await client.packet();
      client.socket.end(full.subarray(0, length));
      await client.closed();
      client.close();
    }
    const { reply } = await respond({}, '');
    assert.equal(reply[0], 0);
  });

  it('reads a response that comes byte by byte', async () => {
    const client = await connect();
    await client.packet();
    client.socket.setNoDelay(true);
    for (const byte of framed(handshakeResponse({}), 1)) {
      client.socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal((await client.packet())![0], 0);
  });

  it('answers a malformed response with 1835 and a wrong sequence id with 1156', async () => {
    const short = await connect();
    await short.packet();
    short.send(Buffer.concat([handshakeResponse({}).subarray(0, 33), Buffer.from('x')]), 1);
    assert.equal(readErr(await short.packet()).errno, 1835);
    await short.closed();
    const wrong = await connect();
    await wrong.packet();
    wrong.send(handshakeResponse({}), 2);
    assert.equal(readErr(await wrong.packet()).errno, 1156);
    assert.equal(wrong.lastSequence, 3);
    await wrong.closed();
  });

  it('refuses a packet before login that is larger than any response', async () => {
    const client = await connect();
    await client.packet();
    client.socket.write(Buffer.from([0x01, 0x00, 0x01, 0x01]));
    assert.equal(readErr(await client.packet()).errno, 1153);
    await client.closed();
  });

  it('closes a connection that does not log in in time', async () => {
    const quick = await startTestServer(new ScriptedSessions(), { limits: { handshakeTimeoutMs: 30 } });
    const client = await RawClient.connect(quick.port);
    await client.packet();
    await client.closed();
    await quick.stop();
  });

  it('refuses an unknown user as it refuses a wrong password', async () => {
    const wrong = await respond({ user: 'ann' }, 'other');
    const unknown = await respond({ user: 'nobody' }, 'other');
    assert.equal(
      readErr(wrong.reply).message,
      "Access denied for user 'ann'@'127.0.0.1' (using password: YES)",
    );
    assert.equal(
      readErr(unknown.reply).message,
      "Access denied for user 'nobody'@'127.0.0.1' (using password: YES)",
    );
    await unknown.client.closed();
  });

  it('tells of an unknown database after authentication only', async () => {
    const known = await respond({ user: 'ann', database: 'missing' }, 'secret');
    assert.equal(readErr(known.reply).errno, 1049);
    const stranger = await respond({ user: 'ann', database: 'missing' }, 'other');
    assert.equal(readErr(stranger.reply).errno, 1045);
  });

  describe('the plugin that the client names decides', () => {
    const sha2 = 'caching_sha2_password';
    const native = 'mysql_native_password';
    const pluginOf = (packet: Buffer): string => {
      assert.equal(packet[0], 0xfe);
      return packet.subarray(1, packet.indexOf(0)).toString();
    };

    it('native with 20 bytes: verified', async () => {
      assert.equal((await respond({ user: 'ann', plugin: native }, 'secret')).reply[0], 0);
    });

    it('caching_sha2 with 32 bytes: fast success, then OK', async () => {
      const { client, reply } = await respond({ user: 'ann', plugin: sha2 }, 'secret');
      assert.equal(reply.toString('hex'), '0103');
      assert.equal((await client.packet())![0], 0);
      assert.equal(client.lastSequence, 3);
    });

    it('caching_sha2 with nothing is the start of a dialog', async () => {
      const { client, reply, scramble } = await respond({ user: 'ann', plugin: sha2 });
      assert.equal(pluginOf(reply), sha2);
      assert.equal(reply.subarray(-21, -1).toString('hex'), scramble.toString('hex'));
      client.send(sha2Response('secret', scramble), 3);
      assert.equal((await client.packet())!.toString('hex'), '0103');
      assert.equal((await client.packet())![0], 0);
    });

    it('caching_sha2 with one NUL is a blank password', async () => {
      assert.equal((await respond({ user: 'root', plugin: sha2, authData: Buffer.of(0) })).reply[0], 0);
      const { reply } = await respond({ user: 'ann', plugin: sha2, authData: Buffer.of(0) });
      assert.match(readErr(reply).message, /using password: NO/);
    });

    it('native with nothing is a blank password, or switched to native', async () => {
      assert.equal((await respond({ user: 'root', plugin: native })).reply[0], 0);
      const { client, reply, scramble } = await respond({ user: 'ann', plugin: native });
      assert.equal(pluginOf(reply), native);
      client.send(nativeResponse('secret', scramble), 3);
      assert.equal((await client.packet())![0], 0);
    });

    it('no name or another name: native', async () => {
      for (const plugin of ['', 'sha256_password', 'dialog']) {
        const { client, reply, scramble } = await respond({ user: 'ann', plugin }, 'secret');
        assert.equal(pluginOf(reply), native);
        client.send(nativeResponse('secret', scramble), 3);
        assert.equal((await client.packet())![0], 0);
      }
    });

    it('another name from a libmysql of version 9: caching_sha2', async () => {
      const attributes = Buffer.concat([
        Buffer.of(44),
        ...['_client_name', 'libmysql', '_client_version'].map((text) =>
          Buffer.concat([Buffer.of(text.length), Buffer.from(text)]),
        ),
        Buffer.from('\x059.1.0'),
      ]);
      const capabilities = plainCapabilities | 0x10_0000;
      const { reply } = await respond({ user: 'ann', plugin: 'x', capabilities, attributes });
      assert.equal(pluginOf(reply), sha2);
    });

    it('a client without PLUGIN_AUTH does native', async () => {
      const capabilities = 0x8200;
      assert.equal((await respond({ user: 'ann', capabilities }, 'secret')).reply[0], 0);
      assert.equal(readErr((await respond({ user: 'ann', capabilities })).reply).errno, 1045);
    });

    it('an account with the SHA-256 hash only: caching_sha2 for everyone', async () => {
      const { client, reply, scramble } = await respond({ user: 'sha', plugin: native }, 'secret');
      assert.equal(pluginOf(reply), sha2);
      client.send(sha2Response('secret', scramble), 3);
      assert.equal((await client.packet())!.toString('hex'), '0103');
    });

    it('an account with the native hash only: full authentication by RSA', async () => {
      const { client, reply, scramble } = await respond({ user: 'nat', plugin: sha2 }, 'secret');
      assert.equal(reply.toString('hex'), '0104');
      client.send(Buffer.of(2), 3);
      const key = (await client.packet())!;
      assert.equal(key[0], 1);
      assert.match(key.subarray(1).toString(), /^-----BEGIN PUBLIC KEY-----/);
      const masked = Buffer.from('secret\0').map((byte, index) => byte ^ scramble[index]!);
      const padding = {
        key: key.subarray(1).toString(),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: 'sha1',
      };
      client.send(publicEncrypt(padding, masked), 5);
      assert.equal((await client.packet())![0], 0);
    });

    it('a password in clear without TLS is not accepted, right or not', async () => {
      const { client } = await respond({ user: 'nat', plugin: sha2 }, 'secret');
      client.send('secret\0', 3);
      assert.equal(readErr(await client.packet()).errno, 1045);
    });

    it('an RSA answer that is noise is a wrong password', async () => {
      const { client } = await respond({ user: 'nat', plugin: sha2 }, 'secret');
      client.send(Buffer.of(2), 3);
      await client.packet();
      client.send(Buffer.alloc(256, 3), 5);
      assert.equal(readErr(await client.packet()).errno, 1045);
    });
  });

  describe('over TLS', () => {
    const sslRequest = framed(
      handshakeResponse({ capabilities: plainCapabilities | sslFlag }).subarray(0, 32),
      1,
    );

    it('goes on with sequence id 2, and takes a password in clear', async () => {
      const client = await connect();
      const scramble = scrambleOf((await client.packet())!);
      await client.startTls(sslRequest);
      const authData = sha2Response('secret', scramble);
      client.send(handshakeResponse({ user: 'nat', authData, plugin: 'caching_sha2_password' }), 2);
      assert.equal((await client.packet())!.toString('hex'), '0104');
      client.send('secret\0', 4);
      assert.equal((await client.packet())![0], 0);
      assert.equal(client.lastSequence, 5);
    });

    it('proves its certificate to a client of the native plugin', async () => {
      const client = await connect();
      const scramble = scrambleOf((await client.packet())!);
      await client.startTls(sslRequest);
      client.send(handshakeResponse({ user: 'ann', authData: nativeResponse('secret', scramble) }), 2);
      const info = (await client.packet())!.subarray(8).toString();
      const { fingerprint256 } = (client.socket as import('node:tls').TLSSocket).getPeerCertificate();
      const sha256 = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex');
      assert.equal(info, certificateProof(nativePasswordHash('secret'), scramble, sha256));
    });

    it('closes on bytes that are no TLS, and serves the next client', async () => {
      for (const noise of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x00\x05hello', '']) {
        const client = await connect();
        await client.packet();
        client.socket.write(Buffer.concat([sslRequest, Buffer.from(noise)]));
        client.socket.end();
        await client.closed();
      }
      assert.equal((await respond({ user: 'root' })).reply[0], 0);
    });

    it('required: refuses a login without it', async () => {
      const strict = await startTestServer(new ScriptedSessions(), { tlsMode: 'required' });
      const client = await RawClient.connect(strict.port);
      assert.equal(readErr(await client.login()).errno, 3159);
      client.close();
      await strict.stop();
    });

    it('off: is not offered, and an SSLRequest is no response', async () => {
      const plain = await startTestServer(new ScriptedSessions(), { tlsMode: 'off' });
      const client = await RawClient.connect(plain.port);
      const handshake = (await client.packet())!;
      const capabilities = handshake.readUInt16LE(handshake.indexOf(0) + 1 + 4 + 9);
      assert.equal(capabilities & sslFlag, 0);
      client.socket.write(sslRequest);
      assert.equal(readErr(await client.packet()).errno, 1835);
      client.close();
      await plain.stop();
    });
  });

  it('refuses connections beyond the limit with 1040, and takes new ones when others have gone', async () => {
    const small = await startTestServer(new ScriptedSessions(), { limits: { maxConnections: 2 } });
    const first = await RawClient.connect(small.port);
    const second = await RawClient.connect(small.port);
    assert.equal((await first.login())[0], 0);
    await second.packet();
    // One more may show that it is an administrator's, and is sent away otherwise.
    const third = await RawClient.connect(small.port);
    await third.packet();
    const fourth = await RawClient.connect(small.port);
    assert.equal(readErr(await fourth.packet()).errno, 1040);
    await fourth.closed();
    third.send(handshakeResponse({}), 1);
    assert.equal(readErr(await third.packet()).errno, 1040);
    await third.closed();
    first.send('\x01');
    await first.closed();
    let reply: Buffer | undefined;
    for (let attempt = 0; attempt < 100 && reply?.[0] !== 0x0a; attempt++) {
      const next = await RawClient.connect(small.port);
      reply = await next.packet();
      next.close();
    }
    assert.equal(reply?.[0], 0x0a);
    second.close();
    await small.stop();
  });
});
