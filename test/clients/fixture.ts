/** What the suites of real clients share: one gateway with known data, and processes of other languages. */
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program to its end; the gateway, in this process, goes on meanwhile. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...args],
      { maxBuffer: 256 * 1024 * 1024, cwd: options.cwd, env: { ...process.env, ...options.environment } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, stdout, stderr: error !== null && stderr === '' ? error.message : stderr });
      },
    );
    child.stdin!.on('error', () => {});
    child.stdin!.end(options.input ?? '');
  });
}

/** Undefined when the program starts and ends well; the reason of a skip otherwise. */
export function missing(program: string, args: readonly string[]): string | undefined {
  try {
    execFileSync(program, [...args], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${program} ${args.join(' ').slice(0, 60)} does not run`;
  }
}

/** A folder that keeps what was fetched and built from one run to the next. */
export function cacheFolder(name: string): string {
  const folder = join(tmpdir(), 'tidegate-clients', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Skips with the reason on the console. */
export function skip(context: Mocha.Context, reason: string): never {
  process.stderr.write(`    skipped: ${reason}\n`);
  context.skip();
}

/** Clients that are installed or built at test time run only when asked for: they take minutes. */
export function requireAllClients(context: Mocha.Context): void {
  if (process.env.TIDEGATE_ALL_CLIENTS !== '1') {
    skip(context, 'takes minutes and installs packages; TIDEGATE_ALL_CLIENTS=1 runs it');
  }
}

/** A column of each type; with rows of ordinary values (1), of the least (2) and largest (3), and NULLs (4). */
export const everyTypeSql = readFileSync(new URL('every-type.sql', import.meta.url), 'utf8');

export const seriesRows = 120_000;

/** `series`: 120,000 rows. */
export const seriesSql = `
  CREATE TABLE series (n INT PRIMARY KEY, name VARCHAR(40) NOT NULL, half DOUBLE);
  INSERT INTO series WITH RECURSIVE d (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM d WHERE i < 9)
    SELECT n, CONCAT('row ', n), n / 2 FROM (SELECT a.i + 10 * b.i + 100 * c.i + 1000 * e.i + 10000 * f.i
      + 100000 * g.i AS n FROM d a, d b, d c, d e, d f, d g) x WHERE n < ${seriesRows}`;

/**
 * Database `clients`: `every_type`, and `series` of 120,000 rows. Accounts: `ann` (password `sécret`) may do
 * everything; `root` has none. TLS is offered with a certificate of its own.
 */
export async function startClientGateway(
  options: { readonly port?: number; readonly directory?: string; readonly flags?: readonly string[] } = {},
): Promise<Gateway> {
  const { port, directory } = options;
  const flags = ['--tls', 'auto', ...(port === undefined ? [] : ['--port', String(port)])];
  flags.push(...(options.flags ?? []));
  return startGateway({ flags, ...(directory === undefined ? {} : { directory }) });
}

export async function loadFixture(gateway: Gateway): Promise<void> {
  const connection = await mysql.createConnection({
    host: '127.0.0.1',
    port: gateway.port,
    user: 'root',
    multipleStatements: true,
  });
  await connection.query('CREATE DATABASE clients; USE clients');
  await connection.query(everyTypeSql);
  await connection.query("CREATE USER ann IDENTIFIED BY 'sécret'; GRANT ALL ON *.* TO ann");
  await connection.query(seriesSql);
  await connection.end();
}

/** A port that was free a moment ago, for a gateway that is to come back on it. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
