import type { SqlType } from '../types/sql-type.ts';
import type { SqlValue } from '../types/value.ts';

/** A column's default: a constant, or the current time. */
export type ColumnDefault =
  | { readonly kind: 'constant'; readonly value: SqlValue }
  | { readonly kind: 'now'; readonly fsp: number };

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
  readonly comment: string;
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
  /** The version whose commit made this schema version. */
  readonly sinceVersion: number;
  /** The version whose commit created the table. */
  readonly createdVersion: number;
  readonly createdUs: bigint;
  readonly nextColumnId: number;
  /** Secondary indexes are accepted for the tools that declare them; no route uses them. */
  readonly indexes: readonly { readonly name: string; readonly columns: readonly number[] }[];
}

export interface ViewDef {
  readonly kind: 'view';
  readonly database: string;
  readonly name: string;
  /** The SELECT as the printer prints it, every name qualified by its database. */
  readonly text: string;
  readonly columns: readonly { readonly name: string; readonly type: SqlType; readonly nullable: boolean }[];
  readonly createdUs: bigint;
  /** `user@host`. */
  readonly definer: string;
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
  | { readonly kind: 'location'; readonly location: string; readonly format: 'parquet' | 'csv' | 'json' | 'delta' };

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

export interface AccountDef {
  readonly user: string;
  /** `%` or an address. */
  readonly host: string;
  /** SHA1(SHA1(password)) in hex; empty for no password. */
  readonly nativeHash: string;
  /** SHA256(SHA256(password)) in hex; empty for no password. */
  readonly sha2Hash: string;
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
  | { readonly kind: 'putAccount'; readonly account: AccountDef }
  | { readonly kind: 'dropAccount'; readonly user: string; readonly host: string };
