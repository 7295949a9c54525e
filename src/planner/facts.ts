/** What the planner knows besides the statement: the catalog, the session, the values at hand. */
import type { CatalogSnapshot } from '../catalog/catalog.ts';
import type { Point } from '../time/point.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';

export interface PlanFacts {
  readonly catalog: CatalogSnapshot;
  /** The session's database, for names without one. */
  readonly database: string | undefined;
  /** sql_mode's words in upper case. */
  readonly sqlMode: ReadonlySet<string>;
  /** collation_connection: of literals, and of texts that functions make. */
  readonly connectionCollation: string;
  /** The statement's text: labels of columns are cut out of it. */
  readonly text: string;
  /** AS OF of the session or the transaction; applies to every versioned table that names no point. */
  readonly asOf: Point | null;
  /** What a client bound to the `?` of that number; undefined while a statement is being prepared. */
  placeholder(index: number): { readonly type: SqlType; readonly value: SqlValue } | undefined;
  /**
   * The version that a point names, for the schema that its tables had; undefined when it names none (the
   * executor then reports the valid interval).
   */
  versionAt(point: Point): number | undefined;
  /** A context value as it is now (`now`, `@@session.time_zone`), for AS OF NOW(). */
  context(name: string): SqlValue;
  /** Minutes that the session's zone is east of UTC at an instant (microseconds UTC). */
  zoneMinutes(utcUs: bigint): number;
  /** The type of a user variable; undefined for one that was never set. */
  userVariable(name: string): SqlType | undefined;
  /** The type of a system variable by its lower-case name; undefined for an unknown one (error 1193). */
  systemVariable(name: string): SqlType | undefined;
  /** Throws 1142 for a table of which the session may not even know whether it exists; left out: it may. */
  readonly named?: (database: string, name: string, command: string) => void;
  readonly limits: {
    readonly tablesPerStatement: number;
    readonly parserDepth: number;
    readonly subqueryDepth: number;
  };
}
