/** The examples run as their README says, against a real gateway. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Gateway, startGateway } from '../support/gateway.ts';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('the demo', () => {
  it('runs its tour to the end', async function () {
    this.timeout(180_000);
    const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-demo-'));
    try {
      const args = [
        '--import',
        'tsx',
        'src/app/main.ts',
        'demo',
        '--exit',
        '--port',
        '0',
        '--data',
        directory,
      ];
      const { stdout } = await run(process.execPath, args, { cwd: root });
      assert.match(stdout, /OK, 570842 rows affected/);
      for (const shown of [
        /FOR EVENT_TIME LATEST WHERE origin = 'JFK'.*\n {2}route: point/,
        /SELECT \* FROM route_features .*\n {2}route: point/,
        /│ 2001-06-30 00:00:00 │ 6\.6154 +│ update_preimage/,
        /│ 552 +│ 12\.0366/,
        /mariadb -h 127\.0\.0\.1 -P \d+ -u root flights/,
      ]) {
        assert.match(stdout, shown);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('the examples', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway();
  });

  after(() => gateway.stop());

  const environment = (): NodeJS.ProcessEnv => ({ ...process.env, TIDEGATE_PORT: String(gateway.port) });

  it('quickstart.sql', async function () {
    if (!works('mariadb', ['--version'])) {
      process.stderr.write('skipped: no mariadb client\n');
      return this.skip();
    }
    const script = readFileSync(path.join(root, 'examples/quickstart.sql'), 'utf8');
    const args = [
      '--no-defaults',
      '-h',
      '127.0.0.1',
      '-P',
      String(gateway.port),
      '-u',
      'root',
      '--skip-ssl',
      '-N',
      '-e',
      script,
    ];
    const { stdout } = await run('mariadb', args);
    const lines = stdout.trimEnd().split('\n').slice(0, -3);
    assert.deepEqual(lines.slice(0, 6), [
      '1\t2026-01-01\t11.00',
      '1\t2026-01-02\t12.50',
      '2\t2026-01-01\t3.00',
      '1\t2026-01-01\t10.00',
      '1\t2026-01-02\t12.50',
      '2\t2026-01-01\t3.00',
    ]);
    assert.match(lines[6]!, /^1\t2026-01-01\t10\.00\tupdate_preimage\t/);
    assert.match(lines[7]!, /^1\t2026-01-01\t11\.00\tupdate_postimage\t/);
    assert.deepEqual(lines.slice(8), [
      'Ada\t12.50\t2026-01-02',
      '1\t0\t2026-01-01\t11.00',
      '2\t1\t2026-01-02\t12.50',
      '3\t0\tNULL\tNULL',
    ]);
  });

  it('serving.ts', async () => {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', 'examples/serving.ts'], {
      cwd: root,
      env: environment(),
    });
    const [plan, ...vectors] = stdout.trimEnd().split('\n');
    assert.match(plan!, /^route: point/);
    assert.deepEqual(
      vectors.map((line) => JSON.parse(line)),
      [
        { user_id: 1, age: 36, country: 'GB', clicks_7d: 12, spend_30d: 40.5 },
        { user_id: 2, age: 29, country: 'SE', clicks_7d: 3, spend_30d: 0 },
        { user_id: 3, age: 51, country: 'JP', clicks_7d: 88, spend_30d: 310.25 },
      ],
    );
  });

  it('training_set.py', async function () {
    if (!works('/usr/bin/python3', ['-c', 'import pymysql'])) {
      process.stderr.write('skipped: no PyMySQL\n');
      return this.skip();
    }
    const { stdout } = await run('/usr/bin/python3', ['examples/training_set.py'], {
      cwd: root,
      env: environment(),
    });
    assert.match(stdout, /reproducible at version \d+/);
  });
});
