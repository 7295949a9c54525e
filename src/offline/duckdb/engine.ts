/**
 * One DuckDB inside the process, in memory, without access to anything but the folders it is given. All SQL
 * that it runs is ours (src/offline/duckdb/print/printer.ts and the offline tier); values come as parameters.
 */
import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBResult,
} from '@duckdb/node-api';
import type { Limits } from '../../base/limits.ts';
import { type Batch, rowsOfBatch } from '../../types/batch.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { Row } from '../../types/value.ts';
import { appendRows, createRowsTable } from './appender.ts';
import { CollationMacros } from './collation-functions.ts';
import { Connections } from './connections.ts';
import { mapDuckError } from './errors.ts';
import { installFunctions } from './functions.ts';
import { interruptible } from './interrupt.ts';
import { defineJsFunction, type JsFunction } from './js-functions.ts';
import { duckType, duckValue } from './parameters.ts';
import type { DuckRelation, NamedParameter, RowSource } from './relation.ts';
import { batchOfChunk, checkColumnTypes } from './vectors.ts';

export interface DuckEngineOptions {
  /** Folders whose files may be read and written: the offline tier's, and configured roots of file connectors. */
  readonly directories: readonly string[];
  /** Where queries larger than the memory limit spill; made when it is missing. */
  readonly temporaryDirectory: string;
  readonly limits: Pick<Limits, 'duckdbMemoryBytes' | 'duckdbThreads' | 'concurrentScans' | 'openScans'>;
}

/** A running query. The batches must be consumed to the end or ended by `return()`, which frees its place. */
export interface DuckRows {
  readonly types: readonly SqlType[];
  readonly batches: AsyncIterable<Batch>;
}

