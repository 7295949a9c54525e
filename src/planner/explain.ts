/** Plans as EXPLAIN shows them: one line a row, indented by what contains what. */
import { assertNever } from '../base/assert.ts';
import { varchar } from '../types/sql-type.ts';
import { formatDatetime } from '../types/temporal.ts';
import type { BoundColumn, BoundExpr, BoundFrom, BoundPoint, BoundQuery } from './bound.ts';
import { queryOf } from './expr-tools.ts';
import type { InsertPlan, PointPlan, QueryPlan, RangePlan, WritePlan } from './plan.ts';

/** EXPLAIN's result: lines of text. */
export const explainColumns: readonly BoundColumn[] = [
  { name: 'EXPLAIN', type: varchar(4_096), nullable: false },
];

/** EXPLAIN ANALYZE adds what the execution found: rows, time and files of a line's part, empty where unknown. */
export const explainAnalyzeColumns: readonly BoundColumn[] = [
  ...explainColumns,
  { name: 'rows', type: { kind: 'bigint', unsigned: true }, nullable: true },
  { name: 'time_ms', type: { kind: 'double' }, nullable: true },
  { name: 'details', type: varchar(4_096), nullable: false },
];

export interface ExplainLine {
  readonly depth: number;
  readonly text: string;
}

type NameOf = (relation: number, column: number) => string;

const symbols = new Set([
  '=',
  '<=>',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  'DIV',
  '%',
  '&',
  '|',
  '^',
  '<<',
  '>>',
  'LIKE',
  'REGEXP',
  'XOR',
]);

function callText(expr: Extract<BoundExpr, { kind: 'call' }>, nameOf: NameOf): string {
  const args = expr.args.map((arg) => exprText(arg, nameOf));
  if (expr.name === 'AND' || expr.name === 'OR') return `(${args.join(` ${expr.name} `)})`;
  if (symbols.has(expr.name) && args.length >= 2) return `${args[0]} ${expr.name} ${args[1]}`;
  if (expr.name === 'NOT') return `NOT ${args[0]}`;
  if (expr.name === 'NEG') return `-${args[0]}`;
  if (expr.name.startsWith('IS ')) return `${args[0]} ${expr.name}`;
  if (expr.name === 'IN') return `${args[0]} IN (${args.slice(1).join(', ')})`;
  return `${expr.name}(${args.join(', ')})`;
}

function literalText(expr: Extract<BoundExpr, { kind: 'literal' }>): string {
  const { value, type } = expr;
  if (value === null) return 'NULL';
  if (type.kind === 'timestamp' || type.kind === 'datetime')
    return `'${formatDatetime(value as bigint, type.fsp)}'`;
  if (typeof value === 'string' && type.kind !== 'decimal') return `'${value.replaceAll("'", "''")}'`;
  return value instanceof Uint8Array ? `x'${Buffer.from(value).toString('hex')}'` : String(value);
}

/** An expression for people: implicit casts left out, literals of the text as `?`. */
export function exprText(expr: BoundExpr, nameOf: NameOf): string {
  switch (expr.kind) {
    case 'literal':
      return literalText(expr);
    case 'parameter':
      return '?';
    case 'context':
      return expr.name.startsWith('@') ? expr.name : `${expr.name}()`;
    case 'column':
      return nameOf(expr.relation, expr.column);
    case 'call':
      return callText(expr, nameOf);
    case 'cast':
      return expr.implicit
        ? exprText(expr.arg, nameOf)
        : `CAST(${exprText(expr.arg, nameOf)} AS ${expr.type.kind})`;
    case 'case':
      return 'CASE …';
    case 'aggregate':
    case 'window':
      return `${expr.name}(${expr.args.map((arg) => exprText(arg, nameOf)).join(', ')})`;
    case 'scalarSubquery':
    case 'exists':
    case 'inSubquery':
    case 'quantified':
      return '(subquery)';
    default:
      return assertNever(expr);
  }
}

