import type { PacketWriter } from './packet-writer.ts';

/**
 * The answer to LOAD DATA LOCAL: send this file. The client sends its content in packets and ends with an
 * empty one, which it also sends when it refuses.
 *
 *     0xFB  fileName:rest
 */
export function writeLocalInfileRequest(writer: PacketWriter, fileName: string): void {
  writer.begin();
  writer.uint8(0xfb);
  writer.text(fileName);
  writer.end();
}
