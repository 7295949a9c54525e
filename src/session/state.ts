import { GatewayError } from '../base/errors.ts';
import { type Access, accessOf, fullAccess } from '../catalog/access.ts';
import { accountText, sameAccount } from '../catalog/accounts.ts';
import type { CatalogSnapshot } from '../catalog/catalog.ts';
import type { MetadataContext, ProcessEntry } from '../catalog/metadata/context.ts';
import { visibleCatalog } from '../catalog/metadata/visible.ts';
import type { AccountDef, AccountName } from '../catalog/schema.ts';
import type { ReadView } from '../executor/context.ts';
import type { SessionFacts } from '../executor/environment.ts';
import { TemporaryTables } from '../executor/temporary-tables.ts';
import type { Statement } from '../sql/statement.ts';
import type { Point } from '../time/point.ts';
import type { SqlValue } from '../types/value.ts';
import { eventOf, loginOf } from './accounts/audit.ts';
import { maskSecrets } from './accounts/mask-secrets.ts';
import { activeRolesOf, rolesText } from './accounts/roles.ts';
import type { SessionIdentity } from './api.ts';
import { commitText } from './commit-text.ts';
import type { SessionServices } from './services.ts';
import { SessionTracker } from './session-tracker.ts';
import type { StatementRun } from './statement-run.ts';
import { Transaction } from './transaction.ts';
import { SessionVariables } from './variables/variables.ts';
import type { StatementWarning } from './warning.ts';

const divisionByZero = 1365;

/** A statement prepared under a name or a number: its text is planned again at each execution, by its shape. */
export interface PreparedText {
  readonly text: string;
  readonly parameterCount: number;
}

/** What one session remembers between its statements. */
export class SessionState {
  /** The gateway's, with this session's temporary tables in its tiers. */
  readonly services: SessionServices;
  readonly temporary: TemporaryTables;
  readonly identity: SessionIdentity;
  readonly connectionId: number;
  readonly connectedUs: bigint;
  readonly variables: SessionVariables;
  /** Closes the client's connection. */
  readonly disconnect: () => void;
  database: string | undefined;
  /** The point of a database name such as `shop@v12`. */
  databaseAsOf: Point | undefined;
  /** What an OK packet is to tell of the session. */
  readonly tracker: SessionTracker;
  #transaction: Transaction | undefined;
  lastInsertId = 0n;
  rowCount = -1n;
  foundRows = 0n;
  lastWarnings: readonly StatementWarning[] = [];
  lastWarningCount = 0;
  readonly prepared = new Map<number, PreparedText>();
  readonly named = new Map<string, PreparedText>();
  running: StatementRun | undefined;
  command = 'Sleep';
  #chosenRoles: readonly AccountName[] | undefined;
  #access: Access = fullAccess;
  #accessCatalog: CatalogSnapshot | undefined;
  commandSinceMs: number;

  constructor(
    services: SessionServices,
    identity: SessionIdentity,
    options: { readonly connectionId: number; readonly disconnect: () => void },
  ) {
    this.temporary = new TemporaryTables(services.limits);
    this.services = {
      ...services,
      ...this.temporary.services(services),
      flush: (tables) => services.flush(tables?.filter(({ temporary }) => temporary !== true)),
    };
    this.identity = identity;
    this.connectionId = options.connectionId;
    this.disconnect = options.disconnect;
    this.connectedUs = services.clock.nowUs();
    this.commandSinceMs = services.clock.monotonicMs();
    this.variables = new SessionVariables(services.globals, {
      connectionId: options.connectionId,
      nowUs: () => this.running?.nowUs ?? services.clock.nowUs(),
      lastInsertId: () => this.lastInsertId,
      setLastInsertId: (value) => {
        this.lastInsertId = value;
      },
      inTransaction: () => this.transaction !== undefined,
      warningCount: () => this.lastWarningCount,
      errorCount: () => this.lastWarnings.filter(({ level }) => level === 'Error').length,
      variableChanged: (name) => this.tracker.variableChanged(name),
      userVariableChanged: () => this.tracker.stateChanged(),
      nextTransactionChanged: (next) => this.tracker.nextTransaction(next),
    });
    const { variables } = this;
    const databaseOf = (): string | undefined => this.database;
    this.tracker = new SessionTracker({
      get database() {
        return databaseOf();
      },
      variableText: (name) => variables.shownText(name),
    });
    this.tracker.reset();
  }

  /** The open transaction. */
  get transaction(): Transaction | undefined {
    return this.#transaction;
  }

