/** information_schema: privileges, as they were granted, and roles. */
import type { Privilege } from '../privileges.ts';
import type { AccountDef } from '../schema.ts';
import { informationSchemaTable, type MetadataTable } from './definition.ts';

/** `'user'@'host'`, as GRANTEE shows an account. */
export const granteeText = (account: Pick<AccountDef, 'user' | 'host'>): string =>
  `'${account.user.replaceAll("'", "''")}'@'${account.host.replaceAll("'", "''")}'`;

const grantee = 'GRANTEE varchar(292), TABLE_CATALOG varchar(512)';
const grant = 'PRIVILEGE_TYPE varchar(64), IS_GRANTABLE varchar(3)';
const role = `GRANTOR varchar(97) null, GRANTOR_HOST varchar(256) null, GRANTEE char(32), GRANTEE_HOST char(255)`;

/** A row for each privilege but GRANT OPTION, which is what IS_GRANTABLE says. */
function* granteeRows(account: AccountDef, privileges: readonly (Privilege | 'USAGE')[]) {
  const grantable = privileges.includes('GRANT OPTION') ? 'YES' : 'NO';
  const shown = privileges.filter((name) => name !== 'GRANT OPTION');
  for (const name of shown.length === 0 ? ['USAGE'] : shown) {
    yield {
      GRANTEE: granteeText(account),
      TABLE_CATALOG: 'def',
      PRIVILEGE_TYPE: name,
      IS_GRANTABLE: grantable,
    };
  }
}

export const privilegeTables: readonly MetadataTable[] = [
  informationSchemaTable('USER_PRIVILEGES', `${grantee}, ${grant}`, function* (context) {
    for (const account of context.catalog.accounts) {
      const granted = account.grants.global.length === 0 ? (['USAGE'] as const) : account.grants.global;
      for (const row of granteeRows(account, granted)) yield row;
    }
  }),
  informationSchemaTable(
    'SCHEMA_PRIVILEGES',
    `${grantee}, TABLE_SCHEMA identifier, ${grant}`,
    function* (context) {
      for (const account of context.catalog.accounts) {
        for (const { database, privileges } of account.grants.databases)
          for (const row of granteeRows(account, privileges)) yield { ...row, TABLE_SCHEMA: database };
      }
    },
  ),
  informationSchemaTable(
    'TABLE_PRIVILEGES',
    `${grantee}, TABLE_SCHEMA identifier, TABLE_NAME identifier, ${grant}`,
    function* (context) {
      for (const account of context.catalog.accounts) {
        for (const { database, name, privileges } of account.grants.relations)
          for (const row of granteeRows(account, privileges))
            yield { ...row, TABLE_SCHEMA: database, TABLE_NAME: name };
      }
    },
  ),
  informationSchemaTable(
    'COLUMN_PRIVILEGES',
    `${grantee}, TABLE_SCHEMA identifier, TABLE_NAME identifier, COLUMN_NAME varchar(64), ${grant}`,
    function* (context) {
      for (const account of context.catalog.accounts) {
        for (const { database, name, columns } of account.grants.relations)
          for (const { column, privileges } of columns)
            for (const row of granteeRows(account, privileges))
              yield { ...row, TABLE_SCHEMA: database, TABLE_NAME: name, COLUMN_NAME: column };
      }
    },
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
  ),
  informationSchemaTable(
    'ENABLED_ROLES',
    `ROLE_NAME varchar(255) null
     ROLE_HOST varchar(255) null
     IS_DEFAULT varchar(3) null
     IS_MANDATORY varchar(3)`,
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
