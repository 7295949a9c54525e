import assert from 'node:assert/strict';
import type { FromItem, Query, TableFrom } from '../../../src/sql/ast.ts';
import { parseStatement } from '../../../src/sql/parse/parse.ts';
import { printExpression } from '../../../src/sql/print/printer.ts';

function query(text: string): Query {
  const parsed = parseStatement(text);
  assert.ok(parsed?.statement.kind === 'select');
  return parsed.statement.query;
}

function from(text: string): FromItem {
  const { body } = query(`SELECT * FROM ${text}`);
  assert.ok(body.kind === 'select' && body.from !== null);
  return body.from;
}

function table(text: string): TableFrom {
  const item = from(text);
  assert.ok(item.kind === 'table', item.kind);
  return item;
}

/** `unit expression` of AS OF, and the alias. */
function asOf(text: string): readonly [unit: string | null, at: string, alias: string | null] {
  const { asOf: point, alias } = table(text);
  assert.ok(point !== null, text);
  return [point.unit, printExpression(point.at), alias];
}

describe('sql: temporal clauses', () => {
  it('reads every spelling of AS OF', () => {
    assert.deepEqual(asOf('t AS OF VERSION 12'), ['version', '12', null]);
    assert.deepEqual(asOf('t AS OF 12'), [null, '12', null]);
    assert.deepEqual(asOf("t AS OF TIMESTAMP '2021-06-23'"), ['timestamp', "'2021-06-23'", null]);
    assert.deepEqual(asOf("t AS OF '2021-06-23' x"), [null, "'2021-06-23'", 'x']);
    assert.deepEqual(asOf('t AS OF NOW() - INTERVAL 1 DAY AS x'), [null, 'NOW() - INTERVAL 1 DAY', 'x']);
    assert.deepEqual(asOf('t AS OF ? x'), [null, '?', 'x']);
    assert.deepEqual(asOf('t AS OF VERSION @v + 1 x'), ['version', '@v + 1', 'x']);
    assert.deepEqual(asOf('t FOR SYSTEM_TIME AS OF VERSION 3 x'), ['version', '3', 'x']);
    assert.deepEqual(asOf('t FOR SYSTEM_TIME AS OF NOW()'), [null, 'NOW()', null]);
    assert.deepEqual(asOf('t AS OF VERSION()'), [null, 'VERSION()', null]);
    assert.deepEqual(asOf("t AS OF TIMESTAMP('2021-06-23', '1:00') x"), [
      'timestamp',
      "TIMESTAMP('2021-06-23', '1:00')",
      'x',
    ]);
    assert.deepEqual(asOf("t AS OF DATE '2021-06-23'"), [null, "DATE '2021-06-23'", null]);
    assert.deepEqual(asOf('t AS OF CURRENT_TIMESTAMP x'), [null, 'CURRENT_TIMESTAMP()', 'x']);
  });

  it('gives each table of a join its own point, the alias behind it', () => {
    const join = from('a AS OF 12 x JOIN b AS OF 10 y USING (id)');
    assert.ok(join.kind === 'join' && join.left.kind === 'table' && join.right.kind === 'table');
    assert.deepEqual([join.left.alias, join.right.alias, join.using], ['x', 'y', ['id']]);
    assert.ok(join.left.asOf !== null && join.right.asOf !== null);
  });

  it('reads `of` as an alias where no point follows', () => {
    for (const tail of [
      '',
      ' WHERE a = 1',
      ', u',
      ' JOIN u ON a = b',
      ' ORDER BY 1',
      ' FOR UPDATE',
      ' LIMIT 1',
    ]) {
      const { body } = query(`SELECT * FROM t AS of${tail}`);
      assert.ok(body.kind === 'select' && body.from !== null);
      const item = body.from.kind === 'join' ? body.from.left : body.from;
      assert.ok(item.kind === 'table' && item.alias === 'of' && item.asOf === null, tail);
    }
  });

  it('reads CHANGES BETWEEN, SINCE, UNTIL and NET', () => {
    const between = table('t CHANGES BETWEEN VERSION 3 AND TIMESTAMP NOW() NET c').changes;
    assert.ok(between !== null && !between.fromExclusive && between.net);
    assert.deepEqual([between.from.unit, between.until?.unit], ['version', 'timestamp']);
    const since = table('t CHANGES SINCE 3').changes;
    assert.ok(since?.fromExclusive === true && since.until === null && !since.net);
    const until = table('t CHANGES SINCE ? UNTIL ? NET AS c');
    assert.ok(until.changes?.until?.at.kind === 'placeholder' && until.changes.net && until.alias === 'c');
  });

  it('leaves the new words free as names', () => {
    assert.equal(table('t changes').alias, 'changes');
    assert.equal(table('t net').alias, 'net');
    assert.equal(table('t asof').alias, 'asof');
    assert.equal(table('t AS asof').alias, 'asof');
    assert.equal(table('t latest').alias, 'latest');
    assert.equal(table('changes AS OF 3').name.name, 'changes');
    assert.equal(table('version').name.name, 'version');
    assert.ok(
      query('SELECT commits, since, until, online, event_time, external FROM t FOR UPDATE').locks.length ===
        1,
    );
  });

  it('reads ASOF JOIN and ASOF LEFT JOIN', () => {
    const join = from('l ASOF JOIN f ON l.k = f.k AND l.ts >= f.ts');
    assert.ok(join.kind === 'join' && join.asof && join.join === 'inner' && join.left.kind === 'table');
    assert.equal(join.left.alias, null);
    const left = from('l x ASOF LEFT JOIN f AS OF 12 g ON x.ts >= g.ts');
    assert.ok(left.kind === 'join' && left.asof && left.join === 'left' && left.right.kind === 'table');
    assert.equal(left.right.alias, 'g');
    assert.throws(() => from('l ASOF JOIN f'), { code: 'SYNTAX_ERROR' });
  });

  it('reads FOR EVENT_TIME, also after AS OF', () => {
    assert.equal(table('f FOR EVENT_TIME LATEST x').eventTime?.at, null);
    const both = table('f AS OF 12 FOR EVENT_TIME AS OF s.ts x');
    assert.ok(both.asOf !== null && both.eventTime?.at?.kind === 'column' && both.alias === 'x');
  });

  it('reads START TRANSACTION … AS OF', () => {
    const parsed = parseStatement('START TRANSACTION READ ONLY AS OF VERSION 12');
    assert.ok(parsed?.statement.kind === 'startTransaction');
    assert.equal(parsed.statement.accessMode, 'read only');
    assert.equal(parsed.statement.asOf?.unit, 'version');
  });

  it('names what MariaDB has and we have not', () => {
    for (const tail of ['ALL', "BETWEEN '2020' AND '2021'", "FROM '2020' TO '2021'", 'AS OF TRANSACTION 5']) {
      assert.throws(() => from(`t FOR SYSTEM_TIME ${tail}`), { code: 'NOT_SUPPORTED' });
    }
  });

  it('refuses half a clause', () => {
    for (const text of [
      't AS OF VERSION',
      't CHANGES BETWEEN 1',
      't CHANGES SINCE',
      'f FOR EVENT_TIME',
      't FOR SYSTEM_TIME 5',
    ]) {
      assert.throws(() => from(text), { code: 'SYNTAX_ERROR' }, text);
    }
  });
});
