import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError } from '../../../src/base/errors.ts';
import { defaultLimits } from '../../../src/base/limits.ts';
import type { ColumnDef, TableDef } from '../../../src/catalog/schema.ts';
import { DuckEngine } from '../../../src/offline/duckdb/engine.ts';
import { likeUnescaped } from '../../../src/offline/duckdb/like-pattern.ts';
import { printBoundQuery } from '../../../src/offline/duckdb/print/printer.ts';
import type { DuckRelation } from '../../../src/offline/duckdb/relation.ts';
import { fillPrinted, runPrinted } from '../../../src/offline/duckdb/run-printed.ts';
import type { BoundExpr, BoundQuery } from '../../../src/planner/bound.ts';
import type { EvaluationEnv } from '../../../src/planner/evaluator/environment.ts';
import { findTimeZone } from '../../../src/time/time-zone.ts';
import { bigint, datetime, int, type SqlType, timestamp, varchar } from '../../../src/types/sql-type.ts';
import type { Row, SqlValue } from '../../../src/types/value.ts';
import { bindText } from './bind-helper.ts';
import { runBound } from './run-bound.ts';

function tableDef(
  name: string,
  columns: readonly (readonly [string, SqlType])[],
  primaryKey: readonly number[],
  eventTime?: number,
): TableDef {
  return {
    kind: 'table',
    id: name.length,
    database: 'q',
    name,
    schemaVersion: 1,
    columns: columns.map(
      ([column, type], id): ColumnDef => ({
        id,
        name: column,
        type,
        nullable: !primaryKey.includes(id),
        comment: '',
      }),
    ),
    primaryKey,
    online: true,
    ...(eventTime === undefined ? {} : { eventTime }),
    comment: '',
    sinceVersion: 1,
    createdVersion: 1,
    createdUs: 0n,
    nextColumnId: columns.length,
    indexes: [],
  };
}

const at = (second: number): bigint => BigInt(second) * 1_000_000n;

const spine = tableDef(
  'spine',
  [
    ['id', int()],
    ['k', int()],
    ['ts', datetime()],
  ],
  [0],
);
const feature = tableDef(
  'feature',
  [
    ['k', int()],
    ['ts', datetime()],
    ['v', int()],
  ],
  [0, 1],
  1,
);
const log = tableDef(
  'log',
  [
    ['id', int()],
    ['k', int()],
    ['ts', datetime()],
    ['v', int()],
  ],
  [0],
);
const marks = tableDef(
  'marks',
  [
    ['id', int()],
    ['at', timestamp(6)],
    ['name', varchar(20)],
  ],
  [0],
);
const definitions = [spine, feature, log, marks];

/** Rows with `_row_version` last. */
const stored: Readonly<Record<string, readonly Row[]>> = {
  spine: [
    [1, 1, at(10), 1n],
    [2, 1, at(25), 1n],
    [3, 2, at(5), 1n],
    [4, 3, at(50), 1n],
    [5, 1, null, 1n],
    [6, null, at(50), 1n],
  ],
  feature: [
    [1, at(10), 100, 1n],
    [1, at(20), 200, 2n],
    [1, at(30), 300, 3n],
    [2, at(6), 600, 1n],
    [2, at(1), 101, 4n],
  ],
  log: [
    [1, 1, at(10), 1, 5n],
    [2, 1, at(10), 2, 7n],
    [3, 1, at(10), 3, 7n],
    [4, 1, at(10), 4, 6n],
    [5, 2, at(1), 5, 1n],
    [6, 2, null, 6, 9n],
  ],
  marks: [
    [1, at(0), 'a%b', 1n],
    [2, at(1_593_561_600), 'a_b', 1n],
    [3, null, 'axb', 1n],
  ],
};

function envOf(
  options: { zone?: string; parameters?: readonly SqlValue[]; warnings?: number[] } = {},
): EvaluationEnv {
  const zone = options.zone ?? 'SYSTEM';
  return {
    column: () => assert.fail('a column'),
    parameter: (index) => options.parameters?.[index] ?? null,
    context: (name) => (name === '@@session.time_zone' ? zone : name === 'now' ? at(40) : null),
    zoneMinutes: (us) => findTimeZone(zone)!.minutesAt(us),
    warn: (errno) => {
      options.warnings?.push(errno);
    },
  };
}

