/** The parts of CREATE and ALTER: columns, constraints, options. */
import type { DataType, Expr, OrderItem, Query, Span, TableName } from './ast.ts';

export interface CreateTable extends Span {
  readonly kind: 'createTable';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: TableName;
  readonly columns: readonly ColumnNode[];
  /** Those of the columns' own attributes (PRIMARY KEY, UNIQUE, CHECK, REFERENCES) included, in text order. */
  readonly constraints: readonly ConstraintNode[];
  readonly options: TableOptions;
  readonly like: TableName | null;
  /** AS SELECT. */
  readonly query: Query | null;
  readonly onDuplicate: 'ignore' | 'replace' | null;
}

export interface ColumnNode extends Span {
  readonly kind: 'columnDefinition';
  readonly name: string;
  readonly type: DataType;
  /** Null when not said. */
  readonly nullable: boolean | null;
  /** A literal, NULL, CURRENT_TIMESTAMP or an expression in parentheses; null when there is none. */
  readonly default: Expr | null;
  /** ON UPDATE CURRENT_TIMESTAMP[(fsp)]. */
  readonly onUpdate: Expr | null;
  readonly autoIncrement: boolean;
  readonly generated: { readonly expr: Expr; readonly stored: boolean } | null;
  readonly comment: string | null;
  readonly invisible: boolean;
}

/** A column, a prefix of it, or an expression. */
export interface IndexColumn extends Span {
  readonly column: string | null;
  readonly expr: Expr | null;
  readonly length: number | null;
  readonly descending: boolean;
}

export type ReferenceAction = 'restrict' | 'cascade' | 'set null' | 'no action' | 'set default';

export type ConstraintNode =
  | (Span & { readonly kind: 'primaryKey'; readonly columns: readonly IndexColumn[] })
  | (Span & {
      readonly kind: 'unique' | 'index' | 'fulltext' | 'spatial';
      readonly name: string | null;
      readonly columns: readonly IndexColumn[];
    })
  | (Span & {
      readonly kind: 'foreignKey';
      readonly name: string | null;
      readonly columns: readonly string[];
      readonly references: TableName;
      readonly referenced: readonly string[];
      readonly onDelete: ReferenceAction | null;
      readonly onUpdate: ReferenceAction | null;
    })
  | (Span & {
      readonly kind: 'check';
      readonly name: string | null;
      readonly expr: Expr;
      readonly enforced: boolean;
    });

export interface TableOptions {
  /** ONLINE = ON|OFF; null when not said. */
  readonly online: boolean | null;
  /** EVENT_TIME = column. */
  readonly eventTime: string | null;
  readonly comment: string | null;
  readonly engine: string | null;
  readonly charset: string | null;
  readonly collation: string | null;
  /** Decimal digits. */
  readonly autoIncrement: string | null;
  /** The options that change nothing here (ROW_FORMAT, STATS_PERSISTENT …): name in upper case, value as typed. */
  readonly others: readonly { readonly name: string; readonly value: string }[];
}

export interface DatabaseOptions {
  readonly charset: string | null;
  readonly collation: string | null;
}

/** Name in upper case; numbers as their text. */
export interface ServerOption {
  readonly name: string;
  readonly value: string;
}

export type ColumnPosition = { readonly kind: 'first' } | { readonly kind: 'after'; readonly column: string };

export type AlterAction =
  | (Span & {
      readonly kind: 'addColumn';
      readonly column: ColumnNode;
      /** The column's own PRIMARY KEY, UNIQUE, CHECK and REFERENCES. */
      readonly constraints: readonly ConstraintNode[];
      readonly position: ColumnPosition | null;
    })
  | (Span & { readonly kind: 'dropColumn'; readonly name: string })
  /** MODIFY is CHANGE with the same name. */
  | (Span & {
      readonly kind: 'changeColumn';
      readonly name: string;
      readonly column: ColumnNode;
      readonly constraints: readonly ConstraintNode[];
      readonly position: ColumnPosition | null;
    })
  | (Span & { readonly kind: 'renameColumn'; readonly from: string; readonly to: string })
  | (Span & { readonly kind: 'setDefault'; readonly column: string; readonly value: Expr })
  | (Span & { readonly kind: 'dropDefault'; readonly column: string })
  | (Span & { readonly kind: 'setColumnVisible'; readonly column: string; readonly visible: boolean })
  | (Span & { readonly kind: 'addConstraint'; readonly constraint: ConstraintNode })
  | (Span & { readonly kind: 'dropPrimaryKey' })
  | (Span & { readonly kind: 'dropIndex' | 'dropForeignKey' | 'dropConstraint'; readonly name: string })
  | (Span & { readonly kind: 'renameIndex'; readonly from: string; readonly to: string })
  | (Span & { readonly kind: 'setIndexVisible'; readonly name: string; readonly visible: boolean })
  | (Span & { readonly kind: 'renameTable'; readonly to: TableName })
  | (Span & { readonly kind: 'options'; readonly options: TableOptions })
  | (Span & {
      readonly kind: 'convertCharset';
      readonly charset: string | null;
      readonly collation: string | null;
    })
  | (Span & { readonly kind: 'orderBy'; readonly items: readonly OrderItem[] })
  /** ALGORITHM = name, LOCK = name, in upper case. */
  | (Span & { readonly kind: 'algorithm' | 'lock'; readonly name: string })
  /** DISABLE KEYS, ENABLE KEYS, FORCE, WITH VALIDATION: they change no table here. */
  | (Span & { readonly kind: 'noEffect'; readonly text: string });
