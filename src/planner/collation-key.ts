/** Reading the keys that the binder makes of texts (`bind/collation.ts`). */
import type { BoundExpr } from './bound.ts';

/** A text as the key of a collation. */
export interface TextKey {
  readonly text: BoundExpr;
  readonly collation: string;
}

export function textKeyOf(expr: BoundExpr): TextKey | undefined {
  if (expr.kind !== 'call' || expr.name !== 'COLLATION_KEY') return undefined;
  const [text, collation] = expr.args as [BoundExpr, BoundExpr];
  return collation.kind === 'literal' ? { text, collation: String(collation.value) } : undefined;
}

/** The text of a key by the text's own collation. */
export function keyedByOwn(expr: BoundExpr): BoundExpr | undefined {
  const key = textKeyOf(expr);
  return key !== undefined && 'collation' in key.text.type && key.text.type.collation === key.collation
    ? key.text
    : undefined;
}
