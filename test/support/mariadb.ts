import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';

export interface MariaDb {
  readonly port: number;
  readonly socketPath: string;
  readonly pid: number;
  stop(): Promise<void>;
}

function installed(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/**
 * A MariaDB server of its own on a fresh data directory, root without a password over TCP, strings
 * compared by bytes as the gateway does. Undefined with a reason when MariaDB is not installed.
 * @param flags further options, after those of the tests; the last one of a name counts
 */
export async function startMariaDb(
  flags: readonly string[] = [],
): Promise<MariaDb | { readonly missing: string }> {
  for (const program of ['mariadbd', 'mariadb-install-db']) {
    if (!installed(program)) return { missing: `${program} is not installed (package mariadb-server)` };
  }
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-mariadb-'));
  const data = join(directory, 'data');
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      '--user=root',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { stdio: 'ignore' },
  );
  const port = await freePort();
  const socketPath = join(directory, 's.sock');
  const child: ChildProcess = spawn(
    'mariadbd',
    [
      '--no-defaults',
      '--user=root',
      `--datadir=${data}`,
      `--socket=${socketPath}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_nopad_bin',
      '--default-time-zone=+00:00',
      '--sql-mode=ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=32M',
      '--local-infile=1',
      `--pid-file=${join(directory, 'pid')}`,
      ...flags,
    ],
    { stdio: 'ignore' },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  for (let attempt = 0; ; attempt++) {
    try {
      const connection = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
      await connection.end();
      return { port, socketPath, pid: child.pid ?? 0, stop };
    } catch (cause) {
      if (attempt === 200 || child.exitCode !== null) {
        await stop();
        throw new Error('MariaDB did not start', { cause });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
