/**
 * The gateway's memory while results are sent: one and ten times the rows to a reader that is as fast as it can,
 * text and binary, and many readers that take a row now and then, beside which a scan must still be answered.
 * Says the most resident memory of each phase and writes bench/results/memory.json.
 *
 *   npx tsx bench/memory.ts [--rows 1000000] [--readers 30] [--seconds 20]
 */
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { loadRows } from './support/million-rows.ts';
import { compileClient, residentBytes, sampleMemory, startTargets, writeResults } from './support/targets.ts';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    readers: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '20' },
  },
});
const run = promisify(execFile);
const once = 'SELECT * FROM t';
const tens = Array.from({ length: 10 }, (_, index) => `SELECT ${index} AS n`).join(' UNION ALL ');
const tenTimes = `SELECT t.* FROM t CROSS JOIN (${tens}) tens`;
const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
const scansBeside = 5;

async function main(): Promise<void> {
  const targets = await startTargets();
  try {
    const { gateway, directory } = targets;
    await loadRows(targets, [gateway], Number(options.rows));
    const fast = compileClient('bench/clients/rows.c', directory);
    const slow = compileClient('bench/clients/slow-rows.c', directory);
    const phases: object[] = [];
    const phase = async (name: string, work: () => Promise<object>): Promise<void> => {
      const before = mebibytes(residentBytes(gateway.pid));
      const sampler = sampleMemory(gateway.pid);
      const facts = await work();
      const most = mebibytes(Math.max(before, ...sampler.stop()));
      phases.push({ name, beforeMiB: before, mostMiB: most, ...facts });
      process.stdout.write(
        `${name.padEnd(28)} before ${before} MiB  at most ${most} MiB  ${JSON.stringify(facts)}\n`,
      );
    };
    const read = async (way: string, sql: string): Promise<object> => {
      const { stdout } = await run(fast, [String(gateway.port), way, sql]);
      const [rows, , seconds] = stdout.split(' ').map(Number);
      return { rows, seconds };
    };
    for (const way of ['text', 'binary'] as const) {
      await phase(`${way}, fast`, () => read(way, once));
      await phase(`${way}, fast, ten times`, () => read(way, tenTimes));
    }
    for (const round of [1, 2]) {
      await phase(`${options.readers} slow readers, round ${round}`, async () => {
        const args = [String(gateway.port), options.readers, '10000', options.seconds, once];
        const reading = run(slow, args);
        const connection = await mysql.createConnection({
          host: '127.0.0.1',
          port: gateway.port,
          user: 'root',
        });
        const scanMs: number[] = [];
        for (let scan = 0; scan < scansBeside; scan++) {
          await new Promise((resolve) =>
            setTimeout(resolve, (Number(options.seconds) * 1_000) / (scansBeside + 2)),
          );
          const started = performance.now();
          await connection.query('SELECT COUNT(*), SUM(small) FROM bench.t');
          scanMs.push(Math.round(performance.now() - started));
        }
        connection.destroy();
        const rows = (await reading).stdout.trim().split(' ').map(Number);
        return { fewestRows: rows[0], mostRows: rows.at(-1), scanMs };
      });
    }
    writeResults('memory', { options, phases });
  } finally {
    await targets.stop();
  }
}

await main();
