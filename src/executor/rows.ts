import type { GatewayError } from '../base/errors.ts';
import type { BoundColumn, BoundExpr, BoundQuery } from '../planner/bound.ts';
import { type Comparator, comparator } from '../planner/evaluator/compare.ts';
import { compile } from '../planner/evaluator/compile.ts';
import type { EvaluationEnv, Evaluator } from '../planner/evaluator/environment.ts';
import { type Batch, batchOfRows } from '../types/batch.ts';
import { memberNumber } from '../types/members.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { Row, SqlValue } from '../types/value.ts';

/** What a query gives: columns, and batches that are made when they are asked for. */
export interface QueryResult {
  readonly columns: readonly BoundColumn[];
  readonly batches: AsyncIterable<Batch>;
  /** All the rows, where they are at hand: small results need no promise to be sent. */
  readonly rows?: readonly Row[];
}

async function* batchesOf(
  rows: readonly Row[],
  columnCount: number,
  batchRows: number,
): AsyncIterable<Batch> {
  for (let start = 0; start < rows.length; start += batchRows) {
    yield batchOfRows(
      start === 0 && rows.length <= batchRows ? rows : rows.slice(start, start + batchRows),
      columnCount,
    );
  }
}

/** A result over rows held in memory. */
export function resultOfRows(
  columns: readonly BoundColumn[],
  rows: readonly Row[],
  batchRows = 2_048,
): QueryResult {
  return { columns, rows, batches: batchesOf(rows, columns.length, batchRows) };
}

/** All rows of a result; for subordinate reads whose size is bounded by `maxRows`. */
export async function collectRows(
  result: QueryResult,
  maxRows: number,
  tooMany: () => GatewayError,
): Promise<Row[]> {
  if (result.rows !== undefined) {
    if (result.rows.length > maxRows) throw tooMany();
    return [...result.rows];
  }
  const rows: Row[] = [];
  for await (const batch of result.batches) {
    if (rows.length + batch.rowCount > maxRows) throw tooMany();
    for (let row = 0; row < batch.rowCount; row++) rows.push(batch.columns.map((column) => column.get(row)));
  }
  return rows;
}

/** The value of LIMIT or OFFSET as a number; `absent` when there is none. */
export function rowLimit(expr: Evaluator | null, env: EvaluationEnv, absent: number): number {
  const value = expr?.(env);
  return value === undefined || value === null ? absent : Number(value);
}

interface SortKey {
  readonly evaluate: Evaluator | null;
  readonly outputColumn: number;
  readonly descending: boolean;
  readonly compare: Comparator;
}

/** ORDER BY, LIMIT and OFFSET over rows that one process holds. */
export interface Arrangement {
  /** The values to sort the current row by; `row` is its output. */
  keys(env: EvaluationEnv, row: Row): Row;
  arrange(rows: readonly Row[], keys: readonly Row[], env: EvaluationEnv): readonly Row[];
}

/** NULLs sort first, as in MySQL. */
function compareKeys(sort: readonly SortKey[], a: Row, b: Row): number {
  for (let index = 0; index < sort.length; index++) {
    const { compare, descending } = sort[index]!;
    const [x, y] = [a[index]!, b[index]!];
    const order = x === null ? (y === null ? 0 : -1) : y === null ? 1 : compare(x, y);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

const compileNullable = (expr: BoundExpr | null): Evaluator | null => (expr === null ? null : compile(expr));

/** ENUM and SET sort by their numbers, though they compare as text. */
function orderOf(type: SqlType): Comparator {
  if (type.kind !== 'enum' && type.kind !== 'set') return comparator(type, type);
  const number = memberNumber(type);
  return (a, b) => Number(number(String(a)) - number(String(b)));
}

/** The arrangement that `query` asks for; undefined when it asks for none. */
export function compileArrangement(
  query: Pick<BoundQuery, 'orderBy' | 'limit' | 'offset'>,
  columns: readonly BoundColumn[],
): Arrangement | undefined {
  if (query.orderBy.length === 0 && query.limit === null && query.offset === null) return undefined;
  const sort = query.orderBy.map((order): SortKey => {
    const outputColumn = 'outputColumn' in order ? order.outputColumn : -1;
    const evaluate = 'outputColumn' in order ? null : compile(order.expr);
    const type = 'outputColumn' in order ? columns[outputColumn]!.type : order.expr.type;
    return { evaluate, outputColumn, descending: order.descending, compare: orderOf(type) };
  });
  const limit = compileNullable(query.limit);
  const offset = compileNullable(query.offset);
  return {
    keys: (env, row) =>
      sort.map((key): SqlValue => (key.evaluate === null ? row[key.outputColumn]! : key.evaluate(env))),
    arrange(rows, keys, env) {
      let arranged: readonly Row[] = rows;
      if (sort.length > 0 && rows.length > 1) {
        const order = rows
          .map((_, index) => index)
          .sort((a, b) => compareKeys(sort, keys[a]!, keys[b]!) || a - b);
        arranged = order.map((index) => rows[index]!);
      }
      if (limit === null && offset === null) return arranged;
      const start = rowLimit(offset, env, 0);
      return arranged.slice(start, start + rowLimit(limit, env, arranged.length));
    },
  };
}
