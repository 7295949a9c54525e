/** information_schema: accounts, privileges and roles, of the accounts that the reader may know of. */
import { defaultRolesOf, sameAccount } from '../accounts.ts';
import { type Privilege, privilegeNames } from '../privileges.ts';
import type { AccountDef, AccountName } from '../schema.ts';
import type { MetadataContext } from './context.ts';
import { informationSchemaTable, type MetadataTable, type NamedRow } from './definition.ts';

/** `'user'@'host'`, as GRANTEE shows an account. */
export const granteeText = (account: AccountName): string =>
  `'${account.user.replaceAll("'", "''")}'@'${account.host.replaceAll("'", "''")}'`;

/** One row a privilege but GRANT OPTION, which IS_GRANTABLE says; USAGE where that is all. */
function* privilegeRows(privileges: readonly Privilege[], shared: NamedRow): Iterable<NamedRow> {
  const IS_GRANTABLE = privileges.includes('GRANT OPTION') ? 'YES' : 'NO';
  const given = privilegeNames.filter((name) => name !== 'GRANT OPTION' && privileges.includes(name));
  for (const name of given.length === 0 ? ['USAGE'] : given) {
    yield { ...shared, TABLE_CATALOG: 'def', PRIVILEGE_TYPE: name, IS_GRANTABLE };
  }
}

function* userPrivileges({ catalog }: MetadataContext): Iterable<NamedRow> {
  for (const account of catalog.accounts) {
    yield* privilegeRows(account.grants.global, { GRANTEE: granteeText(account) });
  }
}

function* schemaPrivileges({ catalog }: MetadataContext): Iterable<NamedRow> {
  for (const account of catalog.accounts) {
    for (const { database, privileges } of account.grants.databases) {
      yield* privilegeRows(privileges, { GRANTEE: granteeText(account), TABLE_SCHEMA: database });
    }
  }
}

function* tablePrivileges({ catalog }: MetadataContext): Iterable<NamedRow> {
  for (const account of catalog.accounts) {
    for (const { database, name, privileges } of account.grants.relations) {
      if (privileges.length === 0) continue;
      const shared = { GRANTEE: granteeText(account), TABLE_SCHEMA: database, TABLE_NAME: name };
      yield* privilegeRows(privileges, shared);
    }
  }
}

function* columnPrivileges({ catalog }: MetadataContext): Iterable<NamedRow> {
  for (const account of catalog.accounts) {
    for (const grant of account.grants.relations) {
      const isGrantable = grant.privileges.includes('GRANT OPTION');
      for (const { column, privileges } of grant.columns) {
        yield* privilegeRows(isGrantable ? [...privileges, 'GRANT OPTION'] : privileges, {
          GRANTEE: granteeText(account),
          TABLE_SCHEMA: grant.database,
          TABLE_NAME: grant.name,
          COLUMN_NAME: column,
        });
      }
    }
  }
}

const yesNo = (value: boolean): string => (value ? 'YES' : 'NO');

function isDefault(account: AccountDef, role: AccountName): boolean {
  return defaultRolesOf(account).some((each) => sameAccount(each, role));
}

/** The roles of the session's own account, and the roles of those. */
function* applicableRoles({ catalog, user }: MetadataContext): Iterable<NamedRow> {
  const accounts = new Map(
    [...catalog.accounts].map((account) => [`${account.user}\0${account.host}`, account]),
  );
  const open: AccountName[] = [user];
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const key = `${name.user}\0${name.host}`;
    const account = accounts.get(key);
    if (account === undefined || seen.has(key)) continue;
    seen.add(key);
    for (const role of account.roles) {
      open.push(role);
      yield {
        USER: user.user,
        HOST: user.host,
        GRANTEE: account.user,
        GRANTEE_HOST: account.host,
        ROLE_NAME: role.user,
        ROLE_HOST: role.host,
        IS_GRANTABLE: yesNo(role.admin),
        IS_DEFAULT: yesNo(isDefault(account, role)),
        IS_MANDATORY: 'NO',
      };
    }
  }
}

function* administrableRoles(context: MetadataContext): Iterable<NamedRow> {
  for (const row of applicableRoles(context)) if (row.IS_GRANTABLE === 'YES') yield row;
}

