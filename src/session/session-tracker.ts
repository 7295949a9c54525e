/** Session tracking: what OK packets tell a client of its session's state, as MySQL 8.0 has it. */

import type { Point } from '../time/point.ts';
import { pointText } from '../time/point-text.ts';
import type { SessionChange } from '../wire/session-changes.ts';
import type { TransactionCharacteristics } from './variables/variables.ts';

/** What the tracker looks at of its session. */
export interface TrackedSession {
  readonly database: string | undefined;
  /** Text of a system variable as SHOW VARIABLES prints it. */
  variableText(name: string): string;
}

/** How a transaction was begun. */
export interface Beginning {
  readonly accessMode?: TransactionCharacteristics['accessMode'];
  readonly snapshot?: boolean;
  readonly asOf?: Point | undefined;
}

/** What a statement did in a transaction. */
export interface Work {
  readonly reads: boolean;
  readonly writes: boolean;
  /** Another server may come to another result: RAND(), a write with LIMIT. */
  readonly unsafe: boolean;
  readonly resultSet: boolean;
}

interface TransactionFlags {
  begun: 'explicit' | 'implicit' | undefined;
  reads: boolean;
  writes: boolean;
  unsafe: boolean;
  resultSet: boolean;
  snapshot: boolean;
  lockedTables: boolean;
}

const noFlags = (lockedTables = false): TransactionFlags => ({
  begun: undefined,
  reads: false,
  writes: false,
  unsafe: false,
  resultSet: false,
  snapshot: false,
  lockedTables,
});

const stateText = (flags: TransactionFlags): string =>
  [
    flags.begun === 'explicit' ? 'T' : flags.begun === 'implicit' ? 'I' : '_',
    // Reads and writes of tables that take no part in transactions: there are none here.
    '_',
    flags.reads || flags.snapshot ? 'R' : '_',
    '_',
    flags.writes ? 'W' : '_',
    flags.unsafe ? 's' : '_',
    flags.resultSet ? 'S' : '_',
    flags.lockedTables ? 'L' : '_',
  ].join('');

const noCharacteristics: TransactionCharacteristics = { isolation: null, accessMode: null };

/** The names in session_track_system_variables as they are spelled there, by lower case; `*` for all. */
function trackedNames(list: string): ReadonlyMap<string, string> | '*' {
  if (list.trim() === '*') return '*';
  const names = list.split(',').map((name) => name.trim());
  return new Map(names.filter((name) => name !== '').map((name) => [name.toLowerCase(), name]));
}

/** Notes changes as they happen, as far as the session's variables ask for them, until an OK takes them. */
export class SessionTracker {
  readonly #session: TrackedSession;
  /** Changed variables by the name that the client is told. */
  readonly #variables = new Map<string, string>();
  #list = '';
  #names: ReadonlyMap<string, string> | '*' = new Map();
  #schema = false;
  #state = false;
  /** session_track_transaction_info. */
  #tracksTransactions = false;
  #flags = noFlags();
  #reportedState = stateText(noFlags());
  #stateIsNew = false;
  #next = noCharacteristics;
  #asOf: Point | undefined;
  #characteristicsAreNew = false;

  constructor(session: TrackedSession) {
    this.#session = session;
  }

  /** A new session, or one that was reset: nothing has changed, and tracking is as the variables say. */
  reset(): void {
    this.#variables.clear();
    this.#schema = false;
    this.#state = false;
    this.#tracksTransactions = false;
    this.#flags = noFlags();
    this.#reportedState = stateText(this.#flags);
    this.#stateIsNew = false;
    this.#next = noCharacteristics;
    this.#asOf = undefined;
    this.#characteristicsAreNew = false;
    this.#followTransactionInfo();
  }

