import assert from 'node:assert/strict';
import type { TableDef } from '../../../src/catalog/schema.ts';
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
    const changes = rows.map(([id, name]) => {
      const known = model.get(BigInt(id));
      const after: Row | null = name === null ? null : [BigInt(id), name, 1_000_000n * BigInt(id)];
      return change(table, known?.row ?? null, after, known?.version ?? 0);
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
});
