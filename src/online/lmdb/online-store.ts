import { AssertionError } from '../../base/assert.ts';
import type { Logger } from '../../base/logger.ts';
import type { KeyRange, OnlineRow, OnlineStore } from '../../catalog/ports.ts';
import type { TableDef } from '../../catalog/schema.ts';
import { asBuffer, tableKey, tableStart } from '../../journal/environment.ts';
import type { JournalStore } from '../../journal/journal-store.ts';
import {
  encodeEntityRecord,
  eventTimeOfRecord,
  newestEntry,
  rowOfRecord,
  unpublishedRecord,
} from '../../journal/online-record.ts';
import type { TableJournal } from '../../journal/table-journal.ts';
import { decodeRowAs, encodeRow, rowVersionOf } from '../../types/row-codec.ts';

/** Reads one row of a table by its primary key from the offline tier as of a version; undefined for none. */
export type OfflineRowReader = (
  table: TableDef,
  key: Uint8Array,
  version: number,
) => Promise<OnlineRow | undefined>;

export interface OnlineStoreOptions {
  readonly store: JournalStore;
  /** Left out where no table has EVENT_TIME. */
  readonly offlineRow?: OfflineRowReader;
  readonly logger: Logger;
}

/**
 * The online tier over the journal's environment. It sees what is committed and synced, never less than
 * what the journal has acknowledged; reads in one turn of the event loop see one state.
 */
