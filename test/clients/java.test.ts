/** JDBC: MySQL Connector/J and MariaDB Connector/J. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Gateway } from '../support/gateway.ts';
import { loadFixture, missing, requireAllClients, run, skip, startClientGateway } from './fixture.ts';

const folder = join(tmpdir(), 'tidegate-clients', 'java');
const program = fileURLToPath(new URL('java/JdbcClient.java', import.meta.url));

/** Fetches a driver once. Its path, or the reason why it cannot be had. */
async function fetchJar(
  group: string,
  name: string,
  version: string,
): Promise<string | { readonly reason: string }> {
  const jar = join(folder, `${name}-${version}.jar`);
  if (existsSync(jar)) return jar;
  mkdirSync(folder, { recursive: true });
  const artifact = `-Dartifact=${group}:${name}:${version}`;
  const got = await run('mvn', ['-q', '-B', 'dependency:get', artifact, '-Dtransitive=false'], {
    cwd: folder,
  });
  const copied = await run('mvn', ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${folder}`], {
    cwd: folder,
  });
  if (existsSync(jar)) return jar;
  return { reason: `mvn: ${`${got.stdout}${got.stderr}${copied.stdout}${copied.stderr}`.slice(0, 200)}` };
}

describe('client: JDBC', function () {
  this.timeout(600_000);
  let gateway: Gateway;

  before(function () {
    requireAllClients(this);
    for (const [tool, flag] of [
      ['java', '-version'],
      ['mvn', '-v'],
    ] as const) {
      const reason = missing(tool, [flag]);
      if (reason !== undefined) skip(this, reason);
    }
  });
  beforeEach(async () => {
    gateway = await startClientGateway();
    await loadFixture(gateway);
  });
  afterEach(() => gateway?.stop());

  for (const [prefix, group, name, version] of [
    ['mysql', 'com.mysql', 'mysql-connector-j', '9.5.0'],
    ['mariadb', 'org.mariadb.jdbc', 'mariadb-java-client', '3.5.6'],
  ] as const) {
    it(`${name} ${version}`, async function () {
      const jar = await fetchJar(group, name, version);
      if (typeof jar !== 'string') skip(this, jar.reason);
      const ran = await run('java', ['-cp', jar, program, prefix, String(gateway.port)]);
      assert.equal(ran.code, 0, `${ran.stdout}\n${ran.stderr}`);
    });
  }
});
