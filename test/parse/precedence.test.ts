import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Expr } from '../../src/sql/ast.ts';
import { parseExpressionText } from '../../src/sql/parse/parse.ts';
import { printExpression } from '../../src/sql/print/printer.ts';
import { defaultSqlMode, type SqlModeFlags } from '../../src/sql/sql-mode.ts';
import { withoutSpans } from '../unit/sql/tree.ts';

const cases = readFileSync(new URL('./precedence.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '))
  .map((line) => line.split(' => '));

/** The kinds that the table writes parentheses around. */
const parenthesised: ReadonlySet<Expr['kind']> = new Set([
  'and',
  'or',
  'binary',
  'unary',
  'is',
  'quantified',
  'between',
  'in',
  'inQuery',
  'like',
  'regexp',
  'soundsLike',
  'memberOf',
  'collate',
  'dateArithmetic',
  'assignVariable',
]);

const read = (text: string, mode: Partial<SqlModeFlags> = {}): Expr =>
  parseExpressionText(text, { mode: { ...defaultSqlMode, ...mode } });

describe('sql: precedence', () => {
  for (const [text = '', expected = ''] of cases) {
    it(`${text} => ${expected}`, () => {
      if (expected === 'error') {
        assert.throws(() => read(text), { code: 'SYNTAX_ERROR' });
        return;
      }
      const tree = read(text);
      if (parenthesised.has(tree.kind)) assert.ok(expected.startsWith('('), 'the table shows the whole tree');
      assert.deepEqual(withoutSpans(tree), withoutSpans(read(expected)));
      assert.deepEqual(withoutSpans(read(printExpression(tree))), withoutSpans(tree), printExpression(tree));
    });
  }

  it('has enough cases', () => assert.ok(cases.length >= 150, `${cases.length}`));

  const shape = (text: string, mode: Partial<SqlModeFlags>): unknown => withoutSpans(read(text, mode));

  it('reads || as CONCAT under PIPES_AS_CONCAT, tighter than ^', () => {
    const mode = { pipesAsConcat: true };
    assert.deepEqual(shape('a ^ b || c', mode), withoutSpans(read('a ^ CONCAT(b, c)')));
    assert.deepEqual(shape('a || b || c = d', mode), withoutSpans(read('CONCAT(a, b, c) = d')));
    assert.deepEqual(shape('-a || b', mode), withoutSpans(read('CONCAT(-a, b)')));
    assert.deepEqual(shape("a LIKE b || '%'", mode), withoutSpans(read("a LIKE CONCAT(b, '%')")));
  });

  it('reads NOT like ! under HIGH_NOT_PRECEDENCE', () => {
    const mode = { highNotPrecedence: true };
    assert.deepEqual(shape('NOT a = b', mode), withoutSpans(read('(NOT a) = b')));
    assert.deepEqual(shape('NOT a BETWEEN b AND c', mode), withoutSpans(read('(NOT a) BETWEEN b AND c')));
    assert.deepEqual(shape('a = NOT b', mode), withoutSpans(read('a = (NOT b)')));
    assert.deepEqual(shape('a NOT IN (b)', mode), withoutSpans(read('a NOT IN (b)')));
  });

  it('keeps a chain of AND or OR flat, whatever its length', () => {
    const tree = read(Array.from({ length: 100_000 }, (_, index) => `a${index}`).join(' OR '));
    assert.ok(tree.kind === 'or' && tree.terms.length === 100_000);
  });
});
