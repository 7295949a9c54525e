/**
 * What only the outermost query of a statement may say: INTO, FOR UPDATE, SQL_CALC_FOUND_ROWS, and `@v := expr` in
 * its SELECT list. None of it reaches the storage: the query is planned without, and the session does the rest
 * with its rows.
 */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { TableDef } from '../../catalog/schema.ts';
import type { Expr, Query, QueryBody, SelectItem } from '../../sql/ast.ts';
import { columnLabel } from '../../sql/label.ts';
import { bigint, nullType, type SqlType, typeText } from '../../types/sql-type.ts';
import type { BoundColumn, BoundExpr, BoundFrom, BoundQuery, RelationId } from '../bound.ts';
import { rowVersionColumn } from '../bound.ts';
import { canEvaluate } from '../evaluator/compile.ts';
import { castTo, isConstant, isNullable, isVolatile, mapChildren, some } from '../expr-tools.ts';
import type { PlanFacts } from '../facts.ts';
import { forEachLiteral } from '../literals-in.ts';
import { commonType } from '../result-type/common.ts';
import { rowVersionName } from '../scope.ts';
import { BindContext, type Surroundings } from './context.ts';
import { bindLimitParts, bindQuery } from './query.ts';
import { containsAssignment, settleAssignments } from './settle.ts';

/** A table whose rows FOR UPDATE or FOR SHARE reads: key columns from `first` on, then `_row_version`. */
export interface LockedTable {
  readonly table: TableDef;
  readonly first: number;
}

/** A SELECT item that is computed row by row, in order, once the rows are there. */
export interface LateItem {
  /** Over the source's columns as relation `source`, and the variables as relation `variables`. */
  readonly expr: BoundExpr;
  /** What is then assigned, all computed before anything is; the value itself where `expr` is the item's. */
  readonly assigns: readonly { readonly variable: number; readonly expr: BoundExpr }[];
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
  return ast.body.kind === 'select' && ast.body.items.some(containsAssignment);
}

/** The variables that an item assigns, in lower case, and the number of the item that computes what they get. */
type Assigned = ReadonlyMap<string, number>;

interface Assigning {
  /** With values in the place of assignments, and items of no column after those that are asked for. */
  readonly ast: Query;
  readonly assigned: readonly Assigned[];
  /** Items whose text is a label and was replaced. */
  readonly labelled: readonly Expr[];
}

function withoutAssignments(ast: Query, text: string): Assigning {
  const { body } = ast;
  if (body.kind !== 'select') return { ast, assigned: [], labelled: [] };
  const hidden: SelectItem[] = [];
  const labelled: Expr[] = [];
  const assigned: Assigned[] = [];
  const items = body.items.map((item, index): SelectItem => {
    if (item.kind === 'wildcard') throw notSupported('* beside := in a SELECT list');
    const settled = settleAssignments(item.expr);
    const places = new Map<string, number>();
    for (const [name, expr] of settled.assigned) {
      if (expr === settled.value) places.set(name, index);
      else places.set(name, body.items.length + hidden.push({ ...item, expr, alias: name }) - 1);
    }
    assigned.push(places);
    if (places.size === 0) return item;
    if (item.alias === null) labelled.push(item.expr);
    return { ...item, expr: settled.value, alias: columnLabel(item, text) };
  });
  return { ast: { ...ast, body: { ...body, items: [...items, ...hidden] } }, assigned, labelled };
}

/** Assignments may widen a variable's type, and with it that of what reads it. */
const typeRounds = 3;

function bindLate(ast: Query, facts: PlanFacts, surroundings: Surroundings): BoundInner {
  const { ast: plain, assigned, labelled } = withoutAssignments(ast, facts.text);
  const types = new Map<string, SqlType>();
  for (const names of assigned) {
    for (const name of names.keys()) types.set(name, facts.userVariable(name) ?? nullType);
  }
  const typed: PlanFacts = {
    ...facts,
    userVariable: (name) => {
      const known = types.get(name);
      return known === undefined || known.kind === 'null' ? facts.userVariable(name) : known;
    },
  };
  for (let round = 0; ; round++) {
    const context = new BindContext(typed);
    for (const expr of labelled) forEachLiteral(expr, (parameter) => context.lookedAt.add(parameter));
    const query = bindQuery(plain, surroundings, null, context);
    if (query.body.kind !== 'select' || query.body.distinct) throw notSupported(':= with DISTINCT');
    let changed = false;
    for (const [name, place] of assigned.flatMap((names) => [...names])) {
      const before = types.get(name)!;
      const after = commonType([before, query.body.items[place]!.type]);
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
  assigned: readonly Assigned[],
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
  const whole = (item: BoundExpr, name: string, type: SqlType): BoundExpr => {
    const expr = castTo(split(item, name), type);
    const possible = canEvaluate(expr);
    if (possible !== true) throw notSupported(`${possible} beside := in a SELECT list`);
    return expr;
  };
  const late = assigned.map((variables, index): LateItem => {
    const item = body.items[index]!;
    const { name } = query.columns[index]!;
    if (variables.size === 0 && !reads(item)) {
      places.set(index, items.length);
      return { expr: take(item, name), assigns: [] };
    }
    const own = [...variables].find(([, place]) => place === index)?.[0];
    const expr = whole(item, name, own === undefined ? item.type : types.get(own)!);
    const assigns = [...variables].map(([variable, place]) => {
      const source = body.items[place]!;
      if (place !== index && isVolatile(source))
        throw notSupported(':= of a volatile function in an expression');
      const value = place === index ? expr : whole(source, variable, types.get(variable)!);
      return { variable: names.findIndex((each) => each.name === variable), expr: value };
    });
    return { expr, assigns };
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
    columns: late.map(({ expr }, index) => ({ ...query.columns[index]!, type: expr.type })),
    context,
    late: { source, variables, names, items: late },
  };
}
