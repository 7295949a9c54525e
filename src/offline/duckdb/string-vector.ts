/**
 * The strings of a DuckDB vector without an object for each. An entry is DuckDB's string_t: 4 bytes of length,
 * then up to 12 bytes in place, or 4 of prefix and a pointer. The pointers of a vector lie close together (one
 * page, one heap block), so one view over all that they span serves for all of them.
 */
import duckdb from '@duckdb/node-bindings';
import { assert } from '../../base/assert.ts';
import type { PackedBytes } from '../../types/batch.ts';

const entryBytes = 16;
const inPlaceBytes = 12;
/** Strings further apart than this are looked up one by one: a view counts as memory for the collector. */
const windowBytes = 4 * 1024 * 1024;

/** A view of memory outside the heap as a Buffer, which can be read as text from any offset. */
function bufferOf(bytes: Uint8Array): Buffer {
  assert(bytes.buffer instanceof ArrayBuffer, 'vector memory is not an ArrayBuffer');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

let viewsShareMemory: boolean | undefined;

/**
 * Whether the bindings' views are the memory itself. A copy of all that strings span would read what lies
 * between them, which need not be mapped.
 */
function sharesMemory(pointer: ArrayBuffer, offset: number): boolean {
  if (viewsShareMemory === undefined) {
    const one = duckdb.get_data_from_pointer(pointer, offset, 1);
    const other = duckdb.get_data_from_pointer(pointer, offset, 1);
    viewsShareMemory = one.buffer !== other.buffer || one.byteOffset === other.byteOffset;
    const byte = one[0]!;
    one[0] = byte ^ 0xff;
    viewsShareMemory &&= other[0] === (byte ^ 0xff);
    one[0] = byte;
  }
  return viewsShareMemory;
}

export class StringVector implements PackedBytes {
  source: Buffer;
  start = 0;
  length = 0;
  readonly #inPlace: Buffer;
  readonly #memory: ArrayBuffer;
  /** Four to an entry: length, prefix, pointer low, pointer high. */
  readonly #words: Uint32Array;
  readonly #validity: Uint8Array | null;
  /** All long strings, from the lowest address on; null when there is no such view. */
  #window: Buffer | null | undefined;
  #windowAddress = 0;

  constructor(entries: Uint8Array, count: number, validity: Uint8Array | null) {
    assert(entries.buffer instanceof ArrayBuffer, 'vector memory is not an ArrayBuffer');
    this.#memory = entries.buffer;
    this.#words = new Uint32Array(entries.buffer, entries.byteOffset, count * 4);
    this.#inPlace = bufferOf(entries);
    this.#validity = validity;
    this.source = this.#inPlace;
  }

  /** Points `source`, `start` and `length` at a valid row's bytes. */
  find(row: number): void {
    const words = this.#words;
    const length = words[row * 4]!;
    this.length = length;
    if (length <= inPlaceBytes) {
      this.source = this.#inPlace;
      this.start = row * entryBytes + 4;
      return;
    }
    if (this.#window === undefined) this.#open(row);
    const window = this.#window;
    if (window === null || window === undefined) {
      this.source = bufferOf(duckdb.get_data_from_pointer(this.#memory, this.#pointerOffset(row), length));
      this.start = 0;
      return;
    }
    this.source = window;
    this.start = this.#address(row) - this.#windowAddress;
  }

  text(row: number): string {
    this.find(row);
    return this.source.toString('utf8', this.start, this.start + this.length);
  }

  /** A copy: the caller may keep the value longer than the chunk. */
  copy(row: number): Uint8Array {
    this.find(row);
    return new Uint8Array(this.source.subarray(this.start, this.start + this.length));
  }

  #pointerOffset(row: number): number {
    return this.#words.byteOffset + row * entryBytes + 8;
  }

  /** User space ends at 2^48: a double holds every address. */
  #address(row: number): number {
    return this.#words[row * 4 + 3]! * 0x1_0000_0000 + this.#words[row * 4 + 2]!;
  }

  #open(row: number): void {
    this.#window = null;
    if (!sharesMemory(this.#memory, this.#pointerOffset(row))) return;
    const words = this.#words;
    const validity = this.#validity;
    let lowest = Number.POSITIVE_INFINITY;
    let lowestRow = row;
    let end = 0;
    for (let each = 0; each < words.length / 4; each++) {
      const length = words[each * 4]!;
      if (length <= inPlaceBytes) continue;
      // What stands at a NULL's place is no string.
      if (validity !== null && (validity[each >> 3]! & (1 << (each & 7))) === 0) continue;
      const address = this.#address(each);
      if (address < lowest) {
        lowest = address;
        lowestRow = each;
      }
      if (address + length > end) end = address + length;
    }
    if (end - lowest > windowBytes) return;
    this.#windowAddress = lowest;
    this.#window = bufferOf(
      duckdb.get_data_from_pointer(this.#memory, this.#pointerOffset(lowestRow), end - lowest),
    );
  }
}
