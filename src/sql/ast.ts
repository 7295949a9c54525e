/**
 * Expressions and queries as the parser reads them. Immutable; every node carries the half-open span
 * [start, end) of its source text in UTF-16 code units. Names are as typed without their quotes,
 * function names and operators in upper case, nothing is resolved. Statements stand in statement.ts.
 */

export interface Span {
  readonly start: number;
  readonly end: number;
}

// ---- literals and parameters ----------------------------------------------------------------------

/**
 * What a literal is, as far as the plan cache is concerned: its type is part of the shape, its value is not.
 * - integer: fits a signed BIGINT (the sign is an operator); value bigint
 * - unsigned: above that, fits BIGINT UNSIGNED; value bigint
 * - decimal: value is canonical text with exactly `scale` digits after the point
 * - double: value number
 * - string: value string; `charset` is the introducer's (`N'…'` is utf8mb3), null without one
 * - hex, bit: `x'4D'`, `0x4D`, `b'1'`; a binary string, a number in a numeric context; value Uint8Array
 * - binary: a string or hex literal introduced by `_binary`; value Uint8Array
 */
export type LiteralValue =
  | { readonly type: 'integer' | 'unsigned'; readonly value: bigint }
  | { readonly type: 'decimal'; readonly value: string; readonly precision: number; readonly scale: number }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'string'; readonly value: string; readonly charset: string | null }
  | { readonly type: 'hex' | 'bit' | 'binary'; readonly value: Uint8Array };

export interface LiteralExpr extends Span {
  readonly kind: 'literal';
  readonly literal: LiteralValue;
  /**
   * Its number among the literals and `?` of the statement, in text order, from 0: index into
   * `ParsedStatement.parameters`. Null for a constant that the text spells without a literal (a bare word
   * on the right side of SET).
   */
  readonly parameter: number | null;
}

/** `?`. Shares its numbering with the literals. */
export interface PlaceholderExpr extends Span {
  readonly kind: 'placeholder';
  readonly parameter: number;
}

/** `DATE '…'`, `TIME '…'`, `TIMESTAMP '…'` and the ODBC forms `{d '…'}`, `{t '…'}`, `{ts '…'}`. */
export interface TemporalLiteralExpr extends Span {
  readonly kind: 'temporalLiteral';
  readonly type: 'date' | 'time' | 'timestamp';
  readonly text: LiteralExpr;
}

// ---- expressions ----------------------------------------------------------------------------------

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | 'DIV'
  | '%'
  | '^'
  | '|'
  | '&'
  | '<<'
  | '>>'
  | '='
  | '<=>'
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'XOR'
  | '->'
  | '->>';

export type ComparisonOperator = '=' | '<=>' | '<>' | '<' | '<=' | '>' | '>=';

/** `NOT x` and `!x` are both `NOT`; they differ in precedence only. */
export type UnaryOperator = '-' | '+' | '~' | 'NOT' | 'BINARY';

export type IntervalUnit =
  | 'MICROSECOND'
  | 'SECOND'
  | 'MINUTE'
  | 'HOUR'
  | 'DAY'
  | 'WEEK'
  | 'MONTH'
  | 'QUARTER'
  | 'YEAR'
  | 'SECOND_MICROSECOND'
  | 'MINUTE_MICROSECOND'
  | 'MINUTE_SECOND'
  | 'HOUR_MICROSECOND'
  | 'HOUR_SECOND'
  | 'HOUR_MINUTE'
  | 'DAY_MICROSECOND'
  | 'DAY_SECOND'
  | 'DAY_MINUTE'
  | 'DAY_HOUR'
  | 'YEAR_MONTH';

export interface ColumnExpr extends Span {
  readonly kind: 'column';
  readonly database: string | null;
  readonly table: string | null;
  readonly name: string;
}

export type VariableScope = 'global' | 'session' | 'persist' | 'persist_only';

export interface FrameBoundNode extends Span {
  readonly kind: 'unboundedPreceding' | 'unboundedFollowing' | 'currentRow' | 'preceding' | 'following';
  /** With preceding and following: an expression, or INTERVAL amount unit. */
  readonly offset: Expr | null;
  readonly unit: IntervalUnit | null;
}

export interface FrameNode extends Span {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly from: FrameBoundNode;
  /** CURRENT ROW when the text names only a start. */
  readonly to: FrameBoundNode;
}

/** `OVER name`, `OVER (name PARTITION BY …)`, and the definitions of a WINDOW clause. */
export interface WindowSpec extends Span {
  /** The named window that this one is or extends. */
  readonly base: string | null;
  /** `OVER name` without parentheses. */
  readonly bare: boolean;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderItem[];
  readonly frame: FrameNode | null;
}

