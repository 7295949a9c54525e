/** GRANT and REVOKE of privileges and of roles, as changes of accounts. */
import { GatewayError } from '../../base/errors.ts';
import { noGrants, rolesWithin, sameAccount } from '../../catalog/accounts.ts';
import {
  allAt,
  type GrantLevel,
  isGrantableAt,
  isPrivilege,
  type Privilege,
} from '../../catalog/privileges.ts';
import type { AccountDef, AccountName, CatalogChange, Grants } from '../../catalog/schema.ts';
import type { GrantObject, Privilege as PrivilegeNode, Utility } from '../../sql/statement.ts';
import { type DdlContext, type DdlPlan, planOf } from '../ddl/context.ts';
import { accountName, accountText, unknownAuthorization, withRoles } from './accounts.ts';

/** Where privileges are granted, by names that are looked up. */
export type GrantTarget =
  | { readonly level: 'global' }
  | { readonly level: 'database'; readonly database: string }
  | { readonly level: 'relation'; readonly database: string; readonly name: string }
  | { readonly level: 'server'; readonly server: string };

/** What is granted or revoked there. */
export interface GrantedPrivileges {
  readonly target: GrantTarget;
  readonly privileges: readonly Privilege[];
  readonly columns: readonly { readonly privilege: Privilege; readonly column: string }[];
}

type GrantStatement = Extract<Utility, { kind: 'grant' | 'revoke' }>;
type RoleStatement = Extract<Utility, { kind: 'grantRole' | 'revokeRole' }>;

/** Error 1046 without a database. */
export function targetOf(object: GrantObject, database: string | undefined): GrantTarget {
  if (object.server !== null) return { level: 'server', server: object.server };
  const own = object.current ? database : undefined;
  if (object.current && own === undefined) {
    throw new GatewayError('NO_DATABASE', 'No database selected');
  }
  const where = object.database ?? own;
  if (where === undefined) return { level: 'global' };
  return object.name === null
    ? { level: 'database', database: where }
    : { level: 'relation', database: where, name: object.name };
}

function illegal(level: GrantLevel): GatewayError {
  if (level === 'database') {
    return new GatewayError('WRONG_USAGE', 'Incorrect usage of DB GRANT and GLOBAL PRIVILEGES');
  }
  return level === 'column'
    ? new GatewayError('WRONG_USAGE', 'Incorrect usage of COLUMN GRANT and NON-COLUMN PRIVILEGES')
    : new GatewayError(
        'ILLEGAL_GRANT_FOR_TABLE',
        'Illegal GRANT/REVOKE command; please consult the manual to see which privileges can be used',
      );
}

function privilegeOf(node: PrivilegeNode): Privilege {
  if (isPrivilege(node.name)) return node.name;
  const message = `You have an error in your SQL syntax: '${node.name}' is no privilege; SHOW PRIVILEGES lists them`;
  throw new GatewayError('SYNTAX_ERROR', message);
}

/** The privileges that the words mean at a level. Errors 1064, 1144, 1221. */
export function privilegesAt(nodes: readonly PrivilegeNode[], target: GrantTarget): GrantedPrivileges {
  const privileges = new Set<Privilege>();
  const columns: { privilege: Privilege; column: string }[] = [];
  for (const node of nodes) {
    if (node.name === 'ALL' && node.columns === null) {
      for (const each of allAt(target.level)) privileges.add(each);
    } else if (node.name !== 'USAGE' || node.columns !== null) {
      const privilege = privilegeOf(node);
      if (node.columns === null) {
        if (!isGrantableAt(privilege, target.level)) throw illegal(target.level);
        privileges.add(privilege);
      } else {
        if (target.level !== 'relation' || !isGrantableAt(privilege, 'column')) throw illegal('column');
        for (const column of node.columns) columns.push({ privilege, column });
      }
    }
  }
  return { target, privileges: [...privileges], columns };
}

// ---- what a grant makes of an account's grants ------------------------------------------------------

type Change = (before: readonly Privilege[]) => readonly Privilege[];

