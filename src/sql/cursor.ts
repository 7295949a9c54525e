/** The parser's place in a statement: looking at tokens, taking them, and saying what is wrong with them. */
import { GatewayError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type {
  DataType,
  Expr,
  LiteralExpr,
  OrderItem,
  PlaceholderExpr,
  Query,
  TableName,
  WindowSpec,
} from './ast.ts';
import type { Keyword } from './generated/keywords.ts';
import { literalValue, nameValue } from './literal.ts';
import type { SqlModeFlags } from './sql-mode.ts';
import { lineAndColumn, syntaxErrorMessage } from './syntax-error.ts';
import { type TokenBuffer, type TokenKind, tokenKind } from './tokens.ts';

/** Operators and punctuation that the grammar asks for by name. */
export type Punctuation =
  | '('
  | ')'
  | ','
  | '.'
  | '*'
  | '='
  | ':='
  | '@'
  | '@@'
  | '{'
  | '}'
  | '+'
  | '-'
  | '!'
  | '~'
  | '&&'
  | '||'
  | '->'
  | '->>';
export type GrammarSymbol = Keyword | Punctuation;

/** Rules that call each other in a circle, handed to the files that need them. */
export interface Rules {
  expression(cursor: Cursor): Expr;
  /** An expression without comparison, AND or OR: what may stand before another clause's keyword. */
  bitExpression(cursor: Cursor): Expr;
  query(cursor: Cursor): Query;
  orderList(cursor: Cursor): OrderItem[];
  windowSpec(cursor: Cursor): WindowSpec;
  dataType(cursor: Cursor): DataType;
}

export interface CursorOptions {
  readonly mode: SqlModeFlags;
  readonly limits: Pick<Limits, 'parserDepth' | 'tablesPerStatement'>;
  readonly rules: Rules;
  /** Offset of the statement in the text; line and column of errors count from it. */
  readonly statementStart: number;
}

/** Lives for the parsing of one statement. */
export class Cursor {
  readonly text: string;
  readonly tokens: TokenBuffer;
  readonly mode: SqlModeFlags;
  readonly limits: CursorOptions['limits'];
  readonly rules: Rules;
  /** Parameters whose value the statement's structure took in (a length, an alias, an option). */
  readonly inspected = new Set<number>();
  /** Binary operators made so far: a bound of the tree's height that costs nothing. */
  binaryCount = 0;
  position = 0;
  readonly #statementStart: number;
  #depth = 0;
  /** What was asked for at `#tracedPosition`, while an error is being explained. */
  #trace: Set<string> | null = null;
  #tracedPosition = -1;
  #closing: Int32Array | null = null;

  constructor(text: string, tokens: TokenBuffer, options: CursorOptions) {
    this.text = text;
    this.tokens = tokens;
    this.mode = options.mode;
    this.limits = options.limits;
    this.rules = options.rules;
    this.#statementStart = options.statementStart;
  }

  // ---- looking ----

  /** Keyword or operator of the current token; empty for names, literals and the end. */
  get symbol(): string {
    return this.tokens.symbols[this.position] ?? '';
  }

  get kind(): TokenKind {
    return this.kindAt(0);
  }

  kindAt(offset: number): TokenKind {
    return (this.tokens.kinds[this.position + offset] ?? tokenKind.end) as TokenKind;
  }

  symbolAt(offset: number): string {
    return this.tokens.symbols[this.position + offset] ?? '';
  }

  /** True when the token `offset` ahead is `symbol`. */
  isAt(offset: number, symbol: GrammarSymbol): boolean {
    return this.tokens.symbols[this.position + offset] === symbol;
  }

  is(symbol: GrammarSymbol): boolean {
    if (this.#trace !== null) this.#note(symbol);
    return this.tokens.symbols[this.position] === symbol;
  }

  isAny(...symbols: readonly GrammarSymbol[]): boolean {
    return symbols.some((symbol) => this.is(symbol));
  }

  /** Whether the tokens ahead are these words in a row. */
  isSequence(...symbols: readonly GrammarSymbol[]): boolean {
    if (this.#trace !== null && symbols[0] !== undefined) this.#note(symbols[0]);
    return symbols.every((symbol, offset) => this.isAt(offset, symbol));
  }

  isEnd(): boolean {
    return this.kind === tokenKind.end;
  }

  /** A word that may be a name here, or a quoted one. */
  isName(): boolean {
    return this.isNameAt(0);
  }

  isNameAt(offset: number): boolean {
    const kind = this.kindAt(offset);
    return kind === tokenKind.word || kind === tokenKind.freeWord || kind === tokenKind.quotedName;
  }

  isString(): boolean {
    return this.kind === tokenKind.string;
  }

  isInteger(): boolean {
    return this.kind === tokenKind.integer;
  }

  /** Start of the current token. */
  get start(): number {
    return this.tokens.starts[this.position] ?? this.text.length;
  }

  /** End of the token before the current one. */
  get end(): number {
    return this.tokens.ends[this.position - 1] ?? 0;
  }

  /** Index of the token that closes the parenthesis at token `open`; the end token when none does. */
  closingOf(open: number): number {
    this.#closing ??= closingParentheses(this.tokens);
    return this.#closing[open] ?? this.tokens.count - 1;
  }

  // ---- taking ----

  accept(symbol: GrammarSymbol): boolean {
    if (!this.is(symbol)) return false;
    this.position++;
    return true;
  }

  acceptSequence(...symbols: readonly GrammarSymbol[]): boolean {
    if (!this.isSequence(...symbols)) return false;
    this.position += symbols.length;
    return true;
  }

  /** Takes one of the symbols and tells which. */
  acceptAny<S extends GrammarSymbol>(...symbols: readonly S[]): S | null {
    for (const symbol of symbols) if (this.accept(symbol)) return symbol;
    return null;
  }

  expect(symbol: GrammarSymbol): void {
    if (!this.accept(symbol)) this.fail(symbol);
  }

  expectSequence(...symbols: readonly GrammarSymbol[]): void {
    for (const symbol of symbols) this.expect(symbol);
  }

  expectAny<S extends GrammarSymbol>(...symbols: readonly S[]): S {
    return this.acceptAny(...symbols) ?? this.fail(...symbols);
  }

  /** An identifier: unquoted and not reserved, or quoted. */
  name(what = 'a name'): string {
    if (!this.isName()) this.fail(what);
    return this.takeName();
  }

  /** The current token as a name, whatever word it is. */
  takeName(): string {
    const value = nameValue(this.text, this.start, this.tokens.ends[this.position] ?? 0, this.mode);
    this.position++;
    return value;
  }

  acceptName(): string | null {
    return this.isName() ? this.takeName() : null;
  }

  /** A name, or any word after a dot. */
  nameAfterDot(what = 'a name'): string {
    if (this.isName() || this.kind === tokenKind.reservedWord) return this.takeName();
    return this.fail(what);
  }

  userVariableName(): string {
    if (this.kind !== tokenKind.userVariable) this.fail('a user variable');
    return this.takeName();
  }

  tableName(): TableName {
    const { start } = this;
    const first = this.name('a table name');
    if (!this.accept('.')) return { database: null, name: first, start, end: this.end };
    const name = this.nameAfterDot('a table name');
    return { database: first, name, start, end: this.end };
  }

  /** The literal at the cursor; its value stays a parameter until the planner looks at it. */
  literal(): LiteralExpr {
    const { position } = this;
    const node: LiteralExpr = {
      kind: 'literal',
      literal: literalValue(this.text, this.tokens, position, this.mode),
      parameter: this.tokens.parameters[position] ?? null,
      start: this.start,
      end: this.tokens.ends[position] ?? 0,
    };
    this.position++;
    return node;
  }

  /** The `?` at the cursor. */
  placeholder(): PlaceholderExpr {
    const parameter = this.tokens.parameters[this.position] ?? 0;
    const { start } = this;
    this.position++;
    return { kind: 'placeholder', parameter, start, end: this.end };
  }

  /** A string that the statement's structure takes in. */
  stringText(what = 'a string'): string {
    if (!this.isString()) this.fail(what);
    const node = this.literal();
    this.inspect(node);
    return node.literal.type === 'string' ? node.literal.value : '';
  }

  /** A name or a string: an alias, a charset, an account. */
  nameOrString(what = 'a name'): string {
    return this.isString() ? this.stringText(what) : this.name(what);
  }

  /** An unsigned integer that the statement's structure takes in, as its digits. */
  digits(what = 'a number'): string {
    if (!this.isInteger()) this.fail(what);
    const { start } = this;
    const parameter = this.tokens.parameters[this.position] ?? -1;
    this.inspected.add(parameter);
    this.position++;
    return this.text.slice(start, this.end);
  }

  /** The same as a number, where nothing above 2^32 means anything. */
  integer(what = 'a number'): number {
    const value = Number(this.digits(what));
    if (value <= 0xffff_ffff) return value;
    this.position--;
    return this.fail(what);
  }

  inspect(node: LiteralExpr): void {
    if (node.parameter !== null) this.inspected.add(node.parameter);
  }

  /** `item, item, …` */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(',')) items.push(item());
    return items;
  }

  /** `( item, item, … )` */
  parenthesised<T>(item: () => T): T[] {
    this.expect('(');
    const items = this.list(item);
    this.expect(')');
    return items;
  }

  nameList(): string[] {
    return this.parenthesised(() => this.name('a column name'));
  }

  expression(): Expr {
    return this.rules.expression(this);
  }

  // ---- depth and errors ----

  /** Counts one level of nesting; every rule that can contain itself calls it, and `leave` after. */
  enter(): void {
    if (++this.#depth <= this.limits.parserDepth) return;
    throw new GatewayError(
      'SYNTAX_ERROR',
      `The statement is nested deeper than ${this.limits.parserDepth} levels, near ${this.#where()}`,
      { position: lineAndColumn(this.text, this.#statementStart, this.start) },
    );
  }

  leave(): void {
    this.#depth--;
  }

  /** Error 1064 at the current token. */
  fail(...expected: readonly string[]): never {
    if (this.#trace !== null) for (const what of expected) this.#note(what);
    throw new UnexpectedToken(this.position, expected);
  }

  /** Starts noting what is asked for at a position, for the second reading that explains an error. */
  traceAt(position: number): ReadonlySet<string> {
    this.#trace = new Set();
    this.#tracedPosition = position;
    return this.#trace;
  }

  #note(symbol: string): void {
    if (this.position === this.#tracedPosition) this.#trace?.add(symbol);
  }

  /** The GatewayError of an unexpected token at `position`. */
  syntaxError(position: number, expected: readonly string[]): GatewayError {
    const offset = this.tokens.starts[position] ?? this.text.length;
    const invalid = this.tokens.kinds[position] === tokenKind.invalid;
    const end = this.tokens.next < 0 ? this.text.length : this.tokens.next - 1;
    const place = lineAndColumn(this.text, this.#statementStart, offset);
    const found = this.text.slice(offset, invalid ? end : this.tokens.ends[position]);
    return new GatewayError(
      'SYNTAX_ERROR',
      syntaxErrorMessage({ near: this.text.slice(offset, end), found, expected, place }),
      { position: place },
    );
  }

  #where(): string {
    const place = lineAndColumn(this.text, this.#statementStart, this.start);
    return `line ${place.line} column ${place.column}`;
  }
}

/** Thrown inside the parser only; parse.ts turns it into a GatewayError that says what was expected. */
export class UnexpectedToken extends Error {
  readonly position: number;
  readonly expected: readonly string[];

  constructor(position: number, expected: readonly string[]) {
    super('unexpected token');
    this.position = position;
    this.expected = expected;
  }
}

/** For every `(` the index of its `)`; the end token's for one that is never closed. */
function closingParentheses(tokens: TokenBuffer): Int32Array {
  const closing = new Int32Array(tokens.count).fill(tokens.count - 1);
  const open: number[] = [];
  for (let index = 0; index < tokens.count; index++) {
    const symbol = tokens.symbols[index];
    if (symbol === '(') open.push(index);
    else if (symbol === ')') {
      const start = open.pop();
      if (start !== undefined) closing[start] = index;
    }
  }
  return closing;
}
