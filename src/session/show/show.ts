/** SHOW and DESCRIBE: the query of metadata that each stands for, or its rows where they are at hand. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import { accountText, everyGrant, newAccount, rolesWithin, sameAccount } from '../../catalog/accounts.ts';
import type { CatalogSnapshot } from '../../catalog/catalog.ts';
import { createUserText, grantLines } from '../../catalog/grant-text.ts';
import type { MetadataContext } from '../../catalog/metadata/context.ts';
import { findMetadataDatabase } from '../../catalog/metadata/names.ts';
import { metadataTable } from '../../catalog/metadata-tables.ts';
import type { AccountDef, AccountName } from '../../catalog/schema.ts';
import type { Expr, Limit, TableName } from '../../sql/ast.ts';
import type { SqlModeFlags } from '../../sql/sql-mode.ts';
import type { Account, Describe, Show, ShowTarget } from '../../sql/statement.ts';
import { defaultCollation } from '../../types/sql-type.ts';
import { accountName } from '../accounts/accounts.ts';
import { noSuchGrant } from '../accounts/grants.ts';
import { chosenRoles } from '../accounts/roles.ts';
import type { QualifiedName } from '../ddl/context.ts';
import type { StatementWarning } from '../warning.ts';
import {
  createDatabaseText,
  createExternalTableText,
  createMetadataTableText,
  createServerText,
  createTableText,
  createViewText,
} from './create.ts';
import {
  columnsSource,
  commitsSource,
  databasesSource,
  eventsSource,
  indexesSource,
  nameValueSource,
  plainSources,
  processlistSource,
  tableStatusSource,
  tablesSource,
  triggersSource,
} from './metadata.ts';
import { noRoutine } from './no-routine.ts';
import { type ShowClauses, type ShowSource, showQuery } from './query.ts';
import { countRow, emptyTopics, privilegeRows, type ShowRows, textRows, warningRows } from './rows.ts';

export interface ShowContext {
  /** The text that the statement's spans point into. */
  readonly text: string;
  readonly catalog: CatalogSnapshot;
  readonly metadata: MetadataContext;
  /** The session's database. */
  readonly database: string | undefined;
  /** The account of the session. */
  readonly account: AccountName;
  readonly sqlMode: SqlModeFlags;
  /** Of the statement before. */
  readonly warnings: readonly StatementWarning[];
}

/**
 * `query` is SQL over metadata tables, to be parsed under the session's sql_mode and run like any SELECT;
 * the `?` of the statement's WHERE stand in it in the same order.
 */
export type ShowPlan = { readonly kind: 'query'; readonly sql: string } | ShowRows;

/** Errors 1046, 1049, 1146 and those of what is to be shown, as MySQL has them. */
export function planShow(statement: Show, context: ShowContext): ShowPlan {
  const { target, filter, limit } = statement;
  const clauses: ShowClauses = { text: context.text, filter, limit, sqlMode: context.sqlMode };
  const source = sourceOf(target, clauses, context);
  if (source !== undefined) return { kind: 'query', sql: showQuery(source, clauses) };
  return rowsOf(target, limit, context);
}

/** DESCRIBE t [column]: SHOW COLUMNS with a pattern. */
export function planDescribe(statement: Describe, context: ShowContext): ShowPlan {
  const clauses: ShowClauses = {
    text: context.text,
    filter: { like: statement.column, where: null },
    limit: null,
    sqlMode: context.sqlMode,
  };
  const name = existing(statement.table, context);
  return { kind: 'query', sql: showQuery(columnsSource(name, false, clauses), clauses) };
}

function sourceOf(target: ShowTarget, clauses: ShowClauses, context: ShowContext): ShowSource | undefined {
  switch (target.topic) {
    case 'databases':
      return databasesSource(clauses);
    case 'tables':
      return tablesSource(databaseOf(target.database, context), target.full, clauses);
    case 'columns':
      return columnsSource(existing(target.table, context), target.full, clauses);
    case 'indexes':
      return indexesSource(existing(target.table, context), clauses);
    case 'tableStatus':
      return tableStatusSource(databaseOf(target.database, context), clauses);
    case 'triggers':
      return triggersSource(databaseOf(target.database, context), clauses);
    case 'events':
      return eventsSource(databaseOf(target.database, context), clauses);
    case 'variables':
    case 'status':
      return nameValueSource(target.topic, target.scope);
    case 'processlist':
      return processlistSource(target.full);
    case 'commits':
      return commitsSource(target.table === null ? null : existing(target.table, context), clauses);
    case 'openTables':
    case 'servers':
    case 'engines':
    case 'charsets':
    case 'collations':
    case 'plugins':
    case 'procedureStatus':
    case 'functionStatus':
      return plainSources[target.topic];
    default:
      return undefined;
  }
}

function rowsOf(target: ShowTarget, limit: Limit | null, context: ShowContext): ShowRows {
  const { warnings } = context;
  const errors = warnings.filter(({ level }) => level === 'Error');
  switch (target.topic) {
    case 'warnings':
      return warningRows(warnings, rangeOf(limit));
    case 'errors':
      return warningRows(errors, rangeOf(limit));
    case 'warningCount':
      return countRow('@@session.warning_count', warnings.length);
    case 'errorCount':
      return countRow('@@session.error_count', errors.length);
    case 'createTable':
    case 'createView':
      return createRelation(target, context);
    case 'createDatabase':
      return createDatabase(target, context);
    case 'createServer':
      return createServer(target.name, context);
    case 'createUser':
      return createUserRows(target.account, context);
    case 'grants':
      return grantRows(target, context);
    case 'createRoutine':
      throw noRoutine(target.routine, target.name);
    case 'privileges':
      return privilegeRows;
    case 'profiles':
    case 'masterStatus':
    case 'binaryLogs':
    case 'replicaStatus':
    case 'replicas':
    case 'binlogEvents':
      return emptyTopics[target.topic];
    default:
      throw notSupported(`SHOW ${target.topic}`);
  }
}

