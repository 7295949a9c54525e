/**
 * A million rows of eleven columns to a client: text to MariaDB's command line client (--quick, to nothing)
 * and to a C program, binary to the C program; gateway and MariaDB in turn. Says the ratios of the medians, of
 * the time that passed and of the processor time that the server used, which a busy machine distorts less, and
 * the gateway's memory while it sent. Writes bench/results/rows.json.
 *
 *   npx tsx bench/rows.ts [--rows 1000000] [--rounds 5]
 *
 * Needs MariaDB with its C library (mariadb_config), a C compiler and a built gateway (npm run build).
 */
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import {
  compileClient,
  median,
  processorSeconds,
  residentBytes,
  sampleMemory,
  startTargets,
  type Target,
  writeResults,
} from './support/targets.ts';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
  },
});

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

const clientArgs = (target: Target, ...more: string[]): string[] => [
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

const ways = ['command line', 'text', 'text-compressed', 'binary'] as const;
type Way = (typeof ways)[number];

const run = promisify(execFile);
const query = 'SELECT * FROM t';

async function seconds(target: Target, way: Way, program: string): Promise<number> {
  if (way === 'command line') {
    const started = performance.now();
    const args = clientArgs(target, '--quick', '-B', '-e', query, 'bench');
    const quoted = ['mariadb', ...args].map((part) => `'${part}'`).join(' ');
    await run('sh', ['-c', `${quoted} > /dev/null`]);
    return (performance.now() - started) / 1000;
  }
  const { stdout } = await run(program, [String(target.port), way, query]);
  const [rows, , taken] = stdout.split(' ').map(Number);
  if (rows !== Number(options.rows)) throw new Error(`${target.name} sent ${rows} rows`);
  return taken!;
}

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);

async function main(): Promise<void> {
  const targets = await startTargets();
  try {
    const { gateway, mariadb } = targets;
    const file = path.join(targets.directory, 'rows.tsv');
    await writeFileOfRows(file, Number(options.rows));
    for (const target of [mariadb, gateway]) load(target, file);
    const program = compileClient('bench/clients/rows.c', targets.directory);
    const before = residentBytes(gateway.pid);
    const memory: Record<string, { firstMaxMiB: number; lastMaxMiB: number }> = {};
    const times = new Map<string, number[]>();
    const note = (key: string, value: number): void => {
      times.set(key, [...(times.get(key) ?? []), value]);
    };
    for (let round = 0; round <= Number(options.rounds); round++) {
      for (const way of ways) {
        for (const target of [gateway, mariadb]) {
          const sampler = sampleMemory(gateway.pid);
          const usedBefore = processorSeconds(target.pid);
          const taken = await seconds(target, way, program);
          const used = processorSeconds(target.pid) - usedBefore;
          const most = mebibytes(Math.max(0, ...sampler.stop()));
          if (target === gateway) {
            memory[way] = { firstMaxMiB: memory[way]?.firstMaxMiB ?? most, lastMaxMiB: most };
          }
          // The first round warms caches.
          if (round === 0) continue;
          note(`${way} ${target.name}`, taken);
          note(`${way} ${target.name} processor`, used);
        }
      }
    }
    const measurements = ways.map((way) => {
      const of = (key: string): number[] => times.get(`${way} ${key}`)!;
      const ratio = (suffix: string): number =>
        median(of(`gateway${suffix}`)) / median(of(`mariadb${suffix}`));
      const shown = (key: string): string => median(of(key)).toFixed(2);
      process.stdout.write(
        `${way.padEnd(16)} gateway ${shown('gateway')} s  mariadb ${shown('mariadb')} s  ratio ${ratio('').toFixed(2)}` +
          `  processor ${shown('gateway processor')} s, ${shown('mariadb processor')} s, ratio ${ratio(' processor').toFixed(2)}` +
          `  gateway at most ${memory[way]!.lastMaxMiB} MiB\n`,
      );
      return {
        way,
        gatewaySeconds: of('gateway'),
        mariadbSeconds: of('mariadb'),
        ratioOfMedians: ratio(''),
        gatewayProcessorSeconds: of('gateway processor'),
        mariadbProcessorSeconds: of('mariadb processor'),
        processorRatioOfMedians: ratio(' processor'),
        memory: memory[way],
      };
    });
    writeResults('rows', { options, gatewayMiBBefore: mebibytes(before), measurements });
  } finally {
    await targets.stop();
  }
}

await main();
