/** Running pytest, and reading what it says. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../clients/fixture.ts';
import { junitOutcomes } from './outcomes.ts';
import { type SuiteRun, suiteFolder } from './suite.ts';

export interface PytestOptions {
  /** Whose folder has the virtual environment and the report. */
  readonly suite: string;
  readonly python: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export async function runPytest(options: PytestOptions): Promise<SuiteRun> {
  const report = join(suiteFolder(options.suite), 'report.xml');
  rmSync(report, { force: true });
  const fixed = [
    '-m',
    'pytest',
    '-q',
    '-p',
    'no:cacheprovider',
    '-o',
    'junit_family=xunit2',
    `--junitxml=${report}`,
  ];
  const ran = await run(options.python, [...fixed, ...options.args], {
    cwd: options.cwd,
    environment: { PYTHONWARNINGS: 'ignore', ...options.environment },
  });
  return { outcomes: junitOutcomes(readFileSync(report, 'utf8')), log: `${ran.stdout}\n${ran.stderr}` };
}
