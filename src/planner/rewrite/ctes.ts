/** A CTE that is named once and is not recursive is a derived table at that place. */
import type { BoundCte, BoundFrom, BoundQuery } from '../bound.ts';
import { forEachExpr, queryOf, walk } from '../expr-tools.ts';
import { rewriteQueries } from '../map-query.ts';

function countFrom(from: BoundFrom, counts: Map<number, number>): void {
  switch (from.kind) {
    case 'cte':
      counts.set(from.cte, (counts.get(from.cte) ?? 0) + 1);
      return;
    case 'derived':
      countQuery(from.query, counts);
      return;
    case 'join':
    case 'asofJoin':
      countFrom(from.left, counts);
      countFrom(from.right, counts);
      return;
    default:
      return;
  }
}

function countBody(query: BoundQuery, counts: Map<number, number>): void {
  const { body } = query;
  if (body.kind === 'setOperation') {
    countBody(body.left, counts);
    countBody(body.right, counts);
  }
  for (const cte of query.ctes) countBody(cte.query, counts);
  if (body.kind === 'select' && body.from !== null) countFrom(body.from, counts);
}

/** Counts the places that name each CTE, in FROM and in queries inside expressions. */
function countQuery(query: BoundQuery, counts: Map<number, number>): void {
  countBody(query, counts);
  const own: BoundQuery[] = [];
  forEachExprOutsideFrom(query, own);
  for (const inner of own) countQuery(inner, counts);
}

function forEachExprOutsideFrom(query: BoundQuery, found: BoundQuery[]): void {
  forEachExpr(withoutDerived(query), (expr) =>
    walk(expr, (each) => {
      const inner = queryOf(each);
      if (inner !== undefined) found.push(inner);
    }),
  );
}

/** The query without its derived tables, whose expressions countFrom visits. */
function withoutDerived(query: BoundQuery): BoundQuery {
  const strip = (from: BoundFrom): BoundFrom => {
    switch (from.kind) {
      case 'derived':
        return { kind: 'cte', relation: from.relation, cte: -1, columns: [] };
      case 'join':
      case 'asofJoin':
        return { ...from, left: strip(from.left), right: strip(from.right) };
      default:
        return from;
    }
  };
  const { body } = query;
  if (body.kind !== 'select' || body.from === null) return query;
  return { ...query, body: { ...body, from: strip(body.from) } };
}

function inlineFrom(from: BoundFrom, ctes: ReadonlyMap<number, BoundCte>): BoundFrom {
  switch (from.kind) {
    case 'cte': {
      const cte = ctes.get(from.cte);
      return cte === undefined
        ? from
        : { kind: 'derived', relation: from.relation, query: cte.query, lateral: false };
    }
    case 'join':
    case 'asofJoin':
      return { ...from, left: inlineFrom(from.left, ctes), right: inlineFrom(from.right, ctes) };
    default:
      return from;
  }
}

export function inlineCtes(query: BoundQuery): BoundQuery {
  const counts = new Map<number, number>();
  countQuery(query, counts);
  const single = new Map<number, BoundCte>();
  const collect = (inner: BoundQuery): BoundQuery => {
    for (const cte of inner.ctes)
      if (!cte.recursive && (counts.get(cte.id) ?? 0) <= 1) single.set(cte.id, cte);
    return inner;
  };
  rewriteQueries(query, collect);
  if (single.size === 0) return query;
  // Innermost first, and once more for CTEs that name CTEs.
  let result = query;
  for (let round = 0; round <= single.size; round++) {
    let changed = false;
    result = rewriteQueries(result, (inner) => {
      const { body } = inner;
      const ctes = inner.ctes.filter((cte) => !single.has(cte.id));
      if (ctes.length < inner.ctes.length) changed = true;
      if (body.kind !== 'select' || body.from === null) return { ...inner, ctes };
      const from = inlineFrom(body.from, single);
      if (JSON.stringify(shapeOf(from)) !== JSON.stringify(shapeOf(body.from))) changed = true;
      return { ...inner, ctes, body: { ...body, from } };
    });
    if (!changed) break;
  }
  return result;
}

/** The kinds of a FROM tree, to see whether anything was put in place. */
function shapeOf(from: BoundFrom): unknown {
  return from.kind === 'join' || from.kind === 'asofJoin'
    ? [shapeOf(from.left), shapeOf(from.right)]
    : from.kind;
}
