/** What a printed query takes from JavaScript: calls of the evaluator, and facts of the session. */
import { notSupported } from '../../base/errors.ts';
import type { BoundExpr } from '../../planner/bound.ts';
import { bigint } from '../../types/sql-type.ts';
import { jsFunctionOf } from './js-functions.ts';
import type { PrintState } from './print-state.ts';

/** A call or cast through the evaluator; error 1235 names what neither it nor DuckDB does. */
export function viaEvaluator(state: PrintState, expr: BoundExpr): string {
  const found = jsFunctionOf(expr);
  if (typeof found === 'string') throw notSupported(found);
  const { function: definition, operands } = found;
  state.functions.set(definition.name, definition);
  const args = operands.map((operand) => state.value(operand));
  return `${definition.name}(${[...args, environment(state)].join(', ')})`;
}

function environment(state: PrintState): string {
  return state.parameter('environment', bigint(), { kind: 'environment' });
}

/** A SQL condition of the session's zone being UTC, which spares conversions. */
export function zoneIsUtc(state: PrintState): string {
  return `(${state.parameter('utc', bigint(), { kind: 'utc' })} = 1)`;
}
