/**
 * Derived tables and views that only choose rows and columns become part of the query around them, so that a
 * view over tables joined by their keys is as much a point read as its text is.
 */
import type { BoundExpr, BoundFrom, BoundQuery, BoundSelect, RelationId } from '../bound.ts';
import { conjunction, conjunctsOf, isVolatile, queryOf, some } from '../expr-tools.ts';
import { mapExprDeep, mapQuery, rewriteQueries } from '../map-query.ts';

type Derived = Extract<BoundFrom, { kind: 'derived' }>;

const computesRows = (expr: BoundExpr): boolean =>
  isVolatile(expr) ||
  some(expr, (each) => each.kind === 'aggregate' || each.kind === 'window' || queryOf(each) !== undefined);

/** The SELECT of a derived table that can be merged: rows and columns only. */
function mergeable(from: Derived): BoundSelect | undefined {
  const { query } = from;
  const { body } = query;
  if (from.lateral || query.ctes.length > 0 || query.limit !== null || query.offset !== null)
    return undefined;
  if (query.orderBy.some((order) => 'expr' in order)) return undefined;
  if (body.kind !== 'select' || body.from === null || body.distinct || body.groupBy.length > 0)
    return undefined;
  if (body.having !== null || body.items.some(computesRows)) return undefined;
  return body;
}

interface Merge {
  readonly items: ReadonlyMap<RelationId, readonly BoundExpr[]>;
  /** Conditions that hold for the whole query. */
  readonly where: readonly BoundExpr[];
}

/** Merges what can be merged below; `optional` for the inner side of an outer join. */
function mergeFrom(
  from: BoundFrom,
  optional: boolean,
  items: Map<RelationId, readonly BoundExpr[]>,
  conditions: BoundExpr[],
): BoundFrom {
  switch (from.kind) {
    case 'derived': {
      const select = mergeable(from);
      if (select === undefined) return from;
      // Past an outer join a computed column would not become NULL, nor would a join of its own keep its rows.
      if (optional && (select.from!.kind !== 'table' || select.items.some((item) => item.kind !== 'column')))
        return from;
      // The WHERE becomes a part of the outer join's ON, where DuckDB takes no query.
      if (optional && select.where !== null && some(select.where, (each) => queryOf(each) !== undefined))
        return from;
      items.set(
        from.relation,
        optional
          ? select.items.map((item) => (item.kind === 'column' ? { ...item, nullable: true } : item))
          : select.items,
      );
      conditions.push(...conjunctsOf(select.where));
      return select.from!;
    }
    case 'join': {
      const leftConditions: BoundExpr[] = from.join === 'right' ? [] : conditions;
      const rightConditions: BoundExpr[] = from.join === 'left' ? [] : conditions;
      const left = mergeFrom(from.left, optional || from.join === 'right', items, leftConditions);
      const right = mergeFrom(from.right, optional || from.join === 'left', items, rightConditions);
      const own = from.join === 'left' ? rightConditions : from.join === 'right' ? leftConditions : [];
      if (own.length === 0) return { ...from, left, right };
      return { ...from, left, right, on: conjunction([...conjunctsOf(from.on), ...own]) };
    }
    default:
      return from;
  }
}

function merged(select: BoundSelect): { readonly select: BoundSelect; readonly merge: Merge } | undefined {
  if (select.from === null) return undefined;
  const items = new Map<RelationId, readonly BoundExpr[]>();
  const where: BoundExpr[] = [];
  const from = mergeFrom(select.from, false, items, where);
  if (items.size === 0) return undefined;
  const all = [...conjunctsOf(select.where), ...where];
  return { select: { ...select, from, where: conjunction(all) }, merge: { items, where } };
}

function mergeRule(query: BoundQuery): BoundQuery {
  if (query.body.kind !== 'select') return query;
  const result = merged(query.body);
  if (result === undefined) return query;
  const { items } = result.merge;
  const replace = (expr: BoundExpr): BoundExpr | undefined => {
    if (expr.kind !== 'column') return undefined;
    const item = items.get(expr.relation)?.[expr.column];
    if (item === undefined) return undefined;
    // The item may name another merged relation's columns.
    return mapExprDeep(item, (inner) => (inner === item ? undefined : replace(inner)));
  };
  return mapQuery({ ...query, body: result.select }, replace);
}

/** Merges derived tables into the queries around them, innermost first. */
export function mergeDerivedTables(query: BoundQuery): BoundQuery {
  return rewriteQueries(query, mergeRule);
}
