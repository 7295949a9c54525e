import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError } from '../../../src/base/errors.ts';
import { defaultLimits } from '../../../src/base/limits.ts';
import { DuckEngine } from '../../../src/offline/duckdb/engine.ts';
import { compile } from '../../../src/planner/evaluator/compile.ts';
import type { EvaluationEnv } from '../../../src/planner/evaluator/environment.ts';
import { longtext, type SqlType, varchar } from '../../../src/types/sql-type.ts';
import type { SqlValue } from '../../../src/types/value.ts';
import { bindOver, bindText } from './bind-helper.ts';
import { runBound } from './run-bound.ts';

const document = '{"a": 1, "b": [1, "x", {"c": null}, 2.50], "long name": true, "s": "q\\"\\u00e9"}';

const columns = [
  {
    name: 'doc',
    type: { kind: 'json' } as SqlType,
    value: '{"a": 1, "b": [1, "x", {"c": null}, 2.5], "s": "q\\"é", "long name": true}',
  },
  { name: 'txt', type: longtext, value: document },
  { name: 's', type: varchar(20), value: 'plain' },
  { name: 'n', type: { kind: 'int', unsigned: false } as SqlType, value: null },
];

/** Expected values are those of MySQL 8.0's manual and rules; MariaDB, which prints JSON otherwise, cannot tell them. */
const cases: readonly (readonly [text: string, expected: SqlValue])[] = [
  ["JSON_EXTRACT(doc, '$.a')", '1'],
  ["JSON_EXTRACT(doc, '$.b[2].c')", 'null'],
  ["JSON_EXTRACT(doc, '$.b[3]')", '2.5'],
  ['JSON_EXTRACT(doc, \'$."long name"\')', 'true'],
  ["JSON_EXTRACT(doc, '$.nope')", null],
  ["JSON_EXTRACT(doc, '$.b[last]')", '2.5'],
  ["JSON_EXTRACT(doc, '$.b[last-1].c')", 'null'],
  ["JSON_EXTRACT(doc, '$.a[0]')", '1'],
  ["JSON_EXTRACT(doc, '$.a', '$.s')", '[1, "q\\"é"]'],
  ["JSON_EXTRACT(doc, '$.b[*]')", '[1, "x", {"c": null}, 2.5]'],
  ["JSON_EXTRACT(doc, '$.*')", '[1, [1, "x", {"c": null}, 2.5], "q\\"é", true]'],
  ["JSON_EXTRACT(doc, '$.b[2].*', '$.zz[*]')", '[null]'],
  ["doc -> '$.s'", '"q\\"é"'],
  ["doc ->> '$.s'", 'q"é'],
  ["doc ->> '$.b'", '[1, "x", {"c": null}, 2.5]'],
  ['JSON_UNQUOTE(\'"a\\\\tb"\')', 'a\tb'],
  ['JSON_UNQUOTE(s)', 'plain'],
  ["JSON_VALUE(doc, '$.s')", 'q"é'],
  ['JSON_LENGTH(doc)', 4n],
  ["JSON_LENGTH(doc, '$.b')", 4n],
  ["JSON_LENGTH(doc, '$.a')", 1n],
  ["JSON_LENGTH(doc, '$.x')", null],
  ['JSON_DEPTH(doc)', 4n],
  ['JSON_KEYS(doc)', '["a", "b", "s", "long name"]'],
  ["JSON_KEYS(doc, '$.b')", null],
  ["JSON_TYPE(JSON_EXTRACT(doc, '$.b'))", 'ARRAY'],
  ["JSON_TYPE('1.5')", 'DOUBLE'],
  ["JSON_TYPE('12')", 'INTEGER'],
  ["JSON_TYPE('18446744073709551615')", 'UNSIGNED INTEGER'],
  ["JSON_TYPE('null')", 'NULL'],
  ["JSON_CONTAINS(doc, '1', '$.a')", 1n],
  ["JSON_CONTAINS(doc, '{\"c\": null}', '$.b')", 1n],
  ["JSON_CONTAINS('[1, 2, [3]]', '[1, [3]]')", 1n],
  ['JSON_CONTAINS(\'{"a": 1}\', \'{"a": 2}\')', 0n],
  ["JSON_CONTAINS(doc, '1', '$.zz')", null],
  ["JSON_CONTAINS_PATH(doc, 'one', '$.zz', '$.a')", 1n],
  ["JSON_CONTAINS_PATH(doc, 'all', '$.zz', '$.a')", 0n],
  [
    "JSON_ARRAY(1, 'a\"', NULL, 1.50, 1e0, TRUE, doc -> '$.b[2]')",
    '[1, "a\\"", null, 1.50, 1.0, true, {"c": null}]',
  ],
  ["JSON_ARRAY(DATE '2020-01-02')", '["2020-01-02"]'],
  ["JSON_OBJECT('bb', 1, 'a', s, 'bb', n)", '{"a": "plain", "bb": null}'],
  ['JSON_ARRAY()', '[]'],
  ["JSON_QUOTE('a\"b')", '"a\\"b"'],
  ['JSON_VALID(txt)', 1n],
  ['JSON_VALID(s)', 0n],
  ['JSON_VALID(doc)', 1n],
  ['JSON_VALID(5)', 0n],
  ["JSON_EXTRACT(CAST(txt AS JSON), '$.b[3]')", '2.5'],
  ["JSON_EXTRACT(NULL, '$.a')", null],
  ['JSON_EXTRACT(doc, NULL)', null],
];

