/** The one port behind which external systems stand. */
import type { ExternalSource, ExternalTableDef, ServerDef } from '../catalog/schema.ts';
import type { DuckRelation } from '../offline/duckdb/relation.ts';
import type { BoundExpr } from '../planner/bound.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';

/** A column as the external system describes it. */
export interface ExternalColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
}

export interface ScanRequest {
  readonly server: ServerDef;
  readonly table: ExternalTableDef;
  /** Indexes into table.columns; the others need not be read. */
  readonly columnsUsed: readonly number[];
  /** Conjuncts over this table alone. They are applied again by the caller, so a superset may be returned. */
  readonly filters: readonly BoundExpr[];
  /** Rows that suffice; only to be used when every filter is applied exactly. */
  readonly limit: number | undefined;
  /** The value of an expression without columns (literal, parameter, context, a function of them). */
  readonly constant: (expr: BoundExpr) => SqlValue;
  readonly signal: AbortSignal;
}

/**
 * How one kind of external system is reached. The relation that `scan` returns says in its details what was
 * pushed down and what is left over.
 */
export interface Connector {
  /** The FOREIGN DATA WRAPPER's name. */
  readonly wrapper: string;
  /** Throws WRONG_ARGUMENTS for a missing or unknown option, FILE_NOT_ALLOWED for a path outside the roots. */
  checkServer(server: ServerDef): void;
  /** The columns of a source; throws when it cannot be reached or does not exist. */
  describe(
    server: ServerDef,
    source: ExternalSource,
    signal: AbortSignal,
  ): Promise<readonly ExternalColumn[]>;
  scan(request: ScanRequest): Promise<DuckRelation>;
  close(): Promise<void>;
}
