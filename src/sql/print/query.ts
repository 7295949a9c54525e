/** Queries as canonical text. */
import { assertNever } from '../../base/assert.ts';
import type {
  FromItem,
  IntoClause,
  JoinFrom,
  JsonTableColumn,
  JsonTableFrom,
  Limit,
  LockingClause,
  PointNode,
  Query,
  QueryBody,
  Select,
  SelectItem,
  TableFrom,
  TableName,
  WithClause,
} from '../ast.ts';
import {
  printAtLevel,
  printBitExpression,
  printDataType,
  printJsonOn,
  printOrderList,
  printWindow,
  quoteName,
  quoteNames,
  quoteString,
  variableName,
} from './expression.ts';

export function printTableName(name: TableName): string {
  return name.database === null
    ? quoteName(name.name)
    : `${quoteName(name.database)}.${quoteName(name.name)}`;
}

const expression = (expr: Parameters<typeof printAtLevel>[0]): string => printAtLevel(expr, 0, printQuery);

export function printQuery(query: Query): string {
  const parts: string[] = [];
  if (query.with !== null) parts.push(printWith(query.with));
  parts.push(printBody(query.body));
  if (query.orderBy.length > 0) parts.push(printOrderList(query.orderBy, printQuery));
  if (query.limit !== null) parts.push(printLimit(query.limit));
  parts.push(...query.locks.map(printLock));
  if (query.into !== null) parts.push(printInto(query.into));
  return parts.join(' ');
}

export function printWith(clause: WithClause): string {
  const ctes = clause.ctes.map(({ name, columns, query }) => {
    const list = columns === null ? '' : ` (${quoteNames(columns)})`;
    return `${quoteName(name)}${list} AS (${printQuery(query)})`;
  });
  return `WITH ${clause.recursive ? 'RECURSIVE ' : ''}${ctes.join(', ')}`;
}

export function printLimit(limit: Limit): string {
  const offset = limit.offset === null ? '' : ` OFFSET ${expression(limit.offset)}`;
  return `LIMIT ${expression(limit.count)}${offset}`;
}

function printLock(lock: LockingClause): string {
  const of = lock.of.length === 0 ? '' : ` OF ${lock.of.map(printTableName).join(', ')}`;
  const wait = { wait: '', nowait: ' NOWAIT', skipLocked: ' SKIP LOCKED' }[lock.wait];
  return `FOR ${lock.strength.toUpperCase()}${of}${wait}`;
}

function printInto(into: IntoClause): string {
  if (into.kind === 'variables') return `INTO ${into.names.map(variableName).join(', ')}`;
  return `INTO ${into.kind.toUpperCase()} ${quoteString(into.file)}`;
}

/** Left-deep chains of set operations are printed without recursion on the left. */
function printBody(body: QueryBody): string {
  const tail: string[] = [];
  let left = body;
  while (left.kind === 'setOperation') {
    const { operator, all, right } = left;
    tail.push(
      ` ${operator.toUpperCase()}${all ? ' ALL' : ''} ${printOperand(right, operator !== 'intersect')}`,
    );
    const below: QueryBody = left.left;
    const stops = below.kind === 'setOperation' && operator === 'intersect' && below.operator !== 'intersect';
    if (stops) return `(${printBody(below)})${tail.reverse().join('')}`;
    left = below;
  }
  return (left === body ? printTerm(left) : printOperand(left, false)) + tail.reverse().join('');
}

/** An operand in parentheses where it needs them: INTERSECT may stand bare beside UNION and EXCEPT. */
function printOperand(body: QueryBody, intersectMayStand: boolean): string {
  if (body.kind !== 'setOperation') return printTerm(body);
  const bare = intersectMayStand && body.operator === 'intersect';
  return bare ? printBody(body) : `(${printBody(body)})`;
}

function printTerm(body: QueryBody): string {
  switch (body.kind) {
    case 'select':
      return printSelect(body);
    case 'values':
      return `VALUES ${body.rows.map((row) => `ROW(${row.map(expression).join(', ')})`).join(', ')}`;
    case 'tableQuery':
      return `TABLE ${printTableName(body.table)}`;
    case 'query':
      return `(${printQuery(body)})`;
    case 'setOperation':
      return `(${printBody(body)})`;
    default:
      return assertNever(body);
  }
}

