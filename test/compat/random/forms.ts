/**
 * Expressions by the kind of their value, with holes: `<int>` is an expression of that kind, `<bool>` a condition,
 * `<same>` one of the result's kind, `<num>` a number, `<any>` anything, the other words something of a short list.
 *
 * `<enum.>` is a plain column: what a function of ENUM or BIT is as a number, MariaDB and MySQL tell differently.
 * Comparisons of rows stand in IF, since MariaDB 10.11 takes them for false in WHERE where they are NULL.
 * What else is left out here because MariaDB and MySQL differ by their manuals stands in ../differences.ts, where
 * the functions are compared one at a time.
 */
import type { Kind } from './tables.ts';

export const words: Readonly<Record<string, readonly string[]>> = {
  small: ['-2', '-1', '0', '1', '2', '3', '4', '6'],
  count: ['0', '1', '2', '3', '5'],
  scale: ['0', '1', '2', '3'],
  mode: ['0', '1', '2', '3', '4', '5', '6', '7'],
  days: ['0', '1', '-1', '31', '-400', '12'],
  unit: ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'],
  dayunit: ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'],
  dateunit: ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR', 'YEAR_MONTH'],
  timeunit: ['SECOND', 'MINUTE', 'HOUR', 'MICROSECOND', 'HOUR_MINUTE', 'MINUTE_SECOND'],
  dateformat: ["'%Y-%m-%d'", "'%d.%m.%y %W'", "'%a %b %c %e'", "'%j %U %u %V %v'", "'%M %D'"],
  timeformat: ["'%H:%i:%s'", "'%h:%i %p'", "'%T.%f'", "'%k %l %r'"],
  path: ["'$.a'", "'$.b'", "'$[0]'", "'$.b[1]'", "'$'"],
  pattern: ["'%a%'", "'a%'", "'_'", "'%'", "'%b_'", "''", "'%-%'", "'É%'"],
  regexp: ["'^[a-c]+$'", "'[0-9]'", "'b|é'", "'^$'", "'x.y'"],
  base: ['2', '8', '10', '16', '36'],
  month: ["'2021-02-03'", "'1999-12-31'", "'2020-02-29'"],
  zone: ["'+00:00', '+05:30'", "'+02:00', '-03:00'"],
};

