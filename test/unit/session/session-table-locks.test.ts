import { strict as assert } from 'node:assert';
import { type Release, TableLocks } from '../../../src/session/table-locks.ts';

const never = new AbortController().signal;
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('session/table-locks', () => {
  it('lets writes share a table, gives it to DDL alone, in order', async () => {
    const locks = new TableLocks();
    const log: string[] = [];
    const first = locks.shared(1, never) as Release;
    const second = locks.shared(1, never) as Release;
    const take = async (name: string, lock: Release | Promise<Release>): Promise<Release> => {
      const release = await lock;
      log.push(name);
      return release;
    };
    const ddl = take('ddl', locks.exclusive(1, never));
    const late = take('late write', locks.shared(1, never));
    assert.equal(typeof locks.shared(2, never), 'function', 'another table does not wait');
    first();
    first();
    await tick();
    assert.deepEqual(log, [], 'released twice counts once');
    second();
    const releaseDdl = await ddl;
    await tick();
    assert.deepEqual(log, ['ddl'], 'the later write does not overtake');
    releaseDdl();
    (await late)();
    assert.deepEqual(log, ['ddl', 'late write']);
    assert.equal(typeof locks.exclusive(1, never), 'function');
  });

  it('gives up waiting when interrupted, and lets those behind through', async () => {
    const locks = new TableLocks();
    const held = locks.shared(1, never) as Release;
    const abort = new AbortController();
    const waiting = locks.exclusive(1, abort.signal) as Promise<Release>;
    const behind = locks.shared(1, never) as Promise<Release>;
    abort.abort();
    await assert.rejects(waiting, { errno: 1317 });
    (await behind)();
    held();
    assert.equal(typeof locks.exclusive(1, never), 'function');
  });
});
