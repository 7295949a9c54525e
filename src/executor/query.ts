import { assertNever } from '../base/assert.ts';
import { type PrintedSql, printBoundQuery } from '../offline/duckdb/printer.ts';
import { runPrinted } from '../offline/duckdb/run-printed.ts';
import type { BoundColumn, BoundQuery } from '../planner/bound.ts';
import { compile } from '../planner/evaluator/compile.ts';
import type { Evaluator } from '../planner/evaluator/environment.ts';
import type { ConstantPlan, QueryPlan } from '../planner/plan.ts';
import type { Batch } from '../types/batch.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import { executePoint, useScan } from './point.ts';
import { executeRange } from './range.ts';
import { type ProvidedRelations, provideRelations } from './relations.ts';
import { type QueryResult, resultOfRows } from './rows.ts';

/**
 * Runs a query by its route. The online store is asked first where the plan says so; when it does not hold the
 * state that the statement sees, DuckDB answers.
 */
export function executeQuery(plan: QueryPlan, context: ExecutionContext): QueryResult | Promise<QueryResult> {
  throwIfAborted(context.signal);
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

const compiledConstants = new WeakMap<ConstantPlan, readonly Evaluator[]>();

function executeConstant(plan: ConstantPlan, context: ExecutionContext): QueryResult {
  let items = compiledConstants.get(plan);
  if (items === undefined) {
    items = plan.items.map(compile);
    compiledConstants.set(plan, items);
  }
  return resultOfRows(plan.columns, [items.map((item) => item(context.env))]);
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