const int = `
(<int> + <int>)
(<int> - <int>)
(<int> * <small>)
(<int> DIV <int>)
(<int> % <int>)
(<int> MOD <small>)
(<dec> DIV <int>)
(<uint> + <int>)
-(<int>)
ABS(<int>)
SIGN(<num>)
LENGTH(<str>)
LENGTH(<bin>)
CHAR_LENGTH(<str>)
BIT_LENGTH(<str>)
ASCII(<str>)
ORD(<str>)
INSTR(<str>, <str>)
LOCATE(<str>, <str>)
LOCATE(<str>, <str>, <count>)
POSITION(<str> IN <str>)
FIELD(<str>, <str>, <str>)
FIELD(<int>, <int>, <int>)
FIND_IN_SET(<str>, <set>)
STRCMP(<str>, <str>)
YEAR(<date>)
MONTH(<date>)
DAY(<dt>)
DAYOFWEEK(<date>)
DAYOFYEAR(<date>)
WEEKDAY(<dt>)
WEEK(<date>, <mode>)
YEARWEEK(<date>, <mode>)
QUARTER(<date>)
WEEKOFYEAR(<date>)
TO_DAYS(<date>)
TO_SECONDS(<dt>)
DATEDIFF(<date>, <dt>)
TIMESTAMPDIFF(<unit>, <dt>, <dt>)
TIMESTAMPDIFF(<dayunit>, <date>, <date>)
EXTRACT(<dateunit> FROM <date>)
EXTRACT(<timeunit> FROM <dt>)
HOUR(<time>)
MINUTE(<dt>)
SECOND(<time>)
MICROSECOND(<dt>)
BIT_COUNT(<int>)
CAST(<int> AS SIGNED)
CAST(<dec> AS SIGNED)
CAST(<uint> AS SIGNED)
CAST(<date> AS SIGNED)
FLOOR(<dec>)
CEILING(<dec>)
ROUND(<int>)
ISNULL(<any>)
INTERVAL(<int>, 0, 3, 9)
(<enum.> + 0)
(<set.> + 0)
(<year> + 0)
(<bit.> + 0)
(<year> - <int>)
(<bool>)
(NOT <int>)
(<int> AND <int>)
(<dec> OR <int>)
(<int> XOR <int>)
JSON_LENGTH(<json>)
JSON_DEPTH(<json>)
JSON_CONTAINS_PATH(<json>, 'one', <path>)
PERIOD_ADD(202101, <int>)
`;
const uint = `
(<uint> | <uint>)
(<uint> & <int>)
(<uint> ^ <uint>)
(<uint> << <count>)
(<int> >> <count>)
~<uint>
CAST(<uint> AS UNSIGNED)
CRC32(<str>)
(<uint> * <count>)
(<uint> DIV <int>)
(<uint> % <uint>)
INET_ATON('10.0.0.1')
`;
const dec = `
(<dec> + <dec>)
(<dec> - <int>)
(<dec> * <dec>)
(<int> / <int>)
(<dec> / <int>)
(<dec> % <dec>)
(<uint> - 0.5)
-(<dec>)
ABS(<dec>)
ROUND(<dec>, <scale>)
ROUND(<dec>)
TRUNCATE(<dec>, <scale>)
CAST(<int> AS DECIMAL(12,2))
CAST(<dec> AS DECIMAL(10,1))
CAST(<year> AS DECIMAL(6,1))
IF(<bool>, <int>, <dec>)
COALESCE(<dec>, <int>)
`;
const dbl = `
(<dbl> + <dbl>)
(<dbl> - <num>)
(<dbl> * <num>)
(<dbl> / <num>)
-(<dbl>)
ABS(<dbl>)
SQRT(<num>)
LN(<num>)
LOG10(<num>)
LOG2(<num>)
EXP(<small>)
POW(<dbl>, <count>)
ATAN(<num>)
SIN(<dbl>)
COS(<int>)
RADIANS(<dec>)
DEGREES(<small>)
FLOOR(<dbl>)
CEIL(<dbl>)
(<int> + '2.5')
('10' / <int>)
COALESCE(<dbl>, <dec>)
CAST(<dec> AS DOUBLE)
`;
const str = `
CONCAT(<str>, <str>)
CONCAT(<str>, <any>)
CONCAT(<date>, '/', <int>)
CONCAT_WS('-', <str>, <any>, <int>)
UPPER(<str>)
LOWER(<str>)
REVERSE(<str>)
TRIM(<str>)
LTRIM(<str>)
TRIM(LEADING 'a' FROM <str>)
TRIM(TRAILING <str> FROM <str>)
SUBSTRING(<str>, <small>)
SUBSTRING(<str>, <small>, <count>)
MID(<str> FROM <count> FOR <count>)
LEFT(<str>, <count>)
RIGHT(<str>, <count>)
LPAD(<str>, <count>, '*')
RPAD(<str>, <count>, 'xy')
REPLACE(<str>, 'a', 'zz')
REPEAT(<str>, <small>)
INSERT(<str>, <small>, <count>, 'Q')
ELT(<small>, <str>, <str>)
HEX(<str>)
HEX(<uint>)
MD5(<str>)
SHA1(<str>)
SHA2(<str>, 256)
TO_BASE64(<str>)
FORMAT(<dec>, <scale>)
CONV(<uint>, 10, <base>)
BIN(<int>)
OCT(<uint>)
DATE_FORMAT(<date>, <dateformat>)
DATE_FORMAT(<dt>, <timeformat>)
TIME_FORMAT(<time>, '%H:%i:%s')
DAYNAME(<date>)
MONTHNAME(<date>)
CAST(<int> AS CHAR)
CAST(<dec> AS CHAR)
CAST(<date> AS CHAR)
CAST(<dt> AS CHAR)
CAST(<time> AS CHAR)
CAST(<str> AS CHAR(2))
SUBSTRING_INDEX(<str>, '-', <small>)
QUOTE(<str>)
SOUNDEX(HEX(<str>))
MAKE_SET(<uint>, 'a', 'bb', 'c')
EXPORT_SET(<count>, 'Y', 'N', ',', 4)
CONCAT(<enum>, <set>)
IF(<bool>, <enum>, <str>)
COALESCE(<str>, <int>)
INET_NTOA(<uint>)
REGEXP_REPLACE(<str>, 'a|b', '#')
JSON_UNQUOTE(JSON_EXTRACT(<json>, <path>))
JSON_TYPE(<json>)
`;
const bin = `
CAST(<str> AS BINARY)
UNHEX(HEX(<str>))
CONCAT(<bin>, <bin>)
SUBSTRING(<bin>, <small>, <count>)
REVERSE(<bin>)
FROM_BASE64(TO_BASE64(<str>))
`;
const date = `
DATE(<dt>)
LAST_DAY(<date>)
(<date> + INTERVAL <days> DAY)
(<date> - INTERVAL <int> <dayunit>)
DATE_ADD(<date>, INTERVAL <small> <dayunit>)
DATE_SUB(<date>, INTERVAL '1-2' YEAR_MONTH)
ADDDATE(<date>, <days>)
CAST(<dt> AS DATE)
MAKEDATE(<year>, <days>)
FROM_DAYS(TO_DAYS(<date>))
STR_TO_DATE(<month>, '%Y-%m-%d')
`;
const dt = `
(<dt> + INTERVAL <int> <unit>)
(<dt> - INTERVAL '1:30' MINUTE_SECOND)
(<date> + INTERVAL <int> HOUR)
DATE_ADD(<dt>, INTERVAL 1500 MICROSECOND)
TIMESTAMPADD(<unit>, <small>, <dt>)
TIMESTAMP(<date>)
CAST(<date> AS DATETIME)
ADDTIME(<dt>, TIME'01:30:00')
SUBTIME(<dt>, TIME'01:30:00.5')
CONVERT_TZ(<dt>, <zone>)
COALESCE(<dt>, <date>)
IF(<bool>, <date>, <dt>)
`;
const time = `
TIMEDIFF(<time>, <time>)
SEC_TO_TIME(<int>)
MAKETIME(<count>, <count>, <count>)
TIME(<dt>)
CAST(<dt> AS TIME(6))
ADDTIME(<time>, TIME'00:30:00')
(<time> + INTERVAL <small> MINUTE)
`;
const json = `
JSON_OBJECT('k', <int>, 's', <str>)
JSON_ARRAY(<int>, <str>)
JSON_EXTRACT(<json>, <path>)
JSON_SET(<json>, '$.z', <int>)
JSON_MERGE_PATCH(<json>, '{"q": 1}')
`;

