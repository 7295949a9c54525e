import assert from 'node:assert/strict';
import { qualifyQuery, unqualifyQuery } from '../../../src/session/qualify-query.ts';
import { parseStatement } from '../../../src/sql/parse/parse.ts';
import { printQuery } from '../../../src/sql/print/query.ts';

const qualified = (text: string): string => {
  const parsed = parseStatement(text);
  assert.ok(parsed?.statement.kind === 'select');
  return printQuery(qualifyQuery(parsed.statement.query, 'shop')).replaceAll('`', '').toLowerCase();
};

describe('the query of a view', () => {
  const cases: readonly (readonly [text: string, tables: readonly string[]])[] = [
    ['select * from a join b on a.x = b.x', ['shop.a', 'shop.b']],
    ['select * from other.a, b', ['other.a', 'shop.b']],
    ['select (select max(x) from b) from a where exists (select 1 from c)', ['shop.b', 'shop.a', 'shop.c']],
    ['select * from (select * from a) d', ['shop.a']],
    ['select * from a union select * from b', ['shop.a', 'shop.b']],
    ['table a', ['shop.a']],
    ['with c as (select * from a) select * from c join b', ['shop.a', 'shop.b']],
    // Without RECURSIVE a CTE does not see itself: the inner c is a table.
    ['with c as (select * from c) select * from c', ['shop.c']],
    ['with recursive c as (select 1 n union all select n + 1 from c) select * from c, d', ['shop.d']],
    ['select * from (with c as (select 1) select * from c) x join c', ['shop.c']],
    ['select * from a as of 3 x join b for event_time latest', ['shop.a', 'shop.b']],
  ];
  for (const [text, tables] of cases) {
    it(`names databases in: ${text}`, () => {
      assert.deepEqual(qualified(text).match(/\b(shop|other)\.\w+/g), tables);
    });
  }

  it('is otherwise the same', () => {
    const text = "select a.x as y, count(*) from a where x in (1, 2) and z like 'shop' group by a.x limit 3";
    const parsed = parseStatement(text);
    assert.ok(parsed?.statement.kind === 'select');
    const printed = printQuery(qualifyQuery(parsed.statement.query, 'shop'));
    assert.equal(printed.replace('`shop`.', ''), printQuery(parsed.statement.query));
  });

  it('reads in its database as it was written', () => {
    const kept = ['select * from other.a, b', 'with c as (select * from c) select * from c join b'];
    for (const text of kept) {
      const parsed = parseStatement(text);
      assert.ok(parsed?.statement.kind === 'select');
      const { query } = parsed.statement;
      const back = parseStatement(printQuery(qualifyQuery(query, 'shop')));
      assert.ok(back?.statement.kind === 'select');
      assert.equal(printQuery(unqualifyQuery(back.statement.query, 'shop')), printQuery(query));
    }
    // A table that a CTE hides must keep its database.
    const hidden = parseStatement('with c as (select 1) select * from c join shop.c d');
    assert.ok(hidden?.statement.kind === 'select');
    assert.match(printQuery(unqualifyQuery(hidden.statement.query, 'shop')), /`shop`\.`c`/);
  });
});
