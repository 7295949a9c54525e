/** The rows of JSON_TABLE (MySQL 8.0 manual, "JSON Table Functions"). */
import { GatewayError } from '../../base/errors.ts';
import type { JsonNode } from '../../types/json-tree.ts';
import { parseJsonTree } from '../../types/json-tree.ts';
import type { SqlValue } from '../../types/value.ts';
import type { BoundJsonColumn, BoundJsonTable, JsonOutcome } from '../bound.ts';
import type { EvaluationEnv } from './environment.ts';
import { followJsonPath, type PathBudget, type PathLeg, parseJsonPath } from './json-path.ts';
import { type Converted, convertNode } from './json-value.ts';

/**
 * Paths within each other with wildcards multiply a document's values. What may be visited grows with the document, so
 * that tables with hundreds of columns have rows of large ones, and so does the time of the one thread that does it.
 */
const nodesOf = (document: string): number => 1_000_000 + 100 * document.length;

/** One document being read. */
interface Reading {
  readonly env: EvaluationEnv;
  readonly budget: PathBudget;
  readonly rows: SqlValue[][];
}

/** Fills its columns of the current row, which begins with NULLs. */
type Fill = (node: JsonNode, ordinal: number, row: SqlValue[], reading: Reading) => void;

/** Adds the rows below one node, each with all columns of the table. */
type Expand = (node: JsonNode, row: readonly SqlValue[], reading: Reading) => void;

function settle(outcome: JsonOutcome, error: () => GatewayError): SqlValue {
  if (outcome.kind === 'error') throw error();
  return outcome.kind === 'default' ? outcome.value : null;
}

function valueFill(column: Extract<BoundJsonColumn, { kind: 'value' }>, at: number): Fill {
  const legs = parseJsonPath(column.path);
  const missing = (): GatewayError =>
    new GatewayError('JSON_TABLE_MISSING_VALUE', `Missing value for JSON_TABLE column '${column.name}'`);
  return (node, _ordinal, row, { env, budget }) => {
    const found = followJsonPath(node, legs, budget);
    if (found.length === 0) {
      row[at] = settle(column.onEmpty, missing);
      return;
    }
    const value: JsonNode = found.length === 1 ? found[0]! : { kind: 'array', items: found };
    const converted: Converted = convertNode(value, column, env);
    row[at] = 'value' in converted ? converted.value : settle(column.onError, converted.error);
  };
}

function fillOf(column: Exclude<BoundJsonColumn, { kind: 'nested' }>, at: number): Fill {
  switch (column.kind) {
    case 'ordinality':
      return (_node, ordinal, row) => {
        row[at] = ordinal;
      };
    case 'exists': {
      const legs = parseJsonPath(column.path);
      return (node, _ordinal, row, { env, budget }) => {
        const text = followJsonPath(node, legs, budget).length > 0 ? '1' : '0';
        const converted = convertNode({ kind: 'scalar', text }, column, env);
        if ('error' in converted) throw converted.error();
        row[at] = converted.value;
      };
    }
    case 'value':
      return valueFill(column, at);
  }
}

/** A node's row; with nested paths a row for each of theirs, one path after the other, or one without any. */
function compileTable(
  table: BoundJsonTable,
  first: number,
): { readonly expand: Expand; readonly end: number } {
  const legs: readonly PathLeg[] = parseJsonPath(table.path);
  const fills: Fill[] = [];
  const nested: Expand[] = [];
  let at = first;
  for (const column of table.columns) {
    if (column.kind === 'nested') {
      const inner = compileTable(column.table, at);
      nested.push(inner.expand);
      at = inner.end;
    } else fills.push(fillOf(column, at++));
  }
  const expand: Expand = (node, base, reading) => {
    for (const [index, match] of followJsonPath(node, legs, reading.budget).entries()) {
      const row = [...base];
      for (const fill of fills) fill(match, index + 1, row, reading);
      const before = reading.rows.length;
      for (const each of nested) each(match, row, reading);
      if (reading.rows.length === before) reading.rows.push(row);
    }
  };
  return { expand, end: at };
}

const tablePlace = { call: 'json_table', position: 1 };

/** The rows that a document's text has. Errors 3141, 3665, 3666, 3669, 3156, 1406. */
export function compileJsonTable(
  table: BoundJsonTable,
): (document: string, env: EvaluationEnv) => readonly (readonly SqlValue[])[] {
  const { expand, end } = compileTable(table, 0);
  const empty: readonly SqlValue[] = new Array<SqlValue>(end).fill(null);
  return (document, env) => {
    const reading: Reading = { env, budget: { nodes: nodesOf(document) }, rows: [] };
    expand(parseJsonTree(document, tablePlace), empty, reading);
    return reading.rows;
  };
}
