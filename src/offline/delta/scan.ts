import { longtext, type SqlType } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import type { NamedParameter } from '../duckdb/relation.ts';
import { fileList } from './duck-port.ts';

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
 * expression that `projection` is given. Bit masks cost a constant 10 ns a row, whatever is deleted.
 */
export function scanSql(
  files: readonly ScanFile[],
  projection: (rowVersion: string | null) => string,
  parameters: ParameterList,
): string[] {
  const selects: string[] = [];
  const read = (paths: readonly string[]): string =>
    `read_parquet(${fileList(paths)}, hive_partitioning = false, union_by_name = false) f`;
  const plain = files.filter((file) => file.mask === undefined && file.rowVersion === undefined);
  if (plain.length > 0) {
    selects.push(`SELECT ${projection(null)} FROM ${read(plain.map((file) => file.path))}`);
  }
  const special = files.filter((file) => file.mask !== undefined || file.rowVersion !== undefined);
  if (special.length <= unionMaximum) {
    for (const file of special) {
      const version = file.rowVersion === undefined ? null : `${file.rowVersion}::BIGINT`;
      const where =
        file.mask === undefined
          ? ''
          : ` WHERE get_bit(${parameters.blob(file.mask)}::BLOB::BIT, f.file_row_number::INTEGER) = 0`;
      selects.push(`SELECT ${projection(version)} FROM ${read([file.path])}${where}`);
    }
    return selects;
  }
  for (const constant of [false, true]) {
    const group = special.filter((file) => (file.rowVersion !== undefined) === constant);
    if (group.length === 0) continue;
    const rows = group.map((file, index) => {
      const mask =
        file.mask === undefined ? "'\\x00'::BLOB::BIT" : `${parameters.blob(file.mask)}::BLOB::BIT`;
      return `(${index}::UBIGINT, ${mask}, ${file.mask !== undefined}, ${file.rowVersion ?? 0}::BIGINT)`;
    });
    selects.push(
      `SELECT ${projection(constant ? 'm.row_version' : null)} FROM ${read(group.map((file) => file.path))} ` +
        `JOIN (VALUES ${rows.join(', ')}) m(file_index, bits, masked, row_version) ON f.file_index = m.file_index ` +
        'WHERE NOT m.masked OR get_bit(m.bits, f.file_row_number::INTEGER) = 0',
    );
  }
  return selects;
}
