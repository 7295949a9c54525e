/**
 * TPC-H against the gateway (over Parquet files in place, and over its own tables), DuckDB in this process on
 * the same files, and MariaDB. The first three take every query in turn, several times, so that all see the
 * same machine, and count with their medians; MariaDB runs each query once. Prints a table and writes
 * bench/results/tpch.json.
 *
 *   npx tsx bench/tpch.ts [--scale 1] [--rounds 5] [--queries q01,q06] [--mariadb false] [--timeout 120]
 *                         [--directory DIR]
 *
 * Files and tables are made anew and removed at the end, unless a directory is named to keep them in.
 */
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Connection } from 'mysql2/promise';
import { startMariaDb } from '../test/support/mariadb.ts';
import { connect } from './tpch/client.ts';
import { findGenerator, generateParquet } from './tpch/data.ts';
import { loadFeatureGroups, loadMariaDb, mountParquet } from './tpch/load.ts';
import { readQueries, type TpchQuery } from './tpch/queries.ts';
import { duckdbTarget, mysqlTarget, startGatewayProcess, type Target } from './tpch/targets.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    queries: { type: 'string' },
    mariadb: { type: 'string', default: 'true' },
    timeout: { type: 'string', default: '120' },
    threads: { type: 'string', default: '2' },
    directory: { type: 'string' },
    tables: { type: 'string', default: 'true' },
  },
});
const scale = Number(options.scale);
const rounds = Number(options.rounds);
const threads = Number(options.threads);
const memory = '4GiB';

/** Milliseconds of every round; null where the query failed or took too long. */
type Times = Record<string, (number | null)[]>;

interface Measured {
  readonly query: string;
  readonly rows: number;
  readonly times: Times;
  /** Processor time of every round, in milliseconds. */
  readonly cpu: Times;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function median(times: readonly (number | null)[] | undefined): number | null {
  const known = (times ?? []).filter((time) => time !== null).sort((a, b) => a - b);
  return known.length === 0 ? null : known[Math.floor(known.length / 2)]!;
}

interface Timed {
  readonly ms: number | null;
  readonly cpuMs: number | null;
  /** -1 when it failed. */
  readonly rows: number;
}

async function timed(target: Target, query: TpchQuery): Promise<Timed> {
  const cpuBegun = target.cpuMs();
  const begun = performance.now();
  try {
    const rows = await target.run(query);
    return { ms: performance.now() - begun, cpuMs: target.cpuMs() - cpuBegun, rows };
  } catch (error) {
    say(`${target.name} ${query.name}: ${error instanceof Error ? error.message : String(error)}`);
    return { ms: null, cpuMs: null, rows: -1 };
  }
}

/** Every target once a round, each round beginning with another one. The first round only warms up. */
async function measure(query: TpchQuery, targets: readonly Target[]): Promise<Measured> {
  const times: Times = Object.fromEntries(targets.map(({ name }) => [name, []]));
  const cpu: Times = Object.fromEntries(targets.map(({ name }) => [name, []]));
  const counts = new Set<number>();
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < targets.length; turn++) {
      const target = targets[(round + turn) % targets.length]!;
      const { ms, cpuMs, rows } = await timed(target, query);
      if (rows >= 0) counts.add(rows);
      if (round === 0) continue;
      times[target.name]!.push(ms);
      cpu[target.name]!.push(cpuMs);
    }
  }
  if (counts.size > 1) say(`${query.name}: different numbers of rows: ${[...counts].join(', ')}`);
  return { query: query.name, rows: Math.max(...counts), times, cpu };
}

function line(cells: readonly string[]): void {
  say(cells.map((cell, index) => (index === 0 ? cell.padEnd(9) : cell.padStart(16))).join(''));
}

const inMs = (time: number | null): string => (time === null ? 'failed' : time.toFixed(0));

type Totals = Record<string, number>;

