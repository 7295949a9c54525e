/** The checklist of checklist.ts, client after client: each installed or built here, each run against the gateway and MariaDB. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';
import { check, type Program, wantedItems } from './checklist.ts';
import { declaredOf } from './differences.ts';
import {
  cacheFolder,
  everyTypeSql,
  freePort,
  missing,
  requireAllClients,
  run,
  seriesSql,
  skip,
} from './fixture.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const environment = { CHECKLIST: here };
const fixtureSql = readFileSync(new URL('checklist.sql', import.meta.url), 'utf8');

const millionSql = `
  CREATE TABLE million (n INT PRIMARY KEY, name VARCHAR(40) NOT NULL, half DOUBLE, filler VARCHAR(100));
  INSERT INTO million WITH RECURSIVE d (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM d WHERE i < 9)
    SELECT n, CONCAT('row ', n), n / 2, REPEAT('f', 90) FROM (SELECT a.i + 10 * b.i + 100 * c.i + 1000 * e.i
      + 10000 * f.i + 100000 * g.i AS n FROM d a, d b, d c, d e, d f, d g) x`;

async function fill(port: number, own: string): Promise<void> {
  const connection = await mysql.createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    multipleStatements: true,
  });
  await connection.query(
    `CREATE DATABASE clients; USE clients; ${everyTypeSql}${seriesSql}; ${fixtureSql}${
      wantedItems.includes('stream') ? millionSql : ''
    };${own}`,
  );
  await connection.end();
}

const fixtureTables = ['every_type', 'series', 'million', 'keyed', 'counted', 'plain', 'seen'];

/** Drops what the client before has left. */
async function clean(port: number): Promise<void> {
  const connection = await mysql.createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    database: 'clients',
  });
  const [tables] = await connection.query<mysql.RowDataPacket[][]>({ sql: 'SHOW TABLES', rowsAsArray: true });
  for (const [name] of tables) {
    if (!fixtureTables.includes(String(name))) await connection.query(`DROP TABLE \`${name}\``);
  }
  await connection.end();
}

/** Fetches a driver once. Its path, or the reason why it cannot be had. */
async function fetchJar(artifact: string): Promise<string | { readonly reason: string }> {
  const folder = cacheFolder('java');
  const [, name, version] = artifact.split(':');
  const jar = join(folder, `${name}-${version}.jar`);
  if (existsSync(jar)) return jar;
  const flags = ['-q', '-B', `-Dartifact=${artifact}`];
  const got = await run('mvn', [...flags, 'dependency:get', '-Dtransitive=false'], { cwd: folder });
  const copied = await run('mvn', [...flags, 'dependency:copy', `-DoutputDirectory=${folder}`], {
    cwd: folder,
  });
  if (existsSync(jar)) return jar;
  return { reason: `mvn: ${`${got.stdout}${got.stderr}${copied.stdout}${copied.stderr}`.slice(0, 200)}` };
}

