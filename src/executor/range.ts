import { compile, compileCondition } from '../planner/evaluator/compile.ts';
import type { Evaluator } from '../planner/evaluator/environment.ts';
import type { RangePlan } from '../planner/plan.ts';
import { encodeKeyRange, keyTypes } from '../types/key-codec.ts';
import type { Row } from '../types/value.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import { useScan } from './point.ts';
import { type QueryResult, resultOfRows, rowLimit } from './rows.ts';

interface CompiledRange {
  readonly prefix: readonly Evaluator[];
  readonly lower: { readonly value: Evaluator; readonly inclusive: boolean } | undefined;
  readonly upper: { readonly value: Evaluator; readonly inclusive: boolean } | undefined;
  readonly filter: ReturnType<typeof compileCondition> | null;
  readonly items: readonly Evaluator[];
  readonly limit: Evaluator | null;
  readonly offset: Evaluator | null;
}

const compiledPlans = new WeakMap<RangePlan, CompiledRange>();

function compileRange(plan: RangePlan): CompiledRange {
  const bound = (from: RangePlan['lower']): CompiledRange['lower'] =>
    from === null ? undefined : { value: compile(from.value), inclusive: from.inclusive };
  return {
    prefix: plan.prefix.map(compile),
    lower: bound(plan.lower),
    upper: bound(plan.upper),
    filter: plan.filter === null ? null : compileCondition(plan.filter),
    items: plan.items.map(compile),
    limit: plan.limit === null ? null : compile(plan.limit),
    offset: plan.offset === null ? null : compile(plan.offset),
  };
}

/** Rows between two looks at the clock of cancellation. */
const checkRows = 1_024;

/**
 * Runs a range plan over the online store, which is ordered by key; `useScan` when the store does not hold
 * the state that the statement sees.
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
  const value = (bound: CompiledRange['lower']) =>
    bound === undefined ? undefined : { value: bound.value(env), inclusive: bound.inclusive };
  const [lower, upper] = [value(compiled.lower), value(compiled.upper)];
  const range = encodeKeyRange(keyTypes(table), {
    prefix: compiled.prefix.map((part) => part(env)),
    ...(lower === undefined ? {} : { lower }),
    ...(upper === undefined ? {} : { upper }),
  });
  const limit = rowLimit(compiled.limit, env, Number.POSITIVE_INFINITY);
  let skip = rowLimit(compiled.offset, env, 0);
  const rows: Row[] = [];
  if (range === undefined || limit === 0) return resultOfRows(plan.columns, rows);
  // A limit on keys is only right when every key gives a row.
  const keyLimit = compiled.filter === null && Number.isFinite(limit) ? { limit: limit + skip } : {};
  let seen = 0;
  for (const found of services.online.range(table, { ...range, reverse: plan.reverse, ...keyLimit })) {
    if (++seen % checkRows === 0) throwIfAborted(context.signal);
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
