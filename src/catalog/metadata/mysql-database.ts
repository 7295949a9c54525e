/** The database `mysql`: accounts, grants and servers for the tools that read them. */
import { defaultRolesOf } from '../accounts.ts';
import { isPrivilege, type Privilege } from '../privileges.ts';
import type { MetadataContext } from './context.ts';
import { type MetadataTable, type NamedRow, tablesOf } from './definition.ts';

const table = tablesOf('mysql', 'BASE TABLE');

const privilegeColumns = [
  'Select_priv',
  'Insert_priv',
  'Update_priv',
  'Delete_priv',
  'Create_priv',
  'Drop_priv',
  'Reload_priv',
  'Shutdown_priv',
  'Process_priv',
  'File_priv',
  'Grant_priv',
  'References_priv',
  'Index_priv',
  'Alter_priv',
  'Show_db_priv',
  'Super_priv',
  'Create_tmp_table_priv',
  'Lock_tables_priv',
  'Execute_priv',
  'Repl_slave_priv',
  'Repl_client_priv',
  'Create_view_priv',
  'Show_view_priv',
  'Create_routine_priv',
  'Alter_routine_priv',
  'Create_user_priv',
  'Event_priv',
  'Trigger_priv',
  'Create_tablespace_priv',
] as const;

/** Those that are granted on databases. */
const databasePrivilegeColumns = privilegeColumns.filter(
  (name) => !/^(Reload|Shutdown|Process|File|Show_db|Super|Repl|Create_user|Create_tablespace)/.test(name),
);

/** The privilege that a column of the grant tables stands for, where its name does not say it. */
const privilegeOfColumn: Readonly<Record<string, Privilege>> = {
  Grant_priv: 'GRANT OPTION',
  Show_db_priv: 'SHOW DATABASES',
  Create_tmp_table_priv: 'CREATE TEMPORARY TABLES',
  Repl_slave_priv: 'REPLICATION SLAVE',
  Repl_client_priv: 'REPLICATION CLIENT',
};

const privilegeOf = (column: string): Privilege | undefined => {
  const name =
    privilegeOfColumn[column] ??
    column
      .replace(/_priv$/, '')
      .replaceAll('_', ' ')
      .toUpperCase();
  return isPrivilege(name) ? name : undefined;
};

const flag = (value: boolean): string => (value ? 'Y' : 'N');

function privilegeFlags(columns: readonly string[], privileges: readonly Privilege[]): NamedRow {
  return Object.fromEntries(
    columns.map((column) => {
      const privilege = privilegeOf(column);
      return [column, flag(privilege !== undefined && privileges.includes(privilege))];
    }),
  );
}

const sslTypes = { none: '', ssl: 'ANY', x509: 'X509', certificate: 'SPECIFIED' } as const;

/** The hash itself is a secret, so authentication_string is always empty. */
function* userRows(context: MetadataContext): Iterable<NamedRow> {
  for (const account of context.catalog.accounts) {
    const { requirement, grants } = account;
    const names = requirement.kind === 'certificate' ? requirement : { subject: null, issuer: null };
    yield {
      Host: account.host,
      User: account.user,
      ...privilegeFlags(privilegeColumns, grants.global),
      ssl_type: sslTypes[requirement.kind],
      ssl_cipher: new Uint8Array(),
      x509_issuer: new TextEncoder().encode(names.issuer ?? ''),
      x509_subject: new TextEncoder().encode(names.subject ?? ''),
      max_questions: 0,
      max_updates: 0,
      max_connections: 0,
      max_user_connections: 0,
      plugin: 'caching_sha2_password',
      authentication_string: '',
      password_expired: flag(account.passwordExpired === true),
      password_lifetime:
        typeof account.passwordDays === 'number'
          ? account.passwordDays
          : account.passwordDays === 'never'
            ? 0
            : null,
      password_last_changed:
        account.passwordSetMs === undefined ? null : BigInt(account.passwordSetMs) * 1000n,
      account_locked: flag(account.locked),
      Create_role_priv: flag(grants.global.includes('CREATE ROLE')),
      Drop_role_priv: flag(grants.global.includes('DROP ROLE')),
    };
  }
}

