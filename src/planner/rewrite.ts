/** The rules over a bound query, in order; each keeps the rows and their order. */
import type { BoundQuery } from './bound.ts';
import { computeColumnsUsed, pushLimit } from './rewrite-columns.ts';
import { inlineCtes } from './rewrite-ctes.ts';
import { foldConstants, turnRightJoins } from './rewrite-fold.ts';
import { mergeDerivedTables } from './rewrite-merge.ts';
import { pushFilters } from './rewrite-push.ts';

const rules: readonly ((query: BoundQuery) => BoundQuery)[] = [
  inlineCtes,
  turnRightJoins,
  mergeDerivedTables,
  foldConstants,
  pushFilters,
  pushLimit,
  computeColumnsUsed,
];

export function rewrite(query: BoundQuery): BoundQuery {
  return rules.reduce((current, rule) => rule(current), query);
}
