import type { PacketWriter } from './packet-writer.ts';

/** caching_sha2_password: the scramble was right, OK follows. */
export const fastAuthSuccess = Buffer.of(0x03);
/** caching_sha2_password: send the password itself, in a safe way. */
export const performFullAuth = Buffer.of(0x04);
/** caching_sha2_password, from the client: a payload of this byte alone asks for the RSA public key. */
export const publicKeyRequest = 0x02;

/**
 * AuthMoreData: a plugin's own message.
 *
 *     0x01  data:rest
 */
export function writeAuthMoreData(writer: PacketWriter, data: Uint8Array): void {
  writer.begin();
  writer.uint8(0x01);
  writer.bytes(data);
  writer.end();
}
