/**
 * AST to canonical SQL text, to be read under the default SQL mode: `parse(print(x))` is `x`, spans and
 * parameter numbers aside. Hints, comments and options without effect are not part of the AST.
 */
import { assertNever } from '../../base/assert.ts';
import type { Expr } from '../ast.ts';
import type { Ddl, Statement } from '../statement.ts';
import { printDelete, printInsert, printLoadData, printUpdate } from './change.ts';
import {
  printAlterAction,
  printColumn,
  printCreateTable,
  printDatabaseOptions,
  printExpr,
  printServerOptions,
} from './definition.ts';
import { quoteName, quoteNames, quoteString, quoteWord } from './expression.ts';
import { printQuery, printTableName } from './query.ts';
import { printAccount, printDescribe, printShow } from './show.ts';
import { printSet, printTransaction, printUtility } from './utility.ts';

export function printExpression(expr: Expr): string {
  return printExpr(expr);
}

export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'select':
      return printQuery(statement.query);
    case 'insert':
      return printInsert(statement);
    case 'update':
      return printUpdate(statement);
    case 'delete':
      return printDelete(statement);
    case 'loadData':
      return printLoadData(statement);
    case 'createTable':
      return printCreateTable(statement);
    case 'alterTable':
      return `ALTER TABLE ${printTableName(statement.table)} ${statement.actions.map(printAlterAction).join(', ')}`.trimEnd();
    case 'show':
      return printShow(statement);
    case 'describe':
      return printDescribe(statement);
    case 'startTransaction':
    case 'commit':
    case 'rollback':
    case 'savepoint':
    case 'rollbackTo':
    case 'releaseSavepoint':
    case 'lockTables':
    case 'unlockTables':
      return printTransaction(statement);
    case 'set':
    case 'setFor':
    case 'setPassword':
    case 'setRole':
    case 'setDefaultRole':
      return printSet(statement, printStatement);
    case 'dropTable':
    case 'renameTable':
    case 'truncate':
    case 'createDatabase':
    case 'alterDatabase':
    case 'dropDatabase':
    case 'createView':
    case 'dropView':
    case 'createServer':
    case 'alterServer':
    case 'dropServer':
    case 'createExternalTable':
    case 'dropExternalTable':
    case 'createIndex':
    case 'dropIndex':
      return printDdl(statement);
    default:
      return printUtility(statement, printStatement);
  }
}

const ifExists = (present: boolean): string => (present ? 'IF EXISTS ' : '');
const ifNotExists = (present: boolean): string => (present ? 'IF NOT EXISTS ' : '');

function printDdl(statement: Ddl): string {
  switch (statement.kind) {
    case 'dropTable': {
      const temporary = statement.temporary ? 'TEMPORARY ' : '';
      return `DROP ${temporary}TABLE ${ifExists(statement.ifExists)}${statement.tables.map(printTableName).join(', ')}`;
    }
    case 'renameTable': {
      const renames = statement.renames.map(
        ({ from, to }) => `${printTableName(from)} TO ${printTableName(to)}`,
      );
      return `RENAME TABLE ${renames.join(', ')}`;
    }
    case 'truncate':
      return `TRUNCATE TABLE ${printTableName(statement.table)}`;
    case 'createDatabase':
      return `CREATE DATABASE ${ifNotExists(statement.ifNotExists)}${quoteName(statement.name)}${printDatabaseOptions(statement.options)}`;
    case 'alterDatabase': {
      const name = statement.name === null ? '' : ` ${quoteName(statement.name)}`;
      return `ALTER DATABASE${name}${printDatabaseOptions(statement.options)}`;
    }
    case 'dropDatabase':
      return `DROP DATABASE ${ifExists(statement.ifExists)}${quoteName(statement.name)}`;
    case 'createView':
      return printView(statement);
    case 'dropView':
      return `DROP VIEW ${ifExists(statement.ifExists)}${statement.views.map(printTableName).join(', ')}`;
    case 'createServer': {
      const head = `CREATE SERVER ${ifNotExists(statement.ifNotExists)}${quoteWord(statement.name)}`;
      return `${head} FOREIGN DATA WRAPPER ${quoteWord(statement.wrapper)} ${printServerOptions(statement.options)}`;
    }
    case 'alterServer':
      return `ALTER SERVER ${quoteWord(statement.name)} ${printServerOptions(statement.options)}`;
    case 'dropServer':
      return `DROP SERVER ${ifExists(statement.ifExists)}${quoteWord(statement.name)}`;
    case 'createExternalTable':
      return printExternal(statement);
    case 'dropExternalTable':
      return `DROP EXTERNAL TABLE ${ifExists(statement.ifExists)}${statement.tables.map(printTableName).join(', ')}`;
    case 'createIndex': {
      const kind = statement.index === 'plain' ? '' : `${statement.index.toUpperCase()} `;
      const columns = statement.columns.map(({ column, expr, length, descending }) => {
        const key = expr !== null ? `(${printExpr(expr)})` : quoteName(column ?? '');
        return `${key}${length === null ? '' : `(${length})`}${descending ? ' DESC' : ''}`;
      });
      const on = `${printTableName(statement.table)} (${columns.join(', ')})`;
      return `CREATE ${kind}INDEX ${quoteName(statement.name)} ON ${on}`;
    }
    case 'dropIndex':
      return `DROP INDEX ${quoteName(statement.name)} ON ${printTableName(statement.table)}`;
    default:
      return assertNever(statement);
  }
}

function printView(statement: Extract<Ddl, { kind: 'createView' }>): string {
  const parts = [statement.alter ? 'ALTER' : `CREATE${statement.orReplace ? ' OR REPLACE' : ''}`];
  if (statement.definer !== null) parts.push(`DEFINER = ${printAccount(statement.definer)}`);
  if (statement.security !== null) parts.push(`SQL SECURITY ${statement.security.toUpperCase()}`);
  parts.push(`VIEW ${printTableName(statement.name)}`);
  if (statement.columns !== null) parts.push(`(${quoteNames(statement.columns)})`);
  parts.push(`AS ${printQuery(statement.query)}`);
  if (statement.checkOption !== null) parts.push(`WITH ${statement.checkOption.toUpperCase()} CHECK OPTION`);
  return parts.join(' ');
}

function printExternal(statement: Extract<Ddl, { kind: 'createExternalTable' }>): string {
  const { source } = statement;
  const parts = [`CREATE ${statement.orReplace ? 'OR REPLACE ' : ''}EXTERNAL TABLE`];
  parts.push(`${ifNotExists(statement.ifNotExists)}${printTableName(statement.name)}`);
  if (statement.columns.length > 0) parts.push(`(${statement.columns.map(printColumn).join(', ')})`);
  parts.push(`SERVER ${quoteWord(statement.server)}`);
  if (source.kind === 'table') parts.push(`TABLE ${quoteString(source.table)}`);
  else if (source.kind === 'query') parts.push(`QUERY ${quoteString(source.query)}`);
  else parts.push(`LOCATION ${quoteString(source.location)} FORMAT ${quoteWord(source.format)}`);
  if (statement.comment !== null) parts.push(`COMMENT = ${quoteString(statement.comment)}`);
  return parts.join(' ');
}
