/** What surrounds an expression while it is bound. */
import type { Expr, Query, WindowSpec } from '../../sql/ast.ts';
import type { BoundExpr, BoundQuery } from '../bound.ts';
import type { Clause, ColumnName, Scope } from '../scope.ts';
import type { BindContext, Surroundings } from './context.ts';

/** The definitions of a WINDOW clause. */
export type NamedWindows = readonly { readonly name: string; readonly window: WindowSpec }[];

/** Where an expression stands and what it may hold there. */
export interface ExprEnv {
  readonly context: BindContext;
  readonly surroundings: Surroundings;
  readonly scope: Scope;
  readonly clause: Clause;
  /** Aggregates of this block: allowed, or the reason for error 1111. */
  readonly aggregates: boolean;
  readonly windows: NamedWindows | null;
  /** Names that stand for something else than a column of FROM: aliases in HAVING, ORDER BY, GROUP BY. */
  readonly alias: (name: ColumnName, env: ExprEnv) => BoundExpr | undefined;
  /** Whether aliases are asked before the columns of FROM. */
  readonly aliasFirst: boolean;
  /** Whether columns of FROM may be named outside of aggregates (not in HAVING). */
  readonly columns: boolean;
  /** `VALUES(c)` in ON DUPLICATE KEY UPDATE. */
  readonly insertValue: ((name: ColumnName) => BoundExpr) | null;
  /** bindExpr itself, handed down for the files that it calls. */
  readonly bind: (expr: Expr, env: ExprEnv) => BoundExpr;
  /** Binds a query inside an expression; handed down because queries hold expressions and the reverse. */
  readonly bindQuery: (
    query: Query,
    surroundings: Surroundings,
    outer: Scope | null,
    context: BindContext,
  ) => BoundQuery;
}

/** A query within an expression, with the block as its surroundings. */
export function bindInner(query: Query, env: ExprEnv): BoundQuery {
  const { context } = env;
  return context.subquery(() => env.bindQuery(query, env.surroundings, env.scope, context));
}
