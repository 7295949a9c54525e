/** One client's session: takes statements one at a time and runs each through the pipeline in `run`. */
import { AssertionError } from '../base/assert.ts';
import { GatewayError } from '../base/errors.ts';
import type { ProcessEntry } from '../catalog/metadata/context.ts';
import type { ParseOptions } from '../sql/parse/parse.ts';
import { parseStatement } from '../sql/parse/parse.ts';
import { type ScannedStatement, scanShape } from '../sql/shape.ts';
import { type TimeZone, wallClockAt } from '../time/time-zone.ts';
import type { Batch } from '../types/batch.ts';
import { serverStatus } from '../wire/capabilities.ts';
import type { QueryAttributes } from '../wire/execute-request.ts';
import type { SessionChange } from '../wire/session-changes.ts';
import { isDenial } from './accounts/audit.ts';
import type { BoundParameter, SessionApi, SessionIdentity } from './api.ts';
import { planShape, type StatementInput } from './planning.ts';
import { prepareStatement } from './prepared.ts';
import type { ListedSession } from './process-list.ts';
import type { LocalInfileResult, PreparedStatement, RowsResult, StatementResult } from './result.ts';
import { okResult, runPlanned, StalePlanError } from './run/planned.ts';
import { runStatement } from './run/statement.ts';
import { selectDatabase } from './run/utility.ts';
import type { SessionState } from './state.ts';
import { type InterruptReason, StatementRun } from './statement-run.ts';
import { commandName } from './variables/status-variables.ts';

const diagnosticText = /^\s*show\s+(count\s*\(\s*\*\s*\)\s*)?(warnings|errors)\b/i;
const diagnostics = new Set(['warnings', 'errors', 'warningCount', 'errorCount']);

export class Session implements SessionApi, ListedSession {
  readonly #state: SessionState;
  #nextStatementId = 1;
  #zone: TimeZone | undefined;
  #zoneOffsetUs: ((utcUs: bigint) => bigint) | undefined;
  #closed = false;
  /** Ends a result that its reader has not read to the end. */
  #endOpenResult: (() => Promise<void>) | undefined;

  constructor(state: SessionState) {
    this.#state = state;
  }

  get connectionId(): number {
    return this.#state.connectionId;
  }

  get identity(): SessionIdentity {
    return this.#state.identity;
  }

  get connectedUs(): bigint {
    return this.#state.connectedUs;
  }

  get database(): string | undefined {
    return this.#state.database;
  }

  get resultCharset(): string {
    return this.#state.variables.resultCharset;
  }

  get clientCharset(): string {
    return this.#state.variables.clientCharset;
  }

  get idleTimeoutMs(): number {
    return this.#state.variables.waitTimeoutMs;
  }

  get maxPacketBytes(): number {
    return this.#state.variables.maxAllowedPacketBytes;
  }

  get zoneOffsetUs(): ((utcUs: bigint) => bigint) | undefined {
    const zone = this.#state.variables.timeZone;
    if (zone.isUtc) return undefined;
    // One function for each zone: row encoders are kept by it.
    if (this.#zone !== zone) {
      this.#zone = zone;
      this.#zoneOffsetUs = (utcUs) => wallClockAt(zone, utcUs) - utcUs;
    }
    return this.#zoneOffsetUs;
  }

  get statusFlags(): number {
    const { transaction, variables } = this.#state;
    let flags = variables.autocommit ? serverStatus.autocommit : 0;
    if (transaction !== undefined) flags |= serverStatus.inTransaction;
    if (transaction?.readOnly === true) flags |= serverStatus.inTransactionReadOnly;
    if (variables.sqlModeFlags.noBackslashEscapes) flags |= serverStatus.noBackslashEscapes;
    return flags;
  }

  takeChanges(): readonly SessionChange[] {
    return this.#state.tracker.take();
  }

