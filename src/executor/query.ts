import { assertNever } from '../base/assert.ts';
import { type PrintedSql, printBoundQuery } from '../offline/duckdb/print/printer.ts';
import { runPrinted } from '../offline/duckdb/run-printed.ts';
import type { BoundColumn, BoundExpr, BoundQuery } from '../planner/bound.ts';
import { compile, compileCondition } from '../planner/evaluator/compile.ts';
import type { Evaluator } from '../planner/evaluator/environment.ts';
import { evaluateWaiting, holdsSessionCall } from '../planner/evaluator/waiting.ts';
import type { ConstantPlan, QueryPlan } from '../planner/plan.ts';
import type { Batch } from '../types/batch.ts';
import type { SqlValue } from '../types/value.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import { useScan } from './key-parts.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import { executePoint } from './point.ts';
import { executeRange } from './range.ts';
import { type ProvidedRelations, provideRelations } from './relations.ts';
import { type QueryResult, resultOfRows, rowLimit } from './rows.ts';

/**
 * Runs a query by its route. The online store is asked first where the plan says so; when it does not hold the
 * state that the statement sees, DuckDB answers.
 */
export function executeQuery(plan: QueryPlan, context: ExecutionContext): QueryResult | Promise<QueryResult> {
  switch (plan.route) {
    case 'constant':
      return executeConstant(plan, context);
    case 'point': {
      const result = executePoint(plan, context);
      if (result instanceof Promise)
        return result.then((found) => (found === useScan ? executeScan(plan, context) : found));
      return result === useScan ? executeScan(plan, context) : result;
    }
    case 'range': {
      const result = executeRange(plan, context);
      return result === useScan ? executeScan(plan, context) : result;
    }
    case 'scan':
    case 'metadata':
      return executeScan(plan, context);
    default:
      return assertNever(plan);
  }
}

interface CompiledConstant {
  readonly filter: ReturnType<typeof compileCondition> | null;
  readonly items: readonly Evaluator[];
  readonly limit: Evaluator | null;
  readonly offset: Evaluator | null;
}

const compiledConstants = new WeakMap<ConstantPlan, CompiledConstant>();

const waitingConstants = new WeakMap<ConstantPlan, boolean>();

/** Whether the session has a part in what the plan computes: SLEEP, GET_LOCK. */
function waits(plan: ConstantPlan): boolean {
  let known = waitingConstants.get(plan);
  if (known === undefined) {
    known = [plan.filter, ...plan.items].some((expr) => expr !== null && holdsSessionCall(expr));
    waitingConstants.set(plan, known);
  }
  return known;
}

async function executeWaiting(plan: ConstantPlan, context: ExecutionContext): Promise<QueryResult> {
  const { env, session } = context;
  const constant = (expr: BoundExpr | null): Evaluator | null => (expr === null ? null : compile(expr));
  if (rowLimit(constant(plan.limit), env, 1) === 0 || rowLimit(constant(plan.offset), env, 0) > 0)
    return resultOfRows(plan.columns, []);
  const [only, ...others] = plan.items;
  const isSleep =
    plan.filter === null && others.length === 0 && only?.kind === 'call' && only.name === 'SLEEP';
  if (plan.filter !== null) {
    const truth = await evaluateWaiting(plan.filter, env, session.call);
    throwIfAborted(context.signal);
    const literal: BoundExpr = { kind: 'literal', value: truth, type: plan.filter.type };
    if (compileCondition(literal)(env) !== true) return resultOfRows(plan.columns, []);
  }
  const row: SqlValue[] = [];
  for (const item of plan.items) {
    row.push(await evaluateWaiting(item, env, session.call));
    // A query that does nothing but sleep tells by its value that it was woken up.
    if (isSleep) session.forgiveInterrupt();
    throwIfAborted(context.signal);
  }
  return resultOfRows(plan.columns, [row]);
}

function executeConstant(plan: ConstantPlan, context: ExecutionContext): QueryResult | Promise<QueryResult> {
  if (waits(plan)) return executeWaiting(plan, context);
  let compiled = compiledConstants.get(plan);
  if (compiled === undefined) {
    compiled = {
      filter: plan.filter === null ? null : compileCondition(plan.filter),
      items: plan.items.map(compile),
      limit: plan.limit === null ? null : compile(plan.limit),
      offset: plan.offset === null ? null : compile(plan.offset),
    };
    compiledConstants.set(plan, compiled);
  }
  const { env } = context;
  const skipped = rowLimit(compiled.limit, env, 1) === 0 || rowLimit(compiled.offset, env, 0) > 0;
  if (skipped || (compiled.filter !== null && compiled.filter(env) !== true))
    return resultOfRows(plan.columns, []);
  return resultOfRows(plan.columns, [compiled.items.map((item) => item(env))]);
}

interface PrintedScan {
  readonly printed: PrintedSql;
  readonly leaves: readonly Leaf[];
}

const printedScans = new WeakMap<BoundQuery, PrintedScan>();

/** What DuckDB will be told: printed once for each plan, with the columns that the text names. */
export function printScan(query: BoundQuery): PrintedScan {
  let scan = printedScans.get(query);
  if (scan === undefined) {
    const printed = printBoundQuery(query);
    const leaves = leavesOf(query).flatMap((leaf): Leaf[] => {
      const columns = printed.relations.get(leaf.relation);
      if (columns === undefined) return [];
      return [leaf.kind === 'metadata' ? leaf : { ...leaf, columnsUsed: columns }];
    });
    scan = { printed, leaves };
    printedScans.set(query, scan);
  }
  return scan;
}

async function executeScan(
  plan: { readonly query: BoundQuery; readonly columns: readonly BoundColumn[] },
  context: ExecutionContext,
): Promise<QueryResult> {
  throwIfAborted(context.signal);
  const { printed, leaves } = printScan(plan.query);
  const relations = await provideRelations(leaves, context);
  try {
    const { trace } = context;
    const rows = await runPrinted(context.services.duckdb, printed, {
      relations: relations.byRelation,
      env: context.env,
      signal: context.signal,
      ...(trace === undefined
        ? {}
        : {
            trace: (sql: string) => {
              trace.sql = sql;
            },
          }),
    });
    return { columns: plan.columns, batches: releasing(rows.batches, relations) };
  } catch (error) {
    relations.release();
    throw error;
  }
}

/** The batches; the relations are given back when they have ended, failed or been given up. */
function releasing(batches: AsyncIterable<Batch>, relations: ProvidedRelations): AsyncIterable<Batch> {
  const source = batches[Symbol.asyncIterator]();
  const iterator: AsyncIterator<Batch> = {
    async next() {
      try {
        const step = await source.next();
        if (step.done === true) relations.release();
        return step;
      } catch (error) {
        relations.release();
        throw error;
      }
    },
    async return() {
      try {
        await source.return?.();
      } finally {
        relations.release();
      }
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