describe('printed queries', () => {
  let folder: string;
  let engine: DuckEngine;
  const relations = new Map<string, DuckRelation>();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-printer-'));
    engine = await DuckEngine.open({
      directories: [folder],
      temporaryDirectory: join(folder, 'tmp'),
      limits: defaultLimits,
    });
    for (const table of definitions) {
      const columns = [...table.columns, { name: 'rv', type: bigint() }];
      const relation = await engine.relationOfRows(
        { columns, rows: [stored[table.name]!] },
        { rowVersionLast: true },
      );
      relations.set(table.name, relation);
    }
  });

  after(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  const run = async (text: string, env = envOf()): Promise<Row[]> =>
    await runBound(engine, bindText(text, definitions, 'q'), env, (table) => relations.get(table)!);

  it('joins each row to the newest at or before it', async () => {
    assert.deepEqual(
      await run(
        'SELECT s.id, f.v FROM spine s ASOF LEFT JOIN feature f ON s.k = f.k AND s.ts >= f.ts ORDER BY s.id',
      ),
      [
        [1, 100],
        [2, 200],
        [3, 101],
        [4, null],
        [5, null],
        [6, null],
      ],
    );
    assert.deepEqual(
      await run(
        'SELECT s.id, f.v FROM spine s ASOF JOIN feature f ON s.k = f.k AND s.ts > f.ts ORDER BY s.id',
      ),
      [
        [2, 200],
        [3, 101],
      ],
    );
  });

  it('breaks ties of an ASOF join by version, then by key', async () => {
    for (let round = 0; round < 5; round++) {
      const rows = await run(
        'SELECT s.id, l.v FROM spine s ASOF LEFT JOIN log l ON s.k = l.k AND s.ts >= l.ts ORDER BY s.id',
      );
      assert.deepEqual(rows.slice(0, 3), [
        [1, 3],
        [2, 3],
        [3, 5],
      ]);
    }
  });

  it('names the columns that a relation must yield, those that break ties too', () => {
    const query = bindText(
      'SELECT s.id FROM spine s ASOF JOIN log l ON s.k = l.k AND s.ts >= l.ts',
      definitions,
      'q',
    );
    assert.deepEqual(
      [...printBoundQuery(query).relations.values()],
      [
        [0, 1, 2],
        [-1, 0, 1, 2],
      ],
    );
  });

  it('takes an ASOF join over derived tables and after an event time', async () => {
    assert.deepEqual(
      await run(
        'SELECT s.id, f.v FROM spine s ASOF JOIN (SELECT k, ts, v + 1 AS v FROM feature) f ON s.k = f.k AND s.ts >= f.ts ORDER BY s.id',
      ),
      [
        [1, 101n],
        [2, 201n],
        [3, 102n],
      ],
    );
  });

  it('gives one row an entity for an event time', async () => {
    assert.deepEqual(await run('SELECT k, v FROM feature FOR EVENT_TIME LATEST ORDER BY k'), [
      [1, 300],
      [2, 600],
    ]);
    assert.deepEqual(
      await run("SELECT k, v FROM feature FOR EVENT_TIME AS OF '1970-01-01 00:00:20' ORDER BY k"),
      [
        [1, 200],
        [2, 600],
      ],
    );
    assert.deepEqual(await run("SELECT v FROM feature FOR EVENT_TIME AS OF '1970-01-01 00:00:05'"), [[101]]);
  });

  it('reads the row version by name', async () => {
    assert.deepEqual(
      await run('SELECT _row_version, v FROM feature WHERE _row_version > 2 ORDER BY _row_version'),
      [
        [3n, 300],
        [4n, 101],
      ],
    );
  });

  it('tells the groups of a rollup apart', async () => {
    assert.deepEqual(
      await run(
        'SELECT k, GROUPING(k), COUNT(*) FROM feature GROUP BY k WITH ROLLUP ORDER BY GROUPING(k), k',
      ),
      [
        [1, 0n, 3n],
        [2, 0n, 2n],
        [null, 1n, 5n],
      ],
    );
  });

  it('joins laterally', async () => {
    assert.deepEqual(
      await run(
        'SELECT s.id, x.c FROM spine s JOIN LATERAL (SELECT COUNT(*) AS c FROM feature f WHERE f.k = s.k) x ON TRUE ORDER BY s.id',
      ),
      [
        [1, 3n],
        [2, 3n],
        [3, 2n],
        [4, 0n],
        [5, 3n],
        [6, 0n],
      ],
    );
  });

  it('shows an instant by the clock of the session, in UTC and elsewhere', async () => {
    const text = "SELECT id, CONCAT(at, ''), HOUR(at), at > '2020-07-01 01:30:00' FROM marks ORDER BY id";
    assert.deepEqual(await run(text), [
      [1, '1970-01-01 00:00:00.000000', 0, 0n],
      [2, '2020-07-01 00:00:00.000000', 0, 0n],
      [3, null, null, null],
    ]);
    assert.deepEqual(await run(text, envOf({ zone: 'Europe/Berlin' })), [
      [1, '1970-01-01 01:00:00.000000', 1, 0n],
      [2, '2020-07-01 02:00:00.000000', 2, 1n],
      [3, null, null, null],
    ]);
  });

  it('passes warnings of JavaScript functions on', async () => {
    const warnings: number[] = [];
    assert.deepEqual(await run('SELECT SUM(name + 0) FROM marks', envOf({ warnings })), [[0]]);
    assert.deepEqual(warnings, [1292, 1292, 1292]);
  });

  it('fails with 1690 where MySQL does', async () => {
    for (const text of [
      'SELECT v + 9223372036854775807 FROM feature',
      'SELECT CAST(v AS UNSIGNED) - 1000 FROM feature',
      'SELECT v * 1e308 FROM feature',
      'SELECT EXP(v * 10) FROM feature',
      'SELECT SUM(v * 1e306) FROM feature',
    ]) {
      await assert.rejects(
        run(text),
        (error: unknown) => error instanceof GatewayError && error.errno === 1690,
        text,
      );
    }
  });

  it('says that a subquery has more than one row', async () => {
    await assert.rejects(
      run('SELECT (SELECT v FROM feature f WHERE f.k = s.k) FROM spine s'),
      (error: unknown) => error instanceof GatewayError && error.errno === 1242,
    );
  });

  it('takes parameters as values, whatever stands in them', async () => {
    const column: BoundExpr = { kind: 'column', relation: 0, column: 2, type: varchar(20), nullable: true };
    const parameter: BoundExpr = { kind: 'parameter', index: 0, type: varchar(20) };
    const call = (name: string, ...args: BoundExpr[]): BoundExpr => ({
      kind: 'call',
      name,
      args,
      type: bigint(),
      nullable: true,
    });
    const query = (where: BoundExpr): BoundQuery => ({
      ctes: [],
      columns: [{ name: 'id', type: int(), nullable: false }],
      body: {
        kind: 'select',
        distinct: false,
        from: {
          kind: 'table',
          relation: 0,
          table: marks,
          asOf: null,
          eventTime: null,
          columnsUsed: [0, 2],
          filters: [],
        },
        where,
        groupBy: [],
        rollup: false,
        having: null,
        items: [{ kind: 'column', relation: 0, column: 0, type: int(), nullable: false }],
      },
      orderBy: [{ outputColumn: 0, descending: false }],
      limit: { kind: 'parameter', index: 1, type: bigint(true) },
      offset: null,
    });
    const ids = async (where: BoundExpr, text: string, limit = 10n): Promise<unknown[]> => {
      const rows = await runBound(
        engine,
        query(where),
        envOf({ parameters: [text, limit] }),
        () => relations.get('marks')!,
      );
      return rows.map(([id]) => id);
    };
    assert.deepEqual(await ids(call('=', column, parameter), 'a%b'), [1]);
    assert.deepEqual(await ids(call('=', column, parameter), "' OR 1=1 -- $p1"), []);
    assert.deepEqual(await ids(call('LIKE', column, parameter), 'a%b'), [1, 2, 3]);
    assert.deepEqual(await ids(call('LIKE', column, parameter), 'a%b', 2n), [1, 2]);
    assert.deepEqual(await ids(call('LIKE', column, parameter), 'a\\%b'), [1]);
    assert.deepEqual(await ids(call('LIKE', column, parameter), 'a\\_b'), [2]);
    assert.deepEqual(await ids(call('LIKE', column, parameter), 'a_b\\'), []);
    const printed = printBoundQuery(query(call('=', column, parameter)));
    assert.ok(printed.parts.every((part) => typeof part !== 'string' || !part.includes("'")));
  });

  it("keeps a relation's parameters its own", () => {
    const query = bindText('SELECT a.id FROM spine a JOIN spine b ON a.id = b.id', definitions, 'q');
    const relation = (value: number): DuckRelation => ({
      sql: `SELECT $x AS c0, '$x' AS c1, "$x" AS c2`,
      parameters: [{ name: 'x', type: int(), value }],
      details: [],
      release: () => {},
    });
    const { sql, parameters } = fillPrinted(printBoundQuery(query), {
      relations: new Map([
        [0, relation(1)],
        [1, relation(2)],
      ]),
      env: envOf(),
    });
    assert.match(sql, /SELECT \$r0_x AS c0, '\$x' AS c1, "\$x" AS c2.*SELECT \$r1_x AS c0, '\$x' AS c1/);
    assert.deepEqual(
      parameters.map(({ name, value }) => [name, value]),
      [
        ['r0_x', 1],
        ['r1_x', 2],
      ],
    );
  });

  it('ends a query that calls JavaScript when its signal aborts', async () => {
    const query = bindText(
      'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT SUM(LENGTH(REVERSE(i))) FROM n',
      definitions,
      'q',
    );
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const running = runPrinted(engine, printBoundQuery(query), {
      relations: new Map(),
      env: envOf(),
      signal: controller.signal,
    });
    await assert.rejects(running, (error: unknown) => error instanceof GatewayError && error.errno === 1317);
  });

  it('refuses by name what it does not do', async () => {
    for (const [text, feature] of [
      ['SELECT GROUP_CONCAT(DISTINCT v ORDER BY k) FROM feature', /GROUP_CONCAT\(DISTINCT/],
      [
        'SELECT s.id FROM spine s ASOF JOIN (log l JOIN feature f ON l.k = f.k) ON s.k = l.k AND s.ts >= l.ts',
        /ASOF/,
      ],
      ['SELECT name COLLATE utf8mb4_unicode_ci FROM marks EXCEPT ALL SELECT name FROM marks', /EXCEPT ALL/],
    ] as const) {
      await assert.rejects(
        async () => await run(text),
        (error: unknown) =>
          error instanceof GatewayError &&
          (error.errno === 1235 || error.errno === 1064) &&
          feature.test(error.message),
        text,
      );
    }
  });
});

describe('likeUnescaped', () => {
  const cases: readonly [pattern: string, escape: string, expected: string][] = [
    ['a%b_', '\\', 'a%b_'],
    ['a\\%b', '\\', 'a\\%b'],
    ['a\\bc', '\\', 'abc'],
    ['a\\', '\\', 'a\\\\'],
    ['a\\\\', '\\', 'a\\\\'],
    ['a|%\\', '|', 'a\\%\\\\'],
    ['a\\%', '', 'a\\\\%'],
    ['%%', '%', '\\%'],
    ['%', '%', '\\%'],
  ];
  for (const [pattern, escapeCharacter, expected] of cases) {
    it(`turns ${pattern} with escape '${escapeCharacter}' into ${expected}`, () => {
      assert.equal(likeUnescaped(pattern, escapeCharacter), expected);
    });
  }
});
