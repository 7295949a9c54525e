/** Statements that change the catalog, as lists of changes: pure but for what `context` asks of others. */
import { assertNever } from '../../base/assert.ts';
import { notSupported } from '../../base/errors.ts';
import type { TableName } from '../../sql/ast.ts';
import type { CreateTable, IndexColumn } from '../../sql/definition.ts';
import type { AlterTable, Ddl, SetStatement, Statement, Utility } from '../../sql/statement.ts';
import {
  alterUsers,
  createRoles,
  createUsers,
  dropAccounts,
  renameUsers,
  setDefaultRoles,
  setPassword,
} from '../accounts/accounts.ts';
import { changePrivileges, changeRoles } from '../accounts/grants.ts';
import { alterTable } from './alter.ts';
import type { DdlContext, DdlPlan } from './context.ts';
import { alterDatabase, createDatabase, dropDatabase } from './database.ts';
import { alterServer, createExternalTable, createServer, dropServer } from './external.ts';
import { createTable, dropRelations, dropTemporary, renameTables } from './table.ts';
import { createView } from './view.ts';

const accountKinds = [
  'createUser',
  'alterUser',
  'dropUser',
  'renameUser',
  'createRole',
  'dropRole',
  'grant',
  'revoke',
  'grantRole',
  'revokeRole',
] as const;

type AccountStatement = Extract<Utility, { kind: (typeof accountKinds)[number] }>;

/** What `planDdl` plans. TRUNCATE is a change of rows, the executor's. */
export type DdlStatement =
  | CreateTable
  | AlterTable
  | Exclude<Ddl, { kind: 'truncate' }>
  | AccountStatement
  | Extract<SetStatement, { kind: 'setPassword' | 'setDefaultRole' }>;

const ddlKinds: ReadonlySet<string> = new Set<DdlStatement['kind']>([
  'createTable',
  'alterTable',
  'dropTable',
  'renameTable',
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
  'setPassword',
  'setDefaultRole',
  ...accountKinds,
]);

export function isDdl(statement: Statement): statement is DdlStatement {
  return ddlKinds.has(statement.kind);
}

/** The changes that the statement stands for; a GatewayError says why it cannot be. */
export async function planDdl(statement: DdlStatement, context: DdlContext): Promise<DdlPlan> {
  switch (statement.kind) {
    case 'createTable':
      return createTable(statement, context);
    case 'alterTable':
      return alterTable(statement, context);
    case 'dropTable':
      return statement.temporary
        ? dropTemporary(statement.tables, statement.ifExists, context)
        : dropRelations('TABLE', statement.tables, statement.ifExists, context);
    case 'dropView':
      return dropRelations('VIEW', statement.views, statement.ifExists, context);
    case 'dropExternalTable':
      return dropRelations('EXTERNAL TABLE', statement.tables, statement.ifExists, context);
    case 'renameTable':
      return renameTables(statement.renames, context);
    case 'createIndex':
      return createIndex(statement, context);
    case 'dropIndex':
      return alterOne(statement, { kind: 'dropIndex', name: statement.name }, context);
    case 'createDatabase':
      return createDatabase(statement, context);
    case 'alterDatabase':
      return alterDatabase(statement, context);
    case 'dropDatabase':
      return dropDatabase(statement, context);
    case 'createView':
      return createView(statement, context);
    case 'createServer':
      return createServer(statement, context);
    case 'alterServer':
      return alterServer(statement, context);
    case 'dropServer':
      return dropServer(statement, context);
    case 'createExternalTable':
      return createExternalTable(statement, context);
    default:
      return planAccounts(statement, context);
  }
}

function planAccounts(
  statement: AccountStatement | Extract<SetStatement, { kind: 'setPassword' | 'setDefaultRole' }>,
  context: DdlContext,
): DdlPlan {
  switch (statement.kind) {
    case 'createUser':
      return createUsers(statement, context);
    case 'alterUser':
      return alterUsers(statement, context);
    case 'dropUser':
      return dropAccounts('DROP USER', statement.users, statement.ifExists, context);
    case 'renameUser':
      return renameUsers(statement.renames, context);
    case 'createRole':
      return createRoles(statement, context);
    case 'dropRole':
      return dropAccounts('DROP ROLE', statement.roles, statement.conditional, context);
    case 'setPassword':
      return setPassword(statement, context);
    case 'setDefaultRole':
      return setDefaultRoles(statement.roles, statement.users, context);
    case 'grant':
    case 'revoke':
      return changePrivileges(statement, context);
    case 'grantRole':
    case 'revokeRole':
      return changeRoles(statement, context);
    default:
      return assertNever(statement);
  }
}

type Spanned = { readonly start: number; readonly end: number; readonly table: TableName };

/** CREATE INDEX and DROP INDEX are ALTER TABLE with one action. */
function alterOne(
  statement: Spanned,
  action:
    | { readonly kind: 'dropIndex'; readonly name: string }
    | {
        readonly kind: 'addConstraint';
        readonly constraint: {
          readonly kind: 'index';
          readonly name: string;
          readonly columns: readonly IndexColumn[];
          readonly start: number;
          readonly end: number;
        };
      },
  context: DdlContext,
): DdlPlan {
  const { start, end, table } = statement;
  return alterTable({ kind: 'alterTable', start, end, table, actions: [{ ...action, start, end }] }, context);
}

function createIndex(statement: Extract<Ddl, { kind: 'createIndex' }>, context: DdlContext): DdlPlan {
  const { start, end, name, columns, index } = statement;
  if (index !== 'plain') throw notSupported(`${index.toUpperCase()} indexes`);
  const constraint = { kind: 'index' as const, name, columns, start, end };
  return alterOne(statement, { kind: 'addConstraint', constraint }, context);
}
