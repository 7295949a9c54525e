/** Which columns of each table the statement reads, and how many rows of an external table suffice. */
import type { BoundExpr, BoundFrom, BoundQuery, RelationId } from '../bound.ts';
import { conjunctsOf, forEachExpr, queryOf, walk } from '../expr-tools.ts';
import { rewriteQueries } from '../map-query.ts';

type Used = Map<RelationId, Set<number>>;

function collect(query: BoundQuery, used: Used): void {
  forEachExpr(query, (expr) => {
    walk(expr, (each) => {
      if (each.kind === 'column') {
        const columns = used.get(each.relation) ?? new Set();
        columns.add(each.column);
        used.set(each.relation, columns);
      }
      const inner = queryOf(each);
      if (inner !== undefined) collect(inner, used);
    });
  });
}

function setColumns(from: BoundFrom, used: Used): BoundFrom {
  switch (from.kind) {
    case 'table':
    case 'changes':
    case 'external':
      return { ...from, columnsUsed: [...(used.get(from.relation) ?? [])].sort((a, b) => a - b) };
    case 'join':
    case 'asofJoin':
      return { ...from, left: setColumns(from.left, used), right: setColumns(from.right, used) };
    default:
      return from;
  }
}

/** Fills `columnsUsed` of every relation, in ascending order (`_row_version` is -1). */
export function computeColumnsUsed(query: BoundQuery): BoundQuery {
  const used: Used = new Map();
  collect(query, used);
  return rewriteQueries(query, (inner) => {
    const { body } = inner;
    if (body.kind !== 'select' || body.from === null) return inner;
    return { ...inner, body: { ...body, from: setColumns(body.from, used) } };
  });
}

/**
 * LIMIT of a query that reads one external table and drops none of its rows but by filters that the table's
 * connector is told; the connector uses it only when it applies all of them exactly.
 */
export function pushLimit(query: BoundQuery): BoundQuery {
  return rewriteQueries(query, (inner) => {
    const { body } = inner;
    if (body.kind !== 'select' || body.from?.kind !== 'external' || inner.limit === null) return inner;
    const keepsRows =
      conjunctsOf(body.where).length === body.from.filters.length &&
      !body.distinct &&
      body.groupBy.length === 0 &&
      body.having === null &&
      inner.orderBy.length === 0 &&
      inner.offset === null;
    const computes = body.items.some((item) => hasGroupOrWindow(item));
    if (!keepsRows || computes) return inner;
    return { ...inner, body: { ...body, from: { ...body.from, limit: inner.limit } } };
  });
}

function hasGroupOrWindow(expr: BoundExpr): boolean {
  let found = false;
  walk(expr, (each) => {
    if (each.kind === 'aggregate' || each.kind === 'window') found = true;
  });
  return found;
}
