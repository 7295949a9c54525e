/**
 * The strings of a DuckDB vector without a call for each. An entry is DuckDB's string_t: 4 bytes of length, then
 * up to 12 bytes in place, or 4 of prefix and a pointer. The bindings copy what a pointer names, at half a
 * microsecond a call; the strings of a vector lie close together, so whole pages of memory are copied instead,
 * those that hold some part of a string: a page that does is mapped from end to end.
 */
import duckdb from '@duckdb/node-bindings';
import { assert } from '../../base/assert.ts';
import type { PackedBytes } from '../../types/batch.ts';

const entryBytes = 16;
const inPlaceBytes = 12;
/** The smallest page of any platform; where pages are larger the same holds. */
const pageShift = 12;
const pageBytes = 1 << pageShift;
/** Strings come from a few blocks that can lie anywhere, so pages are kept by region of this size. */
const regionBytes = 1024 * 1024;
/** Longer strings are copied by themselves; shorter ones may go on behind their region's end. */
const gatheredBytes = 64 * 1024;
const regionPages = (regionBytes + gatheredBytes) / pageBytes + 1;

/** A view of memory outside the heap as a Buffer, which can be read as text from any offset. */
function bufferOf(bytes: Uint8Array): Buffer {
  assert(bytes.buffer instanceof ArrayBuffer, 'vector memory is not an ArrayBuffer');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Neighbouring pages as one copy. */
interface PageRun {
  readonly address: number;
  readonly bytes: Buffer;
  readonly view: DataView;
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The pages of one region that hold strings. */
class Region {
  readonly #base: number;
  readonly #used = new Uint8Array(regionPages);
  readonly #runOfPage = new Uint16Array(regionPages);
  readonly #runs: PageRun[] = [];

  constructor(base: number) {
    this.#base = base;
  }

  mark(address: number, length: number): void {
    const first = (address - this.#base) >> pageShift;
    const last = (address - this.#base + length - 1) >> pageShift;
    for (let page = first; page <= last; page++) this.#used[page] = 1;
  }

  /** The copy that holds the address. */
  runOf(address: number): PageRun {
    return this.#runs[this.#runOfPage[(address - this.#base) >> pageShift]!]!;
  }

  copy(): void {
    for (let page = 0; page < regionPages; page++) {
      const first = page;
      while (this.#used[page] === 1) this.#runOfPage[page++] = this.#runs.length;
      if (page === first) continue;
      const address = this.#base + first * pageBytes;
      const pointer = new Uint32Array([address % 0x1_0000_0000, Math.floor(address / 0x1_0000_0000)]);
      const bytes = bufferOf(duckdb.get_data_from_pointer(pointer.buffer, 0, (page - first) * pageBytes));
      this.#runs.push({ address, bytes, view: viewOf(bytes) });
    }
  }
}

export class StringVector implements PackedBytes {
  source: Buffer;
  view: DataView;
  start = 0;
  length = 0;
  readonly #inPlace: Buffer;
  readonly #inPlaceView: DataView;
  readonly #memory: ArrayBuffer;
  /** Four to an entry: length, prefix, pointer low, pointer high. */
  readonly #words: Uint32Array;
  readonly #validity: Uint8Array | null;
  /** By number; undefined until a long string is asked for. */
  #regions: Map<number, Region> | undefined;
  /** The region asked for last. */
  #regionNumber = -1;
  #region: Region | undefined;

  constructor(entries: Uint8Array, count: number, validity: Uint8Array | null) {
    assert(entries.buffer instanceof ArrayBuffer, 'vector memory is not an ArrayBuffer');
    this.#memory = entries.buffer;
    this.#words = new Uint32Array(entries.buffer, entries.byteOffset, count * 4);
    this.#inPlace = bufferOf(entries);
    this.#validity = validity;
    this.#inPlaceView = viewOf(this.#inPlace);
    this.source = this.#inPlace;
    this.view = this.#inPlaceView;
  }

  lengthAt(row: number): number {
    return this.#words[row * 4]!;
  }

  /** Points `source`, `start` and `length` at a valid row's bytes. */
  find(row: number): void {
    const words = this.#words;
    const length = words[row * 4]!;
    this.length = length;
    if (length <= inPlaceBytes) {
      this.source = this.#inPlace;
      this.view = this.#inPlaceView;
      this.start = row * entryBytes + 4;
      return;
    }
    if (length > gatheredBytes) {
      this.source = bufferOf(duckdb.get_data_from_pointer(this.#memory, this.#pointerOffset(row), length));
      this.view = viewOf(this.source);
      this.start = 0;
      return;
    }
    if (this.#regions === undefined) this.#copyPages();
    const address = this.#address(row);
    const run = this.#regionOf(address).runOf(address);
    this.source = run.bytes;
    this.view = run.view;
    this.start = address - run.address;
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

  #regionOf(address: number): Region {
    const number = Math.floor(address / regionBytes);
    if (number !== this.#regionNumber || this.#region === undefined) {
      this.#regionNumber = number;
      this.#region = this.#regions?.get(number) ?? this.#addRegion(number);
    }
    return this.#region;
  }

  #addRegion(number: number): Region {
    const region = new Region(number * regionBytes);
    this.#regions?.set(number, region);
    return region;
  }

  #copyPages(): void {
    this.#regions = new Map();
    const validity = this.#validity;
    for (let row = 0; row < this.#words.length / 4; row++) {
      const length = this.#words[row * 4]!;
      if (length <= inPlaceBytes || length > gatheredBytes) continue;
      // What stands at a NULL's place is no string.
      if (validity !== null && (validity[row >> 3]! & (1 << (row & 7))) === 0) continue;
      const address = this.#address(row);
      this.#regionOf(address).mark(address, length);
    }
    for (const region of this.#regions.values()) region.copy();
  }
}
