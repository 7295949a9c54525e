/** Labels of result columns. */
import type { SelectItem } from '../sql/ast.ts';
import { columnLabel } from '../sql/label.ts';
import type { ExprEnv } from './bind/env.ts';
import { forEachLiteral } from './literals-in.ts';

/** Longest label that MySQL makes of an expression, in characters. */
const longestLabel = 256;

/** The label of an item. One made of an expression's text holds its literals, which join the plan's key. */
export function itemLabel(item: Extract<SelectItem, { kind: 'item' }>, env: ExprEnv): string {
  const { text, views } = env.surroundings;
  if (item.alias === null && views.length === 0) {
    forEachLiteral(item.expr, (parameter) => env.context.lookedAt.add(parameter));
  }
  const label = columnLabel(item, text);
  return label.length > longestLabel ? [...label].slice(0, longestLabel).join('') : label;
}
