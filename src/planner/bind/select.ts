/** One SELECT with the ORDER BY that belongs to it. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { Expr, OrderItem, Select, SelectItem } from '../../sql/ast.ts';
import type { BoundColumn, BoundExpr, BoundFrom, BoundQuery, BoundSelect } from '../bound.ts';
import { conjunction, isNullable, some } from '../expr-tools.ts';
import { itemLabel } from '../item-label.ts';
import { sameExpr } from '../same-expr.ts';
import {
  type Clause,
  type ColumnName,
  columnOf,
  columnRef,
  emptyFrom,
  type FromScope,
  isShown,
  relationsNamed,
  resolveIn,
  type Scope,
  sameName,
  unknownColumn,
  type VisibleColumn,
} from '../scope.ts';
import { everyColumn } from '../table-access.ts';
import { asCondition } from './arguments.ts';
import { sortedBy } from './collation.ts';
import type { BindContext, Surroundings } from './context.ts';
import type { ExprEnv } from './env.ts';
import { bindExpr } from './expr.ts';
import { bindFromItem } from './from.ts';
import { grouping, hasAggregate } from './group.ts';

export interface BlockEnv {
  readonly context: BindContext;
  readonly surroundings: Surroundings;
  readonly outer: Scope | null;
  readonly bindQuery: ExprEnv['bindQuery'];
}

/** An item of the SELECT list under its label. */
interface NamedItem {
  readonly name: string;
  readonly expr: BoundExpr;
  readonly column: BoundColumn;
}

type Orders = BoundQuery['orderBy'];

/** The environment of expressions of a block, before a clause says more. */
export function blockEnv(block: BlockEnv, from: FromScope, clause: Clause): ExprEnv {
  return {
    context: block.context,
    surroundings: block.surroundings,
    scope: { from, outer: block.outer },
    clause,
    aggregates: false,
    windows: null,
    alias: () => undefined,
    aliasFirst: false,
    columns: true,
    insertValue: null,
    bind: bindExpr,
    bindQuery: block.bindQuery,
  };
}

function describe(name: string, expr: BoundExpr, scope: Scope): BoundColumn {
  const base = { name, type: expr.type, nullable: isNullable(expr) };
  const column = expr.kind === 'column' ? columnOf(scope, expr) : undefined;
  return column?.origin === undefined ? base : { ...base, origin: column.origin };
}

function wildcard(item: Extract<SelectItem, { kind: 'wildcard' }>, env: ExprEnv): NamedItem[] {
  const { from } = env.scope;
  const { table } = item;
  if (from.relations.length === 0) throw new GatewayError('NO_TABLES_USED', 'No tables used');
  const named = table === null ? null : relationsNamed(from, table, item.database);
  if (named !== null && named.length === 0) {
    const shown = item.database === null ? table : `${item.database}.${table}`;
    throw new GatewayError('UNKNOWN_TABLE_DROP', `Unknown table '${shown}'`);
  }
  const visible: readonly VisibleColumn[] =
    named === null
      ? from.visible
      : named.flatMap((relation) =>
          relation.columns.map((column, index) => ({ name: column.name, relation, index })),
        );
  return visible.filter(isShown).map(({ name, relation, index }) => {
    relation.read?.add(everyColumn);
    const expr = columnRef(relation, index);
    return { name, expr, column: describe(name, expr, env.scope) };
  });
}

/** In information_schema MySQL 8 names columns as they are defined, not as typed: its tables are views. */
function definedLabel(expr: BoundExpr, typed: string, scope: Scope): string {
  const column = expr.kind === 'column' ? columnOf(scope, expr) : undefined;
  const { origin } = column ?? {};
  const defined = origin?.database === 'information_schema' && origin.originalTable !== 'PROCESSLIST';
  return column !== undefined && defined ? column.name : typed;
}

function bindItems(select: Select, env: ExprEnv): NamedItem[] {
  return select.items.flatMap((item) => {
    if (item.kind === 'wildcard') return wildcard(item, env);
    const expr = env.bind(item.expr, env);
    const typed = itemLabel(item, env);
    const plain = item.alias === null && item.expr.kind === 'column';
    const name = plain ? definedLabel(expr, typed, env.scope) : typed;
    return [{ name, expr, column: describe(name, expr, env.scope) }];
  });
}

