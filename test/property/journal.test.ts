import assert from 'node:assert/strict';
import fc from 'fast-check';
import { silentLogger } from '../../src/base/logger.ts';
import type { OnlineRow, RowChange, StoredChange } from '../../src/catalog/ports.ts';
import type { TableDef } from '../../src/catalog/schema.ts';
import { openOnlineStore } from '../../src/online/lmdb/online-store.ts';
import { decodeKey, encodeEntityKey, encodeKey } from '../../src/types/key-codec.ts';
import type { Row } from '../../src/types/value.ts';
import {
  insert,
  newEventTable,
  newTable,
  remove,
  StoreFixture,
  update,
  writes,
} from '../support/journal-fixture.ts';

/** A row and the version that wrote it. */
interface Held {
  readonly row: Row;
  readonly version: number;
}

/** Offline files as a flush would make them, in memory: rows by position, and which of them are masked. */
interface SimulatedFile {
  readonly path: string;
  readonly rows: readonly Held[];
  readonly masked: Set<number>;
}

const nameOf = (table: TableDef, row: Row): string => decodeKey(table, encodeKey(table, row)).join();

/** One table: what it must hold, and a simulated offline tier fed from the journal. */
class TableModel {
  readonly table: TableDef;
  readonly rows = new Map<string, Held>();
  readonly #fixture: StoreFixture;
  #files: SimulatedFile[] = [];
  #deltaVersion = 0;
  #fileCount = 0;

  constructor(fixture: StoreFixture, table: TableDef) {
    this.#fixture = fixture;
    this.table = table;
  }

