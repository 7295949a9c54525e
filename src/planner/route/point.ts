/** The point route: every table found by its whole key. */
import type { TableDef } from '../../catalog/schema.ts';
import { keyColumns } from '../../types/key-codec.ts';
import type { BoundExpr, BoundFrom, BoundQuery, BoundSelect, RelationId } from '../bound.ts';
import { canEvaluate } from '../evaluator/compile.ts';
import { conjunction, conjunctsOf, isVolatile, some } from '../expr-tools.ts';
import type { PointLookup, PointPlan } from '../plan.ts';
import { type KeyTerm, type Known, keyTerms, readsOnly } from './keys.ts';

type TableFrom = Extract<BoundFrom, { kind: 'table' }>;

/** Either a plan or why there is none. */
export type Attempt<T> = { readonly plan: T } | { readonly reason: string };

interface Leaf {
  readonly from: TableFrom;
  readonly join: 'inner' | 'left';
  /** Of a left join: its ON. Inner conditions go to the pool. */
  readonly on: readonly BoundExpr[];
}

/** Combinations of IN lists beyond this are faster scanned. */
const mostLookups = 10_000;

const nameOf = (table: TableDef): string => table.name;

/** Why a table's current rows are not in the online tier, or undefined when they are. */
export function offlineReason(from: TableFrom, wholeKey = false): string | undefined {
  const { table } = from;
  if (from.asOf !== null) return `${nameOf(table)} is read AS OF a point`;
  if (!table.online) return `${nameOf(table)} has ONLINE = OFF`;
  if (from.eventTime?.at) return `${nameOf(table)} is read as of an event time`;
  if (table.eventTime !== undefined && from.eventTime === null && !wholeKey) {
    return `${nameOf(table)} has an EVENT_TIME: online stands only the newest row of each entity`;
  }
  return undefined;
}

/**
 * The columns that a lookup's key has: the primary key, or the entity's for FOR EVENT_TIME LATEST. A whole key of a
 * table with EVENT_TIME finds its row online when that is the entity's newest; else the executor scans.
 */
export function onlineKey({ table, eventTime }: TableFrom): readonly number[] {
  return eventTime === null
    ? keyColumns(table)
    : keyColumns(table).filter((column) => column !== table.eventTime);
}

/** Flattens joins of tables into leaves in their order and a pool of conditions that hold for every row. */
function flatten(from: BoundFrom, pool: BoundExpr[], leaves: Leaf[]): string | undefined {
  switch (from.kind) {
    case 'table':
      leaves.push({ from, join: 'inner', on: [] });
      return offlineReason(from, true);
    case 'join': {
      const problem = flatten(from.left, pool, leaves);
      if (problem !== undefined) return problem;
      if (from.join === 'left') {
        if (from.right.kind !== 'table') return 'the right side of a LEFT JOIN is not a table';
        leaves.push({ from: from.right, join: 'left', on: conjunctsOf(from.on) });
        return offlineReason(from.right, true);
      }
      if (from.join === 'right') return 'RIGHT JOIN';
      pool.push(...conjunctsOf(from.on));
      return flatten(from.right, pool, leaves);
    }
    case 'derived':
      return from.view === undefined
        ? 'a derived table'
        : `the view ${from.view} is more than rows and columns of tables`;
    case 'jsonTable':
      return 'JSON_TABLE';
    case 'cte':
      return 'a common table expression';
    case 'changes':
      return `CHANGES of ${from.table.name}`;
    case 'external':
      return `${from.table.name} is an external table`;
    case 'metadata':
      return `${from.database}.${from.name} is a metadata table`;
    case 'asofJoin':
      return 'an ASOF join';
  }
}

/** Why a SELECT's form keeps it from being answered row by row, or undefined. */
export function formReason(query: BoundQuery, select: BoundSelect): string | undefined {
  if (query.ctes.length > 0) return 'a common table expression';
  if (select.groupBy.length > 0) return 'GROUP BY';
  const outputs = [
    ...select.items,
    ...query.orderBy.flatMap((order) => ('expr' in order ? [order.expr] : [])),
  ];
  if (outputs.some((expr) => some(expr, (each) => each.kind === 'aggregate'))) return 'an aggregate';
  if (select.having !== null) return 'HAVING';
  return undefined;
}

/** The first expression that JavaScript does not evaluate, as a reason. */
export function evaluationReason(exprs: readonly (BoundExpr | null)[]): string | undefined {
  for (const expr of exprs) {
    if (expr === null) continue;
    if (isVolatile(expr)) return 'a function that gives another value at every call';
    const possible = canEvaluate(expr);
    if (possible !== true) return `${possible} is not evaluated on the point route`;
  }
  return undefined;
}

interface Placed {
  readonly lookup: PointLookup;
  readonly used: readonly BoundExpr[];
}

