import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RowChange } from '../../../src/catalog/ports.ts';
import type { TableDef } from '../../../src/catalog/schema.ts';
import { checkpointFile, commitFile, writeCommit } from '../../../src/offline/delta/log-files.ts';
import type { Row } from '../../../src/types/value.ts';
import {
  change,
  changesOf,
  commit,
  createTable,
  type Gateway,
  Model,
  openGateway,
  plainTable,
  stateOf,
} from './harness.ts';

describe('flush', () => {
  let gateway: Gateway;
  let table: TableDef;
  let model: Model;

  beforeEach(async () => {
    gateway = await openGateway();
    table = await createTable(gateway, plainTable());
    model = new Model(table);
  });

  afterEach(() => gateway.close());

  async function write(...rows: readonly (readonly [id: number, name: string | null])[]): Promise<number> {
    const changes = rows.flatMap(([id, name]): RowChange[] => {
      const known = model.get(BigInt(id));
      if (known === undefined && name === null) return [];
      const after: Row | null = name === null ? null : [BigInt(id), name, 1_000_000n * BigInt(id)];
      return [change(table, known?.row ?? null, after, known?.version ?? 0)];
    });
    const { version } = await commit(gateway, [{ table, changes }]);
    model.apply(changes, version);
    return version;
  }

  async function check(): Promise<void> {
    for (let version = table.createdVersion; version <= gateway.journal.lastVersion; version++) {
      assert.deepEqual(await stateOf(gateway, table, version), model.state(version), `state at ${version}`);
    }
  }

  it('reads the tail', async () => {
    await write([1, 'a'], [2, 'b']);
    await write([1, 'c'], [2, null], [3, 'd']);
    await check();
  });

  it('moves the tail into files', async () => {
    await write([1, 'a'], [2, 'b'], [3, 'c'], [4, 'd'], [5, 'e'], [6, 'f']);
    await write([1, 'A'], [2, null]);
    await gateway.offline.flush();
    await check();
    await write([1, 'x'], [3, null], [7, 'g']);
    await check();
    await gateway.offline.flush();
    await check();
    await write([4, null], [5, null], [6, null]);
    await gateway.offline.flush();
    await check();
    gateway = await gateway.restart();
    await check();
  });

  it('tells changes', async () => {
    const first = await write([1, 'a'], [2, 'b']);
    await gateway.offline.flush();
    await write([1, 'A']);
    await gateway.offline.flush();
    const last = await write([1, 'a'], [2, null], [3, 'c']);
    const rows = await changesOf(gateway, table, { after: first, through: last, net: false });
    assert.deepEqual(
      rows.map((row) => [row[0], row[1], row[3], row[4]]).sort(),
      [
        [1n, 'a', 'update_preimage', BigInt(last - 1)],
        [1n, 'A', 'update_postimage', BigInt(last - 1)],
        [1n, 'A', 'update_preimage', BigInt(last)],
        [1n, 'a', 'update_postimage', BigInt(last)],
        [2n, 'b', 'delete', BigInt(last)],
        [3n, 'c', 'insert', BigInt(last)],
      ].sort(),
    );
    const net = await changesOf(gateway, table, { after: first, through: last, net: true });
    assert.deepEqual(
      net.map((row) => [row[0], row[3]]),
      [
        [2n, 'delete'],
        [3n, 'insert'],
      ],
    );
    assert.equal(net[0]![5], gateway.journal.commitAt(last)!.timestampUs);
  });

  it('unites the vectors of several flushes', async () => {
    await write([1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']);
    for (const id of [2, 3, 1]) {
      await gateway.offline.flush();
      await write([id, null]);
    }
    await gateway.offline.flush();
    await check();
  });

  it('goes on after a commit whose outcome it did not learn', async () => {
    await write([1, 'a']);
    await gateway.offline.flush();
    const root = path.join(gateway.directory, 'offline', 'shop', 'items');
    await writeCommit(root, 2, [{ kind: 'commitInfo', commitInfo: { operation: 'OTHER' } }], Date.now());
    await write([1, 'b'], [2, 'c']);
    await assert.rejects(gateway.offline.flush(), /taken by another writer/);
    await check();
    await gateway.offline.flush();
    await check();
    assert.equal(gateway.journal.flushes(table.id).at(-1)!.deltaVersion, 3);
  });

  it('refuses to go on over files of another writer, and loses nothing', async () => {
    await write([1, 'a']);
    await gateway.offline.flush();
    const root = path.join(gateway.directory, 'offline', 'shop', 'items');
    const add = { path: 'x.parquet', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true };
    await writeCommit(root, 2, [{ kind: 'add', add }], Date.now());
    await write([2, 'b']);
    await assert.rejects(gateway.offline.flush());
    await assert.rejects(gateway.offline.flush(), /another writer/);
    await check();
  });

  it('refuses again and again, and reads on', async () => {
    await write([1, 'a']);
    await gateway.offline.flush();
    const root = path.join(gateway.directory, 'offline', 'shop', 'items');
    const add = { path: 'x.parquet', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true };
    await writeCommit(root, 2, [{ kind: 'add', add }], Date.now());
    await write([2, 'b']);
    for (let attempt = 0; attempt < 4; attempt++) await assert.rejects(gateway.offline.flush());
    assert.equal(existsSync(commitFile(root, 3)), false);
    await check();
  });

  it('lets readers go on while the end of a flush fails', async () => {
    await write([1, 'a']);
    const { journal } = gateway;
    const finishFlush = journal.finishFlush.bind(journal);
    const reads: Promise<Row[]>[] = [];
    journal.finishFlush = async () => {
      reads.push(stateOf(gateway, table, journal.lastVersion));
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('no space left');
    };
    await assert.rejects(gateway.offline.flush(), /no space left/);
    assert.deepEqual(await Promise.all(reads), [model.state(journal.lastVersion)]);
    await write([1, 'b'], [2, 'c']);
    await check();
    journal.finishFlush = finishFlush;
    await gateway.offline.flush();
    await check();
  });

  it('gives two tables of one name a folder each', async () => {
    // Neither has been opened yet when both are.
    await write([1, 'a']);
    await commit(gateway, [], [{ kind: 'dropRelation', database: 'shop', name: 'items' }]);
    const other = await createTable(gateway, plainTable(2));
    await commit(gateway, [{ table: other, changes: [change(other, null, [9n, 'new', 0n], 0)] }]);
    const { lastVersion } = gateway.journal;
    const [old, fresh] = await Promise.all([
      stateOf(gateway, table, lastVersion - 3),
      stateOf(gateway, other, lastVersion),
    ]);
    assert.deepEqual(old, model.state(lastVersion - 3));
    assert.deepEqual(
      fresh.map((row) => row[0]),
      [9n],
    );
  });

  it('writes checkpoints and reads history through them', async () => {
    for (let round = 0; round < 103; round++) {
      await write([round % 7, `v${round}`]);
      await gateway.offline.flush();
    }
    const root = path.join(gateway.directory, 'offline', 'shop', 'items');
    assert.ok(existsSync(checkpointFile(root, 100)));
    gateway = await gateway.restart();
    const { lastVersion } = gateway.journal;
    for (const version of [lastVersion, lastVersion - 5, 60]) {
      assert.deepEqual(await stateOf(gateway, table, version), model.state(version));
    }
  });

  it('gives every reader one state while it commits, flushes and merges', async () => {
    let writing = true;
    const reader = async (): Promise<number> => {
      let reads = 0;
      while (writing) {
        const back = reads % 3 === 0 ? 2 : 0;
        const version = Math.max(gateway.journal.lastVersion - back, table.createdVersion);
        const rows = await stateOf(gateway, table, version);
        assert.deepEqual(rows, model.state(version), `state at ${version}`);
        reads++;
      }
      return reads;
    };
    const flusher = async (): Promise<void> => {
      while (writing) {
        await gateway.offline.flush();
        await gateway.offline.compact(table, 2);
        // With nothing to do neither of them waits for anything, and nobody else would have a turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const writer = async (): Promise<void> => {
      for (let round = 0; round < 120; round++) {
        await write([round % 9, round % 5 === 4 ? null : `v${round}`], [100 + (round % 30), `w${round}`]);
      }
      writing = false;
    };
    const [reads] = await Promise.all([reader(), reader(), flusher(), writer()]);
    assert.ok(reads > 0);
    await check();
  });
});
