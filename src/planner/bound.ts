/**
 * The bound query: an AST whose names are resolved, whose types are known and whose views are expanded.
 * Everything after the binder (rewrite, route, the DuckDB printer, the evaluator) reads this and no AST.
 * Relation ids are unique in a statement, so a correlated reference is an ordinary column reference.
 */
import type { ExternalTableDef, TableDef } from '../catalog/schema.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';

export type RelationId = number;

export type BoundExpr =
  /** A constant that the planner looked at or made; part of the plan. */
  | { readonly kind: 'literal'; readonly value: SqlValue; readonly type: SqlType }
  /** A literal lifted out of the text, or a `?`: its value comes with the execution. */
  | { readonly kind: 'parameter'; readonly index: number; readonly type: SqlType }
  /** A value of the session or the statement: `now`, `user`, `connection_id`, `@@session.x`, `@x` … */
  | { readonly kind: 'context'; readonly name: string; readonly type: SqlType }
  | {
      readonly kind: 'column';
      readonly relation: RelationId;
      /** Index into the relation's columns; `rowVersionColumn` for `_row_version`. */
      readonly column: number;
      readonly type: SqlType;
      readonly nullable: boolean;
    }
  /** A function or operator of the catalogue in grammar/functions, by its name there (`+`, `AND`, `CONCAT`). */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly BoundExpr[];
      readonly type: SqlType;
      readonly nullable: boolean;
    }
  /** MySQL's conversion to `type`, written by the user or added by the binder. */
  | {
      readonly kind: 'cast';
      readonly arg: BoundExpr;
      readonly type: SqlType;
      readonly implicit: boolean;
      /** A COLLATE clause: the same text, by another collation. */
      readonly collate?: true;
    }
  | {
      readonly kind: 'case';
      readonly whens: readonly { readonly when: BoundExpr; readonly then: BoundExpr }[];
      readonly else: BoundExpr | null;
      readonly type: SqlType;
    }
  | {
      readonly kind: 'aggregate';
      readonly name: string;
      readonly args: readonly BoundExpr[];
      readonly distinct: boolean;
      readonly orderBy: readonly BoundOrder[];
      /** GROUP_CONCAT only. */
      readonly separator?: string;
      readonly type: SqlType;
    }
  | {
      readonly kind: 'window';
      /** An aggregate's or window function's name. */
      readonly name: string;
      readonly args: readonly BoundExpr[];
      readonly partitionBy: readonly BoundExpr[];
      readonly orderBy: readonly BoundOrder[];
      readonly frame?: BoundFrame;
      readonly type: SqlType;
    }
  | { readonly kind: 'scalarSubquery'; readonly query: BoundQuery; readonly type: SqlType }
  | { readonly kind: 'exists'; readonly query: BoundQuery; readonly type: SqlType }
  /** `needles IN (query)`; more than one needle for a row constructor. */
  | {
      readonly kind: 'inSubquery';
      readonly needles: readonly BoundExpr[];
      readonly query: BoundQuery;
      readonly negated: boolean;
      readonly type: SqlType;
    }
  | {
      readonly kind: 'quantified';
      readonly operator: string;
      readonly quantifier: 'any' | 'all';
      readonly left: BoundExpr;
      readonly query: BoundQuery;
      readonly type: SqlType;
    };

/** The column number of `_row_version`, which every versioned table has besides its columns. */
export const rowVersionColumn = -1;

export interface BoundOrder {
  readonly expr: BoundExpr;
  readonly descending: boolean;
}

export interface BoundFrame {
  readonly unit: 'rows' | 'range';
  readonly start: BoundFrameBound;
  readonly end: BoundFrameBound;
}

export type BoundFrameBound =
  | { readonly kind: 'unboundedPreceding' | 'unboundedFollowing' | 'currentRow' }
  /** `unit`: of an INTERVAL. */
  | { readonly kind: 'preceding' | 'following'; readonly offset: BoundExpr; readonly unit?: string };

/** A column of a query's result or of a relation in FROM. */
export interface BoundColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  /** Where a plain column comes from, for result metadata. */
  readonly origin?: {
    readonly database: string;
    readonly table: string;
    readonly originalTable: string;
    readonly originalName: string;
    /** Keys, AUTO_INCREMENT, no default: src/catalog/column-flags.ts. */
    readonly flags: number;
  };
}

/** A point named by AS OF: an expression without columns, evaluated before the statement runs. */
export interface BoundPoint {
  readonly kind: 'version' | 'timestamp';
  readonly at: BoundExpr;
}

