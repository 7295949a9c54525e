/** The failures that are known, by suite: each with its reason. */
import { existsSync, readFileSync } from 'node:fs';
import type { Outcome, Outcomes } from './suite.ts';

/** Reasons and the tests that fail for them; a name that ends with `*` stands for all that begin so. */
type ExpectedFile = Readonly<Record<string, readonly string[]>>;

export interface Expected {
  reasonOf(test: string): string | undefined;
  /** Patterns that have met no failure. */
  unused(failures: readonly string[]): readonly string[];
}

const matches = (pattern: string, test: string): boolean =>
  pattern.endsWith('*') ? test.startsWith(pattern.slice(0, -1)) : test === pattern;

export function readExpected(suite: string): Expected {
  const path = new URL(`expected/${suite}.json`, import.meta.url);
  const file = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ExpectedFile) : {};
  const entries = Object.entries(file).flatMap(([reason, tests]) => tests.map((test) => ({ reason, test })));
  return {
    reasonOf: (test) => entries.find((entry) => matches(entry.test, test))?.reason,
    unused: (failures) =>
      entries.map(({ test }) => test).filter((pattern) => !failures.some((test) => matches(pattern, test))),
  };
}

export interface Comparison {
  /**
   * Tests that pass on MariaDB or on Tidegate: what a server of the kind can be asked. Not those that the suite
   * itself skips on Tidegate, for it takes us for MySQL 8.0.
   */
  readonly sensible: readonly string[];
  readonly passed: readonly string[];
  /** Sensible ones that do not pass on Tidegate. */
  readonly failures: readonly string[];
}

interface Runs {
  readonly baseline: Outcomes;
  readonly ours: Outcomes;
  /** A run without any server, whose passes say nothing about one. */
  readonly without: Outcomes;
  /** What is not there in our run was skipped. */
  readonly leavesOut: boolean;
}

export function compareOutcomes({ baseline, ours, without, leavesOut }: Runs): Comparison {
  const passes = (outcomes: Outcomes, test: string): boolean =>
    outcomes.get(test) === ('passed' satisfies Outcome);
  const names = [...new Set([...baseline.keys(), ...ours.keys()])].sort();
  const sensible = names.filter(
    (test) =>
      (passes(baseline, test) || passes(ours, test)) &&
      (ours.get(test) ?? (leavesOut ? 'skipped' : 'failed')) !== 'skipped' &&
      !passes(without, test),
  );
  const passed = sensible.filter((test) => passes(ours, test));
  return { sensible, passed, failures: sensible.filter((test) => !passes(ours, test)) };
}
