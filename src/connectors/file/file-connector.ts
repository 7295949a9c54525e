/** Files under the configured roots: Parquet, CSV, JSON and Delta tables, read in place by DuckDB. */
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { GatewayError } from '../../base/errors.ts';
import type { ExternalSource, ExternalTableDef, ServerDef } from '../../catalog/schema.ts';
import { type ForeignTable, openForeign } from '../../offline/delta/foreign.ts';
import type { DuckEngine } from '../../offline/duckdb/engine.ts';
import type { DuckRelation, NamedParameter } from '../../offline/duckdb/relation.ts';
import { queryType } from '../../offline/duckdb/types.ts';
import { longtext, type SqlType } from '../../types/sql-type.ts';
import type { Connector, ExternalColumn, ScanRequest } from '../port.ts';
import { readFileColumn, typeOfFileColumn } from './duckdb-types.ts';
import { resolveLocation, resolveRoot } from './paths.ts';

/** What DuckDB's DESCRIBE says of a reader. */
interface DescribedColumn {
  readonly name: string;
  readonly duckdbType: string;
}

type Format = 'parquet' | 'csv' | 'json' | 'delta';

/** Descriptions that are kept; each is small, and a location with changing files makes ever new ones. */
const describedMaximum = 256;

const knownOptions = new Set(['ROOT', 'OWNER']);
const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function locationOf(source: ExternalSource): { location: string; format: Format } {
  if (source.kind !== 'location')
    throw new GatewayError('WRONG_ARGUMENTS', 'A file server needs LOCATION … FORMAT …');
  return source;
}

export class FileConnector implements Connector {
  readonly wrapper = 'file';
  readonly #roots: readonly string[];
  readonly #engine: DuckEngine;
  /** Columns of files as they were found, by the files' identity; the newest last. */
  readonly #described = new Map<string, readonly DescribedColumn[]>();

  /** @param roots directories below which servers may stand; none: every server is refused */
  constructor(roots: readonly string[], engine: DuckEngine) {
    this.#roots = roots;
    this.#engine = engine;
  }

  checkServer(server: ServerDef): void {
    for (const option of Object.keys(server.options)) {
      if (!knownOptions.has(option)) {
        throw new GatewayError('WRONG_ARGUMENTS', `Unknown option '${option}' of FOREIGN DATA WRAPPER file`);
      }
    }
    if (!server.options.ROOT)
      throw new GatewayError('WRONG_ARGUMENTS', 'FOREIGN DATA WRAPPER file needs the option ROOT');
  }

  async describe(
    server: ServerDef,
    source: ExternalSource,
    signal: AbortSignal,
  ): Promise<readonly ExternalColumn[]> {
    const { location, format } = locationOf(source);
    const files = await this.#files(server, location);
    if (format === 'delta') return (await this.#openDelta(files)).columns;
    const reader = readerCall(format, files, undefined);
    const described = await this.#describe(reader, signal);
    return described.map(({ name, duckdbType }) => ({
      name,
      type: typeOfFileColumn(duckdbType),
      nullable: true,
    }));
  }

  async scan(request: ScanRequest): Promise<DuckRelation> {
    const { server, table, signal } = request;
    const { location, format } = locationOf(table.source);
    const files = await this.#files(server, location);
    const used = request.columnsUsed.filter((index) => index >= 0);
    if (format === 'delta') {
      const delta = await this.#openDelta(files);
      return deltaRelation(delta, table, used);
    }
    const reader = readerCall(format, files, table);
    const stats = await Promise.all(files.map((file) => stat(file, { bigint: true })));
    const described = await this.#describeOnce(identityOf(files, stats, reader), reader, signal);
    const items = used.map((index) => `${this.#item(table, index, described)} AS c${index}`);
    const bytes = stats.reduce((sum, { size }) => sum + size, 0n);
    return {
      sql: `SELECT ${items.length === 0 ? '1 AS one' : items.join(', ')} FROM ${reader.sql}`,
      parameters: reader.parameters,
      details: [
        `${format} read in place: ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${bytes} bytes, ` +
          `${used.length} of ${table.columns.length} columns, filters pushed into the reader`,
      ],
      release() {},
    };
  }

  async close(): Promise<void> {}

  async #files(server: ServerDef, location: string): Promise<string[]> {
    const root = await resolveRoot(server.options.ROOT ?? '', this.#roots);
    return resolveLocation(root, location);
  }

  #openDelta(files: readonly string[]): Promise<ForeignTable> {
    if (files.length !== 1) throw new GatewayError('WRONG_ARGUMENTS', 'A Delta location names one directory');
    return openForeign(files[0]!, this.#engine);
  }

  /** A file that has not changed since is not opened for it again. */
  async #describeOnce(
    identity: string,
    reader: ReaderCall,
    signal: AbortSignal,
  ): Promise<readonly DescribedColumn[]> {
    const known = this.#described.get(identity);
    if (known !== undefined) return known;
    const described = await this.#describe(reader, signal);
    this.#described.set(identity, described);
    for (const oldest of this.#described.keys()) {
      if (this.#described.size <= describedMaximum) break;
      this.#described.delete(oldest);
    }
    return described;
  }

  async #describe(reader: ReaderCall, signal: AbortSignal): Promise<DescribedColumn[]> {
    const rows = await this.#engine.all(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${reader.sql})`,
      reader.parameters,
      [longtext, longtext],
      signal,
    );
    return rows.map(([name, duckdbType]) => ({ name: String(name), duckdbType: String(duckdbType) }));
  }

  /** The file's column as the table's declaration has it; an undeclared type is the file's own. */
  #item(table: ExternalTableDef, index: number, described: readonly DescribedColumn[]): string {
    const column = table.columns[index]!;
    const found = described.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
    if (found === undefined) {
      throw new GatewayError(
        'EXTERNAL_QUERY_ERROR',
        `The files of '${table.database}.${table.name}' have no column '${column.name}'`,
      );
    }
    return readFileColumn(quote(found.name), found.duckdbType, column.type);
  }
}