export type BoundFrom =
  /** A feature group's state: now, or as of a point. */
  | {
      readonly kind: 'table';
      readonly relation: RelationId;
      readonly table: TableDef;
      readonly asOf: BoundPoint | null;
      /** FOR EVENT_TIME: one row an entity, the newest at or before `at`, or the newest of all. */
      readonly eventTime: { readonly at: BoundExpr | null } | null;
      /** Columns that the statement reads (`rowVersionColumn` included where it is named). */
      readonly columnsUsed: readonly number[];
      /** Conjuncts over this relation alone: for pruning; they also stand in WHERE or ON. */
      readonly filters: readonly BoundExpr[];
    }
  /** CHANGES: the table's columns, then `_change_type`, `_commit_version`, `_commit_timestamp`. */
  | {
      readonly kind: 'changes';
      readonly relation: RelationId;
      readonly table: TableDef;
      readonly from: BoundPoint;
      /** SINCE: the start itself is left out. */
      readonly fromExclusive: boolean;
      /** Null: up to now. */
      readonly until: BoundPoint | null;
      readonly net: boolean;
      readonly columnsUsed: readonly number[];
      readonly filters: readonly BoundExpr[];
    }
  | {
      readonly kind: 'external';
      readonly relation: RelationId;
      readonly table: ExternalTableDef;
      readonly columnsUsed: readonly number[];
      readonly filters: readonly BoundExpr[];
      /** Rows that suffice, where LIMIT can be pushed down. */
      readonly limit: BoundExpr | null;
    }
  /** A table of information_schema, tidegate or mysql: rows made from the catalog and the journal. */
  | {
      readonly kind: 'metadata';
      readonly relation: RelationId;
      readonly database: string;
      readonly name: string;
      readonly columns: readonly BoundColumn[];
    }
  | {
      readonly kind: 'derived';
      readonly relation: RelationId;
      readonly query: BoundQuery;
      readonly lateral: boolean;
      /** The view that was expanded here, for EXPLAIN. */
      readonly view?: string;
    }
  /** JSON_TABLE: rows of a document, which may read the relations to its left. */
  | {
      readonly kind: 'jsonTable';
      readonly relation: RelationId;
      readonly document: BoundExpr;
      readonly table: BoundJsonTable;
      readonly columns: readonly BoundColumn[];
    }
  | {
      readonly kind: 'cte';
      readonly relation: RelationId;
      readonly cte: number;
      readonly columns: readonly BoundColumn[];
    }
  | {
      readonly kind: 'join';
      readonly join: 'inner' | 'left' | 'right' | 'cross';
      readonly left: BoundFrom;
      readonly right: BoundFrom;
      readonly on: BoundExpr | null;
    }
  /** The newest right row at or before: equal keys, one inequality; ties by version, deterministic. */
  | {
      readonly kind: 'asofJoin';
      readonly join: 'inner' | 'left';
      readonly left: BoundFrom;
      readonly right: BoundFrom;
      readonly equalities: readonly { readonly left: BoundExpr; readonly right: BoundExpr }[];
      readonly inequality: {
        readonly operator: '>=' | '>' | '<=' | '<';
        readonly left: BoundExpr;
        readonly right: BoundExpr;
      };
    };

/** What ON EMPTY and ON ERROR give instead of a value. */
export type JsonOutcome =
  | { readonly kind: 'null' | 'error' }
  | { readonly kind: 'default'; readonly value: SqlValue };

/** A path of JSON_TABLE, each of whose values is a row, and what stands in it. */
export interface BoundJsonTable {
  readonly path: string;
  readonly columns: readonly BoundJsonColumn[];
}

export type BoundJsonColumn =
  | { readonly kind: 'ordinality'; readonly type: SqlType }
  | { readonly kind: 'exists'; readonly name: string; readonly type: SqlType; readonly path: string }
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly type: SqlType;
      readonly path: string;
      readonly onEmpty: JsonOutcome;
      readonly onError: JsonOutcome;
    }
  | { readonly kind: 'nested'; readonly table: BoundJsonTable };

export interface BoundSelect {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly from: BoundFrom | null;
  readonly where: BoundExpr | null;
  readonly groupBy: readonly BoundExpr[];
  readonly rollup: boolean;
  readonly having: BoundExpr | null;
  readonly items: readonly BoundExpr[];
}

export type BoundBody =
  | BoundSelect
  | {
      readonly kind: 'setOperation';
      readonly operator: 'union' | 'except' | 'intersect';
      readonly all: boolean;
      readonly left: BoundQuery;
      readonly right: BoundQuery;
    }
  | { readonly kind: 'values'; readonly rows: readonly (readonly BoundExpr[])[] };

export interface BoundCte {
  readonly id: number;
  readonly name: string;
  readonly recursive: boolean;
  readonly query: BoundQuery;
}

/** ORDER BY, LIMIT over a body. An order expression may be an `outputColumn`-th item by index. */
export interface BoundQuery {
  readonly ctes: readonly BoundCte[];
  readonly body: BoundBody;
  readonly columns: readonly BoundColumn[];
  readonly orderBy: readonly (BoundOrder | { readonly outputColumn: number; readonly descending: boolean })[];
  readonly limit: BoundExpr | null;
  readonly offset: BoundExpr | null;
}
