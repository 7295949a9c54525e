/** The entry points of the parser: text to statements with their parameters. */
import { GatewayError } from '../../base/errors.ts';
import { defaultLimits, type Limits } from '../../base/limits.ts';
import type { Expr, LiteralValue } from '../ast.ts';
import { Cursor, type Rules, UnexpectedToken } from '../cursor.ts';
import { tokenize } from '../lexer.ts';
import { literalValue } from '../literal.ts';
import { defaultSqlMode, type SqlModeFlags } from '../sql-mode.ts';
import type { Statement } from '../statement.ts';
import { lineAndColumn } from '../syntax-error.ts';
import { type TokenBuffer, tokenKind, withTokens } from '../tokens.ts';
import { treeHeight } from '../walk.ts';
import { parseBitExpression, parseExpression } from './expression.ts';
import { parseQuery } from './query.ts';
import { parseStatementRule } from './statement.ts';
import { parseDataType } from './type.ts';
import { parseOrderList, parseWindowSpec } from './window.ts';

export interface ParseOptions {
  readonly mode?: SqlModeFlags;
  readonly limits?: Pick<Limits, 'parserDepth' | 'treeHeight' | 'statementTokens' | 'tablesPerStatement'>;
}

/** What stands at a parameter's place in the text: a literal with its value, or a `?`. */
export type Parameter =
  | { readonly kind: 'literal'; readonly literal: LiteralValue }
  | { readonly kind: 'placeholder' };

export interface ParsedStatement {
  readonly statement: Statement;
  /** The statement's text in the parsed text, blanks and comments around it left out. */
  readonly start: number;
  readonly end: number;
  /** Offset after the `;` that ended it; -1 when the text ended. */
  readonly next: number;
  /** The literals and `?` in text order: the same list that `scanShape` gives for this text. */
  readonly parameters: readonly Parameter[];
  /**
   * Numbers of the literals whose value went into the statement itself (a type's length, an alias, an
   * option), ascending: a plan of this statement holds only for these values.
   */
  readonly inspected: readonly number[];
}

const rules: Rules = {
  expression: parseExpression,
  bitExpression: parseBitExpression,
  query: parseQuery,
  orderList: parseOrderList,
  windowSpec: parseWindowSpec,
  dataType: parseDataType,
};

/**
 * Reads the statement at `start`; null when nothing but blanks, comments and `;` is left.
 * Throws SYNTAX_ERROR with a position, or NOT_SUPPORTED for a statement that MySQL has and we have not.
 */
export function parseStatement(text: string, options: ParseOptions = {}, start = 0): ParsedStatement | null {
  return withTokens((tokens) => {
    const from = firstStatement(text, options, start, tokens);
    if (from < 0) return null;
    const cursor = run(text, tokens, options, (at) => {
      const statement = parseStatementRule(at);
      expectEnd(at);
      return statement;
    });
    return {
      statement: cursor.result,
      start: tokens.starts[0] ?? from,
      end: tokens.ends[tokens.count - 2] ?? from,
      next: tokens.next,
      parameters: parametersOf(text, tokens, options.mode ?? defaultSqlMode),
      inspected: [...cursor.inspected].sort((a, b) => a - b),
    };
  });
}

/** All statements of a text, in order. */
export function parse(text: string, options: ParseOptions = {}): readonly ParsedStatement[] {
  const statements: ParsedStatement[] = [];
  let start = 0;
  while (start >= 0) {
    const parsed = parseStatement(text, options, start);
    if (parsed === null) break;
    statements.push(parsed);
    start = parsed.next;
  }
  return statements;
}

/** A text that is one expression: a default, a filter of a configuration, a test. */
export function parseExpressionText(text: string, options: ParseOptions = {}): Expr {
  return withTokens((tokens) => {
    scan(text, options, 0, tokens);
    return run(text, tokens, options, (cursor) => {
      const expr = parseExpression(cursor);
      expectEnd(cursor);
      return expr;
    }).result;
  });
}

