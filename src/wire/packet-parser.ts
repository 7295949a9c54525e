import { GatewayError } from '../base/errors.ts';
import { maxPayloadBytes } from './packet-writer.ts';

/** One logical message: a payload of up to 0xFFFFFF bytes, or several joined. */
export interface Packet {
  /** The sequence id of its first physical packet. */
  readonly sequence: number;
  /** The sequence id of its last physical packet. */
  readonly lastSequence: number;
  readonly payload: Buffer;
}

const headerBytes = 4;

/**
 * Cuts a byte stream into messages.
 *
 *     physical packet := length:u24 sequence:u8 payload
 *     message         := packet of 0xFFFFFF bytes* packet of fewer bytes (perhaps none)
 *
 * Chunks of any size are pushed; memory grows with what arrived, not with what a header announces.
 */
export class PacketParser {
  /** The longest message accepted, in bytes; a longer one throws PACKET_TOO_LARGE as soon as it is announced. */
  maxMessageBytes: number;
  readonly #chunks: Buffer[] = [];
  /** Consumed bytes of the first chunk. */
  #head = 0;
  #bufferedBytes = 0;
  /** Payloads of 0xFFFFFF bytes whose message is not complete. */
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #firstSequence = 0;
  #lastSequence = 0;

  constructor(maxMessageBytes: number) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /** Bytes that belong to no message yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes + this.#partsBytes;
  }

  /** `chunk` must not change afterwards: payloads are views of it where possible. */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
  }

  /**
   * The next complete message, or undefined when more bytes are needed. Throws GatewayError
   * PACKET_TOO_LARGE, or PACKETS_OUT_OF_ORDER when the ids within a message are not consecutive; the stream
   * cannot be read further then.
   */
  next(): Packet | undefined {
    for (;;) {
      if (this.#bufferedBytes < headerBytes) return undefined;
      const length = this.#peek(0) | (this.#peek(1) << 8) | (this.#peek(2) << 16);
      const sequence = this.#peek(3);
      this.#checkHeader(length, sequence);
      if (this.#bufferedBytes < headerBytes + length) return undefined;
      this.#consume(headerBytes);
      const payload = this.#consume(length);
      this.#lastSequence = sequence;
      if (this.#parts.length === 0) this.#firstSequence = sequence;
      if (length < maxPayloadBytes) return this.#finish(payload);
      this.#parts.push(payload);
      this.#partsBytes += length;
    }
  }

  /** Takes the bytes that no `next` has consumed, for the TLS layer. */
  takeRest(): Buffer {
    return this.#consume(this.#bufferedBytes);
  }

  #checkHeader(length: number, sequence: number): void {
    if (this.#partsBytes + length > this.maxMessageBytes) {
      this.#lastSequence = sequence;
      throw new GatewayError('PACKET_TOO_LARGE', "Got a packet bigger than 'max_allowed_packet' bytes");
    }
    if (this.#parts.length > 0 && sequence !== ((this.#lastSequence + 1) & 0xff)) {
      throw new GatewayError('PACKETS_OUT_OF_ORDER', 'Got packets out of order');
    }
  }

  /** The id of the last header read, also of a message that was refused: an ERR answers with the next one. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  #finish(payload: Buffer): Packet {
    const whole = this.#parts.length === 0 ? payload : Buffer.concat([...this.#parts, payload]);
    this.#parts = [];
    this.#partsBytes = 0;
    return { sequence: this.#firstSequence, lastSequence: this.#lastSequence, payload: whole };
  }

  #peek(index: number): number {
    let at = this.#head + index;
    for (const chunk of this.#chunks) {
      if (at < chunk.length) return chunk[at]!;
      at -= chunk.length;
    }
    throw new RangeError('peek past the buffered bytes');
  }

  #consume(count: number): Buffer {
    this.#bufferedBytes -= count;
    const first = this.#chunks[0];
    if (first === undefined || count === 0) return Buffer.alloc(0);
    if (first.length - this.#head >= count) {
      const view = first.subarray(this.#head, this.#head + count);
      this.#head += count;
      if (this.#head === first.length) this.#dropFirst();
      return view;
    }
    return this.#join(count);
  }

  /** `count` bytes that lie in several chunks. */
  #join(count: number): Buffer {
    const joined = Buffer.allocUnsafe(count);
    let index = 0;
    let filled = 0;
    for (;;) {
      const chunk = this.#chunks[index]!;
      const taken = chunk.copy(joined, filled, this.#head, this.#head + count - filled);
      filled += taken;
      this.#head += taken;
      if (this.#head === chunk.length) {
        index++;
        this.#head = 0;
      }
      if (filled === count) break;
    }
    this.#chunks.splice(0, index);
    return joined;
  }

  #dropFirst(): void {
    this.#chunks.shift();
    this.#head = 0;
  }
}
