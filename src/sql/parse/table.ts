/** CREATE TABLE: columns, constraints, options. */
import { notSupported } from '../../base/errors.ts';
import type { Expr, Query, TableName } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import type { ColumnNode, ConstraintNode, CreateTable, IndexColumn, ReferenceAction } from '../definition.ts';
import { collationName } from './call.ts';
import { isQueryParenthesis } from './parenthesis.ts';
import { parseQuery } from './query.ts';
import { parseTableOptions } from './table-options.ts';

/** After CREATE [TEMPORARY] TABLE. */
export function parseCreateTable(cursor: Cursor, start: number, temporary: boolean): CreateTable {
  const ifNotExists = cursor.acceptSequence('IF', 'NOT', 'EXISTS');
  const name = cursor.tableName();
  const like = parseLike(cursor);
  const constraints: ConstraintNode[] = [];
  const columns: ColumnNode[] = [];
  if (like === null && cursor.is('(') && !isQueryParenthesis(cursor)) {
    cursor.parenthesised(() => parseElement(cursor, columns, constraints));
  }
  const options = parseTableOptions(cursor);
  if (cursor.is('PARTITION')) throw notSupported('PARTITION BY');
  const word = cursor.acceptAny('IGNORE', 'REPLACE');
  const onDuplicate = word === 'IGNORE' ? 'ignore' : word === 'REPLACE' ? 'replace' : null;
  const query = like === null ? parseAsQuery(cursor, word !== null) : null;
  if (like === null && query === null && columns.length === 0) cursor.fail('(', 'LIKE', 'AS', 'SELECT');
  return {
    kind: 'createTable',
    temporary,
    ifNotExists,
    name,
    columns,
    constraints,
    options,
    like,
    query,
    onDuplicate,
    start,
    end: cursor.end,
  };
}

function parseLike(cursor: Cursor): TableName | null {
  if (cursor.accept('LIKE')) return cursor.tableName();
  if (!cursor.acceptSequence('(', 'LIKE')) return null;
  const like = cursor.tableName();
  cursor.expect(')');
  return like;
}

function parseAsQuery(cursor: Cursor, required: boolean): Query | null {
  const as = cursor.accept('AS');
  const starts = cursor.isAny('SELECT', 'WITH', 'VALUES', 'TABLE', '(');
  return as || starts || required ? parseQuery(cursor) : null;
}

/** A column or a constraint of the list in parentheses. */
export function parseElement(cursor: Cursor, columns: ColumnNode[], constraints: ConstraintNode[]): void {
  const constraint = parseConstraint(cursor);
  if (constraint !== null) constraints.push(constraint);
  else columns.push(parseColumnDefinition(cursor, constraints));
}

/** A table constraint or index; null at a column. */
export function parseConstraint(cursor: Cursor): ConstraintNode | null {
  const { start } = cursor;
  let name: string | null = null;
  const named = cursor.accept('CONSTRAINT');
  if (named && !cursor.isAny('PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK'))
    name = cursor.name('a constraint name');
  if (cursor.acceptSequence('PRIMARY', 'KEY')) {
    skipIndexType(cursor);
    cursor.acceptName();
    skipIndexType(cursor);
    const columns = parseIndexColumns(cursor);
    skipIndexOptions(cursor);
    return { kind: 'primaryKey', columns, start, end: cursor.end };
  }
  if (cursor.is('FOREIGN')) return parseForeignKey(cursor, start, name);
  if (cursor.is('CHECK')) return parseCheck(cursor, start, name);
  if (cursor.accept('UNIQUE')) {
    cursor.acceptAny('INDEX', 'KEY');
    return parseIndex(cursor, { kind: 'unique', start, name });
  }
  if (named) return cursor.fail('PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK');
  if (cursor.acceptAny('INDEX', 'KEY') !== null) return parseIndex(cursor, { kind: 'index', start, name });
  const word = cursor.acceptAny('FULLTEXT', 'SPATIAL');
  if (word === null) return null;
  cursor.acceptAny('INDEX', 'KEY');
  return parseIndex(cursor, { kind: word === 'FULLTEXT' ? 'fulltext' : 'spatial', start, name });
}

function parseIndex(
  cursor: Cursor,
  index: { kind: 'unique' | 'index' | 'fulltext' | 'spatial'; start: number; name: string | null },
): ConstraintNode {
  const name = cursor.acceptName() ?? index.name;
  skipIndexType(cursor);
  const columns = parseIndexColumns(cursor);
  skipIndexOptions(cursor);
  return { kind: index.kind, name, columns, start: index.start, end: cursor.end };
}

