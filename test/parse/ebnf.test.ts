import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from '../../src/sql/parse/parse.ts';

const lines = readFileSync(new URL('../../grammar/sql.ebnf', import.meta.url), 'utf8').split('\n');

/** Production names, each with the examples that follow it. */
function productions(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of lines) {
    const name = /^([a-z_]+) = /.exec(line)?.[1];
    if (name !== undefined) {
      current = [];
      found.set(name, current);
    } else if (line.startsWith('-- ')) {
      current?.push(line.slice(3));
    }
  }
  return found;
}

describe('sql: grammar/sql.ebnf', () => {
  // choices only, whose alternatives have examples of their own
  const choices = new Set(['statement', 'create']);
  for (const [name, examples] of productions()) {
    it(name, () => {
      assert.ok(examples.length > 0 || choices.has(name), 'has an example');
      for (const example of examples) assert.equal(parse(example).length, 1, example);
    });
  }
});
