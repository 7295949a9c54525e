import assert from 'node:assert/strict';
import type { Commit } from '../../../src/catalog/ports.ts';
import type { TableDef } from '../../../src/catalog/schema.ts';
import { encodeKey } from '../../../src/types/key-codec.ts';
import { int, timestamp, varchar } from '../../../src/types/sql-type.ts';
import {
  column,
  ddl,
  insert,
  newTable,
  put,
  remove,
  StoreFixture,
  update,
  writes,
} from '../../support/journal-fixture.ts';

describe('journal commits', () => {
  let fixture: StoreFixture;
  let table: TableDef;

  beforeEach(async () => {
    fixture = new StoreFixture();
    table = await fixture.create(newTable(1, 't'));
  });
  afterEach(() => fixture.release());

  it('numbers commits from 1 and orders their times strictly', async () => {
    const { store } = fixture;
    assert.equal(store.lastVersion, 1);
    const first = await store.commit(writes({ table, changes: [insert(table, [1, 'a'])] }));
    const second = await store.commit(writes({ table, changes: [insert(table, [2, 'b'])] }));
    fixture.clock.now -= 5_000_000n;
    const third = await store.commit(writes({ table, changes: [insert(table, [3, 'c'])] }));
    assert.deepEqual([first.version, second.version, third.version], [2, 3, 4]);
    assert.equal(second.timestampUs, first.timestampUs + 1n);
    assert.equal(third.timestampUs, second.timestampUs + 1n, 'also when the clock goes back');
  });

  it('keeps headers with counts', async () => {
    const { store } = fixture;
    await store.commit(writes({ table, changes: [insert(table, [1, 'a']), insert(table, [2, 'b'])] }));
    await store.commit(
      writes({
        table,
        changes: [update(table, 2, [1, 'a'], [1, 'x']), remove(table, 2, [2, 'b']), insert(table, [3, 'c'])],
      }),
    );
    const commit = (await fixture.reopen()).commitAt(3);
    assert.deepEqual(commit?.tables, [
      { tableId: 1, database: 'd', table: 't', inserted: 1, updated: 1, deleted: 1 },
    ]);
    assert.deepEqual([commit?.user, commit?.client, commit?.kind], ['tester@localhost', 'mocha', 'write']);
    assert.deepEqual(
      [...fixture.store.commits(1, 99)].map(({ version, kind }) => [version, kind]),
      [
        [1, 'ddl'],
        [2, 'write'],
        [3, 'write'],
      ],
    );
    assert.equal(fixture.store.commitAt(4), undefined);
    assert.equal(fixture.store.commitAt(0), undefined);
  });

  it('finds the version at a time', async () => {
    const { store, clock } = fixture;
    const times = [store.lastTimestampUs];
    for (let id = 0; id < 20; id++) {
      clock.now += 1_000n;
      times.push((await store.commit(writes({ table, changes: [insert(table, [id, 'x'])] }))).timestampUs);
    }
    times.forEach((us, index) => {
      assert.equal(store.versionAt(us), index + 1);
      assert.equal(store.versionAt(us - 1n), index);
    });
    assert.equal(store.versionAt(clock.now + 10n ** 9n), 21);
  });

  it('refuses a key that exists, naming it', async () => {
    const pair = await fixture.create(
      newTable(2, 'pair', {
        columns: [column(1, 'a', int()), column(2, 'b', varchar(9)), column(3, 'c', timestamp())],
        primaryKey: [1, 0, 2],
      }),
    );
    const row = [1, 'x', 1_000_000n];
    await fixture.store.commit(writes({ table: pair, changes: [insert(pair, row)] }));
    await assert.rejects(fixture.store.commit(writes({ table: pair, changes: [insert(pair, row)] })), {
      errno: 1062,
      message: "Duplicate entry 'x-1-1970-01-01 00:00:01' for key 'pair.PRIMARY'",
    });
  });

  it('refuses a change of a row that has changed since', async () => {
    const { store } = fixture;
    await store.commit(writes({ table, changes: [insert(table, [1, 'a'])] }));
    await store.commit(writes({ table, changes: [update(table, 2, [1, 'a'], [1, 'b'])] }));
    const stale = update(table, 2, [1, 'a'], [1, 'c']);
    const other = insert(table, [2, 'z']);
    await assert.rejects(store.commit(writes({ table, changes: [other, stale] })), { errno: 1213 });
    assert.equal(store.lastVersion, 3);
    assert.equal(store.keyEntry(table, encodeKey(table, [2, null])), undefined, 'nothing of it is written');
    await assert.rejects(store.commit(writes({ table, changes: [remove(table, 9, [7, 'x'])] })), {
      errno: 1213,
    });
  });

  it('lets one of two concurrent commits win', async () => {
    const { store } = fixture;
    const both = await Promise.allSettled([
      store.commit(writes({ table, changes: [insert(table, [1, 'a'])] })),
      store.commit(writes({ table, changes: [insert(table, [1, 'b'])] })),
    ]);
    assert.deepEqual(
      both.map((result) => (result.status === 'rejected' ? result.reason.errno : 0)),
      [0, 1062],
    );
    const updates = await Promise.allSettled(
      ['x', 'y', 'z'].map((v) =>
        store.commit(writes({ table, changes: [update(table, 2, [1, 'a'], [1, v])] })),
      ),
    );
    assert.deepEqual(
      updates.map((result) => (result.status === 'rejected' ? result.reason.errno : 0)),
      [0, 1213, 1213],
    );
  });

  it('tells listeners of commits in order, when they are visible', async () => {
    const { store } = fixture;
    const seen: [number, number, boolean][] = [];
    const stop = store.onCommit((commit: Commit, request) => {
      const key = request.tables[0]!.changes[0]!.key;
      seen.push([commit.version, store.lastVersion, store.keyEntry(table, key)?.version === commit.version]);
    });
    store.onCommit(() => {
      throw new Error('must not matter');
    });
    await Promise.all(
      [1, 2, 3, 4].map((id) => store.commit(writes({ table, changes: [insert(table, [id, 'x'])] }))),
    );
    stop();
    await store.commit(writes({ table, changes: [insert(table, [5, 'x'])] }));
    assert.deepEqual(
      seen,
      [2, 3, 4, 5].map((version) => [version, version, true]),
    );
  });

  it('keeps changes with their images in the tail', async () => {
    const { store } = fixture;
    await store.commit(writes({ table, changes: [insert(table, [1, 'a'])] }));
    await store.commit(writes({ table, changes: [update(table, 2, [1, 'a'], [1, null])] }));
    await store.commit(writes({ table, changes: [remove(table, 3, [1, null])] }));
    const reopened = await fixture.reopen();
    const changes = [...reopened.changes(table, 0, 99)].map((change) => [
      change.version,
      change.kind,
      change.before,
      change.after,
      change.supersededVersion,
    ]);
    assert.deepEqual(changes, [
      [2, 'insert', null, [1, 'a'], 0],
      [3, 'update', [1, 'a'], [1, null], 2],
      [4, 'delete', [1, null], null, 3],
    ]);
    assert.deepEqual(
      [...reopened.changes(table, 2, 3)].map(({ version }) => version),
      [3],
    );
    const stats = reopened.tailStats(1);
    assert.equal(stats.rows, 3);
    assert.equal(stats.oldestUs, reopened.commitAt(2)?.timestampUs);
    assert.ok(stats.bytes > 50);
  });

  it('counts AUTO_INCREMENT without giving a value twice', async () => {
    assert.equal(fixture.store.reserveAutoIncrement(1, 3), 1n);
    assert.equal(fixture.store.reserveAutoIncrement(1, 1), 4n);
    fixture.store.raiseAutoIncrement(1, 100n);
    fixture.store.raiseAutoIncrement(1, 50n);
    assert.equal(fixture.store.nextAutoIncrement(1), 101n);
    await fixture.store.commit(writes({ table, changes: [insert(table, [100, 'x'])] }));
    const reopened = await fixture.reopen();
    assert.equal(reopened.reserveAutoIncrement(1, 1), 101n);
  });

  it('refuses commits after closing', async () => {
    const { store } = fixture;
    await fixture.reopen();
    await assert.rejects(store.commit(writes()), { errno: 1053 });
  });
});