/** USING BTREE | HASH, TYPE BTREE */
export function skipIndexType(cursor: Cursor): void {
  if (cursor.accept('USING') || (cursor.is('TYPE') && !cursor.isAt(1, '(') && cursor.accept('TYPE'))) {
    cursor.expectAny('BTREE', 'HASH', 'RTREE');
  }
}

/** Options of an index: none changes anything here. */
export function skipIndexOptions(cursor: Cursor): void {
  for (;;) {
    if (cursor.isAny('USING', 'TYPE')) {
      skipIndexType(cursor);
    } else if (cursor.accept('KEY_BLOCK_SIZE')) {
      cursor.accept('=');
      cursor.integer();
    } else if (cursor.accept('COMMENT')) {
      cursor.stringText();
    } else if (cursor.acceptSequence('WITH', 'PARSER')) {
      cursor.name();
    } else if (cursor.acceptAny('ENGINE_ATTRIBUTE') !== null) {
      cursor.accept('=');
      cursor.stringText();
    } else if (cursor.acceptAny('VISIBLE', 'INVISIBLE') === null) {
      return;
    }
  }
}

/** `(column [(length)] [ASC|DESC], (expression), …)` */
export function parseIndexColumns(cursor: Cursor): IndexColumn[] {
  return cursor.parenthesised(() => {
    const { start } = cursor;
    let column: string | null = null;
    let expr: Expr | null = null;
    let length: number | null = null;
    if (cursor.accept('(')) {
      expr = cursor.expression();
      cursor.expect(')');
    } else {
      column = cursor.name('a column name');
      if (cursor.accept('(')) {
        length = cursor.integer('a length');
        cursor.expect(')');
      }
    }
    const descending = cursor.acceptAny('ASC', 'DESC') === 'DESC';
    return { column, expr, length, descending, start, end: cursor.end };
  });
}

function parseForeignKey(cursor: Cursor, start: number, constraintName: string | null): ConstraintNode {
  cursor.expectSequence('FOREIGN', 'KEY');
  const name = cursor.acceptName() ?? constraintName;
  const columns = cursor.nameList();
  const reference = parseReferences(cursor);
  return { kind: 'foreignKey', name, columns, ...reference, start, end: cursor.end };
}

function parseReferences(cursor: Cursor): {
  references: TableName;
  referenced: string[];
  onDelete: ReferenceAction | null;
  onUpdate: ReferenceAction | null;
} {
  cursor.expect('REFERENCES');
  const references = cursor.tableName();
  const referenced = cursor.is('(') ? cursor.nameList() : [];
  if (cursor.accept('MATCH')) cursor.position++;
  let onDelete: ReferenceAction | null = null;
  let onUpdate: ReferenceAction | null = null;
  while (cursor.is('ON') && (cursor.isAt(1, 'DELETE') || cursor.isAt(1, 'UPDATE'))) {
    cursor.position++;
    if (cursor.expectAny('DELETE', 'UPDATE') === 'DELETE') onDelete = parseReferenceAction(cursor);
    else onUpdate = parseReferenceAction(cursor);
  }
  return { references, referenced, onDelete, onUpdate };
}

function parseReferenceAction(cursor: Cursor): ReferenceAction {
  switch (cursor.expectAny('RESTRICT', 'CASCADE', 'SET', 'NO')) {
    case 'RESTRICT':
      return 'restrict';
    case 'CASCADE':
      return 'cascade';
    case 'SET':
      return cursor.expectAny('NULL', 'DEFAULT') === 'NULL' ? 'set null' : 'set default';
    case 'NO':
      cursor.expect('ACTION');
      return 'no action';
  }
}

function parseCheck(cursor: Cursor, start: number, name: string | null): ConstraintNode {
  cursor.expect('CHECK');
  cursor.expect('(');
  const expr = cursor.expression();
  cursor.expect(')');
  const not = cursor.isSequence('NOT', 'ENFORCED') && cursor.accept('NOT');
  cursor.accept('ENFORCED');
  return { kind: 'check', name, expr, enforced: !not, start, end: cursor.end };
}

type Draft = { -readonly [key in keyof ColumnNode]: ColumnNode[key] };

/** A column; what its attributes say about the table goes into `constraints`. */
export function parseColumnDefinition(cursor: Cursor, constraints: ConstraintNode[]): ColumnNode {
  const { start } = cursor;
  const name = cursor.name('a column name');
  const serial = cursor.is('SERIAL');
  const draft: Draft = {
    kind: 'columnDefinition',
    name,
    type: cursor.rules.dataType(cursor),
    nullable: serial ? false : null,
    default: null,
    onUpdate: null,
    autoIncrement: serial,
    generated: null,
    comment: null,
    invisible: false,
    start,
    end: start,
  };
  // SERIAL is UNIQUE too.
  if (serial) {
    constraints.push({
      kind: 'unique',
      name: null,
      columns: [ownColumn(cursor, draft, start)],
      start,
      end: cursor.end,
    });
  }
  while (parseAttribute(cursor, draft, constraints));
  draft.end = cursor.end;
  return draft;
}

