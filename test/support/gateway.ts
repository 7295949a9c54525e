import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGateway, type Gateway as RunningGateway } from '../../src/app/compose.ts';
import { readConfig } from '../../src/app/config.ts';
import { GatewayError } from '../../src/base/errors.ts';
import { type Logger, silentLogger } from '../../src/base/logger.ts';
import type { SessionApi } from '../../src/session/api.ts';
import { textOfValue } from '../../src/types/coerce-text.ts';
import type { SqlType } from '../../src/types/sql-type.ts';
import type { SqlValue } from '../../src/types/value.ts';
import type { Outcome, SltConnection } from './slt.ts';

export interface Gateway extends RunningGateway {
  readonly port: number;
  readonly directory: string;
  /** Closes it; removes its directory unless `keep`. */
  stop(options?: { readonly keep: boolean }): Promise<void>;
}

const failing: Logger = {
  ...silentLogger,
  error(fields, message) {
    process.stderr.write(
      `${message} ${fields.err instanceof Error ? fields.err.stack : JSON.stringify(fields)}\n`,
    );
  },
};

/** The whole gateway in this process, on a free port of 127.0.0.1, its data in a temporary directory. */
export async function startGateway(
  options: { readonly directory?: string; readonly flags?: readonly string[]; readonly logger?: Logger } = {},
): Promise<Gateway> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'tidegate-test-'));
  const flags = [
    '--data',
    directory,
    '--port',
    '0',
    '--tls',
    'off',
    '--duckdb-memory-bytes',
    '1g',
    ...(options.flags ?? []),
  ];
  const gateway = await openGateway(readConfig(flags, {}), options.logger ?? failing);
  return {
    ...gateway,
    port: gateway.address.port,
    directory,
    async stop({ keep } = { keep: false }) {
      await gateway.close();
      if (!keep) rmSync(directory, { recursive: true, force: true });
    },
  };
}

let nextConnectionId = 1_000_000;

/** A session without a socket. */
export function openSession(gateway: Gateway, database?: string): Promise<SessionApi> {
  return gateway.sessions.open(
    { user: 'root', host: 'localhost', attributes: new Map() },
    { connectionId: nextConnectionId++, disconnect: () => undefined, database, collationId: 46 },
  );
}

function textOf(value: SqlValue, type: SqlType, zoneOffsetUs: SessionApi['zoneOffsetUs']): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  const zoneMinutes = (us: bigint): number => Number((zoneOffsetUs?.(us) ?? 0n) / 60_000_000n);
  return textOfValue(value, type, { row: 1, nowUs: 0n, zoneMinutes });
}

/** Runs statements in a session directly; values as the text protocol would show them. */
export async function runInSession(session: SessionApi, sql: string): Promise<Outcome> {
  try {
    let outcome: Outcome | undefined;
    for await (const { result } of session.query(sql, { multiStatements: false })) {
      if (result.kind === 'ok') outcome = { kind: 'ok', affectedRows: result.affectedRows };
      else if (result.kind === 'rows') {
        const rows: (string | null)[][] = [];
        for await (const batch of result.batches) {
          for (let row = 0; row < batch.rowCount; row++) {
            rows.push(
              batch.columns.map((column, index) =>
                textOf(column.get(row), result.columns[index]!.type, session.zoneOffsetUs),
              ),
            );
          }
        }
        outcome = { kind: 'rows', rows, columnCount: result.columns.length };
      }
    }
    return outcome!;
  } catch (error) {
    if (error instanceof GatewayError) return { kind: 'error', errno: error.errno, message: error.message };
    throw error;
  }
}

export async function inProcessConnection(gateway: Gateway, database: string): Promise<SltConnection> {
  const session = await openSession(gateway, database);
  return { run: (sql) => runInSession(session, sql), close: () => session.close() };
}
