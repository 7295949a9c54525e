/**
 * Connect, first query, leave: in clear and over TLS, gateway and MariaDB in turn, by a C client. Says the
 * ratios of the medians and writes bench/results/connect.json.
 *
 *   npx tsx bench/connect.ts [--connections 200] [--rounds 7]
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { loadCertificate } from '../src/server/certificate.ts';
import { compileClient, median, startTargets, writeResults } from './support/targets.ts';

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
  try {
    const program = compileClient('bench/clients/connect.c', targets.directory);
    const measurements = [];
    for (const mode of ['plain', 'tls'] as const) {
      const times = { gateway: [] as number[], mariadb: [] as number[] };
      for (let round = 0; round <= Number(options.rounds); round++) {
        for (const target of [targets.gateway, targets.mariadb]) {
          const { stdout } = await run(program, [String(target.port), options.connections, mode]);
          if (round > 0) times[target.name].push((Number(stdout) / Number(options.connections)) * 1000);
        }
      }
      const ratio = median(times.gateway) / median(times.mariadb);
      measurements.push({ mode, gatewayMs: times.gateway, mariadbMs: times.mariadb, ratioOfMedians: ratio });
      process.stdout.write(
        `${mode.padEnd(6)} gateway ${median(times.gateway).toFixed(2)} ms  mariadb ` +
          `${median(times.mariadb).toFixed(2)} ms  ratio ${ratio.toFixed(2)}\n`,
      );
    }
    writeResults('connect', { options, measurements });
  } finally {
    await targets.stop();
    rmSync(keys, { recursive: true, force: true });
  }
}

await main();