/** Applies a change to the entry of a list that `is` finds, which is made and removed as needed. */
function changeEntry<E extends { readonly privileges: readonly Privilege[] }>(
  entries: readonly E[],
  is: (entry: E) => boolean,
  empty: E,
  change: (entry: E) => E,
  isEmpty: (entry: E) => boolean,
): readonly E[] {
  const found = entries.find(is);
  const changed = change(found ?? empty);
  const rest = entries.filter((entry) => entry !== found);
  if (isEmpty(changed)) return rest;
  return found === undefined
    ? [...entries, changed]
    : entries.map((entry) => (entry === found ? changed : entry));
}

type RelationGrant = Grants['relations'][number];

function changeColumns(
  entry: RelationGrant,
  columns: GrantedPrivileges['columns'],
  change: (privilege: Privilege) => Change,
): RelationGrant['columns'] {
  let changed = entry.columns;
  for (const { privilege, column } of columns) {
    changed = changeEntry(
      changed,
      (each) => each.column.toLowerCase() === column.toLowerCase(),
      { column, privileges: [] },
      (each) => ({ ...each, privileges: change(privilege)(each.privileges) }),
      (each) => each.privileges.length === 0,
    );
  }
  return changed;
}

function changeGrants(grants: Grants, given: GrantedPrivileges, isGrant: boolean): Grants {
  const added = (more: readonly Privilege[]): Change =>
    isGrant
      ? (before) => [...new Set([...before, ...more])].sort()
      : (before) => before.filter((each) => !more.includes(each));
  const change = added(given.privileges);
  const bare = (entry: { readonly privileges: readonly Privilege[] }): boolean =>
    entry.privileges.length === 0;
  const { target } = given;
  switch (target.level) {
    case 'global':
      return { ...grants, global: change(grants.global) };
    case 'database': {
      const { database } = target;
      const databases = changeEntry(
        grants.databases,
        (entry) => entry.database === database,
        { database, privileges: [] },
        (entry) => ({ ...entry, privileges: change(entry.privileges) }),
        bare,
      );
      return { ...grants, databases };
    }
    case 'server': {
      const { server } = target;
      const servers = changeEntry(
        grants.servers,
        (entry) => entry.server === server,
        { server, privileges: [] },
        (entry) => ({ ...entry, privileges: change(entry.privileges) }),
        bare,
      );
      return { ...grants, servers };
    }
    case 'relation': {
      const { database, name } = target;
      const relations = changeEntry<RelationGrant>(
        grants.relations,
        (entry) => entry.database === database && entry.name === name,
        { database, name, privileges: [], columns: [] },
        (entry) => {
          const privileges = change(entry.privileges);
          const named = changeColumns(entry, given.columns, (privilege) => added([privilege]));
          // Revoking a privilege from the table revokes it from its columns too.
          const columns = isGrant
            ? named
            : named
                .map((each) => ({ ...each, privileges: change(each.privileges) }))
                .filter((each) => each.privileges.length > 0);
          return { ...entry, privileges, columns };
        },
        (entry) => entry.privileges.length === 0 && entry.columns.length === 0,
      );
      return { ...grants, relations };
    }
  }
}

// ---- statements -------------------------------------------------------------------------------------

/** The accounts of a list. Error 1410 for GRANT to an unknown one, 1141 and 1269 for REVOKE. */
function granteesOf(statement: GrantStatement, context: DdlContext): AccountDef[] {
  return statement.users.map((user) => {
    const name = accountName(user, context);
    const account = context.catalog.account(name.user, name.host);
    if (account !== undefined) return account;
    if (statement.kind === 'grant') {
      throw new GatewayError('NO_SUCH_GRANTEE', 'You are not allowed to create a user with GRANT');
    }
    if (statement.object === null) {
      throw new GatewayError(
        'CANNOT_REVOKE_ALL',
        "Can't revoke all privileges for one or more of the requested users",
      );
    }
    throw noSuchGrant(name);
  });
}

/** Error 1141. */
export const noSuchGrant = ({ user, host }: AccountName): GatewayError =>
  new GatewayError('NO_SUCH_GRANT', `There is no such grant defined for user '${user}' on host '${host}'`);

