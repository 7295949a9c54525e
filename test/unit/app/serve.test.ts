import { strict as assert } from 'node:assert';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { startGatewayProcess } from '../../support/gateway-process.ts';

describe('app/serve', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tidegate-serve-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('serves, flushes at SIGTERM, and finds everything again', async () => {
    const first = await startGatewayProcess(directory);
    const connection = await mysql.createConnection({ host: '127.0.0.1', port: first.port, user: 'root' });
    await connection.query('CREATE DATABASE d');
    await connection.query('CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)');
    await connection.query('INSERT INTO d.t (v) VALUES (7), (8)');
    await assert.rejects(startGatewayProcess(directory), /in use by process/);
    await connection.end();
    assert.equal(await first.stop(), 0);
    assert.ok(readdirSync(join(directory, 'offline', 'd', 't')).some((name) => name.endsWith('.parquet')));
    const second = await startGatewayProcess(directory);
    const again = await mysql.createConnection({
      host: '127.0.0.1',
      port: second.port,
      user: 'root',
      database: 'd',
    });
    await again.query('INSERT INTO t (v) VALUES (9)');
    const [rows] = await again.query<RowDataPacket[]>('SELECT id, v FROM t ORDER BY id');
    assert.deepEqual(
      rows.map(({ id, v }) => [id, v] as unknown),
      [
        [1, 7],
        [2, 8],
        [3, 9],
      ],
    );
    await again.end();
    assert.equal(await second.stop(), 0);
  });

  it('gives root the password that it is told where it can be reached from outside', async () => {
    const gateway = await startGatewayProcess(directory, ['--host', '0.0.0.0', '--root-password', 'secret']);
    const options = {
      host: '127.0.0.1',
      port: gateway.port,
      user: 'root',
      ssl: { rejectUnauthorized: false },
    };
    await assert.rejects(mysql.createConnection(options), { errno: 1045 });
    const connection = await mysql.createConnection({ ...options, password: 'secret' });
    await connection.end();
    assert.equal(await gateway.stop(), 0);
  });
});
