/** What two readings of one statement must share: everything but spans and parameter numbers. */
const ignored: ReadonlySet<string> = new Set(['start', 'end', 'parameter', 'text']);

export function withoutSpans(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutSpans);
  if (node instanceof Uint8Array) return [...node];
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node as Record<string, unknown>);
  // `text` is source text in ALTER's options without effect, and a node elsewhere
  const kept = entries.filter(
    ([key, value]) => !ignored.has(key) || (key === 'text' && typeof value === 'object'),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutSpans(value)]));
}
