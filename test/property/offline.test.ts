import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RowChange } from '../../src/catalog/ports.ts';
import type { CatalogChange, TableDef } from '../../src/catalog/schema.ts';
import type { FlushStep } from '../../src/offline/delta/flush.ts';
import { encodeKey } from '../../src/types/key-codec.ts';
import type { Row } from '../../src/types/value.ts';
import {
  change,
  changesOf,
  commit,
  createTable,
  type Gateway,
  Model,
  openGateway,
  plainTable,
  sortRows,
  stateOf,
} from '../unit/delta/harness.ts';

type Step =
  | { readonly kind: 'write'; readonly rows: readonly (readonly [id: number, name: string | null])[] }
  | { readonly kind: 'bulk'; readonly ids: readonly number[] }
  | { readonly kind: 'flush' }
  | { readonly kind: 'crash'; readonly at: FlushStep; readonly restart: boolean }
  | { readonly kind: 'compact' }
  | { readonly kind: 'alter' }
  | { readonly kind: 'rename' }
  | { readonly kind: 'restart' };

const id = fc.integer({ min: 0, max: 14 });
const name = fc.option(fc.constantFrom('a', 'b', 'c', "it's", 'ü'), { nil: null, freq: 4 });
const crashPoints: readonly FlushStep[] = ['data', 'changes', 'vectors', 'prepared', 'delta', 'journal'];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      rows: fc.uniqueArray(fc.tuple(id, name), { minLength: 1, maxLength: 6, selector: ([key]) => key }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('bulk' as const),
      ids: fc.uniqueArray(id, { minLength: 1, maxLength: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      at: fc.constantFrom(...crashPoints),
      restart: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('compact' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('alter' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const) }) },
);

class Crash extends Error {}

/** A gateway under test beside the model of what it should hold. */
class Run {
  gateway!: Gateway;
  table!: TableDef;
  model!: Model;
  #crashAt: FlushStep | undefined;

  async open(): Promise<void> {
    this.gateway = await openGateway({
      dataFileRows: 8,
      flushHook: (at) => {
        if (at === this.#crashAt) throw new Crash(at);
      },
    });
    this.table = await createTable(this.gateway, plainTable());
    this.model = new Model(this.table);
  }

  async step(what: Step): Promise<void> {
    if (what.kind === 'write') await this.#write(what.rows);
    else if (what.kind === 'bulk') await this.#bulk(what.ids);
    else if (what.kind === 'flush') await this.gateway.offline.flush();
    else if (what.kind === 'compact') await this.gateway.offline.compact(this.table, 2);
    else if (what.kind === 'alter') await this.#alter();
    else if (what.kind === 'rename') await this.#rename();
    else if (what.kind === 'restart') this.gateway = await this.gateway.restart();
    else if (what.kind === 'crash') await this.#crash(what.at, what.restart);
  }

  async #write(rows: readonly (readonly [number, string | null])[]): Promise<void> {
    const changes = rows.flatMap(([key, text]): RowChange[] => {
      const known = this.model.get(BigInt(key));
      if (known === undefined && text === null) return [];
      const after: Row | null = text === null ? null : [BigInt(key), text, BigInt(key) * 1_000_003n];
      return [change(this.table, known?.row ?? null, after, known?.version ?? 0)];
    });
    const { version } = await commit(this.gateway, [{ table: this.table, changes }]);
    this.model.apply(changes, version);
  }

