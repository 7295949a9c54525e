/** Aggregates and window functions. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { Expr, FrameBoundNode, FrameNode, WindowSpec } from '../../sql/ast.ts';
import { functionsByName } from '../../sql/generated/functions.ts';
import { bigint, typeClass } from '../../types/sql-type.ts';
import type { BoundExpr, BoundFrame, BoundFrameBound, BoundOrder } from '../bound.ts';
import { castTo, isConstant, relationsOf } from '../expr-tools.ts';
import { withHiddenDigits } from '../hidden-digits.ts';
import { aggregateType } from '../result-type/aggregate.ts';
import { operandType } from '../result-type/arithmetic.ts';
import { resultType } from '../result-type/function.ts';
import { convertArguments } from './arguments.ts';
import { commonText, sortedBy } from './collation.ts';
import type { ExprEnv } from './env.ts';

type AggregateExpr = Extract<Expr, { kind: 'aggregate' }>;

function misplaced(): GatewayError {
  return new GatewayError('INVALID_GROUP_FUNCTION_USE', 'Invalid use of group function');
}

/** The environment of an aggregate's arguments: columns, no further aggregates or windows. */
const insideAggregate = (env: ExprEnv): ExprEnv => ({
  ...env,
  aggregates: false,
  windows: null,
  columns: true,
  aliasFirst: false,
  alias: () => undefined,
});

/** An aggregate of columns of an outer block only belongs to that block, which is not done. */
function requireOwnBlock(args: readonly BoundExpr[], env: ExprEnv): void {
  const own = new Set(env.scope.from.relations.map(({ id }) => id));
  const used = new Set(args.flatMap((arg) => [...relationsOf(arg)]));
  if (used.size > 0 && ![...used].some((id) => own.has(id)))
    throw notSupported('an aggregate of an outer query');
}

/**
 * SUM and AVG of exact numbers add decimals, so that no sum overflows. A window reads its arguments from rows,
 * where quotients have the digits that they show.
 */
function summed(name: string, args: readonly BoundExpr[], window = false): BoundExpr[] {
  if (name !== 'SUM' && name !== 'AVG') return [...args];
  return args.map((arg) =>
    typeClass(arg.type) === 'integer'
      ? castTo(arg, operandType(arg.type, 'decimal'))
      : window
        ? arg
        : withHiddenDigits(arg),
  );
}

function aggregateArguments(expr: AggregateExpr, env: ExprEnv): BoundExpr[] {
  const definition = functionsByName.get(expr.name);
  if (definition === undefined || definition.kind !== 'aggregate') throw notSupported(expr.name);
  const inner = insideAggregate(env);
  const args = convertArguments(
    env.context,
    definition,
    expr.args.map((arg) => env.bind(arg, inner)),
  );
  requireOwnBlock(args, env);
  return args;
}

export function bindAggregate(expr: AggregateExpr, env: ExprEnv): BoundExpr {
  if (expr.over !== null) return windowAggregate(expr, expr.over, env);
  if (!env.aggregates) throw misplaced();
  const definition = functionsByName.get(expr.name);
  const name = definition?.name ?? expr.name;
  const args = aggregateArguments(expr, env);
  const inner = insideAggregate(env);
  const type = commonText(
    definition !== undefined && args.length > 0
      ? resultType(definition, args)
      : aggregateType(name, args[0]?.type),
    args,
  );
  const base = {
    kind: 'aggregate' as const,
    name,
    // Equal texts count once, whatever their letters' case where the collation ignores it.
    args: name === 'COUNT' && expr.distinct ? args.map(sortedBy) : summed(name, args),
    distinct: expr.distinct,
    orderBy: name === 'GROUP_CONCAT' ? concatOrders(expr, inner) : bindOrders(expr.orderBy, inner),
    type,
  };
  return name === 'GROUP_CONCAT' ? { ...base, separator: expr.separator ?? ',' } : base;
}

function bindOrders(orders: WindowSpec['orderBy'], env: ExprEnv): BoundOrder[] {
  return orders.map(({ expr, descending }) => ({ expr: sortedBy(env.bind(expr, env)), descending }));
}

/** ORDER BY of GROUP_CONCAT: an integer is the place of an argument. */
function concatOrders({ args, orderBy }: AggregateExpr, env: ExprEnv): BoundOrder[] {
  return orderBy.map(({ expr, descending }) => {
    const isPlace = expr.kind === 'literal' && expr.literal.type === 'integer';
    if (!isPlace) return { expr: sortedBy(env.bind(expr, env)), descending };
    const place = Number(env.context.valueOf(env.bind(expr, env))?.value);
    const argument = args[place - 1];
    if (argument === undefined)
      throw new GatewayError('UNKNOWN_COLUMN', `Unknown column '${place}' in 'order clause'`);
    return { expr: sortedBy(env.bind(argument, env)), descending };
  });
}

// ---- windows --------------------------------------------------------------------------------------

function requireWindows(env: ExprEnv, name: string): void {
  if (env.windows !== null) return;
  throw new GatewayError(
    'WINDOW_FUNCTION_MISPLACED',
    `You cannot use the window function '${name.toLowerCase()}' in this context.'`,
  );
}

/** A window with what it takes over from the named windows that it extends. */
function resolveWindow(spec: WindowSpec, env: ExprEnv, depth = 0): WindowSpec {
  if (spec.base === null) return spec;
  const named = env.windows?.find(({ name }) => name.toLowerCase() === spec.base!.toLowerCase());
  if (named === undefined || depth > 64) {
    throw new GatewayError('UNKNOWN_WINDOW', `Window name '${spec.base}' is not defined.`);
  }
  const base = resolveWindow(named.window, env, depth + 1);
  return {
    ...spec,
    partitionBy: spec.partitionBy.length > 0 ? spec.partitionBy : base.partitionBy,
    orderBy: spec.orderBy.length > 0 ? spec.orderBy : base.orderBy,
    frame: spec.frame ?? base.frame,
  };
}

