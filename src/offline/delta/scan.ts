import { longtext, type SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { NamedParameter } from '../duckdb/relation.ts';

const blobType: SqlType = { kind: 'longblob' };

/** Joined to files by position in the list above this many files; a scan each below (planning costs 0.3 ms a scan). */
const unionMaximum = 6;

let nextParameter = 0;

/** Collects the parameters of a relation under names unique in the process, so that relations can be joined. */
export class ParameterList {
  readonly parameters: NamedParameter[] = [];

  /** Binds a value and returns its reference in SQL. */
  bind(type: SqlType, value: SqlValue): string {
    const name = `d${nextParameter}`;
    nextParameter = (nextParameter + 1) % 2 ** 40;
    this.parameters.push({ name, type, value });
    return `$${name}`;
  }

  text(value: string): string {
    return this.bind(longtext, value);
  }

  blob(value: Uint8Array): string {
    return this.bind(blobType, value);
  }
}

/** A Parquet file to read, with the mask of its deleted rows: index 0 is the most significant bit. */
export interface ScanFile {
  readonly path: string;
  readonly mask?: Uint8Array | undefined;
  /** The version of all its rows, of a file without `_row_version`. */
  readonly rowVersion?: number | undefined;
}

/** A mask with no row deleted. */
export function emptyMask(rowCount: number): Uint8Array {
  return new Uint8Array(Math.max(1, Math.ceil(rowCount / 8)));
}

export function markRow(mask: Uint8Array, position: number): void {
  if (position >> 3 < mask.length) mask[position >> 3]! |= 0x80 >> (position & 7);
}

/**
 * SELECTs of `projection` (over the files' columns, alias `f`; `file_row_number` is the position) from files
 * of one schema, without masked rows, joined by UNION ALL. `rowVersion` of a file is visible as the
 * expression that `projection` is given. Bit masks cost a constant 10 ns a row, whatever is deleted; files
 * without one are read as they are.
 *
 * Paths are parameters: DuckDB then plans when all values are known, and filters skip row groups by their bounds.
 */
export function scanSql(
  files: readonly ScanFile[],
  projection: (rowVersion: string | null) => string,
  parameters: ParameterList,
): string[] {
  const read = (group: readonly ScanFile[]): string => {
    const paths = group.map((file) => parameters.text(file.path)).join(', ');
    return `read_parquet([${paths}], hive_partitioning = false, union_by_name = false) f`;
  };
  const selects: string[] = [];
  for (const group of byRowVersion(files.filter((file) => file.mask === undefined))) {
    selects.push(`SELECT ${projection(rowVersionOf(group))} FROM ${read(group)}`);
  }
  const masked = files.filter((file) => file.mask !== undefined);
  if (masked.length <= unionMaximum) {
    for (const file of masked) {
      const where = `get_bit(${maskOf(file, parameters)}, f.file_row_number::INTEGER) = 0`;
      selects.push(`SELECT ${projection(rowVersionOf([file]))} FROM ${read([file])} WHERE ${where}`);
    }
    return selects;
  }
  for (const group of byRowVersion(masked)) {
    const rows = group.map((file, index) => `(${index}::UBIGINT, ${maskOf(file, parameters)})`);
    selects.push(
      `SELECT ${projection(rowVersionOf(group))} FROM ${read(group)} ` +
        `JOIN (VALUES ${rows.join(', ')}) m(file_index, bits) ON f.file_index = m.file_index ` +
        'WHERE get_bit(m.bits, f.file_row_number::INTEGER) = 0',
    );
  }
  return selects;
}

/** Files that have their rows' versions in them apart from those of one version each; no empty group. */
function byRowVersion(files: readonly ScanFile[]): ScanFile[][] {
  const inFile = files.filter((file) => file.rowVersion === undefined);
  const constant = files.filter((file) => file.rowVersion !== undefined);
  return [inFile, constant].filter((group) => group.length > 0);
}

/** The version of a row of such a group, by its file's position in the list; null: a column of the files. */
function rowVersionOf(group: readonly ScanFile[]): string | null {
  const versions = group.map((file) => file.rowVersion);
  if (versions[0] === undefined) return null;
  if (versions.every((version) => version === versions[0])) return `${versions[0]}::BIGINT`;
  return `[${versions.map((version) => `${version}::BIGINT`).join(', ')}][CAST(f.file_index AS BIGINT) + 1]`;
}

const maskOf = (file: ScanFile, parameters: ParameterList): string =>
  `${parameters.blob(file.mask ?? new Uint8Array(1))}::BLOB::BIT`;
