/**
 * What only the outermost query of a statement may say: INTO, FOR UPDATE, SQL_CALC_FOUND_ROWS, and `@v := expr` in
 * its SELECT list. None of it reaches the storage: the query is planned without, and the session does the rest
 * with its rows.
 */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { TableDef } from '../../catalog/schema.ts';
import type { Query, QueryBody, SelectItem } from '../../sql/ast.ts';
import { bigint, nullType, type SqlType, typeText } from '../../types/sql-type.ts';
import type { BoundColumn, BoundExpr, BoundFrom, BoundQuery, RelationId } from '../bound.ts';
import { rowVersionColumn } from '../bound.ts';
import { canEvaluate } from '../evaluator/compile.ts';
import { castTo, isConstant, isNullable, mapChildren, some } from '../expr-tools.ts';
import type { PlanFacts } from '../facts.ts';
import { commonType } from '../result-type/common.ts';
import { rowVersionName } from '../scope.ts';
import { BindContext, type Surroundings } from './context.ts';
import { bindLimitParts, bindQuery } from './query.ts';

/** A table whose rows FOR UPDATE or FOR SHARE reads: key columns from `first` on, then `_row_version`. */
export interface LockedTable {
  readonly table: TableDef;
  readonly first: number;
}

/** A SELECT item that is computed row by row, in order, once the rows are there. */
export interface LateItem {
  /** Over the source's columns as relation `source`, and the variables as relation `variables`. */
  readonly expr: BoundExpr;
  /** The variable that the value is assigned to. */
  readonly assigns: number | null;
}

export interface LatePlan {
  readonly source: RelationId;
  readonly variables: RelationId;
  /** Names in lower case, with the type that the variable has throughout. */
  readonly names: readonly { readonly name: string; readonly type: SqlType }[];
  readonly items: readonly LateItem[];
}

export interface TopClauses {
  /** The columns of the result; the plan's may be others. */
  readonly columns: readonly BoundColumn[];
  /** SELECT … INTO @a, @b. */
  readonly into: readonly string[] | null;
  /** SQL_CALC_FOUND_ROWS: LIMIT and OFFSET, which the plan does without. */
  readonly foundRows: { readonly limit: BoundExpr | null; readonly offset: BoundExpr | null } | null;
  readonly locks: readonly LockedTable[];
  readonly late: LatePlan | null;
}

export interface TopQuery {
  readonly query: BoundQuery;
  /** Undefined when there is nothing but the query. */
  readonly top: TopClauses | undefined;
  readonly context: BindContext;
}

/** The SELECT that SQL_CALC_FOUND_ROWS stands in: the first of a set operation. */
function withoutFoundRows(body: QueryBody): QueryBody | undefined {
  if (body.kind === 'select') return body.calcFoundRows ? { ...body, calcFoundRows: false } : undefined;
  if (body.kind !== 'setOperation') return undefined;
  const left = withoutFoundRows(body.left);
  return left === undefined ? undefined : { ...body, left };
}

function intoNames(query: Query): readonly string[] | null {
  if (query.into === null) return null;
  if (query.into.kind !== 'variables') throw notSupported(`SELECT … INTO ${query.into.kind.toUpperCase()}`);
  return query.into.names;
}

/** Binds a statement's query; `rewrite` is applied to what is then planned. */
export function bindTop(
  ast: Query,
  facts: PlanFacts,
  surroundings: Surroundings,
  rewrite: (query: BoundQuery) => BoundQuery,
): TopQuery {
  const into = intoNames(ast);
  const counted = withoutFoundRows(ast.body);
  const isPlain = into === null && counted === undefined && ast.locks.length === 0 && !assignsVariables(ast);
  if (isPlain) {
    const context = new BindContext(facts);
    return { query: rewrite(bindQuery(ast, surroundings, null, context)), top: undefined, context };
  }
  const inner: Query = {
    ...ast,
    into: null,
    locks: [],
    body: counted ?? ast.body,
    limit: counted === undefined ? ast.limit : null,
  };
  const bound = assignsVariables(inner)
    ? bindLate(inner, facts, surroundings)
    : bindOnly(inner, facts, surroundings);
  const { context, late } = bound;
  const foundRows =
    counted === undefined
      ? null
      : bindLimitParts(ast.limit, { context, surroundings, outer: null, bindQuery });
  const columns = bound.columns;
  if (into !== null && into.length !== columns.length) {
    throw new GatewayError(
      'SET_OPERATION_COLUMN_COUNT',
      'The used SELECT statements have a different number of columns',
    );
  }
  const rewritten = rewrite(bound.query);
  const locked = ast.locks.length === 0 ? { query: rewritten, locks: [] } : withLocks(rewritten);
  return { query: locked.query, context, top: { columns, into, foundRows, locks: locked.locks, late } };
}

