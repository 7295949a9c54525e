import type { Cursor } from '../cursor.ts';

/** Whether the cursor stands at a `(` that opens a query, however many more parentheses follow it. */
export function isQueryParenthesis(cursor: Cursor): boolean {
  const { symbols } = cursor.tokens;
  let open = cursor.position;
  if (symbols[open] !== '(') return false;
  for (;;) {
    const first = symbols[open + 1];
    if (first === 'SELECT' || first === 'WITH' || first === 'TABLE') return true;
    if (first === 'VALUES') return symbols[open + 2] === 'ROW';
    if (first !== '(') return false;
    const after = symbols[cursor.closingOf(open + 1) + 1] ?? '';
    if (after === ')') open++;
    else if (queryTails.has(after)) return isQueryParenthesisAt(cursor, open + 1);
    else return false;
  }
}

const queryTails: ReadonlySet<string> = new Set([
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'ORDER',
  'LIMIT',
  'FOR',
  'LOCK',
]);

/** The innermost of a run of parentheses decides. */
function isQueryParenthesisAt(cursor: Cursor, open: number): boolean {
  const { symbols } = cursor.tokens;
  let at = open;
  while (symbols[at + 1] === '(') at++;
  const first = symbols[at + 1];
  return (
    first === 'SELECT' ||
    first === 'WITH' ||
    first === 'TABLE' ||
    (first === 'VALUES' && symbols[at + 2] === 'ROW')
  );
}
