/**
 * Statements as the parser reads them; expressions and queries stand in ast.ts, definitions of DDL in
 * definition.ts. What MySQL has and the gateway has not (procedures, XA, HANDLER …) never becomes a
 * statement: the parser answers it with error 1235.
 */
import type {
  ColumnExpr,
  Expr,
  FromItem,
  Limit,
  OrderItem,
  PointNode,
  Query,
  Span,
  TableName,
} from './ast.ts';
import type { AlterAction, CreateTable, DatabaseOptions, IndexColumn, ServerOption } from './definition.ts';

export type Statement =
  | (Span & { readonly kind: 'select'; readonly query: Query })
  | Insert
  | Update
  | Delete
  | LoadData
  | CreateTable
  | AlterTable
  | Ddl
  | Transaction
  | SetStatement
  | Show
  | Describe
  | Utility;

export type StatementKind = Statement['kind'];

// ---- changes of rows ------------------------------------------------------------------------------

export interface Assignment extends Span {
  readonly column: ColumnExpr;
  /** May be `default`. */
  readonly value: Expr;
}

export interface Insert extends Span {
  readonly kind: 'insert';
  /** INSERT and INSERT IGNORE differ by `ignore`; REPLACE is its own mode. */
  readonly mode: 'insert' | 'replace';
  readonly ignore: boolean;
  readonly table: TableName;
  readonly partitions: readonly string[] | null;
  /** Null when the statement names none: all of the table's. INSERT … SET names them. */
  readonly columns: readonly ColumnExpr[] | null;
  readonly source:
    | { readonly kind: 'values'; readonly rows: readonly (readonly Expr[])[] }
    | { readonly kind: 'query'; readonly query: Query };
  /** `AS new(a, b)` */
  readonly rowAlias: { readonly name: string; readonly columns: readonly string[] | null } | null;
  /** Empty without ON DUPLICATE KEY UPDATE. */
  readonly onDuplicate: readonly Assignment[];
}

export interface Update extends Span {
  readonly kind: 'update';
  readonly with: Query['with'];
  readonly ignore: boolean;
  readonly from: FromItem;
  readonly assignments: readonly Assignment[];
  readonly where: Expr | null;
  readonly orderBy: readonly OrderItem[];
  readonly limit: Limit | null;
}

export interface Delete extends Span {
  readonly kind: 'delete';
  readonly with: Query['with'];
  readonly ignore: boolean;
  /** The tables or aliases to delete from in the multi-table forms; null for the one table of `from`. */
  readonly targets: readonly TableName[] | null;
  readonly from: FromItem;
  readonly where: Expr | null;
  readonly orderBy: readonly OrderItem[];
  readonly limit: Limit | null;
}

export interface LoadData extends Span {
  readonly kind: 'loadData';
  readonly local: boolean;
  readonly file: string;
  readonly duplicates: 'ignore' | 'replace' | null;
  readonly table: TableName;
  readonly partitions: readonly string[] | null;
  readonly charset: string | null;
  readonly fields: {
    readonly terminatedBy: string;
    /** Empty: nothing encloses. */
    readonly enclosedBy: string;
    readonly optionallyEnclosed: boolean;
    /** Empty: nothing escapes. */
    readonly escapedBy: string;
  };
  readonly lines: { readonly startingBy: string; readonly terminatedBy: string };
  readonly ignoreLines: number;
  /** Null when the statement names none: all of the table's, in order. */
  readonly columns:
    | readonly (ColumnExpr | (Span & { readonly kind: 'userVariable'; readonly name: string }))[]
    | null;
  readonly assignments: readonly Assignment[];
}

// ---- definitions ----------------------------------------------------------------------------------

export interface AlterTable extends Span {
  readonly kind: 'alterTable';
  readonly table: TableName;
  readonly actions: readonly AlterAction[];
}