const linesOf = (text: string): string[] => text.trim().split('\n');

/** By the kind of the value. Kinds without functions of their own have columns and literals only. */
export const forms: Readonly<Record<Kind, readonly string[]>> = {
  int: linesOf(int),
  uint: linesOf(uint),
  dec: linesOf(dec),
  dbl: linesOf(dbl),
  str: linesOf(str),
  bin: linesOf(bin),
  date: linesOf(date),
  dt: linesOf(dt),
  time: linesOf(time),
  json: linesOf(json),
  year: [],
  enum: [],
  set: [],
  bit: [],
};

/** For every kind but JSON and BIT. */
export const commonForms: readonly string[] = linesOf(`
IF(<bool>, <same>, <same>)
IF(<bool>, <same>, NULL)
IFNULL(<same>, <same>)
COALESCE(<same>, <same>, <same>)
NULLIF(<same>, <same>)
CASE WHEN <bool> THEN <same> ELSE <same> END
CASE WHEN <bool> THEN <same> WHEN <bool> THEN <same> END
CASE <int> WHEN 1 THEN <same> WHEN <int> THEN <same> ELSE <same> END
GREATEST(<same>, <same>)
LEAST(<same>, <same>, <same>)
`);

/** Conditions. `<same>` is two or more expressions of one kind that is chosen for the condition. */
export const conditionForms: readonly string[] = linesOf(`
<same> = <same>
<same> <> <same>
<same> < <same>
<same> <= <same>
<same> > <same>
<same> >= <same>
<same> <=> <same>
<same> IS NULL
<same> IS NOT NULL
<same> BETWEEN <same> AND <same>
<same> NOT BETWEEN <same> AND <same>
<same> IN (<same>, <same>)
<same> NOT IN (<same>, <same>, NULL)
IF((<same>, <int>) = (<same>, <int>), 1, 0)
IF((<same>, <int>) IN ((<same>, 1), (<same>, <int>)), 1, 0)
IF((<int>, <same>) > (1, <same>), 1, 0)
<num> = <num>
<num> < <num>
<int> = '7'
<str> = <int>
<date> <= <dt>
<date> = '2020-02-29'
<dt> > '2020-01-01'
<time> < '10:11:12'
<year> > <int>
<enum> = <str>
<enum.> > 1
<set> = 'a,b'
<bit.> = 10
<bin> = <str>
<str> LIKE <pattern>
<str> NOT LIKE <pattern>
<str> LIKE <str>
<enum> LIKE '%b%'
<int> LIKE '1%'
<date> LIKE '2021%'
<str> REGEXP <regexp>
<str> NOT REGEXP <regexp>
(<bool>) IS TRUE
(<bool>) IS NOT FALSE
(<bool>) IS UNKNOWN
<int> IS TRUE
<int>
<dec>
<dbl> IS NOT TRUE
FIND_IN_SET('a', <set>)
JSON_CONTAINS(<json>, '1')
JSON_EXTRACT(<json>, <path>) IS NULL
`);