function* enabledRoles({ catalog, user, activeRoles }: MetadataContext): Iterable<NamedRow> {
  const own = [...catalog.accounts].find((account) => sameAccount(account, user));
  for (const role of activeRoles) {
    yield {
      ROLE_NAME: role.user,
      ROLE_HOST: role.host,
      IS_DEFAULT: yesNo(own !== undefined && isDefault(own, role)),
      IS_MANDATORY: 'NO',
    };
  }
}

const grantee = 'GRANTEE varchar(292), TABLE_CATALOG varchar(512)';
const grant = 'PRIVILEGE_TYPE varchar(64), IS_GRANTABLE varchar(3)';
const role = `GRANTOR varchar(97) null, GRANTOR_HOST varchar(256) null, GRANTEE char(32), GRANTEE_HOST char(255)`;

export const privilegeTables: readonly MetadataTable[] = [
  informationSchemaTable('USER_PRIVILEGES', `${grantee}, ${grant}`, userPrivileges),
  informationSchemaTable(
    'SCHEMA_PRIVILEGES',
    `${grantee}, TABLE_SCHEMA identifier, ${grant}`,
    schemaPrivileges,
  ),
  informationSchemaTable(
    'TABLE_PRIVILEGES',
    `${grantee}, TABLE_SCHEMA identifier, TABLE_NAME identifier, ${grant}`,
    tablePrivileges,
  ),
  informationSchemaTable(
    'COLUMN_PRIVILEGES',
    `${grantee}, TABLE_SCHEMA identifier, TABLE_NAME identifier, COLUMN_NAME varchar(64), ${grant}`,
    columnPrivileges,
  ),
  informationSchemaTable(
    'USER_ATTRIBUTES',
    'USER char(32), HOST char(255), ATTRIBUTE longtext null',
    function* (context) {
      for (const account of context.catalog.accounts) yield { USER: account.user, HOST: account.host };
    },
  ),
  informationSchemaTable(
    'ADMINISTRABLE_ROLE_AUTHORIZATIONS',
    `USER varchar(97) null
     HOST varchar(256) null
     GRANTEE varchar(97) null
     GRANTEE_HOST varchar(256) null
     ROLE_NAME varchar(255) null
     ROLE_HOST varchar(256) null
     IS_GRANTABLE varchar(3)
     IS_DEFAULT varchar(3) null
     IS_MANDATORY varchar(3)`,
    administrableRoles,
  ),
  informationSchemaTable(
    'APPLICABLE_ROLES',
    `USER varchar(97) null
     HOST varchar(256) null
     GRANTEE varchar(97) null
     GRANTEE_HOST varchar(256) null
     ROLE_NAME varchar(255) null
     ROLE_HOST varchar(256) null
     IS_GRANTABLE varchar(3)
     IS_DEFAULT varchar(3) null
     IS_MANDATORY varchar(3)`,
    applicableRoles,
  ),
  informationSchemaTable(
    'ENABLED_ROLES',
    `ROLE_NAME varchar(255) null
     ROLE_HOST varchar(255) null
     IS_DEFAULT varchar(3) null
     IS_MANDATORY varchar(3)`,
    enabledRoles,
  ),
  informationSchemaTable(
    'ROLE_TABLE_GRANTS',
    `${role}
     TABLE_CATALOG varchar(3)
     TABLE_SCHEMA identifier
     TABLE_NAME identifier
     PRIVILEGE_TYPE varchar(64)
     IS_GRANTABLE varchar(3)`,
  ),
  informationSchemaTable(
    'ROLE_COLUMN_GRANTS',
    `${role}
     TABLE_CATALOG varchar(3)
     TABLE_SCHEMA identifier
     TABLE_NAME identifier
     COLUMN_NAME varchar(64)
     PRIVILEGE_TYPE varchar(64)
     IS_GRANTABLE varchar(3)`,
  ),
  informationSchemaTable(
    'ROLE_ROUTINE_GRANTS',
    `${role}
     SPECIFIC_CATALOG varchar(3)
     SPECIFIC_SCHEMA identifier
     SPECIFIC_NAME identifier
     ROUTINE_CATALOG varchar(3)
     ROUTINE_SCHEMA identifier
     ROUTINE_NAME identifier
     PRIVILEGE_TYPE varchar(64)
     IS_GRANTABLE varchar(3)`,
  ),
];
