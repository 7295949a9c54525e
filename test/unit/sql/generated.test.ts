import assert from 'node:assert/strict';
import { staleFiles } from '../../../grammar/build.ts';

describe('sql: generated files', () => {
  it('are what the tables in grammar/ say (npm run generate)', () => {
    assert.deepEqual(staleFiles(), []);
  });
});
