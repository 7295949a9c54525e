import type { SqlType } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';
import type { Privilege } from './privileges.ts';

/** A column's default: a constant, or the current time. */
export type ColumnDefault =
  | { readonly kind: 'constant'; readonly value: SqlValue }
  | { readonly kind: 'now'; readonly fsp: number }
  /** DEFAULT (expr), as the printer prints it. */
  | { readonly kind: 'expression'; readonly text: string };

export interface ColumnDef {
  /** Never reused within a table: a renamed column keeps it, so old rows and files still read right. */
  readonly id: number;
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly default?: ColumnDefault;
  /**
   * What rows hold that were written before the column was added; left out for the column of CREATE TABLE.
   * The default cannot say it: it may change later.
   */
  readonly initial?: SqlValue;
  /** ON UPDATE CURRENT_TIMESTAMP. */
  readonly onUpdateNow?: boolean;
  readonly autoIncrement?: boolean;
  /** Left out of `*` and of an INSERT without a column list. */
  readonly invisible?: boolean;
  /** Computed when a row is written, whether it is said to be STORED or VIRTUAL. */
  readonly generated?: { readonly text: string; readonly stored: boolean };
  readonly comment: string;
}

/** A CHECK constraint, its condition as the printer prints it. */
export interface CheckDef {
  readonly name: string;
  readonly text: string;
  readonly enforced: boolean;
}

/** A feature group (a base table) as one schema version of it. Immutable. */
export interface TableDef {
  readonly kind: 'table';
  readonly id: number;
  readonly database: string;
  readonly name: string;
  /** Counts ALTERs of this table from 1; stored with every row, so that a row decodes by its own columns. */
  readonly schemaVersion: number;
  readonly columns: readonly ColumnDef[];
  /** Indexes into `columns`, in the order of the PRIMARY KEY clause. */
  readonly primaryKey: readonly number[];
  readonly online: boolean;
  /** Index into `columns`; that column is part of the primary key. */
  readonly eventTime?: number;
  readonly comment: string;
  /** What columns have that are added without a collation; left out for the default. */
  readonly collation?: string;
  /** The version whose commit made this schema version. */
  readonly sinceVersion: number;
  /** The version whose commit created the table. */
  readonly createdVersion: number;
  readonly createdUs: bigint;
  /** Of one session, in its memory: without history, and in nobody else's catalog. */
  readonly temporary?: boolean;
  /** The table whose rows an ALTER TABLE copied into this one; its history begins with their copies. */
  readonly replaces?: number;
  readonly nextColumnId: number;
  readonly checks?: readonly CheckDef[];
  /** Secondary indexes are accepted for the tools that declare them; no route uses them. */
  readonly indexes: readonly { readonly name: string; readonly columns: readonly number[] }[];
}

/** Whether the table's key is the column that stands in for a PRIMARY KEY that was not given. */
export function hasGeneratedKey(table: TableDef): boolean {
  const [index] = table.primaryKey;
  const column = index === undefined ? undefined : table.columns[index];
  return column?.name === generatedKeyName && column.autoIncrement === true;
}

/** MySQL's name of it. */
export const generatedKeyName = 'my_row_id';

export interface ViewDef {
  readonly kind: 'view';
  readonly database: string;
  readonly name: string;
  /** The SELECT as the printer prints it, every name qualified by its database. */
  readonly text: string;
  readonly columns: readonly { readonly name: string; readonly type: SqlType; readonly nullable: boolean }[];
  readonly createdUs: bigint;
  /** collation_connection when it was made, which its literals have; left out for the default. */
  readonly collation?: string;
  /** `user@host`. */
  readonly definer: string;
  /** UPDATE takes it. Left out also by the views of older stores. */
  readonly updatable?: boolean;
  /** Whose privileges its tables are read with; left out for the definer's. */
  readonly security?: 'invoker';
}

export interface ServerDef {
  readonly name: string;
  /** The FOREIGN DATA WRAPPER: `mysql`, `file`. */
  readonly wrapper: string;
  /** Option names in upper case. Secrets (PASSWORD) are here and are shown nowhere. */
  readonly options: Readonly<Record<string, string>>;
}

