/** INSERT and REPLACE. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { ColumnDef, TableDef } from '../../catalog/schema.ts';
import type { ColumnExpr, Expr, Span } from '../../sql/ast.ts';
import type { Insert } from '../../sql/statement.ts';
import { implicitValue } from '../../types/coerce-lenient.ts';
import type { BoundColumn, BoundExpr, BoundFrom, BoundQuery, RelationId } from '../bound.ts';
import { canEvaluate } from '../evaluator/compile.ts';
import { withoutSessionCalls } from '../evaluator/waiting.ts';
import { castTo, isNullable } from '../expr-tools.ts';
import type { InsertPlan, QueryPlan } from '../plan.ts';
import { commonType } from '../result-type/common.ts';
import {
  type ColumnName,
  columnRef,
  emptyFrom,
  type FromScope,
  type ScopeRelation,
  sameName,
  unknownColumn,
  type VisibleColumn,
} from '../scope.ts';
import { everyColumn, type TableAccess } from '../table-access.ts';
import { assignedTo } from './arguments.ts';
import { bindAssignments } from './assignments.ts';
import type { ExprEnv } from './env.ts';
import { type BlockEnv, blockEnv } from './select.ts';
import { bindTable } from './table.ts';
import { defaultOf, generatedValue, requireWritable, targetColumn, writeTarget } from './target.ts';
import { openView } from './write-from.ts';

type Planner = (query: BoundQuery) => QueryPlan;
type Rows = (BoundExpr | 'default')[][];

function insertColumns(ast: Insert, table: TableDef): number[] {
  if (ast.columns === null) {
    const isEmpty = ast.source.kind === 'values' && ast.source.rows.every((row) => row.length === 0);
    return isEmpty
      ? []
      : table.columns.flatMap((column, index) => (column.invisible === true ? [] : [index]));
  }
  const seen = new Set<number>();
  return ast.columns.map((column) => {
    const index = targetColumn(table, ast.table.name, column);
    if (seen.has(index)) {
      throw new GatewayError(
        'COLUMN_SPECIFIED_TWICE',
        `Column '${table.columns[index]!.name}' specified twice`,
      );
    }
    seen.add(index);
    return index;
  });
}

function countMismatch(row: number): GatewayError {
  return new GatewayError('COLUMN_COUNT_MISMATCH', `Column count doesn't match value count at row ${row}`);
}

/** A column's value before the statement has given it one: its default, or the type's own. */
function valueBefore(column: ColumnDef): BoundExpr {
  const { type } = column;
  if (column.autoIncrement !== true && (column.default !== undefined || column.nullable))
    return defaultOf(column);
  const value = implicitValue(type);
  if (value === undefined) throw notSupported(`the value of ${column.name} before it is given one`);
  return { kind: 'literal', value, type };
}

/** Values may name columns: those to their left have their new values, the others their defaults. */
function valuesEnv(
  table: TableDef,
  block: BlockEnv,
  earlier: ReadonlyMap<number, BoundExpr | 'default'>,
): ExprEnv {
  return {
    ...blockEnv(block, emptyFrom, 'field list'),
    alias: (name) => {
      if (name.table !== null && name.table !== table.name) return undefined;
      const index = table.columns.findIndex((column) => sameName(column.name, name.name));
      if (index < 0) return undefined;
      const column = table.columns[index]!;
      const value = earlier.get(index);
      return value === undefined || value === 'default' ? valueBefore(column) : castTo(value, column.type);
    },
  };
}

function bindValue(expr: Expr, table: TableDef, column: number, env: ExprEnv): BoundExpr | 'default' {
  if (expr.kind === 'default') return 'default';
  if (table.columns[column]!.generated !== undefined)
    throw generatedValue(table.columns[column]!.name, table.name);
  if (expr.kind === 'defaultOf')
    return defaultOf(table.columns[targetColumn(table, table.name, expr.column)]!);
  // Literals of INSERT are values of columns, never of results: their lengths are no part of the plan.
  const bound = env.bind(expr, { ...env, clause: 'where clause' });
  return assignedTo(env.context, bound, table.columns[column]!.type);
}

function bindRows(
  rows: readonly (readonly Expr[])[],
  table: TableDef,
  columns: readonly number[],
  block: BlockEnv,
): Rows {
  return rows.map((row, at) => {
    if (row.length !== columns.length) throw countMismatch(at + 1);
    const earlier = new Map<number, BoundExpr | 'default'>();
    const env = valuesEnv(table, block, earlier);
    return row.map((expr, index) => {
      const value = bindValue(expr, table, columns[index]!, env);
      earlier.set(columns[index]!, value);
      return value;
    });
  });
}

