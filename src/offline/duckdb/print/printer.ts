/**
 * The entry of the printer: a bound query as DuckDB's SQL with holes where its relations stand, so that it can be
 * kept with the plan; and the way from there to a running query.
 */
import type { BoundQuery, RelationId } from '../../../planner/bound.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { JsFunction } from '../js-functions.ts';
import { condition, value } from './expression.ts';
import { endsInBarrier, printQuery } from './query.ts';
import { type PrintedParameter, PrintState } from './state.ts';

export type PrintedPart =
  | string
  | { readonly relation: RelationId }
  | { readonly escapeOf: string }
  | { readonly countOf: string };

export interface PrintedSql {
  /** Text, holes for `(…) AS r<relation>`'s inner query, and holes for what follows a LIKE's pattern. */
  readonly parts: readonly PrintedPart[];
  readonly parameters: readonly PrintedParameter[];
  /** Functions of ours that the text calls. */
  readonly functions: readonly JsFunction[];
  /**
   * The columns of each relation that the text names (`rowVersionColumn` for `rv`): what its DuckRelation
   * must yield. May hold more than the binder's `columnsUsed`, since ASOF needs columns to break ties.
   */
  readonly relations: ReadonlyMap<RelationId, readonly number[]>;
  /** The types of the result's columns. */
  readonly types: readonly SqlType[];
  /**
   * The query printed with room for every value, where this text fails by an overflow of DECIMAL when one has
   * many digits. It does so before its first row.
   */
  readonly wide?: () => PrintedSql;
}

/** Prints a bound query. Error 1235 names what neither DuckDB nor the evaluator does as MySQL. */
export function printBoundQuery(query: BoundQuery): PrintedSql {
  const narrow = new PrintState({ value, condition, query: printQuery }, endsInBarrier(query));
  const printed = printIn(narrow, query);
  if (!narrow.narrowed) return printed;
  const wide = (): PrintedSql => printIn(new PrintState({ value, condition, query: printQuery }), query);
  return { ...printed, wide };
}

function printIn(state: PrintState, query: BoundQuery): PrintedSql {
  const text = printQuery(state, query);
  return {
    parts: text.split('\u0000').map((part, index) => (index % 2 === 1 ? holeOf(part) : part)),
    parameters: [...state.parameters.values()],
    functions: [...state.functions.values()],
    relations: new Map([...state.columns].map(([id, columns]) => [id, [...columns].sort((a, b) => a - b)])),
    types: query.columns.map((column) => column.type),
  };
}

function holeOf(name: string): PrintedPart {
  if (name.startsWith('#')) return { countOf: name.slice(1) };
  return /^\d+$/.test(name) ? { relation: Number(name) } : { escapeOf: name };
}