  async #bulk(ids: readonly number[]): Promise<void> {
    const rows = ids
      .filter((key) => this.model.get(BigInt(key)) === undefined)
      .map((key): Row => [BigInt(key), 'bulk', null]);
    if (rows.length === 0) return;
    const writer = await this.gateway.offline.bulkWriter(this.table);
    await writer.append(rows);
    const files = await writer.finish();
    const keyed = rows.map((row) => ({ key: encodeKey(this.table, row), row }));
    const { version } = await commit(this.gateway, [
      { table: this.table, changes: [], bulk: { files, rows: () => keyed } },
    ]);
    this.model.apply(
      rows.map((row) => change(this.table, null, row, 0)),
      version,
    );
  }

  /** A new schema version of the same columns; the offline tier hears of it with its next work. */
  async #alter(): Promise<void> {
    await this.gateway.offline.flush();
    const { schemaVersion } = this.table;
    await this.#put({ ...this.table, schemaVersion: schemaVersion + 1, comment: `${schemaVersion}` });
  }

  async #rename(): Promise<void> {
    const { database, name } = this.table;
    await this.#put({ ...this.table, name: `${name}x` }, { kind: 'dropRelation', database, name });
  }

  async #put(table: TableDef, ...before: readonly CatalogChange[]): Promise<void> {
    await commit(this.gateway, [], [...before, { kind: 'putRelation', relation: table }]);
    this.table = this.gateway.journal.catalog.tableById(table.id)!;
  }

  async #crash(at: FlushStep, restart: boolean): Promise<void> {
    this.#crashAt = at;
    await this.gateway.offline
      .flush()
      .catch((error: unknown) => assert.ok(error instanceof Crash, String(error)));
    this.#crashAt = undefined;
    if (restart) this.gateway = await this.gateway.restart();
  }

  async checkStates(): Promise<void> {
    for (let at = this.table.createdVersion; at <= this.gateway.journal.lastVersion; at++) {
      assert.deepEqual(await stateOf(this.gateway, this.table, at), this.model.state(at), `state at ${at}`);
    }
  }

  async checkChanges(after: number, through: number): Promise<void> {
    const rows = await changesOf(this.gateway, this.table, { after, through, net: false });
    const want = this.model.changes
      .filter(({ version }) => version > after && version <= through)
      .map(({ row, type, version }): Row => {
        const time = this.gateway.journal.commitAt(version)!.timestampUs;
        return [...row, type, BigInt(version), time, BigInt(version)];
      });
    assert.deepEqual(rows, sortRows(want), `changes of (${after}, ${through}]`);
    const net = await changesOf(this.gateway, this.table, { after, through, net: true });
    const values = (rowsAt: readonly Row[]): Row[] => rowsAt.map((row) => row.slice(0, 3));
    const old = values(await stateOf(this.gateway, this.table, after));
    const fresh = values(await stateOf(this.gateway, this.table, through));
    const of = (...types: readonly string[]): Row[] =>
      sortRows(values(net.filter((row) => types.includes(String(row[3])))));
    const key = (row: Row): string => row.map((value) => String(value)).join('|');
    const without = (all: readonly Row[], rest: readonly Row[]): Row[] => {
      const keys = new Set(rest.map(key));
      return sortRows(all.filter((row) => !keys.has(key(row))));
    };
    assert.deepEqual(of('delete', 'update_preimage'), without(old, fresh), `net (${after}, ${through}] old`);
    assert.deepEqual(of('insert', 'update_postimage'), without(fresh, old), `net (${after}, ${through}] new`);
  }
}

describe('offline tier, any history', function () {
  this.timeout(180_000);

  it('reads every state and every change as the commits made them', async () => {
    const seed = Number(process.env.TIDEGATE_SEED ?? Date.now() % 2 ** 31);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 18 }),
        fc.nat(),
        fc.nat(),
        async (steps, a, b) => {
          const run = new Run();
          await run.open();
          try {
            for (const [index, what] of steps.entries()) {
              await run.step(what);
              if (index % 4 === 3) await run.checkStates();
            }
            await run.checkStates();
            const { createdVersion } = run.table;
            const span = run.gateway.journal.lastVersion - createdVersion + 1;
            const [after, through] = [createdVersion + (a % span), createdVersion + (b % span)].sort(
              (x, y) => x - y,
            );
            await run.checkChanges(after!, through!);
            await run.checkChanges(createdVersion, run.gateway.journal.lastVersion);
          } finally {
            await run.gateway.close();
          }
        },
      ),
      { numRuns: Number(process.env.TIDEGATE_RUNS ?? 12), seed, verbose: 1 },
    );
  });
});
