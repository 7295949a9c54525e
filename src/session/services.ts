import type { TableStatistics } from '../catalog/metadata/context.ts';
import type { ExternalSource, ServerDef, TableDef } from '../catalog/schema.ts';
import type { ExecutorServices } from '../executor/context.ts';
import type { AuditLog } from './accounts/audit.ts';
import type { StatementCounters } from './counters.ts';
import type { FoundColumn } from './ddl/context.ts';
import type { CachedShape, PlanCache } from './plan-cache.ts';
import type { ProcessList } from './process-list.ts';
import type { TableLocks } from './table-locks.ts';
import type { UserLocks } from './user-locks.ts';
import type { GlobalVariables } from './variables/variables.ts';

/** What all sessions of a gateway share. */
export interface SessionServices extends ExecutorServices {
  readonly globals: GlobalVariables;
  readonly processes: ProcessList;
  readonly plans: PlanCache<CachedShape>;
  readonly locks: TableLocks;
  /** GET_LOCK. */
  readonly userLocks: UserLocks;
  readonly counters: StatementCounters;
  /** Microseconds UTC. */
  readonly startedUs: bigint;
  readonly serverVersion: string;
  readonly localInfile: boolean;
  /** Moves the tails of these tables (all, when none is named) to the offline tier. */
  flush(tables: readonly TableDef[] | undefined): Promise<void>;
  /** The columns of an external table, asked of its system. */
  discoverColumns(
    server: ServerDef,
    source: ExternalSource,
    signal: AbortSignal,
  ): Promise<readonly FoundColumn[]>;
  /** Error when a server's options are not what its connector needs. */
  checkServer(server: ServerDef): void;
  /** Left out where no audit log is kept. */
  readonly audit?: AuditLog | undefined;
  /** SHOW STATUS: names and values, sorted by name. */
  status(): Iterable<readonly [name: string, value: string]>;
  statistics(table: TableDef): TableStatistics | undefined;
}
