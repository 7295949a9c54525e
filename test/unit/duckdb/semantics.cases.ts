/** Expressions over one table of edge values; each must give on DuckDB what it gives on a real MariaDB. */

/** Columns with their MariaDB types, and the rows as SQL literals. */
export const columns: readonly (readonly [name: string, type: string])[] = [
  ['id', 'int'],
  ['i', 'bigint'],
  ['j', 'int'],
  ['u', 'bigint unsigned'],
  ['d', 'decimal(10,3)'],
  ['e', 'decimal(18,6)'],
  ['f', 'double'],
  ['g', 'float'],
  ['s', 'varchar(60)'],
  ['t', 'varchar(60)'],
  ['n', 'varchar(30)'],
  ['dt', 'date'],
  ['ts', 'datetime(6)'],
  ['t0', 'datetime'],
  ['tm', 'time(6)'],
  ['ds', 'varchar(40)'],
  ['y', 'year'],
  ['bin', 'varbinary(20)'],
];

export const rows: readonly string[] = [
  `1, 0, 0, 0, 0, 0, 0, 0, '', '', '', '1970-01-01', '1970-01-01 00:00:00', '1970-01-01 00:00:00', '00:00:00', '2020-01-01', 1970, ''`,
  `2, 1, -1, 1, 1.005, -1.5, 1.5, 1.5, 'abc', 'b', '12abc', '2020-02-29', '2020-02-29 23:59:59.999999', '2020-02-29 23:59:59', '12:34:56.789012', '2020-02-29 10:11:12.5', 2020, 'abc'`,
  `3, -7, 2, 3, -0.125, 0.000001, -2.5, 0.1, 'Hello World', 'o', '-3.7e2', '1999-12-31', '1999-12-31 12:00:00.5', '1999-12-31 12:00:00', '-00:00:01.5', '20200315', 1999, X'00FF41'`,
  `4, 42, 7, 18446744073709551615, 9999999.999, 123456789012.654321, 1e15, 16777216, 'Füße 🦆 ä', 'ß', ' 42 ', '2021-01-31', '2021-01-31 01:02:03.000004', '2021-01-31 01:02:03', '838:59:59', '2021-1-5 1:2:3', 2155, 'longer than that'`,
  `5, -1, -3, 9223372036854775808, -9999999.999, -0.5, -1e-7, -1.17549e-38, 'a%b_c\\\\d', 'a\\\\%b%', 'xyz', '2024-12-30', '2024-12-30 00:00:00.1', '2024-12-30 00:00:00', '-838:59:59', 'not a date', 1901, ' '`,
  `6, 100, 12, 255, 2.5, 2.5, 2.5, 3.14159, '  padded  ', 'pad', '.5', '2023-07-04', '2023-07-04 13:14:15', '2023-07-04 13:14:15', '23:59:59.999999', '99-12-31', 2069, 'é'`,
  `7, 9007199254740993, 31, 1000, 3.333, 1.666666, 123456789.123, 1e10, 'aXbXc', 'X', '9999999999999999999', '9999-12-31', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59', '100:00:00', '2020-02-30', 2000, 'x'`,
  `8, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
];

const groups: Readonly<Record<string, string>> = {
  arithmetic: `
    i + j; i - j; i * 2; j * j; i + 1.5; d + e; d - e; d * e; d * d; f + 1; f * f; f - d; g + 1; g * 2; -i; -d; -f; -j
    i / j; d / e; d / 3; 1 / d; j / 7; 2 / 3; i / 0; d / 0; f / 3; f / 0; j / f; e / d; e / 7.25
    i DIV j; d DIV 2; f DIV 2; e DIV d; j DIV 0; i % 3; i % j; d % 2; e % d; f % 2; -7 % 3; j % 0; MOD(i, 4); f % 0
    u + 0; u DIV 2; u % 7; u / 2; u > 5; i > u; u = 18446744073709551615; u & 255; u | 1; u ^ 3; ~u; j << 2; i >> 1; j & 6; j ^ 5; -1 & 255; u >> 63
    s + 1; n + 0; n * 2; n / 2; n % 5; t0 + 0; ts + 0; dt + 0; tm + 0; y + 1; -n
    1 / 3 * 3; d / 3 * 3; e / d * 100; d / 7 + e / 7; -(d / 3) * 3; ROUND(d / 3, 2); ROUND(1.005 / 1, 2); d / 3 / 3; (d + 1) / 3 * 2; 10 / 3 % 1; TRUNCATE(d / 3, 3); FLOOR(d / 3); d / 3 + 1e0; u / 3 * 3; i / 3 * 3; e / 3 * 1000
    i + NULL; NULL / 2; y / 3; j + TRUE; (i > 0) + 1; (s = 'abc') * 10; g / 3
  `,
  comparison: `
    i = j; i <> 0; i < j; i <= j; i <=> NULL; i <=> j; d = 2.5; d > f; f = 2.5; i = '42'; s = 'abc'; s < t; s <=> t; s > 'a'; n = 42; n > 3; n = '12abc'
    dt = '2020-02-29'; dt > '2000-01-01'; ts >= '2020-02-29 23:59:59'; dt = ts; t0 < ts; ts > 20200101; dt = 20200229; tm > '12:00:00'; tm = '12:34:56.789012'
    i IN (1, 2, 42); i IN (1, NULL); s IN ('abc', 'X'); i NOT IN (1, 42); d IN (2.5, 1); n IN (12, 42); NULL IN (1); i BETWEEN -1 AND 50; s BETWEEN 'a' AND 'b'; i NOT BETWEEN 0 AND 5; dt BETWEEN '2000-01-01' AND '2021-12-31'
    i IS NULL; i IS NOT NULL; (i > 0) IS TRUE; (i > 0) IS NOT TRUE; (i > 0) IS FALSE; (i > 0) IS UNKNOWN; i IS TRUE; f IS FALSE
    i AND j; i OR j; i XOR j; NOT i; !j; i AND NULL; i OR NULL; f AND 1; d OR 0; n AND 1; NOT n; i > 0 AND s = 'abc' OR j < 0
    s LIKE 'a%'; s LIKE '%o%'; s LIKE t; s LIKE 'a\\\\%b%'; s LIKE 'a|%b%' ESCAPE '|'; s LIKE '_b_'; s LIKE '%\\\\\\\\d'; s NOT LIKE '%a%'; s LIKE ''; s LIKE '%🦆%'; s LIKE '____ _ _'; i LIKE '4%'; s LIKE 'abc\\\\'; s LIKE CONCAT(t, '%')
    s REGEXP '^a'; s REGEXP 'o.*o'; s RLIKE '[0-9]'; s NOT REGEXP 'b'; bin = 'abc'; bin > s
    STRCMP(s, t); GREATEST(i, j); LEAST(i, j, 3); GREATEST(d, e); GREATEST(s, t); LEAST(f, d); GREATEST(i, NULL); GREATEST(dt, '2000-01-01'); INTERVAL_SKIP
  `,
  control: `
    IF(i > 0, 'pos', 'neg'); IF(i, s, t); IF(NULL, 1, 2); IFNULL(i, 0); IFNULL(s, 'none'); NULLIF(i, 42); NULLIF(s, 'abc'); COALESCE(i, j, 5); COALESCE(NULL, s, 'x'); COALESCE(d, 1); ISNULL(s); IFNULL(d, i); COALESCE(i, 1.5)
    CASE WHEN i > 0 THEN 'p' WHEN i < 0 THEN 'n' ELSE 'z' END; CASE i WHEN 1 THEN 'one' WHEN 42 THEN 'many' END; CASE WHEN i > 0 THEN i ELSE d END; CASE s WHEN 'abc' THEN 1 ELSE 2.5 END
  `,
  strings: `
    CONCAT(s, t); CONCAT(s, i); CONCAT(i, '-', d); CONCAT(f, ''); CONCAT(g, ''); CONCAT(d, ''); CONCAT(dt, ''); CONCAT(ts, ''); CONCAT(t0, ''); CONCAT(tm, ''); CONCAT(y, ''); CONCAT(u, ''); CONCAT(e, ''); CONCAT(s, NULL); CONCAT_WS(',', s, NULL, t); CONCAT_WS(t, s, s)
    LENGTH(s); CHAR_LENGTH(s); BIT_LENGTH(s); UPPER(s); LOWER(s); UPPER(t); TRIM(s); LTRIM(s); RTRIM(s); TRIM('a' FROM s); TRIM(LEADING ' ' FROM s); TRIM(TRAILING 'c' FROM s); TRIM(BOTH t FROM s)
    LEFT(s, 3); LEFT(s, 0); LEFT(s, -1); LEFT(s, j); RIGHT(s, 2); RIGHT(s, -2); RIGHT(s, j); SUBSTRING(s, 2); SUBSTRING(s, 2, 3); SUBSTRING(s, -3); SUBSTRING(s, -3, 2); SUBSTRING(s, 0); SUBSTRING(s, 0, 2); SUBSTRING(s, j); SUBSTRING(s, j, 2); SUBSTRING(s, 2, -1); MID(s, 2, 2); SUBSTR(s, 100); SUBSTRING(s, -100); SUBSTRING(s, -100, 200)
    LPAD(s, 12, '*'); RPAD(s, 12, 'ab'); LPAD(s, 2, '*'); LPAD(s, -1, '*'); REPEAT(t, 3); REPEAT(t, 0); REPEAT(t, j); SPACE(3); REPLACE(s, 'X', '--'); REPLACE(s, t, '.'); REPLACE(s, '', 'x'); REVERSE(s); INSERT(s, 2, 1, 'ZZ'); INSERT(s, 0, 1, 'ZZ'); INSERT(s, 2, 100, 'ZZ')
    LOCATE('o', s); LOCATE('', s); LOCATE(t, s); LOCATE('o', s, 6); INSTR(s, 'X'); INSTR(s, ''); POSITION('b' IN s); FIELD(s, 'abc', 'x'); FIELD(i, 1, 42); ELT(2, s, t); ELT(j, s, t); FIND_IN_SET('b', 'a,b,c'); FIND_IN_SET(t, 'a,b,X'); SUBSTRING_INDEX(s, 'X', 1); SUBSTRING_INDEX(s, 'X', -1); SUBSTRING_INDEX(s, ' ', 0)
    HEX(s); HEX(i); HEX(bin); ASCII(s); ASCII(t); MD5(s); SHA1(s); SHA(bin); UNHEX('4142'); HEX(UNHEX(HEX(s))); BIN(i); OCT(j); ORD(s); QUOTE(s); FORMAT(f, 2); FORMAT(d, 1); FORMAT(i, 0); TO_BASE64(s); FROM_BASE64(TO_BASE64(s)); CHAR(65, 66); CONV('ff', 16, 10); CONV(i, 10, 2); CRC32(s); SHA2(s, 256); MAKE_SET(5, 'a', 'b', 'c'); EXPORT_SET(5, 'Y', 'N', ',', 4)
    CONV('zz', 36, 10); CONV('-17', 10, -18); CONV('6E', 18, 8); CONV(10, 10, 1); UNHEX('zz'); UNHEX('123'); ORD('é'); QUOTE(NULL); FORMAT(-1234567.891, 2); FORMAT(0.5, 0); FORMAT(i, -1); TO_BASE64(REPEAT('x', 80)); FROM_BASE64('!!'); HEX(CHAR(256, 65, NULL)); SHA2(s, 1); MAKE_SET(i, 'a', NULL, 'c'); BIN(-1); OCT(NULL); CRC32(NULL); CRC32('MySQL')
    REGEXP_REPLACE(s, '[aeiou]', '*'); REGEXP_SUBSTR(s, '[a-z]+'); REGEXP_INSTR(s, 'o'); REGEXP_INSTR(s, 'zzz')
  `,
  numbers: `
    ABS(i); ABS(d); ABS(f); CEIL(d); CEIL(f); CEIL(i); FLOOR(d); FLOOR(f); FLOOR(e); CEILING(e); ROUND(d); ROUND(d, 1); ROUND(d, 2); ROUND(e, 3); ROUND(i, -1); ROUND(f, 2); ROUND(f); ROUND(d, -2); ROUND(d, 5); TRUNCATE(d, 1); TRUNCATE(f, 1); TRUNCATE(e, 4); TRUNCATE(d, -2); TRUNCATE(i, -1)
    SIGN(i); SIGN(d); SIGN(f); SQRT(j); SQRT(f); POW(j, 2); POW(2, j); EXP(j); LN(j); LN(d); LOG(j); LOG(2, j); LOG10(j); LOG2(j); SIN(j); COS(j); TAN(j); ATAN(j); ATAN(j, 2); ATAN2(j, d); ASIN(d); ACOS(f); DEGREES(j); RADIANS(j); PI(); COT(j + 0.5); BIT_COUNT(u); BIT_COUNT(i); MOD(f, 2); ROUND(u); ABS(u); FLOOR(u)
  `,
  dates: `
    YEAR(dt); MONTH(dt); DAY(dt); DAYOFWEEK(dt); WEEKDAY(dt); DAYOFYEAR(dt); QUARTER(dt); WEEKOFYEAR(dt); LAST_DAY(dt); DAYNAME(dt); MONTHNAME(dt); TO_DAYS(dt); YEAR(ts); MONTH(t0); HOUR(ts); MINUTE(t0); SECOND(ts); MICROSECOND(ts); HOUR(tm); MINUTE(tm); SECOND(tm); MICROSECOND(tm); DATE(ts); TIME(ts); DATE(ds); YEAR(ds); MONTH(ds); DATE(dt)
    WEEK(dt); WEEK(dt, 1); WEEK(dt, 3); YEARWEEK(dt); YEARWEEK(dt, 1); DATEDIFF(dt, '2020-01-01'); DATEDIFF(ts, dt); TO_SECONDS(t0); TIME_TO_SEC(tm); UNIX_TIMESTAMP(t0); UNIX_TIMESTAMP(dt); FROM_UNIXTIME(j * 100000); FROM_UNIXTIME(1.5); FROM_DAYS(730000 + j); MAKEDATE(2020, j); LAST_DAY(ts)
    dt + INTERVAL 1 DAY; dt - INTERVAL 1 MONTH; dt + INTERVAL j DAY; dt + INTERVAL j MONTH; dt + INTERVAL j YEAR; dt + INTERVAL 1 HOUR; ts + INTERVAL 1 MICROSECOND; ts - INTERVAL j SECOND; t0 + INTERVAL j MINUTE; t0 + INTERVAL 1 QUARTER; t0 + INTERVAL 1 WEEK; t0 + INTERVAL '1:30' HOUR_MINUTE; ts + INTERVAL '1 2:3:4.5' DAY_MICROSECOND; dt + INTERVAL 1.5 SECOND; ds + INTERVAL 1 DAY; DATE_ADD(dt, INTERVAL 100000 YEAR); DATE_SUB(t0, INTERVAL i HOUR); tm + INTERVAL 1 HOUR; ADDDATE(dt, 3); SUBDATE(dt, 3)
    TIMESTAMPDIFF(DAY, dt, '2022-01-01'); TIMESTAMPDIFF(MONTH, dt, '2022-01-30'); TIMESTAMPDIFF(YEAR, t0, '2022-01-30'); TIMESTAMPDIFF(SECOND, t0, ts); TIMESTAMPDIFF(HOUR, ts, '2020-01-01'); TIMESTAMPDIFF(MICROSECOND, t0, ts); TIMESTAMPADD(MONTH, 1, dt); TIMEDIFF(ts, t0); TIMEDIFF(tm, '01:00:00')
    EXTRACT(YEAR FROM ts); EXTRACT(MONTH FROM dt); EXTRACT(HOUR FROM ts); EXTRACT(YEAR_MONTH FROM dt); EXTRACT(DAY_MICROSECOND FROM ts); EXTRACT(MINUTE_SECOND FROM t0); EXTRACT(QUARTER FROM dt); EXTRACT(MICROSECOND FROM ts); EXTRACT(WEEK FROM dt)
    DATE_FORMAT(ts, '%Y-%m-%d %H:%i:%s.%f'); DATE_FORMAT(dt, '%W %M %e %y %j %D'); DATE_FORMAT(ts, '%h %p %r %T %k %l %a %b %c %%'); DATE_FORMAT(dt, '%U %u %V %v %X %x %w'); TIMESTAMP(dt); TIMESTAMP(ds); TIMESTAMP(dt, '01:02:03')
    STR_TO_DATE('2020-03-04', '%Y-%m-%d'); STR_TO_DATE('04/03/2020 10:11:12', '%d/%m/%Y %H:%i:%s'); SEC_TO_TIME(j * 1000); MAKETIME(j, 2, 3); TIME_FORMAT(tm, '%H:%i:%s'); ADDTIME(ts, '01:00:00'); SUBTIME(tm, '00:00:01'); CONVERT_TZ(t0, '+00:00', '+05:30'); PERIOD_ADD(202001, j); PERIOD_DIFF(202001, 201912)
    STR_TO_DATE('5 March 2020', '%e %M %Y'); STR_TO_DATE('10:11 PM', '%h:%i %p'); STR_TO_DATE('2020-02-30', '%Y-%m-%d'); STR_TO_DATE('2020-03-04 xyz', '%Y-%m-%d'); STR_TO_DATE('abc', '%Y'); STR_TO_DATE(ds, '%Y-%m-%d'); STR_TO_DATE('12.5', '%s.%f'); SEC_TO_TIME(d); SEC_TO_TIME(-3661); MAKETIME(-5, 6, 7.5); MAKETIME(1, 60, 0); TIME_FORMAT(tm, '%H %k %h %I %l %i %s %f %p'); ADDTIME(tm, '1 1:1:1.000002'); PERIOD_ADD(9912, 2)
  `,
  casts: `
    CAST(i AS CHAR); CAST(d AS CHAR); CAST(f AS CHAR); CAST(g AS CHAR); CAST(ts AS CHAR); CAST(s AS CHAR(3)); CAST(d AS SIGNED); CAST(e AS SIGNED); CAST(f AS SIGNED); CAST(n AS SIGNED); CAST(n AS UNSIGNED); CAST(i AS UNSIGNED); CAST(u AS SIGNED); CAST(-1 AS UNSIGNED); CAST(d AS UNSIGNED)
    CAST(n AS DECIMAL(10,2)); CAST(f AS DECIMAL(10,2)); CAST(i AS DECIMAL(5,1)); CAST(d AS DECIMAL(5,1)); CAST(d AS DECIMAL(12,5)); CAST(n AS DOUBLE); CAST(d AS DOUBLE); CAST(i AS DOUBLE); CAST(e AS DOUBLE)
    CAST(ds AS DATE); CAST(ds AS DATETIME); CAST(ds AS DATETIME(6)); CAST(ts AS DATE); CAST(dt AS DATETIME); CAST(ts AS DATETIME(3)); CAST(ts AS DATETIME); CAST(ts AS TIME); CAST(ts AS TIME(6)); CAST(20200229 AS DATE); CAST('12:13:14' AS TIME); CAST(tm AS CHAR); CAST(dt AS SIGNED); CAST(ts AS SIGNED); CAST(tm AS SIGNED); CAST(ts AS DECIMAL(20,6)); CAST(dt AS CHAR)
    HEX(CAST(s AS BINARY)); HEX(CAST(i AS BINARY)); CAST(bin AS CHAR); CAST(y AS CHAR); CAST(j AS CHAR(1)); BINARY s = 'abc'; CAST(TRUE AS CHAR); CONVERT(n, SIGNED); CONVERT(s USING utf8mb4)
  `,
};

export const expressions: readonly (readonly [group: string, text: string])[] = Object.entries(
  groups,
).flatMap(([group, text]) =>
  text
    .split(/;|\n/)
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'INTERVAL_SKIP')
    .map((each) => [group, each] as const),
);

/** Where MariaDB is not MySQL 8.0, whose way ours is. */
export const differences: ReadonlyMap<string, string> = new Map([
  ["REGEXP_SUBSTR(s, '[a-z]+')", 'MariaDB: empty without a match; MySQL: NULL'],
  ['TIME_TO_SEC(tm)', 'MariaDB: with the fraction; MySQL: whole seconds'],
  ['UNIX_TIMESTAMP(t0)', 'MariaDB: NULL beyond its range; MySQL: 0'],
  ['UNIX_TIMESTAMP(dt)', 'MariaDB: NULL beyond its range; MySQL: 0'],
  ['ds + INTERVAL 1 DAY', 'MariaDB: a fraction of zeros; MySQL: none'],
  ['ROUND(d, -2)', 'the result keeps the scale of the argument; the value is the same'],
  ['TRUNCATE(d, -2)', 'the result keeps the scale of the argument; the value is the same'],
  ['CAST(ts AS DATETIME(3))', 'rounded beyond 9999: MariaDB keeps the last instant; MySQL: NULL'],
  ['CAST(ts AS DATETIME)', 'rounded beyond 9999: MariaDB keeps the last instant; MySQL: NULL'],
  ['CAST(ts AS TIME)', 'rounded over midnight: MariaDB 24:00:00; MySQL 00:00:00'],
  ['CAST(ts AS SIGNED)', 'MariaDB cuts the fraction; MySQL rounds'],
  ["TIMEDIFF(tm, '01:00:00')", 'clipped: MariaDB 838:59:59.999999; MySQL 838:59:59.000000'],
  ["SUBTIME(tm, '00:00:01')", 'clipped: MariaDB 838:59:59.999999; MySQL 838:59:59.000000'],
  [
    "STR_TO_DATE('2020-02-30', '%Y-%m-%d')",
    'a day that does not exist: MariaDB takes it without its sql_mode; ours: NULL',
  ],
  [
    "STR_TO_DATE(ds, '%Y-%m-%d')",
    'a day that does not exist: MariaDB takes it without its sql_mode; ours: NULL',
  ],
  ["ADDTIME(tm, '1 1:1:1.000002')", 'clipped: MariaDB 838:59:59.999999; MySQL 838:59:59.000000'],
  ['SEC_TO_TIME(d)', 'clipped: MariaDB 838:59:59.999; MySQL 838:59:59.000'],
  ['CAST(tm AS SIGNED)', 'MariaDB cuts the fraction; MySQL rounds'],
  ['CAST(bin AS CHAR)', 'bytes that are no UTF-8: MariaDB shows ?, ours the replacement character'],
]);
