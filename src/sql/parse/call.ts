/** Calls: plain ones, and every function that MySQL gives a syntax of its own. */
import { notSupported } from '../../base/errors.ts';
import type { Expr, JsonOnBehaviour, OrderItem } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import { tokenKind } from '../tokens.ts';
import { parseIntervalUnit } from './interval.ts';

type Form = (cursor: Cursor) => Expr;

const aggregateNames: ReadonlySet<string> = new Set(
  (
    'COUNT SUM AVG MIN MAX GROUP_CONCAT BIT_AND BIT_OR BIT_XOR STD STDDEV STDDEV_POP STDDEV_SAMP VARIANCE VAR_POP ' +
    'VAR_SAMP JSON_ARRAYAGG JSON_OBJECTAGG'
  ).split(' '),
);

/** A call whose name, any word, is at the cursor and whose `(` follows. */
export function parseCall(cursor: Cursor): Expr {
  if (cursor.kind === tokenKind.quotedName) return plainCall(cursor);
  const name = cursor.text.slice(cursor.start, cursor.tokens.ends[cursor.position]).toUpperCase();
  if (aggregateNames.has(name)) return aggregateCall(cursor, name);
  return (functionForms.get(name) ?? plainCall)(cursor);
}

function plainCall(cursor: Cursor): Expr {
  const { start } = cursor;
  const name = cursor.takeName().toUpperCase();
  const args = callArguments(cursor);
  return { kind: 'call', database: null, name, args, start, end: cursor.end };
}

function callArguments(cursor: Cursor): Expr[] {
  cursor.expect('(');
  if (cursor.accept(')')) return [];
  const args = cursor.list(() => cursor.expression());
  cursor.expect(')');
  return args;
}

/** CURRENT_TIMESTAMP, CURRENT_USER and the like: the parentheses may be left out. */
function optionalParentheses(cursor: Cursor): Expr {
  if (cursor.isAt(1, '(')) return plainCall(cursor);
  const { start } = cursor;
  const name = cursor.takeName().toUpperCase();
  return { kind: 'call', database: null, name, args: [], start, end: cursor.end };
}

function aggregateCall(cursor: Cursor, name: string): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const star = name === 'COUNT' && cursor.accept('*');
  const distinct = !star && cursor.accept('DISTINCT');
  if (!star && !distinct) cursor.accept('ALL');
  const many = name === 'GROUP_CONCAT' || name === 'JSON_OBJECTAGG' || (name === 'COUNT' && distinct);
  const args = star ? [] : many ? cursor.list(() => cursor.expression()) : [cursor.expression()];
  let orderBy: readonly OrderItem[] = [];
  let separator: string | null = null;
  if (name === 'GROUP_CONCAT') {
    if (cursor.is('ORDER')) orderBy = cursor.rules.orderList(cursor);
    if (cursor.accept('SEPARATOR')) separator = cursor.stringText();
  }
  cursor.expect(')');
  const over = cursor.accept('OVER') ? cursor.rules.windowSpec(cursor) : null;
  const { end } = cursor;
  return { kind: 'aggregate', name, star, distinct, args, orderBy, separator, over, start, end };
}

function windowCall(cursor: Cursor): Expr {
  const { start } = cursor;
  const name = cursor.takeName().toUpperCase();
  const args = callArguments(cursor);
  let fromLast = false;
  if (name === 'NTH_VALUE' && cursor.accept('FROM')) fromLast = cursor.expectAny('FIRST', 'LAST') === 'LAST';
  const nulls = cursor.acceptAny('RESPECT', 'IGNORE');
  if (nulls !== null) cursor.expect('NULLS');
  cursor.expect('OVER');
  const over = cursor.rules.windowSpec(cursor);
  const ignoreNulls = nulls === 'IGNORE';
  return { kind: 'windowFunction', name, args, ignoreNulls, fromLast, over, start, end: cursor.end };
}

function castCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const operand = cursor.expression();
  if (cursor.is('AT')) throw notSupported('CAST … AT TIME ZONE');
  cursor.expect('AS');
  const type = cursor.rules.dataType(cursor);
  const array = cursor.accept('ARRAY');
  cursor.expect(')');
  return { kind: 'cast', operand, type, array, start, end: cursor.end };
}

function convertCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const operand = cursor.expression();
  if (cursor.accept('USING')) {
    const charset = charsetName(cursor);
    cursor.expect(')');
    return { kind: 'convertUsing', operand, charset, start, end: cursor.end };
  }
  cursor.expect(',');
  const type = cursor.rules.dataType(cursor);
  cursor.expect(')');
  return { kind: 'cast', operand, type, array: false, start, end: cursor.end };
}

