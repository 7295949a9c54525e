import type { BoundExpr, BoundFrom, BoundQuery } from '../planner/bound.ts';
import { forEachExpr, queryOf, walk } from '../planner/expr-tools.ts';

/** The relations that the executor has to provide: everything in FROM that is not made of other relations. */
export type Leaf = Extract<BoundFrom, { kind: 'table' | 'changes' | 'external' | 'metadata' }>;

function leavesOfFrom(from: BoundFrom, found: Leaf[]): void {
  switch (from.kind) {
    case 'table':
    case 'changes':
    case 'external':
    case 'metadata':
      found.push(from);
      return;
    case 'join':
    case 'asofJoin':
      leavesOfFrom(from.left, found);
      leavesOfFrom(from.right, found);
      return;
    case 'derived':
    case 'jsonTable':
    case 'cte':
      // A derived table's query is entered with the queries.
      return;
  }
}

function directQueries(query: BoundQuery): BoundQuery[] {
  const queries = query.ctes.map((cte) => cte.query);
  const { body } = query;
  if (body.kind === 'setOperation') queries.push(body.left, body.right);
  const derived = (from: BoundFrom): void => {
    if (from.kind === 'derived') queries.push(from.query);
    if (from.kind === 'join' || from.kind === 'asofJoin') {
      derived(from.left);
      derived(from.right);
    }
  };
  if (body.kind === 'select' && body.from !== null) derived(body.from);
  return queries;
}

/** Every leaf of a query: in CTEs, derived tables, set operations and the queries inside expressions. */
export function leavesOf(query: BoundQuery): Leaf[] {
  const found = new Map<number, Leaf>();
  const seen = new Set<BoundQuery>();
  const enter = (each: BoundQuery): void => {
    if (seen.has(each)) return;
    seen.add(each);
    if (each.body.kind === 'select' && each.body.from !== null) {
      const leaves: Leaf[] = [];
      leavesOfFrom(each.body.from, leaves);
      for (const leaf of leaves) found.set(leaf.relation, leaf);
    }
    for (const inner of directQueries(each)) enter(inner);
    forEachExpr(each, (expr) => {
      walk(expr, (node: BoundExpr) => {
        const inner = queryOf(node);
        if (inner !== undefined) enter(inner);
      });
    });
  };
  enter(query);
  return [...found.values()];
}
