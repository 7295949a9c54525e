/** Small random tables that have, together, a column of every type. */
import { numbersFrom } from '../statements.ts';
import { type Next, pick } from './piece.ts';

/** What an expression is made of and made into; finer than types, so that functions get sensible arguments. */
export type Kind =
  | 'int'
  | 'uint'
  | 'dec'
  | 'dbl'
  | 'str'
  | 'bin'
  | 'date'
  | 'dt'
  | 'time'
  | 'year'
  | 'enum'
  | 'set'
  | 'bit'
  | 'json';

export interface ColumnDef {
  readonly name: string;
  readonly kind: Kind;
  readonly type: string;
  /** Instead of those of its kind. */
  readonly values?: readonly string[];
}

export const enumMembers = ['x', 'abc', 'm', 'B'];
export const setMembers = ['a', 'b', 'cd'];

export const literals: Readonly<Record<Kind, readonly string[]>> = {
  int: ['0', '1', '2', '3', '5', '-1', '-4', '7', '10', '100'],
  uint: ['0', '1', '2', '4', '9', '200'],
  dec: ['0.00', '1.50', '2.25', '-3.10', '10.01', '99.99', '0.5', '-0.05'],
  dbl: ['0e0', '1.5e0', '-2.25e0', '0.125e0', '8e0', '3e0', '-7.5e0'],
  // No blanks at the end: MariaDB's comparison pads texts with them.
  str: ["''", "'a'", "'B'", "'abc'", "'7'", "'é'", "'x-y'", "'-2.5'", "'Zoë b'", "'日本'"],
  // A hex literal beside a text is a text; these are not.
  bin: ["CAST('a' AS BINARY)", "CAST('a-c' AS BINARY)", "CAST('é' AS BINARY)", "CAST('' AS BINARY)"],
  date: [
    "DATE'2020-02-29'",
    "DATE'2021-01-01'",
    "DATE'2021-12-31'",
    "DATE'1999-06-15'",
    "DATE'2024-12-30'",
    "DATE'1969-07-20'",
  ],
  dt: [
    "TIMESTAMP'2020-02-29 23:59:59'",
    "TIMESTAMP'2021-01-01 00:00:00'",
    "TIMESTAMP'1999-06-15 12:30:05'",
    "TIMESTAMP'2021-12-31 23:59:59.999999'",
    "TIMESTAMP'2024-12-30 07:08:09.120000'",
  ],
  time: ["TIME'00:00:00'", "TIME'10:11:12'", "TIME'-01:02:03'", "TIME'23:59:59'", "TIME'100:00:01'"],
  year: ['2020', '1999', '2155', '1970', '2021'],
  enum: enumMembers.map((member) => `'${member}'`),
  set: ["''", "'a'", "'b'", "'a,b'", "'a,b,cd'", "'cd'"],
  bit: ['(0b0 + 0)', '(0b10110 + 0)', '(0b1010 + 0)'],
  json: [
    '\'{"a": 1, "b": [1, 2, {"c": "x"}]}\'',
    "'[1, 2, 3]'",
    "'[]'",
    "'{}'",
    "'12'",
    '\'{"a": {"d": null}, "b": "text"}\'',
  ],
};

/** Every type; two tables that have a column of one name have it with one type. */
const pool: readonly ColumnDef[] = [
  { name: 'a', kind: 'int', type: 'INT' },
  { name: 'b', kind: 'int', type: 'BIGINT' },
  { name: 'ti', kind: 'int', type: 'TINYINT' },
  { name: 'si', kind: 'int', type: 'SMALLINT NOT NULL' },
  { name: 'mi', kind: 'int', type: 'MEDIUMINT' },
  { name: 'bo', kind: 'int', type: 'BOOLEAN', values: ['0', '1', '1'] },
  { name: 'iu', kind: 'uint', type: 'INT UNSIGNED' },
  { name: 'bu', kind: 'uint', type: 'BIGINT UNSIGNED' },
  { name: 'tu', kind: 'uint', type: 'TINYINT UNSIGNED' },
  { name: 'c', kind: 'dec', type: 'DECIMAL(8,2)' },
  { name: 'n0', kind: 'dec', type: 'DECIMAL(10,0)', values: ['0', '1', '-2', '35', '7'] },
  { name: 'n5', kind: 'dec', type: 'DECIMAL(12,5)', values: ['0.00000', '1.00001', '-2.50000', '12.34567'] },
  { name: 'n9', kind: 'dec', type: 'DECIMAL(18,9)', values: ['0.000000001', '1', '-7.123456789', '1000.5'] },
  { name: 'cu', kind: 'dec', type: 'DECIMAL(6,3) UNSIGNED', values: ['0.000', '1.125', '999.999', '2'] },
  { name: 'f', kind: 'dbl', type: 'DOUBLE' },
  { name: 'fl', kind: 'dbl', type: 'FLOAT' },
  { name: 's', kind: 'str', type: 'VARCHAR(12)' },
  { name: 'ch', kind: 'str', type: 'CHAR(6)' },
  { name: 'tx', kind: 'str', type: 'TEXT' },
  { name: 'vb', kind: 'bin', type: 'VARBINARY(8)', values: ['0x61', '0x6100', '0x616263', '0xC3A9', '0x2D'] },
  { name: 'bn', kind: 'bin', type: 'BINARY(3)', values: ["X'616263'", "X'00FF00'", "'xyz'"] },
  { name: 'bl', kind: 'bin', type: 'BLOB' },
  { name: 'd', kind: 'date', type: 'DATE' },
  { name: 'dt', kind: 'dt', type: 'DATETIME', values: literals.dt.slice(0, 3) },
  { name: 'dt3', kind: 'dt', type: 'DATETIME(3)', values: [...literals.dt.slice(0, 3), literals.dt[4]!] },
  { name: 'dt6', kind: 'dt', type: 'DATETIME(6)' },
  {
    name: 'ts',
    kind: 'dt',
    type: 'TIMESTAMP NULL',
    values: ["'2020-02-29 23:59:59'", "'2021-01-01 00:00:00'", "'2037-01-01 12:00:00'"],
  },
  { name: 'tm', kind: 'time', type: 'TIME' },
  {
    name: 'tm6',
    kind: 'time',
    type: 'TIME(6)',
    values: ["TIME'00:00:00.5'", "TIME'-01:02:03.25'", "TIME'23:59:59.999999'", "TIME'10:11:12'"],
  },
  { name: 'y', kind: 'year', type: 'YEAR' },
  { name: 'e', kind: 'enum', type: `ENUM(${enumMembers.map((each) => `'${each}'`).join(', ')})` },
  { name: 'st', kind: 'set', type: `SET(${setMembers.map((each) => `'${each}'`).join(', ')})` },
  { name: 'bt', kind: 'bit', type: 'BIT(5)', values: ['0b0', '0b1', '0b10110', '0b1010'] },
  { name: 'j', kind: 'json', type: 'JSON' },
];

