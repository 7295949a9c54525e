/**
 * The 22 queries of TPC-H, the same text on MariaDB and on the gateway: over Parquet files in place and over
 * feature groups. Values must be the same to the last digit, and types of the same family.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { type Answer, answer, connect } from '../../bench/tpch/client.ts';
import { findGenerator, generateParquet } from '../../bench/tpch/data.ts';
import { loadFeatureGroups, loadMariaDb, mountParquet } from '../../bench/tpch/load.ts';
import { readQueries } from '../../bench/tpch/queries.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';

const scale = 0.01;
const queries = readQueries(scale);
/** Their ORDER BY leaves rows of equal keys in any order. */
const text = ({ rows }: Answer): string[] => rows.map((row) => JSON.stringify(row));

describe('TPC-H', function () {
  this.timeout(180_000);
  let directory: string | undefined;
  let mariadb: MariaDb | undefined;
  let gateway: Gateway | undefined;
  const connections: Connection[] = [];
  let client: Connection;
  const expected = new Map<string, Answer>();

  before(async function () {
    const generator = findGenerator();
    if ('missing' in generator) {
      process.stdout.write(`    skipped: ${generator.missing}\n`);
      return this.skip();
    }
    const server = await startMariaDb(['--innodb-buffer-pool-size=128M']);
    if ('missing' in server) {
      process.stdout.write(`    skipped: ${server.missing}\n`);
      return this.skip();
    }
    mariadb = server;
    directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-tpch-')));
    generateParquet(generator.command, scale, directory);
    const reference = await connect(mariadb.port);
    connections.push(reference);
    await loadMariaDb(reference, directory);
    for (const query of queries) expected.set(query.name, await answer(reference, query));
    gateway = await startGateway({ flags: ['--external-files', directory] });
    client = await connect(gateway.port);
    connections.push(client);
    await mountParquet(client, directory);
    await loadFeatureGroups(client);
  });

  after(async () => {
    for (const connection of connections) await connection.end();
    await gateway?.stop();
    await mariadb?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  for (const database of ['tpch_files', 'tpch']) {
    describe(database === 'tpch' ? 'over feature groups' : 'over Parquet files', () => {
      before(() => client.query(`USE ${database}`));

      for (const query of queries) {
        it(query.name, async () => {
          const ours = await answer(client, query);
          const theirs = expected.get(query.name)!;
          assert.deepEqual(ours.names, theirs.names);
          assert.deepEqual(ours.types, theirs.types);
          assert.deepEqual(text(ours), text(theirs));
        });
      }
    });
  }

  it('has rows to compare in most of the queries', () => {
    const empty = queries.filter(({ name }) => {
      const { rows } = expected.get(name)!;
      return rows.length === 0 || rows.every((row) => row.every((value) => value === null));
    });
    assert.ok(empty.length <= 4, empty.map(({ name }) => name).join(', '));
  });
});
