/** The tests of PyMySQL. 0.10.1 is the last release whose source distribution has them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonEnvironment, pythonSource } from './fetch.ts';
import { runPytest } from './pytest.ts';
import type { Suite } from './suite.ts';

const version = '0.10.1';
const name = 'pymysql';
let python = '';
let folder = '';

export const pymysql: Suite = {
  name,
  databases: ['test1', 'test2'],
  async prepare() {
    python = await pythonEnvironment(name, ['pytest', 'cryptography', 'setuptools<81', 'wheel']);
    folder = await pythonSource(name, `PyMySQL==${version}`);
    return { version };
  },
  async run(server) {
    const tests = join(folder, 'pymysql', 'tests');
    const account = { host: '127.0.0.1', port: server.port, user: 'root', passwd: '' };
    const databases = [
      { ...account, db: 'test1', use_unicode: true, local_infile: true },
      { ...account, db: 'test2' },
    ];
    writeFileSync(join(tests, 'databases.json'), JSON.stringify(databases));
    return runPytest({ suite: name, python, cwd: folder, args: ['pymysql/tests'] });
  },
};
