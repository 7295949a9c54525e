import { failSql } from './errors.ts';

const doubleRange = failSql('OUT_OF_RANGE_EXPRESSION', 'DOUBLE value is out of range');

/**
 * MySQL's semantics as DuckDB macros, made once an instance. A macro's arguments are put in for its parameters
 * as they are, so each is named as seldom as can be. What has several statements' worth of rules is left to
 * the evaluator instead.
 */
export const macros: readonly string[] = [
  // MySQL has no infinities: a double that overflows is an error.
  `tg_finite(x) AS CASE WHEN isfinite(x) THEN x WHEN x IS NULL THEN NULL ELSE CAST(${doubleRange} AS DOUBLE) END`,
  // Whether a DOUBLE division of these two whole numbers rounds right; see divide() in print/arithmetic.ts.
  'tg_divides(a, b) AS (abs(a) <= 4e15 AND abs(b) <= 4e15 AND b <> 0)',
  // The same in two steps, the second for nine digits of the remainder.
  'tg_divides_long(a, b) AS (abs(a) <= 4e15 AND abs(b) <= 4e6 AND b <> 0)',
  'tg_high(a, b) AS trunc(a / b)',
  'tg_low(a, b) AS trunc((a - trunc(a / b) * b) * 1e9 / b)',
  // The smallest BIGINT modulo -1 overflows in DuckDB.
  'tg_modulo(a, b) AS CASE WHEN b = -1 THEN a - a ELSE a % b END',
  'tg_unsigned(x) AS CASE WHEN x < 0 THEN CAST(CAST(x AS HUGEINT) + 18446744073709551616 AS UBIGINT) ELSE CAST(x AS UBIGINT) END',
  'tg_signed(x) AS CASE WHEN x > 9223372036854775807 THEN CAST(CAST(x AS HUGEINT) - 18446744073709551616 AS BIGINT) ELSE CAST(x AS BIGINT) END',
  // A pattern must not end with its escape character; MySQL takes it for itself there.
  `tg_like_pattern(p) AS CASE WHEN length(p) > 0 AND (length(p) - length(rtrim(p, '\\'))) % 2 = 1 THEN p || '\\' ELSE p END`,
  // MySQL keeps a sharp s, DuckDB makes the capital one of it.
  `tg_upper(s) AS CASE WHEN contains(s, 'ß') THEN array_to_string(list_transform(string_split(s, 'ß'), lambda part: upper(part)), 'ß') ELSE upper(s) END`,
  // A count of characters within what DuckDB takes; NULL stays NULL, which greatest() would skip.
  'tg_count(n) AS CASE WHEN n > 1000000000 THEN 1000000000 WHEN n < -1000000000 THEN -1000000000 ELSE TRY_CAST(n AS INTEGER) END',
  'tg_left(s, n) AS left(s, CASE WHEN n < 0 THEN 0 ELSE tg_count(n) END)',
  'tg_right(s, n) AS right(s, CASE WHEN n < 0 THEN 0 ELSE tg_count(n) END)',
  `tg_substring(s, p) AS CASE WHEN p > 0 THEN substring(s, tg_count(p)) WHEN p = 0 OR -tg_count(p) > length(s) THEN CASE WHEN s IS NOT NULL AND p IS NOT NULL THEN '' END ELSE right(s, -tg_count(p)) END, (s, p, n) AS CASE WHEN s IS NULL OR p IS NULL OR n IS NULL THEN NULL WHEN n <= 0 OR p = 0 OR -tg_count(p) > length(s) THEN '' WHEN p > 0 THEN substring(s, tg_count(p), tg_count(n)) ELSE left(right(s, -tg_count(p)), tg_count(n)) END`,
  'tg_sqrt(x) AS CASE WHEN x >= 0 THEN sqrt(x) END',
  'tg_ln(x) AS CASE WHEN x > 0 THEN ln(x) END',
  'tg_log2(x) AS CASE WHEN x > 0 THEN log2(x) END',
  'tg_log10(x) AS CASE WHEN x > 0 THEN log10(x) END',
  'tg_log(x) AS CASE WHEN x > 0 THEN ln(x) END, (b, x) AS CASE WHEN x > 0 AND b > 0 AND b <> 1 THEN ln(x) / ln(b) END',
  'tg_acos(x) AS CASE WHEN abs(x) <= 1 THEN acos(x) END',
  'tg_asin(x) AS CASE WHEN abs(x) <= 1 THEN asin(x) END',
  'tg_atan(x) AS atan(x), (y, x) AS atan2(y, x)',
  'tg_pow(x, y) AS tg_finite(pow(x, y))',
  // An amount n with its sign s as an interval; what leaves the calendar anyway is NULL, since DuckDB's intervals
  // end earlier than MySQL's integers do.
  'tg_microseconds(n, s) AS to_microseconds(CASE WHEN n BETWEEN -400000000000000000 AND 400000000000000000 THEN s * n END)',
  'tg_seconds(n, s) AS to_microseconds(CASE WHEN n BETWEEN -400000000000 AND 400000000000 THEN s * n * 1000000 END)',
  'tg_minutes(n, s) AS to_minutes(CASE WHEN n BETWEEN -6000000000 AND 6000000000 THEN s * n END)',
  'tg_hours(n, s) AS to_hours(CASE WHEN n BETWEEN -100000000 AND 100000000 THEN s * n END)',
  'tg_days(n, s) AS to_days(CAST(CASE WHEN n BETWEEN -4000000 AND 4000000 THEN s * n END AS INTEGER))',
  'tg_weeks(n, s) AS to_days(CAST(CASE WHEN n BETWEEN -600000 AND 600000 THEN s * n * 7 END AS INTEGER))',
  'tg_months(n, s) AS to_months(CAST(CASE WHEN n BETWEEN -120000 AND 120000 THEN s * n END AS INTEGER))',
  'tg_quarters(n, s) AS to_months(CAST(CASE WHEN n BETWEEN -40000 AND 40000 THEN s * n * 3 END AS INTEGER))',
  'tg_years(n, s) AS to_months(CAST(CASE WHEN n BETWEEN -10000 AND 10000 THEN s * n * 12 END AS INTEGER))',
  `tg_move(d, i) AS CASE WHEN d + i >= TIMESTAMP '0001-01-01' AND d + i < TIMESTAMP '10000-01-01' THEN d + i END`,
];
