import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { GatewayError } from '../../../src/base/errors.ts';
import { defaultLimits } from '../../../src/base/limits.ts';
import { DuckEngine } from '../../../src/offline/duckdb/engine.ts';
import { printBoundQuery } from '../../../src/offline/duckdb/print/printer.ts';
import type { DuckRelation } from '../../../src/offline/duckdb/relation.ts';
import { runPrinted } from '../../../src/offline/duckdb/run-printed.ts';
import type { BoundExpr, BoundQuery } from '../../../src/planner/bound.ts';
import { converter } from '../../../src/planner/evaluator/cast.ts';
import type { EvaluationEnv } from '../../../src/planner/evaluator/environment.ts';
import { rowsOfBatch } from '../../../src/types/batch.ts';
import { longtext, type SqlType, typeClass } from '../../../src/types/sql-type.ts';
import type { Row, SqlValue } from '../../../src/types/value.ts';
import { type MariaDb, startMariaDb } from '../../support/mariadb.ts';
import { bindOver, type TestColumn } from './bind-helper.ts';
import { columns, differences, expressions, rows } from './semantics.cases.ts';

const types: Readonly<Record<string, SqlType>> = {
  int: { kind: 'int', unsigned: false },
  bigint: { kind: 'bigint', unsigned: false },
  'bigint unsigned': { kind: 'bigint', unsigned: true },
  'decimal(10,3)': { kind: 'decimal', precision: 10, scale: 3 },
  'decimal(18,6)': { kind: 'decimal', precision: 18, scale: 6 },
  double: { kind: 'double' },
  float: { kind: 'float' },
  'varchar(60)': { kind: 'varchar', length: 60, collation: 'utf8mb4_0900_bin' },
  'varchar(40)': { kind: 'varchar', length: 40, collation: 'utf8mb4_0900_bin' },
  'varchar(30)': { kind: 'varchar', length: 30, collation: 'utf8mb4_0900_bin' },
  date: { kind: 'date' },
  datetime: { kind: 'datetime', fsp: 0 },
  'datetime(6)': { kind: 'datetime', fsp: 6 },
  'time(6)': { kind: 'time', fsp: 6 },
  year: { kind: 'year' },
  'varbinary(20)': { kind: 'varbinary', length: 20 },
};

const testColumns: TestColumn[] = columns.map(([name, type]) => ({ name, type: types[type]! }));

/** A value as MySQL's text protocol sends it. */
function textOf(value: SqlValue, type: SqlType): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return String(converter(type, longtext)(value, env));
}

const env: EvaluationEnv = {
  column: () => assert.fail('a column'),
  parameter: () => assert.fail('a parameter'),
  context: (name) =>
    name === '@@session.time_zone' ? 'SYSTEM' : name === 'now' ? 1_600_000_000_000_000n : null,
  zoneMinutes: () => 0,
  warn: () => {},
};

/** What MariaDB's text says, as ours would: its doubles end in other digits now and then. */
function same(ours: string | null, theirs: string | null, type: SqlType): boolean {
  if (ours === theirs) return true;
  if (ours === null || theirs === null || typeClass(type) !== 'real') return false;
  const [a, b] = [Number(ours), Number(theirs)];
  return a === b || Math.abs(a - b) <= Math.abs(b) * 1e-14;
}

