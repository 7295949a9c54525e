/** The composition root: every long-lived thing is made here, in order, and closed in the reverse order. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { everyGrant, hasPassword, newAccount } from '../catalog/accounts.ts';
import { isLoopbackAddress, reachesBeyondLoopback } from '../catalog/host-pattern.ts';
import type { TableDef } from '../catalog/schema.ts';
import { Connectors } from '../connectors/connectors.ts';
import { FileConnector } from '../connectors/file/file-connector.ts';
import { MysqlConnector } from '../connectors/mysql/mysql-connector.ts';
import { readOfflineRows } from '../executor/existing-rows.ts';
import { keyText } from '../executor/overlay.ts';
import { type JournalStore, openStore } from '../journal/journal-store.ts';
import { OfflineStore } from '../offline/delta/offline-store.ts';
import { DuckEngine } from '../offline/duckdb/engine.ts';
import { openOnlineStore } from '../online/lmdb/online-store.ts';
import { type RunningServer, startServer } from '../server/server.ts';
import { passwordHashes } from '../session/accounts/accounts.ts';
import { StatementCounters } from '../session/counters.ts';
import { Sessions } from '../session/factory.ts';
import { PlanCache } from '../session/plan-cache.ts';
import { ProcessList } from '../session/process-list.ts';
import type { SessionServices } from '../session/services.ts';
import { TableLocks } from '../session/table-locks.ts';
import { UserLocks } from '../session/user-locks.ts';
import { statusVariables } from '../session/variables/status-variables.ts';
import { GlobalVariables } from '../session/variables/variables.ts';
import { openAuditLog } from './audit-log.ts';
import { type Config, ConfigError } from './config.ts';
import { openDataDirectory } from './data-directory.ts';
import { scansThatFit } from './thread-pool.ts';

export const serverVersion = '8.0.40-tidegate';

export interface Gateway {
  readonly address: RunningServer['address'];
  readonly httpAddress: RunningServer['httpAddress'];
  readonly sessions: Sessions;
  readonly services: SessionServices;
  /** Drains, flushes, closes; resolves when nothing is left open. */
  close(): Promise<void>;
}

/** What was opened, to be closed in reverse: also when opening fails half way. */
class Closers {
  readonly #steps: { readonly name: string; readonly close: () => unknown }[] = [];

  add(name: string, close: () => unknown): void {
    this.#steps.push({ name, close });
  }

  async run(logger: Logger): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.close();
      } catch (err) {
        logger.error({ err, part: step.name }, 'closing failed');
      }
    }
  }
}

/** Opens the data directory, recovers, and starts to listen. Rejects with ConfigError for what the user can mend. */
export async function openGateway(
  config: Config,
  logger: Logger,
  announce: (line: string) => void = (line) => void process.stdout.write(line),
): Promise<Gateway> {
  const closers = new Closers();
  try {
    return await open(config, logger, closers, announce);
  } catch (error) {
    await closers.run(logger);
    throw error;
  }
}

