/** What becomes the PRIMARY KEY of a table that was not given one. */
import { AssertionError } from '../../base/assert.ts';
import { GatewayError } from '../../base/errors.ts';
import { generatedKeyName } from '../../catalog/schema.ts';
import type { ConstraintNode, CreateTable, IndexColumn } from '../../sql/definition.ts';
import { parseStatement } from '../../sql/parse/parse.ts';
import { type DdlContext, sameColumn } from './context.ts';

const generated = `CREATE TABLE t (${generatedKeyName} BIGINT UNSIGNED NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY)`;

/**
 * The first UNIQUE key of columns that are all NOT NULL, which InnoDB keeps its rows by and shows as PRI. Further
 * UNIQUE keys of the same columns say nothing new.
 */
export function withChosenKey(statement: CreateTable): CreateTable {
  const required = (part: IndexColumn): boolean =>
    part.length === null &&
    statement.columns.some(
      ({ name, nullable, autoIncrement }) =>
        part.column !== null && sameColumn(name, part.column) && (nullable === false || autoIncrement),
    );
  const given = statement.constraints.find(({ kind }) => kind === 'primaryKey');
  const key =
    given ?? statement.constraints.find((each) => each.kind === 'unique' && each.columns.every(required));
  if (key?.kind !== 'unique' && key?.kind !== 'primaryKey') return statement;
  const { start, end, columns } = key;
  const primary: ConstraintNode = { kind: 'primaryKey', columns, start, end };
  const isRepeated = (each: ConstraintNode): boolean =>
    each !== key && each.kind === 'unique' && columnNames(each.columns) === columnNames(columns);
  const constraints = statement.constraints.filter((each) => !isRepeated(each));
  return { ...statement, constraints: constraints.map((each) => (each === key ? primary : each)) };
}

const columnNames = (parts: readonly IndexColumn[]): string =>
  parts.map(({ column, length }) => `${column?.toLowerCase()}(${length})`).join();

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
