/** Bulk loads beside other writers: nobody sees half of one, failed ones leave nothing, in any order. */
import assert from 'node:assert/strict';
import { silentLogger } from '../../src/base/logger.ts';
import { stageLoad } from '../../src/journal/bulk-load.ts';
import { TableJournal } from '../../src/journal/table-journal.ts';
import { openOnlineStore } from '../../src/online/lmdb/online-store.ts';
import { encodeEntityKey, encodeKey } from '../../src/types/key-codec.ts';
import type { Row } from '../../src/types/value.ts';
import { insert, newEventTable, newTable, remove, StoreFixture, writes } from '../support/journal-fixture.ts';

const rowCount = 5_000;
/** A permutation of 0 … rowCount - 1: keys in no order. */
const shuffled = (index: number): number => (index * 2_003) % rowCount;

const bulkOf = (rows: readonly Row[], table: Parameters<typeof encodeKey>[0], name = 'bulk') => ({
  files: [
    { path: `${name}-1`, rowCount: 1_999, sizeBytes: 1, stats: '{}' },
    { path: `${name}-2`, rowCount: rows.length - 1_999, sizeBytes: 1, stats: '{}' },
  ],
  rows: () => rows.map((row) => ({ key: encodeKey(table, row), row })),
});

describe('bulk loads', () => {
  let fixture: StoreFixture;
  const everything = { from: new Uint8Array(), to: new Uint8Array(), reverse: false };
  beforeEach(() => {
    fixture = new StoreFixture();
  });
  afterEach(() => fixture.release());

  it('let other connections go on, and are seen all at once', async () => {
    const table = await fixture.create(newTable(1, 't'));
    const other = await fixture.create(newTable(2, 'o'));
    const { store } = fixture;
    const online = openOnlineStore({ store, logger: silentLogger });
    const rows = Array.from({ length: rowCount }, (_, index): Row => [shuffled(index), `row ${index}`]);
    let done = false;
    const loading = store.commit(writes({ table, changes: [], bulk: bulkOf(rows, table) })).finally(() => {
      done = true;
    });
    let between = 0;
    let conflicts = 0;
    for (let id = 0; !done; id++) {
      await store.commit(writes({ table: other, changes: [insert(other, [id, 'x'])] }));
      if (store.bulkLoads(1, 0, store.lastVersion).length > 0) break;
      between++;
      assert.equal([...online.range(table, everything)].length, 0);
      assert.equal(online.get(table, encodeKey(table, [id, null])), undefined);
      assert.equal(store.keyEntry(table, encodeKey(table, [id, null])), undefined);
      // A staged key is reserved; one that is not staged yet would end the load instead.
      const key = encodeKey(table, [0, null]);
      if (store.environment.keys.doesExist(Buffer.concat([Buffer.from([0, 0, 0, 1]), key]))) {
        await assert.rejects(store.commit(writes({ table, changes: [insert(table, [0, 'mine'])] })), {
          errno: 1213,
        });
        conflicts++;
      }
    }
    const { version } = await loading;
    assert.ok(between > 1 && conflicts > 0, `${between} commits and ${conflicts} conflicts during the load`);
    for (const index of [0, 1_998, 1_999, rowCount - 1]) {
      const key = encodeKey(table, [shuffled(index), null]);
      assert.deepEqual(online.get(table, key), { row: [shuffled(index), `row ${index}`], version });
      assert.deepEqual(store.keyEntry(table, key), {
        version,
        location: {
          kind: 'file',
          fileNumber: index < 1_999 ? 1 : 2,
          position: index < 1_999 ? index : index - 1_999,
        },
      });
    }
    const found = [...online.range(table, { ...everything, limit: 7 })];
    assert.deepEqual(
      found.map(({ row }) => row[0]),
      [0, 1, 2, 3, 4, 5, 6],
    );
    await online.close();
  });

  it('bring the newest rows of entities online, and later writes win', async () => {
    const table = await fixture.create(newEventTable(1, 'e'));
    const { store } = fixture;
    const online = openOnlineStore({ store, logger: silentLogger });
    const at = (second: number): bigint => 1_000_000n * BigInt(second);
    await store.commit(writes({ table, changes: [insert(table, [1, at(9_000), 'newer before'])] }));
    const rows = Array.from(
      { length: rowCount },
      (_, index): Row => [shuffled(index) % 1_500, at(shuffled(index)), `row ${shuffled(index)}`],
    );
    const { version } = await store.commit(writes({ table, changes: [], bulk: bulkOf(rows, table) }));
    const newest = (id: number) => online.get(table, encodeEntityKey(table, [id, null, null]));
    const check = async (): Promise<void> => {
      assert.deepEqual((await newest(1))?.row, [1, at(9_000), 'newer before']);
      assert.deepEqual(await newest(0), { row: [0, at(4_500), 'row 4500'], version });
      assert.deepEqual((await newest(2))?.row, [2, at(9_100), 'newer after']);
      assert.deepEqual((await newest(3))?.row, [3, at(4_503), 'again']);
      assert.deepEqual((await newest(501))?.row, [501, at(3_501), 'row 3501']);
    };
    await store.commit(writes({ table, changes: [insert(table, [2, at(9_100), 'newer after'])] }));
    const gone = await store.commit(
      writes({ table, changes: [remove(table, version, [3, at(4_503), 'row 4503'])] }),
    );
    await store.commit(writes({ table, changes: [insert(table, [3, at(4_503), 'again'])] }));
    await check();
    await store.idle();
    await check();
    assert.ok(gone.version > version);
    assert.equal(store.environment.staged.getCount(), 0);
    assert.equal([...online.range(table, everything)].length, 1_500);
    await online.close();
  });

  it('leave nothing when the process dies before the commit', async () => {
    const table = await fixture.create(newTable(1, 't'));
    const rows = Array.from({ length: rowCount }, (_, index): Row => [shuffled(index), `row ${index}`]);
    const write = { table, changes: [], bulk: bulkOf(rows, table) };
    // All but the commit, by a number that the store hands out next.
    await stageLoad(fixture.store.environment, new TableJournal(1), write, 1);
    const online = openOnlineStore({ store: fixture.store, logger: silentLogger });
    assert.equal([...online.range(table, everything)].length, 0);
    // What a dead load has staged is in nobody's way.
    await fixture.store.commit(writes({ table, changes: [insert(table, [3, 'mine'])] }));
    await online.close();
    const store = await fixture.reopen();
    const after = openOnlineStore({ store, logger: silentLogger });
    await store.idle();
    assert.deepEqual([...after.range(table, everything)], [{ row: [3, 'mine'], version: 2 }]);
    assert.equal(store.environment.keys.getCount(), 1);
    assert.equal(store.environment.online.getCount(), 1);
    assert.equal(store.environment.staging.getCount(), 0);
    await assert.rejects(store.commit(writes(write)), { errno: 1062 });
    await store.idle();
    assert.equal(store.environment.keys.getCount(), 1);
    await store.commit(writes({ table, changes: [remove(table, 2, [3, 'mine'])] }));
    const { version } = await store.commit(writes(write));
    assert.equal(
      [...after.range(table, everything)].filter((row) => row.version === version).length,
      rowCount,
    );
    await after.close();
  });
});
