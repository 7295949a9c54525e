/** Walking, rebuilding, comparing and casting bound expressions. */
import { assertNever } from '../base/assert.ts';
import { functionsByName } from '../sql/generated/functions.ts';
import { type SqlType, typeClass } from '../types/sql-type.ts';
import type { BoundExpr, BoundOrder, BoundQuery, RelationId } from './bound.ts';

/** The direct subexpressions; queries inside are not entered. */
export function childrenOf(expr: BoundExpr): readonly BoundExpr[] {
  switch (expr.kind) {
    case 'literal':
    case 'parameter':
    case 'context':
    case 'column':
    case 'scalarSubquery':
    case 'exists':
      return [];
    case 'call':
      return expr.args;
    case 'cast':
      return [expr.arg];
    case 'case':
      return [
        ...expr.whens.flatMap(({ when, then }) => [when, then]),
        ...(expr.else === null ? [] : [expr.else]),
      ];
    case 'aggregate':
      return [...expr.args, ...expr.orderBy.map((order) => order.expr)];
    case 'window':
      return [
        ...expr.args,
        ...expr.partitionBy,
        ...expr.orderBy.map((order) => order.expr),
        ...frameOffsets(expr),
      ];
    case 'inSubquery':
      return expr.needles;
    case 'quantified':
      return [expr.left];
    default:
      return assertNever(expr);
  }
}

function frameOffsets(expr: Extract<BoundExpr, { kind: 'window' }>): BoundExpr[] {
  if (expr.frame === undefined) return [];
  return [expr.frame.start, expr.frame.end].flatMap((bound) => ('offset' in bound ? [bound.offset] : []));
}

/** The query inside an expression, if it has one. */
export function queryOf(expr: BoundExpr): BoundQuery | undefined {
  return 'query' in expr ? expr.query : undefined;
}

/** Visits an expression and its subexpressions, outermost first, without entering queries. */
export function walk(expr: BoundExpr, visit: (expr: BoundExpr) => void): void {
  visit(expr);
  for (const child of childrenOf(expr)) walk(child, visit);
}

/** Whether any subexpression (queries not entered) satisfies the test. */
export function some(expr: BoundExpr, test: (expr: BoundExpr) => boolean): boolean {
  return test(expr) || childrenOf(expr).some((child) => some(child, test));
}

const mapOrder = (orders: readonly BoundOrder[], map: (expr: BoundExpr) => BoundExpr): BoundOrder[] =>
  orders.map((order) => ({ ...order, expr: map(order.expr) }));

/** The same node over mapped subexpressions; queries inside are not entered. */
export function mapChildren(expr: BoundExpr, map: (expr: BoundExpr) => BoundExpr): BoundExpr {
  switch (expr.kind) {
    case 'literal':
    case 'parameter':
    case 'context':
    case 'column':
    case 'scalarSubquery':
    case 'exists':
      return expr;
    case 'call':
      return { ...expr, args: expr.args.map(map) };
    case 'cast':
      return { ...expr, arg: map(expr.arg) };
    case 'case':
      return {
        ...expr,
        whens: expr.whens.map((branch) => whenThen(map(branch.when), map(branch.then))),
        else: expr.else === null ? null : map(expr.else),
      };
    case 'aggregate':
      return { ...expr, args: expr.args.map(map), orderBy: mapOrder(expr.orderBy, map) };
    case 'window':
      return {
        ...expr,
        args: expr.args.map(map),
        partitionBy: expr.partitionBy.map(map),
        orderBy: mapOrder(expr.orderBy, map),
      };
    case 'inSubquery':
      return { ...expr, needles: expr.needles.map(map) };
    case 'quantified':
      return { ...expr, left: map(expr.left) };
    default:
      return assertNever(expr);
  }
}

/** A branch of CASE. */
export function whenThen(
  when: BoundExpr,
  value: BoundExpr,
): { readonly when: BoundExpr; readonly then: BoundExpr } {
  // biome-ignore lint/suspicious/noThenProperty: the node is data and is never awaited
  return { when, then: value };
}

/** Replaces from the outside in: where `replace` gives an expression, it stands and is not entered. */
export function replaceExpr(expr: BoundExpr, replace: (expr: BoundExpr) => BoundExpr | undefined): BoundExpr {
  return replace(expr) ?? mapChildren(expr, (child) => replaceExpr(child, replace));
}

/** Whether evaluating twice may give two values, or has an effect. */
export function isVolatile(expr: BoundExpr): boolean {
  return some(expr, (each) => each.kind === 'call' && functionsByName.get(each.name)?.volatile === true);
}

export function isNullable(expr: BoundExpr): boolean {
  switch (expr.kind) {
    case 'literal':
      return expr.value === null;
    case 'parameter':
      return expr.type.kind === 'null';
    case 'context':
      return !/^(now|utc_now|user|current_user|version|connection_id|last_insert_id|row_count|found_rows|unix_timestamp)$/.test(
        expr.name,
      );
    case 'column':
    case 'call':
      return expr.nullable;
    case 'cast':
      return isNullable(expr.arg) || castMayFail(expr.arg.type, expr.type);
    case 'case':
      return expr.else === null || isNullable(expr.else) || expr.whens.some(({ then }) => isNullable(then));
    case 'aggregate':
      return expr.name !== 'COUNT' && !expr.name.startsWith('BIT_') && expr.name !== 'GROUPING';
    case 'window':
      return !/^(COUNT|ROW_NUMBER|RANK|DENSE_RANK|NTILE|PERCENT_RANK|CUME_DIST|BIT_AND|BIT_OR|BIT_XOR)$/.test(
        expr.name,
      );
    case 'exists':
      return false;
    case 'scalarSubquery':
    case 'quantified':
    case 'inSubquery':
      return true;
    default:
      return assertNever(expr);
  }
}