export type Ddl =
  | (Span & {
      readonly kind: 'dropTable';
      readonly temporary: boolean;
      readonly ifExists: boolean;
      readonly tables: readonly TableName[];
    })
  | (Span & {
      readonly kind: 'renameTable';
      readonly renames: readonly { readonly from: TableName; readonly to: TableName }[];
    })
  | (Span & { readonly kind: 'truncate'; readonly table: TableName })
  | (Span & {
      readonly kind: 'createDatabase';
      readonly ifNotExists: boolean;
      readonly name: string;
      readonly options: DatabaseOptions;
    })
  /** `name` is null for the session's database. */
  | (Span & {
      readonly kind: 'alterDatabase';
      readonly name: string | null;
      readonly options: DatabaseOptions;
    })
  | (Span & { readonly kind: 'dropDatabase'; readonly ifExists: boolean; readonly name: string })
  | (Span & {
      readonly kind: 'createView';
      readonly orReplace: boolean;
      /** ALTER VIEW: the view must exist. */
      readonly alter: boolean;
      readonly name: TableName;
      readonly columns: readonly string[] | null;
      readonly query: Query;
      readonly definer: Account | null;
      readonly security: 'definer' | 'invoker' | null;
      readonly checkOption: 'cascaded' | 'local' | null;
    })
  | (Span & { readonly kind: 'dropView'; readonly ifExists: boolean; readonly views: readonly TableName[] })
  | (Span & {
      readonly kind: 'createServer';
      readonly ifNotExists: boolean;
      readonly name: string;
      readonly wrapper: string;
      readonly options: readonly ServerOption[];
    })
  | (Span & {
      readonly kind: 'alterServer';
      readonly name: string;
      readonly options: readonly ServerOption[];
    })
  | (Span & { readonly kind: 'dropServer'; readonly ifExists: boolean; readonly name: string })
  | (Span & {
      readonly kind: 'createExternalTable';
      readonly orReplace: boolean;
      readonly ifNotExists: boolean;
      readonly name: TableName;
      readonly columns: CreateTable['columns'];
      readonly server: string;
      readonly source:
        | { readonly kind: 'table'; readonly table: string }
        | { readonly kind: 'query'; readonly query: string }
        | { readonly kind: 'location'; readonly location: string; readonly format: string };
      readonly comment: string | null;
    })
  | (Span & {
      readonly kind: 'dropExternalTable';
      readonly ifExists: boolean;
      readonly tables: readonly TableName[];
    })
  | (Span & {
      readonly kind: 'createIndex';
      readonly index: 'plain' | 'unique' | 'fulltext' | 'spatial';
      readonly name: string;
      readonly table: TableName;
      readonly columns: readonly IndexColumn[];
    })
  | (Span & { readonly kind: 'dropIndex'; readonly name: string; readonly table: TableName });

// ---- transactions ---------------------------------------------------------------------------------

export type Transaction =
  | (Span & {
      readonly kind: 'startTransaction';
      readonly accessMode: 'read only' | 'read write' | null;
      readonly consistentSnapshot: boolean;
      readonly asOf: PointNode | null;
    })
  | (Span & {
      readonly kind: 'commit' | 'rollback';
      /** AND [NO] CHAIN, [NO] RELEASE; null when not said. */
      readonly chain: boolean | null;
      readonly release: boolean | null;
    })
  | (Span & { readonly kind: 'savepoint' | 'rollbackTo' | 'releaseSavepoint'; readonly name: string })
  | (Span & {
      readonly kind: 'lockTables';
      readonly tables: readonly {
        readonly table: TableName;
        readonly alias: string | null;
        readonly mode: 'read' | 'write';
      }[];
    })
  | (Span & { readonly kind: 'unlockTables' });

// ---- SET ------------------------------------------------------------------------------------------

export type IsolationLevel = 'READ-UNCOMMITTED' | 'READ-COMMITTED' | 'REPEATABLE-READ' | 'SERIALIZABLE';

export type SetItem =
  /**
   * Bare words (ON, utf8mb4) arrive as string literals without a parameter number; DEFAULT as `default`.
   * The name is in lower case.
   */
  | (Span & {
      readonly kind: 'systemVariable';
      readonly scope: 'global' | 'session' | 'persist' | 'persist_only' | null;
      readonly name: string;
      readonly value: Expr;
    })
  | (Span & { readonly kind: 'userVariable'; readonly name: string; readonly value: Expr })
  /** SET NAMES; `charset` null for DEFAULT. */
  | (Span & { readonly kind: 'names'; readonly charset: string | null; readonly collation: string | null })
  | (Span & { readonly kind: 'characterSet'; readonly charset: string | null })
  /** Scope null: the next transaction only. */
  | (Span & {
      readonly kind: 'transaction';
      readonly scope: 'global' | 'session' | null;
      readonly isolation: IsolationLevel | null;
      readonly accessMode: 'read only' | 'read write' | null;
    });

