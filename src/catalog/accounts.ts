/** Accounts as records: new ones, those of older stores, and the roles that an account has. */
import { allAt } from './privileges.ts';
import type { AccountDef, AccountName, Grants } from './schema.ts';

export const noGrants: Grants = { global: [], databases: [], relations: [], servers: [] };

/** ALL PRIVILEGES ON *.* WITH GRANT OPTION. */
export const everyGrant: Grants = { ...noGrants, global: [...allAt('global'), 'GRANT OPTION'] };

/** An account as CREATE USER makes it: it may log in, and do nothing. */
export function newAccount(
  name: AccountName,
  hashes: Pick<AccountDef, 'nativeHash' | 'sha2Hash'> = { nativeHash: '', sha2Hash: '' },
): AccountDef {
  return {
    user: name.user,
    host: name.host,
    nativeHash: hashes.nativeHash,
    sha2Hash: hashes.sha2Hash,
    locked: false,
    isRole: false,
    requirement: { kind: 'none' },
    failedLoginAttempts: 0,
    lockDays: 0,
    grants: noGrants,
    roles: [],
    defaultRoles: [],
  };
}

/** A record as the catalog keeps it; one of before there were grants could do everything. */
export function completeAccount(
  stored: AccountDef | Pick<AccountDef, 'user' | 'host' | 'nativeHash' | 'sha2Hash'>,
): AccountDef {
  return 'grants' in stored ? stored : { ...newAccount(stored, stored), grants: everyGrant };
}

const dayMs = 86_400_000;

/** Whether the password must be changed before anything else. */
export function isPasswordExpired(account: AccountDef, nowUs: bigint): boolean {
  const { passwordExpired, passwordDays, passwordSetMs = 0 } = account;
  if (passwordExpired === true) return true;
  return typeof passwordDays === 'number' && passwordSetMs + passwordDays * dayMs <= Number(nowUs / 1000n);
}

export const sameAccount = (a: AccountName, b: AccountName): boolean =>
  a.user === b.user && a.host === b.host;

/** `user@host`, as CURRENT_USER() says it and definers are kept. */
export const accountText = ({ user, host }: AccountName): string => `${user}@${host}`;

/** The inverse of accountText: a host has no `@`. */
export function accountOfText(text: string): AccountName {
  const at = text.lastIndexOf('@');
  return { user: text.slice(0, at), host: text.slice(at + 1) };
}

export const hasPassword = (account: Pick<AccountDef, 'nativeHash' | 'sha2Hash'>): boolean =>
  account.nativeHash !== '' || account.sha2Hash !== '';

interface Accounts {
  account(user: string, host: string): AccountDef | undefined;
}

/** The accounts of these roles and of all roles granted to them, each once; unknown ones are left out. */
export function rolesWithin(names: readonly AccountName[], catalog: Accounts): AccountDef[] {
  const found: AccountDef[] = [];
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const role = catalog.account(name.user, name.host);
    if (role === undefined || found.includes(role)) continue;
    found.push(role);
    open.push(...role.roles);
  }
  return found;
}

/** The roles that a login makes active. */
export const defaultRolesOf = (account: AccountDef): readonly AccountName[] =>
  account.defaultRoles === 'all'
    ? account.roles
    : account.defaultRoles.filter((role) => account.roles.some((granted) => sameAccount(granted, role)));
