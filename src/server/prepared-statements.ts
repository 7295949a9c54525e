import { GatewayError } from '../base/errors.ts';
import type { BoundParameter, SessionApi } from '../session/api.ts';
import { charsetInfo } from '../wire/charset.ts';
import { type QueryAttributes, readExecuteRequest } from '../wire/execute-request.ts';

interface StatementState {
  types: readonly number[] | undefined;
  names: readonly string[] | undefined;
  /** Pieces by parameter. */
  readonly longData: Map<number, Buffer[]>;
  longDataBytes: number;
  /** COM_STMT_SEND_LONG_DATA has no reply, so what went wrong is told by the next execution. */
  error: GatewayError | undefined;
}

/** What the protocol remembers of each prepared statement between its commands. */
export class PreparedStatements {
  readonly #states = new Map<number, StatementState>();
  readonly #maxLongDataBytes: number;

  constructor(maxLongDataBytes: number) {
    this.#maxLongDataBytes = maxLongDataBytes;
  }

  add(statementId: number): void {
    this.#states.set(statementId, {
      types: undefined,
      names: undefined,
      longData: new Map(),
      longDataBytes: 0,
      error: undefined,
    });
  }

  delete(statementId: number): void {
    this.#states.delete(statementId);
  }

  clear(): void {
    this.#states.clear();
  }

  /** COM_STMT_RESET: forgets long data. Error 1243 for an unknown statement. */
  reset(statementId: number): void {
    const state = this.#state(statementId, 'mysqld_stmt_reset');
    state.longData.clear();
    state.longDataBytes = 0;
    state.error = undefined;
  }

  appendLongData(statementId: number, parameter: number, data: Buffer): void {
    const state = this.#states.get(statementId);
    if (state === undefined) return;
    state.longDataBytes += data.length;
    if (state.longDataBytes > this.#maxLongDataBytes) {
      state.longData.clear();
      state.error = new GatewayError(
        'WRONG_ARGUMENTS',
        "Parameters of prepared statement set by long data are longer than 'max_allowed_packet' bytes",
      );
      return;
    }
    const pieces = state.longData.get(parameter);
    if (pieces === undefined) state.longData.set(parameter, [data]);
    else pieces.push(data);
  }

  /** The parameters and attributes of COM_STMT_EXECUTE; long data is used up by it. */
  bind(
    session: SessionApi,
    statementId: number,
    body: Buffer,
    queryAttributes: boolean,
  ): { readonly parameters: readonly BoundParameter[]; readonly attributes: QueryAttributes } {
    const state = this.#state(statementId, 'mysqld_stmt_execute');
    const parameterCount = session.parameterCount(statementId);
    if (parameterCount === undefined) throw unknownStatement(statementId, 'mysqld_stmt_execute');
    const { error } = state;
    const longData = new Map<number, Buffer>();
    for (const [parameter, pieces] of state.longData) longData.set(parameter, Buffer.concat(pieces));
    if (state.longDataBytes > 0 || longData.size > 0) this.reset(statementId);
    if (error !== undefined) throw error;
    const request = readExecuteRequest(body, {
      parameterCount,
      charset: charsetInfo(session.clientCharset).name,
      longData,
      lastTypes: state.types,
      lastNames: state.names,
      queryAttributes,
    });
    state.types = request.types;
    state.names = request.names;
    return request;
  }

  #state(statementId: number, command: string): StatementState {
    const state = this.#states.get(statementId);
    if (state === undefined) throw unknownStatement(statementId, command);
    return state;
  }
}

function unknownStatement(statementId: number, command: string): GatewayError {
  return new GatewayError(
    'UNKNOWN_PREPARED_STATEMENT',
    `Unknown prepared statement handler (${statementId}) given to ${command}`,
  );
}
