/** What REGEXP_REPLACE puts in place of a match: text with groups `$1` and `${name}` (ICU's appendReplacement). */
import { regexpError } from './errors.ts';
import type { Match } from './match.ts';
import type { Program } from './program.ts';

type Piece = string | { readonly group: number };

/** The replacement taken apart. Error 3887 for `$` without a group, 3686 for a group that there is not. */
export function parseReplacement(text: string, { captures, names }: Program): readonly Piece[] {
  const pieces: Piece[] = [];
  const form =
    /\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)|\$\{([A-Za-z][A-Za-z0-9]*)\}|\$(\d+)|([$\\])|([^$\\]+)/gsu;
  for (const match of text.matchAll(form)) {
    const [, short, long, escaped, name, digits, lone, plain] = match;
    const code = short ?? long;
    if (code !== undefined) pieces.push(String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(code, 16))));
    else if (name !== undefined) pieces.push({ group: groupNamed(name, names) });
    else if (digits !== undefined) pieces.push(...numberedGroup(digits, captures));
    else if (lone === '$') throw regexpError('REGEXP_GROUP');
    // A backslash at the end stands for nothing.
    else pieces.push(escaped ?? plain ?? '');
  }
  return pieces;
}

function groupNamed(name: string, names: ReadonlyMap<string, number>): number {
  const group = names.get(name);
  if (group === undefined) throw regexpError('REGEXP_GROUP');
  return group;
}

/** As many digits as still name a group; the first must. */
function numberedGroup(digits: string, captures: number): Piece[] {
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= captures) length++;
  const group = Number(digits.slice(0, length));
  if (group > captures) throw regexpError('REGEXP_OUT_OF_BOUNDS');
  return [{ group }, digits.slice(length)];
}

export function replacementText(pieces: readonly Piece[], text: string, match: Match): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      const [from, to] = [match[piece.group * 2]!, match[piece.group * 2 + 1]!];
      return from < 0 || to < from ? '' : text.slice(from, to);
    })
    .join('');
}
