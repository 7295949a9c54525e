/** A driver's or ORM's own test suite: what it is, and what came out of it on one server. */
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Outcome = 'passed' | 'failed' | 'skipped';

/** By the test's name, which is the same in every run. */
export type Outcomes = ReadonlyMap<string, Outcome>;

/** Where a suite connects to; `root` has no password, and `databases` are there and empty. */
export interface SuiteServer {
  readonly kind: 'mariadb' | 'tidegate' | 'none';
  readonly port: number;
  readonly socketPath: string;
}

export interface Suite {
  readonly name: string;
  readonly databases: readonly string[];
  /** Statements that the suite's own instructions ask for, or that a server of its kind would have done. */
  readonly setup?: readonly string[];
  /**
   * Most of its tests need no server: those that pass without one are not counted. Such a suite is run a third
   * time, against a port where nobody listens.
   */
  readonly alsoWithoutServer?: boolean;
  /** It leaves out the tests of what the server's version has not, where others skip them. */
  readonly leavesOut?: boolean;
  /** Fetches and builds it; the version, or why it cannot be had here. */
  prepare(): Promise<{ readonly version: string } | { readonly missing: string }>;
  run(server: SuiteServer): Promise<SuiteRun>;
}

export interface SuiteRun {
  readonly outcomes: Outcomes;
  /** Everything that the suite printed. */
  readonly log: string;
}

/** A folder that keeps what was fetched and built from one run to the next. */
export function suiteFolder(...names: readonly string[]): string {
  const folder = join(tmpdir(), 'tidegate-suites', ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}