/** Rows that JavaScript does not evaluate, as a query. */
function valuesQuery(rows: Rows, table: TableDef, columns: readonly number[]): BoundQuery {
  const values = rows.map((row) =>
    row.map((value, index) => (value === 'default' ? defaultOf(table.columns[columns[index]!]!) : value)),
  );
  const types = columns.map((_column, index) => commonType(values.map((row) => row[index]!.type)));
  const described: BoundColumn[] = columns.map((column, index) => ({
    name: table.columns[column]!.name,
    type: types[index]!,
    nullable: values.some((row) => isNullable(row[index]!)),
  }));
  return {
    ctes: [],
    body: {
      kind: 'values',
      rows: values.map((row) => row.map((value, index) => castTo(value, types[index]!))),
    },
    columns: described,
    orderBy: [],
    limit: null,
    offset: null,
  };
}

function bindSource(
  ast: Insert,
  table: TableDef,
  columns: readonly number[],
  block: BlockEnv,
  plan: Planner,
): InsertPlan['source'] {
  if (ast.source.kind === 'query') {
    const query = block.bindQuery(ast.source.query, block.surroundings, null, block.context);
    if (query.columns.length !== columns.length) throw countMismatch(1);
    for (const column of columns) {
      const { generated, name } = table.columns[column]!;
      if (generated !== undefined) throw generatedValue(name, table.name);
    }
    return { kind: 'query', plan: plan(query) };
  }
  const rows = bindRows(ast.source.rows, table, columns, block);
  const evaluable = rows.every((row) =>
    row.every((value) => value === 'default' || canEvaluate(withoutSessionCalls(value)) === true),
  );
  return evaluable
    ? { kind: 'values', rows }
    : { kind: 'query', plan: plan(valuesQuery(rows, table, columns)) };
}

// ---- ON DUPLICATE KEY UPDATE ----------------------------------------------------------------------

function rowRelation(
  table: TableDef,
  alias: string,
  names: readonly string[] | null,
  block: BlockEnv,
  read?: Set<number>,
): ScopeRelation {
  const columns = table.columns.map((column, index) => ({
    name: names?.[index] ?? column.name,
    type: column.type,
    nullable: column.nullable,
  }));
  return {
    id: block.context.newRelation(),
    alias,
    database: table.database,
    columns,
    versioned: false,
    optional: false,
    ...(read === undefined ? {} : { read }),
  };
}

/** Names of the row alias's columns, which follow the statement's column list. */
function aliasNames(ast: Insert, table: TableDef, columns: readonly number[]): readonly string[] | null {
  const given = ast.rowAlias?.columns ?? null;
  if (given === null) return null;
  if (given.length !== columns.length) throw countMismatch(1);
  return table.columns.map((column, index) => given[columns.indexOf(index)] ?? column.name);
}

function bindOnDuplicate(
  ast: Insert,
  table: TableDef,
  columns: readonly number[],
  block: BlockEnv,
  access: TableAccess,
): InsertPlan['onDuplicate'] {
  if (ast.onDuplicate.length === 0) return null;
  const existing = rowRelation(table, table.name, null, block, access.read);
  const names = aliasNames(ast, table, columns);
  const proposed = rowRelation(table, ast.rowAlias?.name ?? '', names, block);
  const own: VisibleColumn[] = existing.columns.map(({ name }, index) => ({
    name,
    relation: existing,
    index,
  }));
  const added = proposed.columns
    .map(({ name }, index): VisibleColumn => ({ name, relation: proposed, index }))
    .filter((column) => !own.some((each) => sameName(each.name, column.name)));
  const scope: FromScope = {
    relations: ast.rowAlias === null ? [existing] : [existing, proposed],
    visible: ast.rowAlias === null ? own : [...own, ...added],
  };
  const env: ExprEnv = {
    ...blockEnv(block, scope, 'where clause'),
    insertValue: (name: ColumnName) => columnRef(proposed, targetColumn(table, table.name, name)),
  };
  const assignments = bindAssignments(ast.onDuplicate, table, table.name, existing.id, env);
  for (const { value } of assignments) {
    const possible = value === 'default' ? true : canEvaluate(value);
    if (possible !== true) throw notSupported(`${possible} in ON DUPLICATE KEY UPDATE`);
  }
  block.context.accesses.write(
    access,
    'UPDATE',
    assignments.map(({ column }) => column),
  );
  return { existing: existing.id, proposed: proposed.id, assignments };
}

