import { GatewayError, notSupported } from '../base/errors.ts';
import type { RowsResult } from '../session/result.ts';
import type { Batch } from '../types/batch.ts';
import { PacketWriter } from '../wire/packet-writer.ts';
import type { RowEncoder } from '../wire/row-encoder.ts';

/**
 * The rest of a result that the client fetches by pieces. While nothing else runs on its connection the query
 * goes on producing as rows are fetched; before another statement runs, `detach` takes the rest into memory.
 */
export class Cursor {
  readonly encodeRows: RowEncoder;
  readonly #result: RowsResult;
  readonly #source: AsyncIterator<Batch>;
  readonly #ready: Batch[] = [];
  #row = 0;
  #ended = false;
  #failure: unknown;

  /** Rejects with what the query fails with before its first rows. */
  static async open(result: RowsResult, encodeRows: RowEncoder): Promise<Cursor> {
    const cursor = new Cursor(result, encodeRows);
    await cursor.#pull();
    if (cursor.#failure !== undefined) throw cursor.#failure;
    return cursor;
  }

  private constructor(result: RowsResult, encodeRows: RowEncoder) {
    this.#result = result;
    this.#source = result.batches[Symbol.asyncIterator]();
    this.encodeRows = encodeRows;
  }

  get warningCount(): number {
    return this.#result.warningCount();
  }

  /** Whether all rows have been taken. */
  get exhausted(): boolean {
    return this.#ended && this.#ready.length === 0 && this.#failure === undefined;
  }

  /**
   * Up to `rowCount` rows, in as many pieces as they lie in: the rows of `batch` from row `from` on.
   * `exhausted` says afterwards whether there are more.
   */
  async *take(rowCount: number): AsyncGenerator<{ readonly batch: Batch; readonly from: number }> {
    let wanted = rowCount;
    for (;;) {
      if (this.#ready.length === 0) await this.#pull();
      if (wanted === 0) return;
      const batch = this.#ready[0];
      if (batch === undefined) {
        if (this.#failure !== undefined) throw this.#failure;
        return;
      }
      const from = this.#row;
      const to = Math.min(batch.rowCount, from + wanted);
      wanted -= to - from;
      this.#row = to;
      if (to === batch.rowCount) {
        this.#ready.shift();
        this.#row = 0;
      }
      yield { batch: { rowCount: to, columns: batch.columns }, from };
    }
  }

  /** Ends the query, its rest held in memory; past `maxBytes` the cursor is lost, and the next fetch says so. */
  async detach(maxBytes: number): Promise<void> {
    let bytes = 0;
    let measured = 0;
    const scratch = new PacketWriter();
    while (!this.#ended) {
      for (; measured < this.#ready.length; measured++) {
        bytes += this.#measure(this.#ready[measured]!, scratch);
      }
      if (bytes > maxBytes) {
        await this.close();
        this.#failure = notSupported('another statement beside a cursor that has this many rows left');
        return;
      }
      await this.#pull();
    }
  }

  async close(): Promise<void> {
    this.#ready.length = 0;
    if (this.#ended) return;
    this.#ended = true;
    await this.#source.return?.();
  }

  /** The bytes of its rows as they would be sent. */
  #measure(batch: Batch, scratch: PacketWriter): number {
    let bytes = 0;
    for (let row = 0; row < batch.rowCount; ) {
      row = this.encodeRows(scratch, batch, row, 64 * 1024);
      bytes += scratch.take().length;
    }
    return bytes;
  }

  /** Asks for one batch that has rows. */
  async #pull(): Promise<void> {
    while (!this.#ended) {
      try {
        const step = await this.#source.next();
        if (step.done === true) this.#ended = true;
        else if (step.value.rowCount > 0) {
          this.#ready.push(step.value);
          return;
        }
      } catch (error) {
        this.#ended = true;
        this.#failure = error;
        return;
      }
    }
  }
}

/** The open cursors of a connection, by statement; at most one of them has a query that still runs. */
export class Cursors {
  readonly #cursors = new Map<number, Cursor>();
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(statementId: number, cursor: Cursor): void {
    this.#cursors.set(statementId, cursor);
  }

  /** Error 1421 for a statement without an open cursor. */
  get(statementId: number): Cursor {
    const cursor = this.#cursors.get(statementId);
    if (cursor === undefined) {
      throw new GatewayError('NO_OPEN_CURSOR', `The statement (${statementId}) has no open cursor.`);
    }
    return cursor;
  }

  async close(statementId: number): Promise<void> {
    const cursor = this.#cursors.get(statementId);
    this.#cursors.delete(statementId);
    await cursor?.close();
  }

  async closeAll(): Promise<void> {
    for (const id of [...this.#cursors.keys()]) await this.close(id);
  }

  /** Before another statement runs. */
  async detach(): Promise<void> {
    for (const cursor of this.#cursors.values()) await cursor.detach(this.#maxBytes);
  }

  get size(): number {
    return this.#cursors.size;
  }
}