export type SetStatement =
  | (Span & { readonly kind: 'set'; readonly items: readonly SetItem[] })
  /** MariaDB's SET STATEMENT … FOR: the variables hold for that statement alone. */
  | (Span & { readonly kind: 'setFor'; readonly items: readonly SetItem[]; readonly statement: Statement })
  | (Span & {
      readonly kind: 'setPassword';
      readonly account: Account | null;
      readonly password: string;
      readonly replaced: string | null;
    })
  | (Span & { readonly kind: 'setRole'; readonly roles: RoleChoice })
  | (Span & {
      readonly kind: 'setDefaultRole';
      readonly roles: NamedRoles;
      readonly users: readonly Account[];
    });

/** Which of the roles granted to an account are meant. */
export type RoleChoice =
  | NamedRoles
  | { readonly kind: 'default' }
  | { readonly kind: 'allExcept'; readonly roles: readonly Account[] };

export type NamedRoles =
  | { readonly kind: 'none' | 'all' }
  | { readonly kind: 'these'; readonly roles: readonly Account[] };

// ---- SHOW -----------------------------------------------------------------------------------------

export interface ShowFilter {
  readonly like: string | null;
  readonly where: Expr | null;
}

export interface Show extends Span {
  readonly kind: 'show';
  readonly target: ShowTarget;
  readonly filter: ShowFilter;
  /** WARNINGS, ERRORS, COMMITS, BINLOG EVENTS. */
  readonly limit: Limit | null;
}

export type ShowTarget =
  | { readonly topic: 'databases' }
  | { readonly topic: 'tables'; readonly database: string | null; readonly full: boolean }
  | {
      readonly topic: 'columns';
      readonly table: TableName;
      readonly full: boolean;
      readonly extended: boolean;
    }
  | { readonly topic: 'indexes'; readonly table: TableName }
  | { readonly topic: 'tableStatus' | 'triggers' | 'events' | 'openTables'; readonly database: string | null }
  | { readonly topic: 'createTable' | 'createView'; readonly name: TableName }
  | { readonly topic: 'createDatabase'; readonly name: string; readonly ifNotExists: boolean }
  | { readonly topic: 'createServer'; readonly name: string }
  | { readonly topic: 'createUser'; readonly account: Account | null }
  /** SHOW CREATE PROCEDURE, FUNCTION, TRIGGER, EVENT: there are none, so the name is unknown. */
  | {
      readonly topic: 'createRoutine';
      readonly routine: 'procedure' | 'function' | 'trigger' | 'event';
      readonly name: TableName;
    }
  | { readonly topic: 'variables' | 'status'; readonly scope: 'global' | 'session' }
  | { readonly topic: 'warnings' | 'errors' | 'warningCount' | 'errorCount' }
  | { readonly topic: 'processlist'; readonly full: boolean }
  | { readonly topic: 'commits'; readonly table: TableName | null }
  /** `using` are the roles to be taken as active. */
  | { readonly topic: 'grants'; readonly account: Account | null; readonly using: readonly Account[] }
  | { readonly topic: 'servers' }
  | {
      readonly topic:
        | 'engines'
        | 'charsets'
        | 'collations'
        | 'plugins'
        | 'privileges'
        | 'procedureStatus'
        | 'functionStatus'
        | 'profiles'
        | 'masterStatus'
        | 'binaryLogs'
        | 'replicaStatus'
        | 'replicas'
        | 'binlogEvents';
    };

/** DESCRIBE t [column or pattern]. */
export interface Describe extends Span {
  readonly kind: 'describe';
  readonly table: TableName;
  readonly column: string | null;
}

// ---- the rest -------------------------------------------------------------------------------------

export interface Account extends Span {
  /** Null: CURRENT_USER. */
  readonly user: string | null;
  /** `%` when not said. */
  readonly host: string;
}

export interface AccountSpec extends Span {
  readonly account: Account;
  readonly plugin: string | null;
  /** Null: not said; empty: an empty password. */
  readonly password: string | null;
  /** IDENTIFIED WITH plugin AS 'hash'. */
  readonly hash: string | null;
  /** REPLACE: the password that must be the account's until now. */
  readonly replaced: string | null;
}

/** REQUIRE: what a connection must have for the account to log in. */
export type AccountRequirement =
  | { readonly kind: 'none' | 'ssl' | 'x509' }
  | { readonly kind: 'specified'; readonly subject: string | null; readonly issuer: string | null };

