/** DATE_FORMAT's specifiers as DuckDB's strftime has them; those that are not here it has not. */
const specifiers: Readonly<Record<string, string>> = {
  '%': '%%',
  a: '%a',
  b: '%b',
  c: '%-m',
  d: '%d',
  e: '%-d',
  f: '%f',
  H: '%H',
  h: '%I',
  I: '%I',
  i: '%M',
  j: '%j',
  k: '%-H',
  l: '%-I',
  M: '%B',
  m: '%m',
  p: '%p',
  r: '%I:%M:%S %p',
  S: '%S',
  s: '%S',
  T: '%H:%M:%S',
  W: '%A',
  w: '%w',
  Y: '%Y',
  y: '%y',
};

/** A DATE_FORMAT pattern as one of strftime with the same result; null when there is none. */
export function strftimePattern(pattern: string): string | null {
  // DATE_FORMAT is NULL then, and strftime an error.
  if (pattern === '') return null;
  let result = '';
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!;
    if (character !== '%') {
      result += character;
      continue;
    }
    const specifier = specifiers[pattern[++index] ?? ''];
    if (specifier === undefined) return null;
    result += specifier;
  }
  return result;
}
