/** Columns, keys and indexes of CREATE TABLE and ALTER TABLE. */
import { GatewayError, notSupported } from '../../base/errors.ts';
import type { CheckDef, ColumnDef, TableDef } from '../../catalog/schema.ts';
import { columnType } from '../../planner/column-type.ts';
import type { ColumnNode, ConstraintNode, IndexColumn } from '../../sql/definition.ts';
import { printExpression } from '../../sql/print/printer.ts';
import { isKeyType } from '../../types/key-codec.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import type { StatementWarning } from '../warning.ts';
import { checkIdentifier, sameColumn } from './context.ts';
import { columnDefault, type DefaultContext, onUpdateNow } from './default.ts';

export interface ColumnContext extends DefaultContext {
  /** The table's collation. */
  readonly collation: string;
  warn(warning: StatementWarning): void;
}

/** Names that rows have besides their columns: in CHANGES, in stored files, and in files that DuckDB reads. */
const reservedColumnNames = new Set([
  '_row_version',
  '_change_type',
  '_commit_version',
  '_commit_timestamp',
  'filename',
  'file_row_number',
  'file_index',
]);

/** Errors 1166, 1059, and 1235 for the names that are taken. */
export function checkColumnName(name: string): void {
  checkIdentifier(name, 'column');
  if (reservedColumnNames.has(name.toLowerCase())) {
    throw notSupported(`a column named ${name}, which is reserved`);
  }
}

const maxColumnComment = 1_024;

/** A column of the definition, with the id it gets. Whether it is part of the key is said by `inKey`. */
export function columnDef(node: ColumnNode, id: number, inKey: boolean, context: ColumnContext): ColumnDef {
  const { name } = node;
  checkColumnName(name);
  const generated =
    node.generated === null
      ? undefined
      : { text: printExpression(node.generated.expr), stored: node.generated.stored };
  if (generated !== undefined && inKey) throw notSupported('a generated column in the PRIMARY KEY');
  if ((node.comment?.length ?? 0) > maxColumnComment) {
    throw new GatewayError(
      'COLUMN_COMMENT_TOO_LONG',
      `Comment for field '${name}' is too long (max = ${maxColumnComment})`,
    );
  }
  const type = columnType(node.type, { column: name, collation: context.collation });
  if (inKey && node.nullable === true) throw nullableKey();
  const nullable = !inKey && !node.autoIncrement && (node.nullable ?? true);
  const facts = { name, type, nullable };
  checkAutoIncrement(node, type);
  const byDefault = node.default === null ? undefined : columnDefault(facts, node.default, context);
  return {
    id,
    ...facts,
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(onUpdateNow(facts, node.onUpdate) ? { onUpdateNow: true } : {}),
    ...(node.autoIncrement ? { autoIncrement: true } : {}),
    ...(node.invisible ? { invisible: true } : {}),
    ...(generated === undefined ? {} : { generated }),
    comment: node.comment ?? '',
  };
}

const nullableKey = (): GatewayError =>
  new GatewayError(
    'PRIMARY_KEY_NULLABLE',
    'All parts of a PRIMARY KEY must be NOT NULL; if you need NULL in a key, use UNIQUE instead',
  );

function checkAutoIncrement(node: ColumnNode, type: SqlType): void {
  if (!node.autoIncrement) return;
  if (typeClass(type) !== 'integer' || type.kind === 'year') {
    throw new GatewayError('WRONG_COLUMN_TYPE', `Incorrect column specifier for column '${node.name}'`);
  }
  if (node.default !== null && node.default.kind !== 'null') {
    throw new GatewayError('INVALID_DEFAULT', `Invalid default value for '${node.name}'`);
  }
}

/** The index of a key's column; error 1072 for an unknown one, 1235 for expressions, prefixes and DESC. */
function keyColumn(part: IndexColumn, columns: readonly ColumnDef[]): number {
  if (part.column === null) throw notSupported('keys over expressions');
  const name = part.column;
  const index = columns.findIndex((column) => sameColumn(column.name, name));
  if (index >= 0) return index;
  throw new GatewayError('KEY_COLUMN_MISSING', `Key column '${name}' doesn't exist in table`);
}

function checkDuplicates(indexes: readonly number[], columns: readonly ColumnDef[]): void {
  for (const [position, index] of indexes.entries()) {
    if (indexes.indexOf(index) === position) continue;
    throw new GatewayError('DUPLICATE_COLUMN', `Duplicate column name '${columns[index]!.name}'`);
  }
}

