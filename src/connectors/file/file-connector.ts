/** Files under the configured roots: Parquet, CSV, JSON and Delta tables, read in place by DuckDB. */
import { stat } from 'node:fs/promises';
import { GatewayError } from '../../base/errors.ts';
import type { ExternalSource, ExternalTableDef, ServerDef } from '../../catalog/schema.ts';
import type { DuckRelation, NamedParameter } from '../../offline/duckdb/relation.ts';
import { longtext } from '../../types/sql-type.ts';
import type { Connector, ExternalColumn, ScanRequest } from '../port.ts';
import { type FileColumnType, fileColumnType } from './duckdb-types.ts';
import { resolveLocation, resolveRoot } from './paths.ts';

/** What DuckDB's DESCRIBE says of a query. */
export interface DescribedColumn {
  readonly name: string;
  readonly duckdbType: string;
}

export interface FileConnectorPorts {
  readonly describe: (
    sql: string,
    parameters: readonly NamedParameter[],
    signal: AbortSignal,
  ) => Promise<readonly DescribedColumn[]>;
  /** Reads a Delta table that another engine wrote. */
  readonly openDelta: (directory: string) => Promise<ForeignDeltaTable>;
}

export interface ForeignDeltaTable {
  readonly columns: readonly ExternalColumn[];
  /** A relation of the named columns, as `c<index>` by the index in `names`. */
  relation(names: readonly { readonly index: number; readonly name: string }[]): Promise<DuckRelation>;
}

type Format = 'parquet' | 'csv' | 'json' | 'delta';

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
  readonly #ports: FileConnectorPorts;

  /** @param roots directories below which servers may stand; none: every server is refused */
  constructor(roots: readonly string[], ports: FileConnectorPorts) {
    this.#roots = roots;
    this.#ports = ports;
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
    const described = await this.#ports.describe(`SELECT * FROM ${reader.sql}`, reader.parameters, signal);
    return described.map(({ name, duckdbType }) => ({
      name,
      type: fileColumnType(duckdbType).type,
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
      return delta.relation(used.map((index) => ({ index, name: table.columns[index]!.name })));
    }
    const plainReader = readerCall(format, files, undefined);
    const described = await this.#ports.describe(
      `SELECT * FROM ${plainReader.sql}`,
      plainReader.parameters,
      signal,
    );
    const reader = format === 'csv' ? readerCall(format, files, csvColumns(table, described)) : plainReader;
    const items = used.map((index) => `${this.#item(table, index, described)} AS c${index}`);
    const bytes = (await Promise.all(files.map((file) => stat(file)))).reduce(
      (sum, { size }) => sum + size,
      0,
    );
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

  #openDelta(files: readonly string[]): Promise<ForeignDeltaTable> {
    if (files.length !== 1) throw new GatewayError('WRONG_ARGUMENTS', 'A Delta location names one directory');
    return this.#ports.openDelta(files[0]!);
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
    return fileColumnType(found.duckdbType).read(quote(found.name));
  }
}

/** A text type for a column that the header names but whose values do not agree on a narrower one. */
export const textFallback: FileColumnType = { type: longtext, read: (column) => column };

function csvColumns(
  _table: ExternalTableDef,
  described: readonly DescribedColumn[],
): readonly DescribedColumn[] {
  return described;
}

interface ReaderCall {
  readonly sql: string;
  readonly parameters: readonly NamedParameter[];
}

/** DuckDB's table function over an explicit list of files; directory names never add columns. */
function readerCall(
  format: Exclude<Format, 'delta'>,
  files: readonly string[],
  columns: readonly DescribedColumn[] | undefined,
): ReaderCall {
  // Parameter names must be unique in the whole statement, which may read several external tables.
  readerCalls += 1;
  const prefix = `file${readerCalls}_`;
  const parameters = files.map((value, index) => ({ name: `${prefix}${index}`, type: longtext, value }));
  const list = `[${parameters.map(({ name }) => `$${name}`).join(', ')}]`;
  switch (format) {
    case 'parquet':
      return {
        sql: `read_parquet(${list}, hive_partitioning = false, union_by_name = ${files.length > 1})`,
        parameters,
      };
    case 'csv': {
      const types = columns
        ?.map(({ name, duckdbType }) => `'${name.replaceAll("'", "''")}': '${duckdbType}'`)
        .join(', ');
      return {
        sql: `read_csv(${list}, hive_partitioning = false, header = true${types ? `, columns = {${types}}` : ', sample_size = -1'})`,
        parameters,
      };
    }
    case 'json':
      return { sql: `read_json(${list}, hive_partitioning = false)`, parameters };
  }
}

let readerCalls = 0;
