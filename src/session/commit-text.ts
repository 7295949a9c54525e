import { textOfValue } from '../types/coerce-text.ts';
import { typeClass } from '../types/sql-type.ts';
import { maskSecrets } from './accounts/mask-secrets.ts';
import type { BoundParameter } from './api.ts';
import type { StatementRun } from './statement-run.ts';

/** Characters of statement text kept with a commit. */
export const commitTextLength = 1_024;

const utc = { row: 1, nowUs: 0n, zoneMinutes: () => 0 };

/** A value as a literal of SQL; a TIMESTAMP is shown in UTC. */
function literalText({ type, value }: BoundParameter): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array)
    return `x'${Buffer.from(value.subarray(0, commitTextLength)).toString('hex')}'`;
  const text = textOfValue(value, type, utc);
  const isNumber = ['integer', 'decimal', 'real'].includes(typeClass(type));
  return isNumber ? text : `'${text.slice(0, commitTextLength).replaceAll("'", "''")}'`;
}

/** Strings, quoted names and comments, which may hold a question mark, and the `?` outside of them. */
const questionMarks =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|\?/g;

function withValues(text: string, values: readonly BoundParameter[]): string {
  let next = 0;
  return text.replace(questionMarks, (found) => {
    const value = found === '?' ? values[next++] : undefined;
    return value === undefined ? found : literalText(value);
  });
}

/** A statement as a commit keeps it: with the values of its `?`, without secrets, cut to its bound. */
export function commitText(run: StatementRun): string {
  // A secret cut in half would not be known for one.
  const whole = /identified|password/i.test(run.text) ? maskSecrets(run.text) : run.text;
  const text = whole.slice(0, 4 * commitTextLength);
  const values = run.placeholders;
  const masked = maskSecrets(values === undefined || values.length === 0 ? text : withValues(text, values));
  return masked.length <= commitTextLength ? masked : `${masked.slice(0, commitTextLength - 1)}…`;
}
