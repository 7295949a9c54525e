import type { StoredChange } from '../../catalog/ports.ts';
import type { TableDef } from '../../catalog/schema.ts';
import { bigint, datetime, type SqlType, varchar } from '../../types/sql-type.ts';
import type { Row } from '../../types/value.ts';
import { equalityKey } from '../duckdb/collation-functions.ts';
import type { DuckRelation } from '../duckdb/relation.ts';
import { queryType } from '../duckdb/types.ts';
import type { OfflineTable } from './offline-table.ts';
import { type OwnFile, ownScan } from './own-scan.ts';
import { ParameterList } from './scan.ts';

export interface ChangesScan {
  /** The table as of `through`. */
  readonly table: TableDef;
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly through: number;
  /** One row a key: the difference of the two states. */
  readonly net: boolean;
  /**
   * Indexes into the table's columns and, after those, `_change_type`, `_commit_version` and
   * `_commit_timestamp`.
   */
  readonly columns: readonly number[];
}

const changeType: SqlType = varchar(16);
const batchRows = 2_048;

/** What the change rows of a table consist of: relations of `c<i>`, `rv` and `ct`. */
interface ChangeRows {
  readonly selects: string[];
  readonly held: DuckRelation[];
  readonly details: string[];
}

/**
 * The changes of (after, through] with the table's columns `c<i>`, then `_change_type`, `_commit_version` and
 * `_commit_timestamp`; `rv` is the change's version too.
 */
