/** The command line client of MariaDB, and its dump program. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import type { Gateway } from '../support/gateway.ts';
import { everyTypeText } from './every-type.ts';
import { loadFixture, missing, type Ran, run, seriesRows, skip, startClientGateway } from './fixture.ts';

describe('client: mariadb command line', () => {
  let gateway: Gateway;
  let directory: string;

  before(async function () {
    const reason = missing('mariadb', ['--version']);
    if (reason !== undefined) skip(this, reason);
    gateway = await startClientGateway();
    await loadFixture(gateway);
    directory = mkdtempSync(join(tmpdir(), 'tidegate-cli-'));
  });
  after(async () => {
    await gateway?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  const baseArgs = (): string[] => [
    '--no-defaults',
    '--default-character-set=utf8mb4',
    '-h127.0.0.1',
    `-P${gateway.port}`,
  ];
  const cli = (args: readonly string[], input?: string): Promise<Ran> =>
    run('mariadb', [...baseArgs(), '-uroot', ...args], input === undefined ? {} : { input });
  const scalar = async (sql: string): Promise<string> => (await cli(['-Ne', sql])).stdout.trim();

  /** Waits until nobody but the asking connection is there. */
  const untilAlone = async (): Promise<void> => {
    while ((await scalar('SELECT COUNT(*) FROM information_schema.PROCESSLIST')) !== '1');
  };

  for (const plugin of ['mysql_native_password', 'caching_sha2_password']) {
    for (const tls of [true, false]) {
      it(`logs in with ${plugin} ${tls ? 'over TLS' : 'in the clear'}`, async () => {
        const args = [...baseArgs(), '-uann', `--default-auth=${plugin}`, tls ? '--ssl' : '--skip-ssl'];
        const right = await run('mariadb', [...args, '-psécret', '-e', 'status']);
        assert.equal(right.stderr, '');
        assert.match(right.stdout, tls ? /SSL:\s+Cipher in use is TLS_/ : /SSL:\s+Not in use/);
        assert.match(right.stdout, /Server version:\s+8\.0\.40-tidegate/);
        const wrong = await run('mariadb', [...args, '-psecret', '-e', 'status']);
        assert.match(wrong.stderr, /ERROR 1045 \(28000\): Access denied for user 'ann'/);
      });
    }
  }

  it('prints every type', async () => {
    const ran = await cli(['clients', '-r', '-Ne', 'SELECT * FROM every_type WHERE id <> 1 ORDER BY id']);
    assert.equal(ran.stderr, '');
    const expected = everyTypeText.slice(1).map((row) => row.map((value) => value ?? 'NULL').join('\t'));
    assert.equal(ran.stdout, `${expected.join('\n')}\n`);
  });

  it('reads 120,000 rows as they come', async () => {
    const ran = await cli(['clients', '--quick', '-Ne', 'SELECT * FROM series ORDER BY n']);
    const lines = ran.stdout.trimEnd().split('\n');
    assert.equal(lines.length, seriesRows);
    assert.equal(lines[119_999], '119999\trow 119999\t59999.5');
  });

  it('takes statements pasted at once, with comments and quotes', async () => {
    const pasted = `select 1 as a; select 'x;y' as b, "it's" as c
; -- a comment; with a semicolon
/* several
lines; */ select 2; # the end;
/*!40101 SET NAMES utf8mb4 */; select @@character_set_client;
delimiter //
select 3 // select 4 //`;
    const ran = await cli(['clients', '-N'], pasted);
    assert.equal(ran.stderr, '');
    assert.equal(ran.stdout, "1\nx;y\tit's\n2\nutf8mb4\n3\n4\n");
  });

  it('completes names in a database', async () => {
    const ran = await cli(['--auto-rehash', 'clients'], 'use clients\nselect database();\nrehash\nselect 1;');
    assert.equal(ran.stderr, '');
    assert.match(ran.stdout, /clients\n/);
  });

  it('shows errors by their numbers, and warnings', async () => {
    const errors: [sql: string, text: string][] = [
      ['selec 1', 'ERROR 1064 (42000)'],
      ['SELECT * FROM nope', 'ERROR 1146 (42S02)'],
      ['SELECT nope FROM series', 'ERROR 1054 (42S22)'],
      ["INSERT INTO series VALUES (1, 'a', 1)", 'ERROR 1062 (23000)'],
      ['INSERT INTO series VALUES (-1, NULL, 1)', 'ERROR 1048 (23000)'],
      ['INSERT INTO series (n) VALUES (-1)', 'ERROR 1364 (HY000)'],
      ["INSERT INTO series VALUES ('x', 'a', 1)", 'ERROR 1366 (HY000)'],
      ["INSERT INTO series VALUES (3000000000, 'a', 1)", 'ERROR 1264 (22003)'],
      ["INSERT INTO series VALUES (-1, REPEAT('a', 41), 1)", 'ERROR 1406 (22001)'],
      ['USE nope', 'ERROR 1049 (42000)'],
      ['DROP TABLE nope', 'ERROR 1051 (42S02)'],
      ['CREATE TABLE series (a INT PRIMARY KEY)', 'ERROR 1050 (42S01)'],
      ['SELECT n FROM series a, series b', 'ERROR 1052 (23000)'],
      ['SELECT nope()', 'ERROR 1305 (42000)'],
      ['SELECT (SELECT n FROM series)', 'ERROR 1242 (21000)'],
      ['SELECT @@nope', 'ERROR 1193 (HY000)'],
      ['SELECT n, COUNT(*) FROM series', 'ERROR 1140 (42000)'],
      ['KILL 999999', 'ERROR 1094 (HY000)'],
    ];
    for (const [sql, text] of errors) {
      const { stderr } = await cli(['clients', '-e', sql]);
      assert.ok(stderr.includes(text), `${sql}: ${stderr}`);
    }
    const warned = await cli(['clients', '--show-warnings', '-vNe', 'SELECT 1/0']);
    assert.match(warned.stdout, /Warning \(Code 1365\): Division by 0/);
  });

  it('is stopped by Ctrl-C, which kills its query from a second connection', async () => {
    const sql = 'SELECT COUNT(*) FROM series a JOIN series b ON a.half < b.n + RAND()';
    const child = spawn('mariadb', [...baseArgs(), '-uroot', 'clients', '-e', sql], { stdio: 'pipe' });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk;
    });
    const running =
      "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%half <%' AND ID <> CONNECTION_ID()";
    while ((await scalar(running)) !== '1');
    child.kill('SIGINT');
    await once(child, 'exit');
    assert.match(errors, /ERROR 1317 \(70100\)[^\n]*Query execution was interrupted/);
    await untilAlone();
  });

  it('may be killed in the middle of a result', async () => {
    const sql = 'SELECT a.*, b.* FROM series a JOIN series b ON a.n < b.n';
    const child = spawn('mariadb', [...baseArgs(), '-uroot', 'clients', '--quick', '-e', sql], {
      stdio: 'pipe',
    });
    await once(child.stdout, 'data');
    child.stdout.pause();
    child.kill('SIGKILL');
    await untilAlone();
    assert.equal(await scalar('SELECT COUNT(*) FROM clients.series'), String(seriesRows));
  });

  it('loads a local file, all or nothing', async () => {
    await cli(['clients', '-e', 'CREATE TABLE loaded (a INT PRIMARY KEY, b VARCHAR(20), c DATE)']);
    const file = join(directory, 'rows.csv');
    writeFileSync(file, 'id,name,day\n1,"a, b",2021-06-23\n2,\\N,\\N\n3,"say ""hi""",2022-01-01\n');
    const load = (path: string): string =>
      `LOAD DATA LOCAL INFILE '${path}' INTO TABLE loaded FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' IGNORE 1 LINES`;
    const ran = await cli(['clients', '--local-infile=1', '-vve', load(file)]);
    assert.equal(ran.stderr, '');
    assert.match(ran.stdout, /Records: 3 {2}Deleted: 0 {2}Skipped: 0 {2}Warnings: 0/);
    const rows = await cli(['clients', '-Ne', 'SELECT * FROM loaded ORDER BY a']);
    assert.equal(rows.stdout, '1\ta, b\t2021-06-23\n2\tNULL\tNULL\n3\tsay "hi"\t2022-01-01\n');

    // A pipe stands in for the file: the client dies while the gateway waits for more of it.
    const pipe = join(directory, 'pipe.csv');
    execFileSync('mkfifo', [pipe]);
    const args = [...baseArgs(), '-uroot', 'clients', '--local-infile=1', '-e', load(pipe)];
    const child = spawn('mariadb', args, { stdio: 'ignore' });
    const keepOpen = createReadStream(pipe, { flags: 'r+' });
    const writer = openSync(pipe, 'r+');
    for (let row = 10; row < 2_010; row++) writeSync(writer, `${row},x,2021-01-01\n`);
    while (
      (await scalar("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'LOAD DATA%'")) !==
      '1'
    );
    child.kill('SIGKILL');
    await untilAlone();
    keepOpen.destroy();
    assert.equal(await scalar('SELECT COUNT(*) FROM clients.loaded'), '3');
    const refused = await cli(['clients', '--local-infile=0', '-e', load(file)]);
    assert.match(refused.stderr, /ERROR \d+ \(/);
  });

  it('dumps a database and loads the dump', async function () {
    const reason = missing('mariadb-dump', ['--version']);
    if (reason !== undefined) skip(this, reason);
    const dump = await run('mariadb-dump', [
      ...baseArgs(),
      '-uroot',
      '--hex-blob',
      'clients',
      'every_type',
      'series',
    ]);
    assert.equal(dump.stderr, '');
    await cli(['-e', 'CREATE DATABASE copied']);
    assert.equal((await cli(['copied'], dump.stdout)).stderr, '');
    const connection = await mysql.createConnection({ host: '127.0.0.1', port: gateway.port, user: 'root' });
    for (const table of ['every_type', 'series']) {
      const key = table === 'series' ? 'n' : 'id';
      const [original] = await connection.query(`SELECT * FROM clients.${table} ORDER BY ${key}`);
      const [copied] = await connection.query(`SELECT * FROM copied.${table} ORDER BY ${key}`);
      assert.deepEqual(copied, original);
    }
    await connection.end();
  });
});
