/** FROM: tables with their temporal clauses, derived tables, joins. */
import { GatewayError } from '../../base/errors.ts';
import type {
  DerivedFrom,
  Expr,
  FromItem,
  JoinFrom,
  JsonTableColumn,
  JsonTableFrom,
  TableFrom,
} from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import { jsonOnClauses } from './call.ts';
import { isQueryParenthesis } from './parenthesis.ts';
import { parseTemporal } from './temporal.ts';

/** `table, table JOIN table ON …`; a comma is a cross join that binds weaker than JOIN. */
export function parseFrom(cursor: Cursor): FromItem {
  const tables = { count: 0 };
  const { start } = cursor;
  let left = parseJoined(cursor, tables);
  while (cursor.accept(',')) {
    const right = parseJoined(cursor, tables);
    left = crossJoin(left, right, start, cursor.end);
  }
  return left;
}

/** The tables of one FROM clause so far: MySQL's bound of 61 keeps the joins' tree low. */
interface TableCount {
  count: number;
}

function crossJoin(left: FromItem, right: FromItem, start: number, end: number): JoinFrom {
  return {
    kind: 'join',
    join: 'cross',
    natural: false,
    asof: false,
    left,
    right,
    on: null,
    using: null,
    start,
    end,
  };
}

interface JoinWords {
  readonly join: 'inner' | 'left' | 'right';
  readonly natural: boolean;
  readonly asof: boolean;
}

/** Takes the words of a join, up to JOIN. */
function acceptJoin(cursor: Cursor): JoinWords | null {
  const plain = { join: 'inner', natural: false, asof: false } as const;
  if (cursor.accept('JOIN') || cursor.accept('STRAIGHT_JOIN')) return plain;
  if (cursor.is('INNER') || cursor.is('CROSS')) {
    cursor.position++;
    // MySQL takes STRAIGHT_JOIN alone, so only JOIN follows
    cursor.expect('JOIN');
    return plain;
  }
  const outer = acceptOuter(cursor);
  if (outer !== null) return { join: outer, natural: false, asof: false };
  if (cursor.accept('NATURAL')) {
    const join = cursor.accept('INNER') ? null : acceptOuter(cursor);
    if (join === null) cursor.expect('JOIN');
    return { join: join ?? 'inner', natural: true, asof: false };
  }
  if (cursor.is('ASOF') && isAsofJoin(cursor)) {
    cursor.position++;
    const left = cursor.accept('LEFT');
    if (left) cursor.accept('OUTER');
    else cursor.accept('INNER');
    cursor.expect('JOIN');
    return { join: left ? 'left' : 'inner', natural: false, asof: true };
  }
  return null;
}

/** `ASOF` before JOIN is the join, not an alias: an alias of that name needs AS or backticks. */
function isAsofJoin(cursor: Cursor): boolean {
  const next = cursor.symbolAt(1);
  return next === 'JOIN' || next === 'LEFT' || next === 'INNER';
}

function acceptOuter(cursor: Cursor): 'left' | 'right' | null {
  const word = cursor.acceptAny('LEFT', 'RIGHT');
  if (word === null) return null;
  cursor.accept('OUTER');
  cursor.expect('JOIN');
  return word === 'LEFT' ? 'left' : 'right';
}

/** A join whose right side is being read and whose condition has not come yet. */
interface PendingJoin {
  readonly words: JoinWords;
  readonly left: FromItem;
  readonly start: number;
}

/**
 * A chain of joins. A condition belongs to the nearest join without one: `a JOIN b JOIN c ON x ON y` is
 * `a JOIN (b JOIN c ON x) ON y`, but `a JOIN b JOIN c ON x` is `(a CROSS JOIN b) JOIN c ON x`.
 */
