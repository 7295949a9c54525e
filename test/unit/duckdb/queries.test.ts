import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { GatewayError } from '../../../src/base/errors.ts';
import { defaultLimits } from '../../../src/base/limits.ts';
import type { ColumnDef, TableDef } from '../../../src/catalog/schema.ts';
import { DuckEngine } from '../../../src/offline/duckdb/engine.ts';
import type { DuckRelation } from '../../../src/offline/duckdb/relation.ts';
import { converter } from '../../../src/planner/evaluator/cast.ts';
import type { EvaluationEnv } from '../../../src/planner/evaluator/environment.ts';
import { longtext, type SqlType, typeClass } from '../../../src/types/sql-type.ts';
import type { Row, SqlValue } from '../../../src/types/value.ts';
import { type MariaDb, startMariaDb } from '../../support/mariadb.ts';
import { bindText } from './bind-helper.ts';
import { queries, tables } from './queries.cases.ts';
import { runBound } from './run-bound.ts';

const types: Readonly<Record<string, SqlType>> = {
  int: { kind: 'int', unsigned: false },
  bigint: { kind: 'bigint', unsigned: false },
  double: { kind: 'double' },
  datetime: { kind: 'datetime', fsp: 0 },
  'decimal(10,2)': { kind: 'decimal', precision: 10, scale: 2 },
  'varchar(20)': { kind: 'varchar', length: 20, collation: 'utf8mb4_0900_bin' },
  "enum('small','medium','large')": {
    kind: 'enum',
    members: ['small', 'medium', 'large'],
    collation: 'utf8mb4_0900_bin',
  },
};

const definitions: readonly TableDef[] = tables.map((table, index) => ({
  kind: 'table',
  id: index + 1,
  database: 'q',
  name: table.name,
  schemaVersion: 1,
  columns: table.columns.map(
    ([name, type], id): ColumnDef => ({ id, name, type: types[type]!, nullable: id > 0, comment: '' }),
  ),
  primaryKey: [0],
  online: true,
  comment: '',
  sinceVersion: 1,
  createdVersion: 1,
  createdUs: 0n,
  nextColumnId: table.columns.length,
  indexes: [],
}));

const env: EvaluationEnv = {
  column: () => assert.fail('a column'),
  parameter: () => assert.fail('a parameter'),
  context: (name) => (name === '@@session.time_zone' ? 'SYSTEM' : null),
  zoneMinutes: () => 0,
  warn: () => {},
};

function textOf(value: SqlValue, type: SqlType): string | null {
  return value === null ? null : String(converter(type, longtext)(value, env));
}

/** MariaDB shows the doubles of some functions with four decimals only. */
function rounded(row: readonly (string | null)[], resultTypes: readonly SqlType[]): (string | null)[] {
  return row.map((text, index) => {
    if (text === null || typeClass(resultTypes[index]!) !== 'real') return text;
    return String(Number(Number(text).toPrecision(4)));
  });
}

describe('queries on DuckDB and MariaDB', () => {
  let folder: string;
  let engine: DuckEngine;
  let maria: MariaDb;
  let connection: Connection;
  const relations = new Map<string, DuckRelation>();

  before(async function () {
    const started = await startMariaDb();
    if ('missing' in started) {
      console.warn(`    skipped: ${started.missing}`);
      this.skip();
    }
    maria = started;
    connection = await createConnection({ socketPath: maria.socketPath, user: 'root' });
    folder = mkdtempSync(join(tmpdir(), 'tidegate-queries-'));
    engine = await DuckEngine.open({
      directories: [folder],
      temporaryDirectory: join(folder, 'tmp'),
      limits: defaultLimits,
    });
    await connection.query('CREATE DATABASE q CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin');
    await connection.query('USE q');
    await connection.query(
      "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin, time_zone = '+00:00', sql_mode = ''",
    );
    for (const table of tables) {
      await connection.query(
        `CREATE TABLE ${table.name} (${table.columns.map((each) => each.join(' ')).join(', ')})`,
      );
      for (const row of table.rows) await connection.query(`INSERT INTO ${table.name} VALUES (${row})`);
      const definition = definitions.find(({ name }) => name === table.name)!;
      const stored = (await theirs(`SELECT * FROM ${table.name} ORDER BY id`)).map(
        (row): Row =>
          row.map((text, index) => {
            const { type } = definition.columns[index]!;
            if (text === null) return null;
            if (type.kind === 'enum') return text;
            return type.kind === 'double' ? Number(text) : converter(longtext, type)(text, env);
          }),
      );
      relations.set(table.name, await engine.relationOfRows({ columns: definition.columns, rows: [stored] }));
    }
  });

  after(async () => {
    await connection?.end();
    await maria?.stop();
    await engine?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  async function theirs(sql: string): Promise<(string | null)[][]> {
    const [found] = await connection.query({
      sql,
      rowsAsArray: true,
      typeCast: (field) => field.string('utf8'),
    });
    return found as (string | null)[][];
  }

  for (const text of queries) {
    it(text, async () => {
      const query = bindText(text, definitions, 'q');
      const resultTypes = query.columns.map((column) => column.type);
      const expected = (await theirs(text)).map((row) => rounded(row, resultTypes));
      let found: Row[];
      try {
        found = await runBound(engine, query, env, (table) => relations.get(table)!);
      } catch (error) {
        if (error instanceof GatewayError && error.errno === 1105) assert.fail(String(error.cause));
        throw error;
      }
      const shown = found.map((row) =>
        rounded(
          row.map((value, index) => textOf(value, resultTypes[index]!)),
          resultTypes,
        ),
      );
      const inOrder = (each: (string | null)[][]) => (/ORDER BY/.test(text) ? each : [...each].sort());
      assert.deepEqual(inOrder(shown), inOrder(expected));
    });
  }
});