function printSelect(select: Select): string {
  const parts = ['SELECT'];
  if (select.timeLimitMs !== null) parts.push(`/*+ MAX_EXECUTION_TIME(${select.timeLimitMs}) */`);
  if (select.distinct) parts.push('DISTINCT');
  if (select.calcFoundRows) parts.push('SQL_CALC_FOUND_ROWS');
  parts.push(select.items.map(printItem).join(', '));
  if (select.from !== null) parts.push(`FROM ${printFrom(select.from)}`);
  if (select.where !== null) parts.push(`WHERE ${expression(select.where)}`);
  if (select.groupBy !== null) {
    const { items, rollup } = select.groupBy;
    parts.push(`GROUP BY ${items.map(expression).join(', ')}${rollup ? ' WITH ROLLUP' : ''}`);
  }
  if (select.having !== null) parts.push(`HAVING ${expression(select.having)}`);
  if (select.windows.length > 0) {
    const windows = select.windows.map(
      ({ name, window }) => `${quoteName(name)} AS ${printWindow(window, printQuery)}`,
    );
    parts.push(`WINDOW ${windows.join(', ')}`);
  }
  return parts.join(' ');
}

function printItem(item: SelectItem): string {
  if (item.kind === 'item')
    return expression(item.expr) + (item.alias === null ? '' : ` AS ${printAlias(item.alias)}`);
  const parts = [item.database, item.table].filter((part) => part !== null).map(quoteName);
  return [...parts, '*'].join('.');
}

/** The empty alias has no quoted-name form, but a string may be an alias too. */
function printAlias(alias: string): string {
  return alias === '' || alias.includes('\0') ? quoteString(alias) : quoteName(alias);
}

export function printFrom(from: FromItem): string {
  switch (from.kind) {
    case 'table':
      return printTable(from);
    case 'derived': {
      const alias = from.alias === null ? '' : ` AS ${quoteName(from.alias)}`;
      const columns = from.columns === null ? '' : ` (${quoteNames(from.columns)})`;
      return `${from.lateral ? 'LATERAL ' : ''}(${printQuery(from.query)})${alias}${columns}`;
    }
    case 'jsonTable':
      return printJsonTable(from);
    case 'join':
      return printJoin(from);
    default:
      return assertNever(from);
  }
}

function printTable(from: TableFrom): string {
  const parts = [printTableName(from.name)];
  if (from.partitions !== null) parts.push(`PARTITION (${quoteNames(from.partitions)})`);
  if (from.asOf !== null) parts.push(`AS OF ${printPoint(from.asOf)}`);
  if (from.changes !== null) {
    const { fromExclusive, until, net } = from.changes;
    const start = printPoint(from.changes.from);
    const end = until === null ? '' : ` ${fromExclusive ? 'UNTIL' : 'AND'} ${printPoint(until)}`;
    parts.push(`CHANGES ${fromExclusive ? 'SINCE' : 'BETWEEN'} ${start}${end}${net ? ' NET' : ''}`);
  }
  if (from.eventTime !== null) {
    const { at } = from.eventTime;
    parts.push(`FOR EVENT_TIME ${at === null ? 'LATEST' : `AS OF ${printBitExpression(at, printQuery)}`}`);
  }
  if (from.alias !== null) parts.push(`AS ${quoteName(from.alias)}`);
  return parts.join(' ');
}

export function printPoint(point: PointNode): string {
  const at = printBitExpression(point.at, printQuery);
  return point.unit === null ? at : `${point.unit.toUpperCase()} ${at}`;
}

function printJoin(join: JoinFrom): string {
  const left = printFrom(join.left);
  const right = join.right.kind === 'join' ? `(${printFrom(join.right)})` : printFrom(join.right);
  const kind = join.join === 'inner' ? '' : `${join.join.toUpperCase()} `;
  const words = `${join.asof ? 'ASOF ' : ''}${join.natural ? 'NATURAL ' : ''}${kind}JOIN`;
  const on = join.on === null ? '' : ` ON ${expression(join.on)}`;
  const using = join.using === null ? '' : ` USING (${quoteNames(join.using)})`;
  return `${left} ${words} ${right}${on}${using}`;
}

function printJsonTable(from: JsonTableFrom): string {
  const columns = printJsonColumns(from.columns);
  const head = `${expression(from.document)}, ${quoteString(from.path)}`;
  return `JSON_TABLE(${head} ${columns}) AS ${quoteName(from.alias)}`;
}

function printJsonColumns(columns: readonly JsonTableColumn[]): string {
  const printed = columns.map((column) => {
    switch (column.kind) {
      case 'ordinality':
        return `${quoteName(column.name)} FOR ORDINALITY`;
      case 'nested':
        return `NESTED PATH ${quoteString(column.path)} ${printJsonColumns(column.columns)}`;
      case 'value':
      case 'exists': {
        const exists = column.kind === 'exists' ? 'EXISTS ' : '';
        const type = printDataType(column.type);
        const path = quoteString(column.path);
        return `${quoteName(column.name)} ${type} ${exists}PATH ${path}${printJsonOn(column, printQuery)}`;
      }
      default:
        return assertNever(column);
    }
  });
  return `COLUMNS (${printed.join(', ')})`;
}
