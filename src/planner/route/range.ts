/** The range route: neighbouring keys of one table, in key order. */
import type { TableDef } from '../../catalog/schema.ts';
import type { BoundExpr, BoundQuery, BoundSelect, RelationId } from '../bound.ts';
import { keyedByOwn } from '../collation-key.ts';
import { conjunction, conjunctsOf } from '../expr-tools.ts';
import type { RangePlan } from '../plan.ts';
import { type KeyTerm, keyTerms, rangeBounds } from './keys.ts';
import { type Attempt, evaluationReason, formReason, offlineReason } from './point.ts';

/** Equalities on the first columns of the key, as many as there are. */
function prefixTerms(terms: readonly BoundExpr[], relation: RelationId, table: TableDef): KeyTerm[] {
  const prefix: KeyTerm[] = [];
  for (const column of table.primaryKey) {
    const found = keyTerms(terms, relation, table, [column], new Set());
    if ('missing' in found || found.terms[0]!.values.length > 1) break;
    prefix.push(found.terms[0]!);
  }
  return prefix;
}

/** Whether ORDER BY is the order of keys after the prefix (or its reverse); undefined when it is neither. */
function keyOrder(
  query: BoundQuery,
  select: BoundSelect,
  rest: readonly number[],
  fixed: readonly number[],
  relation: RelationId,
): boolean | undefined {
  let descending: boolean | undefined;
  let position = 0;
  for (const order of query.orderBy) {
    const sorted = 'expr' in order ? order.expr : select.items[order.outputColumn]!;
    const expr = keyedByOwn(sorted) ?? sorted;
    if (expr.kind !== 'column' || expr.relation !== relation) return undefined;
    const at = rest.indexOf(expr.column);
    // A column that the prefix fixes, or that came before, orders nothing.
    if (fixed.includes(expr.column) || (at >= 0 && at < position)) continue;
    if (at !== position) return undefined;
    if (descending !== undefined && descending !== order.descending) return undefined;
    descending = order.descending;
    position++;
  }
  return descending ?? false;
}

function rangeReason(table: TableDef, prefix: number, bounded: boolean, limited: boolean): string {
  const names = table.primaryKey.map((column) => table.columns[column]!.name);
  if (prefix > 0) {
    const fixed = names.slice(0, prefix).join(', ');
    return `= fixes the first primary key column${prefix > 1 ? 's' : ''} (${fixed}) of ${table.name}${bounded ? `, bounds on ${names[prefix]}` : ''}`;
  }
  return bounded && !limited
    ? `bounds on the primary key column ${names[0]} of ${table.name}`
    : `the first rows of ${table.name} in the order of its primary key`;
}

export function planRange(query: BoundQuery, select: BoundSelect): Attempt<RangePlan> {
  const form = formReason(query, select);
  if (form !== undefined) return { reason: form };
  const { from } = select;
  if (from?.kind !== 'table') return { reason: 'more than one table' };
  const offline = offlineReason(from);
  if (offline !== undefined) return { reason: offline };
  const { table, relation } = from;
  if (table.eventTime !== undefined) return { reason: `${table.name} has an EVENT_TIME` };
  if (select.distinct) return { reason: 'DISTINCT' };
  const terms = conjunctsOf(select.where);
  const prefix = prefixTerms(terms, relation, table);
  const rest = table.primaryKey.slice(prefix.length);
  const bounds = rest.length === 0 ? [] : rangeBounds(terms, relation, table, rest[0]!);
  const lower = bounds.find(({ side }) => side === 'lower');
  const upper = bounds.find(({ side }) => side === 'upper');
  const bounded = lower !== undefined || upper !== undefined;
  const reverse = keyOrder(query, select, rest, table.primaryKey.slice(0, prefix.length), relation);
  if (reverse === undefined)
    return { reason: `ORDER BY is not the order of the primary key of ${table.name}` };
  const closed = lower !== undefined && upper !== undefined;
  if (prefix.length === 0 && !(query.limit !== null && (bounded || query.orderBy.length > 0)) && !closed) {
    return { reason: `no equality on the first primary key column of ${table.name}` };
  }
  const used = new Set([...prefix.map((term) => term.conjunct), lower?.conjunct, upper?.conjunct]);
  const filter = conjunction(terms.filter((term) => !used.has(term)));
  const problem = evaluationReason([
    ...prefix.map((term) => term.values[0]!),
    lower?.value ?? null,
    upper?.value ?? null,
    filter,
    ...select.items,
    query.limit,
    query.offset,
  ]);
  if (problem !== undefined) return { reason: problem };
  return {
    plan: {
      route: 'range',
      reason: rangeReason(table, prefix.length, bounded, query.limit !== null),
      query,
      relation,
      table,
      prefix: prefix.map((term) => term.values[0]!),
      lower: lower === undefined ? null : { value: lower.value, inclusive: lower.inclusive },
      upper: upper === undefined ? null : { value: upper.value, inclusive: upper.inclusive },
      reverse,
      mayBeWide: prefix.length === 0 && query.limit === null,
      filter,
      items: select.items,
      columns: query.columns,
      limit: query.limit,
      offset: query.offset,
    },
  };
}
