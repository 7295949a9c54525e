/** A store in a temporary directory, and short ways to say what its tests commit. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { CommitRequest, RowChange, TableWrite } from '../../src/catalog/ports.ts';
import type { CatalogChange, ColumnDef, TableDef } from '../../src/catalog/schema.ts';
import { type JournalStore, openStore } from '../../src/journal/journal-store.ts';
import { encodeKey } from '../../src/types/key-codec.ts';
import { datetime, int, type SqlType, varchar } from '../../src/types/sql-type.ts';
import type { Row } from '../../src/types/value.ts';

/** Stands still until told otherwise. */
export class TestClock implements Clock {
  now = 1_000_000_000_000_000n;
  nowUs(): bigint {
    return this.now;
  }
  monotonicMs(): number {
    return Number(this.now / 1000n);
  }
}

export const column = (id: number, name: string, type: SqlType, nullable = false): ColumnDef => ({
  id,
  name,
  type,
  nullable,
  comment: '',
});

/** `t (id int primary key, v varchar(50))`, to be put into the catalog. */
export function newTable(id: number, name: string, changes: Partial<TableDef> = {}): TableDef {
  return {
    kind: 'table',
    id,
    database: 'd',
    name,
    schemaVersion: 1,
    columns: [column(1, 'id', int()), column(2, 'v', varchar(50), true)],
    primaryKey: [0],
    online: true,
    comment: '',
    sinceVersion: 0,
    createdVersion: 0,
    createdUs: 0n,
    nextColumnId: 3,
    indexes: [],
    ...changes,
  };
}

/** `e (id int, ts datetime(6), v varchar(50), primary key (id, ts)) event_time = ts`. */
export function newEventTable(id: number, name: string): TableDef {
  return newTable(id, name, {
    columns: [column(1, 'id', int()), column(2, 'ts', datetime(6)), column(3, 'v', varchar(50), true)],
    primaryKey: [0, 1],
    eventTime: 1,
  });
}

const base = { user: 'tester@localhost', client: 'mocha', statement: 'test' };

export const writes = (...tables: TableWrite[]): CommitRequest => ({ ...base, tables, catalog: [] });
export const ddl = (...catalog: CatalogChange[]): CommitRequest => ({ ...base, tables: [], catalog });
export const put = (relation: TableDef): CatalogChange => ({ kind: 'putRelation', relation });

export const insert = (table: TableDef, row: Row): RowChange => ({
  kind: 'insert',
  key: encodeKey(table, row),
  expectedVersion: 0,
  before: null,
  after: row,
});
export const update = (table: TableDef, expectedVersion: number, before: Row, after: Row): RowChange => ({
  kind: 'update',
  key: encodeKey(table, before),
  expectedVersion,
  before,
  after,
});
export const remove = (table: TableDef, expectedVersion: number, before: Row): RowChange => ({
  kind: 'delete',
  key: encodeKey(table, before),
  expectedVersion,
  before,
  after: null,
});

/** A store that can be closed and opened again; `release` removes its directory. */
export class StoreFixture {
  readonly directory = mkdtempSync(join(tmpdir(), 'tidegate-journal-'));
  readonly clock = new TestClock();
  store: JournalStore;

  constructor() {
    this.store = this.#open();
  }

  #open(): JournalStore {
    return openStore(join(this.directory, 'store'), { clock: this.clock, logger: silentLogger });
  }

  async reopen(): Promise<JournalStore> {
    await this.store.close();
    this.store = this.#open();
    return this.store;
  }

  /** Creates a table and returns it as the catalog has it. */
  async create(definition: TableDef): Promise<TableDef> {
    await this.store.commit(ddl(put(definition)));
    return this.store.catalog.tableById(definition.id)!;
  }

  async release(): Promise<void> {
    await this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
