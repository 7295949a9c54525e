import assert from 'node:assert/strict';
import { GatewayError } from '../../../src/base/errors.ts';
import { defaultLimits } from '../../../src/base/limits.ts';
import { parse } from '../../../src/sql/parse/parse.ts';

function failure(text: string): GatewayError {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof GatewayError, `${text}: ${String(error)}`);
    return error;
  }
  assert.fail(`${text} was accepted`);
}

describe('sql: syntax errors', () => {
  it("have MySQL's wording, then what was found and expected", () => {
    const error = failure('SELECT a FROM t WHRE a = 1 b');
    assert.equal(error.errno, 1064);
    assert.equal(error.sqlState, '42000');
    assert.ok(
      error.message.startsWith(
        'You have an error in your SQL syntax; check the manual that corresponds to your Tidegate version for the right ' +
          "syntax to use near 'a = 1 b' at line 1 (column 22: found 'a'; expected ",
      ),
      error.message,
    );
    assert.match(error.message, /WHERE/);
  });

  // text with the error marked by ‹›
  const places = [
    'SELECT ‹FROM› t',
    'SELECT a, ‹FROM› t',
    'SELECT a FROM ‹›',
    'SELECT a FROM t WHERE ‹›',
    'SELECT a FROM t GROUP ‹a›',
    'SELECT a FROM t ORDER BY ‹›',
    "SELECT a FROM t LIMIT ‹'5'›",
    'SELECT a FROM t LIMIT ‹-›1',
    'SELECT (1 + 2‹›',
    'SELECT (1 + ‹)›',
    'SELECT 1 +‹›',
    'SELECT a FROM t WHERE a = 1 ‹)›',
    "SELECT ‹'open›",
    'SELECT a FROM t JOIN ‹WHERE› a',
    'SELECT * FROM a LEFT JOIN b ‹WHERE› x = 1',
    'SELECT CASE a ‹END›',
    'SELECT CAST(a ‹)›',
    'SELECT CAST(a AS ‹nonsense›)',
    'SELECT a BETWEEN 1 ‹OR› 2',
    'SELECT a IN ‹(›‹)›'.replace('‹(›', '('),
    'SELECT a NOT ‹NULL›'.replace('NOT ‹NULL›', '‹NOT› NULL'),
    'INSERT INTO t ‹(›'.replace('‹(›', '(‹›'),
    'INSERT INTO t VALUES ‹1›',
    'INSERT INTO t (a) VALUES (1‹›',
    'UPDATE t ‹WHERE› a = 1',
    'UPDATE t SET a ‹›',
    'DELETE t ‹WHERE› a = 1',
    'CREATE TABLE ‹(›a INT)',
    'CREATE TABLE t (a ‹,› b INT)',
    'CREATE TABLE t (a INT‹›',
    'CREATE ‹NONSENSE› x',
    'ALTER TABLE t ‹FROB› x',
    'DROP ‹t›',
    'SET ‹=› 1',
    'SET a ‹1›',
    'SHOW ‹NONSENSE›',
    'SHOW EVENTS ‹LIMIT› 5',
    "SHOW GRANTS ‹LIKE› 'x'",
    'SET ‹WHERE› = 1',
    'SELECT a FROM t LIMIT ‹99999999999999999999›',
    'CREATE TABLE t (a CHAR(‹99999999999999999999›))',
    'USE ‹›',
    '‹FROB› x',
    'SELECT 1; SELECT ‹FROM› t',
    'SELECT 1 ‹ELSE›',
    'START ‹›',
    'EXPLAIN ‹EXPLAIN› SELECT 1',
    'SELECT * FROM t AS OF VERSION ‹›',
    'SELECT * FROM t CHANGES BETWEEN 1 ‹›',
    'SELECT\n  a,\n  ‹FROM› t',
    'SELECT /* a\n b */ ‹)›',
  ];
  for (const marked of places) {
    it(`at ${marked.replaceAll('\n', '\\n')}`, () => {
      const offset = marked.indexOf('‹');
      const text = marked.replaceAll(/[‹›]/g, '');
      const { position, message, code } = failure(text);
      assert.equal(code, 'SYNTAX_ERROR');
      assert.equal(position?.offset, offset, message);
    });
  }

  it('count lines and columns from the start of the statement', () => {
    assert.deepEqual(failure('SELECT a,\n  FROM t').position, { offset: 12, line: 2, column: 3 });
    assert.deepEqual(failure('SELECT 1;\nSELECT\nFROM t').position, { offset: 17, line: 2, column: 1 });
  });

  it('cut the near text to 80 characters and never inside a surrogate pair', () => {
    const error = failure(`SELECT ) ${'😀'.repeat(100)}`);
    const near = /near '(.*)' at line/.exec(error.message)?.[1] ?? '';
    assert.ok(near.length <= 80 && near.length >= 79);
    assert.ok(!/[\ud800-\udbff]$/.test(near));
  });

  it('name the features that MySQL has and we have not', () => {
    const features: readonly (readonly [string, string])[] = [
      ['CREATE PROCEDURE p() BEGIN SELECT 1', 'CREATE PROCEDURE'],
      ['CREATE DEFINER=`a`@`b` FUNCTION f() RETURNS INT RETURN 1', 'CREATE FUNCTION'],
      ['CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET @a = 1', 'CREATE TRIGGER'],
      ['CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1', 'CREATE EVENT'],
      ['HANDLER t OPEN', 'HANDLER'],
      ['XA START "x"', 'XA'],
      ['CREATE TABLE t (a INT) PARTITION BY HASH (a)', 'PARTITION BY'],
      ['CREATE TABLESPACE x', 'CREATE TABLESPACE'],
      ['CHANGE REPLICATION SOURCE TO SOURCE_HOST = "x"', 'CHANGE REPLICATION'],
      ['PURGE BINARY LOGS TO "x"', 'PURGE BINARY LOGS'],
      ['SHUTDOWN', 'SHUTDOWN'],
      ['INSTALL PLUGIN x SONAME "y"', 'INSTALL'],
      ['SIGNAL SQLSTATE "45000"', 'SIGNAL'],
      ['LOAD XML INFILE "x" INTO TABLE t', 'LOAD XML'],
      ['FLUSH TABLES WITH READ LOCK', 'FLUSH TABLES WITH READ LOCK'],
    ];
    for (const [text, feature] of features) {
      const error = failure(text);
      assert.equal(error.errno, 1235, text);
      assert.match(error.message, new RegExp(`'${feature}'`), text);
    }
  });
});

