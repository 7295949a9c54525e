import type { ResultColumn } from '../types/batch.ts';
import { varchar } from '../types/sql-type.ts';
import type { CharsetInfo } from './charset.ts';
import { writeColumnDefinition } from './column-definition.ts';
import { writeEof } from './eof.ts';
import type { PacketWriter } from './packet-writer.ts';

export interface PrepareResponse {
  readonly statementId: number;
  readonly parameterCount: number;
  readonly columns: readonly ResultColumn[];
  readonly status: number;
  readonly deprecateEof: boolean;
}

/** Clients read only the number of parameters. */
const parameterColumn: ResultColumn = { name: '?', type: varchar(255), nullable: true };

/**
 * The answer to COM_STMT_PREPARE: the packet
 *
 *     0x00  statementId:u32  columnCount:u16  parameterCount:u16  0x00  warnings:u16
 *
 * then, each if there are any, the parameters' definitions and the columns', with an EOF behind unless
 * DEPRECATE_EOF.
 */
export function writePrepareResponse(
  writer: PacketWriter,
  response: PrepareResponse,
  charset: CharsetInfo,
): void {
  writer.begin();
  writer.uint8(0x00);
  writer.uint32(response.statementId);
  writer.uint16(response.columns.length);
  writer.uint16(response.parameterCount);
  writer.uint8(0);
  writer.uint16(0);
  writer.end();
  for (let index = 0; index < response.parameterCount; index++) {
    writeColumnDefinition(writer, parameterColumn, charset);
  }
  if (response.parameterCount > 0 && !response.deprecateEof) writeEof(writer, response.status, 0);
  for (const column of response.columns) writeColumnDefinition(writer, column, charset);
  if (response.columns.length > 0 && !response.deprecateEof) writeEof(writer, response.status, 0);
}
