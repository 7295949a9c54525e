/**
 * The privileges by name, and where each can be granted. MySQL 8.0's static ones, so that a GRANT of any tool is
 * kept and shown as it was given (those on stored programs and replication allow nothing here, as nothing of the
 * kind exists); the dynamic ones that have a meaning here; and three of our own.
 */

/** `g` on `*.*`, `d` on `db.*`, `t` on a table or view, `c` on columns, `s` on a server. */
const levels = {
  ALTER: 'gdt',
  'ALTER ROUTINE': 'gd',
  CREATE: 'gdt',
  'CREATE ROLE': 'g',
  'CREATE ROUTINE': 'gd',
  'CREATE TABLESPACE': 'g',
  'CREATE TEMPORARY TABLES': 'gd',
  'CREATE USER': 'g',
  'CREATE VIEW': 'gdt',
  DELETE: 'gdt',
  DROP: 'gdt',
  'DROP ROLE': 'g',
  EVENT: 'gd',
  EXECUTE: 'gd',
  FILE: 'g',
  'GRANT OPTION': 'gdts',
  INDEX: 'gdt',
  INSERT: 'gdtc',
  'LOCK TABLES': 'gd',
  PROCESS: 'g',
  REFERENCES: 'gdtc',
  RELOAD: 'g',
  'REPLICATION CLIENT': 'g',
  'REPLICATION SLAVE': 'g',
  SELECT: 'gdtc',
  'SHOW DATABASES': 'g',
  'SHOW VIEW': 'gdt',
  SHUTDOWN: 'g',
  SUPER: 'g',
  TRIGGER: 'gdt',
  UPDATE: 'gdtc',
  // dynamic in MySQL
  CONNECTION_ADMIN: 'g',
  ROLE_ADMIN: 'g',
  SET_USER_ID: 'g',
  SYSTEM_VARIABLES_ADMIN: 'g',
  // ours
  'CREATE SERVER': 'g',
  'TIME TRAVEL': 'gdt',
  'USE SERVER': 'gs',
} as const satisfies Record<string, string>;

export type Privilege = keyof typeof levels;
export type GrantLevel = 'global' | 'database' | 'relation' | 'column' | 'server';

const letters = { global: 'g', database: 'd', relation: 't', column: 'c', server: 's' } as const;

export const privilegeNames = Object.keys(levels) as readonly Privilege[];

export function isPrivilege(name: string): name is Privilege {
  return Object.hasOwn(levels, name);
}

/** Whether the privilege can be granted at that level; when not, GRANT is error 1144 or 1221. */
export function isGrantableAt(privilege: Privilege, level: GrantLevel): boolean {
  return levels[privilege].includes(letters[level]);
}

/** What ALL means at a level: everything but GRANT OPTION. */
export const allAt = (level: GrantLevel): readonly Privilege[] =>
  privilegeNames.filter((name) => name !== 'GRANT OPTION' && isGrantableAt(name, level));

/** SHOW PRIVILEGES: name, context, comment. */
export const describedPrivileges: readonly (readonly [name: string, context: string, comment: string])[] = [
  ['Alter', 'Tables', 'To alter the table'],
  ['Alter routine', 'Functions,Procedures', 'Kept for MySQL: there are no stored programs'],
  ['Create', 'Databases,Tables,Indexes', 'To create new databases and tables'],
  ['Create role', 'Server Admin', 'To create new roles'],
  ['Create routine', 'Databases', 'Kept for MySQL: there are no stored programs'],
  ['Create server', 'Server Admin', 'To create, alter and drop servers of external tables'],
  ['Create tablespace', 'Server Admin', 'Kept for MySQL: there are no tablespaces'],
  ['Create temporary tables', 'Databases', 'Kept for MySQL: there are no temporary tables'],
  ['Create user', 'Server Admin', 'To create new users'],
  ['Create view', 'Tables', 'To create new views'],
  ['Delete', 'Tables', 'To delete existing rows'],
  ['Drop', 'Databases,Tables', 'To drop databases, tables, and views'],
  ['Drop role', 'Server Admin', 'To drop roles'],
  ['Event', 'Server Admin', 'Kept for MySQL: there are no events'],
  ['Execute', 'Functions,Procedures', 'Kept for MySQL: there are no stored programs'],
  ['File', 'File access on server', 'To read and write files on the server'],
  ['Grant option', 'Databases,Tables,Servers', 'To give to other users those privileges you possess'],
  ['Index', 'Tables', 'To create or drop indexes'],
  ['Insert', 'Tables', 'To insert data into tables'],
  ['Lock tables', 'Databases', 'To use LOCK TABLES (together with SELECT privilege)'],
  ['Process', 'Server Admin', 'To view the plain text of currently executing queries'],
  ['References', 'Databases,Tables', 'To have references on tables'],
  ['Reload', 'Server Admin', 'To reload or refresh tables, logs and privileges'],
  ['Replication client', 'Server Admin', 'Kept for MySQL: there is no replication'],
  ['Replication slave', 'Server Admin', 'Kept for MySQL: there is no replication'],
  ['Select', 'Tables', 'To retrieve rows from table'],
  ['Show databases', 'Server Admin', 'To see all databases with SHOW DATABASES'],
  ['Show view', 'Tables', 'To see views with SHOW CREATE VIEW'],
  ['Shutdown', 'Server Admin', 'Kept for MySQL: SHUTDOWN is no statement here'],
  ['Super', 'Server Admin', 'To use KILL thread, SET GLOBAL, grant roles, name other definers'],
  ['Time travel', 'Tables', 'To read AS OF a point and CHANGES (together with SELECT privilege)'],
  ['Trigger', 'Tables', 'Kept for MySQL: there are no triggers'],
  ['Update', 'Tables', 'To update existing rows'],
  ['Usage', 'Server Admin', 'No privileges - allow connect only'],
  ['Use server', 'Servers', 'To create external tables on a server'],
  ['CONNECTION_ADMIN', 'Server Admin', 'To use KILL of the connections of others'],
  ['ROLE_ADMIN', 'Server Admin', 'To grant and revoke any role'],
  ['SET_USER_ID', 'Server Admin', 'To name others as definers'],
  ['SYSTEM_VARIABLES_ADMIN', 'Server Admin', 'To use SET GLOBAL'],
];
