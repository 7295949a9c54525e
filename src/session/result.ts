/** What the session hands to whoever speaks with the client: the server, the tests, the demo. */
import type { Batch, ResultColumn } from '../types/batch.ts';

export interface OkResult {
  readonly kind: 'ok';
  readonly affectedRows: number;
  /**
   * Rows that matched, whether or not they changed; sent in place of affectedRows under CLIENT_FOUND_ROWS. The
   * same as affectedRows for everything but UPDATE and ON DUPLICATE KEY UPDATE.
   */
  readonly matchedRows: number;
  readonly lastInsertId: bigint;
  readonly warningCount: number;
  /** `Rows matched: 1  Changed: 1  Warnings: 0` and its like; empty for most. */
  readonly info: string;
  /** SERVER_STATUS bits of this answer alone. */
  readonly status?: number;
}

export interface RowsResult {
  readonly kind: 'rows';
  readonly columns: readonly ResultColumn[];
  /**
   * Pulled: the next batch is made when it is asked for. Returning early (break, `return()`) stops the
   * query. Rejects with a GatewayError when the statement fails, is killed or runs out of time.
   */
  readonly batches: AsyncIterable<Batch>;
  /** The one batch of `batches`, where it is at hand: then the statement is over, and no promise needs to be made. */
  readonly ready?: Batch;
  /** Known once the batches have ended. */
  warningCount(): number;
  /** What FOUND_ROWS() says once the batches have ended, where it is not the number of rows given. */
  foundRows?(): number;
}

/** LOAD DATA LOCAL INFILE: ask the client for the file and hand its bytes over. */
export interface LocalInfileResult {
  readonly kind: 'localInfile';
  readonly fileName: string;
  /** Reads to the end of `content` even when it fails on the way. */
  load(content: AsyncIterable<Uint8Array>): Promise<OkResult>;
}

export type StatementResult = OkResult | RowsResult | LocalInfileResult;

export interface PreparedStatement {
  readonly id: number;
  /** The number of `?`. */
  readonly parameterCount: number;
  /** Empty for a statement without a result set. */
  readonly columns: readonly ResultColumn[];
}
