/** Drivers of Go, PHP, Ruby, Perl, Rust, ODBC, and the driver `mariadb` of Node.js. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Gateway } from '../support/gateway.ts';
import {
  loadFixture,
  missing,
  type Ran,
  requireAllClients,
  run,
  skip,
  startClientGateway,
} from './fixture.ts';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A folder that keeps what was fetched and built from one run to the next. */
function cacheFolder(name: string): string {
  const folder = join(tmpdir(), 'tidegate-clients', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function succeeded(ran: Ran): void {
  assert.equal(ran.code, 0, `${ran.stdout}\n${ran.stderr}`);
}

describe('client: other languages', function () {
  this.timeout(600_000);
  let gateway: Gateway;

  before(function () {
    requireAllClients(this);
  });
  beforeEach(async () => {
    gateway = await startClientGateway();
    await loadFixture(gateway);
  });
  afterEach(() => gateway?.stop());

  const needs = (
    context: Mocha.Context,
    packages: string,
    program: string,
    args: readonly string[],
  ): void => {
    const reason = missing(program, args);
    if (reason !== undefined) skip(context, `${reason} (${packages})`);
  };

  it('go-sql-driver/mysql', async function () {
    needs(this, 'Go', 'go', ['version']);
    const folder = cacheFolder('go');
    cpSync(source('go/main.go'), join(folder, 'main.go'));
    if (!existsSync(join(folder, 'go.mod'))) await run('go', ['mod', 'init', 'client'], { cwd: folder });
    const got = await run('go', ['get', 'github.com/go-sql-driver/mysql@latest'], { cwd: folder });
    if (got.code !== 0) skip(this, `go get: ${got.stderr.slice(0, 200)}`);
    succeeded(await run('go', ['run', '.', String(gateway.port)], { cwd: folder }));
  });

  it('sqlx of Rust', async function () {
    needs(this, 'Rust', 'cargo', ['--version']);
    const folder = cacheFolder('rust');
    mkdirSync(join(folder, 'src'), { recursive: true });
    cpSync(source('rust/Cargo.toml'), join(folder, 'Cargo.toml'));
    cpSync(source('rust/main.rs'), join(folder, 'src', 'main.rs'));
    const fetched = await run('cargo', ['fetch'], { cwd: folder });
    if (fetched.code !== 0) skip(this, `cargo fetch: ${fetched.stderr.slice(0, 200)}`);
    succeeded(await run('cargo', ['run', '-q', '--', String(gateway.port)], { cwd: folder }));
  });

  it('PDO and mysqli of PHP', async function () {
    needs(this, 'packages php-cli, php-mysql', 'php', ['-r', 'exit(class_exists("mysqli") ? 0 : 1);']);
    succeeded(await run('php', [source('php/pdo.php'), String(gateway.port)]));
  });

  it('mysql2 of Ruby', async function () {
    needs(this, 'package ruby-mysql2', 'ruby', ['-e', 'require "mysql2"']);
    succeeded(await run('ruby', ['-W0', source('ruby/client.rb'), String(gateway.port)]));
  });

  for (const [driver, name] of [
    ['mysql', 'libdbd-mysql-perl'],
    ['MariaDB', 'libdbd-mariadb-perl'],
  ] as const) {
    it(`DBD::${driver} of Perl`, async function () {
      needs(this, `package ${name}`, 'perl', [`-MDBD::${driver}`, '-e', '1']);
      succeeded(await run('perl', [source('perl/client.pl'), String(gateway.port), driver]));
    });
  }

  it('mariadb of Node.js', async function () {
    const folder = cacheFolder('node');
    const installed = await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', 'mariadb']);
    if (installed.code !== 0) skip(this, `npm: ${installed.stderr.slice(0, 200)}`);
    cpSync(source('node/mariadb.mjs'), join(folder, 'mariadb.mjs'));
    succeeded(await run(process.execPath, [join(folder, 'mariadb.mjs'), String(gateway.port)]));
  });

  it('ODBC', async function () {
    needs(this, 'packages unixodbc, odbc-mariadb', 'odbcinst', ['-q', '-d', '-n', 'MariaDB Unicode']);
    const dsn = `DRIVER=MariaDB Unicode;SERVER=127.0.0.1;PORT=${gateway.port};UID=ann;PWD=sécret;DATABASE=clients`;
    const sql = [
      'SELECT COUNT(*), SUM(n) FROM series',
      'SELECT id, money, dt6, vc FROM every_type WHERE id IN (1, 4) ORDER BY id',
      'SELECT * FROM nope',
      'SELECT 1',
    ];
    const ran = await run('isql', ['-k', dsn, '-b', '-d,', '-v'], { input: `${sql.join('\n')}\n` });
    assert.match(ran.stdout, /120000,7199940000/, ran.stderr);
    assert.match(ran.stdout, /1,12\.500000,2021-06-23 01:02:03\.000007,grün/);
    assert.match(`${ran.stdout}${ran.stderr}`, /Table 'clients\.nope' doesn't exist/);
    assert.match(ran.stdout, /^1\s*$/m);
  });
});