/** Units of one number; SECOND with a fraction is left to others. */
const frameUnits = new Set([
  'YEAR',
  'QUARTER',
  'MONTH',
  'WEEK',
  'DAY',
  'HOUR',
  'MINUTE',
  'SECOND',
  'MICROSECOND',
]);

function frameBound(node: FrameBoundNode, env: ExprEnv): BoundFrameBound {
  switch (node.kind) {
    case 'unboundedPreceding':
    case 'unboundedFollowing':
    case 'currentRow':
      return { kind: node.kind };
    case 'preceding':
    case 'following': {
      const offset = env.bind(node.offset!, env);
      if (!isConstant(offset)) throw new GatewayError('WRONG_ARGUMENTS', 'A frame bound must be a constant');
      if (node.unit === null) return { kind: node.kind, offset };
      const unit = node.unit.toUpperCase();
      if (!frameUnits.has(unit)) throw notSupported(`INTERVAL … ${unit} in a window frame`);
      return { kind: node.kind, offset: castTo(offset, bigint()), unit };
    }
  }
}

function bindFrame(frame: FrameNode, env: ExprEnv): BoundFrame {
  if (frame.unit === 'groups') throw notSupported('GROUPS in a window frame');
  return { unit: frame.unit, start: frameBound(frame.from, env), end: frameBound(frame.to, env) };
}

interface BoundWindow {
  readonly partitionBy: readonly BoundExpr[];
  readonly orderBy: readonly BoundOrder[];
  readonly frame?: BoundFrame;
}

/** An INTERVAL is an offset of RANGE over one date or time. Errors 3589, 3596. */
function checkInterval(frame: BoundFrame, orderBy: readonly BoundOrder[]): void {
  if (![frame.start, frame.end].some((bound) => 'unit' in bound && bound.unit !== undefined)) return;
  if (frame.unit === 'rows') {
    throw new GatewayError(
      'WINDOW_ROWS_INTERVAL',
      "Window '<unnamed window>': INTERVAL can only be used with RANGE frames.",
    );
  }
  const [order] = orderBy;
  const kind = order?.expr.type.kind;
  if (orderBy.length !== 1 || !(kind === 'date' || kind === 'datetime' || kind === 'timestamp')) {
    throw new GatewayError(
      'WINDOW_RANGE_ORDER',
      "Window '<unnamed window>' with RANGE N PRECEDING/FOLLOWING frame requires exactly one ORDER BY expression, of numeric or temporal type",
    );
  }
}

/** Within a window specification aggregates of the block may stand, windows may not. */
function bindWindow(given: WindowSpec, env: ExprEnv): BoundWindow {
  const spec = resolveWindow(given, env);
  const inner: ExprEnv = { ...env, windows: null, clause: 'window order by' };
  const window = {
    partitionBy: spec.partitionBy.map((expr) => sortedBy(env.bind(expr, inner))),
    orderBy: bindOrders(spec.orderBy, inner),
  };
  if (spec.frame === null) return window;
  const frame = bindFrame(spec.frame, inner);
  checkInterval(frame, window.orderBy);
  return { ...window, frame };
}

function windowAggregate(expr: AggregateExpr, over: WindowSpec, env: ExprEnv): BoundExpr {
  requireWindows(env, expr.name);
  if (expr.distinct) throw notSupported(`${expr.name}(DISTINCT …) OVER`);
  const definition = functionsByName.get(expr.name);
  if (definition === undefined || definition.kind !== 'aggregate') throw notSupported(expr.name);
  if (/^(GROUP_CONCAT|GROUPING|ANY_VALUE)$/.test(definition.name))
    throw notSupported(`${definition.name} OVER`);
  const inner: ExprEnv = { ...env, windows: null };
  const args = convertArguments(
    env.context,
    definition,
    expr.args.map((arg) => env.bind(arg, inner)),
  );
  const type = args.length > 0 ? resultType(definition, args) : aggregateType(definition.name, undefined);
  return {
    kind: 'window',
    name: definition.name,
    args: summed(definition.name, args, true),
    ...bindWindow(over, env),
    type,
  };
}

export function bindWindowFunction(expr: Extract<Expr, { kind: 'windowFunction' }>, env: ExprEnv): BoundExpr {
  requireWindows(env, expr.name);
  const definition = functionsByName.get(expr.name);
  if (definition === undefined || definition.kind !== 'window') throw notSupported(expr.name);
  if (expr.ignoreNulls) throw notSupported('IGNORE NULLS');
  if (expr.fromLast) throw notSupported('FROM LAST');
  const inner: ExprEnv = { ...env, windows: null };
  const bound = expr.args.map((arg) => env.bind(arg, inner));
  if (
    bound.length < definition.minArgs ||
    (definition.maxArgs !== null && bound.length > definition.maxArgs)
  ) {
    throw new GatewayError(
      'WRONG_PARAMETER_COUNT',
      `Incorrect parameter count in the call to native function '${expr.name}'`,
    );
  }
  const args = convertArguments(env.context, definition, bound).map((arg, index) =>
    index === 1 && /^(LAG|LEAD)$/.test(definition.name) ? castTo(arg, bigint()) : arg,
  );
  const type = resultType(definition, args);
  return { kind: 'window', name: definition.name, args, ...bindWindow(expr.over, env), type };
}