  get #id(): number {
    return this.table.id;
  }

  /** The change that sets or removes a row, by what the model holds. */
  change(row: Row, kind: 'put' | 'delete'): RowChange | undefined {
    const held = this.rows.get(nameOf(this.table, row));
    if (kind === 'put') {
      return held === undefined ? insert(this.table, row) : update(this.table, held.version, held.row, row);
    }
    return held === undefined ? undefined : remove(this.table, held.version, held.row);
  }

  apply(changes: readonly RowChange[], version: number): void {
    for (const change of changes) {
      const name = decodeKey(this.table, change.key).join();
      if (change.after === null) this.rows.delete(name);
      else this.rows.set(name, { row: change.after, version });
    }
  }

  #newFile(rows: readonly Held[]): SimulatedFile {
    this.#fileCount++;
    return { path: `file-${this.#fileCount}`, rows, masked: new Set() };
  }

  #mask(changes: Iterable<StoredChange>): Map<SimulatedFile, Set<number>> {
    const masks = new Map<SimulatedFile, Set<number>>();
    for (const { superseded } of changes) {
      for (const { fileNumber, position } of superseded) {
        const path = this.#fixture.store.file(this.#id, fileNumber)?.path;
        const file = this.#files.find((known) => known.path === path);
        if (file === undefined) continue;
        const mask = masks.get(file) ?? new Set();
        mask.add(position);
        masks.set(file, mask);
      }
    }
    return masks;
  }

  #prepare(file: SimulatedFile, throughVersion: number, compaction: boolean): Promise<unknown> {
    return this.#fixture.store.prepareFlush({
      tableId: this.#id,
      throughVersion,
      files: [{ path: file.path, rowCount: file.rows.length, sizeBytes: 1, stats: '{}' }],
      relocations: file.rows.map(({ row, version }, position) => ({
        key: encodeKey(this.table, row),
        version,
        fileIndex: 0,
        position,
      })),
      compaction,
    });
  }

  /** Flushes all; `between` commits while it runs; `lost` leaves it unfinished, as a crash would. */
  async flush(between: () => Promise<void>, lost: boolean): Promise<void> {
    const { store } = this.#fixture;
    const through = store.lastVersion;
    const changes = [...store.changes(this.table, store.flushedThrough(this.#id), through)];
    const latest = new Map<string, Held | undefined>();
    for (const { key, after, version } of changes) {
      const held = after === null ? undefined : { row: after, version };
      latest.set(decodeKey(this.table, key).join(), held);
    }
    const masks = this.#mask(changes);
    const bulk = store.bulkLoads(this.#id, store.flushedThrough(this.#id), through);
    await between();
    const file = this.#newFile([...latest.values()].filter((held) => held !== undefined));
    await this.#prepare(file, through, false);
    await between();
    this.check();
    if (lost) return;
    this.#deltaVersion++;
    await store.finishFlush({
      tableId: this.#id,
      throughVersion: through,
      deltaVersion: this.#deltaVersion,
      files: [file.path, ...bulk.flatMap(({ files }) => files.map(({ path }) => path))],
    });
    for (const [masked, positions] of masks) for (const position of positions) masked.masked.add(position);
    this.#files = [...this.#files, file];
  }

  /** Merges all files into one. */
  async compact(between: () => Promise<void>, lost: boolean): Promise<void> {
    const { store } = this.#fixture;
    const through = store.flushedThrough(this.#id);
    if (through === 0 || store.bulkLoads(this.#id, 0, store.lastVersion).length > 0) return;
    const rows = this.#files.flatMap(({ rows: held, masked }) =>
      held.filter((_, position) => !masked.has(position)),
    );
    const merged = this.#newFile(rows);
    await between();
    await this.#prepare(merged, through, true);
    await between();
    this.check();
    if (lost) return;
    this.#deltaVersion++;
    const { path } = merged;
    await store.finishFlush({
      tableId: this.#id,
      throughVersion: through,
      deltaVersion: this.#deltaVersion,
      files: [path],
    });
    this.#files = [merged];
  }

  addBulk(path: string, rows: readonly Held[]): void {
    this.#files = [...this.#files, { path, rows, masked: new Set() }];
    for (const held of rows) this.rows.set(nameOf(this.table, held.row), held);
  }

  /** The state by files, masks and the tail: what a scan reads. */
  #scanned(): Map<string, Held> {
    const { store } = this.#fixture;
    const tail = [...store.changes(this.table, store.flushedThrough(this.#id), store.lastVersion)];
    const masks = this.#mask(tail);
    const rows = new Map<string, Held>();
    for (const file of this.#files) {
      file.rows.forEach((held, position) => {
        if (file.masked.has(position) || masks.get(file)?.has(position) === true) return;
        const name = nameOf(this.table, held.row);
        assert.ok(!rows.has(name), `${name} stands twice in files`);
        rows.set(name, held);
      });
    }
    const changed = new Map<string, Held | undefined>();
    for (const { key, after, version } of tail) {
      const held = after === null ? undefined : { row: after, version };
      changed.set(decodeKey(this.table, key).join(), held);
    }
    for (const [name, held] of changed) {
      assert.ok(!rows.has(name), `${name} has changed in the tail and is not masked in its file`);
      if (held !== undefined) rows.set(name, held);
    }
    return rows;
  }

  check(): void {
    const { store } = this.#fixture;
    const sorted = (rows: ReadonlyMap<string, Held>) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
    assert.deepEqual(sorted(this.#scanned()), sorted(this.rows), 'files, masks and tail');
    for (const { row, version } of this.rows.values()) {
      const entry = store.keyEntry(this.table, encodeKey(this.table, row));
      assert.equal(entry?.version, version, 'key index');
      if (entry?.location.kind !== 'file') continue;
      const { fileNumber, position } = entry.location;
      const path = store.file(this.#id, fileNumber)?.path;
      const file = this.#files.find((known) => known.path === path);
      assert.deepEqual(file?.rows[position], { row, version }, 'place in a file');
    }
  }

  /** The newest row of every entity, or every row of a table without EVENT_TIME, by online key. */
  online(): Map<string, Held> {
    const { eventTime } = this.table;
    const newest = new Map<string, Held>();
    for (const held of this.rows.values()) {
      const key = Buffer.from(encodeEntityKey(this.table, held.row)).toString('hex');
      const known = newest.get(key);
      if (known === undefined || eventTime === undefined || held.row[eventTime]! > known.row[eventTime]!) {
        newest.set(key, held);
      }
    }
    return newest;
  }
}

const rowChange = fc.record({
  event: fc.boolean(),
  kind: fc.constantFrom('put' as const, 'put' as const, 'delete' as const),
  id: fc.integer({ min: 0, max: 5 }),
  at: fc.integer({ min: 0, max: 3 }),
  value: fc.string({ maxLength: 3 }),
});
const commitStep = fc.record({
  kind: fc.constant('commit' as const),
  changes: fc.array(rowChange, { minLength: 1, maxLength: 5 }),
});
const step = fc.oneof(
  { weight: 6, arbitrary: commitStep },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('flush' as const, 'compact' as const),
      event: fc.boolean(),
      lost: fc.boolean(),
      between: fc.array(commitStep, { maxLength: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('bulk' as const), count: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
);

describe('journal property', () => {
  it('holds one state in tail and files, key index and online tier', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const fixture = new StoreFixture();
        try {
          await run(fixture, steps);
        } finally {
          await fixture.release();
        }
      }),
      { numRuns: 60 },
    );
  });
});

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type CommitStep = typeof commitStep extends fc.Arbitrary<infer S> ? S : never;

async function run(fixture: StoreFixture, steps: readonly Step[]): Promise<void> {
  const plain = new TableModel(fixture, await fixture.create(newTable(1, 't')));
  const events = new TableModel(fixture, await fixture.create(newEventTable(2, 'e')));
  let bulkId = 100;

  const commit = async ({ changes }: CommitStep): Promise<void> => {
    const lists = [plain, events].map((model) => {
      const byKey = new Map<string, RowChange>();
      for (const { event, kind, id, at, value } of changes) {
        if (event !== (model === events)) continue;
        const row: Row = event ? [id, BigInt(at), value] : [id, value];
        const change = model.change(row, kind);
        if (change !== undefined) byKey.set(nameOf(model.table, row), change);
      }
      return [...byKey.values()];
    });
    const request = writes(
      { table: plain.table, changes: lists[0]! },
      { table: events.table, changes: lists[1]! },
    );
    const { version } = await fixture.store.commit(request);
    plain.apply(lists[0]!, version);
    events.apply(lists[1]!, version);
  };

  for (const next of steps) {
    const between = async (): Promise<void> => {
      if (next.kind === 'flush' || next.kind === 'compact')
        for (const other of next.between) await commit(other);
    };
    switch (next.kind) {
      case 'commit':
        await commit(next);
        break;
      case 'flush':
        await (next.event ? events : plain).flush(between, next.lost);
        break;
      case 'compact':
        await (next.event ? events : plain).compact(between, next.lost);
        break;
      case 'bulk': {
        const rows = Array.from({ length: next.count }, (): Row => [bulkId++, 'bulk']);
        const path = `bulk-${bulkId}`;
        const bulk = {
          files: [{ path, rowCount: rows.length, sizeBytes: 1, stats: '{}' }],
          rows: () => rows.map((row) => ({ key: encodeKey(plain.table, row), row })),
        };
        const { version } = await fixture.store.commit(writes({ table: plain.table, changes: [], bulk }));
        plain.addBulk(
          path,
          rows.map((row) => ({ row, version })),
        );
        break;
      }
      case 'reopen':
        await fixture.reopen();
        break;
    }
    plain.check();
    events.check();
    await checkOnline(fixture, [plain, events]);
  }
}

async function checkOnline(fixture: StoreFixture, models: readonly TableModel[]): Promise<void> {
  const [, events] = models;
  const online = openOnlineStore({
    store: fixture.store,
    logger: silentLogger,
    offlineRow: (table, key) => Promise.resolve(events!.rows.get(decodeKey(table, key).join())),
  });
  await online.idle();
  for (const model of models) {
    const expected = model.online();
    const all = { from: new Uint8Array(0), to: new Uint8Array(0), reverse: false };
    assert.equal([...online.range(model.table, all)].length, expected.size, 'online rows');
    for (const [key, held] of expected) {
      const found: OnlineRow | undefined = await online.get(model.table, Buffer.from(key, 'hex'));
      assert.deepEqual(found, held, 'online row');
    }
  }
  await online.close();
}