export async function changesRelation(target: OfflineTable, scan: ChangesScan): Promise<DuckRelation> {
  const parameters = new ParameterList();
  const generation = await target.pin(scan.through);
  const rows: ChangeRows = { selects: [], held: [], details: [] };
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    for (const relation of rows.held) relation.release();
    target.unpin(generation);
  };
  try {
    // Read at once: what is flushed meanwhile leaves the journal.
    const tailAfter = Math.max(scan.after, generation.flushed);
    const tailChanges =
      scan.through > tailAfter
        ? [...target.context.journal.changes(target.table, tailAfter, scan.through)]
        : [];
    const bulks = generation.tail.bulks.filter(
      ({ version }) => version > scan.after && version <= scan.through,
    );
    const columns = columnsToRead(scan);
    await addFlushed(target, scan, { columns, flushed: generation.flushed, parameters, rows });
    for (const bulk of bulks) {
      const files = bulk.files.map(
        ({ path }): OwnFile => ({ path, rowVersion: bulk.version, schemaVersion: Number.MAX_SAFE_INTEGER }),
      );
      const source = { root: target.log.root, table: scan.table, stored: generation.stored, files, columns };
      rows.selects.push(...ownScan({ ...source, extra: ["'insert' AS ct"] }, parameters));
    }
    if (tailChanges.length > 0) await addTail(target, scan, tailChanges, columns, rows);
    const sql = await withCommits(target, scan, rows, columns);
    return { sql, parameters: parameters.parameters, details: rows.details, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Table columns that the change rows must have: for NET all of them, since it compares rows. */
function columnsToRead(scan: ChangesScan): number[] {
  const count = scan.table.columns.length;
  if (scan.net) return scan.table.columns.map((_, index) => index);
  return scan.columns.filter((index) => index >= 0 && index < count);
}

/** Change files and bulk files of the Delta commits that overlap the interval. */
async function addFlushed(
  target: OfflineTable,
  scan: ChangesScan,
  options: {
    readonly columns: readonly number[];
    readonly flushed: number;
    readonly parameters: ParameterList;
    readonly rows: ChangeRows;
  },
): Promise<void> {
  const { columns, flushed, parameters, rows } = options;
  if (scan.after >= flushed) return;
  const root = target.log.root;
  let before = 0;
  let files = 0;
  for (const entry of await target.log.entries()) {
    const start = before;
    before = entry.gatewayVersion;
    if (entry.gatewayVersion <= scan.after || entry.gatewayVersion > flushed || start >= scan.through)
      continue;
    const source = { root, table: scan.table, stored: entry.stored, columns };
    const changeFiles = entry.changeFiles.map(
      (path): OwnFile => ({ path, schemaVersion: Number.MAX_SAFE_INTEGER }),
    );
    const selects = ownScan({ ...source, files: changeFiles, extra: ['f._change_type AS ct'] }, parameters);
    for (const select of selects) {
      rows.selects.push(`SELECT * FROM (${select}) WHERE rv > ${scan.after} AND rv <= ${scan.through}`);
    }
    files += changeFiles.length;
    if (entry.gatewayVersion > scan.through) continue;
    const bulkFiles = entry.bulkFiles.map(
      ({ path, schemaVersion }): OwnFile => ({ path, rowVersion: entry.gatewayVersion, schemaVersion }),
    );
    rows.selects.push(...ownScan({ ...source, files: bulkFiles, extra: ["'insert' AS ct"] }, parameters));
    files += bulkFiles.length;
  }
  rows.details.push(`${files} change files read`);
}

async function addTail(
  target: OfflineTable,
  scan: ChangesScan,
  changes: readonly StoredChange[],
  columns: readonly number[],
  rows: ChangeRows,
): Promise<void> {
  const from = target.table.columns;
  const at = columns.map((index) => from.findIndex(({ id }) => id === scan.table.columns[index]!.id));
  const pick = (row: Row, version: number, type: string): Row => [
    ...at.map((index) => (index < 0 ? null : row[index]!)),
    type,
    BigInt(version),
  ];
  const parts = function* (): Iterable<readonly Row[]> {
    let part: Row[] = [];
    for (const { kind, version, before, after } of changes) {
      if (before !== null) part.push(pick(before, version, kind === 'update' ? 'update_preimage' : 'delete'));
      if (after !== null) part.push(pick(after, version, kind === 'update' ? 'update_postimage' : 'insert'));
      if (part.length < batchRows) continue;
      yield part;
      part = [];
    }
    if (part.length > 0) yield part;
  };
  const types = [...columns.map((index) => scan.table.columns[index]!.type), changeType, bigint()];
  const relation = await target.context.duck.relationOfRows(
    { columns: types.map((type, index) => ({ name: `c${index}`, type })), rows: parts() },
    { rowVersionLast: true },
  );
  rows.held.push(relation);
  const list = columns.map((index, position) => `t.c${position} AS c${index}`);
  rows.selects.push(
    `SELECT ${[...list, 't.rv', `t.c${columns.length} AS ct`].join(', ')} FROM (${relation.sql}) t`,
  );
  rows.details.push(`${changes.length} changes of the tail`);
}

/** Puts the change rows together, reduces them to the difference of states, and adds type, version and time. */
async function withCommits(
  target: OfflineTable,
  scan: ChangesScan,
  rows: ChangeRows,
  columns: readonly number[],
): Promise<string> {
  const count = scan.table.columns.length;
  const names = columns.map((index) => `c${index}`);
  const empty = columns.map((index) => `NULL::${queryType(scan.table.columns[index]!.type)} AS c${index}`);
  const all =
    rows.selects.length > 0
      ? rows.selects.join(' UNION ALL ')
      : `SELECT ${[...empty, 'NULL::BIGINT AS rv', 'NULL::VARCHAR AS ct'].join(', ')} WHERE false`;
  const changes = scan.net ? netSql(scan.table, all) : all;
  const list = [...names.map((name) => `r.${name}`), 'r.rv', `r.ct AS c${count}`, `r.rv AS c${count + 1}`];
  if (!scan.columns.includes(count + 2)) return `SELECT ${list.join(', ')} FROM (${changes}) r`;
  const times = await commitTimes(target, scan);
  rows.held.push(times);
  const select = [...list, `t.c1 AS c${count + 2}`].join(', ');
  return `SELECT ${select} FROM (${changes}) r JOIN (${times.sql}) t ON t.c0 = r.rv`;
}

/**
 * One row a key: the image before its first change against the image after its last; nothing when both are
 * missing or equal.
 */
function netSql(table: TableDef, changes: string): string {
  const columns = table.columns.map((_, index) => `c${index}`);
  const keys = table.primaryKey
    .map((index) => equalityKey(`c${index}`, table.columns[index]!.type))
    .join(', ');
  const row = `struct_pack(${columns.map((name) => `${name} := ${name}`).join(', ')})`;
  const grouped =
    `SELECT arg_min(${row}, rv) FILTER (WHERE ct IN ('update_preimage', 'delete')) AS old, ` +
    `arg_max(${row}, rv) FILTER (WHERE ct IN ('update_postimage', 'insert')) AS new, ` +
    "min(rv) AS first, max(rv) AS last, min(rv) FILTER (WHERE ct IN ('update_preimage', 'delete')) AS old_at, " +
    "max(rv) FILTER (WHERE ct IN ('update_postimage', 'insert')) AS new_at " +
    `FROM (${changes}) GROUP BY ${keys}`;
  // An image counts only when it belongs to the key's first or last change.
  const sides =
    'SELECT CASE WHEN old_at = first THEN old END AS old, CASE WHEN new_at = last THEN new END AS new, last ' +
    `FROM (${grouped})`;
  const unpack = (side: string, type: string): string =>
    `SELECT ${columns.map((name) => `${side}.${name} AS ${name}`).join(', ')}, last AS rv, ${type} AS ct FROM sides`;
  return (
    `WITH sides AS MATERIALIZED (SELECT * FROM (${sides}) WHERE old IS DISTINCT FROM new) ` +
    `${unpack('old', "CASE WHEN new IS NULL THEN 'delete' ELSE 'update_preimage' END")} WHERE old IS NOT NULL ` +
    `UNION ALL ${unpack('new', "CASE WHEN old IS NULL THEN 'insert' ELSE 'update_postimage' END")} WHERE new IS NOT NULL`
  );
}

/** Version and time of the commits in the interval that changed the table. */
async function commitTimes(target: OfflineTable, scan: ChangesScan): Promise<DuckRelation> {
  const { journal, duck } = target.context;
  const parts = function* (): Iterable<readonly Row[]> {
    let part: Row[] = [];
    for (const commit of journal.commits(scan.after + 1, scan.through)) {
      if (!commit.tables.some(({ tableId }) => tableId === scan.table.id)) continue;
      part.push([BigInt(commit.version), commit.timestampUs]);
      if (part.length < batchRows) continue;
      yield part;
      part = [];
    }
    if (part.length > 0) yield part;
  };
  const columns = [bigint(), datetime(6)].map((type, index) => ({ name: `c${index}`, type }));
  return await duck.relationOfRows({ columns, rows: parts() });
}
