/** Whether two bound expressions are the same expression, lifted literals compared by their values. */
import type { BindContext } from './bind/context.ts';
import type { BoundExpr } from './bound.ts';
import { childrenOf, queryOf } from './expr-tools.ts';

function sameNode(a: BoundExpr, b: BoundExpr, context: BindContext): boolean {
  switch (a.kind) {
    case 'literal':
      return b.kind === 'literal' && a.value === b.value && a.type.kind === b.type.kind;
    case 'parameter':
      return b.kind === 'parameter' && context.sameParameter(a.index, b.index);
    case 'context':
      return b.kind === 'context' && a.name === b.name;
    case 'column':
      return b.kind === 'column' && a.relation === b.relation && a.column === b.column;
    case 'call':
      return b.kind === 'call' && a.name === b.name;
    case 'cast':
      return b.kind === 'cast' && JSON.stringify(a.type) === JSON.stringify(b.type);
    case 'case':
      return (
        b.kind === 'case' && a.whens.length === b.whens.length && (a.else === null) === (b.else === null)
      );
    case 'aggregate':
      return (
        b.kind === 'aggregate' &&
        a.name === b.name &&
        a.distinct === b.distinct &&
        a.separator === b.separator
      );
    default:
      return false;
  }
}

/** Structural equality; expressions with queries or windows are equal only to themselves. */
export function sameExpr(a: BoundExpr, b: BoundExpr, context: BindContext): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || queryOf(a) !== undefined) return false;
  const [x, y] = [childrenOf(a), childrenOf(b)];
  // Nodes last: comparing parameters pins their values, which a mismatch elsewhere would make pointless.
  return (
    x.length === y.length &&
    x.every((child, index) => sameExpr(child, y[index]!, context)) &&
    sameNode(a, b, context)
  );
}
