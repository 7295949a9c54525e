import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Action } from './actions.ts';
import { printCommit } from './commit-json.ts';
import { type DuckPort, literal } from './duck-port.ts';
import { checkpointFile, logFolder, syncFolder, writeTemporary } from './log-files.ts';
import type { Snapshot } from './snapshot.ts';

const vector =
  'STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, "offset" INTEGER, sizeInBytes INTEGER, cardinality BIGINT)';
const texts = 'MAP(VARCHAR, VARCHAR)';

/** The columns of a classic checkpoint (PROTOCOL.md, "Checkpoint Schema") as DuckDB types. */
const columns: Readonly<Record<string, string>> = {
  metaData: `STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, "format" STRUCT(provider VARCHAR, "options" ${texts}), schemaString VARCHAR, partitionColumns VARCHAR[], createdTime BIGINT, "configuration" ${texts})`,
  protocol:
    'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
  txn: 'STRUCT(appId VARCHAR, "version" BIGINT, lastUpdated BIGINT)',
  add: `STRUCT(path VARCHAR, partitionValues ${texts}, size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags ${texts}, deletionVector ${vector}, baseRowId BIGINT, defaultRowCommitVersion BIGINT, clusteringProvider VARCHAR)`,
  remove: `STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues ${texts}, size BIGINT, deletionVector ${vector})`,
  domainMetadata: 'STRUCT("domain" VARCHAR, "configuration" VARCHAR, removed BOOLEAN)',
};

/** The actions of a checkpoint: everything live, and the tombstones not yet expired at `expiredBeforeMs`. */
export function checkpointActions(snapshot: Snapshot, expiredBeforeMs: number): Action[] {
  const actions: Action[] = [
    { kind: 'protocol', protocol: snapshot.requireProtocol() },
    { kind: 'metaData', metaData: snapshot.requireMetadata() },
  ];
  for (const txn of snapshot.transactions.values()) actions.push({ kind: 'txn', txn });
  for (const domainMetadata of snapshot.domains.values())
    actions.push({ kind: 'domainMetadata', domainMetadata });
  for (const add of snapshot.files.values())
    actions.push({ kind: 'add', add: { ...add, dataChange: false } });
  for (const remove of snapshot.tombstones.values()) {
    if ((remove.deletionTimestamp ?? 0) < expiredBeforeMs) continue;
    actions.push({ kind: 'remove', remove: { ...remove, dataChange: false } });
  }
  return actions;
}

/**
 * Writes the classic checkpoint of a snapshot and then `_last_checkpoint`. A checkpoint says nothing new, so
 * a crash on the way leaves at most temporary files.
 */
export async function writeCheckpoint(
  root: string,
  snapshot: Snapshot,
  duck: DuckPort,
  expiredBeforeMs: number,
): Promise<void> {
  const actions = checkpointActions(snapshot, expiredBeforeMs);
  const target = checkpointFile(root, snapshot.version);
  const source = await writeTemporary(`${target}.ndjson`, printCommit(actions));
  const temporary = `${source}.parquet`;
  try {
    const types = Object.entries(columns).map(([name, type]) => `${name}: ${literal(type)}`);
    await duck.execute(
      `COPY (SELECT * FROM read_json(${literal(source)}, format = 'newline_delimited', maximum_object_size = 268435456, columns = {${types.join(', ')}})) TO ${literal(temporary)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    const handle = await open(temporary, 'r');
    await handle.sync().finally(() => handle.close());
    await rename(temporary, target);
  } finally {
    await rm(source, { force: true });
    await rm(temporary, { force: true });
  }
  await syncFolder(logFolder(root));
  const hint = {
    version: snapshot.version,
    size: actions.length,
    sizeInBytes: (await stat(target)).size,
    numOfAddFiles: snapshot.files.size,
  };
  await writeFile(path.join(logFolder(root), '_last_checkpoint'), JSON.stringify(hint));
}