/** INSERT on the columns that are filled; REPLACE deletes too. */
function insertAccess(
  ast: Insert,
  table: TableDef,
  columns: readonly number[],
  block: BlockEnv,
): TableAccess {
  const { accesses } = block.context;
  const access = accesses.target(table);
  accesses.write(access, 'INSERT', ast.columns === null ? [...columns, everyColumn] : columns);
  if (ast.mode === 'replace') accesses.write(access, 'DELETE');
  return access;
}

/** Where an INSERT goes: into the table that it names, or the one under the view that it names. */
interface InsertTarget {
  readonly ast: Insert;
  /** The view as a relation, and which of its columns are filled. */
  readonly view?: {
    readonly table: TableDef;
    readonly relation: RelationId;
    readonly filled: readonly number[];
  };
}

/** An INSERT into a view of plain columns of one table, as one into that table. Error 1471. */
function throughView(ast: Insert, block: BlockEnv): InsertTarget {
  const { name, start, end } = ast.table;
  const database = ast.table.database ?? block.surroundings.database;
  const relation = database === undefined ? undefined : block.context.facts.catalog.relation(database, name);
  if (relation?.kind !== 'view') return { ast };
  const verb = ast.mode === 'replace' ? 'REPLACE' : 'INSERT';
  requireWritable(ast.table, verb, block);
  const item = { alias: null, partitions: null, asOf: null, changes: null, eventTime: null, start, end };
  const env = blockEnv(block, emptyFrom, 'field list');
  const { from } = bindTable({ kind: 'table', name: ast.table, ...item }, env);
  const view = from.kind === 'derived' ? openView(from) : undefined;
  const columns = (view?.items ?? []).map((expr) => (expr.kind === 'column' ? expr.column : -1));
  const isInsertable =
    view !== undefined &&
    !columns.includes(-1) &&
    (view.from.kind !== 'table' || new Set(columns).size === columns.length);
  if (!isInsertable) {
    throw new GatewayError(
      'NON_INSERTABLE_TABLE',
      `The target table ${name} of the ${verb} is not insertable-into`,
    );
  }
  if (ast.onDuplicate.length > 0) throw notSupported('ON DUPLICATE KEY UPDATE of a view');
  if (view.from.kind !== 'table') throw notSupported(`${verb} into a view of several tables`);
  const { table } = view.from;
  const filled: number[] = [];
  const column = (named: ColumnName): ColumnExpr => {
    const index = relation.columns.findIndex((each) => sameName(each.name, named.name));
    if (index < 0 || (named.table !== null && named.table !== name)) throw unknownColumn(named, 'field list');
    filled.push(index);
    return columnNode(table.columns[columns[index]!]!.name, ast.table);
  };
  const named = ast.columns ?? relation.columns.map((each) => columnNode(each.name, ast.table));
  const inner = {
    ...ast,
    table: { ...ast.table, database: table.database, name: table.name },
    columns: named.map(column),
  };
  const id = (from as Extract<BoundFrom, { kind: 'derived' }>).relation;
  return { ast: inner, view: { table, relation: id, filled } };
}

/** The rights on the view are the session's matter, those on its table the definer's. */
function viewAccess(ast: Insert, view: NonNullable<InsertTarget['view']>, block: BlockEnv): TableAccess {
  const { accesses } = block.context;
  accesses.writeRelation(view.relation, 'INSERT', view.filled);
  if (ast.mode === 'replace') accesses.writeRelation(view.relation, 'DELETE');
  const { database, name, columns } = view.table;
  return { database, name, columns, read: new Set(), rights: undefined, timeTravel: false };
}

const columnNode = (name: string, { start, end }: Span): ColumnExpr => ({
  kind: 'column',
  database: null,
  table: null,
  name,
  start,
  end,
});

/** INSERT, INSERT IGNORE and REPLACE as a plan; `plan` rewrites and routes a source query. */
export function bindInsert(given: Insert, block: BlockEnv, plan: Planner): InsertPlan {
  if (given.partitions !== null) throw notSupported('PARTITION');
  const { ast, view } = throughView(given, block);
  const verb = ast.mode === 'replace' ? 'REPLACE' : 'INSERT';
  const table = view === undefined ? writeTarget(ast.table, verb, block) : view.table;
  const columns = insertColumns(ast, table);
  const access = view === undefined ? insertAccess(ast, table, columns, block) : viewAccess(ast, view, block);
  return {
    kind: 'insert',
    mode: ast.mode === 'replace' ? 'replace' : ast.ignore ? 'ignore' : 'insert',
    table,
    columns,
    source: bindSource(ast, table, columns, block, plan),
    onDuplicate: bindOnDuplicate(ast, table, columns, block, access),
  };
}
