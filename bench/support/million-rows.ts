/** The table of a million rows and eleven columns that the wire benchmarks read, the same for everybody. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Target, Targets } from './targets.ts';

const table = `CREATE TABLE t (id INT PRIMARY KEY, big BIGINT NOT NULL, small SMALLINT, flag TINYINT NOT NULL,
  amount DECIMAL(12,2), ratio DOUBLE, day DATE, moment DATETIME(3), code CHAR(8) NOT NULL, name VARCHAR(40),
  note VARCHAR(200))`;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** The same rows for everybody: a linear congruential generator. */
function* lines(count: number): Generator<string> {
  let seed = 42;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 4_294_967_296) * below);
  };
  for (let id = 1; id <= count; id++) {
    const day = `20${pad(random(24), 2)}-${pad(random(12) + 1, 2)}-${pad(random(28) + 1, 2)}`;
    const clock = `${pad(random(24), 2)}:${pad(random(60), 2)}:${pad(random(60), 2)}.${pad(random(1000), 3)}`;
    yield [
      id,
      random(2 ** 31) * 4096,
      random(20) === 0 ? '\\N' : random(30_000),
      random(2),
      `${random(1_000_000)}.${pad(random(100), 2)}`,
      random(1_000_000) / 1024,
      day,
      `${day} ${clock}`,
      random(2 ** 31)
        .toString(36)
        .padStart(8, 'x'),
      `name ${random(1_000_000)}`,
      random(10) === 0 ? '\\N' : 'a note of some length '.repeat(1 + random(3)),
    ].join('\t');
  }
}

async function writeFileOfRows(file: string, count: number): Promise<void> {
  const stream = createWriteStream(file);
  let chunk = '';
  for (const line of lines(count)) {
    chunk += `${line}\n`;
    if (chunk.length < 1_000_000) continue;
    if (!stream.write(chunk)) await once(stream, 'drain');
    chunk = '';
  }
  stream.end(chunk);
  await once(stream, 'close');
}

export const clientArgs = (target: Target, ...more: string[]): string[] => [
  '--no-defaults',
  '-h127.0.0.1',
  `-P${target.port}`,
  '-uroot',
  // The client takes TLS wherever it is offered, and MariaDB has no certificate here.
  '--skip-ssl',
  ...more,
];

function load(target: Target, file: string): void {
  const sql = `CREATE DATABASE bench; USE bench; ${table}; LOAD DATA LOCAL INFILE '${file}' INTO TABLE t;`;
  execFileSync('mariadb', clientArgs(target, '--local-infile=1', '-e', sql), { stdio: 'inherit' });
}

/** Puts `count` rows into table `t` of database `bench` of each target. */
export async function loadRows(targets: Targets, into: readonly Target[], count: number): Promise<void> {
  const file = path.join(targets.directory, 'rows.tsv');
  await writeFileOfRows(file, count);
  for (const target of into) load(target, file);
}
