/** The planner's entry: a parsed statement and what the session knows → a plan. Pure. */
import { notSupported } from '../base/errors.ts';
import type { Access } from '../catalog/access.ts';
import type { StatementNeed } from '../catalog/need.ts';
import type { Expr, Query, QueryBody } from '../sql/ast.ts';
import type { Statement } from '../sql/statement.ts';
import type { SqlType } from '../types/sql-type.ts';
import { bindDelete, bindUpdate } from './bind/change.ts';
import { BindContext, type Surroundings } from './bind/context.ts';
import { bindInsert } from './bind/insert.ts';
import { pointLiteral } from './bind/point.ts';
import { bindQuery } from './bind/query.ts';
import { type BlockEnv, blockEnv } from './bind/select.ts';
import { bindTop, type TopClauses } from './bind/top.ts';
import { openView } from './bind/write-from.ts';
import type { BoundColumn, BoundExpr, BoundQuery } from './bound.ts';
import { isNullable } from './expr-tools.ts';
import type { PlanFacts } from './facts.ts';
import type { QueryPlan, WritePlan } from './plan.ts';
import { rewrite } from './rewrite/rewrite.ts';
import { routeQuery } from './route/route.ts';
import { emptyFrom } from './scope.ts';

export interface Planned<P extends QueryPlan | WritePlan = QueryPlan | WritePlan> {
  readonly plan: P;
  /** What the session does with the rows of a statement's query. */
  readonly top?: TopClauses;
  /** The hint MAX_EXECUTION_TIME of the statement's first SELECT. */
  readonly timeLimitMs: number | null;
  /** The type in which each literal or `?` must be handed to the plan, by its number. */
  readonly parameterTypes: ReadonlyMap<number, SqlType>;
  /**
   * Numbers of literals and `?` whose value shaped the plan, ascending: it holds only for statements of the
   * same shape, the same types of `?`, and the same values of these.
   */
  readonly lookedAt: readonly number[];
  /** False when the plan holds for this execution only (a point in time moved over a change of schema). */
  readonly cacheable: boolean;
  /** The privileges that it takes to run the statement. */
  readonly needs: readonly StatementNeed[];
  /** The accesses that were found to meet the needs. */
  readonly allowed: WeakSet<Access>;
  /** Tables and views that the statement names, those within views included. */
  readonly objects: readonly { readonly database: string; readonly name: string }[];
}

function surroundingsOf(facts: PlanFacts): Surroundings {
  return {
    ctes: [],
    database: facts.database,
    asOf: facts.asOf === null ? null : pointLiteral(facts.asOf),
    text: facts.text,
    collation: facts.connectionCollation,
    views: [],
  };
}

function finish<P extends QueryPlan | WritePlan>(plan: P, context: BindContext): Planned<P> {
  return {
    plan,
    timeLimitMs: null,
    parameterTypes: context.parameterTypes,
    lookedAt: [...context.lookedAt].sort((a, b) => a - b),
    cacheable: context.cacheable,
    objects: context.objects,
    needs: context.accesses.needs(),
    allowed: new WeakSet(),
  };
}

const planBound = (query: BoundQuery): QueryPlan => routeQuery(rewrite(query));

function timeLimitOf(body: QueryBody): number | null {
  if (body.kind === 'setOperation') return timeLimitOf(body.left);
  if (body.kind === 'query') return timeLimitOf(body.body);
  return body.kind === 'select' ? body.timeLimitMs : null;
}

/** A query's plan. */
export function planQuery(query: Query, facts: PlanFacts): Planned<QueryPlan> {
  const { query: bound, top, context } = bindTop(query, facts, surroundingsOf(facts), rewrite);
  const planned = { ...finish(routeQuery(bound), context), timeLimitMs: timeLimitOf(query.body) };
  return top === undefined ? planned : { ...planned, top };
}

/** The columns that a query gives, as CREATE VIEW and CREATE TABLE … SELECT store them, and what it needs. */
export function describeQuery(
  query: Query,
  facts: PlanFacts,
): {
  readonly columns: readonly BoundColumn[];
  /** Whether a view of it is one that UPDATE takes. */
  readonly updatable: boolean;
  readonly needs: readonly StatementNeed[];
  readonly objects: BindContext['objects'];
} {
  const context = new BindContext(facts);
  const bound = bindQuery(query, surroundingsOf(facts), null, context);
  const derived = { kind: 'derived', relation: -1, query: bound, lateral: false, view: '' } as const;
  return {
    columns: bound.columns,
    updatable: openView(derived) !== undefined,
    needs: context.accesses.needs(),
    objects: context.objects,
  };
}

/** Expressions without a FROM, as one row: the values of SET, DO, CALL, KILL. */
export function planExpressions(exprs: readonly Expr[], facts: PlanFacts): Planned<QueryPlan> {
  const context = new BindContext(facts);
  const block: BlockEnv = { context, surroundings: surroundingsOf(facts), outer: null, bindQuery };
  const env = blockEnv(block, emptyFrom, 'where clause');
  const items: BoundExpr[] = exprs.map((expr) => env.bind(expr, { ...env, clause: 'field list' }));
  const query: BoundQuery = {
    ctes: [],
    body: {
      kind: 'select',
      distinct: false,
      from: null,
      where: null,
      groupBy: [],
      rollup: false,
      having: null,
      items,
    },
    columns: items.map((item, index) => ({
      name: `value_${index}`,
      type: item.type,
      nullable: isNullable(item),
    })),
    orderBy: [],
    limit: null,
    offset: null,
  };
  return finish(planBound(query), context);
}

/** Whether planStatement plans a statement; the session runs the others itself. */
export function isPlanned(statement: Statement): boolean {
  return /^(select|insert|update|delete)$/.test(statement.kind);
}

/** SELECT, INSERT, REPLACE, UPDATE or DELETE. MySQL's errors for names, types and misuse; 1235 for what is not done. */
export function planStatement(statement: Statement, facts: PlanFacts): Planned {
  if (statement.kind === 'select') return planQuery(statement.query, facts);
  const context = new BindContext(facts);
  const block: BlockEnv = { context, surroundings: surroundingsOf(facts), outer: null, bindQuery };
  switch (statement.kind) {
    case 'insert':
      return finish(bindInsert(statement, block, planBound), context);
    case 'update':
      return finish(bindUpdate(statement, block, planBound), context);
    case 'delete':
      return finish(bindDelete(statement, block, planBound), context);
    default:
      throw notSupported(`a plan of ${statement.kind}`);
  }
}
