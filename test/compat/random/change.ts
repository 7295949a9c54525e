/** Random sequences of statements that change two tables of their own. */
import { condition, expression, type Scope, type ScopeColumn } from './expression.ts';
import { type Next, pick, textOf } from './piece.ts';
import { type ColumnDef, columnValue, rowOf, type TableDef } from './tables.ts';

interface Writing {
  readonly tables: readonly TableDef[];
  readonly next: Next;
}

const scopeOf = (table: TableDef, next: Next, alias?: string): Scope => ({
  next,
  columns: table.columns.map(
    ({ name, kind }): ScopeColumn => ({ sql: alias === undefined ? name : `${alias}.${name}`, kind }),
  ),
});

const condText = (scope: Scope): string => textOf(condition(1, scope));

/** Columns that a statement may assign: no keys, and none whose values are shown with fewer digits than kept. */
const assignable = ({ columns, key }: TableDef): ColumnDef[] =>
  columns.filter(({ name }) => !key.includes(name) && name !== 'fl' && name !== 'ts');

function valueText(column: ColumnDef, scope: Scope): string {
  const { next } = scope;
  const isPlain = column.kind === 'bin' || column.kind === 'json' || column.kind === 'bit';
  const isWord = column.kind === 'enum' || column.kind === 'set' || column.kind === 'year';
  if (isPlain || isWord || next(3) === 0) return next(8) === 0 ? 'DEFAULT' : columnValue(column, next);
  return textOf(expression(column.kind, 1, scope));
}

function assignments(table: TableDef, scope: Scope, alias = ''): string {
  const columns = assignable(table);
  const chosen = Array.from({ length: 1 + scope.next(3) }, () => pick(columns, scope.next));
  return [...new Set(chosen)]
    .map((column) => `${alias}${column.name} = ${valueText(column, scope)}`)
    .join(', ');
}

/** The order that makes the place of every row certain: changes make ids that are there twice. */
export const wholeKey = ({ key }: TableDef, direction = ''): string =>
  [...new Set(['id', ...key])].map((name) => `${name}${direction}`).join(', ');

const ends = (table: TableDef, next: Next): string =>
  pick(
    [
      '',
      '',
      ` ORDER BY ${wholeKey(table)} LIMIT ${1 + next(4)}`,
      ` ORDER BY ${wholeKey(table, ' DESC')} LIMIT ${1 + next(3)}`,
    ],
    next,
  );

/** Rows whose ids may be there already. */
const rows = (table: TableDef, next: Next): string =>
  Array.from({ length: 1 + next(3) }, () => rowOf(table, next(table.rows + 6), next)).join(', ');

function insert({ tables, next }: Writing): string {
  const table = pick(tables, next);
  const columns = assignable(table);
  const [a, b] = [pick(columns, next), pick(columns, next)];
  const required = table.columns.filter(
    ({ name, type }) => table.key.includes(name) || type.includes('NOT NULL'),
  );
  const named = required.map(({ name }) => name).join(', ');
  switch (next(6)) {
    case 0:
      return `INSERT INTO ${table.name} VALUES ${rows(table, next)}`;
    case 1:
      return `INSERT IGNORE INTO ${table.name} VALUES ${rows(table, next)}`;
    case 2:
      return `REPLACE INTO ${table.name} VALUES ${rows(table, next)}`;
    case 3:
      return `INSERT INTO ${table.name} VALUES ${rows(table, next)} ON DUPLICATE KEY UPDATE ${a.name} = VALUES(${a.name}), ${b.name} = ${valueText(b, scopeOf(table, next))}`;
    case 4:
      return `INSERT INTO ${table.name} (${named}) SELECT ${required.map(({ name }) => (name === 'id' ? `id + ${next(30)}` : name)).join(', ')} FROM ${table.name} WHERE ${condText(scopeOf(table, next))}`;
    default:
      return `INSERT INTO ${table.name} SET ${required.map((column) => `${column.name} = ${column.name === 'id' ? next(40) : columnValue(column, next)}`).join(', ')}`;
  }
}

function change({ tables, next }: Writing): string {
  const table = pick(tables, next);
  const scope = scopeOf(table, next);
  const [first, second] = [tables[0]!, tables[1]!];
  const joined = `${first.name} x ${pick(['JOIN', 'LEFT JOIN'], next)} ${second.name} y ON x.${pick(['id', 'a'], next)} = y.${pick(['id', 'a'], next)}`;
  const both: Scope = {
    next,
    columns: [...scopeOf(first, next, 'x').columns, ...scopeOf(second, next, 'y').columns],
  };
  switch (next(7)) {
    case 0:
    case 1:
    case 2:
      return `UPDATE ${table.name} SET ${assignments(table, scope)} WHERE ${condText(scope)}${ends(table, next)}`;
    case 3:
      return `UPDATE ${table.name} SET ${assignments(table, scope)} WHERE id = ${next(12)}`;
    case 4:
      return `DELETE FROM ${table.name} WHERE ${condText(scope)}${ends(table, next)}`;
    case 5:
      // What is assigned depends on the row alone, whichever of its partners is taken.
      return `UPDATE ${joined} SET ${assignments(first, scopeOf(first, next, 'x'), 'x.')} WHERE ${condText(both)}`;
    default:
      return `DELETE x FROM ${joined} WHERE ${condText(both)}`;
  }
}

const control = [
  'START TRANSACTION',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT s1',
  'ROLLBACK TO SAVEPOINT s1',
  'RELEASE SAVEPOINT s1',
];

/** Statements to run one after the other; the same for the same numbers. */
export function randomChanges(tables: readonly TableDef[], next: Next): string[] {
  const writing: Writing = { tables, next };
  return Array.from({ length: 4 + next(8) }, () => {
    const choice = next(10);
    if (choice < 3) return insert(writing);
    if (choice < 8) return change(writing);
    return next(25) === 0 ? `TRUNCATE TABLE ${pick(tables, next).name}` : pick(control, next);
  });
}
