/**
 * Where MariaDB 10.11 answers otherwise than MySQL 8.0. Every entry names the statements and the difference
 * exactly, and says what MySQL answers by its manual; the gateway's answer is MySQL's, or a clear error.
 */
import type { Difference } from './compare.ts';

export interface KnownDifference {
  readonly statement: RegExp;
  readonly kind: Difference['kind'];
  /** Of the text that `differenceOf` gives. */
  readonly text?: RegExp;
  readonly mysql: string;
}

/** A literal or the column of a table of the kinds. */
const temporal = String.raw`(?:DATE'|TIME'|TIMESTAMP'|k_(?:date|dt6?|time6?) t0)`;
const aText = String.raw`(?:'|k_(?:str|bin) )`;

export const differences: readonly KnownDifference[] = [
  {
    statement: /^ALTER TABLE t MODIFY .* relaxed/,
    kind: 'error',
    text: /^2 affected \| ours 1292 Incorrect (?:date|datetime|time) value/,
    mysql: 'zero dates, which the gateway stores in no mode: an error',
  },
  {
    statement: /^SELECT c\d+ FROM t .* relaxed/,
    kind: 'value',
    text: /: (?:0000-00-00|2000-03-00|00:00:00)/,
    mysql: 'zero dates, which the gateway stores in no mode: the ALTER TABLE before it is an error',
  },
  {
    statement: /^SELECT c\d+ FROM t .*JSON '/,
    kind: 'value',
    text: /\{"a":1\} \|\| ours \{"a": 1\}$|ours x'7b2261223a20317d'$/,
    mysql: 'JSON is kept as a document and printed with spaces',
  },
  {
    statement: /^ALTER TABLE t MODIFY/,
    kind: 'value',
    text: /^2 affected \| ours 0 affected$/,
    mysql:
      'whether rows are copied is the storage engine’s: here they are not where all values stay the same',
  },
  {
    statement: /^ALTER TABLE t MODIFY/,
    kind: 'error',
    text: /^1292 Truncated incorrect (?:INTEGER|DECIMAL|DOUBLE) value: .* \| ours (?:1366 Incorrect|1265 Data truncated)/,
    mysql: 'error 1366, as INSERT has it, 1265 where a number stands before other text',
  },
  {
    statement: /^ALTER TABLE t MODIFY/,
    kind: 'error',
    text: /^1916 Got overflow .* \| ours (?:1264|1406) /,
    mysql: 'error 1264',
  },
  {
    statement: /^ALTER TABLE t MODIFY c\d+ (?:YEAR \/\* (?:DATE|TIME)|JSON)/,
    kind: 'error',
    text: /^(?:1292 Incorrect (?:date|datetime|time)|4025|1366) .* \| ours (?:2 affected|1264|3140)/,
    mysql: 'the year of a date, the text of a value as JSON, error 3140; MariaDB refuses or has no JSON type',
  },
  {
    statement: /^SELECT c\d+ FROM t ORDER BY id \/\* (?:DATE|TIME).*\/\* (?:YEAR|JSON) \*\/$/,
    kind: 'value',
    mysql: 'the year, the JSON; MariaDB refuses the ALTER TABLE before it',
  },
  {
    statement: /^ALTER TABLE t MODIFY c\d+ (?:(?:TINY|SMALL|BIG)?INT|BIT).*'(?:1e2|-1\.55)'/,
    kind: 'error',
    text: /^1292 Truncated/,
    mysql: 'the number that the text is, rounded, as INSERT has it',
  },
  {
    statement: /^SELECT c\d+ FROM t .*'(?:1e2|-1\.55)' .*\/\* (?:(?:TINY|SMALL|BIG)?INT|BIT).*\*\/$/,
    kind: 'value',
    mysql: 'the number that the text is; MariaDB refuses the ALTER TABLE before it',
  },
  {
    statement: /^ALTER TABLE t MODIFY c\d+ (?:BIT|TIME).*(?: -99.999 | -1e20 | 1e300 | 20200229 )/,
    kind: 'error',
    mysql: 'as INSERT has it',
  },
  {
    statement: /^ALTER TABLE t MODIFY c\d+ (?:ENUM|SET).*(?: -1e20 | 1e300 |x'ff00')/,
    kind: 'error',
    text: /\| ours (?:1265|1366) /,
    mysql: 'error 1265, and 1366 for bytes that are no text',
  },
  {
    statement: /^SELECT c\d+ FROM t .*(?: -99.999 | -1e20 | 20200229 ).*\/\* (?:BIT|TIME).*\*\/$/,
    kind: 'value',
    mysql: 'as INSERT has it',
  },
  {
    statement:
      /^SELECT c\d+ FROM t ORDER BY id .*\/\* (?:DATETIME|TIMESTAMP|TIME|BIT|(?:BIG|MEDIUM|SMALL|TINY)?INT).*\*\/$/,
    kind: 'value',
    text: /(?:45(?:\.6)?|:0[012]|[^\x20-\x7e].*) \|\| ours .*(?:4[56]|:0[123]|[^\x20-\x7e])/,
    mysql: 'digits beyond the precision are rounded; MariaDB cuts them',
  },
  {
    statement: /^SELECT c\d+ FROM t ORDER BY id .*JSON/,
    kind: 'type',
    text: /^column 1: class (?:string|binary), ours json$/,
    mysql: 'JSON is a type of its own; MariaDB has an alias of LONGTEXT',
  },
  {
    statement:
      /\bJSON_(?:ARRAY|OBJECT|EXTRACT|KEYS|MERGE\w*|SET|INSERT|REPLACE|REMOVE|ARRAY_\w+|SEARCH)\(|->/,
    kind: 'type',
    text: /^column \d+: class (?:string|binary|null), ours json$/,
    mysql: 'JSON is a type of its own; MariaDB has an alias of LONGTEXT',
  },
  {
    statement: /\bJSON_EXTRACT\(.*k_path|JSON_EXTRACT\('.*', '.*', '/,
    kind: 'value',
    mysql: 'values are in the order of the paths; MariaDB gives them in the order of the document',
  },
  {
    statement: /\bJSON_OBJECT\((?:NULL|t0)/,
    kind: 'error',
    text: /ours 3158 /,
    mysql: 'error 3158: a member has a name',
  },
  {
    statement: /\bJSON_OBJECT\(X'|JSON_OBJECT\(t0.v, t1.v\) FROM k_bin/,
    kind: 'value',
    mysql: 'names are texts; MariaDB gives bytes',
  },
  {
    statement: /\bJSON_CONTAINS\(.*(?:\$|t2)/,
    kind: 'value',
    text: /\| 0 \|\| ours .*\| NULL$|: 0 \|\| ours NULL$/,
    mysql: 'NULL when the path leads nowhere',
  },
  {
    statement: /\bJSON_QUOTE\((?!')/,
    kind: 'error',
    text: /ours 3064 /,
    mysql: 'error 3064 for an argument that is no text',
  },
  {
    statement: /\bJSON_VALID\((?!')/,
    kind: 'value',
    mysql: '0 for an argument that is no text; MariaDB reads the text of a number',
  },
  {
    statement: /\b(?:GREATEST|LEAST)\(.*/s,
    kind: 'value',
    mysql: 'a mix of numbers and texts is compared as texts; MariaDB compares numbers',
  },
  {
    statement: /\b(?:GREATEST|LEAST)\(/,
    kind: 'type',
    text: /class (?:real|decimal|integer|binary|date|datetime|time), ours (?:string|binary)/,
    mysql: 'a mix of numbers and texts is a text',
  },
  {
    statement: new RegExp(String.raw`\b(?:CEIL|FLOOR|ROUND|TRUNCATE|ABS)\(.*${temporal}|-\(.*${temporal}`),
    kind: 'value',
    mysql: 'the digits of a date or time as a number; MariaDB keeps the type',
  },
  {
    statement: new RegExp(
      String.raw`\b(?:CEIL|FLOOR|ROUND|TRUNCATE|ABS)\(.*${temporal}|-\(.*${temporal}|-\(t0.v\) FROM k_date`,
    ),
    kind: 'type',
    text: /class (?:date|time|datetime|decimal), ours|unsigned 32, ours 0/,
    mysql: 'a signed number of the digits',
  },
  {
    statement: /\b(?:ROUND|TRUNCATE|FORMAT)\(/,
    kind: 'value',
    text: /\.\d{31,38}(?:\D|$)/,
    mysql: 'at most 30 digits after the point; MariaDB 38',
  },
  {
    statement: /\bROUND\(.*-1\)/,
    kind: 'type',
    text: /class decimal, ours integer/,
    mysql: 'a rounded integer is an integer',
  },
  {
    statement: /\bPERIOD_(?:ADD|DIFF)\(/,
    kind: 'error',
    text: /ours 1210 /,
    mysql: 'error 1210 for a period without a month',
  },
  {
    statement: /\b(?:ADDTIME|SUBTIME|TIMESTAMP)\(.*(?:TIMESTAMP'|k_dt6? t1)/,
    kind: 'value',
    text: /NULL \|\| ours/,
    mysql: 'of a datetime as the time to add, its time of day is added; MariaDB gives NULL',
  },
  {
    statement: /\b(?:DAY|MONTH|QUARTER|YEAR|DATE_FORMAT)\((?:0[,)]|t0\.v.* FROM k_int)/,
    kind: 'value',
    text: /ours (?:1 \| )?NULL$/,
    mysql: 'a number that is no date is NULL in the strict modes; MariaDB takes 0 for the zero date',
  },
  {
    statement: /\bFROM_DAYS\(/,
    kind: 'value',
    text: /0000-00-00 \|\| ours (?:\d+ \| )?NULL$/,
    mysql: 'NULL beyond the year 9999; MariaDB gives the zero date',
  },
  {
    statement: /\bFROM_UNIXTIME\((?:2147483648|t0.v)/,
    kind: 'value',
    text: /NULL \|\| ours (?:\d+ \| )?2038-01-19 03:14:08$/,
    mysql: 'instants to the year 3001 since 8.0.28; MariaDB ends in 2038',
  },
  {
    statement: /\bFROM_UNIXTIME\((?:'|-?\d+(?:\.\d+)?e-?\d|t0\.v.* FROM k_(?:dbl|str|dec))/,
    kind: 'value',
    mysql: 'six digits of seconds of a double, instants to the year 3001',
  },
  {
    statement: /\bFROM_UNIXTIME\(/,
    kind: 'type',
    text: /decimals 39 of datetime, ours 6/,
    mysql: 'a datetime has at most six digits',
  },
  {
    statement: /\bFROM_UNIXTIME\(.*, /,
    kind: 'value',
    text: /NULL \|\| ours/,
    mysql: 'instants to the year 3001 since 8.0.28',
  },
  {
    statement: /\bSTR_TO_DATE\(.*, (?:-?\d|t1|DATE|TIME|NULL|X')/,
    kind: 'type',
    text: /class date, ours datetime/,
    mysql: 'a datetime when the format is no literal text',
  },
  {
    statement: /\(.*\bNULL\b/,
    kind: 'type',
    text: /class (?:binary|real), ours (?:string|integer|decimal)/,
    mysql: 'no value but NULL, whose type tells nothing',
  },
  {
    statement: /\bUNIX_TIMESTAMP\(/,
    kind: 'value',
    text: /NULL \|\| ours (?:\d+ \| )?0(?:\.0+)?$/,
    mysql: '0 for what no timestamp holds; MariaDB NULL',
  },
  {
    statement: /\b(?:SEC_TO_TIME|TIMEDIFF|MAKETIME|ADDTIME|SUBTIME)\(/,
    kind: 'value',
    text: /838:59:59\.9+ \|\| ours .*-?838:59:59(?:\.0+)?$/,
    mysql: 'the largest time is 838:59:59',
  },
  {
    statement: /\bTIME_TO_SEC\(/,
    kind: 'value',
    text: /\.\d+ \|\| ours/,
    mysql: 'whole seconds; MariaDB keeps the fraction',
  },
  { statement: /\bTIME_TO_SEC\(/, kind: 'type', text: /class decimal, ours integer/, mysql: 'whole seconds' },
  {
    statement: /\bSHA2\(/,
    kind: 'value',
    text: /ours .*NULL$/,
    mysql: 'NULL when the length is NULL',
  },
  {
    statement: /\bSHA2\(|\bJSON_VALUE\(NULL|\bCONCAT\(NULL\)/,
    kind: 'type',
    text: /class binary, ours string/,
    mysql: 'a text even when it is NULL',
  },
  {
    statement: /\bREGEXP_(?:SUBSTR|REPLACE)\(|REGEXP_INSTR\(/,
    kind: 'error',
    text: /ours 3685 /,
    mysql: 'error 3685 for an empty pattern',
  },
  {
    statement: /\bREGEXP\b/,
    kind: 'error',
    text: /^1139 .*ours 36(?:8[5-9]|9[0-9]) |ours 3685 /,
    mysql: 'errors of regular expressions have numbers of their own; MariaDB has 1139',
  },
  {
    statement: /\bREGEXP_SUBSTR\(/,
    kind: 'value',
    text: /\|\| ours .*NULL$/,
    mysql: 'NULL without a match; MariaDB the empty text',
  },
  {
    statement:
      /\b(?:FORMAT_BYTES|FORMAT_PICO_TIME|GTID_SUBSET|GTID_SUBTRACT|JSON_STORAGE_(?:FREE|SIZE)|VALIDATE_PASSWORD_STRENGTH)\(/,
    kind: 'error',
    text: /^1305 /,
    mysql: 'MariaDB has no function of this name',
  },
  {
    statement: /CAST\(X'[0-9A-F]+' AS D(?:ECIMAL|OUBLE)|FIELD\('banana', 2\.5, X'/,
    kind: 'value',
    text: /ours (?:\d{7,8}(?:\.0+)?|0)$/,
    mysql: "X'…' is the number of its bits as 0x… is; MariaDB takes it for a text",
  },
  {
    statement: /\bREGEXP_REPLACE\(.*\*\+\$/,
    kind: 'value',
    text: /ours .*<>/,
    mysql: 'empty matches are replaced too, also the one after a match at the end of the text, as in ICU',
  },
  {
    statement: /(?:<<|>>) ?(?:-?9223372036854775808|-7|-1|t1\.v)|-2\.5e0 (?:<<|>>)/,
    kind: 'value',
    mysql: 'a negative count of bits shifts everything out; MariaDB takes it modulo 64',
  },
  {
    statement:
      /HEX\(-2\.5e0\)|HEX\(t0\.v\) FROM k_dbl|~-2\.5e0|~t0\.v FROM k_dbl|(?:[&|^] -2\.5e0|-2\.5e0 [&|^])|[&|^] t1\.v FROM .*k_dbl/,
    kind: 'value',
    mysql: 'a double becomes an integer by rint(), halves to even; MariaDB rounds them away from zero',
  },
  {
    statement:
      /ROUND\((?:-?9223372036854775808|9223372036854775807|18446744073709551615|t0\.v).*|-\(-?(?:9223372036854775808|18446744073709551615)\)|-\(t0\.v\) FROM k_(?:int|uint)/,
    kind: 'error',
    text: /ours 1690 /,
    mysql: 'BIGINT value is out of range; MariaDB widens to DECIMAL',
  },
  {
    statement: new RegExp(
      String.raw`(?:DATE'|TIMESTAMP'|TIME'|k_(?:date|dt6?|time6?) t[01]).*${aText}|${aText}.*(?:DATE'|TIMESTAMP'|TIME'|k_(?:date|dt6?|time6?) t[01])`,
    ),
    kind: 'value',
    text: /: (?:\d+ \| )*[01] \|\| ours (?:\d+ \| )*(?:NULL|[01])$/,
    mysql: 'a text that is no date compares as NULL; MariaDB as the zero date',
  },
  {
    statement: /INTERVAL (?:-?9223372036854775808|-?9223372036854775807|t1\.v) YEAR/,
    kind: 'value',
    text: /ours .*NULL$/,
    mysql: 'NULL beyond the year 9999; in MariaDB the number of years overflows',
  },
  {
    statement: /INTERVAL t1\.v (?:SECOND|MINUTE|HOUR|DAY)_MICROSECOND FROM k_dt6 t0, k_int/,
    kind: 'value',
    mysql: 'all digits of the number count; MariaDB cuts them at 2^32',
  },
  {
    statement: /t0\.v \+ INTERVAL t1\.v (?:MICROSECOND|SECOND|MINUTE|HOUR) FROM k_str/,
    kind: 'value',
    text: /\.000000 \|\| ours/,
    mysql: 'a moved text shows a fraction only when it has one',
  },
  {
    statement: /CAST\(.* AS (?:SIGNED|UNSIGNED|DATETIME|DATETIME\(3\)|TIME|TIME\(2\))\)/,
    kind: 'value',
    mysql: 'temporal values are rounded to the digits of the type; MariaDB cuts them (TIME_ROUND_FRACTIONAL)',
  },
  {
    statement: /CAST\((?:'(?:héllo|日本語|😀)|t0\.v).* AS BINARY\(4\)\)/,
    kind: 'value',
    mysql: 'four bytes; MariaDB takes four characters of a constant',
  },
  {
    statement: /\bDATE_FORMAT\((?:TIME'|.* FROM k_time)/,
    kind: 'value',
    mysql: 'a time is one of today; MariaDB formats it without a date',
  },
  {
    statement: /STR_TO_DATE\('2021-02-30'/,
    kind: 'value',
    text: /ours NULL$/,
    mysql: 'NULL for a day that the month has not',
  },
  {
    statement: /\bREPLACE\(/,
    kind: 'value',
    text: /ours .*NULL/,
    mysql: 'NULL when an argument is NULL',
  },
  {
    statement: /SUBSTRING_INDEX\(.*(?:9223372036854775808|18446744073709551615|t2\.v)/,
    kind: 'value',
    text: /: .*\| {2}\|\| ours|: {2}\|\| ours|x'' \|\| ours/,
    mysql: 'a count larger than the number of parts gives the whole text',
  },
  {
    statement: /(?:MAKE_SET|RPAD|LPAD)\(|(?:TIME|DATE)_FORMAT\(.*X'/,
    kind: 'value',
    text: /[ÃæäâÅð]/,
    mysql: 'text in its own characters; MariaDB shows the bytes of UTF-8 as characters',
  },
  {
    statement: /% TIME'-00:00:00\.5|% t1\.v/,
    kind: 'value',
    text: /-0\.0+ \|\| ours (?:\d+ \| )*0\.0+$/,
    mysql: 'zero has no sign',
  },
  {
    statement: /(?:[-+*/%] NULL|NULL [-+*/%]|\(NULL \+ 1\))/,
    kind: 'type',
    text: /class real, ours/,
    mysql: 'NULL is an integer in arithmetic; MariaDB makes it a double',
  },
  {
    statement:
      /(?:ADDTIME|SUBTIME|TIMESTAMP|TIME_TO_SEC|TIME|HOUR|MINUTE|SECOND|MICROSECOND|TIME_FORMAT)\(t0\.v.* FROM .*k_int/,
    kind: 'value',
    text: /ours .*NULL$/,
    mysql: 'NULL for a number that is no time; MariaDB reads some as datetimes and 0 as the zero date',
  },
  {
    statement:
      /(?:EXTRACT|TIME_FORMAT|HOUR|MINUTE|SECOND|TIME|ADDTIME|SUBTIME|TIMESTAMP|NULLIF|DATE_FORMAT)\(.*t0\.v.* FROM .*k_(?:str|int)/,
    kind: 'value',
    text: /(?:NULL|0) \|\| ours|\|\| ours .*(?:NULL|\| )$/,
    mysql: 'a text is read up to where it stops being a time; MariaDB takes all of it or nothing',
  },
  {
    statement: /(?:MAKETIME|FORMAT)\(.*k_(?:dbl|dt6)|\bFORMAT\(TIME/,
    kind: 'value',
    mysql: 'rounded to the nearest digit; MariaDB cuts seconds, and rounds the digits of a datetime twice',
  },
  {
    statement: /BIT_COUNT\(t0\.v\) FROM k_(?:dbl|str)|(?:~t0\.v|t0\.v [&|^] t1\.v) FROM .*k_str/,
    kind: 'value',
    mysql: 'the integer that a text begins with, and doubles as integers of 64 bits',
  },
  {
    statement: /t0\.v BETWEEN t1\.v AND t2\.v FROM k_(?:time6|date|dt6)/,
    kind: 'value',
    mysql: 'a time among numbers is its digits',
  },
  {
    statement: /ROUND\(t0\.v, t1\.v\) FROM .*k_uint|COALESCE\(NULL, t0\.v, t1\.v\) FROM k_uint/,
    kind: 'type',
    text: /class decimal, ours integer/,
    mysql: 'unsigned integers stay integers',
  },
  {
    statement: /LOCATE\(t0\.v, t1\.v, t2\.v\) FROM .*k_(?:dbl|dec|str|uint|int) t2/,
    kind: 'value',
    text: /\| 0 \|\| ours/,
    mysql: 'a position is rounded',
  },
  {
    statement: /t0\.v - t1\.v FROM k_int t0, k_int t1/,
    kind: 'error',
    text: /ours 1690 /,
    mysql: '0 - -9223372036854775808 is out of range; MariaDB lets it wrap',
  },
  {
    statement: /99999999999999999999 \+ 1$/,
    kind: 'error',
    text: /ours 1690 /,
    mysql: 'a DECIMAL has at most 65 digits',
  },
  {
    statement: /\b(?:CEIL|FLOOR)\(/,
    kind: 'type',
    text: /class integer, ours decimal/,
    mysql: 'BIGINT when the digits of the literals allow it; here a literal counts as any BIGINT',
  },
  {
    statement: /\b(?:SUM|AVG)\(.* \/ /,
    kind: 'value',
    text: /\.\d{4,}.*\|\| ours .*\.\d{4,}/,
    mysql:
      'whether the digits of a quotient that it does not show are summed depends on the plan, in both servers',
  },
  {
    statement: /\bREGEXP/,
    kind: 'error',
    text: /ours 3995 /,
    mysql: 'error 3995 for binary strings',
  },
  {
    statement: /TRUNCATE\(0\.0, -0\.005\)/,
    kind: 'value',
    mysql: 'the number of digits of a constant that is no integer decides the type; here the value alone',
  },
  {
    statement: /^SELECT (?:t\d\.id, )*(?:JSON_KEYS|JSON_VALUE|JSON_QUOTE)\(/,
    kind: 'value',
    text: /\["b", "a"\]|\["key with space", "n"\]/,
    mysql: 'members stand in the order of the lengths of their names, then of the names',
  },
  {
    statement: /\bJSON_ARRAY_APPEND\(/,
    kind: 'value',
    text: /NULL \|\| ours/,
    mysql: 'a path that leads nowhere changes nothing',
  },
  {
    statement: /\bJSON_(?:SET|REMOVE|INSERT|REPLACE|ARRAY_\w+)\(/,
    kind: 'error',
    text: /ours (?:3149|3153|3165) /,
    mysql: 'errors 3149 of wildcards, 3153 of the root, 3165 of a path to no cell; MariaDB gives NULL',
  },
  {
    statement: /\b(?:IS_UUID|UUID_TO_BIN|BIN_TO_UUID|MEMBER OF)\(/,
    kind: 'error',
    text: /^(?:1305|1064) /,
    mysql: 'MariaDB has no such function',
  },
  {
    statement: /\bJSON_PRETTY\('\{"b"/,
    kind: 'value',
    text: /ours \{\n {2}"a": \{\},\n {2}"b": \[\n {4}1,/,
    mysql: 'two blanks a level, no line breaks in what is empty; MariaDB lays it out otherwise',
  },
  {
    statement: /\bAVG\(.* OVER \(.* ROWS /,
    kind: 'value',
    text: /\.\d*9{3,} \|\| ours/,
    mysql: 'MariaDB loses digits when rows leave a frame',
  },
  {
    statement: /^SELECT .*NULLIF\(t0\.v, t1\.v\) FROM k_time/,
    kind: 'value',
    text: /NULL \|\| ours (?:\d+ \| )*00:00:00$/,
    mysql: 'a text that is no time is not equal to 00:00:00',
  },
  {
    statement: /\bJSON_SEARCH\(.*'(?:one|all)', '[%_]'\)/,
    kind: 'value',
    mysql: 'strings alone are searched; MariaDB searches numbers and words too, and quotes no name in a path',
  },
  {
    statement: /\b(?:INTERSECT|EXCEPT)\b/,
    kind: 'error',
    text: /^1060 /,
    mysql: 'columns of a branch may have the same name; MariaDB makes a derived table of it',
  },
  {
    statement: /ORDER BY -\d/,
    kind: 'error',
    text: /^1054 /,
    mysql: 'a negative number is an expression and no position',
  },
  {
    statement: /^(?:VALUES ROW|SELECT \* FROM \(VALUES ROW)/,
    kind: 'error',
    text: /^1064 /,
    mysql: 'VALUES is a statement with ROW()',
  },
  {
    statement: /\bSTD(?:DEV)?(?:_SAMP)?\(|\bVAR(?:IANCE|_SAMP|_POP)?\(/,
    kind: 'value',
    text: /\.\d{4,6}(?:\D.*)?\|\| ours/,
    mysql: 'a double with all its digits; MariaDB fixes their number',
  },
  {
    statement: /\b(?:STD|STDDEV|VAR)\w*\(/,
    kind: 'type',
    text: /decimals \d+ of real, ours 31/,
    mysql: 'a double',
  },
  {
    statement: /\b(?:ROW_NUMBER|RANK|NTILE)\(/,
    kind: 'type',
    text: /unsigned 0, ours 32/,
    mysql: 'an unsigned integer',
  },
  {
    statement: /\b(?:PERCENT_RANK|CUME_DIST)\(/,
    kind: 'value',
    text: /\.\d{10} .*\|\| ours/,
    mysql: 'a double with all its digits',
  },
  {
    statement: /WHERE ROW_NUMBER/,
    kind: 'error',
    text: /^4015 .*ours 3593 /,
    mysql: 'error 3593',
  },
  {
    statement: /^SELECT id, name, COUNT\(\*\) FROM e GROUP BY id|^SELECT dept FROM e HAVING/,
    kind: 'error',
    text: /^(?:1055|1463) /,
    mysql: 'columns that the primary key determines may be selected; HAVING may name a selected column',
  },
];

/** The entry that explains a difference. */
export function explained(sql: string, difference: Difference): KnownDifference | undefined {
  return differences.find(
    ({ statement, kind, text }) =>
      kind === difference.kind && statement.test(sql) && (text === undefined || text.test(difference.text)),
  );
}
