import type { ResultColumn } from '../types/batch.ts';
import { binaryRowEncoder } from './binary-row.ts';
import type { CharsetInfo } from './charset.ts';
import { writeColumnCount, writeColumnDefinition } from './column-definition.ts';
import { writeEof } from './eof.ts';
import { PacketWriter } from './packet-writer.ts';
import type { EncodeContext, RowEncoder } from './row-encoder.ts';
import { textRowEncoder } from './text-row.ts';

export interface ResultSetOptions {
  readonly binary: boolean;
  readonly charset: CharsetInfo;
  readonly zoneOffsetUs: EncodeContext['zoneOffsetUs'];
}

/** What is computed once of a result's columns. */
interface Layout {
  readonly binary: boolean;
  readonly charset: CharsetInfo;
  readonly zoneOffsetUs: EncodeContext['zoneOffsetUs'];
  readonly encodeRows: RowEncoder;
  /** The packets of the column count and definitions, numbered from 1; made at the second use. */
  metadata: Buffer | undefined;
  uses: number;
}

/**
 * Cached plans hand out the same array of columns with every execution, so what is derived of it is kept as
 * long as it lives.
 */
const layouts = new WeakMap<readonly ResultColumn[], Layout>();

function layoutOf(columns: readonly ResultColumn[], options: ResultSetOptions): Layout {
  const known = layouts.get(columns);
  const isSame = known !== undefined && known.binary === options.binary && known.charset === options.charset;
  if (isSame && (known.zoneOffsetUs === options.zoneOffsetUs || !hasTimestamp(columns))) return known;
  const context: EncodeContext = { charset: options.charset.name, zoneOffsetUs: options.zoneOffsetUs };
  const encodeRows = options.binary ? binaryRowEncoder(columns, context) : textRowEncoder(columns, context);
  // The definitions do not depend on the zone.
  const { metadata, uses } = isSame ? known : { metadata: undefined, uses: 0 };
  const layout: Layout = { ...options, encodeRows, metadata, uses };
  layouts.set(columns, layout);
  return layout;
}

/** The encoder of a result's rows, the same that `beginResultSet` answers. */
export function rowEncoderOf(columns: readonly ResultColumn[], options: ResultSetOptions): RowEncoder {
  return layoutOf(columns, options).encodeRows;
}

const hasTimestamp = (columns: readonly ResultColumn[]): boolean =>
  columns.some((column) => column.type.kind === 'timestamp');

function writeDefinitions(
  writer: PacketWriter,
  columns: readonly ResultColumn[],
  charset: CharsetInfo,
): void {
  writeColumnCount(writer, columns.length);
  for (const column of columns) writeColumnDefinition(writer, column, charset);
}

/**
 * Writes the head of a result set (column count, definitions, and an EOF unless DEPRECATE_EOF) and answers the
 * encoder of its rows.
 */
export function beginResultSet(
  writer: PacketWriter,
  columns: readonly ResultColumn[],
  options: ResultSetOptions & {
    readonly deprecateEof: boolean;
    readonly status: number;
    /** Only the end of (no) rows follows: one EOF stands for both. */
    readonly cursor?: boolean;
  },
): RowEncoder {
  const layout = layoutOf(columns, options);
  layout.uses++;
  // Packets of the first result after a command are numbered from 1, the same with every execution.
  if (layout.uses > 1 && writer.sequence === 1 && columns.length < 250) {
    layout.metadata ??= encodeMetadata(columns, options.charset);
    writer.packets(layout.metadata, columns.length + 1);
  } else {
    writeDefinitions(writer, columns, options.charset);
  }
  if (!options.deprecateEof && options.cursor !== true) writeEof(writer, options.status, 0);
  return layout.encodeRows;
}

function encodeMetadata(columns: readonly ResultColumn[], charset: CharsetInfo): Buffer {
  const writer = new PacketWriter();
  writer.sequence = 1;
  writeDefinitions(writer, columns, charset);
  return Buffer.from(writer.take());
}
