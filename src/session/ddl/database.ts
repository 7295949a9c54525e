/** CREATE, ALTER and DROP DATABASE. */
import { GatewayError } from '../../base/errors.ts';
import { defaultCollationOf } from '../../planner/column-type.ts';
import type { DatabaseOptions } from '../../sql/definition.ts';
import { defaultCollation } from '../../types/sql-type.ts';
import { note } from '../warning.ts';
import { checkIdentifier, checkWritable, type DdlContext, type DdlPlan, planOf } from './context.ts';

/** Error 1007 when it exists, a note with IF NOT EXISTS. */
export function createDatabase(
  statement: { readonly name: string; readonly ifNotExists: boolean; readonly options: DatabaseOptions },
  context: DdlContext,
): DdlPlan {
  const { name } = statement;
  checkIdentifier(name, 'database');
  // `db@v12` in a connection string names a point of `db`.
  if (name.includes('@')) {
    throw new GatewayError('INVALID_DATABASE_NAME', `Incorrect database name '${name}'`);
  }
  if (context.catalog.database(name) !== undefined) {
    const message = `Can't create database '${name}'; database exists`;
    if (!statement.ifNotExists) throw new GatewayError('DATABASE_EXISTS', message);
    return planOf([], [note(1007, message)]);
  }
  checkWritable(name, context);
  const collation = defaultCollationOf(statement.options, defaultCollation);
  return planOf([{ kind: 'putDatabase', database: { name, collation } }]);
}

/** Only the collation can be altered: that of tables to come. */
export function alterDatabase(
  statement: { readonly name: string | null; readonly options: DatabaseOptions },
  context: DdlContext,
): DdlPlan {
  const name = statement.name ?? context.database;
  if (name === undefined) throw new GatewayError('NO_DATABASE', 'No database selected');
  const database = context.catalog.database(name);
  if (database === undefined) {
    throw new GatewayError('UNKNOWN_DATABASE', `Unknown database '${name}'`);
  }
  checkWritable(name, context);
  const collation = defaultCollationOf(statement.options, database.collation);
  return planOf(
    collation === database.collation ? [] : [{ kind: 'putDatabase', database: { ...database, collation } }],
  );
}

/** Drops its tables with it. Error 1008 when there is none, a note with IF EXISTS. */
export function dropDatabase(
  statement: { readonly name: string; readonly ifExists: boolean },
  context: DdlContext,
): DdlPlan {
  const { name } = statement;
  checkWritable(name, context);
  if (context.catalog.database(name) !== undefined) {
    const tables = [...context.catalog.relations(name)].length;
    return { ...planOf([{ kind: 'dropDatabase', name }]), dropped: { database: name, tables } };
  }
  const message = `Can't drop database '${name}'; database doesn't exist`;
  if (!statement.ifExists) throw new GatewayError('DATABASE_MISSING', message);
  return planOf([], [note(1008, message)]);
}
