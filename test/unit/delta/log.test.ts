import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { Action, AddFile } from '../../../src/offline/delta/actions.ts';
import { fileKey } from '../../../src/offline/delta/actions.ts';
import { duckCheckpoints, noCheckpoints } from '../../../src/offline/delta/checkpoint-read.ts';
import { writeCheckpoint } from '../../../src/offline/delta/checkpoint-write.ts';
import { parseCommit, printCommit } from '../../../src/offline/delta/commit-json.ts';
import { CommitLostError, commitFile, listLog, writeCommit } from '../../../src/offline/delta/log-files.ts';
import { folderName, localPath } from '../../../src/offline/delta/paths.ts';
import { checkReadable, ownProtocol } from '../../../src/offline/delta/protocol.ts';
import { readSnapshot, Snapshot } from '../../../src/offline/delta/snapshot.ts';
import { type Gateway, openGateway, temporaryDirectory } from './harness.ts';

const run = promisify(execFile);

const add = (name: string, dv?: number): AddFile => ({
  path: name,
  partitionValues: { p: null, q: 'ü' },
  size: 1,
  modificationTime: 2,
  dataChange: true,
  stats: '{"numRecords":3}',
  tags: { a: 'b' },
  ...(dv === undefined
    ? {}
    : {
        deletionVector: {
          storageType: 'u' as const,
          pathOrInlineDv: 'vBn[lx{q8@P<9BNH/isA',
          offset: dv,
          sizeInBytes: 34,
          cardinality: 1,
        },
      }),
});

const opening: Action[] = [
  { kind: 'protocol', protocol: ownProtocol(true) },
  {
    kind: 'metaData',
    metaData: {
      id: 'a8510a45-92dc-4e9f-9f7a-42bbcc9b752d',
      format: { provider: 'parquet', options: {} },
      schemaString: '{"type":"struct","fields":[]}',
      partitionColumns: [],
      configuration: { 'delta.appendOnly': 'false' },
      createdTime: 5,
    },
  },
];

