/** Where MySQL 8.0, and so the gateway, answers a client otherwise than MariaDB does; what drivers fail at by themselves. */
import type { Declared, Difference, DriverFailure } from './checklist.ts';

const everywhere: readonly Difference[] = [
  {
    reason: 'MySQL 8.0.19 no longer shows the width of integers and years',
    item: 'metadata',
    match: /\b((?:tiny|small|medium|big)?int|year)\(\d+\)/gi,
    to: '$1',
  },
  {
    reason: 'MySQL 8.0 spells the default CURRENT_TIMESTAMP, and notes that it is generated',
    item: 'metadata',
    match: /'current_timestamp\(\)'(.*)''/,
    to: "'CURRENT_TIMESTAMP'$1'DEFAULT_GENERATED'",
  },
  { reason: 'as above', item: 'metadata', match: /current_timestamp\(\)/, to: 'CURRENT_TIMESTAMP' },
  {
    reason: 'MariaDB keeps defaults as the text of an expression',
    item: 'metadata',
    match: /str 'NULL'/,
    to: 'NoneType None',
  },
  { reason: 'as above', item: 'metadata', match: /^(SELECT COLUMN_NAME.*)"'none'"/, to: "$1'none'" },
  {
    reason: 'columns compare by bytes and say so',
    item: 'metadata',
    match: /utf8mb4_general_ci/g,
    to: 'utf8mb4_0900_bin',
  },
  {
    reason: 'SHOW INDEX has other last columns, and cardinality is an estimate',
    item: 'metadata',
    match: /^SHOW INDEX/,
  },
  { reason: 'MariaDB has no JSON type, but texts', match: /^(?:\d\.)?js / },
];

const own: Readonly<Record<string, readonly Difference[]>> = {
  'MySQL Connector/J': [
    {
      reason:
        'MariaDB calls itself 5.5.5: the driver asks it by SHOW, and has other widths and fractions for it',
      item: 'metadata',
      match: /CHAR_OCTET_LENGTH|IS_GENERATEDCOLUMN|NON_UNIQUE|REMARKS|^column tx |^column dt6|^column tm/,
    },
    { reason: 'as above', item: 'parameters', match: /^(?:dt6|ts6) / },
  ],
  'MariaDB Connector/J': [
    {
      reason: 'the driver knows other kinds of tables of MariaDB',
      item: 'metadata',
      match: /^getTableTypes/,
    },
    { reason: 'as above, and a type UUID', item: 'metadata', match: /^getTypeInfo\[\] 42 / },
    { reason: 'MariaDB marks a TIMESTAMP as unsigned', item: 'metadata', match: /^column ts isSigned/ },
    {
      reason: 'a view has the comment VIEW in MySQL 8.0 and none in what the driver asks MariaDB for',
      item: 'metadata',
      match: /REMARKS VIEW$/,
    },
  ],
};

const failures: Readonly<Record<string, readonly DriverFailure[]>> = {
  'DBD::MariaDB': [
    {
      reason:
        'the driver (seen with 1.22) asks for the number of rows of a result that it has not read, and takes it to be empty',
      item: 'stream',
      match: /^0 0\b/,
    },
  ],
};

export const declaredOf = (client: string): Declared => ({
  differences: [...everywhere, ...(own[client] ?? [])],
  failures: failures[client] ?? [],
});
