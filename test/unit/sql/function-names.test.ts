/** No function of MySQL's is error 1305, which says that there is none of that name. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { functionsByName, unsupportedFunctions } from '../../../src/sql/generated/functions.ts';
import { functionForms } from '../../../src/sql/parse/call.ts';

const names = readFileSync(new URL('function-names.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .flatMap((line) => line.split(/\s+/))
  .filter((name) => name !== '');

/** Read by the parser as nodes of their own. */
const syntax = new Set(['CAST', 'CONVERT', 'DEFAULT', 'VALUES', 'MATCH']);

describe("the functions of MySQL's manual", () => {
  it('are done, or refused by name', () => {
    const missing = names.filter(
      (name) => !functionsByName.has(name) && !unsupportedFunctions.has(name) && !syntax.has(name),
    );
    assert.deepEqual(missing, []);
    assert.ok(names.length > 350);
  });

  it('that the parser reads by a form of their own are among them', () => {
    const known = new Set(names);
    assert.deepEqual(
      [...functionForms.keys()].filter((name) => !known.has(name)),
      [],
    );
  });
});
