/** Grants as SHOW GRANTS prints them: statements that make them again. */
import { allAt, type GrantLevel, type Privilege, privilegeNames } from './privileges.ts';
import type { AccountDef, AccountName, Grants } from './schema.ts';

const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
const accountSql = ({ user, host }: AccountName): string => `${quoteName(user)}@${quoteName(host)}`;

/** In MySQL's order, which is that of its grant tables. */
const shownFirst: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP'];
const order = new Map([...new Set([...shownFirst, ...privilegeNames])].map((name, index) => [name, index]));

const sorted = (privileges: Iterable<Privilege>): Privilege[] =>
  [...privileges].sort((a, b) => order.get(a)! - order.get(b)!);

function union<E extends { readonly privileges: readonly Privilege[] }>(
  entries: readonly E[],
  keyOf: (entry: E) => string,
  join: (a: E, b: E) => E,
): E[] {
  const found = new Map<string, E>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const before = found.get(key);
    found.set(key, before === undefined ? entry : join(before, entry));
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

const both = (a: readonly Privilege[], b: readonly Privilege[]): Privilege[] => [...new Set([...a, ...b])];

/** The grants of several accounts as those of one. */
export function joinGrants(all: readonly Grants[]): Grants {
  const joined = <E extends { readonly privileges: readonly Privilege[] }>(a: E, b: E): E => ({
    ...a,
    privileges: both(a.privileges, b.privileges),
  });
  return {
    global: [...new Set(all.flatMap(({ global }) => global))],
    databases: union(
      all.flatMap(({ databases }) => databases),
      ({ database }) => database,
      joined,
    ),
    servers: union(
      all.flatMap(({ servers }) => servers),
      ({ server }) => server,
      joined,
    ),
    relations: union(
      all.flatMap(({ relations }) => relations),
      ({ database, name }) => `${database}\0${name}`,
      (a, b) => ({
        ...joined(a, b),
        columns: union([...a.columns, ...b.columns], ({ column }) => column.toLowerCase(), joined),
      }),
    ),
  };
}

/** The privileges of a level without GRANT OPTION, in words. */
function privilegesText(privileges: readonly Privilege[], level: GrantLevel): string {
  const given = privileges.filter((name) => name !== 'GRANT OPTION');
  if (given.length === 0) return 'USAGE';
  if (given.length === allAt(level).length) return 'ALL PRIVILEGES';
  return sorted(given).join(', ');
}

const option = (privileges: readonly Privilege[]): string =>
  privileges.includes('GRANT OPTION') ? ' WITH GRANT OPTION' : '';

function relationText({ privileges, columns }: Grants['relations'][number]): string {
  const byPrivilege = new Map<Privilege, string[]>();
  for (const { column, privileges: onColumn } of columns) {
    for (const privilege of onColumn) {
      byPrivilege.set(privilege, [...(byPrivilege.get(privilege) ?? []), quoteName(column)]);
    }
  }
  const whole = privilegesText(privileges, 'relation');
  const onColumns = sorted(byPrivilege.keys()).map(
    (name) => `${name} (${byPrivilege.get(name)!.join(', ')})`,
  );
  if (onColumns.length === 0) return whole;
  return whole === 'USAGE' ? onColumns.join(', ') : [whole, ...onColumns].join(', ');
}

/** One statement a line: global, databases, tables, servers, roles. `active` are the roles to be counted in. */
export function grantLines(account: AccountDef, active: readonly AccountDef[]): string[] {
  const grants = joinGrants([account.grants, ...active.map((role) => role.grants)]);
  const to = ` TO ${accountSql(account)}`;
  const { global, databases, relations, servers } = grants;
  const roles = (admin: boolean): string =>
    account.roles
      .filter((role) => role.admin === admin)
      .map(accountSql)
      .sort()
      .join(',');
  const [plainRoles, adminRoles] = [roles(false), roles(true)];
  return [
    `GRANT ${privilegesText(global, 'global')} ON *.*${to}${option(global)}`,
    ...databases.map(
      ({ database, privileges }) =>
        `GRANT ${privilegesText(privileges, 'database')} ON ${quoteName(database)}.*${to}${option(privileges)}`,
    ),
    ...relations.map((grant) => {
      const table = `${quoteName(grant.database)}.${quoteName(grant.name)}`;
      return `GRANT ${relationText(grant)} ON ${table}${to}${option(grant.privileges)}`;
    }),
    ...servers.map(
      ({ server, privileges }) =>
        `GRANT ${privilegesText(privileges, 'server')} ON SERVER ${quoteName(server)}${to}${option(privileges)}`,
    ),
    ...(plainRoles === '' ? [] : [`GRANT ${plainRoles}${to}`]),
    ...(adminRoles === '' ? [] : [`GRANT ${adminRoles}${to} WITH ADMIN OPTION`]),
  ];
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

function requirementText({ requirement }: AccountDef): string {
  if (requirement.kind !== 'certificate') return requirement.kind.toUpperCase();
  const { subject, issuer } = requirement;
  const parts = [
    ...(subject === null ? [] : [`SUBJECT ${quoted(subject)}`]),
    ...(issuer === null ? [] : [`ISSUER ${quoted(issuer)}`]),
  ];
  return parts.join(' AND ');
}

function expiryText({ passwordDays, passwordExpired }: AccountDef): string {
  if (passwordExpired === true) return '';
  if (typeof passwordDays === 'number') return ` INTERVAL ${passwordDays} DAY`;
  return passwordDays === 'never' ? ' NEVER' : ' DEFAULT';
}

/** SHOW CREATE USER: without the password's hash, which is a secret. */
export function createUserText(account: AccountDef): string {
  const { defaultRoles, failedLoginAttempts, lockDays } = account;
  const roles =
    defaultRoles === 'all'
      ? ' DEFAULT ROLE ALL'
      : defaultRoles.length === 0
        ? ''
        : ` DEFAULT ROLE ${defaultRoles.map(accountSql).join(',')}`;
  const failures = failedLoginAttempts === 0 ? '' : ` FAILED_LOGIN_ATTEMPTS ${failedLoginAttempts}`;
  const lock = lockDays === 0 ? '' : ` PASSWORD_LOCK_TIME ${String(lockDays).toUpperCase()}`;
  return `CREATE USER ${accountSql(account)} IDENTIFIED WITH 'caching_sha2_password'${roles} REQUIRE ${requirementText(account)} PASSWORD EXPIRE${expiryText(account)} ACCOUNT ${account.locked ? 'LOCK' : 'UNLOCK'}${failures}${lock}`;
}
