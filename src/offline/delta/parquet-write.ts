import { randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { TableDef } from '../../catalog/schema.ts';
import type { NamedParameter } from '../duckdb/relation.ts';
import { writeCast } from '../duckdb/types.ts';
import { type DuckPort, identifier, literal, queryTexts } from './duck-port.ts';
import { rowVersionName, type StoredColumn } from './own-schema.ts';
import { type ColumnStatistics, printStats } from './stats.ts';

/** A Parquet file that stands in a table's folder and in no log yet. */
export interface WrittenFile {
  /** Relative to the table's folder. */
  readonly path: string;
  readonly rowCount: number;
  readonly sizeBytes: number;
  /** Delta's statistics as JSON text. */
  readonly stats: string;
}

/** A new data file's name; parts of one write sort in their order. */
export function dataFileName(part: number, uuid: string = randomUUID()): string {
  return `part-${String(part).padStart(5, '0')}-${uuid}-c000.zstd.parquet`;
}

export interface ParquetSource {
  readonly table: TableDef;
  readonly stored: readonly StoredColumn[];
  /** A FROM clause with columns `c<i>` of `queryType`, and `rv` and `ct` where they are written. */
  readonly from: string;
  readonly parameters?: readonly NamedParameter[];
  /** Whether the file has `_row_version`. */
  readonly rowVersion: boolean;
  /** Whether the file has `_change_type`. */
  readonly changeType: boolean;
}

/**
 * Writes rows as one durable Parquet file, in the order that `source.from` gives by ORDER BY, and computes
 * its statistics.
 */
export async function writeParquet(
  duck: DuckPort,
  root: string,
  name: string,
  source: ParquetSource,
): Promise<WrittenFile> {
  const { table, stored } = source;
  const list = table.columns.map(
    (column, index) => `${writeCast(`c${index}`, column.type)} AS ${identifier(stored[index]!.name)}`,
  );
  if (source.rowVersion) list.push(`rv::BIGINT AS ${rowVersionName}`);
  if (source.changeType) list.push('ct AS _change_type');
  const target = path.join(root, name);
  const options = `FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION ${encodingsOf(table)}`;
  await duck.execute(
    `COPY (SELECT ${list.join(', ')} FROM ${source.from}) TO ${literal(target)} (${options})`,
    source.parameters ?? [],
  );
  const handle = await open(target, 'r');
  await handle.sync().finally(() => handle.close());
  const { rowCount, statistics } = await statisticsOf(duck, target, source);
  const names = stored.map((column) => column.name);
  return {
    path: name,
    rowCount,
    sizeBytes: (await stat(target)).size,
    stats: printStats(table, names, rowCount, statistics),
  };
}

/**
 * The delta encodings (V2) are read in half the time of zstd over plain values and are smaller, and every engine
 * that knows deletion vectors reads them. Of FLOAT and DOUBLE they would make BYTE_STREAM_SPLIT, which Spark's
 * vectorized reader refuses.
 */
function encodingsOf(table: TableDef): 'V1' | 'V2' {
  return table.columns.some(({ type }) => type.kind === 'float' || type.kind === 'double') ? 'V1' : 'V2';
}

/** Reads the bounds back from what was written: bounds of Parquet's own are per row group and not typed. */
async function statisticsOf(
  duck: DuckPort,
  target: string,
  source: ParquetSource,
): Promise<{ readonly rowCount: number; readonly statistics: Map<string, ColumnStatistics> }> {
  // Nobody prunes change files.
  const names = source.changeType ? [] : source.stored.map((column) => column.name);
  const list = names.flatMap((name) => {
    const column = identifier(name);
    return [`min(${column})::VARCHAR`, `max(${column})::VARCHAR`, `(count(*) - count(${column}))::VARCHAR`];
  });
  const from = `read_parquet([${literal(target)}], hive_partitioning = false)`;
  const sql = `SELECT ${['count(*)::VARCHAR', ...list].join(', ')} FROM ${from}`;
  const [row = []] = await queryTexts(duck, sql, 1 + list.length);
  const statistics = new Map<string, ColumnStatistics>();
  for (const [index, name] of names.entries()) {
    const [min = null, max = null, nulls = null] = row.slice(1 + index * 3, 4 + index * 3);
    statistics.set(name, { min, max, nullCount: nulls === null ? null : Number(nulls) });
  }
  return { rowCount: Number(row[0] ?? 0), statistics };
}
