/** What patterns have in common inside and outside of brackets: characters and their escapes. */
import { regexpError } from './errors.ts';
import type { CharacterSet } from './node.ts';

export interface Reader {
  readonly text: string;
  position: number;
}

export function readCodePoint(reader: Reader): number {
  const code = reader.text.codePointAt(reader.position)!;
  reader.position += code > 0xffff ? 2 : 1;
  return code;
}

const controls: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

const numeric =
  /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{1,2})|0([0-7]{1,3})|c(.))/sy;

/** An escape that stands for one character. Error 3689 for a letter that means nothing. */
export function readEscapedCharacter(reader: Reader): number {
  const letter = reader.text[reader.position + 1];
  if (letter === undefined) throw regexpError('REGEXP_ESCAPE');
  const control = controls[letter];
  if (control !== undefined) {
    reader.position += 2;
    return control;
  }
  numeric.lastIndex = reader.position;
  const match = numeric.exec(reader.text);
  if (match !== null) {
    reader.position = numeric.lastIndex;
    const [, u, longer, braced, x, octal, controlled] = match;
    const hex = u ?? longer ?? braced ?? x;
    const code =
      hex !== undefined
        ? Number.parseInt(hex, 16)
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : controlled!.charCodeAt(0) & 31;
    if (code > 0x10ffff) throw regexpError('REGEXP_ESCAPE');
    return code;
  }
  if (/[A-Za-z0-9]/.test(letter)) throw regexpError('REGEXP_ESCAPE');
  reader.position++;
  return readCodePoint(reader);
}

const propertyForm = /\\[pP](?:\{([^}]*)\}|([A-Z]))/y;

/** `\p{…}` at the reader. Error 3685 for a property that there is not. */
export function readPropertyName(
  reader: Reader,
  find: (name: string) => CharacterSet | undefined,
): CharacterSet {
  propertyForm.lastIndex = reader.position;
  const match = propertyForm.exec(reader.text);
  const set = match === null ? undefined : find(match[1] ?? match[2]!);
  if (set === undefined) throw regexpError('REGEXP_ARGUMENT');
  reader.position = propertyForm.lastIndex;
  return set;
}