/** The item that an alias names; error 1052 when two different ones have it. */
function itemNamed(items: readonly NamedItem[], name: ColumnName, env: ExprEnv): number {
  const index = items.findIndex((item) => sameName(item.name, name.name));
  if (index < 0) return -1;
  const other = items.findIndex((item, at) => at > index && sameName(item.name, name.name));
  if (other >= 0 && !sameExpr(items[index]!.expr, items[other]!.expr, env.context)) {
    throw new GatewayError('NON_UNIQUE_COLUMN', `Column '${name.name}' in ${env.clause} is ambiguous`);
  }
  return index;
}

/** The number of an ordinal (`ORDER BY 2`), which becomes part of the plan's key. */
function ordinalOf(expr: Expr, env: ExprEnv, count: number): number | undefined {
  if (expr.kind !== 'literal' || expr.literal.type !== 'integer') return undefined;
  if (expr.parameter !== null && env.surroundings.views.length === 0)
    env.context.lookedAt.add(expr.parameter);
  const position = Number(expr.literal.value);
  if (position >= 1 && position <= count) return position - 1;
  throw unknownColumn({ database: null, table: null, name: String(expr.literal.value) }, env.clause);
}

// ---- GROUP BY, HAVING -----------------------------------------------------------------------------

function bindGroupBy(select: Select, items: readonly NamedItem[], env: ExprEnv): BoundExpr[] {
  if (select.groupBy === null) return [];
  const groupEnv: ExprEnv = {
    ...env,
    clause: 'group statement',
    aggregates: false,
    windows: null,
    alias: (name, inner) => {
      const index = name.table === null ? itemNamed(items, name, inner) : -1;
      return index < 0 ? undefined : items[index]!.expr;
    },
  };
  return select.groupBy.items.map((expr) => {
    const ordinal = ordinalOf(expr, groupEnv, items.length);
    const bound = ordinal === undefined ? env.bind(expr, groupEnv) : items[ordinal]!.expr;
    if (hasAggregate(bound)) {
      const shown = expr.kind === 'column' ? expr.name : String((ordinal ?? 0) + 1);
      throw new GatewayError('WRONG_GROUP_FIELD', `Can't group on '${shown}'`);
    }
    return sortedBy(bound);
  });
}

/** HAVING sees the grouping columns and the SELECT list; columns of FROM only within aggregates. */
function bindHaving(
  select: Select,
  items: readonly NamedItem[],
  groupBy: readonly BoundExpr[],
  env: ExprEnv,
): BoundExpr | null {
  if (select.having === null) return null;
  const alias: ExprEnv['alias'] = (name, inner) => {
    const column = resolveIn(env.scope.from, name, 'having clause');
    const ref = column === undefined ? undefined : columnRef(column.relation, column.index);
    if (ref !== undefined && groupBy.some((expr) => sameExpr(expr, ref, env.context))) return ref;
    const index = name.table === null ? itemNamed(items, name, inner) : -1;
    if (index >= 0) return items[index]!.expr;
    if (ref !== undefined && items.some((item) => sameExpr(item.expr, ref, env.context))) return ref;
    return undefined;
  };
  const having: ExprEnv = {
    ...env,
    clause: 'having clause',
    aggregates: true,
    windows: null,
    alias,
    aliasFirst: true,
    columns: false,
  };
  return asCondition(env.bind(select.having, having));
}

// ---- ORDER BY -------------------------------------------------------------------------------------

/** ORDER BY: names are asked of the SELECT list first, names within expressions of FROM first. */
function bindOrderBy(
  { distinct: isDistinct }: Select,
  orders: readonly OrderItem[],
  items: readonly NamedItem[],
  env: ExprEnv,
): Orders {
  const orderEnv: ExprEnv = {
    ...env,
    clause: 'order clause',
    alias: (name, inner) => {
      const index = name.table === null ? itemNamed(items, name, inner) : -1;
      return index < 0 ? undefined : items[index]!.expr;
    },
  };
  const orderBy = (index: number, descending: boolean): Orders[number] => {
    const { expr } = items[index]!;
    // DISTINCT allows nothing but its columns, which the printer sorts by their collation.
    const sorted = isDistinct ? expr : sortedBy(expr);
    return sorted === expr ? { outputColumn: index, descending } : { expr: sorted, descending };
  };
  return orders.flatMap(({ expr, descending }): Orders => {
    const ordinal = ordinalOf(expr, orderEnv, items.length);
    if (ordinal !== undefined) return [orderBy(ordinal, descending)];
    if (expr.kind === 'column' && expr.table === null) {
      const index = itemNamed(items, expr, orderEnv);
      if (index >= 0) return [orderBy(index, descending)];
    }
    const bound = env.bind(expr, orderEnv);
    const index = items.findIndex((item) => sameExpr(item.expr, bound, env.context));
    return [index >= 0 ? orderBy(index, descending) : { expr: sortedBy(bound), descending }];
  });
}

