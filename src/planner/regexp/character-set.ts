/** Sets of characters: escapes, Unicode properties, POSIX classes, and their combinations. */
import type { CharacterSet } from './node.ts';

const ofClass = (members: string, re2: string | undefined): CharacterSet => {
  const form = new RegExp(`^[${members}]$`, 'u');
  const ascii = Uint8Array.from({ length: 128 }, (_, code) =>
    form.test(String.fromCodePoint(code)) ? 1 : 0,
  );
  return {
    has: (code) => (code < 128 ? ascii[code] === 1 : form.test(String.fromCodePoint(code))),
    re2,
  };
};

const blankRe2 = '\\t\\n\\x0b\\f\\r\\x{85}\\p{Z}';

export const wordSet = ofClass('\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d', undefined);
const digitSet = ofClass('\\p{Nd}', '\\p{Nd}');
const spaceSet = ofClass('\\p{White_Space}', blankRe2);
const horizontalSet = ofClass('\\t\\p{Zs}', '\\t\\p{Zs}');
export const lineTerminators = ofClass(
  '\\n\\v\\f\\r\\x85\\u2028\\u2029',
  '\\n\\x0b\\f\\r\\x{85}\\x{2028}\\x{2029}',
);

export const complement = (set: CharacterSet): CharacterSet => ({
  has: (code) => !set.has(code),
  re2: undefined,
});

export const single = (code: number): CharacterSet => ({
  has: (other) => other === code,
  re2: re2Character(code),
});

export const range = (from: number, to: number): CharacterSet => ({
  has: (code) => code >= from && code <= to,
  re2: `${re2Character(from)}-${re2Character(to)}`,
});

export const re2Character = (code: number): string => `\\x{${code.toString(16)}}`;

export function union(sets: readonly CharacterSet[]): CharacterSet {
  if (sets.length === 1) return sets[0]!;
  const parts = sets.map(({ re2 }) => re2);
  const re2 = parts.every((part) => part !== undefined) ? parts.join('') : undefined;
  return { has: (code) => sets.some((set) => set.has(code)), re2 };
}

export const intersection = (a: CharacterSet, b: CharacterSet): CharacterSet => ({
  has: (code) => a.has(code) && b.has(code),
  re2: undefined,
});

export const difference = (a: CharacterSet, b: CharacterSet): CharacterSet => ({
  has: (code) => a.has(code) && !b.has(code),
  re2: undefined,
});

const escapes: Readonly<Record<string, CharacterSet>> = {
  d: digitSet,
  w: wordSet,
  s: spaceSet,
  h: horizontalSet,
  v: lineTerminators,
};

/** The set of `\d`, `\W` and their like; undefined for another letter. */
export function escapeSet(letter: string): CharacterSet | undefined {
  const known = escapes[letter.toLowerCase()];
  if (known === undefined) return undefined;
  return letter === letter.toLowerCase() ? known : complement(known);
}

const posix: Readonly<Record<string, string>> = {
  alpha: '\\p{Alphabetic}',
  alnum: '\\p{Alphabetic}\\p{Nd}',
  digit: '\\p{Nd}',
  upper: '\\p{Uppercase}',
  lower: '\\p{Lowercase}',
  space: '\\p{White_Space}',
  blank: '\\p{Zs}\\t',
  punct: '\\p{P}',
  cntrl: '\\p{Cc}',
  xdigit: '\\p{Nd}\\p{Hex_Digit}',
  word: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d',
  graph: '[^\\p{White_Space}\\p{Cc}\\p{Cs}\\p{Cn}]',
  print: '[^\\p{Cc}\\p{Cs}\\p{Cn}]',
};

/** Where RE2's own properties say the same. */
const posixRe2: Readonly<Record<string, string>> = {
  digit: '\\p{Nd}',
  space: blankRe2,
  blank: '\\p{Zs}\\t',
  punct: '\\p{P}',
  cntrl: '\\p{Cc}',
};

/** `\p{…}` as RE2 knows it: general categories by their short names. */
const re2Categories = /^(?:L[ulmto]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|Cc|Cf)$/;

const titled = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
    .replace(/(?:^|_)[a-z]/g, (letter) => letter.toUpperCase());

const built = new Map<string, CharacterSet | undefined>();

/** Properties are looked up a lot, and making a set costs; names are from a closed list but for mistakes. */
function remembered(key: string, make: () => CharacterSet | undefined): CharacterSet | undefined {
  if (built.has(key)) return built.get(key);
  const set = make();
  if (set !== undefined) built.set(key, set);
  return set;
}

/** A property by its name in `\p{…}` or `[:…:]`, however it is written; undefined for none. */
export function propertySet(text: string): CharacterSet | undefined {
  const plain = text.trim();
  const inverted = plain.startsWith('^');
  const name = inverted ? plain.slice(1) : plain;
  const set = remembered(name, () => findProperty(name));
  return set !== undefined && inverted ? complement(set) : set;
}

function findProperty(name: string): CharacterSet | undefined {
  const lower = name.toLowerCase();
  const members = posix[lower];
  if (members !== undefined) return ofClassOrNested(members, posixRe2[lower]);
  const [key, value] = name.split('=').map((part) => part.trim());
  const short = name.length <= 2 ? name.charAt(0).toUpperCase() + name.slice(1).toLowerCase() : name;
  const candidates =
    value === undefined
      ? [short, titled(name), `Script=${titled(name)}`, name]
      : /^(?:script|sc)$/i.test(key!)
        ? [`Script=${titled(value)}`, `Script=${value}`]
        : /^(?:general_?category|gc)$/i.test(key!)
          ? [value, titled(value)]
          : [];
  for (const candidate of candidates) {
    try {
      return ofClass(`\\p{${candidate}}`, re2Categories.test(candidate) ? `\\p{${candidate}}` : undefined);
    } catch {
      // No such property under this spelling.
    }
  }
  return undefined;
}

function ofClassOrNested(members: string, re2: string | undefined): CharacterSet {
  if (!members.startsWith('[^')) return ofClass(members, re2);
  return complement(ofClass(members.slice(2, -1), undefined));
}

/** The forms of a character that count as it where case does not: simple mappings, as they are one character. */
export function caseForms(code: number): readonly number[] {
  const character = String.fromCodePoint(code);
  const forms = new Set([code]);
  for (const form of [character.toLowerCase(), character.toUpperCase()]) {
    const other = form.codePointAt(0)!;
    if (form.length !== String.fromCodePoint(other).length) continue;
    forms.add(other);
    const back = String.fromCodePoint(other).toLowerCase();
    if (back.length === String.fromCodePoint(back.codePointAt(0)!).length) forms.add(back.codePointAt(0)!);
  }
  return [...forms];
}

const folded = new Map<number, number>();

/** The character that stands for all of its case forms. */
export function foldCase(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  let known = folded.get(code);
  if (known === undefined) {
    known = Math.min(...caseForms(code));
    const lower = String.fromCodePoint(code).toUpperCase().toLowerCase();
    if (lower.length === String.fromCodePoint(lower.codePointAt(0)!).length) known = lower.codePointAt(0)!;
    folded.set(code, known);
  }
  return known;
}

/** The set with the case forms of its members. */
export const caselessSet = (set: CharacterSet): CharacterSet => ({
  has: (code) => set.has(code) || caseForms(code).some((form) => set.has(form)),
  // Whether RE2 folds the members of a property is not said anywhere.
  re2: set.re2?.includes('\\p') === true ? undefined : set.re2,
});
