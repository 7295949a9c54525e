import assert from 'node:assert/strict';
import type { BulkFile } from '../../../src/catalog/ports.ts';
import type { TableDef } from '../../../src/catalog/schema.ts';
import { tailVersions } from '../../../src/journal/flush-writer.ts';
import { encodeKey } from '../../../src/types/key-codec.ts';
import type { Row } from '../../../src/types/value.ts';
import {
  ddl,
  insert,
  newTable,
  put,
  remove,
  StoreFixture,
  update,
  writes,
} from '../../support/journal-fixture.ts';

const file = (path: string, rowCount = 1): BulkFile => ({ path, rowCount, sizeBytes: 100, stats: '{}' });

describe('journal flush', () => {
  let fixture: StoreFixture;
  let table: TableDef;

  beforeEach(async () => {
    fixture = new StoreFixture();
    table = await fixture.create(newTable(1, 't'));
    await fixture.store.commit(
      writes({ table, changes: [insert(table, [1, 'a']), insert(table, [2, 'b']), insert(table, [3, 'c'])] }),
    );
  });
  afterEach(() => fixture.release());

  const key = (row: Row): Uint8Array => encodeKey(table, row);
  const at = (id: number, version = 2): { key: Uint8Array; version: number } => ({
    key: key([id, null]),
    version,
  });
  const place = (id: number) => fixture.store.keyEntry(table, key([id, null]))?.location;

  const prepare = (path: string, ids: readonly number[], throughVersion = 2, compaction = false) =>
    fixture.store.prepareFlush({
      tableId: 1,
      throughVersion,
      files: [file(path, ids.length)],
      relocations: ids.map((id, position) => ({ ...at(id), fileIndex: 0, position })),
      compaction,
    });
  const finish = (path: string, deltaVersion: number, throughVersion = 2) =>
    fixture.store.finishFlush({
      tableId: 1,
      throughVersion,
      deltaVersion,
      files: [path],
      changeFile: `changes-${deltaVersion}`,
    });

  it('moves rows to files only when it finishes', async () => {
    const [number] = await prepare('f1', [3, 1, 2]);
    assert.deepEqual(place(1), { kind: 'tail' });
    assert.equal(fixture.store.flushedThrough(1), 0);
    await finish('f1', 1);
    assert.deepEqual(place(1), { kind: 'file', fileNumber: number, position: 1 });
    assert.equal(fixture.store.fileNumber(1, 'f1'), number);
    assert.equal(fixture.store.file(1, number!)?.path, 'f1');
    assert.deepEqual(fixture.store.tailStats(1), { rows: 0, bytes: 0, oldestUs: undefined, bulkLoads: 0 });
    await fixture.store.idle();
    assert.deepEqual([...tailVersions(fixture.store.environment, 1)], []);
    const reopened = await fixture.reopen();
    assert.deepEqual(reopened.flushes(1), [
      { afterVersion: 0, throughVersion: 2, deltaVersion: 1, files: ['f1'], changeFile: 'changes-1' },
    ]);
    assert.deepEqual(place(3), { kind: 'file', fileNumber: number, position: 0 });
  });

  it('tells later changes where the rows that they supersede stand', async () => {
    const [number] = await prepare('f1', [1, 2, 3]);
    await finish('f1', 1);
    await fixture.store.commit(writes({ table, changes: [update(table, 2, [1, 'a'], [1, 'x'])] }));
    await fixture.store.commit(
      writes({ table, changes: [update(table, 3, [1, 'x'], [1, 'y']), remove(table, 2, [2, 'b'])] }),
    );
    const superseded = [...fixture.store.changes(table, 2, 9)].map((change) => change.superseded);
    assert.deepEqual(superseded, [
      [{ fileNumber: number, position: 0 }],
      [],
      [{ fileNumber: number, position: 1 }],
    ]);
    assert.deepEqual(place(1), { kind: 'tail' });
    assert.equal(place(2), undefined);
  });

  it('finds rows that changed while it ran', async () => {
    const { store } = fixture;
    // The flush has taken version 2; before it can say where the rows stand, they change.
    await store.commit(writes({ table, changes: [update(table, 2, [1, 'a'], [1, 'x'])] }));
    await store.commit(writes({ table, changes: [update(table, 3, [1, 'x'], [1, 'y'])] }));
    await store.commit(writes({ table, changes: [remove(table, 2, [2, 'b'])] }));
    await store.commit(writes({ table, changes: [insert(table, [2, 'again'])] }));
    const [number] = await prepare('f1', [1, 2, 3]);
    await store.commit(writes({ table, changes: [remove(table, 2, [3, 'c'])] }));
    await finish('f1', 1);
    const superseded = [...store.changes(table, 2, 9)].map((change) => [change.version, change.superseded]);
    assert.deepEqual(superseded, [
      [3, [{ fileNumber: number, position: 0 }]],
      [4, []],
      [5, [{ fileNumber: number, position: 1 }]],
      [6, []],
      [7, [{ fileNumber: number, position: 2 }]],
    ]);
    assert.equal(store.tailStats(1).rows, 5);
    assert.deepEqual(place(1), { kind: 'tail' });
  });

  it('overwrites what a failed attempt left', async () => {
    await prepare('lost', [1, 2, 3]);
    await fixture.reopen();
    await fixture.store.commit(writes({ table, changes: [update(table, 2, [1, 'a'], [1, 'x'])] }));
    assert.deepEqual(place(2), { kind: 'tail' });
    const [number] = await prepare('f1', [2, 1, 3]);
    await finish('f1', 1);
    assert.deepEqual(place(2), { kind: 'file', fileNumber: number, position: 0 });
    const [change] = [...fixture.store.changes(table, 2, 9)];
    assert.deepEqual(change?.superseded, [{ fileNumber: number, position: 1 }]);
  });

  it('finishes after a restart', async () => {
    const [number] = await prepare('f1', [1, 2, 3]);
    await fixture.reopen();
    await finish('f1', 1);
    await finish('f1', 1);
    assert.equal(fixture.store.flushes(1).length, 1);
    assert.deepEqual(place(3), { kind: 'file', fileNumber: number, position: 2 });
  });

  it('moves rows by compaction, with both places known until it finishes', async () => {
    const { store } = fixture;
    const [old] = await prepare('f1', [1, 2, 3]);
    await finish('f1', 1);
    const [merged] = await prepare('f2', [3, 2, 1], 2, true);
    assert.deepEqual(place(1), { kind: 'file', fileNumber: old, position: 0 });
    await store.commit(writes({ table, changes: [remove(table, 2, [2, 'b'])] }));
    await finish('f2', 2);
    assert.deepEqual(place(1), { kind: 'file', fileNumber: merged, position: 2 });
    const [change] = [...store.changes(table, 2, 9)];
    assert.deepEqual(change?.superseded, [
      { fileNumber: merged, position: 1 },
      { fileNumber: old, position: 1 },
    ]);
    assert.deepEqual(store.flushes(1), [
      { afterVersion: 0, throughVersion: 2, deltaVersion: 2, files: ['f1'], changeFile: 'changes-2' },
    ]);
  });

  it('forgets the place that a failed compaction made', async () => {
    const [old] = await prepare('f1', [1, 2, 3]);
    await finish('f1', 1);
    await prepare('lost', [3, 2, 1], 2, true);
    await fixture.reopen();
    assert.deepEqual(place(1), { kind: 'file', fileNumber: old, position: 0 });
    const [merged] = await prepare('f2', [1, 3, 2], 2, true);
    assert.deepEqual(place(2), { kind: 'file', fileNumber: old, position: 1 });
    await finish('f2', 2);
    assert.deepEqual(place(2), { kind: 'file', fileNumber: merged, position: 2 });
  });

  it('refuses to read a part of the tail that is gone', async () => {
    await prepare('f1', [1, 2, 3]);
    await finish('f1', 1);
    await fixture.store.idle();
    assert.deepEqual([...tailVersions(fixture.store.environment, 1)], []);
    assert.throws(() => [...fixture.store.changes(table, 0, 2)], /begins after version 2/);
    assert.deepEqual([...fixture.store.changes(table, 2, 2)], []);
  });

  it('flushes more rows than one transaction takes', async () => {
    const { store } = fixture;
    const rows = Array.from({ length: 4_500 }, (_, index): Row => [index + 10, 'x']);
    await store.commit(writes({ table, changes: rows.map((row) => insert(table, row)) }));
    await store.prepareFlush({
      tableId: 1,
      throughVersion: 3,
      files: [file('f1', 3), file('f2', 4_500)],
      relocations: [
        ...[1, 2, 3].map((id, position) => ({ ...at(id), fileIndex: 0, position })),
        ...rows.map((row, position) => ({ key: key(row), version: 3, fileIndex: 1, position })),
      ],
      compaction: false,
    });
    await store.finishFlush({ tableId: 1, throughVersion: 3, deltaVersion: 1, files: ['f1', 'f2'] });
    assert.deepEqual(place(4_509), { kind: 'file', fileNumber: 2, position: 4_499 });
    await store.idle();
    assert.equal(store.environment.changes.getCount(), 0);
  });

  it('takes bulk rows into the key index with their places', async () => {
    const { store } = fixture;
    const rows: Row[] = [
      [10, 'p'],
      [11, 'q'],
      [12, 'r'],
    ];
    const bulk = {
      files: [file('b1', 2), file('b2', 1)],
      rows: () => rows.map((row) => ({ key: key(row), row })),
    };
    const commit = await store.commit(writes({ table, changes: [], bulk }));
    assert.equal(commit.tables[0]?.inserted, 3);
    assert.deepEqual(
      [10, 11, 12].map(place),
      [
        [1, 0],
        [1, 1],
        [2, 0],
      ].map(([fileNumber, position]) => ({ kind: 'file', fileNumber, position })),
    );
    await store.commit(writes({ table, changes: [remove(table, 3, [11, 'q'])] }));
    await fixture.reopen();
    const [change] = [...fixture.store.changes(table, 3, 4)];
    assert.deepEqual(change?.superseded, [{ fileNumber: 1, position: 1 }]);
    assert.deepEqual(
      fixture.store.bulkLoads(1, 0, 9).map(({ version, files }) => [version, files.map(({ path }) => path)]),
      [[3, ['b1', 'b2']]],
    );
    assert.equal(fixture.store.tailStats(1).bulkLoads, 1);
    await assert.rejects(fixture.store.commit(writes({ table, changes: [], bulk })), { errno: 1062 });
    const twice = {
      files: [file('b3', 2)],
      rows: () => [rows[1]!, rows[1]!].map((row) => ({ key: key(row), row })),
    };
    await assert.rejects(fixture.store.commit(writes({ table, changes: [], bulk: twice })), { errno: 1062 });
    await prepare('f1', [1, 2, 3], 4);
    await fixture.store.finishFlush({
      tableId: 1,
      throughVersion: 4,
      deltaVersion: 1,
      files: ['f1', 'b1', 'b2'],
    });
    assert.equal(fixture.store.tailStats(1).bulkLoads, 0);
    assert.deepEqual(place(12), { kind: 'file', fileNumber: 2, position: 0 });
  });

  it('writes nothing of bulk rows that end in a failure', async () => {
    const { store } = fixture;
    const bulk = {
      files: [file('b1', 2)],
      *rows() {
        yield { key: key([10, 'p']), row: [10, 'p'] };
        throw new Error('the source broke');
      },
    };
    const [failed, other] = await Promise.allSettled([
      store.commit(writes({ table, changes: [insert(table, [9, 'o'])], bulk })),
      store.commit(writes({ table, changes: [insert(table, [8, 'n'])] })),
    ]);
    assert.equal(failed.status, 'rejected');
    assert.equal(other.status, 'fulfilled');
    assert.deepEqual(
      [8, 9, 10].map((id) => store.keyEntry(table, key([id, null]))?.version),
      [3, undefined, undefined],
    );
    assert.equal(store.lastVersion, 3);
    assert.deepEqual(store.bulkLoads(1, 0, 9), []);
    assert.equal((await fixture.reopen()).lastVersion, 3);
  });

  it('lets ALTER pass once the tail is flushed', async () => {
    const altered = ddl(put({ ...table, schemaVersion: 2 }));
    await assert.rejects(fixture.store.commit(altered), { errno: 1213 });
    await prepare('f1', [1, 2, 3]);
    await finish('f1', 1);
    await fixture.store.commit(altered);
    assert.equal(fixture.store.catalog.tableById(1)?.schemaVersion, 2);
  });
});
