import type { Expr } from '../sql/ast.ts';
import { walk } from '../sql/walk.ts';

/** Calls `visit` with the number of every lifted literal in an expression. */
export function forEachLiteral(expr: Expr, visit: (parameter: number) => void): void {
  walk(expr, (node) => {
    if (
      'kind' in node &&
      node.kind === 'literal' &&
      'parameter' in node &&
      typeof node.parameter === 'number'
    ) {
      visit(node.parameter);
    }
    return true;
  });
}