function lookupOf(leaf: Leaf, terms: readonly KeyTerm[], residual: BoundExpr | null): Placed {
  return {
    lookup: {
      relation: leaf.from.relation,
      table: leaf.from.table,
      key: terms.map((term) => term.values[0]!),
      alternatives: terms.flatMap((term, part) =>
        term.values.length > 1 ? [{ part, values: term.values }] : [],
      ),
      join: leaf.join,
      residual,
    },
    used: terms.flatMap((term) => (term.whole ? [term.conjunct] : [])),
  };
}

function missingReason(table: TableDef, column: number): string {
  const name = table.columns[column]!.name;
  const what = table.eventTime === undefined ? 'primary key' : 'entity key';
  return `no equality fixes ${what} column ${name} of ${table.name}`;
}

/** Puts the tables into an order in which each one's key is known, or says which key is not. */
function order(
  leaves: readonly Leaf[],
  pool: readonly BoundExpr[],
): Attempt<{ lookups: PointLookup[]; used: Set<BoundExpr> }> {
  const waiting = [...leaves];
  const known = new Set<RelationId>();
  const lookups: PointLookup[] = [];
  const used = new Set<BoundExpr>();
  let reason = '';
  while (waiting.length > 0) {
    const at = waiting.findIndex((leaf) => {
      const placed = place(leaf, pool, known);
      if ('reason' in placed) {
        if (reason === '') ({ reason } = placed);
        return false;
      }
      lookups.push(placed.plan.lookup);
      for (const conjunct of placed.plan.used) if (leaf.join === 'inner') used.add(conjunct);
      return true;
    });
    if (at < 0) return { reason };
    known.add(waiting[at]!.from.relation);
    waiting.splice(at, 1);
    reason = '';
  }
  return { plan: { lookups, used } };
}

function place(leaf: Leaf, pool: readonly BoundExpr[], known: Known): Attempt<Placed> {
  const { relation, table } = leaf.from;
  const terms = leaf.join === 'left' ? leaf.on : pool;
  if (leaf.join === 'left') {
    const visible = new Set([...known, relation]);
    if (!leaf.on.every((term) => readsOnly(term, visible)))
      return { reason: `the ON of ${table.name} waits for other tables` };
  }
  const key = keyTerms(terms, relation, table, onlineKey(leaf.from), known);
  if ('missing' in key) {
    const isEvents = table.eventTime !== undefined && leaf.from.eventTime === null;
    return { reason: isEvents ? offlineReason(leaf.from)! : missingReason(table, key.missing) };
  }
  if (leaf.join === 'left' && key.terms.some((term) => term.values.length > 1)) {
    return { reason: `an IN list in the ON of ${table.name}` };
  }
  const consumed = new Set(key.terms.map((term) => term.conjunct));
  const residual = leaf.join === 'left' ? conjunction(leaf.on.filter((term) => !consumed.has(term))) : null;
  return { plan: lookupOf(leaf, key.terms, residual) };
}

function combinations(lookups: readonly PointLookup[]): number {
  return lookups
    .flatMap((lookup) => lookup.alternatives.map(({ values }) => values.length))
    .reduce((product, count) => product * count, 1);
}

/** `all primary key columns of users, orders are fixed by = or IN`. */
function pointReason(lookups: readonly PointLookup[]): string {
  const tables = lookups.map(({ table }) => table.name).join(', ');
  const keys = lookups.some(({ table }) => table.eventTime !== undefined)
    ? 'key columns'
    : 'primary key columns';
  const how = lookups.some(({ alternatives }) => alternatives.length > 0) ? '= and IN' : '=';
  return `all ${keys} of ${tables} are fixed by ${how}`;
}

export function planPoint(query: BoundQuery, select: BoundSelect): Attempt<PointPlan> {
  const form = formReason(query, select);
  if (form !== undefined) return { reason: form };
  const pool = conjunctsOf(select.where);
  const leaves: Leaf[] = [];
  const problem = flatten(select.from!, pool, leaves);
  if (problem !== undefined) return { reason: problem };
  const ordered = order(leaves, pool);
  if ('reason' in ordered) return ordered;
  const { lookups, used } = ordered.plan;
  const most = combinations(lookups);
  if (most > mostLookups) return { reason: `${most} combinations of keys` };
  const single = most === 1;
  if (select.distinct && !single) return { reason: 'DISTINCT over several keys' };
  const filter = conjunction(pool.filter((term) => !used.has(term)));
  const orderBy = single ? [] : query.orderBy;
  const orders = orderBy.flatMap((each) => ('expr' in each ? [each.expr] : []));
  const problemInside = evaluationReason([
    ...lookups.flatMap((lookup) => [...lookup.key, lookup.residual]),
    ...lookups.flatMap((lookup) => lookup.alternatives.flatMap(({ values }) => values)),
    filter,
    ...select.items,
    ...orders,
    query.limit,
    query.offset,
  ]);
  if (problemInside !== undefined) return { reason: problemInside };
  return {
    plan: {
      route: 'point',
      reason: pointReason(lookups),
      query,
      lookups,
      filter,
      items: select.items,
      columns: query.columns,
      orderBy,
      limit: query.limit,
      offset: query.offset,
    },
  };
}
