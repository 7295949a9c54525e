/** Conjuncts that read one relation go to it: into a table's `filters`, or into a derived table's WHERE. */
import type { BoundExpr, BoundFrom, BoundQuery, RelationId } from '../bound.ts';
import {
  conjunction,
  conjunctsOf,
  exprKey,
  isVolatile,
  queryOf,
  relationsOf,
  replaceExpr,
  some,
} from '../expr-tools.ts';

/** Conditions may be evaluated elsewhere when they hold no query, no group's or window's value, no chance. */
function isPlain(expr: BoundExpr): boolean {
  return (
    !isVolatile(expr) &&
    !some(expr, (each) => each.kind === 'aggregate' || each.kind === 'window' || queryOf(each) !== undefined)
  );
}

function onlyRelation(expr: BoundExpr): RelationId | undefined {
  if (!isPlain(expr)) return undefined;
  const used = relationsOf(expr);
  return used.size === 1 ? [...used][0] : undefined;
}

type ByRelation = ReadonlyMap<RelationId, readonly BoundExpr[]>;

function byRelation(terms: readonly BoundExpr[]): Map<RelationId, BoundExpr[]> {
  const found = new Map<RelationId, BoundExpr[]>();
  for (const term of terms) {
    const relation = onlyRelation(term);
    if (relation === undefined) continue;
    found.set(relation, [...(found.get(relation) ?? []), term]);
  }
  return found;
}

function joinedMaps(a: ByRelation, b: ByRelation): ByRelation {
  const result = new Map(a);
  for (const [relation, terms] of b) result.set(relation, [...(result.get(relation) ?? []), ...terms]);
  return result;
}

const none: ByRelation = new Map();

function pushIntoFrom(from: BoundFrom, terms: ByRelation): BoundFrom {
  switch (from.kind) {
    case 'table':
    case 'changes':
    case 'external': {
      const own = terms.get(from.relation);
      return own === undefined ? from : { ...from, filters: [...from.filters, ...own] };
    }
    case 'derived': {
      const own = terms.get(from.relation) ?? [];
      const query = own.reduce(
        (inner, term) => pushIntoQuery(inner, from.relation, term) ?? inner,
        from.query,
      );
      return { ...from, query: pushFilters(query) };
    }
    case 'join': {
      const on = byRelation(conjunctsOf(from.on));
      // WHERE reaches the sides whose rows a join keeps or matches; ON the sides that it may drop rows of.
      const [toLeft, toRight] = {
        inner: [joinedMaps(terms, on), joinedMaps(terms, on)] as const,
        cross: [terms, terms] as const,
        left: [terms, on] as const,
        right: [on, terms] as const,
      }[from.join];
      return { ...from, left: pushIntoFrom(from.left, toLeft), right: pushIntoFrom(from.right, toRight) };
    }
    case 'asofJoin':
      // The right side's newest row must be found before anything filters it.
      return { ...from, left: pushIntoFrom(from.left, terms), right: pushIntoFrom(from.right, none) };
    default:
      return from;
  }
}

/** A condition on a derived table's columns as one on what these are made of; undefined when it must wait. */
function pushIntoQuery(query: BoundQuery, relation: RelationId, term: BoundExpr): BoundQuery | undefined {
  if (query.limit !== null || query.offset !== null) return undefined;
  const { body } = query;
  switch (body.kind) {
    case 'select': {
      if (body.rollup || (body.having !== null && body.groupBy.length === 0)) return undefined;
      const hasGroups =
        body.groupBy.length > 0 || body.items.some((item) => some(item, (each) => each.kind === 'aggregate'));
      let possible = !body.items.some((item) => some(item, (each) => each.kind === 'window'));
      const inner = replaceExpr(term, (expr) => {
        if (expr.kind !== 'column' || expr.relation !== relation) return undefined;
        const item = body.items[expr.column];
        if (
          item === undefined ||
          !isPlain(item) ||
          (hasGroups && !body.groupBy.some((group) => exprKey(group) === exprKey(item)))
        ) {
          possible = false;
          return expr;
        }
        return item;
      });
      if (!possible) return undefined;
      return { ...query, body: { ...body, where: conjunction([...conjunctsOf(body.where), inner]) } };
    }
    case 'setOperation': {
      const left = pushIntoQuery(body.left, relation, term);
      const right = pushIntoQuery(body.right, relation, term);
      if (left === undefined || right === undefined) return undefined;
      return { ...query, body: { ...body, left, right } };
    }
    case 'values':
      return undefined;
  }
}

/** Fills the filters of every relation of a query; conditions stay where they were as well. */
export function pushFilters(query: BoundQuery): BoundQuery {
  const { body } = query;
  const ctes = query.ctes.map((cte) => ({ ...cte, query: pushFilters(cte.query) }));
  switch (body.kind) {
    case 'select': {
      if (body.from === null) return { ...query, ctes };
      const from = pushIntoFrom(body.from, byRelation(conjunctsOf(body.where)));
      return { ...query, ctes, body: { ...body, from } };
    }
    case 'setOperation':
      return {
        ...query,
        ctes,
        body: { ...body, left: pushFilters(body.left), right: pushFilters(body.right) },
      };
    case 'values':
      return { ...query, ctes };
  }
}
