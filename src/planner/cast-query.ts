/** A query whose columns are converted, as set operations and comparisons with subqueries need. */
import type { SqlType } from '../types/sql-type.ts';
import type { BoundColumn, BoundExpr, BoundQuery } from './bound.ts';
import { castTo, needsCast } from './expr-tools.ts';

/** The query with other expressions for its columns, of which `map` is told the number. */
export function mapColumns(
  query: BoundQuery,
  map: (expr: BoundExpr, index: number) => BoundExpr,
): BoundQuery {
  const columns = query.columns.map((column, index): BoundColumn => {
    const { type, nullable } = column;
    const mapped = map({ kind: 'column', relation: -1, column: index, type, nullable }, index);
    return mapped.type === type ? column : { name: column.name, type: mapped.type, nullable };
  });
  const { body } = query;
  switch (body.kind) {
    case 'select':
      return { ...query, columns, body: { ...body, items: body.items.map(map) } };
    case 'values':
      return { ...query, columns, body: { ...body, rows: body.rows.map((row) => row.map(map)) } };
    case 'setOperation':
      return {
        ...query,
        columns,
        body: { ...body, left: mapColumns(body.left, map), right: mapColumns(body.right, map) },
      };
  }
}

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
