/**
 * Random queries on the gateway and MariaDB. `TIDEGATE_RANDOM_QUERIES=5000` runs that many,
 * `TIDEGATE_RANDOM_SEED` repeats a run. A query that differs is printed as small as it still differs.
 */
import assert from 'node:assert/strict';
import { classOf, type Difference, differenceOf } from './compare.ts';
import { explained } from './differences.ts';
import { type Pair, startPair } from './pair.ts';
import { type Piece, randomQuery, randomTables } from './random-query.ts';
import type { Answer } from './side.ts';
import { numbersFrom } from './statements.ts';

const count = Number(process.env.TIDEGATE_RANDOM_QUERIES ?? 400);
const seed = Number(process.env.TIDEGATE_RANDOM_SEED ?? 1);
const queriesPerTables = 200;
const mostSteps = 120;

/** Doubles differ in their last digits, which must not decide where a row stands. */
const keyOf = (row: readonly (Buffer | null)[], reals: readonly boolean[]): string =>
  row
    .map((value, column) => {
      if (value === null) return 'n';
      const text = value.toString('latin1');
      return `v${reals[column] === true ? String(Number(Number(text).toPrecision(9))) : text}`;
    })
    .join('\u0001');

function sorted(answer: Answer): Answer {
  if (answer.kind !== 'rows') return answer;
  const reals = answer.columns.map((column) => classOf(column) === 'real');
  const rows = answer.rows.map((row) => [keyOf(row, reals), row] as const);
  return { ...answer, rows: rows.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row) };
}

async function differenceAt(
  pair: Pair,
  sql: string,
  ordered: boolean,
): Promise<Difference | 'unsupported' | undefined> {
  const [theirs, ours] = [await pair.theirs.run(sql), await pair.ours.run(sql)];
  const difference = ordered ? differenceOf(theirs, ours) : differenceOf(sorted(theirs), sorted(ours));
  if (difference?.kind === 'unsupported') return 'unsupported';
  return difference === undefined || explained(sql, difference) !== undefined ? undefined : difference;
}

/** The smallest form that still differs in the same way. */
async function shrink(pair: Pair, piece: Piece, kind: string, ordered: boolean): Promise<Piece> {
  let smallest = piece;
  for (let step = 0; step < mostSteps; ) {
    let found: Piece | undefined;
    for (const candidate of smallest.smaller) {
      if (++step >= mostSteps) break;
      if (candidate.sql.length >= smallest.sql.length) continue;
      const difference = await differenceAt(pair, candidate.sql, ordered);
      if (typeof difference === 'object' && difference.kind === kind) {
        found = candidate;
        break;
      }
    }
    if (found === undefined) break;
    smallest = found;
  }
  return smallest;
}

describe('random queries and MariaDB', function () {
  this.timeout(30_000 + count * 1000);
  let pair: Pair;

  before(async function () {
    const started = await startPair();
    if ('missing' in started) {
      console.log(`      skipped: ${started.missing}`);
      this.skip();
    }
    pair = started;
  });
  after(() => pair?.stop());

  it(`agree on ${count} queries of seed ${seed}`, async () => {
    const next = numbersFrom(seed);
    const failures: string[] = [];
    let unsupported = 0;
    for (let index = 0; index < count; index++) {
      if (index % queriesPerTables === 0) for (const sql of randomTables(seed + index)) await pair.both(sql);
      const { piece, ordered } = randomQuery(next);
      const difference = await differenceAt(pair, piece.sql, ordered);
      if (difference === 'unsupported') unsupported++;
      if (difference === undefined || difference === 'unsupported') continue;
      const smallest = await shrink(pair, piece, difference.kind, ordered);
      const again = await differenceAt(pair, smallest.sql, ordered);
      failures.push(
        `${smallest.sql}\n      ${typeof again === 'object' ? `${again.kind}: ${again.text}` : ''}`,
      );
      if (failures.length === 25) break;
    }
    console.log(`      ${unsupported} not supported`);
    assert.equal(
      failures.length,
      0,
      `seed ${seed}, ${failures.length} differences:\n    ${failures.join('\n    ')}`,
    );
  });
});
