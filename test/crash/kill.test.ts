/**
 * Kills the real process at random moments while clients write. What was acknowledged must be there after the
 * restart, once, on both routes; of a transaction of several rows there are all or none.
 */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';

const writers = 8;
const rounds = 3;

const connect = async (port: number): Promise<Connection> => {
  const connection = await mysql.createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    database: 'crash',
  });
  connection.on('error', () => undefined);
  return connection;
};

interface Acknowledged {
  readonly rows: Map<number, number>;
  /** Ids of pairs whose COMMIT was acknowledged. */
  readonly pairs: Set<number>;
}

let nextId = 1;

/** Inserts until the connection breaks: single rows, and pairs of rows in one transaction. */
async function write(port: number, acknowledged: Acknowledged): Promise<void> {
  const connection = await connect(port);
  try {
    for (;;) {
      const id = nextId++;
      if (id % 4 === 0) {
        await connection.query('BEGIN');
        await connection.query('INSERT INTO pair VALUES (?, 0), (?, 1)', [id, id]);
        await connection.query('INSERT INTO pair VALUES (?, 2)', [id]);
        await connection.query('COMMIT');
        acknowledged.pairs.add(id);
      } else {
        await connection.query('INSERT INTO t VALUES (?, ?)', [id, id * 7]);
        acknowledged.rows.set(id, id * 7);
      }
    }
  } catch (error) {
    const { errno } = error as { errno?: number };
    // A lost connection has the number of the system call, an answer has the server's.
    if (errno !== undefined && errno > 0) throw error;
  } finally {
    connection.destroy();
  }
}

async function check(port: number, acknowledged: Acknowledged): Promise<void> {
  const connection = await connect(port);
  const [scanned] = await connection.query<RowDataPacket[]>(
    'SELECT id, v, COUNT(*) AS n FROM t GROUP BY id, v',
  );
  const found = new Map(scanned.map((row) => [row.id as number, row]));
  for (const [id, value] of acknowledged.rows) {
    assert.equal(found.get(id)?.v, value, `scan: acknowledged row ${id}`);
    assert.equal(Number(found.get(id)?.n), 1, `scan: row ${id} once`);
  }
  for (const id of acknowledged.rows.keys()) {
    const [rows] = await connection.execute<RowDataPacket[]>('SELECT v FROM t WHERE id = ?', [id]);
    assert.deepEqual(
      rows.map((row) => row.v as number),
      [acknowledged.rows.get(id)],
      `point: acknowledged row ${id}`,
    );
  }
  const [pairs] = await connection.query<RowDataPacket[]>('SELECT id, COUNT(*) AS n FROM pair GROUP BY id');
  for (const row of pairs) assert.equal(Number(row.n), 3, `half of transaction ${row.id}`);
  const complete = new Set(pairs.map((row) => row.id as number));
  for (const id of acknowledged.pairs) assert.ok(complete.has(id), `acknowledged transaction ${id}`);
  await connection.end();
}

describe('crash/kill', function () {
  this.timeout(120_000);
  it('keeps what it acknowledged through kill -9', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tidegate-crash-'));
    const options = ['--flush-age-ms', '150', '--flush-rows', '200'];
    let gateway: GatewayProcess = await startGatewayProcess(directory, options);
    try {
      const setup = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
      await setup.query('CREATE DATABASE crash');
      await setup.query('CREATE TABLE crash.t (id INT PRIMARY KEY, v INT)');
      await setup.query('CREATE TABLE crash.pair (id INT, part INT, PRIMARY KEY (id, part))');
      await setup.end();
      const acknowledged: Acknowledged = { rows: new Map(), pairs: new Set() };
      for (let round = 0; round < rounds; round++) {
        const before = acknowledged.rows.size;
        const writing = Array.from({ length: writers }, () => write(gateway.port, acknowledged));
        await new Promise((resolve) => setTimeout(resolve, 400 + Math.random() * 700));
        await gateway.kill();
        await Promise.all(writing);
        assert.ok(acknowledged.rows.size > before, 'rows were written before the kill');
        gateway = await startGatewayProcess(directory, options);
        await check(gateway.port, acknowledged);
      }
    } finally {
      await gateway.kill();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
