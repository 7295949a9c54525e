import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { functionsSource, functionsTarget } from '../../../grammar/functions/build.ts';
import { argumentRule, functionsByName, unsupportedFunctions } from '../../../src/sql/generated/functions.ts';

describe('function catalogue', () => {
  it('is generated from the tables as they are now', () => {
    assert.equal(readFileSync(functionsTarget, 'utf8'), functionsSource());
  });

  it('finds aliases and argument rules', () => {
    const substring = functionsByName.get('SUBSTR');
    assert.equal(substring?.name, 'SUBSTRING');
    const object = functionsByName.get('JSON_OBJECT')!;
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => argumentRule(object, index)),
      ['text', 'jsonvalue', 'text', 'jsonvalue'],
    );
    const locate = functionsByName.get('LOCATE')!;
    assert.equal(argumentRule(locate, 2), 'integer');
    assert.equal(argumentRule(locate, 3), undefined);
    assert.ok(unsupportedFunctions.has('ST_AREA'));
  });
});
