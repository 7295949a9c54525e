/** The tokens of one statement, as parallel columns: a large INSERT has millions of them. */

/** Token kinds. Those from `integer` to `placeholder` are numbered as parameters. */
export const tokenKind = {
  end: 0,
  /** A word that is no keyword. */
  word: 1,
  /** A keyword that may be a name. */
  freeWord: 2,
  reservedWord: 3,
  quotedName: 4,
  operator: 5,
  /** `@name`; a lone `@` is an operator. */
  userVariable: 6,
  integer: 7,
  decimal: 8,
  double: 9,
  /** One or more adjacent string literals. */
  string: 10,
  hex: 11,
  bit: 12,
  placeholder: 13,
  /** What no token begins with, or an unfinished string, name or comment: the statement is wrong here. */
  invalid: 14,
} as const;

export type TokenKind = (typeof tokenKind)[keyof typeof tokenKind];

/** How a string token is spelled, as bits: what its decoding has to undo. */
export const stringFlag = {
  /** Holds an escape or a doubled quote. */
  escaped: 1,
  /** Is made of several literals. */
  adjacent: 2,
  /** Stands behind an introducer (`_utf8mb4`, `N`): its charset is in `introducers`. */
  introduced: 4,
} as const;

export class TokenBuffer {
  count = 0;
  /** Number of parameters (literals and placeholders) so far. */
  parameterCount = 0;
  /** Offset after the `;` that ended the statement; -1 when the text ended. */
  next = -1;
  kinds: Uint8Array;
  flags: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  /** Number of the literal or placeholder among the statement's parameters, else -1. */
  parameters: Int32Array;
  /** A keyword in upper case or an operator; empty for other tokens. */
  readonly symbols: string[] = [];
  /** By token index: the charset of an introduced literal, in lower case. */
  readonly introducers = new Map<number, string>();

  constructor(capacity: number) {
    this.kinds = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.parameters = new Int32Array(capacity);
  }

  add(kind: TokenKind, start: number, end: number, symbol: string, flags: number): void {
    const index = this.count;
    if (index === this.kinds.length) this.#grow();
    this.kinds[index] = kind;
    this.flags[index] = flags;
    this.starts[index] = start;
    this.ends[index] = end;
    this.parameters[index] =
      kind >= tokenKind.integer && kind <= tokenKind.placeholder ? this.parameterCount++ : -1;
    this.symbols.push(symbol);
    this.count = index + 1;
  }

  clear(): void {
    this.count = 0;
    this.parameterCount = 0;
    this.next = -1;
    this.symbols.length = 0;
    if (this.introducers.size > 0) this.introducers.clear();
  }

  #grow(): void {
    const capacity = this.kinds.length * 2;
    const bytes = (old: Uint8Array): Uint8Array => {
      const grown = new Uint8Array(capacity);
      grown.set(old);
      return grown;
    };
    const ints = (old: Int32Array): Int32Array => {
      const grown = new Int32Array(capacity);
      grown.set(old);
      return grown;
    };
    this.kinds = bytes(this.kinds);
    this.flags = bytes(this.flags);
    this.starts = ints(this.starts);
    this.ends = ints(this.ends);
    this.parameters = ints(this.parameters);
  }
}

const initialTokens = 256;
/** A buffer that grew beyond this is given back to the heap. */
const keptTokens = 16_384;
const idle: TokenBuffer[] = [];

/** Runs `use` with an empty buffer; buffers are reused, so nothing may keep one. */
export function withTokens<T>(use: (tokens: TokenBuffer) => T): T {
  const tokens = idle.pop() ?? new TokenBuffer(initialTokens);
  try {
    return use(tokens);
  } finally {
    tokens.clear();
    if (tokens.kinds.length <= keptTokens && idle.length < 4) idle.push(tokens);
  }
}
