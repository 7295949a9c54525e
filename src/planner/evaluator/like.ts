/** LIKE over text that compares by bytes: `%` any run, `_` one character, the escape before either. */
import { GatewayError } from '../../base/errors.ts';
import { type FunctionCompiler, strictAll, truth } from './argument.ts';

export const likeFunction: FunctionCompiler = (args) => {
  let last: { readonly key: string; readonly matcher: (text: string) => boolean } | undefined;
  return strictAll(args, ([value, pattern, escapeText]) => {
    const key = `${escapeText ?? '\\'}${String(pattern)}`;
    if (last?.key !== key) last = { key, matcher: likeMatcher(String(pattern), String(escapeText ?? '\\')) };
    return truth(last.matcher(String(value)));
  });
};

/** Tests text against a pattern in time linear in the text for each `%`, without backtracking of a regex. */
export function likeMatcher(pattern: string, escapeText: string): (text: string) => boolean {
  const pieces = likePieces(pattern, escapeText);
  return (text) => matchPieces(pieces, [...text]);
}

/** Characters of a piece; null stands for `_`. Pieces are what stands between `%`. */
type Piece = readonly (string | null)[];

function likePieces(pattern: string, escapeText: string): readonly Piece[] {
  if ([...escapeText].length > 1) throw new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to ESCAPE');
  const pieces: (string | null)[][] = [[]];
  let escaped = false;
  for (const character of pattern) {
    const piece = pieces.at(-1)!;
    if (escaped) {
      piece.push(character);
      escaped = false;
    } else if (character === escapeText) escaped = true;
    else if (character === '%') pieces.push([]);
    else piece.push(character === '_' ? null : character);
  }
  // An escape at the end stands for itself.
  if (escaped) pieces.at(-1)!.push(escapeText);
  return pieces;
}

const pieceAt = (piece: Piece, text: readonly string[], at: number): boolean =>
  at >= 0 &&
  at + piece.length <= text.length &&
  piece.every((each, index) => each === null || each === text[at + index]);

function matchPieces(pieces: readonly Piece[], text: readonly string[]): boolean {
  const [first, ...rest] = pieces as [Piece, ...Piece[]];
  if (!pieceAt(first, text, 0)) return false;
  if (rest.length === 0) return first.length === text.length;
  const last = rest.pop()!;
  let at = first.length;
  for (const piece of rest) {
    while (at + piece.length <= text.length && !pieceAt(piece, text, at)) at++;
    if (at + piece.length > text.length) return false;
    at += piece.length;
  }
  return text.length - last.length >= at && pieceAt(last, text, text.length - last.length);
}