describe('client matrix', function () {
  this.timeout(900_000);
  let gateway: Gateway;
  let mariadb: MariaDb | undefined;
  let port: number;

  const start = (directory?: string): Promise<Gateway> =>
    startGateway({
      flags: ['--tls', 'auto', '--port', String(port)],
      ...(directory === undefined ? {} : { directory }),
    });
  const restart = async (): Promise<void> => {
    await gateway.stop({ keep: true });
    gateway = await start(gateway.directory);
  };

  before(async function () {
    requireAllClients(this);
    port = await freePort();
    gateway = await start();
    await fill(
      port,
      `CREATE USER sha IDENTIFIED WITH caching_sha2_password BY 'sécret'; GRANT ALL ON *.* TO sha;
       CREATE USER nat IDENTIFIED WITH mysql_native_password BY 'sécret'; GRANT ALL ON *.* TO nat`,
    );
    // What the gateway calls its collation to clients: under a binary one drivers take text for bytes.
    const started = await startMariaDb(['--collation-server=utf8mb4_general_ci']);
    if ('missing' in started) process.stderr.write(`    not compared: ${started.missing}\n`);
    else {
      mariadb = started;
      await fill(mariadb.port, '');
    }
  });
  after(async () => {
    await gateway?.stop();
    await mariadb?.stop();
  });

  const checks = async (name: string, version: string, program: Program): Promise<void> => {
    await clean(port);
    if (mariadb !== undefined) await clean(mariadb.port);
    const client = { name, version, program: { ...program, environment } };
    await check(client, { port, restart }, mariadb, declaredOf(name));
  };

  describe('JDBC', () => {
    before(function () {
      for (const [tool, flag] of [
        ['java', '-version'],
        ['mvn', '-v'],
      ] as const) {
        const reason = missing(tool, [flag]);
        if (reason !== undefined) skip(this, reason);
      }
    });
    for (const [prefix, name, artifact] of [
      ['mysql', 'MySQL Connector/J', 'com.mysql:mysql-connector-j:9.5.0'],
      ['mariadb', 'MariaDB Connector/J', 'org.mariadb.jdbc:mariadb-java-client:3.5.6'],
    ] as const) {
      it(name, async function () {
        const jar = await fetchJar(artifact);
        if (typeof jar !== 'string') skip(this, jar.reason);
        const args = ['-Xmx64m', '-cp', jar, join(here, 'java', 'JdbcClient.java'), prefix];
        await checks(name, artifact.split(':')[2]!, { command: 'java', args });
      });
    }
  });

  describe('Node.js', () => {
    const require = createRequire(import.meta.url);
    const checkModule = async (name: 'mysql2' | 'mariadb', folder: string): Promise<void> => {
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        version: string;
      };
      const module = join(folder, 'promise.js');
      const args = [join(here, 'node', 'checklist.mjs'), name, module];
      await checks(`${name} (npm)`, version, { command: process.execPath, args });
    };

    it('mysql2', () => checkModule('mysql2', dirname(require.resolve('mysql2/package.json'))));
    it('mariadb', async function () {
      const folder = cacheFolder('node');
      const installed = await run('npm', [
        'install',
        '--prefix',
        folder,
        '--no-audit',
        '--no-fund',
        'mariadb',
      ]);
      if (installed.code !== 0) skip(this, `npm: ${installed.stderr.slice(0, 200)}`);
      await checkModule('mariadb', join(folder, 'node_modules', 'mariadb'));
    });
  });

  const needs = (
    context: Mocha.Context,
    packages: string,
    command: string,
    args: readonly string[],
  ): void => {
    const reason = missing(command, args);
    if (reason !== undefined) skip(context, `${reason} (${packages})`);
  };
  const printed = async (command: string, args: readonly string[]): Promise<string> =>
    (await run(command, args)).stdout.trim();

  it('go-sql-driver', async function () {
    needs(this, 'Go', 'go', ['version']);
    const cwd = cacheFolder('go');
    cpSync(join(here, 'go', 'main.go'), join(cwd, 'main.go'));
    if (!existsSync(join(cwd, 'go.mod'))) await run('go', ['mod', 'init', 'client'], { cwd });
    const got = await run('go', ['get', 'github.com/go-sql-driver/mysql@latest'], { cwd });
    if (got.code !== 0) skip(this, `go get: ${got.stderr.slice(0, 200)}`);
    const built = await run('go', ['build', '-o', 'client', '.'], { cwd });
    assert.equal(built.code, 0, built.stderr);
    const { stdout } = await run('go', ['list', '-m', 'github.com/go-sql-driver/mysql'], { cwd });
    await checks('go-sql-driver', stdout.trim().split(' v')[1] ?? '', {
      command: join(cwd, 'client'),
      args: [],
    });
  });

  it('sqlx', async function () {
    needs(this, 'Rust', 'cargo', ['--version']);
    const cwd = cacheFolder('rust');
    mkdirSync(join(cwd, 'src'), { recursive: true });
    cpSync(join(here, 'rust', 'Cargo.toml'), join(cwd, 'Cargo.toml'));
    cpSync(join(here, 'rust', 'main.rs'), join(cwd, 'src', 'main.rs'));
    const fetched = await run('cargo', ['fetch'], { cwd });
    if (fetched.code !== 0) skip(this, `cargo fetch: ${fetched.stderr.slice(0, 200)}`);
    const built = await run('cargo', ['build', '-q'], { cwd });
    assert.equal(built.code, 0, built.stderr.slice(-2000));
    const { stdout } = await run('cargo', ['tree', '-i', 'sqlx', '--prefix', 'none'], { cwd });
    const version = /sqlx v([\d.]+)/.exec(stdout)?.[1] ?? '';
    await checks('sqlx (Rust)', version, { command: join(cwd, 'target', 'debug', 'client'), args: [] });
  });

  for (const driver of ['pdo', 'mysqli'] as const) {
    it(driver, async function () {
      needs(this, 'packages php-cli, php-mysql', 'php', ['-r', 'exit(class_exists("mysqli") ? 0 : 1);']);
      const version = await printed('php', ['-r', 'echo PHP_VERSION;']);
      const args = [join(here, 'php', 'checklist.php'), driver];
      await checks(driver === 'pdo' ? 'PHP PDO' : 'PHP mysqli', version, { command: 'php', args });
    });
  }

  it('mysql2 of Ruby', async function () {
    needs(this, 'package ruby-mysql2', 'ruby', ['-e', 'require "mysql2"']);
    const version = await printed('ruby', ['-e', 'require "mysql2"; print Mysql2::VERSION']);
    const args = ['-W0', join(here, 'ruby', 'client.rb')];
    await checks('mysql2 (Ruby)', version, { command: 'ruby', args });
  });

  for (const [driver, name] of [
    ['mysql', 'libdbd-mysql-perl'],
    ['MariaDB', 'libdbd-mariadb-perl'],
  ] as const) {
    it(`DBD::${driver}`, async function () {
      needs(this, `package ${name}`, 'perl', [`-MDBD::${driver}`, '-e', '1']);
      const version = await printed('perl', [`-MDBD::${driver}`, '-e', `print $DBD::${driver}::VERSION`]);
      const args = [join(here, 'perl', 'client.pl'), driver];
      await checks(`DBD::${driver}`, version, { command: 'perl', args });
    });
  }

  for (const [name, from] of [
    ['RMariaDB', 'package RMariaDB of CRAN'],
    ['RMySQL', 'packages r-base-core, r-cran-rmysql'],
  ] as const) {
    it(name, async function () {
      needs(this, from, 'Rscript', ['-e', `library(${name})`]);
      const version = await printed('Rscript', ['-e', `cat(as.character(packageVersion("${name}")))`]);
      const args = ['--vanilla', join(here, 'r', 'client.R'), name];
      await checks(name, version, { command: 'Rscript', args });
    });
  }

  describe('Python', () => {
    const folder = join(tmpdir(), 'tidegate-clients', 'python');
    const python = join(folder, 'bin', 'python');
    const versionOf = async (name: string): Promise<string> => {
      const shown = await run(python, ['-c', `import importlib.metadata as m; print(m.version('${name}'))`]);
      return shown.stdout.trim();
    };

    before(async function () {
      if (!existsSync(python)) assert.equal((await run('python3', ['-m', 'venv', folder])).code, 0);
      const installed = await run(python, ['-m', 'pip', 'install', '-q', 'SQLAlchemy>=2', 'cryptography']);
      if (installed.code !== 0) skip(this, `pip: ${installed.stderr.slice(0, 200)}`);
    });

    for (const [driver, name] of [
      ['pymysql', 'PyMySQL'],
      ['mysqlclient', 'mysqlclient'],
      ['connector', 'mysql-connector-python'],
      ['aiomysql', 'aiomysql'],
      ['asyncmy', 'asyncmy'],
      ['pyodbc', 'pyodbc'],
    ] as const) {
      it(driver, async function () {
        const got = await run(python, ['-m', 'pip', 'install', '-q', name]);
        if (got.code !== 0) skip(this, `pip: ${got.stderr.slice(-300)}`);
        const label = driver === name.toLowerCase() ? name : `${name} (${driver})`;
        await checks(label, await versionOf(name), {
          command: python,
          args: ['-W', 'ignore', join(here, 'python', 'dbapi_client.py'), driver],
        });
      });
    }
  });
});
