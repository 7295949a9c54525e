import type { OnlineRow } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import { equalityKey } from '../offline/duckdb/collation-functions.ts';
import type { DuckEngine } from '../offline/duckdb/engine.ts';
import { hasKeys } from '../types/collation.ts';
import { decodeKeyParts, encodeKey, keyColumns, keyTypes } from '../types/key-codec.ts';
import { bigint, longtext, type SqlType } from '../types/sql-type.ts';
import type { ExecutionContext, OfflineTier } from './context.ts';
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
  if (stored.length > 0) {
    const rows = await readOfflineRows(services, table, stored, services.journal.lastVersion, context.signal);
    for (const [key, row] of rows) found.set(key, row);
  }
  return found;
}

/** What reading single rows out of the offline tier takes. */
export interface OfflineReader {
  readonly offline: Pick<OfflineTier, 'state'>;
  readonly duckdb: DuckEngine;
}

/** The rows of some keys as of a version, by key text. */
export async function readOfflineRows(
  reader: OfflineReader,
  table: TableDef,
  keys: readonly Uint8Array[],
  version: number,
  signal?: AbortSignal,
): Promise<Map<string, OnlineRow>> {
  const { offline, duckdb } = reader;
  const found = new Map<string, OnlineRow>();
  const types = keyTypes(table);
  const state = await offline.state({ table, version, columnsUsed: [...table.columns.keys()] });
  try {
    const wanted = await duckdb.relationOfRows({
      // Keys of texts that have them are all that is known of these.
      columns: types.map((type, index) => ({ name: `k${index}`, type: hasKeys(type) ? longtext : type })),
      rows: [keys.map((key) => decodeKeyParts(types, key))],
    });
    try {
      const on = keyColumns(table).map(
        (column, index) => `${equalityKey(`s.c${column}`, types[index]!)} = w.c${index}`,
      );
      const columns = table.columns.map((_, index) => `s.c${index}`);
      const sql = `SELECT ${columns.join(', ')}, s.rv FROM (${state.sql}) s JOIN (${wanted.sql}) w ON ${on.join(' AND ')}`;
      const resultTypes: SqlType[] = [...table.columns.map((column) => column.type), bigint()];
      for (const values of await duckdb.all(
        sql,
        [...state.parameters, ...wanted.parameters],
        resultTypes,
        signal,
      )) {
        const row = values.slice(0, -1);
        found.set(keyText(encodeKey(table, row)), { row, version: Number(values.at(-1)) });
      }
    } finally {
      wanted.release();
    }
  } finally {
    state.release();
  }
  return found;
}
