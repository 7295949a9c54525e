import { digitCount, longDigitCount } from './digits.ts';

/** The largest payload of one physical packet; a payload of exactly this size says that more follows. */
export const maxPayloadBytes = 0xff_ffff;

const headerBytes = 4;
const initialBytes = 16 * 1024;
/** What follows a large piece is likely to be large too. */
const streamBytes = 256 * 1024;

/** Memory that writers write into. */
interface Piece {
  readonly bytes: Buffer;
  readonly view: DataView;
}

function pieceOf(size: number): Piece {
  const bytes = Buffer.allocUnsafeSlow(size);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, size) };
}

const nothing = pieceOf(0);

/**
 * Pieces that nobody uses, by size: connections borrow them while they write, so that a connection that waits
 * holds none. As many as connections that write at once, up to a limit.
 */
const sparePieces = new Map<number, Piece[]>([
  [initialBytes, []],
  [streamBytes, []],
]);
const sparePiecesMax = 32;

const borrow = (size: number): Piece => sparePieces.get(size)?.pop() ?? pieceOf(size);

function giveBack(piece: Piece): void {
  const spare = sparePieces.get(piece.bytes.length);
  if (spare !== undefined && spare.length < sparePiecesMax) spare.push(piece);
}
/** Shorter strings are copied character by character: a call into native code costs more. */
const inlineCharacters = 48;
const inlineBytes = 40;

/**
 * The output of one connection: packets are written one behind the other into one growing buffer, each with
 * its header reserved by `begin` and patched by `end`, until `take` hands the bytes to the socket. Bytes that
 * were handed over are not written again before `release`.
 *
 * Sequence ids run on from `sequence` modulo 256.
 */
export class PacketWriter {
  /** The sequence id of the next packet. */
  sequence = 0;
  #piece: Piece = nothing;
  #buffer: Buffer = nothing.bytes;
  #lastTakenBytes = 0;
  /** Where the bytes start that were not taken yet. */
  #start = 0;
  #offset = 0;
  #packetStart = 0;
  #open = false;

  /** Bytes written and not taken, an open packet's included. */
  get pendingBytes(): number {
    return this.#offset - this.#start;
  }

  begin(): void {
    this.#open = true;
    this.#packetStart = this.#offset;
    this.#reserve(headerBytes);
    this.#offset += headerBytes;
  }

  /** Closes the packet, splitting it when it is 0xFFFFFF bytes or longer. */
  end(): void {
    this.#open = false;
    const payloadStart = this.#packetStart + headerBytes;
    const length = this.#offset - payloadStart;
    if (length >= maxPayloadBytes) this.#split(length);
    else this.#writeHeader(this.#packetStart, length);
  }

  /** Drops the packet that was begun and not ended, if there is one. */
  abandon(): void {
    if (this.#open) this.#offset = this.#packetStart;
    this.#open = false;
  }

  /** The finished packets. Their memory is the caller's until `release`; the writer goes on behind them. */
  take(): Buffer {
    const bytes = this.#buffer.subarray(this.#start, this.#offset);
    this.#start = this.#offset;
    this.#lastTakenBytes = bytes.length;
    return bytes;
  }

  /** What was taken is needed no more: unless more is written, its memory is given to whoever writes next. */
  release(): void {
    if (this.#offset !== this.#start || this.#piece === nothing) return;
    giveBack(this.#piece);
    this.#use(nothing);
    this.#start = 0;
    this.#offset = 0;
  }

  /** The memory that is written into; `claim` and all that writes may change it. */
  get memory(): Uint8Array {
    return this.#buffer;
  }

  /** Over the same bytes as `memory`. */
  get view(): DataView {
    return this.#piece.view;
  }

  /** Room in `memory` for whole packets, headers included, which the caller fills: where it starts. */
  claim(count: number): number {
    this.#reserve(count);
    this.#offset += count;
    return this.#offset - count;
  }

  /** Drops what was written and not taken; for a writer of which nothing is ever taken. */
  clear(): void {
    this.#offset = this.#start;
  }

  /** Whole packets made elsewhere, `count` of them, numbered on from `sequence`. */
  packets(bytes: Uint8Array, count: number): void {
    this.bytes(bytes);
    this.sequence = (this.sequence + count) & 0xff;
  }

  #writeHeader(at: number, length: number): void {
    this.#buffer.writeUIntLE(length, at, 3);
    this.#buffer[at + 3] = this.sequence & 0xff;
    this.sequence = (this.sequence + 1) & 0xff;
  }

  /** Makes room for one more header per 0xFFFFFF bytes, moving the pieces from the last to the first. */
  #split(length: number): void {
    const pieces = Math.floor(length / maxPayloadBytes) + 1;
    this.#reserve((pieces - 1) * headerBytes);
    const payloadStart = this.#packetStart + headerBytes;
    for (let piece = pieces - 1; piece > 0; piece--) {
      const from = payloadStart + piece * maxPayloadBytes;
      const to = Math.min(from + maxPayloadBytes, payloadStart + length);
      this.#buffer.copyWithin(from + piece * headerBytes, from, to);
    }
    for (let piece = 0; piece < pieces; piece++) {
      const at = this.#packetStart + piece * (maxPayloadBytes + headerBytes);
      this.#writeHeader(at, Math.min(maxPayloadBytes, length - piece * maxPayloadBytes));
    }
    this.#offset += (pieces - 1) * headerBytes;
  }

  /** Room for `count` more bytes; offsets may change. */
  #reserve(count: number): void {
    if (this.#offset + count > this.#buffer.length) this.#move(count);
  }

  /** Goes on in other memory that has room for `count` more bytes. */
  #move(count: number): void {
    const pending = this.#offset - this.#start;
    const needed = pending + count;
    const isSmall = needed <= initialBytes && this.#lastTakenBytes <= initialBytes;
    const piece = borrow(isSmall ? initialBytes : needed <= streamBytes ? streamBytes : needed * 2);
    this.#buffer.copy(piece.bytes, 0, this.#start, this.#offset);
    this.#use(piece);
    this.#packetStart -= this.#start;
    this.#start = 0;
    this.#offset = pending;
  }