describe('journal DDL', () => {
  let fixture: StoreFixture;
  let table: TableDef;

  beforeEach(async () => {
    fixture = new StoreFixture();
    table = await fixture.create(newTable(1, 't'));
  });
  afterEach(() => fixture.release());

  it('replays the catalog when opened', async () => {
    await fixture.store.commit(
      ddl({ kind: 'putDatabase', database: { name: 'd', collation: 'utf8mb4_0900_bin' } }),
    );
    await fixture.store.commit(ddl({ kind: 'dropRelation', database: 'd', name: 't' }));
    const { catalog } = await fixture.reopen();
    assert.equal(catalog.version, 3);
    assert.equal(catalog.table('d', 't'), undefined);
    assert.equal(catalog.tableAsOf('d', 't', 2)?.createdVersion, 1);
  });

  it('lets one of two concurrent DDL statements win', async () => {
    const { store } = fixture;
    const seen = store.catalog.version;
    const results = await Promise.allSettled([
      store.commit({ ...ddl(put(newTable(2, 'a'))), catalogVersion: seen }),
      store.commit({ ...ddl(put(newTable(2, 'b'))), catalogVersion: seen }),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    await assert.rejects(store.commit(ddl(put(newTable(3, 'a')))), { errno: 1050 });
    await assert.rejects(store.commit(ddl(put(newTable(2, 'c')))), { errno: 1213 });
  });

  it('refuses rows for a schema that is no more', async () => {
    const { store } = fixture;
    const altered = await store.commit(ddl(put({ ...table, schemaVersion: 2 })));
    assert.equal(altered.kind, 'ddl');
    await assert.rejects(store.commit(writes({ table, changes: [insert(table, [1, 'a'])] })), {
      errno: 1412,
    });
    const current = store.catalog.tableById(1)!;
    await store.commit(writes({ table: current, changes: [insert(current, [1, 'a'])] }));
    await assert.rejects(
      store.commit(ddl(put({ ...current, schemaVersion: 3 }))),
      { errno: 1213 },
      'ALTER must wait for a flush of what came between',
    );
    await store.commit(ddl({ kind: 'dropRelation', database: 'd', name: 't' }));
    await assert.rejects(store.commit(writes({ table: current, changes: [insert(current, [2, 'a'])] })), {
      errno: 1412,
    });
  });

  it('removes a dropped table from the online tier and the key index, and keeps its history', async () => {
    const { store } = fixture;
    const rows = Array.from({ length: 5_000 }, (_, id) => insert(table, [id, 'x']));
    const other = await fixture.create(newTable(2, 'other'));
    await store.commit(
      writes({ table, changes: rows }, { table: other, changes: [insert(other, [1, 'x'])] }),
    );
    await store.commit(ddl({ kind: 'dropRelation', database: 'd', name: 't' }));
    await store.idle();
    const { keys, online, purges } = store.environment;
    assert.equal(keys.getCount(), 1);
    assert.equal(online.getCount(), 1);
    assert.equal(purges.getCount(), 0);
    assert.equal([...store.changes(table, 0, 99)].length, 5_000);
  });

  it('takes up an interrupted removal', async () => {
    await fixture.store.commit(
      writes({ table, changes: [insert(table, [1, 'x']), insert(table, [2, 'x'])] }),
    );
    // What a crash right after the commit of DROP leaves.
    const { purges } = fixture.store.environment;
    await purges.put(Buffer.from([0, 0, 0, 1]), Buffer.from('dropped'));
    const store = await fixture.reopen();
    await store.idle();
    assert.equal(store.environment.keys.getCount(), 0);
    assert.equal(store.environment.purges.getCount(), 0);
  });
});
