/** EXPLAIN and EXPLAIN ANALYZE: the plan, what the relations read, what DuckDB is told, and what came of it. */
import { notSupported } from '../base/errors.ts';
import type { ExecutionContext, ExecutionTrace } from '../executor/context.ts';
import { executeQuery, printScan } from '../executor/query.ts';
import { provideRelations } from '../executor/relations.ts';
import { fillPrinted } from '../offline/duckdb/run-printed.ts';
import { explainPlan } from '../planner/explain.ts';
import type { QueryPlan } from '../planner/plan.ts';
import type { Utility } from '../sql/statement.ts';
import { type PlannedStatement, planInner } from './planning.ts';
import type { RowsResult } from './result.ts';
import { executionContext } from './run/planned.ts';
import { explainColumns, rowsAtHand } from './run/show.ts';
import type { SessionState } from './state.ts';
import type { StatementRun } from './statement-run.ts';

function traceLines(trace: ExecutionTrace): string[] {
  const lines = trace.relations.flatMap(({ name, details }) =>
    details.map((detail) => `  ${name}: ${detail}`),
  );
  return [...lines, ...(trace.sql === undefined ? [] : [`  DuckDB: ${trace.sql}`])];
}

/** What a scan would read and tell DuckDB; external systems are not asked. */
async function scanLines(
  plan: QueryPlan,
  context: ExecutionContext,
  trace: ExecutionTrace,
): Promise<string[]> {
  const { printed, leaves } = printScan(plan.query);
  if (leaves.some(({ kind }) => kind === 'external')) return [];
  const relations = await provideRelations(leaves, context);
  try {
    trace.sql = fillPrinted(printed, { relations: relations.byRelation, env: context.env }).sql;
    return traceLines(trace);
  } finally {
    relations.release();
  }
}

async function analyzeLines(
  plan: QueryPlan,
  context: ExecutionContext,
  trace: ExecutionTrace,
): Promise<string[]> {
  const { clock } = context.services;
  const startMs = clock.monotonicMs();
  const result = await executeQuery(plan, context);
  let rowCount = 0;
  for await (const batch of result.batches) rowCount += batch.rowCount;
  const elapsed = (clock.monotonicMs() - startMs).toFixed(3);
  const left = (plan.route === 'point' || plan.route === 'range') && trace.sql !== undefined;
  return [
    ...(left
      ? [
          '  answered by the scan route: the online rows are not the state that this statement sees, or a wide range',
        ]
      : []),
    ...traceLines(trace),
    `  actual: ${rowCount} rows in ${elapsed} ms`,
  ];
}

export async function runExplain(
  statement: Extract<Utility, { kind: 'explain' }>,
  planned: PlannedStatement,
  state: SessionState,
  run: StatementRun,
): Promise<RowsResult> {
  state.services.counters.route('other');
  const format = statement.format?.toLowerCase();
  if (format !== undefined && format !== 'traditional' && format !== 'tree' && format !== 'json')
    throw notSupported(`EXPLAIN FORMAT=${format}`);
  const { plan, parameters } = planInner(statement.statement, planned, state, run);
  const lines = explainPlan(plan).map(({ depth, text }) => '  '.repeat(depth) + text);
  const context = executionContext(state, run, parameters);
  const trace: ExecutionTrace = { sql: undefined, relations: [] };
  run.trace = trace;
  if (statement.analyze) {
    if (!('route' in plan)) throw notSupported('EXPLAIN ANALYZE of a statement that writes');
    lines.push(...(await analyzeLines(plan, context, trace)));
  } else {
    const query = 'route' in plan ? plan : plan.kind === 'insert' ? undefined : plan.source;
    if (query?.route === 'scan') lines.push(...(await scanLines(query, context, trace)));
  }
  const shown = format === 'json' ? [JSON.stringify(treeOfLines(lines), null, 2)] : lines;
  return rowsAtHand(
    explainColumns,
    shown.map((line) => [line]),
  );
}

interface PlanNode {
  readonly operation: string;
  readonly inputs?: PlanNode[];
}

/** Indented lines as the tree that they show, for FORMAT=JSON. */
function treeOfLines(lines: readonly string[]): { readonly query_block: PlanNode[] } {
  const roots: PlanNode[] = [];
  const open: { readonly depth: number; readonly inputs: PlanNode[] }[] = [];
  for (const [index, line] of lines.entries()) {
    const operation = line.trimStart();
    const depth = line.length - operation.length;
    while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop();
    const next = lines[index + 1];
    const leaf = next === undefined || next.length - next.trimStart().length <= depth;
    const inputs: PlanNode[] = [];
    (open.at(-1)?.inputs ?? roots).push(leaf ? { operation } : { operation, inputs });
    open.push({ depth, inputs });
  }
  return { query_block: roots };
}
