/** The tests of DBD::mysql and DBD::MariaDB, with the drivers that the system has. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { missing, run } from '../clients/fixture.ts';
import { debianSource } from './fetch.ts';
import { tapOutcomes } from './outcomes.ts';
import type { Outcome, Suite } from './suite.ts';

/** A test that waits for ever is stopped, and its plan is then not fulfilled. */
const secondsPerFile = '120';

function perlSuite(name: string, driver: string, debianPackage: string, setup: readonly string[]): Suite {
  let folder = '';
  return {
    name,
    databases: [],
    setup,
    async prepare() {
      const reason = missing('perl', [`-MDBD::${driver}`, '-MTest::Deep', '-e', '1']);
      if (reason !== undefined) return { missing: `${reason} (${debianPackage}, libtest-deep-perl)` };
      folder = await debianSource(name, debianPackage);
      const program = `print $DBD::${driver}::VERSION`;
      return { version: (await run('perl', [`-MDBD::${driver}`, '-e', program])).stdout };
    },
    async run(server) {
      const environment = {
        DBI_DSN: `DBI:${driver}:database=test;host=127.0.0.1;port=${server.port}`,
        DBI_USER: 'root',
        DBI_PASS: '',
      };
      const outcomes = new Map<string, Outcome>();
      const log: string[] = [];
      const files = readdirSync(join(folder, 't')).filter((file) => file.endsWith('.t'));
      for (const file of files.sort()) {
        const args = [secondsPerFile, 'perl', '-I.', '-It', join('t', file)];
        const ran = await run('timeout', args, { cwd: folder, environment });
        log.push(`==== ${file}\n${ran.stdout}\n${ran.stderr}`);
        for (const [test, outcome] of tapOutcomes(file, ran.stdout)) outcomes.set(test, outcome);
      }
      return { outcomes, log: log.join('\n') };
    },
  };
}

export const dbdMysql = perlSuite('dbd-mysql', 'mysql', 'libdbd-mysql-perl', ['CREATE DATABASE test']);

export const dbdMariadb = perlSuite('dbd-mariadb', 'MariaDB', 'libdbd-mariadb-perl', [
  'CREATE DATABASE test CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
]);
