/** Prepared statements, by number (protocol) and by name (PREPARE). */
import { GatewayError } from '../base/errors.ts';
import { parseStatement } from '../sql/parse/parse.ts';
import { scanShape } from '../sql/shape.ts';
import type { Utility } from '../sql/statement.ts';
import { planShape, type StatementInput } from './planning.ts';
import type { OkResult, PreparedStatement } from './result.ts';
import { resultColumns } from './rows-result.ts';
import { okResult } from './run/planned.ts';
import { showColumns } from './run/show.ts';
import type { SessionState } from './state.ts';
import type { StatementRun } from './statement-run.ts';

const unpreparable = new Set(['prepare', 'execute', 'deallocate', 'loadData', 'lockTables', 'unlockTables']);

/** Plans a statement without its values, for the columns that the client is told at PREPARE. */
export function prepareStatement(
  text: string,
  state: SessionState,
  run: StatementRun,
): Omit<PreparedStatement, 'id'> {
  const { services, variables } = state;
  const options = { mode: variables.sqlModeFlags, limits: services.limits };
  const scanned = scanShape(text, options);
  if (scanned === null) throw new GatewayError('EMPTY_QUERY', 'Query was empty');
  if (scanned.next >= 0 && scanShape(text, options, scanned.next) !== null) {
    // What is wrong with the first one comes first: a procedure's body has semicolons of its own.
    parseStatement(text, options, scanned.start);
    throw new GatewayError(
      'SYNTAX_ERROR',
      'You have an error in your SQL syntax: a prepared text holds one statement',
    );
  }
  const parameterCount = scanned.placeholderCount;
  if (parameterCount > 65_535) {
    throw new GatewayError('TOO_MANY_PLACEHOLDERS', 'Prepared statement contains too many placeholders');
  }
  const planned = planShape({ text, scanned, placeholders: 'preparing' }, state, run);
  if (planned.kind === 'query') {
    const { plan, top } = planned;
    const columns = top?.into ? [] : resultColumns(top?.columns ?? plan.columns);
    return { parameterCount, columns };
  }
  if (planned.kind === 'write') return { parameterCount, columns: [] };
  const { statement } = planned;
  if (unpreparable.has(statement.kind)) {
    throw new GatewayError(
      'CANNOT_PREPARE',
      'This command is not supported in the prepared statement protocol yet',
    );
  }
  return { parameterCount, columns: showColumns(statement, planned, state, run) };
}

/** PREPARE name FROM text. */
export function prepareNamed(name: string, text: string, state: SessionState, run: StatementRun): OkResult {
  state.named.delete(name.toLowerCase());
  const { parameterCount } = prepareStatement(text, state, run);
  state.named.set(name.toLowerCase(), { text, parameterCount });
  state.tracker.stateChanged();
  return okResult({ info: 'Statement prepared' });
}

const unknown = (name: string, command: string): GatewayError =>
  new GatewayError(
    'UNKNOWN_PREPARED_STATEMENT',
    `Unknown prepared statement handler (${name}) given to ${command}`,
  );

/** EXECUTE name USING @a, @b: the statement with its values. */
export function namedInput(
  statement: Extract<Utility, { kind: 'execute' }>,
  state: SessionState,
): StatementInput {
  const prepared = state.named.get(statement.name.toLowerCase());
  if (prepared === undefined) throw unknown(statement.name, 'EXECUTE');
  if (statement.using.length !== prepared.parameterCount) {
    throw new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to EXECUTE');
  }
  const scanned = scanShape(prepared.text, {
    mode: state.variables.sqlModeFlags,
    limits: state.services.limits,
  });
  if (scanned === null) throw new GatewayError('EMPTY_QUERY', 'Query was empty');
  return {
    text: prepared.text,
    scanned,
    placeholders: statement.using.map((name) => state.variables.userVariable(name)),
  };
}

export function deallocate(name: string, state: SessionState): OkResult {
  if (!state.named.delete(name.toLowerCase())) throw unknown(name, 'DEALLOCATE PREPARE');
  state.tracker.stateChanged();
  return okResult();
}
