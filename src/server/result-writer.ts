import { GatewayError } from '../base/errors.ts';
import type { SessionApi } from '../session/api.ts';
import type { LocalInfileResult, OkResult, RowsResult, StatementResult } from '../session/result.ts';
import type { Batch } from '../types/batch.ts';
import { capability, serverStatus } from '../wire/capabilities.ts';
import { charsetInfo } from '../wire/charset.ts';
import { writeEndOfRows } from '../wire/eof.ts';
import { writeOk } from '../wire/ok.ts';
import { beginResultSet, type ResultSetOptions, rowEncoderOf } from '../wire/result-set.ts';
import type { RowEncoder } from '../wire/row-encoder.ts';
import type { SessionChange } from '../wire/session-changes.ts';
import { ConnectionLost, type PacketChannel } from './channel.ts';
import { Cursor } from './cursors.ts';
import { receiveInfile } from './infile.ts';

/** Rows are handed to the socket in pieces of about this size. */
const flushBytes = 64 * 1024;

export interface Exchange {
  readonly channel: PacketChannel;
  readonly session: SessionApi;
  /** What both sides can. */
  readonly capabilities: number;
}

const has = (exchange: Exchange, flag: number): boolean => (exchange.capabilities & flag) !== 0;

/**
 * Writes one result in the form of the command that asked for it; `binary` for prepared statements. Answers a
 * promise only when there is something to wait for.
 */
export function writeResult(
  exchange: Exchange,
  result: StatementResult,
  options: { readonly binary: boolean; readonly hasMore: boolean },
): Promise<void> | undefined {
  switch (result.kind) {
    case 'ok':
      writeOkResult(exchange, result, options.hasMore);
      return undefined;
    case 'rows':
      return writeRows(exchange, result, options);
    case 'localInfile':
      return writeLoaded(exchange, result, options.hasMore);
  }
}

async function writeLoaded(exchange: Exchange, result: LocalInfileResult, hasMore: boolean): Promise<void> {
  if (!has(exchange, capability.localFiles)) {
    throw new GatewayError(
      'LOCAL_INFILE_DISABLED',
      'Loading local data is disabled; this must be enabled on both the client and server sides',
    );
  }
  writeOkResult(exchange, await receiveInfile(exchange.channel, result), hasMore);
}

/** The status flags as they are now, with SERVER_MORE_RESULTS_EXISTS where another result follows. */
function statusOf(exchange: Exchange, hasMore: boolean): number {
  return exchange.session.statusFlags | (hasMore ? serverStatus.moreResults : 0);
}

/** What this client is to be told of its session's state. */
export function changesFor(session: SessionApi, capabilities: number): readonly SessionChange[] | undefined {
  return (capabilities & capability.sessionTrack) === 0 ? undefined : session.takeChanges?.();
}

const changesOf = ({ session, capabilities }: Exchange) => changesFor(session, capabilities);

function writeOkResult(exchange: Exchange, ok: OkResult, hasMore: boolean): void {
  writeOk(exchange.channel.writer, {
    affectedRows: has(exchange, capability.foundRows) ? ok.matchedRows : ok.affectedRows,
    lastInsertId: ok.lastInsertId,
    status: statusOf(exchange, hasMore) | (ok.status ?? 0),
    warnings: ok.warningCount,
    info: ok.info,
    changes: changesOf(exchange),
  });
}

/** The OK of a command that changes no rows. */
export function writePlainOk(exchange: Exchange): void {
  const status = exchange.session.statusFlags;
  writeOk(exchange.channel.writer, {
    affectedRows: 0,
    lastInsertId: 0n,
    status,
    warnings: 0,
    info: '',
    changes: changesOf(exchange),
  });
}

