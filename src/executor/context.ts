import type { Clock } from '../base/clock.ts';
import { GatewayError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import type { MetadataContext } from '../catalog/metadata/context.ts';
import type { Journal, OnlineStore } from '../catalog/ports.ts';
import type { ExternalTableDef } from '../catalog/schema.ts';
import type { OfflineStore } from '../offline/delta/offline-store.ts';
import type { DuckEngine } from '../offline/duckdb/engine.ts';
import type { DuckRelation } from '../offline/duckdb/relation.ts';
import type { BoundExpr } from '../planner/bound.ts';
import type { SessionCall } from '../planner/evaluator/waiting.ts';
import type { SqlValue } from '../types/value.ts';
import type { ExecutionEnv } from './environment.ts';
import type { Overlay } from './overlay.ts';

/** The offline tier as the executor needs it. */
export type OfflineTier = Pick<OfflineStore, 'state' | 'changes' | 'bulkWriter' | 'discard'>;

export interface ExternalRequest {
  readonly table: ExternalTableDef;
  readonly columnsUsed: readonly number[];
  readonly filters: readonly BoundExpr[];
  readonly limit: number | undefined;
  readonly constant: (expr: BoundExpr) => SqlValue;
  readonly signal: AbortSignal;
}

/** What lives as long as the gateway and the executor works with. */
export interface ExecutorServices {
  readonly journal: Journal;
  readonly online: OnlineStore;
  readonly offline: OfflineTier;
  readonly duckdb: DuckEngine;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly external: (request: ExternalRequest) => Promise<DuckRelation>;
}

/** Which state a statement reads. */
export interface ReadView {
  /** Every table that the statement does not name a point for is read as of this version. */
  readonly version: number;
  /**
   * True in a transaction that has read already and under time travel: a newer row must not be seen, though
   * the online store holds it. False: the newest rows are as good.
   */
  readonly pinned: boolean;
  /** The transaction's own changes. */
  readonly overlay: Overlay | undefined;
}

/** One execution of one statement. */
export interface ExecutionContext {
  readonly services: ExecutorServices;
  readonly env: ExecutionEnv;
  readonly view: ReadView;
  /** The statement's time, microseconds UTC. */
  readonly nowUs: bigint;
  readonly signal: AbortSignal;
  /** SLEEP and the locks by name. */
  readonly session: {
    readonly call: SessionCall;
    /** An interrupt other than the connection's end that the statement has answered is over. */
    forgiveInterrupt(): void;
  };
  /** What SHOW and information_schema see. */
  readonly metadata: () => MetadataContext;
  /** Collects what EXPLAIN ANALYZE tells; undefined when nobody asked. */
  readonly trace: ExecutionTrace | undefined;
}

export interface ExecutionTrace {
  sql: string | undefined;
  readonly relations: { readonly name: string; readonly details: readonly string[] }[];
}

/** Throws what ends a statement whose signal was aborted: the reason, or error 1317. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal);
}

export function abortError(signal: AbortSignal): GatewayError {
  if (signal.reason instanceof GatewayError) return signal.reason;
  return new GatewayError('QUERY_INTERRUPTED', 'Query execution was interrupted');
}
