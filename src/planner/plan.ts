/** What the executor runs: a bound query with its route, or a write fed by such a query. */
import type { TableDef } from '../catalog/schema.ts';
import type { BoundColumn, BoundExpr, BoundQuery, RelationId } from './bound.ts';

export type Route = 'point' | 'range' | 'scan' | 'metadata' | 'constant';

/** One key lookup of a point plan; later lookups may take key parts from earlier relations' columns. */
export interface PointLookup {
  readonly relation: RelationId;
  readonly table: TableDef;
  /** One expression a primary key column (an entity key column for FOR EVENT_TIME LATEST), in key order. */
  readonly key: readonly BoundExpr[];
  /**
   * `IN` lists: alternatives for key column `part` (whose `key` is the first of them); the lookup is repeated
   * for every combination of different keys.
   */
  readonly alternatives: readonly { readonly part: number; readonly values: readonly BoundExpr[] }[];
  readonly join: 'inner' | 'left';
  /** What the join's ON says besides the key. */
  readonly residual: BoundExpr | null;
}

/**
 * Lookups in order, each for every row of those before it. A key expression's value becomes a key by
 * `keyCoercion(expr.type, column.type)` (evaluator/key-value.ts): `none` and NULL mean no row, `inexact` that
 * this execution must scan `query` instead. After the lookups: filter, ORDER BY, OFFSET, LIMIT, items.
 */
export interface PointPlan {
  readonly route: 'point';
  readonly reason: string;
  readonly query: BoundQuery;
  readonly lookups: readonly PointLookup[];
  /** What WHERE says besides the keys. */
  readonly filter: BoundExpr | null;
  readonly items: readonly BoundExpr[];
  readonly columns: readonly BoundColumn[];
  /** Empty when there is at most one row. */
  readonly orderBy: BoundQuery['orderBy'];
  readonly limit: BoundExpr | null;
  readonly offset: BoundExpr | null;
}

/**
 * Rows of one table in the order of its keys. Prefix and bounds become keys as in a point plan; a bound that is
 * `none` or `inexact` means that this execution must scan `query` instead. Conditions that became bounds stand
 * in `filter` no more.
 */
export interface RangePlan {
  readonly route: 'range';
  readonly reason: string;
  readonly query: BoundQuery;
  readonly relation: RelationId;
  readonly table: TableDef;
  /** Equalities on a prefix of the primary key. */
  readonly prefix: readonly BoundExpr[];
  /** Bounds on the key column after the prefix. */
  readonly lower: { readonly value: BoundExpr; readonly inclusive: boolean } | null;
  readonly upper: { readonly value: BoundExpr; readonly inclusive: boolean } | null;
  readonly reverse: boolean;
  /** Two bounds and nothing else: when many keys lie between them a scan answers, since DuckDB scans faster. */
  readonly mayBeWide: boolean;
  readonly filter: BoundExpr | null;
  readonly items: readonly BoundExpr[];
  readonly columns: readonly BoundColumn[];
  readonly limit: BoundExpr | null;
  readonly offset: BoundExpr | null;
}

export interface ScanPlan {
  readonly route: 'scan' | 'metadata';
  readonly reason: string;
  readonly query: BoundQuery;
  readonly columns: readonly BoundColumn[];
}

/** No table at all: evaluated here, without DuckDB; one row, unless filter, LIMIT or OFFSET take it away. */
export interface ConstantPlan {
  readonly route: 'constant';
  readonly reason: string;
  readonly query: BoundQuery;
  readonly filter: BoundExpr | null;
  readonly items: readonly BoundExpr[];
  readonly columns: readonly BoundColumn[];
  readonly limit: BoundExpr | null;
  readonly offset: BoundExpr | null;
}

export type QueryPlan = PointPlan | RangePlan | ScanPlan | ConstantPlan;

export interface InsertPlan {
  readonly kind: 'insert';
  readonly mode: 'insert' | 'ignore' | 'replace';
  readonly table: TableDef;
  /** Indexes into table.columns that the source's columns fill, in order. */
  readonly columns: readonly number[];
  readonly source:
    | { readonly kind: 'values'; readonly rows: readonly (readonly (BoundExpr | 'default')[])[] }
    | { readonly kind: 'query'; readonly plan: QueryPlan };
  /** ON DUPLICATE KEY UPDATE: `existing` is the stored row, `proposed` the one that collided. */
  readonly onDuplicate: {
    readonly existing: RelationId;
    readonly proposed: RelationId;
    readonly assignments: readonly Assignment[];
  } | null;
}

export interface Assignment {
  readonly column: number;
  readonly value: BoundExpr | 'default';
}

/**
 * A table whose rows UPDATE or DELETE changes. In the source's columns its row stands from `first` on: the
 * table's columns, then `_row_version`, which is NULL where an outer join found no row.
 */
export interface ChangeTarget {
  readonly table: TableDef;
  readonly relation: RelationId;
  readonly first: number;
}

export interface UpdateTarget extends ChangeTarget {
  /** Indexes of the assigned columns. */
  readonly assigned: readonly number[];
  /** One an assigned column: computed from the targets' rows here, or by the source as its columns from `from` on. */
  readonly values:
    | { readonly kind: 'exprs'; readonly exprs: readonly BoundExpr[] }
    | { readonly kind: 'source'; readonly from: number };
}

/** UPDATE of one table or, over a join, of several. `table` is the first target's. */
export interface UpdatePlan {
  readonly kind: 'update';
  readonly ignore: boolean;
  readonly table: TableDef;
  readonly targets: readonly UpdateTarget[];
  readonly source: QueryPlan;
  /** Whether WHERE names a key column or a LIMIT stands there: what sql_safe_updates asks for. */
  readonly keyed: boolean;
}

/** DELETE from one table or, over a join, from several. `table` is the first target's. */
export interface DeletePlan {
  readonly kind: 'delete';
  readonly ignore: boolean;
  readonly table: TableDef;
  readonly targets: readonly ChangeTarget[];
  readonly source: QueryPlan;
  readonly keyed: boolean;
}

export type WritePlan = InsertPlan | UpdatePlan | DeletePlan;