function pointText(point: BoundPoint | null, nameOf: NameOf): string {
  return point === null ? '' : ` AS OF ${point.kind.toUpperCase()} ${exprText(point.at, nameOf)}`;
}

/** Names of the columns of every relation of a query. */
function namesOf(query: BoundQuery): NameOf {
  const columns = new Map<number, readonly { readonly name: string }[]>();
  const visit = (from: BoundFrom): void => {
    switch (from.kind) {
      case 'table':
      case 'changes':
      case 'external':
        columns.set(from.relation, from.table.columns);
        return;
      case 'metadata':
      case 'jsonTable':
      case 'cte':
        columns.set(from.relation, from.columns);
        return;
      case 'derived':
        columns.set(from.relation, from.query.columns);
        return;
      case 'join':
      case 'asofJoin':
        visit(from.left);
        visit(from.right);
        return;
      default:
        assertNever(from);
    }
  };
  if (query.body.kind === 'select' && query.body.from !== null) visit(query.body.from);
  return (relation, column) =>
    column < 0 ? '_row_version' : (columns.get(relation)?.[column]?.name ?? `column ${column}`);
}

class Lines {
  readonly all: ExplainLine[] = [];
  add(depth: number, text: string): void {
    this.all.push({ depth, text });
  }
}

function filterLines(lines: Lines, depth: number, filters: readonly BoundExpr[], nameOf: NameOf): void {
  if (filters.length > 0)
    lines.add(depth, `pushed down: ${filters.map((filter) => exprText(filter, nameOf)).join(' AND ')}`);
}

function columnsText(names: readonly string[], used: readonly number[]): string {
  return used.length === 0
    ? 'none'
    : used.map((column) => (column < 0 ? '_row_version' : (names[column] ?? String(column)))).join(', ');
}

function fromLines(lines: Lines, depth: number, from: BoundFrom, nameOf: NameOf): void {
  switch (from.kind) {
    case 'table': {
      const { table } = from;
      const latest =
        from.eventTime === null
          ? ''
          : from.eventTime.at === null
            ? ' FOR EVENT_TIME LATEST'
            : ` FOR EVENT_TIME AS OF ${exprText(from.eventTime.at, nameOf)}`;
      lines.add(depth, `table ${table.database}.${table.name}${pointText(from.asOf, nameOf)}${latest}`);
      lines.add(
        depth + 1,
        `columns: ${columnsText(
          table.columns.map(({ name }) => name),
          from.columnsUsed,
        )}`,
      );
      filterLines(lines, depth + 1, from.filters, nameOf);
      return;
    }
    case 'changes': {
      const { table } = from;
      const start = `${from.fromExclusive ? 'SINCE' : 'BETWEEN'} ${from.from.kind.toUpperCase()} ${exprText(from.from.at, nameOf)}`;
      const end =
        from.until === null
          ? ''
          : ` ${from.fromExclusive ? 'UNTIL' : 'AND'} ${from.until.kind.toUpperCase()} ${exprText(from.until.at, nameOf)}`;
      lines.add(depth, `changes of ${table.database}.${table.name} ${start}${end}${from.net ? ' NET' : ''}`);
      filterLines(lines, depth + 1, from.filters, nameOf);
      return;
    }
    case 'external': {
      const { table } = from;
      lines.add(depth, `external table ${table.database}.${table.name} of server ${table.server}`);
      lines.add(
        depth + 1,
        `columns: ${columnsText(
          table.columns.map(({ name }) => name),
          from.columnsUsed,
        )}`,
      );
      filterLines(lines, depth + 1, from.filters, nameOf);
      if (from.limit !== null) lines.add(depth + 1, `pushed down: LIMIT ${exprText(from.limit, nameOf)}`);
      return;
    }
    case 'metadata':
      lines.add(depth, `metadata table ${from.database}.${from.name}`);
      return;
    case 'jsonTable':
      lines.add(depth, `JSON_TABLE of ${exprText(from.document, nameOf)}`);
      return;
    case 'cte':
      lines.add(depth, `common table expression ${from.cte}`);
      return;
    case 'derived':
      lines.add(
        depth,
        from.view === undefined ? `derived table${from.lateral ? ' (lateral)' : ''}` : `view ${from.view}`,
      );
      queryLines(lines, depth + 1, from.query);
      return;
    case 'join':
      lines.add(depth, `${from.join} join${from.on === null ? '' : ` on ${exprText(from.on, nameOf)}`}`);
      fromLines(lines, depth + 1, from.left, nameOf);
      fromLines(lines, depth + 1, from.right, nameOf);
      return;
    case 'asofJoin': {
      const keys = from.equalities.map(
        ({ left, right }) => `${exprText(left, nameOf)} = ${exprText(right, nameOf)}`,
      );
      const { operator, left, right } = from.inequality;
      const time = `${exprText(left, nameOf)} ${operator} ${exprText(right, nameOf)}`;
      lines.add(depth, `asof ${from.join} join on ${[...keys, time].join(' AND ')}`);
      fromLines(lines, depth + 1, from.left, nameOf);
      fromLines(lines, depth + 1, from.right, nameOf);
      return;
    }
    default:
      assertNever(from);
  }
}

