/**
 * sysbench's oltp_point_select against the gateway, MariaDB and a bare Node socket in one run: text and
 * prepared, at several numbers of threads, the three in turn so that all see the same machine. Prints a
 * table and writes bench/results/point-select.json.
 *
 *   npm run bench -- [--seconds 5] [--rows 10000] [--threads 1,8,32]
 *
 * Needs sysbench and MariaDB on the PATH and a built gateway (npm run build).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { startMariaDb } from '../test/support/mariadb.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '10000' },
    threads: { type: 'string', default: '1,8,32' },
  },
});

interface Target {
  readonly name: 'gateway' | 'mariadb' | 'bare node socket';
  readonly port: number;
}

interface Measurement {
  readonly target: Target['name'];
  readonly mode: 'text' | 'prepared';
  readonly threads: number;
  readonly queriesPerSecond: number;
  readonly latencyP95Ms: number;
}

const children: ChildProcess[] = [];

/** Starts a program and waits for a line with `ready` and a port. */
function start(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stdout.on('data', (chunk) => {
      seen += String(chunk);
      const match = /ready.*?(\d{4,5})\b/s.exec(seen);
      if (match) resolve(Number(match[1]));
    });
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${seen}`)));
  });
}

function sysbench(target: Target, args: readonly string[]): string {
  return execFileSync(
    'sysbench',
    [
      'oltp_point_select',
      '--db-driver=mysql',
      '--mysql-host=127.0.0.1',
      `--mysql-port=${target.port}`,
      '--mysql-user=root',
      '--mysql-db=sbtest',
      `--table-size=${options.rows}`,
      '--skip-trx=on',
      ...args,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

async function prepare(target: Target): Promise<void> {
  if (target.name === 'bare node socket') return;
  const connection = await mysql.createConnection({ host: '127.0.0.1', port: target.port, user: 'root' });
  await connection.query('CREATE DATABASE IF NOT EXISTS sbtest');
  await connection.end();
  sysbench(target, ['prepare']);
}

function measure(target: Target, mode: Measurement['mode'], threads: number): Measurement {
  const output = sysbench(target, [
    `--threads=${threads}`,
    `--time=${options.seconds}`,
    `--db-ps-mode=${mode === 'text' ? 'disable' : 'auto'}`,
    'run',
  ]);
  const rate = /queries:\s+\d+\s+\(([\d.]+) per sec/.exec(output);
  const p95 = /95th percentile:\s+([\d.]+)/.exec(output);
  if (!rate || !p95) throw new Error(output);
  return {
    target: target.name,
    mode,
    threads,
    queriesPerSecond: Number(rate[1]),
    latencyP95Ms: Number(p95[1]),
  };
}

async function run(): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-bench-'));
  const mariadb = await startMariaDb();
  if ('missing' in mariadb) throw new Error(mariadb.missing);
  try {
    const targets: Target[] = [
      {
        name: 'gateway',
        port: await start([
          process.env.TIDEGATE_BENCH_MAIN ?? 'dist/app/main.js',
          'serve',
          '--data',
          directory,
          '--host',
          '127.0.0.1',
          '--port',
          '0',
        ]),
      },
      { name: 'mariadb', port: mariadb.port },
      { name: 'bare node socket', port: await start(['--import', 'tsx', 'bench/bare-socket.ts']) },
    ];
    for (const target of targets) await prepare(target);
    const measurements: Measurement[] = [];
    for (const mode of ['text', 'prepared'] as const) {
      for (const threads of options.threads.split(',').map(Number)) {
        for (const target of targets) {
          const measured = measure(target, mode, threads);
          measurements.push(measured);
          process.stdout.write(
            `${mode.padEnd(9)} ${String(threads).padStart(3)} threads  ${target.name.padEnd(17)} ` +
              `${measured.queriesPerSecond.toFixed(0).padStart(7)} queries/s  p95 ${measured.latencyP95Ms} ms\n`,
          );
        }
      }
    }
    const file = path.join(root, 'bench/results/point-select.json');
    mkdirSync(path.dirname(file), { recursive: true });
    const machine = { cores: cpus().length, node: process.version };
    writeFileSync(file, `${JSON.stringify({ machine, options, measurements }, null, 2)}\n`);
    process.stdout.write(`written: ${path.relative(root, file)}\n`);
  } finally {
    for (const child of children) child.kill('SIGTERM');
    await mariadb.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

await run();
