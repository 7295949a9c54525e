import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { batchOfRows } from '../../../src/types/batch.ts';
import {
  bigint,
  date,
  datetime,
  decimal,
  double,
  int,
  json,
  time,
  timestamp,
  varchar,
} from '../../../src/types/sql-type.ts';
import { startTestServer, type TestServer } from '../../support/gateway-server.ts';
import {
  column,
  ok,
  rows,
  rowsResult,
  type Script,
  ScriptedSessions,
} from '../../support/scripted-sessions.ts';

const typed = [
  column('flag', { kind: 'tinyint', unsigned: false, displayWidth: 1 }),
  column('i', int()),
  column('big', bigint(true)),
  column('d', double),
  column('money', decimal(10, 2)),
  column('text', varchar(20)),
  column('bytes', { kind: 'blob' }),
  column('day', date),
  column('at', datetime(6)),
  column('ts', timestamp(0)),
  column('clock', time(0)),
  column('doc', json),
  column('nothing', varchar(1)),
];
const typedRow = [
  1,
  -7,
  2n ** 64n - 1n,
  0.1,
  '-12.50',
  'grün €\u{1f600}',
  Buffer.of(0, 255, 10),
  18_801,
  1_624_410_123_000_007n,
  1_624_410_123_000_000n,
  -3_600_000_000n,
  '{"a": [1]}',
  null,
];

const script: Script = {
  'select 1': () => rows([column('1')], [1]),
  'select @@version_comment limit 1': () => rows([column('@@version_comment', varchar(20))], ['Tidegate']),
  typed: () => rows(typed, typedRow),
  'echo typed': () => rows(typed, typedRow),
  update: () => ok({ affectedRows: 1, matchedRows: 2, info: 'Rows matched: 2  Changed: 1  Warnings: 0' }),
  "load data local infile 'FILE' into table t": (session) => ({
    kind: 'localInfile',
    fileName: process.env.TEST_INFILE ?? '',
    load: async (content) => {
      let length = 0;
      for await (const piece of content) length += piece.length;
      session.observed.infile = Buffer.alloc(length);
      return ok({ affectedRows: length });
    },
  }),
  wide: () =>
    rowsResult(
      [column('n', bigint()), column('s', varchar(10))],
      (async function* () {
        for (let batch = 0; batch < 50; batch++) {
          yield batchOfRows(
            Array.from({ length: 1_000 }, (_, row) => [BigInt(batch * 1_000 + row), `row ${row}`]),
            2,
          );
        }
      })(),
    ),
};

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (program: string, args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(program, [...args], (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : 0;
      resolve({ code, stdout, stderr });
    });
  });

/** Whether a client can be started; the reason of a skip otherwise. */
function missing(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, [...args], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}

const python = '/usr/bin/python3';

const accounts = { root: '', ann: 'secret', nat: 'native:secret', sha: 'sha2:secret', umlaut: 'pässwörd €' };
const passwords: [user: string, password: string][] = [
  ['root', ''],
  ['ann', 'secret'],
  ['nat', 'secret'],
  ['sha', 'secret'],
  ['umlaut', 'pässwörd €'],
];