  set transaction(next: Transaction | undefined) {
    if (this.#transaction !== undefined && next !== this.#transaction) this.tracker.ended();
    this.#transaction = next;
  }

  /** The account whose privileges hold, as CURRENT_USER() says it. */
  get accountName(): AccountName {
    return this.identity.account ?? { user: this.identity.user, host: '%' };
  }

  /** The user and the address that it came from, as MySQL's refusals name it. */
  get loginName(): AccountName {
    return { user: this.identity.user, host: this.identity.host };
  }

  /** The account's record as it is now; undefined once it has been dropped. */
  get accountRecord(): AccountDef | undefined {
    const { user, host } = this.accountName;
    return this.services.journal.catalog.account(user, host);
  }

  /** The roles that are active. */
  get currentRoles(): readonly AccountName[] {
    return activeRolesOf(this.accountRecord, this.#chosenRoles);
  }

  /** SET ROLE; undefined for the account's default roles. */
  chooseRoles(roles: readonly AccountName[] | undefined): void {
    this.#chosenRoles = roles;
    this.#accessCatalog = undefined;
  }

  /** What the account may do now: GRANT and REVOKE hold from the next statement on. */
  get access(): Access {
    const { catalog } = this.services.journal;
    if (this.#accessCatalog !== catalog) {
      const { account } = this.identity;
      this.#access = account === undefined ? fullAccess : accessOf(catalog, account, this.#chosenRoles);
      this.#accessCatalog = catalog;
    }
    return this.#access;
  }

  /** `user@host`, for commits and USER(). */
  get account(): string {
    return `${this.identity.user}@${this.identity.host}`;
  }

  /** The client's program, as it names itself. */
  get client(): string {
    const { attributes } = this.identity;
    return attributes.get('program_name') ?? attributes.get('_client_name') ?? '';
  }

  /** The point that tables without an AS OF of their own are read at; undefined for now. */
  get asOf(): Point | undefined {
    return this.transaction?.asOf ?? this.variables.asOf ?? this.databaseAsOf;
  }

  /** Error 1792 where nothing may be written: a READ ONLY transaction, or time travel of the whole session. */
  requireWritable(): void {
    const next = this.transaction === undefined ? this.variables.nextTransaction : undefined;
    if (
      next?.accessMode === 'read only' ||
      this.asOf !== undefined ||
      this.transaction?.readOnly === true ||
      (this.transaction === undefined && this.variables.readOnly)
    ) {
      throw new GatewayError('READ_ONLY_TRANSACTION', 'Cannot execute statement in a READ ONLY transaction.');
    }
  }

  /**
   * The open transaction; without autocommit the first statement that needs one opens it. Undefined under
   * autocommit outside of BEGIN.
   */
  transactionForStatement(): Transaction | undefined {
    if (this.transaction === undefined && !this.variables.autocommit) this.begin({});
    return this.transaction;
  }

  /** The default database was dropped. */
  leaveDatabase(): void {
    this.database = undefined;
    this.databaseAsOf = undefined;
    this.variables.useDatabaseCollation(undefined);
    this.tracker.databaseDropped();
  }

  begin(options: { readonly readOnly?: boolean; readonly asOf?: Point }): Transaction {
    const next = this.variables.takeNextTransaction();
    const readOnly = options.readOnly ?? (next?.accessMode ?? null) === 'read only';
    const transaction = new Transaction(
      {
        readOnly: readOnly || this.variables.readOnly || options.asOf !== undefined,
        readsCommitted: /^READ-/.test(next?.isolation ?? this.variables.isolation),
        asOf: options.asOf,
      },
      this.services.limits,
    );
    this.transaction = transaction;
    return transaction;
  }

  /** An empty transaction: what a savepoint's name is looked for in when none is open (error 1305). */
  noTransaction(): Transaction {
    return new Transaction({ readOnly: false, readsCommitted: false, asOf: undefined }, this.services.limits);
  }

  /** For a statement that reads no table. */
  viewWithoutTables(): ReadView {
    return { version: this.services.journal.lastVersion, pinned: false, overlay: undefined };
  }

  /** The state that a statement reads. */
  view(): ReadView {
    const transaction = this.transactionForStatement();
    const { journal } = this.services;
    return transaction?.view(journal) ?? { version: journal.lastVersion, pinned: false, overlay: undefined };
  }

  /** What expressions read of the session while `run` runs. */
  factsOf(run: StatementRun): SessionFacts {
    const zone = this.variables.timeZone;
    return {
      context: (name) => this.contextValue(name, run),
      zoneMinutes: (utcUs) => zone.minutesAt(utcUs),
      warn: (errno, message) => {
        if (errno !== divisionByZero || this.variables.warnsOfDivision)
          run.addWarning({ level: 'Warning', errno, message });
      },
      setLastInsertId: (value) => {
        this.lastInsertId = value;
        run.chosenInsertId = value;
      },
      writeErrors: this.variables.writeErrors,
    };
  }

  /** A value by the name of its context node; see src/planner/README.md. */
  contextValue(name: string, run: StatementRun): SqlValue {
    switch (name) {
      case 'now':
        return run.nowUs + BigInt(this.variables.timeZone.minutesAt(run.nowUs)) * 60_000_000n;
      case 'utc_now':
      case 'unix_timestamp':
        return run.nowUs;
      case 'database':
        return this.database ?? null;
      case 'user':
        return this.account;
      case 'current_user':
        return accountText(this.accountName);
      case 'current_role':
        return rolesText(this.currentRoles);
      case 'version':
        return this.services.serverVersion;
      case 'connection_id':
        return BigInt(this.connectionId);
      case 'last_insert_id':
        return this.lastInsertId;
      case 'row_count':
        return this.rowCount;
      case 'found_rows':
        return this.foundRows;
    }
    if (name.startsWith('@@global.')) return this.variables.read('global', name.slice(9));
    if (name.startsWith('@@session.')) return this.variables.read('session', name.slice(10));
    if (name.startsWith('@@')) return this.variables.read(null, name.slice(2));
    return this.variables.userVariable(name.slice(1)).value;
  }

  /** The server's status, and in SESSION scope what this connection is encrypted with. */
  #status(scope: 'global' | 'session'): Iterable<readonly [name: string, value: string]> {
    const { tls } = this.identity;
    const shared = [...this.services.status()];
    if (scope === 'global' || tls === undefined) return shared;
    const own = new Map([
      ['Ssl_cipher', tls.cipher],
      ['Ssl_version', tls.version],
    ]);
    return shared.map(([name, value]) => [name, own.get(name) ?? value] as const);
  }

  /** Tells the audit log of a statement that has been done, when it is of a kind that is told. */
  auditStatement(statement: Statement): void {
    const kind = this.services.audit === undefined ? undefined : eventOf(statement);
    if (kind !== undefined) this.services.audit?.({ kind, ...this.#audited() });
  }

  /** Tells the audit log that the running statement was refused. */
  auditDenial({ errno, message }: GatewayError): void {
    this.services.audit?.({ kind: 'denied', ...this.#audited(), errno, message });
  }

  #audited() {
    return {
      ...loginOf(this.connectionId, this.identity),
      account: accountText(this.accountName),
      database: this.database,
      statement: this.running === undefined ? '' : commitText(this.running),
    };
  }

  processEntry(): ProcessEntry {
    const { clock } = this.services;
    return {
      id: this.connectionId,
      user: this.identity.user,
      host: this.identity.host,
      database: this.database,
      command: this.running === undefined ? 'Sleep' : this.command,
      timeSeconds: Math.floor((clock.monotonicMs() - this.commandSinceMs) / 1_000),
      state: this.running === undefined ? '' : 'executing',
      info: this.running === undefined ? undefined : maskSecrets(this.running.text),
      connectedUs: this.connectedUs,
      attributes: this.identity.attributes,
    };
  }

  /** Without PROCESS an account sees its own connections only. */
  readonly #seenProcess = (account: AccountName | undefined): boolean =>
    this.access.global.has('PROCESS') || (account !== undefined && sameAccount(account, this.accountName));

  /** What SHOW says of a temporary table, which information_schema does not list: its maker sees all of it. */
  readonly temporaryContext = (): MetadataContext => ({
    ...this.metadataContext(),
    catalog: this.services.journal.catalog,
    access: fullAccess,
  });

  /** What SHOW and information_schema see. */
  readonly metadataContext = (): MetadataContext => {
    const { services } = this;
    const { journal, clock } = services;
    const catalog = journal.catalog.permanent;
    return {
      catalog: this.access === fullAccess ? catalog : visibleCatalog(catalog, this.access, this.accountName),
      user: this.accountName,
      access: this.access,
      activeRoles: this.currentRoles,
      connectionId: this.connectionId,
      showsGeneratedKeys: this.variables.showsGeneratedKeys,
      uptimeSeconds: Number((clock.nowUs() - services.startedUs) / 1_000_000n),
      processes: () => services.processes.entries(this.#seenProcess),
      variables: (scope) => this.variables.shown(scope),
      status: (scope) => this.#status(scope),
      commits: () => journal.commits(journal.firstVersion, journal.lastVersion),
      statistics: (table) => services.statistics(table),
    };
  };
}
