import { type DuckPort, fileList, queryTexts } from './duck-port.ts';

/** A column of a Parquet file as its footer describes it. */
export interface ParquetNode {
  readonly name: string;
  readonly fieldId: number | null;
  readonly children: readonly ParquetNode[];
}

export interface ParquetLayout {
  readonly columns: readonly ParquetNode[];
  /** Equal for files that one scan can read: names, ids and types. */
  readonly signature: string;
}

type FooterRow = { readonly name: string; readonly children: number; readonly fieldId: number | null };

function build(rows: readonly FooterRow[]): readonly ParquetNode[] {
  let at = 0;
  const node = (): ParquetNode => {
    const row = rows[at++]!;
    const children = Array.from({ length: row.children }, node);
    return { name: row.name, fieldId: row.fieldId, children };
  };
  return rows.length === 0 ? [] : node().children;
}

/** Reads the schemas of Parquet files, by path. */
export async function parquetLayouts(
  duck: DuckPort,
  paths: readonly string[],
): Promise<Map<string, ParquetLayout>> {
  const layouts = new Map<string, ParquetLayout>();
  if (paths.length === 0) return layouts;
  const rows = await queryTexts(
    duck,
    'SELECT file_name, name, num_children::VARCHAR, field_id::VARCHAR, ' +
      "concat_ws('/', type, type_length, converted_type, precision, scale, logical_type, repetition_type) " +
      `FROM parquet_schema(${fileList(paths)})`,
    5,
  );
  const byFile = new Map<string, { rows: FooterRow[]; signature: string[] }>();
  for (const [file, name, children, fieldId, type] of rows) {
    const entry = byFile.get(file!) ?? { rows: [], signature: [] };
    byFile.set(file!, entry);
    entry.rows.push({
      name: name!,
      children: Number(children ?? 0),
      fieldId: fieldId == null ? null : Number(fieldId),
    });
    // The first row is the file's root, whose name says only who wrote it.
    if (entry.rows.length > 1) entry.signature.push(JSON.stringify([name, children, fieldId, type]));
  }
  for (const [file, entry] of byFile) {
    layouts.set(file, { columns: build(entry.rows), signature: entry.signature.join() });
  }
  return layouts;
}
