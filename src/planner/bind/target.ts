/** The table that a statement writes, its columns by name, and defaults as expressions. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import { findMetadataDatabase } from '../../catalog/metadata/names.ts';
import type { ColumnDef, TableDef } from '../../catalog/schema.ts';
import type { TableName } from '../../sql/ast.ts';
import type { BoundExpr } from '../bound.ts';
import { castTo } from '../expr-tools.ts';
import { type ColumnName, sameName, unknownColumn } from '../scope.ts';
import type { BlockEnv } from './select.ts';
import { noSuchTable } from './table.ts';

export type WriteVerb = 'INSERT' | 'UPDATE' | 'DELETE' | 'REPLACE' | 'LOAD DATA';

/** Nothing is written while a point in the past is read, nor to metadata. Errors 1046, 1049, 1142, 1792. */
export function requireWritable(name: TableName | null, verb: WriteVerb, block: BlockEnv): void {
  const { facts } = block.context;
  if (facts.asOf !== null) {
    throw new GatewayError(
      'READ_ONLY_TRANSACTION',
      'Cannot execute statement in a READ ONLY transaction: it reads AS OF a point',
    );
  }
  if (name === null) return;
  const database = name.database ?? block.surroundings.database;
  if (database === undefined) throw new GatewayError('NO_DATABASE', 'No database selected');
  if (findMetadataDatabase(database) !== undefined) {
    throw new GatewayError('TABLE_ACCESS_DENIED', `${verb} command denied to user for table '${name.name}'`);
  }
  facts.named?.(database, name.name, verb === 'REPLACE' ? 'INSERT' : verb);
  if (facts.catalog.database(database) === undefined) {
    throw new GatewayError('UNKNOWN_DATABASE', `Unknown database '${database}'`);
  }
}

/** The feature group of a name. Errors 1046, 1049, 1146, 1142, 1288, 1792. */
export function writeTarget(name: TableName, verb: WriteVerb, block: BlockEnv): TableDef {
  const { facts } = block.context;
  requireWritable(name, verb, block);
  const database = name.database ?? block.surroundings.database!;
  const relation = facts.catalog.relation(database, name.name);
  if (relation === undefined) throw noSuchTable(database, name.name);
  block.context.objects.push({ database, name: name.name });
  if (relation.kind === 'table') return relation;
  throw new GatewayError(
    'NON_UPDATABLE_TABLE',
    `The target table ${name.name} of the ${verb} is not updatable`,
  );
}

/** The column of the target that an assignment or a column list names. Error 1054. */
export function targetColumn(table: TableDef, alias: string, name: ColumnName): number {
  const qualified = name.table === null || name.table === alias;
  const index = qualified ? table.columns.findIndex((column) => sameName(column.name, name.name)) : -1;
  if (index < 0 || (name.database !== null && name.database !== table.database))
    throw unknownColumn(name, 'field list');
  return index;
}

/** Error 3105: what a generated column holds is its expression's alone. */
export function generatedValue(column: string, table: string): GatewayError {
  return new GatewayError(
    'GENERATED_COLUMN_VALUE',
    `The value specified for generated column '${column}' in table '${table}' is not allowed.`,
  );
}

/** A column's default as an expression. Error 1364 when it has none. */
export function defaultOf(column: ColumnDef): BoundExpr {
  if (column.default?.kind === 'now') {
    const now: BoundExpr = {
      kind: 'context',
      name: 'now',
      type: { kind: 'datetime', fsp: column.default.fsp },
    };
    return castTo(now, column.type);
  }
  if (column.default?.kind === 'expression' || column.generated !== undefined)
    throw notSupported(`DEFAULT of column ${column.name} in such a statement`);
  if (column.default !== undefined)
    return { kind: 'literal', value: column.default.value, type: column.type };
  if (column.autoIncrement === true)
    throw notSupported('DEFAULT of an AUTO_INCREMENT column in an expression');
  if (!column.nullable) {
    throw new GatewayError('NO_DEFAULT', `Field '${column.name}' doesn't have a default value`);
  }
  return { kind: 'literal', value: null, type: { kind: 'null' } };
}
