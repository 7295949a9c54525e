/** The session as its callers see it; src/session/session.ts implements it. */

import type { AccountName } from '../catalog/schema.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';
import type { QueryAttributes } from '../wire/execute-request.ts';
import type { SessionChange } from '../wire/session-changes.ts';
import type { PreparedStatement, StatementResult } from './result.ts';

/** A value bound to a `?`, with the type that the client gave it. */
export interface BoundParameter {
  readonly type: SqlType;
  readonly value: SqlValue;
}

export interface SessionIdentity {
  readonly user: string;
  readonly host: string;
  /**
   * The account that the login was granted to: its privileges hold. Left out for a session that the gateway
   * opens for itself, which may do everything; a login always names one.
   */
  readonly account?: AccountName;
  /** The password had expired: nothing but to change it is allowed. */
  readonly passwordExpired?: boolean;
  /** Connection attributes (`program_name`, `_client_name`, …). */
  readonly attributes: ReadonlyMap<string, string>;
  /** Left out for an unencrypted connection. */
  readonly tls?: TlsFacts | undefined;
}

/** One client's state: database, variables, transaction, prepared statements. Statements run one at a time. */
export interface SessionApi {
  readonly connectionId: number;
  /** The SERVER_STATUS bits of autocommit, transaction and no_backslash_escapes, as they are now. */
  readonly statusFlags: number;
  readonly database: string | undefined;
  /** What has changed of the session since the last call, for a client that tracks it; left out: nothing. */
  takeChanges?(): readonly SessionChange[];
  /** The character set that results are sent in: `utf8mb4`, `latin1`, …; `binary` for none. */
  readonly resultCharset: string;
  /** The character set that the client's statements and string parameters come in; `binary` for none. */
  readonly clientCharset: string;
  /**
   * What the session's time zone adds to a UTC time, in microseconds: TIMESTAMPs are shown with it.
   * Undefined stands for UTC.
   */
  readonly zoneOffsetUs: ((utcUs: bigint) => bigint) | undefined;
  /** The longest request that its connection takes, in bytes: max_allowed_packet as it was at login. */
  readonly maxPacketBytes?: number;
  /** How long its connection may wait for a command: wait_timeout, in milliseconds. */
  readonly idleTimeoutMs: number;
  /**
   * Runs the statements of a COM_QUERY one after another; each result must be consumed before the next is
   * asked for. More than one statement without `multiStatements` is a syntax error. `hasMore` tells the
   * status flag SERVER_MORE_RESULTS_EXISTS of the result just yielded.
   */
  query(
    text: string,
    options: { readonly multiStatements: boolean; readonly attributes?: QueryAttributes | undefined },
  ): AsyncIterable<{ readonly result: StatementResult; readonly hasMore: boolean }>;
  prepare(text: string): Promise<PreparedStatement>;
  execute(
    statementId: number,
    parameters: readonly BoundParameter[],
    attributes?: QueryAttributes,
  ): Promise<StatementResult>;
  parameterCount(statementId: number): number | undefined;
  closeStatement(statementId: number): void;
  /** COM_INIT_DB. Accepts `db@v12` and `db@2021-06-23T00:15:00Z`. */
  useDatabase(name: string): Promise<void>;
  /** COM_RESET_CONNECTION: rolls back, forgets variables and statements, keeps user and database. */
  reset(): Promise<void>;
  /** Ends the running statement with error 1317 (or 3024 for a timeout); no effect when idle. */
  interrupt(reason: 'kill' | 'timeout' | 'disconnect' | 'shutdown'): void;
  /** Rolls back and releases; after it no method may be called. */
  close(): Promise<void>;
}

/** What a connection is encrypted with, as OpenSSL names it. */
export interface TlsFacts {
  readonly cipher: string;
  readonly version: string;
  /** The client's, when it has one that our CA signed: names in OpenSSL's form `/C=SE/CN=client`. */
  readonly certificate?: { readonly subject: string; readonly issuer: string } | undefined;
}

/** A login whose password has been checked. */
export interface LoginOutcome {
  readonly user: string;
  readonly host: string;
  readonly withPassword: boolean;
  /** The password was the account's. */
  readonly granted: boolean;
  readonly tls: TlsFacts | undefined;
  /** The client can go on with a password that has expired, to change it. */
  readonly handlesExpired: boolean;
}

export interface AdmittedAccount extends AccountName {
  readonly passwordExpired?: boolean;
}

/** What the server knows about accounts before a session exists. */
export interface Authenticator {
  /** The stored hashes of the account that matches, or undefined when there is none. */
  find(user: string, host: string): { readonly nativeHash: string; readonly sha2Hash: string } | undefined;
  /**
   * Lets the login in, or throws why not: 1045, 1862 (expired), 3118 (locked), 3955 (too many wrong passwords). When left out
   * the password alone decides.
   */
  admit?(outcome: LoginOutcome): AdmittedAccount;
}

/** One number of /metrics. */
export interface Metric {
  /** As Prometheus names it, with the prefix `tidegate_`; a counter's ends in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Makes sessions and keeps the process list. */
export interface SessionFactory {
  readonly authenticator: Authenticator;
  open(
    identity: SessionIdentity,
    options: {
      readonly connectionId: number;
      /** Closes the client's connection: KILL, shutdown. */
      readonly disconnect: () => void;
      readonly database: string | undefined;
      readonly collationId: number;
      /** CLIENT_INTERACTIVE; false when left out. */
      readonly interactive?: boolean;
    },
  ): Promise<SessionApi>;
  /**
   * COM_PROCESS_KILL, the same as KILL QUERY or KILL: error 1094 for an unknown connection, 1095 when `by`
   * may not end it.
   */
  kill(connectionId: number, what: 'query' | 'connection', by: SessionIdentity): void;
  /** Whether the account may log in beyond the limit of connections, to see what is wrong; false when left out. */
  isAdministrator?(identity: SessionIdentity): boolean;
  /** What the sessions count (statements by route, …); left out when nothing is counted. */
  metrics?(): readonly Metric[];
  /** The line of COM_STATISTICS. */
  statistics(): string;
  /** COM_FIELD_LIST's columns; error 1146 for an unknown table. */
  fieldList(session: SessionApi, table: string): Promise<readonly import('../types/batch.ts').ResultColumn[]>;
}
