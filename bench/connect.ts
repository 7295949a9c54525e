/**
 * Connect, first query, leave: in clear and over TLS, gateway and MariaDB in turn, by a C client; in clear also
 * to a bare Node socket, which is the least that Node can do. Says the ratios of the medians, of the time that
 * passed and of the processor time that the server used, and writes bench/results/connect.json.
 *
 *   npx tsx bench/connect.ts [--connections 200] [--rounds 7]
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { loadCertificate } from '../src/server/certificate.ts';
import {
  compileClient,
  median,
  processorSeconds,
  startBareSocket,
  startTargets,
  writeResults,
} from './support/targets.ts';

const { values: options } = parseArgs({
  options: { connections: { type: 'string', default: '200' }, rounds: { type: 'string', default: '7' } },
});
const run = promisify(execFile);

async function main(): Promise<void> {
  // The gateway's own kind of certificate, for both.
  const keys = mkdtempSync(path.join(tmpdir(), 'tidegate-bench-tls-'));
  await loadCertificate({ mode: 'auto', directory: keys });
  const [cert, key] = [path.join(keys, 'server-cert.pem'), path.join(keys, 'server-key.pem')];
  const targets = await startTargets({
    gatewayFlags: ['--tls-cert', cert, '--tls-key', key],
    mariadbFlags: [`--ssl-cert=${cert}`, `--ssl-key=${key}`],
  });
  const bare = await startBareSocket();
  try {
    const program = compileClient('bench/clients/connect.c', targets.directory);
    const count = Number(options.connections);
    const measurements = [];
    for (const mode of ['plain', 'tls'] as const) {
      const servers = [
        targets.gateway,
        targets.mariadb,
        ...(mode === 'plain' ? [{ ...bare, name: 'bare' }] : []),
      ];
      const taken = new Map<string, { wallMs: number; processorMs: number }[]>();
      for (let round = 0; round <= Number(options.rounds); round++) {
        for (const { name, port, pid } of servers) {
          const before = processorSeconds(pid);
          const { stdout } = await run(program, [String(port), String(count), mode]);
          const processorMs = ((processorSeconds(pid) - before) / count) * 1_000;
          const each = { wallMs: (Number(stdout) / count) * 1_000, processorMs };
          if (round > 0) taken.set(name, [...(taken.get(name) ?? []), each]);
        }
      }
      const middle = (name: string, key: 'wallMs' | 'processorMs'): number =>
        median(taken.get(name)!.map((each) => each[key]));
      const ratio = (key: 'wallMs' | 'processorMs'): number =>
        middle('gateway', key) / middle('mariadb', key);
      for (const { name } of servers) {
        process.stdout.write(
          `${mode.padEnd(6)} ${name.padEnd(8)} ${middle(name, 'wallMs').toFixed(3)} ms  ` +
            `processor ${middle(name, 'processorMs').toFixed(3)} ms\n`,
        );
      }
      process.stdout.write(
        `${mode.padEnd(6)} ratio    ${ratio('wallMs').toFixed(2)}  processor ${ratio('processorMs').toFixed(2)}\n`,
      );
      measurements.push({
        mode,
        servers: Object.fromEntries(taken),
        ratioOfMedians: ratio('wallMs'),
        processorRatioOfMedians: ratio('processorMs'),
      });
    }
    writeResults('connect', { options, measurements });
  } finally {
    await bare.stop();
    await targets.stop();
    rmSync(keys, { recursive: true, force: true });
  }
}

await main();
