import { GatewayError } from '../../base/errors.ts';

/**
 * 64-bit Roaring bitmaps in the portable format (RoaringFormatSpec, "extension for 64-bit
 * implementations"), restricted to positions below 2^53. A bitmap is a map from the high 48 bits of a
 * position to a container of its low 16 bits; a container in memory is always a bitset of 65,536 bits.
 */
const containerBytes = 8192;
const arrayMaximum = 4096;
const cookieNoRuns = 12346;
const cookieRuns = 12347;

function corrupt(): GatewayError {
  return new GatewayError('STORAGE_ERROR', 'Corrupt deletion vector');
}

function countBits(bits: Uint8Array): number {
  const words = new Uint32Array(bits.buffer, bits.byteOffset, bits.byteLength / 4);
  let count = 0;
  for (let word of words) {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** A set of row positions. */
export class PositionSet {
  readonly #containers = new Map<number, Uint8Array>();

  static of(positions: Iterable<number>): PositionSet {
    const set = new PositionSet();
    for (const position of positions) set.add(position);
    return set;
  }

  add(position: number): void {
    const bits = this.#container(Math.floor(position / 65536));
    const low = position % 65536;
    bits[low >> 3]! |= 1 << (low & 7);
  }

  has(position: number): boolean {
    const low = position % 65536;
    const bits = this.#containers.get(Math.floor(position / 65536));
    return bits !== undefined && (bits[low >> 3]! & (1 << (low & 7))) !== 0;
  }

  addAll(other: PositionSet): void {
    for (const [high, bits] of other.#containers) {
      const own = this.#container(high);
      for (let at = 0; at < containerBytes; at++) own[at]! |= bits[at]!;
    }
  }

  get size(): number {
    let count = 0;
    for (const bits of this.#containers.values()) count += countBits(bits);
    return count;
  }

  /** Positions in ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (const [high, bits] of this.#sorted()) {
      for (let at = 0; at < containerBytes; at++) {
        const byte = bits[at]!;
        for (let bit = 0; byte >> bit !== 0; bit++) if ((byte >> bit) & 1) yield high * 65536 + at * 8 + bit;
      }
    }
  }

  /**
   * Sets the positions in a bitmap of DuckDB's BIT: index 0 is the most significant bit of the first byte.
   * Positions beyond the mask are ignored.
   */
  mark(mask: Uint8Array): void {
    for (const [high, bits] of this.#containers) {
      const start = high * containerBytes;
      const length = Math.min(containerBytes, mask.length - start);
      for (let at = 0; at < length; at++) {
        const byte = bits[at]!;
        if (byte !== 0) mask[start + at]! |= reversed[byte]!;
      }
    }
  }

  /** The portable 64-bit form: bucket count, then for each bucket its high 32 bits and a 32-bit bitmap. */
  serialize(): Uint8Array {
    const buckets = new Map<number, [key: number, bits: Uint8Array][]>();
    for (const [high, bits] of this.#sorted()) {
      const bucket = Math.floor(high / 65536);
      const list = buckets.get(bucket) ?? [];
      list.push([high % 65536, bits]);
      buckets.set(bucket, list);
    }
    const parts: Uint8Array[] = [];
    for (const [bucket, containers] of buckets) parts.push(uint32(bucket), serializeBucket(containers));
    return Buffer.concat([uint32(buckets.size), uint32(0), ...parts]);
  }

  /** Reads the portable 64-bit form; throws STORAGE_ERROR when it is malformed. */
  static parse(bytes: Uint8Array): PositionSet {
    const reader = new Reader(bytes);
    const buckets = reader.uint32();
    if (reader.uint32() !== 0) throw corrupt();
    const set = new PositionSet();
    for (let index = 0; index < buckets; index++) {
      const bucket = reader.uint32();
      if (bucket >= 2 ** 21) throw corrupt();
      parseBucket(reader, (key, bits) => set.#containers.set(bucket * 65536 + key, bits));
    }
    return set;
  }

  #container(high: number): Uint8Array {
    const present = this.#containers.get(high);
    if (present !== undefined) return present;
    const bits = new Uint8Array(containerBytes);
    this.#containers.set(high, bits);
    return bits;
  }

  #sorted(): [number, Uint8Array][] {
    return [...this.#containers].filter(([, bits]) => countBits(bits) > 0).sort(([a], [b]) => a - b);
  }
}

/** Bytes with their bits in opposite order. */
const reversed = Uint8Array.from({ length: 256 }, (_, byte) => {
  let result = 0;
  for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) result |= 0x80 >> bit;
  return result;
});

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function serializeBucket(containers: readonly (readonly [key: number, bits: Uint8Array])[]): Uint8Array {
  const counts = containers.map(([, bits]) => countBits(bits));
  const header = Buffer.alloc(8 + containers.length * 8);
  header.writeUInt32LE(cookieNoRuns, 0);
  header.writeUInt32LE(containers.length, 4);
  const bodies = containers.map(([, bits], index) =>
    counts[index]! <= arrayMaximum ? arrayContainer(bits, counts[index]!) : bits,
  );
  let offset = header.length;
  for (const [index, [key]] of containers.entries()) {
    header.writeUInt16LE(key, 8 + index * 4);
    header.writeUInt16LE(counts[index]! - 1, 10 + index * 4);
    header.writeUInt32LE(offset, 8 + containers.length * 4 + index * 4);
    offset += bodies[index]!.length;
  }
  return Buffer.concat([header, ...bodies]);
}

function arrayContainer(bits: Uint8Array, count: number): Uint8Array {
  const bytes = Buffer.alloc(count * 2);
  let at = 0;
  for (let index = 0; index < containerBytes; index++) {
    const byte = bits[index]!;
    for (let bit = 0; byte >> bit !== 0; bit++) {
      if ((byte >> bit) & 1) at = bytes.writeUInt16LE(index * 8 + bit, at);
    }
  }
  return bytes;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw corrupt();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  uint16(): number {
    return this.take(2).readUInt16LE();
  }
  uint32(): number {
    return this.take(4).readUInt32LE();
  }
}

function parseBucket(reader: Reader, put: (key: number, bits: Uint8Array) => void): void {
  const cookie = reader.uint32();
  const withRuns = (cookie & 0xffff) === cookieRuns;
  if (!withRuns && cookie !== cookieNoRuns) throw corrupt();
  const size = withRuns ? (cookie >>> 16) + 1 : reader.uint32();
  if (size > 65536) throw corrupt();
  const runFlags = withRuns ? reader.take(Math.ceil(size / 8)) : undefined;
  const descriptions = reader.take(size * 4);
  if (!withRuns || size >= 4) reader.take(size * 4);
  for (let index = 0; index < size; index++) {
    const count = descriptions.readUInt16LE(index * 4 + 2) + 1;
    const isRun = runFlags !== undefined && (runFlags[index >> 3]! & (1 << (index & 7))) !== 0;
    put(descriptions.readUInt16LE(index * 4), parseContainer(reader, isRun ? 'run' : count));
  }
}

function parseContainer(reader: Reader, form: 'run' | number): Uint8Array {
  if (typeof form === 'number' && form > arrayMaximum) return Uint8Array.from(reader.take(containerBytes));
  const bits = new Uint8Array(containerBytes);
  const set = (position: number): void => {
    bits[position >> 3]! |= 1 << (position & 7);
  };
  if (form === 'run') {
    const runs = reader.uint16();
    for (let run = 0; run < runs; run++) {
      const start = reader.uint16();
      const last = start + reader.uint16();
      if (last > 0xffff) throw corrupt();
      for (let position = start; position <= last; position++) set(position);
    }
  } else {
    for (let index = 0; index < form; index++) set(reader.uint16());
  }
  return bits;
}