/** Indexes of the key's columns; errors 1170, 3152, 1235 for what cannot be a key here. */
export function primaryKeyColumns(parts: readonly IndexColumn[], columns: readonly ColumnDef[]): number[] {
  const indexes = parts.map((part) => {
    const index = keyColumn(part, columns);
    const { name, type } = columns[index]!;
    if (type.kind === 'json') {
      throw new GatewayError(
        'JSON_KEY',
        `JSON column '${name}' supports indexing only via generated columns on a specified JSON path.`,
      );
    }
    if (part.length === null && !isKeyType(type)) {
      throw new GatewayError(
        'BLOB_KEY_WITHOUT_LENGTH',
        `BLOB/TEXT column '${name}' used in key specification without a key length`,
      );
    }
    if (part.length !== null) throw notSupported('a PRIMARY KEY over a prefix of a column');
    if (part.descending) throw notSupported('a descending PRIMARY KEY');
    return index;
  });
  checkDuplicates(indexes, columns);
  return indexes;
}

/** Refuses constraints other than PRIMARY KEY, CHECK and plain indexes. */
export function refuseConstraint(constraint: ConstraintNode): void {
  switch (constraint.kind) {
    case 'unique':
      throw notSupported('UNIQUE constraints');
    case 'foreignKey':
      throw notSupported('FOREIGN KEY constraints');
    case 'fulltext':
      throw notSupported('FULLTEXT indexes');
    case 'spatial':
      throw notSupported('SPATIAL indexes');
    case 'check':
    case 'index':
    case 'primaryKey':
      return;
  }
}

/** The CHECK constraints of a definition after `existing` ones; without a name they are numbered. Error 3822. */
export function checkDefs(
  constraints: readonly ConstraintNode[],
  table: string,
  existing: readonly CheckDef[] = [],
): CheckDef[] {
  const checks = [...existing];
  const taken = (name: string): boolean => checks.some((check) => sameColumn(check.name, name));
  for (const constraint of constraints) {
    if (constraint.kind !== 'check') continue;
    let { name } = constraint;
    if (name !== null && taken(name)) {
      throw new GatewayError('DUPLICATE_CHECK_NAME', `Duplicate check constraint name '${name}'.`);
    }
    for (let number = 1; name === null || taken(name); number++) name = `${table}_chk_${number}`;
    checks.push({ name, text: printExpression(constraint.expr), enforced: constraint.enforced });
  }
  return checks;
}

type IndexDef = TableDef['indexes'][number];

/** A declared index; without a name it is called after its first column, as in MySQL. Errors 1061, 1072. */
export function indexDef(
  constraint: { readonly name: string | null; readonly columns: readonly IndexColumn[] },
  columns: readonly ColumnDef[],
  existing: readonly IndexDef[],
): IndexDef {
  const indexes = constraint.columns.map((part) => keyColumn(part, columns));
  checkDuplicates(indexes, columns);
  const taken = (name: string): boolean =>
    sameColumn(name, 'PRIMARY') || existing.some((index) => sameColumn(index.name, name));
  if (constraint.name !== null) {
    checkIdentifier(constraint.name, 'column');
    if (taken(constraint.name)) {
      throw new GatewayError('DUPLICATE_KEY_NAME', `Duplicate key name '${constraint.name}'`);
    }
    return { name: constraint.name, columns: indexes };
  }
  const base = columns[indexes[0]!]!.name;
  let name = base;
  for (let number = 2; taken(name); number++) name = `${base}_${number}`;
  return { name, columns: indexes };
}

/** Error 1075 unless the one AUTO_INCREMENT column, if any, leads a key. */
export function checkAutoColumn(table: Pick<TableDef, 'columns' | 'primaryKey' | 'indexes'>): void {
  const auto = table.columns.flatMap((column, index) => (column.autoIncrement ? [index] : []));
  const leads = (index: number): boolean =>
    table.primaryKey[0] === index || table.indexes.some((other) => other.columns[0] === index);
  if (auto.length > 1 || !auto.every(leads)) {
    throw new GatewayError(
      'WRONG_AUTO_KEY',
      'Incorrect table definition; there can be only one auto column and it must be defined as a key',
    );
  }
}

/** Error 4028 when `*` would show nothing. */
export function checkVisible(columns: readonly ColumnDef[]): void {
  if (columns.some(({ invisible }) => invisible !== true)) return;
  throw new GatewayError('NO_VISIBLE_COLUMN', 'A table must have at least one visible column.');
}

/** Error 1060 for two columns of one name. */
export function checkDistinctNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) {
      throw new GatewayError('DUPLICATE_COLUMN', `Duplicate column name '${name}'`);
    }
    seen.add(name.toLowerCase());
  }
}
