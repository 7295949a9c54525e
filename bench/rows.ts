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
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { clientArgs, loadRows } from './support/million-rows.ts';
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
    await loadRows(targets, [mariadb, gateway], Number(options.rows));
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