const castMayFail = (from: SqlType, to: SqlType): boolean =>
  (typeClass(to) === 'temporal' && typeClass(from) !== 'temporal') || typeClass(to) === 'json';

/** Whether a value of `from` must be converted to have the form of `to` (src/types/value.ts). */
export function needsCast(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'null') return false;
  const [a, b] = [typeClass(from), typeClass(to)];
  if (a !== b) return true;
  switch (a) {
    case 'integer':
      if (from.kind === to.kind)
        return 'unsigned' in from && 'unsigned' in to && from.unsigned !== to.unsigned;
      return (
        (from.kind === 'bigint') !== (to.kind === 'bigint') || to.kind === 'year' || from.kind === 'year'
      );
    case 'decimal':
      return 'scale' in from && 'scale' in to && from.scale !== to.scale;
    case 'temporal':
      return from.kind !== to.kind || ('fsp' in from && 'fsp' in to && from.fsp > to.fsp);
    default:
      return false;
  }
}

/** The expression in the form of `type`, with an implicit cast where that takes one. */
export function castTo(expr: BoundExpr, type: SqlType): BoundExpr {
  if (!needsCast(expr.type, type) || type.kind === 'null') return expr;
  return { kind: 'cast', arg: expr, type, implicit: true };
}

/** A literal, a parameter, a value of the session, or made of such only. */
export function isConstant(expr: BoundExpr): boolean {
  return (
    !some(
      expr,
      (each) =>
        each.kind === 'column' ||
        each.kind === 'aggregate' ||
        each.kind === 'window' ||
        queryOf(each) !== undefined,
    ) && !isVolatile(expr)
  );
}

/** The conjuncts of a condition, AND flattened. */
export function conjunctsOf(expr: BoundExpr | null): BoundExpr[] {
  if (expr === null) return [];
  return expr.kind === 'call' && expr.name === 'AND' ? expr.args.flatMap(conjunctsOf) : [expr];
}

/** The conjunction of conditions; null for none. */
export function conjunction(terms: readonly BoundExpr[]): BoundExpr | null {
  if (terms.length <= 1) return terms[0] ?? null;
  return {
    kind: 'call',
    name: 'AND',
    args: terms,
    type:
      terms[0]!.type.kind === 'bigint'
        ? terms[0]!.type
        : { kind: 'bigint', unsigned: false, displayWidth: 1 },
    nullable: terms.some(isNullable),
  };
}

/** Relations whose columns an expression reads, queries inside included. */
export function relationsOf(expr: BoundExpr, found = new Set<RelationId>()): Set<RelationId> {
  walk(expr, (each) => {
    if (each.kind === 'column') found.add(each.relation);
    const query = queryOf(each);
    if (query !== undefined) forEachExpr(query, (inner) => relationsOf(inner, found));
  });
  return found;
}

/** Visits every top-level expression of a query and of the queries inside FROM and CTEs. */
export function forEachExpr(query: BoundQuery, visit: (expr: BoundExpr) => void): void {
  for (const cte of query.ctes) forEachExpr(cte.query, visit);
  const { body } = query;
  switch (body.kind) {
    case 'select':
      if (body.from !== null) forEachFromExpr(body.from, visit);
      for (const expr of [...body.items, ...body.groupBy]) visit(expr);
      if (body.where !== null) visit(body.where);
      if (body.having !== null) visit(body.having);
      break;
    case 'setOperation':
      forEachExpr(body.left, visit);
      forEachExpr(body.right, visit);
      break;
    case 'values':
      for (const row of body.rows) row.forEach(visit);
      break;
    default:
      assertNever(body);
  }
  for (const order of query.orderBy) if ('expr' in order) visit(order.expr);
  if (query.limit !== null) visit(query.limit);
  if (query.offset !== null) visit(query.offset);
}

type From = NonNullable<Extract<BoundQuery['body'], { kind: 'select' }>['from']>;

/** Visits the expressions of a FROM clause: ON conditions, points, derived tables. */
export function forEachFromExpr(from: From, visit: (expr: BoundExpr) => void): void {
  switch (from.kind) {
    case 'table':
      if (from.asOf !== null) visit(from.asOf.at);
      if (from.eventTime?.at) visit(from.eventTime.at);
      from.filters.forEach(visit);
      break;
    case 'changes':
      visit(from.from.at);
      if (from.until !== null) visit(from.until.at);
      from.filters.forEach(visit);
      break;
    case 'external':
      from.filters.forEach(visit);
      if (from.limit !== null) visit(from.limit);
      break;
    case 'derived':
      forEachExpr(from.query, visit);
      break;
    case 'jsonTable':
      visit(from.document);
      break;
    case 'metadata':
    case 'cte':
      break;
    case 'join':
      forEachFromExpr(from.left, visit);
      forEachFromExpr(from.right, visit);
      if (from.on !== null) visit(from.on);
      break;
    case 'asofJoin':
      forEachFromExpr(from.left, visit);
      forEachFromExpr(from.right, visit);
      for (const { left, right } of [...from.equalities, from.inequality]) {
        visit(left);
        visit(right);
      }
      break;
    default:
      assertNever(from);
  }
}

/** Equal texts for equal expressions of one statement; parameters are equal by number. */
export function exprKey(expr: BoundExpr): string {
  return JSON.stringify(expr, (_key, value: unknown) =>
    typeof value === 'bigint'
      ? `${value}n`
      : value instanceof Uint8Array
        ? Buffer.from(value).toString('hex')
        : value,
  );
}
