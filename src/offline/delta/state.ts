import type { TableDef } from '../../catalog/schema.ts';
import { equalityKey } from '../duckdb/collation-functions.ts';
import type { DuckRelation } from '../duckdb/relation.ts';
import { queryType } from '../duckdb/types.ts';
import { fileNumberOf } from './file-actions.ts';
import type { Generation, OfflineTable } from './offline-table.ts';
import { type OwnFile, ownFile, ownScan } from './own-scan.ts';
import type { StoredColumn } from './own-schema.ts';
import { mayMatch, type PruneFilter } from './prune.ts';
import { ParameterList } from './scan.ts';
import type { Snapshot } from './snapshot.ts';
import { statsRowCount } from './stats.ts';

export interface StateScan {
  /** The table as of `version`. */
  readonly table: TableDef;
  readonly version: number;
  /** Indexes into table.columns. */
  readonly columns: readonly number[];
  readonly filters: readonly PruneFilter[];
}

/**
 * The rows of a table as of a version: `c<i>` of the columns asked for and `rv`. What the relation reads is
 * held until its release.
 */
export async function stateRelation(target: OfflineTable, scan: StateScan): Promise<DuckRelation> {
  const generation = await target.pin(scan.version);
  try {
    return scan.version >= generation.flushed
      ? await latestRelation(target, generation, scan)
      : await historicRelation(target, generation, scan);
  } catch (error) {
    target.unpin(generation);
    throw error;
  }
}

function releaseOnce(target: OfflineTable, generation: Generation): () => void {
  let released = false;
  return () => {
    if (released) return;
    released = true;
    target.unpin(generation);
  };
}

/** The names of a table's columns in files, by index; undefined for a column that they do not have. */
function storedNamesOf(table: TableDef, stored: readonly StoredColumn[]): (string | undefined)[] {
  return table.columns.map((column) => stored.find(({ id }) => id === column.id)?.name);
}

async function snapshotFiles(
  target: OfflineTable,
  source: { readonly snapshot: Snapshot; readonly stored: readonly StoredColumn[] },
  scan: StateScan,
  maskOf: (fileNumber: number, rowCount: number, own: Uint8Array | undefined) => Uint8Array | undefined,
): Promise<{ readonly files: OwnFile[]; readonly detail: string }> {
  const names = storedNamesOf(scan.table, source.stored);
  const all = [...source.snapshot.files.values()];
  const kept = all.filter((add) => mayMatch(scan.table, names, add.stats, scan.filters));
  const files: OwnFile[] = [];
  for (const add of kept) {
    const own = await target.context.masks.maskOf(target.log.root, add);
    files.push(ownFile(add, maskOf(fileNumberOf(add), statsRowCount(add.stats) ?? 0, own)));
  }
  return {
    files,
    detail: `Delta version ${source.snapshot.version}: ${kept.length} of ${all.length} files read`,
  };
}

/** The newest flush, without the rows that the tail supersedes, and the tail's own rows. */
async function latestRelation(
  target: OfflineTable,
  generation: Generation,
  scan: StateScan,
): Promise<DuckRelation> {
  const { tail, stored } = generation;
  const { table, version, columns } = scan;
  const parameters = new ParameterList();
  const { files, detail } = await snapshotFiles(target, generation, scan, (fileNumber, rowCount, own) =>
    tail.maskOf(fileNumber, version, rowCount, own),
  );
  for (const bulk of tail.bulks) {
    if (bulk.version > version) continue;
    for (const file of bulk.files) {
      const mask = tail.maskOf(file.fileNumber, version, file.rowCount, undefined);
      files.push({
        path: file.path,
        mask,
        rowVersion: bulk.version,
        schemaVersion: tail.table.schemaVersion,
      });
    }
  }
  const selects = ownScan({ root: target.log.root, table, stored, files, columns }, parameters);
  const details = [detail];
  const live = await tail.liveRows(version);
  if (live !== undefined) {
    selects.push(tailSelect(scan, tail.table, live, parameters));
    details.push(`${live.rowCount} rows of the tail read`);
  }
  return {
    sql: unionOf(selects, scan),
    parameters: parameters.parameters,
    details,
    release: releaseOnce(target, generation),
  };
}

