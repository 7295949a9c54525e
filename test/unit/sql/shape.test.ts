import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse, parseStatement } from '../../../src/sql/parse/parse.ts';
import { scanShape } from '../../../src/sql/shape.ts';
import { defaultSqlMode } from '../../../src/sql/sql-mode.ts';
import { walk } from '../../../src/sql/walk.ts';
import { withoutSpans } from './tree.ts';

const shapeOf = (text: string): string => scanShape(text)?.shape ?? '';
const same = (a: string, b: string): void => assert.equal(shapeOf(a), shapeOf(b), `${a} | ${b}`);
const differ = (a: string, b: string): void => assert.notEqual(shapeOf(a), shapeOf(b), `${a} | ${b}`);

describe('sql: shape', () => {
  it('is the same for texts that differ in values only', () => {
    same('SELECT a FROM t WHERE id = 5', 'SELECT a FROM t WHERE id = 12345');
    same("SELECT a FROM t WHERE x = 'a'", "SELECT a FROM t WHERE x = 'it''s'");
    same("SELECT 'a' 'b'", "SELECT 'c'");
    same('SELECT 1.5', 'SELECT 2.7');
    same("SELECT x'4D'", 'SELECT 0x00FF');
    same("SELECT _utf8mb4'x'", "SELECT _utf8mb4 'y'");
  });

  it('leaves out what stands around a statement', () => {
    same('/* ping */ SELECT 1', '  SELECT 1 ; ');
    same('-- x\nSELECT 1', 'SELECT 1 # y');
  });

  it("differs where a literal's type does", () => {
    differ('SELECT 1', "SELECT '1'");
    differ('SELECT 1', 'SELECT 1.0');
    differ('SELECT 1', 'SELECT 1e0');
    differ('SELECT 1.5', 'SELECT 1.50');
    differ('SELECT 9223372036854775807', 'SELECT 9223372036854775808');
    differ("SELECT 'a'", "SELECT x'61'");
    differ("SELECT 'a'", "SELECT _binary'a'");
    differ("SELECT _latin1'a'", "SELECT _utf8mb4'a'");
    differ("SELECT x'61'", "SELECT b'1'");
    differ('SELECT ?', 'SELECT 1');
  });

  it('differs where the text does', () => {
    differ('SELECT a', 'SELECT b');
    differ('SELECT a  ,b', 'SELECT a ,b');
    differ('SELECT `1`', 'SELECT `2`');
    differ('SELECT -1', 'SELECT 1');
    differ('SELECT @a1', 'SELECT @a2');
    differ('SELECT `\u0001i`', 'SELECT 1');
  });

  it('numbers literals and placeholders together, in text order, as the parser does', () => {
    const text = "SELECT ?, 1, 'x' FROM t WHERE a = ? AND b IN (2.5, ?) LIMIT 3";
    const scanned = scanShape(text);
    const parsed = parseStatement(text);
    assert.ok(scanned !== null && parsed !== null);
    assert.deepEqual(scanned.parameters, parsed.parameters);
    assert.equal(scanned.placeholderCount, 3);
    const numbers: number[] = [];
    walk(parsed.statement, (node) => {
      if ('parameter' in node && typeof node.parameter === 'number') numbers.push(node.parameter);
      return true;
    });
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6],
    );
    assert.deepEqual(parsed.inspected, []);
  });

  it('reports the literals that the parser itself took in', () => {
    const inspected = (text: string): readonly number[] => parseStatement(text)?.inspected ?? [];
    assert.deepEqual(inspected("SELECT 1 AS 'x', CAST(2 AS CHAR(10))"), [1, 3]);
    assert.deepEqual(inspected("SELECT GROUP_CONCAT(a SEPARATOR ';') FROM t WHERE b = 5"), [0]);
    assert.deepEqual(inspected("SELECT DATE '2020-01-01', 'x'"), [0]);
    assert.deepEqual(inspected('INSERT INTO t VALUES (1, 2)'), []);
    assert.deepEqual(inspected("CREATE TABLE t (a DECIMAL(10,2) DEFAULT 5 COMMENT 'x')"), [0, 1, 3]);
  });

  it('goes from statement to statement', () => {
    const text = "SELECT 1; ; SELECT 'a;b';";
    const first = scanShape(text);
    assert.ok(first !== null);
    const second = scanShape(text, {}, first.next);
    assert.ok(second !== null);
    assert.equal(text.slice(second.start, second.end), "SELECT 'a;b'");
    assert.equal(scanShape(text, {}, second.next), null);
  });

  it('has a shape for text that is no SQL', () => {
    assert.equal(shapeOf("SELECT 'open"), "SELECT 'open");
    assert.notEqual(shapeOf('garbage [1] 5'), '');
  });

  it('gives equal trees for equal shapes', () => {
    const value = fc.oneof(
      fc.nat().map(String),
      fc.string({ maxLength: 6 }).map((text) => `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`),
      fc.tuple(fc.nat(99), fc.nat({ max: 9 })).map(([whole, part]) => `${whole}.${part}`),
      fc.constantFrom('1e5', "x'4D'", '?', 'NULL'),
    );
    const text = fc
      .tuple(value, value, value)
      .map(([a, b, c]) => `SELECT a + ${a} FROM t WHERE b = ${b} OR c < ${c}`);
    fc.assert(
      fc.property(text, text, (left, right) => {
        if (shapeOf(left) !== shapeOf(right)) return;
        const tree = (sql: string): string =>
          JSON.stringify(withoutSpans(parse(sql)[0]?.statement), (key, value: unknown) =>
            key === 'value' ? 0 : value,
          );
        assert.equal(tree(left), tree(right));
      }),
      { numRuns: 500 },
    );
  });

  it('reads a string under the session mode', () => {
    const ansi = { mode: { ...defaultSqlMode, ansiQuotes: true } };
    assert.equal(scanShape('SELECT "a"', ansi)?.parameters.length, 0);
    assert.equal(scanShape('SELECT "a"')?.parameters.length, 1);
  });
});
