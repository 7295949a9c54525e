/** The two servers that suites run against, one after the other, on ports of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { freePort } from '../clients/fixture.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { startMariaDb } from '../support/mariadb.ts';
import type { Suite, SuiteServer } from './suite.ts';

export interface RunningServer {
  readonly server: SuiteServer;
  /** What it wrote to its log; empty for MariaDB. */
  log(): string;
  stop(): Promise<void>;
}

async function setUp(suite: Suite, server: SuiteServer): Promise<void> {
  const connection = await mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
  // Suites make tables without a PRIMARY KEY, and look at what metadata says of them.
  const ours = [
    'SET GLOBAL sql_generate_invisible_primary_key = ON',
    'SET GLOBAL show_gipk_in_create_table_and_information_schema = OFF',
  ];
  const databases = suite.databases.map((name) => `CREATE DATABASE ${name}`);
  const statements = [...databases, ...(suite.setup ?? [])];
  for (const sql of server.kind === 'tidegate' ? [...ours, ...statements] : statements) {
    await connection.query(sql);
  }
  await connection.end();
}

/** MariaDB as the suites' authors have it: its own collation and sql_mode. */
async function startBaseline(): Promise<RunningServer> {
  const started = await startMariaDb([
    '--collation-server=utf8mb4_general_ci',
    '--sql-mode=STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    '--max-allowed-packet=64M',
  ]);
  if ('missing' in started) throw new Error(started.missing);
  const { port, socketPath } = started;
  return { server: { kind: 'mariadb', port, socketPath }, log: () => '', stop: () => started.stop() };
}

async function startOurs(): Promise<RunningServer> {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-suite-'));
  const socketPath = join(directory, 's.sock');
  const started = await startGatewayProcess(join(directory, 'data'), [
    '--socket',
    socketPath,
    '--tls',
    'auto',
  ]);
  return {
    server: { kind: 'tidegate', port: started.port, socketPath },
    log: () => started.log(),
    async stop() {
      await started.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A server with the suite's databases; `none` is a port where nobody listens. */
export async function startServer(kind: SuiteServer['kind'], suite: Suite): Promise<RunningServer> {
  if (kind === 'none') {
    const server = { kind, port: await freePort(), socketPath: '/nonexistent' };
    return { server, log: () => '', stop: async () => undefined };
  }
  const running = kind === 'mariadb' ? await startBaseline() : await startOurs();
  try {
    await setUp(suite, running.server);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}