// ---- names ----------------------------------------------------------------------------------------

/** The database's name as it is listed; error 1046 without one, 1049 for an unknown one. */
function databaseOf(name: string | null, context: ShowContext): string {
  const wanted = name ?? context.database;
  if (wanted === undefined) throw new GatewayError('NO_DATABASE', 'No database selected');
  const known = findMetadataDatabase(wanted) ?? context.catalog.database(wanted)?.name;
  if (known !== undefined) return known;
  throw new GatewayError('UNKNOWN_DATABASE', `Unknown database '${wanted}'`);
}

/** The relation's name as it is listed; error 1146 for an unknown one. */
function existing(table: TableName, context: ShowContext): QualifiedName {
  const database = databaseOf(table.database, context);
  const known =
    metadataTable(database, table.name)?.name ?? context.catalog.relation(database, table.name)?.name;
  if (known !== undefined) return { database, name: known };
  throw new GatewayError('NO_SUCH_TABLE', `Table '${database}.${table.name}' doesn't exist`);
}

// ---- SHOW CREATE ----------------------------------------------------------------------------------

function createRelation(
  target: Extract<ShowTarget, { topic: 'createTable' | 'createView' }>,
  context: ShowContext,
): ShowRows {
  const name = existing(target.name, context);
  const relation = context.catalog.relation(name.database, name.name);
  if (relation?.kind === 'view') {
    return textRows(
      ['View', 'Create View', 'character_set_client', 'collation_connection'],
      [
        [
          name.name,
          createViewText(relation, context.database),
          'utf8mb4',
          relation.collation ?? defaultCollation,
        ],
      ],
    );
  }
  if (target.topic === 'createView') {
    throw new GatewayError('NOT_BASE_TABLE', `'${name.database}.${name.name}' is not VIEW`);
  }
  return textRows(['Table', 'Create Table'], [[name.name, createText(name, context)]]);
}

function createText({ database, name }: QualifiedName, context: ShowContext): string {
  const relation = context.catalog.relation(database, name);
  if (relation?.kind === 'table') {
    const { metadata } = context;
    const next = metadata.statistics(relation)?.nextAutoIncrement;
    return createTableText(relation, next, metadata.showsGeneratedKeys);
  }
  if (relation?.kind === 'external') return createExternalTableText(relation);
  return createMetadataTableText(metadataTable(database, name)!);
}

function createDatabase(
  target: Extract<ShowTarget, { topic: 'createDatabase' }>,
  context: ShowContext,
): ShowRows {
  const database = context.catalog.database(databaseOf(target.name, context))!;
  const text = createDatabaseText(database, target.ifNotExists);
  return textRows(['Database', 'Create Database'], [[database.name, text]]);
}

function createServer(name: string, context: ShowContext): ShowRows {
  const server = context.catalog.server(name);
  if (server !== undefined) return textRows(['Server', 'Create Server'], [[name, createServerText(server)]]);
  const message = `The foreign server name you are trying to reference does not exist. Data source error:  ${name}`;
  throw new GatewayError('SERVER_MISSING', message);
}

/** Errors 1305, 1360, 1539: there are no stored programs. */
// ---- accounts -------------------------------------------------------------------------------------

/** A session of the gateway's own has no account: it is shown as an administrator. */
function shownAccount(name: AccountName, context: ShowContext): AccountDef | undefined {
  const known = context.catalog.account(name.user, name.host);
  if (known !== undefined || !sameAccount(name, context.account)) return known;
  return { ...newAccount(name), grants: everyGrant };
}

/** SHOW CREATE USER. Error 1396 for an unknown account. */
function createUserRows(account: Account | null, context: ShowContext): ShowRows {
  const name = account === null ? context.account : accountName(account, context);
  const shown = shownAccount(name, context);
  if (shown !== undefined) {
    return textRows([`CREATE USER for ${accountText(name)}`], [[createUserText(shown)]]);
  }
  throw new GatewayError(
    'ACCOUNT_OPERATION_FAILED',
    `Operation SHOW CREATE USER failed for '${name.user}'@'${name.host}'`,
  );
}

/** SHOW GRANTS; of the session itself with its active roles. Errors 1141, 3530. */
function grantRows(
  { account, using }: Extract<ShowTarget, { topic: 'grants' }>,
  context: ShowContext,
): ShowRows {
  const name = account === null ? context.account : accountName(account, context);
  const shown = shownAccount(name, context);
  if (shown === undefined) throw noSuchGrant(name);
  const roles =
    using.length > 0
      ? chosenRoles({ kind: 'these', roles: using }, name, shown)!
      : account === null
        ? context.metadata.activeRoles
        : [];
  const lines = grantLines(shown, rolesWithin(roles, context.catalog));
  return textRows(
    [`Grants for ${accountText(name)}`],
    lines.map((line) => [line]),
  );
}

// ---- LIMIT ----------------------------------------------------------------------------------------

function rangeOf(limit: Limit | null): { offset: number; count: number } {
  if (limit === null) return { offset: 0, count: Number.POSITIVE_INFINITY };
  return { offset: limit.offset === null ? 0 : wholeNumber(limit.offset), count: wholeNumber(limit.count) };
}

function wholeNumber(expr: Expr): number {
  if (expr.kind === 'literal' && typeof expr.literal.value === 'bigint') return Number(expr.literal.value);
  throw notSupported('a parameter in LIMIT of SHOW WARNINGS');
}
