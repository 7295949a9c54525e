/** Sources of suites, from the registries that publish them, into the system's temporary directory. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ran, run } from '../clients/fixture.ts';
import { suiteFolder } from './suite.ts';

/** Why something could not be had; the suite is skipped with it. */
export class Missing extends Error {}

/** The output of a program that must succeed. */
export async function must(
  program: string,
  args: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<Ran> {
  const ran = await run(program, args, options);
  if (ran.code === 0) return ran;
  const said = `${ran.stdout}\n${ran.stderr}`.trim().slice(-400);
  throw new Missing(`${program} ${args.join(' ').slice(0, 80)}: ${said}`);
}

const python = join(suiteFolder('python'), 'bin', 'python');

/** A virtual environment for one suite, with the packages in it. */
export async function pythonEnvironment(name: string, packages: readonly string[]): Promise<string> {
  const folder = suiteFolder(name, 'venv');
  const interpreter = join(folder, 'bin', 'python');
  if (!existsSync(interpreter)) await must('python3', ['-m', 'venv', folder]);
  await must(interpreter, ['-m', 'pip', 'install', '-q', ...packages]);
  return interpreter;
}

/** The unpacked source distribution of a Python package. */
export async function pythonSource(suite: string, requirement: string): Promise<string> {
  const folder = suiteFolder(suite, 'source');
  if (!existsSync(python)) await must('python3', ['-m', 'venv', suiteFolder('python')]);
  const name = requirement.split('=')[0]!;
  if (archiveIn(folder) === undefined) {
    const args = ['-m', 'pip', 'download', '-q', '--no-deps', '--no-binary', name, '-d', folder, requirement];
    await must(python, args);
  }
  return unpacked(folder, archiveIn(folder)!);
}

const archiveIn = (folder: string): string | undefined =>
  readdirSync(folder).find((name) => /\.tar\.(?:gz|xz)$/.test(name) && !name.includes('.debian.'));

async function unpacked(folder: string, archive: string): Promise<string> {
  const target = join(folder, 'unpacked');
  if (!existsSync(target)) {
    mkdirSync(target);
    await must('tar', ['xf', join(folder, archive), '-C', target]);
  }
  const [only] = readdirSync(target);
  return join(target, only!);
}

/** The unpacked upstream source of a Debian package, by an apt whose lists are its own. */
export async function debianSource(suite: string, name: string): Promise<string> {
  const folder = suiteFolder(suite, 'source');
  if (archiveIn(folder) === undefined) {
    const options = await aptOptions();
    await must('apt-get', [...options, 'source', '--tar-only', '--download-only', '-qq', name], {
      cwd: folder,
    });
  }
  const archive = archiveIn(folder);
  if (archive === undefined) throw new Missing(`apt-get source ${name}: no archive`);
  return unpacked(folder, archive);
}

async function aptOptions(): Promise<readonly string[]> {
  const folder = suiteFolder('apt');
  const parts = join(folder, 'parts');
  const options = [
    ['Dir::Etc::SourceList', '/dev/null'],
    ['Dir::Etc::SourceParts', parts],
    ['Dir::State::Lists', join(folder, 'lists')],
    ['Dir::Cache', join(folder, 'cache')],
    ['APT::Sandbox::User', 'root'],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  if (existsSync(parts)) return options;
  const deb822 = '/etc/apt/sources.list.d/debian.sources';
  if (!existsSync(deb822)) throw new Missing(`no ${deb822} to take Debian's mirror from`);
  for (const each of ['lists', 'cache', 'parts']) mkdirSync(join(folder, each), { recursive: true });
  const sources = readFileSync(deb822, 'utf8').replaceAll(/^Types: deb$/gm, 'Types: deb-src');
  writeFileSync(join(parts, 'source.sources'), sources);
  try {
    await must('apt-get', [...options, 'update', '-qq']);
  } catch (error) {
    rmSync(parts, { recursive: true });
    throw error;
  }
  return options;
}

/** A copy of a Go module's source that can be written to, and its version. */
export async function goModule(
  suite: string,
  path: string,
): Promise<{ readonly folder: string; readonly version: string }> {
  const folder = suiteFolder(suite);
  if (!existsSync(join(folder, 'go.mod'))) await must('go', ['mod', 'init', 'suite'], { cwd: folder });
  const { stdout } = await must('go', ['mod', 'download', '-json', `${path}@latest`], { cwd: folder });
  const found = JSON.parse(stdout) as { readonly Dir: string; readonly Version: string };
  const copy = join(folder, found.Version);
  if (!existsSync(copy)) {
    cpSync(found.Dir, copy, { recursive: true });
    await must('chmod', ['-R', 'u+w', copy]);
  }
  return { folder: copy, version: found.Version.replace(/^v/, '') };
}
