/** Accounts and privileges: CREATE, ALTER, DROP and RENAME USER, GRANT, REVOKE, SET PASSWORD. */
import { notSupported } from '../base/errors.ts';
import type { Cursor } from './cursor.ts';
import type { Account, AccountSpec, GrantObject, Privilege, Statement, Utility } from './statement.ts';
import { tokenKind } from './tokens.ts';

/** `'user'@'host'`, `user`, `user@host`, CURRENT_USER[()]. */
export function parseAccount(cursor: Cursor): Account {
  const { start } = cursor;
  if (cursor.accept('CURRENT_USER')) {
    if (cursor.accept('(')) cursor.expect(')');
    return { user: null, host: '%', start, end: cursor.end };
  }
  const user = cursor.nameOrString('an account');
  let host = '%';
  if (cursor.kind === tokenKind.userVariable) host = cursor.takeName();
  else if (cursor.accept('@')) host = cursor.nameOrString('a host');
  return { user, host, start, end: cursor.end };
}

export function parseCreateUser(cursor: Cursor, start: number): Utility {
  const conditional = cursor.acceptSequence('IF', 'NOT', 'EXISTS');
  const users = cursor.list(() => parseAccountSpec(cursor));
  if (cursor.isSequence('DEFAULT', 'ROLE')) throw notSupported('DEFAULT ROLE');
  skipAccountOptions(cursor);
  return { kind: 'createUser', conditional, users, start, end: cursor.end };
}

export function parseAlterUser(cursor: Cursor, start: number): Utility {
  const conditional = cursor.acceptSequence('IF', 'EXISTS');
  const users = cursor.list(() => parseAccountSpec(cursor));
  if (cursor.isSequence('DEFAULT', 'ROLE')) throw notSupported('DEFAULT ROLE');
  skipAccountOptions(cursor);
  return { kind: 'alterUser', conditional, users, start, end: cursor.end };
}

function parseAccountSpec(cursor: Cursor): AccountSpec {
  const { start } = cursor;
  const account = parseAccount(cursor);
  let plugin: string | null = null;
  let password: string | null = null;
  let hash: string | null = null;
  if (cursor.accept('IDENTIFIED')) {
    if (cursor.accept('WITH')) {
      plugin = cursor.nameOrString('an authentication plugin').toLowerCase();
      if (cursor.accept('AS')) hash = cursor.stringText('a hash');
      else if (cursor.accept('BY')) password = parsePassword(cursor);
    } else {
      cursor.expect('BY');
      password = parsePassword(cursor);
    }
  }
  skipPasswordOptions(cursor);
  return { account, plugin, password, hash, start, end: cursor.end };
}

function parsePassword(cursor: Cursor): string {
  if (cursor.isSequence('RANDOM', 'PASSWORD')) throw notSupported('IDENTIFIED BY RANDOM PASSWORD');
  return cursor.stringText('a password');
}

/** REPLACE 'old', RETAIN CURRENT PASSWORD, DISCARD OLD PASSWORD. */
function skipPasswordOptions(cursor: Cursor): void {
  if (cursor.accept('REPLACE')) cursor.stringText('a password');
  if (cursor.accept('RETAIN')) cursor.expectSequence('CURRENT', 'PASSWORD');
  if (cursor.accept('DISCARD')) cursor.expectSequence('OLD', 'PASSWORD');
}

/** REQUIRE, WITH limits, PASSWORD EXPIRE, ACCOUNT LOCK: the ones that would change who may log in are refused. */
function skipAccountOptions(cursor: Cursor): void {
  if (cursor.accept('REQUIRE')) {
    if (!cursor.accept('NONE')) throw notSupported('REQUIRE');
  }
  if (cursor.is('WITH')) throw notSupported('resource limits of accounts');
  for (;;) {
    if (cursor.is('PASSWORD') || cursor.is('FAILED_LOGIN_ATTEMPTS') || cursor.is('PASSWORD_LOCK_TIME')) {
      throw notSupported('password management of accounts');
    }
    if (cursor.accept('ACCOUNT')) {
      if (cursor.expectAny('LOCK', 'UNLOCK') === 'LOCK') throw notSupported('ACCOUNT LOCK');
    } else if (cursor.acceptAny('COMMENT', 'ATTRIBUTE') !== null) {
      cursor.stringText();
    } else {
      return;
    }
  }
}

