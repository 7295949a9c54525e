/** SHOW CREATE …: text that makes the object again. Of a plain table it is MySQL 8.0's, which tools parse. */
import { characterSetOf, findCharacterSet } from '../../catalog/metadata/charsets.ts';
import { defaultClause } from '../../catalog/metadata/default-text.ts';
import type { MetadataTable } from '../../catalog/metadata/definition.ts';
import { shownServerOptions } from '../../catalog/metadata/server-options.ts';
import {
  type ColumnDef,
  type DatabaseDef,
  type ExternalTableDef,
  hasGeneratedKey,
  type ServerDef,
  type TableDef,
  type ViewDef,
} from '../../catalog/schema.ts';
import { parseStatement } from '../../sql/parse/parse.ts';
import { printQuery } from '../../sql/print/query.ts';
import { defaultCollation, type SqlType, typeText } from '../../types/sql-type.ts';
import { unqualifyQuery } from '../qualify-query.ts';
import { quoteName } from './query.ts';

/** As MySQL quotes comments: backslashes and quotes doubled, line ends as escapes. */
const quoted = (text: string): string =>
  `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "''")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\0')}'`;

const isLob = (type: SqlType): boolean => /text$|blob$/.test(type.kind);

/** A nullable column says DEFAULT NULL, but a TEXT or BLOB, which has no defaults, does not. */
function defaultPart(column: ColumnDef): string {
  const clause = defaultClause(column);
  if (clause !== null) return ` DEFAULT ${clause}`;
  return column.nullable && !isLob(column.type) ? ' DEFAULT NULL' : '';
}

function nullPart(column: ColumnDef): string {
  if (!column.nullable) return ' NOT NULL';
  return column.type.kind === 'timestamp' ? ' NULL' : '';
}

/** What the table's does not say already, and every collation that is not its character set's own. */
function collationPart(type: SqlType, table: string): string {
  if (!('collation' in type)) return '';
  const set = characterSetOf(type.collation);
  const isOwn = findCharacterSet(set)?.defaultCollation === type.collation;
  if (type.collation !== table) return ` CHARACTER SET ${set} COLLATE ${type.collation}`;
  return isOwn ? '' : ` COLLATE ${type.collation}`;
}

function columnLine(column: ColumnDef, tableCollation = defaultCollation): string {
  const { type } = column;
  const collation = collationPart(type, tableCollation);
  const fsp = 'fsp' in type && type.fsp > 0 ? `(${type.fsp})` : '';
  const onUpdate = column.onUpdateNow ? ` ON UPDATE CURRENT_TIMESTAMP${fsp}` : '';
  const auto = column.autoIncrement ? ' AUTO_INCREMENT' : '';
  const invisible = column.invisible ? ' /*!80023 INVISIBLE */' : '';
  const comment = column.comment === '' ? '' : ` COMMENT ${quoted(column.comment)}`;
  if (column.generated !== undefined) {
    const { text, stored } = column.generated;
    const kind = stored ? 'STORED' : 'VIRTUAL';
    const suffix = `${column.nullable ? '' : ' NOT NULL'}${invisible}${comment}`;
    return `  ${quoteName(column.name)} ${typeText(type)}${collation} GENERATED ALWAYS AS (${text}) ${kind}${suffix}`;
  }
  const facts = `${collation}${nullPart(column)}${auto === '' ? defaultPart(column) : auto}`;
  return `  ${quoteName(column.name)} ${typeText(type)}${facts}${onUpdate}${invisible}${comment}`;
}

const commentPart = (comment: string): string => (comment === '' ? '' : ` COMMENT=${quoted(comment)}`);

