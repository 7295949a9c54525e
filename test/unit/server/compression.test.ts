import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { type Gateway, startGateway } from '../../support/gateway.ts';

const run = promisify(execFile);

describe('server: compressed connections', () => {
  let gateway: Gateway;
  let directory: string;
  before(async () => {
    gateway = await startGateway({ flags: ['--tls', 'auto', '--max-allowed-packet-bytes', '40m'] });
    directory = mkdtempSync(join(tmpdir(), 'tidegate-compressed-'));
  });
  after(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const cli = async (...args: string[]): Promise<string> => {
    const flags = ['--no-defaults', '-h127.0.0.1', `-P${gateway.port}`, '-uroot', '--compress', '-BN'];
    return (await run('mariadb', [...flags, ...args], { maxBuffer: 100 * 1024 * 1024 })).stdout;
  };

  it("serves MariaDB's command line client, in clear and over TLS", async () => {
    for (const tls of ['--skip-ssl', '--ssl']) {
      assert.equal(
        await cli(tls, '-e', "SELECT 1; SELECT REPEAT('x', 100); SELECT 2"),
        `1\n${'x'.repeat(100)}\n2\n`,
      );
    }
  });

  it('takes a file of many packets from it, and sends all rows back', async () => {
    const file = join(directory, 'rows.tsv');
    const lines = Array.from({ length: 60_000 }, (_, id) => `${id}\tname of row ${id}\n`);
    writeFileSync(file, lines.join(''));
    await cli('-e', 'CREATE DATABASE c; CREATE TABLE c.t (id INT PRIMARY KEY, name VARCHAR(40))');
    await cli('--local-infile=1', '-e', `LOAD DATA LOCAL INFILE '${file}' INTO TABLE c.t`);
    assert.equal(await cli('-e', 'SELECT * FROM c.t ORDER BY id'), lines.join(''));
  });

  it('carries packets beyond 16 MiB both ways, to mysql2 too', async () => {
    const connection = await mysql.createConnection({
      host: '127.0.0.1',
      port: gateway.port,
      user: 'root',
      compress: true,
    });
    try {
      const text = 'abcdefghij'.repeat(1_700_000);
      const [rows] = await connection.query<RowDataPacket[]>(`SELECT LENGTH('${text}') AS n, '${text}' AS v`);
      assert.equal(rows[0]!.n, text.length);
      assert.ok(rows[0]!.v === text);
      const [few] = await connection.execute<RowDataPacket[]>('SELECT ? AS v', ['é']);
      assert.equal(few[0]!.v, 'é');
    } finally {
      await connection.end();
    }
  });

  it('answers 1153 to a packet beyond max_allowed_packet', async () => {
    const connection = await mysql.createConnection({
      host: '127.0.0.1',
      port: gateway.port,
      user: 'root',
      compress: true,
    });
    await assert.rejects(connection.query(`SELECT '${'x'.repeat(42 * 1024 * 1024)}'`), { errno: 1153 });
    connection.destroy();
  });

  it('is not offered when turned off', async () => {
    const plain = await startGateway({ flags: ['--no-compression'] });
    try {
      const flags = ['--no-defaults', '-h127.0.0.1', `-P${plain.port}`, '-uroot', '--compress', '-BN'];
      assert.equal((await run('mariadb', [...flags, '-e', 'SELECT 1'])).stdout, '1\n');
    } finally {
      await plain.stop();
    }
  });
});

describe('server: query attributes', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway.stop());

  it('are read over, in texts and in executions', async () => {
    const connection = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
    try {
      const attributes = { traceparent: '00-ab-cd-01', n: 7, none: null };
      // mysql2 sends attributes; its types do not name them.
      const query = { sql: 'SELECT 1 AS a', attributes };
      const [text] = await connection.query<RowDataPacket[]>(query);
      assert.deepEqual(text, [{ a: 1 }]);
      const execution = { sql: 'SELECT ? AS a, ? AS b', values: [5, 'x'], attributes };
      for (let time = 0; time < 2; time++) {
        const [rows] = await connection.execute<RowDataPacket[]>(execution);
        assert.deepEqual(rows, [{ a: 5, b: 'x' }]);
      }
      const [plain] = await connection.execute<RowDataPacket[]>({ sql: 'SELECT 2 AS a', attributes });
      assert.deepEqual(plain, [{ a: 2 }]);
    } finally {
      await connection.end();
    }
  });
});
