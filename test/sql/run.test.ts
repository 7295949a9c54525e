/**
 * Runs every script in this folder: in process, over the text protocol, prepared, and against MariaDB where a
 * script is plain MySQL. `SLT=select/joins npx mocha test/sql` runs the scripts whose path contains that text;
 * `SLT_COMPLETE=mariadb` (or another way) writes the answers into the scripts instead of comparing them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Gateway, inProcessConnection, startGateway } from '../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';
import { mysqlConnection } from '../support/mysql-way.ts';
import { completeSlt, parseSlt, runSlt, type SltConnection, type Way } from '../support/slt.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.env.SLT ?? '';
const complete = process.env.SLT_COMPLETE as Way | undefined;
const only = process.env.SLT_WAY as Way | undefined;
const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.slt') && path.includes(wanted))
  .sort();

type Connect = (name: string) => Promise<SltConnection>;

async function runScript(path: string, way: Way, connect: Connect): Promise<void> {
  const full = join(folder, path);
  const file = parseSlt(readFileSync(full, 'utf8'));
  if (complete === way) {
    writeFileSync(full, await completeSlt(file, way, connect));
    return;
  }
  const failure = await runSlt(file, way, connect);
  if (failure === undefined) return;
  const error = new Error(`${relative(process.cwd(), full)}:${failure.line}: ${failure.message}`);
  error.stack = error.message;
  throw error;
}

describe('test/sql', () => {
  for (const way of ['in-process', 'text', 'prepared'] as const) {
    if ((complete !== undefined && complete !== way) || (only !== undefined && only !== way)) continue;
    describe(way, () => {
      for (const path of scripts) {
        it(path, async () => {
          const gateway: Gateway = await startGateway();
          try {
            const connect: Connect = async () => {
              if (way === 'in-process') return inProcessConnection(gateway, 'slt');
              return mysqlConnection({ port: gateway.port, database: 'slt' }, way);
            };
            const setup = await mysqlConnection({ port: gateway.port }, 'text');
            const created = await setup.run('CREATE DATABASE slt');
            await setup.close();
            if (created.kind === 'error') throw new Error(created.message);
            await runScript(path, way, connect);
          } finally {
            await gateway.stop();
          }
        });
      }
    });
  }

  if ((complete ?? 'mariadb') === 'mariadb' && (only ?? 'mariadb') === 'mariadb') {
    describe('mariadb', () => {
      let server: MariaDb | undefined;
      before(async function () {
        const started = await startMariaDb();
        if ('missing' in started) {
          console.log(`      skipped: ${started.missing}`);
          this.skip();
        }
        server = started;
      });
      after(() => server?.stop());
      for (const path of scripts) {
        if (!parseSlt(readFileSync(join(folder, path), 'utf8')).mariadb) continue;
        it(path, async () => {
          const target = { port: server!.port };
          const setup = await mysqlConnection(target, 'text');
          await setup.run('DROP DATABASE IF EXISTS slt');
          await setup.run('CREATE DATABASE slt');
          await setup.close();
          await runScript(path, 'mariadb', () => mysqlConnection({ ...target, database: 'slt' }, 'text'));
        });
      }
    });
  }
});
