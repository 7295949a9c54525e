/**
 * Collations as keys: two texts are equal, or one before the other, under a collation as their keys are by bytes.
 * Every collation here gives each character weights of its own, whatever stands beside it, so that the key of a text
 * is its characters' weights one after the other, as a text.
 */
import { notSupported } from '../base/errors.ts';
import { latin1Byte, latin1Weights } from './collation-latin1.ts';
import { type UcaVersion, ucaLevel, ucaWeights } from './collation-uca.ts';
import { generalWeights } from './collation-weights.ts';
import type { SqlType } from './sql-type.ts';

/** How a collation weighs characters. */
type Weighing =
  /** By their code points. */
  | { readonly kind: 'bytes' }
  /** By their bytes in latin1, or by a weight that each byte has. */
  | { readonly kind: 'latin1' }
  /** ASCII without letters' case. */
  | { readonly kind: 'ascii' }
  | { readonly kind: 'general' }
  /** By Unicode's table of a version, by so many of its levels. */
  | { readonly kind: 'uca'; readonly version: UcaVersion; readonly levels: 1 | 2 | 3 };

interface Rule {
  readonly weighing: Weighing;
  /** PAD SPACE: the shorter text is as if spaces followed. */
  readonly padded: boolean;
}

const bytes: Weighing = { kind: 'bytes' };
const uca = (version: UcaVersion, levels: 1 | 2 | 3): Weighing => ({ kind: 'uca', version, levels });

const padded = (weighing: Weighing): Rule => ({ weighing, padded: true });
const unpadded = (weighing: Weighing): Rule => ({ weighing, padded: false });

const rules: ReadonlyMap<string, Rule> = new Map([
  ['binary', unpadded(bytes)],
  ['utf8mb4_0900_bin', unpadded(bytes)],
  ['utf8mb4_0900_ai_ci', unpadded(uca('9.0.0', 1))],
  ['utf8mb4_0900_as_ci', unpadded(uca('9.0.0', 2))],
  ['utf8mb4_0900_as_cs', unpadded(uca('9.0.0', 3))],
  ...['utf8mb4', 'utf8mb3'].flatMap((set): [string, Rule][] => [
    [`${set}_bin`, padded(bytes)],
    [`${set}_general_ci`, padded({ kind: 'general' })],
    [`${set}_unicode_ci`, padded(uca('4.0.0', 1))],
    [`${set}_unicode_520_ci`, padded(uca('5.2.0', 1))],
  ]),
  ['ascii_bin', padded(bytes)],
  ['ascii_general_ci', padded({ kind: 'ascii' })],
  ...['bin', 'swedish_ci', 'general_ci', 'general_cs'].map((name): [string, Rule] => [
    `latin1_${name}`,
    padded({ kind: 'latin1' }),
  ]),
]);

/** Collations under which texts compare as their bytes do: the default, which needs no keys. */
export function comparesByBytes(collation: string): boolean {
  return collation === 'utf8mb4_0900_bin' || collation === 'binary';
}

type KeyedType = Extract<SqlType, { readonly collation: string }>;

/** Whether texts of the type are compared by keys of its collation; members of ENUM and SET are told by their codes. */
export function hasKeys(type: SqlType): type is KeyedType {
  if (!('collation' in type) || type.kind === 'enum' || type.kind === 'set') return false;
  return !comparesByBytes(type.collation);
}

/** Case decides in neither: what a collation's name says. */
export const ignoresCase = (collation: string): boolean => collation.endsWith('_ci');

/** Collations of which the character's code decides; they win over others of equal strength. */
export const isBinaryCollation = (collation: string): boolean =>
  collation.endsWith('_bin') || collation === 'binary';

/** A character's place in a text that the collation's character set has not; -1 when it has all. */
export function foreignCharacter(text: string, collation: string): number {
  if (collation.startsWith('utf8mb4_')) return -1;
  if (collation.startsWith('utf8mb3_')) return text.search(/[\ud800-\udbff]/);
  if (collation.startsWith('ascii_')) return text.search(/[^\0-\x7f]/);
  for (let index = 0; index < text.length; index++)
    if (latin1Byte(text.charCodeAt(index)) === undefined) return index;
  return -1;
}

