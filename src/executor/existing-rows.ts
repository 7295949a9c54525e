import type { OnlineRow } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import { decodeKeyParts, encodeKey, keyColumns, keyTypes } from '../types/key-codec.ts';
import { bigint, type SqlType } from '../types/sql-type.ts';
import type { ExecutionContext } from './context.ts';
import { keyText } from './overlay.ts';

/**
 * The current rows under some keys, by key text: what a write that may meet them (REPLACE, ON DUPLICATE KEY
 * UPDATE) works on. The transaction's own changes come first; then the newest committed row, also when the
 * transaction's snapshot is older, as in MySQL.
 */
export async function existingRows(
  table: TableDef,
  keys: readonly Uint8Array[],
  context: ExecutionContext,
): Promise<Map<string, OnlineRow>> {
  const { services, view } = context;
  const found = new Map<string, OnlineRow>();
  const committed: Uint8Array[] = [];
  for (const key of keys) {
    const change = view.overlay?.get(table, key);
    if (change === undefined) committed.push(key);
    else if (change.after !== null)
      found.set(keyText(key), { row: change.after, version: change.expectedVersion });
  }
  if (table.online && table.eventTime === undefined) {
    const pending = services.online.getMany(table, committed);
    const rows = pending instanceof Promise ? await pending : pending;
    for (const [index, row] of rows.entries())
      if (row !== undefined) found.set(keyText(committed[index]!), row);
    return found;
  }
  const stored = committed.filter((key) => services.journal.keyEntry(table, key) !== undefined);
  if (stored.length > 0) await fetchOffline(table, stored, context, found);
  return found;
}

async function fetchOffline(
  table: TableDef,
  keys: readonly Uint8Array[],
  context: ExecutionContext,
  found: Map<string, OnlineRow>,
): Promise<void> {
  const { services, signal } = context;
  const types = keyTypes(table);
  const state = await services.offline.state({
    table,
    version: services.journal.lastVersion,
    columns: [...table.columns.keys()],
    filters: [],
  });
  try {
    const wanted = await services.duckdb.relationOfRows({
      columns: types.map((type, index) => ({ name: `k${index}`, type })),
      rows: [keys.map((key) => decodeKeyParts(types, key))],
    });
    try {
      const on = keyColumns(table).map((column, index) => `s.c${column} = w.c${index}`);
      const columns = table.columns.map((_, index) => `s.c${index}`);
      const sql = `SELECT ${columns.join(', ')}, s.rv FROM (${state.sql}) s JOIN (${wanted.sql}) w ON ${on.join(' AND ')}`;
      const resultTypes: SqlType[] = [...table.columns.map((column) => column.type), bigint()];
      const parameters = [...state.parameters, ...wanted.parameters];
      for (const values of await services.duckdb.all(sql, parameters, resultTypes, signal)) {
        const row = values.slice(0, -1);
        found.set(keyText(encodeKey(table, row)), { row, version: Number(values.at(-1)) });
      }
    } finally {
      wanted.release();
    }
  } finally {
    state.release();
  }
}
