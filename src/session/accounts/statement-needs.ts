/**
 * The privileges that statements without a plan need, as MySQL 8.0 asks for them; plans bring their own. What a
 * statement names only inside of a query (CREATE VIEW, CREATE TABLE … AS SELECT) is asked for when that is bound.
 */
import type { CatalogSnapshot } from '../../catalog/catalog.ts';
import type { Need } from '../../catalog/need.ts';
import type { Privilege } from '../../catalog/privileges.ts';
import type { AccountName } from '../../catalog/schema.ts';
import type { TableName } from '../../sql/ast.ts';
import type { AlterTable, Ddl, LoadData, SetItem, ShowTarget, Statement } from '../../sql/statement.ts';
import { accountName } from './accounts.ts';
import { grantNeeds, roleNeeds } from './grant-needs.ts';

export interface NeedContext {
  readonly catalog: CatalogSnapshot;
  /** The session's database. */
  readonly database: string | undefined;
  readonly account: AccountName;
}

const global = (...anyOf: readonly Privilege[]): Need => ({ kind: 'global', anyOf });
const onDatabase = (database: string, privilege: Privilege): Need => ({
  kind: 'database',
  database,
  privilege,
});

/** Needs of a table by name; none without a database, which is error 1046 later. */
function onTable(name: TableName, context: NeedContext, ...privileges: readonly Privilege[]): Need[] {
  const database = name.database ?? context.database;
  if (database === undefined) return [];
  return privileges.map((privilege) => ({
    kind: 'relation',
    database,
    name: name.name,
    privilege,
    columns: 'whole',
  }));
}

function seen(name: TableName, context: NeedContext, command: string): SeeRelation[] {
  const database = name.database ?? context.database;
  return database === undefined ? [] : [{ kind: 'seeRelation', database, name: name.name, command }];
}

type SeeRelation = Extract<Need, { readonly command: string }>;

const onDatabaseName = (name: string | null, context: NeedContext, privilege: Privilege): Need[] => {
  const database = name ?? context.database;
  return database === undefined ? [] : [onDatabase(database, privilege)];
};

/** All privileges that the statement needs besides those of the queries in it. */
export function statementNeeds(statement: Statement, context: NeedContext): readonly Need[] {
  switch (statement.kind) {
    case 'createTable':
      if (statement.temporary) {
        return [
          ...onDatabaseName(statement.name.database, context, 'CREATE TEMPORARY TABLES'),
          ...(statement.like === null ? [] : onTable(statement.like, context, 'SELECT')),
        ];
      }
      return [
        ...onTable(statement.name, context, 'CREATE', ...(statement.query === null ? [] : insertOnly)),
        ...(statement.like === null ? [] : onTable(statement.like, context, 'SELECT')),
      ];
    case 'alterTable':
      return alterNeeds(statement, context);
    case 'loadData':
      return loadNeeds(statement, context);
    case 'set':
      return statement.items.flatMap(setNeeds);
    case 'setPassword':
    case 'setDefaultRole':
    case 'createUser':
    case 'alterUser':
    case 'dropUser':
    case 'renameUser':
    case 'createRole':
    case 'dropRole':
      return accountNeeds(statement, context);
    case 'grant':
    case 'revoke':
      return grantNeeds(statement, context);
    case 'grantRole':
    case 'revokeRole':
      return roleNeeds(statement, context);
    case 'show':
      return showNeeds(statement.target, context);
    case 'describe':
      return seen(statement.table, context, 'SELECT');
    case 'flush':
      return [global('RELOAD')];
    case 'lockTables':
      return statement.tables.flatMap(({ table }) => lockNeeds(table, context));
    case 'tableMaintenance':
      return statement.tables.flatMap((table) => onTable(table, context, ...maintenance[statement.action]));
    default:
      return isDdl(statement) ? ddlNeeds(statement, context) : [];
  }
}

const insertOnly: readonly Privilege[] = ['INSERT'];

