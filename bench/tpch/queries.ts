/** The 22 queries of TPC-H (specification 2.4) with their validation parameters, in MySQL's dialect. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const directory = path.join(import.meta.dirname, 'queries');

export interface TpchQuery {
  /** `q01` … `q22`, and `q15-view`. */
  readonly name: string;
  /** Statements in order; the one that begins with SELECT or WITH gives the answer. */
  readonly statements: readonly string[];
}

/** @param scale Q11's fraction is 0.0001 divided by it (specification 2.4.11.3) */
export function readQueries(scale: number): TpchQuery[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      name: path.basename(file, '.sql'),
      statements: readFileSync(path.join(directory, file), 'utf8')
        .replace(':fraction', (0.0001 / scale).toFixed(10))
        .split(';')
        .map((statement) => statement.trim())
        .filter((statement) => statement !== ''),
    }));
}

export const isAnswer = (statement: string): boolean => /^(SELECT|WITH)\b/.test(statement);
