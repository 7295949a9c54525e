import type { TableDef } from '../../catalog/schema.ts';
import { comparesByBytes } from '../../types/collation.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { parseStats } from './stats-read.ts';

/** A condition on one column that every row of a result must meet; for leaving out files, never rows. */
export interface PruneFilter {
  /** Index into TableDef.columns. */
  readonly column: number;
  readonly operator: '=' | '<' | '<=' | '>' | '>=' | 'in';
  /** One value, or any number for `in`; of the column's type. NULL meets no condition. */
  readonly values: readonly SqlValue[];
}

type Comparable = number | bigint | Uint8Array;

/** A bound or value in a form that compares exactly, or as a double that rounds monotonically. */
function comparable(type: SqlType, value: unknown): Comparable | undefined {
  switch (typeClass(type)) {
    case 'integer':
    case 'bit':
      if (typeof value === 'bigint') return value;
      return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
    case 'decimal':
      return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string'
        ? Number(value)
        : undefined;
    case 'real':
      // The text of a FLOAT is not its exact value.
      return type.kind === 'double' && typeof value === 'number' ? value : undefined;
    case 'string':
      return typeof value === 'string' && 'collation' in type && comparesByBytes(type.collation)
        ? Buffer.from(value, 'utf8')
        : undefined;
    default:
      return undefined;
  }
}

const dayMs = 86_400_000;

function temporalBound(type: SqlType, value: unknown, bound: 'min' | 'max'): Comparable | undefined {
  if (type.kind === 'time')
    return typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = type.kind === 'date' || /(?:Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return undefined;
  if (type.kind === 'date') return ms / dayMs;
  // Bounds are cut to milliseconds.
  return BigInt(ms) * 1000n + (bound === 'max' ? 999n : 0n);
}

function boundOf(type: SqlType, value: unknown, bound: 'min' | 'max'): Comparable | undefined {
  return typeClass(type) === 'temporal' ? temporalBound(type, value, bound) : comparable(type, value);
}

/** A DECIMAL that an integer column is compared with; numbers and bigints of JavaScript compare exactly. */
function integerOperand(text: string): Comparable | undefined {
  if (/^-?\d+(?:\.0*)?$/.test(text)) return BigInt(text.replace(/\..*$/, ''));
  const value = Number(text);
  return Math.abs(value) < 2 ** 50 ? value : undefined;
}

function operandOf(type: SqlType, value: SqlValue): Comparable | undefined {
  if (typeClass(type) === 'integer' && typeof value === 'string') return integerOperand(value);
  if (typeClass(type) !== 'temporal') return comparable(type, value);
  if (type.kind === 'date') return typeof value === 'number' ? value : undefined;
  return typeof value === 'bigint' ? value : undefined;
}

/** Negative, 0 or positive; 0 also for what does not compare, which then prunes nothing. */
function compare(a: Comparable, b: Comparable): number {
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) : 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Whether a file with these statistics may hold a row that meets all filters. `names` are the columns' names
 * in the file. In doubt it may. Comparisons are strict, so bounds that were rounded do no harm.
 */
export function mayMatch(
  table: TableDef,
  names: readonly (string | undefined)[],
  stats: string | undefined,
  filters: readonly PruneFilter[],
): boolean {
  if (filters.length === 0 || stats === undefined) return true;
  const { minValues, maxValues } = parseStats(stats);
  return filters.every((filter) => {
    const type = table.columns[filter.column]!.type;
    const name = names[filter.column];
    if (name === undefined) return true;
    const min = boundOf(type, minValues[name], 'min');
    const max = boundOf(type, maxValues[name], 'max');
    if (min === undefined || max === undefined) return true;
    return filter.values.some((raw) => {
      const value = raw === null ? undefined : operandOf(type, raw);
      // A NULL on its own meets nothing, but that is for the query to say.
      if (value === undefined) return true;
      const below = filter.operator !== '<' && filter.operator !== '<=' && compare(max, value) < 0;
      const above = filter.operator !== '>' && filter.operator !== '>=' && compare(min, value) > 0;
      return !below && !above;
    });
  });
}
