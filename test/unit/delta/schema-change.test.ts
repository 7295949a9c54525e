import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ColumnDef, TableDef } from '../../../src/catalog/schema.ts';
import { encodeKey } from '../../../src/types/key-codec.ts';
import { bigint, datetime, int, varchar } from '../../../src/types/sql-type.ts';
import type { Row } from '../../../src/types/value.ts';
import {
  change,
  changesOf,
  column,
  commit,
  createTable,
  type Gateway,
  openGateway,
  plainTable,
  stateOf,
  tableDef,
} from './harness.ts';

describe('schema changes in the offline tier', () => {
  let gateway: Gateway;
  let table: TableDef;

  beforeEach(async () => {
    gateway = await openGateway();
    table = await createTable(gateway, plainTable());
  });

  afterEach(() => gateway.close());

  async function insert(rows: readonly Row[]): Promise<number> {
    const changes = rows.map((row) => change(table, null, row, 0));
    return (await commit(gateway, [{ table, changes }])).version;
  }

  /** Flushes and commits a new schema version, as ALTER TABLE does. */
  async function alter(columns: readonly ColumnDef[], more: Partial<TableDef> = {}): Promise<void> {
    await gateway.offline.flush([table]);
    const altered = { ...table, schemaVersion: table.schemaVersion + 1, columns, ...more };
    await commit(gateway, [], [{ kind: 'putRelation', relation: altered }]);
    table = gateway.journal.catalog.tableById(table.id)!;
  }

  const at = (version: number): TableDef => gateway.journal.catalog.tableByIdAsOf(table.id, version)!;
  const values = async (version: number): Promise<Row[]> =>
    (await stateOf(gateway, at(version), version)).map((row) => row.slice(0, -1));

  const keyOf = (id: bigint): Uint8Array =>
    encodeKey(
      table,
      table.columns.map(({ name }) => (name === 'id' ? id : null)),
    );

  it('reads added columns as their initial value from older rows', async () => {
    const first = await insert([
      [1n, 'a', 0n],
      [2n, 'b', 0n],
    ]);
    await alter([
      ...table.columns,
      column(4, 'stock', int(), { initial: 7, default: { kind: 'constant', value: 9 } }),
    ]);
    assert.deepEqual(await values(gateway.journal.lastVersion), [
      [1n, 'a', 0n, 7],
      [2n, 'b', 0n, 7],
    ]);
    const second = await insert([[3n, 'c', 1n, 5]]);
    for (const flush of [false, true]) {
      if (flush) await gateway.offline.flush();
      assert.deepEqual(await values(first), [
        [1n, 'a', 0n],
        [2n, 'b', 0n],
      ]);
      assert.deepEqual(await values(second), [
        [1n, 'a', 0n, 7],
        [2n, 'b', 0n, 7],
        [3n, 'c', 1n, 5],
      ]);
    }
    const changes = await changesOf(gateway, table, { after: first - 1, through: second, net: true });
    assert.deepEqual(
      changes.map((row) => [row[0], row[3]]),
      [
        [1n, 7],
        [2n, 7],
        [3n, 5],
      ],
    );
  });

  it('rewrites files for renamed, dropped and widened columns, and keeps positions', async () => {
    const first = await insert([
      [1n, 'a', 10n],
      [2n, 'b', 20n],
      [3n, 'c', 30n],
    ]);
    await gateway.offline.flush();
    const row: Row = [2n, 'b', 20n];
    await commit(gateway, [{ table, changes: [change(table, row, null, first)] }]);
    const [id, name, time] = table.columns;
    await alter([id!, { ...name!, name: 'title', type: varchar(200) }]);
    const rewritten = gateway.journal.lastVersion;
    assert.deepEqual(await values(rewritten), [
      [1n, 'a'],
      [3n, 'c'],
    ]);
    await gateway.offline.flush();
    const removed: Row = [3n, 'c'];
    const last = (await commit(gateway, [{ table, changes: [change(table, removed, null, first)] }])).version;
    await alter([id!, table.columns[1]!, { ...time!, id: 9, initial: null }]);
    await gateway.offline.flush();
    assert.deepEqual(await values(last), [[1n, 'a']]);
    // The column of the same name is another one: what the dropped one held must not come back.
    assert.deepEqual(await values(gateway.journal.lastVersion), [[1n, 'a', null]]);
    assert.deepEqual(await values(first), [
      [1n, 'a', 10n],
      [2n, 'b', 20n],
      [3n, 'c', 30n],
    ]);
    assert.deepEqual(await values(rewritten), [
      [1n, 'a'],
      [3n, 'c'],
    ]);
    gateway = await gateway.restart();
    assert.deepEqual(await values(gateway.journal.lastVersion), [[1n, 'a', null]]);
  });

  it('widens a type', async () => {
    table = await createTable(
      gateway,
      tableDef(2, 'narrow', [column(1, 'id', int(), { nullable: false }), column(2, 'n', int())]),
    );
    const first = await insert([[1, 5]]);
    await alter([table.columns[0]!, { ...table.columns[1]!, type: bigint() }]);
    await gateway.offline.flush();
    assert.deepEqual(await values(gateway.journal.lastVersion), [[1, 5n]]);
    assert.deepEqual(await values(first), [[1, 5]]);
  });

  it('keeps a dropped table for AS OF beside a new one of its name', async () => {
    const old = table;
    const version = await insert([[1n, 'a', 0n]]);
    await gateway.offline.flush();
    await insert([[2n, 'tail', 0n]]);
    const before = gateway.journal.lastVersion;
    await commit(gateway, [], [{ kind: 'dropRelation', database: 'shop', name: 'items' }]);
    table = await createTable(gateway, plainTable(2));
    await insert([[9n, 'new', 0n]]);
    await gateway.offline.flush();
    assert.deepEqual(await values(gateway.journal.lastVersion), [[9n, 'new', 0n]]);
    for (const restart of [false, true]) {
      if (restart) gateway = await gateway.restart();
      assert.deepEqual((await stateOf(gateway, old, version)).length, 1);
      assert.deepEqual((await stateOf(gateway, old, before)).length, 2);
    }
  });

  it('moves the folder of a renamed table when it is opened again', async () => {
    const version = await insert([[1n, 'a', 0n]]);
    await gateway.offline.flush();
    const renamed = { ...table, name: 'goods' };
    await commit(
      gateway,
      [],
      [
        { kind: 'dropRelation', database: 'shop', name: 'items' },
        { kind: 'putRelation', relation: renamed },
      ],
    );
    assert.deepEqual((await stateOf(gateway, renamed, version)).length, 1);
    gateway = await gateway.restart();
    assert.deepEqual((await stateOf(gateway, renamed, version)).length, 1);
    assert.ok(existsSync(path.join(gateway.directory, 'offline', 'shop', 'goods', '_delta_log')));
  });

  it('takes a schema over as of its own version, whatever name the table took since', async () => {
    await insert([[1n, 'a', 0n]]);
    await alter([...table.columns, column(4, 'stock', int(), { initial: 7 })]);
    // The offline tier has not seen the ALTER yet.
    const second = await insert([[2n, 'b', 0n, 8]]);
    await commit(
      gateway,
      [],
      [
        { kind: 'dropRelation', database: 'shop', name: 'items' },
        { kind: 'putRelation', relation: { ...table, name: 'goods' } },
      ],
    );
    table = gateway.journal.catalog.tableById(table.id)!;
    await gateway.offline.flush();
    const both: Row[] = [
      [1n, 'a', 0n, 7],
      [2n, 'b', 0n, 8],
    ];
    assert.deepEqual(await values(gateway.journal.lastVersion), both);
    assert.deepEqual(await values(second), both);
    assert.equal(gateway.journal.keyEntry(table, keyOf(2n))?.location.kind, 'file');
  });

  it('merges files by the schema that they have while an ALTER comes', async () => {
    await gateway.close();
    let alterNow: (() => void) | undefined;
    gateway = await openGateway({ flushHook: (step) => void (step === 'data' && alterNow?.()) });
    table = await createTable(gateway, plainTable());
    const rows: Row[] = [];
    for (let id = 1n; id <= 3n; id++) {
      rows.push([id, `n${id}`, 0n]);
      await insert(rows.slice(-1));
      await gateway.offline.flush();
    }
    let altering: Promise<unknown> = Promise.resolve();
    alterNow = () => {
      const stock = column(4, 'stock', int(), { initial: 7 });
      const columns = [stock, ...table.columns];
      const altered = { ...table, schemaVersion: 2, columns, primaryKey: [1] };
      altering = commit(gateway, [], [{ kind: 'putRelation', relation: altered }]);
    };
    assert.equal(await gateway.offline.compact(table, 2), true);
    alterNow = undefined;
    await altering;
    table = gateway.journal.catalog.tableById(table.id)!;
    const want = rows.map((row): Row => [7, ...row]);
    assert.deepEqual(await values(gateway.journal.lastVersion), want);
    await gateway.offline.flush();
    assert.deepEqual(await values(gateway.journal.lastVersion), want);
    const { version } = await commit(gateway, [
      {
        table,
        changes: [change(table, want[1]!, null, gateway.journal.keyEntry(table, keyOf(2n))!.version)],
      },
    ]);
    assert.deepEqual(await values(version), [want[0], want[2]]);
    await gateway.offline.flush();
    assert.deepEqual(await values(version), [want[0], want[2]]);
  });

  it('stores columns with names that files cannot have', async () => {
    table = await createTable(
      gateway,
      tableDef(2, 'odd', [
        column(1, 'file_row_number', bigint(), { nullable: false }),
        column(2, 'a b', varchar(10)),
        column(3, 'a_b', varchar(10)),
        column(4, '_row_version', varchar(10)),
        column(5, 'q"u;o', datetime()),
      ]),
    );
    await insert([[1n, 'x', 'y', 'z', 0n]]);
    await gateway.offline.flush();
    await commit(gateway, [{ table, changes: [change(table, null, [2n, 'x', 'y', 'z', 0n], 0)] }]);
    await gateway.offline.flush();
    await commit(gateway, [
      { table, changes: [change(table, [2n, 'x', 'y', 'z', 0n], null, gateway.journal.lastVersion)] },
    ]);
    await gateway.offline.flush();
    assert.deepEqual(await values(gateway.journal.lastVersion), [[1n, 'x', 'y', 'z', 0n]]);
  });
});
