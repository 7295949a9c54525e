/** ORMs and Superset against a gateway: their schemas, rows, transactions and migrations. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import type { Gateway } from '../support/gateway.ts';
import {
  everyTypeSql,
  missing,
  type Ran,
  requireAllClients,
  run,
  skip,
  startClientGateway,
} from './fixture.ts';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A folder that keeps what was installed and built from one run to the next. */
function cacheFolder(name: string): string {
  const folder = join(tmpdir(), 'tidegate-clients', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function succeeded(ran: Ran): void {
  assert.equal(ran.code, 0, `${ran.stdout}\n${ran.stderr}`);
}

function needs(context: Mocha.Context, packages: string, program: string, args: readonly string[]): void {
  const reason = missing(program, args);
  if (reason !== undefined) skip(context, `${reason} (${packages})`);
}

/** The interpreter of an environment with these packages. */
async function pythonWith(
  context: Mocha.Context,
  name: string,
  packages: readonly string[],
): Promise<string> {
  const folder = join(tmpdir(), 'tidegate-clients', name);
  const python = join(folder, 'bin', 'python');
  if (!existsSync(python)) {
    needs(context, 'Python 3 with venv', 'python3', ['-m', 'venv', '--help']);
    succeeded(await run('python3', ['-m', 'venv', folder]));
  }
  const installed = await run(python, ['-m', 'pip', 'install', '-q', '--prefer-binary', ...packages]);
  if (installed.code !== 0) skip(context, `pip: ${installed.stderr.slice(0, 200)}`);
  return python;
}

describe('ORMs and BI tools', function () {
  this.timeout(1_800_000);
  let gateway: Gateway;

  before(function () {
    requireAllClients(this);
  });
  beforeEach(async () => {
    gateway = await startClientGateway();
    await prepare('CREATE DATABASE orm');
  });
  afterEach(() => gateway?.stop());

  async function prepare(statements: string): Promise<void> {
    const options = { host: '127.0.0.1', port: gateway.port, user: 'root', multipleStatements: true };
    const connection = await mysql.createConnection(options);
    await connection.query(statements);
    await connection.end();
  }

  const nodePackages: Readonly<Record<string, readonly string[]>> = {
    sequelize: ['sequelize@6'],
    drizzle: ['drizzle-orm@0.45'],
    kysely: ['kysely@0.28'],
    typeorm: ['typeorm@1', 'reflect-metadata'],
  };
  for (const [name, packages] of Object.entries(nodePackages)) {
    it(name, async function () {
      const folder = cacheFolder('node-orms');
      const manifest = join(folder, 'package.json');
      if (!existsSync(manifest)) writeFileSync(manifest, '{"private":true,"type":"module"}');
      const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'mysql2@3', ...packages];
      const installed = await run('npm', args, { cwd: folder });
      if (installed.code !== 0) skip(this, `npm: ${installed.stderr.slice(0, 200)}`);
      cpSync(source(`node/${name}.mjs`), join(folder, `${name}.mjs`));
      succeeded(await run(process.execPath, [`${name}.mjs`, String(gateway.port)], { cwd: folder }));
    });
  }

  it('Django', async function () {
    const python = await pythonWith(this, 'python-django', ['Django>=5.2,<6', 'PyMySQL', 'cryptography']);
    succeeded(await run(python, ['-W', 'ignore', source('python/django_client.py'), String(gateway.port)]));
  });

  it('GORM', async function () {
    needs(this, 'Go', 'go', ['version']);
    const folder = cacheFolder('gorm');
    cpSync(source('gorm/main.go'), join(folder, 'main.go'));
    if (!existsSync(join(folder, 'go.mod'))) await run('go', ['mod', 'init', 'client'], { cwd: folder });
    const got = await run('go', ['get', 'gorm.io/gorm', 'gorm.io/driver/mysql'], { cwd: folder });
    if (got.code !== 0) skip(this, `go get: ${got.stderr.slice(0, 200)}`);
    succeeded(await run('go', ['run', '.', String(gateway.port)], { cwd: folder }));
  });

  it('ActiveRecord', async function () {
    const script = ['-e', 'require "active_record"; require "mysql2"'];
    needs(this, 'packages ruby-activerecord, ruby-mysql2', 'ruby', script);
    succeeded(await run('ruby', [source('ruby/active_record_client.rb'), String(gateway.port)]));
  });

  it('Hibernate', async function () {
    needs(this, 'JDK 17', 'javac', ['-version']);
    needs(this, 'Maven', 'mvn', ['-v']);
    const folder = cacheFolder('hibernate');
    cpSync(source('hibernate/pom.xml'), join(folder, 'pom.xml'));
    const args = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'];
    const got = await run('mvn', args, { cwd: folder });
    if (got.code !== 0) skip(this, `mvn: ${`${got.stdout}${got.stderr}`.slice(0, 200)}`);
    const program = source('hibernate/HibernateClient.java');
    succeeded(await run('javac', ['-cp', 'lib/*', '-d', 'classes', program], { cwd: folder }));
    const arguments_ = ['-cp', 'classes:lib/*', 'HibernateClient', String(gateway.port)];
    succeeded(await run('java', arguments_, { cwd: folder }));
  });

  it('Superset', async function () {
    // Superset 6.1 names neither rich nor cachetools, and does not know the newest Flask-Caching.
    const packages = [
      'apache-superset',
      'PyMySQL',
      'cryptography',
      'rich',
      'cachetools',
      'flask-caching==2.3.1',
    ];
    const python = await pythonWith(this, 'python-superset', packages);
    await prepare(`CREATE DATABASE clients; USE clients; ${everyTypeSql};
      CREATE TABLE sales (id INT PRIMARY KEY, at DATETIME(3) NOT NULL, city VARCHAR(40), amount DECIMAL(10,2));
      INSERT INTO sales VALUES (1, '2026-01-05 10:00:00.250', 'Bern', 10.50), (2, '2026-02-05 11:30:00', 'Bern', 20.25),
        (3, '2026-04-06 00:00:00', 'Élancourt', 5.00)`);
    const home = cacheFolder('superset-home');
    const script = source('python/superset_client.py');
    succeeded(await run(python, ['-W', 'ignore', script, String(gateway.port), home]));
  });
});
