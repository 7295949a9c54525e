import type { PacketWriter } from './packet-writer.ts';

/**
 * AuthSwitchRequest: use this plugin with this scramble; the answer is a packet of raw authentication data.
 *
 *     0xFE  plugin:nul  scramble:20  0x00
 */
export function writeAuthSwitch(writer: PacketWriter, plugin: string, scramble: Buffer): void {
  writer.begin();
  writer.uint8(0xfe);
  writer.nullTerminatedText(plugin);
  writer.bytes(scramble);
  writer.uint8(0);
  writer.end();
}
