/** MySQL-compatible servers, through mysql2: projection, filters and limit pushed down, rows streamed in. */
import { createPool, type Pool, type PoolConnection, type PoolOptions } from 'mysql2';
import { GatewayError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { ExternalSource, ExternalTableDef, ServerDef } from '../../catalog/schema.ts';
import type { DuckRelation, RowSource } from '../../offline/duckdb/relation.ts';
import type { Row } from '../../types/value.ts';
import type { Connector, ExternalColumn, ScanRequest } from '../port.ts';
import { Pushdown, type PushedFilter, quoteIdentifier } from './pushdown.ts';
import { type RemoteField, typeOfColumnType, typeOfField, valueReader } from './remote-types.ts';

const knownOptions = new Set(['HOST', 'PORT', 'SOCKET', 'USER', 'PASSWORD', 'DATABASE', 'OWNER', 'SSL']);

function poolOptions(server: ServerDef, limits: Limits): PoolOptions {
  const { HOST, PORT, SOCKET, USER, PASSWORD, DATABASE, SSL } = server.options;
  return {
    ...(SOCKET ? { socketPath: SOCKET } : { host: HOST ?? '127.0.0.1', port: Number(PORT ?? 3306) }),
    user: USER ?? '',
    password: PASSWORD ?? '',
    ...(DATABASE ? { database: DATABASE } : {}),
    ...(SSL && /^(on|1|true|required)$/i.test(SSL) ? { ssl: { rejectUnauthorized: false } } : {}),
    connectionLimit: 8,
    maxIdle: 2,
    idleTimeout: 60_000,
    connectTimeout: limits.externalConnectTimeoutMs,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
    rowsAsArray: true,
    flags: ['-LOCAL_FILES'],
  };
}

/** mysql2's message names no secret, but may name the host; the error number is kept for the reader. */
function remoteError(server: ServerDef, error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const { message, errno, code, fatal } = error as {
    message?: string;
    errno?: number;
    code?: string;
    fatal?: boolean;
  };
  const connecting = fatal === true || /^E[A-Z]+$/.test(code ?? '');
  return new GatewayError(
    connecting ? 'EXTERNAL_CONNECT_ERROR' : 'EXTERNAL_QUERY_ERROR',
    `Server '${server.name}' answered: ${errno && errno > 0 ? `(${errno}) ` : ''}${message || code || 'connection failed'}`,
    { cause: error },
  );
}

export class MysqlConnector implements Connector {
  readonly wrapper = 'mysql';
  readonly #pools = new Map<string, { key: string; pool: Pool }>();
  readonly #limits: Limits;
  readonly #relationOfRows: (source: RowSource, signal: AbortSignal) => Promise<DuckRelation>;

  /** @param relationOfRows appends rows to a temporary table of DuckDB's and names it as a relation */
  constructor(
    limits: Limits,
    relationOfRows: (source: RowSource, signal: AbortSignal) => Promise<DuckRelation>,
  ) {
    this.#limits = limits;
    this.#relationOfRows = relationOfRows;
  }

  checkServer(server: ServerDef): void {
    for (const [option, value] of Object.entries(server.options)) {
      if (!knownOptions.has(option)) {
        throw new GatewayError('WRONG_ARGUMENTS', `Unknown option '${option}' of FOREIGN DATA WRAPPER mysql`);
      }
      if (option === 'PORT' && !(Number(value) > 0 && Number(value) < 65_536)) {
        throw new GatewayError('WRONG_ARGUMENTS', `PORT must be a number from 1 to 65535`);
      }
    }
    if (!server.options.HOST && !server.options.SOCKET) {
      throw new GatewayError('WRONG_ARGUMENTS', 'FOREIGN DATA WRAPPER mysql needs the option HOST or SOCKET');
    }
  }

  async describe(
    server: ServerDef,
    source: ExternalSource,
    signal: AbortSignal,
  ): Promise<readonly ExternalColumn[]> {
    if (source.kind === 'location')
      throw new GatewayError('WRONG_ARGUMENTS', 'A mysql server has tables and queries, not locations');
    return this.#withConnection(server, signal, async (connection) => {
      if (source.kind === 'query') return this.#describeQuery(connection, source.query);
      const [database, table] = splitTable(source.table, server);
      const rows = await this.#all(
        connection,
        'SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE FROM information_schema.COLUMNS ' +
          'WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION',
        [database, table],
      );
      if (rows.length === 0) {
        throw new GatewayError(
          'EXTERNAL_QUERY_ERROR',
          `Table '${database}.${table}' doesn't exist on server '${server.name}'`,
        );
      }
      return rows.map(([name, type, nullable]) => ({
        name: String(name),
        type: typeOfColumnType(String(type)),
        nullable: nullable === 'YES',
      }));
    });
  }

  async scan(request: ScanRequest): Promise<DuckRelation> {
    const { server, table, columnsUsed, signal } = request;
    const statement = remoteStatement(request);
    const used = columnsUsed.filter((index) => index >= 0);
    const readers = used.map((index) => valueReader(table.columns[index]!.name, table.columns[index]!.type));
    const source: RowSource = {
      columns: used.map((index) => ({ name: `c${index}`, type: table.columns[index]!.type })),
      rows: this.#stream(server, statement, readers, signal),
    };
    const relation = await this.#relationOfRows(source, signal);
    const columns = used.map((index, position) => `c${position} AS c${index}`);
    return {
      ...relation,
      sql: columns.length === 0 ? relation.sql : `SELECT ${columns.join(', ')} FROM (${relation.sql})`,
      details: [...statement.details, ...relation.details],
    };
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map(({ pool }) => new Promise<void>((resolve) => pool.end(() => resolve()))));
  }

  async *#stream(
    server: ServerDef,
    statement: RemoteStatement,
    readers: readonly ((value: unknown) => Row[number])[],
    signal: AbortSignal,
  ): AsyncIterable<readonly Row[]> {
    const connection = await this.#connect(server);
    const abort = (): void => connection.destroy();
    signal.addEventListener('abort', abort, { once: true });
    let finished = false;
    try {
      const stream = connection
        .query({ sql: statement.sql, values: [...statement.values] })
        .stream({ highWaterMark: this.#limits.batchRows });
      let batch: Row[] = [];
      for await (const raw of stream as AsyncIterable<unknown[]>) {
        batch.push(readers.map((read, index) => read(raw[index])));
        if (batch.length >= this.#limits.batchRows) {
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0) yield batch;
      finished = true;
    } catch (error) {
      if (signal.aborted)
        throw new GatewayError('QUERY_INTERRUPTED', 'Query execution was interrupted', { cause: error });
      throw remoteError(server, error);
    } finally {
      signal.removeEventListener('abort', abort);
      // A result that was not read to its end would come out of the next statement on this connection.
      if (finished) connection.release();
      else connection.destroy();
    }
  }

  #pool(server: ServerDef): Pool {
    const key = JSON.stringify(server.options);
    const known = this.#pools.get(server.name);
    if (known?.key === key) return known.pool;
    known?.pool.end(() => {});
    const pool = createPool(poolOptions(server, this.#limits));
    this.#pools.set(server.name, { key, pool });
    return pool;
  }

  async #connect(server: ServerDef): Promise<PoolConnection> {
    const connection = await new Promise<PoolConnection>((resolve, reject) => {
      this.#pool(server).getConnection((error, got) =>
        error ? reject(remoteError(server, error)) : resolve(got),
      );
    });
    // Our own literals follow MySQL's default escapes, and TIMESTAMP is UTC in memory.
    await this.#all(connection, "SET time_zone = '+00:00', sql_mode = ''", []).catch((error) => {
      connection.destroy();
      throw remoteError(server, error);
    });
    return connection;
  }

  async #withConnection<T>(
    server: ServerDef,
    signal: AbortSignal,
    use: (connection: PoolConnection) => Promise<T>,
  ): Promise<T> {
    const connection = await this.#connect(server);
    const abort = (): void => connection.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await use(connection);
    } catch (error) {
      throw remoteError(server, error);
    } finally {
      signal.removeEventListener('abort', abort);
      connection.release();
    }
  }

  #all(connection: PoolConnection, sql: string, values: readonly unknown[]): Promise<unknown[][]> {
    return new Promise((resolve, reject) => {
      connection.query({ sql, values: [...values] }, (error, rows) =>
        error ? reject(error) : resolve(Array.isArray(rows) ? (rows as unknown[][]) : []),
      );
    });
  }

  #describeQuery(connection: PoolConnection, query: string): Promise<readonly ExternalColumn[]> {
    return new Promise((resolve, reject) => {
      connection.query(
        { sql: `SELECT * FROM (${query}\n) AS tidegate_query LIMIT 0` },
        (error, _rows, fields) => {
          if (error) return reject(error);
          resolve(
            (fields ?? []).map((field) => ({
              name: field.name,
              type: typeOfField(field as RemoteField),
              nullable: true,
            })),
          );
        },
      );
    });
  }
}