/** A type as CAST, column definitions and JSON_TABLE write it; `name` is canonical and in lower case. */
export interface DataType extends Span {
  readonly kind: 'dataType';
  readonly name:
    | 'tinyint'
    | 'smallint'
    | 'mediumint'
    | 'int'
    | 'bigint'
    | 'float'
    | 'double'
    | 'decimal'
    | 'char'
    | 'varchar'
    | 'tinytext'
    | 'text'
    | 'mediumtext'
    | 'longtext'
    | 'binary'
    | 'varbinary'
    | 'tinyblob'
    | 'blob'
    | 'mediumblob'
    | 'longblob'
    | 'date'
    | 'year'
    | 'datetime'
    | 'timestamp'
    | 'time'
    | 'json'
    | 'enum'
    | 'set'
    | 'bit'
    /** CAST's SIGNED and UNSIGNED. */
    | 'signed'
    | 'unsigned'
    /** GEOMETRY and its kin, which are parsed so that they can be refused by name. */
    | 'geometry';
  /** Length of strings and bits, precision of decimals and floats, display width of integers, `fsp` of times. */
  readonly length: number | null;
  readonly scale: number | null;
  readonly unsigned: boolean;
  readonly zerofill: boolean;
  /** BOOL and BOOLEAN: tinyint(1). */
  readonly boolean: boolean;
  readonly members: readonly string[] | null;
  readonly charset: string | null;
  readonly collation: string | null;
  /** The BINARY attribute of a character type: its character set's `_bin` collation. */
  readonly binary: boolean;
}

export type JsonOnBehaviour =
  | { readonly kind: 'error' | 'null' }
  | { readonly kind: 'default'; readonly value: Expr };

