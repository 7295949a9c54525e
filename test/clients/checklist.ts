/**
 * One checklist for every client. A client's program runs the items that it is given and prints, for each,
 * `## item`, lines of what it saw, and `ok`, `none REASON` (the driver does not have it) or `failed REASON`. It runs
 * against the gateway and, for the items whose answers are to be MySQL's, against a real MariaDB too: then every
 * line must be the same, but for the differences that are declared with their reasons.
 *
 * A line `@restart` asks for the server to be stopped and started again on its port; the program goes on when it
 * reads a line.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const items = {
  connect: 'TLS and plain, both password plugins',
  text: 'every type, text protocol',
  binary: 'every type, binary protocol',
  parameters: 'parameters of every type',
  stream: 'a million rows streamed',
  transactions: 'transactions',
  errors: 'errors by number and SQLSTATE',
  metadata: 'metadata calls',
  cancel: 'cancel',
  timeout: 'timeouts',
  reconnect: 'reconnect after KILL and restart',
  pool: 'connection pool',
} as const;
export type Item = keyof typeof items;

export const allItems = Object.keys(items) as Item[];

/** All of them, or those that `TIDEGATE_CLIENT_ITEMS` names. */
export const wantedItems =
  (process.env.TIDEGATE_CLIENT_ITEMS?.split(',') as readonly Item[] | undefined) ?? allItems;

/** Items whose lines are compared with MariaDB's. */
const compared: readonly Item[] = ['text', 'binary', 'parameters', 'metadata'];

/** What MySQL 8.0 answers otherwise than MariaDB does. */
export interface Difference {
  readonly reason: string;
  readonly item?: Item;
  /** Lines that match are changed, MariaDB's alone, or left out on both sides when there is no `to`. */
  readonly match: RegExp;
  readonly to?: string;
}

/** What a driver fails at by itself: it counts as that only when it fails so with MariaDB too. */
export interface DriverFailure {
  readonly reason: string;
  readonly item: Item;
  /** What the program says in both runs. */
  readonly match: RegExp;
}

export interface Declared {
  readonly differences: readonly Difference[];
  readonly failures: readonly DriverFailure[];
}

export interface Seen {
  readonly outcome: 'ok' | 'none' | 'failed' | 'driver';
  readonly reason: string;
  readonly lines: readonly string[];
}

export interface Program {
  readonly command: string;
  /** Port and items come after these. */
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const patienceMs = 300_000;

/** Runs a client's program on some items; `restart` brings the server down and up again. */
export function runProgram(
  { command, args, environment }: Program,
  port: number,
  wanted: readonly Item[],
  restart: () => Promise<void>,
): Promise<ReadonlyMap<Item, Seen>> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, String(port), wanted.join()], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const seen = new Map<Item, Seen>();
    let item: Item | undefined;
    let lines: string[] = [];
    let errors = '';
    // What hangs is a failure as well, and says so.
    const patience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.stderr.on('data', (data: Buffer) => {
      errors = (errors + data.toString()).slice(-8_000);
    });
    const take = (line: string): void => {
      const ending = /^(ok|none|failed)(?: (.*))?$/.exec(line);
      if (line === '@restart') {
        restart().then(() => child.stdin.write('\n'), reject);
      } else if (line.startsWith('## ')) {
        item = line.slice(3) as Item;
        lines = [];
      } else if (ending !== null && item !== undefined) {
        seen.set(item, { outcome: ending[1] as Seen['outcome'], reason: ending[2] ?? '', lines });
        item = undefined;
      } else if (item !== undefined) lines.push(line);
    };
    const reader = createInterface({ input: child.stdout });
    reader.on('line', take);
    reader.once('close', () => {
      const end = (code: number | null): void => {
        clearTimeout(patience);
        for (const each of wanted) {
          if (seen.has(each)) continue;
          const reason = `the program ended with ${code} at ${item ?? 'its start'}: ${lines.slice(-5).join('\n')}\n${errors}`;
          seen.set(each, { outcome: 'failed', reason, lines: [] });
        }
        resolve(seen);
      };
      if (child.exitCode !== null || child.signalCode !== null) end(child.exitCode);
      else child.once('exit', end);
    });
  });
}