function splitTable(name: string, server: ServerDef): [database: string, table: string] {
  const dot = name.indexOf('.');
  if (dot > 0) return [name.slice(0, dot), name.slice(dot + 1)];
  const database = server.options.DATABASE;
  if (!database)
    throw new GatewayError(
      'WRONG_ARGUMENTS',
      `Server '${server.name}' names no DATABASE; say TABLE 'database.table'`,
    );
  return [database, name];
}

interface RemoteStatement {
  readonly sql: string;
  readonly values: readonly PushedFilter['values'][number][];
  readonly details: readonly string[];
}

/** The SELECT sent to the server: the columns that are used, the filters and the limit that it can apply. */
export function remoteStatement(request: ScanRequest): RemoteStatement {
  const { table, server, filters, limit, constant } = request;
  const used = request.columnsUsed.filter((index) => index >= 0);
  const columns =
    used.length === 0 ? '1' : used.map((index) => quoteIdentifier(table.columns[index]!.name)).join(', ');
  const pushdown = new Pushdown(table, constant);
  const pushed = filters.map((filter) => pushdown.push(filter));
  const known = pushed.filter((filter) => filter !== undefined);
  const exact = known.length === filters.length && known.every((filter) => filter.exact);
  const where = known.length === 0 ? '' : ` WHERE ${known.map((filter) => filter.sql).join(' AND ')}`;
  const limited = limit !== undefined && exact ? ` LIMIT ${limit}` : '';
  return {
    sql: `SELECT ${columns} FROM ${remoteFrom(table, server)}${where}${limited}`,
    values: known.flatMap((filter) => filter.values),
    details: [
      `pushed to ${server.name}: ${used.length} of ${table.columns.length} columns, ${known.length} of ${filters.length} filters${where}${limited}`,
      ...(exact
        ? []
        : [`applied here: ${filters.length - known.filter((filter) => filter.exact).length} filters`]),
    ],
  };
}

function remoteFrom(table: ExternalTableDef, server: ServerDef): string {
  switch (table.source.kind) {
    case 'table':
      return splitTable(table.source.table, server).map(quoteIdentifier).join('.');
    case 'query':
      return `(${table.source.query}\n) AS tidegate_query`;
    case 'location':
      throw new GatewayError('WRONG_ARGUMENTS', 'A mysql server has tables and queries, not locations');
  }
}