/** `nextAutoIncrement` as the table's counter stands. */
export function createTableText(
  table: TableDef,
  nextAutoIncrement: bigint | undefined,
  showsGeneratedKeys = true,
): string {
  const hidesKey = (table.temporary === true || !showsGeneratedKeys) && hasGeneratedKey(table);
  const shown = table.columns.filter((_column, index) => !hidesKey || !table.primaryKey.includes(index));
  const names = (indexes: readonly number[]): string =>
    indexes.map((index) => quoteName(table.columns[index]!.name)).join(',');
  const lines = [
    ...shown.map((column) => columnLine(column, table.collation)),
    ...(hidesKey ? [] : [`  PRIMARY KEY (${names(table.primaryKey)})`]),
    ...table.indexes.map((index) => `  KEY ${quoteName(index.name)} (${names(index.columns)})`),
    ...(table.checks ?? []).map(
      ({ name, text, enforced }) =>
        `  CONSTRAINT ${quoteName(name)} CHECK (${text})${enforced ? '' : ' /*!80016 NOT ENFORCED */'}`,
    ),
  ];
  const generates = shown.some((column) => column.autoIncrement);
  const counter =
    generates && nextAutoIncrement !== undefined && nextAutoIncrement > 1n
      ? ` AUTO_INCREMENT=${nextAutoIncrement}`
      : '';
  const online = table.online ? '' : ' ONLINE=OFF';
  const eventTime =
    table.eventTime === undefined ? '' : ` EVENT_TIME=${quoteName(table.columns[table.eventTime]!.name)}`;
  const collation = table.collation ?? defaultCollation;
  const charset = ` DEFAULT CHARSET=${characterSetOf(collation)} COLLATE=${collation}`;
  const options = `ENGINE=InnoDB${counter}${charset}${commentPart(table.comment)}${online}${eventTime}`;
  const words = table.temporary === true ? 'CREATE TEMPORARY TABLE' : 'CREATE TABLE';
  return `${words} ${quoteName(table.name)} (\n${lines.join(',\n')}\n) ${options}`;
}

export function createExternalTableText(table: ExternalTableDef): string {
  const { source } = table;
  const from =
    source.kind === 'table'
      ? `TABLE ${quoted(source.table)}`
      : source.kind === 'query'
        ? `QUERY ${quoted(source.query)}`
        : `LOCATION ${quoted(source.location)} FORMAT ${source.format}`;
  const columns = table.columns.map((column) => columnLine(column)).join(',\n');
  const comment = table.comment === '' ? '' : ` COMMENT ${quoted(table.comment)}`;
  return `CREATE EXTERNAL TABLE ${quoteName(table.name)} (\n${columns}\n) SERVER ${quoteName(table.server)} ${from}${comment}`;
}

/** `user@host` as an account in SQL. */
function accountSql(account: string): string {
  const at = account.lastIndexOf('@');
  return `${quoteName(account.slice(0, at))}@${quoteName(account.slice(at + 1))}`;
}

/**
 * In a session of the view's database its tables stand without it, as in MySQL: a dump then loads into any
 * database.
 */
export function createViewText(view: ViewDef, database: string | undefined): string {
  const parsed = database === view.database ? parseStatement(view.text)?.statement : undefined;
  const text =
    parsed?.kind === 'select' ? printQuery(unqualifyQuery(parsed.query, view.database)) : view.text;
  const columns = view.columns.map(({ name }) => quoteName(name)).join(',');
  const security = view.security === 'invoker' ? 'INVOKER' : 'DEFINER';
  const head = `CREATE ALGORITHM=UNDEFINED DEFINER=${accountSql(view.definer)} SQL SECURITY ${security} VIEW`;
  return `${head} ${quoteName(view.name)} (${columns}) AS ${text}`;
}

/** The tables of information_schema and its like, as MySQL shows them: as if they were made in memory. */
export function createMetadataTableText(table: MetadataTable): string {
  const lines = table.columns.map((column) => {
    const suffix = column.nullable ? (isLob(column.type) ? '' : ' DEFAULT NULL') : ' NOT NULL';
    return `  ${quoteName(column.name)} ${typeText(column.type)}${suffix}`;
  });
  return `CREATE TEMPORARY TABLE ${quoteName(table.name)} (\n${lines.join(',\n')}\n) ENGINE=MEMORY DEFAULT CHARSET=utf8mb3`;
}

export function createDatabaseText(database: DatabaseDef, ifNotExists: boolean): string {
  const condition = ifNotExists ? '/*!32312 IF NOT EXISTS*/ ' : '';
  const { name, collation } = database;
  const charset = `DEFAULT CHARACTER SET ${characterSetOf(collation)} COLLATE ${collation}`;
  return `CREATE DATABASE ${condition}${quoteName(name)} /*!40100 ${charset} */ /*!80016 DEFAULT ENCRYPTION='N' */`;
}

/** Secrets are masked. */
export function createServerText(server: ServerDef): string {
  const options = shownServerOptions(server).map(([name, value]) => `${name} ${quoted(value)}`);
  return `CREATE SERVER ${quoteName(server.name)} FOREIGN DATA WRAPPER ${quoteName(server.wrapper)} OPTIONS (${options.join(', ')})`;
}