export type ExternalSource =
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'query'; readonly query: string }
  | {
      readonly kind: 'location';
      readonly location: string;
      readonly format: 'parquet' | 'csv' | 'json' | 'delta';
    };

export interface ExternalTableDef {
  readonly kind: 'external';
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly server: string;
  readonly source: ExternalSource;
  readonly columns: readonly ColumnDef[];
  readonly comment: string;
  readonly createdUs: bigint;
}

export interface DatabaseDef {
  readonly name: string;
  readonly collation: string;
}

/** `'user'@'host'`: what names an account or a role. */
export interface AccountName {
  readonly user: string;
  /** `%`, an address, a netmask or a pattern; see src/catalog/host-pattern.ts. */
  readonly host: string;
}

/** Privileges by the level that they were granted at. GRANT OPTION is one of them. */
export interface Grants {
  readonly global: readonly Privilege[];
  /** `database` may be a pattern with `%` and `_`, as in MySQL. */
  readonly databases: readonly { readonly database: string; readonly privileges: readonly Privilege[] }[];
  /** By name: a grant stays when the table goes, and holds for the next of that name, as in MySQL. */
  readonly relations: readonly {
    readonly database: string;
    readonly name: string;
    readonly privileges: readonly Privilege[];
    readonly columns: readonly { readonly column: string; readonly privileges: readonly Privilege[] }[];
  }[];
  readonly servers: readonly { readonly server: string; readonly privileges: readonly Privilege[] }[];
}

/** What a connection must have besides the password. */
export type LoginRequirement =
  | { readonly kind: 'none' | 'ssl' | 'x509' }
  /** A certificate of our CA; names in OpenSSL's form `/C=SE/CN=client`, null for any. */
  | { readonly kind: 'certificate'; readonly subject: string | null; readonly issuer: string | null };

/** An account, or a role: a locked account without a password whose privileges others take on. */
export interface AccountDef extends AccountName {
  /** SHA1(SHA1(password)) in hex; empty for no password. */
  readonly nativeHash: string;
  /** SHA256(SHA256(password)) in hex; empty for no password. */
  readonly sha2Hash: string;
  readonly locked: boolean;
  /** Made by CREATE ROLE. */
  readonly isRole: boolean;
  readonly requirement: LoginRequirement;
  /** Wrong passwords in a row that lock the account for `lockDays` days; 0 for no such lock. */
  readonly failedLoginAttempts: number;
  readonly lockDays: number | 'unbounded';
  /** Counts what forgets the wrong passwords so far: ACCOUNT UNLOCK and a change of the two above. */
  readonly lockEpoch?: number;
  /** Milliseconds UTC; absent in records of before it was kept, which count from 1970. */
  readonly passwordSetMs?: number;
  /** Days that a password holds; the default is that it never expires. */
  readonly passwordDays?: number | 'default' | 'never';
  /** PASSWORD EXPIRE: it has to be changed. */
  readonly passwordExpired?: boolean;
  readonly grants: Grants;
  readonly roles: readonly (AccountName & { readonly admin: boolean })[];
  /** The roles that are active from the login on. */
  readonly defaultRoles: 'all' | readonly AccountName[];
}

export type RelationDef = TableDef | ViewDef | ExternalTableDef;

/** One change of the catalog; a DDL statement is a list of them, committed as one version. */
export type CatalogChange =
  | { readonly kind: 'putDatabase'; readonly database: DatabaseDef }
  | { readonly kind: 'dropDatabase'; readonly name: string }
  | { readonly kind: 'putRelation'; readonly relation: RelationDef }
  | { readonly kind: 'dropRelation'; readonly database: string; readonly name: string }
  | { readonly kind: 'putServer'; readonly server: ServerDef }
  | { readonly kind: 'dropServer'; readonly name: string }
  /** Without grants: from a store of before there were any, when every account could do everything. */
  | {
      readonly kind: 'putAccount';
      readonly account: AccountDef | Pick<AccountDef, 'user' | 'host' | 'nativeHash' | 'sha2Hash'>;
    }
  | { readonly kind: 'dropAccount'; readonly user: string; readonly host: string };
