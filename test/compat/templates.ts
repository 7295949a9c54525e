/** Every function and operator of the catalogue as a template: `?` stands for an argument of the slot beside it. */
import { type ArgumentRule, type FunctionDef, functionDefs } from '../../src/sql/generated/functions.ts';
import type { ValueKind } from './values.ts';

export interface Template {
  readonly text: string;
  /** The kinds of values an argument is tried with, the natural one first. */
  readonly slots: readonly (readonly ValueKind[])[];
}

const text: readonly ValueKind[] = ['str', 'int', 'dec', 'dbl', 'date', 'dt6', 'time', 'bin'];
const number: readonly ValueKind[] = ['int', 'dec', 'dbl', 'uint', 'str', 'date', 'dt6', 'time6'];
const integer: readonly ValueKind[] = ['int', 'dec', 'str', 'dbl', 'uint'];
const double: readonly ValueKind[] = ['dbl', 'int', 'dec', 'str'];
const date: readonly ValueKind[] = ['date', 'dt', 'dt6', 'str', 'int'];
const datetime: readonly ValueKind[] = ['dt6', 'dt', 'date', 'str', 'int'];
const time: readonly ValueKind[] = ['time6', 'time', 'dt6', 'str', 'int'];
const any: readonly ValueKind[] = ['str', 'int', 'uint', 'dec', 'dbl', 'date', 'dt6', 'time', 'bin'];

const slotOf: Readonly<Record<Exclude<ArgumentRule, 'word'>, readonly ValueKind[]>> = {
  any,
  string: text,
  text,
  bytes: text,
  number,
  integer,
  unsigned: integer,
  double,
  boolean: number,
  date,
  datetime,
  time,
  temporal: ['dt6', 'time6', 'date', 'str'],
  addend: ['dt6', 'time6', 'date', 'str'],
  same: any,
  compare: any,
  json: ['doc'],
  jsonvalue: ['str', 'int', 'dec', 'dbl', 'date'],
  path: ['path'],
};

/** Written as syntax, by hand below; or with a value of its own on every server or at every call. */
const byHand =
  /^(\W+|AND|OR|XOR|NOT|NEG|LIKE|REGEXP\w*|IN|IS (NULL|TRUE|FALSE)|DIV|%|TRIM_\w+|DATE_(ADD|SUB)|EXTRACT|TIMESTAMPDIFF|GROUPING|JSON_CONTAINS_PATH|JSON_SEARCH|JSON_PRETTY|COMPRESS|CHAR|INTERVAL|AES_\w+|MEMBER OF|WEIGHT_STRING)$/;
const ownValue =
  /^(UUID|RAND|VERSION|CONNECTION_ID|USER|CURRENT_USER|CURRENT_ROLE|DATABASE|FOUND_ROWS|ROW_COUNT|LAST_INSERT_ID|BENCHMARK|NOW|CURDATE|CURTIME|UTC_\w+|UNIX_TIMESTAMP|COERCIBILITY|CHARSET|COLLATION|RANDOM_BYTES|UUID_SHORT|ICU_VERSION|PS_CURRENT_THREAD_ID|LOAD_FILE|NAME_CONST)$/;

function templatesOf(definition: FunctionDef): Template[] {
  const { required, optional, repeated, name } = definition;
  const isSessions = definition.duckdb === 'session';
  if (definition.kind !== 'scalar' || isSessions || byHand.test(name) || ownValue.test(name)) return [];
  const most = [...required, ...optional, ...(required.length + optional.length < 3 ? repeated : [])];
  const counts = new Set([required.length, required.length + optional.length, most.length]);
  return [...counts]
    .filter((count) => count >= definition.minArgs)
    .map((count) => most.slice(0, count))
    .filter((rules) => !rules.includes('word'))
    .map((rules) => ({
      text: `${name}(${rules.map(() => '?').join(', ')})`,
      slots: rules.map((rule) => slotOf[rule as Exclude<ArgumentRule, 'word'>]),
    }));
}

