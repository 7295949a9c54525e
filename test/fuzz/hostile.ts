/** Texts that a parser may take more than linear time for, by a size. */

const times = (text: string, count: number): string => text.repeat(count);
const nested = (open: string, inner: string, close: string, count: number): string =>
  times(open, count) + inner + times(close, count);

export interface HostileText {
  readonly name: string;
  text(size: number): string;
}

/** Nesting beyond the parser's depth is an error, which must come in linear time too. */
export const hostileTexts: readonly HostileText[] = [
  { name: 'parentheses', text: (n) => `SELECT ${nested('(', '1', ')', n)}` },
  { name: 'open parentheses', text: (n) => `SELECT ${times('(', n)}` },
  { name: 'closing parentheses', text: (n) => `SELECT 1${times(')', n)}` },
  { name: 'many short parentheses', text: (n) => `SELECT ${times('(a),', n)}1` },
  { name: 'rows', text: (n) => `SELECT 1 WHERE ${times('((a, b), (c, d)) = ', n)}1` },
  { name: 'subqueries', text: (n) => nested('SELECT (', 'SELECT 1', ')', n) },
  { name: 'open subqueries', text: (n) => times('(SELECT ', n) },
  { name: 'derived tables', text: (n) => nested('SELECT * FROM (', 'SELECT 1', ') x', n) },
  { name: 'parentheses of joins', text: (n) => `SELECT * FROM ${nested('(', 'a JOIN b', ' JOIN c)', n)}` },
  { name: 'open parentheses of joins', text: (n) => `SELECT * FROM ${times('(a JOIN ', n)}` },
  { name: 'joins', text: (n) => `SELECT * FROM a ${times('JOIN b ON a.x = b.x ', n)}` },
  { name: 'commas in FROM', text: (n) => `SELECT * FROM a${times(', b', n)}` },
  { name: 'calls', text: (n) => `SELECT ${nested('f(', '1', ')', n)}` },
  { name: 'CASE', text: (n) => `SELECT ${nested('CASE WHEN ', '1', ' THEN 1 END', n)}` },
  { name: 'open CASE', text: (n) => `SELECT ${times('CASE ', n)}` },
  { name: 'common tables', text: (n) => `WITH ${times('a AS (SELECT 1), ', n)}b AS (SELECT 1) SELECT 1` },
  { name: 'nested common tables', text: (n) => nested('WITH a AS (', 'SELECT 1', ') SELECT 1', n) },
  { name: 'UNION', text: (n) => `SELECT 1${times(' UNION SELECT 1', n)}` },
  { name: 'UNION in parentheses', text: (n) => `(SELECT 1)${times(' UNION (SELECT 1)', n)}` },
  { name: 'sums', text: (n) => `SELECT 1${times(' + 1', n)}` },
  { name: 'OR', text: (n) => `SELECT 1${times(' OR a', n)}` },
  { name: 'NOT', text: (n) => `SELECT ${times('NOT ', n)}1` },
  { name: 'minus', text: (n) => `SELECT ${times('- ', n)}1` },
  { name: 'comparisons', text: (n) => `SELECT 1${times(' = 1', n)}` },
  { name: 'BETWEEN', text: (n) => `SELECT ${times('a BETWEEN b AND ', n)}c` },
  { name: 'LIKE', text: (n) => `SELECT a${times(" LIKE b ESCAPE '!'", n)}` },
  { name: 'IS NULL', text: (n) => `SELECT a${times(' IS NULL', n)}` },
  { name: 'COLLATE', text: (n) => `SELECT a${times(' COLLATE utf8mb4_bin', n)}` },
  { name: 'IN', text: (n) => `SELECT a IN (1${times(', 1', n)})` },
  { name: 'INTERVAL', text: (n) => `SELECT a${times(' + INTERVAL 1 DAY', n)}` },
  { name: 'names', text: (n) => `SELECT a${times('.a', n)}` },
  { name: 'columns', text: (n) => `SELECT a${times(', a AS b', n)} FROM t` },
  { name: 'values', text: (n) => `INSERT INTO t VALUES (1, 'a')${times(", (1, 'a')", n)}` },
  { name: 'open values', text: (n) => `INSERT INTO t VALUES ${times('(1, ', n)}` },
  { name: 'SET', text: (n) => `SET @a = 1${times(', @a = 1', n)}` },
  {
    name: 'definitions',
    text: (n) => `CREATE TABLE t (a INT${times(", a INT NOT NULL DEFAULT 1 COMMENT 'x'", n)})`,
  },
  { name: 'adjacent strings', text: (n) => `SELECT 'a'${times(" 'a'", n)}` },
  { name: 'doubled quotes', text: (n) => `SELECT '${times("''", n)}'` },
  { name: 'open quotes', text: (n) => `SELECT ${times("'", 2 * n + 1)}` },
  { name: 'backslashes', text: (n) => `SELECT '${times('\\', n)}` },
  { name: 'back quotes', text: (n) => `SELECT ${times('`', 2 * n + 1)}` },
  { name: 'comments', text: (n) => `SELECT ${times('/* a */', n)}1` },
  { name: 'open comments', text: (n) => `SELECT ${times('/* ', n)}1` },
  { name: 'version comments', text: (n) => `SELECT ${nested('/*!80000 ', '1', ' */', n)}` },
  { name: 'line comments', text: (n) => `SELECT 1${times('-- a\n', n)}` },
  { name: 'almost comments', text: (n) => `SELECT 1${times('/*!', n)}` },
  { name: 'blanks', text: (n) => `SELECT${times(' ', n)}1` },
  { name: 'semicolons', text: (n) => times(';', n) },
  { name: 'statements', text: (n) => times('SELECT 1;', n) },
  { name: 'digits', text: (n) => `SELECT ${times('1', n)}` },
  { name: 'points', text: (n) => `SELECT ${times('1.', n)}` },
  { name: 'exponents', text: (n) => `SELECT ${times('1e', n)}` },
  { name: 'hex', text: (n) => `SELECT 0x${times('AB', n)}` },
  { name: 'at signs', text: (n) => `SELECT ${times('@', n)}` },
  { name: 'variables', text: (n) => `SELECT ${times('@a := ', n)}1` },
  { name: 'placeholders', text: (n) => `SELECT ${times('?, ', n)}?` },
  { name: 'braces', text: (n) => `SELECT ${times('{d ', n)}` },
  { name: 'arrows', text: (n) => `SELECT a${times("->'$'", n)}` },
  { name: 'windows', text: (n) => `SELECT ${times('SUM(a) OVER (ORDER BY b), ', n)}1` },
  { name: 'points in time', text: (n) => `SELECT * FROM t AS OF ${times('(', n)}` },
  { name: 'letters beyond ASCII', text: (n) => `SELECT ${times('é', n)} FROM 日本` },
];
