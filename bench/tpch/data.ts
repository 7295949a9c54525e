/** TPC-H's tables as Parquet files, made by tpchgen-cli (a Python package that ships the generator's binary). */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const program = 'tpchgen-cli';

function runs(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * The generator's command: from the PATH, or installed once into a virtual environment below the system's
 * temporary directory, where it stays for the next run.
 */
export function findGenerator(): { readonly command: string } | { readonly missing: string } {
  if (runs(program)) return { command: program };
  const environment = path.join(tmpdir(), 'tidegate-tpchgen');
  const command = path.join(environment, 'bin', program);
  if (existsSync(command) && runs(command)) return { command };
  try {
    execFileSync('python3', ['-m', 'venv', environment], { stdio: 'ignore' });
    execFileSync(path.join(environment, 'bin', 'pip'), ['install', '--quiet', program], { stdio: 'ignore' });
  } catch {
    return { missing: `${program} is not installed and pip could not install it` };
  }
  return runs(command) ? { command } : { missing: `${program} does not run` };
}

/** Writes `<directory>/<table>.parquet` for all eight tables. Scale 1 is 6 million rows of lineitem, 350 MB. */
export function generateParquet(command: string, scale: number, directory: string): void {
  mkdirSync(directory, { recursive: true });
  execFileSync(command, ['parquet', '-s', String(scale), '-o', directory, '--quiet'], { stdio: 'ignore' });
}
