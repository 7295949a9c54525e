/**
 * Random queries on the gateway and MariaDB. `TIDEGATE_RANDOM_QUERIES=5000` runs that many,
 * `TIDEGATE_RANDOM_SEED` those of another seed, and `TIDEGATE_RANDOM_FIRST` begins at that one of the seed's
 * queries. A query that differs is printed as small as it still differs.
 */
import assert from 'node:assert/strict';
import { silentLogger } from '../../../src/base/logger.ts';
import { startGateway } from '../../support/gateway.ts';
import { startMariaDb } from '../../support/mariadb.ts';
import type { Servers } from './lane.ts';
import { runRandomQueries } from './runner.ts';

const count = Number(process.env.TIDEGATE_RANDOM_QUERIES ?? 400);
const seed = Number(process.env.TIDEGATE_RANDOM_SEED ?? 1);
const first = Number(process.env.TIDEGATE_RANDOM_FIRST ?? 0);
const failuresMax = Number(process.env.TIDEGATE_RANDOM_FAILURES ?? 25);

const listed = (counts: ReadonlyMap<unknown, number>): string =>
  [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([key, times]) => `\n        ${times} × ${key}`)
    .join('');
const total = (counts: ReadonlyMap<unknown, number>): number =>
  [...counts.values()].reduce((a, b) => a + b, 0);

/** Why statements ended in an internal error, which is a failure whose text tells nothing. */
const causes = new Set<string>();
const logger = {
  ...silentLogger,
  error({ err }: { err?: unknown }, message: string) {
    const cause = err instanceof Error ? (err.cause ?? err) : message;
    causes.add(String(cause).split('\n')[0]!.slice(0, 300));
  },
};

describe('random queries and MariaDB', function () {
  this.timeout(30_000 + count * 1000);
  let servers: Servers;

  before(async function () {
    const theirs = await startMariaDb();
    if ('missing' in theirs) {
      console.log(`      skipped: ${theirs.missing}`);
      this.skip();
    }
    servers = { theirs, ours: await startGateway({ logger }) };
  });
  after(async () => {
    await servers?.ours.stop();
    await servers?.theirs.stop();
  });

  it(`agree on ${count} queries of seed ${seed}`, async () => {
    const report = await runRandomQueries(servers, { seed, first, count, failuresMax });
    const { queries, prepared, distinct, errors, unsupported, explained, failures } = report;
    console.log(
      `      seed ${seed}, from ${first}: ${queries} queries, ${distinct.size} distinct, ${prepared} prepared\n` +
        `      ${total(errors)} the same error${listed(errors)}\n` +
        `      ${total(unsupported)} not supported${listed(unsupported)}\n` +
        `      ${total(explained)} explained${listed(explained)}`,
    );
    assert.equal(
      failures.length,
      0,
      `${failures.length} differences:\n    ${[...failures, ...causes].join('\n    ')}`,
    );
  });
});
