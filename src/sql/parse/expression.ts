/**
 * Expressions by precedence climbing. The levels are those of grammar/operators.txt; a loop may go on only
 * to operators that bind no tighter than the last one it took, so `a IS NULL + 1` is an error, as in MySQL.
 */
import type { BinaryOperator, ComparisonOperator, Expr } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import { infixLevels, levels } from '../generated/operators.ts';
import { parseInterval } from './interval.ts';
import { isQueryParenthesis } from './parenthesis.ts';
import { parsePrimary } from './primary.ts';

/** A whole expression. */
export function parseExpression(cursor: Cursor): Expr {
  return parseAtLevel(cursor, levels.or);
}

/** MySQL's `bit_expr`: arithmetic without comparison, so that BETWEEN's AND and aliases are not taken in. */
export function parseBitExpression(cursor: Cursor): Expr {
  return parseAtLevel(cursor, levels.bitOr);
}

function parseAtLevel(cursor: Cursor, minimum: number): Expr {
  cursor.enter();
  const { start } = cursor;
  let left: Expr;
  let ceiling: number = levels.collate;
  if (cursor.symbol === 'NOT' && minimum <= levels.not && !cursor.mode.highNotPrecedence) {
    cursor.position++;
    const operand = parseAtLevel(cursor, levels.not);
    left = { kind: 'unary', operator: 'NOT', operand, start, end: cursor.end };
    ceiling = levels.not;
  } else {
    left = parseUnary(cursor);
  }
  left = climb(cursor, { left, start, minimum, ceiling });
  cursor.leave();
  return left;
}

interface Climb {
  readonly left: Expr;
  /** Where the left operand's text begins, parentheses included. */
  readonly start: number;
  readonly minimum: number;
  /** Operators above it bind tighter than what `left` is made of. */
  readonly ceiling: number;
}

/** Takes infix operators of level `minimum` and above, as long as there are any. */
function climb(cursor: Cursor, { left, start, minimum, ceiling }: Climb): Expr {
  let result = left;
  let top = ceiling;
  for (;;) {
    const { symbol } = cursor;
    if (symbol === '') return result;
    const level = infixLevel(cursor, symbol);
    if (level < minimum || level > top) return result;
    result = parseInfix(cursor, { left: result, start, level, symbol });
    top = level;
    cursor.binaryCount++;
  }
}

/** The level of the operator at the cursor, 0 when it is none. */
function infixLevel(cursor: Cursor, symbol: string): number {
  switch (symbol) {
    case '||':
      return cursor.mode.pipesAsConcat ? levels.concat : levels.or;
    case 'NOT': {
      const next = cursor.symbolAt(1);
      const negatable =
        next === 'IN' || next === 'LIKE' || next === 'BETWEEN' || next === 'REGEXP' || next === 'RLIKE';
      return negatable ? levels.predicate : 0;
    }
    case 'MEMBER':
      return cursor.isAt(1, 'OF') || cursor.isAt(1, '(') ? levels.predicate : 0;
    case 'SOUNDS':
      return cursor.isAt(1, 'LIKE') ? levels.predicate : 0;
    default:
      return infixLevels.get(symbol) ?? 0;
  }
}

interface Infix {
  readonly left: Expr;
  readonly start: number;
  readonly level: number;
  readonly symbol: string;
}

function parseInfix(cursor: Cursor, infix: Infix): Expr {
  switch (infix.level) {
    case levels.or:
    case levels.and:
      return parseChain(cursor, infix);
    case levels.comparison:
      return infix.symbol === 'IS' ? parseIs(cursor, infix) : parseComparison(cursor, infix);
    case levels.predicate:
      return parsePredicate(cursor, infix);
    case levels.additive:
      return parseAdditive(cursor, infix);
    case levels.concat:
      return parseConcat(cursor, infix);
    default:
      cursor.position++;
      return binary(cursor, infix, parseAtLevel(cursor, infix.level + 1));
  }
}

const canonical: ReadonlyMap<string, BinaryOperator> = new Map([
  ['!=', '<>'],
  ['MOD', '%'],
]);

