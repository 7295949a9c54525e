/**
 * Where random queries find MariaDB 10.11 answering otherwise than MySQL 8.0. An entry is of the query that a
 * difference was shrunk to, never of the one that it was found in, and says what MySQL answers.
 */
import type { Difference } from '../compare.ts';
import type { KnownDifference } from '../differences.ts';

export const differences: readonly KnownDifference[] = [
  {
    statement: /\bJSON_(?:OBJECT|ARRAY|EXTRACT|SET|MERGE_PATCH)\(|\bj\b|^SELECT \* FROM/,
    kind: 'type',
    text: /^column \d+: class (?:string|binary), ours json$/,
    mysql: 'JSON is a type of its own; MariaDB has an alias of LONGTEXT',
  },
  {
    statement: /\b(?:ROW_NUMBER|RANK|DENSE_RANK|NTILE)\(/,
    kind: 'type',
    text: /: unsigned 0, ours 32$/,
    mysql: 'an unsigned integer',
  },
  {
    statement: /\b(?:PERCENT_RANK|CUME_DIST)\(/,
    kind: 'type',
    text: /: decimals 10 of real, ours 31$/,
    mysql: 'a double',
  },
  {
    statement: /\b(?:PERCENT_RANK|CUME_DIST)\(/,
    kind: 'value',
    text: /\| 0\.\d{10}(?: .*)? \|\| ours .*\| 0\.\d{11,}/,
    mysql: 'a double with all its digits; MariaDB shows ten',
  },
  {
    statement: /\by\b/,
    kind: 'type',
    text: /: class decimal, ours integer$/,
    mysql: 'YEAR and a BIGINT have the common type BIGINT',
  },
  {
    statement: /\b(?:e|st|ke) \+ 0\)/,
    kind: 'type',
    text: /: class (?:integer|decimal), ours real$/,
    mysql: 'ENUM and SET count as doubles in arithmetic',
  },
  {
    statement: / WITH ROLLUP.* ORDER BY /,
    kind: 'error',
    text: /^1221 /,
    mysql: 'ORDER BY after WITH ROLLUP is allowed since 8.0.12',
  },
  {
    statement: /\(SELECT .*\bbt\b.*\)/,
    kind: 'value',
    text: /: (?:.* \| )?\d+(?: \| .*)? \|\| ours .*(?:\W|$)/,
    mysql: 'a subquery of a BIT column is a BIT; MariaDB gives its number',
  },
  {
    statement: / % /,
    kind: 'value',
    text: /-0\.0+(?: .*)? \|\| ours .*\b0\.0+/,
    mysql: 'zero has no sign',
  },
  {
    statement: /\b(?:tu|iu)\b/,
    kind: 'type',
    text: /: class decimal, ours integer$/,
    mysql: 'signed and unsigned integers have the common type of the next width',
  },
  {
    statement: /ORDER BY (?:.*, )?-\d/,
    kind: 'error',
    text: /^1054 Unknown column '-/,
    mysql: 'a negative number is an expression and no position',
  },
  {
    statement: /\bLOCATE\(.*, 1\)/,
    kind: 'value',
    text: /: (?:\d+ \| )*\d+(?: \| .*)? \|\| ours \d/,
    mysql: 'the empty text is found at the first place of the empty text; MariaDB finds it nowhere from 1 on',
  },
  {
    statement: /\b(?:CEIL|CEILING|FLOOR)\(/,
    kind: 'type',
    text: /: class integer, ours decimal$/,
    mysql: 'BIGINT when the digits of the literals allow it; here a literal counts as any BIGINT',
  },
];

/** The entry that explains the difference of a query that cannot be made smaller. */
export function explained(sql: string, difference: Difference): KnownDifference | undefined {
  return differences.find(
    ({ statement, kind, text }) =>
      kind === difference.kind && statement.test(sql) && (text === undefined || text.test(difference.text)),
  );
}
