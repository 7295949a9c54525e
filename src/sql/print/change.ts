/** INSERT, UPDATE, DELETE and LOAD DATA as canonical text. */

import type { Assignment, Delete, Insert, LoadData, Update } from '../statement.ts';
import { printExpr } from './definition.ts';
import { printOrderList, quoteName, quoteNames, quoteString, quoteWord } from './expression.ts';
import { printFrom, printLimit, printQuery, printTableName, printWith } from './query.ts';

function printAssignments(assignments: readonly Assignment[]): string {
  return assignments.map(({ column, value }) => `${printExpr(column)} = ${printExpr(value)}`).join(', ');
}

const partition = (names: readonly string[] | null): string =>
  names === null ? '' : ` PARTITION (${quoteNames(names)})`;

export function printInsert(insert: Insert): string {
  const parts = [insert.mode === 'insert' ? 'INSERT' : 'REPLACE'];
  if (insert.ignore) parts.push('IGNORE');
  parts.push(`INTO ${printTableName(insert.table)}${partition(insert.partitions)}`);
  if (insert.columns !== null) parts.push(`(${insert.columns.map(printExpr).join(', ')})`);
  if (insert.source.kind === 'query') {
    parts.push(printQuery(insert.source.query));
  } else {
    parts.push(`VALUES ${insert.source.rows.map((row) => `(${row.map(printExpr).join(', ')})`).join(', ')}`);
  }
  if (insert.rowAlias !== null) {
    const { name, columns } = insert.rowAlias;
    parts.push(`AS ${quoteName(name)}${columns === null ? '' : ` (${quoteNames(columns)})`}`);
  }
  if (insert.onDuplicate.length > 0) {
    parts.push(`ON DUPLICATE KEY UPDATE ${printAssignments(insert.onDuplicate)}`);
  }
  return parts.join(' ');
}

/** WHERE, ORDER BY, LIMIT with a blank before each. */
function printTail(statement: Update | Delete): string {
  const where = statement.where === null ? '' : ` WHERE ${printExpr(statement.where)}`;
  const order = statement.orderBy.length === 0 ? '' : ` ${printOrderList(statement.orderBy, printQuery)}`;
  const limit = statement.limit === null ? '' : ` ${printLimit(statement.limit)}`;
  return where + order + limit;
}

const withPrefix = (statement: Update | Delete): string =>
  statement.with === null ? '' : `${printWith(statement.with)} `;

export function printUpdate(update: Update): string {
  const head = `${withPrefix(update)}UPDATE ${update.ignore ? 'IGNORE ' : ''}${printFrom(update.from)}`;
  return `${head} SET ${printAssignments(update.assignments)}${printTail(update)}`;
}

export function printDelete(statement: Delete): string {
  const head = `${withPrefix(statement)}DELETE ${statement.ignore ? 'IGNORE ' : ''}`;
  const targets = statement.targets === null ? '' : `${statement.targets.map(printTableName).join(', ')} `;
  return `${head}${targets}FROM ${printFrom(statement.from)}${printTail(statement)}`;
}

export function printLoadData(load: LoadData): string {
  const { fields, lines } = load;
  const parts = [`LOAD DATA ${load.local ? 'LOCAL ' : ''}INFILE ${quoteString(load.file)}`];
  if (load.duplicates !== null) parts.push(load.duplicates.toUpperCase());
  parts.push(`INTO TABLE ${printTableName(load.table)}${partition(load.partitions)}`);
  if (load.charset !== null) parts.push(`CHARACTER SET ${quoteWord(load.charset)}`);
  const enclosed = `${fields.optionallyEnclosed ? 'OPTIONALLY ' : ''}ENCLOSED BY ${quoteString(fields.enclosedBy)}`;
  parts.push(`FIELDS TERMINATED BY ${quoteString(fields.terminatedBy)} ${enclosed}`);
  parts.push(`ESCAPED BY ${quoteString(fields.escapedBy)}`);
  parts.push(
    `LINES STARTING BY ${quoteString(lines.startingBy)} TERMINATED BY ${quoteString(lines.terminatedBy)}`,
  );
  if (load.ignoreLines > 0) parts.push(`IGNORE ${load.ignoreLines} LINES`);
  if (load.columns !== null) parts.push(`(${load.columns.map(printExpr).join(', ')})`);
  if (load.assignments.length > 0) parts.push(`SET ${printAssignments(load.assignments)}`);
  return parts.join(' ');
}
