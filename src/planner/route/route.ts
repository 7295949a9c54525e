/** Which tier answers a query, and why. */
import type { BoundExpr, BoundFrom, BoundQuery, BoundSelect } from '../bound.ts';
import { canEvaluate } from '../evaluator/compile.ts';
import { withoutSessionCalls } from '../evaluator/waiting.ts';
import { forEachExpr, queryOf, walk } from '../expr-tools.ts';
import type { ConstantPlan, QueryPlan, ScanPlan } from '../plan.ts';
import { type Attempt, formReason, planPoint } from './point.ts';
import { planRange } from './range.ts';

function leavesOf(from: BoundFrom, found: BoundFrom[]): void {
  switch (from.kind) {
    case 'join':
    case 'asofJoin':
      leavesOf(from.left, found);
      leavesOf(from.right, found);
      return;
    case 'derived':
      leavesOfQuery(from.query, found);
      return;
    default:
      found.push(from);
  }
}

function leavesOfQuery(query: BoundQuery, found: BoundFrom[]): void {
  const { body } = query;
  if (body.kind === 'setOperation') {
    leavesOfQuery(body.left, found);
    leavesOfQuery(body.right, found);
  }
  if (body.kind === 'select' && body.from !== null) leavesOf(body.from, found);
  for (const cte of query.ctes) leavesOfQuery(cte.query, found);
  const visit = (expr: BoundExpr): void =>
    walk(expr, (each) => {
      const inner = queryOf(each);
      if (inner !== undefined) leavesOfQuery(inner, found);
    });
  forEachExpr(query, visit);
}

/** Every relation that a query reads, at any depth. */
export function relationsRead(query: BoundQuery): readonly BoundFrom[] {
  const found: BoundFrom[] = [];
  leavesOfQuery(query, found);
  return [...new Set(found)];
}

function planConstant(query: BoundQuery, select: BoundSelect): Attempt<ConstantPlan> {
  const form = formReason(query, select);
  if (form !== undefined) return { reason: form };
  const withSession = [select.where, ...select.items].map((expr) =>
    expr === null ? null : withoutSessionCalls(expr),
  );
  for (const expr of [...withSession, query.limit, query.offset]) {
    // Each is evaluated once, so that a function may give another value at every call.
    const possible = expr === null || canEvaluate(expr);
    if (possible !== true) return { reason: `${possible} is not evaluated without DuckDB` };
  }
  return {
    plan: {
      route: 'constant',
      reason: 'no table is read',
      query,
      filter: select.where,
      items: select.items,
      columns: query.columns,
      limit: query.limit,
      offset: query.offset,
    },
  };
}

function scan(query: BoundQuery, reason: string): ScanPlan {
  const relations = relationsRead(query).filter(({ kind }) => kind !== 'cte');
  const isMetadata = relations.length > 0 && relations.every(({ kind }) => kind === 'metadata');
  return isMetadata
    ? { route: 'metadata', reason: 'only metadata tables are read', query, columns: query.columns }
    : { route: 'scan', reason, query, columns: query.columns };
}

/** The route of a rewritten query. */
export function routeQuery(query: BoundQuery): QueryPlan {
  const { body } = query;
  if (body.kind === 'setOperation') return scan(query, `scan: ${body.operator.toUpperCase()}`);
  if (body.kind === 'values') return scan(query, 'scan: VALUES');
  if (body.from === null) {
    const constant = planConstant(query, body);
    return 'plan' in constant ? constant.plan : scan(query, `scan: ${constant.reason}`);
  }
  const point = planPoint(query, body);
  if ('plan' in point) return point.plan;
  const range = planRange(query, body);
  if ('plan' in range) return range.plan;
  return scan(query, `scan: ${point.reason}`);
}