const neverAborted = new AbortController().signal;
// One signal for all that cannot be aborted has as many listeners as there are queries.
setMaxListeners(0, neverAborted);
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export class DuckEngine {
  readonly #instance: DuckDBInstance;
  readonly #connections: Connections;
  readonly #functions = new Set<string>();
  readonly #collations = new CollationMacros();
  #tables = 0;
  #closed = false;
  readonly #pendingDrops = new Set<Promise<void>>();

  private constructor(instance: DuckDBInstance, connections: Connections) {
    this.#instance = instance;
    this.#connections = connections;
  }

  /** Starts an instance with our functions in it and its configuration locked. */
  static async open(options: DuckEngineOptions): Promise<DuckEngine> {
    mkdirSync(options.temporaryDirectory, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.limits.duckdbThreads),
      memory_limit: `${Math.floor(options.limits.duckdbMemoryBytes / 1024)}KiB`,
      temp_directory: options.temporaryDirectory,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      // Flush and bulk writes count on COPY keeping the order of its rows: the key index holds positions.
      preserve_insertion_order: 'true',
    });
    const connection = await instance.connect();
    try {
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      // Footers are kept; a file whose time has changed is read again.
      await connection.run('SET GLOBAL parquet_metadata_cache = true');
      await installFunctions(connection);
      const directories = options.directories.map((each) => quoted(resolve(each) + sep));
      await connection.run(`SET allowed_directories = [${directories.join(', ')}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
    } finally {
      connection.closeSync();
    }
    return new DuckEngine(instance, new Connections(instance, options.limits));
  }

  /** Scans that are open now, for metrics. */
  get runningScans(): number {
    return this.#connections.scans;
  }

  /** Defines the functions that are not there yet; those of a query before it runs. */
  async define(functions: readonly JsFunction[]): Promise<void> {
    const missing = functions.filter((each) => !this.#functions.has(each.name));
    if (missing.length === 0) return;
    const connection = await this.#connections.acquire();
    try {
      for (const each of missing) {
        // Another query may have been faster while this one waited for the connection.
        if (this.#functions.has(each.name)) continue;
        defineJsFunction(connection, each);
        this.#functions.add(each.name);
      }
    } finally {
      this.#connections.release(connection);
    }
  }

  /**
   * Starts a query and streams it: a chunk is computed when the one before it is asked for. `types` are the columns' types;
   * the SQL must yield their `queryType`. Waits while `openScans` others are open, and for its turn while `concurrentScans` compute. An abort of `signal` ends
   * the query with error 1317.
   */
  async run(
    sql: string,
    parameters: readonly NamedParameter[],
    types: readonly SqlType[],
    signal: AbortSignal = neverAborted,
  ): Promise<DuckRows> {
    const connection = await this.#connections.acquireScan(signal);
    const give = (): void => this.#connections.releaseScan(connection);
    let statement: DuckDBPreparedStatement | undefined;
    try {
      const compute = <T>(step: () => Promise<T>): Promise<T> =>
        this.#connections.compute(signal, () => interruptible(connection, signal, step));
      statement = await compute(() => this.#prepare(connection, sql, parameters));
      const running = statement;
      const result = await compute(() => running.stream());
      checkColumnTypes(result, types);
      return { types, batches: stream({ connection, statement, result, types, compute, give }) };
    } catch (error) {
      statement?.destroySync();
      give();
      throw mapDuckError(error);
    }
  }

  /** All rows of a query of ours with few rows; not counted as a scan. */
  async all(
    sql: string,
    parameters: readonly NamedParameter[],
    types: readonly SqlType[],
    signal: AbortSignal = neverAborted,
  ): Promise<Row[]> {
    return await this.#use(signal, async (connection) => {
      const statement = await this.#prepare(connection, sql, parameters);
      try {
        const result = await statement.run();
        checkColumnTypes(result, types);
        const rows: Row[] = [];
        for (const chunk of await result.fetchAllChunks())
          rows.push(...rowsOfBatch(batchOfChunk(chunk, types)));
        return rows;
      } finally {
        statement.destroySync();
      }
    });
  }

  /** Runs a statement without a result (COPY, CREATE TABLE …); gives the number of rows it wrote. */
  async execute(
    sql: string,
    parameters: readonly NamedParameter[] = [],
    signal: AbortSignal = neverAborted,
  ): Promise<number> {
    return await this.#use(signal, async (connection) => {
      const statement = await this.#prepare(connection, sql, parameters);
      try {
        return (await statement.run()).rowsChanged;
      } finally {
        statement.destroySync();
      }
    });
  }

  /**
   * Puts rows into a table in DuckDB's memory and gives it as a relation with columns `c0`, `c1`, …. With
   * `rowVersionLast` the last column is called `rv` instead. `release` drops the table.
   */
  async relationOfRows(
    source: RowSource,
    options: { readonly rowVersionLast?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<DuckRelation> {
    const table = `rows_${++this.#tables}`;
    const names = source.columns.map((_, index) =>
      options.rowVersionLast === true && index === source.columns.length - 1 ? 'rv' : `c${index}`,
    );
    const types = source.columns.map((column) => column.type);
    let rows = 0;
    try {
      rows = await this.#use(options.signal ?? neverAborted, async (connection) => {
        await createRowsTable(connection, table, names, types);
        return await appendRows(connection, table, types, source.rows, options.signal ?? neverAborted);
      });
    } catch (error) {
      this.#drop(table);
      throw error;
    }
    return {
      sql: `SELECT * FROM ${table}`,
      parameters: [],
      details: [`${rows} rows in memory`],
      release: once(() => this.#drop(table)),
    };
  }

  /** Makes an empty table in DuckDB's memory, of one column of `queryType` each, for `appendTo` to fill. */
  async createTable(table: string, names: readonly string[], types: readonly SqlType[]): Promise<void> {
    await this.#use(neverAborted, (connection) => createRowsTable(connection, table, names, types));
  }

  /** Appends rows to such a table; gives their number. */
  async appendTo(table: string, types: readonly SqlType[], rows: RowSource['rows']): Promise<number> {
    return await this.#use(neverAborted, (connection) =>
      appendRows(connection, table, types, rows, neverAborted),
    );
  }

  /** Drops such a table in the background. */
  dropTable(table: string): void {
    this.#drop(table);
  }

  /** Waits for pending drops and closes the instance; running queries must have ended. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#pendingDrops);
    this.#connections.close();
    this.#instance.closeSync();
  }

  #drop(table: string): void {
    if (this.#closed) return;
    // A failed drop only leaves rows in memory until the process ends; nobody waits for it.
    const dropping = this.execute(`DROP TABLE IF EXISTS ${table}`).then(
      () => {},
      () => {},
    );
    this.#pendingDrops.add(dropping);
    void dropping.finally(() => this.#pendingDrops.delete(dropping));
  }

  async #prepare(
    connection: DuckDBConnection,
    sql: string,
    parameters: readonly NamedParameter[],
  ): Promise<DuckDBPreparedStatement> {
    await this.#collations.make(connection, sql);
    return await prepare(connection, sql, parameters);
  }

  async #use<T>(signal: AbortSignal, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#connections.acquire();
    try {
      return await interruptible(connection, signal, () => work(connection));
    } finally {
      this.#connections.release(connection);
    }
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}

async function prepare(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly NamedParameter[],
): Promise<DuckDBPreparedStatement> {
  const statement = await connection.prepare(sql);
  try {
    const named = new Map(parameters.map((parameter) => [parameter.name, parameter]));
    // Only those that the text names: the printer may have dropped an expression.
    for (let index = 1; index <= statement.parameterCount; index++) {
      const parameter = named.get(statement.parameterName(index));
      if (parameter === undefined)
        throw new Error(`no value for parameter ${statement.parameterName(index)}`);
      const value = duckValue(parameter.value, parameter.type);
      statement.bindValue(index, value, duckType(parameter.type));
    }
    return statement;
  } catch (error) {
    statement.destroySync();
    throw error;
  }
}

/**
 * Ends a stream that was not read to its end: until its connection's next query it holds some MiB, and a
 * transaction, in which that query would not see what others have made since.
 */
