import { clampUint16 } from './ok.ts';
import type { PacketWriter } from './packet-writer.ts';

/**
 * EOF, after column definitions and rows unless DEPRECATE_EOF was negotiated; exactly 5 bytes, by which
 * clients tell it from a row:
 *
 *     0xFE  warnings:u16  status:u16
 */
export function writeEof(writer: PacketWriter, status: number, warnings: number): void {
  writer.begin();
  writer.uint8(0xfe);
  writer.uint16(clampUint16(warnings));
  writer.uint16(status);
  writer.end();
}

/**
 * The end of rows under DEPRECATE_EOF: an OK with EOF's first byte, 7 bytes.
 *
 *     0xFE  affectedRows:lenenc = 0  lastInsertId:lenenc = 0  status:u16  warnings:u16
 */
export function writeEndOfRows(
  writer: PacketWriter,
  options: { readonly deprecateEof: boolean; readonly status: number; readonly warnings: number },
): void {
  if (!options.deprecateEof) {
    writeEof(writer, options.status, options.warnings);
    return;
  }
  writer.begin();
  writer.uint8(0xfe);
  writer.uint16(0);
  writer.uint16(options.status);
  writer.uint16(clampUint16(options.warnings));
  writer.end();
}
