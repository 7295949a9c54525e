/** FROM: relations as holes with an alias `r<number>`, joins, ASOF joins made deterministic. */
import { assertNever } from '../../../base/assert.ts';
import { notSupported } from '../../../base/errors.ts';
import { type BoundFrom, rowVersionColumn } from '../../../planner/bound.ts';
import { equalityKey } from '../collation-functions.ts';
import { callJsonTable } from './js.ts';
import { hole, type PrintState } from './state.ts';

type AsofJoin = Extract<BoundFrom, { kind: 'asofJoin' }>;
type TableFrom = Extract<BoundFrom, { kind: 'table' }>;

export function printFrom(state: PrintState, from: BoundFrom): string {
  switch (from.kind) {
    case 'table':
      return from.eventTime === null ? relation(state, from.relation) : printEventTime(state, from);
    case 'changes':
    case 'external':
    case 'metadata':
      return relation(state, from.relation);
    case 'derived':
      return `${from.lateral ? 'LATERAL ' : ''}(${state.query(from.query)}) AS r${from.relation}`;
    case 'jsonTable':
      return printJsonTable(state, from);
    case 'cte':
      return `q${from.cte} AS r${from.relation}`;
    case 'join':
      return printJoin(state, from);
    case 'asofJoin':
      return printAsofJoin(state, from);
    default:
      return assertNever(from);
  }
}

function relation(state: PrintState, id: number): string {
  // Known to the caller even when the text names none of its columns, as in SELECT COUNT(*).
  if (!state.columns.has(id)) state.columns.set(id, new Set());
  return `(${hole(id)}) AS r${id}`;
}

/** One list of rows for each document, made by the evaluator. */
function printJsonTable(state: PrintState, from: Extract<BoundFrom, { kind: 'jsonTable' }>): string {
  const [list, row] = [callJsonTable(state, from), state.freshName('u')];
  const columns = from.columns.map((_, index) => `${row}.c${index} AS c${index}`).join(', ');
  return `LATERAL (SELECT ${columns} FROM (SELECT unnest(${list}) AS ${row})) AS r${from.relation}`;
}

function printJoin(state: PrintState, from: Extract<BoundFrom, { kind: 'join' }>): string {
  const left = printFrom(state, from.left);
  const right = printFrom(state, from.right);
  if (from.join === 'cross' || (from.join === 'inner' && from.on === null))
    return `(${left} CROSS JOIN ${right})`;
  const on = from.on === null ? 'TRUE' : state.condition(from.on);
  return `(${left} ${from.join.toUpperCase()} JOIN ${right} ON ${on})`;
}

/** FOR EVENT_TIME: of every entity the newest row at or before the given time. */
function printEventTime(state: PrintState, from: TableFrom): string {
  const { table, relation: id } = from;
  if (table.eventTime === undefined)
    throw notSupported(`FOR EVENT_TIME of the table ${table.name}, which has none`);
  const time = table.eventTime;
  state.useColumn(id, time);
  const entity = table.primaryKey.filter((column) => column !== time);
  for (const column of entity) state.useColumn(id, column);
  const name = state.freshName('t');
  const at = from.eventTime?.at ?? null;
  const where = at === null ? '' : ` WHERE ${name}.c${time} <= ${state.value(at)}`;
  const partition =
    entity.length === 0
      ? ''
      : `PARTITION BY ${entity.map((column) => equalityKey(`${name}.c${column}`, table.columns[column]!.type)).join(', ')} `;
  // Entity and time are the primary key: no ties.
  return (
    `(SELECT ${name}.* FROM (${hole(id)}) AS ${name}${where} ` +
    `QUALIFY row_number() OVER (${partition}ORDER BY ${name}.c${time} DESC) = 1) AS r${id}`
  );
}

/**
 * DuckDB's ASOF join picks any of several right rows with the same time. So the right side is reduced first to
 * one row for each keys and time: the one of the newest version, then of the greatest key. Where keys and time
 * are its primary key there is one anyway.
 */
function printAsofJoin(state: PrintState, from: AsofJoin): string {
  const left = printFrom(state, from.left);
  const right = printAsofRight(state, from);
  const equalities = from.equalities.map((each) => `${state.value(each.left)} = ${state.value(each.right)}`);
  const { operator, left: early, right: late } = from.inequality;
  const on = [...equalities, `${state.value(early)} ${operator} ${state.value(late)}`].join(' AND ');
  return `(${left} ASOF ${from.join === 'left' ? 'LEFT ' : ''}JOIN ${right} ON ${on})`;
}

function printAsofRight(state: PrintState, from: AsofJoin): string {
  const { right } = from;
  if (right.kind === 'join' || right.kind === 'asofJoin')
    throw notSupported('ASOF JOIN with a join on its right side');
  const id = right.relation;
  const source = printFrom(state, right);
  if (isUnique(from)) return source;
  const keys = [...from.equalities.map((each) => each.right), from.inequality.right].map((expr) =>
    state.value(expr),
  );
  const ties = tieBreakers(state, right).map((column) => `r${id}.${column} DESC NULLS LAST`);
  return (
    `(SELECT * FROM ${source} QUALIFY row_number() OVER (PARTITION BY ${keys.join(', ')} ` +
    `ORDER BY ${ties.join(', ')}) = 1) AS r${id}`
  );
}

/** Whether the columns compared are the right table's whole primary key, so that no two rows have the same time. */
function isUnique({ right, equalities, inequality }: AsofJoin): boolean {
  if (right.kind !== 'table') return false;
  const compared = new Set<number>();
  for (const expr of [...equalities.map((each) => each.right), inequality.right]) {
    if (expr.kind === 'column' && expr.relation === right.relation) compared.add(expr.column);
  }
  return right.table.primaryKey.every((column) => compared.has(column));
}

/** Columns that order rows of equal time, the winner greatest: all that tells rows apart. */
function tieBreakers(state: PrintState, from: Exclude<BoundFrom, { kind: 'join' | 'asofJoin' }>): string[] {
  switch (from.kind) {
    case 'table': {
      state.useColumn(from.relation, rowVersionColumn);
      for (const column of from.table.primaryKey) state.useColumn(from.relation, column);
      return ['rv', ...from.table.primaryKey.map((column) => `c${column}`)];
    }
    case 'changes': {
      const width = from.table.columns.length;
      const columns = [width + 1, ...from.table.primaryKey, width];
      for (const column of columns) state.useColumn(from.relation, column);
      return columns.map((column) => `c${column}`);
    }
    case 'external':
      for (const column of from.columnsUsed) state.useColumn(from.relation, column);
      return from.columnsUsed.map((column) => `c${column}`);
    case 'metadata':
      from.columns.forEach((_, column) => {
        state.useColumn(from.relation, column);
      });
      return from.columns.map((_, column) => `c${column}`);
    case 'derived':
      return from.query.columns.map((_, column) => `c${column}`);
    case 'jsonTable':
    case 'cte':
      return from.columns.map((_, column) => `c${column}`);
    default:
      return assertNever(from);
  }
}