function parseJoined(cursor: Cursor, tables: TableCount): FromItem {
  const { start } = cursor;
  const pending: PendingJoin[] = [];
  let current = parseFactor(cursor, tables);
  let currentStart = start;
  for (;;) {
    const top = pending.at(-1);
    if (top !== undefined && !top.words.natural && (cursor.is('ON') || cursor.is('USING'))) {
      pending.pop();
      current = withCondition(cursor, top, current);
      currentStart = top.start;
      continue;
    }
    const words = acceptJoin(cursor);
    if (words === null) break;
    const joinStart = currentStart;
    currentStart = cursor.start;
    const right = parseFactor(cursor, tables);
    if (words.natural) {
      current = joined({ words, left: current, start: joinStart }, right, cursor.end);
      currentStart = joinStart;
    } else {
      pending.push({ words, left: current, start: joinStart });
      current = right;
    }
  }
  for (let join = pending.pop(); join !== undefined; join = pending.pop()) {
    if (join.words.join !== 'inner' || join.words.asof) cursor.fail('ON', 'USING');
    current = attachCross(join, current);
  }
  return current;
}

function joined(pending: PendingJoin, right: FromItem, end: number): JoinFrom {
  const { words, left, start } = pending;
  return { kind: 'join', ...words, left, right, on: null, using: null, start, end };
}

function withCondition(cursor: Cursor, pending: PendingJoin, right: FromItem): JoinFrom {
  let on: Expr | null = null;
  let using: string[] | null = null;
  if (cursor.accept('ON')) {
    on = cursor.expression();
  } else {
    cursor.expect('USING');
    using = cursor.nameList();
  }
  return { ...joined(pending, right, cursor.end), on, using };
}

/** Joins without a condition are left-associative: the left side goes under the leftmost table of `right`. */
function attachCross(pending: PendingJoin, right: FromItem): FromItem {
  const spine: JoinFrom[] = [];
  let leaf = right;
  // a join in parentheses begins before its left side does
  while (leaf.kind === 'join' && leaf.start === leaf.left.start) {
    spine.push(leaf);
    leaf = leaf.left;
  }
  let result: FromItem = crossJoin(pending.left, leaf, pending.start, leaf.end);
  for (let join = spine.pop(); join !== undefined; join = spine.pop()) {
    result = { ...join, left: result, start: pending.start };
  }
  return result;
}

function parseFactor(cursor: Cursor, tables: TableCount): FromItem {
  const limit = cursor.limits.tablesPerStatement;
  if (++tables.count > limit) {
    throw new GatewayError(
      'TOO_MANY_TABLES',
      `Too many tables; Tidegate can only use ${limit} tables in a join`,
    );
  }
  if (cursor.is('LATERAL') || isQueryParenthesis(cursor)) return parseDerived(cursor);
  if (cursor.is('JSON_TABLE')) return parseJsonTable(cursor);
  if (cursor.is('(')) {
    cursor.enter();
    const { start } = cursor;
    cursor.expect('(');
    tables.count--;
    const { count } = tables;
    const inner = parseFrom(cursor);
    tables.count = count + 1;
    cursor.expect(')');
    cursor.leave();
    return inner.kind === 'join' ? { ...inner, start, end: cursor.end } : inner;
  }
  if (cursor.is('{')) return parseOdbcJoin(cursor);
  return parseTable(cursor);
}

/** `{ OJ a LEFT OUTER JOIN b ON … }` */
function parseOdbcJoin(cursor: Cursor): FromItem {
  cursor.enter();
  cursor.expect('{');
  cursor.expect('OJ');
  const inner = parseFrom(cursor);
  cursor.expect('}');
  cursor.leave();
  return inner;
}

/** `[AS] alias`; without AS a reserved word or ASOF JOIN is none. */
export function parseTableAlias(cursor: Cursor): string | null {
  if (cursor.accept('AS')) return aliasAfterAs(cursor);
  if (cursor.is('ASOF') && isAsofJoin(cursor)) return null;
  return cursor.acceptName();
}