function tailSelect(
  scan: StateScan,
  tailTable: TableDef,
  live: { readonly from: string; readonly mask: Uint8Array; readonly rowCount: number },
  parameters: ParameterList,
): string {
  const list = scan.columns.map((index) => {
    const column = scan.table.columns[index]!;
    const at = tailTable.columns.findIndex(({ id }) => id === column.id);
    const value = at < 0 ? `NULL::${queryType(column.type)}` : `c${at}`;
    return `${value} AS c${index}`;
  });
  const mask = parameters.blob(live.mask);
  return (
    `SELECT ${[...list, 'rv'].join(', ')} FROM ${live.from} ` +
    `WHERE ord < ${live.rowCount} AND get_bit(${mask}::BLOB::BIT, ord::INTEGER) = 0`
  );
}

function unionOf(selects: readonly string[], scan: StateScan): string {
  if (selects.length > 0) return selects.join(' UNION ALL ');
  const list = scan.columns.map(
    (index) => `NULL::${queryType(scan.table.columns[index]!.type)} AS c${index}`,
  );
  return `SELECT ${[...list, 'NULL::BIGINT AS rv'].join(', ')} WHERE false`;
}

/**
 * A state before the newest flush: the snapshot of the last flush at or before it and, of the flush after
 * that, the changes up to it.
 */
async function historicRelation(
  target: OfflineTable,
  generation: Generation,
  scan: StateScan,
): Promise<DuckRelation> {
  const { table, version } = scan;
  const entries = await target.log.entries();
  const at = entries.findLastIndex((entry) => entry.gatewayVersion <= version);
  const parameters = new ParameterList();
  const release = releaseOnce(target, generation);
  const base = entries[at];
  if (base === undefined) {
    return { sql: unionOf([], scan), parameters: [], details: ['before the first flush'], release };
  }
  const next = entries[at + 1];
  const snapshot = await target.log.snapshotAt(base.deltaVersion);
  const source = { snapshot, stored: base.stored };
  const { files, detail } = await snapshotFiles(target, source, scan, (_fileNumber, _rowCount, own) => own);
  const root = target.log.root;
  const changed = base.gatewayVersion === version ? [] : (next?.changeFiles ?? []);
  if (changed.length === 0) {
    const selects = ownScan({ root, table, stored: base.stored, files, columns: scan.columns }, parameters);
    return { sql: unionOf(selects, scan), parameters: parameters.parameters, details: [detail], release };
  }
  const columns = [...new Set([...scan.columns, ...table.primaryKey])];
  const baseSql = unionOf(ownScan({ root, table, stored: base.stored, files, columns }, parameters), {
    ...scan,
    columns,
  });
  const changeFiles = changed.map((path): OwnFile => ({ path, schemaVersion: Number.MAX_SAFE_INTEGER }));
  const changeScan = {
    root,
    table,
    stored: next!.stored,
    files: changeFiles,
    columns,
    extra: ['f._change_type AS ct'],
  };
  const changes = `(SELECT * FROM (${ownScan(changeScan, parameters).join(' UNION ALL ')}) WHERE rv <= ${version})`;
  const keys = table.primaryKey.map((index) => equalityKey(`c${index}`, table.columns[index]!.type));
  const list = [...scan.columns.map((index) => `c${index}`), 'rv'].join(', ');
  // An image of a row spells its key as the row does.
  const on = table.primaryKey.map((index) => `b.c${index} = d.c${index}`).join(' AND ');
  const outer = [...scan.columns.map((index) => `b.c${index}`), 'b.rv'].join(', ');
  return {
    sql:
      `SELECT ${outer} FROM (${baseSql}) b ANTI JOIN ${changes} d ON ${on} ` +
      `UNION ALL SELECT ${list} FROM (SELECT * FROM ${changes} WHERE ct <> 'update_preimage' ` +
      `QUALIFY row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY rv DESC) = 1) WHERE ct <> 'delete'`,
    parameters: parameters.parameters,
    details: [detail, `changes of Delta version ${next!.deltaVersion} up to version ${version}`],
    release,
  };
}
