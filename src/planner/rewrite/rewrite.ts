/** The rules over a bound query, in order; each keeps the rows and their order. */
import type { BoundQuery } from '../bound.ts';
import { computeColumnsUsed, pushLimit } from './columns.ts';
import { inlineCtes } from './ctes.ts';
import { foldConstants, turnRightJoins } from './fold.ts';
import { mergeDerivedTables } from './merge.ts';
import { pushFilters } from './push.ts';

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
