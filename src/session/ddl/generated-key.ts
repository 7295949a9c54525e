/** The PRIMARY KEY of a table that was not given one, with sql_generate_invisible_primary_key = ON. */
import { AssertionError } from '../../base/assert.ts';
import { GatewayError } from '../../base/errors.ts';
import { generatedKeyName } from '../../catalog/schema.ts';
import type { CreateTable } from '../../sql/definition.ts';
import { parseStatement } from '../../sql/parse/parse.ts';
import { type DdlContext, sameColumn } from './context.ts';

const generated = `CREATE TABLE t (${generatedKeyName} BIGINT UNSIGNED NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY)`;

/** The statement with MySQL's `my_row_id` before its columns where it names no key. Errors 4108, 4109. */
export function withGeneratedKey(statement: CreateTable, context: DdlContext): CreateTable {
  const isKeyed = statement.constraints.some(({ kind }) => kind === 'primaryKey');
  if (isKeyed || (statement.columns.length === 0 && statement.query === null)) return statement;
  const found = statement.query === null ? [] : context.bindQuery(statement.query).columns;
  if ([...statement.columns, ...found].some(({ name }) => sameColumn(name, generatedKeyName))) {
    throw new GatewayError(
      'GENERATED_KEY_NAME_TAKEN',
      `Failed to generate invisible primary key. Column '${generatedKeyName}' already exists.`,
    );
  }
  if (statement.columns.some(({ autoIncrement }) => autoIncrement)) {
    throw new GatewayError(
      'GENERATED_KEY_BESIDE_AUTO',
      'Failed to generate invisible primary key. Auto-increment column already exists.',
    );
  }
  const key = parseStatement(generated)?.statement;
  if (key?.kind !== 'createTable') throw new AssertionError('the generated key does not parse');
  return {
    ...statement,
    columns: [...key.columns, ...statement.columns],
    constraints: [...key.constraints, ...statement.constraints],
  };
}
