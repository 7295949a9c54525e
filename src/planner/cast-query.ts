/** A query whose columns are converted, as set operations and comparisons with subqueries need. */
import type { SqlType } from '../types/sql-type.ts';
import type { BoundColumn, BoundExpr, BoundQuery } from './bound.ts';
import { castTo, needsCast } from './expr-tools.ts';

/** The query with its columns in the form of `types`; the query itself when they have it already. */
export function castQuery(query: BoundQuery, types: readonly SqlType[]): BoundQuery {
  const columns = query.columns.map((column, index): BoundColumn => {
    const type = types[index]!;
    return needsCast(column.type, type) || column.type.kind === 'null'
      ? { name: column.name, type, nullable: column.nullable }
      : { ...column, type };
  });
  if (!query.columns.some((column, index) => needsCast(column.type, types[index]!)))
    return { ...query, columns };
  const { body } = query;
  const castItems = (items: readonly BoundExpr[]): BoundExpr[] =>
    items.map((item, index) => castTo(item, types[index]!));
  switch (body.kind) {
    case 'select':
      // DISTINCT and ORDER BY of output columns see the values before the conversion, which keeps their order
      // and, but for rounding, their equality; where it does not MySQL converts first as well.
      return { ...query, columns, body: { ...body, items: castItems(body.items) } };
    case 'values':
      return { ...query, columns, body: { ...body, rows: body.rows.map(castItems) } };
    case 'setOperation':
      return {
        ...query,
        columns,
        body: { ...body, left: castQuery(body.left, types), right: castQuery(body.right, types) },
      };
  }
}
