/** What an expression is made of: literals, names, variables, parentheses, CASE and calls. */
import type { ColumnExpr, Expr, LiteralExpr, VariableScope } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import { tokenKind } from '../tokens.ts';
import { functionForms, parseCall } from './call.ts';
import { isQueryParenthesis } from './parenthesis.ts';

/** The part of an expression that no operator splits. */
export function parsePrimary(cursor: Cursor): Expr {
  switch (cursor.kind) {
    case tokenKind.integer:
    case tokenKind.decimal:
    case tokenKind.double:
    case tokenKind.string:
    case tokenKind.hex:
    case tokenKind.bit:
      return cursor.literal();
    case tokenKind.placeholder:
      return cursor.placeholder();
    case tokenKind.word:
    case tokenKind.quotedName:
      return parseNamed(cursor);
    case tokenKind.freeWord:
      return parseFreeWord(cursor);
    case tokenKind.reservedWord:
      return parseReserved(cursor);
    case tokenKind.userVariable:
      return parseUserVariable(cursor);
    case tokenKind.operator:
      break;
    default:
      return cursor.fail('an expression');
  }
  if (cursor.is('(')) return parseParenthesis(cursor);
  if (cursor.is('@@')) return parseSystemVariable(cursor);
  if (cursor.is('{')) return parseOdbc(cursor);
  return cursor.fail('an expression');
}

/** A column, or a call when a parenthesis follows. */
function parseNamed(cursor: Cursor): Expr {
  if (cursor.isAt(1, '(')) return parseCall(cursor);
  return parseColumn(cursor);
}

export function parseColumn(cursor: Cursor): ColumnExpr | Extract<Expr, { kind: 'call' }> {
  const { start } = cursor;
  const first = cursor.name('a column name');
  if (!cursor.accept('.')) {
    return { kind: 'column', database: null, table: null, name: first, start, end: cursor.end };
  }
  const second = cursor.nameAfterDot('a column name');
  if (cursor.accept('.')) {
    const name = cursor.nameAfterDot('a column name');
    return { kind: 'column', database: first, table: second, name, start, end: cursor.end };
  }
  if (cursor.is('(')) {
    const args = cursor.isAt(1, ')') ? [] : cursor.parenthesised(() => cursor.expression());
    if (args.length === 0) cursor.expectSequence('(', ')');
    return { kind: 'call', database: first, name: second.toUpperCase(), args, start, end: cursor.end };
  }
  return { kind: 'column', database: null, table: first, name: second, start, end: cursor.end };
}

const temporalTypes: ReadonlyMap<string, 'date' | 'time' | 'timestamp'> = new Map([
  ['DATE', 'date'],
  ['TIME', 'time'],
  ['TIMESTAMP', 'timestamp'],
]);

function parseFreeWord(cursor: Cursor): Expr {
  const type = temporalTypes.get(cursor.symbol);
  if (type !== undefined && cursor.kindAt(1) === tokenKind.string) {
    const { start } = cursor;
    cursor.position++;
    return temporalLiteral(cursor, type, start);
  }
  return parseNamed(cursor);
}

function temporalLiteral(cursor: Cursor, type: 'date' | 'time' | 'timestamp', start: number): Expr {
  if (!cursor.isString()) cursor.fail('a string');
  const text: LiteralExpr = cursor.literal();
  cursor.inspect(text);
  return { kind: 'temporalLiteral', type, text, start, end: cursor.end };
}

function parseReserved(cursor: Cursor): Expr {
  const { start, symbol } = cursor;
  switch (symbol) {
    case 'NULL':
      cursor.position++;
      return { kind: 'null', start, end: cursor.end };
    case 'TRUE':
    case 'FALSE':
      cursor.position++;
      return { kind: 'boolean', value: symbol === 'TRUE', start, end: cursor.end };
    case 'CASE':
      return parseCase(cursor);
    case 'EXISTS': {
      cursor.position++;
      cursor.expect('(');
      const query = cursor.rules.query(cursor);
      cursor.expect(')');
      return { kind: 'exists', query, start, end: cursor.end };
    }
    case 'ROW': {
      cursor.position++;
      const items = cursor.parenthesised(() => cursor.expression());
      if (items.length < 2) cursor.fail(',');
      return { kind: 'row', items, start, end: cursor.end };
    }
    case 'DEFAULT':
      return parseDefault(cursor);
    default: {
      const form = functionForms.get(symbol);
      if (form === undefined) return cursor.fail('an expression');
      return form(cursor);
    }
  }
}

