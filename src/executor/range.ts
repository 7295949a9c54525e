import type { TableDef } from '../catalog/schema.ts';
import { compile, compileCondition } from '../planner/evaluator/compile.ts';
import type { EvaluationEnv, Evaluator } from '../planner/evaluator/environment.ts';
import type { RangePlan } from '../planner/plan.ts';
import { encodeKeyRange, keyTypes } from '../types/key-codec.ts';
import type { Row, SqlValue } from '../types/value.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import { compileKeyPart, type KeyPart, noKey, useScan } from './key-parts.ts';
import { type QueryResult, resultOfRows, rowLimit } from './rows.ts';

interface CompiledBound {
  readonly value: KeyPart;
  readonly inclusive: boolean;
}

interface CompiledRange {
  readonly prefix: readonly KeyPart[];
  readonly lower: CompiledBound | undefined;
  readonly upper: CompiledBound | undefined;
  readonly filter: ReturnType<typeof compileCondition> | null;
  readonly items: readonly Evaluator[];
  readonly limit: Evaluator | null;
  readonly offset: Evaluator | null;
}

const compiledPlans = new WeakMap<RangePlan, CompiledRange>();

function compileRange(plan: RangePlan): CompiledRange {
  const types = keyTypes(plan.table);
  const bound = (from: RangePlan['lower']): CompiledBound | undefined =>
    from === null
      ? undefined
      : { value: compileKeyPart(from.value, types[plan.prefix.length]!), inclusive: from.inclusive };
  return {
    prefix: plan.prefix.map((expr, part) => compileKeyPart(expr, types[part]!)),
    lower: bound(plan.lower),
    upper: bound(plan.upper),
    filter: plan.filter === null ? null : compileCondition(plan.filter),
    items: plan.items.map(compile),
    limit: plan.limit === null ? null : compile(plan.limit),
    offset: plan.offset === null ? null : compile(plan.offset),
  };
}

/** The range of encoded keys; undefined when no row can be in it. */
function rangeOf(compiled: CompiledRange, table: TableDef, env: EvaluationEnv) {
  try {
    const prefix: SqlValue[] = [];
    for (const part of compiled.prefix) {
      const value = part(env);
      if (value === noKey) return undefined;
      prefix.push(value);
    }
    const bounds: { lower?: Bound; upper?: Bound } = {};
    for (const side of ['lower', 'upper'] as const) {
      const bound = compiled[side];
      if (bound === undefined) continue;
      const value = bound.value(env);
      // A value between two of the column's own (5.5 for an INT) bounds, but is no key.
      if (value === noKey) return useScan;
      bounds[side] = { value, inclusive: bound.inclusive };
    }
    return encodeKeyRange(keyTypes(table), { prefix, ...bounds });
  } catch (error) {
    if (error === useScan) return useScan;
    throw error;
  }
}

interface Bound {
  readonly value: SqlValue;
  readonly inclusive: boolean;
}

/** Rows between two looks at the clock of cancellation. */
const checkRows = 1_024;

/**
 * Runs a range plan over the online store, which is ordered by key; `useScan` when the store does not hold
 * the state that the statement sees, or more than a narrow range.
 */
export function executeRange(plan: RangePlan, context: ExecutionContext): QueryResult | typeof useScan {
  const { services, view, env } = context;
  const { table } = plan;
  const newerExists = view.pinned && services.journal.storedVersion > view.version;
  const changed = view.overlay?.changesOf(table) !== undefined;
  // Of an entity with event times the store has the newest row only.
  const partial = table.eventTime !== undefined || !services.online.complete(table);
  if (newerExists || changed || partial) return useScan;
  let compiled = compiledPlans.get(plan);
  if (compiled === undefined) {
    compiled = compileRange(plan);
    compiledPlans.set(plan, compiled);
  }
  const range = rangeOf(compiled, table, env);
  if (range === useScan) return useScan;
  const limit = rowLimit(compiled.limit, env, Number.POSITIVE_INFINITY);
  let skip = rowLimit(compiled.offset, env, 0);
  const rows: Row[] = [];
  if (range === undefined || limit === 0) return resultOfRows(plan.columns, rows);
  // A limit on keys is only right when every key gives a row.
  const keyLimit = compiled.filter === null && Number.isFinite(limit) ? { limit: limit + skip } : {};
  const keysMax = plan.mayBeWide ? services.limits.narrowRangeKeys : Number.POSITIVE_INFINITY;
  let seen = 0;
  for (const found of services.online.range(table, { ...range, reverse: plan.reverse, ...keyLimit })) {
    if (++seen % checkRows === 0) throwIfAborted(context.signal);
    if (seen > keysMax) return useScan;
    if (view.pinned && found.version > view.version) return useScan;
    env.setRow(plan.relation, found.row, found.version);
    if (compiled.filter !== null && compiled.filter(env) !== true) continue;
    if (skip > 0) {
      skip--;
      continue;
    }
    rows.push(compiled.items.map((item) => item(env)));
    if (rows.length >= limit) break;
    if (rows.length > services.limits.bulkRows) return useScan;
  }
  if (view.pinned && services.journal.storedVersion > view.version) return useScan;
  return resultOfRows(plan.columns, rows, services.limits.batchRows);
}
