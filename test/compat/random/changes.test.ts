/**
 * Random sequences of changes on the gateway and MariaDB, tables compared after each statement.
 * `TIDEGATE_RANDOM_CHANGES=500` runs that many sequences, `TIDEGATE_RANDOM_SEED` those of another seed, and
 * `TIDEGATE_RANDOM_FIRST` begins at that one of the seed's.
 */
import assert from 'node:assert/strict';
import { startGateway } from '../../support/gateway.ts';
import { startMariaDb } from '../../support/mariadb.ts';
import { runRandomChanges } from './change-runner.ts';
import type { Servers } from './lane.ts';

const count = Number(process.env.TIDEGATE_RANDOM_CHANGES ?? 25);
const seed = Number(process.env.TIDEGATE_RANDOM_SEED ?? 1);
const first = Number(process.env.TIDEGATE_RANDOM_FIRST ?? 0);

describe('random changes and MariaDB', function () {
  this.timeout(60_000 + count * 5_000);
  let servers: Servers;

  before(async function () {
    const theirs = await startMariaDb();
    if ('missing' in theirs) {
      console.log(`      skipped: ${theirs.missing}`);
      this.skip();
    }
    servers = { theirs, ours: await startGateway() };
  });
  after(async () => {
    await servers?.ours.stop();
    await servers?.theirs.stop();
  });

  it(`agree on ${count} sequences of seed ${seed}`, async () => {
    const report = await runRandomChanges(servers, { seed, first, count, failuresMax: 12 });
    const unsupported = [...report.unsupported]
      .map(([text, times]) => `\n        ${times} × ${text}`)
      .join('');
    console.log(
      `      seed ${seed}, from ${first}: ${report.sequences} sequences of ${report.statements} statements, not supported:${unsupported}`,
    );
    assert.equal(
      report.failures.length,
      0,
      `${report.failures.length} differences:\n    ${report.failures.join('\n    ')}`,
    );
  });
});
