import { serverStatus } from './capabilities.ts';
import type { PacketWriter } from './packet-writer.ts';
import { encodeSessionChanges, type SessionChange } from './session-changes.ts';

export interface OkFields {
  readonly affectedRows: number;
  readonly lastInsertId: bigint;
  /** SERVER_STATUS bits. */
  readonly status: number;
  readonly warnings: number;
  /** Human-readable; empty for most. */
  readonly info: string;
  /** What has changed of the session; only for a client with SESSION_TRACK. */
  readonly changes?: readonly SessionChange[] | undefined;
}

/** A count in a field of 16 bits. */
export const clampUint16 = (value: number): number => Math.min(value, 0xffff);

/**
 * OK:
 *
 *     0x00  affectedRows:lenenc  lastInsertId:lenenc  status:u16  warnings:u16
 *     [info:lenenc-string  with changes (src/wire/session-changes.ts): changes:lenenc-string]
 *
 * The manual says that `info` is the rest of the packet when SESSION_TRACK is off; servers send it with its
 * length all the same, and libmysqlclient and MariaDB's library read it so. An empty one is left out unless
 * changes follow, which the status says.
 *
 * @param header 0xFE where it stands for an EOF
 */
export function writeOk(writer: PacketWriter, ok: OkFields, header: 0x00 | 0xfe = 0x00): void {
  const changes = ok.changes ?? [];
  writer.begin();
  writer.uint8(header);
  writer.lengthEncodedInteger(ok.affectedRows);
  writer.lengthEncodedInteger(ok.lastInsertId);
  writer.uint16(changes.length > 0 ? ok.status | serverStatus.sessionStateChanged : ok.status);
  writer.uint16(clampUint16(ok.warnings));
  if (ok.info !== '' || changes.length > 0) writer.lengthEncodedText(ok.info);
  if (changes.length > 0) writer.lengthEncodedBytes(encodeSessionChanges(changes));
  writer.end();
}
