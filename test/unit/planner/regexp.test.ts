/** Our matcher against JavaScript's RegExp, where both mean the same, and by itself for what only ICU has. */
import assert from 'node:assert/strict';
import type { GatewayError } from '../../../src/base/errors.ts';
import { findMatch } from '../../../src/planner/regexp/match.ts';
import { parseRegexp, type RegexpFlags } from '../../../src/planner/regexp/parse.ts';
import { compileRegexp } from '../../../src/planner/regexp/program.ts';
import { parseReplacement, replacementText } from '../../../src/planner/regexp/replace.ts';

import { numbers, randomPattern } from './random-regexp.ts';

const plain: RegexpFlags = {
  caseless: false,
  multiline: false,
  dotAll: false,
  unixLines: false,
  comments: false,
};

function search(pattern: string, text: string, flags = plain): string | null {
  const match = findMatch(compileRegexp(parseRegexp(pattern, flags)), text, 0, { choices: 320_000 });
  return match === undefined ? null : text.slice(match[0], match[1]);
}

describe('regular expressions', () => {
  it('find what RegExp finds, for random patterns and texts', () => {
    const below = numbers(20_240_229);
    const letters = ['a', 'b', 'c', '1', 'é', '\n'];
    for (let round = 0; round < 4_000; round++) {
      const pattern = randomPattern(below, 2);
      const form = new RegExp(pattern, 'u');
      for (let each = 0; each < 4; each++) {
        const text = Array.from({ length: below(9) }, () => letters[below(letters.length)]!).join('');
        const expected = form.exec(text)?.[0] ?? null;
        assert.equal(search(pattern, text), expected, JSON.stringify([pattern, text]));
      }
    }
  });

  const matches: readonly (readonly [pattern: string, text: string, found: string | null])[] = [
    ['a++a', 'aaa', null],
    ['(?>a+|b)c', 'aac', 'aac'],
    ['(?>a|ab)c', 'abc', null],
    ['(a)\\1', 'baab', 'aa'],
    ['(?<x>a.)\\k<x>', 'xabab', 'abab'],
    ['(a)?b\\1', 'b', null],
    ['\\bcat\\b', 'concat cat', 'cat'],
    ['\\bé', 'aé é', 'é'],
    ['e\\u0301\\b', 'e\u0301 x', 'e\u0301'],
    ['(?<=\\d{2,3})x', '12x', 'x'],
    ['(?<!\\d{2})x', '12x', null],
    ['(?<=a|bc)x', 'bcx', 'x'],
    ['[a-z&&[^aeiou]]+', 'aebcd', 'bcd'],
    ['[a-z--[aeiou]]+', 'aebcd', 'bcd'],
    ['[[a-c][x-z]]+', 'mazym', 'azy'],
    ['[]a]+', 'x]a', ']a'],
    ['[a-]+', 'x-a', '-a'],
    ['[[:alpha:]_]+', '1é_2', 'é_'],
    ['[[:^digit:]]+', '12ab', 'ab'],
    ['\\p{Greek}+', 'aαβ', 'αβ'],
    ['\\p{script=cyrillic}', 'xж', 'ж'],
    ['\\P{L}+', 'ab12', '12'],
    ['\\pL+', '1ab', 'ab'],
    ['\\Qa.b\\E.', 'a.bc', 'a.bc'],
    ['\\R', 'a\r\nb', '\r\n'],
    ['\\X', 'e\u0301x', 'e\u0301'],
    ['\\h+', 'a \t b', ' \t '],
    ['\\x41\\x{1F600}\\u0042\\0103', 'A😀BC', 'A😀BC'],
    ['a(?#comment)b', 'ab', 'ab'],
    ['(?x) a b # c', 'ab', 'ab'],
    ['(?i)AB(?-i)c', 'abc', 'abc'],
    ['(?i:A)b', 'ab', 'ab'],
    ['(?i:A)b', 'aB', null],
    ['(?i)[^x]', 'X', null],
    ['(?i)Σ+', 'σςΣ', 'σςΣ'],
    ['a$', 'a\n', 'a'],
    ['a$', 'a\n\n', null],
    ['a\\z', 'a\n', null],
    ['(?m)^b$', 'a\nb\nc', 'b'],
    ['(?s)a.b', 'a\r\nb', 'a\r\nb'],
    ['a.b', 'a\rb', null],
    ['(?d)a.b', 'a\rb', 'a\rb'],
    ['(a|)*', 'b', ''],
    ['(?:a*)*b', 'aab', 'aab'],
    ['(a*)+$', 'aa', 'aa'],
    ['(?:ab){2,}?', 'ababab', 'abab'],
    ['\\Gb', 'ab', null],
  ];
  for (const [pattern, text, found] of matches) {
    it(`${pattern} in ${JSON.stringify(text)}`, () => assert.equal(search(pattern, text), found));
  }

  const bad: readonly (readonly [pattern: string, errno: number])[] = [
    ['', 3685],
    ['\\p{Nothing}', 3685],
    ['*a', 3688],
    ['a**', 3688],
    ['(?y)', 3900],
    ['\\y', 3689],
    ['\\', 3689],
    ['(a', 3691],
    ['a)', 3691],
    ['a{x}', 3692],
    ['a{2,1}', 3693],
    ['\\2(a)', 3694],
    ['(?<=a*)b', 3695],
    ['[a', 3696],
    ['[b-a]', 3697],
    ['(?<1>a)', 3887],
    ['\\k<no>', 3887],
    ['('.repeat(1_000), 3700],
    ['a'.repeat(70_000), 3700],
  ];
  for (const [pattern, errno] of bad) {
    it(`refuses ${pattern.slice(0, 20)} with ${errno}`, () => {
      assert.throws(
        () => search(pattern, 'a'),
        (error: GatewayError) => error.errno === errno,
      );
    });
  }

  it('end with 3699 instead of going on for ever', () => {
    const long = 'a'.repeat(200_000);
    for (const [pattern, text] of [
      ['^(a+)+b', long.slice(0, 40)],
      ['(a|aa)+b', long.slice(0, 60)],
      ['a*b', long],
      ['a*+b', long],
      ['(?=(a+))a*b\\1', long],
      ['(?:(?!b)a)*c', long],
      ['(.*)(.*)(.*)(.*)(.*)[^a]', long.slice(0, 500)],
    ] as const) {
      assert.throws(
        () => search(pattern, text),
        (error: GatewayError) => error.errno === 3699 || error.errno === 3698,
        pattern,
      );
    }
  });

  it('put groups into replacements', () => {
    const replaced = (pattern: string, text: string, replacement: string): string => {
      const program = compileRegexp(parseRegexp(pattern, plain));
      const match = findMatch(program, text, 0, { choices: 1_000 })!;
      return replacementText(parseReplacement(replacement, program), text, match);
    };
    assert.equal(replaced('(a)(b)?', 'a', '[$1|$2|$0]'), '[a||a]');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: ICU's form of a group by its name.
    assert.equal(replaced('(?<n>a)', 'a', '${n}$12\\$\\\\\\u0041\\'), 'aa2$\\A');
    assert.throws(
      () => replaced('a', 'a', '$1'),
      (error: GatewayError) => error.errno === 3686,
    );
    assert.throws(
      () => replaced('a', 'a', '$x'),
      (error: GatewayError) => error.errno === 3887,
    );
    assert.throws(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: ICU's form of a group by its name.
      () => replaced('a', 'a', '${x}'),
      (error: GatewayError) => error.errno === 3887,
    );
  });
});