export class LmdbOnlineStore implements OnlineStore {
  readonly #store: JournalStore;
  readonly #offlineRow: OfflineRowReader | undefined;
  readonly #logger: Logger;
  readonly #stopListening: () => void;
  #repair: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: OnlineStoreOptions) {
    this.#store = options.store;
    this.#offlineRow = options.offlineRow;
    this.#logger = options.logger;
    this.#stopListening = options.store.onCommit((_, request) => {
      const mayLeaveMarkers = request.tables.some(
        ({ table, changes }) =>
          table.online && table.eventTime !== undefined && changes.some(({ kind }) => kind === 'delete'),
      );
      if (mayLeaveMarkers) this.#startRepair();
    });
    this.#startRepair();
  }

  get(table: TableDef, key: Uint8Array): OnlineRow | undefined | Promise<OnlineRow | undefined> {
    const publishing = table.eventTime === undefined ? undefined : this.#store.publishing(table.id);
    if (publishing !== undefined) return this.#getNewest(table, publishing, key);
    // Decoded at once: the buffer is the library's own and holds the next record after the next read.
    const record = this.#store.environment.online.getBinaryFast(tableKey(table.id, key));
    if (record === undefined) return undefined;
    // Large records come as a plain Uint8Array.
    const bytes = asBuffer(record);
    if (table.eventTime === undefined) return this.#decode(table, bytes);
    const row = rowOfRecord(bytes.subarray(0, bytes.length));
    if (row.length > 0) return this.#decode(table, row);
    return this.#readOffline(table, Buffer.concat([key, eventTimeOfRecord(bytes)]));
  }

  /** The key index says which row of an entity is the newest while a bulk load's rows are on their way. */
  #getNewest(
    table: TableDef,
    journal: TableJournal,
    entity: Uint8Array,
  ): OnlineRow | undefined | Promise<OnlineRow | undefined> {
    const { environment } = this.#store;
    const key = tableKey(table.id, entity);
    const newest = newestEntry(environment, journal, key);
    if (newest === undefined) return undefined;
    const stored = environment.online.get(key);
    const current = stored === undefined ? undefined : asBuffer(stored);
    const record =
      current !== undefined && eventTimeOfRecord(current).equals(newest.eventTime)
        ? current
        : unpublishedRecord(environment, journal, entity, newest);
    const row = record === undefined ? undefined : rowOfRecord(record);
    if (row !== undefined && row.length > 0) return this.#decode(table, row);
    return this.#readOffline(table, Buffer.concat([entity, newest.eventTime]));
  }

  getMany(
    table: TableDef,
    keys: readonly Uint8Array[],
  ): (OnlineRow | undefined)[] | Promise<(OnlineRow | undefined)[]> {
    const rows: (OnlineRow | undefined)[] = [];
    const late: Promise<void>[] = [];
    keys.forEach((key, index) => {
      const row = this.get(table, key);
      if (!(row instanceof Promise)) {
        rows[index] = row;
        return;
      }
      const store = (found: OnlineRow | undefined): void => {
        rows[index] = found;
      };
      late.push(row.then(store));
    });
    return late.length === 0 ? rows : Promise.all(late).then(() => rows);
  }

  *range(table: TableDef, range: KeyRange): Iterable<OnlineRow> {
    const low = tableKey(table.id, range.from);
    const high = range.to.length === 0 ? tableStart(table.id + 1) : tableKey(table.id, range.to);
    if (Buffer.compare(low, high) >= 0) return;
    const bounds = range.reverse
      ? { start: high, end: low, reverse: true, exclusiveStart: true, inclusiveEnd: true }
      : { start: low, end: high };
    let left = range.limit ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    for (const { value } of this.#store.environment.online.getRange(bounds)) {
      const bytes = asBuffer(value);
      const row = table.eventTime === undefined ? bytes : rowOfRecord(bytes);
      if (row.length === 0) throw new AssertionError(`range over table ${table.id} while it is incomplete`);
      const found = this.#decode(table, row);
      if (found === undefined) continue;
      yield found;
      if (--left <= 0) return;
    }
  }

  complete(table: TableDef): boolean {
    if (table.eventTime === undefined) return true;
    if (this.#store.publishing(table.id) !== undefined) return false;
    const bounds = { start: tableStart(table.id), end: tableStart(table.id + 1), limit: 1 };
    for (const _ of this.#store.environment.markers.getKeys(bounds)) return false;
    return true;
  }

  /** Undefined for a row of a bulk load that is not committed. */
  #decode(table: TableDef, bytes: Buffer): OnlineRow | undefined {
    const version = this.#store.visibleVersion(table.id, rowVersionOf(bytes));
    if (version === undefined) return undefined;
    const row = decodeRowAs(table, (version) => this.#store.schemasOf(table)(version), bytes);
    return { row, version };
  }

  /** The row as it is now, whatever is committed until it has been read. */
  async #readOffline(table: TableDef, key: Uint8Array): Promise<OnlineRow | undefined> {
    if (this.#offlineRow === undefined) throw new AssertionError('no reader of the offline tier');
    return this.#offlineRow(table, key, this.#store.lastVersion);
  }

  #startRepair(): void {
    if (this.#offlineRow === undefined || this.#closed) return;
    this.#repair = this.#repair
      .then(() => this.#repairMarkers())
      .catch((error: unknown) => this.#logger.error({ error }, 'online rows could not be restored'));
  }

  /** Brings the rows back that only the offline tier holds. */
  async #repairMarkers(): Promise<void> {
    const { environment, catalog } = this.#store;
    for (const marker of [...environment.markers.getKeys({ start: Buffer.from([0]) })]) {
      if (this.#closed) return;
      const key = Buffer.from(marker);
      const table = catalog.tableById(key.readUInt32BE(0));
      const record = this.#recordWithoutRow(key);
      if (table !== undefined && catalog.droppedIn(table.id) === undefined && record !== undefined) {
        await this.#repairEntity(table, key, record);
        continue;
      }
      const dropped = record !== undefined;
      await environment.root.transaction(() => {
        // A commit may have left another one meanwhile.
        if (dropped || this.#recordWithoutRow(key) === undefined) void environment.markers.remove(key);
      });
    }
  }

  /** An entity's record when its row stands in the offline tier only. */
  #recordWithoutRow(key: Buffer): Buffer | undefined {
    const stored = this.#store.environment.online.get(key);
    const record = stored === undefined ? undefined : asBuffer(stored);
    return record !== undefined && rowOfRecord(record).length === 0 ? record : undefined;
  }

  async #repairEntity(table: TableDef, key: Buffer, marker: Buffer): Promise<void> {
    const { environment } = this.#store;
    const eventTime = eventTimeOfRecord(marker);
    const rowKey = Buffer.concat([key.subarray(4), eventTime]);
    const found = await this.#readOffline(table, rowKey);
    if (found === undefined) return;
    const record = encodeEntityRecord(eventTime, encodeRow(table, found.row, found.version));
    await environment.root.transaction(() => {
      // A commit may have come first: its row stands, and a marker of its own is for the next look.
      if (this.#recordWithoutRow(key)?.equals(marker) !== true) return;
      if (this.#store.keyEntry(table, rowKey)?.version !== found.version) return;
      void environment.online.put(key, record);
      void environment.markers.remove(key);
    });
  }

  /** Waits for rows on their way back from the offline tier. */
  idle(): Promise<void> {
    return this.#repair;
  }

  /** Stops; to be called before the journal's store closes. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    await this.#repair;
  }
}

export function openOnlineStore(options: OnlineStoreOptions): LmdbOnlineStore {
  return new LmdbOnlineStore(options);
}