function* databaseRows(context: MetadataContext): Iterable<NamedRow> {
  for (const { user, host, grants } of context.catalog.accounts) {
    for (const { database, privileges } of grants.databases) {
      yield { Host: host, Db: database, User: user, ...privilegeFlags(databasePrivilegeColumns, privileges) };
    }
  }
}

/** `SELECT` as the SET columns spell it: `Select`. */
const setText = (privileges: Iterable<Privilege>): string =>
  [...privileges]
    .map((name) => (name === 'GRANT OPTION' ? 'Grant' : `${name[0]}${name.slice(1).toLowerCase()}`))
    .join(',');

function* tableRows(context: MetadataContext): Iterable<NamedRow> {
  for (const { user, host, grants } of context.catalog.accounts) {
    for (const { database, name, privileges, columns } of grants.relations) {
      yield {
        Host: host,
        Db: database,
        User: user,
        Table_name: name,
        Grantor: '',
        Timestamp: 0n,
        Table_priv: setText(privileges),
        Column_priv: setText(new Set(columns.flatMap((column) => column.privileges))),
      };
    }
  }
}

function* columnRows(context: MetadataContext): Iterable<NamedRow> {
  for (const { user, host, grants } of context.catalog.accounts) {
    for (const { database, name, columns } of grants.relations) {
      for (const { column, privileges } of columns) {
        yield {
          Host: host,
          Db: database,
          User: user,
          Table_name: name,
          Column_name: column,
          Timestamp: 0n,
          Column_priv: setText(privileges),
        };
      }
    }
  }
}

function* roleEdgeRows(context: MetadataContext): Iterable<NamedRow> {
  for (const { user, host, roles } of context.catalog.accounts) {
    for (const role of roles) {
      yield {
        FROM_HOST: role.host,
        FROM_USER: role.user,
        TO_HOST: host,
        TO_USER: user,
        WITH_ADMIN_OPTION: flag(role.admin),
      };
    }
  }
}

function* defaultRoleRows(context: MetadataContext): Iterable<NamedRow> {
  for (const account of context.catalog.accounts) {
    for (const role of defaultRolesOf(account)) {
      yield {
        HOST: account.host,
        USER: account.user,
        DEFAULT_ROLE_HOST: role.host,
        DEFAULT_ROLE_USER: role.user,
      };
    }
  }
}

/** The global privileges that have no column in `user`. */
function* globalGrantRows(context: MetadataContext): Iterable<NamedRow> {
  const columns = new Set(privilegeColumns.map(privilegeOf));
  for (const { user, host, grants } of context.catalog.accounts) {
    for (const privilege of grants.global) {
      if (columns.has(privilege) || privilege === 'CREATE ROLE' || privilege === 'DROP ROLE') continue;
      yield {
        USER: user,
        HOST: host,
        PRIV: privilege,
        WITH_GRANT_OPTION: flag(grants.global.includes('GRANT OPTION')),
      };
    }
  }
}

function* serverRows(context: MetadataContext): Iterable<NamedRow> {
  for (const server of context.catalog.servers) {
    const { HOST = '', DATABASE = '', USER = '', PORT = '0', SOCKET = '', OWNER = '' } = server.options;
    yield {
      Server_name: server.name,
      Host: HOST,
      Db: DATABASE,
      Username: USER,
      Password: '',
      Port: Number(PORT) || 0,
      Socket: SOCKET,
      Wrapper: server.wrapper,
      Owner: OWNER,
    };
  }
}

const grantTable = (keys: string): string => `Host char(255), Db identifier, User char(32), ${keys}`;

