/**
 * Key lookups by sysbench against the gateway, MariaDB and, where its one answer will do, a bare Node socket, in
 * one run: oltp_point_select as text and prepared, ten keys by an IN list, and ranges of a hundred keys, at
 * several numbers of threads, the three in turn so that all see the same machine. Prints a table of rates and of
 * the processor time that the server used for a query, which a busy machine distorts less, and writes
 * bench/results/point-select.json.
 *
 *   npm run bench -- [--seconds 5] [--rows 10000] [--threads 1,8,32] [--rounds 1]
 *
 * Needs sysbench and MariaDB on the PATH and a built gateway (npm run build).
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import {
  median,
  processorSeconds,
  root,
  startBareSocket,
  startTargets,
  writeResults,
} from './support/targets.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '10000' },
    threads: { type: 'string', default: '1,8,32' },
    rounds: { type: 'string', default: '1' },
  },
});

const warmUpSeconds = '4';

interface Server {
  readonly name: 'gateway' | 'mariadb' | 'bare node socket';
  readonly port: number;
  readonly pid: number;
}

interface Sample {
  readonly queriesPerSecond: number;
  readonly latencyP95Ms: number;
  readonly processorMicros: number;
}

const onlyRanges = [
  'point-selects=0',
  'simple-ranges=1',
  'sum-ranges=0',
  'order-ranges=0',
  'distinct-ranges=0',
];

/** What is measured, by sysbench's names. */
const tests = {
  text: { test: 'oltp_point_select', args: ['--db-ps-mode=disable'], bare: true },
  prepared: { test: 'oltp_point_select', args: ['--db-ps-mode=auto'], bare: true },
  'in list': { test: path.join(root, 'bench/clients/in-lists.lua'), args: [], bare: false },
  range: {
    test: 'oltp_read_only',
    args: ['--db-ps-mode=disable', '--range-size=100', ...onlyRanges.map((each) => `--${each}`)],
    bare: false,
  },
} as const;

function sysbench(server: Server, test: string, args: readonly string[]): string {
  return execFileSync(
    'sysbench',
    [
      test,
      '--db-driver=mysql',
      '--mysql-host=127.0.0.1',
      `--mysql-port=${server.port}`,
      '--mysql-user=root',
      '--mysql-db=sbtest',
      `--table-size=${options.rows}`,
      '--skip-trx=on',
      ...args,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

async function prepare(server: Server): Promise<void> {
  const connection = await mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
  await connection.query('CREATE DATABASE IF NOT EXISTS sbtest');
  await connection.end();
  sysbench(server, 'oltp_point_select', ['prepare']);
}

function sample(
  server: Server,
  { test, args }: (typeof tests)[keyof typeof tests],
  threads: number,
  seconds: string,
): Sample {
  const before = processorSeconds(server.pid);
  const output = sysbench(server, test, [`--threads=${threads}`, `--time=${seconds}`, ...args, 'run']);
  const used = processorSeconds(server.pid) - before;
  const queries = /queries:\s+(\d+)\s+\(([\d.]+) per sec/.exec(output);
  const p95 = /95th percentile:\s+([\d.]+)/.exec(output);
  if (!queries || !p95) throw new Error(output);
  return {
    queriesPerSecond: Number(queries[2]),
    latencyP95Ms: Number(p95[1]),
    processorMicros: (used / Number(queries[1])) * 1e6,
  };
}

async function run(): Promise<void> {
  const targets = await startTargets();
  const bare = await startBareSocket();
  try {
    const servers: Server[] = [targets.gateway, targets.mariadb, { name: 'bare node socket', ...bare }];
    await prepare(targets.gateway);
    await prepare(targets.mariadb);
    const measurements: object[] = [];
    for (const [mode, test] of Object.entries(tests)) {
      // Code that runs often is compiled after a while; what is asked for once is read into memory.
      for (const server of servers.filter(({ name }) => test.bare || name !== 'bare node socket')) {
        sample(server, test, 8, warmUpSeconds);
      }
      for (const threads of options.threads.split(',').map(Number)) {
        const asked = servers.filter(({ name }) => test.bare || name !== 'bare node socket');
        const samples = new Map<Server, Sample[]>(asked.map((server) => [server, []]));
        for (let round = 0; round < Number(options.rounds); round++) {
          for (const server of asked)
            samples.get(server)!.push(sample(server, test, threads, options.seconds));
        }
        for (const server of asked) {
          const middle = (key: keyof Sample): number => median(samples.get(server)!.map((each) => each[key]));
          measurements.push({ target: server.name, mode, threads, samples: samples.get(server) });
          process.stdout.write(
            `${mode.padEnd(9)} ${String(threads).padStart(3)} threads  ${server.name.padEnd(17)} ` +
              `${middle('queriesPerSecond').toFixed(0).padStart(7)} queries/s  p95 ${middle('latencyP95Ms').toFixed(2)} ms  ` +
              `processor ${middle('processorMicros').toFixed(1)} µs\n`,
          );
        }
      }
    }
    writeResults('point-select', { options, measurements });
  } finally {
    await bare.stop();
    await targets.stop();
  }
}

await run();
