/**
 * Key lookups: no DuckDB, and no promise unless the online store needs one. A plan is compiled once into
 * closures and found again by the plan object, which the plan cache keeps.
 */
import type { OnlineRow } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import { compile, compileCondition } from '../planner/evaluator/compile.ts';
import type { EvaluationEnv, Evaluator } from '../planner/evaluator/environment.ts';
import type { PointLookup, PointPlan } from '../planner/plan.ts';
import { encodeKeyParts, entityKeyOf, keyColumns, keyTypes } from '../types/key-codec.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { Row, SqlValue } from '../types/value.ts';
import type { ExecutionContext } from './context.ts';
import { compileKeyPart, type KeyPart, noKey, useScan } from './key-parts.ts';
import { keyText } from './overlay.ts';
import { type Arrangement, compileArrangement, type QueryResult, resultOfRows } from './rows.ts';

type Condition = (env: EvaluationEnv) => boolean | null;

interface CompiledLookup {
  readonly relation: number;
  readonly table: TableDef;
  readonly types: readonly SqlType[];
  readonly parts: readonly KeyPart[];
  readonly alternatives: readonly { readonly part: number; readonly values: readonly KeyPart[] }[];
  readonly left: boolean;
  readonly residual: Condition | null;
  /** The key is an entity's: the newest row of it is asked for. */
  readonly entity: boolean;
}

interface CompiledPoint {
  readonly lookups: readonly CompiledLookup[];
  readonly filter: Condition | null;
  readonly items: readonly Evaluator[];
  readonly arrangement: Arrangement | undefined;
}

const compiledPlans = new WeakMap<PointPlan, CompiledPoint>();

function compileLookup(lookup: PointLookup): CompiledLookup {
  const { table } = lookup;
  const types = keyTypes(table);
  return {
    relation: lookup.relation,
    table,
    types,
    parts: lookup.key.map((expr, part) => compileKeyPart(expr, types[part]!)),
    alternatives: lookup.alternatives.map(({ part, values }) => ({
      part,
      values: values.map((expr) => compileKeyPart(expr, types[part]!)),
    })),
    left: lookup.join === 'left',
    residual: lookup.residual === null ? null : compileCondition(lookup.residual),
    entity: table.eventTime !== undefined && lookup.key.length < keyColumns(table).length,
  };
}

function compilePoint(plan: PointPlan): CompiledPoint {
  return {
    lookups: plan.lookups.map(compileLookup),
    filter: plan.filter === null ? null : compileCondition(plan.filter),
    items: plan.items.map(compile),
    arrangement: compileArrangement(plan, plan.columns),
  };
}

/** The keys that a lookup asks for now: none for a NULL, each once for an IN list. */
function lookupKeys(lookup: CompiledLookup, env: EvaluationEnv): Iterable<Uint8Array> {
  const values: SqlValue[] = [];
  for (const [index, part] of lookup.parts.entries()) {
    if (lookup.alternatives.some((alternative) => alternative.part === index)) {
      values.push(null);
      continue;
    }
    const value = part(env);
    if (value === noKey) return [];
    values.push(value);
  }
  if (lookup.alternatives.length === 0) {
    const key = encodeKeyParts(lookup.types, values);
    return key === undefined ? [] : [key];
  }
  let combinations: SqlValue[][] = [values];
  for (const { part, values: alternatives } of lookup.alternatives) {
    const known = alternatives.map((alternative) => alternative(env)).filter((value) => value !== noKey);
    combinations = combinations.flatMap((combination) => known.map((value) => combination.with(part, value)));
  }
  const keys = new Map<string, Uint8Array>();
  for (const combination of combinations) {
    const key = encodeKeyParts(lookup.types, combination);
    if (key !== undefined) keys.set(keyText(key), key);
  }
  return keys.values();
}

type Fetch = Generator<
  OnlineRow | undefined | Promise<OnlineRow | undefined>,
  OnlineRow | undefined,
  OnlineRow | undefined
>;

/**
 * The row under a key as the statement sees it: its transaction's own, else the store's. Throws `useScan`
 * when the store holds something newer than the view.
 */
