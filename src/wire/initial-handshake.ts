import type { PacketWriter } from './packet-writer.ts';

export interface InitialHandshake {
  readonly serverVersion: string;
  readonly connectionId: number;
  /** 20 bytes, none of them NUL. */
  readonly scramble: Buffer;
  readonly capabilities: number;
  readonly status: number;
  readonly authPlugin: string;
}

/** utf8mb4_general_ci: ids that old PHP or MariaDB clients do not know end the login. */
const handshakeCollationId = 45;

/**
 * The server's first packet, protocol 10. Nothing may follow the plugin's name.
 *
 *     0x0A  version:nul  connectionId:u32  scramble[0..8]  0x00  capabilities low:u16  collation:u8
 *     status:u16  capabilities high:u16  scramble length + 1:u8 = 21  0x00 * 10
 *     scramble[8..20]  0x00  plugin:nul
 */
export function writeInitialHandshake(writer: PacketWriter, handshake: InitialHandshake): void {
  writer.begin();
  writer.uint8(0x0a);
  writer.nullTerminatedText(handshake.serverVersion);
  writer.uint32(handshake.connectionId);
  writer.bytes(handshake.scramble.subarray(0, 8));
  writer.uint8(0);
  writer.uint16(handshake.capabilities & 0xffff);
  writer.uint8(handshakeCollationId);
  writer.uint16(handshake.status);
  writer.uint16(handshake.capabilities >>> 16);
  writer.uint8(handshake.scramble.length + 1);
  writer.zeros(10);
  writer.bytes(handshake.scramble.subarray(8));
  writer.uint8(0);
  writer.nullTerminatedText(handshake.authPlugin);
  writer.end();
}
