/** What the wire benchmarks share: the gateway as a process, MariaDB beside it, and numbers of both. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { startMariaDb } from '../../test/support/mariadb.ts';

export const root = path.resolve(import.meta.dirname, '../..');

export interface Target {
  readonly name: 'gateway' | 'mariadb';
  readonly port: number;
  readonly pid: number;
}

export interface Targets {
  readonly gateway: Target;
  readonly mariadb: Target;
  /** A directory for the benchmark's own files. */
  readonly directory: string;
  stop(): Promise<void>;
}

/** The built gateway, on a free port; `TIDEGATE_BENCH_MAIN` names another build than dist/app/main.js. */
function startGateway(
  directory: string,
  flags: readonly string[],
): Promise<{ child: ChildProcess; port: number }> {
  const main = process.env.TIDEGATE_BENCH_MAIN ?? 'dist/app/main.js';
  const nodeFlags = (process.env.TIDEGATE_BENCH_NODE_FLAGS ?? '').split(' ').filter((flag) => flag !== '');
  const args = [
    ...nodeFlags,
    main,
    'serve',
    '--data',
    directory,
    '--port',
    '0',
    '--log-level',
    'warn',
    ...flags,
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stdout.on('data', (chunk) => {
      seen += String(chunk);
      const match = /ready on \S+:(\d+)/.exec(seen);
      if (match) resolve({ child, port: Number(match[1]) });
    });
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}: ${seen}`)));
  });
}

/** Starts both, each with data of its own. */
export async function startTargets(
  options: { readonly gatewayFlags?: readonly string[]; readonly mariadbFlags?: readonly string[] } = {},
): Promise<Targets> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-bench-'));
  const mariadb = await startMariaDb(options.mariadbFlags);
  if ('missing' in mariadb) throw new Error(mariadb.missing);
  try {
    const gateway = await startGateway(path.join(directory, 'data'), options.gatewayFlags ?? []);
    const exited = new Promise<void>((resolve) => gateway.child.once('exit', () => resolve()));
    const pidFile = path.join(path.dirname(mariadb.socketPath), 'pid');
    return {
      gateway: { name: 'gateway', port: gateway.port, pid: gateway.child.pid! },
      mariadb: { name: 'mariadb', port: mariadb.port, pid: Number(readFileSync(pidFile, 'utf8')) },
      directory,
      async stop() {
        gateway.child.kill('SIGTERM');
        await exited;
        await mariadb.stop();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await mariadb.stop();
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Resident memory of a process in bytes (Linux). */
export function residentBytes(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (!match) throw new Error(`no memory of process ${pid}`);
  return Number(match[1]) * 1024;
}

/** Seconds of processor time that a process has used, in its own code and in the system's (Linux). */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The resident memory of `pid`, every `everyMs`, until `stop`. */
export function sampleMemory(pid: number, everyMs = 100): { stop(): readonly number[] } {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(residentBytes(pid)), everyMs);
  return {
    stop() {
      clearInterval(timer);
      return samples;
    },
  };
}

/** The server that does nothing but answer: what Node's sockets cost by themselves. */
export async function startBareSocket(): Promise<{ port: number; pid: number; stop(): Promise<void> }> {
  const args = ['--import', 'tsx', 'bench/bare-socket.ts'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      const match = /ready (\d+)/.exec(String(chunk));
      if (match) resolve(Number(match[1]));
    });
    void exited.then(() => reject(new Error('the bare socket ended')));
  });
  return {
    port,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Compiles a client of the C library; answers the program's path. */
export function compileClient(source: string, directory: string): string {
  const program = path.join(directory, path.basename(source, '.c'));
  const flags = execFileSync('mariadb_config', ['--cflags', '--libs'], { encoding: 'utf8' });
  execFileSync('cc', [
    '-O2',
    '-o',
    program,
    path.join(root, source),
    ...flags.split(/\s+/).filter((flag) => flag !== ''),
    '-lpthread',
  ]);
  return program;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Writes bench/results/`name`.json. */
export function writeResults(name: string, results: object): void {
  const file = path.join(root, 'bench/results', `${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  const machine = { cores: cpus().length, node: process.version };
  writeFileSync(file, `${JSON.stringify({ machine, ...results }, null, 2)}\n`);
  process.stdout.write(`written: ${path.relative(root, file)}\n`);
}
