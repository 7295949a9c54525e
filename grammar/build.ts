/**
 * Writes src/sql/generated from the tables in this folder.
 * `npm run generate` runs it; `staleFiles` is what the tests call to find a stale file.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { functionsSource, functionsTarget } from './functions/build.ts';

const grammarFolder = dirname(fileURLToPath(import.meta.url));
const root = dirname(grammarFolder);

/** A generated file: its path from the root of the project, and its text. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

const banner = (source: string): string =>
  `// Generated from ${source} by grammar/build.ts (npm run generate). Do not edit.\n`;

/** The lines of a table: words separated by blanks, `#` starts a comment at the beginning of a line only. */
function tableLines(name: string): string[][] {
  return readFileSync(join(grammarFolder, name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('# ') && line !== '#')
    .map((line) => line.trim().split(/\s+/));
}

function keywordsFile(): GeneratedFile {
  const lines = tableLines('keywords.txt');
  const quoted = (words: readonly string[]): string => words.map((word) => `  '${word}',\n`).join('');
  const reserved = lines.filter((line) => line.includes('reserved')).map((line) => line[0] ?? '');
  const free = lines.filter((line) => !line.includes('reserved')).map((line) => line[0] ?? '');
  const text =
    banner('grammar/keywords.txt') +
    `\nexport const reservedWords = [\n${quoted(reserved)}] as const;\n` +
    `\nexport const freeWords = [\n${quoted(free)}] as const;\n` +
    '\nexport type Keyword = (typeof reservedWords)[number] | (typeof freeWords)[number];\n';
  return { path: 'src/sql/generated/keywords.ts', text };
}

function operatorsFile(): GeneratedFile {
  const lines = tableLines('operators.txt');
  const levels = lines.map(([level, , name]) => `  ${name}: ${level},\n`).join('');
  const infix = lines
    .filter(([, associativity, name]) => associativity === 'left' && name !== 'concat')
    .flatMap(([level, , , ...spellings]) => spellings.map((spelling) => `  ['${spelling}', ${level}],\n`))
    .join('');
  const text =
    banner('grammar/operators.txt') +
    '\n/** How tightly each layer of the expression grammar binds. */\n' +
    `export const levels = {\n${levels}} as const;\n` +
    '\n/** The level of each infix operator, by its spelling. */\n' +
    `export const infixLevels: ReadonlyMap<string, number> = new Map([\n${infix}]);\n`;
  return { path: 'src/sql/generated/operators.ts', text };
}

/** Every generated file of the project. */
export function generateAll(): readonly GeneratedFile[] {
  const functions = { path: relative(root, fileURLToPath(functionsTarget)), text: functionsSource() };
  return [keywordsFile(), operatorsFile(), functions];
}

/** The paths of generated files whose text on disk is not what the tables say. */
export function staleFiles(): readonly string[] {
  return generateAll()
    .filter(
      ({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
    )
    .map(({ path }) => path);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { path, text } of generateAll()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`${path}\n`);
  }
}
