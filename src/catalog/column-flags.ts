import { mysqlColumnFlag as flag } from '../types/mysql-column.ts';
import type { ColumnDef } from './schema.ts';

/** What a client is told of a stored column besides its type and NOT NULL: keys, AUTO_INCREMENT, no default. */
export function definitionFlags(
  table: {
    readonly columns: readonly ColumnDef[];
    readonly primaryKey: readonly number[];
    readonly indexes: readonly { readonly columns: readonly number[] }[];
  },
  index: number,
): number {
  const { nullable, default: byDefault, autoIncrement, generated } = table.columns[index]!;
  let flags = 0;
  if (table.primaryKey.includes(index)) flags |= flag.primaryKey | flag.partOfKey;
  for (const { columns } of table.indexes) {
    if (columns[0] === index) flags |= flag.multipleKey;
    if (columns.includes(index)) flags |= flag.partOfKey;
  }
  if (autoIncrement === true) flags |= flag.autoIncrement;
  else if (!nullable && byDefault === undefined && generated === undefined) flags |= flag.noDefault;
  return flags;
}
