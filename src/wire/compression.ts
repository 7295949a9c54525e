import * as zlib from 'node:zlib';
import { GatewayError } from '../base/errors.ts';
import { malformedPacket } from './packet-reader.ts';
import { maxPayloadBytes } from './packet-writer.ts';

export type CompressionAlgorithm = 'zlib' | 'zstd';

/** What both sides agreed on at login. */
export interface Compression {
  readonly algorithm: CompressionAlgorithm;
  readonly level: number;
}

/** MySQL's MIN_COMPRESS_LENGTH: less is sent as it is. */
const compressibleBytes = 50;
/** MySQL takes zlib's own default; the lower level costs a third of the time for a tenth more bytes. */
export const zlibLevel = 2;
/** MySQL's default of zstd_compression_level. */
export const zstdDefaultLevel = 3;
const zstdLevelMax = 22;

const headerBytes = 7;

type ByteFunction = (bytes: Uint8Array, options: object) => Buffer;

/** A function of node:zlib that only newer versions of Node have. */
function zlibFunction(name: string): ByteFunction | undefined {
  const found: unknown = Reflect.get(zlib, name);
  return typeof found === 'function' ? (bytes, options) => found(bytes, options) : undefined;
}

const zstdCompress = zlibFunction('zstdCompressSync');
const zstdDecompress = zlibFunction('zstdDecompressSync');

/** The algorithms that the running Node has: zstd since Node 22.15. */
export const compressionAlgorithms: readonly CompressionAlgorithm[] =
  zstdCompress === undefined || zstdDecompress === undefined ? ['zlib'] : ['zlib', 'zstd'];

/** The level that a client asked for, where it is one. */
export const zstdLevelOf = (asked: number): number =>
  asked >= 1 && asked <= zstdLevelMax ? asked : zstdDefaultLevel;

function compress(bytes: Uint8Array, { algorithm, level }: Compression): Buffer {
  if (algorithm === 'zlib') return zlib.deflateSync(bytes, { level });
  return zstdCompress!(bytes, { params: { [zstdLevelParameter]: level } });
}

/** ZSTD_c_compressionLevel. */
const zstdLevelParameter = 100;

/** Throws MALFORMED_PACKET unless the bytes become `length` bytes, of which no more are ever made. */
function decompress(bytes: Uint8Array, length: number, algorithm: CompressionAlgorithm): Buffer {
  const options = { maxOutputLength: length };
  try {
    const plain = algorithm === 'zlib' ? zlib.inflateSync(bytes, options) : zstdDecompress!(bytes, options);
    if (plain.length === length) return plain;
  } catch {
    throw malformedPacket();
  }
  throw malformedPacket();
}

/** What one compressed packet carried. */
export interface Frame {
  readonly sequence: number;
  readonly payload: Buffer;
}

/**
 * Cuts the stream of a compressed connection into frames, each decompressed when it is asked for, so that one
 * frame at a time stands in memory however many were sent.
 *
 *     frame := length:u24  sequence:u8  plainLength:u24  payload
 *
 * `plainLength` 0 says that the payload is not compressed. The payloads joined are the stream of packets; a
 * packet may begin and end within a frame. Frames have sequence ids of their own, from 0 in each command.
 */
export class FrameReader {
  readonly #algorithm: CompressionAlgorithm;
  #pending: Buffer = Buffer.alloc(0);
  /** Chunks behind `pending`, joined when the frame needs them. */
  #later: Buffer[] = [];
  #bufferedBytes = 0;
  #lastSequence = -1;

  constructor(algorithm: CompressionAlgorithm) {
    this.#algorithm = algorithm;
  }

  /** Compressed bytes not yet made frames. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  push(chunk: Buffer): void {
    this.#later.push(chunk);
    this.#bufferedBytes += chunk.length;
  }

  /** Undefined when more bytes are needed. Throws MALFORMED_PACKET or PACKETS_OUT_OF_ORDER. */
  next(): Frame | undefined {
    if (this.#bufferedBytes < headerBytes) return undefined;
    if (this.#pending.length < headerBytes) this.#join();
    const length = this.#pending.readUIntLE(0, 3);
    if (this.#bufferedBytes < headerBytes + length) return undefined;
    if (this.#pending.length < headerBytes + length) this.#join();
    const sequence = this.#pending[3]!;
    // A client that pipelines begins its next command at 0.
    if (sequence !== 0 && sequence !== ((this.#lastSequence + 1) & 0xff)) {
      throw new GatewayError('PACKETS_OUT_OF_ORDER', 'Got packets out of order');
    }
    this.#lastSequence = sequence;
    const plainLength = this.#pending.readUIntLE(4, 3);
    const body = this.#pending.subarray(headerBytes, headerBytes + length);
    this.#pending = this.#pending.subarray(headerBytes + length);
    this.#bufferedBytes -= headerBytes + length;
    const payload = plainLength === 0 ? body : decompress(body, plainLength, this.#algorithm);
    return { sequence, payload };
  }

  /** The reply is over; the client counts on from `sequence` within the present command. */
  expect(sequence: number): void {
    this.#lastSequence = (sequence + 0xff) & 0xff;
  }

  #join(): void {
    this.#pending = Buffer.concat([this.#pending, ...this.#later]);
    this.#later = [];
  }
}

/** Packets as frames numbered from `sequence`; a frame that would not be shorter is left as it is. */
export function framesOf(bytes: Buffer, sequence: number, compression: Compression): Buffer[] {
  const frames: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += maxPayloadBytes) {
    const plain = bytes.subarray(from, from + maxPayloadBytes);
    const packed = plain.length < compressibleBytes ? plain : compress(plain, compression);
    const isShorter = packed.length < plain.length;
    const body = isShorter ? packed : plain;
    const header = Buffer.allocUnsafe(headerBytes);
    header.writeUIntLE(body.length, 0, 3);
    header[3] = (sequence + frames.length / 2) & 0xff;
    header.writeUIntLE(isShorter ? plain.length : 0, 4, 3);
    frames.push(header, body);
  }
  return frames;
}
