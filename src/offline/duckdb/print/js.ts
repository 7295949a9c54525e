/** What a printed query takes from JavaScript: calls of the evaluator, and facts of the session. */
import { notSupported } from '../../../base/errors.ts';
import type { BoundExpr, BoundFrom } from '../../../planner/bound.ts';
import { bigint } from '../../../types/sql-type.ts';
import { type JsFunction, jsFunctionOf, jsonTableFunction } from '../js-functions.ts';
import type { PrintState } from './state.ts';

/** A call or cast through the evaluator; error 1235 names what neither it nor DuckDB does. */
export function viaEvaluator(state: PrintState, expr: BoundExpr): string {
  const found = jsFunctionOf(expr);
  if (typeof found === 'string') throw notSupported(found);
  return callText(
    state,
    found.function,
    found.operands.map((operand) => state.value(operand)),
  );
}

/** The evaluator's function of `pattern`, none of whose arguments is a literal, called on these arguments. */
export function callEvaluator(state: PrintState, pattern: BoundExpr, args: readonly string[]): string {
  const found = jsFunctionOf(pattern);
  if (typeof found === 'string') throw notSupported(found);
  return callText(state, found.function, args);
}

/** The rows of a JSON_TABLE as a list of structures. */
export function callJsonTable(state: PrintState, from: Extract<BoundFrom, { kind: 'jsonTable' }>): string {
  return callText(state, jsonTableFunction(from), [state.value(from.document)]);
}

function callText(state: PrintState, definition: JsFunction, args: readonly string[]): string {
  state.functions.set(definition.name, definition);
  return `${definition.name}(${[...args, environment(state)].join(', ')})`;
}

function environment(state: PrintState): string {
  return state.parameter('environment', bigint(), { kind: 'environment' });
}

/** A SQL condition of the session's zone being UTC, which spares conversions. */
export function zoneIsUtc(state: PrintState): string {
  return `(${state.parameter('utc', bigint(), { kind: 'utc' })} = 1)`;
}
