/**
 * A LIKE pattern with escape character `escapeCharacter` (empty for none) as one with escape `\` that DuckDB takes: the
 * escape stands before `%`, `_` and `\` only, and never last. An escape at the end stands for itself, as in MySQL.
 */
export function likeUnescaped(pattern: string, escapeCharacter: string): string {
  let result = '';
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!;
    if (escapeCharacter !== '' && character === escapeCharacter && index + 1 < pattern.length) {
      index++;
      result += literally(pattern[index]!);
    } else if (character === '%' || character === '_') {
      result += character === escapeCharacter ? literally(character) : character;
    } else {
      result += literally(character);
    }
  }
  return result;
}

const literally = (character: string): string => (/[%_\\]/.test(character) ? `\\${character}` : character);
