/** The SHOW statements that are queries of metadata tables: their SQL, with MySQL 8.0's column labels. */

import type { Limit, Span } from '../../sql/ast.ts';
import type { SqlModeFlags } from '../../sql/sql-mode.ts';
import type { ShowFilter } from '../../sql/statement.ts';

/** What a SHOW adds to its query: LIKE, WHERE, LIMIT, as they stand in the statement's text. */
export interface ShowClauses {
  /** The text that the spans of `filter` and `limit` point into. */
  readonly text: string;
  readonly filter: ShowFilter;
  readonly limit: Limit | null;
  readonly sqlMode: SqlModeFlags;
}

/** A column of the result and where it comes from; the label of an expression's text. */
export interface ShowColumn {
  readonly label: string;
  readonly source: string;
}

export interface ShowSource {
  /** Table and fixed conditions: `information_schema.TABLES WHERE …`. */
  readonly from: string;
  readonly columns: readonly ShowColumn[];
  /** Which label LIKE looks at; the first one when left out. */
  readonly likeOn?: string;
  /** Names of databases and tables compare by their bytes, everything else without regard to letter case. */
  readonly likeExact?: boolean;
  /** Labels or sources to order by. */
  readonly orderBy?: readonly string[];
}

/** A name as SQL text. */
export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** A string as SQL text under the session's sql_mode. */
export function quoteText(text: string, mode: SqlModeFlags): string {
  const doubled = text.replaceAll("'", "''");
  return `'${mode.noBackslashEscapes ? doubled : doubled.replaceAll('\\', '\\\\')}'`;
}

/** `Label: source` pairs from lines of `source AS Label`; the label may have blanks. */
export function showColumns(description: string): ShowColumn[] {
  return description
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.lastIndexOf(' AS ');
      return { source: line.slice(0, at), label: line.slice(at + 4) };
    });
}

/** The query: the inner SELECT makes the labels that WHERE may name, the outer one filters and orders. */
export function showQuery(source: ShowSource, clauses: ShowClauses): string {
  const { columns } = source;
  const orderBy = source.orderBy ?? [];
  const sorted = orderBy.map((expr, index) => `${expr} AS ${quoteName(`order ${index}`)}`);
  const inner = [...columns.map(({ label, source: from }) => `${from} AS ${quoteName(label)}`), ...sorted];
  const labels = columns.map(({ label }) => quoteName(label));
  const parts = [
    `SELECT ${labels.join(', ')} FROM (SELECT ${inner.join(', ')} FROM ${source.from}) AS shown`,
  ];
  const condition = filterText(source, clauses);
  if (condition !== null) parts.push(`WHERE ${condition}`);
  if (orderBy.length > 0) {
    parts.push(`ORDER BY ${orderBy.map((_, index) => quoteName(`order ${index}`)).join(', ')}`);
  }
  if (clauses.limit !== null) parts.push(limitText(clauses.limit, clauses.text));
  return parts.join(' ');
}

const slice = (span: Span, text: string): string => text.slice(span.start, span.end);

const limitText = ({ count, offset }: Limit, text: string): string =>
  `LIMIT ${slice(count, text)}${offset === null ? '' : ` OFFSET ${slice(offset, text)}`}`;

function filterText(source: ShowSource, { filter, text, sqlMode }: ShowClauses): string | null {
  if (filter.where !== null) return `(${slice(filter.where, text)})`;
  if (filter.like === null) return null;
  const label = quoteName(source.likeOn ?? source.columns[0]!.label);
  const pattern = quoteText(filter.like, sqlMode);
  return source.likeExact === true ? `${label} LIKE ${pattern}` : `LOWER(${label}) LIKE LOWER(${pattern})`;
}
