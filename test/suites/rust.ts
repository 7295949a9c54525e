/** The unit tests of the crates `mysql` and `mysql_async`, of which many talk to a server. */
import { run } from '../clients/fixture.ts';
import { crateSource } from './fetch.ts';
import { cargoOutcomes } from './outcomes.ts';
import { type Suite, suiteFolder } from './suite.ts';

function crateSuite(name: string, crate: string, features: readonly string[]): Suite {
  let folder = '';
  return {
    name,
    databases: ['mysql_test'],
    alsoWithoutServer: true,
    async prepare() {
      const found = await crateSource(name, crate);
      folder = found.folder;
      return { version: found.version };
    },
    async run(server) {
      const environment = {
        DATABASE_URL: `mysql://root@127.0.0.1:${server.port}/mysql_test`,
        CARGO_TARGET_DIR: suiteFolder(name, 'target'),
        COMPRESS: '0',
        SSL: '0',
      };
      const args = ['test', '--lib', ...features, '--', '--test-threads=1'];
      const ran = await run('cargo', args, { cwd: folder, environment });
      return { outcomes: cargoOutcomes(ran.stdout), log: `${ran.stdout}\n${ran.stderr}` };
    },
  };
}

export const rustMysql = crateSuite('rust-mysql', 'mysql', []);

export const rustMysqlAsync = crateSuite('rust-mysql-async', 'mysql_async', []);