/** DISTINCT keeps no row to order by anything but its columns. Error 3065. */
function checkDistinctOrder(orders: Orders, env: ExprEnv): void {
  for (const [index, order] of orders.entries()) {
    if (!('expr' in order) || !some(order.expr, (each) => each.kind === 'column')) continue;
    throw new GatewayError(
      'ORDER_BY_NOT_SELECTED',
      `Expression #${index + 1} of ORDER BY clause is not in SELECT list, references column which is not in SELECT list; ` +
        (env.context.facts.sqlMode.has('ONLY_FULL_GROUP_BY')
          ? 'this is incompatible with DISTINCT'
          : 'this is not supported with DISTINCT'),
    );
  }
}

// ---- SELECT ---------------------------------------------------------------------------------------

interface Parts {
  readonly select: BoundSelect;
  readonly orderBy: Orders;
}

/** Aggregates or GROUP BY make groups; then everything else must be decided by the group. */
function groupParts(parts: Parts, env: ExprEnv): Parts {
  const { select, orderBy } = parts;
  const orderExprs = orderBy.flatMap((order) => ('expr' in order ? [order.expr] : []));
  const everything = [...select.items, ...orderExprs, ...(select.having === null ? [] : [select.having])];
  if (select.groupBy.length === 0 && !everything.some(hasAggregate)) return filterByHaving(parts);
  const { inGroup } = grouping(select, env.scope, env.context);
  return {
    select: {
      ...select,
      items: select.items.map((item, index) => inGroup(item, 'SELECT list', index + 1)),
      having: select.having === null ? null : inGroup(select.having, 'HAVING clause', 1),
    },
    orderBy: orderBy.map((order, index) =>
      'expr' in order ? { ...order, expr: inGroup(order.expr, 'ORDER BY clause', index + 1) } : order,
    ),
  };
}

/** Without groups HAVING is a filter of rows that may name the SELECT list. */
function filterByHaving(parts: Parts): Parts {
  const { select } = parts;
  if (select.having === null) return parts;
  if (some(select.having, (each) => each.kind === 'window'))
    throw notSupported('HAVING with window functions');
  const terms = select.where === null ? [select.having] : [select.where, select.having];
  return { ...parts, select: { ...select, having: null, where: conjunction(terms) } };
}

function bindFromClause(
  select: Select,
  block: BlockEnv,
): { readonly from: BoundFrom | null; readonly scope: FromScope } {
  if (select.from === null) return { from: null, scope: emptyFrom };
  return bindFromItem(select.from, blockEnv(block, emptyFrom, 'on clause'));
}

/** A SELECT with its ORDER BY; LIMIT and CTEs are the caller's. */
export function bindSelect(
  select: Select,
  orders: readonly OrderItem[],
  block: BlockEnv,
): { readonly query: BoundQuery; readonly scope: Scope } {
  if (select.calcFoundRows)
    throw notSupported('SQL_CALC_FOUND_ROWS in a query that is not the whole statement');
  const { from, scope } = bindFromClause(select, block);
  const env = blockEnv(block, scope, 'field list');
  const where =
    select.where === null ? null : asCondition(bindExpr(select.where, { ...env, clause: 'where clause' }));
  const listEnv: ExprEnv = { ...env, aggregates: true, windows: select.windows };
  const items = bindItems(select, listEnv);
  const groupBy = bindGroupBy(select, items, env);
  const having = bindHaving(select, items, groupBy, env);
  const orderBy = bindOrderBy(select, orders, items, listEnv);
  const parts = groupParts(
    {
      select: {
        kind: 'select',
        distinct: select.distinct,
        from,
        where,
        groupBy,
        rollup: select.groupBy?.rollup ?? false,
        having,
        items: items.map((item) => item.expr),
      },
      orderBy,
    },
    env,
  );
  if (select.distinct) checkDistinctOrder(parts.orderBy, env);
  const rollup = parts.select.rollup;
  const columns = items.map((item) => (rollup ? { ...item.column, nullable: true } : item.column));
  const query = { ctes: [], body: parts.select, columns, orderBy: parts.orderBy, limit: null, offset: null };
  return { query, scope: env.scope };
}
