import { clampUint16, writeOk } from './ok.ts';
import type { PacketWriter } from './packet-writer.ts';
import type { SessionChange } from './session-changes.ts';

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

/** The end of rows: an EOF, or under DEPRECATE_EOF an OK with EOF's first byte, 7 bytes without changes. */
export function writeEndOfRows(
  writer: PacketWriter,
  options: {
    readonly deprecateEof: boolean;
    readonly status: number;
    readonly warnings: number;
    /** An EOF has no room for them: they wait for the next OK. */
    readonly changes?: (() => readonly SessionChange[] | undefined) | undefined;
  },
): void {
  if (!options.deprecateEof) {
    writeEof(writer, options.status, options.warnings);
    return;
  }
  const { status, warnings } = options;
  const changes = options.changes?.();
  writeOk(writer, { affectedRows: 0, lastInsertId: 0n, status, warnings, info: '', changes }, 0xfe);
}
