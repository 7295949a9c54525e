/** What an account may do, its active roles included: the privileges of the catalog in a form to be asked. */
import {
  accountOfText,
  defaultRolesOf,
  everyGrant,
  newAccount,
  rolesWithin,
  sameAccount,
} from './accounts.ts';
import { wildcardMatches } from './host-pattern.ts';
import type { Privilege } from './privileges.ts';
import type { AccountDef, AccountName, RelationDef } from './schema.ts';

interface Accounts {
  account(user: string, host: string): AccountDef | undefined;
}

/** Databases whose tables are made of what the reader may see, so that everybody may read them. */
const openDatabases: ReadonlySet<string> = new Set(['information_schema', 'performance_schema', 'tidegate']);
const readOnlyAccess: ReadonlySet<Privilege> = new Set(['SELECT']);

type Privileges = ReadonlySet<Privilege>;

/** The database grant that holds, as MySQL picks it: the name itself, else the most specific pattern. */
function databaseGrant(account: AccountDef, database: string): readonly Privilege[] {
  const { databases } = account.grants;
  const exact = databases.find((grant) => grant.database === database);
  if (exact !== undefined) return exact.privileges;
  const patterns = databases
    .filter((grant) => wildcardMatches(grant.database, database, false))
    .sort((a, b) => firstWildcard(b.database) - firstWildcard(a.database));
  return patterns[0]?.privileges ?? [];
}

function firstWildcard(pattern: string): number {
  const at = pattern.search(/(?<!\\)[%_]/);
  return at < 0 ? pattern.length : at;
}

const columnKey = (name: string): string => name.toLowerCase();

/** Immutable, and made once for a catalog, an account and its roles: plans remember the ones they allow. */
export class Access {
  readonly global: Privileges;
  readonly #accounts: readonly AccountDef[];
  readonly #databases = new Map<string, Privileges>();
  readonly #relations = new Map<string, Privileges>();

  /** `accounts` are the account and its active roles. */
  constructor(accounts: readonly AccountDef[]) {
    this.#accounts = accounts;
    this.global = new Set(accounts.flatMap(({ grants }) => grants.global));
  }

  /** Privileges on every table of a database: granted on `*.*` or `db.*`. */
  onDatabase(database: string): Privileges {
    if (openDatabases.has(database.toLowerCase())) return readOnlyAccess;
    let found = this.#databases.get(database);
    if (found === undefined) {
      const granted = this.#accounts.flatMap((account) => databaseGrant(account, database));
      found = granted.length === 0 ? this.global : new Set([...this.global, ...granted]);
      this.#databases.set(database, found);
    }
    return found;
  }

  /** Privileges on every column of a table or view. */
  onRelation(database: string, name: string): Privileges {
    const key = `${database}\0${name}`;
    let found = this.#relations.get(key);
    if (found === undefined) {
      const granted = this.#grantsOn(database, name).flatMap(({ privileges }) => privileges);
      const wide = this.onDatabase(database);
      found = granted.length === 0 ? wide : new Set([...wide, ...granted]);
      this.#relations.set(key, found);
    }
    return found;
  }

