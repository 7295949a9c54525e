import { strict as assert } from 'node:assert';
import { commitText, commitTextLength } from '../../../src/session/commit-text.ts';
import { StatementRun } from '../../../src/session/statement-run.ts';
import { bigint, varchar } from '../../../src/types/sql-type.ts';

const textOf = (text: string, placeholders?: StatementRun['placeholders']): string => {
  const run = new StatementRun(text, 0n, 0, 10);
  run.placeholders = placeholders;
  return commitText(run);
};

describe('session/commit-text', () => {
  it('puts the values in the places of the question marks, and nowhere else', () => {
    const values = [
      { type: bigint(), value: 7n },
      { type: varchar(9), value: "it's" },
      { type: varchar(9), value: null },
      { type: { kind: 'longblob' } as const, value: Uint8Array.of(0, 255) },
    ];
    assert.equal(
      textOf("INSERT INTO `a?` VALUES (?, '?', /* ? */ ?, ?, ?) -- ?", values),
      "INSERT INTO `a?` VALUES (7, '?', /* ? */ 'it''s', NULL, x'00ff') -- ?",
    );
  });

  it('masks secrets and keeps to its bound', () => {
    assert.ok(!textOf("CREATE USER a IDENTIFIED BY 'hidden'").includes('hidden'));
    assert.equal(textOf(`SELECT '${'x'.repeat(9_000)}'`).length, commitTextLength);
  });
});
