/** A parsed regular expression. Flags are in its nodes, so that whoever reads them need not know which hold where. */

/** Tests one character, a code point. */
export interface CharacterSet {
  readonly has: (codePoint: number) => boolean;
  /** The set as members of an RE2 bracket; undefined where RE2 cannot say it. */
  readonly re2: string | undefined;
}

export type AssertionKind =
  | 'inputStart'
  | 'inputEnd'
  /** At the end, or before a line terminator there. */
  | 'lastLineEnd'
  | 'lineStart'
  | 'lineEnd'
  | 'wordBoundary'
  | 'noWordBoundary'
  /** `\G`: where the last match ended. */
  | 'searchStart';

export type RegexpNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'character'; readonly codePoint: number; readonly caseless: boolean }
  | { readonly kind: 'set'; readonly set: CharacterSet; readonly caseless: boolean }
  /** Any character; CR LF counts as one. */
  | { readonly kind: 'anything' }
  /** `\R` and `\X`. */
  | { readonly kind: 'lineBreak' | 'grapheme' }
  | { readonly kind: 'assertion'; readonly assertion: AssertionKind; readonly unixLines: boolean }
  | { readonly kind: 'sequence'; readonly items: readonly RegexpNode[] }
  | { readonly kind: 'alternatives'; readonly items: readonly RegexpNode[] }
  | { readonly kind: 'capture'; readonly index: number; readonly body: RegexpNode }
  | { readonly kind: 'backReference'; readonly index: number; readonly caseless: boolean }
  | { readonly kind: 'atomic'; readonly body: RegexpNode }
  | {
      readonly kind: 'look';
      readonly behind: boolean;
      readonly negated: boolean;
      readonly body: RegexpNode;
    }
  | {
      readonly kind: 'repeat';
      readonly body: RegexpNode;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    };

export interface Regexp {
  readonly root: RegexpNode;
  readonly captures: number;
  readonly names: ReadonlyMap<string, number>;
}

/** The least and most characters that a node takes. */
export function widthOf(node: RegexpNode): { readonly min: number; readonly max: number } {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
    case 'look':
      return { min: 0, max: 0 };
    case 'character':
    case 'set':
      return { min: 1, max: 1 };
    case 'anything':
    case 'lineBreak':
      return { min: 1, max: 2 };
    case 'grapheme':
      return { min: 1, max: Number.POSITIVE_INFINITY };
    case 'backReference':
      return { min: 0, max: Number.POSITIVE_INFINITY };
    case 'sequence':
      return node.items.map(widthOf).reduce((a, b) => ({ min: a.min + b.min, max: a.max + b.max }), {
        min: 0,
        max: 0,
      });
    case 'alternatives':
      return node.items
        .map(widthOf)
        .reduce((a, b) => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }));
    case 'capture':
    case 'atomic':
      return widthOf(node.body);
    case 'repeat': {
      const { min, max } = widthOf(node.body);
      return { min: min * node.min, max: max === 0 || node.max === 0 ? 0 : max * node.max };
    }
  }
}
