/**
 * The character sets and collations that the server tells clients of, with MySQL 8.0's numbers. One thing
 * differs: the default collation of utf8mb4 is utf8mb4_0900_bin, because strings compare by their bytes here.
 */

export interface CharacterSet {
  readonly name: string;
  readonly description: string;
  readonly defaultCollation: string;
  /** Bytes of the longest character. */
  readonly maxLength: number;
}

export interface Collation {
  readonly name: string;
  readonly id: number;
  readonly characterSet: string;
  readonly isDefault: boolean;
  readonly sortLength: number;
  readonly padAttribute: 'PAD SPACE' | 'NO PAD';
}

export const characterSets: readonly CharacterSet[] = [
  { name: 'ascii', description: 'US ASCII', defaultCollation: 'ascii_general_ci', maxLength: 1 },
  { name: 'binary', description: 'Binary pseudo charset', defaultCollation: 'binary', maxLength: 1 },
  {
    name: 'latin1',
    description: 'cp1252 West European',
    defaultCollation: 'latin1_swedish_ci',
    maxLength: 1,
  },
  { name: 'utf8mb3', description: 'UTF-8 Unicode', defaultCollation: 'utf8mb3_general_ci', maxLength: 3 },
  { name: 'utf8mb4', description: 'UTF-8 Unicode', defaultCollation: 'utf8mb4_0900_bin', maxLength: 4 },
];

type CollationFacts = readonly [name: string, id: number, sortLength: number];

const facts: readonly CollationFacts[] = [
  ['ascii_bin', 65, 1],
  ['ascii_general_ci', 11, 1],
  ['binary', 63, 1],
  ['latin1_bin', 47, 1],
  ['latin1_general_ci', 48, 1],
  ['latin1_general_cs', 49, 1],
  ['latin1_swedish_ci', 8, 1],
  ['utf8mb3_bin', 83, 1],
  ['utf8mb3_general_ci', 33, 1],
  ['utf8mb3_unicode_520_ci', 214, 8],
  ['utf8mb3_unicode_ci', 192, 8],
  ['utf8mb4_0900_ai_ci', 255, 0],
  ['utf8mb4_0900_as_ci', 305, 0],
  ['utf8mb4_0900_as_cs', 278, 0],
  ['utf8mb4_0900_bin', 309, 1],
  ['utf8mb4_bin', 46, 1],
  ['utf8mb4_general_ci', 45, 1],
  ['utf8mb4_unicode_520_ci', 246, 8],
  ['utf8mb4_unicode_ci', 224, 8],
];

/** The character set of a collation: what stands before its first underscore. */
export function characterSetOf(collation: string): string {
  const underscore = collation.indexOf('_');
  return underscore < 0 ? collation : collation.slice(0, underscore);
}

export const collations: readonly Collation[] = facts.map(([name, id, sortLength]) => ({
  name,
  id,
  characterSet: characterSetOf(name),
  isDefault: characterSets.some((set) => set.defaultCollation === name),
  sortLength,
  padAttribute: name.includes('_0900_') || name === 'binary' ? 'NO PAD' : 'PAD SPACE',
}));

/** By name, letter case aside; `utf8` is MySQL's old name of utf8mb3. */
export function findCharacterSet(name: string): CharacterSet | undefined {
  const lower = name.toLowerCase();
  return characterSets.find((set) => set.name === (lower === 'utf8' ? 'utf8mb3' : lower));
}

/** By name, letter case aside; `utf8_…` is MySQL's old name of `utf8mb3_…`. */
export function findCollation(name: string): Collation | undefined {
  const lower = name.toLowerCase().replace(/^utf8_/, 'utf8mb3_');
  return collations.find((collation) => collation.name === lower);
}

/** The collation with this number; MySQL's clients send it at login. */
export function findCollationById(id: number): Collation | undefined {
  return collations.find((collation) => collation.id === id);
}