function subqueries(expr: BoundExpr, found: BoundQuery[]): void {
  const query = queryOf(expr);
  if (query !== undefined) found.push(query);
  if ('args' in expr) for (const arg of expr.args) subqueries(arg, found);
  if (expr.kind === 'cast') subqueries(expr.arg, found);
}

function queryLines(lines: Lines, depth: number, query: BoundQuery): void {
  const nameOf = namesOf(query);
  for (const cte of query.ctes) {
    lines.add(depth, `${cte.recursive ? 'recursive ' : ''}common table expression ${cte.name}`);
    queryLines(lines, depth + 1, cte.query);
  }
  const { body } = query;
  switch (body.kind) {
    case 'select': {
      if (body.from !== null) fromLines(lines, depth, body.from, nameOf);
      if (body.where !== null) lines.add(depth, `where ${exprText(body.where, nameOf)}`);
      if (body.groupBy.length > 0) {
        lines.add(depth, `group by ${body.groupBy.map((expr) => exprText(expr, nameOf)).join(', ')}`);
      }
      const inner: BoundQuery[] = [];
      for (const expr of [...body.items, ...(body.where === null ? [] : [body.where])])
        subqueries(expr, inner);
      for (const each of inner) {
        lines.add(depth, 'subquery');
        queryLines(lines, depth + 1, each);
      }
      return;
    }
    case 'setOperation':
      lines.add(depth, `${body.operator}${body.all ? ' all' : ''}`);
      queryLines(lines, depth + 1, body.left);
      queryLines(lines, depth + 1, body.right);
      return;
    case 'values':
      lines.add(depth, `values: ${body.rows.length} rows`);
      return;
    default:
      assertNever(body);
  }
}

function pointLines(lines: Lines, depth: number, plan: PointPlan): void {
  const nameOf = namesOf(plan.query);
  for (const { table, key, alternatives, join, residual } of plan.lookups) {
    const columns = table.primaryKey.filter(
      (column) => key.length === table.primaryKey.length || column !== table.eventTime,
    );
    const parts = columns.map((column, part) => {
      const list = alternatives.find((each) => each.part === part);
      const name = table.columns[column]!.name;
      if (list !== undefined)
        return `${name} IN (${list.values.map((value) => exprText(value, nameOf)).join(', ')})`;
      return `${name} = ${exprText(key[part]!, nameOf)}`;
    });
    lines.add(
      depth,
      `lookup ${table.database}.${table.name}${join === 'left' ? ' (left join)' : ''}: ${parts.join(', ')}`,
    );
    if (residual !== null) lines.add(depth + 1, `on ${exprText(residual, nameOf)}`);
  }
  if (plan.filter !== null) lines.add(depth, `filter ${exprText(plan.filter, nameOf)}`);
}

