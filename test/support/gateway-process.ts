import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface GatewayProcess {
  readonly port: number;
  readonly pid: number;
  /** What it has written to its log so far, at most the last 10,000 characters. */
  log(): string;
  /** Bytes in use after garbage was collected; only with `reportsMemory`. */
  memory(): Promise<MemoryInUse>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

export interface MemoryInUse {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

const memoryReporter = fileURLToPath(new URL('./report-memory.ts', import.meta.url));
const main = fileURLToPath(new URL('../../src/app/main.ts', import.meta.url));

/** The gateway as a process of its own on a free port of 127.0.0.1; `extra` are further options. */
export async function startGatewayProcess(
  dataDirectory: string,
  extra: readonly string[] = [],
  options: { readonly reportsMemory?: boolean } = {},
): Promise<GatewayProcess> {
  const memoryFile = join(dataDirectory, 'memory.json');
  const reports = options.reportsMemory === true;
  const args = [
    ...(reports ? ['--expose-gc'] : []),
    '--import',
    'tsx',
    ...(reports ? ['--import', memoryReporter] : []),
    main,
    'serve',
    '--data',
    dataDirectory,
    '--port',
    '0',
    '--log-level',
    'warn',
    ...extra,
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TIDEGATE_TEST_MEMORY_FILE: memoryFile },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-10_000);
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      const ready = /ready on \S+:(\d+)/.exec(output);
      if (ready !== null) resolve(Number(ready[1]));
    });
    void exited.then((code) => reject(new Error(`the gateway ended with ${code}: ${errors}`)));
  });
  return {
    port,
    pid: child.pid!,
    log: () => errors,
    async memory() {
      rmSync(memoryFile, { force: true });
      child.kill('SIGUSR2');
      while (!existsSync(memoryFile)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error('the gateway has ended');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return JSON.parse(readFileSync(memoryFile, 'utf8'));
    },
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
