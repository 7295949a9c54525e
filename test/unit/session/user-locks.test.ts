import assert from 'node:assert/strict';
import { GatewayError } from '../../../src/base/errors.ts';
import { UserLocks } from '../../../src/session/user-locks.ts';

const forever = { timeoutMs: Number.POSITIVE_INFINITY, signal: new AbortController().signal };
const now = { timeoutMs: 0, signal: new AbortController().signal };

describe('locks by name', () => {
  it('are taken again by their holder and given back as often', async () => {
    const locks = new UserLocks(10);
    assert.equal(await locks.take('a', 1, now), true);
    assert.equal(await locks.take('A', 1, now), true);
    assert.equal(await locks.take('a', 2, now), false);
    assert.equal(locks.release('a', 2), false);
    assert.equal(locks.release('a', 1), true);
    assert.equal(locks.holder('a'), 1);
    assert.equal(locks.release('a', 1), true);
    assert.equal(locks.holder('a'), undefined);
    assert.equal(locks.release('a', 1), null);
  });

  it('go to those who wait in their order', async () => {
    const locks = new UserLocks(10);
    await locks.take('a', 1, now);
    const order: number[] = [];
    const waiting = [2, 3, 4].map((owner) => locks.take('a', owner, forever).then(() => order.push(owner)));
    for (const owner of [1, 2, 3]) {
      locks.release('a', owner);
      await waiting[owner - 1];
    }
    assert.deepEqual(order, [2, 3, 4]);
  });

  it('refuse to wait in a circle, also of three', async () => {
    const locks = new UserLocks(10);
    for (const owner of [1, 2, 3]) await locks.take(`lock ${owner}`, owner, now);
    const first = locks.take('lock 2', 1, forever);
    const second = locks.take('lock 3', 2, forever);
    await assert.rejects(locks.take('lock 1', 3, forever), (error: GatewayError) => error.errno === 3058);
    assert.equal(locks.releaseAll(3), 1);
    assert.equal(await second, true);
    assert.equal(locks.releaseAll(2), 2);
    assert.equal(await first, true);
  });

  it('forget who gave up, by time or by a signal', async () => {
    const locks = new UserLocks(10);
    await locks.take('a', 1, now);
    assert.equal(await locks.take('a', 2, { ...forever, timeoutMs: 5 }), false);
    const controller = new AbortController();
    const given = locks.take('a', 3, { ...forever, signal: controller.signal });
    const reason = new GatewayError('QUERY_INTERRUPTED', 'killed');
    controller.abort(reason);
    await assert.rejects(given, reason);
    assert.equal(locks.releaseAll(1), 1);
    assert.equal(locks.holder('a'), undefined);
    // Whoever waits no more can be waited for.
    await locks.take('a', 2, now);
    assert.equal(await locks.take('a', 1, now), false);
  });

  it('have names and are bounded', async () => {
    const locks = new UserLocks(2);
    for (const name of [null, '', 'x'.repeat(65)]) {
      await assert.rejects(locks.take(name, 1, now), (error: GatewayError) => error.errno === 3057);
    }
    await locks.take('é'.repeat(64), 1, now);
    await locks.take('b', 1, now);
    await assert.rejects(locks.take('c', 1, now), (error: GatewayError) => error.errno === 1041);
    await locks.take('b', 1, now);
    assert.equal(locks.releaseAll(1), 3);
  });
});