describe('expressions on DuckDB and MariaDB', () => {
  let folder: string;
  let engine: DuckEngine;
  let maria: MariaDb;
  let connection: Connection;
  let relation: DuckRelation;

  before(async function () {
    const started = await startMariaDb();
    if ('missing' in started) {
      console.warn(`    skipped: ${started.missing}`);
      this.skip();
    }
    maria = started;
    connection = await createConnection({ socketPath: maria.socketPath, user: 'root' });
    folder = mkdtempSync(join(tmpdir(), 'tidegate-sem-'));
    engine = await DuckEngine.open({
      directories: [folder],
      temporaryDirectory: join(folder, 'tmp'),
      limits: defaultLimits,
    });
    await connection.query('CREATE DATABASE sem CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin');
    await connection.query('USE sem');
    await connection.query(
      "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin, time_zone = '+00:00', sql_mode = 'TIME_ROUND_FRACTIONAL', timestamp = 1600000000",
    );
    await connection.query(`CREATE TABLE v (${columns.map((column) => column.join(' ')).join(', ')})`);
    for (const row of rows)
      await connection.query(`INSERT INTO v VALUES (${row.replaceAll('\\\\', '\\\\')})`);
    relation = await engine.relationOfRows({ columns: testColumns, rows: [await storedRows(connection)] });
  });

  after(async () => {
    await connection?.end();
    await maria?.stop();
    await engine?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  /** The rows as MariaDB stored them, as our values. */
  async function storedRows(from: Connection): Promise<Row[]> {
    const [found] = await from.query({
      sql: `SELECT ${columns.map(([name, type]) => (type === 'varbinary(20)' ? `hex(${name})` : type === 'float' ? `${name} + 0e0` : name)).join(', ')} FROM v ORDER BY id`,
      rowsAsArray: true,
      typeCast: (field) => field.string('utf8'),
    });
    return (found as (string | null)[][]).map((row) =>
      row.map((text, index): SqlValue => {
        const { type } = testColumns[index]!;
        if (text === null) return null;
        if (type.kind === 'varbinary') return Uint8Array.from(Buffer.from(text, 'hex'));
        if (type.kind === 'year' || type.kind === 'double' || type.kind === 'float') return Number(text);
        return converter(longtext, type)(text, env);
      }),
    );
  }

  async function ours(expr: BoundExpr): Promise<(string | null)[]> {
    const query: BoundQuery = {
      ctes: [],
      columns: [{ name: 'x', type: expr.type, nullable: true }],
      body: {
        kind: 'select',
        distinct: false,
        from: {
          kind: 'metadata',
          relation: 0,
          database: 'd',
          name: 't',
          columns: testColumns.map((column) => ({ ...column, nullable: true })),
        },
        where: null,
        groupBy: [],
        rollup: false,
        having: null,
        items: [expr],
      },
      orderBy: [
        {
          expr: { kind: 'column', relation: 0, column: 0, type: types.int!, nullable: false },
          descending: false,
        },
      ],
      limit: null,
      offset: null,
    };
    const printed = printBoundQuery(query);
    let text = '';
    try {
      const result = await runPrinted(engine, printed, {
        relations: new Map([[0, relation]]),
        env,
        signal: new AbortController().signal,
        trace: (sql) => {
          text = sql;
        },
      });
      const values: (string | null)[] = [];
      for await (const batch of result.batches)
        for (const [value] of rowsOfBatch(batch)) values.push(textOf(value!, expr.type));
      return values;
    } catch (error) {
      if (error instanceof GatewayError && error.errno === 1105)
        assert.fail(`${String(error.cause)}\n${text}`);
      throw error;
    }
  }

  async function theirs(text: string, type: SqlType): Promise<(string | null)[]> {
    const sql = typeClass(type) === 'binary' ? `lower(hex(${text}))` : text;
    const [found] = await connection.query({
      sql: `SELECT ${sql} AS x FROM v ORDER BY id`,
      rowsAsArray: true,
      typeCast: (field) => field.string('utf8'),
    });
    return (found as (string | null)[][]).map(([value]) => value ?? null);
  }

  for (const [group, text] of expressions) {
    it(`${group}: ${text}`, async function () {
      const expr = bindOver(text, testColumns);
      let expected: (string | null)[] | GatewayError;
      try {
        expected = await theirs(text, expr.type);
      } catch (error) {
        const { errno } = error as { errno?: number };
        assert.equal(errno, 1690, String(error));
        await assert.rejects(
          ours(expr),
          (raised: unknown) => raised instanceof GatewayError && raised.errno === 1690,
        );
        return;
      }
      let found: (string | null)[];
      try {
        found = await ours(expr);
      } catch (error) {
        if (error instanceof GatewayError && error.errno === 1235) {
          this.test!.title += ` (${error.message})`;
          this.skip();
        }
        throw error;
      }
      const differs = expected.some((each, index) => !same(found[index] ?? null, each, expr.type));
      const reason = differences.get(text);
      if (reason === undefined) {
        if (differs) assert.deepEqual(found, expected);
      } else {
        assert.ok(differs, `no difference any more, though: ${reason}`);
      }
    });
  }
});
