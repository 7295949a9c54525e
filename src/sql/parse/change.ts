/** INSERT, REPLACE, UPDATE, DELETE. */
import type { ColumnExpr, Expr, FromItem, TableName } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import type { Assignment, Delete, Insert, Update } from '../statement.ts';
import { parseFrom, parsePartitions } from './from.ts';
import { parseColumn } from './primary.ts';
import { parseLimit, parseQuery, parseWith } from './query.ts';
import { parseOrderList } from './window.ts';

export function parseColumnName(cursor: Cursor): ColumnExpr {
  const column = parseColumn(cursor);
  return column.kind === 'column' ? column : cursor.fail('a column name');
}

/** `column = value, …` */
export function parseAssignments(cursor: Cursor): Assignment[] {
  return cursor.list(() => {
    const { start } = cursor;
    const column = parseColumnName(cursor);
    if (!cursor.accept(':=')) cursor.expect('=');
    const value = cursor.expression();
    return { column, value, start, end: cursor.end };
  });
}

export function parseInsert(cursor: Cursor): Insert {
  const { start } = cursor;
  const mode = cursor.expectAny('INSERT', 'REPLACE') === 'INSERT' ? 'insert' : 'replace';
  cursor.acceptAny('LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY');
  const ignore = mode === 'insert' && cursor.accept('IGNORE');
  cursor.accept('INTO');
  const table = cursor.tableName();
  const partitions = parsePartitions(cursor);
  const { columns, source } = parseSource(cursor);
  const rowAlias = mode === 'insert' && source.kind === 'values' ? parseRowAlias(cursor) : null;
  const onDuplicate =
    mode === 'insert' && cursor.acceptSequence('ON', 'DUPLICATE', 'KEY', 'UPDATE')
      ? parseAssignments(cursor)
      : [];
  return {
    kind: 'insert',
    mode,
    ignore,
    table,
    partitions,
    columns,
    source,
    rowAlias,
    onDuplicate,
    start,
    end: cursor.end,
  };
}

type Source = Pick<Insert, 'columns' | 'source'>;

function parseSource(cursor: Cursor): Source {
  if (cursor.accept('SET')) {
    const assignments = parseAssignments(cursor);
    const columns = assignments.map(({ column }) => column);
    return { columns, source: { kind: 'values', rows: [assignments.map(({ value }) => value)] } };
  }
  const columns = startsColumnList(cursor) ? parseColumnList(cursor) : null;
  // VALUES ROW(…) is the table value constructor, which INSERT takes as a query
  if ((cursor.is('VALUES') && !cursor.isAt(1, 'ROW')) || cursor.is('VALUE')) {
    cursor.position++;
    const rows = cursor.list(() => parseValueRow(cursor));
    return { columns, source: { kind: 'values', rows } };
  }
  return { columns, source: { kind: 'query', query: parseQuery(cursor) } };
}

function startsColumnList(cursor: Cursor): boolean {
  return cursor.is('(') && (cursor.isNameAt(1) || cursor.isAt(1, ')'));
}

function parseColumnList(cursor: Cursor): ColumnExpr[] {
  if (cursor.acceptSequence('(', ')')) return [];
  return cursor.parenthesised(() => parseColumnName(cursor));
}

function parseValueRow(cursor: Cursor): Expr[] {
  if (cursor.acceptSequence('(', ')')) return [];
  return cursor.parenthesised(() => cursor.expression());
}

function parseRowAlias(cursor: Cursor): Insert['rowAlias'] {
  if (!cursor.accept('AS')) return null;
  const name = cursor.name('an alias');
  return { name, columns: cursor.is('(') ? cursor.nameList() : null };
}

export function parseUpdate(cursor: Cursor): Update {
  const { start } = cursor;
  const with_ = parseWith(cursor);
  cursor.expect('UPDATE');
  cursor.accept('LOW_PRIORITY');
  const ignore = cursor.accept('IGNORE');
  const from = parseFrom(cursor);
  cursor.expect('SET');
  const assignments = parseAssignments(cursor);
  const where = cursor.accept('WHERE') ? cursor.expression() : null;
  const orderBy = cursor.is('ORDER') ? parseOrderList(cursor) : [];
  const limit = parseLimit(cursor);
  return {
    kind: 'update',
    with: with_,
    ignore,
    from,
    assignments,
    where,
    orderBy,
    limit,
    start,
    end: cursor.end,
  };
}

/** `DELETE FROM t …`, `DELETE a, b FROM …`, `DELETE FROM a, b USING …` */
export function parseDelete(cursor: Cursor): Delete {
  const { start } = cursor;
  const with_ = parseWith(cursor);
  cursor.expect('DELETE');
  let ignore = false;
  for (let word = acceptModifier(cursor); word !== null; word = acceptModifier(cursor)) {
    if (word === 'IGNORE') ignore = true;
  }
  const { targets, from } = parseTargets(cursor);
  const where = cursor.accept('WHERE') ? cursor.expression() : null;
  const orderBy = targets === null && cursor.is('ORDER') ? parseOrderList(cursor) : [];
  const limit = targets === null ? parseLimit(cursor) : null;
  return {
    kind: 'delete',
    with: with_,
    ignore,
    targets,
    from,
    where,
    orderBy,
    limit,
    start,
    end: cursor.end,
  };
}

function acceptModifier(cursor: Cursor): 'LOW_PRIORITY' | 'QUICK' | 'IGNORE' | null {
  // QUICK is no reserved word: `DELETE quick FROM …` names a table
  if (cursor.is('QUICK') && (cursor.isAt(1, ',') || cursor.isAt(1, '.'))) return null;
  return cursor.acceptAny('LOW_PRIORITY', 'QUICK', 'IGNORE');
}

function parseTargets(cursor: Cursor): { targets: TableName[] | null; from: FromItem } {
  if (!cursor.accept('FROM')) {
    const targets = cursor.list(() => parseTarget(cursor));
    cursor.expect('FROM');
    return { targets, from: parseFrom(cursor) };
  }
  if (!isTargetList(cursor)) return { targets: null, from: parseFrom(cursor) };
  const targets = cursor.list(() => parseTarget(cursor));
  cursor.expect('USING');
  return { targets, from: parseFrom(cursor) };
}

/** Whether names, dots, stars and commas up to USING follow. */
function isTargetList(cursor: Cursor): boolean {
  for (let offset = 0; ; offset++) {
    if (cursor.isAt(offset, 'USING')) return true;
    const symbol = cursor.symbolAt(offset);
    const part = symbol === '.' || symbol === '*' || symbol === ',';
    if (!part && !cursor.isNameAt(offset)) return false;
  }
}

/** `t`, `db.t`, `t.*`, `db.t.*` */
function parseTarget(cursor: Cursor): TableName {
  const { start } = cursor;
  const first = cursor.name('a table name');
  let database: string | null = null;
  let name = first;
  if (cursor.is('.') && !cursor.isAt(1, '*')) {
    cursor.expect('.');
    database = first;
    name = cursor.nameAfterDot('a table name');
  }
  if (cursor.accept('.')) cursor.expect('*');
  return { database, name, start, end: cursor.end };
}
