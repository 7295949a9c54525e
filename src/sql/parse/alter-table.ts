/** ALTER TABLE. */
import { notSupported } from '../../base/errors.ts';
import type { Cursor } from '../cursor.ts';
import type { AlterAction, ColumnNode, ColumnPosition, ConstraintNode } from '../definition.ts';
import type { AlterTable } from '../statement.ts';
import { charsetName, collationName } from './call.ts';
import { parseColumnDefinition, parseConstraint, parseDefaultValue, parseElement } from './table.ts';
import { isOption, parseTableOptions } from './table-options.ts';
import { parseOrderList } from './window.ts';

/** After ALTER TABLE. */
export function parseAlterTable(cursor: Cursor, start: number): AlterTable {
  cursor.accept('IGNORE');
  const table = cursor.tableName();
  const actions: AlterAction[] = [];
  if (!cursor.isEnd()) {
    actions.push(...parseAction(cursor));
    while (cursor.accept(',')) actions.push(...parseAction(cursor));
  }
  if (cursor.isAny('PARTITION', 'REMOVE')) throw notSupported('partitions');
  return { kind: 'alterTable', table, actions, start, end: cursor.end };
}

function parseAction(cursor: Cursor): AlterAction[] {
  const { start } = cursor;
  if (isOption(cursor, 0))
    return [{ kind: 'options', options: parseTableOptions(cursor), start, end: cursor.end }];
  const word = cursor.symbol;
  cursor.position++;
  switch (word) {
    case 'ADD':
      return parseAdd(cursor, start);
    case 'DROP':
      return [parseDrop(cursor, start)];
    case 'CHANGE':
    case 'MODIFY':
      return [parseChange(cursor, start, word)];
    case 'RENAME':
      return [parseRename(cursor, start)];
    case 'ALTER':
      return [parseAlter(cursor, start)];
    case 'CONVERT':
      return [parseConvert(cursor, start)];
    case 'ORDER':
      cursor.position--;
      return [{ kind: 'orderBy', items: parseOrderList(cursor), start, end: cursor.end }];
    default:
      cursor.position--;
      return [parseNoEffect(cursor, start)];
  }
}

function parsePosition(cursor: Cursor): ColumnPosition | null {
  if (cursor.accept('FIRST')) return { kind: 'first' };
  return cursor.accept('AFTER') ? { kind: 'after', column: cursor.name('a column name') } : null;
}

function parseAdd(cursor: Cursor, start: number): AlterAction[] {
  if (cursor.is('PARTITION')) throw notSupported('partitions');
  const constraint = parseConstraint(cursor);
  if (constraint !== null) return [{ kind: 'addConstraint', constraint, start, end: cursor.end }];
  cursor.accept('COLUMN');
  if (!cursor.is('(')) {
    const constraints: ConstraintNode[] = [];
    const column = parseColumnDefinition(cursor, constraints);
    const position = parsePosition(cursor);
    return [{ kind: 'addColumn', column, constraints, position, start, end: cursor.end }];
  }
  const columns: ColumnNode[] = [];
  const constraints: ConstraintNode[] = [];
  cursor.parenthesised(() => parseElement(cursor, columns, constraints));
  const { end } = cursor;
  return [
    ...columns.map(
      (column) => ({ kind: 'addColumn', column, constraints: [], position: null, start, end }) as const,
    ),
    ...constraints.map((item) => ({ kind: 'addConstraint', constraint: item, start, end }) as const),
  ];
}

function parseDrop(cursor: Cursor, start: number): AlterAction {
  if (cursor.acceptSequence('PRIMARY', 'KEY')) return { kind: 'dropPrimaryKey', start, end: cursor.end };
  if (cursor.is('PARTITION')) throw notSupported('partitions');
  if (cursor.acceptAny('INDEX', 'KEY') !== null) {
    return { kind: 'dropIndex', name: cursor.name('an index name'), start, end: cursor.end };
  }
  if (cursor.acceptSequence('FOREIGN', 'KEY')) {
    return { kind: 'dropForeignKey', name: cursor.name('a constraint name'), start, end: cursor.end };
  }
  if (cursor.acceptAny('CONSTRAINT', 'CHECK') !== null) {
    return { kind: 'dropConstraint', name: cursor.name('a constraint name'), start, end: cursor.end };
  }
  cursor.accept('COLUMN');
  const name = cursor.name('a column name');
  cursor.acceptAny('RESTRICT', 'CASCADE');
  return { kind: 'dropColumn', name, start, end: cursor.end };
}