function binary(cursor: Cursor, { left, start, symbol }: Infix, right: Expr): Expr {
  const operator = canonical.get(symbol) ?? (symbol as BinaryOperator);
  return { kind: 'binary', operator, left, right, start, end: cursor.end };
}

/** AND and OR: all terms of one chain in one node. */
function parseChain(cursor: Cursor, { left, start, level }: Infix): Expr {
  const terms = [left];
  while (infixLevel(cursor, cursor.symbol) === level) {
    cursor.position++;
    terms.push(parseAtLevel(cursor, level + 1));
  }
  return { kind: level === levels.or ? 'or' : 'and', terms, start, end: cursor.end };
}

/** `||` under PIPES_AS_CONCAT. */
function parseConcat(cursor: Cursor, { left, start, level }: Infix): Expr {
  const args = [left];
  while (infixLevel(cursor, cursor.symbol) === level) {
    cursor.position++;
    args.push(parseAtLevel(cursor, level + 1));
  }
  return { kind: 'call', database: null, name: 'CONCAT', args, start, end: cursor.end };
}

function parseIs(cursor: Cursor, { left, start }: Infix): Expr {
  cursor.expect('IS');
  const negated = cursor.accept('NOT');
  const word = cursor.expectAny('NULL', 'TRUE', 'FALSE', 'UNKNOWN');
  const test = ({ NULL: 'null', TRUE: 'true', FALSE: 'false', UNKNOWN: 'unknown' } as const)[word];
  return { kind: 'is', negated, operand: left, test, start, end: cursor.end };
}

function parseComparison(cursor: Cursor, infix: Infix): Expr {
  cursor.position++;
  const { symbol } = cursor;
  const quantified = symbol === 'ALL' || symbol === 'ANY' || symbol === 'SOME';
  if (!quantified || !cursor.isAt(1, '(') || infix.symbol === '<=>') {
    return binary(cursor, infix, parseAtLevel(cursor, levels.predicate));
  }
  cursor.position++;
  cursor.expect('(');
  const query = cursor.rules.query(cursor);
  cursor.expect(')');
  return {
    kind: 'quantified',
    operator: (canonical.get(infix.symbol) ?? infix.symbol) as ComparisonOperator,
    quantifier: symbol === 'ALL' ? 'all' : 'any',
    left: infix.left,
    query,
    start: infix.start,
    end: cursor.end,
  };
}

/** `+` and `-`, whose right side may be INTERVAL amount unit. */
function parseAdditive(cursor: Cursor, infix: Infix): Expr {
  cursor.position++;
  if (!cursor.is('INTERVAL')) return binary(cursor, infix, parseAtLevel(cursor, levels.multiplicative));
  const { start } = cursor;
  const interval = parseInterval(cursor, climbFrom);
  if (interval.kind === 'function') {
    const left = interval.expr;
    const operand = { left, start, minimum: levels.multiplicative, ceiling: levels.collate };
    return binary(cursor, infix, climb(cursor, operand));
  }
  return {
    kind: 'dateArithmetic',
    operator: infix.symbol === '+' ? '+' : '-',
    operand: infix.left,
    amount: interval.amount,
    unit: interval.unit,
    start: infix.start,
    end: cursor.end,
  };
}

/** Goes on with an operand that was read already, to the end of the whole expression. */
function climbFrom(cursor: Cursor, left: Expr, start: number): Expr {
  const operand = parsePostfixOf(cursor, left, start);
  return climb(cursor, { left: operand, start, minimum: levels.or, ceiling: levels.collate });
}

