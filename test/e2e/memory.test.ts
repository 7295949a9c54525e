import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { RawClient } from '../support/raw-client.ts';

/**
 * The gateway's memory while results much larger than it are read, fast and not at all. Takes some minutes with
 * TIDEGATE_MEMORY_ROWS=1000000; skipped without.
 */
const rows = Number(process.env.TIDEGATE_MEMORY_ROWS ?? 0);
const mebibyte = 1024 * 1024;
/** One more reader, with what DuckDB reads ahead for it. */
const readerMiB = 32;
const readers = 20;
const slackMiB = 128;

const residentMiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('memory of large results', function () {
  this.timeout(600_000);
  let gateway: GatewayProcess;
  let directory: string;
  let connection: mysql.Connection;
  let warmMiB = 0;

  before(async function () {
    if (rows === 0) {
      process.stderr.write('    skipped: takes minutes; TIDEGATE_MEMORY_ROWS=1000000 runs it\n');
      this.skip();
    }
    directory = mkdtempSync(join(tmpdir(), 'tidegate-memory-'));
    gateway = await startGatewayProcess(directory);
    connection = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
    await connection.query('CREATE DATABASE m');
    await connection.query('CREATE TABLE m.digit (d INT PRIMARY KEY)');
    await connection.query('INSERT INTO m.digit VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)');
    await connection.query('CREATE TABLE m.t (id INT PRIMARY KEY, at DATETIME, note VARCHAR(200))');
    const places = Math.ceil(Math.log10(rows));
    const names = Array.from({ length: places }, (_, place) => `d${place}`);
    const id = names.map((name, place) => `${name}.d * ${10 ** place}`).join(' + ');
    await connection.query(
      `INSERT INTO m.t SELECT n, '2020-01-01', REPEAT('x', 100 + n % 50) FROM ` +
        `(SELECT ${id} AS n FROM ${names.map((name) => `m.digit ${name}`).join(', ')}) numbers WHERE n < ${rows}`,
    );
    // Caches fill.
    await read('SELECT * FROM m.t');
    warmMiB = residentMiB(gateway.pid);
  });

  after(async () => {
    connection?.destroy();
    await gateway?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  /** The most resident memory while all rows of a query are read as fast as they come, and their number. */
  async function read(sql: string): Promise<{ readonly count: number; readonly mostMiB: number }> {
    const reader = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
    let [count, mostMiB] = [0, 0];
    const stream = (reader as unknown as { connection: import('mysql2').Connection }).connection
      .query({ sql, rowsAsArray: true })
      .stream();
    for await (const _ of stream) {
      if (++count % 10_000 === 0) mostMiB = Math.max(mostMiB, residentMiB(gateway.pid));
    }
    await reader.end();
    return { count, mostMiB };
  }

  it('does not grow with the rows that a reader takes', async () => {
    const tens = Array.from({ length: 4 }, (_, index) => `SELECT ${index}`).join(' UNION ALL ');
    const { count, mostMiB } = await read(`SELECT t.* FROM m.t CROSS JOIN (${tens}) n`);
    assert.equal(count, rows * 4);
    assert.ok(mostMiB < warmMiB + slackMiB, `${mostMiB.toFixed(0)} MiB after ${warmMiB.toFixed(0)}`);
  });

  it('stays bounded while clients ask and do not read, and others are answered', async () => {
    const clients: RawClient[] = [];
    try {
      for (let index = 0; index < readers; index++) {
        const client = await RawClient.connect(gateway.port);
        await client.login({});
        client.send('\x03SELECT * FROM m.t');
        client.socket.pause();
        clients.push(client);
      }
      await wait(3_000);
      const [found] = await connection.query<RowDataPacket[]>(
        'SELECT COUNT(*) AS n FROM m.t WHERE note > ?',
        ['w'],
      );
      assert.equal(found[0]!.n, rows);
      const now = residentMiB(gateway.pid);
      const growthMiB = readers * readerMiB + slackMiB;
      assert.ok(now < warmMiB + growthMiB, `${now.toFixed(0)} MiB after ${warmMiB.toFixed(0)}`);
      assert.ok(rows * 120 * readers > growthMiB * mebibyte * 1.5, 'too few rows to tell');
    } finally {
      for (const client of clients) client.close();
    }
    await read('SELECT * FROM m.t WHERE id < 10');
  });
});
