/** Who is let in, over the wire: passwords, locks, certificates; and what the audit log says of it. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection, type ConnectionOptions, type RowDataPacket } from 'mysql2/promise';
import { generate } from 'selfsigned';
import { openGateway } from '../../src/app/compose.ts';
import { readConfig } from '../../src/app/config.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

/** The error number of a login, 0 when it is let in; the message of an error that has no number. */
async function loginErrno(options: ConnectionOptions): Promise<number | string> {
  try {
    const connection = await mysql.createConnection({ host: '127.0.0.1', ...options });
    await connection.end();
    return 0;
  } catch (error) {
    const { errno, message } = error as { errno?: number; message: string };
    return errno ?? message;
  }
}

const day = 86_400_000;

describe('accounts: logins', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-accounts-'));
  const auditPath = join(directory, 'audit.log');
  let gateway: Gateway;
  let root: Connection;
  let port: number;
  let good: { cert: string; private: string };
  let foreign: { cert: string; private: string };

  before(async () => {
    const notAfterDate = new Date(Date.now() + day);
    const ca = await generate([{ name: 'commonName', value: 'Test CA' }], {
      keySize: 2048,
      notAfterDate,
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'keyUsage', keyCertSign: true, critical: true },
      ],
    });
    const names = [
      { name: 'organizationName', value: 'Shop' },
      { name: 'commonName', value: 'client' },
    ];
    good = await generate(names, { keySize: 2048, notAfterDate, ca: { key: ca.private, cert: ca.cert } });
    foreign = await generate(names, { keySize: 2048, notAfterDate });
    writeFileSync(join(directory, 'ca.pem'), ca.cert);
    const caFile = join(directory, 'ca.pem');
    gateway = await startGateway({
      flags: ['--tls', 'auto', '--tls-ca', caFile, '--audit-log', auditPath],
    });
    port = gateway.port;
    root = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
  });
  after(async () => {
    await root.end();
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const events = (): Record<string, unknown>[] =>
    readFileSync(auditPath, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('takes the most specific host, and says who it is', async () => {
    await root.query("CREATE USER host_user@'%' IDENTIFIED BY 'far'");
    await root.query("CREATE USER host_user@'127.0.0.0/8' IDENTIFIED BY 'net'");
    assert.equal(await loginErrno({ port, user: 'host_user', password: 'far' }), 1045);
    const connection = await mysql.createConnection({
      host: '127.0.0.1',
      port,
      user: 'host_user',
      password: 'net',
    });
    const [rows] = await connection.query('SELECT CURRENT_USER() AS account, USER() AS user');
    assert.deepEqual(rows, [{ account: 'host_user@127.0.0.0/8', user: 'host_user@127.0.0.1' }]);
    await connection.end();
    await root.query("CREATE USER host_user@127.0.0.1 IDENTIFIED BY 'exact'");
    assert.equal(await loginErrno({ port, user: 'host_user', password: 'net' }), 1045);
    assert.equal(await loginErrno({ port, user: 'host_user', password: 'exact' }), 0);
    assert.equal(await loginErrno({ port, user: '' }), 1045);
    assert.equal(await loginErrno({ port, user: 'unknown', password: 'x' }), 1045);
  });

  it('does not let locked accounts and roles in', async () => {
    await root.query("CREATE USER locked IDENTIFIED BY 'x' ACCOUNT LOCK");
    await root.query('CREATE ROLE role');
    assert.equal(await loginErrno({ port, user: 'locked', password: 'x' }), 3118);
    assert.equal(await loginErrno({ port, user: 'locked', password: 'y' }), 1045);
    assert.equal(await loginErrno({ port, user: 'role' }), 3118);
    await root.query('ALTER USER locked ACCOUNT UNLOCK');
    assert.equal(await loginErrno({ port, user: 'locked', password: 'x' }), 0);
  });

  it('locks an account after wrong passwords in a row, until it is unlocked', async () => {
    await root.query(
      "CREATE USER guessed IDENTIFIED BY 'x' FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED",
    );
    const right = { port, user: 'guessed', password: 'x' };
    const wrong = { port, user: 'guessed', password: 'y' };
    assert.equal(await loginErrno(wrong), 1045);
    assert.equal(await loginErrno(wrong), 1045);
    assert.equal(await loginErrno(right), 0);
    assert.equal(await loginErrno(wrong), 1045);
    assert.equal(await loginErrno(wrong), 1045);
    assert.equal(await loginErrno(wrong), 3955);
    assert.equal(await loginErrno(right), 3955);
    await root.query('ALTER USER guessed ACCOUNT UNLOCK');
    assert.equal(await loginErrno(right), 0);
  });

  it('lets an expired password do nothing but be changed, by a client that can', async () => {
    await root.query("CREATE USER old IDENTIFIED BY 'x' PASSWORD EXPIRE INTERVAL 90 DAY");
    const login = { port, user: 'old', password: 'x' };
    assert.equal(await loginErrno(login), 0);
    const open = await mysql.createConnection({ host: '127.0.0.1', ...login });
    await root.query('ALTER USER old PASSWORD EXPIRE');
    await open.query('SELECT 1');
    await open.end();
    const unable = { ...login, flags: ['-CAN_HANDLE_EXPIRED_PASSWORDS'] };
    assert.equal(await loginErrno(unable), 1862);
    const able = await mysql.createConnection({
      host: '127.0.0.1',
      ...login,
      flags: ['CAN_HANDLE_EXPIRED_PASSWORDS'],
    });
    for (const sql of ['SELECT 1', 'SHOW TABLES', 'CREATE DATABASE nothing', 'USE mysql', 'BEGIN'])
      await assert.rejects(able.query(sql), { errno: 1820 }, sql);
    await assert.rejects(able.execute('SELECT 1'), { errno: 1820 });
    await able.query('SET NAMES utf8mb4');
    await assert.rejects(able.query("ALTER USER USER() IDENTIFIED BY 'y' REPLACE 'z'"), { errno: 3892 });
    await able.query("ALTER USER USER() IDENTIFIED BY 'y' REPLACE 'x'");
    await able.query('SELECT 1');
    await able.end();
    assert.equal(await loginErrno({ ...unable, password: 'y' }), 0);
    const told = async (): Promise<unknown> =>
      Object.values((await root.query<RowDataPacket[]>('SHOW CREATE USER old'))[0][0] ?? {})[0];
    assert.match(String(await told()), /PASSWORD EXPIRE INTERVAL 90 DAY/);
    await root.query('ALTER USER old PASSWORD EXPIRE NEVER');
    assert.match(String(await told()), /PASSWORD EXPIRE NEVER/);
    await root.query('ALTER USER old PASSWORD EXPIRE DEFAULT');
    assert.match(String(await told()), /PASSWORD EXPIRE DEFAULT/);
    for (const sql of [
      "ALTER USER old IDENTIFIED BY 'z' RETAIN CURRENT PASSWORD",
      "ALTER USER old COMMENT 'x'",
    ])
      await assert.rejects(root.query(sql), { errno: 1235 }, sql);
  });

  it('requires encryption and certificates where the account says so', async () => {
    for (const [user, requirement] of Object.entries({
      r_ssl: 'SSL',
      r_x509: 'X509',
      r_subject: "SUBJECT '/O=Shop/CN=client' AND ISSUER '/CN=Test CA'",
      r_other: "SUBJECT '/O=Shop/CN=other'",
    })) {
      await root.query(`CREATE USER ${user} IDENTIFIED BY 'x' REQUIRE ${requirement}`);
    }
    const attempt = (user: string, ssl?: ConnectionOptions['ssl']) =>
      loginErrno({ port, user, password: 'x', ...(ssl === undefined ? {} : { ssl }) });
    const plain = { rejectUnauthorized: false };
    const certified = { ...plain, cert: good.cert, key: good.private };
    const stranger = { ...plain, cert: foreign.cert, key: foreign.private };
    assert.deepEqual(
      [await attempt('r_ssl'), await attempt('r_ssl', plain), await attempt('r_ssl', stranger)],
      [1045, 0, 0],
    );
    assert.deepEqual(
      [await attempt('r_x509', plain), await attempt('r_x509', stranger), await attempt('r_x509', certified)],
      [1045, 1045, 0],
    );
    assert.equal(await attempt('r_subject', certified), 0);
    assert.equal(await attempt('r_subject', stranger), 1045);
    assert.equal(await attempt('r_other', certified), 1045);
  });

  it('changes the account with COM_CHANGE_USER', async () => {
    await root.query("CREATE USER changed IDENTIFIED BY 'x'");
    const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
    await connection.query('CREATE DATABASE IF NOT EXISTS audited');
    await connection.changeUser({ user: 'changed', password: 'x' });
    await assert.rejects(connection.query('DROP DATABASE audited'), { errno: 1044 });
    await connection.end();
  });

  it('tells the audit log what happened, without secrets', async () => {
    await root.query("CREATE USER watched IDENTIFIED BY 'very-secret'");
    await root.query('CREATE DATABASE IF NOT EXISTS audited');
    await root.query('GRANT SELECT ON audited.* TO watched');
    const connection = await mysql.createConnection({
      host: '127.0.0.1',
      port,
      user: 'watched',
      password: 'very-secret',
    });
    await assert.rejects(connection.query('CREATE TABLE audited.t (id INT PRIMARY KEY)'), { errno: 1142 });
    await connection.end();
    await loginErrno({ port, user: 'watched', password: 'wrong' });
    const log = events();
    const own = log.filter(({ user }) => user === 'watched').map(({ event, errno }) => [event, errno]);
    assert.deepEqual(
      own.filter(([event]) => event !== 'disconnected'),
      [
        ['connected', undefined],
        ['denied', 1142],
        ['loginFailed', 1045],
      ],
    );
    const statements = log.filter(({ event }) => event === 'account').map(({ statement }) => statement);
    assert.ok(statements.includes('GRANT SELECT ON audited.* TO watched'));
    assert.ok(statements.includes("CREATE USER watched IDENTIFIED BY '***'"));
    assert.ok(
      log.some(
        ({ event, statement }) =>
          event === 'definition' && statement === 'CREATE DATABASE IF NOT EXISTS audited',
      ),
    );
    assert.ok(!readFileSync(auditPath, 'utf8').includes('very-secret'));
    assert.equal(statSync(auditPath).mode & 0o077, 0);
  });
});

describe('accounts: the first start', () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  async function started(flags: readonly string[], directory: string) {
    const said: string[] = [];
    const config = readConfig(
      ['--data', directory, '--port', '0', '--tls', 'off', '--duckdb-memory-bytes', '256m', ...flags],
      {},
    );
    const gateway = await openGateway(config, silentLogger, (line) => said.push(line));
    return { gateway, port: gateway.address.port, said };
  }

  it('makes and prints a password of root where others can reach the gateway', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tidegate-first-'));
    try {
      const first = await started(['--host', '0.0.0.0'], directory);
      const [, password = ''] = /password of root is (\S+)/.exec(first.said.join('')) ?? [];
      assert.ok(password.length >= 20);
      assert.equal(await loginErrno({ port: first.port, user: 'root' }), 1045);
      assert.equal(await loginErrno({ port: first.port, user: 'root', password }), 0);
      await first.gateway.close();
      const second = await started(['--host', '0.0.0.0'], directory);
      assert.deepEqual(second.said, []);
      assert.equal(await loginErrno({ port: second.port, user: 'root', password }), 0);
      await second.gateway.close();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('lets an account without a password in from this machine only', async function () {
    if (outside === undefined) this.skip();
    const directory = mkdtempSync(join(tmpdir(), 'tidegate-first-'));
    try {
      const local = await started([], directory);
      assert.deepEqual(local.said, []);
      assert.equal(await loginErrno({ port: local.port, user: 'root' }), 0);
      await local.gateway.close();
      const open = await started(['--host', '0.0.0.0'], directory);
      assert.equal(await loginErrno({ port: open.port, user: 'root' }), 0);
      assert.equal(await loginErrno({ host: outside, port: open.port, user: 'root' }), 1045);
      await open.gateway.close();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
