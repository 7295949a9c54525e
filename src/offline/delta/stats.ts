import type { TableDef } from '../../catalog/schema.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import { parquetType } from '../duckdb/types.ts';

/** Delta's default of `delta.dataSkippingNumIndexedCols`. */
const indexedColumns = 32;
const textMaximum = 32;

/** The bounds of one column of a file, values as DuckDB prints them. */
export interface ColumnStatistics {
  readonly min: string | null;
  readonly max: string | null;
  readonly nullCount: number | null;
}

/** Text statistics hold at most 32 code points: a lower bound is cut, an upper one ends in U+10FFFF. */
export function truncateBound(text: string, bound: 'min' | 'max'): string {
  const points = [...text];
  if (points.length <= textMaximum) return text;
  const head = points.slice(0, textMaximum).join('');
  return bound === 'min' ? head : `${head}\u{10ffff}`;
}

/** A bound as a JSON token; null when the type has no bounds in Delta or the value has no JSON form. */
function boundToken(type: SqlType, text: string, bound: 'min' | 'max'): string | null {
  const stored = parquetType(type);
  switch (typeClass(type)) {
    case 'integer':
    case 'decimal':
    case 'bit':
      return /^-?\d+(\.\d+)?$/.test(text) ? text : null;
    case 'real': {
      const value = Number(text);
      return Number.isFinite(value) ? JSON.stringify(value) : null;
    }
    case 'string':
    case 'json':
      return JSON.stringify(truncateBound(text, bound));
    case 'temporal': {
      if (stored === 'BIGINT') return text;
      if (stored === 'DATE') return /^\d{4}-\d\d-\d\d$/.test(text) ? JSON.stringify(text) : null;
      // Milliseconds, cut off: readers take an upper bound as exclusive by one more.
      const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?$/.exec(text);
      if (match === null) return null;
      const zone = stored === 'TIMESTAMPTZ' ? 'Z' : '';
      return JSON.stringify(`${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0').slice(0, 3)}${zone}`);
    }
    default:
      return null;
  }
}

/**
 * The statistics of a file as Delta's JSON (add.stats): key columns first, so that they are among the first
 * 32 whatever the table's order. `names` are the columns' names in the file. Printed by hand, because JSON of
 * JavaScript would lose digits of BIGINT and DECIMAL.
 */
export function printStats(
  table: TableDef,
  names: readonly string[],
  rowCount: number,
  statistics: ReadonlyMap<string, ColumnStatistics>,
): string {
  const others = table.columns.map((_, index) => index).filter((index) => !table.primaryKey.includes(index));
  const min: string[] = [];
  const max: string[] = [];
  const nulls: string[] = [];
  for (const index of [...table.primaryKey, ...others].slice(0, indexedColumns)) {
    const name = JSON.stringify(names[index]!);
    const known = statistics.get(names[index]!);
    if (known === undefined) continue;
    if (known.nullCount !== null) nulls.push(`${name}:${known.nullCount}`);
    if (known.min === null || known.max === null) continue;
    const type = table.columns[index]!.type;
    const low = boundToken(type, known.min, 'min');
    const high = boundToken(type, known.max, 'max');
    if (low === null || high === null) continue;
    min.push(`${name}:${low}`);
    max.push(`${name}:${high}`);
  }
  return (
    `{"numRecords":${rowCount},"minValues":{${min.join(',')}},"maxValues":{${max.join(',')}},` +
    `"nullCount":{${nulls.join(',')}},"tightBounds":true}`
  );
}

/** The number of physical rows that statistics tell; undefined when they do not. */
export function statsRowCount(stats: string | undefined): number | undefined {
  const match = /"numRecords"\s*:\s*(\d+)/.exec(stats ?? '');
  return match === null ? undefined : Number(match[1]);
}

/** Statistics of a file that has got a deletion vector: the bounds are wide from now on. */
export function loosenStats(stats: string): string {
  return stats.replace(/"tightBounds"\s*:\s*true/, '"tightBounds":false');
}
