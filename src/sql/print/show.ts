/** SHOW and DESCRIBE as canonical text. */

import type { Account, Describe, Show, ShowTarget } from '../statement.ts';
import { printExpr } from './definition.ts';
import { quoteName, quoteString, quoteWord } from './expression.ts';
import { printLimit, printTableName } from './query.ts';

export function printAccount(account: Account): string {
  if (account.user === null) return 'CURRENT_USER';
  return `${quoteString(account.user)}@${quoteString(account.host)}`;
}

function printGrants(account: Account | null, using: readonly Account[]): string {
  if (account === null && using.length === 0) return 'GRANTS';
  const roles = using.length === 0 ? '' : ` USING ${using.map(printAccount).join(', ')}`;
  return `GRANTS FOR ${account === null ? 'CURRENT_USER' : printAccount(account)}${roles}`;
}

export function printDescribe(statement: Describe): string {
  const column = statement.column === null ? '' : ` ${quoteString(statement.column)}`;
  return `DESCRIBE ${printTableName(statement.table)}${column}`;
}

export function printShow(show: Show): string {
  const like = show.filter.like === null ? '' : ` LIKE ${quoteString(show.filter.like)}`;
  const where = show.filter.where === null ? '' : ` WHERE ${printExpr(show.filter.where)}`;
  const limit = show.limit === null ? '' : ` ${printLimit(show.limit)}`;
  return `SHOW ${printTarget(show.target)}${like}${where}${limit}`;
}

const fromDatabase = (name: string | null): string => (name === null ? '' : ` FROM ${quoteName(name)}`);

function printTarget(target: ShowTarget): string {
  switch (target.topic) {
    case 'tables':
      return `${target.full ? 'FULL ' : ''}TABLES${fromDatabase(target.database)}`;
    case 'columns': {
      const words = `${target.extended ? 'EXTENDED ' : ''}${target.full ? 'FULL ' : ''}`;
      return `${words}COLUMNS FROM ${printTableName(target.table)}`;
    }
    case 'indexes':
      return `INDEX FROM ${printTableName(target.table)}`;
    case 'tableStatus':
      return `TABLE STATUS${fromDatabase(target.database)}`;
    case 'triggers':
    case 'events':
      return `${target.topic.toUpperCase()}${fromDatabase(target.database)}`;
    case 'openTables':
      return `OPEN TABLES${fromDatabase(target.database)}`;
    case 'createTable':
      return `CREATE TABLE ${printTableName(target.name)}`;
    case 'createView':
      return `CREATE VIEW ${printTableName(target.name)}`;
    case 'createDatabase':
      return `CREATE DATABASE ${target.ifNotExists ? 'IF NOT EXISTS ' : ''}${quoteName(target.name)}`;
    case 'createServer':
      return `CREATE SERVER ${quoteWord(target.name)}`;
    case 'createUser':
      return `CREATE USER ${target.account === null ? 'CURRENT_USER' : printAccount(target.account)}`;
    case 'createRoutine':
      return `CREATE ${target.routine.toUpperCase()} ${printTableName(target.name)}`;
    case 'variables':
    case 'status':
      return `${target.scope.toUpperCase()} ${target.topic.toUpperCase()}`;
    case 'processlist':
      return `${target.full ? 'FULL ' : ''}PROCESSLIST`;
    case 'commits':
      return `COMMITS${target.table === null ? '' : ` FROM ${printTableName(target.table)}`}`;
    case 'grants':
      return printGrants(target.account, target.using);
    default:
      return printPlainTopic(target.topic);
  }
}

type PlainTopic = Exclude<
  ShowTarget['topic'],
  | 'tables'
  | 'columns'
  | 'indexes'
  | 'tableStatus'
  | 'triggers'
  | 'events'
  | 'openTables'
  | 'createTable'
  | 'createView'
  | 'createDatabase'
  | 'createServer'
  | 'createUser'
  | 'createRoutine'
  | 'variables'
  | 'status'
  | 'processlist'
  | 'commits'
  | 'grants'
>;

const plainTopics: Record<PlainTopic, string> = {
  databases: 'DATABASES',
  warnings: 'WARNINGS',
  errors: 'ERRORS',
  warningCount: 'COUNT(*) WARNINGS',
  errorCount: 'COUNT(*) ERRORS',
  servers: 'SERVERS',
  engines: 'ENGINES',
  charsets: 'CHARACTER SET',
  collations: 'COLLATION',
  plugins: 'PLUGINS',
  privileges: 'PRIVILEGES',
  procedureStatus: 'PROCEDURE STATUS',
  functionStatus: 'FUNCTION STATUS',
  profiles: 'PROFILES',
  masterStatus: 'MASTER STATUS',
  binaryLogs: 'BINARY LOGS',
  replicaStatus: 'REPLICA STATUS',
  replicas: 'REPLICAS',
  binlogEvents: 'BINLOG EVENTS',
};

function printPlainTopic(topic: PlainTopic): string {
  return plainTopics[topic];
}
