/** Accounts, roles and privileges: CREATE, ALTER, DROP and RENAME USER, GRANT, REVOKE, SET PASSWORD, SET ROLE. */
import { notSupported } from '../../base/errors.ts';
import type { Cursor } from '../cursor.ts';
import type {
  Account,
  AccountOptions,
  AccountRequirement,
  AccountSpec,
  GrantObject,
  NamedRoles,
  Privilege,
  Statement,
  Utility,
} from '../statement.ts';
import { tokenKind } from '../tokens.ts';

/** `'user'@'host'`, `user`, `user@host`, CURRENT_USER[()], USER(). */
export function parseAccount(cursor: Cursor): Account {
  const { start } = cursor;
  // USER() is ALTER USER's own name for it.
  const own = cursor.is('USER') && cursor.isAt(1, '(');
  if (cursor.accept('CURRENT_USER') || (own && cursor.accept('USER'))) {
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
  const defaultRoles = parseDefaultRoles(cursor);
  const options = parseAccountOptions(cursor);
  return { kind: 'createUser', conditional, users, defaultRoles, options, start, end: cursor.end };
}

export function parseAlterUser(cursor: Cursor, start: number): Utility {
  const conditional = cursor.acceptSequence('IF', 'EXISTS');
  const users = cursor.list(() => parseAccountSpec(cursor));
  const defaultRoles = parseDefaultRoles(cursor);
  const options = parseAccountOptions(cursor);
  return { kind: 'alterUser', conditional, users, defaultRoles, options, start, end: cursor.end };
}

function parseDefaultRoles(cursor: Cursor): NamedRoles | null {
  return cursor.acceptSequence('DEFAULT', 'ROLE') ? parseNoneAllOrRoles(cursor) : null;
}

/** `NONE | ALL | role, …`; NONE and ALL are names of roles when they are quoted. */
function parseNoneAllOrRoles(cursor: Cursor): NamedRoles {
  const word = cursor.acceptAny('NONE', 'ALL');
  if (word !== null) return { kind: word === 'NONE' ? 'none' : 'all' };
  return { kind: 'these', roles: parseAccounts(cursor) };
}

const parseAccounts = (cursor: Cursor): Account[] => cursor.list(() => parseAccount(cursor));

/** SET ROLE, after its words. */
export function parseSetRole(cursor: Cursor, start: number): Statement {
  if (cursor.accept('DEFAULT')) {
    return { kind: 'setRole', roles: { kind: 'default' }, start, end: cursor.end };
  }
  const roles = parseNoneAllOrRoles(cursor);
  if (roles.kind === 'all' && cursor.accept('EXCEPT')) {
    const except = parseAccounts(cursor);
    return { kind: 'setRole', roles: { kind: 'allExcept', roles: except }, start, end: cursor.end };
  }
  return { kind: 'setRole', roles, start, end: cursor.end };
}

/** SET DEFAULT ROLE, after its words. MariaDB's `FOR` stands for `TO`; without either it is the session's account. */
export function parseSetDefaultRole(cursor: Cursor, start: number): Statement {
  const roles = parseNoneAllOrRoles(cursor);
  const named = cursor.acceptAny('TO', 'FOR') !== null;
  const own: Account = { user: null, host: '%', start: cursor.end, end: cursor.end };
  const users = named ? parseAccounts(cursor) : [own];
  return { kind: 'setDefaultRole', roles, users, start, end: cursor.end };
}

export function parseCreateRole(cursor: Cursor, start: number): Utility {
  const conditional = cursor.acceptSequence('IF', 'NOT', 'EXISTS');
  const roles = parseAccounts(cursor);
  if (cursor.isSequence('WITH', 'ADMIN')) throw notSupported('CREATE ROLE … WITH ADMIN');
  return { kind: 'createRole', conditional, roles, start, end: cursor.end };
}

export function parseDropRole(cursor: Cursor, start: number): Utility {
  const conditional = cursor.acceptSequence('IF', 'EXISTS');
  return { kind: 'dropRole', conditional, roles: parseAccounts(cursor), start, end: cursor.end };
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
  const replaced = parseReplaced(cursor);
  return { account, plugin, password, hash, replaced, start, end: cursor.end };
}

/** REPLACE 'old', and what is said of a second password. */
function parseReplaced(cursor: Cursor): string | null {
  const replaced = cursor.accept('REPLACE') ? cursor.stringText('a password') : null;
  if (cursor.is('RETAIN')) throw notSupported('RETAIN CURRENT PASSWORD');
  // An account has one password, so there is no old one to discard.
  if (cursor.accept('DISCARD')) cursor.expectSequence('OLD', 'PASSWORD');
  return replaced;
}

function parsePassword(cursor: Cursor): string {
  if (cursor.isSequence('RANDOM', 'PASSWORD')) throw notSupported('IDENTIFIED BY RANDOM PASSWORD');
  return cursor.stringText('a password');
}

interface Draft {
  requirement: AccountRequirement | null;
  locked: boolean | null;
  failedLoginAttempts: number | null;
  passwordLockTime: number | 'unbounded' | null;
  passwordExpiry: AccountOptions['passwordExpiry'];
}

/** REQUIRE, ACCOUNT LOCK, FAILED_LOGIN_ATTEMPTS …; what would change who may log in and is not done is refused. */
function parseAccountOptions(cursor: Cursor): AccountOptions {
  const draft: Draft = {
    requirement: null,
    locked: null,
    failedLoginAttempts: null,
    passwordLockTime: null,
    passwordExpiry: null,
  };
  if (cursor.accept('REQUIRE')) draft.requirement = parseRequirement(cursor);
  if (cursor.is('WITH')) throw notSupported('resource limits of accounts');
  while (parseAccountOption(cursor, draft));
  return draft;
}

function parseAccountOption(cursor: Cursor, draft: Draft): boolean {
  if (cursor.accept('FAILED_LOGIN_ATTEMPTS')) {
    draft.failedLoginAttempts = smallNumber(cursor);
  } else if (cursor.accept('PASSWORD_LOCK_TIME')) {
    draft.passwordLockTime = cursor.accept('UNBOUNDED') ? 'unbounded' : smallNumber(cursor);
  } else if (cursor.accept('ACCOUNT')) {
    draft.locked = cursor.expectAny('LOCK', 'UNLOCK') === 'LOCK';
  } else if (cursor.acceptSequence('PASSWORD', 'EXPIRE')) {
    draft.passwordExpiry = parseExpiry(cursor);
  } else if (cursor.is('PASSWORD')) {
    throw notSupported('password management of accounts');
  } else if (cursor.isAny('COMMENT', 'ATTRIBUTE')) {
    throw notSupported(`${cursor.symbol} of accounts`);
  } else {
    return false;
  }
  return true;
}

function parseExpiry(cursor: Cursor): AccountOptions['passwordExpiry'] {
  if (cursor.accept('NEVER')) return 'never';
  if (cursor.accept('DEFAULT')) return 'default';
  if (!cursor.accept('INTERVAL')) return 'now';
  const days = smallNumber(cursor, mostDays);
  cursor.expect('DAY');
  return days;
}

/** MySQL's bounds: of both counts, and of what a password's days are kept in. */
const mostAttempts = 32_767;
const mostDays = 65_535;

function smallNumber(cursor: Cursor, most = mostAttempts): number {
  const value = cursor.integer(`a number up to ${most}`);
  if (value <= most) return value;
  cursor.position--;
  return cursor.fail(`a number up to ${most}`);
}

function parseRequirement(cursor: Cursor): AccountRequirement {
  if (cursor.accept('NONE')) return { kind: 'none' };
  if (cursor.accept('SSL')) return { kind: 'ssl' };
  if (cursor.accept('X509')) return { kind: 'x509' };
  let subject: string | null = null;
  let issuer: string | null = null;
  do {
    if (cursor.accept('SUBJECT')) subject = cursor.stringText('a subject');
    else if (cursor.accept('ISSUER')) issuer = cursor.stringText('an issuer');
    else if (cursor.accept('CIPHER')) throw notSupported('REQUIRE CIPHER');
    else cursor.fail('NONE', 'SSL', 'X509', 'SUBJECT', 'ISSUER');
  } while (cursor.accept('AND') || cursor.isAny('SUBJECT', 'ISSUER', 'CIPHER'));
  return { kind: 'specified', subject, issuer };
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
  const replaced = parseReplaced(cursor);
  return { kind: 'setPassword', account, password, replaced, start, end: cursor.end };
}

/** Whether the list ahead names roles: no ON stands between it and `end`. */
function isRoleList(cursor: Cursor, end: 'TO' | 'FROM'): boolean {
  for (let offset = 0; cursor.kindAt(offset) !== tokenKind.end; offset++) {
    if (cursor.isAt(offset, 'ON')) return false;
    if (cursor.isAt(offset, end)) return true;
  }
  return false;
}

export function parseGrant(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('GRANT');
  if (isRoleList(cursor, 'TO')) {
    const roles = parseAccounts(cursor);
    cursor.expect('TO');
    const users = parseAccounts(cursor);
    const adminOption = cursor.acceptSequence('WITH', 'ADMIN', 'OPTION');
    return { kind: 'grantRole', roles, users, adminOption, start, end: cursor.end };
  }
  const privileges = parsePrivileges(cursor);
  const object = parseGrantObject(cursor);
  cursor.expect('TO');
  const users = cursor.list(() => parseAccountSpec(cursor));
  if (users.some(({ plugin, password, hash }) => plugin !== null || password !== null || hash !== null)) {
    throw notSupported('GRANT … IDENTIFIED (CREATE USER and ALTER USER set passwords)');
  }
  const grantOption = cursor.acceptSequence('WITH', 'GRANT', 'OPTION');
  if (cursor.is('AS')) throw notSupported('GRANT … AS');
  const accounts = users.map(({ account }) => account);
  return { kind: 'grant', privileges, object, users: accounts, grantOption, start, end: cursor.end };
}

export function parseRevoke(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('REVOKE');
  if (cursor.isSequence('IF', 'EXISTS')) throw notSupported('REVOKE IF EXISTS');
  const everything = cursor.is('ALL') && isRoleList(cursor, 'FROM');
  if (!everything && isRoleList(cursor, 'FROM')) {
    const adminOption = cursor.acceptSequence('ADMIN', 'OPTION', 'FOR');
    const roles = parseAccounts(cursor);
    cursor.expect('FROM');
    const users = parseAccounts(cursor);
    return { kind: 'revokeRole', roles, users, adminOption, start, end: cursor.end };
  }
  const privileges = parsePrivileges(cursor);
  if (everything && !(privileges.length === 2 && privileges[1]?.name === 'GRANT OPTION')) cursor.fail('ON');
  const object = everything ? null : parseGrantObject(cursor);
  cursor.expect('FROM');
  const users = parseAccounts(cursor);
  if (cursor.is('IGNORE')) throw notSupported('REVOKE … IGNORE UNKNOWN USER');
  return { kind: 'revoke', privileges, object, users, grantOption: false, start, end: cursor.end };
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
  const server = null;
  if (cursor.is('PROCEDURE') || cursor.is('FUNCTION')) throw notSupported('privileges on routines');
  if (cursor.is('SERVER') && !cursor.isAt(1, '.') && !cursor.isAt(1, 'TO') && !cursor.isAt(1, 'FROM')) {
    cursor.position++;
    return { database: null, name: null, current: false, server: cursor.nameOrString('a server name') };
  }
  if (cursor.is('TABLE')) cursor.position++;
  if (cursor.accept('*')) {
    if (!cursor.accept('.')) return { database: null, name: null, current: true, server };
    cursor.expect('*');
    return { database: null, name: null, current: false, server };
  }
  const first = cursor.name('a database or table name');
  if (!cursor.accept('.')) return { database: null, name: first, current: true, server };
  if (cursor.accept('*')) return { database: first, name: null, current: false, server };
  return { database: first, name: cursor.nameAfterDot('a table name'), current: false, server };
}
