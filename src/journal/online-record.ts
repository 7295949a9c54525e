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
import { decodeKeyEntry } from './key-entry.ts';

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
export function writeOnline(env: Environment, table: TableDef, changes: readonly PreparedChange[]): void {
  if (!table.online) return;
  if (table.eventTime !== undefined) {
    writeEntities(env, table, changes);
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

function writeEntities(env: Environment, table: TableDef, changes: readonly PreparedChange[]): void {
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
  for (const { entity, rows } of entities.values()) writeEntity(env, table, entity, rows);
}

/** The newest event time of an entity by the key index; undefined when it has no rows. */
function newestEventTime(env: Environment, prefix: Buffer): Buffer | undefined {
  // Event times are of fixed width, at most 8 bytes; nothing of the entity sorts after 9 bytes of ff.
  const start = Buffer.concat([prefix, Buffer.alloc(9, 0xff)]);
  for (const key of env.keys.getKeys({ start, end: prefix, reverse: true, limit: 1 })) {
    const bytes = asBuffer(key);
    if (bytes.length > prefix.length && bytes.subarray(0, prefix.length).equals(prefix)) {
      return bytes.subarray(prefix.length);
    }
  }
  return undefined;
}

function writeEntity(
  env: Environment,
  table: TableDef,
  entity: Buffer,
  rows: ReadonlyMap<string, Buffer>,
): void {
  const key = tableKey(table.id, entity);
  const newest = newestEventTime(env, key);
  if (newest === undefined) {
    void env.online.remove(key);
    return;
  }
  const written = rows.get(text(newest));
  if (written !== undefined) {
    void env.online.put(key, encodeEntityRecord(newest, written));
    return;
  }
  const current = env.online.get(key);
  if (current !== undefined && eventTimeOfRecord(asBuffer(current)).equals(newest)) return;
  const row = rowInTail(env, table.id, entity, newest);
  void env.online.put(key, encodeEntityRecord(newest, row));
  if (row.length === 0) void env.markers.put(key, noValue);
}

/** A row from the journal's tail by its primary key; empty when it stands there no longer. */
function rowInTail(env: Environment, tableId: number, entity: Buffer, eventTime: Buffer): Buffer {
  const stored = env.keys.get(tableKey(tableId, Buffer.concat([entity, eventTime])));
  if (stored === undefined) return Buffer.alloc(0);
  const entry = decodeKeyEntry(asBuffer(stored));
  const record = entry.bulk ? undefined : env.changes.get(changeKey(tableId, entry.version, entry.sequence));
  return record === undefined ? Buffer.alloc(0) : afterOfRecord(asBuffer(record));
}
