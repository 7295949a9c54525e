import type { BulkLoad, StoredChange } from '../../catalog/ports.ts';
import type { TableDef } from '../../catalog/schema.ts';
import { bigint, int, type SqlType } from '../../types/sql-type.ts';
import type { Row } from '../../types/value.ts';
import type { DuckPort } from './duck-port.ts';
import { emptyMask, markRow } from './scan.ts';
import { nextTurn } from './turns.ts';

/** A key as text, for maps. */
export function keyText(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

/** Positions of one file in the order of the versions that superseded them. */
interface Superseded {
  readonly versions: number[];
  readonly positions: number[];
  /** The last mask made: the file's own with the first `count` positions. */
  mask?: { readonly count: number; readonly base: Uint8Array | undefined; readonly bits: Uint8Array };
}

/** How many of the ascending `versions` are at or before `version`. */
function countThrough(versions: readonly number[], version: number): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (versions[middle]! <= version) low = middle + 1;
    else high = middle;
  }
  return low;
}

let nextTable = 0;

const appendedRows = 4_096;

/**
 * The changes of one table after a flush, in memory: which rows of the files they supersede, and which of
 * their own rows live at a version. Rows are appended to a table in DuckDB when a query needs them. One tail
 * belongs to one flush; queries hold it while they run, so its DuckDB table stays until the last one ends.
 */
export class Tail {
  readonly table: TableDef;
  /** The version that the files hold. */
  readonly start: number;
  readonly bulks: BulkLoad[] = [];
  #loadedThrough: number;
  /** By ordinal of a row: the version that wrote it and the one that ended it. */
  readonly #written: number[] = [];
  readonly #ended: number[] = [];
  /** By key: the ordinal of its newest row, -1 after a delete. */
  readonly #newest = new Map<string, number>();
  readonly #superseded = new Map<number, Superseded>();
  readonly #pending: Row[] = [];
  #appended = 0;
  #appending: Promise<void> = Promise.resolve();
  #duckTable: string | undefined;
  readonly #duck: DuckPort;
  #holders = 1;

  constructor(table: TableDef, start: number, duck: DuckPort) {
    this.table = table;
    this.start = start;
    this.#loadedThrough = start;
    this.#duck = duck;
  }

  get loadedThrough(): number {
    return this.#loadedThrough;
  }

  /** Whether nothing has changed since the flush. */
  get empty(): boolean {
    return this.#newest.size === 0 && this.bulks.length === 0;
  }

  /** Takes in changes up to `through`, in commit order. */
  load(changes: Iterable<StoredChange>, bulks: readonly BulkLoad[], through: number): void {
    for (const change of changes) this.#add(change);
    this.bulks.push(...bulks);
    this.#loadedThrough = Math.max(this.#loadedThrough, through);
  }

  /** The positions of each file that changes through `version` supersede. */
  supersededThrough(version: number): Map<number, readonly number[]> {
    const result = new Map<number, readonly number[]>();
    for (const [fileNumber, { versions, positions }] of this.#superseded) {
      const count = countThrough(versions, version);
      if (count > 0) result.set(fileNumber, positions.slice(0, count));
    }
    return result;
  }

  /**
   * The mask of a file's rows that are dead at `version`: its own deletion mask and what the tail
   * supersedes. Never changed once made, so that a running query keeps what it was given.
   */
  maskOf(
    fileNumber: number,
    version: number,
    rowCount: number,
    own: Uint8Array | undefined,
  ): Uint8Array | undefined {
    const superseded = this.#superseded.get(fileNumber);
    const count = superseded === undefined ? 0 : countThrough(superseded.versions, version);
    if (superseded === undefined || count === 0) return own;
    const known = superseded.mask;
    if (known !== undefined && known.count === count && known.base === own) return known.bits;
    const extend = known !== undefined && known.count < count && known.base === own;
    const bits = extend
      ? Uint8Array.from(known.bits)
      : own === undefined
        ? emptyMask(rowCount)
        : Uint8Array.from(own);
    for (let index = extend ? known.count : 0; index < count; index++)
      markRow(bits, superseded.positions[index]!);
    superseded.mask = { count, base: own, bits };
    return bits;
  }

  /**
   * The tail's rows that live at `version`: a FROM clause over DuckDB's memory with columns `c<i>`, `rv` and
   * `ord`, and the mask over `ord`; undefined when there are none. Hold the tail until the query ends.
   */
  async liveRows(
    version: number,
  ): Promise<{ readonly from: string; readonly mask: Uint8Array; readonly rowCount: number } | undefined> {
    const count = countThrough(this.#written, version);
    const mask = emptyMask(count);
    let live = 0;
    for (let ordinal = 0; ordinal < count; ordinal++) {
      if (this.#ended[ordinal]! <= version) markRow(mask, ordinal);
      else live++;
    }
    if (live === 0) return undefined;
    await this.#append(count);
    return { from: this.#duckTable!, mask, rowCount: count };
  }

  hold(): void {
    this.#holders++;
  }

  /** Gives back one hold; with the last one the rows leave DuckDB's memory. */
  release(): void {
    this.#holders--;
    if (this.#holders > 0) return;
    this.#pending.length = 0;
    const table = this.#duckTable;
    if (table !== undefined) void this.#appending.finally(() => this.#duck.dropTable(table));
  }

  #add(change: StoredChange): void {
    const key = keyText(change.key);
    const newest = this.#newest.get(key);
    if (newest !== undefined && newest >= 0) this.#ended[newest] = change.version;
    // Places in files that the snapshot at hand does not have are never asked for.
    for (const { fileNumber, position } of change.superseded) {
      const file = this.#superseded.get(fileNumber) ?? { versions: [], positions: [] };
      this.#superseded.set(fileNumber, file);
      file.versions.push(change.version);
      file.positions.push(position);
    }
    if (change.after === null) {
      this.#newest.set(key, -1);
      return;
    }
    this.#newest.set(key, this.#written.length);
    this.#pending.push([...change.after, BigInt(change.version), this.#written.length]);
    this.#written.push(change.version);
    this.#ended.push(Number.POSITIVE_INFINITY);
  }

  /** Appends at least the first `count` rows; appends run one after another. */
  async #append(count: number): Promise<void> {
    const step = this.#appending.then(async () => {
      if (this.#appended >= count) return;
      const types: SqlType[] = [...this.table.columns.map(({ type }) => type), bigint(), int()];
      if (this.#duckTable === undefined) {
        const name = `tail_${nextTable++}`;
        await this.#duck.createTable(
          name,
          [...this.table.columns.map((_, index) => `c${index}`), 'rv', 'ord'],
          types,
        );
        this.#duckTable = name;
      }
      // DuckDB's appender commits what it was given in one piece up to 204,800 rows: a part fails as a whole.
      while (this.#appended < count) {
        const rows = this.#pending.slice(0, appendedRows);
        await this.#duck.appendTo(this.#duckTable, types, [rows]);
        this.#pending.splice(0, rows.length);
        this.#appended += rows.length;
        if (this.#appended < count) await nextTurn();
      }
    });
    this.#appending = step.catch(() => {});
    await step;
  }
}