/** Character sets by how much they hold: a text of one is one of those before it too. */
const characterSetsByWidth = ['utf8mb4', 'utf8mb3', 'latin1', 'ascii'];

/** The place of a collation's character set among those, the widest first. */
export const widthOfSet = (collation: string): number =>
  characterSetsByWidth.findIndex((set) => collation.startsWith(`${set}_`));

function ruleOf(collation: string): Rule {
  const rule = rules.get(collation);
  if (rule === undefined) throw notSupported(`comparing strings by the collation ${collation}`);
  return rule;
}

// ---- the weights of a text ------------------------------------------------------------------------

let general: Map<string, string> | undefined;

function generalWeightOf(): Map<string, string> {
  if (general === undefined) {
    general = new Map();
    for (let index = 0; index < generalWeights.length; index += 2) {
      general.set(generalWeights[index]!, generalWeights[index + 1]!);
    }
  }
  return general;
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** Characters beyond the basic plane are all alike. */
const supplementary = '\ufffd';

/** utf8mb4_general_ci: a character of the basic plane weighs what another does. */
function generalText(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  const known = generalWeightOf();
  let weights = '';
  for (const character of text) {
    weights += character.length > 1 ? supplementary : (known.get(character) ?? character);
  }
  return weights;
}

function latin1Text(text: string, collation: string): string {
  const table = latin1Weights[collation];
  let weights = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const byte = latin1Byte(code);
    const at = ((byte ?? 0) - 0x40) * 2;
    // What latin1 has not weighs more than all that it has.
    weights +=
      byte === undefined
        ? character
        : String.fromCharCode(
            table === undefined || at < 0 ? byte : Number.parseInt(table.slice(at, at + 2), 16),
          );
  }
  return weights;
}

/** Only the letters of ASCII have a case here. */
const asciiText = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

/** The primary weights of a text as the text of them. */
function weightsOf(text: string, weighing: Weighing, collation: string): string {
  switch (weighing.kind) {
    case 'bytes':
      return text;
    case 'general':
      return generalText(text);
    case 'ascii':
      return asciiText(text);
    case 'latin1':
      return latin1Text(text, collation);
    case 'uca':
      return ucaWeights(text, ucaLevel(weighing.version, 0));
  }
}

// ---- padding --------------------------------------------------------------------------------------

/** What a space weighs, and what stands for one that is followed by less than a space. */
interface Space {
  readonly space: string;
  readonly low: string;
  readonly trailing: RegExp;
  /** Where weights below a space's decide, or could be taken for `low`. */
  readonly special: RegExp;
  readonly runs: RegExp;
}

/**
 * The end of a padded text weighs what spaces without end do. So a text's trailing spaces go and one stays: it is
 * less than spaces that something greater follows. Spaces that something less follows are less than the end: they
 * become `low`, which stands below a space, and the weight that `low` begins with moves out of its way.
 */
function spaceOf(space: string): Space {
  const below = String.fromCharCode(space.charCodeAt(0) - 1);
  return {
    space,
    low: `${below}\x03`,
    trailing: new RegExp(`${space}+$`),
    special: new RegExp(`${below}|${space}[\\0-${below}]`),
    runs: new RegExp(`${space}+(?=[\\0-${below}])`, 'g'),
  };
}

function padKey(weights: string, { space, low, trailing, special, runs }: Space): string {
  const short = weights.endsWith(space) ? weights.replace(trailing, '') : weights;
  if (!special.test(short)) return short + space;
  const below = low[0]!;
  const moved = short.replaceAll(below, `${below}\x02`);
  return moved.replace(runs, (run) => low.repeat(run.length)) + space;
}

/** Weights that are bytes and weights of Unicode's tables have their own space. */
const plainSpace = spaceOf(' ');
const ucaSpaces: Partial<Record<UcaVersion, Space>> = {
  '4.0.0': spaceOf('\u0209'),
  '5.2.0': spaceOf('\u020a'),
};

