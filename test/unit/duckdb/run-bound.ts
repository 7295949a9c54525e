import type { DuckEngine } from '../../../src/offline/duckdb/engine.ts';
import { printBoundQuery } from '../../../src/offline/duckdb/print/printer.ts';
import type { DuckRelation } from '../../../src/offline/duckdb/relation.ts';
import { runPrinted } from '../../../src/offline/duckdb/run-printed.ts';
import type { BoundQuery } from '../../../src/planner/bound.ts';
import type { EvaluationEnv } from '../../../src/planner/evaluator/environment.ts';
import { rowsOfBatch } from '../../../src/types/batch.ts';
import type { Row } from '../../../src/types/value.ts';

/** The tables of a query by relation number; finds them wherever they stand. */
function tablesOf(node: unknown, found = new Map<number, string>()): Map<number, string> {
  if (typeof node !== 'object' || node === null) return found;
  if ('kind' in node && node.kind === 'table' && 'relation' in node && 'table' in node) {
    found.set(Number(node.relation), (node.table as { readonly name: string }).name);
    return found;
  }
  for (const each of Object.values(node)) tablesOf(each, found);
  return found;
}

/** Runs a bound query to its end over relations that stand for its tables. */
export async function runBound(
  engine: DuckEngine,
  query: BoundQuery,
  env: EvaluationEnv,
  relationOf: (table: string) => DuckRelation,
): Promise<Row[]> {
  const printed = printBoundQuery(query);
  const relations = new Map([...tablesOf(query)].map(([id, table]) => [id, relationOf(table)]));
  let sql = '';
  const trace = (text: string): void => {
    sql = text;
  };
  try {
    const { batches } = await runPrinted(engine, printed, {
      relations,
      env,
      signal: new AbortController().signal,
      trace,
    });
    const rows: Row[] = [];
    for await (const batch of batches) rows.push(...rowsOfBatch(batch));
    return rows;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Error) error.cause.message += `\n${sql}`;
    throw error;
  }
}