interface BoundInner {
  readonly query: BoundQuery;
  readonly columns: readonly BoundColumn[];
  readonly context: BindContext;
  readonly late: LatePlan | null;
}

function bindOnly(ast: Query, facts: PlanFacts, surroundings: Surroundings): BoundInner {
  const context = new BindContext(facts);
  const query = bindQuery(ast, surroundings, null, context);
  return { query, columns: query.columns, context, late: null };
}

// ---- FOR UPDATE -----------------------------------------------------------------------------------

function lockable(from: BoundFrom | null, found: Extract<BoundFrom, { kind: 'table' }>[]): void {
  if (from === null) return;
  if (from.kind === 'join' || from.kind === 'asofJoin') {
    lockable(from.left, found);
    lockable(from.right, found);
  } else if (from.kind === 'table' && from.asOf === null) {
    found.push(from);
  } else if (from.kind === 'derived' && from.view !== undefined) {
    throw notSupported(`FOR UPDATE of the view ${from.view}, whose rows are not those of tables`);
  }
}

/** The query with keys and versions of the rows that it reads, for the check at COMMIT. */
function withLocks(query: BoundQuery): { query: BoundQuery; locks: LockedTable[] } {
  const { body } = query;
  const isRows =
    body.kind === 'select' &&
    !body.distinct &&
    body.groupBy.length === 0 &&
    !body.items.some((item) => some(item, (each) => each.kind === 'aggregate'));
  if (!isRows) throw notSupported('FOR UPDATE or FOR SHARE with DISTINCT, groups, aggregates or UNION');
  const tables: Extract<BoundFrom, { kind: 'table' }>[] = [];
  lockable(body.from, tables);
  const items = [...body.items];
  const columns = [...query.columns];
  const locks = tables.map(({ table, relation }): LockedTable => {
    const first = items.length;
    for (const column of [...table.primaryKey, rowVersionColumn]) {
      const definition = table.columns[column];
      const type = definition?.type ?? bigint();
      items.push({ kind: 'column', relation, column, type, nullable: true });
      columns.push({ name: definition?.name ?? rowVersionName, type, nullable: true });
    }
    return { table, first };
  });
  return { query: { ...query, columns, body: { ...body, items } }, locks };
}

// ---- @v := expr -----------------------------------------------------------------------------------

function assignsVariables(ast: Query): boolean {
  return ast.body.kind === 'select' && ast.body.items.some(isAssignment);
}

const isAssignment = (item: SelectItem): boolean =>
  item.kind === 'item' && item.expr.kind === 'assignVariable';

interface Assigning {
  readonly ast: Query;
  /** The variable that each item assigns, by the item's number; lower case. */
  readonly assigned: readonly (string | null)[];
}

/** The query with values in the place of assignments. */
function withoutAssignments(ast: Query, text: string): Assigning {
  const { body } = ast;
  if (body.kind !== 'select') return { ast, assigned: [] };
  const assigned = body.items.map((item) =>
    item.kind === 'item' && item.expr.kind === 'assignVariable' ? item.expr.name.toLowerCase() : null,
  );
  const items = body.items.map((item): SelectItem => {
    if (item.kind === 'wildcard') throw notSupported('* beside := in a SELECT list');
    if (item.expr.kind !== 'assignVariable') return item;
    const alias = item.alias ?? text.slice(item.expr.start, item.expr.end);
    return { ...item, expr: item.expr.value, alias };
  });
  return { ast: { ...ast, body: { ...body, items } }, assigned };
}

/** Assignments may widen a variable's type, and with it that of what reads it. */
const typeRounds = 3;