function parseTable(cursor: Cursor): TableFrom {
  const { start } = cursor;
  const name = cursor.tableName();
  const partitions = parsePartitions(cursor);
  const temporal = parseTemporal(cursor);
  const alias = parseTableAlias(cursor);
  skipIndexHints(cursor);
  return { kind: 'table', name, alias, partitions, ...temporal, start, end: cursor.end };
}

/** PARTITION (p, …) */
export function parsePartitions(cursor: Cursor): string[] | null {
  return cursor.accept('PARTITION') ? cursor.nameList() : null;
}

/** USE, FORCE and IGNORE INDEX change no result; they are read and dropped. */
function skipIndexHints(cursor: Cursor): void {
  for (;;) {
    const next = cursor.symbolAt(1);
    if (next !== 'INDEX' && next !== 'KEY') return;
    const word = cursor.acceptAny('USE', 'FORCE', 'IGNORE');
    if (word === null) return;
    cursor.position++;
    if (cursor.accept('FOR')) {
      if (cursor.acceptAny('ORDER', 'GROUP') !== null) cursor.expect('BY');
      else cursor.expect('JOIN');
    }
    cursor.expect('(');
    if (word === 'USE' && cursor.accept(')')) continue;
    cursor.list(() => (cursor.is('PRIMARY') ? cursor.takeName() : cursor.name('an index name')));
    cursor.expect(')');
    cursor.accept(',');
  }
}

function parseDerived(cursor: Cursor): DerivedFrom {
  const { start } = cursor;
  const lateral = cursor.accept('LATERAL');
  cursor.expect('(');
  const query = cursor.rules.query(cursor);
  cursor.expect(')');
  const alias = parseTableAlias(cursor);
  const columns = alias !== null && cursor.is('(') ? cursor.nameList() : null;
  return { kind: 'derived', query, lateral, alias, columns, start, end: cursor.end };
}

function parseJsonTable(cursor: Cursor): JsonTableFrom {
  const { start } = cursor;
  cursor.expect('JSON_TABLE');
  cursor.expect('(');
  const document = cursor.expression();
  cursor.expect(',');
  const path = cursor.stringText('a JSON path');
  const columns = parseJsonColumns(cursor);
  cursor.expect(')');
  const alias = parseTableAlias(cursor);
  if (alias === null) {
    throw new GatewayError('TABLE_FUNCTION_ALIAS', 'Every table function must have an alias');
  }
  return { kind: 'jsonTable', document, path, columns, alias, start, end: cursor.end };
}

function parseJsonColumns(cursor: Cursor): JsonTableColumn[] {
  cursor.enter();
  cursor.expect('COLUMNS');
  const columns = cursor.parenthesised(() => parseJsonColumn(cursor));
  cursor.leave();
  return columns;
}

function parseJsonColumn(cursor: Cursor): JsonTableColumn {
  const { start } = cursor;
  if (cursor.is('NESTED') && (cursor.isAt(1, 'PATH') || !cursor.isNameAt(1))) {
    cursor.position++;
    cursor.accept('PATH');
    const path = cursor.stringText('a JSON path');
    return { kind: 'nested', path, columns: parseJsonColumns(cursor), start, end: cursor.end };
  }
  const name = cursor.name('a column name');
  if (cursor.accept('FOR')) {
    cursor.expect('ORDINALITY');
    return { kind: 'ordinality', name, start, end: cursor.end };
  }
  const type = cursor.rules.dataType(cursor);
  const kind = cursor.accept('EXISTS') ? 'exists' : 'value';
  cursor.expect('PATH');
  const path = cursor.stringText('a JSON path');
  const { onEmpty, onError } = jsonOnClauses(cursor);
  return { kind, name, type, path, onEmpty, onError, start, end: cursor.end };
}

/** OF is reserved, yet older MySQL took it as an alias; parseTemporal has left it to us if it is one. */
function aliasAfterAs(cursor: Cursor): string {
  return cursor.is('OF') ? cursor.takeName() : cursor.name('an alias');
}
