import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface GatewayProcess {
  readonly port: number;
  readonly pid: number;
  /** What it has written to its log so far, at most the last 10,000 characters. */
  log(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

const main = fileURLToPath(new URL('../../src/app/main.ts', import.meta.url));

/** The gateway as a process of its own on a free port of 127.0.0.1; `extra` are further options. */
export async function startGatewayProcess(
  dataDirectory: string,
  extra: readonly string[] = [],
): Promise<GatewayProcess> {
  const args = [
    '--import',
    'tsx',
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
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
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
