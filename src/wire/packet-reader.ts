import { GatewayError } from '../base/errors.ts';

/** A request that does not follow its layout; the connection closes. */
export function malformedPacket(): GatewayError {
  return new GatewayError('MALFORMED_PACKET', 'Malformed communication packet.');
}

/**
 * A cursor over one packet's payload. Reading past the end throws MALFORMED_PACKET. Byte ranges are views of
 * the packet, not copies.
 */
export class PacketReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  #advance(count: number): number {
    const start = this.#offset;
    if (count > this.#bytes.length - start) throw malformedPacket();
    this.#offset = start + count;
    return start;
  }

  skip(count: number): void {
    this.#advance(count);
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  int8(): number {
    return this.#bytes.readInt8(this.#advance(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#advance(2));
  }

  int16(): number {
    return this.#bytes.readInt16LE(this.#advance(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4));
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#advance(4));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#advance(8));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64LE(this.#advance(8));
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#advance(4));
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#advance(8));
  }

  /** A length-encoded integer; 0xFB (NULL) and 0xFF are malformed where a length must stand. */
  lengthEncodedInteger(): number {
    const first = this.uint8();
    if (first < 0xfb) return first;
    if (first === 0xfc) return this.uint16();
    if (first === 0xfd) return this.#bytes.readUIntLE(this.#advance(3), 3);
    if (first !== 0xfe) throw malformedPacket();
    const value = this.uint64();
    // No packet is that long: the value can only be a length that runs past the end.
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformedPacket();
    return Number(value);
  }

  bytes(count: number): Buffer {
    const start = this.#advance(count);
    return this.#bytes.subarray(start, start + count);
  }

  lengthEncodedBytes(): Buffer {
    return this.bytes(this.lengthEncodedInteger());
  }

  /** The bytes up to a NUL, which is read too. */
  nullTerminatedBytes(): Buffer {
    const end = this.#bytes.indexOf(0, this.#offset);
    if (end === -1) throw malformedPacket();
    const start = this.#offset;
    this.#offset = end + 1;
    return this.#bytes.subarray(start, end);
  }

  /** As nullTerminatedBytes, but the end of the packet ends it too. */
  nullTerminatedOrRest(): Buffer {
    return this.#bytes.indexOf(0, this.#offset) === -1 ? this.rest() : this.nullTerminatedBytes();
  }

  rest(): Buffer {
    return this.bytes(this.remaining);
  }
}