  #is(variable: string): boolean {
    return this.#session.variableText(variable) === 'ON';
  }

  // ---- database, variables, the rest ------------------------------------------------------------

  /** USE, also of the database that it was. */
  databaseSelected(): void {
    this.databaseDropped();
    this.stateChanged();
  }

  /** The default database is no more. */
  databaseDropped(): void {
    if (this.#is('session_track_schema')) this.#schema = true;
  }

  /** User variables and prepared statements. */
  stateChanged(): void {
    if (this.#is('session_track_state_change')) this.#state = true;
  }

  /** SET of a session's system variable, also to the value that it had. */
  variableChanged(name: string): void {
    if (name === 'session_track_transaction_info') this.#followTransactionInfo();
    const spelled = this.#tracked(name);
    if (spelled !== undefined) this.#variables.set(spelled, name);
    if (name !== 'session_track_state_change') this.stateChanged();
  }

  #tracked(name: string): string | undefined {
    const list = this.#session.variableText('session_track_system_variables');
    if (list !== this.#list) {
      this.#list = list;
      this.#names = trackedNames(list);
    }
    return this.#names === '*' ? name : this.#names.get(name);
  }

  // ---- transactions -----------------------------------------------------------------------------

  get tracksTransactions(): boolean {
    return this.#tracksTransactions;
  }

  #followTransactionInfo(): void {
    const level = this.#session.variableText('session_track_transaction_info');
    const tracks = level === 'STATE' || level === 'CHARACTERISTICS';
    if (tracks && !this.#tracksTransactions) {
      this.#flags = noFlags();
      this.#stateIsNew = true;
    }
    this.#tracksTransactions = tracks;
    if (level === 'CHARACTERISTICS') this.#characteristicsAreNew = true;
  }

  /** SET TRANSACTION without a scope. */
  nextTransaction({ isolation, accessMode }: TransactionCharacteristics): void {
    if (!this.#tracksTransactions) return;
    this.#setNext({
      isolation: isolation ?? this.#next.isolation,
      accessMode: accessMode ?? this.#next.accessMode,
    });
  }

  #setNext(next: TransactionCharacteristics): void {
    const same = next.isolation === this.#next.isolation && next.accessMode === this.#next.accessMode;
    if (!same) this.#characteristicsAreNew = true;
    this.#next = next;
  }

  /** What COMMIT AND CHAIN hands on. */
  get characteristics(): TransactionCharacteristics {
    return this.#next;
  }

  /** BEGIN, START TRANSACTION, AND CHAIN. */
  begun({ accessMode = null, snapshot = false, asOf }: Beginning): void {
    if (!this.#tracksTransactions) return;
    this.#setNext({ ...this.#next, accessMode: accessMode ?? this.#next.accessMode });
    this.#flags = { ...noFlags(), begun: 'explicit', snapshot };
    this.#asOf = asOf;
    this.#characteristicsAreNew = true;
  }

  /** A statement that is over, in a transaction or not; without autocommit the first table opens one. */
  worked(work: Work, autocommit: boolean): void {
    if (!this.#tracksTransactions) return;
    const flags = this.#flags;
    if (flags.begun === undefined && !autocommit && (work.reads || work.writes)) flags.begun = 'implicit';
    if (flags.begun === undefined) return;
    flags.reads ||= work.reads;
    flags.writes ||= work.writes;
    flags.unsafe ||= work.unsafe;
    flags.resultSet ||= work.resultSet;
  }

  /** COMMIT, ROLLBACK, and whatever else ends a transaction. */
  ended(): void {
    if (!this.#tracksTransactions) return;
    if (this.#flags.begun === 'explicit') this.#characteristicsAreNew = true;
    this.#flags = noFlags(this.#flags.lockedTables);
    this.#asOf = undefined;
    this.#setNext(noCharacteristics);
  }

  /** LOCK TABLES and UNLOCK TABLES. */
  tablesLocked(locked: boolean): void {
    if (this.#tracksTransactions) this.#flags.lockedTables = locked;
  }

  #characteristicsText(): string {
    const { isolation, accessMode } = this.#next;
    const statements: string[] = [];
    if (isolation !== null)
      statements.push(`SET TRANSACTION ISOLATION LEVEL ${isolation.replaceAll('-', ' ')}`);
    const mode = accessMode === null ? '' : ` ${accessMode.toUpperCase()}`;
    if (this.#flags.begun === 'explicit') {
      const options = [
        ...(this.#flags.snapshot ? [' WITH CONSISTENT SNAPSHOT'] : []),
        ...(mode === '' ? [] : [mode]),
      ];
      const asOf = this.#asOf === undefined ? '' : ` AS OF ${pointText(this.#asOf)}`;
      statements.push(`START TRANSACTION${options.join(',')}${asOf}`);
    } else if (mode !== '') {
      statements.push(`SET TRANSACTION${mode}`);
    }
    return statements.length === 0 ? '' : `${statements.join('; ')};`;
  }

  // ---- the OK -----------------------------------------------------------------------------------

  /** What has changed since the last call, in MySQL's order. */
  take(): readonly SessionChange[] {
    const changes: SessionChange[] = [];
    for (const [name, variable] of [...this.#variables].sort(([a], [b]) => (a < b ? -1 : 1))) {
      changes.push({ kind: 'systemVariable', name, value: this.#session.variableText(variable) });
    }
    if (this.#schema) changes.push({ kind: 'schema', name: this.#session.database ?? '' });
    if (this.#state) changes.push({ kind: 'stateChange' });
    this.#variables.clear();
    this.#schema = false;
    this.#state = false;
    if (this.#tracksTransactions) this.#takeTransaction(changes);
    return changes;
  }

  #takeTransaction(changes: SessionChange[]): void {
    const state = stateText(this.#flags);
    if (this.#stateIsNew || state !== this.#reportedState) changes.push({ kind: 'transactionState', state });
    this.#reportedState = state;
    this.#stateIsNew = false;
    const level = this.#session.variableText('session_track_transaction_info');
    if (this.#characteristicsAreNew && level === 'CHARACTERISTICS') {
      changes.push({ kind: 'transactionCharacteristics', statements: this.#characteristicsText() });
    }
    this.#characteristicsAreNew = false;
  }
}
