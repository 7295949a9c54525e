import path from 'node:path';
import type { TableDef } from '../../catalog/schema.ts';
import { queryType, readCast } from '../duckdb/types.ts';
import type { AddFile } from './actions.ts';
import { identifier } from './duck-port.ts';
import { fileTagsOf } from './file-actions.ts';
import { rowVersionName, type StoredColumn } from './own-schema.ts';
import { type ParameterList, type ScanFile, scanSql } from './scan.ts';

/** A data or change file of ours to read. */
export interface OwnFile {
  /** Relative to the table's folder. */
  readonly path: string;
  readonly mask?: Uint8Array | undefined;
  /** Of a bulk file, which has no `_row_version`. */
  readonly rowVersion?: number | undefined;
  /** The schema version that wrote it: columns added later are not in it. */
  readonly schemaVersion: number;
}

export function ownFile(add: AddFile, mask?: Uint8Array): OwnFile {
  const tags = fileTagsOf(add);
  return { path: add.path, mask, rowVersion: tags?.rowVersion, schemaVersion: tags?.schemaVersion ?? 0 };
}

/**
 * Column `index` of `table` out of files (alias `f`) that have `stored` columns and were written under
 * `schemaVersion`: by column id, so that renames do not matter; what a file lacks is the column's initial
 * value.
 */
function columnOf(
  table: TableDef,
  index: number,
  stored: readonly StoredColumn[],
  schemaVersion: number,
  parameters: ParameterList,
): string {
  const column = table.columns[index]!;
  const known = stored.find(({ id }) => id === column.id);
  if (known !== undefined && known.addedIn <= schemaVersion)
    return readCast(`f.${identifier(known.name)}`, column.type);
  const byDefault = column.default?.kind === 'constant' ? column.default.value : null;
  const value = column.initial === undefined ? byDefault : column.initial;
  const type = queryType(column.type);
  return value === null ? `NULL::${type}` : `CAST(${parameters.bind(column.type, value)} AS ${type})`;
}

export interface OwnScan {
  readonly root: string;
  readonly table: TableDef;
  readonly stored: readonly StoredColumn[];
  readonly files: readonly OwnFile[];
  /** Indexes of the columns to read, as `c<i>`; `rv` always comes with them. */
  readonly columns: readonly number[];
  /** More expressions over the file's columns (`f.…`). */
  readonly extra?: readonly string[];
}

/** SELECTs over files of ours, to be joined by UNION ALL; none for no files. */
export function ownScan(scan: OwnScan, parameters: ParameterList): string[] {
  const groups = new Map<number, OwnFile[]>();
  for (const file of scan.files) {
    const group = groups.get(file.schemaVersion) ?? [];
    groups.set(file.schemaVersion, group);
    group.push(file);
  }
  // Files of several schema versions that all have every column make one group.
  const merged = new Map<string, { readonly files: OwnFile[]; readonly schemaVersion: number }>();
  for (const [schemaVersion, files] of groups) {
    const missing = scan.stored.filter(({ addedIn }) => addedIn > schemaVersion).map(({ id }) => id);
    const key = missing.join();
    const group = merged.get(key) ?? { files: [], schemaVersion };
    merged.set(key, group);
    group.files.push(...files);
  }
  return [...merged.values()].flatMap(({ files, schemaVersion }) => {
    const list = scan.columns.map(
      (index) => `${columnOf(scan.table, index, scan.stored, schemaVersion, parameters)} AS c${index}`,
    );
    const absolute = files.map(
      (file): ScanFile => ({
        path: path.join(scan.root, file.path),
        mask: file.mask,
        rowVersion: file.rowVersion,
      }),
    );
    const project = (rowVersion: string | null): string =>
      [...list, `${rowVersion ?? `f.${rowVersionName}`} AS rv`, ...(scan.extra ?? [])].join(', ');
    return scanSql(absolute, project, parameters);
  });
}