/** Errors 1146 and 1054: a privilege is granted on what there is, but CREATE, which is for what may come. */
function checkTarget(given: GrantedPrivileges, context: DdlContext): void {
  const { target, privileges, columns } = given;
  if (target.level === 'server') {
    if (context.catalog.server(target.server) !== undefined) return;
    throw new GatewayError(
      'SERVER_MISSING',
      `The foreign server name you are trying to reference does not exist. Data source error:  ${target.server}`,
    );
  }
  if (target.level !== 'relation') return;
  const relation = context.catalog.relation(target.database, target.name);
  if (relation === undefined) {
    if (privileges.includes('CREATE') && columns.length === 0) return;
    throw new GatewayError('NO_SUCH_TABLE', `Table '${target.database}.${target.name}' doesn't exist`);
  }
  for (const { column } of columns) {
    if (!relation.columns.some(({ name }) => name.toLowerCase() === column.toLowerCase())) {
      throw new GatewayError('UNKNOWN_COLUMN', `Unknown column '${column}' in '${target.name}'`);
    }
  }
}

/** Error 1141 or 1147 where there is no grant at that level to take from. */
function checkRevocable(account: AccountDef, target: GrantTarget): void {
  const { grants } = account;
  if (target.level === 'database' && !grants.databases.some(({ database }) => database === target.database)) {
    throw noSuchGrant(account);
  }
  if (target.level === 'server' && !grants.servers.some(({ server }) => server === target.server)) {
    throw noSuchGrant(account);
  }
  if (target.level !== 'relation') return;
  const { database, name } = target;
  if (grants.relations.some((grant) => grant.database === database && grant.name === name)) return;
  throw new GatewayError(
    'NO_SUCH_TABLE_GRANT',
    `There is no such grant defined for user '${account.user}' on host '${account.host}' on table '${name}'`,
  );
}

/** GRANT and REVOKE of privileges: one account record a grantee, all in one version. */
export function changePrivileges(statement: GrantStatement, context: DdlContext): DdlPlan {
  const accounts = granteesOf(statement, context);
  const isGrant = statement.kind === 'grant';
  if (statement.object === null) {
    return planOf(
      accounts.map((account) => ({ kind: 'putAccount', account: { ...account, grants: noGrants } })),
    );
  }
  const target = targetOf(statement.object, context.database);
  const given = privilegesAt(statement.privileges, target);
  const granted: GrantedPrivileges = statement.grantOption
    ? { ...given, privileges: [...new Set<Privilege>([...given.privileges, 'GRANT OPTION'])] }
    : given;
  if (isGrant) checkTarget(given, context);
  const changes: CatalogChange[] = [];
  for (const account of accounts) {
    if (!isGrant) checkRevocable(account, target);
    changes.push({
      kind: 'putAccount',
      account: { ...account, grants: changeGrants(account.grants, granted, isGrant) },
    });
  }
  return planOf(changes);
}

/** GRANT and REVOKE of roles. Errors 3523, 4027. */
export function changeRoles(statement: RoleStatement, context: DdlContext): DdlPlan {
  const { catalog } = context;
  const known = (name: AccountName): AccountDef => {
    const account = catalog.account(name.user, name.host);
    if (account === undefined) throw unknownAuthorization(name);
    return account;
  };
  const roles = statement.roles.map((role) => known(accountName(role, context)));
  return planOf(
    statement.users.map((user) => {
      const account = known(accountName(user, context));
      const isGiven = (role: AccountName): boolean => roles.some((given) => sameAccount(given, role));
      if (statement.kind === 'revokeRole') {
        const revoked = statement.adminOption
          ? { ...account, roles: account.roles.map((r) => (isGiven(r) ? { ...r, admin: false } : r)) }
          : withRoles(account, (role) => !isGiven(role));
        return { kind: 'putAccount', account: revoked };
      }
      checkNoLoop(roles, account, context);
      const added = roles.map(({ user: name, host }) => {
        const before = account.roles.find((role) => role.user === name && role.host === host);
        return { user: name, host, admin: statement.adminOption || before?.admin === true };
      });
      const kept = account.roles.filter((role) => !isGiven(role));
      return { kind: 'putAccount', account: { ...account, roles: [...kept, ...added] } };
    }),
  );
}

function checkNoLoop(roles: readonly AccountDef[], account: AccountDef, context: DdlContext): void {
  for (const role of roles) {
    if (!rolesWithin([role], context.catalog).some((within) => sameAccount(within, account))) continue;
    throw new GatewayError(
      'ROLE_GRANTED_TO_ITSELF',
      `User account ${accountText(account)} is directly or indirectly granted to the role ${accountText(role)}. The GRANT would create a loop`,
    );
  }
}
