/** The columns of FROM items that are not tables of the catalog. */
import { GatewayError } from '../../base/errors.ts';
import type { BoundColumn } from '../bound.ts';

/** Columns of a derived table or CTE under the names that its definition gives. Errors 1353, 1060. */
export function namedColumns(
  columns: readonly BoundColumn[],
  names: readonly string[] | null,
): BoundColumn[] {
  if (names !== null && names.length !== columns.length) {
    throw new GatewayError(
      'VIEW_COLUMN_COUNT',
      'In definition of view, derived table or common table expression, SELECT list and column names list have different column counts',
    );
  }
  const named = columns.map((column, index) => ({ ...column, name: names?.[index] ?? column.name }));
  const seen = new Set<string>();
  for (const { name } of named) {
    const key = name.toLowerCase();
    if (seen.has(key)) throw new GatewayError('DUPLICATE_COLUMN', `Duplicate column name '${name}'`);
    seen.add(key);
  }
  return named;
}
