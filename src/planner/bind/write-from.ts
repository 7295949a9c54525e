/** FROM of UPDATE and DELETE: joins whose tables can be changed, also through views of single tables. */
import { GatewayError } from '../../base/errors.ts';
import type { TableDef } from '../../catalog/schema.ts';
import type { FromItem } from '../../sql/ast.ts';
import type { BoundExpr, BoundFrom, RelationId } from '../bound.ts';
import { isVolatile, some } from '../expr-tools.ts';
import { mapExprDeep, mapFrom } from '../map-query.ts';
import { emptyFrom, type FromScope, type ScopeRelation } from '../scope.ts';
import { bindFromItem } from './from.ts';
import { type BlockEnv, blockEnv } from './select.ts';
import { requireWritable, type WriteVerb } from './target.ts';

/** A table whose rows can be changed. */
export interface WriteRelation {
  readonly table: TableDef;
  readonly relation: RelationId;
  /** On the inner side of an outer join: there may be no row. */
  readonly optional: boolean;
}

export interface WriteFrom {
  /** With updatable views opened: their tables stand in it. */
  readonly from: BoundFrom;
  /** As names see it. */
  readonly scope: FromScope;
  /** What opened views ask of their rows. */
  readonly conditions: readonly BoundExpr[];
  /** An expression over `scope` as one over `from`. */
  opened(expr: BoundExpr): BoundExpr;
  /** The table under a relation of the scope. Error 1288. */
  row(relation: ScopeRelation, verb: WriteVerb): WriteRelation;
  /** The table's column under a relation's column. Errors 1288, 1348. */
  target(
    relation: ScopeRelation,
    index: number,
    verb: WriteVerb,
  ): { readonly relation: WriteRelation; readonly column: number };
}

type Derived = Extract<BoundFrom, { kind: 'derived' }>;

/** What a view makes of its tables' rows, each of which stands for rows of these tables. */
export interface OpenView {
  /** Tables, and joins of tables. */
  readonly from: BoundFrom;
  /** The view's columns over the tables'. */
  readonly items: readonly BoundExpr[];
  readonly where: BoundExpr | null;
}

/** The tables of a view, views below it opened too; undefined when its rows are not those tables' rows. */
export function openView(derived: Derived): OpenView | undefined {
  const { query, view } = derived;
  const { body } = query;
  if (view === undefined || body.kind !== 'select' || body.from === null) return undefined;
  if (query.ctes.length > 0 || query.limit !== null || query.offset !== null) return undefined;
  if (body.distinct || body.groupBy.length > 0 || body.having !== null) return undefined;
  if (body.items.some((item) => some(item, isGrouping) || isVolatile(item))) return undefined;
  const views = new Map<RelationId, OpenView>();
  const opened = openAll(body.from, views, true);
  if (!isOfTables(opened)) return undefined;
  const column = (each: BoundExpr): BoundExpr | undefined =>
    each.kind === 'column' ? views.get(each.relation)?.items[each.column] : undefined;
  const through = (expr: BoundExpr): BoundExpr => (views.size === 0 ? expr : mapExprDeep(expr, column));
  const terms = [
    ...[...views.values()].map(({ where }) => where),
    body.where === null ? null : through(body.where),
  ].filter((term) => term !== null);
  return {
    from: views.size === 0 ? opened : mapFrom(opened, column),
    items: body.items.map(through),
    where: allOf(terms),
  };
}

/** Whether all that is joined are tables as they are now. */
function isOfTables(from: BoundFrom): boolean {
  if (from.kind === 'join') return isOfTables(from.left) && isOfTables(from.right);
  return from.kind === 'table' && from.asOf === null && from.eventTime === null;
}

const isGrouping = (expr: BoundExpr): boolean => expr.kind === 'aggregate' || expr.kind === 'window';

function allOf(terms: readonly BoundExpr[]): BoundExpr | null {
  if (terms.length <= 1) return terms[0] ?? null;
  return {
    kind: 'call',
    name: 'AND',
    args: terms,
    type: { kind: 'bigint', unsigned: false, displayWidth: 1 },
    nullable: true,
  };
}

function notUpdatable(name: string, verb: WriteVerb): GatewayError {
  return new GatewayError('NON_UPDATABLE_TABLE', `The target table ${name} of the ${verb} is not updatable`);
}

/** Puts tables in the place of views; not on the inner side of an outer join, where a condition means another thing. */
function openAll(from: BoundFrom, views: Map<RelationId, OpenView>, inner: boolean): BoundFrom {
  if (from.kind === 'derived' && inner) {
    const view = openView(from);
    if (view === undefined) return from;
    views.set(from.relation, view);
    return view.from;
  }
  if (from.kind !== 'join') return from;
  return {
    ...from,
    left: openAll(from.left, views, inner && from.join !== 'right'),
    right: openAll(from.right, views, inner && from.join !== 'left'),
  };
}