for (const authPlugin of ['caching_sha2_password', 'mysql_native_password'] as const) {
  describe(`server: real clients log in, the handshake naming ${authPlugin}`, () => {
    let server: TestServer;

    before(async () => {
      server = await startTestServer(new ScriptedSessions(script, accounts), { tlsMode: 'auto', authPlugin });
    });
    after(() => server.stop());

    for (const tls of [false, true]) {
      const transport = tls ? 'TLS' : 'TCP';
      const options = (user: string, password: string): mysql.ConnectionOptions => ({
        host: '127.0.0.1',
        port: server.port,
        user,
        password,
        ...(tls ? { ssl: { rejectUnauthorized: false } } : {}),
      });

      it(`mysql2 over ${transport}`, async () => {
        for (const [user, password] of passwords) {
          const connection = await mysql.createConnection(options(user, password));
          assert.deepEqual((await connection.query('select 1'))[0], [{ 1: 1 }]);
          await connection.changeUser({ user: 'ann', password: 'secret' });
          assert.deepEqual((await connection.query('select 1'))[0], [{ 1: 1 }]);
          await connection.end();
          const wrong = mysql.createConnection(options(user, `${password}x`));
          await assert.rejects(wrong, { errno: 1045, code: 'ER_ACCESS_DENIED_ERROR' });
        }
      });

      it(`mariadb over ${transport}`, async function () {
        if (missing('mariadb', ['--version'])) this.skip();
        for (const [user, password] of passwords) {
          const base = [
            '--no-defaults',
            '--default-character-set=utf8mb4',
            '-h127.0.0.1',
            `-P${server.port}`,
          ];
          base.push(`-u${user}`, tls ? '--ssl' : '--skip-ssl', '-Ne', 'select 1');
          const right = await run('mariadb', [...base, `--password=${password}`]);
          assert.deepEqual(right, { code: 0, stdout: '1\n', stderr: '' }, user);
          const wrong = await run('mariadb', [...base, `--password=${password}x`]);
          assert.match(wrong.stderr, /ERROR 1045 \(28000\): Access denied for user/);
        }
      });

      it(`PyMySQL over ${transport}`, async function () {
        if (missing(python, ['-c', 'import pymysql'])) this.skip();
        const program = `
import pymysql, sys, json
for user, password in json.loads(sys.argv[2]):
    options = dict(host='127.0.0.1', port=int(sys.argv[1]), user=user, charset='utf8mb4')
    if sys.argv[3] == 'tls': options['ssl'] = {'check_hostname': False}
    with pymysql.connect(password=password.encode(), **options) as connection:
        with connection.cursor() as cursor:
            cursor.execute('select 1')
            print(user, cursor.fetchall(), connection._secure)
    try:
        pymysql.connect(password=(password + 'x').encode(), **options)
    except pymysql.err.OperationalError as error:
        print(error.args[0])
`;
        const ran = await run(python, [
          '-c',
          program,
          String(server.port),
          JSON.stringify(passwords),
          tls ? 'tls' : '',
        ]);
        assert.equal(ran.stderr, '');
        const expected = passwords
          .map(([user]) => `${user} ((1,),) ${tls ? 'True' : 'False'}\n1045\n`)
          .join('');
        assert.equal(ran.stdout, expected);
      });
    }
  });
}

