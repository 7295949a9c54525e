import type { TableDef } from '../catalog/schema.ts';
import { encodeKey } from '../types/key-codec.ts';
import { bigint } from '../types/sql-type.ts';
import { type ExecutionContext, throwIfAborted } from './context.ts';
import type { Overlay } from './overlay.ts';

/** TRUNCATE: every row leaves, as changes that the history keeps. */
export async function executeTruncate(
  table: TableDef,
  context: ExecutionContext,
  overlay: Overlay,
): Promise<void> {
  const { services, signal, view } = context;
  const columns = [...table.columns.keys()];
  const state = await services.offline.state({ table, version: view.version, columnsUsed: columns });
  try {
    const list = [...columns.map((column) => `c${column}`), 'rv'].join(', ');
    const types = [...table.columns.map((column) => column.type), bigint()];
    const rows = await services.duckdb.run(
      `SELECT ${list} FROM (${state.sql})`,
      state.parameters,
      types,
      signal,
    );
    for await (const batch of rows.batches) {
      throwIfAborted(signal);
      for (let row = 0; row < batch.rowCount; row++) {
        const before = columns.map((column) => batch.columns[column]!.get(row));
        const expectedVersion = Number(batch.columns[columns.length]!.get(row));
        overlay.add(table, {
          kind: 'delete',
          key: encodeKey(table, before),
          expectedVersion,
          before,
          after: null,
        });
      }
    }
  } finally {
    state.release();
  }
}
