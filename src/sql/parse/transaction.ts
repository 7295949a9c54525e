/** Transactions, savepoints, table locks. */
import { notSupported } from '../../base/errors.ts';
import type { PointNode } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import type { Transaction } from '../statement.ts';
import { parseTableAlias } from './from.ts';
import { isAsOf, parsePoint } from './temporal.ts';

export function parseBegin(cursor: Cursor): Transaction {
  const { start } = cursor;
  cursor.expect('BEGIN');
  cursor.accept('WORK');
  return {
    kind: 'startTransaction',
    accessMode: null,
    consistentSnapshot: false,
    asOf: null,
    start,
    end: cursor.end,
  };
}

/** START TRANSACTION [WITH CONSISTENT SNAPSHOT] [, READ ONLY | READ WRITE] [AS OF point] */
export function parseStart(cursor: Cursor): Transaction {
  const { start } = cursor;
  cursor.expect('START');
  if (cursor.isAny('REPLICA', 'SLAVE', 'GROUP_REPLICATION')) throw notSupported(`START ${cursor.symbol}`);
  cursor.expect('TRANSACTION');
  let accessMode: 'read only' | 'read write' | null = null;
  let consistentSnapshot = false;
  if (cursor.isAny('WITH', 'READ')) {
    do {
      if (cursor.acceptSequence('WITH', 'CONSISTENT', 'SNAPSHOT')) {
        consistentSnapshot = true;
      } else {
        cursor.expect('READ');
        accessMode = cursor.expectAny('ONLY', 'WRITE') === 'ONLY' ? 'read only' : 'read write';
      }
    } while (cursor.accept(','));
  }
  let asOf: PointNode | null = null;
  if (isAsOf(cursor)) {
    cursor.position += 2;
    asOf = parsePoint(cursor);
  }
  return { kind: 'startTransaction', accessMode, consistentSnapshot, asOf, start, end: cursor.end };
}

/** COMMIT, ROLLBACK [TO SAVEPOINT], with CHAIN and RELEASE. */
export function parseEndOfTransaction(cursor: Cursor): Transaction {
  const { start } = cursor;
  const word = cursor.expectAny('COMMIT', 'ROLLBACK');
  cursor.accept('WORK');
  if (word === 'ROLLBACK' && cursor.accept('TO')) {
    cursor.accept('SAVEPOINT');
    return { kind: 'rollbackTo', name: cursor.name('a savepoint'), start, end: cursor.end };
  }
  let chain: boolean | null = null;
  let release: boolean | null = null;
  if (cursor.accept('AND')) {
    chain = !cursor.accept('NO');
    cursor.expect('CHAIN');
  }
  if (cursor.is('NO') || cursor.is('RELEASE')) {
    release = !cursor.accept('NO');
    cursor.expect('RELEASE');
  }
  const kind = word === 'COMMIT' ? 'commit' : 'rollback';
  return { kind, chain, release, start, end: cursor.end };
}

export function parseSavepoint(cursor: Cursor): Transaction {
  const { start } = cursor;
  cursor.expect('SAVEPOINT');
  return { kind: 'savepoint', name: cursor.name('a savepoint'), start, end: cursor.end };
}

export function parseRelease(cursor: Cursor): Transaction {
  const { start } = cursor;
  cursor.expectSequence('RELEASE', 'SAVEPOINT');
  return { kind: 'releaseSavepoint', name: cursor.name('a savepoint'), start, end: cursor.end };
}

/** LOCK TABLES t [AS a] READ [LOCAL] | [LOW_PRIORITY] WRITE, … */
export function parseLock(cursor: Cursor): Transaction {
  const { start } = cursor;
  cursor.expect('LOCK');
  if (cursor.is('INSTANCE')) throw notSupported('LOCK INSTANCE');
  cursor.expectAny('TABLES', 'TABLE');
  const tables = cursor.list(() => {
    const table = cursor.tableName();
    const alias = parseTableAlias(cursor);
    cursor.accept('LOW_PRIORITY');
    const word = cursor.expectAny('READ', 'WRITE');
    if (word === 'READ') cursor.accept('LOCAL');
    const mode: 'read' | 'write' = word === 'READ' ? 'read' : 'write';
    return { table, alias, mode };
  });
  return { kind: 'lockTables', tables, start, end: cursor.end };
}

export function parseUnlock(cursor: Cursor): Transaction {
  const { start } = cursor;
  cursor.expect('UNLOCK');
  if (cursor.is('INSTANCE')) throw notSupported('UNLOCK INSTANCE');
  cursor.expectAny('TABLES', 'TABLE');
  return { kind: 'unlockTables', start, end: cursor.end };
}