  query(
    text: string,
    options: { readonly multiStatements: boolean; readonly attributes?: QueryAttributes | undefined },
  ): AsyncIterable<{ readonly result: StatementResult; readonly hasMore: boolean }> {
    const scan = (from?: number): ScannedStatement | null => scanShape(text, this.#parseOptions(), from);
    // Where the next one starts; undefined once the last one has begun.
    let start: number | undefined = 0;
    // A generator would make a promise more for every step.
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          if (start === undefined) return { done: true, value: undefined };
          // A SET sql_mode may have changed how this one reads.
          const scanned = start === 0 ? scan() : scan(start);
          if (scanned === null) {
            if (start !== 0) return { done: true, value: undefined };
            // A text of comments alone is a statement that does nothing; one of blanks and semicolons is none.
            if (/^[\s;]*$/.test(text)) throw new GatewayError('EMPTY_QUERY', 'Query was empty');
            start = undefined;
            return { done: false, value: { result: okResult(), hasMore: false } };
          }
          start = undefined;
          const following = scanned.next < 0 ? null : scan(scanned.next);
          if (following !== null && !options.multiStatements) {
            // What is wrong with the first one comes first: a procedure's body has semicolons of its own.
            parseStatement(text, this.#parseOptions(), scanned.start);
            throw severalStatements(text, following);
          }
          const { attributes } = options;
          const result = await this.run({ text, scanned, placeholders: undefined, attributes }, 'Query');
          if (following !== null) start = scanned.next;
          return { done: false, value: { result, hasMore: following !== null } };
        },
      }),
    };
  }

  async prepare(text: string): Promise<PreparedStatement> {
    await this.#endOpenResult?.();
    const { state } = this.#begin('Prepare', text);
    const run = state.running!;
    try {
      if (state.prepared.size >= state.services.limits.preparedStatementsPerSession) {
        throw new GatewayError(
          'TOO_MANY_PREPARED_STATEMENTS',
          `Can't create more than ${state.services.limits.preparedStatementsPerSession} prepared statements`,
        );
      }
      const prepared = prepareStatement(text, state, run);
      const id = this.#nextStatementId++;
      state.prepared.set(id, { text, parameterCount: prepared.parameterCount });
      // What SHOW WARNINGS is going to tell is not forgotten for its preparation.
      this.#end(run, diagnosticText.test(text));
      return { id, ...prepared };
    } catch (error) {
      throw this.#fail(run, error);
    }
  }

  async execute(
    statementId: number,
    parameters: readonly BoundParameter[],
    attributes?: QueryAttributes,
  ): Promise<StatementResult> {
    const prepared = this.#state.prepared.get(statementId);
    if (prepared === undefined) {
      throw new GatewayError(
        'UNKNOWN_PREPARED_STATEMENT',
        `Unknown prepared statement handler (${statementId}) given to mysqld_stmt_execute`,
      );
    }
    const scanned = scanShape(prepared.text, this.#parseOptions());
    if (scanned === null) throw new AssertionError('a prepared statement without text');
    return this.run({ text: prepared.text, scanned, placeholders: parameters, attributes }, 'Execute');
  }

  parameterCount(statementId: number): number | undefined {
    return this.#state.prepared.get(statementId)?.parameterCount;
  }

  closeStatement(statementId: number): void {
    this.#state.prepared.delete(statementId);
  }

  async useDatabase(name: string): Promise<void> {
    await this.#endOpenResult?.();
    const { state } = this.#begin('Init DB', name);
    const run = state.running!;
    try {
      selectDatabase(name, state);
      this.#end(run);
    } catch (error) {
      throw this.#fail(run, error);
    }
  }

  async reset(): Promise<void> {
    await this.#endOpenResult?.();
    const state = this.#state;
    state.transaction = undefined;
    state.temporary.clear();
    state.services.userLocks.releaseAll(state.connectionId);
    state.variables.reset();
    state.tracker.reset();
    state.chooseRoles(undefined);
    state.prepared.clear();
    state.named.clear();
    state.lastInsertId = 0n;
    state.lastWarnings = [];
    state.lastWarningCount = 0;
  }

  interrupt(reason: InterruptReason): void {
    this.#state.running?.interrupt(reason);
  }

  disconnect(): void {
    this.#state.disconnect();
  }

  processEntry(): ProcessEntry {
    return this.#state.processEntry();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.interrupt('disconnect');
    await this.#endOpenResult?.();
    this.#state.transaction = undefined;
    this.#state.temporary.clear();
    this.#state.services.userLocks.releaseAll(this.connectionId);
    this.#state.services.processes.remove(this.connectionId);
  }

  /**
   * The way of a statement: its shape is looked up among the plans that are there already; else it is parsed,
   * bound, routed and planned. Then the plan runs; what has no plan (SET, DDL, transactions …) runs by itself.
   */
  async run(input: StatementInput, command: string): Promise<StatementResult> {
    await this.#endOpenResult?.();
    const { scanned } = input;
    const { state } = this.#begin(command, input.text.slice(scanned.start, scanned.end));
    const run = state.running!;
    try {
      if (Array.isArray(input.placeholders)) run.placeholders = input.placeholders;
      run.attributes = input.attributes;
      let planned = planShape(input, state, run);
      state.services.counters.command(commandName(planned));
      let result: StatementResult | undefined;
      while (result === undefined) {
        try {
          result =
            planned.kind === 'statement'
              ? await runStatement(planned, state, run)
              : await runPlanned(planned, state, run);
        } catch (error) {
          if (!(error instanceof StalePlanError)) throw error;
          planned = planShape(input, state, run);
        }
      }
      if (result.kind === 'localInfile') return this.#openLoad(result, run);
      if (result.kind === 'ok') {
        if (planned.kind === 'statement') state.auditStatement(planned.statement);
        this.#end(run);
        return result;
      }
      if (planned.kind === 'statement') {
        const shown = { reads: false, writes: false, unsafe: false, resultSet: true };
        state.tracker.worked(shown, state.variables.autocommit);
      }
      const keepsWarnings =
        planned.kind === 'statement' &&
        planned.statement.kind === 'show' &&
        diagnostics.has(planned.statement.target.topic);
      return this.#openResult(result, run, keepsWarnings);
    } catch (error) {
      throw this.#fail(run, error);
    }
  }

  #parseOptions(): ParseOptions {
    return { mode: this.#state.variables.sqlModeFlags, limits: this.#state.services.limits };
  }

  #begin(command: string, text: string): { readonly state: SessionState } {
    const state = this.#state;
    if (state.running !== undefined) throw new AssertionError('a statement is running');
    const { clock, limits, counters } = state.services;
    counters.begin();
    state.command = command;
    state.commandSinceMs = clock.monotonicMs();
    const nowUs = state.variables.fixedNowUs ?? clock.nowUs();
    state.running = new StatementRun(text, nowUs, state.commandSinceMs, limits.warningsPerStatement);
    return { state };
  }

  /** The statement has ended well: its warnings are what SHOW WARNINGS shows from now on. */
  #end(run: StatementRun, keepWarnings = false): void {
    if (run.ended) return;
    run.end();
    const state = this.#state;
    state.running = undefined;
    state.commandSinceMs = state.services.clock.monotonicMs();
    if (keepWarnings) return;
    state.lastWarnings = run.warnings;
    state.lastWarningCount = run.warningCount;
  }

  /** The statement has failed; gives the error as the client is to see it. */
  #fail(run: StatementRun, error: unknown): unknown {
    const state = this.#state;
    const seen = error instanceof AssertionError ? error : (run.interrupted ?? error);
    const { errno, message } =
      seen instanceof GatewayError ? seen : { errno: 1105, message: 'Internal error; the log says more' };
    run.addWarning({ level: 'Error', errno, message });
    state.services.counters.error(errno);
    if (isDenial(seen)) state.auditDenial(seen);
    state.rowCount = -1n;
    // A lost conflict ends the transaction, as a deadlock does in MySQL.
    if (seen instanceof GatewayError && seen.code === 'WRITE_CONFLICT') state.transaction = undefined;
    if (!(seen instanceof GatewayError)) {
      state.services.logger.error(
        { err: seen, connectionId: this.connectionId },
        'a statement failed unexpectedly',
      );
    }
    this.#end(run);
    return seen;
  }

  /** LOAD DATA LOCAL goes on until the client has sent its file. */
  #openLoad(result: LocalInfileResult, run: StatementRun): LocalInfileResult {
    this.#endOpenResult = async () => {
      this.#endOpenResult = undefined;
      this.#fail(run, new GatewayError('QUERY_INTERRUPTED', 'Query execution was interrupted'));
    };
    return {
      ...result,
      load: async (content) => {
        try {
          const ok = await result.load(content);
          this.#end(run);
          return ok;
        } catch (error) {
          throw this.#fail(run, error);
        } finally {
          this.#endOpenResult = undefined;
        }
      },
    };
  }

  /** The statement goes on until its rows have been read, or the next statement finds them unread. */
  #openResult(result: RowsResult, run: StatementRun, keepWarnings: boolean): RowsResult {
    const state = this.#state;
    if (result.ready !== undefined) {
      run.throwIfInterrupted();
      state.foundRows = BigInt(result.ready.rowCount);
      state.rowCount = -1n;
      this.#end(run, keepWarnings);
      return result;
    }
    const source = result.batches[Symbol.asyncIterator]();
    let rowCount = 0;
    const finish = (): void => {
      if (run.ended) return;
      this.#endOpenResult = undefined;
      state.foundRows = BigInt(result.foundRows?.() ?? rowCount);
      state.rowCount = -1n;
      this.#end(run, keepWarnings);
    };
    const iterator: AsyncIterator<Batch> = {
      next: async () => {
        if (run.ended) return { done: true, value: undefined };
        try {
          run.throwIfInterrupted();
          const step = await source.next();
          if (step.done === true) finish();
          else rowCount += step.value.rowCount;
          return step;
        } catch (error) {
          this.#endOpenResult = undefined;
          throw this.#fail(run, error);
        }
      },
      return: async () => {
        try {
          await source.return?.();
        } finally {
          finish();
        }
        return { done: true, value: undefined };
      },
    };
    this.#endOpenResult = async () => {
      await iterator.return?.();
    };
    return { ...result, batches: { [Symbol.asyncIterator]: () => iterator } };
  }
}

function severalStatements(text: string, following: ScannedStatement): GatewayError {
  const near = text.slice(following.start, following.start + 80);
  return new GatewayError(
    'SYNTAX_ERROR',
    `You have an error in your SQL syntax: a second statement begins near '${near}', and the client has not asked for several statements in one text`,
  );
}