/** What tells these files, read in this way, apart from others and from themselves after a change. */
function identityOf(files: readonly string[], stats: readonly BigIntStats[], reader: ReaderCall): string {
  const facts = files.map((file, index) => {
    const { ino, size, mtimeNs, ctimeNs } = stats[index]!;
    return [file, String(ino), String(size), String(mtimeNs), String(ctimeNs)];
  });
  const hash = createHash('sha256').update(JSON.stringify([reader.options, facts]));
  return hash.digest('base64');
}

/** The columns that are used, found by name in the Delta table's own schema. */
async function deltaRelation(
  delta: ForeignTable,
  table: ExternalTableDef,
  used: readonly number[],
): Promise<DuckRelation> {
  const found = used.map((index) => {
    const { name } = table.columns[index]!;
    const position = delta.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
    if (position < 0) {
      throw new GatewayError(
        'EXTERNAL_QUERY_ERROR',
        `The Delta table of '${table.database}.${table.name}' has no column '${name}'`,
      );
    }
    return position;
  });
  const relation = await delta.relation(found);
  if (used.length === 0) return relation;
  const columns = used.map(
    (index, order) => `CAST(c${found[order]!} AS ${queryType(table.columns[index]!.type)}) AS c${index}`,
  );
  return { ...relation, sql: `SELECT ${columns.join(', ')} FROM (${relation.sql})` };
}

interface ReaderCall {
  readonly sql: string;
  /** The call without its files. */
  readonly options: string;
  readonly parameters: readonly NamedParameter[];
}

/** CSV types as declared, by name; without a table every value of the file is looked at to find them. */
function csvTypes(table: ExternalTableDef | undefined): string {
  if (table === undefined) return ', sample_size = -1';
  const types = table.columns.map(({ name, type }) => `'${name.replaceAll("'", "''")}': '${csvType(type)}'`);
  return `, types = {${types.join(', ')}}`;
}

/** DuckDB parses booleans and times out of text under their own types only. */
function csvType(type: SqlType): string {
  if (type.kind === 'tinyint' && type.displayWidth === 1) return 'BOOLEAN';
  if (type.kind === 'time') return 'TIME';
  if (type.kind === 'timestamp') return 'TIMESTAMPTZ';
  return queryType(type);
}

/** Parameter names are unique in the process, hence in a statement that reads several external tables. */
let readerCalls = 0;

/** DuckDB's table function over an explicit list of files; directory names never add columns. */
function readerCall(
  format: Exclude<Format, 'delta'>,
  files: readonly string[],
  table: ExternalTableDef | undefined,
): ReaderCall {
  readerCalls += 1;
  const prefix = `file${readerCalls}_`;
  const parameters = files.map((value, index) => ({ name: `${prefix}${index}`, type: longtext, value }));
  const list = `[${parameters.map(({ name }) => `$${name}`).join(', ')}]`;
  const options = readerOptions(format, files.length, table);
  return { sql: `read_${format}(${list}, ${options})`, options: `${format}, ${options}`, parameters };
}

function readerOptions(
  format: Exclude<Format, 'delta'>,
  fileCount: number,
  table: ExternalTableDef | undefined,
): string {
  switch (format) {
    case 'parquet':
      return `hive_partitioning = false, union_by_name = ${fileCount > 1}`;
    case 'csv':
      return `hive_partitioning = false, header = true${csvTypes(table)}`;
    case 'json':
      return 'hive_partitioning = false';
  }
}
