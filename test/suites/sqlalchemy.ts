/** SQLAlchemy: the suite that it has for dialects, and the tests of its MySQL dialect. */
import { pythonEnvironment, pythonSource } from './fetch.ts';
import { runPytest } from './pytest.ts';
import type { Suite } from './suite.ts';

const version = '2.1.9';
const name = 'sqlalchemy';
let python = '';
let folder = '';

export const sqlalchemy: Suite = {
  name,
  databases: ['test', 'test_schema', 'test_schema_2'],
  leavesOut: true,
  async prepare() {
    python = await pythonEnvironment(name, ['pytest', 'typing-extensions', 'greenlet', 'PyMySQL==1.2.4']);
    folder = await pythonSource(name, `SQLAlchemy==${version}`);
    return { version };
  },
  async run(server) {
    const url = `mysql+pymysql://root@127.0.0.1:${server.port}/test?charset=utf8mb4`;
    const tests = ['test/dialect/test_suite.py', 'test/dialect/mysql'];
    const args = ['--dburi', url, '--backend-only', '--maxfail=100000', ...tests];
    const { outcomes, log } = await runPytest({ suite: name, python, cwd: folder, args });
    // Classes are called after the server's version as well.
    const renamed = [...outcomes].map(
      ([test, outcome]) => [test.replace(/_(?:mysql|mariadb)\+pymysql(?:_\d+)+/, ''), outcome] as const,
    );
    return { outcomes: new Map(renamed), log };
  },
};
