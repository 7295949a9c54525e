/**
 * TPC-DS's tables and queries from DuckDB's extension, which PyPI has as a package: installed once into a virtual
 * environment below the system's temporary directory, asked for its data and its texts there.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const version = '1.5.5';
const script = path.join(import.meta.dirname, 'generate.py');

export interface TpcdsData {
  /** Columns of every table: name, and type as DuckDB spells it. */
  readonly tables: Readonly<Record<string, readonly (readonly [name: string, type: string])[]>>;
  readonly queries: readonly (readonly [number: number, text: string])[];
}

/** A Python that has the extension; the reason when there is none. */
export function findExtension(): { readonly python: string } | { readonly missing: string } {
  const environment = path.join(tmpdir(), `tidegate-tpcds-${version}`);
  const python = path.join(environment, 'bin', 'python');
  const works = (): boolean => {
    try {
      execFileSync(python, ['-c', 'import duckdb, duckdb_extension_tpcds'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  if (existsSync(python) && works()) return { python };
  try {
    execFileSync('python3', ['-m', 'venv', environment], { stdio: 'ignore' });
    const packages = [`duckdb==${version}`, `duckdb-extension-tpcds==${version}`];
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'ignore' });
  } catch {
    return { missing: 'pip could not install duckdb-extension-tpcds' };
  }
  return works() ? { python } : { missing: 'duckdb-extension-tpcds does not run' };
}

/** Writes `<directory>/<table>.parquet` for all 24 tables, and gives the queries' texts. */
export function generate(python: string, scale: number, directory: string): TpcdsData {
  mkdirSync(directory, { recursive: true });
  execFileSync(python, [script, String(scale), directory], { stdio: ['ignore', 'ignore', 'inherit'] });
  return JSON.parse(readFileSync(path.join(directory, 'tpcds.json'), 'utf8')) as TpcdsData;
}
