/** The first word decides which family reads a statement. */
import type { Cursor } from './cursor.ts';
import { parseQuery } from './parse-query.ts';
import type { Statement } from './statement.ts';

/** A whole statement, without its `;`. */
export function parseStatementRule(cursor: Cursor): Statement {
  const { start } = cursor;
  const query = parseQuery(cursor);
  return { kind: 'select', query, start, end: cursor.end };
}
