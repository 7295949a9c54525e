import { GatewayError } from '../base/errors.ts';
import { type Access, accessOf, administersConnections, fullAccess } from '../catalog/access.ts';
import { definitionFlags } from '../catalog/column-flags.ts';
import { tableDenied } from '../catalog/need.ts';
import type { ResultColumn } from '../types/batch.ts';
import { AccountAuthenticator } from './accounts/authenticator.ts';
import type { Authenticator, Metric, SessionApi, SessionFactory, SessionIdentity } from './api.ts';
import { selectDatabase } from './run/utility.ts';
import type { SessionServices } from './services.ts';
import { Session } from './session.ts';
import { SessionState } from './state.ts';

/** Makes sessions over the services that they share. */
export class Sessions implements SessionFactory {
  readonly authenticator: Authenticator;
  readonly #services: SessionServices;
  readonly #states = new WeakMap<SessionApi, SessionState>();

  constructor(services: SessionServices) {
    this.#services = services;
    this.authenticator = new AccountAuthenticator(services);
  }

  async open(
    identity: SessionIdentity,
    options: {
      readonly connectionId: number;
      readonly disconnect: () => void;
      readonly database: string | undefined;
      readonly collationId: number;
      readonly interactive?: boolean;
    },
  ): Promise<SessionApi> {
    const state = new SessionState(this.#services, identity, options);
    state.variables.useLoginCollation(options.collationId);
    if (options.interactive === true) state.variables.useInteractiveTimeout();
    if (options.database !== undefined && options.database !== '') selectDatabase(options.database, state);
    const session = new Session(state);
    this.#states.set(session, state);
    this.#services.processes.add(session);
    return session;
  }

  kill(connectionId: number, what: 'query' | 'connection', by: SessionIdentity): void {
    this.#services.processes.kill(connectionId, what, by, administersConnections(this.#accessOf(by)));
  }

  isAdministrator(identity: SessionIdentity): boolean {
    return administersConnections(this.#accessOf(identity));
  }

  #accessOf({ account }: SessionIdentity): Access {
    return account === undefined ? fullAccess : accessOf(this.#services.journal.catalog, account);
  }

  metrics(): readonly Metric[] {
    const { counters, journal, plans, duckdb } = this.#services;
    const gauge = (name: string, help: string, value: number): Metric => ({
      name,
      help,
      kind: 'gauge',
      labels: {},
      value,
    });
    return [
      ...counters.metrics(),
      gauge('tidegate_last_version', 'The newest committed version.', journal.lastVersion),
      gauge('tidegate_cached_plans', 'Statement shapes in the plan cache.', plans.size),
      gauge('tidegate_running_scans', 'Queries that DuckDB runs now.', duckdb.runningScans),
    ];
  }

  statistics(): string {
    const { clock, startedUs, processes, counters, journal } = this.#services;
    const uptime = Number((clock.nowUs() - startedUs) / 1_000_000n);
    const perSecond = (counters.statements / Math.max(uptime, 1)).toFixed(3);
    return (
      `Uptime: ${uptime}  Threads: ${processes.size}  Questions: ${counters.statements}  Slow queries: 0  ` +
      `Opens: 0  Flush tables: 0  Open tables: 0  Queries per second avg: ${perSecond}  Version: ${journal.lastVersion}`
    );
  }

  async fieldList(session: SessionApi, table: string): Promise<readonly ResultColumn[]> {
    const { database } = session;
    if (database === undefined) throw new GatewayError('NO_DATABASE', 'No database selected');
    const state = this.#states.get(session);
    if (state !== undefined && !state.access.seesRelation(database, table)) {
      throw tableDenied('SELECT', table, state.loginName);
    }
    const { journal } = state?.services ?? this.#services;
    const relation = journal.catalog.relation(database, table);
    if (relation === undefined) {
      throw new GatewayError('NO_SUCH_TABLE', `Table '${database}.${table}' doesn't exist`);
    }
    return relation.columns.map((column, index) => ({
      name: column.name,
      type: column.type,
      nullable: column.nullable,
      database,
      table,
      originalTable: table,
      originalName: column.name,
      flags: relation.kind === 'table' ? definitionFlags(relation, index) : 0,
    }));
  }
}
