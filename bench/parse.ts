/**
 * What reading a statement costs: the parser and the scan of its shape (which is all that a cached plan needs),
 * and node-sql-parser in the same run. Each is run in turn, several rounds; the medians count. Prints a table and
 * writes bench/results/parse.json.
 *
 *   npx tsx bench/parse.ts [--rounds 15]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseStatement } from '../src/sql/parse/parse.ts';
import { scanShape } from '../src/sql/shape.ts';

interface PeerParser {
  astify(sql: string, options: { database: string }): unknown;
}
const require = createRequire(import.meta.url);
const { Parser } = require('node-sql-parser') as { Parser: new () => PeerParser };

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(options.rounds);

const row = (index: number): string =>
  `(${index}, 'customer ${index}', ${index * 1.5}, '2021-03-04 05:06:07', NULL, ${index % 2})`;
const texts: Readonly<Record<string, string>> = {
  'point select': 'SELECT name, age, city FROM users WHERE id = 4711',
  'join of four tables':
    'SELECT c.name, SUM(i.qty * i.price) AS total FROM orders o JOIN customers c ON o.cid = c.id JOIN items i ON i.oid = o.id LEFT JOIN regions r ON r.id = c.rid WHERE o.day >= "2020-01-01" AND (r.name IN ("a", "b") OR r.name IS NULL) GROUP BY c.name HAVING total > 100 ORDER BY total DESC LIMIT 20',
  'insert of 500 rows': `INSERT INTO t (id, name, price, at, note, flag) VALUES ${Array.from({ length: 500 }, (_, index) => row(index)).join(', ')}`,
};

const peer = new Parser();
const subjects: Readonly<Record<string, (text: string) => unknown>> = {
  parse: (text) => parseStatement(text),
  'scan of the shape': (text) => scanShape(text),
  'node-sql-parser': (text) => peer.astify(text, { database: 'MySQL' }),
};

/** Microseconds of processor time of one call, over at least 30 ms of it: others may use the machine too. */
function timed(work: (text: string) => unknown, text: string): number {
  let calls = 0;
  const begun = process.cpuUsage();
  let took = 0;
  do {
    for (let batch = 0; batch < 10; batch++) work(text);
    calls += 10;
    const { user, system } = process.cpuUsage(begun);
    took = user + system;
  } while (took < 30_000);
  return took / calls;
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1]!;

const results = Object.entries(texts).map(([name, text]) => {
  const times = Object.fromEntries(Object.keys(subjects).map((subject): [string, number[]] => [subject, []]));
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const [subject, work] of Object.entries(subjects)) {
      const took = timed(work, text);
      if (round > 0) times[subject]!.push(took);
    }
  }
  const microseconds = Object.fromEntries(
    Object.entries(times).map(([subject, of]) => [subject, median(of)]),
  );
  const ratioToPeer = microseconds.parse! / microseconds['node-sql-parser']!;
  return { name, characters: text.length, microseconds, ratioToPeer };
});

for (const { name, microseconds, ratioToPeer } of results) {
  const times = Object.entries(microseconds).map(([subject, took]) => `${subject} ${took.toFixed(1)} µs`);
  process.stdout.write(
    `${name.padEnd(22)}${times.join(', ')}; ${ratioToPeer.toFixed(3)} of node-sql-parser\n`,
  );
}
const file = path.join(root, 'bench/results/parse.json');
mkdirSync(path.dirname(file), { recursive: true });
const machine = { cores: cpus().length, node: process.version };
writeFileSync(file, `${JSON.stringify({ machine, rounds, results }, null, 2)}\n`);
process.stdout.write(`written: ${path.relative(root, file)}\n`);
