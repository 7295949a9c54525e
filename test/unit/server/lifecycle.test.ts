import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { loadCertificate } from '../../../src/server/certificate.ts';
import { metricsText } from '../../../src/server/http.ts';
import type { Metric } from '../../../src/session/api.ts';
import { startTestServer } from '../../support/gateway-server.ts';
import { RawClient, readErr } from '../../support/raw-client.ts';
import { ok, type Script, ScriptedSessions } from '../../support/scripted-sessions.ts';

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('server: shutdown', () => {
  it('closes idle and half logged in connections, and lets a statement finish', async () => {
    let finish: () => void = () => {};
    const script: Script = {
      slow: () =>
        new Promise((resolve) => {
          finish = () => resolve(ok({ affectedRows: 9 }));
        }),
    };
    const sessions = new ScriptedSessions(script);
    const server = await startTestServer(sessions, { limits: { drainTimeoutMs: 60_000 } });
    const [idle, half, busy] = await Promise.all([0, 1, 2].map(() => RawClient.connect(server.port)));
    await idle!.login();
    await half!.packet();
    await busy!.login();
    busy!.send('\x03slow');
    await until(() => sessions.observed.statements.length === 1);
    const stopped = server.stop();
    await idle!.closed();
    await half!.closed();
    await assert.rejects(RawClient.connect(server.port));
    assert.equal(busy!.ended, false);
    finish();
    assert.equal((await busy!.packet())![1], 9);
    await busy!.closed();
    await stopped;
    assert.equal(sessions.observed.closed, 2);
    assert.equal(await idle!.packet(), undefined, 'nothing is written to an idle connection');
  });

  it('interrupts a statement that does not finish in time', async () => {
    const sessions = new ScriptedSessions({ wait: (session) => session.untilInterrupted() });
    const server = await startTestServer(sessions, { limits: { drainTimeoutMs: 20 } });
    const client = await RawClient.connect(server.port);
    await client.login();
    client.send('\x03wait');
    await until(() => sessions.observed.statements.length === 1);
    await server.stop();
    assert.deepEqual(sessions.observed.interrupts.slice(0, 1), ['shutdown']);
    assert.equal(readErr(await client.packet()).errno, 1317);
    assert.equal(sessions.observed.closed, 1);
  });

  it('rejects when the address is taken', async () => {
    const server = await startTestServer(new ScriptedSessions());
    await assert.rejects(startTestServer(new ScriptedSessions(), { port: server.port }), /EADDRINUSE/);
    await server.stop();
  });
});

describe('server: unix socket', () => {
  it('serves it beside TCP, as a secure transport of localhost', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tidegate-socket-'));
    const socketPath = join(directory, 's.sock');
    const sessions = new ScriptedSessions({}, { nat: 'native:secret' });
    const server = await startTestServer(sessions, { socketPath, tlsMode: 'required' });
    const connection = await mysql.createConnection({ socketPath, user: 'nat', password: 'secret' });
    await connection.ping();
    assert.equal(sessions.observed.opened[0]!.host, 'localhost');
    await connection.end();
    await server.stop();
    rmSync(directory, { recursive: true });
  });
});

describe('server: certificate', () => {
  it('is made once, its key readable by the owner only', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tidegate-cert-'));
    const first = await loadCertificate({ mode: 'auto', directory });
    const second = await loadCertificate({ mode: 'auto', directory });
    assert.equal(first.sha256.toString('hex'), second.sha256.toString('hex'));
    assert.deepEqual(readdirSync(directory).sort(), ['server-cert.pem', 'server-key.pem']);
    assert.equal(statSync(join(directory, 'server-key.pem')).mode & 0o777, 0o600);
    const given = await loadCertificate({
      mode: 'auto',
      directory: join(directory, 'unused'),
      certFile: join(directory, 'server-cert.pem'),
      keyFile: join(directory, 'server-key.pem'),
    });
    assert.equal(given.sha256.toString('hex'), first.sha256.toString('hex'));
    assert.match(readFileSync(join(directory, 'server-cert.pem'), 'utf8'), /BEGIN CERTIFICATE/);
    rmSync(directory, { recursive: true });
  });

  it('says when a given file is not there', async () => {
    const tls = {
      mode: 'auto',
      directory: tmpdir(),
      certFile: '/nonexistent/c',
      keyFile: '/nonexistent/k',
    } as const;
    await assert.rejects(loadCertificate(tls), /ENOENT/);
  });
});

describe('server: HTTP', () => {
  it('answers probes and metrics', async () => {
    let ready = false;
    const sessions = new ScriptedSessions();
    const route: Metric = {
      name: 'tidegate_statements_total',
      help: 'Statements by route.',
      kind: 'counter',
      labels: { route: 'point' },
      value: 5,
    };
    Object.assign(sessions, { metrics: () => [route] });
    const http = { host: '127.0.0.1', port: 0 };
    const server = await startTestServer(sessions, { http, ready: () => ready });
    const get = (path: string, method = 'GET') =>
      fetch(`http://127.0.0.1:${server.httpAddress!.port}${path}`, { method });
    assert.equal((await get('/healthz')).status, 200);
    assert.equal((await get('/readyz')).status, 503);
    ready = true;
    assert.equal((await get('/readyz')).status, 200);
    assert.equal((await get('/other')).status, 404);
    assert.equal((await get('/healthz', 'POST')).status, 405);
    const client = await RawClient.connect(server.port);
    await client.login();
    client.send('\x0e');
    await client.packet();
    const text = await (await get('/metrics')).text();
    assert.match(text, /^tidegate_connections_open 1$/m);
    assert.match(text, /^tidegate_connections_accepted_total 1$/m);
    assert.match(text, /^tidegate_commands_total\{command="ping"\} 1$/m);
    assert.match(
      text,
      /^# TYPE tidegate_statements_total counter\ntidegate_statements_total\{route="point"\} 5$/m,
    );
    client.close();
    await server.stop();
  });

  it('escapes labels, and says HELP and TYPE once for each name', () => {
    const metric = (label: string): Metric => ({
      name: 'a',
      help: 'h',
      kind: 'gauge',
      labels: { l: label },
      value: 1,
    });
    assert.equal(
      metricsText([metric('x'), metric('"\\\n')]),
      '# HELP a h\n# TYPE a gauge\na{l="x"} 1\na{l="\\"\\\\\\n"} 1\n',
    );
  });
});
