import { capability } from './capabilities.ts';

const sslRequestBytes = 32;

/**
 * Whether the first packet of a client is an SSLRequest: the head of a handshake response, with the SSL bit,
 * and nothing behind it. The TLS handshake follows on the raw socket.
 *
 *     capabilities:u32  maxPacket:u32  collation:u8  filler:23
 */
export function isSslRequest(payload: Buffer): boolean {
  return payload.length === sslRequestBytes && (payload.readUInt32LE(0) & capability.ssl) !== 0;
}
