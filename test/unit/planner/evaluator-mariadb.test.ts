/** The evaluator against MariaDB: the same text, the same NULL, the same error number for every expression. */
import assert from 'node:assert/strict';
import mysql from 'mysql2/promise';
import { GatewayError } from '../../../src/base/errors.ts';
import { converter } from '../../../src/planner/evaluator/cast.ts';
import { compile } from '../../../src/planner/evaluator/compile.ts';
import type { EvaluationEnv } from '../../../src/planner/evaluator/environment.ts';
import { parseStatement } from '../../../src/sql/parse/parse.ts';
import { type SqlType, typeClass, varchar } from '../../../src/types/sql-type.ts';
import type { SqlValue } from '../../../src/types/value.ts';
import { startMariaDb } from '../../support/mariadb.ts';
import { expressions, mysqlDiffers } from './evaluator-expressions.ts';
import { planText } from './planner-fixture.ts';

/** Parameter values of a text as the session takes them from the scanner. */
function parameterValues(text: string): SqlValue[] {
  const parsed = parseStatement(text);
  return parsed!.parameters.map((parameter) =>
    parameter.kind === 'literal' ? parameter.literal.value : null,
  );
}

function shown(value: SqlValue, type: SqlType, env: EvaluationEnv): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeClass(type) === 'string') return String(value);
  return String(converter(type, varchar(1000))(value, env));
}

function evaluated(expression: string): string | null {
  const text = `SELECT ${expression}`;
  const { plan } = planText(text);
  assert.ok('route' in plan && plan.route === 'constant', `refused: ${'reason' in plan ? plan.reason : ''}`);
  const values = parameterValues(text);
  const env: EvaluationEnv = {
    column: () => null,
    parameter: (index) => values[index]!,
    context: () => 1_600_000_000_000_000n,
    zoneMinutes: () => 0,
    warn: () => undefined,
  };
  const item = plan.items[0]!;
  try {
    return shown(compile(item)(env), item.type, env);
  } catch (error) {
    if (error instanceof GatewayError) return `error ${error.errno}`;
    throw error;
  }
}

async function asked(connection: mysql.Connection, expression: string): Promise<string | null> {
  try {
    const [rows] = await connection.query<mysql.RowDataPacket[][]>({
      sql: `SELECT ${expression}`,
      rowsAsArray: true,
      typeCast: (field) => field.string('utf8'),
    });
    return (rows[0]?.[0] as string | null | undefined) ?? null;
  } catch (error) {
    if (error instanceof Error && 'errno' in error) return `error ${String(error.errno)}`;
    throw error;
  }
}

describe('evaluator against MariaDB', () => {
  let connection: mysql.Connection | undefined;
  let stop: (() => Promise<void>) | undefined;

  before(async function () {
    const server = await startMariaDb();
    if ('missing' in server) {
      console.warn(`evaluator against MariaDB: skipped, ${server.missing}`);
      this.skip();
    }
    stop = server.stop;
    connection = await mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
    await connection.query("SET NAMES utf8mb4 COLLATE 'utf8mb4_nopad_bin'");
  });

  after(async () => {
    await connection?.end();
    await stop?.();
  });

  for (const [area, list] of Object.entries(expressions)) {
    it(area, async () => {
      const differences: string[] = [];
      for (const expression of list) {
        const expected =
          expression in mysqlDiffers ? mysqlDiffers[expression]! : await asked(connection!, expression);
        let actual: string | null;
        try {
          actual = evaluated(expression);
        } catch (error) {
          actual = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        }
        if (actual !== expected)
          differences.push(`${expression}: MariaDB ${String(expected)}, evaluator ${String(actual)}`);
      }
      assert.deepEqual(differences, []);
    });
  }
});