function rangeLines(lines: Lines, depth: number, plan: RangePlan): void {
  const { table, prefix, lower, upper } = plan;
  const nameOf = namesOf(plan.query);
  const names = table.primaryKey.map((column) => table.columns[column]!.name);
  const parts = prefix.map((expr, index) => `${names[index]} = ${exprText(expr, nameOf)}`);
  const next = names[prefix.length];
  if (lower !== null) parts.push(`${next} >${lower.inclusive ? '=' : ''} ${exprText(lower.value, nameOf)}`);
  if (upper !== null) parts.push(`${next} <${upper.inclusive ? '=' : ''} ${exprText(upper.value, nameOf)}`);
  lines.add(
    depth,
    `range of ${table.database}.${table.name}: ${parts.length === 0 ? 'all' : parts.join(', ')}${plan.reverse ? ', backwards' : ''}`,
  );
  if (plan.filter !== null) lines.add(depth, `filter ${exprText(plan.filter, nameOf)}`);
}

function planLines(lines: Lines, depth: number, plan: QueryPlan): void {
  lines.add(depth, `route: ${plan.route} (${plan.reason.replace(/^scan: /, '')})`);
  switch (plan.route) {
    case 'point':
      pointLines(lines, depth + 1, plan);
      break;
    case 'range':
      rangeLines(lines, depth + 1, plan);
      break;
    case 'scan':
    case 'metadata':
      queryLines(lines, depth + 1, plan.query);
      break;
    case 'constant':
      break;
    default:
      assertNever(plan);
  }
  const nameOf = namesOf(plan.query);
  const { orderBy, limit, offset } = plan.query;
  if (orderBy.length > 0) {
    const keys = orderBy.map((order) => {
      const text =
        'expr' in order ? exprText(order.expr, nameOf) : (plan.columns[order.outputColumn]?.name ?? '');
      return order.descending ? `${text} DESC` : text;
    });
    lines.add(depth + 1, `order by ${keys.join(', ')}`);
  }
  if (limit !== null) lines.add(depth + 1, `limit ${exprText(limit, nameOf)}`);
  if (offset !== null) lines.add(depth + 1, `offset ${exprText(offset, nameOf)}`);
}

function insertLines(lines: Lines, plan: InsertPlan): void {
  const verb = plan.mode === 'replace' ? 'replace' : plan.mode === 'ignore' ? 'insert ignore' : 'insert';
  lines.add(0, `route: write (${verb} into ${plan.table.database}.${plan.table.name})`);
  if (plan.source.kind === 'values') lines.add(1, `values: ${plan.source.rows.length} rows`);
  else planLines(lines, 1, plan.source.plan);
  if (plan.onDuplicate !== null) {
    const names = plan.onDuplicate.assignments.map(({ column }) => plan.table.columns[column]!.name);
    lines.add(1, `on duplicate key update ${names.join(', ')}`);
  }
}

/** A plan as lines, the outermost first. The executor adds DuckDB's SQL, files, rows and times. */
export function explainPlan(plan: QueryPlan | WritePlan): readonly ExplainLine[] {
  const lines = new Lines();
  if ('route' in plan) {
    planLines(lines, 0, plan);
    return lines.all;
  }
  switch (plan.kind) {
    case 'insert':
      insertLines(lines, plan);
      break;
    case 'update':
    case 'delete': {
      const names =
        plan.kind === 'update'
          ? plan.targets.map(
              ({ table, assigned }) =>
                `${table.database}.${table.name}: ${assigned.map((column) => table.columns[column]!.name).join(', ')}`,
            )
          : plan.targets.map(({ table }) => `${table.database}.${table.name}`);
      lines.add(0, `route: write (${plan.kind} ${names.join('; ')})`);
      planLines(lines, 1, plan.source);
      break;
    }
    default:
      assertNever(plan);
  }
  return lines.all;
}

/** The text of a line as EXPLAIN prints it. */
export const explainText = (line: ExplainLine): string => `${'  '.repeat(line.depth)}${line.text}`;
