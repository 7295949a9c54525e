import assert from 'node:assert/strict';
import { silentLogger } from '../../../src/base/logger.ts';
import type { OnlineRow } from '../../../src/catalog/ports.ts';
import type { TableDef } from '../../../src/catalog/schema.ts';
import { type LmdbOnlineStore, openOnlineStore } from '../../../src/online/lmdb/online-store.ts';
import {
  decodeKey,
  encodeEntityKey,
  encodeKey,
  encodeKeyRange,
  keyTypes,
} from '../../../src/types/key-codec.ts';
import { bigint, int } from '../../../src/types/sql-type.ts';
import type { Row } from '../../../src/types/value.ts';
import {
  column,
  ddl,
  insert,
  newEventTable,
  newTable,
  put,
  remove,
  StoreFixture,
  update,
  writes,
} from '../../support/journal-fixture.ts';

describe('online store', () => {
  let fixture: StoreFixture;
  let online: LmdbOnlineStore;
  let table: TableDef;

  beforeEach(async () => {
    fixture = new StoreFixture();
    online = openOnlineStore({ store: fixture.store, logger: silentLogger });
    table = await fixture.create(newTable(1, 't'));
  });
  afterEach(async () => {
    await online.close();
    await fixture.release();
  });

  const get = (id: number) => online.get(table, encodeKey(table, [id, null]));
  const commit = (...changes: Parameters<typeof writes>[0]['changes'][number][]) =>
    fixture.store.commit(writes({ table, changes }));

  it('reads what has been committed, with its version', async () => {
    await commit(insert(table, [1, 'a']), insert(table, [2, null]));
    await commit(update(table, 2, [1, 'a'], [1, 'b']));
    assert.deepEqual(get(1), { row: [1, 'b'], version: 3 });
    assert.deepEqual(get(2), { row: [2, null], version: 2 });
    assert.equal(get(3), undefined);
    await commit(remove(table, 2, [2, null]));
    assert.equal(get(2), undefined);
    const keys = [1, 2, 1].map((id) => encodeKey(table, [id, null]));
    const rows = online.getMany(table, keys);
    assert.ok(Array.isArray(rows));
    assert.deepEqual(
      rows.map((row) => row?.version),
      [3, undefined, 3],
    );
  });

  it('keeps tables apart and writes none for ONLINE = OFF', async () => {
    const other = await fixture.create(newTable(2, 'other'));
    const offline = await fixture.create(newTable(3, 'offline', { online: false }));
    await fixture.store.commit(
      writes(
        { table, changes: [insert(table, [1, 'a'])] },
        { table: other, changes: [insert(other, [1, 'b'])] },
        { table: offline, changes: [insert(offline, [1, 'c'])] },
      ),
    );
    assert.deepEqual((get(1) as OnlineRow).row, [1, 'a']);
    assert.deepEqual((online.get(other, encodeKey(other, [1, null])) as OnlineRow).row, [1, 'b']);
    assert.equal(online.get(offline, encodeKey(offline, [1, null])), undefined);
    assert.equal(fixture.store.keyEntry(offline, encodeKey(offline, [1, null]))?.version, 4);
  });

  it('reads ranges in key order, both ways', async () => {
    const other = await fixture.create(newTable(2, 'other'));
    await fixture.store.commit(
      writes(
        { table, changes: [5, -3, 9, 1].map((id) => insert(table, [id, 'x'])) },
        { table: other, changes: [insert(other, [0, 'y'])] },
      ),
    );
    const ids = (
      bounds: Parameters<typeof encodeKeyRange>[1],
      reverse = false,
      limit?: number,
    ): unknown[] => {
      const range = encodeKeyRange(keyTypes(table), bounds)!;
      const found = online.range(table, { ...range, reverse, ...(limit === undefined ? {} : { limit }) });
      return [...found].map(({ row }) => row[0]);
    };
    assert.deepEqual(ids({ prefix: [] }), [-3, 1, 5, 9]);
    assert.deepEqual(ids({ prefix: [] }, true), [9, 5, 1, -3]);
    const from1to5 = {
      prefix: [],
      lower: { value: 1, inclusive: true },
      upper: { value: 5, inclusive: true },
    };
    assert.deepEqual(ids(from1to5), [1, 5]);
    assert.deepEqual(ids(from1to5, true), [5, 1]);
    assert.deepEqual(ids({ prefix: [], lower: { value: 1, inclusive: false } }, true), [9, 5]);
    assert.deepEqual(ids({ prefix: [], upper: { value: 5, inclusive: false } }, true), [1, -3]);
    assert.deepEqual(ids({ prefix: [] }, false, 2), [-3, 1]);
    assert.deepEqual(ids({ prefix: [] }, true, 2), [9, 5]);
    assert.deepEqual(
      ids({ prefix: [], lower: { value: 7, inclusive: true }, upper: { value: 2, inclusive: true } }),
      [],
    );
    assert.deepEqual(
      [...online.range(other, { ...encodeKeyRange(keyTypes(other), { prefix: [] })!, reverse: true })].map(
        ({ row }) => row,
      ),
      [[0, 'y']],
    );
  });

  it('keeps its snapshot while a range is read', async () => {
    await commit(...[1, 2, 3].map((id) => insert(table, [id, 'x'])));
    const range = online.range(table, {
      ...encodeKeyRange(keyTypes(table), { prefix: [] })!,
      reverse: false,
    });
    const rows: unknown[] = [];
    for (const { row } of range) {
      rows.push(row[0]);
      if (rows.length === 1) await commit(insert(table, [10, 'x']), remove(table, 2, [3, 'x']));
    }
    assert.deepEqual(rows, [1, 2, 3]);
  });

  it('reads rows of an older schema by the current one', async () => {
    await commit(insert(table, [1, 'a']));
    await fixture.store.prepareFlush({
      tableId: 1,
      throughVersion: 2,
      files: [{ path: 'f', rowCount: 1, sizeBytes: 1, stats: '{}' }],
      relocations: [{ key: encodeKey(table, [1, null]), version: 2, fileIndex: 0, position: 0 }],
      compaction: false,
    });
    await fixture.store.finishFlush({ tableId: 1, throughVersion: 2, deltaVersion: 0, files: ['f'] });
    const added = { ...column(3, 'n', bigint()), default: { kind: 'constant' as const, value: 7n } };
    const columns = [table.columns[0]!, added, table.columns[1]!, column(4, 'm', int(), true)];
    await fixture.store.commit(ddl(put({ ...table, schemaVersion: 2, columns })));
    const current = fixture.store.catalog.tableById(1)!;
    const row = online.get(current, encodeKey(current, [1]));
    assert.deepEqual(row, { row: [1, 7n, 'a', null], version: 2 });
  });

  it('reads rows larger than a page', async () => {
    const big = await fixture.create(
      newTable(4, 'big', { columns: [column(1, 'id', int()), column(2, 'b', { kind: 'longblob' })] }),
    );
    const row: Row = [1, new Uint8Array(3_000_000).fill(9)];
    await fixture.store.commit(writes({ table: big, changes: [insert(big, row)] }));
    assert.deepEqual((online.get(big, encodeKey(big, [1])) as OnlineRow).row, row);
  });
});

