/** A query with every expression in it mapped, inner queries included. */
import { assertNever } from '../base/assert.ts';
import type { BoundExpr, BoundFrom, BoundPoint, BoundQuery } from './bound.ts';
import { mapChildren, queryOf } from './expr-tools.ts';

type Map = (expr: BoundExpr) => BoundExpr | undefined;

/** Replaces from the outside in; where `map` gives an expression it stands. Queries inside are entered. */
export function mapExprDeep(expr: BoundExpr, map: Map): BoundExpr {
  const replaced = map(expr);
  if (replaced !== undefined) return replaced;
  const mapped = mapChildren(expr, (child) => mapExprDeep(child, map));
  const query = queryOf(mapped);
  return query === undefined ? mapped : withQuery(mapped, mapQuery(query, map));
}

/** The expression over another query. */
export function withQuery(expr: BoundExpr, query: BoundQuery): BoundExpr {
  switch (expr.kind) {
    case 'scalarSubquery':
    case 'exists':
    case 'inSubquery':
    case 'quantified':
      return { ...expr, query };
    default:
      return expr;
  }
}

const mapPoint = (point: BoundPoint, map: Map): BoundPoint => ({ ...point, at: mapExprDeep(point.at, map) });

export function mapFrom(from: BoundFrom, map: Map): BoundFrom {
  const all = (exprs: readonly BoundExpr[]): BoundExpr[] => exprs.map((expr) => mapExprDeep(expr, map));
  switch (from.kind) {
    case 'table':
      return {
        ...from,
        asOf: from.asOf === null ? null : mapPoint(from.asOf, map),
        eventTime:
          from.eventTime === null || from.eventTime.at === null
            ? from.eventTime
            : { at: mapExprDeep(from.eventTime.at, map) },
        filters: all(from.filters),
      };
    case 'changes':
      return {
        ...from,
        from: mapPoint(from.from, map),
        until: from.until === null ? null : mapPoint(from.until, map),
        filters: all(from.filters),
      };
    case 'external':
      return {
        ...from,
        filters: all(from.filters),
        limit: from.limit === null ? null : mapExprDeep(from.limit, map),
      };
    case 'derived':
      return { ...from, query: mapQuery(from.query, map) };
    case 'jsonTable':
      return { ...from, document: mapExprDeep(from.document, map) };
    case 'metadata':
    case 'cte':
      return from;
    case 'join':
      return {
        ...from,
        left: mapFrom(from.left, map),
        right: mapFrom(from.right, map),
        on: from.on === null ? null : mapExprDeep(from.on, map),
      };
    case 'asofJoin':
      return {
        ...from,
        left: mapFrom(from.left, map),
        right: mapFrom(from.right, map),
        equalities: from.equalities.map(({ left, right }) => ({
          left: mapExprDeep(left, map),
          right: mapExprDeep(right, map),
        })),
        inequality: {
          ...from.inequality,
          left: mapExprDeep(from.inequality.left, map),
          right: mapExprDeep(from.inequality.right, map),
        },
      };
    default:
      return assertNever(from);
  }
}

function mapBody(body: BoundQuery['body'], map: Map): BoundQuery['body'] {
  const all = (exprs: readonly BoundExpr[]): BoundExpr[] => exprs.map((expr) => mapExprDeep(expr, map));
  const one = (expr: BoundExpr | null): BoundExpr | null => (expr === null ? null : mapExprDeep(expr, map));
  switch (body.kind) {
    case 'select':
      return {
        ...body,
        from: body.from === null ? null : mapFrom(body.from, map),
        where: one(body.where),
        groupBy: all(body.groupBy),
        having: one(body.having),
        items: all(body.items),
      };
    case 'setOperation':
      return { ...body, left: mapQuery(body.left, map), right: mapQuery(body.right, map) };
    case 'values':
      return { ...body, rows: body.rows.map(all) };
    default:
      return assertNever(body);
  }
}

export function mapQuery(query: BoundQuery, map: Map): BoundQuery {
  return {
    ...query,
    ctes: query.ctes.map((cte) => ({ ...cte, query: mapQuery(cte.query, map) })),
    body: mapBody(query.body, map),
    orderBy: query.orderBy.map((order) =>
      'expr' in order ? { ...order, expr: mapExprDeep(order.expr, map) } : order,
    ),
    limit: query.limit === null ? null : mapExprDeep(query.limit, map),
    offset: query.offset === null ? null : mapExprDeep(query.offset, map),
  };
}

/** Rebuilds a query and every query inside it, innermost first. */
export function rewriteQueries(query: BoundQuery, rule: (query: BoundQuery) => BoundQuery): BoundQuery {
  const inExpr = (expr: BoundExpr): BoundExpr => {
    const mapped = mapChildren(expr, inExpr);
    const inner = queryOf(mapped);
    return inner === undefined ? mapped : withQuery(mapped, rewriteQueries(inner, rule));
  };
  const inFrom = (from: BoundFrom): BoundFrom => {
    switch (from.kind) {
      case 'derived':
        return { ...from, query: rewriteQueries(from.query, rule) };
      case 'join':
        return {
          ...from,
          left: inFrom(from.left),
          right: inFrom(from.right),
          on: from.on === null ? null : inExpr(from.on),
        };
      case 'asofJoin':
        return { ...from, left: inFrom(from.left), right: inFrom(from.right) };
      default:
        return from;
    }
  };
  const { body } = query;
  const one = (expr: BoundExpr | null): BoundExpr | null => (expr === null ? null : inExpr(expr));
  const newBody: BoundQuery['body'] =
    body.kind === 'setOperation'
      ? { ...body, left: rewriteQueries(body.left, rule), right: rewriteQueries(body.right, rule) }
      : body.kind === 'values'
        ? { ...body, rows: body.rows.map((row) => row.map(inExpr)) }
        : rewriteSelect(body, inExpr, inFrom, one);
  return rule({
    ...query,
    ctes: query.ctes.map((cte) => ({ ...cte, query: rewriteQueries(cte.query, rule) })),
    body: newBody,
    orderBy: query.orderBy.map((order) => ('expr' in order ? { ...order, expr: inExpr(order.expr) } : order)),
  });
}

function rewriteSelect(
  body: Extract<BoundQuery['body'], { kind: 'select' }>,
  inExpr: (expr: BoundExpr) => BoundExpr,
  inFrom: (from: BoundFrom) => BoundFrom,
  one: (expr: BoundExpr | null) => BoundExpr | null,
): BoundQuery['body'] {
  return {
    ...body,
    from: body.from === null ? null : inFrom(body.from),
    where: one(body.where),
    groupBy: body.groupBy.map(inExpr),
    having: one(body.having),
    items: body.items.map(inExpr),
  };
}