export type Expr =
  | LiteralExpr
  | PlaceholderExpr
  | TemporalLiteralExpr
  | ColumnExpr
  | (Span & { readonly kind: 'null' })
  | (Span & { readonly kind: 'boolean'; readonly value: boolean })
  /** DEFAULT as a value of INSERT, UPDATE or SET. */
  | (Span & { readonly kind: 'default' })
  | (Span & { readonly kind: 'defaultOf'; readonly column: ColumnExpr })
  /** `VALUES(c)` in ON DUPLICATE KEY UPDATE. */
  | (Span & { readonly kind: 'insertValue'; readonly column: ColumnExpr })
  /** `@name`; the name without quotes, compared without regard to case. */
  | (Span & { readonly kind: 'userVariable'; readonly name: string })
  | (Span & { readonly kind: 'systemVariable'; readonly scope: VariableScope | null; readonly name: string })
  /** `@a := expr` */
  | (Span & { readonly kind: 'assignVariable'; readonly name: string; readonly value: Expr })
  | (Span & { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expr })
  | (Span & {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expr;
      readonly right: Expr;
    })
  /** Two terms or more: a chain of equal connectives is one node, so that its length costs no depth. */
  | (Span & { readonly kind: 'and' | 'or'; readonly terms: readonly Expr[] })
  | (Span & {
      readonly kind: 'between';
      readonly negated: boolean;
      readonly operand: Expr;
      readonly low: Expr;
      readonly high: Expr;
    })
  | (Span & {
      readonly kind: 'in';
      readonly negated: boolean;
      readonly operand: Expr;
      readonly list: readonly Expr[];
    })
  | (Span & {
      readonly kind: 'inQuery';
      readonly negated: boolean;
      readonly operand: Expr;
      readonly query: Query;
    })
  | (Span & {
      readonly kind: 'like';
      readonly negated: boolean;
      readonly operand: Expr;
      readonly pattern: Expr;
      readonly escape: Expr | null;
    })
  | (Span & {
      readonly kind: 'regexp';
      readonly negated: boolean;
      readonly operand: Expr;
      readonly pattern: Expr;
    })
  | (Span & { readonly kind: 'soundsLike'; readonly left: Expr; readonly right: Expr })
  | (Span & { readonly kind: 'memberOf'; readonly operand: Expr; readonly array: Expr })
  | (Span & {
      readonly kind: 'is';
      readonly negated: boolean;
      readonly operand: Expr;
      readonly test: 'null' | 'true' | 'false' | 'unknown';
    })
  | (Span & {
      readonly kind: 'case';
      /** CASE operand WHEN …; null for the searched form. */
      readonly operand: Expr | null;
      readonly whens: readonly { readonly when: Expr; readonly then: Expr }[];
      readonly else: Expr | null;
    })
  /** `(a, b)` and `ROW(a, b)`. */
  | (Span & { readonly kind: 'row'; readonly items: readonly Expr[] })
  | (Span & { readonly kind: 'subquery'; readonly query: Query })
  | (Span & { readonly kind: 'exists'; readonly query: Query })
  /** `left op ANY|ALL (query)`; SOME is ANY. */
  | (Span & {
      readonly kind: 'quantified';
      readonly operator: ComparisonOperator;
      readonly quantifier: 'any' | 'all';
      readonly left: Expr;
      readonly query: Query;
    })
  /**
   * A function without syntax of its own, and those whose special form is only spelling: SUBSTRING(x FROM a
   * FOR b) has three arguments, POSITION(a IN b) is LOCATE(a, b), CURRENT_DATE without parentheses has none,
   * `a || b` under PIPES_AS_CONCAT is CONCAT.
   */
  | (Span & {
      readonly kind: 'call';
      /** `db.f(…)`: a stored function; null otherwise. */
      readonly database: string | null;
      readonly name: string;
      readonly args: readonly Expr[];
    })
  | (Span & {
      readonly kind: 'aggregate';
      readonly name: string;
      /** COUNT(*): no arguments. */
      readonly star: boolean;
      readonly distinct: boolean;
      readonly args: readonly Expr[];
      /** GROUP_CONCAT only, as is the separator (null: a comma). */
      readonly orderBy: readonly OrderItem[];
      readonly separator: string | null;
      readonly over: WindowSpec | null;
    })
  /** ROW_NUMBER, RANK, LAG … : never without OVER. */
  | (Span & {
      readonly kind: 'windowFunction';
      readonly name: string;
      readonly args: readonly Expr[];
      readonly ignoreNulls: boolean;
      /** NTH_VALUE … FROM LAST. */
      readonly fromLast: boolean;
      readonly over: WindowSpec;
    })
  /** CAST(x AS type), CONVERT(x, type); `array` for CAST(… AS type ARRAY). */
  | (Span & {
      readonly kind: 'cast';
      readonly operand: Expr;
      readonly type: DataType;
      readonly array: boolean;
    })
  /** CONVERT(x USING charset) */
  | (Span & { readonly kind: 'convertUsing'; readonly operand: Expr; readonly charset: string })
  /** CHAR(65, 66 USING utf8mb4); without USING it is a call. */
  | (Span & { readonly kind: 'charUsing'; readonly args: readonly Expr[]; readonly charset: string })
  | (Span & { readonly kind: 'collate'; readonly operand: Expr; readonly collation: string })
  /** `x + INTERVAL n unit`, `INTERVAL n unit + x`, DATE_ADD, DATE_SUB, ADDDATE and SUBDATE with INTERVAL. */
  | (Span & {
      readonly kind: 'dateArithmetic';
      readonly operator: '+' | '-';
      readonly operand: Expr;
      readonly amount: Expr;
      readonly unit: IntervalUnit;
    })
  | (Span & { readonly kind: 'extract'; readonly unit: IntervalUnit; readonly operand: Expr })
  | (Span & {
      readonly kind: 'timestampAdd';
      readonly unit: IntervalUnit;
      readonly amount: Expr;
      readonly operand: Expr;
    })
  | (Span & {
      readonly kind: 'timestampDiff';
      readonly unit: IntervalUnit;
      readonly from: Expr;
      readonly to: Expr;
    })
  | (Span & {
      readonly kind: 'trim';
      readonly side: 'both' | 'leading' | 'trailing';
      /** Null: spaces. */
      readonly remove: Expr | null;
      readonly operand: Expr;
    })
  | (Span & {
      readonly kind: 'getFormat';
      readonly type: 'date' | 'time' | 'datetime';
      readonly format: Expr;
    })
  | (Span & {
      readonly kind: 'match';
      readonly columns: readonly Expr[];
      readonly against: Expr;
      readonly mode: 'natural' | 'boolean' | 'expansion';
    })
  | (Span & {
      readonly kind: 'jsonValue';
      readonly document: Expr;
      readonly path: Expr;
      readonly returning: DataType | null;
      readonly onEmpty: JsonOnBehaviour | null;
      readonly onError: JsonOnBehaviour | null;
    });

export type ExprKind = Expr['kind'];

export interface OrderItem extends Span {
  readonly expr: Expr;
  readonly descending: boolean;
}

// ---- queries --------------------------------------------------------------------------------------

export interface TableName extends Span {
  readonly database: string | null;
  readonly name: string;
}

/** WITH, a body, ORDER BY, LIMIT. A parenthesised query without anything around it is the query itself. */
export interface Query extends Span {
  readonly kind: 'query';
  readonly with: WithClause | null;
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly limit: Limit | null;
  readonly locks: readonly LockingClause[];
  readonly into: IntoClause | null;
}

export interface WithClause extends Span {
  readonly recursive: boolean;
  readonly ctes: readonly CommonTable[];
}

export interface CommonTable extends Span {
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly query: Query;
}

