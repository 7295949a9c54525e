import { GatewayError } from '../base/errors.ts';
import type { RowChange, TableWrite } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import type { Row, SqlValue } from '../types/value.ts';

/** A key as a map key: one character a byte. */
export const keyText = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');

export function sameValue(a: SqlValue, b: SqlValue): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return Object.is(a, b) || (a === 0 && b === 0);
}

export const sameRow = (a: Row, b: Row): boolean => a.every((value, index) => sameValue(value, b[index]!));

/** The bytes that a row takes in memory, roughly; what transactionBytes counts. */
export function rowBytes(row: Row | null): number {
  if (row === null) return 0;
  let bytes = 16;
  for (const value of row) {
    bytes +=
      typeof value === 'string'
        ? 16 + value.length * 2
        : value instanceof Uint8Array
          ? 32 + value.length
          : 16;
  }
  return bytes;
}

const changeBytes = (change: RowChange): number =>
  48 + change.key.length + rowBytes(change.before) + rowBytes(change.after);

/**
 * One change out of two that follow each other under one key; undefined when they cancel out. What the
 * first expected of the store stays: the second one saw the first one's row.
 */
export function mergeChanges(first: RowChange, second: RowChange): RowChange | undefined {
  const { key, expectedVersion, before } = first;
  const after = second.after;
  if (before === null)
    return after === null ? undefined : { kind: 'insert', key, expectedVersion, before, after };
  if (after === null) return { kind: 'delete', key, expectedVersion, before, after };
  return { kind: 'update', key, expectedVersion, before, after };
}

interface TableChanges {
  readonly table: TableDef;
  readonly changes: Map<string, RowChange>;
}

interface Undo {
  readonly changes: Map<string, RowChange>;
  readonly key: string;
  readonly previous: RowChange | undefined;
}

export interface OverlayLimits {
  readonly transactionRows: number;
  readonly transactionBytes: number;
}

/**
 * The row changes of a transaction that is not committed yet: at most one a key. Reads of the same
 * transaction lay it over what the store holds; COMMIT turns it into table writes.
 */
export class Overlay {
  readonly #tables = new Map<number, TableChanges>();
  readonly #undo: Undo[] = [];
  readonly #limits: OverlayLimits;
  #bytes = 0;
  #rows = 0;

  constructor(limits: OverlayLimits) {
    this.#limits = limits;
  }

  get rowCount(): number {
    return this.#rows;
  }

  /** Adds a change, merged with an earlier one of the same key. Error 1041 beyond the transaction limits. */
  add(table: TableDef, change: RowChange): void {
    let entry = this.#tables.get(table.id);
    if (entry === undefined) {
      entry = { table, changes: new Map() };
      this.#tables.set(table.id, entry);
    }
    const key = keyText(change.key);
    const previous = entry.changes.get(key);
    this.#put(entry.changes, key, previous === undefined ? change : mergeChanges(previous, change));
    this.#undo.push({ changes: entry.changes, key, previous });
    if (this.#rows > this.#limits.transactionRows || this.#bytes > this.#limits.transactionBytes) {
      throw new GatewayError(
        'OUT_OF_RESOURCES',
        `The transaction changes more than ${this.#limits.transactionRows} rows or ${this.#limits.transactionBytes} bytes; ` +
          'commit more often, or load with INSERT … SELECT or LOAD DATA outside a transaction',
      );
    }
  }

  #put(changes: Map<string, RowChange>, key: string, change: RowChange | undefined): void {
    const previous = changes.get(key);
    if (previous !== undefined) {
      this.#bytes -= changeBytes(previous);
      this.#rows--;
    }
    if (change === undefined) {
      changes.delete(key);
      return;
    }
    changes.set(key, change);
    this.#bytes += changeBytes(change);
    this.#rows++;
  }

  /** The uncommitted change of a key; undefined when the transaction did not touch it. */
  get(table: TableDef, key: Uint8Array): RowChange | undefined {
    const changes = this.#tables.get(table.id)?.changes;
    return changes === undefined || changes.size === 0 ? undefined : changes.get(keyText(key));
  }

  /** The uncommitted changes of a table by key text; undefined when there are none. */
  changesOf(table: TableDef): ReadonlyMap<string, RowChange> | undefined {
    const changes = this.#tables.get(table.id)?.changes;
    return changes === undefined || changes.size === 0 ? undefined : changes;
  }

  /** A mark to return to: a savepoint, or the start of a statement. */
  mark(): number {
    return this.#undo.length;
  }

  /** Takes back everything since `mark`. */
  rollbackTo(mark: number): void {
    while (this.#undo.length > mark) {
      const { changes, key, previous } = this.#undo.pop()!;
      this.#put(changes, key, previous);
    }
  }

  writes(): TableWrite[] {
    const writes: TableWrite[] = [];
    for (const { table, changes } of this.#tables.values()) {
      if (changes.size > 0) writes.push({ table, changes: [...changes.values()] });
    }
    return writes;
  }
}
