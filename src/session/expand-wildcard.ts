import type { BoundColumn } from '../planner/bound.ts';
import type { Query, SelectItem } from '../sql/ast.ts';

/**
 * The query with `*` spelled out as the columns that it stands for now, so that a view does not change with
 * the tables that it reads. Of several `*` in one list nobody says which column is whose; they stay.
 */
export function expandWildcard(query: Query, columns: readonly BoundColumn[]): Query {
  const { body } = query;
  if (body.kind === 'query') return { ...query, body: expandWildcard(body, columns) };
  if (body.kind !== 'select') return query;
  const index = body.items.findIndex(({ kind }) => kind === 'wildcard');
  const wildcard = body.items[index];
  const rest = body.items.length - 1 - index;
  if (wildcard === undefined || body.items.slice(index + 1).some(({ kind }) => kind === 'wildcard'))
    return query;
  const { start, end } = wildcard;
  const covered = columns.slice(index, columns.length - rest).map(({ name, origin }): SelectItem => {
    const table = origin?.table ?? (wildcard.kind === 'wildcard' ? wildcard.table : null);
    return {
      kind: 'item',
      expr: { kind: 'column', database: null, table, name, start, end },
      alias: null,
      start,
      end,
    };
  });
  return { ...query, body: { ...body, items: body.items.toSpliced(index, 1, ...covered) } };
}
