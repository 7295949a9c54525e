/** The tests of mysqlclient (MySQLdb), over MariaDB's C library. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonEnvironment, pythonSource } from './fetch.ts';
import { runPytest } from './pytest.ts';
import { type Suite, suiteFolder } from './suite.ts';

const version = '2.3.2';
const name = 'mysqlclient';
let python = '';
let folder = '';

export const mysqlclient: Suite = {
  name,
  databases: ['test'],
  async prepare() {
    python = await pythonEnvironment(name, ['pytest', 'SQLAlchemy', `mysqlclient==${version}`]);
    folder = await pythonSource(name, `mysqlclient==${version}`);
    return { version };
  },
  async run(server) {
    const configuration = join(suiteFolder(name), 'test.cnf');
    const options = ['host=127.0.0.1', `port=${server.port}`, 'user=root', 'database=test'];
    writeFileSync(
      configuration,
      ['[MySQLdb-tests]', ...options, 'default-character-set=utf8mb4', ''].join('\n'),
    );
    const environment = { TESTDB: configuration };
    return runPytest({ suite: name, python, cwd: join(folder, 'tests'), args: ['.'], environment });
  },
};
