import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse, parseStatement } from '../../src/sql/parse/parse.ts';
import { printStatement } from '../../src/sql/print/printer.ts';
import { scanShape } from '../../src/sql/shape.ts';
import { withoutSpans } from '../unit/sql/tree.ts';

const lines = readFileSync(new URL('./identity.sql', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '));

describe('sql: parse, print, parse', () => {
  for (const line of lines) {
    it(line, () => {
      const [first, ...more] = parse(line);
      assert.ok(first !== undefined && more.length === 0, 'one statement');
      const printed = printStatement(first.statement);
      const again = parseStatement(printed);
      assert.ok(again !== null);
      assert.deepEqual(withoutSpans(again.statement), withoutSpans(first.statement), printed);
      assert.equal(printStatement(again.statement), printed);
      assert.deepEqual(scanShape(line)?.parameters, first.parameters);
    });
  }
});