async function open(
  config: Config,
  logger: Logger,
  closers: Closers,
  announce: (line: string) => void,
): Promise<Gateway> {
  const { limits } = config;
  const clock = systemClock;
  const directory = openDataDirectory(config.dataDirectory);
  closers.add('lock', () => directory.unlock());
  const journal = openStore(directory.storePath, { clock, logger });
  closers.add('journal', () => journal.close());
  const audit = config.auditLog === undefined ? undefined : auditLog(config.auditLog);
  if (audit !== undefined) closers.add('audit log', () => audit.close());
  await ensureAccount(journal, config, announce);
  warnOfOpenAccounts(journal, config, logger);
  const duckdb = await DuckEngine.open({
    directories: [directory.offlinePath, ...config.externalFiles],
    temporaryDirectory: directory.temporaryPath,
    limits: { ...limits, concurrentScans: scansThatFit(limits.concurrentScans) },
  });
  closers.add('duckdb', () => duckdb.close());
  const offline = await OfflineStore.open({
    directory: directory.offlinePath,
    duck: duckdb,
    journal,
    clock,
    limits,
    logger,
  });
  const online = openOnlineStore({
    store: journal,
    logger,
    offlineRow: async (table, key, version) => {
      const rows = await readOfflineRows({ offline, duckdb }, table, [key], version);
      return rows.get(keyText(key));
    },
  });
  closers.add('online', () => online.close());
  closers.add('offline', () => offline.close());
  const connectors = new Connectors([
    new FileConnector(config.externalFiles, duckdb),
    new MysqlConnector(limits, (source, signal) => duckdb.relationOfRows(source, { signal })),
  ]);
  closers.add('connectors', () => connectors.close());
  const services: SessionServices = {
    journal,
    online,
    offline,
    duckdb,
    limits,
    clock,
    logger,
    external: (request) => connectors.scan(request, journal.catalog.server(request.table.server)),
    globals: new GlobalVariables(serverVariables(config, directory.storePath)),
    processes: new ProcessList(),
    plans: new PlanCache(limits.cachedPlans),
    locks: new TableLocks(),
    userLocks: new UserLocks(limits.userLocksPerSession),
    counters: new StatementCounters(),
    startedUs: clock.nowUs(),
    serverVersion,
    localInfile: config.localInfile,
    audit: audit?.write,
    flush: (tables) => offline.flush(tables),
    discoverColumns: (server, source, signal) => connectors.of(server).describe(server, source, signal),
    checkServer: (server) => connectors.of(server).checkServer(server),
    statistics: (table) => tableStatistics(table, offline, journal),
    status: () =>
      statusVariables({
        counters: services.counters,
        uptimeSeconds: (clock.nowUs() - services.startedUs) / 1_000_000n,
        openSessions: services.processes.size,
        cachedPlans: services.plans.size,
        lastVersion: journal.lastVersion,
      }),
  };
  const sessions = new Sessions(services);
  const server = await startServer({
    host: config.host,
    port: config.port,
    socketPath: config.socketPath,
    proxies: config.proxies,
    http: config.http,
    sessions,
    logger,
    audit: audit?.write,
    limits,
    tls: { ...config.tls, directory: config.dataDirectory },
    serverVersion,
    localFiles: config.localInfile,
    compression: config.compression,
  });
  closers.add('server', () => server.close());
  services.globals.set('port', BigInt(server.address.port));
  return {
    address: server.address,
    httpAddress: server.httpAddress,
    sessions,
    services,
    close: () => closers.run(logger),
  };
}

function auditLog(target: string): ReturnType<typeof openAuditLog> {
  try {
    return openAuditLog(target);
  } catch (cause) {
    throw new ConfigError(`option --audit-log: cannot write ${target}: ${(cause as Error).message}`);
  }
}

/** Accounts without a password are let in from this machine only, which may surprise who made them. */
function warnOfOpenAccounts(journal: JournalStore, config: Config, logger: Logger): void {
  if (isLoopbackAddress(config.host)) return;
  for (const account of journal.catalog.accounts) {
    if (hasPassword(account) || account.locked || !reachesBeyondLoopback(account.host)) continue;
    const name = `${account.user}@${account.host}`;
    logger.warn({ account: name }, 'an account without a password: it can log in from this machine only');
  }
}

/**
 * The first account, as one commit of a new store. Where others can reach the gateway it has a password in any
 * case: the given one, or one that is made here and announced.
 */
async function ensureAccount(
  journal: JournalStore,
  config: Config,
  announce: (line: string) => void,
): Promise<void> {
  const known = [...journal.catalog.accounts].length > 0;
  if (known) return;
  let password = config.rootPassword ?? '';
  if (password === '' && !isLoopbackAddress(config.host)) {
    password = randomBytes(18).toString('base64url');
    // Before it is stored: whoever starts the gateway is never without it.
    announce(`tidegate: the password of root is ${password} (shown this once; ALTER USER changes it)\n`);
  }
  const account = {
    ...newAccount({ user: 'root', host: '%' }, passwordHashes(password)),
    grants: everyGrant,
  };
  await journal.commit({
    user: 'root@localhost',
    client: 'tidegate',
    statement: "CREATE USER 'root'@'%'",
    tables: [],
    catalog: [{ kind: 'putAccount', account }],
  });
}

function tableStatistics(table: TableDef, offline: OfflineStore, journal: JournalStore) {
  const size = offline.statistics(table);
  if (size === undefined) return undefined;
  const generates = table.columns.some((column) => column.autoIncrement === true);
  return {
    ...size,
    updatedUs: undefined,
    nextAutoIncrement: generates ? journal.nextAutoIncrement(table.id) : undefined,
  };
}

function serverVariables(config: Config, storePath: string): Record<string, bigint | string> {
  return {
    ...(config.socketPath === undefined ? {} : { socket: config.socketPath }),
    version: serverVersion,
    version_comment: 'Tidegate',
    datadir: join(storePath, '..', '/'),
    port: BigInt(config.port),
    local_infile: config.localInfile ? 1n : 0n,
    max_connections: BigInt(config.limits.maxConnections),
    max_allowed_packet: BigInt(config.limits.maxAllowedPacketBytes),
    max_prepared_stmt_count: BigInt(config.limits.preparedStatementsPerSession),
  };
}
