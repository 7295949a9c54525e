/**
 * The parser against hostile and broken text. By default short, and time is counted in steps of its code;
 * `TIDEGATE_FUZZ_SECONDS=600` mutates the corpus that long and measures processor time, `TIDEGATE_FUZZ_SEED` repeats.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '../../src/sql/parse/parse.ts';
import { printStatement } from '../../src/sql/print/printer.ts';
import { numbersFrom } from '../compat/statements.ts';
import { withoutSpans } from '../unit/sql/tree.ts';
import { hostileTexts } from './hostile.ts';
import { readAll, refused } from './read-all.ts';

const here = import.meta.dirname;
const seconds = Number(process.env.TIDEGATE_FUZZ_SECONDS ?? 0);
const seed = Number(process.env.TIDEGATE_FUZZ_SEED ?? 1);
const shortRun = 2_000;
/** The processor time that a text may take for each of its characters, and for a collection of garbage beside. */
const microsecondsPerCharacterMax = 50;
const pauseMs = 500;

/** Processor time so far: what others do on the machine does not count. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const linesOf = (path: string): string[] =>
  readFileSync(new URL(path, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '));
const cases = new URL('../compat/cases/', import.meta.url);
const corpus: readonly string[] = [
  ...linesOf('../parse/identity.sql'),
  ...linesOf('../parse/precedence.txt').map((line) => `SELECT ${line.split(' => ')[0]}`),
  ...readdirSync(cases).flatMap((file) => readFileSync(new URL(file, cases), 'utf8').split(/;\n/)),
];

/** What is read is read the same when it is printed. */
function checkPrinted(text: string): boolean {
  let parsed: ReturnType<typeof parse> = [];
  if (refused(() => (parsed = parse(text)), text)) return false;
  for (const { statement } of parsed) {
    const printed = printStatement(statement);
    assert.deepEqual(
      withoutSpans(parse(printed)[0]!.statement),
      withoutSpans(statement),
      `${text} => ${printed}`,
    );
  }
  return true;
}

type Next = (below: number) => number;
const odd = [
  '\0',
  '\\',
  "'",
  '"',
  '`',
  '(',
  ')',
  ';',
  '/*',
  '*/',
  '/*!',
  '-- ',
  '#',
  '?',
  '@',
  ',',
  '.',
  'é',
  '😀',
  '0x',
  "b'",
];

/** Cuts, doubles, joins or replaces a piece of a text. */
function mutated(text: string, next: Next): string {
  const at = next(text.length + 1);
  const to = Math.min(text.length, at + next(30));
  const other = corpus[next(corpus.length)]!;
  switch (next(8)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, to) + text.slice(at);
    case 2:
      return text.slice(0, at) + odd[next(odd.length)]! + text.slice(at);
    case 3:
      return text.slice(0, at) + other.slice(next(other.length + 1));
    case 4:
      return text.slice(0, at) + String.fromCharCode(next(next(2) === 0 ? 128 : 65_536)) + text.slice(at + 1);
    case 5: {
      const words = text.split(/\b/);
      words.splice(next(words.length), 1, other.split(/\b/)[next(5)] ?? '');
      return words.join('');
    }
    case 6:
      return text.slice(0, at) + text.slice(at, to).repeat(next(20)) + text.slice(to);
    default:
      return text.slice(0, at) + other + text.slice(to);
  }
}

describe('the parser and hostile text', function () {
  this.timeout(120_000 + seconds * 2_000);

  it('takes steps in proportion to the length', () => {
    const text = execFileSync(process.execPath, ['--import', 'tsx', path.join(here, 'count-steps.ts')], {
      encoding: 'utf8',
    });
    const counted = JSON.parse(text) as Record<string, [number, number]>;
    // A text that is refused is read twice; a quadratic cost is 16 times the steps.
    const isSteep = ([once, fourTimes]: readonly [number, number]): boolean => fourTimes > 8 * once;
    const steep = Object.entries(counted).filter(([, steps]) => isSteep(steps));
    assert.deepEqual(
      steep.map(([name]) => name),
      ['quadratic'],
      JSON.stringify(steep),
    );
    assert.ok(Object.values(counted).every(([once]) => once > 100));
  });

  it(`survives mutations of ${corpus.length} statements (seed ${seed})`, () => {
    const next = numbersFrom(seed);
    const end = performance.now() + seconds * 1_000;
    let [texts, read] = [0, 0];
    while (texts < shortRun || performance.now() < end) {
      let text = corpus[next(corpus.length)]!;
      for (let changes = 1 + next(4); changes > 0; changes--) text = mutated(text, next);
      texts++;
      const begun = usedMs();
      readAll(text);
      if (checkPrinted(text)) read++;
      const tookMs = usedMs() - begun;
      if (seconds > 0 && tookMs > pauseMs + (text.length * microsecondsPerCharacterMax) / 1_000)
        assert.fail(`${tookMs} ms for ${text.length} characters: ${JSON.stringify(text)}`);
    }
    console.log(`      ${texts} texts, ${read} of them read`);
    assert.ok(read > texts / 20, `only ${read} of ${texts} were read`);
  });

  it('large hostile texts take processor time in proportion', function () {
    if (seconds === 0) return this.skip();
    const bestOf = (text: string): number => {
      const times = [1, 2, 3].map(() => {
        const begun = usedMs();
        readAll(text);
        return usedMs() - begun;
      });
      return Math.min(...times);
    };
    const steep: string[] = [];
    for (const { name, text } of hostileTexts) {
      const [small, large] = [bestOf(text(10_000)), bestOf(text(80_000))];
      // 8 times the text; a quadratic cost would be 64 times the time.
      if (large > 24 * Math.max(small, 1))
        steep.push(`${name}: ${small.toFixed(1)} ms, ${large.toFixed(1)} ms`);
    }
    assert.deepEqual(steep, []);
  });
});