// ---- keys -----------------------------------------------------------------------------------------

export type TextFunction = (text: string) => string;

function makeKey(collation: string): TextFunction {
  const { weighing, padded: isPadded } = ruleOf(collation);
  if (weighing.kind === 'uca' && weighing.levels > 1) {
    const { version, levels } = weighing;
    const tables = ([0, 1, 2] as const).slice(0, levels).map((level) => ucaLevel(version, level));
    // Below every weight: what is shorter on a level comes first.
    return (text) => tables.map((table) => ucaWeights(text, table)).join('\x01');
  }
  if (!isPadded) return (text) => weightsOf(text, weighing, collation);
  const space = weighing.kind === 'uca' ? ucaSpaces[weighing.version]! : plainSpace;
  return (text) => padKey(weightsOf(text, weighing, collation), space);
}

function remembered(make: (collation: string) => TextFunction): (collation: string) => TextFunction {
  const known = new Map<string, TextFunction>();
  return (collation) => {
    let found = known.get(collation);
    if (found === undefined) {
      found = make(collation);
      known.set(collation, found);
    }
    return found;
  };
}

/** The key of equality and order. Error 1235 for a collation that has none here. */
export const collationKey = remembered(makeKey);

/** What INSTR and FIND_IN_SET compare: nothing is padded there. */
export const collationWeights = remembered((collation) => {
  const { weighing } = ruleOf(collation);
  return weighing.kind === 'uca' && weighing.levels > 1
    ? collationKey(collation)
    : (text) => weightsOf(text, weighing, collation);
});

// ---- LIKE -----------------------------------------------------------------------------------------

/** What stands for the characters that are none in a pattern, and for others of their weights. */
const standIns: ReadonlyMap<string, string> = new Map([
  ['%', '\ufdd0'],
  ['_', '\ufdd1'],
  ['\\', '\ufdd2'],
]);

/** Printable ASCII with the capital letters first: they stand for the small ones where case does not decide. */
const asciiInOrder = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index)).sort(
  (a, b) => Number(/[A-Z]/.test(b)) - Number(/[A-Z]/.test(a)),
);

/** The character that stands for the n-th of the other weights: beyond the basic plane are as many as there are. */
const standInOf = (index: number): string => String.fromCodePoint(0x1_0000 + index);

/**
 * Each character as one that stands for all of its weights, so that LIKE may compare characters by their codes;
 * `%`, `_`, `\` and what weighs the same are never themselves. Texts so made are compared with each other only.
 */
function makeFold(collation: string): TextFunction {
  const weigh = collationWeights(collation);
  const byWeights = new Map<string, string>();
  for (const [character, standIn] of standIns) byWeights.set(weigh(character), standIn);
  for (const character of asciiInOrder) {
    const weights = weigh(character);
    if (!byWeights.has(weights)) byWeights.set(weights, character);
  }
  const known = new Map<string, string>();
  const foldCharacter = (character: string): string => {
    let folded = known.get(character);
    if (folded === undefined) {
      const weights = weigh(character);
      folded = byWeights.get(weights) ?? standInOf(byWeights.size);
      byWeights.set(weights, folded);
      known.set(character, folded);
    }
    return folded;
  };
  return (text) => {
    let folded = '';
    for (const character of text) folded += foldCharacter(character);
    return folded;
  };
}

/** Texts as LIKE compares them by the collation; see `foldPattern` for the other side. */
export const collationFold = remembered(makeFold);

/** A LIKE pattern for folded texts, without an escape character: `%` and `_` are only what they do. */
export function foldPattern(pattern: string, escapeCharacter: string, collation: string): string {
  const fold = collationFold(collation);
  let folded = '';
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index]!;
    if (character === escapeCharacter && index + 1 < characters.length) folded += fold(characters[++index]!);
    else
      folded +=
        (character === '%' || character === '_') && character !== escapeCharacter
          ? character
          : fold(character);
  }
  return folded;
}