const maintenance = {
  analyze: ['SELECT', 'INSERT'],
  check: ['SELECT'],
  checksum: ['SELECT'],
  optimize: ['SELECT', 'INSERT'],
  repair: ['SELECT', 'INSERT'],
} as const satisfies Record<string, readonly Privilege[]>;

function lockNeeds(table: TableName, context: NeedContext): Need[] {
  return [...onDatabaseName(table.database, context, 'LOCK TABLES'), ...onTable(table, context, 'SELECT')];
}

// ---- definitions ----------------------------------------------------------------------------------

const ddlKinds = new Set<string>([
  'dropTable',
  'renameTable',
  'truncate',
  'createDatabase',
  'alterDatabase',
  'dropDatabase',
  'createView',
  'dropView',
  'createServer',
  'alterServer',
  'dropServer',
  'createExternalTable',
  'dropExternalTable',
  'createIndex',
  'dropIndex',
]);

const isDdl = (statement: Statement): statement is Ddl => ddlKinds.has(statement.kind);

function ddlNeeds(statement: Ddl, context: NeedContext): Need[] {
  switch (statement.kind) {
    case 'dropTable':
      return statement.temporary ? [] : statement.tables.flatMap((table) => onTable(table, context, 'DROP'));
    case 'dropExternalTable':
      return statement.tables.flatMap((table) => onTable(table, context, 'DROP'));
    case 'dropView':
      return statement.views.flatMap((view) => onTable(view, context, 'DROP'));
    case 'renameTable':
      return statement.renames.flatMap(({ from, to }) => renameNeeds(from, to, context));
    case 'truncate':
      return onTable(statement.table, context, 'DROP');
    case 'createDatabase':
      return [onDatabase(statement.name, 'CREATE')];
    case 'alterDatabase':
      return onDatabaseName(statement.name, context, 'ALTER');
    case 'dropDatabase':
      return [onDatabase(statement.name, 'DROP')];
    case 'createView':
      return viewNeeds(statement, context);
    case 'createServer':
    case 'alterServer':
    case 'dropServer':
      return [global('CREATE SERVER', 'SUPER')];
    case 'createExternalTable':
      return [
        ...onTable(statement.name, context, 'CREATE', ...(statement.orReplace ? dropOnly : [])),
        { kind: 'server', server: statement.server },
      ];
    case 'createIndex':
    case 'dropIndex':
      return onTable(statement.table, context, 'INDEX');
  }
}

const dropOnly: readonly Privilege[] = ['DROP'];

/** Another's rights are lent to the view: only who may do so names another as its definer. */
function viewNeeds(statement: Extract<Ddl, { kind: 'createView' }>, context: NeedContext): Need[] {
  const replaces = statement.orReplace || statement.alter;
  const needs = onTable(statement.name, context, 'CREATE VIEW', ...(replaces ? dropOnly : []));
  const { definer } = statement;
  if (definer === null || definer.user === null) return needs;
  const own = definer.user === context.account.user && definer.host === context.account.host;
  return own ? needs : [...needs, global('SUPER', 'SET_USER_ID')];
}

const renameNeeds = (from: TableName, to: TableName, context: NeedContext): Need[] => [
  ...onTable(from, context, 'ALTER', 'DROP'),
  ...onTable({ ...to, database: to.database ?? context.database ?? null }, context, 'CREATE', 'INSERT'),
];

/** ALTER makes a table anew, so MySQL asks for CREATE and INSERT too. */
function alterNeeds(statement: AlterTable, context: NeedContext): Need[] {
  const own = onTable(statement.table, context, 'ALTER', 'CREATE', 'INSERT');
  const renames = statement.actions.flatMap((action) =>
    action.kind === 'renameTable' ? renameNeeds(statement.table, action.to, context) : [],
  );
  return [...own, ...renames];
}

