/** Labels of result columns: a name as typed, or the expression's text as typed. */
import type { Expr } from '../sql/ast.ts';
import type { ExprEnv } from './bind-env.ts';
import { forEachLiteral } from './literals-in.ts';

/** Longest label that MySQL makes of an expression, in characters. */
const longestLabel = 256;

/**
 * The label of an item without an alias. An expression's text holds its literals, so these become part of
 * the plan's key.
 */
export function itemLabel(expr: Expr, env: ExprEnv): string {
  if (expr.kind === 'column') return expr.name;
  if (expr.kind === 'literal' && expr.literal.type === 'string') return expr.literal.value.trimStart() || '';
  const { text, views } = env.surroundings;
  if (views.length === 0) forEachLiteral(expr, (parameter) => env.context.lookedAt.add(parameter));
  const label = text.slice(expr.start, expr.end).trim();
  return label.length > longestLabel ? [...label].slice(0, longestLabel).join('') : label;
}