/** A character set: a name, a string, or BINARY. In lower case. */
export function charsetName(cursor: Cursor): string {
  if (cursor.is('BINARY')) return cursor.takeName().toLowerCase();
  return cursor.nameOrString('a character set').toLowerCase();
}

/** A collation, in lower case. */
export function collationName(cursor: Cursor): string {
  const name = cursor.is('BINARY') ? cursor.takeName() : cursor.nameOrString('a collation');
  return name.toLowerCase();
}

function charCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const args = cursor.list(() => cursor.expression());
  if (cursor.accept('USING')) {
    const charset = charsetName(cursor);
    cursor.expect(')');
    return { kind: 'charUsing', args, charset, start, end: cursor.end };
  }
  cursor.expect(')');
  return { kind: 'call', database: null, name: 'CHAR', args, start, end: cursor.end };
}

function extractCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const unit = parseIntervalUnit(cursor);
  cursor.expect('FROM');
  const operand = cursor.expression();
  cursor.expect(')');
  return { kind: 'extract', unit, operand, start, end: cursor.end };
}

/** SUBSTRING(x FROM a FOR b) is SUBSTRING(x, a, b). */
function substringCall(cursor: Cursor): Expr {
  const { start } = cursor;
  const name = cursor.takeName().toUpperCase();
  cursor.expect('(');
  const args = [cursor.expression()];
  if (cursor.accept('FROM')) {
    args.push(cursor.expression());
    if (cursor.accept('FOR')) args.push(cursor.expression());
  } else {
    while (cursor.accept(',')) args.push(cursor.expression());
  }
  cursor.expect(')');
  return { kind: 'call', database: null, name, args, start, end: cursor.end };
}

function trimCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const word = cursor.acceptAny('BOTH', 'LEADING', 'TRAILING');
  const side = word === 'LEADING' ? 'leading' : word === 'TRAILING' ? 'trailing' : 'both';
  let remove: Expr | null = null;
  let operand: Expr;
  if (word !== null && cursor.accept('FROM')) {
    operand = cursor.expression();
  } else {
    operand = cursor.expression();
    if (word !== null || cursor.is('FROM')) {
      cursor.expect('FROM');
      remove = operand;
      operand = cursor.expression();
    }
  }
  cursor.expect(')');
  return { kind: 'trim', side, remove, operand, start, end: cursor.end };
}

/** POSITION(a IN b) is LOCATE(a, b). */
function positionCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const needle = cursor.rules.bitExpression(cursor);
  cursor.expect('IN');
  const args = [needle, cursor.expression()];
  cursor.expect(')');
  return { kind: 'call', database: null, name: 'LOCATE', args, start, end: cursor.end };
}

/** DATE_ADD(x, INTERVAL n unit) is `x + INTERVAL n unit`; ADDDATE and SUBDATE also take a number of days. */
function dateArithmeticCall(cursor: Cursor): Expr {
  const { start } = cursor;
  const name = cursor.takeName().toUpperCase();
  cursor.expect('(');
  const operand = cursor.expression();
  cursor.expect(',');
  const takesDays = name === 'ADDDATE' || name === 'SUBDATE';
  if (takesDays && !cursor.is('INTERVAL')) {
    const args = [operand, cursor.expression()];
    cursor.expect(')');
    return { kind: 'call', database: null, name, args, start, end: cursor.end };
  }
  cursor.expect('INTERVAL');
  const amount = cursor.expression();
  const unit = parseIntervalUnit(cursor);
  cursor.expect(')');
  const operator = name === 'DATE_ADD' || name === 'ADDDATE' ? '+' : '-';
  return { kind: 'dateArithmetic', operator, operand, amount, unit, start, end: cursor.end };
}

function timestampCall(cursor: Cursor): Expr {
  const { start } = cursor;
  const name = cursor.takeName().toUpperCase();
  cursor.expect('(');
  const unit = parseIntervalUnit(cursor);
  cursor.expect(',');
  const first = cursor.expression();
  cursor.expect(',');
  const second = cursor.expression();
  cursor.expect(')');
  const { end } = cursor;
  return name === 'TIMESTAMPADD'
    ? { kind: 'timestampAdd', unit, amount: first, operand: second, start, end }
    : { kind: 'timestampDiff', unit, from: first, to: second, start, end };
}

function getFormatCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const word = cursor.expectAny('DATE', 'TIME', 'DATETIME', 'TIMESTAMP');
  const type = word === 'DATE' ? 'date' : word === 'TIME' ? 'time' : 'datetime';
  cursor.expect(',');
  const format = cursor.expression();
  cursor.expect(')');
  return { kind: 'getFormat', type, format, start, end: cursor.end };
}

