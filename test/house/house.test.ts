/** The rules of the repository, checked against its own text. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** A folder of src may import from itself and from those before it. */
const order = [
  'base',
  'types',
  'time',
  'sql',
  'wire',
  'catalog',
  'planner',
  'journal',
  'online',
  'offline',
  'connectors',
  'executor',
  'ingest',
  'session',
  'server',
  'app',
];

const fileLinesMax = 600;
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = tracked.filter((file) => file.startsWith('src/') && file.endsWith('.ts'));
const code = tracked.filter((file) => /^(src|test|bench|grammar|examples)\/.*\.ts$/.test(file));
const isGenerated = (file: string): boolean => file.includes('/generated/');

/** Relative imports of a file, types included, as paths from the root. */
function importsOf(file: string): string[] {
  const text = textOf(file);
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1]!);
  return found.map((target) => path.relative(root, path.resolve(root, path.dirname(file), target)));
}

const folderOf = (file: string): string => file.split('/')[1]!;

describe('the house', () => {
  it('imports only from folders above', () => {
    const wrong: string[] = [];
    for (const file of sources) {
      const own = order.indexOf(folderOf(file));
      if (own < 0) wrong.push(`${file}: not in a known folder`);
      for (const target of importsOf(file)) {
        const other = target.startsWith('src/') ? order.indexOf(folderOf(target)) : -1;
        if (other < 0 || other > own) wrong.push(`${file} imports ${target}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('has no import cycles, types included', () => {
    const graph = new Map(sources.map((file) => [file, importsOf(file)]));
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
      state.set(file, 'done');
    };
    for (const file of sources) visit(file, []);
    assert.deepEqual(cycles, []);
  });

  it(`has no file over ${fileLinesMax} lines`, () => {
    const long = code
      .filter((file) => !isGenerated(file))
      .map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > fileLinesMax);
    assert.deepEqual(long, []);
  });

  it('keeps banned words out of src', () => {
    const banned: readonly (readonly [RegExp, string, (file: string) => boolean])[] = [
      [/(?::|\bas|<)\s*any\b/, 'any', () => true],
      [/\bas unknown as\b/, 'a cast through unknown', () => true],
      [/@ts-(?:ignore|expect-error|nocheck)/, 'a switched-off type check', () => true],
      [/\bconsole\.\w/, 'console', () => true],
      [
        /\bDate\.now\(|\bnew Date\(\)/,
        'the time from elsewhere than base/clock',
        (file) => file !== 'src/base/clock.ts',
      ],
      [/\bprocess\.env\b/, 'the environment outside app', (file) => !file.startsWith('src/app/')],
      [/\bexport default\b/, 'a default export', () => true],
      [/\bexport \*/, 'a barrel', () => true],
      [/\b(?:TODO|FIXME|XXX|HACK)\b/, 'an unfinished mark', () => true],
    ];
    const found: string[] = [];
    for (const file of sources.filter((name) => !isGenerated(name))) {
      const lines = textOf(file).split('\n');
      for (const [pattern, name, applies] of banned) {
        if (!applies(file)) continue;
        lines.forEach((line, index) => {
          if (pattern.test(line)) found.push(`${file}:${index + 1}: ${name}`);
        });
      }
    }
    assert.deepEqual(found, []);
  });

  it('switches no test off without a reason', () => {
    const only = code.filter(
      (file) => file.endsWith('.test.ts') && /\b(?:describe|it)\.only\(/.test(textOf(file)),
    );
    assert.deepEqual(only, []);
  });

  it('names no registry host and no path of one machine', () => {
    const hosts = [
      'registry.' + 'npmjs',
      'deb.' + 'debian',
      'repo1.' + 'maven',
      'proxy.' + 'golang',
      'pypi.' + 'org',
    ];
    const found = tracked.filter((file) => {
      if (/\.(png|parquet|bin)$/.test(file)) return false;
      const text = textOf(file);
      return (
        hosts.some((host) => text.includes(host)) ||
        (file === 'package-lock.json' && text.includes('"resolved"'))
      );
    });
    assert.deepEqual(found, []);
  });

  it('has a lock file that npm ci accepts on every platform', () => {
    const lock = JSON.parse(textOf('package-lock.json')) as {
      packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>;
    };
    const wanted = Object.values(lock.packages).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}),
    );
    const missing = wanted.filter((name) => lock.packages[`node_modules/${name}`]?.version === undefined);
    assert.deepEqual(missing, []);
  });

  it('has a README in every folder of src', () => {
    const missing = order
      .filter((folder) => sources.some((file) => folderOf(file) === folder))
      .filter((folder) => !existsSync(path.join(root, 'src', folder, 'README.md')));
    assert.deepEqual(missing, []);
  });

  it('ARCHITECTURE.md and the folder READMEs name only files that exist', () => {
    const documents = [
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      ...tracked.filter((file) => /^src\/.*README\.md$/.test(file)),
    ];
    const missing: string[] = [];
    for (const document of documents) {
      for (const match of textOf(document).matchAll(
        /`((?:src|grammar|test|bench|examples)\/[\w./-]*\w\/?)`/g,
      )) {
        if (!existsSync(path.join(root, match[1]!))) missing.push(`${document}: ${match[1]}`);
      }
    }
    assert.deepEqual(missing, []);
  });
});