function parsePredicate(cursor: Cursor, infix: Infix): Expr {
  const { left, start } = infix;
  const negated = cursor.accept('NOT');
  const word = cursor.expectAny('IN', 'BETWEEN', 'LIKE', 'REGEXP', 'RLIKE', 'MEMBER', 'SOUNDS');
  switch (word) {
    case 'IN':
      return parseIn(cursor, left, { start, negated });
    case 'BETWEEN': {
      const low = parseBitExpression(cursor);
      cursor.expect('AND');
      const high = parseAtLevel(cursor, levels.predicate);
      return { kind: 'between', negated, operand: left, low, high, start, end: cursor.end };
    }
    case 'LIKE': {
      const pattern = parseAtLevel(cursor, levels.concat);
      const escapedBy = cursor.accept('ESCAPE') ? parseAtLevel(cursor, levels.concat) : null;
      return { kind: 'like', negated, operand: left, pattern, escape: escapedBy, start, end: cursor.end };
    }
    case 'REGEXP':
    case 'RLIKE': {
      const pattern = parseBitExpression(cursor);
      return { kind: 'regexp', negated, operand: left, pattern, start, end: cursor.end };
    }
    case 'MEMBER': {
      cursor.accept('OF');
      cursor.expect('(');
      const array = parseExpression(cursor);
      cursor.expect(')');
      return { kind: 'memberOf', operand: left, array, start, end: cursor.end };
    }
    case 'SOUNDS': {
      cursor.expect('LIKE');
      const right = parseBitExpression(cursor);
      return { kind: 'soundsLike', left, right, start, end: cursor.end };
    }
  }
}

function parseIn(
  cursor: Cursor,
  operand: Expr,
  { start, negated }: { start: number; negated: boolean },
): Expr {
  if (isQueryParenthesis(cursor)) {
    cursor.expect('(');
    const query = cursor.rules.query(cursor);
    cursor.expect(')');
    return { kind: 'inQuery', negated, operand, query, start, end: cursor.end };
  }
  const list = cursor.parenthesised(() => parseExpression(cursor));
  return { kind: 'in', negated, operand, list, start, end: cursor.end };
}

/** Prefix operators and what they bind: tighter than every infix operator but `->`. */
function parseUnary(cursor: Cursor): Expr {
  const { start, symbol } = cursor;
  switch (symbol) {
    case '-':
    case '+':
    case '~':
    case '!':
    case 'BINARY':
      break;
    case 'NOT':
      if (!cursor.mode.highNotPrecedence) return cursor.fail('an expression');
      break;
    case 'INTERVAL':
      return parseLeadingInterval(cursor);
    default:
      return parsePostfix(cursor);
  }
  cursor.position++;
  cursor.enter();
  const operand = parseUnary(cursor);
  cursor.leave();
  const operator = symbol === '!' ? 'NOT' : symbol;
  return { kind: 'unary', operator, operand, start, end: cursor.end };
}

/** `INTERVAL n unit + x`, where x goes on to the next AND, OR or XOR; or the function INTERVAL(n, …). */
function parseLeadingInterval(cursor: Cursor): Expr {
  const { start } = cursor;
  const interval = parseInterval(cursor, climbFrom);
  if (interval.kind === 'function') return interval.expr;
  cursor.expect('+');
  const operand = parseAtLevel(cursor, levels.comparison);
  const { amount, unit } = interval;
  return { kind: 'dateArithmetic', operator: '+', operand, amount, unit, start, end: cursor.end };
}

/** A primary with its COLLATE, `->` and `->>`. */
function parsePostfix(cursor: Cursor): Expr {
  const { start } = cursor;
  const operand = parsePrimary(cursor);
  // an assignment has taken in all that could follow its value
  if (operand.kind === 'assignVariable' && operand.start === start) return operand;
  return parsePostfixOf(cursor, operand, start);
}

function parsePostfixOf(cursor: Cursor, primary: Expr, start: number): Expr {
  let operand = primary;
  for (;;) {
    const { symbol } = cursor;
    if (symbol === 'COLLATE') {
      cursor.position++;
      const collation = cursor.is('BINARY') ? cursor.takeName() : cursor.nameOrString('a collation');
      operand = { kind: 'collate', operand, collation, start, end: cursor.end };
    } else if ((symbol === '->' || symbol === '->>') && operand.kind === 'column') {
      cursor.position++;
      if (!cursor.isString()) cursor.fail('a JSON path');
      const right = cursor.literal();
      operand = { kind: 'binary', operator: symbol, left: operand, right, start, end: cursor.end };
    } else {
      return operand;
    }
    cursor.binaryCount++;
  }
}
