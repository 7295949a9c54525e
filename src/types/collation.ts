/**
 * Collations that are not by bytes, as keys: texts are equal or ordered under the collation as their keys are by
 * bytes. utf8mb4_general_ci gives every character one weight, so a text's key is the text of its weights.
 */
import { generalWeights } from './collation-weights.ts';

let weights: Map<string, string> | undefined;

function weightOf(): Map<string, string> {
  if (weights === undefined) {
    weights = new Map();
    for (let index = 0; index < generalWeights.length; index += 2) {
      weights.set(generalWeights[index]!, generalWeights[index + 1]!);
    }
  }
  return weights;
}

/** Characters beyond the basic plane are all alike. */
const supplementary = '\ufffd';

/** The text of its characters' weights, as LIKE compares it: `%`, `_` and `\` weigh themselves. */
export function foldGeneral(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toUpperCase();
  const known = weightOf();
  let folded = '';
  for (const character of text) {
    folded += character.length > 1 ? supplementary : (known.get(character) ?? character);
  }
  return folded;
}

/**
 * The key of equality and order. PAD SPACE: trailing spaces count for nothing, and the end of a text weighs what a
 * space does.
 */
export function keyGeneral(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end--;
  return `${foldGeneral(end === text.length ? text : text.slice(0, end))} `;
}

/** The names under which the collation goes. */
const generalNames = new Set(['utf8mb4_general_ci', 'utf8mb3_general_ci', 'utf8_general_ci']);

export const isGeneral = (collation: string): boolean => generalNames.has(collation);
export const isBinary = (collation: string): boolean => collation.endsWith('_bin') || collation === 'binary';
