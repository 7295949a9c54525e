import type { SelectItem } from './ast.ts';

/**
 * The name of a result column, as MySQL makes it: the alias, a column's own name, a string literal's
 * content, otherwise the expression as typed. Literals inside an expression are part of the label, so a
 * plan that keeps labels holds only for their values.
 */
export function columnLabel(item: Extract<SelectItem, { kind: 'item' }>, text: string): string {
  if (item.alias !== null) return item.alias;
  const { expr } = item;
  if (expr.kind === 'column') return expr.name;
  if (expr.kind === 'null') return 'NULL';
  // MySQL drops leading blanks of a label made from a string
  if (expr.kind === 'literal' && expr.literal.type === 'string') return expr.literal.value.trimStart();
  return text.slice(item.start, item.end);
}
