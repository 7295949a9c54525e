import assert from 'node:assert/strict';
import type { Expr, LiteralValue } from '../../../src/sql/ast.ts';
import { parse, parseExpressionText, parseStatement, splitStatements } from '../../../src/sql/parse/parse.ts';
import { defaultSqlMode, sqlModeFlags } from '../../../src/sql/sql-mode.ts';

function literal(text: string, mode = defaultSqlMode): LiteralValue {
  const expr = parseExpressionText(text, { mode });
  assert.ok(expr.kind === 'literal', `${text} is ${expr.kind}`);
  return expr.literal;
}

const string = (text: string, mode = defaultSqlMode): string => {
  const value = literal(text, mode);
  assert.ok(value.type === 'string');
  return value.value;
};

const column = (text: string, mode = defaultSqlMode): Expr => parseExpressionText(text, { mode });
const name = (text: string, mode = defaultSqlMode): string => {
  const expr = column(text, mode);
  assert.ok(expr.kind === 'column', `${text} is ${expr.kind}`);
  return expr.name;
};

describe('sql: lexer', () => {
  it('types numbers as MySQL does', () => {
    assert.deepEqual(literal('42'), { type: 'integer', value: 42n });
    assert.deepEqual(literal('007'), { type: 'integer', value: 7n });
    assert.deepEqual(literal('9223372036854775807'), { type: 'integer', value: 9223372036854775807n });
    assert.deepEqual(literal('9223372036854775808'), { type: 'unsigned', value: 9223372036854775808n });
    assert.deepEqual(literal('18446744073709551615'), { type: 'unsigned', value: 18446744073709551615n });
    assert.deepEqual(literal('18446744073709551616'), {
      type: 'decimal',
      value: '18446744073709551616',
      precision: 20,
      scale: 0,
    });
    assert.deepEqual(literal('00000000000000000000000042'), { type: 'integer', value: 42n });
    assert.deepEqual(literal('1.50'), { type: 'decimal', value: '1.50', precision: 3, scale: 2 });
    assert.deepEqual(literal('.5'), { type: 'decimal', value: '0.5', precision: 1, scale: 1 });
    assert.deepEqual(literal('5.'), { type: 'decimal', value: '5', precision: 1, scale: 0 });
    assert.deepEqual(literal('0012.30'), { type: 'decimal', value: '12.30', precision: 4, scale: 2 });
    assert.deepEqual(literal('1e3'), { type: 'double', value: 1000 });
    assert.deepEqual(literal('1.5E-3'), { type: 'double', value: 0.0015 });
    assert.deepEqual(literal('.5e+1'), { type: 'double', value: 5 });
    assert.throws(() => literal('1e999'), { code: 'ILLEGAL_VALUE' });
  });

  it('reads hexadecimal and bit literals', () => {
    assert.deepEqual(literal("x'4D79'"), { type: 'hex', value: Uint8Array.of(0x4d, 0x79) });
    assert.deepEqual(literal('0x4d7'), { type: 'hex', value: Uint8Array.of(0x04, 0xd7) });
    assert.deepEqual(literal("X''"), { type: 'hex', value: new Uint8Array() });
    assert.deepEqual(literal("b'101'"), { type: 'bit', value: Uint8Array.of(5) });
    assert.deepEqual(literal('0b100000001'), { type: 'bit', value: Uint8Array.of(1, 1) });
    assert.deepEqual(literal("_binary x'00ff'"), { type: 'binary', value: Uint8Array.of(0, 255) });
    assert.throws(() => literal("x'4'"), { code: 'SYNTAX_ERROR' });
    assert.equal(name('0xZZ'), '0xZZ');
    assert.equal(name('0X1F'), '0X1F');
  });

  it('reads escapes by sql_mode', () => {
    assert.equal(string(String.raw`'a\'b\"c\\d\n\t\r\0\b\Z\%\_\x'`), 'a\'b"c\\d\n\t\r\0\b\x1a\\%\\_x');
    assert.equal(string("'it''s'"), "it's");
    assert.equal(string('"say ""hi"""'), 'say "hi"');
    assert.equal(string(`'a"b'`), 'a"b');
    const mode = sqlModeFlags('NO_BACKSLASH_ESCAPES');
    assert.equal(string(String.raw`'a\nb\'`, mode), String.raw`a\nb\ `.trimEnd());
    assert.throws(() => string(String.raw`'a\'`), { code: 'SYNTAX_ERROR' });
  });

  it('puts adjacent strings together, across comments', () => {
    assert.equal(string(`'a' 'b'\n"c"`), 'abc');
    assert.equal(string(`'a' /* 'x' */ 'b' -- 'y'\n 'c' # 'z'\n'd'`), 'abcd');
    assert.equal(string("'a''b'"), "a'b");
  });

  it('reads introducers', () => {
    assert.deepEqual(literal("_utf8mb4'x'"), { type: 'string', value: 'x', charset: 'utf8mb4' });
    assert.deepEqual(literal("_LATIN1  'x'"), { type: 'string', value: 'x', charset: 'latin1' });
    assert.deepEqual(literal("N'x'"), { type: 'string', value: 'x', charset: 'utf8mb3' });
    assert.deepEqual(literal("_utf8mb4 x'C3A9'"), { type: 'string', value: 'é', charset: 'utf8mb4' });
    assert.deepEqual(literal("_binary'é'"), { type: 'binary', value: Uint8Array.of(0xc3, 0xa9) });
    assert.equal(name('_utf8mb4'), '_utf8mb4');
    assert.equal(name('_nonsense'), '_nonsense');
  });

  it('reads names', () => {
    assert.equal(name('`a``b c`'), 'a`b c');
    assert.equal(name('größe'), 'größe');
    assert.equal(name('名前'), '名前');
    assert.equal(name('$a_1'), '$a_1');
    assert.equal(name('1a'), '1a');
    assert.equal(name('t.select'), 'select');
    assert.equal(name('t.1'), '1');
    assert.equal(name('t . `x`'), 'x');
    assert.equal(name('"a b"', sqlModeFlags('ANSI_QUOTES')), 'a b');
    assert.equal(name('"a""b"', sqlModeFlags('ANSI')), 'a"b');
    assert.throws(() => name('select'), { code: 'SYNTAX_ERROR' });
    assert.throws(() => name('``'), { code: 'SYNTAX_ERROR' });
    assert.throws(() => name('`a'), { code: 'SYNTAX_ERROR' });
  });

  it('reads variables', () => {
    const read = (text: string): unknown => {
      const expr = parseExpressionText(text);
      if (expr.kind === 'userVariable') return expr.name;
      assert.ok(expr.kind === 'systemVariable');
      return [expr.scope, expr.name];
    };
    assert.equal(read('@a'), 'a');
    assert.equal(read("@'a b'"), 'a b');
    assert.equal(read('@`a``b`'), 'a`b');
    assert.equal(read('@a.b$c'), 'a.b$c');
    assert.deepEqual(read('@@Version'), [null, 'version']);
    assert.deepEqual(read('@@LOCAL.sql_mode'), ['session', 'sql_mode']);
    assert.deepEqual(read('@@global.`time_zone`'), ['global', 'time_zone']);
    assert.deepEqual(read('@@session.transaction_isolation'), ['session', 'transaction_isolation']);
  });

  it('skips comments and runs the executable ones', () => {
    const items = (text: string): number => {
      const parsed = parseStatement(text);
      assert.ok(parsed?.statement.kind === 'select' && parsed.statement.query.body.kind === 'select');
      return parsed.statement.query.body.items.length;
    };
    assert.equal(items('SELECT 1 /* , 2 */'), 1);
    assert.equal(items('SELECT 1 /*! , 2 */'), 2);
    assert.equal(items('SELECT 1 /*!80040 , 2 */'), 2);
    assert.equal(items('SELECT 1 /*!80041 , 2 */'), 1);
    assert.equal(items('SELECT 1 /*!080040 , 2 */'), 2);
    assert.equal(items('SELECT 1 /*!999999\\- enable the sandbox mode */'), 1);
    assert.equal(items('SELECT 1 /*!99999 , /* nested */ 2 */ , 3'), 2);
    assert.equal(items('SELECT 1 /*M!100100 , 2 */'), 1);
    assert.equal(items('SELECT /*+ NO_MERGE(x) */ 1'), 1);
    assert.equal(items('SELECT 1 -- , 2'), 1);
    assert.equal(items('SELECT 1 # , 2\n , 3'), 2);
    assert.equal(items('SELECT 1 --\n , 3'), 2);
    assert.equal(items('SELECT 5 --1, 2'), 2);
    assert.throws(() => parse('SELECT 1 /* open'), { code: 'SYNTAX_ERROR' });
    assert.throws(() => parse('SELECT 1 /*!80000 , 2'), { code: 'SYNTAX_ERROR' });
  });

  it('splits statements outside quotes and comments', () => {
    const text = "SELECT ';' AS `;`; -- ;\n;;  SELECT 2 /* ; */ ; # end;\n INSERT INTO t VALUES ('a;b')  ;";
    const pieces = splitStatements(text).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(pieces, ["SELECT ';' AS `;`", 'SELECT 2', "INSERT INTO t VALUES ('a;b')"]);
    assert.deepEqual(
      parse(text).map(({ start, end }) => text.slice(start, end)),
      pieces,
    );
    assert.deepEqual(splitStatements(' ; /* nothing */ ; -- '), []);
    assert.equal(parseStatement('  ;; # x'), null);
  });

  it('refuses what no token begins with', () => {
    for (const text of [
      'SELECT \\',
      'SELECT \u0001',
      'SELECT 1 \u0000',
      "SELECT 'a",
      'SELECT "a',
      'SELECT [1]',
    ]) {
      assert.throws(() => parse(text), { code: 'SYNTAX_ERROR' }, text);
    }
  });
});
