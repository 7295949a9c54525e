import assert from 'node:assert/strict';

import { EventEmitter, once } from 'node:events';
import type { Clock } from '../../../src/base/clock.ts';
import { defaultLimits } from '../../../src/base/limits.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { FlushScheduler } from '../../../src/offline/delta/scheduler.ts';
import { change, commit, createTable, openGateway, plainTable } from './harness.ts';

describe('flush scheduler', () => {
  it('flushes by rows and by age, and tries again after a failure', async () => {
    const gateway = await openGateway();
    const events = new EventEmitter();
    let nowMs = 0;
    let fails = false;
    const clock: Clock = {
      nowUs: () => gateway.journal.lastTimestampUs + BigInt(nowMs) * 1000n,
      monotonicMs: () => nowMs,
    };
    const limits = { ...defaultLimits, flushRows: 3, flushAgeMs: 2_000_000_000 };
    const table = await createTable(gateway, plainTable());
    const scheduler = new FlushScheduler({
      context: { clock, limits, journal: gateway.journal },
      logger: { ...silentLogger, error: () => events.emit('failed') },
      tableIds: () => [table.id],
      flush: async () => {
        if (fails) throw new Error('disk full');
        await gateway.offline.flush();
        events.emit('flushed');
      },
    });
    const insert = async (...ids: readonly number[]): Promise<void> => {
      const changes = ids.map((id) => change(table, null, [BigInt(id), 'x', 0n], 0));
      await commit(gateway, [{ table, changes }]);
    };
    const wake = async (event: string): Promise<void> => {
      const happened = once(events, event);
      scheduler.wake();
      await happened;
      // The run ends in the same turn as its last flush.
      await new Promise((resolve) => setImmediate(resolve));
    };
    try {
      await insert(1, 2);
      scheduler.wake();
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(gateway.journal.tailStats(table.id).rows, 2);
      fails = true;
      await insert(3);
      await wake('failed');
      fails = false;
      scheduler.wake();
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(gateway.journal.tailStats(table.id).rows, 3, 'waits after a failure');
      nowMs = 1_000;
      await wake('flushed');
      assert.equal(gateway.journal.tailStats(table.id).rows, 0);
      await insert(4);
      nowMs += limits.flushAgeMs;
      await wake('flushed');
      assert.equal(gateway.journal.tailStats(table.id).rows, 0);
    } finally {
      await scheduler.stop();
      await gateway.close();
    }
  });
});
