/** AS OF, CHANGES and FOR EVENT_TIME: points, and the schema that a table had at them. */
import { GatewayError } from '../../base/errors.ts';
import type { TableDef } from '../../catalog/schema.ts';
import type { PointNode } from '../../sql/ast.ts';
import type { Point } from '../../time/point.ts';
import { bigint, timestamp, typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { BoundExpr, BoundPoint } from '../bound.ts';
import { canEvaluate, compile } from '../evaluator/compile.ts';
import type { EvaluationEnv } from '../evaluator/environment.ts';
import { castTo, isConstant, some } from '../expr-tools.ts';
import type { BindContext } from './context.ts';
import type { ExprEnv } from './env.ts';

/** A point of the session as part of the plan. */
export function pointLiteral(point: Point): BoundPoint {
  return point.kind === 'version'
    ? { kind: 'version', at: { kind: 'literal', value: BigInt(point.version), type: bigint() } }
    : { kind: 'timestamp', at: { kind: 'literal', value: point.us, type: timestamp(6) } };
}

function wrongPoint(): GatewayError {
  return new GatewayError('WRONG_ARGUMENTS', 'AS OF takes a version or a time that reads no table');
}

/** An integer is a version, anything else a time in the session's zone. */
export function bindPoint(node: PointNode, env: ExprEnv): BoundPoint {
  const at = env.bind(node.at, env);
  const name = typeClass(at.type);
  const isVersion =
    node.unit === 'version' || (node.unit === null && (name === 'integer' || name === 'real'));
  const typed = env.context.inferred(at, isVersion ? bigint() : { kind: 'datetime', fsp: 6 });
  const converted = castTo(typed, isVersion ? bigint() : timestamp(6));
  if (!isConstant(converted) || canEvaluate(converted) !== true) throw wrongPoint();
  return { kind: isVersion ? 'version' : 'timestamp', at: converted };
}

class Unknown extends Error {}

/** The point as it is now; undefined when it hangs on a value that is not bound yet. */
function pointNow(point: BoundPoint, context: BindContext): Point | undefined {
  const env: EvaluationEnv = {
    column: () => null,
    parameter: (index): SqlValue => {
      const type = context.parameterTypes.get(index)!;
      const known = context.valueOf({ kind: 'parameter', index, type });
      if (known === undefined) throw new Unknown();
      return known.value;
    },
    context: (name) => context.facts.context(name),
    zoneMinutes: (us) => context.facts.zoneMinutes(us),
    warn: () => undefined,
  };
  try {
    const value = compile(point.at)(env);
    if (value === null) throw wrongPoint();
    return point.kind === 'version'
      ? { kind: 'version', version: Number(value) }
      : { kind: 'timestamp', us: value as bigint };
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** Whether a point's value is not written in the statement, so that it moves between executions. */
const moves = (expr: BoundExpr): boolean => some(expr, (each) => each.kind === 'context');

/**
 * The table as it was at a point; the current one while the point is unknown. Undefined when no table of that
 * name ever was; error 50002 when it began later.
 */
export function tableAt(
  context: BindContext,
  database: string,
  name: string,
  point: BoundPoint | null,
): TableDef | undefined {
  const current = context.facts.catalog.permanent.table(database, name);
  if (point === null) return current;
  const known = pointNow(point, context);
  const version = known === undefined ? undefined : context.facts.versionAt(known);
  if (version === undefined) return current;
  const then = context.facts.catalog.tableAsOf(database, name, version);
  if (then !== current && moves(point.at)) context.cacheable = false;
  if (then !== undefined || current === undefined) return then;
  throw new GatewayError(
    'POINT_BEFORE_HISTORY',
    `Table '${database}.${name}' has no state at version ${version}: it was created in version ${current.createdVersion}`,
  );
}
