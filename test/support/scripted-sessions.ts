/**
 * A SessionFactory in memory for tests of the wire and the server: a statement's text is looked up in a script.
 * Nothing here parses SQL.
 */
import { GatewayError } from '../../src/base/errors.ts';
import type { BoundParameter, SessionApi, SessionFactory, SessionIdentity } from '../../src/session/api.ts';
import type { OkResult, RowsResult, StatementResult } from '../../src/session/result.ts';
import { type Batch, batchOfRows, type ResultColumn } from '../../src/types/batch.ts';
import { bigint, int, longtext, varchar } from '../../src/types/sql-type.ts';
import type { Row } from '../../src/types/value.ts';
import { nativePasswordHash, sha2PasswordHash } from '../../src/wire/auth.ts';

export const ok = (fields: Partial<OkResult> = {}): OkResult => ({
  kind: 'ok',
  affectedRows: 0,
  matchedRows: fields.affectedRows ?? 0,
  lastInsertId: 0n,
  warningCount: 0,
  info: '',
  ...fields,
});

export const column = (name: string, type: ResultColumn['type'] = int()): ResultColumn => ({
  name,
  type,
  nullable: true,
});

export function rowsResult(
  columns: readonly ResultColumn[],
  batches: AsyncIterable<Batch>,
  warnings = 0,
): RowsResult {
  return { kind: 'rows', columns, batches, warningCount: () => warnings };
}

export function rows(columns: readonly ResultColumn[], ...values: Row[]): RowsResult {
  return rowsResult(
    columns,
    (async function* () {
      yield batchOfRows(values, columns.length);
    })(),
  );
}

/** What happened to the sessions; tests assert on it. */
export interface Observed {
  readonly statements: string[];
  readonly opened: SessionIdentity[];
  closed: number;
  batchesPulled: number;
  iteratorsReturned: number;
  readonly interrupts: string[];
  readonly killed: { connectionId: number; what: string }[];
  infile: Buffer;
  readonly executed: (readonly BoundParameter[])[];
}

interface Prepared {
  readonly text: string;
  readonly parameterCount: number;
}

export const streamColumns = [column('n', bigint()), column('text', longtext)];

export class ScriptedSession implements SessionApi {
  readonly connectionId: number;
  readonly identity: SessionIdentity;
  readonly disconnect: () => void;
  readonly observed: Observed;
  readonly script: Script;
  statusFlags = 2;
  database: string | undefined;
  resultCharset = 'utf8mb4';
  clientCharset = 'utf8mb4';
  zoneOffsetUs: ((utcUs: bigint) => bigint) | undefined;
  idleTimeoutMs = 28_800_000;
  #statements = new Map<number, Prepared>();
  #nextStatement = 1;
  #interrupted: ((error: Error) => void) | undefined;

  constructor(
    identity: SessionIdentity,
    options: { connectionId: number; disconnect: () => void; database: string | undefined },
    script: Script,
    observed: Observed,
  ) {
    this.identity = identity;
    this.connectionId = options.connectionId;
    this.disconnect = options.disconnect;
    this.database = options.database;
    this.script = script;
    this.observed = observed;
  }

  async *query(text: string, options: { readonly multiStatements: boolean }) {
    const parts = text.split(';').map((part) => part.trim());
    if (parts.at(-1) === '') parts.pop();
    if (parts.length > 1 && !options.multiStatements) {
      throw new GatewayError('SYNTAX_ERROR', 'more than one statement');
    }
    for (const [index, part] of parts.entries()) {
      yield { result: await this.run(part, []), hasMore: index < parts.length - 1 };
    }
  }

  async run(text: string, parameters: readonly BoundParameter[]): Promise<StatementResult> {
    this.observed.statements.push(text);
    if (/^(set|rollback|commit)\b/i.test(text)) return ok();
    const entry = this.script[text];
    if (entry !== undefined) return entry(this, parameters);
    const stream = /^stream (\d+) (\d+)$/.exec(text);
    if (stream !== null) return rowsResult(streamColumns, this.stream(Number(stream[1]), Number(stream[2])));
    throw new GatewayError('SYNTAX_ERROR', `not in the script: ${text}`);
  }

  /** Batches of ten rows, each with `width` characters. */
  async *stream(rowCount: number, width: number): AsyncGenerator<Batch> {
    const text = 'x'.repeat(width);
    let finished = false;
    try {
      for (let from = 0; from < rowCount; from += 10) {
        this.observed.batchesPulled++;
        const count = Math.min(10, rowCount - from);
        yield batchOfRows(
          Array.from({ length: count }, (_, index) => [BigInt(from + index), text]),
          2,
        );
      }
      finished = true;
    } finally {
      if (!finished) this.observed.iteratorsReturned++;
    }
  }

