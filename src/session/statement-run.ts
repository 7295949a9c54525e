import { GatewayError } from '../base/errors.ts';
import type { ExecutionTrace } from '../executor/context.ts';
import type { QueryAttributes } from '../wire/execute-request.ts';
import type { BoundParameter } from './api.ts';
import type { StatementWarning } from './warning.ts';

export type InterruptReason = 'kill' | 'timeout' | 'disconnect' | 'shutdown';

function interruptError(reason: InterruptReason): GatewayError {
  if (reason === 'timeout') {
    return new GatewayError(
      'QUERY_TIMEOUT',
      'Query execution was interrupted, maximum statement execution time exceeded',
    );
  }
  if (reason === 'shutdown') return new GatewayError('SERVER_SHUTDOWN', 'Server shutdown in progress');
  return new GatewayError('QUERY_INTERRUPTED', 'Query execution was interrupted');
}

/** One statement from its text to its last row: its time, its warnings, and the switch that ends it. */
export class StatementRun {
  /** The statement's own text. */
  readonly text: string;
  /** What NOW() says, microseconds UTC. */
  readonly nowUs: bigint;
  readonly startedMs: number;
  /** Made when somebody listens: a key lookup is over before anybody could. */
  #controller: AbortController | undefined;
  #interrupted: GatewayError | undefined;
  readonly #warnings: StatementWarning[] = [];
  readonly #warningsMax: number;
  #warningCount = 0;
  #timer: NodeJS.Timeout | undefined;
  trace: ExecutionTrace | undefined;
  /** What LAST_INSERT_ID(expr) has said; the client is told of it. */
  chosenInsertId: bigint | undefined;
  /** SHOW of a temporary table: metadata has it. */
  showsTemporary = false;
  /** The values of its `?`, in order. */
  placeholders: readonly BoundParameter[] | undefined;
  /** What the client sent along with it. */
  attributes: QueryAttributes | undefined;
  /** Set once the statement has ended; nothing of it counts any more. */
  ended = false;

  constructor(text: string, nowUs: bigint, startedMs: number, warningsMax: number) {
    this.text = text;
    this.nowUs = nowUs;
    this.startedMs = startedMs;
    this.#warningsMax = warningsMax;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#interrupted !== undefined) this.#controller.abort(this.#interrupted);
    }
    return this.#controller.signal;
  }

  /** What ended the statement from outside, if anything did. */
  get interrupted(): GatewayError | undefined {
    return this.#interrupted;
  }

  throwIfInterrupted(): void {
    if (this.#interrupted !== undefined) throw this.#interrupted;
  }

  /** The statement has answered the interrupt by its result; it goes on as if there had been none. */
  forgiveInterrupt(): void {
    if (this.#interrupted?.code !== 'QUERY_INTERRUPTED' && this.#interrupted?.code !== 'QUERY_TIMEOUT')
      return;
    this.#interrupted = undefined;
    this.#controller = undefined;
  }

  get warnings(): readonly StatementWarning[] {
    return this.#warnings;
  }

  /** All warnings, those beyond the limit of kept ones included. */
  get warningCount(): number {
    return this.#warningCount;
  }

  addWarning(warning: StatementWarning): void {
    this.#warningCount++;
    if (this.#warnings.length < this.#warningsMax) this.#warnings.push(warning);
  }

  interrupt(reason: InterruptReason): void {
    this.#interrupted ??= interruptError(reason);
    this.#controller?.abort(this.#interrupted);
  }

  /** max_execution_time: ends the statement after so many milliseconds. */
  limitTime(timeoutMs: number): void {
    this.#timer = setTimeout(() => this.interrupt('timeout'), timeoutMs);
    this.#timer.unref();
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.#timer);
  }
}
