/** Constants that the planner itself computes. Literals of the text are parameters and stay. */
import type { BoundExpr, BoundFrom, BoundQuery } from '../bound.ts';
import { evaluateConstant } from '../evaluator/compile.ts';
import { childrenOf, isVolatile, mapChildren } from '../expr-tools.ts';
import { mapQuery, rewriteQueries } from '../map-query.ts';

/** Folds a call or cast of literals only; what would warn or fail is left for the execution. */
export function foldExpr(expr: BoundExpr): BoundExpr {
  const folded = mapChildren(expr, foldExpr);
  if (folded.kind !== 'call' && folded.kind !== 'cast' && folded.kind !== 'case') return folded;
  const children = childrenOf(folded);
  if (children.length === 0 || !children.every((child) => child.kind === 'literal')) return folded;
  if (isVolatile(folded)) return folded;
  const constant = evaluateConstant(folded);
  return constant === undefined ? folded : { kind: 'literal', value: constant.value, type: folded.type };
}

export function foldConstants(query: BoundQuery): BoundQuery {
  return mapQuery(query, (expr) => {
    const folded = foldExpr(expr);
    return folded.kind === 'literal' ? folded : undefined;
  });
}

/** `a RIGHT JOIN b` is `b LEFT JOIN a`: one form less for everything after. */
export function turnRightJoins(query: BoundQuery): BoundQuery {
  const turn = (from: BoundFrom): BoundFrom => {
    if (from.kind === 'asofJoin') return { ...from, left: turn(from.left), right: turn(from.right) };
    if (from.kind !== 'join') return from;
    const [left, right] = [turn(from.left), turn(from.right)];
    return from.join === 'right'
      ? { ...from, join: 'left', left: right, right: left }
      : { ...from, left, right };
  };
  return rewriteQueries(query, (inner) => {
    const { body } = inner;
    return body.kind === 'select' && body.from !== null
      ? { ...inner, body: { ...body, from: turn(body.from) } }
      : inner;
  });
}
