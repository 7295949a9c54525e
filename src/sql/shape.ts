/**
 * The shape of a statement: its text with every literal replaced by a mark that tells the literal's type.
 * Two texts of one shape have the same AST but for the values of their literals, so one plan serves both,
 * unless the planner or the parser looked at a value (`ParsedStatement.inspected`).
 */
import type { LiteralValue } from './ast.ts';
import { firstStatement, type Parameter, type ParseOptions, parametersOf } from './parse/parse.ts';
import { defaultSqlMode } from './sql-mode.ts';
import { tokenKind, withTokens } from './tokens.ts';

export interface ScannedStatement {
  /**
   * The statement's text from its first token to its last, with marks in place of literals; `?` stays.
   * Equal shapes under equal SQL mode flags mean equal statements but for the values.
   */
  readonly shape: string;
  readonly parameters: readonly Parameter[];
  /** How many of the parameters are `?`. */
  readonly placeholderCount: number;
  /** Where the scan began: parseStatement must begin there too, before a version comment around the statement. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
  /** Offset after the `;` that ended it; -1 when the text ended. */
  readonly next: number;
}

/** No token begins with it, so a mark cannot be taken for text. */
const markSign = '\u0001';

/** The mark of a literal: everything of it that the AST depends on besides its value. */
function markOf(literal: LiteralValue): string {
  switch (literal.type) {
    case 'integer':
      return `${markSign}i`;
    case 'unsigned':
      return `${markSign}u`;
    case 'decimal':
      return `${markSign}d${literal.precision},${literal.scale};`;
    case 'double':
      return `${markSign}f`;
    case 'string':
      return literal.charset === null ? `${markSign}s` : `${markSign}c${literal.charset};`;
    case 'hex':
      return `${markSign}x`;
    case 'bit':
      return `${markSign}b`;
    case 'binary':
      return `${markSign}y`;
  }
}

/**
 * Scans the first statement at or after `start` that is not empty; null when there is none. One pass,
 * no parsing: a text that is no SQL has a shape too, and parseStatement says what is wrong with it.
 */
export function scanShape(text: string, options: ParseOptions = {}, start = 0): ScannedStatement | null {
  return withTokens((tokens) => {
    if (firstStatement(text, options, start, tokens) < 0) return null;
    const parameters = parametersOf(text, tokens, options.mode ?? defaultSqlMode);
    const begin = tokens.starts[0] ?? start;
    const end = tokens.ends[tokens.count - 2] ?? begin;
    let shape = '';
    let copied = begin;
    let placeholderCount = 0;
    for (let index = 0; index < tokens.count; index++) {
      const number = tokens.parameters[index] ?? -1;
      if (number < 0) continue;
      const parameter = parameters[number];
      if (parameter === undefined || tokens.kinds[index] === tokenKind.placeholder) {
        placeholderCount++;
        continue;
      }
      if (parameter.kind === 'placeholder') continue;
      shape += text.slice(copied, tokens.starts[index]) + markOf(parameter.literal);
      copied = tokens.ends[index] ?? copied;
    }
    shape += text.slice(copied, end);
    return { shape, parameters, placeholderCount, from: start, start: begin, end, next: tokens.next };
  });
}
