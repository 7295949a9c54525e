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
 *     0x00  affectedRows:lenenc  lastInsertId:lenenc  status:u16  warnings:u16  info:rest
 *
 * SESSION_TRACK is never offered, so `info` has no length.
 */
export function writeOk(writer: PacketWriter, ok: OkFields): void {
  writer.begin();
  writer.uint8(0x00);
  writer.lengthEncodedInteger(ok.affectedRows);
  writer.lengthEncodedInteger(ok.lastInsertId);
  writer.uint16(ok.status);
  writer.uint16(clampUint16(ok.warnings));
  writer.text(ok.info);
  writer.end();
}
