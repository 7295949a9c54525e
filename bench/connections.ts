/**
 * Many connections at once: `idle` that have logged in and wait, `active` that run point selects for some
 * seconds, on gateway and MariaDB. Says the memory of an idle connection, errors and the rate; writes
 * bench/results/connections.json.
 *
 *   npx tsx bench/connections.ts [--idle 1000] [--active 200] [--seconds 10]
 */
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { residentBytes, startTargets, type Target, writeResults } from './support/targets.ts';

const { values: options } = parseArgs({
  options: {
    idle: { type: 'string', default: '1000' },
    active: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
  },
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_000));

async function connectMany(target: Target, count: number): Promise<mysql.Connection[]> {
  const found: mysql.Connection[] = [];
  while (found.length < count) {
    const next = Array.from({ length: Math.min(20, count - found.length) }, () =>
      mysql.createConnection({ host: '127.0.0.1', port: target.port, user: 'root' }),
    );
    found.push(...(await Promise.all(next)));
  }
  return found;
}

async function measure(target: Target): Promise<object> {
  const [first] = await connectMany(target, 1);
  await first!.query('CREATE DATABASE bench');
  await first!.query('CREATE TABLE bench.t (id INT PRIMARY KEY, v VARCHAR(100))');
  const rows = Array.from({ length: 1_000 }, (_, id) => `(${id}, '${'v'.repeat(100)}')`);
  await first!.query(`INSERT INTO bench.t VALUES ${rows.join(',')}`);
  const active = await connectMany(target, Number(options.active));
  let errors = 0;
  let queries = 0;
  const work = async (connection: mysql.Connection, until: number): Promise<void> => {
    while (performance.now() < until) {
      try {
        await connection.query(`SELECT v FROM bench.t WHERE id = ${(queries * 7919) % 1_000}`);
        queries++;
      } catch {
        errors++;
      }
    }
  };
  const phase = async (seconds: number): Promise<void> => {
    const until = performance.now() + seconds * 1_000;
    await Promise.all(active.map((connection) => work(connection, until)));
  };
  await phase(2);
  await settled();
  const before = residentBytes(target.pid);
  const idle = await connectMany(target, Number(options.idle));
  await settled();
  const bytesPerIdle = (residentBytes(target.pid) - before) / idle.length;
  queries = 0;
  await phase(Number(options.seconds));
  for (const connection of idle) await connection.query('SELECT 1').catch(() => errors++);
  for (const connection of [...idle, ...active, first!]) connection.destroy();
  const result = {
    target: target.name,
    kibibytesPerIdleConnection: Math.round(bytesPerIdle / 102.4) / 10,
    queriesPerSecond: Math.round(queries / Number(options.seconds)),
    errors,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return result;
}

async function main(): Promise<void> {
  const most = String(Number(options.idle) + Number(options.active) + 10);
  const targets = await startTargets({
    gatewayFlags: ['--max-connections', most],
    mariadbFlags: [`--max-connections=${most}`],
  });
  try {
    const measurements = [await measure(targets.gateway), await measure(targets.mariadb)];
    writeResults('connections', { options, measurements });
  } finally {
    await targets.stop();
  }
}

await main();
