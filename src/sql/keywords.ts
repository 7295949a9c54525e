import { freeWords, reservedWords } from './generated/keywords.ts';
import { type TokenKind, tokenKind } from './tokens.ts';

export interface Keyword {
  /** Upper case; the one instance that all comparisons use. */
  readonly word: string;
  readonly kind: TokenKind;
}

const keywords = new Map<string, Keyword>();
for (const word of reservedWords) keywords.set(word, { word, kind: tokenKind.reservedWord });
for (const word of freeWords) keywords.set(word, { word, kind: tokenKind.freeWord });

let longest = 0;
for (const word of keywords.keys()) longest = Math.max(longest, word.length);
export const longestKeyword = longest;

/** Words as they are usually typed, all upper or all lower case, found without changing case. */
const spellings = new Map<string, Keyword>(keywords);
for (const [word, keyword] of keywords) spellings.set(word.toLowerCase(), keyword);

export function findKeyword(text: string): Keyword | undefined {
  return (
    spellings.get(text) ?? (text.length <= longestKeyword ? keywords.get(text.toUpperCase()) : undefined)
  );
}

/** True for a word that cannot be a name without quotes. */
export function isReserved(name: string): boolean {
  return keywords.get(name.toUpperCase())?.kind === tokenKind.reservedWord;
}

/** The character sets of MySQL 8.0, which `_charset'…'` may name. */
export const charsetNames: ReadonlySet<string> = new Set(
  (
    'armscii8 ascii big5 binary cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 cp932 dec8 eucjpms euckr gb18030 ' +
    'gb2312 gbk geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman sjis swe7 ' +
    'tis620 ucs2 ujis utf16 utf16le utf32 utf8 utf8mb3 utf8mb4'
  ).split(' '),
);
