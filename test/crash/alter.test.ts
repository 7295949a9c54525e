/**
 * Kills the real process while ALTER TABLE writes all rows anew: afterwards the table is the old one or the new
 * one, whole, and nothing of what was half made stands in the way of the next statement.
 */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';

const rounds = Number(process.env.TIDEGATE_CRASH_ROUNDS ?? 2);
const rowCount = 3_000;

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

async function one(connection: Connection, sql: string): Promise<RowDataPacket> {
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return rows[0]!;
}

async function check(connection: Connection): Promise<string> {
  const { Type: type } = await one(connection, "SHOW COLUMNS FROM t LIKE 'v'");
  const { n, total, odd } = await one(
    connection,
    'SELECT COUNT(*) AS n, CAST(SUM(v) AS SIGNED) AS total, SUM(v <> id * 7) AS odd FROM t',
  );
  assert.deepEqual(
    [Number(n), Number(total), Number(odd)],
    [rowCount, (rowCount * (rowCount + 1) * 7) / 2, 0],
  );
  const { v } = await one(connection, `SELECT v FROM t WHERE id = ${rowCount}`);
  assert.equal(Number(v), rowCount * 7, 'point');
  return String(type);
}

describe('crash/alter', function () {
  this.timeout(180_000);
  it('leaves the old table or the new one through kill -9', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tidegate-crash-'));
    // Past 500 rows a statement writes files ahead of its commit.
    const options = ['--flush-age-ms', '150', '--bulk-rows', '500'];
    let gateway: GatewayProcess = await startGatewayProcess(directory, options);
    try {
      const setup = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
      await setup.query('CREATE DATABASE crash');
      await setup.query('CREATE TABLE crash.t (id INT PRIMARY KEY, v BIGINT)');
      const values = Array.from({ length: rowCount }, (_, at) => `(${at + 1}, ${(at + 1) * 7})`);
      await setup.query(`INSERT INTO crash.t VALUES ${values.join(', ')}`);
      await setup.end();
      let type = 'bigint';
      for (let round = 0; round < rounds; round++) {
        const connection = await connect(gateway.port);
        const wanted = type === 'bigint' ? 'varchar(20)' : 'bigint';
        const altering = connection.query(`ALTER TABLE t MODIFY v ${wanted}`).then(
          () => true,
          (error: { errno?: number }) => {
            // A lost connection has the number of the system call, an answer has the server's.
            if (error.errno !== undefined && error.errno > 0) throw error;
            return false;
          },
        );
        await Promise.race([altering, new Promise((resolve) => setTimeout(resolve, Math.random() * 250))]);
        await gateway.kill();
        const acknowledged = await altering;
        connection.destroy();
        gateway = await startGatewayProcess(directory, options);
        const again = await connect(gateway.port);
        const found = await check(again);
        assert.ok(
          found === wanted || (!acknowledged && found === type),
          `${found}, acknowledged ${acknowledged}`,
        );
        type = found;
        // Takes the number that the table of a lost ALTER TABLE had, and must see none of its rows.
        await again.query('CREATE TABLE other (id INT PRIMARY KEY AUTO_INCREMENT, v INT)');
        await again.query('INSERT INTO other (v) VALUES (1), (2)');
        await again.query('FLUSH TABLES');
        const other = await one(again, 'SELECT COUNT(*) AS n, MAX(id) AS most FROM other');
        assert.deepEqual([Number(other.n), Number(other.most)], [2, 2]);
        await again.query('DROP TABLE other');
        await again.end();
      }
    } finally {
      await gateway.kill();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
