/** The tests of github.com/go-sql-driver/mysql, from the module's own archive. */
import { run } from '../clients/fixture.ts';
import { goModule } from './fetch.ts';
import { goOutcomes } from './outcomes.ts';
import type { Suite } from './suite.ts';

let folder = '';

export const goSqlDriver: Suite = {
  name: 'go-sql-driver',
  databases: ['gotest'],
  alsoWithoutServer: true,
  async prepare() {
    const found = await goModule('go-sql-driver', 'github.com/go-sql-driver/mysql');
    folder = found.folder;
    return { version: found.version };
  },
  async run(server) {
    const environment = {
      MYSQL_TEST_ADDR: `127.0.0.1:${server.port}`,
      MYSQL_TEST_USER: 'root',
      MYSQL_TEST_DBNAME: 'gotest',
      MYSQL_TEST_CONCURRENT: '1',
    };
    // That one dials an address of the internet, and takes the process down where a proxy answers.
    const skipped = ['-skip', '^TestConnectorReturnsTimeout$'];
    const args = ['test', '-json', '-count=1', '-timeout=10m', '-run', '^Test', ...skipped, '.'];
    const ran = await run('go', args, { cwd: folder, environment });
    return { outcomes: goOutcomes(ran.stdout), log: `${ran.stdout}\n${ran.stderr}` };
  },
};