const simpleUnits = ['MICROSECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];
const compoundUnits = [
  'SECOND_MICROSECOND',
  'MINUTE_MICROSECOND',
  'MINUTE_SECOND',
  'HOUR_MICROSECOND',
  'HOUR_SECOND',
  'HOUR_MINUTE',
  'DAY_MICROSECOND',
  'DAY_SECOND',
  'DAY_MINUTE',
  'DAY_HOUR',
  'YEAR_MONTH',
];

const operators: readonly Template[] = [
  ...['+', '-', '*', '/', 'DIV', '%'].map((sign) => ({ text: `? ${sign} ?`, slots: [number, number] })),
  ...['&', '|', '^', '<<', '>>'].map((sign) => ({ text: `? ${sign} ?`, slots: [integer, integer] })),
  ...['=', '<=>', '<>', '<', '<=', '>', '>='].map((sign) => ({ text: `? ${sign} ?`, slots: [any, any] })),
  ...['AND', 'OR', 'XOR'].map((word) => ({ text: `? ${word} ?`, slots: [number, number] })),
  { text: 'NOT ?', slots: [number] },
  { text: '-(?)', slots: [number] },
  { text: '~?', slots: [integer] },
  { text: "JSON_VALUE(?, '$.a')", slots: [['doc']] },
  { text: "JSON_VALUE(?, '$[1]')", slots: [['doc']] },
  { text: 'AES_ENCRYPT(?, ?)', slots: [text, text] },
  { text: 'AES_DECRYPT(AES_ENCRYPT(?, ?), ?)', slots: [text, text, text] },
  { text: 'INTERVAL(?, ?, ?)', slots: [number, number, number] },
  { text: '0x0F + ?', slots: [['int', 'dec', 'dbl', 'str']] },
  { text: '? = 0x41', slots: [['int', 'dec', 'dbl', 'str']] },
  { text: '? IS NULL', slots: [any] },
  { text: '? IS NOT NULL', slots: [any] },
  { text: '? IS TRUE', slots: [number] },
  { text: '? IS NOT FALSE', slots: [number] },
  { text: '? IS UNKNOWN', slots: [number] },
  { text: '? LIKE ?', slots: [text, text] },
  { text: "? LIKE 'a%'", slots: [text] },
  { text: "? LIKE '%\\_%'", slots: [text] },
  { text: "? LIKE 'a|%%' ESCAPE '|'", slots: [text] },
  { text: "? NOT LIKE '_b_'", slots: [text] },
  { text: "? REGEXP '^[a-c]+$'", slots: [text] },
  { text: "? REGEXP '[0-9]{2,}'", slots: [text] },
  ...['b+?(?=c|$)', '(?<![a-z])\\\\w\\\\b', '(.)\\\\1', '(?>a|é)+.', '[^[:punct:]]*+$'].flatMap((pattern) => [
    { text: `? REGEXP '${pattern}'`, slots: [text] },
    { text: `REGEXP_INSTR(?, '${pattern}')`, slots: [text] },
    { text: `REGEXP_SUBSTR(?, '${pattern}')`, slots: [text] },
    { text: `REGEXP_REPLACE(?, '${pattern}', '<>')`, slots: [text] },
  ]),
  // MariaDB has neither REGEXP_LIKE nor the other arguments.
  { text: '? REGEXP ?', slots: [text, text] },
  { text: 'REGEXP_INSTR(?, ?)', slots: [text, text] },
  { text: 'REGEXP_SUBSTR(?, ?)', slots: [text, text] },
  { text: '? IN (?, ?)', slots: [any, ['str', 'int'], ['int', 'str']] },
  { text: '? IN (1, 2, NULL)', slots: [any] },
  { text: '? BETWEEN ? AND ?', slots: [number, ['int', 'dec', 'str'], ['int', 'dbl']] },
  { text: "TRIM(BOTH 'a' FROM ?)", slots: [text] },
  { text: 'TRIM(LEADING ? FROM ?)', slots: [text, text] },
  { text: 'TRIM(TRAILING ? FROM ?)', slots: [text, text] },
  { text: 'CASE WHEN ? THEN ? ELSE ? END', slots: [number, any, any] },
  { text: 'CASE ? WHEN 1 THEN ? ELSE ? END', slots: [['int', 'str', 'dec'], any, any] },
  { text: 'CHAR(?)', slots: [integer] },
  { text: 'CHAR(?, ?)', slots: [integer, integer] },
  ...simpleUnits.flatMap((unit) => [
    {
      text: `? + INTERVAL ? ${unit}`,
      slots: [
        ['dt6', 'date', 'dt', 'time6', 'str'],
        ['int', 'dec', 'str'],
      ] as const,
    },
    { text: `? - INTERVAL ? ${unit}`, slots: [['date', 'dt6'], ['int']] as const },
    { text: `TIMESTAMPDIFF(${unit}, ?, ?)`, slots: [datetime.slice(0, 4), datetime.slice(0, 4)] },
    { text: `EXTRACT(${unit} FROM ?)`, slots: [['dt6', 'date', 'dt', 'str', 'time6'] as const] },
  ]),
  ...compoundUnits.flatMap((unit) => [
    { text: `? + INTERVAL '1:2' ${unit}`, slots: [['dt6', 'date', 'time6'] as const] },
    { text: `? - INTERVAL '-3 4:05:06.7' ${unit}`, slots: [['dt6', 'date'] as const] },
    { text: `? + INTERVAL ? ${unit}`, slots: [['dt6'] as const, ['str', 'int', 'dec'] as const] },
    { text: `EXTRACT(${unit} FROM ?)`, slots: [['dt6', 'time6', 'str'] as const] },
  ]),
  ...[
    '%a %b %c %D %d %e %f %H %h %I %i %j %k %l %M %m %p %r %S %s %T %W %w %Y %y %% %q',
    '%U %u %V %v %X %x',
    '%Y-%m-%d',
    '',
    'é%',
  ].map((format) => ({
    text: `DATE_FORMAT(?, '${format}')`,
    slots: [['dt6', 'date', 'dt', 'str', 'int', 'time'] as const],
  })),
  {
    text: "TIME_FORMAT(?, '%H %k %h %I %l %i %s %S %f %p %r %T')",
    slots: [['time6', 'time', 'dt6', 'str'] as const],
  },
  ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((mode) => [
    { text: `WEEK(?, ${mode})`, slots: [['date', 'dt6'] as const] },
    { text: `YEARWEEK(?, ${mode})`, slots: [['date', 'dt6'] as const] },
  ]),
  ...[
    'CHAR',
    'CHAR(3)',
    'BINARY',
    'BINARY(4)',
    'SIGNED',
    'UNSIGNED',
    'DECIMAL',
    'DECIMAL(10,2)',
    'DECIMAL(30,8)',
    'DOUBLE',
    'DATE',
    'DATETIME',
    'DATETIME(3)',
    'TIME',
    'TIME(2)',
  ].map((type) => ({ text: `CAST(? AS ${type})`, slots: [[...any, 'dt', 'time6'] as const] })),
  { text: 'CONVERT(? USING utf8mb4)', slots: [text] },
  { text: 'BINARY ?', slots: [text] },
  ...[
    ['2021-03-04', '%Y-%m-%d'],
    ['04,3,21', '%d,%c,%y'],
    ['May 1, 2013', '%M %d,%Y'],
    ['10:11:12', '%H:%i:%s'],
    ['2021-03-04 10:11:12.5', '%Y-%m-%d %H:%i:%s.%f'],
    ['abc', '%Y'],
    ['2021-02-30', '%Y-%m-%d'],
    ['12:30 PM', '%h:%i %p'],
    ['200 2021', '%j %Y'],
  ].map(([value, format]) => ({ text: `STR_TO_DATE('${value}', '${format}')`, slots: [] })),
  ...["'one', '$.a'", "'all', '$.a', '$.b'", "'one', '$.zz', '$[1]'"].map((rest) => ({
    text: `JSON_CONTAINS_PATH(?, ${rest})`,
    slots: [['doc'] as const],
  })),
  ...["'one', ?", "'all', ?", "'all', '%'", "'one', '_'"].map((rest) => ({
    text: `JSON_SEARCH(?, ${rest})`,
    slots: rest.includes('?') ? [['doc'] as const, ['str'] as const] : [['doc'] as const],
  })),
  {
    text: 'ADDDATE(?, ?)',
    slots: [
      ['date', 'dt6', 'str'],
      ['int', 'str'],
    ],
  },
  { text: 'SUBDATE(?, ?)', slots: [['date', 'dt6', 'str'], ['int']] },
  { text: 'UNIX_TIMESTAMP(?)', slots: [['dt6', 'dt', 'date', 'str', 'int']] },
  { text: 'GET_FORMAT(DATE, ?)', slots: [['str']] },
  ...["'USA'", "'ISO'", "'EUR'", "'JIS'", "'INTERNAL'"].flatMap((word) =>
    ['DATE', 'TIME', 'DATETIME'].map((type) => ({ text: `GET_FORMAT(${type}, ${word})`, slots: [] })),
  ),
  { text: 'ROUND(?, 2)', slots: [number] },
  { text: 'ROUND(?, -1)', slots: [number] },
  { text: 'TRUNCATE(?, 2)', slots: [number] },
  { text: 'TRUNCATE(?, -2)', slots: [number] },
  { text: '(? + 1) * 2', slots: [number] },
  { text: '? / 3', slots: [number] },
  { text: '? / 7 * 7', slots: [number] },
  { text: 'CONCAT(? / 3, ?)', slots: [number, ['str']] },
  { text: 'COALESCE(NULL, ?, ?)', slots: [any, any] },
  { text: 'GREATEST(?, ?, ?)', slots: [any, any, ['int', 'str']] },
  { text: "DATE_FORMAT(?, CONCAT('%', ?))", slots: [['dt6'], ['str']] },
];

export const templates: readonly Template[] = [...functionDefs.flatMap(templatesOf), ...operators];
