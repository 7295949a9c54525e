/** What the outermost query's clauses do with its rows: locks noted, variables assigned, rows counted and cut. */
import type { TableDef } from '../catalog/schema.ts';
import type { LatePlan, TopClauses } from '../planner/bind/top.ts';
import type { BoundExpr } from '../planner/bound.ts';
import { converter } from '../planner/evaluator/cast.ts';
import { compile } from '../planner/evaluator/compile.ts';
import { needsCast } from '../planner/expr-tools.ts';
import { type Batch, batchOfRows } from '../types/batch.ts';
import { encodeKey } from '../types/key-codec.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { Row, SqlValue } from '../types/value.ts';
import type { ExecutionContext } from './context.ts';
import type { QueryResult } from './rows.ts';

interface TypedValue {
  readonly type: SqlType;
  readonly value: SqlValue;
}

/** What the clauses do to the session. */
export interface TopEffects {
  setVariable(name: string, value: TypedValue): void;
  variable(name: string): TypedValue;
  noteRead(table: TableDef, key: Uint8Array, version: number): void;
}

const rowsOf = (batch: Batch): Row[] =>
  Array.from({ length: batch.rowCount }, (_, row) => batch.columns.map((column) => column.get(row)));

type Change = (rows: Row[]) => Row[];

export class TopRows {
  readonly #top: TopClauses;
  readonly #context: ExecutionContext;
  readonly #effects: TopEffects;
  /** Rows before LIMIT, so far. */
  found = 0;

  constructor(top: TopClauses, context: ExecutionContext, effects: TopEffects) {
    this.#top = top;
    this.#context = context;
    this.#effects = effects;
  }

  apply(source: QueryResult): QueryResult {
    const { columns, locks, late, foundRows } = this.#top;
    const changes: Change[] = [];
    if (locks.length > 0) changes.push((rows) => this.#note(rows));
    if (foundRows !== null) changes.push(this.#cut(foundRows));
    if (late !== null) changes.push(this.#assign(late));
    return { columns, batches: changed(source.batches, changes, columns.length) };
  }

  #note(rows: Row[]): Row[] {
    for (const row of rows) {
      for (const { table, first } of this.#top.locks) {
        const version = row[first + table.primaryKey.length]!;
        // An outer join found no row.
        if (version === null) continue;
        const whole: SqlValue[] = table.columns.map(() => null);
        for (const [index, column] of table.primaryKey.entries()) whole[column] = row[first + index]!;
        this.#effects.noteRead(table, encodeKey(table, whole), Number(version));
      }
    }
    return rows;
  }

  /** All rows are counted, those between OFFSET and LIMIT are given. */
  #cut({ limit, offset }: NonNullable<TopClauses['foundRows']>): Change {
    const { env } = this.#context;
    const number = (expr: BoundExpr | null, absent: number): number =>
      expr === null ? absent : Number(compile(expr)(env));
    const start = number(offset, 0);
    const end = start + number(limit, Number.POSITIVE_INFINITY);
    return (rows) => {
      const before = this.found;
      this.found += rows.length;
      return rows.slice(Math.max(start - before, 0), Math.max(end - before, 0));
    };
  }

  /** `@v := expr`: row after row, item after item, each seeing what those before it assigned. */
  #assign(late: LatePlan): Change {
    const { env } = this.#context;
    const values: SqlValue[] = late.names.map(({ name, type }) => {
      const { type: from, value } = this.#effects.variable(name);
      return value === null || !needsCast(from, type) ? value : converter(from, type)(value, env);
    });
    const items = late.items.map(({ expr, assigns }) => ({
      evaluate: compile(expr),
      assigns: assigns.map(({ variable, expr: assigned }) => ({
        variable,
        evaluate: assigned === expr ? undefined : compile(assigned),
      })),
    }));
    return (rows) =>
      rows.map((row) => {
        env.setRow(late.source, row, 0);
        return items.map(({ evaluate, assigns }) => {
          env.setRow(late.variables, values, 0);
          const value = evaluate(env);
          const next = assigns.map((each) => (each.evaluate === undefined ? value : each.evaluate(env)));
          for (const [index, { variable }] of assigns.entries()) {
            const { name, type } = late.names[variable]!;
            values[variable] = next[index]!;
            this.#effects.setVariable(name, { type, value: next[index]! });
          }
          return value;
        });
      });
  }
}

/** The batches with their rows changed; not a generator, whose source would not end when it was never started. */
function changed(
  batches: AsyncIterable<Batch>,
  changes: readonly Change[],
  width: number,
): AsyncIterable<Batch> {
  const source = batches[Symbol.asyncIterator]();
  const iterator: AsyncIterator<Batch> = {
    async next() {
      const step = await source.next();
      if (step.done === true) return step;
      let rows = rowsOf(step.value);
      for (const change of changes) rows = change(rows);
      return { done: false, value: batchOfRows(rows, width) };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
