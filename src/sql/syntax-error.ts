import type { ErrorPosition } from '../base/errors.ts';

const nearCharacters = 80;
const expectedShown = 12;

/** Line and column of `offset`, counted from the start of the statement. */
export function lineAndColumn(text: string, statementStart: number, offset: number): ErrorPosition {
  let line = 1;
  let lineStart = statementStart;
  for (;;) {
    const end = text.indexOf('\n', lineStart);
    if (end < 0 || end >= offset) break;
    line++;
    lineStart = end + 1;
  }
  return { offset, line, column: offset - lineStart + 1 };
}

/** MySQL's wording of error 1064, then what was found where and what would have been right. */
export function syntaxErrorMessage(error: {
  /** The statement's text from the error on. */
  readonly near: string;
  /** The token at the error; empty at the end of the statement. */
  readonly found: string;
  readonly expected: readonly string[];
  readonly place: ErrorPosition;
}): string {
  const { near, found, expected, place } = error;
  const shown = expected.slice(0, expectedShown).map(display).join(', ');
  const more = expected.length > expectedShown ? ', …' : '';
  const wanted = expected.length === 0 ? '' : `; expected ${shown}${more}`;
  const what = found === '' ? 'the end of the statement' : `'${cut(found, 40)}'`;
  return (
    'You have an error in your SQL syntax; check the manual that corresponds to your Tidegate version for the ' +
    `right syntax to use near '${cut(near, nearCharacters)}' at line ${place.line}` +
    ` (column ${place.column}: found ${what}${wanted})`
  );
}

/** Words and descriptions as they are, punctuation in quotes. */
const display = (symbol: string): string => (/^[A-Za-z]/.test(symbol) ? symbol : `'${symbol}'`);

/** The first `length` code units, without half a surrogate pair at the end. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}