  /** Whether the privilege holds for the column, by a grant on it or on what it is in. */
  onColumn(database: string, name: string, column: string, privilege: Privilege): boolean {
    if (this.onRelation(database, name).has(privilege)) return true;
    const key = columnKey(column);
    return this.#columnGrants(database, name).some(
      (grant) => columnKey(grant.column) === key && grant.privileges.includes(privilege),
    );
  }

  /** Whether the privilege holds for the table or at least one column of it. */
  onAnyColumn(database: string, name: string, privilege: Privilege): boolean {
    return (
      this.onRelation(database, name).has(privilege) ||
      this.#columnGrants(database, name).some((grant) => grant.privileges.includes(privilege))
    );
  }

  /** Whether there is any privilege on the table or its columns: it may be known to exist. */
  seesRelation(database: string, name: string): boolean {
    return (
      hasAny(this.onRelation(database, name)) ||
      this.#columnGrants(database, name).some(({ privileges }) => privileges.length > 0)
    );
  }

  /** Whether there is any privilege on the table as a whole. */
  seesWholeRelation(database: string, name: string): boolean {
    return hasAny(this.onRelation(database, name));
  }

  /** Whether there is any privilege on the column. */
  seesColumn(database: string, name: string, column: string): boolean {
    if (hasAny(this.onRelation(database, name))) return true;
    const key = columnKey(column);
    return this.#columnGrants(database, name).some((grant) => columnKey(grant.column) === key);
  }

  /** Whether there is any privilege on the database or something in it: USE may name it. */
  entersDatabase(database: string): boolean {
    return (
      hasAny(this.onDatabase(database)) ||
      this.#accounts.some(({ grants }) => grants.relations.some((grant) => grant.database === database))
    );
  }

  /** Whether SHOW DATABASES lists it. */
  seesDatabase(database: string): boolean {
    return this.global.has('SHOW DATABASES') || this.entersDatabase(database);
  }

  usesServer(server: string): boolean {
    return (
      this.global.has('USE SERVER') ||
      this.#accounts.some(({ grants }) =>
        grants.servers.some((grant) => grant.server === server && grant.privileges.includes('USE SERVER')),
      )
    );
  }

  /** Privileges granted on the server itself or on all. */
  onServer(server: string): Privileges {
    const granted = this.#accounts.flatMap(({ grants }) =>
      grants.servers.filter((grant) => grant.server === server).flatMap(({ privileges }) => privileges),
    );
    return new Set([...this.global, ...granted]);
  }

  /** The columns of a relation that the account may know of. */
  columnsSeen(relation: RelationDef): (index: number) => boolean {
    const { database, name, columns } = relation;
    if (hasAny(this.onRelation(database, name))) return () => true;
    return (index) => this.seesColumn(database, name, columns[index]!.name);
  }

  #grantsOn(database: string, name: string) {
    return this.#accounts.flatMap(({ grants }) =>
      grants.relations.filter((grant) => grant.database === database && grant.name === name),
    );
  }

  #columnGrants(database: string, name: string) {
    return this.#grantsOn(database, name).flatMap(({ columns }) => columns);
  }
}

/** Privileges that say something about tables; those of administration show no database. */
const administrative: ReadonlySet<Privilege> = new Set([
  'CONNECTION_ADMIN',
  'CREATE ROLE',
  'CREATE SERVER',
  'CREATE TABLESPACE',
  'CREATE USER',
  'DROP ROLE',
  'FILE',
  'PROCESS',
  'RELOAD',
  'REPLICATION CLIENT',
  'REPLICATION SLAVE',
  'ROLE_ADMIN',
  'SET_USER_ID',
  'SHOW DATABASES',
  'SHUTDOWN',
  'SUPER',
  'SYSTEM_VARIABLES_ADMIN',
  'USE SERVER',
]);

function hasAny(privileges: Privileges): boolean {
  for (const privilege of privileges) if (!administrative.has(privilege)) return true;
  return false;
}

/** Whether the account may end the connections of others, and log in beyond their limit. */
export const administersConnections = (access: Access): boolean =>
  access.global.has('CONNECTION_ADMIN') || access.global.has('SUPER');

/** Everything: the gateway's own sessions, which no client logged in to. */
export const fullAccess = new Access([
  { ...newAccount({ user: 'root', host: 'localhost' }), grants: everyGrant },
]);

const noAccess = new Access([]);

/** By catalog, so that a change of it forgets them. */
const known = new WeakMap<object, Map<string, Access>>();

/**
 * What an account may do with these of its roles active (its default roles when left out). A role that it has
 * not, or not any more, gives nothing; an account that is gone has no access at all.
 */
export function accessOf(catalog: Accounts, name: AccountName, active?: readonly AccountName[]): Access {
  const account = catalog.account(name.user, name.host);
  if (account === undefined) return noAccess;
  const roles = (active ?? defaultRolesOf(account)).filter((role) =>
    account.roles.some((granted) => sameAccount(granted, role)),
  );
  const key = [name, ...roles].map(({ user, host }) => `${user}\0${host}`).join('\x01');
  let byKey = known.get(catalog);
  if (byKey === undefined) {
    byKey = new Map();
    known.set(catalog, byKey);
  }
  let access = byKey.get(key);
  if (access === undefined) {
    access = new Access([account, ...rolesWithin(roles, catalog)]);
    byKey.set(key, access);
  }
  return access;
}

/** What a view's definer may do: its default roles count. Undefined when there is no such account. */
export function definerAccess(catalog: Accounts, definer: string): Access | undefined {
  const name = accountOfText(definer);
  return catalog.account(name.user, name.host) === undefined ? undefined : accessOf(catalog, name);
}
