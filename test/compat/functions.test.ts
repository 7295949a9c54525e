/**
 * Every function and operator of the catalogue with arguments at the edges of every type, over constants (the
 * evaluator's route) and over columns (DuckDB's), against MariaDB. `COMPAT=round npx mocha test/compat` runs the
 * templates that contain that text.
 */
import assert from 'node:assert/strict';
import { compare, newTally, type Pair, startPair, type Tally } from './pair.ts';
import { columnStatements, constantStatements } from './statements.ts';
import { templates } from './templates.ts';
import { kindTables } from './values.ts';

const wanted = (process.env.COMPAT ?? '').toLowerCase();
const chosen = templates.filter(({ text }) => text.toLowerCase().includes(wanted));

function report(tally: Tally): void {
  console.log(
    `      ${tally.statements} statements: ${tally.same} the same, ${tally.explained} explained, ${tally.unsupported} not supported`,
  );
  assert.equal(
    tally.found.length,
    0,
    `${tally.found.length} differences:\n    ${tally.found.slice(0, 40).join('\n    ')}`,
  );
}

describe('functions and MariaDB', function () {
  this.timeout(600_000);
  let pair: Pair;

  before(async function () {
    const started = await startPair();
    if ('missing' in started) {
      console.log(`      skipped: ${started.missing}`);
      this.skip();
    }
    pair = started;
    for (const sql of kindTables()) await pair.both(sql);
  });
  after(() => pair?.stop());

  it('agree over constants', async () => {
    const tally = newTally();
    for (const template of chosen)
      for (const { sql } of constantStatements(template)) await compare(pair, sql, tally);
    report(tally);
  });

  it('agree over columns', async () => {
    const tally = newTally();
    for (const template of chosen) {
      // MariaDB writes a file for every long text of these.
      if (/^(?:REPEAT|EXPORT_SET|SPACE)/.test(template.text)) continue;
      for (const statement of columnStatements(template)) {
        const theirs = await pair.theirs.run(statement.sql);
        if (theirs.kind !== 'error') await compare(pair, statement.sql, tally, theirs);
        else for (let id = 1; id <= statement.rows; id += 3) await compare(pair, statement.forRow(id), tally);
      }
    }
    report(tally);
  });
});
