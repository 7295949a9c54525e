/** Drivers of Python: PyMySQL, mysqlclient, mysql-connector-python, SQLAlchemy and pandas over them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Gateway } from '../support/gateway.ts';
import { loadFixture, missing, requireAllClients, run, skip, startClientGateway } from './fixture.ts';

const program = (name: string): string => fileURLToPath(new URL(`python/${name}.py`, import.meta.url));

async function succeeds(python: string, name: string, args: readonly string[]): Promise<void> {
  const ran = await run(python, ['-W', 'ignore', program(name), ...args]);
  assert.equal(ran.code, 0, `${ran.stdout}\n${ran.stderr}`);
}

describe('client: PyMySQL of the system', () => {
  const python = '/usr/bin/python3';
  let gateway: Gateway;

  beforeEach(async function () {
    const reason = missing(python, ['-c', 'import pymysql']);
    if (reason !== undefined) skip(this, `${reason} (package python3-pymysql)`);
    gateway = await startClientGateway();
    await loadFixture(gateway);
  });
  afterEach(() => gateway?.stop());

  for (const transport of ['plain', 'tls']) {
    it(`does all that it can, ${transport}`, () =>
      succeeds(python, 'pymysql_client', [String(gateway.port), transport]));
  }
});

describe('client: newest drivers of Python', function () {
  this.timeout(900_000);
  const folder = join(tmpdir(), 'tidegate-clients', 'python');
  const python = join(folder, 'bin', 'python');
  let gateway: Gateway;

  before(async function () {
    requireAllClients(this);
    if (!existsSync(python)) assert.equal((await run('python3', ['-m', 'venv', folder])).code, 0);
    const packages = ['PyMySQL', 'mysql-connector-python', 'SQLAlchemy>=2', 'pandas', 'cryptography'];
    const installed = await run(python, ['-m', 'pip', 'install', '-q', ...packages]);
    if (installed.code !== 0) skip(this, `pip: ${installed.stderr.slice(0, 200)}`);
  });
  beforeEach(async () => {
    gateway = await startClientGateway();
    await loadFixture(gateway);
  });
  afterEach(() => gateway?.stop());

  for (const transport of ['plain', 'tls']) {
    it(`PyMySQL, ${transport}`, () => succeeds(python, 'pymysql_client', [String(gateway.port), transport]));
  }
  for (const driver of ['pymysql', 'mysqlconnector', 'mysqldb']) {
    it(`SQLAlchemy and pandas over ${driver}`, async function () {
      if (driver === 'mysqldb') {
        const built = await run(python, ['-m', 'pip', 'install', '-q', 'mysqlclient']);
        if (built.code !== 0) skip(this, 'mysqlclient does not build (packages libmariadb-dev, pkg-config)');
      }
      await succeeds(python, 'sqlalchemy_client', [String(gateway.port), driver]);
    });
  }
});
