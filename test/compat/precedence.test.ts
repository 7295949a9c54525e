/**
 * The table of test/parse/precedence.txt by value: on MariaDB and on the gateway an expression and its fully
 * parenthesised form give the same over many rows, and what the table calls an error is one.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Pair, startPair } from './pair.ts';
import type { Answer } from './side.ts';
import { numbersFrom } from './statements.ts';

const cases = readFileSync(new URL('../parse/precedence.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '))
  .map((line) => line.split(' => ') as [string, string]);

const columns = [...'abcdefgh'];
/** Where the table writes a name for a collation. */
const runnable = (text: string): string => text.replace(/\bCOLLATE [bc]\b/g, 'COLLATE utf8mb4_bin');
/** An error of MySQL's, whose pattern of LIKE is no sum; MariaDB reads it. */
const mariaDbReads: ReadonlySet<string> = new Set(['a LIKE b + c']);
/** What MariaDB 10.11 has not: JSON paths and MEMBER OF; and names that are nobody's. */
const notThere = /->|MEMBER OF|\bf\(a\)|a\.b/;

const shown = (answer: Answer): string =>
  answer.kind === 'rows'
    ? answer.rows.map((row) => row.map((value) => value?.toString() ?? 'NULL').join(',')).join(';')
    : answer.kind === 'error'
      ? `error ${answer.errno}`
      : 'ok';

describe('the precedence table by value', function () {
  this.timeout(120_000);
  let pair: Pair;

  before(async function () {
    const started = await startPair();
    if ('missing' in started) {
      console.log(`      skipped: ${started.missing}`);
      this.skip();
    }
    pair = started;
    await pair.both(
      `CREATE TABLE p (id INT NOT NULL PRIMARY KEY, ${columns.map((name) => `${name} INT`).join(', ')})`,
    );
    const next = numbersFrom(11);
    const values = ['0', '1', '2', '3', '5', '-1', '12', '20210131', '20200229', 'NULL'];
    const rows = Array.from(
      { length: 80 },
      (_, id) => `(${id}, ${columns.map(() => values[next(values.length)]).join(', ')})`,
    );
    await pair.both(`INSERT INTO p VALUES ${rows.join(', ')}`);
  });
  after(() => pair?.stop());

  it(`holds on MariaDB and on the gateway`, async () => {
    const found: string[] = [];
    const compared = { mariadb: 0, gateway: 0 };
    for (const [text, expected] of cases) {
      const ask = (expression: string): string =>
        `SELECT id, ${runnable(expression)} AS x FROM p ORDER BY id`;
      if (expected === 'error') {
        for (const side of mariaDbReads.has(text) ? [pair.ours] : [pair.theirs, pair.ours])
          if (shown(await side.run(ask(text))) !== 'error 1064') found.push(`${text} is no error`);
        continue;
      }
      for (const [name, side] of [
        ['mariadb', pair.theirs],
        ['gateway', pair.ours],
      ] as const) {
        if (name === 'mariadb' && notThere.test(text)) continue;
        const [plain, whole] = [shown(await side.run(ask(text))), shown(await side.run(ask(expected)))];
        if (plain !== whole)
          found.push(`${name}: ${text} => ${expected}: ${plain.slice(0, 100)} | ${whole.slice(0, 100)}`);
        else if (!plain.startsWith('error')) compared[name]++;
      }
    }
    console.log(
      `      ${cases.length} expressions, ${compared.mariadb} by value on MariaDB, ${compared.gateway} here`,
    );
    assert.deepEqual(found, []);
    assert.ok(compared.mariadb >= 150 && compared.gateway >= 150);
  });
});
