import type { Access } from '../access.ts';
import type { Commit } from '../ports.ts';
import type { AccountDef, AccountName, DatabaseDef, RelationDef, ServerDef, TableDef } from '../schema.ts';

/** What metadata reads of the catalog; a CatalogSnapshot gives it. */
export interface CatalogContents {
  readonly databases: Iterable<DatabaseDef>;
  readonly servers: Iterable<ServerDef>;
  readonly accounts: Iterable<AccountDef>;
  relations(database: string): Iterable<RelationDef>;
}

/** A session as SHOW PROCESSLIST shows it. */
export interface ProcessEntry {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  readonly database: string | undefined;
  /** `Query`, `Sleep`, `Execute` … */
  readonly command: string;
  readonly timeSeconds: number;
  readonly state: string;
  /** The running statement with its secrets masked; undefined when idle. */
  readonly info: string | undefined;
  /** When the client connected; microseconds since 1970-01-01 UTC. */
  readonly connectedUs: bigint;
  /** Connection attributes as the client sent them. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** What storage knows of a table's size; estimates are fine. */
export interface TableStatistics {
  readonly rowCount: number;
  readonly dataBytes: number;
  readonly indexBytes: number;
  /** The last commit that changed rows; microseconds since 1970-01-01 UTC. */
  readonly updatedUs: bigint | undefined;
  /** The version up to which the offline tier holds the table. */
  readonly flushedVersion: number | undefined;
  /** The value that the next generated key gets. */
  readonly nextAutoIncrement: bigint | undefined;
}

/** Everything that a metadata table may show, as it is when the statement reads it. */
export interface MetadataContext {
  readonly catalog: CatalogContents;
  /** The account of the session. */
  readonly user: AccountName;
  /** What the account may do, which decides what it sees. */
  readonly access: Access;
  readonly activeRoles: readonly AccountName[];
  readonly connectionId: number;
  /** Keys that stand in for a PRIMARY KEY that was not given are shown like others. */
  readonly showsGeneratedKeys: boolean;
  readonly uptimeSeconds: number;
  processes(): Iterable<ProcessEntry>;
  /** Names and values as SHOW VARIABLES prints them, sorted by name. */
  variables(scope: 'global' | 'session'): Iterable<readonly [name: string, value: string]>;
  /** Names and values as SHOW STATUS prints them, sorted by name. */
  status(scope: 'global' | 'session'): Iterable<readonly [name: string, value: string]>;
  /** All commits, the oldest first. */
  commits(): Iterable<Commit>;
  /** Undefined for a table that storage has no numbers for. */
  statistics(table: TableDef): TableStatistics | undefined;
}
