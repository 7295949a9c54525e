import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../src/base/clock.ts';
import { defaultLimits } from '../../../src/base/limits.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Commit, RowChange, TableWrite } from '../../../src/catalog/ports.ts';
import type { CatalogChange, ColumnDef, TableDef } from '../../../src/catalog/schema.ts';
import { type JournalStore, openStore } from '../../../src/journal/journal-store.ts';
import type { FlushHook } from '../../../src/offline/delta/flush.ts';
import { OfflineStore } from '../../../src/offline/delta/offline-store.ts';
import { DuckEngine } from '../../../src/offline/duckdb/engine.ts';
import type { DuckRelation } from '../../../src/offline/duckdb/relation.ts';
import { encodeKey } from '../../../src/types/key-codec.ts';
import { bigint, datetime, type SqlType, varchar } from '../../../src/types/sql-type.ts';
import type { Row, SqlValue } from '../../../src/types/value.ts';

/** A store, DuckDB and an offline tier in a folder of their own, as the gateway puts them together. */
export interface Gateway {
  readonly directory: string;
  readonly journal: JournalStore;
  readonly duck: DuckEngine;
  readonly offline: OfflineStore;
  /** Leaves the offline tier without a flush, as a crash would, and opens everything again. */
  restart(): Promise<Gateway>;
  close(): Promise<void>;
}

export function temporaryDirectory(): string {
  return mkdtempSync(path.join(tmpdir(), 'tidegate-delta-'));
}

export interface GatewayOptions {
  readonly dataFileRows?: number;
  readonly directory?: string;
  readonly flushHook?: FlushHook;
}