describe('server: real clients read results', () => {
  let server: TestServer;
  let sessions: ScriptedSessions;

  before(async () => {
    sessions = new ScriptedSessions(script);
    server = await startTestServer(sessions, { tlsMode: 'auto' });
  });
  after(() => server.stop());

  const connect = (options: mysql.ConnectionOptions = {}): Promise<mysql.Connection> =>
    mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'root', ...options });

  const expected = {
    flag: 1,
    i: -7,
    big: '18446744073709551615',
    d: 0.1,
    money: '-12.50',
    text: 'grün €\u{1f600}',
    bytes: Buffer.of(0, 255, 10),
    day: '2021-06-23',
    at: '2021-06-23 01:02:03.000007',
    ts: '2021-06-23 01:02:03',
    clock: '-01:00:00',
    doc: { a: [1] },
    nothing: null,
  };
  const exact = { supportBigNumbers: true, bigNumberStrings: false, dateStrings: true };

  it('mysql2, text protocol', async () => {
    const connection = await connect(exact);
    const [[row]] = await connection.query<mysql.RowDataPacket[]>('typed');
    assert.deepEqual({ ...row }, expected);
    await connection.end();
  });

  it('mysql2, binary protocol, with parameters', async () => {
    const connection = await connect(exact);
    const at = new Date('2021-06-23T01:02:03.004Z');
    const values = [1.5, 'é', true, null, Buffer.of(1, 255), at, { a: 1 }, 2n ** 60n];
    const [[row]] = await connection.execute<mysql.RowDataPacket[]>(
      `echo ${values.map(() => '?').join()}`,
      values as never,
    );
    const kinds = sessions.observed.executed.at(-1)!.map((parameter) => parameter.type.kind);
    assert.deepEqual(kinds.slice(0, 7), [
      'double',
      'varchar',
      'tinyint',
      'null',
      'longblob',
      'datetime',
      'json',
    ]);
    assert.equal(row!.c0, 1.5);
    assert.equal(row!.c1, 'é');
    assert.equal(row!.c2, 1);
    assert.equal(row!.c3, null);
    assert.deepEqual(row!.c4, Buffer.of(1, 255));
    assert.deepEqual(row!.c6, { a: 1 });
    assert.equal(String(row!.c7), String(2n ** 60n));
    await connection.end();
  });

  it('mysql2 reads 50,000 rows', async () => {
    const connection = await connect();
    const [list] = await connection.query<mysql.RowDataPacket[]>('wide');
    assert.equal(list.length, 50_000);
    assert.deepEqual({ ...list[49_999] }, { n: 49_999, s: 'row 999' });
    await connection.end();
  });

  it('mysql2 streams and stops early', async () => {
    const connection = await connect();
    const { connection: core } = connection as unknown as { connection: import('mysql2').Connection };
    const stream = core.query('stream 1000000 100').stream({ highWaterMark: 10 });
    let seen = 0;
    for await (const _ of stream) if (++seen === 100) break;
    connection.destroy();
    while (sessions.observed.iteratorsReturned === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.ok(sessions.observed.batchesPulled < 100_000);
  });

  it('mysql2 sees matched rows by default and changed rows on demand', async () => {
    const matched = await connect();
    assert.equal((await matched.query<mysql.ResultSetHeader>('update'))[0].affectedRows, 2);
    await matched.end();
    const changed = await connect({ flags: ['-FOUND_ROWS'] });
    assert.equal((await changed.query<mysql.ResultSetHeader>('update'))[0].affectedRows, 1);
    await changed.end();
  });

  it('mysql2 sends and receives more than 16 MiB', async () => {
    const connection = await connect();
    const large = Buffer.alloc(20 * 1024 * 1024, 'abc');
    const [[row]] = await connection.execute<mysql.RowDataPacket[]>('echo ?', [large]);
    assert.ok(large.equals(row!.c0));
    await connection.end();
  });

  it('mariadb prints every type', async function () {
    if (missing('mariadb', ['--version'])) this.skip();
    const args = [
      '--no-defaults',
      '--default-character-set=utf8mb4',
      '-h127.0.0.1',
      `-P${server.port}`,
      '-uroot',
    ];
    const ran = await run('mariadb', [...args, '-Ne', 'typed']);
    assert.equal(
      ran.stdout,
      '1\t-7\t18446744073709551615\t0.1\t-12.50\tgrün €\u{1f600}\t\\0\ufffd\\n\t2021-06-23\t' +
        '2021-06-23 01:02:03.000007\t2021-06-23 01:02:03\t-01:00:00\t{"a": [1]}\tNULL\n',
    );
  });

  it('mariadb prints what an update says of itself', async function () {
    if (missing('mariadb', ['--version'])) this.skip();
    const args = ['--no-defaults', '-h127.0.0.1', `-P${server.port}`, '-uroot', '-vvv', '-e', 'update'];
    const ran = await run('mariadb', args);
    assert.equal(ran.stderr, '');
    assert.match(ran.stdout, /^Rows matched: 2 {2}Changed: 1 {2}Warnings: 0$/m);
  });

  it('mariadb opens a database with auto-rehash', async function () {
    if (missing('mariadb', ['--version'])) this.skip();
    const args = ['--no-defaults', '-h127.0.0.1', `-P${server.port}`, '-uroot', '--auto-rehash', '-Dshop'];
    assert.equal((await run('mariadb', [...args, '-Ne', 'select 1'])).stdout, '1\n');
  });

  it('mariadb sends a local file', async function () {
    if (missing('mariadb', ['--version'])) this.skip();
    const directory = mkdtempSync(join(tmpdir(), 'tidegate-infile-'));
    const file = join(directory, 'rows.csv');
    writeFileSync(file, 'x'.repeat(3_000_000));
    process.env.TEST_INFILE = file;
    const args = ['--no-defaults', '-h127.0.0.1', `-P${server.port}`, '-uroot', '--local-infile=1'];
    const ran = await run('mariadb', [...args, '-e', "load data local infile 'FILE' into table t"]);
    assert.equal(ran.stderr, '');
    assert.equal(sessions.observed.infile.length, 3_000_000);
    rmSync(directory, { recursive: true });
  });

  it('PyMySQL reads every type, and sends raw bytes', async function () {
    if (missing(python, ['-c', 'import pymysql'])) this.skip();
    const program = `
import pymysql, sys
connection = pymysql.connect(host='127.0.0.1', port=int(sys.argv[1]), user='root', charset='utf8mb4')
cursor = connection.cursor()
cursor.execute('typed')
print(ascii(cursor.fetchall()))
try:
    cursor.execute('raw %s', (b'\\xff\\x00\\'',))
except pymysql.err.ProgrammingError as error:
    print(error.args)
`;
    const ran = await run(python, ['-c', program, String(server.port)]);
    assert.equal(ran.stderr, '');
    const [first, second] = ran.stdout.trim().split('\n');
    assert.equal(
      first,
      "((1, -7, 18446744073709551615, 0.1, Decimal('-12.50'), 'gr\\xfcn \\u20ac\\U0001f600', b'\\x00\\xff\\n', " +
        'datetime.date(2021, 6, 23), datetime.datetime(2021, 6, 23, 1, 2, 3, 7), ' +
        'datetime.datetime(2021, 6, 23, 1, 2, 3), datetime.timedelta(days=-1, seconds=82800), ' +
        `'{"a": [1]}', None),)`,
    );
    assert.equal(second, `(1064, "not in the script: raw  x'ff0027'")`);
  });
});
