/**
 * The suites of drivers and ORMs, on MariaDB and on Tidegate. They take minutes to hours and fetch what they
 * run: `TIDEGATE_DRIVER_SUITES=1` runs all, a list of names runs some. `TIDEGATE_SUITE_SERVERS=tidegate` takes
 * MariaDB's outcomes of the last run instead of running them again.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { skip } from '../clients/fixture.ts';
import { aiomysql } from './aiomysql.ts';
import { django } from './django.ts';
import { compareOutcomes, readExpected } from './expected.ts';
import { Missing } from './fetch.ts';
import { goSqlDriver } from './go-sql-driver.ts';
import { mysqlclient } from './mysqlclient.ts';
import { dbdMariadb, dbdMysql } from './perl.ts';
import { pymysql } from './pymysql.ts';
import { startServer } from './servers.ts';
import { sqlalchemy } from './sqlalchemy.ts';
import { type Outcome, type Outcomes, type Suite, type SuiteServer, suiteFolder } from './suite.ts';

const suites: readonly Suite[] = [
  goSqlDriver,
  pymysql,
  mysqlclient,
  aiomysql,
  sqlalchemy,
  dbdMysql,
  dbdMariadb,
  django,
];

const wanted = process.env.TIDEGATE_DRIVER_SUITES ?? '';
const reusesBaseline = process.env.TIDEGATE_SUITE_SERVERS === 'tidegate';

async function outcomesOn(suite: Suite, kind: SuiteServer['kind']): Promise<Outcomes> {
  const folder = suiteFolder(suite.name, 'logs');
  const kept = join(folder, `${kind}.json`);
  if (kind !== 'tidegate' && reusesBaseline && existsSync(kept)) {
    return new Map(JSON.parse(readFileSync(kept, 'utf8')) as [string, Outcome][]);
  }
  const running = await startServer(kind, suite);
  try {
    const { outcomes, log } = await suite.run(running.server);
    writeFileSync(kept, JSON.stringify([...outcomes], null, 1));
    writeFileSync(join(folder, `${kind}.log`), log);
    writeFileSync(join(folder, `${kind}.server.log`), running.log());
    return outcomes;
  } finally {
    await running.stop();
  }
}

async function prepared(suite: Suite, context: Mocha.Context): Promise<string> {
  try {
    const ready = await suite.prepare();
    if ('missing' in ready) return skip(context, ready.missing);
    return ready.version;
  } catch (error) {
    if (error instanceof Missing) return skip(context, error.message);
    throw error;
  }
}

describe('suites of drivers and ORMs', function () {
  this.timeout(7_200_000);
  const table: string[] = [];

  before(function () {
    if (wanted === '') skip(this, 'takes long and fetches sources; TIDEGATE_DRIVER_SUITES=1 runs it');
  });
  after(() => {
    if (table.length > 0) process.stdout.write(`\n${table.join('\n')}\n`);
  });

  for (const suite of suites) {
    it(suite.name, async function () {
      if (wanted !== '1' && !wanted.split(',').includes(suite.name)) this.skip();
      const version = await prepared(suite, this);
      const without = suite.alsoWithoutServer === true ? await outcomesOn(suite, 'none') : new Map();
      const baseline = await outcomesOn(suite, 'mariadb');
      const ours = await outcomesOn(suite, 'tidegate');
      const { sensible, passed, failures } = compareOutcomes({
        baseline,
        ours,
        without,
        leavesOut: suite.leavesOut === true,
      });
      const expected = readExpected(suite.name);
      table.push(`${suite.name} ${version}: ${passed.length} of ${sensible.length} sensible tests pass`);
      const reasons = new Map<string, number>();
      for (const failure of failures) {
        const reason = expected.reasonOf(failure) ?? 'NOT EXPECTED';
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
      for (const [reason, count] of reasons) table.push(`    ${count} × ${reason}`);
      assert.ok(sensible.length > 0, 'the suite ran no test');
      const unexpected = failures.filter((failure) => expected.reasonOf(failure) === undefined);
      assert.deepEqual(unexpected, [], 'failures that are not expected');
      assert.deepEqual(expected.unused(failures), [], 'expected failures that did not happen');
    });
  }
});
