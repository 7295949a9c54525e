/** Values at the edges of every type: as literals, and as the rows of a table a kind. */

export type ValueKind =
  | 'str'
  | 'int'
  | 'uint'
  | 'dec'
  | 'dbl'
  | 'date'
  | 'dt'
  | 'dt6'
  | 'time'
  | 'time6'
  | 'bin'
  | 'doc'
  | 'path';

/** The columns' types and the literals that they hold; NULL is a row of every table besides. */
export const kinds: Readonly<
  Record<ValueKind, { readonly type: string; readonly literals: readonly string[] }>
> = {
  str: {
    type: 'varchar(64)',
    literals: [
      "''",
      "'a'",
      "'abc'",
      "'Abc'",
      "'ABC '",
      "' padded '",
      "'héllo wörld'",
      "'日本語'",
      "'😀x'",
      "'ß'",
      "'12'",
      "'-3.75'",
      "'1e3'",
      "'12abc'",
      "'0'",
      "'a,b,c'",
      "'a%b_c'",
      "'it''s'",
      "'2021-03-04'",
      "'2020-02-29 23:59:59.123456'",
      "'10:11:12'",
      "'banana'",
    ],
  },
  int: {
    type: 'bigint',
    literals: [
      '0',
      '1',
      '-1',
      '2',
      '3',
      '5',
      '10',
      '-7',
      '100',
      '255',
      '4096',
      '2147483648',
      '20210304',
      '9223372036854775807',
      '-9223372036854775808',
    ],
  },
  uint: { type: 'bigint unsigned', literals: ['9223372036854775808', '18446744073709551615'] },
  dec: {
    type: 'decimal(24,6)',
    literals: [
      '0.0',
      '1.5',
      '2.5',
      '-2.5',
      '-0.005',
      '0.1',
      '123456789.987654',
      '99999999999999.9999',
      '-1234.5678',
      '0.000001',
    ],
  },
  dbl: {
    type: 'double',
    literals: ['0e0', '1.5e0', '-2.5e0', '1e10', '1e-10', '1.5e300', '3.141592653589793e0', '1e20', '-0.7e0'],
  },
  date: {
    type: 'date',
    literals: [
      "DATE'2021-01-31'",
      "DATE'2020-02-29'",
      "DATE'2021-12-31'",
      "DATE'1000-01-01'",
      "DATE'9999-12-31'",
      "DATE'1970-01-01'",
      "DATE'2024-12-30'",
      "DATE'2023-01-01'",
      "DATE'1900-03-01'",
    ],
  },
  dt: {
    type: 'datetime',
    literals: [
      "TIMESTAMP'2021-03-28 01:59:59'",
      "TIMESTAMP'2020-02-29 23:59:59'",
      "TIMESTAMP'9999-12-31 23:59:59'",
      "TIMESTAMP'1000-01-01 00:00:00'",
      "TIMESTAMP'1970-01-01 00:00:00'",
      "TIMESTAMP'2026-01-01 12:00:05'",
    ],
  },
  dt6: {
    type: 'datetime(6)',
    literals: ["TIMESTAMP'2000-01-01 12:34:56.789012'", "TIMESTAMP'2021-12-31 23:59:59.999999'"],
  },
  time: {
    type: 'time',
    literals: ["TIME'00:00:00'", "TIME'10:11:12'", "TIME'-01:02:03'", "TIME'838:59:59'", "TIME'23:59:59'"],
  },
  time6: { type: 'time(6)', literals: ["TIME'23:59:59.999999'", "TIME'-00:00:00.500000'"] },
  bin: { type: 'varbinary(20)', literals: ["X''", "X'00'", "X'414243'", "X'FF00FE'", "X'E4BDA0'"] },
  doc: {
    type: 'varchar(120)',
    literals: [
      '\'{"a": 1, "b": [1, 2, {"c": "x"}]}\'',
      "'[1, 2, 3]'",
      "'[]'",
      "'{}'",
      '\'"text"\'',
      "'null'",
      "'true'",
      "'12.5'",
      '\'{"b": 2, "a": {"d": null}}\'',
      "'[[1, 2], [3, [4]]]'",
      '\'{"key with space": "é", "n": -1}\'',
    ],
  },
  path: {
    type: 'varchar(40)',
    literals: ["'$'", "'$.a'", "'$.b'", "'$[0]'", "'$[1]'", "'$.b[2].c'", "'$.a.d'", "'$.zz'"],
  },
};

export const kindNames = Object.keys(kinds) as ValueKind[];

/** Statements that make the table `k_<kind>` of every kind: `id` from 1, NULL as the last row. */
export function kindTables(): string[] {
  return kindNames.flatMap((kind) => {
    const { type, literals } = kinds[kind];
    const rows = [...literals, 'NULL'].map((literal, index) => `(${index + 1}, ${literal})`);
    return [
      `CREATE TABLE k_${kind} (id INT NOT NULL PRIMARY KEY, v ${type})`,
      `INSERT INTO k_${kind} VALUES ${rows.join(', ')}`,
    ];
  });
}
