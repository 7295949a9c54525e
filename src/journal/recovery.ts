/** What a process reads back from the store when it opens it. */
import {
  applyChanges,
  type CatalogSnapshot,
  decodeCatalogChanges,
  emptyCatalog,
} from '../catalog/catalog.ts';
import type { BulkLoad, FlushRecord } from '../catalog/ports.ts';
import { decodeCommit, decodeHead, emptyHead, type JournalHead } from './commit-record.ts';
import { headKey } from './commit-writer.ts';
import { asBuffer, type Environment, versionKey, versionOfChangeKey } from './environment.ts';
import { type StagedLoad, type StoredFile, TableJournals } from './table-journal.ts';

export function readHead(env: Environment): JournalHead {
  const bytes = env.meta.get(headKey);
  return bytes === undefined ? emptyHead : decodeHead(asBuffer(bytes));
}

/** The catalog through a version, by replaying its changes. */
export function readCatalog(env: Environment, through: number): CatalogSnapshot {
  let catalog = emptyCatalog;
  const range = { start: versionKey(0), end: versionKey(through + 1) };
  for (const { key, value } of env.catalog.getRange(range)) {
    const changes = decodeCatalogChanges(asBuffer(value).toString('utf8'));
    catalog = applyChanges(catalog, changes, asBuffer(key).readUIntBE(0, 6));
  }
  return catalog;
}

const everything = { start: Buffer.from([0]) };

const tableOf = (key: Uint8Array): number => asBuffer(key).readUInt32BE(0);

/** The tables' journals: flushes, files, counters, bulk loads and the tail's size. */
export function readTables(env: Environment): TableJournals {
  const tables = new TableJournals();
  for (const { key, value } of env.flushes.getRange(everything)) {
    const flush: FlushRecord = JSON.parse(asBuffer(value).toString('utf8'));
    tables.get(tableOf(key)).addFlush(flush);
  }
  for (const { key, value } of env.files.getRange(everything)) {
    const file: StoredFile = JSON.parse(asBuffer(value).toString('utf8'));
    tables.get(tableOf(key)).addFile(file);
  }
  for (const { key, value } of env.loads.getRange(everything)) {
    const load: StagedLoad = JSON.parse(asBuffer(value).toString('utf8'));
    tables.get(tableOf(key)).addLoad(versionOfChangeKey(key), load);
  }
  for (const { key, value } of env.counters.getRange(everything)) {
    const table = tables.get(tableOf(key));
    table.counter = table.storedCounter = asBuffer(value).readBigUInt64BE(0);
  }
  readTails(env, tables);
  return tables;
}

function readTails(env: Environment, tables: TableJournals): void {
  const times = new Map<number, bigint>();
  const timeOf = (version: number): bigint => {
    let us = times.get(version);
    if (us === undefined) {
      const bytes = env.commits.get(versionKey(version));
      us = bytes === undefined ? 0n : decodeCommit(version, asBuffer(bytes)).timestampUs;
      times.set(version, us);
    }
    return us;
  };
  for (const { key, value } of env.changes.getRange(everything)) {
    const table = tables.get(tableOf(key));
    const version = versionOfChangeKey(key);
    if (version > table.flushedThrough) table.addChanges(version, timeOf(version), 1, value.length);
  }
  for (const { key, value } of env.bulk.getRange(everything)) {
    const table = tables.get(tableOf(key));
    const load: BulkLoad = JSON.parse(asBuffer(value).toString('utf8'));
    if (load.version > table.flushedThrough) table.addBulkLoad(load, timeOf(load.version));
  }
  for (const table of tables.all()) table.trimmedThrough = table.flushedThrough;
}
