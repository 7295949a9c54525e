/**
 * Collations by Unicode's algorithm as MySQL has them: the weight of a text is the weights of its characters one
 * after the other, level by level; no contractions, nothing is reordered, variable characters count. The weights are
 * in weights/uca.bin, which the build makes.
 */
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { assert } from '../base/assert.ts';

type Level = 0 | 1 | 2;
export type UcaVersion = '4.0.0' | '5.2.0' | '9.0.0';

interface StoredTable {
  readonly codes: readonly number[];
  readonly levels: readonly (readonly string[])[];
  readonly ideographs: readonly (readonly [base: number, from: number, to: number])[];
}

interface StoredWeights {
  readonly versions: Readonly<Record<UcaVersion, StoredTable>>;
}

/** The weights of characters on one level, a weight a character; see `weightCharacter` in weights/build.ts. */
export interface UcaLevel {
  readonly ascii: readonly string[];
  weightsOf(code: number): string;
}

/** The least that no weight of a table reaches; beyond it stand the computed weights of ideographs and the unknown. */
const beyondSurrogates = 0x800;
const weightCharacter = (weight: number): string =>
  String.fromCodePoint(weight < 0xd800 ? weight : weight + beyondSurrogates);

let stored: StoredWeights | undefined;

function storedTable(version: UcaVersion): StoredTable {
  if (stored === undefined) {
    const bytes = readFileSync(new URL('../../weights/uca.bin', import.meta.url));
    stored = JSON.parse(inflateRawSync(bytes).toString('utf8')) as StoredWeights;
  }
  return stored.versions[version];
}

/** The primary weights of what no table lists: a base and the upper bits, then the lower ones. */
function computed(code: number, { ideographs }: StoredTable): string {
  const [base] = ideographs.find(([, from, to]) => code >= from && code <= to) ?? [0xfbc0];
  // The ideographs of Tangut are counted from their first.
  const [high, low] = base === 0xfb00 ? [base, code - 0x17000] : [base + (code >> 15), code & 0x7fff];
  return weightCharacter(high) + weightCharacter(low | 0x8000);
}

/** In 4.0.0 characters beyond the basic plane are all alike. */
const replacement = weightCharacter(0xfffd);
const commonSecondary = '\u0020';
const commonTertiary = '\u0002';

function levelOf(version: UcaVersion, level: Level): UcaLevel {
  const table = storedTable(version);
  const weights = new Map<number, string>();
  const texts = table.levels[level];
  assert(texts !== undefined, 'a level that the version has not');
  let code = 0;
  for (const [index, distance] of table.codes.entries()) {
    code += distance;
    weights.set(code, texts[index]!);
  }
  const weightsOf = (each: number): string => {
    const known = weights.get(each);
    if (known !== undefined) return known;
    if (level > 0) return level === 1 ? commonSecondary : commonTertiary;
    return version === '4.0.0' && each > 0xffff ? replacement : computed(each, table);
  };
  return { ascii: Array.from({ length: 128 }, (_, each) => weightsOf(each)), weightsOf };
}

const levels = new Map<string, UcaLevel>();

export function ucaLevel(version: UcaVersion, level: Level): UcaLevel {
  const name = `${version} ${level}`;
  let found = levels.get(name);
  if (found === undefined) {
    found = levelOf(version, level);
    levels.set(name, found);
  }
  return found;
}

/** The weights of a text on one level. */
export function ucaWeights(text: string, { ascii, weightsOf }: UcaLevel): string {
  let weights = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) weights += ascii[unit]!;
    else if (unit < 0xd800 || unit > 0xdbff) weights += weightsOf(unit);
    else {
      weights += weightsOf(text.codePointAt(index)!);
      index++;
    }
  }
  return weights;
}