export const mysqlTables: readonly MetadataTable[] = [
  table(
    'user',
    `Host char(255)
     User char(32)
     ${privilegeColumns.map((name) => `${name} varchar(1)`).join('\n')}
     ssl_type varchar(9)
     ssl_cipher blob
     x509_issuer blob
     x509_subject blob
     max_questions uint
     max_updates uint
     max_connections uint
     max_user_connections uint
     plugin char(64)
     authentication_string text null
     password_expired varchar(1)
     password_last_changed timestamp null
     password_lifetime usmallint null
     account_locked varchar(1)
     Create_role_priv varchar(1)
     Drop_role_priv varchar(1)
     Password_reuse_history usmallint null
     Password_reuse_time usmallint null
     Password_require_current varchar(1) null
     User_attributes json null`,
    userRows,
  ),
  table(
    'db',
    grantTable(databasePrivilegeColumns.map((name) => `${name} varchar(1)`).join('\n')),
    databaseRows,
  ),
  table(
    'tables_priv',
    grantTable(
      'Table_name identifier, Grantor varchar(288), Timestamp timestamp, Table_priv text, Column_priv text',
    ),
    tableRows,
  ),
  table(
    'columns_priv',
    grantTable('Table_name identifier, Column_name char(64), Timestamp timestamp, Column_priv text'),
    columnRows,
  ),
  table(
    'procs_priv',
    grantTable(
      'Routine_name char(64), Routine_type varchar(9), Grantor varchar(288), Proc_priv text, Timestamp timestamp',
    ),
  ),
  table(
    'proxies_priv',
    `Host char(255)
     User char(32)
     Proxied_host char(255)
     Proxied_user char(32)
     With_grant tinyint
     Grantor varchar(288)
     Timestamp timestamp`,
  ),
  table(
    'role_edges',
    'FROM_HOST char(255), FROM_USER char(32), TO_HOST char(255), TO_USER char(32), WITH_ADMIN_OPTION varchar(1)',
    roleEdgeRows,
  ),
  table(
    'default_roles',
    'HOST char(255), USER char(32), DEFAULT_ROLE_HOST char(255), DEFAULT_ROLE_USER char(32)',
    defaultRoleRows,
  ),
  table(
    'global_grants',
    'USER char(32), HOST char(255), PRIV char(32), WITH_GRANT_OPTION varchar(1)',
    globalGrantRows,
  ),
  table('func', 'name char(64), ret tinyint, dl char(128), type varchar(9)'),
  table('plugin', 'name varchar(64), dl varchar(128)'),
  table(
    'servers',
    `Server_name char(64)
     Host char(255)
     Db char(64)
     Username char(64)
     Password char(64)
     Port int
     Socket char(64)
     Wrapper char(64)
     Owner char(64)`,
    serverRows,
  ),
  table('time_zone', 'Time_zone_id uint, Use_leap_seconds varchar(1)'),
  table('time_zone_name', 'Name char(64), Time_zone_id uint', function* () {
    for (const [index, name] of Intl.supportedValuesOf('timeZone').entries()) {
      yield { Name: name, Time_zone_id: index + 1 };
    }
  }),
  table('time_zone_leap_second', 'Transition_time bigint, Correction int'),
  table('time_zone_transition', 'Time_zone_id uint, Transition_time bigint, Transition_type_id uint'),
  table(
    'time_zone_transition_type',
    'Time_zone_id uint, Transition_type_id uint, Offset int, Is_DST tinyint, Abbreviation char(8)',
  ),
  table(
    'help_topic',
    'help_topic_id uint, name char(64), help_category_id usmallint, description text, example text, url text',
  ),
  table(
    'help_category',
    'help_category_id usmallint, name char(64), parent_category_id usmallint null, url text',
  ),
  table('help_keyword', 'help_keyword_id uint, name char(64)'),
  table('help_relation', 'help_topic_id uint, help_keyword_id uint'),
  table(
    'general_log',
    `event_time timestamp(6)
     user_host mediumtext
     thread_id ubigint
     server_id uint
     command_type varchar(64)
     argument blob`,
  ),
  table(
    'slow_log',
    `start_time timestamp(6)
     user_host mediumtext
     query_time time(6)
     lock_time time(6)
     rows_sent int
     rows_examined int
     db varchar(512)
     last_insert_id int
     insert_id int
     server_id uint
     sql_text blob
     thread_id ubigint`,
  ),
];