const env: EvaluationEnv = {
  column: (_, column) => columns[column]!.value,
  parameter: () => assert.fail('a parameter'),
  context: () => null,
  zoneMinutes: () => 0,
  warn: () => {},
};

describe('JSON on both routes', () => {
  let folder: string;
  let engine: DuckEngine;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-json-'));
    engine = await DuckEngine.open({
      directories: [folder],
      temporaryDirectory: join(folder, 'tmp'),
      limits: defaultLimits,
    });
  });

  after(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  const table = {
    kind: 'table',
    id: 1,
    database: 'q',
    name: 'j',
    schemaVersion: 1,
    columns: columns.map(({ name, type }, id) => ({ id, name, type, nullable: true, comment: '' })),
    primaryKey: [0],
    online: true,
    comment: '',
    sinceVersion: 1,
    createdVersion: 1,
    createdUs: 0n,
    nextColumnId: 9,
    indexes: [],
  } as const;

  const query = async (text: string): Promise<readonly SqlValue[][]> => {
    const relation = await engine.relationOfRows({ columns, rows: [[columns.map(({ value }) => value)]] });
    try {
      return (await runBound(engine, bindText(text, [table], 'q'), env, () => relation)).map((row) => [
        ...row,
      ]);
    } finally {
      relation.release();
    }
  };

  for (const [text, expected] of cases) {
    it(text, async () => {
      const expr = bindOver(text, columns);
      const widened =
        typeof expected === 'bigint' && expr.type.kind !== 'bigint' ? Number(expected) : expected;
      assert.deepEqual(compile(expr)(env), widened);
      assert.deepEqual(await query(`SELECT ${text} FROM j`), [[widened]]);
    });
  }

  it('aggregates', async () => {
    assert.deepEqual(
      await query(
        "SELECT JSON_ARRAYAGG(x), JSON_OBJECTAGG(k, x) FROM (SELECT 'b' AS k, 1 AS x FROM j UNION ALL SELECT 'a', NULL FROM j) t",
      ),
      [['[1, null]', '{"a": null, "b": 1}']],
    );
    assert.deepEqual(await query('SELECT JSON_ARRAYAGG(n), JSON_OBJECTAGG(s, n) FROM j WHERE n > 0'), [
      [null, null],
    ]);
  });

  for (const [text, errno, place] of [
    ["JSON_EXTRACT(txt, 'a')", 3143, ''],
    ["JSON_EXTRACT(s, '$.a')", 3141, 'argument 1 to function json_extract:'],
    ['JSON_CONTAINS(doc, s)', 3141, 'argument 2 to function json_contains:'],
    ['JSON_MERGE_PATCH(doc, CAST(s AS JSON))', 3141, 'argument 1 to function cast_as_json:'],
    ['1 MEMBER OF (s)', 3141, 'argument 2 to function member of:'],
    ['JSON_STORAGE_SIZE(s)', 3141, 'argument 1 to function json_storage_size:'],
    ['JSON_OBJECT(NULL, 1)', 3158, ''],
    ["JSON_LENGTH(doc, '$.b[*]')", 3149, ''],
  ] as const) {
    it(`fails with ${errno}: ${text}`, async () => {
      await assert.rejects(query(`SELECT ${text} FROM j`), (error: unknown) => {
        assert.ok(error instanceof GatewayError, String(error));
        assert.equal(error.errno, errno, error.message);
        assert.ok(error.message.includes(place), error.message);
        return true;
      });
    });
  }
});