async function dropRest(connection: DuckDBConnection): Promise<void> {
  await connection.run('SELECT NULL').catch(() => {});
}

interface RunningQuery {
  readonly connection: DuckDBConnection;
  readonly statement: DuckDBPreparedStatement;
  readonly result: DuckDBResult;
  readonly types: readonly SqlType[];
  /** Runs a step when its turn has come; an abort of the query ends it. */
  readonly compute: <T>(step: () => Promise<T>) => Promise<T>;
  readonly give: () => void;
}

function stream(query: RunningQuery): AsyncIterable<Batch> {
  const { connection, result, types } = query;
  let ended = false;
  const end = (): void => {
    ended = true;
    query.statement.destroySync();
    query.give();
  };
  const fetch = (): Promise<DuckDBDataChunk | null> =>
    // The reader may have left while this waited for its turn.
    query.compute(() => (ended ? Promise.resolve(null) : result.fetchChunk()));
  let ahead: Promise<DuckDBDataChunk | null> | undefined;
  // Not a generator: one that was never started does not run its `finally` when it is returned.
  const iterator: AsyncIterator<Batch> = {
    async next() {
      if (ended) return { done: true, value: undefined };
      try {
        const chunk = await (ahead ?? fetch());
        ahead = undefined;
        if (chunk !== null && chunk.rowCount > 0) {
          // DuckDB's threads compute the next chunk while this one is sent.
          ahead = fetch();
          ahead.catch(() => {});
          return { done: false, value: batchOfChunk(chunk, types) };
        }
      } catch (error) {
        ended = true;
        await dropRest(connection);
        end();
        throw error;
      }
      end();
      return { done: true, value: undefined };
    },
    async return() {
      if (ended) return { done: true, value: undefined };
      ended = true;
      connection.interrupt();
      await ahead?.catch(() => {});
      await dropRest(connection);
      end();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
