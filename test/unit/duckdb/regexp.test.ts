/** RE2 in DuckDB and our own matcher: the same answer for patterns that both take. */
import assert from 'node:assert/strict';
import type { SessionApi } from '../../../src/session/api.ts';
import { type Gateway, openSession, runInSession, startGateway } from '../../support/gateway.ts';
import { numbers, randomPattern } from '../planner/random-regexp.ts';

describe('regular expressions on both routes', () => {
  let gateway: Gateway;
  let session: SessionApi;
  before(async () => {
    gateway = await startGateway();
    session = await openSession(gateway);
  });
  after(() => gateway.stop());

  const rows = async (sql: string): Promise<readonly (readonly (string | null)[])[]> => {
    const outcome = await runInSession(session, sql);
    assert.equal(outcome.kind, 'rows', `${sql}: ${JSON.stringify(outcome)}`);
    return outcome.kind === 'rows' ? outcome.rows : [];
  };

  it('agree for random patterns', async () => {
    const below = numbers(7);
    const letters = ['a', 'b', 'c', '1', 'é', '\\n', 'A'];
    const texts = Array.from({ length: 40 }, () =>
      Array.from({ length: below(8) }, () => letters[below(letters.length)]!).join(''),
    );
    await runInSession(session, 'CREATE DATABASE regexps');
    await runInSession(session, 'USE regexps');
    await runInSession(session, 'CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(20))');
    await runInSession(
      session,
      `INSERT INTO t VALUES ${texts.map((text, index) => `(${index}, '${text}')`).join(', ')}`,
    );
    for (let round = 0; round < 150; round++) {
      const pattern = randomPattern(below, 2, round % 5 === 0).replaceAll('\\', '\\\\');
      const type = ['', 'i', 'n'][below(3)]!;
      const values = (subject: string): string =>
        `REGEXP_LIKE(${subject}, '${pattern}', '${type}'), REGEXP_SUBSTR(${subject}, '${pattern}')`;
      const scanned = await rows(`SELECT ${values('s')} FROM t WHERE id + 0 >= 0 ORDER BY id`);
      // Text by text in one row: the same query without a table.
      const evaluated = (await rows(`SELECT ${texts.map((text) => values(`'${text}'`)).join(', ')}`))[0]!;
      const pairs = texts.map((_, index) => evaluated.slice(index * 2, index * 2 + 2));
      assert.deepEqual(scanned, pairs, JSON.stringify([pattern, type]));
    }
  });

  it('fail alike for bad patterns, and when a row takes too long', async () => {
    for (const from of ['', ' FROM t']) {
      for (const [pattern, errno] of [
        ['[a', 3696],
        ['a{2,1}', 3693],
        ['', 3685],
      ] as const) {
        const subject = from === '' ? "'a'" : 's';
        const outcome = await runInSession(session, `SELECT ${subject} REGEXP '${pattern}'${from}`);
        assert.deepEqual(
          [outcome.kind, 'errno' in outcome && outcome.errno],
          ['error', errno],
          pattern + from,
        );
      }
    }
    const slow = await runInSession(
      session,
      "SELECT CONCAT(s, REPEAT('a', 50)) REGEXP '(a|aa)+(?!a)b' FROM t",
    );
    assert.deepEqual([slow.kind, 'errno' in slow && slow.errno], ['error', 3699]);
  });
});
