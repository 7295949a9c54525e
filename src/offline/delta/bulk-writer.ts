import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { BulkFile } from '../../catalog/ports.ts';
import type { TableDef } from '../../catalog/schema.ts';
import { int, type SqlType } from '../../types/sql-type.ts';
import type { Row } from '../../types/value.ts';
import { syncFolder } from './log-files.ts';
import type { OfflineTable } from './offline-table.ts';
import { dataFileName, writeParquet } from './parquet-write.ts';

let nextBulk = 0;

/**
 * Streams rows into Parquet files of a table's folder, ahead of the commit that makes them part of the table
 * (TableWrite.bulk). Rows keep their order within and across files. Until that commit nobody reads the files;
 * `abort` removes them.
 */
export class BulkWriter {
  readonly #target: OfflineTable;
  readonly #table: TableDef;
  readonly #types: readonly SqlType[];
  readonly #uuid = randomUUID();
  readonly #files: BulkFile[] = [];
  #stage: string | undefined;
  #staged = 0;

  constructor(target: OfflineTable) {
    this.#target = target;
    this.#table = target.schema;
    this.#types = [...this.#table.columns.map(({ type }) => type), int()];
  }

  /** Takes rows in the order of the table's columns. */
  async append(rows: readonly Row[]): Promise<void> {
    const { duck, limits } = this.#target.context;
    for (let from = 0; from < rows.length; ) {
      this.#stage ??= await this.#openStage();
      const count = Math.min(rows.length - from, limits.dataFileRows - this.#staged);
      const start = this.#staged;
      const part = rows.slice(from, from + count).map((row, index) => [...row, start + index]);
      await duck.appendTo(this.#stage, this.#types, [part]);
      this.#staged += count;
      from += count;
      if (this.#staged >= limits.dataFileRows) await this.#writeFile();
    }
  }

  /** Writes what is left; gives the files, durable, in the order of their rows. */
  async finish(): Promise<readonly BulkFile[]> {
    await this.#writeFile();
    await syncFolder(this.#target.log.root);
    return this.#files;
  }

  /** Removes everything that was written. */
  async abort(): Promise<void> {
    this.#dropStage();
    for (const file of this.#files) await rm(path.join(this.#target.log.root, file.path), { force: true });
  }

  async #openStage(): Promise<string> {
    const stage = `bulk_${nextBulk++}`;
    const names = [...this.#table.columns.map((_, index) => `c${index}`), 'ord'];
    await this.#target.context.duck.createTable(stage, names, this.#types);
    return stage;
  }

  async #writeFile(): Promise<void> {
    if (this.#stage === undefined || this.#staged === 0) return;
    const { context, log } = this.#target;
    const file = await writeParquet(context.duck, log.root, dataFileName(this.#files.length, this.#uuid), {
      table: this.#table,
      stored: log.stored,
      from: `${this.#stage} ORDER BY ord`,
      rowVersion: false,
      changeType: false,
    });
    this.#files.push(file);
    this.#dropStage();
  }

  #dropStage(): void {
    if (this.#stage !== undefined) this.#target.context.duck.dropTable(this.#stage);
    this.#stage = undefined;
    this.#staged = 0;
  }
}
