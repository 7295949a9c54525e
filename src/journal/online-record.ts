/**
 * The online tier's records, as the journal writes them with every commit.
 *
 * A table without EVENT_TIME: primary key → row (src/types/row-codec.ts).
 * A table with EVENT_TIME: entity key → 1 byte length of the event time, the event time as the key codec
 * encodes it, then the entity's newest row; no row when it stands in the offline tier only, as after the
 * deletion of a newer one.
 */
import type { TableDef } from '../catalog/schema.ts';
import { entityKeyOf } from '../types/key-codec.ts';
import { afterOfRecord, type PreparedChange } from './change-record.ts';
import { asBuffer, changeKey, type Environment, tableKey } from './environment.ts';
import { decodeKeyEntry, type StoredKeyEntry } from './key-entry.ts';
import { stagedEntityKey, visibleEntry } from './staged.ts';
import type { TableJournal } from './table-journal.ts';

export function encodeEntityRecord(eventTime: Uint8Array, row: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + eventTime.length + row.length);
  bytes[0] = eventTime.length;
  bytes.set(eventTime, 1);
  bytes.set(row, 1 + eventTime.length);
  return bytes;
}

/** The event time of an entity's record, a view of it. */
export function eventTimeOfRecord(record: Buffer): Buffer {
  return record.subarray(1, 1 + record[0]!);
}

/** The row of an entity's record, a view of it; empty when the row is offline only. */
export function rowOfRecord(record: Buffer): Buffer {
  return record.subarray(1 + record[0]!);
}

/** Writes a table's changes into the online tier; runs inside the commit's transaction, after the key index. */
export function writeOnline(
  env: Environment,
  journal: TableJournal,
  table: TableDef,
  changes: readonly PreparedChange[],
): void {
  if (!table.online) return;
  if (table.eventTime !== undefined) {
    writeEntities(env, journal, table, changes);
    return;
  }
  for (const { change, after } of changes) {
    const key = tableKey(table.id, change.key);
    if (after.length > 0) void env.online.put(key, after);
    else void env.online.remove(key);
  }
}

const noValue = Buffer.from([0]);

const text = (bytes: Uint8Array): string => asBuffer(bytes).toString('latin1');

interface EntityChanges {
  readonly entity: Buffer;
  /** New rows by their event time. */
  readonly rows: Map<string, Buffer>;
}

function writeEntities(
  env: Environment,
  journal: TableJournal,
  table: TableDef,
  changes: readonly PreparedChange[],
): void {
  const entities = new Map<string, EntityChanges>();
  for (const { change, after } of changes) {
    const entity = asBuffer(entityKeyOf(table, change.key));
    const name = text(entity);
    let found = entities.get(name);
    if (found === undefined) {
      found = { entity, rows: new Map() };
      entities.set(name, found);
    }
    if (after.length > 0) found.rows.set(text(change.key.subarray(entity.length)), after);
  }
  for (const { entity, rows } of entities.values()) writeEntity(env, journal, table, entity, rows);
}

export interface NewestRow extends StoredKeyEntry {
  readonly eventTime: Buffer;
}

/**
 * The newest row of an entity by the key index; undefined when it has no rows.
 * @param prefix table and entity key
 */
export function newestEntry(env: Environment, journal: TableJournal, prefix: Buffer): NewestRow | undefined {
  // Event times are of fixed width, at most 8 bytes; nothing of the entity sorts after 9 bytes of ff.
  const start = Buffer.concat([prefix, Buffer.alloc(9, 0xff)]);
  for (const { key, value } of env.keys.getRange({ start, end: prefix, reverse: true })) {
    const bytes = asBuffer(key);
    if (bytes.length <= prefix.length || !bytes.subarray(0, prefix.length).equals(prefix)) return undefined;
    const entry = visibleEntry(journal, decodeKeyEntry(asBuffer(value)));
    if (entry !== undefined) return { ...entry, eventTime: Buffer.from(bytes.subarray(prefix.length)) };
  }
  return undefined;
}

/** A row that a committed bulk load has brought and that is not in the online tier yet. */
export function unpublishedRecord(
  env: Environment,
  journal: TableJournal,
  entity: Uint8Array,
  { version, eventTime }: NewestRow,
): Buffer | undefined {
  for (const [loadId, load] of journal.unpublished) {
    if (load.version !== version) continue;
    const stored = env.staged.get(stagedEntityKey(journal.tableId, loadId, entity));
    if (stored !== undefined && eventTimeOfRecord(asBuffer(stored)).equals(eventTime)) {
      return Buffer.from(stored);
    }
  }
  return undefined;
}

function writeEntity(
  env: Environment,
  journal: TableJournal,
  table: TableDef,
  entity: Buffer,
  rows: ReadonlyMap<string, Buffer>,
): void {
  const key = tableKey(table.id, entity);
  const newest = newestEntry(env, journal, key);
  if (newest === undefined) {
    void env.online.remove(key);
    return;
  }
  const written = rows.get(text(newest.eventTime));
  if (written !== undefined) {
    void env.online.put(key, encodeEntityRecord(newest.eventTime, written));
    return;
  }
  const current = env.online.get(key);
  if (current !== undefined && eventTimeOfRecord(asBuffer(current)).equals(newest.eventTime)) return;
  const unpublished = unpublishedRecord(env, journal, entity, newest);
  if (unpublished !== undefined) {
    void env.online.put(key, unpublished);
    return;
  }
  const row = rowInTail(env, table.id, newest);
  void env.online.put(key, encodeEntityRecord(newest.eventTime, row));
  if (row.length === 0) void env.markers.put(key, noValue);
}

/** A row from the journal's tail; empty when it stands there no longer. */
function rowInTail(env: Environment, tableId: number, entry: StoredKeyEntry): Buffer {
  const record = entry.bulk ? undefined : env.changes.get(changeKey(tableId, entry.version, entry.sequence));
  return record === undefined ? Buffer.alloc(0) : afterOfRecord(asBuffer(record));
}