  /** Waits until `interrupt` is called, and fails then. */
  untilInterrupted(): Promise<never> {
    return new Promise((_, reject) => {
      this.#interrupted = reject;
    });
  }

  async prepare(text: string) {
    const id = this.#nextStatement++;
    const parameterCount = text.split('?').length - 1;
    this.#statements.set(id, { text, parameterCount });
    const columns = text.startsWith('echo') ? echoColumns(parameterCount) : [];
    return { id, parameterCount, columns };
  }

  async execute(statementId: number, parameters: readonly BoundParameter[]): Promise<StatementResult> {
    this.observed.executed.push(parameters);
    const { text } = this.#statements.get(statementId)!;
    if (!text.startsWith('echo')) return this.run(text, parameters);
    return rows(
      parameters.map((parameter, index) => column(`c${index}`, parameter.type)),
      parameters.map((parameter) => parameter.value),
    );
  }

  parameterCount(statementId: number): number | undefined {
    return this.#statements.get(statementId)?.parameterCount;
  }

  closeStatement(statementId: number): void {
    this.#statements.delete(statementId);
  }

  async useDatabase(name: string): Promise<void> {
    if (name === 'missing') throw new GatewayError('UNKNOWN_DATABASE', `Unknown database '${name}'`);
    this.database = name;
  }

  async reset(): Promise<void> {
    this.#statements.clear();
    this.statusFlags = 2;
  }

  interrupt(reason: 'kill' | 'timeout' | 'disconnect' | 'shutdown'): void {
    this.observed.interrupts.push(reason);
    this.#interrupted?.(new GatewayError('QUERY_INTERRUPTED', 'Query execution was interrupted'));
  }

  async close(): Promise<void> {
    this.observed.closed++;
  }
}

const echoColumns = (count: number): ResultColumn[] =>
  Array.from({ length: count }, (_, index) => column(`c${index}`, varchar(255)));

export type Script = Readonly<
  Record<
    string,
    (
      session: ScriptedSession,
      parameters: readonly BoundParameter[],
    ) => StatementResult | Promise<StatementResult>
  >
>;

/** Accounts: name → password; `'native:x'` and `'sha2:x'` have one of the two hashes only. */
export type Accounts = Readonly<Record<string, string>>;

export class ScriptedSessions implements SessionFactory {
  readonly observed: Observed = {
    statements: [],
    opened: [],
    closed: 0,
    batchesPulled: 0,
    iteratorsReturned: 0,
    interrupts: [],
    killed: [],
    infile: Buffer.alloc(0),
    executed: [],
  };
  readonly sessions = new Map<number, ScriptedSession>();
  readonly #accounts: Accounts;
  readonly #script: Script;

  constructor(script: Script = {}, accounts: Accounts = { root: '' }) {
    this.#script = script;
    this.#accounts = accounts;
  }

  readonly authenticator = {
    find: (user: string) => {
      const stored = this.#accounts[user];
      if (stored === undefined) return undefined;
      const password = stored.replace(/^(native|sha2):/, '');
      return {
        nativeHash: stored.startsWith('sha2:') ? '' : nativePasswordHash(password),
        sha2Hash: stored.startsWith('native:') ? '' : sha2PasswordHash(password),
      };
    },
  };

  async open(
    identity: SessionIdentity,
    options: { connectionId: number; disconnect: () => void; database: string | undefined },
  ): Promise<SessionApi> {
    if (options.database === 'missing') {
      throw new GatewayError('UNKNOWN_DATABASE', "Unknown database 'missing'");
    }
    this.observed.opened.push(identity);
    const session = new ScriptedSession(identity, options, this.#script, this.observed);
    this.sessions.set(options.connectionId, session);
    return session;
  }

  kill(connectionId: number, what: 'query' | 'connection'): void {
    const session = this.sessions.get(connectionId);
    if (session === undefined) throw new GatewayError('UNKNOWN_THREAD', `Unknown thread id: ${connectionId}`);
    this.observed.killed.push({ connectionId, what });
    session.interrupt('kill');
    if (what === 'connection') session.disconnect();
  }

  statistics(): string {
    return 'Uptime: 1  Threads: 1';
  }

  async fieldList(_session: SessionApi, table: string): Promise<readonly ResultColumn[]> {
    if (table !== 't') throw new GatewayError('NO_SUCH_TABLE', `Table '${table}' doesn't exist`);
    return [column('id'), column('name', varchar(10))];
  }
}