function bindLate(ast: Query, facts: PlanFacts, surroundings: Surroundings): BoundInner {
  const { ast: plain, assigned } = withoutAssignments(ast, facts.text);
  const types = new Map<string, SqlType>();
  for (const name of assigned) if (name !== null) types.set(name, facts.userVariable(name) ?? nullType);
  const typed: PlanFacts = {
    ...facts,
    userVariable: (name) => {
      const known = types.get(name);
      return known === undefined || known.kind === 'null' ? facts.userVariable(name) : known;
    },
  };
  for (let round = 0; ; round++) {
    const context = new BindContext(typed);
    const query = bindQuery(plain, surroundings, null, context);
    if (query.body.kind !== 'select' || query.body.distinct) throw notSupported(':= with DISTINCT');
    let changed = false;
    for (const [index, name] of assigned.entries()) {
      if (name === null) continue;
      const before = types.get(name)!;
      const after = commonType([before, query.body.items[index]!.type]);
      if (typeText(before) === typeText(after)) continue;
      types.set(name, after);
      changed = true;
    }
    if (changed && round < typeRounds) continue;
    return splitLate(query, assigned, types, context);
  }
}

/** Parts what DuckDB or a lookup computes from what depends on the assignments of the rows before. */
function splitLate(
  query: BoundQuery,
  assigned: readonly (string | null)[],
  types: ReadonlyMap<string, SqlType>,
  context: BindContext,
): BoundInner {
  const { body } = query;
  if (body.kind !== 'select') throw notSupported(':= in a set operation');
  const names = [...types].map(([name, type]) => ({ name, type }));
  const numberOf = (expr: BoundExpr): number =>
    expr.kind === 'context' ? names.findIndex(({ name }) => expr.name === `@${name}`) : -1;
  const reads = (expr: BoundExpr): boolean => some(expr, (each) => numberOf(each) >= 0);
  const conditions = [body.where, body.having, ...body.groupBy];
  if (conditions.some((expr) => expr !== null && reads(expr))) {
    throw notSupported('WHERE, GROUP BY or HAVING of a variable that the SELECT list assigns');
  }
  const [source, variables] = [context.newRelation(), context.newRelation()];
  const items: BoundExpr[] = [];
  const columns: BoundColumn[] = [];
  const places = new Map<number, number>();
  const take = (expr: BoundExpr, name: string): BoundExpr => {
    columns.push({ name, type: expr.type, nullable: isNullable(expr) });
    const column = items.push(expr) - 1;
    return { kind: 'column', relation: source, column, type: expr.type, nullable: true };
  };
  const split = (expr: BoundExpr, name: string): BoundExpr => {
    const variable = numberOf(expr);
    if (variable >= 0) {
      return { kind: 'column', relation: variables, column: variable, type: expr.type, nullable: true };
    }
    if (reads(expr)) return mapChildren(expr, (child) => split(child, name));
    return isConstant(expr) && canEvaluate(expr) === true ? expr : take(expr, name);
  };
  const late = body.items.map((item, index): LateItem => {
    const name = assigned[index] ?? null;
    const number = name === null ? -1 : names.findIndex((each) => each.name === name);
    if (number < 0 && !reads(item)) {
      places.set(index, items.length);
      return { expr: take(item, query.columns[index]!.name), assigns: null };
    }
    const expr = split(item, query.columns[index]!.name);
    const whole = number < 0 ? expr : castTo(expr, names[number]!.type);
    const possible = canEvaluate(whole);
    if (possible !== true) throw notSupported(`${possible} beside := in a SELECT list`);
    return { expr: whole, assigns: number < 0 ? null : number };
  });
  const orderBy = query.orderBy.map((order) => {
    if ('expr' in order) return order;
    const outputColumn = places.get(order.outputColumn);
    if (outputColumn === undefined) throw notSupported('ORDER BY a value that := decides');
    return { ...order, outputColumn };
  });
  // A row must have a column, so that rows are counted.
  if (items.length === 0) take({ kind: 'literal', value: 1n, type: bigint() }, '1');
  return {
    query: { ...query, body: { ...body, items }, columns, orderBy },
    columns: query.columns.map((column, index) => ({ ...column, type: late[index]!.expr.type })),
    context,
    late: { source, variables, names, items: late },
  };
}
