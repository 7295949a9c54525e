/** Expressions that RE2 matches as ICU does, in its syntax: it is linear in the text, and DuckDB has it. */
import { re2Character } from './character-set.ts';
import type { RegexpNode } from './node.ts';

/** RE2 refuses more repetitions than this, also of repetitions within each other. */
const repeatsMax = 1_000;

/** The expression in RE2's syntax; undefined where RE2 means something else or does not know it. */
export function re2Of(node: RegexpNode, repeats = 1): string | undefined {
  switch (node.kind) {
    case 'empty':
      return '';
    case 'character':
      return node.caseless ? `(?i:${re2Character(node.codePoint)})` : re2Character(node.codePoint);
    case 'set':
      if (node.set.re2 === undefined) return undefined;
      return node.caseless ? `(?i:[${node.set.re2}])` : `[${node.set.re2}]`;
    case 'assertion':
      // RE2's word boundaries know ASCII only, and its lines end with LF.
      if (node.assertion === 'inputStart') return '\\A';
      if (node.assertion === 'inputEnd') return '\\z';
      if (node.assertion === 'lastLineEnd' && !node.unixLines)
        return '(?:(?:\\r\\n|[\\n\\x0b\\f\\r\\x{85}\\x{2028}\\x{2029}])?\\z)';
      return undefined;
    case 'sequence':
      return joined(
        node.items.map((item) => re2Of(item, repeats)),
        '',
      );
    case 'alternatives':
      return grouped(
        joined(
          node.items.map((item) => re2Of(item, repeats)),
          '|',
        ),
      );
    case 'capture': {
      const body = re2Of(node.body, repeats);
      return body === undefined ? undefined : `(${body})`;
    }
    case 'repeat':
      return repeated(node, repeats);
    default:
      return undefined;
  }
}

const grouped = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : `(?:${text})`;

const joined = (parts: readonly (string | undefined)[], separator: string): string | undefined =>
  parts.every((part) => part !== undefined) ? parts.join(separator) : undefined;

function repeated(node: Extract<RegexpNode, { kind: 'repeat' }>, repeats: number): string | undefined {
  const { min, max, mode } = node;
  const most = Math.max(1, min, max === Number.POSITIVE_INFINITY ? min : max) * repeats;
  if (mode === 'possessive' || most > repeatsMax) return undefined;
  const body = re2Of(node.body, most);
  if (body === undefined) return undefined;
  const bounds =
    max !== Number.POSITIVE_INFINITY ? `{${min},${max}}` : min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return `(?:${body})${bounds}${mode === 'lazy' ? '?' : ''}`;
}