/** `VALUES(c)`: the value that INSERT … ON DUPLICATE KEY UPDATE would have inserted. */
function valuesCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.expect('VALUES');
  cursor.expect('(');
  const columnStart = cursor.start;
  const parts = [cursor.name('a column name')];
  while (cursor.accept('.')) parts.push(cursor.nameAfterDot('a column name'));
  const column = {
    kind: 'column',
    database: parts.at(-3) ?? null,
    table: parts.at(-2) ?? null,
    name: parts.at(-1) ?? '',
    start: columnStart,
    end: cursor.end,
  } as const;
  cursor.expect(')');
  return { kind: 'insertValue', column, start, end: cursor.end };
}

function matchCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.expect('MATCH');
  const columns = cursor.is('(')
    ? cursor.parenthesised(() => cursor.rules.bitExpression(cursor))
    : cursor.list(() => cursor.rules.bitExpression(cursor));
  cursor.expect('AGAINST');
  cursor.expect('(');
  const against = cursor.rules.bitExpression(cursor);
  let mode: 'natural' | 'boolean' | 'expansion' = 'natural';
  if (cursor.accept('IN')) {
    if (cursor.accept('BOOLEAN')) {
      mode = 'boolean';
    } else {
      cursor.expectSequence('NATURAL', 'LANGUAGE');
    }
    cursor.expect('MODE');
  }
  if (mode === 'natural' && cursor.accept('WITH')) {
    cursor.expectSequence('QUERY', 'EXPANSION');
    mode = 'expansion';
  }
  cursor.expect(')');
  return { kind: 'match', columns, against, mode, start, end: cursor.end };
}

function jsonValueCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const document = cursor.expression();
  cursor.expect(',');
  const path = cursor.expression();
  const returning = cursor.accept('RETURNING') ? cursor.rules.dataType(cursor) : null;
  const { onEmpty, onError } = jsonOnClauses(cursor);
  cursor.expect(')');
  return { kind: 'jsonValue', document, path, returning, onEmpty, onError, start, end: cursor.end };
}

/** `NULL|ERROR|DEFAULT x ON EMPTY` and `… ON ERROR`, each at most once and in this order. */
export function jsonOnClauses(cursor: Cursor): {
  readonly onEmpty: JsonOnBehaviour | null;
  readonly onError: JsonOnBehaviour | null;
} {
  let onEmpty: JsonOnBehaviour | null = null;
  for (;;) {
    const word = cursor.acceptAny('NULL', 'ERROR', 'DEFAULT');
    if (word === null) return { onEmpty, onError: null };
    const behaviour: JsonOnBehaviour =
      word === 'DEFAULT'
        ? { kind: 'default', value: cursor.rules.bitExpression(cursor) }
        : { kind: word === 'NULL' ? 'null' : 'error' };
    cursor.expect('ON');
    if (cursor.accept('ERROR')) return { onEmpty, onError: behaviour };
    if (onEmpty !== null) cursor.fail('ERROR');
    cursor.expect('EMPTY');
    onEmpty = behaviour;
  }
}

function weightStringCall(cursor: Cursor): Expr {
  const { start } = cursor;
  cursor.position++;
  cursor.expect('(');
  const args = [cursor.expression()];
  if (cursor.is('AS')) throw notSupported('WEIGHT_STRING … AS');
  cursor.expect(')');
  return { kind: 'call', database: null, name: 'WEIGHT_STRING', args, start, end: cursor.end };
}

const forms: readonly (readonly [Form, string])[] = [
  [plainCall, 'IF LEFT RIGHT REPEAT REPLACE INSERT MOD DATABASE SCHEMA GROUPING'],
  [
    optionalParentheses,
    'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP CURRENT_USER',
  ],
  [
    windowCall,
    'ROW_NUMBER RANK DENSE_RANK CUME_DIST PERCENT_RANK NTILE LEAD LAG FIRST_VALUE LAST_VALUE NTH_VALUE',
  ],
  [castCall, 'CAST'],
  [convertCall, 'CONVERT'],
  [charCall, 'CHAR'],
  [extractCall, 'EXTRACT'],
  [substringCall, 'SUBSTRING SUBSTR MID'],
  [trimCall, 'TRIM'],
  [positionCall, 'POSITION'],
  [dateArithmeticCall, 'DATE_ADD DATE_SUB ADDDATE SUBDATE'],
  [timestampCall, 'TIMESTAMPADD TIMESTAMPDIFF'],
  [getFormatCall, 'GET_FORMAT'],
  [valuesCall, 'VALUES'],
  [matchCall, 'MATCH'],
  [jsonValueCall, 'JSON_VALUE'],
  [weightStringCall, 'WEIGHT_STRING'],
];

/** By function name in upper case, what reads it; the cursor stands at the name. */
export const functionForms: ReadonlyMap<string, Form> = new Map(
  forms.flatMap(([form, names]) => names.split(' ').map((name): [string, Form] => [name, form])),
);
