/** Expressions outside of queries: the values of SET, KILL, PREPARE … FROM, DO and AS OF. */
import { GatewayError } from '../base/errors.ts';
import { collectRows } from '../executor/rows.ts';
import type { Expr, PointNode } from '../sql/ast.ts';
import type { Point } from '../time/point.ts';
import { parsePoint } from '../time/point-text.ts';
import { instantOf } from '../time/time-zone.ts';
import { bigint, nullType, typeClass, varchar } from '../types/sql-type.ts';
import type { PlannedStatement } from './planning.ts';
import { planExprs } from './planning.ts';
import { runQuery } from './run/planned.ts';
import type { SessionState } from './state.ts';
import type { StatementRun } from './statement-run.ts';
import type { TypedValue } from './variables/variable-values.ts';

/** The values that need no planner: most SETs have no others. */
function plainValue(expr: Expr, planned: PlannedStatement): TypedValue | undefined {
  switch (expr.kind) {
    case 'null':
      return { type: nullType, value: null };
    case 'boolean':
      return { type: bigint(), value: expr.value ? 1n : 0n };
    case 'literal': {
      const { literal } = expr;
      if (literal.type === 'string') return { type: varchar(literal.value.length), value: literal.value };
      return literal.type === 'integer' ? { type: bigint(), value: literal.value } : undefined;
    }
    case 'placeholder':
      return planned.placeholders.get(expr.parameter);
    default:
      return undefined;
  }
}

/** The values of expressions, with the types that their columns would have in a SELECT. */
export async function evaluateExprs(
  exprs: readonly Expr[],
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<TypedValue[]> {
  const plain = exprs.map((expr) => plainValue(expr, planned));
  const rest = exprs.filter((_, index) => plain[index] === undefined);
  if (rest.length === 0) return plain as TypedValue[];
  const { plan, parameters } = planExprs(rest, planned, state, run);
  const result = await runQuery(plan, parameters, state, run);
  const tooMany = (): GatewayError =>
    new GatewayError('SUBQUERY_MORE_THAN_ONE_ROW', 'Subquery returns more than 1 row');
  const [row = []] = await collectRows(result, 1, tooMany);
  let next = 0;
  return plain.map((value): TypedValue => {
    if (value !== undefined) return value;
    const index = next++;
    return { type: plan.columns[index]!.type, value: row[index] ?? null };
  });
}

/** AS OF of a whole transaction: an integer is a version, anything else a time in the session's zone. */
export async function evaluatePointNode(
  node: PointNode,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<Point> {
  const [value] = await evaluateExprs([node.at], planned, state, run);
  const wrong = (): GatewayError => new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to AS OF');
  if (value === undefined || value.value === null) throw wrong();
  const zone = state.variables.timeZone;
  if (typeof value.value === 'bigint' && typeClass(value.type) === 'temporal') {
    return {
      kind: 'timestamp',
      us: value.type.kind === 'timestamp' ? value.value : instantOf(zone, value.value),
    };
  }
  if (node.unit !== 'timestamp' && typeClass(value.type) === 'integer') {
    return { kind: 'version', version: Number(value.value) };
  }
  const text = String(value.value);
  const local = parsePoint(text);
  const point = local?.kind === 'timestamp' ? parsePoint(text, zone.minutesAt(local.us)) : local;
  if (point === undefined || (node.unit === 'version' && point.kind !== 'version')) throw wrong();
  return point;
}