export function parseDropUser(cursor: Cursor, start: number): Utility {
  const ifExists = cursor.acceptSequence('IF', 'EXISTS');
  const users = cursor.list(() => parseAccount(cursor));
  return { kind: 'dropUser', ifExists, users, start, end: cursor.end };
}

export function parseRenameUser(cursor: Cursor, start: number): Utility {
  const renames = cursor.list(() => {
    const from = parseAccount(cursor);
    cursor.expect('TO');
    return { from, to: parseAccount(cursor) };
  });
  return { kind: 'renameUser', renames, start, end: cursor.end };
}

export function parseSetPassword(cursor: Cursor, start: number): Statement {
  cursor.expect('PASSWORD');
  const account = cursor.accept('FOR') ? parseAccount(cursor) : null;
  if (cursor.isSequence('TO', 'RANDOM')) throw notSupported('SET PASSWORD TO RANDOM');
  if (!cursor.accept(':=')) cursor.expect('=');
  let password: string;
  if (cursor.accept('PASSWORD'))
    [password = ''] = cursor.parenthesised(() => cursor.stringText('a password'));
  else password = cursor.stringText('a password');
  skipPasswordOptions(cursor);
  return { kind: 'setPassword', account, password, start, end: cursor.end };
}

export function parseGrant(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('GRANT');
  const privileges = parsePrivileges(cursor);
  if (cursor.is('TO')) throw notSupported('GRANT of roles');
  const object = parseGrantObject(cursor);
  cursor.expect('TO');
  const users = cursor.list(() => parseAccountSpec(cursor).account);
  const grantOption = cursor.acceptSequence('WITH', 'GRANT', 'OPTION');
  if (cursor.is('AS')) throw notSupported('GRANT … AS');
  return { kind: 'grant', privileges, object, users, grantOption, start, end: cursor.end };
}

export function parseRevoke(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('REVOKE');
  cursor.acceptSequence('IF', 'EXISTS');
  const privileges = parsePrivileges(cursor);
  let object: GrantObject = { database: null, name: null, current: false };
  if (cursor.is('FROM')) {
    const all = privileges[0]?.name === 'ALL' && privileges.some(({ name }) => name === 'GRANT OPTION');
    if (!all) throw notSupported('REVOKE of roles');
  } else {
    object = parseGrantObject(cursor);
  }
  cursor.expect('FROM');
  const users = cursor.list(() => parseAccount(cursor));
  if (cursor.is('IGNORE')) throw notSupported('REVOKE … IGNORE UNKNOWN USER');
  const grantOption = privileges.some(({ name }) => name === 'GRANT OPTION');
  return { kind: 'revoke', privileges, object, users, grantOption, start, end: cursor.end };
}

/** Words of privileges may be several (`CREATE TEMPORARY TABLES`); a privilege may name columns. */
function parsePrivileges(cursor: Cursor): Privilege[] {
  return cursor.list(() => {
    const words: string[] = [];
    while (!cursor.isEnd() && !isPrivilegeEnd(cursor))
      words.push(cursor.nameAfterDot('a privilege').toUpperCase());
    if (words.length === 0) cursor.fail('a privilege');
    const joined = words.join(' ');
    const name = joined === 'ALL PRIVILEGES' ? 'ALL' : joined;
    return { name, columns: cursor.is('(') ? cursor.nameList() : null };
  });
}

function isPrivilegeEnd(cursor: Cursor): boolean {
  return cursor.isAny(',', '(', 'ON', 'TO', 'FROM', '@') || cursor.kind === tokenKind.userVariable;
}

function parseGrantObject(cursor: Cursor): GrantObject {
  cursor.expect('ON');
  if (cursor.is('PROCEDURE') || cursor.is('FUNCTION')) throw notSupported('privileges on routines');
  if (cursor.is('TABLE')) cursor.position++;
  if (cursor.accept('*')) {
    if (!cursor.accept('.')) return { database: null, name: null, current: true };
    cursor.expect('*');
    return { database: null, name: null, current: false };
  }
  const first = cursor.name('a database or table name');
  if (!cursor.accept('.')) return { database: null, name: first, current: true };
  if (cursor.accept('*')) return { database: first, name: null, current: false };
  return { database: first, name: cursor.nameAfterDot('a table name'), current: false };
}