function parseChange(cursor: Cursor, start: number, word: 'CHANGE' | 'MODIFY'): AlterAction {
  cursor.accept('COLUMN');
  const oldName = word === 'CHANGE' ? cursor.name('a column name') : null;
  const constraints: ConstraintNode[] = [];
  const column = parseColumnDefinition(cursor, constraints);
  const position = parsePosition(cursor);
  const name = oldName ?? column.name;
  return { kind: 'changeColumn', name, column, constraints, position, start, end: cursor.end };
}

function parseRename(cursor: Cursor, start: number): AlterAction {
  if (cursor.accept('COLUMN')) {
    const from = cursor.name('a column name');
    cursor.expect('TO');
    return { kind: 'renameColumn', from, to: cursor.name('a column name'), start, end: cursor.end };
  }
  if (cursor.acceptAny('INDEX', 'KEY') !== null) {
    const from = cursor.name('an index name');
    cursor.expect('TO');
    return { kind: 'renameIndex', from, to: cursor.name('an index name'), start, end: cursor.end };
  }
  if (cursor.acceptAny('TO', 'AS') === null) cursor.accept('=');
  return { kind: 'renameTable', to: cursor.tableName(), start, end: cursor.end };
}

function parseAlter(cursor: Cursor, start: number): AlterAction {
  if (cursor.accept('INDEX')) {
    const name = cursor.name('an index name');
    const visible = cursor.expectAny('VISIBLE', 'INVISIBLE') === 'VISIBLE';
    return { kind: 'setIndexVisible', name, visible, start, end: cursor.end };
  }
  if (cursor.acceptAny('CHECK', 'CONSTRAINT') !== null) throw notSupported('ALTER CONSTRAINT');
  cursor.accept('COLUMN');
  const column = cursor.name('a column name');
  if (cursor.accept('DROP')) {
    cursor.expect('DEFAULT');
    return { kind: 'dropDefault', column, start, end: cursor.end };
  }
  cursor.expect('SET');
  const word = cursor.expectAny('DEFAULT', 'VISIBLE', 'INVISIBLE');
  if (word === 'DEFAULT') {
    const value = parseDefaultValue(cursor);
    return { kind: 'setDefault', column, value, start, end: cursor.end };
  }
  return { kind: 'setColumnVisible', column, visible: word === 'VISIBLE', start, end: cursor.end };
}

function parseConvert(cursor: Cursor, start: number): AlterAction {
  cursor.expect('TO');
  if (!cursor.accept('CHARSET')) cursor.expectSequence('CHARACTER', 'SET');
  const charset = cursor.accept('DEFAULT') ? null : charsetName(cursor);
  const collation = cursor.accept('COLLATE') ? collationName(cursor) : null;
  return { kind: 'convertCharset', charset, collation, start, end: cursor.end };
}

function parseNoEffect(cursor: Cursor, start: number): AlterAction {
  const word = cursor.expectAny(
    'ADD',
    'ALGORITHM',
    'ALTER',
    'ANALYZE',
    'CHANGE',
    'CHECK',
    'COALESCE',
    'CONVERT',
    'DISABLE',
    'DISCARD',
    'DROP',
    'ENABLE',
    'EXCHANGE',
    'FORCE',
    'IMPORT',
    'LOCK',
    'MODIFY',
    'OPTIMIZE',
    'ORDER',
    'REBUILD',
    'RENAME',
    'REORGANIZE',
    'REPAIR',
    'TRUNCATE',
    'WITH',
    'WITHOUT',
  );
  switch (word) {
    case 'ALGORITHM':
    case 'LOCK': {
      cursor.accept('=');
      const name = cursor.accept('DEFAULT') ? 'DEFAULT' : cursor.name('a value').toUpperCase();
      return { kind: word === 'LOCK' ? 'lock' : 'algorithm', name, start, end: cursor.end };
    }
    case 'DISABLE':
    case 'ENABLE':
      cursor.expect('KEYS');
      break;
    case 'FORCE':
      break;
    case 'WITH':
    case 'WITHOUT':
      cursor.expect('VALIDATION');
      break;
    case 'DISCARD':
    case 'IMPORT':
      throw notSupported(`${word} TABLESPACE`);
    default:
      throw notSupported('partitions');
  }
  return { kind: 'noEffect', text: cursor.text.slice(start, cursor.end), start, end: cursor.end };
}