export interface TableDef {
  readonly name: string;
  /** Of the primary key, in its order; `id` alone is unique in every table. */
  readonly key: readonly string[];
  readonly columns: readonly ColumnDef[];
  readonly rows: number;
}

const id: ColumnDef = { name: 'id', kind: 'int', type: 'INT NOT NULL' };
const keyPart = (name: string, kind: Kind, type: string, values: readonly string[]): ColumnDef => ({
  name,
  kind,
  type,
  values,
});

/** The leading parts of primary keys, besides `id`. */
const keyParts: readonly (readonly ColumnDef[])[] = [
  [],
  [keyPart('ks', 'str', 'VARCHAR(8) NOT NULL', ["'a'", "'b'", "'é'", "''"])],
  [keyPart('kd', 'date', 'DATE NOT NULL', literals.date.slice(0, 3))],
  [keyPart('ku', 'uint', 'BIGINT UNSIGNED NOT NULL', ['0', '1', '18446744073709551615'])],
  [keyPart('kc', 'dec', 'DECIMAL(6,2) NOT NULL', ['1.50', '-2.00', '0'])],
  [
    keyPart('ke', 'enum', pool.find(({ name }) => name === 'e')!.type + ' NOT NULL', ["'x'", "'abc'"]),
    keyPart('kt', 'dt', 'DATETIME(6) NOT NULL', literals.dt.slice(2, 4)),
  ],
];

/** A literal for a column of the table. */
export function columnValue({ kind, values, type }: ColumnDef, next: Next): string {
  if (!type.includes('NOT NULL') && next(5) === 0) return 'NULL';
  return pick(values ?? literals[kind], next);
}

/** Four tables, the same for the same seed: the first has a small key, the others may have larger ones. */
export function randomTables(seed: number): TableDef[] {
  const next = numbersFrom(seed);
  const shuffled = (columns: readonly ColumnDef[]): ColumnDef[] =>
    columns
      .map((column) => [next(1e6), column] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, column]) => column);
  const common = pool.filter(({ name }) => ['a', 's', 'c', 'd'].includes(name));
  return ['r1', 'r2', 'r3', 'r4'].map((name, index) => {
    const parts = index === 0 ? [] : pick(keyParts, next);
    const others = shuffled(pool.filter((column) => !common.includes(column))).slice(0, 8 + next(5));
    return {
      name,
      key:
        next(2) === 0 ? [...parts.map((part) => part.name), 'id'] : ['id', ...parts.map((part) => part.name)],
      columns: [id, ...parts, ...shuffled([...common, ...others])],
      rows: index === 3 ? next(3) : 5 + index * 4,
    };
  });
}

const definitionOf = ({ columns, key }: TableDef): string =>
  `${columns.map(({ name, type }) => `${name} ${type}`).join(', ')}, PRIMARY KEY (${key.join(', ')})`;

/** Statements that make a table and fill it. */
export function tableStatements(table: TableDef, seed: number): string[] {
  const next = numbersFrom(seed);
  const create = `CREATE TABLE ${table.name} (${definitionOf(table)})`;
  if (table.rows === 0) return [create];
  const rows = Array.from({ length: table.rows }, (_, index) => rowOf(table, index + 1, next));
  return [create, `INSERT INTO ${table.name} VALUES ${rows.join(', ')}`];
}

/** A row as INSERT takes it. */
export const rowOf = ({ columns }: TableDef, idValue: number, next: Next): string =>
  `(${columns.map((column) => (column === id ? String(idValue) : columnValue(column, next))).join(', ')})`;