/** One attribute of a column; false when none follows. */
function parseAttribute(cursor: Cursor, draft: Draft, constraints: ConstraintNode[]): boolean {
  const { start } = cursor;
  if (cursor.acceptSequence('NOT', 'NULL')) draft.nullable = false;
  else if (cursor.accept('NULL')) draft.nullable = true;
  else if (cursor.accept('DEFAULT')) setDefault(draft, parseDefaultValue(cursor));
  else if (cursor.acceptSequence('ON', 'UPDATE')) draft.onUpdate = parseNow(cursor);
  else if (cursor.accept('AUTO_INCREMENT')) draft.autoIncrement = true;
  else if (cursor.accept('COMMENT')) draft.comment = cursor.stringText('a comment');
  else if (cursor.accept('COLLATE')) draft.type = { ...draft.type, collation: collationName(cursor) };
  else if (cursor.accept('INVISIBLE')) draft.invisible = true;
  else if (cursor.accept('VISIBLE')) draft.invisible = false;
  else if (cursor.isAny('GENERATED', 'AS')) draft.generated = parseGenerated(cursor);
  else if (cursor.is('REFERENCES')) {
    const reference = parseReferences(cursor);
    const columns = [draft.name];
    constraints.push({ kind: 'foreignKey', name: null, columns, ...reference, start, end: cursor.end });
  } else if (cursor.is('CHECK') || cursor.is('CONSTRAINT')) {
    const name = cursor.accept('CONSTRAINT') && !cursor.is('CHECK') ? cursor.name('a constraint name') : null;
    constraints.push(parseCheck(cursor, start, name));
  } else if (cursor.is('UNIQUE')) {
    cursor.position++;
    cursor.accept('KEY');
    constraints.push({
      kind: 'unique',
      name: null,
      columns: [ownColumn(cursor, draft, start)],
      start,
      end: cursor.end,
    });
  } else if (cursor.is('PRIMARY') || cursor.is('KEY')) {
    cursor.accept('PRIMARY');
    cursor.expect('KEY');
    constraints.push({
      kind: 'primaryKey',
      columns: [ownColumn(cursor, draft, start)],
      start,
      end: cursor.end,
    });
  } else return skipAttribute(cursor);
  return true;
}

function ownColumn(cursor: Cursor, draft: Draft, start: number): IndexColumn {
  return { column: draft.name, expr: null, length: null, descending: false, start, end: cursor.end };
}

/** `DEFAULT 'x' COLLATE c`: the collation is the column's. */
function setDefault(draft: Draft, value: Expr): void {
  if (value.kind === 'collate') draft.type = { ...draft.type, collation: value.collation.toLowerCase() };
  draft.default = value.kind === 'collate' ? value.operand : value;
}

/** COLUMN_FORMAT, STORAGE, SRID and ENGINE_ATTRIBUTE: they say nothing here. */
function skipAttribute(cursor: Cursor): boolean {
  if (cursor.acceptAny('COLUMN_FORMAT', 'STORAGE') !== null) {
    cursor.expectAny('FIXED', 'DYNAMIC', 'DEFAULT', 'DISK', 'MEMORY');
    return true;
  }
  if (cursor.acceptAny('ENGINE_ATTRIBUTE') !== null) {
    cursor.accept('=');
    cursor.stringText();
    return true;
  }
  if (!cursor.accept('SRID')) return false;
  cursor.integer();
  return true;
}

/** A literal with its sign, NULL, TRUE, CURRENT_TIMESTAMP, or any expression in parentheses. */
export function parseDefaultValue(cursor: Cursor): Expr {
  return cursor.rules.bitExpression(cursor);
}

function parseNow(cursor: Cursor): Expr {
  if (!cursor.isAny('CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP', 'NOW'))
    cursor.fail('CURRENT_TIMESTAMP');
  return cursor.rules.bitExpression(cursor);
}

function parseGenerated(cursor: Cursor): { expr: Expr; stored: boolean } {
  if (cursor.accept('GENERATED')) cursor.expect('ALWAYS');
  cursor.expect('AS');
  cursor.expect('(');
  const expr = cursor.expression();
  cursor.expect(')');
  const word = cursor.acceptAny('VIRTUAL', 'STORED');
  return { expr, stored: word === 'STORED' };
}
