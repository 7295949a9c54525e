/** CREATE TABLE, ALTER TABLE and their parts as canonical text. */
import { assertNever } from '../../base/assert.ts';
import type { Expr } from '../ast.ts';
import type {
  AlterAction,
  ColumnNode,
  ColumnPosition,
  ConstraintNode,
  CreateTable,
  DatabaseOptions,
  IndexColumn,
  ServerOption,
  TableOptions,
} from '../definition.ts';
import {
  printAtLevel,
  printDataType,
  printOrderList,
  quoteName,
  quoteNames,
  quoteString,
  quoteWord,
} from './expression.ts';
import { printQuery, printTableName } from './query.ts';

export const printExpr = (expr: Expr): string => printAtLevel(expr, 0, printQuery);

export function printCreateTable(table: CreateTable): string {
  const parts = [`CREATE ${table.temporary ? 'TEMPORARY ' : ''}TABLE`];
  if (table.ifNotExists) parts.push('IF NOT EXISTS');
  parts.push(printTableName(table.name));
  if (table.like !== null) parts.push(`LIKE ${printTableName(table.like)}`);
  if (table.columns.length + table.constraints.length > 0) {
    parts.push(
      `(${[...table.columns.map(printColumn), ...table.constraints.map(printConstraint)].join(', ')})`,
    );
  }
  parts.push(...printTableOptions(table.options));
  if (table.onDuplicate !== null) parts.push(table.onDuplicate.toUpperCase());
  if (table.query !== null) parts.push(`AS ${printQuery(table.query)}`);
  return parts.join(' ');
}

export function printTableOptions(options: TableOptions): string[] {
  const parts: string[] = [];
  const add = (name: string, value: string | null): void => {
    if (value !== null) parts.push(`${name} = ${value}`);
  };
  const word = (value: string | null): string | null => (value === null ? null : quoteWord(value));
  const text = (value: string | null): string | null => (value === null ? null : quoteString(value));
  add('ENGINE', options.engine === null ? null : quoteWord(options.engine));
  add('AUTO_INCREMENT', options.autoIncrement);
  add('CHARSET', word(options.charset));
  add('COLLATE', word(options.collation));
  add('ONLINE', options.online === null ? null : options.online ? 'ON' : 'OFF');
  add('EVENT_TIME', options.eventTime === null ? null : quoteName(options.eventTime));
  add('COMMENT', text(options.comment));
  for (const { name, value } of options.others) add(name, value);
  return parts;
}

export function printColumn(column: ColumnNode): string {
  const parts = [quoteName(column.name), printDataType(column.type)];
  if (column.generated !== null) {
    const kind = column.generated.stored ? 'STORED' : 'VIRTUAL';
    parts.push(`GENERATED ALWAYS AS (${printExpr(column.generated.expr)}) ${kind}`);
  }
  if (column.nullable !== null) parts.push(column.nullable ? 'NULL' : 'NOT NULL');
  if (column.default !== null) parts.push(`DEFAULT ${printDefault(column.default)}`);
  if (column.onUpdate !== null) parts.push(`ON UPDATE ${printExpr(column.onUpdate)}`);
  if (column.autoIncrement) parts.push('AUTO_INCREMENT');
  if (column.invisible) parts.push('INVISIBLE');
  if (column.comment !== null) parts.push(`COMMENT ${quoteString(column.comment)}`);
  return parts.join(' ');
}

/** MySQL wants parentheses around all that is neither a literal nor the current time. */
function printDefault(value: Expr): string {
  const plain =
    value.kind === 'literal' ||
    value.kind === 'null' ||
    value.kind === 'boolean' ||
    value.kind === 'temporalLiteral' ||
    (value.kind === 'unary' && value.operand.kind === 'literal') ||
    (value.kind === 'call' && (value.name === 'CURRENT_TIMESTAMP' || value.name === 'NOW'));
  return plain ? printExpr(value) : `(${printExpr(value)})`;
}

function printIndexColumns(columns: readonly IndexColumn[]): string {
  const printed = columns.map(({ column, expr, length, descending }) => {
    const key = expr !== null ? `(${printExpr(expr)})` : quoteName(column ?? '');
    return `${key}${length === null ? '' : `(${length})`}${descending ? ' DESC' : ''}`;
  });
  return `(${printed.join(', ')})`;
}

