/** What a plan does, as session tracking tells it. */
import { leavesOf } from '../executor/leaves.ts';
import type { BoundExpr, BoundQuery } from '../planner/bound.ts';
import { forEachExpr, isVolatile } from '../planner/expr-tools.ts';
import type { QueryPlan, WritePlan } from '../planner/plan.ts';
import type { Work } from './session-tracker.ts';

function hasVolatile(query: BoundQuery): boolean {
  let found = false;
  forEachExpr(query, (expr) => {
    found ||= isVolatile(expr);
  });
  return found;
}

function workOfQuery({ query }: QueryPlan, written: ReadonlySet<number>): Omit<Work, 'resultSet'> {
  const tables = leavesOf(query).flatMap((leaf) =>
    'table' in leaf && 'id' in leaf.table ? [leaf.table.id] : [],
  );
  return {
    reads: tables.some((id) => !written.has(id)),
    writes: written.size > 0,
    unsafe: hasVolatile(query) || (written.size > 0 && query.limit !== null),
  };
}

/** A table that is written counts as written only, also where its rows are looked for first. */
export function workOf(plan: QueryPlan | WritePlan): Work {
  if (!('kind' in plan)) return { ...workOfQuery(plan, new Set()), resultSet: true };
  if (plan.kind !== 'insert') {
    const written = new Set(plan.targets.map(({ table }) => table.id));
    const values =
      plan.kind === 'update'
        ? plan.targets.flatMap(({ values: { ...each } }) => ('exprs' in each ? each.exprs : []))
        : [];
    const work = workOfQuery(plan.source, written);
    return { ...work, unsafe: work.unsafe || values.some(isVolatile), resultSet: false };
  }
  const { source } = plan;
  const written = new Set([plan.table.id]);
  const assigned = plan.onDuplicate?.assignments.map(({ value }) => value) ?? [];
  const own = source.kind === 'values' ? [...source.rows.flat(), ...assigned] : assigned;
  const unsafe = own.some((value) => value !== 'default' && isVolatile(value satisfies BoundExpr));
  if (source.kind === 'values') return { reads: false, writes: true, unsafe, resultSet: false };
  const work = workOfQuery(source.plan, written);
  return { ...work, unsafe: work.unsafe || unsafe, resultSet: false };
}
