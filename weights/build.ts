/**
 * Makes weights/uca.bin, the weights of characters by which the collations of Unicode's algorithm compare: from the
 * table of Unicode 9.0 that an npm package ships, and from older.txt, which says how the tables of 4.0 and 5.2 differ
 * from it. `npm run build` runs it; a file that is there and current is left alone.
 */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync, gunzipSync, inflateRawSync } from 'node:zlib';

const folder = dirname(fileURLToPath(import.meta.url));
const target = join(folder, 'uca.bin');

/** The package, its integrity as in a lock file, and the table in it: Unicode's own, in CLDR's order of groups. */
const source = {
  package: 'cldr@4.5.0',
  sha512: 'lMuzmvxHrLfsDP/7SB7N+JaQshqovcluVlZYMWvfLrPo2lew3aDo7LjNzJy/N1Gr+6Vm7gufy8bG81TF7tNJGw==',
  entry: 'package/3rdparty/cldr/common/uca/allkeys_CLDR.txt',
};

/** What uca.bin holds; src/types/collation-uca.ts reads it. */
export interface WeightsFile {
  readonly made: string;
  readonly versions: Readonly<Record<string, WeightsTable>>;
}

export interface WeightsTable {
  /** Code points, each as the distance from the one before. */
  readonly codes: readonly number[];
  /** The weights of each, a level a string, a weight a character: see `weightCharacter`. */
  readonly levels: readonly (readonly string[])[];
  /** `base from to`: ranges of ideographs, whose weights follow from their code points. */
  readonly ideographs: readonly (readonly [number, number, number])[];
}

type Element = readonly [primary: number, secondary: number, tertiary: number];

/** A weight as a character: as itself, but past the surrogates beyond them. */
const weightCharacter = (weight: number): string =>
  String.fromCodePoint(weight < 0xd800 ? weight : weight + 0x800);
const levelText = (weights: readonly number[]): string =>
  weights
    .filter((each) => each > 0)
    .map(weightCharacter)
    .join('');

/**
 * Where the numbers of primary weights in CLDR's order begin and what they are in the order of Unicode's own table,
 * which has symbols and currencies at other places. Each holds up to the next.
 */
const groups: readonly (readonly [cldr: number, ducet: number])[] = [
  [0x100, 0x201],
  [0x381, 0x1b58],
  [0x382, 0x482],
  [0x1996, 0x1bf8],
  [0x19dd, 0x1a96],
  [0x1a9f, 0x1b59],
  [0x1b3e, 0x1c3d],
  [0x1c47, 0x1c47],
];

function ducetPrimary(weight: number): number {
  if (weight < groups[0]![0]) return weight;
  const [cldr, ducet] = groups.findLast(([start]) => start <= weight)!;
  return weight - cldr + ducet;
}

/** Characters that CLDR weighs otherwise than Unicode's own table. */
const ducetOnly: ReadonlyMap<number, readonly Element[] | null> = new Map<number, readonly Element[] | null>([
  [
    0x20a8,
    [
      [0x1e33, 0x20, 0x0a],
      [0x1e71, 0x20, 0x04],
    ],
  ],
  [0xfdfc, [0x2346, 0x23c7, 0x230b, 0x239c].map((primary): Element => [primary, 0x20, 0x1a])],
  [0xfffe, null],
  [0xffff, null],
]);

/** MySQL keeps no more than the first elements of a character. */
const mostElements = 8;

/** The characters of the table with their collation elements. MySQL compares no contractions in these collations. */
function parseTable(text: string): Map<number, readonly Element[]> {
  const found = new Map<number, readonly Element[]>();
  for (const line of text.split('\n')) {
    const match = /^([0-9A-F]+)\s*;\s*((?:\[[^\]]*\])+)/.exec(line);
    if (match === null) continue;
    const code = Number.parseInt(match[1]!, 16);
    const own = ducetOnly.get(code);
    if (own === null) continue;
    const elements = [...match[2]!.matchAll(/\[[.*](\w{4})\.(\w{4})\.(\w{4})/g)].map((each): Element => {
      const [primary, secondary, tertiary] = each.slice(1).map((hex) => Number.parseInt(hex, 16));
      return [ducetPrimary(primary!), secondary!, tertiary!];
    });
    found.set(code, own ?? elements.slice(0, mostElements));
  }
  return found;
}