export async function openGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const directory = options.directory ?? temporaryDirectory();
  const offlineDirectory = path.join(directory, 'offline');
  mkdirSync(path.join(directory, 'store'), { recursive: true });
  mkdirSync(offlineDirectory, { recursive: true });
  const limits = { ...defaultLimits, dataFileRows: options.dataFileRows ?? 4 };
  const duck = await DuckEngine.open({
    directories: [offlineDirectory],
    temporaryDirectory: path.join(directory, 'temporary'),
    limits,
  });
  const logger = silentLogger;
  const journal = openStore(path.join(directory, 'store'), { clock: systemClock, logger });
  const offline = await OfflineStore.open({
    directory: offlineDirectory,
    duck,
    journal,
    clock: systemClock,
    limits,
    logger,
    background: false,
    ...(options.flushHook === undefined ? {} : { flushHook: options.flushHook }),
  });
  const shut = async (): Promise<void> => {
    await offline.close();
    await duck.close();
    await journal.close();
  };
  return {
    directory,
    journal,
    duck,
    offline,
    async restart() {
      await shut();
      return await openGateway({ ...options, directory });
    },
    async close() {
      await shut();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const column = (
  id: number,
  name: string,
  type: SqlType,
  more: Partial<ColumnDef> = {},
): ColumnDef => ({
  id,
  name,
  type,
  nullable: true,
  comment: '',
  ...more,
});

export function tableDef(
  id: number,
  name: string,
  columns: readonly ColumnDef[],
  more: Partial<TableDef> = {},
): TableDef {
  return {
    kind: 'table',
    id,
    database: 'shop',
    name,
    schemaVersion: 1,
    columns,
    primaryKey: [0],
    online: true,
    comment: '',
    sinceVersion: 0,
    createdVersion: 0,
    createdUs: 0n,
    nextColumnId: columns.length + 1,
    indexes: [],
    ...more,
  };
}

/** id BIGINT key, name VARCHAR, at DATETIME(6). */
export const plainTable = (id = 1, name = 'items'): TableDef =>
  tableDef(id, name, [
    column(1, 'id', bigint(), { nullable: false }),
    column(2, 'name', varchar(100)),
    column(3, 'at', datetime(6)),
  ]);

export async function commit(
  gateway: Gateway,
  tables: readonly TableWrite[],
  catalog: readonly CatalogChange[] = [],
): Promise<Commit> {
  return await gateway.journal.commit({ user: 'test@%', client: '', statement: '', tables, catalog });
}

/** Creates the database when it is missing, and the table; gives the table as the catalog has it. */
export async function createTable(gateway: Gateway, table: TableDef): Promise<TableDef> {
  const changes: CatalogChange[] = [{ kind: 'putRelation', relation: table }];
  if (gateway.journal.catalog.database(table.database) === undefined) {
    changes.unshift({
      kind: 'putDatabase',
      database: { name: table.database, collation: 'utf8mb4_0900_bin' },
    });
  }
  await commit(gateway, [], changes);
  return gateway.journal.catalog.tableById(table.id)!;
}

export const change = (
  table: TableDef,
  before: Row | null,
  after: Row | null,
  expectedVersion: number,
): RowChange => ({
  kind: before === null ? 'insert' : after === null ? 'delete' : 'update',
  key: encodeKey(table, (before ?? after)!),
  expectedVersion,
  before,
  after,
});

/** The rows of a relation's columns, each followed by the row version; sorted. */
export async function rowsOf(
  gateway: Gateway,
  relation: DuckRelation,
  columns: readonly { readonly index: number; readonly type: SqlType }[],
): Promise<Row[]> {
  try {
    const list = [...columns.map(({ index }) => `c${index}`), 'rv'].join(', ');
    const types = [...columns.map(({ type }) => type), bigint()];
    return sortRows(
      await gateway.duck.all(`SELECT ${list} FROM (${relation.sql})`, relation.parameters, types),
    );
  } finally {
    relation.release();
  }
}

const text = (row: Row): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

export function sortRows(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

/** A table's state through DuckDB: its columns and `_row_version`. */
export async function stateOf(gateway: Gateway, table: TableDef, version: number): Promise<Row[]> {
  const columns = table.columns.map(({ type }, index) => ({ index, type }));
  const relation = await gateway.offline.state({
    table,
    version,
    columnsUsed: columns.map(({ index }) => index),
  });
  return await rowsOf(gateway, relation, columns);
}

/** A table's changes through DuckDB: its columns, `_change_type`, `_commit_version`. */
export async function changesOf(
  gateway: Gateway,
  table: TableDef,
  interval: { readonly after: number; readonly through: number; readonly net: boolean },
): Promise<Row[]> {
  const count = table.columns.length;
  const columns = [
    ...table.columns.map(({ type }, index) => ({ index, type })),
    { index: count, type: varchar(16) },
    { index: count + 1, type: bigint() },
    { index: count + 2, type: datetime(6) },
  ];
  const columnsUsed = columns.map(({ index }) => index);
  const relation = await gateway.offline.changes({ table, ...interval, columnsUsed });
  return await rowsOf(gateway, relation, columns);
}

/** A table's rows by key, as they should be: what commits do, replayed in memory. */
export class Model {
  readonly table: TableDef;
  readonly #rows = new Map<string, { readonly row: Row; readonly version: number }>();
  /** Rows with their version, by version of the commit. */
  readonly states = new Map<number, Row[]>();
  /** Every row change: columns, type, version. */
  readonly changes: { readonly row: Row; readonly type: string; readonly version: number }[] = [];

  constructor(table: TableDef) {
    this.table = table;
  }

  get(id: bigint): { readonly row: Row; readonly version: number } | undefined {
    return this.#rows.get(String(id));
  }

  get keys(): string[] {
    return [...this.#rows.keys()];
  }

  apply(changes: readonly RowChange[], version: number): void {
    for (const { before, after } of changes) {
      const key = String((before ?? after)![0]);
      const types =
        before !== null && after !== null ? ['update_preimage', 'update_postimage'] : ['delete', 'insert'];
      if (before !== null) this.changes.push({ row: before, type: types[0]!, version });
      if (after !== null) this.changes.push({ row: after, type: types[1]!, version });
      if (after === null) this.#rows.delete(key);
      else this.#rows.set(key, { row: after, version });
    }
    this.snapshot(version);
  }

  snapshot(version: number): void {
    this.states.set(
      version,
      sortRows([...this.#rows.values()].map(({ row, version: at }) => [...row, BigInt(at)])),
    );
  }

  state(version: number): Row[] {
    for (let at = version; at > 0; at--) {
      const rows = this.states.get(at);
      if (rows !== undefined) return rows;
    }
    return [];
  }
}

export type { SqlValue };
