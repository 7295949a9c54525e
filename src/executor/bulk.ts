import type { TableWrite } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import type { BulkWriter } from '../offline/delta/bulk-writer.ts';
import { decodeRow, encodeRow } from '../types/row-codec.ts';
import type { Row } from '../types/value.ts';
import type { ExecutionContext } from './context.ts';
import { keyText } from './overlay.ts';

/** Keys and rows as bytes: a quarter of what the objects would take. */
interface PackedRow {
  readonly key: Uint8Array;
  /** Null where no store needs the row itself. */
  readonly row: Buffer | null;
}

/**
 * Rows on their way past the journal: into Parquet files of the table's folder as they come, and their keys
 * into one commit that makes the files part of the table.
 */
export class BulkLoad {
  readonly #table: TableDef;
  readonly #writer: BulkWriter;
  readonly #packed: PackedRow[] = [];
  readonly #seen = new Set<string>();

  private constructor(table: TableDef, writer: BulkWriter) {
    this.#table = table;
    this.#writer = writer;
  }

  static async begin(table: TableDef, context: ExecutionContext): Promise<BulkLoad> {
    return new BulkLoad(table, await context.services.offline.bulkWriter(table));
  }

  /** Whether this load has a row under the key. */
  has(key: Uint8Array): boolean {
    return this.#seen.has(keyText(key));
  }

  note(key: Uint8Array, row: Row): void {
    this.#seen.add(keyText(key));
    this.#packed.push({ key, row: this.#table.online ? Buffer.from(encodeRow(this.#table, row, 0)) : null });
  }

  /** Rows whose keys have been noted, in the same order. */
  async append(rows: readonly Row[]): Promise<void> {
    await this.#writer.append(rows);
  }

  /** The write for the commit; the files are durable. */
  async finish(): Promise<TableWrite> {
    const files = await this.#writer.finish();
    const packed = this.#packed;
    const table = this.#table;
    const rows = function* () {
      for (const { key, row } of packed) yield { key, row: row === null ? null : decodeRow(table, row) };
    };
    return { table, changes: [], bulk: { files, rows } };
  }

  /** Removes the files; nobody has read them. */
  abort(): Promise<void> {
    return this.#writer.abort();
  }
}