function* fetchRow(lookup: CompiledLookup, key: Uint8Array, context: ExecutionContext): Fetch {
  const { table } = lookup;
  const { view, services } = context;
  if (view.overlay !== undefined) {
    if (table.eventTime !== undefined && view.overlay.changesOf(table) !== undefined) throw useScan;
    const change = view.overlay.get(table, key);
    if (change !== undefined) return change.after === null ? undefined : { row: change.after, version: 0 };
  }
  const newerExists = view.pinned && services.journal.storedVersion > view.version;
  if (newerExists && table.eventTime !== undefined) throw useScan;
  const storeKey = lookup.entity ? key : entityKeyOf(table, key);
  const found = yield services.online.get(table, storeKey);
  if (view.pinned) {
    const newest = services.journal.storedVersion > view.version;
    if (found === undefined ? newest : found.version > view.version) throw useScan;
  }
  if (found === undefined || lookup.entity || table.eventTime === undefined) return found;
  return exactEvent(table, key, found, lookup.types);
}

/** Of an entity the store has the newest row only: another one of its rows is offline. */
function exactEvent(
  table: TableDef,
  key: Uint8Array,
  newest: OnlineRow,
  types: readonly SqlType[],
): OnlineRow {
  const newestKey = encodeKeyParts(
    types,
    keyColumns(table).map((column) => newest.row[column]!),
  );
  if (newestKey === undefined || Buffer.compare(newestKey, key) !== 0) throw useScan;
  return newest;
}

interface Output {
  readonly rows: Row[];
  readonly keys: Row[];
}

type Probe = Generator<OnlineRow | undefined | Promise<OnlineRow | undefined>, void, OnlineRow | undefined>;

function* probe(plan: CompiledPoint, index: number, context: ExecutionContext, output: Output): Probe {
  const { env } = context;
  const lookup = plan.lookups[index];
  if (lookup === undefined) {
    if (plan.filter !== null && plan.filter(env) !== true) return;
    const row = plan.items.map((item) => item(env));
    output.rows.push(row);
    if (plan.arrangement !== undefined) output.keys.push(plan.arrangement.keys(env, row));
    return;
  }
  let matched = false;
  for (const key of lookupKeys(lookup, env)) {
    const found = yield* fetchRow(lookup, key, context);
    if (found === undefined) continue;
    env.setRow(lookup.relation, found.row, found.version);
    if (lookup.residual !== null && lookup.residual(env) !== true) continue;
    matched = true;
    yield* probe(plan, index + 1, context, output);
  }
  if (matched || !lookup.left) return;
  env.setRow(lookup.relation, null, null);
  yield* probe(plan, index + 1, context, output);
}

async function continueProbe(
  steps: Probe,
  pending: Promise<OnlineRow | undefined>,
  finish: () => QueryResult,
): Promise<QueryResult | typeof useScan> {
  try {
    let step = steps.next(await pending);
    while (step.done !== true) step = steps.next(await step.value);
    return finish();
  } catch (error) {
    if (error === useScan) return useScan;
    throw error;
  }
}

/** Runs a point plan; `useScan` when the online store does not hold the state that the view names. */
export function executePoint(
  plan: PointPlan,
  context: ExecutionContext,
): QueryResult | typeof useScan | Promise<QueryResult | typeof useScan> {
  let compiled = compiledPlans.get(plan);
  if (compiled === undefined) {
    compiled = compilePoint(plan);
    compiledPlans.set(plan, compiled);
  }
  const { arrangement } = compiled;
  const output: Output = { rows: [], keys: [] };
  const finish = (): QueryResult =>
    resultOfRows(plan.columns, arrangement?.arrange(output.rows, output.keys, context.env) ?? output.rows);
  const steps = probe(compiled, 0, context, output);
  try {
    let step = steps.next();
    while (step.done !== true) {
      if (step.value instanceof Promise) return continueProbe(steps, step.value, finish);
      step = steps.next(step.value);
    }
    return finish();
  } catch (error) {
    if (error === useScan) return useScan;
    throw error;
  }
}