function report(measured: readonly Measured[], names: readonly string[], of: 'times' | 'cpu'): Totals {
  line([of === 'times' ? 'ms' : 'CPU ms', ...names]);
  const totals: Totals = {};
  for (const { query, [of]: known } of measured) {
    line([query, ...names.map((name) => inMs(median(known[name])))]);
    // The view is a second form of the same query.
    if (query.includes('-')) continue;
    for (const name of names) totals[name] = (totals[name] ?? 0) + (median(known[name]) ?? 0);
  }
  line(['total', ...names.map((name) => inMs(totals[name]!))]);
  for (const name of names.slice(1)) say(`${name} / duckdb: ${(totals[name]! / totals.duckdb!).toFixed(2)}`);
  return totals;
}

async function run(): Promise<void> {
  const generator = findGenerator();
  if ('missing' in generator) throw new Error(generator.missing);
  if (options.directory !== undefined) mkdirSync(options.directory, { recursive: true });
  const directory = realpathSync(options.directory ?? mkdtempSync(path.join(tmpdir(), 'tidegate-tpch-')));
  const closing: (() => Promise<void>)[] = [];
  try {
    const parquet = path.join(directory, 'parquet');
    if (!existsSync(parquet)) generateParquet(generator.command, scale, parquet);
    const gateway = await startGatewayProcess(path.join(directory, 'data'), parquet, [
      '--duckdb-threads',
      String(threads),
      '--duckdb-memory-bytes',
      '4g',
    ]);
    closing.push(() => gateway.stop());
    if (!(await exists(gateway.connection, 'tpch_files'))) await mountParquet(gateway.connection, parquet);
    const targets = [
      await duckdbTarget(parquet, threads, memory),
      await mysqlTarget('gateway files', gateway, 'tpch_files'),
    ];
    if (options.tables === 'true') {
      await loadTables(gateway.connection);
      targets.push(await mysqlTarget('gateway tables', gateway, 'tpch'));
    }
    for (const target of targets) closing.push(() => target.close());
    const wanted = options.queries?.split(',');
    const queries = readQueries(scale).filter(({ name }) => wanted === undefined || wanted.includes(name));
    const measured: Measured[] = [];
    for (const query of queries) measured.push(await measure(query, targets));
    const names = targets.map(({ name }) => name);
    if (options.mariadb === 'true') {
      names.push('mariadb');
      await measureMariaDb(parquet, measured, queries);
    }
    const totals = { ms: report(measured, names, 'times'), cpuMs: report(measured, names, 'cpu') };
    const file = path.join(root, 'bench/results/tpch.json');
    mkdirSync(path.dirname(file), { recursive: true });
    const machine = { cores: cpus().length, node: process.version };
    writeFileSync(file, `${JSON.stringify({ machine, options, totals, measured }, null, 2)}\n`);
    say(`written: ${path.relative(root, file)}`);
  } finally {
    for (const close of closing.reverse()) await close();
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

async function exists(connection: Connection, database: string): Promise<boolean> {
  const [rows] = await connection.query('SHOW DATABASES LIKE ?', [database]);
  return Array.isArray(rows) && rows.length > 0;
}

async function loadTables(connection: Connection): Promise<void> {
  if (await exists(connection, 'tpch')) return;
  const begun = performance.now();
  await loadFeatureGroups(connection);
  say(`feature groups loaded in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

async function measureMariaDb(
  parquet: string,
  measured: readonly Measured[],
  queries: readonly TpchQuery[],
): Promise<void> {
  const server = await startMariaDb([
    '--innodb-buffer-pool-size=4G',
    '--innodb-log-file-size=1G',
    '--skip-log-bin',
    '--innodb-doublewrite=0',
  ]);
  if ('missing' in server) throw new Error(server.missing);
  try {
    const connection = await connect(server.port);
    const loading = performance.now();
    await loadMariaDb(connection, parquet);
    await connection.end();
    say(`MariaDB loaded in ${((performance.now() - loading) / 1000).toFixed(1)} s`);
    const target = await mysqlTarget('mariadb', server, 'tpch', Number(options.timeout) * 1000);
    for (const query of queries) {
      const { times, cpu, rows } = measured.find((each) => each.query === query.name)!;
      const once = await timed(target, query);
      times[target.name] = [once.ms];
      cpu[target.name] = [once.cpuMs];
      if (once.rows >= 0 && once.rows !== rows) say(`${query.name}: ${rows} rows, of MariaDB ${once.rows}`);
    }
    await target.close();
  } finally {
    await server.stop();
  }
}

await run();
