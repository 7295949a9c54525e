/** Visiting an AST without knowing its shapes: every node is an object with a `start`. */
import { assert } from '../base/assert.ts';

/** The properties that hold child nodes, lists of them or structures around them, in source order. */
function* childrenOf(node: object): Generator<object> {
  for (const value of Object.values(node) as unknown[]) {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) if (typeof item === 'object' && item !== null) yield item;
    } else {
      yield value;
    }
  }
}

/**
 * Calls `enter` for `root` and every object below it, parents first; `enter` returns false to pass over
 * an object's children. Uses no call stack, so the tree's height does not matter.
 */
export function walk(root: object, enter: (node: object) => boolean): void {
  const stack: object[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!enter(node)) continue;
    const children = [...childrenOf(node)];
    for (let at = children.length - 1; at >= 0; at--) {
      const child = children[at];
      assert(child !== undefined, 'a dense list');
      stack.push(child);
    }
  }
}

/** The number of nodes (objects with a `kind`) on the longest path from `root` down. */
export function treeHeight(root: object): number {
  let highest = 0;
  const stack: { readonly node: object; readonly height: number }[] = [{ node: root, height: 0 }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const height = top.height + ('kind' in top.node ? 1 : 0);
    if (height > highest) highest = height;
    for (const child of childrenOf(top.node)) stack.push({ node: child, height });
  }
  return highest;
}
