/** FROM: tables, derived tables and joins, and the names that they bring into scope. */
import { assertNever } from '../../base/assert.ts';
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { DerivedFrom, FromItem, JoinFrom } from '../../sql/ast.ts';
import type { BoundExpr } from '../bound.ts';
import { conjunction, conjunctsOf, forEachFromExpr, relationsOf } from '../expr-tools.ts';
import {
  columnRef,
  emptyFrom,
  type FromScope,
  isShown,
  resolveIn,
  type Scope,
  type ScopeRelation,
  sameName,
  unknownColumn,
  type VisibleColumn,
} from '../scope.ts';
import { asCondition, comparePair } from './arguments.ts';
import { asofConditions } from './asof.ts';
import { callOf } from './call.ts';
import { byCollation } from './collation.ts';
import type { ExprEnv } from './env.ts';
import { namedColumns } from './from-columns.ts';
import { bindJsonTable } from './json-table.ts';
import { aliased, bindTable, type FromResult, relationScope } from './table.ts';

function bindDerived(item: DerivedFrom, env: ExprEnv, before: FromScope): FromResult {
  if (item.alias === null) {
    throw new GatewayError('DERIVED_TABLE_ALIAS', 'Every derived table must have its own alias');
  }
  const { alias } = item;
  const outer: Scope | null = item.lateral ? { from: before, outer: env.scope.outer } : env.scope.outer;
  const query = env.bindQuery(item.query, env.surroundings, outer, env.context);
  const columns = namedColumns(query.columns, item.columns).map((column) => aliased(column, alias));
  const relation: ScopeRelation = {
    id: env.context.newRelation(),
    alias,
    database: undefined,
    columns,
    versioned: false,
    optional: false,
  };
  return {
    from: { kind: 'derived', relation: relation.id, query: { ...query, columns }, lateral: item.lateral },
    scope: relationScope(relation),
  };
}

/** Two FROM items beside each other. Error 1066 for a name that both bring. */
function joined(left: FromScope, right: FromScope, visible: readonly VisibleColumn[]): FromScope {
  for (const relation of right.relations) {
    const twin = left.relations.find(
      ({ alias, database }) => alias === relation.alias && database === relation.database,
    );
    if (twin !== undefined) {
      throw new GatewayError('NON_UNIQUE_TABLE', `Not unique table/alias: '${relation.alias}'`);
    }
  }
  return { relations: [...left.relations, ...right.relations], visible };
}

function commonNames(left: FromScope, right: FromScope): string[] {
  const shown = right.visible.filter(isShown);
  return left.visible
    .filter((column) => isShown(column) && shown.some((other) => sameName(column.name, other.name)))
    .map((column) => column.name);
}

/** USING and NATURAL: equal columns, shown once and before the others. */
function mergedColumns(
  item: JoinFrom,
  names: readonly string[],
  left: FromScope,
  right: FromScope,
  env: ExprEnv,
): { readonly visible: VisibleColumn[]; readonly equalities: BoundExpr[] } {
  const pairs = names.map((name) => {
    const column = { database: null, table: null, name };
    const [a, b] = [resolveIn(left, column, 'on clause'), resolveIn(right, column, 'on clause')];
    if (a === undefined || b === undefined) throw unknownColumn(column, 'on clause');
    return { name, a, b };
  });
  // The side whose rows are all kept gives the value, and comes first.
  const [first, second] = item.join === 'right' ? [right, left] : [left, right];
  const merged = pairs.map(({ a, b }): VisibleColumn => {
    const kept = item.join === 'right' ? b : a;
    return { name: kept.relation.columns[kept.index]!.name, ...kept };
  });
  const isMerged = (column: VisibleColumn): boolean => names.some((name) => sameName(name, column.name));
  const rest = [...first.visible, ...second.visible].filter((column) => !isMerged(column));
  const equalities = pairs.map(({ a, b }) =>
    callOf(
      env.context,
      '=',
      byCollation(
        comparePair(env.context, columnRef(a.relation, a.index), columnRef(b.relation, b.index)),
        '=',
      ),
    ),
  );
  return { visible: [...merged, ...rest], equalities };
}

function markOptional(scope: FromScope): void {
  for (const relation of scope.relations) relation.optional = true;
}

/** The rows that RIGHT JOIN keeps cannot depend on those that it may not have. Error 3668. */
function requireIndependent(right: FromResult, left: FromScope): void {
  const own = new Set(left.relations.map(({ id }) => id));
  forEachFromExpr(right.from, (expr) => {
    if (![...relationsOf(expr)].some((id) => own.has(id))) return;
    const { alias } = right.scope.relations[0]!;
    throw new GatewayError(
      'LATERAL_JOIN_TYPE',
      `INNER or LEFT JOIN must be used for LATERAL references made by '${alias}'`,
    );
  });
}

function bindJoin(item: JoinFrom, env: ExprEnv, before: FromScope): FromResult {
  const left = bindFromItem(item.left, env, before);
  const leftAndBefore: FromScope = {
    relations: [...before.relations, ...left.scope.relations],
    visible: [...before.visible, ...left.scope.visible],
  };
  const right = bindFromItem(item.right, env, leftAndBefore);
  if (item.join === 'right') requireIndependent(right, left.scope);
  if (item.join === 'left') markOptional(right.scope);
  if (item.join === 'right') markOptional(left.scope);
  const names = item.natural ? commonNames(left.scope, right.scope) : item.using;
  const merged = names === null ? null : mergedColumns(item, names, left.scope, right.scope, env);
  const visible = merged?.visible ?? [...left.scope.visible, ...right.scope.visible];
  const scope = joined(left.scope, right.scope, visible);
  const onEnv: ExprEnv = {
    ...env,
    scope: { from: scope, outer: env.scope.outer },
    clause: 'on clause',
    aggregates: false,
    windows: null,
  };
  const terms = merged?.equalities ?? [];
  if (item.on !== null) terms.push(asCondition(env.bind(item.on, onEnv)));
  const on = conjunction(terms.flatMap(conjunctsOf));
  if (item.asof) {
    if (item.join !== 'inner' && item.join !== 'left')
      throw notSupported(`ASOF ${item.join.toUpperCase()} JOIN`);
    const conditions = asofConditions(on, left.scope, right.scope);
    return {
      from: { kind: 'asofJoin', join: item.join, left: left.from, right: right.from, ...conditions },
      scope,
    };
  }
  const join = item.join === 'inner' && on === null ? 'cross' : item.join;
  if (on === null && (join === 'left' || join === 'right')) {
    // NATURAL without a common column: every row matches.
    const always: BoundExpr = { kind: 'literal', value: 1n, type: { kind: 'bigint', unsigned: false } };
    return { from: { kind: 'join', join, left: left.from, right: right.from, on: always }, scope };
  }
  return {
    from: {
      kind: 'join',
      join: on === null ? 'cross' : join === 'cross' ? 'inner' : join,
      left: left.from,
      right: right.from,
      on,
    },
    scope,
  };
}

/** A FROM item; `before` are the items to its left, which LATERAL sees. */
export function bindFromItem(item: FromItem, env: ExprEnv, before: FromScope = emptyFrom): FromResult {
  switch (item.kind) {
    case 'table':
      return bindTable(item, env);
    case 'derived':
      return bindDerived(item, env, before);
    case 'jsonTable':
      return bindJsonTable(item, env, before);
    case 'join':
      return bindJoin(item, env, before);
    default:
      return assertNever(item);
  }
}