function loadNeeds(statement: LoadData, context: NeedContext): Need[] {
  return [
    ...onTable(statement.table, context, 'INSERT'),
    ...(statement.duplicates === 'replace' ? onTable(statement.table, context, 'DELETE') : []),
    ...(statement.local ? [] : [global('FILE')]),
  ];
}

// ---- SET, accounts ----------------------------------------------------------------------------------

function setNeeds(item: SetItem): Need[] {
  const isGlobal =
    (item.kind === 'systemVariable' || item.kind === 'transaction') &&
    item.scope !== null &&
    item.scope !== 'session';
  return isGlobal ? [global('SUPER', 'SYSTEM_VARIABLES_ADMIN')] : [];
}

type AccountStatement = Extract<
  Statement,
  {
    kind:
      | 'setPassword'
      | 'setDefaultRole'
      | 'createUser'
      | 'alterUser'
      | 'dropUser'
      | 'renameUser'
      | 'createRole'
      | 'dropRole';
  }
>;

/** Everybody may change the own password and the own default roles. */
function accountNeeds(statement: AccountStatement, context: NeedContext): Need[] {
  const isOwn = (account: Parameters<typeof accountName>[0]): boolean => {
    const { user, host } = accountName(account, context);
    return user === context.account.user && host === context.account.host;
  };
  switch (statement.kind) {
    case 'setPassword':
      return statement.account === null || isOwn(statement.account) ? [] : [onDatabase('mysql', 'UPDATE')];
    case 'setDefaultRole':
      return statement.users.every(isOwn) ? [] : [global('CREATE USER')];
    case 'alterUser': {
      const { options, users, defaultRoles } = statement;
      const onlyPassword = Object.values(options).every((value) => value === null) && defaultRoles === null;
      return onlyPassword && users.every(({ account }) => isOwn(account)) ? [] : [global('CREATE USER')];
    }
    case 'createRole':
      return [global('CREATE ROLE', 'CREATE USER')];
    case 'dropRole':
      return [global('DROP ROLE', 'CREATE USER')];
    default:
      return [global('CREATE USER')];
  }
}

// ---- SHOW -------------------------------------------------------------------------------------------

/** Most of SHOW shows what the account may see; these are refused to it. */
function showNeeds(target: ShowTarget, context: NeedContext): Need[] {
  switch (target.topic) {
    case 'tables':
    case 'tableStatus':
    case 'triggers':
    case 'events':
    case 'openTables': {
      const database = target.database ?? context.database;
      return database === undefined ? [] : [{ kind: 'enterDatabase', database }];
    }
    case 'createDatabase':
      return [{ kind: 'enterDatabase', database: target.name }];
    case 'columns':
    case 'indexes':
      return seen(target.table, context, 'SELECT');
    case 'createTable':
    case 'createView':
      return createNeeds(target.name, context);
    case 'commits':
      return target.table === null ? [] : seen(target.table, context, 'SELECT');
    case 'createServer':
      return [global('CREATE SERVER', 'SUPER')];
    case 'createUser':
    case 'grants': {
      if (target.account === null) return [];
      const { user, host } = accountName(target.account, context);
      const own = user === context.account.user && host === context.account.host;
      return own ? [] : [onDatabase('mysql', 'SELECT')];
    }
    case 'masterStatus':
    case 'replicaStatus':
    case 'binaryLogs':
      return [global('SUPER', 'REPLICATION CLIENT')];
    case 'replicas':
    case 'binlogEvents':
      return [global('REPLICATION SLAVE')];
    default:
      return [];
  }
}

/** A view's text shows what it is made of. */
function createNeeds(name: TableName, context: NeedContext): Need[] {
  const database = name.database ?? context.database;
  const isView = database !== undefined && context.catalog.relation(database, name.name)?.kind === 'view';
  if (isView) return onTable(name, context, 'SELECT', 'SHOW VIEW');
  return seen(name, context, 'SHOW').map((need) => ({ ...need, kind: 'seeWholeRelation' }) as const);
}
