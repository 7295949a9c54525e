/**
 * The queries of TPC-DS in MySQL's dialect. DuckDB's texts are valid MySQL under ANSI_QUOTES but for what is
 * changed here; no other text is touched.
 */

/** Replacements of single queries: MySQL has no FULL JOIN, and tells the letters of an alias apart. */
const patches: Readonly<Record<number, readonly (readonly [RegExp, string])[]>> = {
  49: [[/\) CATALOG\b/g, ') catalog']],
  51: [
    [
      /\(SELECT CASE\s+WHEN (web\.item_sk IS NOT NULL.*?)FROM web_v1 web\s+FULL OUTER JOIN store_v1 store ON (\([^)]*\))\)x/s,
      '(SELECT CASE WHEN $1FROM web_v1 web LEFT JOIN store_v1 store ON $2 UNION ALL SELECT store.item_sk, store.d_date, NULL, store.cume_sales FROM store_v1 store LEFT JOIN web_v1 web ON $2 WHERE web.item_sk IS NULL)x',
    ],
  ],
  97: [
    [
      /FROM ssci\s+FULL OUTER JOIN csci ON (\([^)]*\))/,
      'FROM (SELECT ssci.customer_sk AS s, csci.customer_sk AS c FROM ssci LEFT JOIN csci ON $1 UNION ALL SELECT ssci.customer_sk, csci.customer_sk FROM csci LEFT JOIN ssci ON $1 WHERE ssci.customer_sk IS NULL) both_sides',
    ],
    [/WHEN ssci\.customer_sk/g, 'WHEN s'],
    [/AND csci\.customer_sk IS/g, 'AND c IS'],
  ],
};

export interface TpcdsQuery {
  readonly name: string;
  /** As MySQL reads it, without the LIMIT at its end. */
  readonly all: string;
  /** The same without the ORDER BY at its end, which MariaDB refuses after WITH ROLLUP. */
  readonly unordered: string;
  /** The number of rows that its LIMIT leaves; undefined without one. */
  readonly limit: number | undefined;
}

export function inMySql(number: number, text: string): TpcdsQuery {
  let sql = text.replace(/;\s*$/, '');
  // NULLs come first without being told so.
  sql = sql.replace(/\s+NULLS FIRST/gi, '');
  sql = sql.replace(/GROUP BY ROLLUP\s*\(([^)]*)\)/gi, 'GROUP BY $1 WITH ROLLUP');
  sql = sql.replace(/\bAS int\)/gi, 'AS SIGNED)');
  for (const [from, to] of patches[number] ?? []) sql = sql.replace(from, to);
  const limit = /\s+LIMIT\s+(\d+)\s*$/i.exec(sql);
  const all = limit === null ? sql : sql.slice(0, limit.index);
  return {
    name: `q${String(number).padStart(2, '0')}`,
    all,
    unordered: all.replace(/\nORDER BY(?:(?!\nORDER BY).)*$/is, ''),
    limit: limit === null ? undefined : Number(limit[1]),
  };
}

const types: readonly (readonly [RegExp, string])[] = [
  [/^VARCHAR$/, 'VARCHAR(200)'],
  [/^INTEGER$/, 'INT'],
  [/^(BIGINT|DATE|TIME|DOUBLE|DECIMAL\(\d+,\d+\))$/, '$1'],
];

/** A column's type in MySQL's words. */
export function typeInMySql(type: string): string {
  const found = types.find(([pattern]) => pattern.test(type));
  if (found === undefined) throw new Error(`no type for ${type}`);
  return type.replace(found[0], found[1]);
}
