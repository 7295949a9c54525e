import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { silentLogger } from '../../src/base/logger.ts';
import { openOnlineStore } from '../../src/online/lmdb/online-store.ts';
import { encodeKey } from '../../src/types/key-codec.ts';
import { newTable, StoreFixture } from '../support/journal-fixture.ts';

const writer = join(import.meta.dirname, '../support/journal-writer.ts');

/** Runs the writer until it has acknowledged `enough` commits, kills it at once, and returns what it said. */
function runAndKill(directory: string, firstId: number, enough: number): Promise<[number, number][]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', writer, directory, String(firstId)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString('latin1');
      if (output.split('\n').length > enough) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') {
        reject(new Error(`the writer ended by itself: ${signal}`));
        return;
      }
      const whole = output.slice(0, output.lastIndexOf('\n') + 1);
      const lines = whole.split('\n').filter((line) => line !== '');
      resolve(
        lines.map((line): [number, number] => [Number(line.split(' ')[0]), Number(line.split(' ')[1])]),
      );
    });
  });
}

describe('journal crash', () => {
  it('loses no acknowledged commit and shows no half of one', async () => {
    const fixture = new StoreFixture();
    try {
      await fixture.create(newTable(1, 'left'));
      await fixture.create(newTable(2, 'right'));
      const acknowledged = new Map<number, number>();
      let nextId = 0;
      for (const enough of [1, 300, 57]) {
        await fixture.store.close();
        const said = await runAndKill(join(fixture.directory, 'store'), nextId, enough);
        for (const [version, id] of said) acknowledged.set(version, id);
        await fixture.reopen();
        nextId = check(fixture, acknowledged);
      }
      assert.ok(acknowledged.size >= 358);
    } finally {
      await fixture.release();
    }
  });
});

/** Checks the store against what was acknowledged; returns an id that nobody has used. */
function check(fixture: StoreFixture, acknowledged: ReadonlyMap<number, number>): number {
  const { store } = fixture;
  const online = openOnlineStore({ store, logger: silentLogger });
  const left = store.catalog.tableById(1)!;
  const right = store.catalog.tableById(2)!;
  const all = { from: new Uint8Array(0), to: new Uint8Array(0), reverse: false };
  const rowsOf = (table: typeof left) =>
    [...online.range(table, all)].map(({ row, version }) => [row[0], version] as const);
  const [inLeft, inRight] = [rowsOf(left), rowsOf(right)];
  assert.deepEqual(inLeft, inRight, 'both tables of every commit');
  for (const [version, id] of acknowledged) {
    assert.ok(version <= store.lastVersion);
    for (const own of [id, id + 1, id + 2]) {
      assert.equal(store.keyEntry(left, encodeKey(left, [own, null]))?.version, version);
    }
  }
  const counts = new Map<number, number>();
  for (const [, version] of inLeft) counts.set(version, (counts.get(version) ?? 0) + 1);
  for (const commit of store.commits(3, store.lastVersion)) assert.equal(counts.get(commit.version), 3);
  assert.equal(counts.size, store.lastVersion - 2, 'no rows without a commit');
  assert.equal([...store.changes(right, 0, store.lastVersion)].length, inRight.length, 'tail');
  assert.equal(
    [...store.changes(left, store.flushedThrough(1), store.lastVersion)].length,
    store.tailStats(1).rows,
  );
  return Math.max(-1, ...inLeft.map(([id]) => Number(id))) + 1_000;
}
