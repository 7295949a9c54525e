/** The tests of aiomysql, over the unix socket: its TCP tests want a certificate of its own at the server. */
import { pythonEnvironment, pythonSource } from './fetch.ts';
import { runPytest } from './pytest.ts';
import type { Suite } from './suite.ts';

const version = '0.3.2';
const name = 'aiomysql';
let python = '';
let folder = '';

export const aiomysql: Suite = {
  name,
  databases: [],
  async prepare() {
    const packages = ['pytest<9', 'uvloop', 'PyMySQL==1.1.2', 'SQLAlchemy==1.3.24', `aiomysql==${version}`];
    python = await pythonEnvironment(name, packages);
    folder = await pythonSource(name, `aiomysql==${version}`);
    return { version };
  },
  async run(server) {
    const args = ['tests', `--mysql-unix-socket=socket=${server.socketPath}`];
    return runPytest({ suite: name, python, cwd: folder, args, environment: { MYSQL_ROOT_PASSWORD: '' } });
  },
};
