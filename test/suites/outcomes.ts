/** What test runners print, as outcomes by name. */
import type { Outcome, Outcomes } from './suite.ts';

/** `go test -json`: leaves only, since a test with subtests says nothing of its own. */
export function goOutcomes(output: string): Outcomes {
  const outcomes = new Map<string, Outcome>();
  for (const line of output.split('\n')) {
    if (!line.startsWith('{')) continue;
    const event = JSON.parse(line) as { readonly Action: string; readonly Test?: string };
    if (event.Test === undefined) continue;
    const outcome = ({ pass: 'passed', fail: 'failed', skip: 'skipped' } as const)[event.Action];
    if (outcome !== undefined) outcomes.set(event.Test, outcome);
    // A panic ends the process: what was running then has failed.
    else if (event.Action === 'run') outcomes.set(event.Test, 'failed');
  }
  const names = [...outcomes.keys()];
  for (const name of names) if (names.some((other) => other.startsWith(`${name}/`))) outcomes.delete(name);
  return outcomes;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const unescaped = (text: string): string =>
  text
    .replaceAll(/&#(x?)([0-9a-f]+);/gi, (_all, hex: string, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, hex === '' ? 10 : 16)),
    )
    .replaceAll(/&(lt|gt|quot|apos|amp);/g, (_all, name: string) => entities[name]!);

/** JUnit's XML, of pytest. A name that comes twice (teardown errors) has its worse outcome. */
export function junitOutcomes(xml: string): Outcomes {
  const outcomes = new Map<string, Outcome>();
  const cases = xml.matchAll(/<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  for (const [, attributes, body] of cases) {
    const read = (name: string): string =>
      unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes!)?.[1] ?? '');
    const name = `${read('classname')}::${read('name')}`;
    const outcome = /<(?:failure|error)\b/.test(body ?? '')
      ? 'failed'
      : /<skipped\b/.test(body ?? '')
        ? 'skipped'
        : 'passed';
    if (outcomes.get(name) !== 'failed') outcomes.set(name, outcome);
  }
  return outcomes;
}

/** TAP of one file: a test is its number, for texts have values in them. A plan that is not fulfilled is a failure of its own. */
export function tapOutcomes(file: string, output: string): Outcomes {
  const outcomes = new Map<string, Outcome>();
  if (/^1\.\.0 # skip/im.test(output)) return new Map([[file, 'skipped']]);
  let count = 0;
  const lines = output.matchAll(/^(not )?ok (\d+)(?:.*? # (skip|todo).*)?/gim);
  for (const [, not, number, directive] of lines) {
    count++;
    const name = `${file} ${number}`;
    const isSkipped = directive?.toLowerCase() === 'skip';
    outcomes.set(name, isSkipped ? 'skipped' : not === undefined ? 'passed' : 'failed');
  }
  const plan = /^1\.\.(\d+)/m.exec(output)?.[1];
  outcomes.set(`${file} ends`, plan !== undefined && Number(plan) === count ? 'passed' : 'failed');
  return outcomes;
}

/** unittest of Python with `-v 2`: a test's name, its description on a line of its own, and how it went. */
export function unittestOutcomes(output: string): Outcomes {
  const outcomes = new Map<string, Outcome>();
  const lines =
    /^\w+ \(([\w.]+)\)(?:.*\n)??.* \.\.\. (ok|FAIL|ERROR|skipped|expected failure|unexpected success)/gm;
  for (const [, name, word] of output.matchAll(lines)) {
    const passed = word === 'ok' || word === 'expected failure';
    outcomes.set(name!, word === 'skipped' ? 'skipped' : passed ? 'passed' : 'failed');
  }
  // What fails in a class's setup has no line of its own.
  for (const [, name] of output.matchAll(/^ERROR: setUpClass \(([\w.]+)\)/gm)) outcomes.set(name!, 'failed');
  return outcomes;
}
