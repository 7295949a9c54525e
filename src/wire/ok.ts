import type { PacketWriter } from './packet-writer.ts';

export interface OkFields {
  readonly affectedRows: number;
  readonly lastInsertId: bigint;
  /** SERVER_STATUS bits. */
  readonly status: number;
  readonly warnings: number;
  /** Human-readable; empty for most. */
  readonly info: string;
}

/** A count in a field of 16 bits. */
export const clampUint16 = (value: number): number => Math.min(value, 0xffff);

/**
 * OK:
 *
 *     0x00  affectedRows:lenenc  lastInsertId:lenenc  status:u16  warnings:u16  [info:lenenc-string]
 *
 * The manual says that `info` is the rest of the packet when SESSION_TRACK is off; servers send it with its
 * length all the same, and libmysqlclient and MariaDB's library read it so. An empty one is left out.
 */
export function writeOk(writer: PacketWriter, ok: OkFields): void {
  writer.begin();
  writer.uint8(0x00);
  writer.lengthEncodedInteger(ok.affectedRows);
  writer.lengthEncodedInteger(ok.lastInsertId);
  writer.uint16(ok.status);
  writer.uint16(clampUint16(ok.warnings));
  if (ok.info !== '') writer.lengthEncodedText(ok.info);
  writer.end();
}
