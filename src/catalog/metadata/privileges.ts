/** information_schema: privileges. Every account may do everything, so each has them all on `*.*`. */
import type { AccountDef } from '../schema.ts';
import { informationSchemaTable, type MetadataTable } from './definition.ts';

/** MySQL's static privileges that have a meaning here, as SHOW PRIVILEGES names them. */
export const staticPrivileges: readonly (readonly [name: string, context: string, comment: string])[] = [
  ['Alter', 'Tables', 'To alter the table'],
  ['Create', 'Databases,Tables,Indexes', 'To create new databases and tables'],
  ['Create user', 'Server Admin', 'To create new users'],
  ['Create view', 'Tables', 'To create new views'],
  ['Delete', 'Tables', 'To delete existing rows'],
  ['Drop', 'Databases,Tables', 'To drop databases, tables, and views'],
  ['File', 'File access on server', 'To read and write files on the server'],
  ['Index', 'Tables', 'To create or drop indexes'],
  ['Insert', 'Tables', 'To insert data into tables'],
  ['Process', 'Server Admin', 'To view the plain text of currently executing queries'],
  ['References', 'Databases,Tables', 'To have references on tables'],
  ['Reload', 'Server Admin', 'To reload or refresh tables, logs and privileges'],
  ['Select', 'Tables', 'To retrieve rows from table'],
  ['Show databases', 'Server Admin', 'To see all databases with SHOW DATABASES'],
  ['Show view', 'Tables', 'To see views with SHOW CREATE VIEW'],
  ['Super', 'Server Admin', 'To use KILL thread, SET GLOBAL'],
  ['Update', 'Tables', 'To update existing rows'],
];

/** `'user'@'host'`, as GRANTEE shows an account. */
export const granteeText = (account: Pick<AccountDef, 'user' | 'host'>): string =>
  `'${account.user.replaceAll("'", "''")}'@'${account.host.replaceAll("'", "''")}'`;

const grantee = 'GRANTEE varchar(292), TABLE_CATALOG varchar(512)';
const grant = 'PRIVILEGE_TYPE varchar(64), IS_GRANTABLE varchar(3)';
const role = `GRANTOR varchar(97) null, GRANTOR_HOST varchar(256) null, GRANTEE char(32), GRANTEE_HOST char(255)`;

export const privilegeTables: readonly MetadataTable[] = [
  informationSchemaTable('USER_PRIVILEGES', `${grantee}, ${grant}`, function* (context) {
    for (const account of context.catalog.accounts) {
      for (const [name] of staticPrivileges) {
        yield {
          GRANTEE: granteeText(account),
          TABLE_CATALOG: 'def',
          PRIVILEGE_TYPE: name.toUpperCase(),
          IS_GRANTABLE: 'YES',
        };
      }
    }
  }),
  informationSchemaTable('SCHEMA_PRIVILEGES', `${grantee}, TABLE_SCHEMA identifier, ${grant}`),
  informationSchemaTable(
    'TABLE_PRIVILEGES',
    `${grantee}, TABLE_SCHEMA identifier, TABLE_NAME identifier, ${grant}`,
  ),
  informationSchemaTable(
    'COLUMN_PRIVILEGES',
    `${grantee}, TABLE_SCHEMA identifier, TABLE_NAME identifier, COLUMN_NAME varchar(64), ${grant}`,
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