export function printConstraint(constraint: ConstraintNode): string {
  const named = (name: string | null): string => (name === null ? '' : `CONSTRAINT ${quoteName(name)} `);
  switch (constraint.kind) {
    case 'primaryKey':
      return `PRIMARY KEY ${printIndexColumns(constraint.columns)}`;
    case 'unique':
    case 'index':
    case 'fulltext':
    case 'spatial': {
      const words = constraint.kind === 'index' ? 'KEY' : `${constraint.kind.toUpperCase()} KEY`;
      const name = constraint.name === null ? '' : ` ${quoteName(constraint.name)}`;
      return `${words}${name} ${printIndexColumns(constraint.columns)}`;
    }
    case 'foreignKey': {
      const { columns, references, referenced, onDelete, onUpdate } = constraint;
      const target = `${printTableName(references)}${referenced.length === 0 ? '' : ` (${quoteNames(referenced)})`}`;
      return (
        `${named(constraint.name)}FOREIGN KEY (${quoteNames(columns)}) REFERENCES ${target}` +
        (onDelete === null ? '' : ` ON DELETE ${onDelete.toUpperCase()}`) +
        (onUpdate === null ? '' : ` ON UPDATE ${onUpdate.toUpperCase()}`)
      );
    }
    case 'check': {
      const enforced = constraint.enforced ? '' : ' NOT ENFORCED';
      return `${named(constraint.name)}CHECK (${printExpr(constraint.expr)})${enforced}`;
    }
    default:
      return assertNever(constraint);
  }
}

export function printDatabaseOptions({ charset, collation }: DatabaseOptions): string {
  return (
    (charset === null ? '' : ` CHARACTER SET = ${quoteWord(charset)}`) +
    (collation === null ? '' : ` COLLATE = ${quoteWord(collation)}`)
  );
}

export function printServerOptions(options: readonly ServerOption[]): string {
  return `OPTIONS (${options.map(({ name, value }) => `${quoteName(name)} ${quoteString(value)}`).join(', ')})`;
}

function printPosition(position: ColumnPosition | null): string {
  if (position === null) return '';
  return position.kind === 'first' ? ' FIRST' : ` AFTER ${quoteName(position.column)}`;
}

/** A column's own constraints follow it in the same action, as attributes. */
function printOwnConstraints(constraints: readonly ConstraintNode[]): string {
  return constraints
    .map((constraint) => {
      if (constraint.kind === 'primaryKey') return ' PRIMARY KEY';
      if (constraint.kind === 'unique') return ' UNIQUE KEY';
      const text = printConstraint(constraint);
      return ` ${text.replace(/^FOREIGN KEY \(.*?\) REFERENCES/, 'REFERENCES')}`;
    })
    .join('');
}

export function printAlterAction(action: AlterAction): string {
  switch (action.kind) {
    case 'addColumn': {
      const own = printOwnConstraints(action.constraints);
      return `ADD COLUMN ${printColumn(action.column)}${own}${printPosition(action.position)}`;
    }
    case 'changeColumn': {
      const own = printOwnConstraints(action.constraints);
      const column = `${printColumn(action.column)}${own}${printPosition(action.position)}`;
      return `CHANGE COLUMN ${quoteName(action.name)} ${column}`;
    }
    case 'dropColumn':
      return `DROP COLUMN ${quoteName(action.name)}`;
    case 'renameColumn':
      return `RENAME COLUMN ${quoteName(action.from)} TO ${quoteName(action.to)}`;
    case 'setDefault':
      return `ALTER COLUMN ${quoteName(action.column)} SET DEFAULT ${printDefault(action.value)}`;
    case 'dropDefault':
      return `ALTER COLUMN ${quoteName(action.column)} DROP DEFAULT`;
    case 'setColumnVisible':
      return `ALTER COLUMN ${quoteName(action.column)} SET ${action.visible ? 'VISIBLE' : 'INVISIBLE'}`;
    case 'addConstraint':
      return `ADD ${printConstraint(action.constraint)}`;
    case 'dropPrimaryKey':
      return 'DROP PRIMARY KEY';
    case 'dropIndex':
      return `DROP INDEX ${quoteName(action.name)}`;
    case 'dropForeignKey':
      return `DROP FOREIGN KEY ${quoteName(action.name)}`;
    case 'dropConstraint':
      return `DROP CONSTRAINT ${quoteName(action.name)}`;
    case 'renameIndex':
      return `RENAME INDEX ${quoteName(action.from)} TO ${quoteName(action.to)}`;
    case 'setIndexVisible':
      return `ALTER INDEX ${quoteName(action.name)} ${action.visible ? 'VISIBLE' : 'INVISIBLE'}`;
    case 'renameTable':
      return `RENAME TO ${printTableName(action.to)}`;
    case 'options':
      return printTableOptions(action.options).join(' ');
    case 'convertCharset': {
      const collation = action.collation === null ? '' : ` COLLATE ${quoteWord(action.collation)}`;
      return `CONVERT TO CHARACTER SET ${action.charset === null ? 'DEFAULT' : quoteWord(action.charset)}${collation}`;
    }
    case 'orderBy':
      return printOrderList(action.items, printQuery);
    case 'algorithm':
    case 'lock':
      return `${action.kind.toUpperCase()} = ${action.name === 'DEFAULT' ? action.name : quoteName(action.name)}`;
    case 'noEffect':
      return action.text;
    default:
      return assertNever(action);
  }
}
