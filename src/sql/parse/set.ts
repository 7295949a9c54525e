/** SET in all its forms. */
import { notSupported } from '../../base/errors.ts';
import type { Expr } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import type { IsolationLevel, SetItem, Statement } from '../statement.ts';
import { tokenKind } from '../tokens.ts';
import { parseSetDefaultRole, parseSetPassword, parseSetRole } from './account.ts';
import { charsetName, collationName } from './call.ts';
import { parseSystemVariable } from './primary.ts';

type Scope = 'global' | 'session' | 'persist' | 'persist_only';
const scopeWords = ['GLOBAL', 'SESSION', 'LOCAL', 'PERSIST', 'PERSIST_ONLY'] as const;
const scopes = {
  GLOBAL: 'global',
  SESSION: 'session',
  LOCAL: 'session',
  PERSIST: 'persist',
  PERSIST_ONLY: 'persist_only',
} as const;

/** `parseStatement` reads the statement behind SET STATEMENT … FOR. */
export function parseSet(cursor: Cursor, parseStatement: (cursor: Cursor) => Statement): Statement {
  const { start } = cursor;
  cursor.expect('SET');
  if (cursor.is('PASSWORD') && !isAssignmentOf(cursor)) return parseSetPassword(cursor, start);
  if (cursor.is('STATEMENT') && !isAssignmentOf(cursor)) {
    cursor.position++;
    const items = parseItems(cursor);
    cursor.expect('FOR');
    cursor.enter();
    const statement = parseStatement(cursor);
    cursor.leave();
    return { kind: 'setFor', items, statement, start, end: cursor.end };
  }
  if (cursor.is('ROLE') && !isAssignmentOf(cursor)) {
    cursor.position++;
    return parseSetRole(cursor, start);
  }
  if (cursor.acceptSequence('DEFAULT', 'ROLE')) return parseSetDefaultRole(cursor, start);
  if (cursor.isSequence('RESOURCE', 'GROUP')) throw notSupported('SET RESOURCE GROUP');
  return { kind: 'set', items: parseItems(cursor), start, end: cursor.end };
}

/** `SET password = …` without FOR is SET PASSWORD; other words may be variables. */
function isAssignmentOf(cursor: Cursor): boolean {
  return !cursor.is('PASSWORD') && (cursor.isAt(1, '=') || cursor.isAt(1, ':='));
}

function parseItems(cursor: Cursor): SetItem[] {
  return cursor.list(() => parseItem(cursor));
}

function parseItem(cursor: Cursor): SetItem {
  const { start } = cursor;
  if (cursor.kind === tokenKind.userVariable) {
    const name = cursor.takeName();
    expectAssign(cursor);
    const value = cursor.expression();
    return { kind: 'userVariable', name, value, start, end: cursor.end };
  }
  if (cursor.is('@@')) {
    const { scope, name } = parseSystemVariable(cursor);
    return assignment(cursor, { scope, name, start });
  }
  if (cursor.is('NAMES') && !cursor.isAt(1, '=') && !cursor.isAt(1, ':=')) return parseNames(cursor, start);
  if (isCharacterSet(cursor)) return parseCharacterSet(cursor, start);
  const word = isScope(cursor) ? cursor.acceptAny(...scopeWords) : null;
  const scope: Scope | null = word === null ? null : scopes[word];
  if (cursor.is('TRANSACTION') && !cursor.isAt(1, '=') && !cursor.isAt(1, ':=')) {
    return parseTransactionItem(cursor, start, scope);
  }
  let name = cursor.name('a variable name');
  while (cursor.accept('.')) name += `.${cursor.nameAfterDot('a variable name')}`;
  return assignment(cursor, { scope, name: name.toLowerCase(), start });
}

/** A scope's word may be a variable's name only before `=`. */
function isScope(cursor: Cursor): boolean {
  return !cursor.isAt(1, '=') && !cursor.isAt(1, ':=') && !cursor.isAt(1, '.');
}

function expectAssign(cursor: Cursor): void {
  if (!cursor.accept(':=')) cursor.expect('=');
}

function assignment(cursor: Cursor, target: { scope: Scope | null; name: string; start: number }): SetItem {
  expectAssign(cursor);
  const value = parseValue(cursor);
  return { kind: 'systemVariable', ...target, value, end: cursor.end };
}

/** A bare word on the right side stands for its own text: ON, OFF, utf8mb4, SYSTEM, BINARY, ALL, ROW. */
function parseValue(cursor: Cursor): Expr {
  const { start } = cursor;
  const next = cursor.symbolAt(1);
  const alone = next === ',' || next === 'FOR' || cursor.kindAt(1) === tokenKind.end;
  const word = cursor.isAny('ON', 'ALL', 'BINARY', 'ROW', 'SYSTEM');
  if (alone && (word || cursor.isName())) return wordLiteral(cursor.takeName(), start, cursor.end);
  return cursor.expression();
}

function wordLiteral(value: string, start: number, end: number): Expr {
  return { kind: 'literal', literal: { type: 'string', value, charset: null }, parameter: null, start, end };
}

function parseNames(cursor: Cursor, start: number): SetItem {
  cursor.expect('NAMES');
  const charset = cursor.accept('DEFAULT') ? null : charsetName(cursor);
  const collation = cursor.accept('COLLATE') ? collationName(cursor) : null;
  return { kind: 'names', charset, collation, start, end: cursor.end };
}

function isCharacterSet(cursor: Cursor): boolean {
  if (cursor.isSequence('CHARACTER', 'SET') || cursor.isSequence('CHAR', 'SET')) return true;
  return cursor.is('CHARSET') && !cursor.isAt(1, '=') && !cursor.isAt(1, ':=');
}

function parseCharacterSet(cursor: Cursor, start: number): SetItem {
  cursor.position += cursor.is('CHARSET') ? 1 : 2;
  const charset = cursor.accept('DEFAULT') ? null : charsetName(cursor);
  return { kind: 'characterSet', charset, start, end: cursor.end };
}

function parseTransactionItem(cursor: Cursor, start: number, scope: Scope | null): SetItem {
  cursor.expect('TRANSACTION');
  let isolation: IsolationLevel | null = null;
  let accessMode: 'read only' | 'read write' | null = null;
  do {
    if (cursor.acceptSequence('ISOLATION', 'LEVEL')) {
      isolation = parseIsolation(cursor);
    } else {
      cursor.expect('READ');
      accessMode = cursor.expectAny('ONLY', 'WRITE') === 'ONLY' ? 'read only' : 'read write';
    }
  } while (cursor.accept(','));
  const range = scope === 'global' || scope === 'session' ? scope : null;
  return { kind: 'transaction', scope: range, isolation, accessMode, start, end: cursor.end };
}

function parseIsolation(cursor: Cursor): IsolationLevel {
  if (cursor.accept('SERIALIZABLE')) return 'SERIALIZABLE';
  if (cursor.acceptSequence('REPEATABLE', 'READ')) return 'REPEATABLE-READ';
  cursor.expect('READ');
  return cursor.expectAny('COMMITTED', 'UNCOMMITTED') === 'COMMITTED' ? 'READ-COMMITTED' : 'READ-UNCOMMITTED';
}
