/** What rows and key entries of bulk loads mean before and after their commit (see src/journal/bulk-load.ts). */
import { writeConflict } from './duplicate-entry.ts';
import { asBuffer, type Environment, tableVersionKey } from './environment.ts';
import { decodeKeyEntry, type StoredKeyEntry } from './key-entry.ts';
import type { StagedLoad, TableJournal } from './table-journal.ts';

/** Versions from here on are numbers of loads. */
const firstStagedVersion = 2 ** 47;

/** What stands in a staged row in place of its version. */
export const stagedVersion = (loadId: number): number => firstStagedVersion + loadId;

/** The version of a row of the online tier; undefined for one of a load that is not committed. */
export function visibleVersion(table: TableJournal, stored: number): number | undefined {
  return stored < firstStagedVersion ? stored : table.loads.get(stored - firstStagedVersion)?.version;
}

function placeOf(load: StagedLoad, ordinal: number): StoredKeyEntry['positions'] {
  let position = ordinal;
  for (const { fileNumber, rowCount } of load.files) {
    if (position < rowCount) return [{ fileNumber, position }];
    position -= rowCount;
  }
  return [];
}

/** A key entry as readers and writers see it; undefined for one of a load that is not committed. */
export function visibleEntry(table: TableJournal, entry: StoredKeyEntry): StoredKeyEntry | undefined {
  if (!entry.staged) return entry;
  const load = table.loads.get(entry.version);
  if (load === undefined) return undefined;
  const positions = placeOf(load, entry.sequence);
  return { version: load.version, sequence: 0, bulk: true, staged: false, positions };
}

/** The entry that stands under a key, for a writer; error 1213 when a load has the key and is not done. */
export function entryForWrite(
  env: Environment,
  table: TableJournal,
  key: Buffer,
): StoredKeyEntry | undefined {
  const stored = env.keys.get(key);
  if (stored === undefined) return undefined;
  const entry = decodeKeyEntry(asBuffer(stored));
  if (entry.staged && table.staging.has(entry.version)) throw writeConflict();
  return visibleEntry(table, entry);
}

/** Under it stands the newest row of an entity that a load brings. */
export function stagedEntityKey(tableId: number, loadId: number, entity: Uint8Array): Buffer {
  return Buffer.concat([tableVersionKey(tableId, loadId), entity]);
}