describe('online store of a table with EVENT_TIME', () => {
  let fixture: StoreFixture;
  let online: LmdbOnlineStore;
  let table: TableDef;
  const offline = new Map<string, Row>();
  /** What a read of the offline tier waits for. */
  let gate: Promise<void> = Promise.resolve();

  beforeEach(async () => {
    fixture = new StoreFixture();
    offline.clear();
    online = openOnlineStore({
      store: fixture.store,
      logger: silentLogger,
      offlineRow: async (_, key) => {
        const row = offline.get(decodeKey(table, key).join());
        await gate;
        return row === undefined ? undefined : { row, version: 2 };
      },
    });
    table = await fixture.create(newEventTable(1, 'e'));
  });
  afterEach(async () => {
    await online.close();
    await fixture.release();
  });

  async function flushed(rows: readonly Row[]): Promise<void> {
    const { store } = fixture;
    const relocations = rows.map((row, position) => {
      return { key: encodeKey(table, row), version: 2, fileIndex: 0, position };
    });
    const files = [{ path: 'f', rowCount: rows.length, sizeBytes: 1, stats: '{}' }];
    await store.prepareFlush({ tableId: 1, throughVersion: 2, files, relocations, compaction: false });
    await store.finishFlush({ tableId: 1, throughVersion: 2, deltaVersion: 0, files: ['f'] });
    await store.idle();
  }

  const newest = (id: number) => online.get(table, encodeEntityKey(table, [id, 0n, null]));
  const commit = (...changes: Parameters<typeof writes>[0]['changes'][number][]) =>
    fixture.store.commit(writes({ table, changes }));

  it('holds the newest row of an entity; a late arrival changes nothing', async () => {
    await commit(
      insert(table, [1, 100n, 'a']),
      insert(table, [1, 50n, 'older']),
      insert(table, [2, -5n, 'other']),
    );
    assert.deepEqual(newest(1), { row: [1, 100n, 'a'], version: 2 });
    await commit(insert(table, [1, 99n, 'late']));
    assert.deepEqual(newest(1), { row: [1, 100n, 'a'], version: 2 });
    await commit(insert(table, [1, 101n, 'b']));
    assert.deepEqual(newest(1), { row: [1, 101n, 'b'], version: 4 });
    await commit(update(table, 4, [1, 101n, 'b'], [1, 101n, 'c']));
    assert.deepEqual(newest(1), { row: [1, 101n, 'c'], version: 5 });
    await commit(update(table, 2, [1, 100n, 'a'], [1, 100n, 'z']));
    assert.deepEqual(newest(1), { row: [1, 101n, 'c'], version: 5 });
    assert.deepEqual(newest(2), { row: [2, -5n, 'other'], version: 2 });
  });

  it('falls back to the next newest in the tail', async () => {
    await commit(insert(table, [1, 1n, 'a']), insert(table, [1, 2n, 'b']), insert(table, [1, 3n, 'c']));
    await commit(remove(table, 2, [1, 3n, 'c']));
    assert.deepEqual(newest(1), { row: [1, 2n, 'b'], version: 2 });
    await commit(remove(table, 2, [1, 1n, 'a']), remove(table, 2, [1, 2n, 'b']), insert(table, [1, 0n, 'n']));
    assert.deepEqual(newest(1), { row: [1, 0n, 'n'], version: 4 });
    await commit(remove(table, 4, [1, 0n, 'n']));
    assert.equal(newest(1), undefined);
    assert.ok(online.complete(table));
  });

  it('asks the offline tier for what only it holds, and takes it back', async () => {
    const rows: Row[] = [
      [1, 1n, 'a'],
      [1, 2n, 'b'],
      [2, 1n, 'c'],
    ];
    await commit(...rows.map((row) => insert(table, row)));
    for (const row of rows) offline.set(row.slice(0, 2).join(), row);
    await flushed(rows);
    const committed = commit(remove(table, 2, [1, 2n, 'b']));
    await committed;
    // Whether the row is back already or comes by way of the offline tier, it is the same.
    assert.deepEqual(await newest(1), { row: [1, 1n, 'a'], version: 2 });
    await online.idle();
    assert.ok(online.complete(table));
    assert.deepEqual(newest(1), { row: [1, 1n, 'a'], version: 2 });
    const all = { ...encodeKeyRange(keyTypes(table).slice(0, 1), { prefix: [] })!, reverse: false };
    assert.deepEqual(
      [...online.range(table, all)].map(({ row }) => row),
      [
        [1, 1n, 'a'],
        [2, 1n, 'c'],
      ],
    );
  });

  it('takes rows back while more of them go', async () => {
    const rows = [1n, 2n, 3n].map((at): Row => [1, at, `at ${at}`]);
    await commit(...rows.map((row) => insert(table, row)));
    for (const row of rows) offline.set(row.slice(0, 2).join(), row);
    await flushed(rows);
    let open = (): void => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    await commit(remove(table, 2, rows[2]!));
    const asked = newest(1);
    // The newest row goes while the one before it is on its way back.
    await commit(remove(table, 2, rows[1]!));
    open();
    assert.deepEqual(await asked, { row: rows[1], version: 2 });
    await online.idle();
    assert.ok(online.complete(table));
    assert.deepEqual(newest(1), { row: rows[0], version: 2 });
  });

  it('is incomplete while a row is on its way, and says so', async () => {
    await online.close();
    online = openOnlineStore({ store: fixture.store, logger: silentLogger });
    const rows: Row[] = [
      [1, 1n, 'a'],
      [1, 2n, 'b'],
    ];
    await commit(...rows.map((row) => insert(table, row)));
    await fixture.store.finishFlush({ tableId: 1, throughVersion: 2, deltaVersion: 0, files: [] });
    await fixture.store.idle();
    await commit(remove(table, 2, [1, 2n, 'b']));
    assert.equal(online.complete(table), false);
    const all = { ...encodeKeyRange(keyTypes(table).slice(0, 1), { prefix: [] })!, reverse: false };
    assert.throws(() => [...online.range(table, all)], /incomplete/);
    await assert.rejects(async () => newest(1), /offline tier/);
  });
});