/** Where each statement of a text begins and ends, without reading it; for text that need not be valid. */
export function splitStatements(
  text: string,
  options: ParseOptions = {},
): readonly { readonly start: number; readonly end: number }[] {
  const pieces: { start: number; end: number }[] = [];
  for (let start = 0; start >= 0; ) {
    const piece = withTokens((tokens) => {
      if (firstStatement(text, options, start, tokens) < 0) return null;
      const end = tokens.ends[tokens.count - 2] ?? start;
      return { start: tokens.starts[0] ?? start, end, next: tokens.next };
    });
    if (piece === null) break;
    pieces.push({ start: piece.start, end: piece.end });
    start = piece.next;
  }
  return pieces;
}

/** Tokens of the first statement at or after `start` that is not empty; its offset, or -1. */
export function firstStatement(
  text: string,
  options: ParseOptions,
  start: number,
  tokens: TokenBuffer,
): number {
  for (let from = start; from >= 0; from = tokens.next) {
    scan(text, options, from, tokens);
    if (tokens.count > 1) return from;
  }
  return -1;
}

function scan(text: string, options: ParseOptions, start: number, tokens: TokenBuffer): void {
  tokens.clear();
  const mode = options.mode ?? defaultSqlMode;
  const maxTokens = (options.limits ?? defaultLimits).statementTokens;
  tokenize(text, start, { mode, maxTokens }, tokens);
}

/** The values of the literals among the tokens, and the places of the `?`. */
export function parametersOf(text: string, tokens: TokenBuffer, mode: SqlModeFlags): readonly Parameter[] {
  const parameters: Parameter[] = [];
  for (let index = 0; index < tokens.count; index++) {
    if ((tokens.parameters[index] ?? -1) < 0) continue;
    parameters.push(
      tokens.kinds[index] === tokenKind.placeholder
        ? placeholder
        : { kind: 'literal', literal: literalValue(text, tokens, index, mode) },
    );
  }
  return parameters;
}

const placeholder: Parameter = { kind: 'placeholder' };

function expectEnd(cursor: Cursor): void {
  if (!cursor.isEnd()) cursor.fail('the end of the statement');
}

/** Runs a rule over the tokens; on an error runs it once more to learn what was expected there. */
function run<T extends object>(
  text: string,
  tokens: TokenBuffer,
  options: ParseOptions,
  rule: (cursor: Cursor) => T,
): { readonly result: T; readonly inspected: ReadonlySet<number> } {
  const limits = options.limits ?? defaultLimits;
  const statementStart = tokens.starts[0] ?? 0;
  const make = (): Cursor =>
    new Cursor(text, tokens, { mode: options.mode ?? defaultSqlMode, limits, rules, statementStart });
  const cursor = make();
  try {
    const result = rule(cursor);
    // each level of nesting adds a few nodes at most; only long chains can make the tree higher
    const bound = cursor.binaryCount + limits.parserDepth * 2;
    if (bound > limits.treeHeight && treeHeight(result) > limits.treeHeight) throw tooHigh(text, limits);
    return { result, inspected: cursor.inspected };
  } catch (error) {
    if (!(error instanceof UnexpectedToken)) throw error;
    throw explain(make(), rule, error);
  }
}

function tooHigh(text: string, limits: { readonly treeHeight: number }): GatewayError {
  return new GatewayError(
    'SYNTAX_ERROR',
    `The statement chains more than ${limits.treeHeight} operators: its expressions are too deep`,
    { position: lineAndColumn(text, 0, 0) },
  );
}

function explain(cursor: Cursor, rule: (cursor: Cursor) => object, error: UnexpectedToken): GatewayError {
  const asked = cursor.traceAt(error.position);
  try {
    rule(cursor);
  } catch (again) {
    if (!(again instanceof UnexpectedToken)) throw again;
  }
  return cursor.syntaxError(error.position, [...new Set([...error.expected, ...asked])]);
}
