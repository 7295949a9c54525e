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

/** What a view of a single table makes of its table's rows. */
export interface OpenView {
  readonly from: Extract<BoundFrom, { kind: 'table' }>;
  /** The view's columns over the table's. */
  readonly items: readonly BoundExpr[];
  readonly where: BoundExpr | null;
}

/** The single table of a view, views below it opened too; undefined when its rows are not that table's rows. */
export function openView(derived: Derived): OpenView | undefined {
  const { query, view } = derived;
  const { body } = query;
  if (view === undefined || body.kind !== 'select' || body.from === null) return undefined;
  if (query.ctes.length > 0 || query.limit !== null || query.offset !== null) return undefined;
  if (body.distinct || body.groupBy.length > 0 || body.having !== null) return undefined;
  if (body.items.some((item) => some(item, isGrouping) || isVolatile(item))) return undefined;
  if (body.from.kind === 'table') {
    const { from, where, items } = { ...body, from: body.from };
    return from.asOf !== null || from.eventTime !== null ? undefined : { from, items, where };
  }
  if (body.from.kind !== 'derived') return undefined;
  const inner = openView(body.from);
  if (inner === undefined) return undefined;
  const { relation } = body.from;
  const through = (expr: BoundExpr): BoundExpr =>
    mapExprDeep(expr, (each) =>
      each.kind === 'column' && each.relation === relation ? inner.items[each.column] : undefined,
    );
  const terms = [inner.where, body.where === null ? null : through(body.where)].filter(
    (term) => term !== null,
  );
  return { from: inner.from, items: body.items.map(through), where: allOf(terms) };
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

function tablesOf(from: BoundFrom, found = new Map<RelationId, TableDef>()): Map<RelationId, TableDef> {
  if (from.kind === 'join' || from.kind === 'asofJoin') {
    tablesOf(from.left, found);
    tablesOf(from.right, found);
  } else if (from.kind === 'table' && from.asOf === null && from.eventTime === null) {
    found.set(from.relation, from.table);
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
  const row = (relation: ScopeRelation): WriteRelation => {
    const id = views.get(relation.id)?.from.relation ?? relation.id;
    let known = rows.get(id);
    if (known === undefined) {
      const table = tables.get(id);
      if (table === undefined) throw notUpdatable(relation.alias, verb);
      known = { table, relation: id, optional: relation.optional };
      rows.set(id, known);
    }
    return known;
  };
  return {
    from,
    scope,
    conditions: [...views.values()].flatMap(({ where }) => (where === null ? [] : [where])),
    opened,
    row,
    target(relation, index) {
      const base = row(relation);
      const view = views.get(relation.id);
      if (view === undefined) return { relation: base, column: index };
      const item = view.items[index]!;
      if (item.kind === 'column' && item.relation === base.relation && item.column >= 0)
        return { relation: base, column: item.column };
      throw new GatewayError(
        'COLUMN_NOT_UPDATABLE',
        `Column '${relation.columns[index]!.name}' is not updatable`,
      );
    },
  };
}
