/** Who answers the queries: a name, and a function that runs one query to its last row. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Connection } from 'mysql2/promise';
import { answer, connect } from './client.ts';
import { isAnswer, type TpchQuery } from './queries.ts';
import { tables } from './schema.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface Target {
  readonly name: string;
  /** Gives the number of rows. */
  run(query: TpchQuery): Promise<number>;
  /** Processor time that it has used so far, in milliseconds: what counts where others use the machine too. */
  cpuMs(): number;
  close(): Promise<void>;
}

/** From /proc, in ticks of 10 ms; NaN where there is none. */
function processCpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

/**
 * DuckDB in this process on the Parquet files. The queries' text is valid in its dialect too, where `/` of
 * decimals gives a DOUBLE: less work than MySQL's exact quotient.
 */
export async function duckdbTarget(parquet: string, threads: number, memory: string): Promise<Target> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memory,
  });
  const connection = await instance.connect();
  for (const { name } of tables) {
    const file = path.join(parquet, `${name}.parquet`).replaceAll("'", "''");
    await connection.run(`CREATE VIEW ${name} AS FROM read_parquet('${file}')`);
  }
  return {
    name: 'duckdb',
    async run(query) {
      let rows = 0;
      for (const statement of query.statements) {
        const reader = await connection.runAndReadAll(statement);
        if (isAnswer(statement)) rows = reader.getRows().length;
      }
      return rows;
    },
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A database of a MySQL server; `timeoutMs` ends a query that takes longer with an error (MariaDB only). */
export async function mysqlTarget(
  name: string,
  server: { readonly port: number; readonly pid: number },
  database: string,
  timeoutMs?: number,
): Promise<Target> {
  const connection = await connect(server.port, database);
  if (timeoutMs !== undefined) await connection.query(`SET max_statement_time = ${timeoutMs / 1000}`);
  return {
    name,
    run: async (query) => (await answer(connection, query)).rows.length,
    cpuMs: () => processCpuMs(server.pid),
    close: () => connection.end(),
  };
}

export interface GatewayProcess {
  readonly port: number;
  readonly pid: number;
  readonly connection: Connection;
  stop(): Promise<void>;
}

/** A gateway in a process of its own, from the sources. */
export async function startGatewayProcess(
  data: string,
  externalFiles: string,
  flags: readonly string[],
): Promise<GatewayProcess> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'src/app/main.ts',
      'serve',
      '--data',
      data,
      '--port',
      '0',
      '--tls',
      'off',
      '--external-files',
      externalFiles,
      '--log-level',
      'warn',
      ...flags,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (chunk) => {
      seen += String(chunk);
      const ready = /ready.*?(\d{4,5})\b/s.exec(seen);
      if (ready) resolve(Number(ready[1]));
    });
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}: ${seen}`)));
  });
  const connection = await connect(port);
  return {
    port,
    pid: child.pid ?? 0,
    connection,
    async stop() {
      await connection.end();
      child.kill('SIGTERM');
      await exited;
    },
  };
}