/** What CREATE and ALTER USER say of an account besides its password; null is not said. */
export interface AccountOptions {
  readonly requirement: AccountRequirement | null;
  readonly locked: boolean | null;
  readonly failedLoginAttempts: number | null;
  /** Days, or until an administrator unlocks the account. */
  readonly passwordLockTime: number | 'unbounded' | null;
  /** PASSWORD EXPIRE: at once, or after so many days. */
  readonly passwordExpiry: 'now' | 'default' | 'never' | number | null;
}

/** One privilege in upper case (`SELECT`, `ALL`), with its columns. */
export interface Privilege {
  readonly name: string;
  readonly columns: readonly string[] | null;
}

/**
 * `*.*`, `db.*`, `*`, `db.t`: null is a star; `*` alone (the session's database) has both null and `current`.
 * ON SERVER has the server's name and nulls.
 */
export interface GrantObject {
  readonly database: string | null;
  readonly name: string | null;
  readonly current: boolean;
  readonly server: string | null;
}

export type Utility =
  | (Span & { readonly kind: 'use'; readonly database: string })
  /** EXPLAIN of a statement; of a table it is `describe`. */
  | (Span & {
      readonly kind: 'explain';
      readonly analyze: boolean;
      /** Lower case: `traditional`, `json`, `tree`; null when not said. */
      readonly format: string | null;
      readonly statement: Statement;
    })
  | (Span & { readonly kind: 'explainConnection'; readonly format: string | null; readonly connection: Expr })
  | (Span & { readonly kind: 'kill'; readonly target: 'connection' | 'query'; readonly id: Expr })
  | (Span & {
      readonly kind: 'flush';
      /** `TABLES`, `PRIVILEGES`, `LOGS` …, in upper case. */
      readonly what: string;
      /** FLUSH TABLES t, u; empty for all. */
      readonly tables: readonly TableName[];
    })
  | (Span & { readonly kind: 'prepare'; readonly name: string; readonly text: Expr })
  | (Span & { readonly kind: 'execute'; readonly name: string; readonly using: readonly string[] })
  | (Span & { readonly kind: 'deallocate'; readonly name: string })
  | (Span & {
      readonly kind: 'tableMaintenance';
      readonly action: 'analyze' | 'check' | 'optimize' | 'repair' | 'checksum';
      readonly tables: readonly TableName[];
    })
  | (Span & { readonly kind: 'do'; readonly exprs: readonly Expr[] })
  /** DROP PROCEDURE and its like: there are none. */
  | (Span & {
      readonly kind: 'dropRoutine';
      readonly routine: 'procedure' | 'function' | 'trigger' | 'event';
      readonly ifExists: boolean;
      readonly name: TableName;
    })
  | (Span & { readonly kind: 'call'; readonly procedure: TableName; readonly args: readonly Expr[] })
  | (Span & { readonly kind: 'help'; readonly topic: string })
  | (Span & {
      readonly kind: 'createUser' | 'alterUser';
      /** IF NOT EXISTS of CREATE, IF EXISTS of ALTER. */
      readonly conditional: boolean;
      readonly users: readonly AccountSpec[];
      /** DEFAULT ROLE; null when not said. */
      readonly defaultRoles: NamedRoles | null;
      readonly options: AccountOptions;
    })
  | (Span & {
      readonly kind: 'createRole' | 'dropRole';
      /** IF NOT EXISTS of CREATE, IF EXISTS of DROP. */
      readonly conditional: boolean;
      readonly roles: readonly Account[];
    })
  | (Span & {
      readonly kind: 'grantRole' | 'revokeRole';
      readonly roles: readonly Account[];
      readonly users: readonly Account[];
      readonly adminOption: boolean;
    })
  | (Span & { readonly kind: 'dropUser'; readonly ifExists: boolean; readonly users: readonly Account[] })
  | (Span & {
      readonly kind: 'renameUser';
      readonly renames: readonly { readonly from: Account; readonly to: Account }[];
    })
  | (Span & {
      readonly kind: 'grant' | 'revoke';
      readonly privileges: readonly Privilege[];
      /** Null: REVOKE ALL PRIVILEGES, GRANT OPTION FROM: everything at every level. */
      readonly object: GrantObject | null;
      readonly users: readonly Account[];
      /** WITH GRANT OPTION; of REVOKE it stands among the privileges. */
      readonly grantOption: boolean;
    });
