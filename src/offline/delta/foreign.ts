import { notSupported } from '../../base/errors.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { DuckRelation } from '../duckdb/relation.ts';
import { queryType, readCast } from '../duckdb/types.ts';
import type { AddFile } from './actions.ts';
import { duckCheckpoints } from './checkpoint-read.ts';
import { readDeletionVector } from './deletion-vector.ts';
import { type DeltaField, duckTypeOfDelta, parseSchema, sqlTypeOfDelta } from './delta-schema.ts';
import { type DuckPort, literal, queryTexts } from './duck-port.ts';
import { fieldExpression, type MappingMode, physicalName } from './foreign-columns.ts';
import { type ParquetLayout, parquetLayouts } from './parquet-tree.ts';
import { localPath } from './paths.ts';
import { checkReadable } from './protocol.ts';
import { emptyMask, ParameterList, type ScanFile, scanSql } from './scan.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** A Delta table that another engine wrote, at one of its versions. */
export interface ForeignTable {
  /** The Delta version that was opened. */
  readonly version: number;
  readonly columns: readonly { readonly name: string; readonly type: SqlType; readonly nullable: boolean }[];
  /**
   * The rows with the columns `c<i>` of `columns` (all of them without an argument). `form` says how
   * values come: 'sql' as the engine types the columns' SQL types (structs, lists and maps as JSON text),
   * 'delta' in the nearest DuckDB types.
   */
  relation(columns?: readonly number[], form?: 'sql' | 'delta'): Promise<DuckRelation>;
}

/**
 * Opens the Delta table at the folder `root`, at `version` or at its newest. Honours deletion vectors,
 * column mapping at every level, partition values, missing columns and widened types. Error 1235 for a
 * reader feature that we do not know, STORAGE_ERROR for a broken log.
 */
export async function openForeign(root: string, duck: DuckPort, version?: number): Promise<ForeignTable> {
  const snapshot = await readSnapshot(root, duckCheckpoints(duck), version);
  checkReadable(snapshot.requireProtocol());
  const fields = parseSchema(snapshot.requireMetadata().schemaString);
  return {
    version: snapshot.version,
    columns: fields.map(({ name, type, nullable }) => ({ name, type: sqlTypeOfDelta(type), nullable })),
    relation: (columns = fields.map((_, index) => index), form = 'sql') =>
      foreignRelation({ root, duck, snapshot, fields, columns, form }),
  };
}

interface Request {
  readonly root: string;
  readonly duck: DuckPort;
  readonly snapshot: Snapshot;
  readonly fields: readonly DeltaField[];
  readonly columns: readonly number[];
  readonly form: 'sql' | 'delta';
}

interface FileGroup {
  readonly layout: ParquetLayout;
  readonly partitionValues: AddFile['partitionValues'];
  readonly files: ScanFile[];
}

async function groupFiles(request: Request): Promise<FileGroup[]> {
  const adds = [...request.snapshot.files.values()];
  const paths = adds.map((add) => localPath(request.root, add.path));
  const layouts = await parquetLayouts(request.duck, paths);
  const groups = new Map<string, FileGroup>();
  for (const [index, add] of adds.entries()) {
    const path = paths[index]!;
    const layout = layouts.get(path);
    if (layout === undefined) throw notSupported(`a Delta file that DuckDB names otherwise: ${add.path}`);
    const key = JSON.stringify([add.partitionValues, layout.signature]);
    const group = groups.get(key) ?? { layout, partitionValues: add.partitionValues, files: [] };
    groups.set(key, group);
    group.files.push({ path, mask: await maskOf(request, add, layout, path) });
  }
  return [...groups.values()];
}

async function maskOf(
  request: Request,
  add: AddFile,
  layout: ParquetLayout,
  path: string,
): Promise<Uint8Array | undefined> {
  if (add.deletionVector === undefined) return undefined;
  if (layout.columns.some(({ name }) => name.toLowerCase() === 'file_row_number')) {
    throw notSupported('deletion vectors with a column named file_row_number');
  }
  const positions = await readDeletionVector(request.root, add.deletionVector);
  // numRecords is required with a deletion vector, but the footer cannot lie.
  const [row] = await queryTexts(
    request.duck,
    `SELECT num_rows::VARCHAR FROM parquet_file_metadata(${literal(path)})`,
    1,
  );
  const mask = emptyMask(Number(row?.[0] ?? 0));
  positions.mark(mask);
  return mask;
}

async function foreignRelation(request: Request): Promise<DuckRelation> {
  const { snapshot, fields, columns } = request;
  const { configuration, partitionColumns } = snapshot.requireMetadata();
  const mode = mappingMode(configuration['delta.columnMapping.mode']);
  const groups = await groupFiles(request);
  const parameters = new ParameterList();
  const selects = groups.flatMap((group) => {
    const list = columns.map((index) => {
      const field = fields[index]!;
      const value = partitionColumns.includes(field.name)
        ? partitionValue(field, group.partitionValues[physicalName(field, mode)], parameters)
        : fieldExpression('f', field, group.layout.columns, mode);
      return `${outputForm(request, field, value)} AS c${index}`;
    });
    const projection = list.length === 0 ? '1 AS one' : list.join(', ');
    return scanSql(group.files, () => projection, parameters);
  });
  if (selects.length === 0) selects.push(emptySelect(request));
  return {
    sql: selects.join(' UNION ALL '),
    parameters: parameters.parameters,
    details: [`Delta version ${snapshot.version}, files read: ${snapshot.files.size}`],
    release() {},
  };
}

function mappingMode(text: string | undefined): MappingMode {
  return text === 'name' || text === 'id' ? text : 'none';
}

/** Partition values are text; null and the empty text both mean NULL. */
function partitionValue(
  field: DeltaField,
  value: string | null | undefined,
  parameters: ParameterList,
): string {
  const type = duckTypeOfDelta(field.type);
  if (value === null || value === undefined || value === '') return `NULL::${type}`;
  const text = `${parameters.text(value)}::VARCHAR`;
  // Binary values are their bytes as text; DuckDB's cast would want escapes.
  return type === 'BLOB' ? `encode(${text})` : `CAST(${text} AS ${type})`;
}

function outputForm(request: Request, field: DeltaField, value: string): string {
  if (request.form === 'delta') return value;
  const sqlType = sqlTypeOfDelta(field.type);
  if (field.type.kind === 'primitive' || field.type.kind === 'decimal') return readCast(value, sqlType);
  return `CAST(to_json(${value}) AS ${queryType(sqlType)})`;
}

function emptySelect(request: Request): string {
  const list = request.columns.map((index) => {
    const field = request.fields[index]!;
    return `${outputForm(request, field, `NULL::${duckTypeOfDelta(field.type)}`)} AS c${index}`;
  });
  return `SELECT ${list.length === 0 ? '1 AS one' : list.join(', ')} WHERE false`;
}
