/** A process that commits to two tables at once until it is killed, and says what was acknowledged. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { openStore } from '../../src/journal/journal-store.ts';
import { encodeKey } from '../../src/types/key-codec.ts';
import { insert, writes } from './journal-fixture.ts';

const [directory, firstId] = process.argv.slice(2);
const store = openStore(directory!, { clock: systemClock, logger: silentLogger });
const left = store.catalog.tableById(1)!;
const right = store.catalog.tableById(2)!;
let id = Number(firstId);

async function write(): Promise<void> {
  for (;;) {
    const own = [id++, id++, id++];
    const { version } = await store.commit(
      writes(
        { table: left, changes: own.map((value) => insert(left, [value, `left ${value}`])) },
        { table: right, changes: own.map((value) => insert(right, [value, `right ${value}`])) },
      ),
    );
    writeSync(1, `${version} ${own[0]}\n`);
  }
}

/** Flushes the left table over and over; its files exist in name only. */
async function flush(): Promise<void> {
  for (let round = store.flushes(1).length + 1; ; round++) {
    const through = store.lastVersion;
    const rows = [...store.changes(left, store.flushedThrough(1), through)];
    await store.prepareFlush({
      tableId: 1,
      throughVersion: through,
      files: [{ path: `file-${round}`, rowCount: rows.length, sizeBytes: 1, stats: '{}' }],
      relocations: rows.map(({ after, version }, position) => ({
        key: encodeKey(left, after!),
        version,
        fileIndex: 0,
        position,
      })),
      compaction: false,
    });
    await store.finishFlush({
      tableId: 1,
      throughVersion: through,
      deltaVersion: round,
      files: [`file-${round}`],
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

await Promise.all([write(), write(), write(), write(), flush()]);