describe('Delta log', () => {
  let root: string;

  beforeEach(() => {
    root = temporaryDirectory();
    mkdirSync(path.join(root, '_delta_log'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('parses what it prints, and ignores what it does not know', () => {
    const actions: Action[] = [
      { kind: 'commitInfo', commitInfo: { timestamp: 1, operation: 'WRITE' } },
      ...opening,
      { kind: 'add', add: add('a', 1) },
      { kind: 'remove', remove: { path: 'b', dataChange: false, deletionTimestamp: 7 } },
      { kind: 'cdc', cdc: { path: '_change_data/c', partitionValues: {}, size: 9, dataChange: false } },
      { kind: 'txn', txn: { appId: 'x', version: 12, lastUpdated: 3 } },
      { kind: 'domainMetadata', domainMetadata: { domain: 'd', configuration: '{}', removed: false } },
    ];
    assert.deepEqual(parseCommit(printCommit(actions)), actions);
    const withMore = `{"future":{"a":1}}\n\n{"txn":{"appId":"x","version":1,"more":true}}\n`;
    assert.deepEqual(parseCommit(withMore), [{ kind: 'txn', txn: { appId: 'x', version: 1 } }]);
    assert.throws(() => parseCommit('{"add":{"size":1}}'), /Corrupt Delta log/);
    assert.throws(() => parseCommit('{"add":'), /Corrupt Delta log/);
  });

  it('writes a version once, and sets its time', async () => {
    await writeCommit(root, 0, opening, 1_700_000_000_123);
    assert.equal(Math.round(statSync(commitFile(root, 0)).mtimeMs), 1_700_000_000_123);
    await assert.rejects(writeCommit(root, 0, opening, 1), CommitLostError);
    assert.deepEqual(readdirSync(path.join(root, '_delta_log')), ['00000000000000000000.json']);
  });

  it('lets one of several racing processes win each version', async () => {
    const module = path.resolve(import.meta.dirname, '../../../src/offline/delta/log-files.ts');
    const script = `
      import { writeCommit, CommitLostError } from ${JSON.stringify(module)};
      const [root, name] = process.argv.slice(1);
      let wins = 0;
      for (let version = 0; version < 60; ) {
        try {
          await writeCommit(root, version, [{ kind: 'txn', txn: { appId: name, version } }], 1);
          wins++;
        } catch (error) {
          if (!(error instanceof CommitLostError)) throw error;
        }
        version++;
      }
      console.log(wins);`;
    const writers = ['a', 'b', 'c'].map((name) =>
      run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, root, name]),
    );
    const wins = (await Promise.all(writers)).map(({ stdout }) => Number(stdout));
    assert.equal(
      wins.reduce((sum, each) => sum + each, 0),
      60,
    );
    const listing = await listLog(root);
    assert.deepEqual(
      listing.commits,
      Array.from({ length: 60 }, (_, index) => index),
    );
    for (const version of listing.commits)
      assert.equal(parseCommit(readFileSync(commitFile(root, version), 'utf8')).length, 1);
  });

  it('replays removes before adds, by path and vector', async () => {
    await writeCommit(root, 0, [...opening, { kind: 'add', add: add('a') }], 1);
    const remove = { path: 'a', dataChange: true } as const;
    // The order in the file means nothing.
    await writeCommit(
      root,
      1,
      [
        { kind: 'add', add: add('a', 1) },
        { kind: 'remove', remove },
      ],
      2,
    );
    const snapshot = await readSnapshot(root, noCheckpoints);
    assert.deepEqual([...snapshot.files.keys()], [fileKey(add('a', 1))]);
    assert.deepEqual([...(await readSnapshot(root, noCheckpoints, 0)).files.keys()], [fileKey(add('a'))]);
    await assert.rejects(readSnapshot(root, noCheckpoints, 2), /beyond the newest/);
    rmSync(commitFile(root, 0));
    await assert.rejects(readSnapshot(root, noCheckpoints), /missing/);
  });

  it('ignores incomplete multi-part checkpoints', async () => {
    const log = path.join(root, '_delta_log');
    writeFileSync(path.join(log, '00000000000000000005.checkpoint.0000000001.0000000002.parquet'), '');
    writeFileSync(path.join(log, '00000000000000000003.checkpoint.0000000001.0000000001.parquet'), '');
    writeFileSync(
      path.join(log, '00000000000000000004.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json'),
      '',
    );
    const { checkpoints } = await listLog(root);
    assert.deepEqual(
      checkpoints.map(({ version }) => version),
      [3, 4],
    );
  });

  it('decodes paths once and keeps them inside the table', () => {
    assert.equal(
      localPath('/t', 't=2021-09-08%2011%253A11/f+1.parquet'),
      '/t/t=2021-09-08 11%3A11/f+1.parquet',
    );
    assert.equal(localPath('/t', 'file:///x/a%20b'), '/x/a b');
    assert.throws(() => localPath('/t', '../x'), /outside/);
    assert.throws(() => localPath('/t', 's3://b/x'), /s3/);
    assert.equal(folderName('a/b'), 'a.2fb');
    assert.equal(folderName('_x'), '-.5fx');
    assert.equal(folderName('..'), '-.2e.2e');
    assert.equal(folderName('ü'), '-.c3.bc');
  });

  it('refuses reader features that it does not know', () => {
    checkReadable({ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['unheardOf'] });
    assert.throws(
      () => checkReadable({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['catalogManaged'] }),
      /catalogManaged/,
    );
  });

  describe('checkpoints', () => {
    let gateway: Gateway;
    before(async () => {
      gateway = await openGateway();
    });
    after(() => gateway.close());

    it('reads back what it writes, and v2 ones with sidecars', async () => {
      const table = path.join(gateway.directory, 'offline', 'checkpointed');
      mkdirSync(path.join(table, '_delta_log', '_sidecars'), { recursive: true });
      const actions: Action[] = [
        ...opening,
        { kind: 'add', add: add('a', 1) },
        { kind: 'add', add: add('b') },
        {
          kind: 'remove',
          remove: { path: 'c', dataChange: true, deletionTimestamp: 10, size: 4, partitionValues: {} },
        },
        { kind: 'remove', remove: { path: 'old', dataChange: true, deletionTimestamp: 1 } },
        { kind: 'txn', txn: { appId: 'x', version: 2 ** 40 } },
      ];
      await writeCommit(table, 0, actions, 1);
      const snapshot = await readSnapshot(table, noCheckpoints);
      await writeCheckpoint(table, snapshot, gateway.duck, 5);
      assert.ok(existsSync(path.join(table, '_delta_log', '_last_checkpoint')));
      rmSync(commitFile(table, 0));
      const read = await readSnapshot(table, duckCheckpoints(gateway.duck));
      const expected = new Snapshot(snapshot);
      expected.tombstones.delete(fileKey({ path: 'old' }));
      assert.deepEqual(read.metadata, expected.metadata);
      assert.deepEqual(read.protocol, expected.protocol);
      assert.deepEqual(read.transactions, expected.transactions);
      assert.deepEqual([...read.tombstones.keys()], [...expected.tombstones.keys()]);
      const live = [...expected.files.values()].map((file) => ({ ...file, dataChange: false }));
      assert.deepEqual([...read.files.values()], live);
      // The same as a v2 checkpoint: JSON, its files in a sidecar.
      const log = path.join(table, '_delta_log');
      const [name] = readdirSync(log).filter((each) => each.endsWith('.checkpoint.parquet'));
      writeFileSync(path.join(log, '_sidecars', 's.parquet'), readFileSync(path.join(log, name!)));
      rmSync(path.join(log, name!));
      const sidecar: Action = {
        kind: 'sidecar',
        sidecar: { path: 's.parquet', sizeInBytes: 1, modificationTime: 1 },
      };
      const v2 = '00000000000000000000.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json';
      writeFileSync(path.join(log, v2), printCommit([...opening, sidecar]));
      const again = await readSnapshot(table, duckCheckpoints(gateway.duck));
      assert.deepEqual([...again.files.values()], live);
    });
  });

  it('gives one state by replay, whatever the order within commits', () => {
    const names = ['a', 'b', 'c'];
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(5), { maxLength: 3 }), { maxLength: 10 }),
        fc.integer(),
        (commits, seed) => {
          const live = new Map<string, number>();
          const forward = new Snapshot();
          const shuffled = new Snapshot();
          for (const [version, choices] of commits.entries()) {
            const actions: Action[] = [];
            const touched = new Set<number>();
            for (const choice of choices) {
              if (touched.has(choice % 3)) continue;
              touched.add(choice % 3);
              const path = names[choice % 3]!;
              const dv = live.get(path);
              if (dv !== undefined)
                actions.push({ kind: 'remove', remove: { ...add(path, dv), dataChange: true } });
              if (choice < 3) actions.push({ kind: 'add', add: add(path, version + 1) });
              if (choice < 3) live.set(path, version + 1);
              else live.delete(path);
            }
            forward.apply(version, actions);
            shuffled.apply(version, seed % 2 === 0 ? [...actions].reverse() : [...actions].sort(() => -1));
          }
          const keys = [...live].map(([path, dv]) => fileKey(add(path, dv))).sort();
          assert.deepEqual([...forward.files.keys()].sort(), keys);
          assert.deepEqual([...shuffled.files.keys()].sort(), keys);
        },
      ),
    );
  });
});