export type QueryBody =
  | Select
  | (Span & {
      readonly kind: 'setOperation';
      readonly operator: 'union' | 'except' | 'intersect';
      readonly all: boolean;
      readonly left: QueryBody;
      readonly right: QueryBody;
    })
  /** VALUES ROW(…), ROW(…) */
  | (Span & { readonly kind: 'values'; readonly rows: readonly (readonly Expr[])[] })
  /** TABLE t */
  | (Span & { readonly kind: 'tableQuery'; readonly table: TableName })
  /** An operand of a set operation, or a body in parentheses, with its own WITH, ORDER BY or LIMIT. */
  | Query;

export interface Select extends Span {
  readonly kind: 'select';
  readonly distinct: boolean;
  /** SQL_CALC_FOUND_ROWS. The other options and all other hints change no result and are dropped. */
  readonly calcFoundRows: boolean;
  /** The hint MAX_EXECUTION_TIME. */
  readonly timeLimitMs: number | null;
  readonly items: readonly SelectItem[];
  /** Null without FROM and for FROM DUAL. */
  readonly from: FromItem | null;
  readonly where: Expr | null;
  readonly groupBy: GroupBy | null;
  readonly having: Expr | null;
  readonly windows: readonly NamedWindow[];
}

export type SelectItem =
  | (Span & { readonly kind: 'wildcard'; readonly database: string | null; readonly table: string | null })
  /** The label of an item without an alias is made by `columnLabel` (label.ts). */
  | (Span & { readonly kind: 'item'; readonly expr: Expr; readonly alias: string | null });

export interface GroupBy extends Span {
  readonly items: readonly Expr[];
  readonly rollup: boolean;
}

export interface NamedWindow extends Span {
  readonly name: string;
  readonly window: WindowSpec;
}

/** Row counts are integer literals, placeholders or (inside stored programs) names. */
export interface Limit extends Span {
  readonly count: Expr;
  readonly offset: Expr | null;
}

export interface LockingClause extends Span {
  readonly strength: 'update' | 'share';
  readonly of: readonly TableName[];
  readonly wait: 'wait' | 'nowait' | 'skipLocked';
}

export type IntoClause =
  | (Span & { readonly kind: 'variables'; readonly names: readonly string[] })
  | (Span & { readonly kind: 'outfile' | 'dumpfile'; readonly file: string });

// ---- FROM -----------------------------------------------------------------------------------------

export type FromItem = TableFrom | DerivedFrom | JsonTableFrom | JoinFrom;

export interface TableFrom extends Span {
  readonly kind: 'table';
  readonly name: TableName;
  readonly alias: string | null;
  readonly partitions: readonly string[] | null;
  readonly asOf: PointNode | null;
  readonly changes: ChangesNode | null;
  readonly eventTime: EventTimeNode | null;
}

/** A point in the history. */
export interface PointNode extends Span {
  /** What the text says; null for `AS OF x`: an integer is a version, anything else a time. */
  readonly unit: 'version' | 'timestamp' | null;
  readonly at: Expr;
}

export interface ChangesNode extends Span {
  readonly from: PointNode;
  /** True for SINCE, whose start is left out. */
  readonly fromExclusive: boolean;
  /** Null for SINCE without UNTIL: up to now. */
  readonly until: PointNode | null;
  readonly net: boolean;
}

export interface EventTimeNode extends Span {
  /** Null for LATEST. */
  readonly at: Expr | null;
}

export interface DerivedFrom extends Span {
  readonly kind: 'derived';
  readonly query: Query;
  readonly lateral: boolean;
  readonly alias: string | null;
  readonly columns: readonly string[] | null;
}

export interface JsonTableFrom extends Span {
  readonly kind: 'jsonTable';
  readonly document: Expr;
  readonly path: string;
  readonly columns: readonly JsonTableColumn[];
  readonly alias: string;
}

export type JsonTableColumn =
  | (Span & { readonly kind: 'ordinality'; readonly name: string })
  | (Span & {
      readonly kind: 'value' | 'exists';
      readonly name: string;
      readonly type: DataType;
      readonly path: string;
      readonly onEmpty: JsonOnBehaviour | null;
      readonly onError: JsonOnBehaviour | null;
    })
  | (Span & { readonly kind: 'nested'; readonly path: string; readonly columns: readonly JsonTableColumn[] });

/** A comma in FROM is a cross join of lower precedence. STRAIGHT_JOIN is an inner join. */
export interface JoinFrom extends Span {
  readonly kind: 'join';
  readonly join: 'inner' | 'left' | 'right' | 'cross';
  readonly natural: boolean;
  /** ASOF JOIN and ASOF LEFT JOIN. */
  readonly asof: boolean;
  readonly left: FromItem;
  readonly right: FromItem;
  readonly on: Expr | null;
  readonly using: readonly string[] | null;
}
