/** What the parts of the printer share while one query is printed. */
import type { BoundExpr, BoundQuery, RelationId } from '../../../planner/bound.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { SqlValue } from '../../../types/value.ts';
import type { JsFunction } from '../js-functions.ts';
import { queryType } from '../types.ts';

/** Where a bound parameter of a printed query takes its value from when the query runs. */
export type ParameterSource =
  | { readonly kind: 'constant'; readonly value: SqlValue }
  /** An expression without columns: the evaluator computes it once an execution. */
  | { readonly kind: 'expression'; readonly expr: BoundExpr }
  /** The same, for a hole alone: DuckDB gets no such parameter. */
  | { readonly kind: 'count'; readonly expr: BoundExpr }
  /** A LIKE pattern with its escape character made `\`, and none at its end. */
  | { readonly kind: 'likePattern'; readonly pattern: BoundExpr; readonly escape: string }
  /** A DATE_FORMAT pattern as strftime's; NULL when that has not all of its specifiers. */
  | { readonly kind: 'strftime'; readonly pattern: BoundExpr }
  /** 1 when the session's time zone is UTC. */
  | { readonly kind: 'utc' }
  /** The number under which JavaScript functions find the environment. */
  | { readonly kind: 'environment' };

export interface PrintedParameter {
  readonly name: string;
  readonly type: SqlType;
  readonly source: ParameterSource;
}

/** The grouping of a SELECT that is being printed. */
export interface Grouping {
  readonly relations: ReadonlySet<RelationId>;
  /** Keys of GROUP BY expressions, to their SQL. */
  readonly keys: Map<string, string>;
  /** Relations with one row a group, since the keys hold their primary keys. */
  readonly determined: ReadonlySet<RelationId>;
  /** Columns of those that a subquery reads: they join GROUP BY, where DuckDB wants them. */
  readonly dependent: Set<string>;
  readonly rollup: boolean;
  /** How deep in subqueries its SELECT stands. */
  readonly depth: number;
  /** Greater than 0 within an aggregate's arguments. */
  insideAggregate: number;
}

/** Stands in printed text for the relation with this number, until its SQL is known. */
export const hole = (relation: RelationId): string => `\u0000${relation}\u0000`;

/** Stands for the ESCAPE of a LIKE whose pattern is that parameter, until the pattern is known. */
export const escapeHole = (parameter: string): string => `\u0000${parameter}\u0000`;

/** Stands for the digits of a row count whose parameter that is; the parameter has no other use. */
export const countHole = (parameter: string): string => `\u0000#${parameter}\u0000`;

/** The mutually recursive printers, handed in so that their files need not import one another. */
export interface PrintRules {
  value(state: PrintState, expr: BoundExpr): string;
  condition(state: PrintState, expr: BoundExpr): string;
  query(state: PrintState, query: BoundQuery): string;
}

export type Call = Extract<BoundExpr, { kind: 'call' }>;

/** Prints a call's value or, for a result rule `bool`, its condition; undefined leaves it to the evaluator. */
export type CallPrinter = (state: PrintState, call: Call) => string | undefined;

export class PrintState {
  readonly #rules: PrintRules;
  readonly parameters = new Map<string, PrintedParameter>();
  readonly functions = new Map<string, JsFunction>();
  /** The columns that the text names, by relation. */
  readonly columns = new Map<RelationId, Set<number>>();
  readonly groupings: Grouping[] = [];
  /** Whether text may fail where a value has more digits than it allows for; see narrow.ts. */
  readonly narrow: boolean;
  /** Whether there is such text. */
  narrowed = false;
  #names = 0;
  #depth = 0;

  constructor(rules: PrintRules, narrow = false) {
    this.#rules = rules;
    this.narrow = narrow;
  }

  /** The SQL of an expression's value, of DuckDB type `queryType(expr.type)`. */
  value(expr: BoundExpr): string {
    return this.#rules.value(this, expr);
  }

  /** The SQL of an expression as a condition: TRUE, FALSE or NULL. */
  condition(expr: BoundExpr): string {
    return this.#rules.condition(this, expr);
  }

  /** The SQL of a query, its columns named `c0`, `c1`, … */
  query(query: BoundQuery): string {
    this.#depth++;
    const sql = this.#rules.query(this, query);
    this.#depth--;
    return sql;
  }

  /** How deep in subqueries the printer is now. */
  get depth(): number {
    return this.#depth;
  }

  /** A name that no other has in this query. */
  freshName(prefix: string): string {
    return `${prefix}${++this.#names}`;
  }

  /** The SQL of a parameter; `key` tells equal ones apart from others. */
  parameter(key: string, type: SqlType, source: ParameterSource): string {
    // The cast tells DuckDB the type at once, so it need not bind again when the values come.
    return `CAST($${this.parameterName(key, type, source)} AS ${queryType(type)})`;
  }

  parameterName(key: string, type: SqlType, source: ParameterSource): string {
    let known = this.parameters.get(key);
    if (known === undefined) {
      known = { name: this.freshName('p'), type, source };
      this.parameters.set(key, known);
    }
    return known.name;
  }

  useColumn(relation: RelationId, column: number): void {
    let used = this.columns.get(relation);
    if (used === undefined) {
      used = new Set();
      this.columns.set(relation, used);
    }
    used.add(column);
  }
}