function differing(
  lines: readonly string[],
  item: Item,
  differences: readonly Difference[],
  theirs: boolean,
): string[] {
  const valid = differences.filter((each) => each.item === undefined || each.item === item);
  return lines.flatMap((line) => {
    let text = line;
    for (const { match, to } of valid) {
      if (to === undefined && match.test(text)) return [];
      if (to !== undefined && theirs) text = text.replace(match, to);
    }
    return [text];
  });
}

/** What stands at one place in one list and not in the other, at most a few lines of it. */
function firstDifferences(ours: readonly string[], theirs: readonly string[]): string[] {
  const found: string[] = [];
  const [own, others] = [new Set(ours), new Set(theirs)];
  for (const line of ours) if (!others.has(line)) found.push(`  gateway ${line}`);
  for (const line of theirs) if (!own.has(line)) found.push(`  MariaDB ${line}`);
  if (found.length === 0) found.push('  the same lines in another order');
  return found.slice(0, 200);
}

export interface Checked {
  readonly client: string;
  readonly version: string;
  readonly seen: ReadonlyMap<Item, Seen>;
}

const checked: Checked[] = [];

/** The table of what was checked, in Markdown. */
function table(): string {
  const sign = { ok: '✓', none: '–', failed: '✗', driver: '†' } as const;
  const rows = checked.map(({ client, version, seen }) => {
    const cells = allItems.map((item) => sign[seen.get(item)?.outcome ?? 'none']);
    return `| ${[client, version, ...cells].join(' | ')} |`;
  });
  const head = `| ${['client', 'version', ...allItems].join(' | ')} |`;
  return [head, `|${'---|'.repeat(allItems.length + 2)}`, ...rows].join('\n');
}

after(() => {
  if (checked.length === 0) return;
  process.stdout.write(`\n${table()}\n`);
  const path = process.env.TIDEGATE_CLIENT_TABLE;
  if (path !== undefined) appendFileSync(path, `${table()}\n`);
});

export interface Server {
  readonly port: number;
  restart(): Promise<void>;
}

/**
 * Runs a client through the checklist, against MariaDB too when there is one, and notes it for the table.
 * @throws AssertionError with everything that is not as it should be
 */
export async function check(
  client: { readonly name: string; readonly version: string; readonly program: Program },
  gateway: Server,
  mariadb: { readonly port: number } | undefined,
  { differences, failures: drivers }: Declared,
): Promise<void> {
  const seen = new Map(await runProgram(client.program, gateway.port, wantedItems, () => gateway.restart()));
  const suspect = (item: Item): DriverFailure | undefined =>
    drivers.find(
      (each) =>
        each.item === item && seen.get(item)?.outcome === 'failed' && each.match.test(seen.get(item)!.reason),
    );
  const shared = wantedItems.filter((item) => compared.includes(item) || suspect(item) !== undefined);
  if (mariadb !== undefined && shared.length > 0) {
    const refuse = (): Promise<void> => Promise.reject(new Error('MariaDB is not restarted'));
    const reference = await runProgram(client.program, mariadb.port, shared, refuse);
    for (const item of shared) {
      const [own, other] = [seen.get(item)!, reference.get(item)!];
      const failure = suspect(item);
      if (failure !== undefined && other.outcome === 'failed' && failure.match.test(other.reason)) {
        seen.set(item, { ...own, outcome: 'driver', reason: failure.reason });
      }
      if (own.outcome !== 'ok') continue;
      const ours = differing(own.lines, item, differences, false);
      const theirs = differing(other.lines, item, differences, true);
      // What the metadata of a table is does not depend on where it stands in a list.
      if (item === 'metadata') for (const lines of [ours, theirs]) lines.sort();
      if (other.outcome !== 'ok') {
        seen.set(item, { ...own, outcome: 'failed', reason: `MariaDB: ${other.reason}` });
      } else if (ours.join('\n') !== theirs.join('\n')) {
        const reason = `not as MariaDB answers:\n${firstDifferences(ours, theirs).join('\n')}`;
        seen.set(item, { ...own, outcome: 'failed', reason });
      }
    }
  }
  checked.push({ client: client.name, version: client.version, seen });
  const failures = [...seen].filter(([, { outcome }]) => outcome === 'failed');
  assert.equal(failures.length, 0, failures.map(([item, { reason }]) => `${item}: ${reason}`).join('\n'));
}