  #use(piece: Piece): void {
    this.#piece = piece;
    this.#buffer = piece.bytes;
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#offset++] = value;
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.#buffer[this.#offset++] = value;
    this.#buffer[this.#offset++] = value >>> 8;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#offset = this.#buffer.writeUInt32LE(value >>> 0, this.#offset);
  }

  /** Signed and unsigned alike: the low 64 bits. */
  int64(value: bigint): void {
    this.#reserve(8);
    this.#offset = this.#buffer.writeBigInt64LE(BigInt.asIntN(64, value), this.#offset);
  }

  float(value: number): void {
    this.#reserve(4);
    this.#offset = this.#buffer.writeFloatLE(value, this.#offset);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#offset = this.#buffer.writeDoubleLE(value, this.#offset);
  }

  zeros(count: number): void {
    this.#reserve(count);
    this.#buffer.fill(0, this.#offset, this.#offset + count);
    this.#offset += count;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#offset);
    this.#offset += value.length;
  }

  /** UTF-8 without a length. */
  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.#reserve(length);
    this.#buffer.write(value, this.#offset, length, 'utf8');
    this.#offset += length;
  }

  nullTerminatedText(value: string): void {
    this.text(value);
    this.uint8(0);
  }

  lengthEncodedInteger(value: number | bigint): void {
    if (value < 0xfb) {
      this.uint8(Number(value));
    } else if (value <= 0xffff) {
      this.uint8(0xfc);
      this.uint16(Number(value));
    } else if (value <= 0xff_ffff) {
      this.#reserve(4);
      this.#buffer[this.#offset] = 0xfd;
      this.#offset = this.#buffer.writeUIntLE(Number(value), this.#offset + 1, 3);
    } else {
      this.uint8(0xfe);
      this.int64(BigInt(value));
    }
  }

  lengthEncodedBytes(value: Uint8Array): void {
    this.lengthEncodedInteger(value.length);
    this.bytes(value);
  }

  /** A length-encoded UTF-8 string. */
  lengthEncodedText(value: string): void {
    if (value.length <= inlineCharacters && this.#asciiText(value)) return;
    const length = Buffer.byteLength(value);
    this.lengthEncodedInteger(length);
    this.#reserve(length);
    this.#buffer.write(value, this.#offset, length, 'utf8');
    this.#offset += length;
  }

  /** A length-encoded string whose characters are all ASCII (digits, dates). */
  lengthEncodedAscii(value: string): void {
    if (value.length <= inlineCharacters && this.#asciiText(value)) return;
    this.lengthEncodedInteger(value.length);
    this.#reserve(value.length);
    this.#buffer.write(value, this.#offset, 'latin1');
    this.#offset += value.length;
  }

  /** Writes nothing and answers false when a character is not ASCII. */
  #asciiText(value: string): boolean {
    const length = value.length;
    this.#reserve(length + 1);
    const buffer = this.#buffer;
    let at = this.#offset + 1;
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) return false;
      buffer[at++] = unit;
    }
    buffer[this.#offset] = length;
    this.#offset = at;
    return true;
  }

  /** 32 or 64 bits by their words, the low one first. */
  words(low: number, high?: number): void {
    this.#reserve(8);
    const buffer = this.#buffer;
    let at = this.#offset;
    buffer[at++] = low;
    buffer[at++] = low >>> 8;
    buffer[at++] = low >>> 16;
    buffer[at++] = low >>> 24;
    if (high !== undefined) {
      buffer[at++] = high;
      buffer[at++] = high >>> 8;
      buffer[at++] = high >>> 16;
      buffer[at++] = high >>> 24;
    }
    this.#offset = at;
  }

  /** A length-encoded string of bytes that stand in `source`. */
  lengthEncodedSlice(source: Uint8Array, start: number, length: number): void {
    this.lengthEncodedInteger(length);
    this.#reserve(length);
    const buffer = this.#buffer;
    let at = this.#offset;
    if (length > inlineBytes) buffer.set(source.subarray(start, start + length), at);
    else for (let from = start; from < start + length; from++) buffer[at++] = source[from]!;
    this.#offset += length;
  }

  /** A length-encoded decimal number: an integer within ±2^53 divided by 10^`scale`. */
  lengthEncodedDecimal(unscaled: number, scale: number): void {
    if (scale === 0) {
      this.lengthEncodedNumber(unscaled);
      return;
    }
    const negative = unscaled < 0 ? 1 : 0;
    const magnitude = negative === 1 ? -unscaled : unscaled;
    const digits = Math.max(longDigitCount(magnitude), scale + 1);
    this.#reserve(digits + 3);
    const buffer = this.#buffer;
    buffer[this.#offset] = digits + 1 + negative;
    if (negative === 1) buffer[this.#offset + 1] = 0x2d;
    this.#offset += 1 + negative;
    const point = this.#offset + digits - scale;
    // The digits as if there were no point, then those behind it one further.
    this.#placeDigits(magnitude, digits);
    buffer.copyWithin(point + 1, point, this.#offset);
    buffer[point] = 0x2e;
    this.#offset++;
  }

  /** `count` digits, zeros in front. */
  #placeDigits(magnitude: number, count: number): void {
    if (magnitude < 1e9) {
      this.digits(magnitude, count);
      return;
    }
    const upper = Math.floor(magnitude / 1e9);
    this.#placeDigits(upper, count - 9);
    this.digits(magnitude - upper * 1e9, 9);
  }

  /** A length-encoded decimal number of an integer within ±2^53. */
  lengthEncodedNumber(value: number): void {
    if (value > 0x7fff_ffff || value < -0x7fff_ffff) {
      const negative = value < 0 ? 1 : 0;
      const digits = longDigitCount(negative === 1 ? -value : value);
      this.#reserve(digits + 2);
      this.#buffer[this.#offset++] = digits + negative;
      if (negative === 1) this.#buffer[this.#offset++] = 0x2d;
      this.#placeDigits(negative === 1 ? -value : value, digits);
      return;
    }
    this.#reserve(12);
    const buffer = this.#buffer;
    let magnitude = value < 0 ? -value : value;
    const digits = digitCount(magnitude);
    const length = value < 0 ? digits + 1 : digits;
    buffer[this.#offset] = length;
    if (value < 0) buffer[this.#offset + 1] = 0x2d;
    this.#offset += length + 1;
    for (let at = this.#offset - 1, left = digits; left > 0; left--) {
      const next = (magnitude / 10) | 0;
      buffer[at--] = 0x30 + magnitude - next * 10;
      magnitude = next;
    }
  }

  /** `width` digits with leading zeros, without a length. */
  digits(value: number, width: number): void {
    this.#reserve(width);
    for (let at = this.#offset + width - 1, rest = value; at >= this.#offset; at--) {
      const next = (rest / 10) | 0;
      this.#buffer[at] = 0x30 + rest - next * 10;
      rest = next;
    }
    this.#offset += width;
  }

  /** The place of `count` bytes zeroed now and set later by `setBit`, relative to the open packet. */
  bitmap(count: number): number {
    this.zeros(count);
    return this.#offset - count - this.#packetStart;
  }

  setBit(bitmap: number, bit: number): void {
    const at = this.#packetStart + bitmap + (bit >> 3);
    this.#buffer[at] = this.#buffer[at]! | (1 << (bit & 7));
  }
}