const jamo = (code: number, table: ReadonlyMap<number, readonly Element[]>): readonly Element[] =>
  table.get(code)!;

/** The syllables of Hangul, and the places after them up to the next characters, which MySQL counts on to. */
const syllables = { from: 0xac00, to: 0xd7af };

/** Syllables weigh what their letters do; the last page of them differs in its third level. */
function addHangul(table: Map<number, readonly Element[]>): void {
  for (let code = syllables.from; code <= syllables.to; code++) {
    const index = code - syllables.from;
    const [lead, vowel, tail] = [Math.floor(index / 588), Math.floor((index % 588) / 28), index % 28];
    const letters = [0x1100 + lead, 0x1161 + vowel, ...(tail === 0 ? [] : [0x11a7 + tail])];
    const elements = letters.flatMap((letter) => jamo(letter, table));
    table.set(
      code,
      code < 0xd700 ? elements : elements.map(([first, second]): Element => [first, second, 3]),
    );
  }
}

/** The code points of `weights`, ascending, as distances. */
function distances(codes: readonly number[]): number[] {
  return codes.map((code, index) => code - (codes[index - 1] ?? 0));
}

function newestTable(table: ReadonlyMap<number, readonly Element[]>): WeightsTable {
  const codes = [...table.keys()].sort((a, b) => a - b);
  return {
    codes: distances(codes),
    levels: [0, 1, 2].map((level) =>
      codes.map((code) => levelText(table.get(code)!.map((each) => each[level]!))),
    ),
    ideographs: [
      [0xfb80, 0x3400, 0x4db5],
      [0xfb40, 0x4e00, 0x9fd5],
      [0xfb00, 0x17000, 0x18aff],
      [0xfb80, 0x20000, 0x2a6d6],
      [0xfb80, 0x2a700, 0x2b734],
      [0xfb80, 0x2b740, 0x2b81d],
      [0xfb80, 0x2b820, 0x2cea1],
    ],
  };
}

// ---- the older tables -----------------------------------------------------------------------------

interface OlderFacts {
  /** Ranges of the characters that have the newest table's weights, renumbered. */
  readonly listed: readonly (readonly [from: number, to: number])[];
  /** From a primary weight of the newest table on: what is added to it. */
  readonly offsets: readonly (readonly [from: number, offset: number])[];
  readonly ideographs: WeightsTable['ideographs'];
  readonly other: ReadonlyMap<number, readonly number[]>;
}

/** The sections of a version in older.txt: `version 5.2.0`, then names of sections above their words. */
function olderSections(text: string): Map<string, Map<string, string[]>> {
  const versions = new Map<string, Map<string, string[]>>();
  let words: string[] = [];
  let sections = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, version] = /^version (\S+)$/.exec(line) ?? [];
    if (version !== undefined) {
      sections = new Map();
      versions.set(version, sections);
    } else if (/^(listed|weights|ideographs|other)$/.test(line)) {
      words = [];
      sections.set(line, words);
    } else if (line !== '' && !line.startsWith('#')) words.push(...line.split(' '));
  }
  return versions;
}