describe('sql: bounds', () => {
  const deep: Readonly<Record<string, string>> = {
    parentheses: `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`,
    not: `SELECT ${'NOT '.repeat(10_000)}1`,
    minus: `SELECT ${'- '.repeat(10_000)}1`,
    bang: `SELECT ${'!'.repeat(10_000)}1`,
    subqueries: `SELECT ${'(SELECT '.repeat(10_000)}1${')'.repeat(10_000)}`,
    calls: `SELECT ${'f('.repeat(10_000)}`,
    case: `SELECT ${'CASE WHEN '.repeat(10_000)}`,
    between: `SELECT 1${' BETWEEN 1 AND 1'.repeat(10_000)}`,
    from: `SELECT * FROM ${'('.repeat(10_000)}t`,
    with: 'WITH a AS ('.repeat(10_000),
    setStatement: 'SET STATEMENT a = 1 FOR '.repeat(10_000),
    jsonTable: `SELECT * FROM JSON_TABLE('', '' ${"COLUMNS (NESTED PATH '' ".repeat(10_000)}`,
    interval: `SELECT ${'INTERVAL ('.repeat(10_000)}`,
    assignment: `SELECT ${'@a := '.repeat(10_000)}1`,
  };
  for (const [what, text] of Object.entries(deep)) {
    it(`10,000 nested: ${what}`, () => {
      const error = failure(text);
      assert.equal(error.code, 'SYNTAX_ERROR');
      assert.match(error.message, /nested deeper than 200 levels/);
    });
  }

  const high: Readonly<Record<string, string>> = {
    plus: `SELECT 1${' + 1'.repeat(100_000)}`,
    is: `SELECT 1${' IS NULL'.repeat(10_000)}`,
    collate: `SELECT a${' COLLATE x'.repeat(10_000)}`,
    union: `SELECT 1${' UNION SELECT 1'.repeat(10_000)}`,
  };
  for (const [what, text] of Object.entries(high)) {
    it(`a chain that makes the tree too high: ${what}`, () =>
      assert.match(failure(text).message, /too deep/));
  }

  it('61 tables in a join, not 62', () => {
    const join = (count: number): string =>
      `SELECT * FROM t0 ${Array.from({ length: count - 1 }, () => 'JOIN t').join(' ')}`;
    assert.equal(parse(join(61)).length, 1);
    assert.equal(failure(join(62)).code, 'TOO_MANY_TABLES');
  });

  it('tokens of a statement', () => {
    const limits = { ...defaultLimits, statementTokens: 10 };
    assert.throws(() => parse('SELECT 1, 2, 3, 4, 5, 6, 7, 8', { limits }), /more than 10 tokens/);
  });

  it('takes long lists and long statements', () => {
    assert.equal(parse(`SELECT 1 IN (${'1, '.repeat(100_000)}1)`).length, 1);
    assert.equal(parse(`INSERT INTO t VALUES ${"(1, 'x'), ".repeat(50_000)}(1, 'x')`).length, 1);
    assert.equal(parse(`SELECT ${'(1), '.repeat(50_000)}1`).length, 1);
    assert.equal(parse(`SELECT 1${' AND 1'.repeat(100_000)}`).length, 1);
  });

  it('answers a megabyte of garbage', () => {
    const garbage = Array.from({ length: 1 << 20 }, (_, at) =>
      String.fromCharCode(33 + ((at * 7919) % 90)),
    ).join('');
    for (const text of [
      garbage,
      "'".repeat((1 << 20) + 1),
      '/*!99999 '.repeat(1 << 16),
      '('.repeat(1 << 20),
      '`'.repeat(1 << 20),
    ]) {
      assert.ok(failure(text).errno === 1064);
    }
  });
});