function writeRows(
  exchange: Exchange,
  result: RowsResult,
  options: { readonly binary: boolean; readonly hasMore: boolean },
): Promise<void> | undefined {
  const { writer } = exchange.channel;
  const encodeRows = beginResultSet(writer, result.columns, {
    ...formatOf(exchange, options.binary),
    deprecateEof: has(exchange, capability.deprecateEof),
    status: statusOf(exchange, options.hasMore),
  });
  const { ready } = result;
  if (ready === undefined) return writeBatches(exchange, result, encodeRows, options.hasMore);
  const next = ready.rowCount === 0 ? 0 : encodeRows(writer, ready, 0, flushBytes);
  if (next < ready.rowCount) return writeRest(exchange, result, encodeRows, { ready, next }, options.hasMore);
  endRows(exchange, result, options.hasMore);
  return undefined;
}

/**
 * Pulls the batches and writes their rows. While the client does not read, no batch is asked for; when it is
 * gone, or a batch fails, leaving the loop returns the iterator, which stops the query.
 */
async function writeBatches(
  exchange: Exchange,
  result: RowsResult,
  encodeRows: RowEncoder,
  hasMore: boolean,
): Promise<void> {
  const { channel } = exchange;
  for await (const batch of result.batches) {
    if (channel.closed) throw new ConnectionLost();
    await sendRows(channel, encodeRows, batch, 0);
  }
  endRows(exchange, result, hasMore);
}

/** The rows of a batch that were too many to be sent in one piece. */
async function writeRest(
  exchange: Exchange,
  result: RowsResult,
  encodeRows: RowEncoder,
  { ready, next }: { readonly ready: Batch; readonly next: number },
  hasMore: boolean,
): Promise<void> {
  await exchange.channel.flush();
  await sendRows(exchange.channel, encodeRows, ready, next);
  endRows(exchange, result, hasMore);
}

function endRows(exchange: Exchange, result: RowsResult, hasMore: boolean): void {
  writeEndOfRows(exchange.channel.writer, {
    deprecateEof: has(exchange, capability.deprecateEof),
    status: statusOf(exchange, hasMore),
    warnings: result.warningCount(),
    changes: () => changesOf(exchange),
  });
}

/** Writes the batch's rows from row `from` on, waiting whenever the client reads more slowly. */
async function sendRows(
  channel: PacketChannel,
  encodeRows: RowEncoder,
  batch: Batch,
  from: number,
): Promise<void> {
  const { writer } = channel;
  for (let row = from; row < batch.rowCount; ) {
    row = encodeRows(writer, batch, row, flushBytes);
    if (writer.pendingBytes >= flushBytes) {
      const drained = channel.flush();
      if (drained !== undefined) await drained;
    }
  }
}

/** How rows are written to this client now. */
function formatOf({ session }: Exchange, binary: boolean): ResultSetOptions {
  const charset = charsetInfo(session.resultCharset);
  return { binary, charset, zoneOffsetUs: session.zoneOffsetUs };
}

/**
 * Answers COM_STMT_EXECUTE with the head of the result alone; its rows are fetched from the cursor. Rejects
 * with nothing written when the query fails at once.
 */
export async function openCursor(exchange: Exchange, result: RowsResult): Promise<Cursor> {
  const { writer } = exchange.channel;
  const format = formatOf(exchange, true);
  const cursor = await Cursor.open(result, rowEncoderOf(result.columns, format));
  const deprecateEof = has(exchange, capability.deprecateEof);
  const status = exchange.session.statusFlags | serverStatus.cursorExists;
  beginResultSet(writer, result.columns, { ...format, deprecateEof, status, cursor: true });
  writeEndOfRows(writer, { deprecateEof, status, warnings: 0 });
  return cursor;
}

/** Answers COM_STMT_FETCH with the next `rowCount` rows, saying whether more follow. */
export async function writeCursorRows(exchange: Exchange, cursor: Cursor, rowCount: number): Promise<void> {
  const { channel, session } = exchange;
  for await (const { batch, from } of cursor.take(rowCount)) {
    if (channel.closed) throw new ConnectionLost();
    await sendRows(channel, cursor.encodeRows, batch, from);
  }
  writeEndOfRows(channel.writer, {
    deprecateEof: has(exchange, capability.deprecateEof),
    status: session.statusFlags | (cursor.exhausted ? serverStatus.lastRowSent : serverStatus.cursorExists),
    warnings: cursor.exhausted ? cursor.warningCount : 0,
  });
}
