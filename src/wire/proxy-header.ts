import { isIP } from 'node:net';
import { malformedPacket } from './packet-reader.ts';

/** What a stream begins with. */
export type ProxyHeader =
  /** No header: the stream is the client's own. */
  | { readonly kind: 'none' }
  /** So far it could be one. */
  | { readonly kind: 'incomplete' }
  /** `length` bytes; `address` is the client's, undefined where the proxy speaks for itself or does not know. */
  | { readonly kind: 'header'; readonly length: number; readonly address: string | undefined };

const signature1 = Buffer.from('PROXY ');
const signature2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** The longest line of version 1, by its specification. */
const lineBytes = 107;
const fixedBytes = 16;
/** Addresses and a proxy's own fields; the length has 16 bits, of which nobody uses that many. */
const bodyBytes = 4_096;

const startsLike = (bytes: Buffer, signature: Buffer): boolean => {
  const length = Math.min(bytes.length, signature.length);
  return bytes.subarray(0, length).equals(signature.subarray(0, length));
};

/**
 * Reads the header that a proxy puts before a client's bytes (HAProxy's PROXY protocol, versions 1 and 2). No
 * MySQL client begins like one: its first packet would be of 5 MB, or 0.8 MB. Throws MALFORMED_PACKET for a header
 * that is none after all.
 *
 *     version 1: "PROXY" SP ("TCP4" | "TCP6") SP source SP destination SP port SP port CR LF
 *                "PROXY UNKNOWN" … CR LF
 *     version 2: signature:12  version:4 bits = 2  command:4 bits (0 LOCAL, 1 PROXY)  family:u8
 *                length:u16, big-endian  addresses and fields:length
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (bytes.length === 0) return { kind: 'incomplete' };
  if (startsLike(bytes, signature1)) return readLine(bytes);
  return startsLike(bytes, signature2) ? readBinary(bytes) : { kind: 'none' };
}

function readLine(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, lineBytes).indexOf('\r\n');
  if (end < 0) {
    if (bytes.length >= lineBytes) throw malformedPacket();
    return { kind: 'incomplete' };
  }
  const [, family, source, ...rest] = bytes.toString('latin1', 0, end).split(' ');
  const length = end + 2;
  if (family === 'UNKNOWN') return { kind: 'header', length, address: undefined };
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : undefined;
  if (version === undefined || rest.length !== 3 || isIP(source ?? '') !== version) throw malformedPacket();
  return { kind: 'header', length, address: source };
}

function readBinary(bytes: Buffer): ProxyHeader {
  if (bytes.length < fixedBytes) return { kind: 'incomplete' };
  const version = bytes[12]! >> 4;
  const command = bytes[12]! & 0x0f;
  const body = bytes.readUInt16BE(14);
  if (version !== 2 || command > 1 || body > bodyBytes) throw malformedPacket();
  const length = fixedBytes + body;
  if (bytes.length < length) return { kind: 'incomplete' };
  const address =
    command === 0 ? undefined : sourceAddress(bytes[13]! >> 4, bytes.subarray(fixedBytes, length));
  return { kind: 'header', length, address };
}

/** Families: 1 is IPv4, 2 is IPv6; of others (unknown, unix sockets) there is no address. */
function sourceAddress(family: number, body: Buffer): string | undefined {
  if (family !== 1 && family !== 2) return undefined;
  if (body.length < (family === 1 ? 12 : 36)) throw malformedPacket();
  if (family === 1) return body.subarray(0, 4).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => body.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