interface JoinedTable {
  readonly table: TableDef;
  /** On the inner side of an outer join: there may be no row. */
  readonly optional: boolean;
}

function tablesOf(
  from: BoundFrom,
  optional = false,
  found = new Map<RelationId, JoinedTable>(),
): Map<RelationId, JoinedTable> {
  if (from.kind === 'join' || from.kind === 'asofJoin') {
    tablesOf(from.left, optional || (from.kind === 'join' && from.join === 'right'), found);
    tablesOf(from.right, optional || (from.kind === 'join' && from.join === 'left'), found);
  } else if (from.kind === 'table' && from.asOf === null && from.eventTime === null) {
    found.set(from.relation, { table: from.table, optional });
  }
  return found;
}

/** The tables of a single-table statement are the catalog's, also when a CTE has the name. */
function qualified(item: FromItem, block: BlockEnv): FromItem {
  if (item.kind !== 'table' || item.name.database !== null) return item;
  const { database } = block.surroundings;
  if (database === undefined) throw new GatewayError('NO_DATABASE', 'No database selected');
  return { ...item, name: { ...item.name, database } };
}

export function bindWriteFrom(item: FromItem, verb: WriteVerb, block: BlockEnv): WriteFrom {
  requireWritable(item.kind === 'table' ? item.name : null, verb, block);
  const { from: bound, scope } = bindFromItem(
    qualified(item, block),
    blockEnv(block, emptyFrom, 'on clause'),
  );
  const views = new Map<RelationId, OpenView>();
  const replaced = openAll(bound, views, true);
  const opened = (expr: BoundExpr): BoundExpr =>
    views.size === 0
      ? expr
      : mapExprDeep(expr, (each) =>
          each.kind === 'column' ? views.get(each.relation)?.items[each.column] : undefined,
        );
  const from =
    views.size === 0
      ? replaced
      : mapFrom(replaced, (each) =>
          each.kind === 'column' ? views.get(each.relation)?.items[each.column] : undefined,
        );
  const tables = tablesOf(from);
  const rows = new Map<RelationId, WriteRelation>();
  const rowOf = (id: RelationId, optional: boolean): WriteRelation | undefined => {
    let known = rows.get(id);
    const found = tables.get(id);
    if (known === undefined && found !== undefined) {
      known = { table: found.table, relation: id, optional: optional || found.optional };
      rows.set(id, known);
    }
    return known;
  };
  const row = (relation: ScopeRelation): WriteRelation => {
    const view = views.get(relation.id);
    if (view !== undefined && view.from.kind !== 'table') throw joinView('DELETE_FROM_JOIN_VIEW', relation);
    const id = view?.from.kind === 'table' ? view.from.relation : relation.id;
    const known = rowOf(id, relation.optional);
    if (known === undefined) throw notUpdatable(relation.alias, verb);
    return known;
  };
  /** The one table of each view of several that the statement changes. */
  const changed = new Map<RelationId, RelationId>();
  return {
    from,
    scope,
    conditions: [...views.values()].flatMap(({ where }) => (where === null ? [] : [where])),
    opened,
    row,
    target(relation, index) {
      const view = views.get(relation.id);
      if (view === undefined) return { relation: row(relation), column: index };
      const item = view.items[index]!;
      const base = item.kind === 'column' ? rowOf(item.relation, relation.optional) : undefined;
      if (item.kind !== 'column' || item.column < 0 || base === undefined) {
        throw new GatewayError(
          'COLUMN_NOT_UPDATABLE',
          `Column '${relation.columns[index]!.name}' is not updatable`,
        );
      }
      if ((changed.get(relation.id) ?? item.relation) !== item.relation)
        throw joinView('CHANGE_OF_JOIN_VIEW', relation);
      changed.set(relation.id, item.relation);
      return { relation: base, column: item.column };
    },
  };
}

/** Errors 1393 and 1395 of views of several tables. */
function joinView(
  code: 'CHANGE_OF_JOIN_VIEW' | 'DELETE_FROM_JOIN_VIEW',
  { alias, database }: ScopeRelation,
): GatewayError {
  const name = database === undefined ? alias : `${database}.${alias}`;
  return new GatewayError(
    code,
    code === 'CHANGE_OF_JOIN_VIEW'
      ? `Can not modify more than one base table through a join view '${name}'`
      : `Can not delete from join view '${name}'`,
  );
}
