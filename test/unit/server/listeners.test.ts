import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { readConfig } from '../../../src/app/config.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { framed, handshakeResponse, RawClient, readErr } from '../../support/raw-client.ts';

const run = promisify(execFile);

describe('server: unix socket', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tidegate-socket-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('serves clients as localhost, replaces a stale one, and removes its own', async () => {
    const path = join(directory, 's.sock');
    // A socket whose process has died.
    const child = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await run(process.execPath, ['-e', child]).catch(() => undefined);
    const gateway = await startGateway({ flags: ['--socket', path] });
    try {
      const args = ['--no-defaults', `--socket=${path}`, '-uroot', '-BN', '-e', 'SELECT USER(), @@socket'];
      assert.equal((await run('mariadb', args)).stdout, `root@localhost\t${path}\n`);
    } finally {
      await gateway.stop();
    }
    await assert.rejects(run('test', ['-e', path]));
  });

  it('takes no place that is in use', async () => {
    const path = join(directory, 's.sock');
    writeFileSync(path, 'a file');
    await assert.rejects(startGateway({ flags: ['--socket', path] }), /is not a socket/);
    rmSync(path);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(path, resolve));
    await assert.rejects(startGateway({ flags: ['--socket', path] }), /another process listens/);
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('server: PROXY protocol', () => {
  const start = (networks: string): Promise<Gateway> =>
    startGateway({ flags: ['--proxy-protocol', networks] });

  /** The host that the gateway refuses a stranger from, with `head` in front of the login. */
  async function hostSeen(gateway: Gateway, head: Buffer): Promise<string | undefined> {
    const client = await RawClient.connect(gateway.port);
    try {
      await client.packet();
      const login = handshakeResponse({ user: 'stranger', authData: Buffer.alloc(20, 1) });
      client.socket.write(Buffer.concat([head, framed(login, 1)]));
      return /'stranger'@'(.*?)'/.exec(readErr(await client.packet()).message)?.[1];
    } finally {
      client.close();
    }
  }

  it('is believed from the configured networks, and need not be spoken', async () => {
    const gateway = await start('10.0.0.0/8, 127.0.0.0/8');
    try {
      const line = Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 40000 3306\r\n');
      assert.equal(await hostSeen(gateway, line), '203.0.113.7');
      assert.equal(await hostSeen(gateway, Buffer.from('PROXY UNKNOWN\r\n')), '127.0.0.1');
      assert.equal(await hostSeen(gateway, Buffer.alloc(0)), '127.0.0.1');
      assert.equal(await hostSeen(gateway, Buffer.from('PROXY TCP4 nobody\r\n')), undefined);
    } finally {
      await gateway.stop();
    }
  });

  it('is refused from anywhere else', async () => {
    const gateway = await start('10.0.0.0/8');
    try {
      const client = await RawClient.connect(gateway.port);
      await client.packet();
      client.socket.write('PROXY TCP4 203.0.113.7 10.0.0.1 40000 3306\r\n');
      assert.equal(readErr(await client.packet()).errno, 1153);
      await client.closed();
    } finally {
      await gateway.stop();
    }
  });

  it('takes networks only', () => {
    for (const wrong of ['somewhere', '10.0.0.0/33', '::1/200', '10.0.0.0/8/9', '10.0.0.0/x']) {
      assert.throws(() => readConfig(['--proxy-protocol', wrong], {}), /is not a network/);
    }
  });
});

describe('server: limits of connections and packets', () => {
  it('keeps one connection beyond max_connections for an administrator', async () => {
    const gateway = await startGateway({ flags: ['--max-connections', '2'] });
    const options = { host: '127.0.0.1', port: gateway.port, user: 'root' };
    try {
      const first = await mysql.createConnection(options);
      await first.query("CREATE USER ann IDENTIFIED BY ''");
      const second = await mysql.createConnection({ ...options, user: 'ann' });
      await assert.rejects(mysql.createConnection({ ...options, user: 'ann' }), { errno: 1040 });
      const third = await mysql.createConnection(options);
      await assert.rejects(mysql.createConnection(options), { errno: 1040 });
      await second.end();
      await third.query('SELECT 1');
      await third.end();
      const again = await mysql.createConnection({ ...options, user: 'ann' });
      await again.end();
      await first.end();
    } finally {
      await gateway.stop();
    }
  });

  it('takes max_allowed_packet as it was at login', async () => {
    const gateway = await startGateway();
    const options = { host: '127.0.0.1', port: gateway.port, user: 'root' };
    try {
      const before = await mysql.createConnection(options);
      await before.query('SET GLOBAL max_allowed_packet = 65536');
      const text = `SELECT LENGTH('${'x'.repeat(70_000)}') AS n`;
      const [rows] = await before.query<RowDataPacket[]>(text);
      assert.deepEqual(rows, [{ n: 70_000 }]);
      const after = await mysql.createConnection(options);
      await assert.rejects(after.query(text), { errno: 1153 });
      after.destroy();
      await before.end();
    } finally {
      await gateway.stop();
    }
  });
});
