import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultLimits } from '../../../src/base/limits.ts';
import { queryTexts } from '../../../src/offline/delta/duck-port.ts';
import { openForeign } from '../../../src/offline/delta/foreign.ts';
import { DuckEngine } from '../../../src/offline/duckdb/engine.ts';

/** The Delta Acceptance Tests: by TIDEGATE_DELTA_TESTDATA, or in a shared folder beside the checkout. */
function testData(): string | undefined {
  const named = process.env.TIDEGATE_DELTA_TESTDATA;
  const checkout = path.resolve(import.meta.dirname, '../../..');
  const candidates = named === undefined ? [path.join(checkout, '../shared/testdata/dat')] : [named];
  return candidates.find((folder) => existsSync(folder));
}

const root = testData();
const tables = root === undefined ? [] : readdirSync(root).sort();
const cases = tables.flatMap((table) =>
  readdirSync(path.join(root!, table, 'expected')).map((version) => ({ table, version })),
);

describe('Delta Acceptance Tests', () => {
  let temporaryDirectory: string;
  let duck: DuckEngine;

  before(async function () {
    if (root === undefined) {
      console.log(
        'skipped: the Delta Acceptance Tests are not here; name their folder in TIDEGATE_DELTA_TESTDATA',
      );
      this.skip();
    }
    temporaryDirectory = mkdtempSync(path.join(tmpdir(), 'tidegate-dat-'));
    duck = await DuckEngine.open({ directories: [root], temporaryDirectory, limits: defaultLimits });
  });

  after(async () => {
    if (root === undefined) return;
    await duck.close();
    rmSync(temporaryDirectory, { recursive: true });
  });

  it('has all 19 tables', function () {
    if (root === undefined) this.skip();
    assert.equal(tables.length, 19);
  });

  for (const { table, version } of cases) {
    it(`reads ${table} at ${version}`, async () => {
      const folder = path.join(root!, table);
      const number = version === 'latest' ? undefined : Number(version.slice(1));
      const foreign = await openForeign(path.join(folder, 'delta'), duck, number);
      const expected = path.join(folder, 'expected', version);
      const metadata = JSON.parse(readFileSync(path.join(expected, 'table_version_metadata.json'), 'utf8'));
      assert.equal(foreign.version, metadata.version);
      const relation = await foreign.relation(undefined, 'delta');
      const names = foreign.columns.map(({ name }, index) => `c${index} AS "${name}"`).join(', ');
      const actual = `(SELECT ${names} FROM (${relation.sql}))`;
      const columns = foreign.columns.map(({ name }) => `"${name}"`).join(', ');
      const want = `(SELECT ${columns} FROM read_parquet('${expected}/table_content/*.parquet', hive_partitioning = false))`;
      const count = (from: string): string => `(SELECT count(*)::VARCHAR FROM ${from} t)`;
      const minus = (a: string, b: string): string =>
        `(SELECT count(*)::VARCHAR FROM (FROM ${a} EXCEPT ALL FROM ${b}) t)`;
      const [row] = await queryTexts(
        duck,
        `SELECT ${count(actual)}, ${count(want)}, ${minus(actual, want)}, ${minus(want, actual)}`,
        4,
        relation.parameters,
      );
      assert.ok(Number(row![1]) > 0);
      assert.deepEqual(row, [row![1], row![1], '0', '0']);
    });
  }
});
