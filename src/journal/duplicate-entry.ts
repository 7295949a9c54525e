import { GatewayError } from '../base/errors.ts';
import type { TableDef } from '../catalog/schema.ts';
import { textOfValue } from '../types/coerce-text.ts';
import { decodeKey } from '../types/key-codec.ts';
import type { Row } from '../types/value.ts';

const utc = { row: 1, nowUs: 0n, zoneMinutes: () => 0 };

/**
 * MySQL's error 1062: the key's values joined by `-`, as the row that comes spells them; a TIMESTAMP is shown in UTC.
 * Without the row texts of a collation that has keys are shown as these.
 */
export function duplicateEntry(table: TableDef, key: Uint8Array, row: Row | null): GatewayError {
  const given = row === null ? decodeKey(table, key) : table.primaryKey.map((column) => row[column]!);
  const values = given.map((value, index) =>
    textOfValue(value, table.columns[table.primaryKey[index]!]!.type, utc),
  );
  return new GatewayError(
    'DUPLICATE_ENTRY',
    `Duplicate entry '${values.join('-')}' for key '${table.name}.PRIMARY'`,
  );
}

/** MySQL's error 1213: another transaction changed what this one had read. */
export function writeConflict(): GatewayError {
  return new GatewayError(
    'WRITE_CONFLICT',
    'Deadlock found when trying to get lock; try restarting transaction',
  );
}