/** Bare DEFAULT is a value only where a column is assigned; the binder refuses it elsewhere. */
function parseDefault(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.expect('DEFAULT');
  if (!cursor.accept('(')) return { kind: 'default', start, end: cursor.end };
  const column = parseColumn(cursor);
  if (column.kind !== 'column') return cursor.fail('a column name');
  cursor.expect(')');
  return { kind: 'defaultOf', column, start, end: cursor.end };
}

function parseCase(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.expect('CASE');
  const operand = cursor.is('WHEN') ? null : cursor.expression();
  const whens: { when: Expr; then: Expr }[] = [];
  do {
    cursor.expect('WHEN');
    const when = cursor.expression();
    cursor.expect('THEN');
    const result = cursor.expression();
    // biome-ignore lint/suspicious/noThenProperty: the branch of a CASE; nothing awaits a node
    whens.push({ when, then: result });
  } while (cursor.is('WHEN'));
  const otherwise = cursor.accept('ELSE') ? cursor.expression() : null;
  cursor.expect('END');
  return { kind: 'case', operand, whens, else: otherwise, start, end: cursor.end };
}

function parseUserVariable(cursor: Cursor): Expr {
  const { start } = cursor;
  const name = cursor.takeName();
  if (!cursor.accept(':=')) return { kind: 'userVariable', name, start, end: cursor.end };
  const value = cursor.expression();
  return { kind: 'assignVariable', name, value, start, end: cursor.end };
}

const scopes: ReadonlyMap<string, VariableScope> = new Map([
  ['GLOBAL', 'global'],
  ['SESSION', 'session'],
  ['LOCAL', 'session'],
  ['PERSIST', 'persist'],
  ['PERSIST_ONLY', 'persist_only'],
]);

/** `@@name`, `@@scope.name`; the scope is a word, so ``@@`global`.x`` is a component's variable. */
export function parseSystemVariable(cursor: Cursor): Extract<Expr, { kind: 'systemVariable' }> {
  const { start } = cursor;
  cursor.expect('@@');
  const scope = cursor.isAt(1, '.') ? (scopes.get(cursor.symbol) ?? null) : null;
  if (scope !== null) cursor.position += 2;
  let name = cursor.nameAfterDot('a variable name');
  while (cursor.accept('.')) name += `.${cursor.nameAfterDot('a variable name')}`;
  return { kind: 'systemVariable', scope, name: name.toLowerCase(), start, end: cursor.end };
}

/** `{d '…'}`, `{t '…'}`, `{ts '…'}`; any other word marks an expression, as `{fn NOW()}`. */
function parseOdbc(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.expect('{');
  const word = cursor.name('d, t, ts or fn').toLowerCase();
  const type = ({ d: 'date', t: 'time', ts: 'timestamp' } as const)[word];
  const expr =
    type !== undefined && cursor.isString() ? temporalLiteral(cursor, type, start) : cursor.expression();
  cursor.expect('}');
  return expr;
}

function parseParenthesis(cursor: Cursor): Expr {
  const { start } = cursor;
  if (isQueryParenthesis(cursor)) {
    cursor.expect('(');
    const query = cursor.rules.query(cursor);
    cursor.expect(')');
    return { kind: 'subquery', query, start, end: cursor.end };
  }
  cursor.expect('(');
  const first = cursor.expression();
  if (cursor.accept(')')) return first;
  cursor.expect(',');
  const items = [first, ...cursor.list(() => cursor.expression())];
  cursor.expect(')');
  return { kind: 'row', items, start, end: cursor.end };
}