function olderFacts(sections: ReadonlyMap<string, readonly string[]>): OlderFacts {
  let code = 0;
  const listed = sections.get('listed')!.map((word): readonly [number, number] => {
    const [distance, more] = word.split('+').map((part) => Number.parseInt(part, 36));
    const from = code + distance!;
    code = from + (more ?? 0);
    return [from, code];
  });
  let [weight, offset] = [0, 0];
  const offsets = sections.get('weights')!.map((word): readonly [number, number] => {
    const [distance, change] = word.split(':').map((part) => Number.parseInt(part, 36));
    weight += distance!;
    offset += change!;
    return [weight, offset];
  });
  const ideographs = sections.get('ideographs')!.map((word): readonly [number, number, number] => {
    const [base, from, to] = word.split(/[:-]/).map((part) => Number.parseInt(part, 16));
    return [base!, from!, to!];
  });
  const other = sections.get('other')!.map((word): readonly [number, readonly number[]] => {
    const [at, weights] = word.split('=') as [string, string];
    return [Number.parseInt(at, 16), (weights.match(/.{4}/g) ?? []).map((hex) => Number.parseInt(hex, 16))];
  });
  return { listed, offsets, ideographs, other: new Map(other) };
}

/** The weights of ideographs, which follow from code points, are no numbers of a table. */
const firstComputed = 0x8000;

function olderTable(newest: ReadonlyMap<number, readonly Element[]>, facts: OlderFacts): WeightsTable {
  const renumbered = (weight: number): number =>
    weight >= firstComputed || weight === 0
      ? weight
      : weight + facts.offsets.findLast(([from]) => from <= weight)![1];
  const weights = new Map<number, readonly number[]>();
  for (const [code, elements] of newest) {
    if (!facts.listed.some(([from, to]) => code >= from && code <= to)) continue;
    weights.set(
      code,
      elements.map(([primary]) => renumbered(primary)),
    );
  }
  for (const [code, own] of facts.other) weights.set(code, own);
  const codes = [...weights.keys()].sort((a, b) => a - b);
  return {
    codes: distances(codes),
    levels: [codes.map((code) => levelText(weights.get(code)!))],
    ideographs: facts.ideographs,
  };
}

// ---- the file -------------------------------------------------------------------------------------

/** One file out of a tar archive. */
function entryOf(archive: Buffer, name: string): Buffer {
  for (let at = 0; at + 512 <= archive.length; ) {
    const header = archive.subarray(at, at + 512);
    const text = (from: number, length: number): string =>
      header
        .subarray(from, from + length)
        .toString('latin1')
        .replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12).trim() || '0', 8);
    if (text(0, 100) === name) return archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`${source.package} has no ${name}`);
}

function download(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-weights-'));
  try {
    const options = {
      cwd: directory,
      encoding: 'utf8' as const,
      stdio: ['ignore', 'pipe', 'inherit'],
    } satisfies ExecFileSyncOptionsWithStringEncoding;
    const name = execFileSync(
      'npm',
      ['pack', source.package, '--silent', '--ignore-scripts'],
      options,
    ).trim();
    const archive = readFileSync(join(directory, name));
    const found = createHash('sha512').update(archive).digest('base64');
    if (found !== source.sha512) throw new Error(`${source.package} is not the package that was looked at`);
    return entryOf(gunzipSync(archive), source.entry).toString('utf8');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function made(): string {
  const hash = createHash('sha256');
  for (const file of ['build.ts', 'older.txt']) hash.update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

function isCurrent(): boolean {
  if (!existsSync(target)) return false;
  const file = JSON.parse(inflateRawSync(readFileSync(target)).toString('utf8')) as WeightsFile;
  return file.made === made();
}

if (!isCurrent()) {
  const newest = parseTable(download());
  addHangul(newest);
  const versions: Record<string, WeightsTable> = { '9.0.0': newestTable(newest) };
  // Hangul syllables came into the weights after these.
  for (let code = syllables.from; code <= syllables.to; code++) newest.delete(code);
  for (const [version, sections] of olderSections(readFileSync(join(folder, 'older.txt'), 'utf8'))) {
    versions[version] = olderTable(newest, olderFacts(sections));
  }
  const file: WeightsFile = { made: made(), versions };
  writeFileSync(target, deflateRawSync(JSON.stringify(file), { level: 9 }));
}
