import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GatewayError } from '../../../src/base/errors.ts';
import { resolveLocation, resolveRoot } from '../../../src/connectors/file/paths.ts';

describe('where files may be read', () => {
  let base: string;
  let root: string;

  before(() => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-paths-')));
    root = path.join(base, 'files');
    mkdirSync(path.join(root, 'year=2001', 'deep'), { recursive: true });
    mkdirSync(path.join(base, 'files-of-others'));
    writeFileSync(path.join(base, 'secret.csv'), 'a\n1\n');
    writeFileSync(path.join(base, 'files-of-others', 'x.csv'), 'a\n1\n');
    for (const name of ['a.csv', 'b.csv', 'c.parquet', 'year=2001/d.csv', 'year=2001/deep/e.csv']) {
      writeFileSync(path.join(root, name), '');
    }
    symlinkSync(path.join(base, 'secret.csv'), path.join(root, 'link.csv'));
    symlinkSync(path.join(root, 'a.csv'), path.join(root, 'inside.txt'));
  });

  after(() => rmSync(base, { recursive: true, force: true }));

  const refused = (code: string) => (error: unknown) => error instanceof GatewayError && error.code === code;

  it('resolves names, patterns and links that stay inside', async () => {
    const names = async (location: string) =>
      (await resolveLocation(root, location)).map((file) => path.relative(root, file));
    assert.deepEqual(await names('a.csv'), ['a.csv']);
    assert.deepEqual(await names('./year=2001//d.csv'), ['year=2001/d.csv']);
    assert.deepEqual(await names('[ab].csv').catch(() => 'no match'), 'no match');
    assert.deepEqual(await names('?.csv'), ['a.csv', 'b.csv']);
    assert.deepEqual(await names('year*/*.csv'), ['year=2001/d.csv']);
    assert.deepEqual(await names('**/[de].csv').catch(() => 'no match'), 'no match');
    assert.deepEqual(await names('**/?.csv'), ['a.csv', 'b.csv', 'year=2001/d.csv', 'year=2001/deep/e.csv']);
    assert.deepEqual(await names('inside.txt'), ['a.csv']);
  });

  it('refuses everything that leads out', async () => {
    const ways = [
      '../secret.csv',
      'year=2001/../../secret.csv',
      '/etc/passwd',
      'link.csv',
      '*.csv',
      'file:///etc/passwd',
      's3://bucket/x',
      'https://example.org/x.csv',
      '..\\secret.csv',
      'a.csv\0.parquet',
    ];
    for (const way of ways) {
      await assert.rejects(resolveLocation(root, way), refused('FILE_NOT_ALLOWED'), way);
    }
  });

  it('refuses a root outside the configured ones, also one whose name only begins alike', async () => {
    assert.equal(await resolveRoot(path.join(root, 'year=2001'), [root]), path.join(root, 'year=2001'));
    for (const way of [
      base,
      `${root}-of-others`,
      '/',
      'files',
      path.join(root, 'absent'),
      path.join(root, '..'),
    ]) {
      await assert.rejects(resolveRoot(way, [root]), refused('FILE_NOT_ALLOWED'), way);
    }
    await assert.rejects(resolveRoot(root, []), refused('FILE_NOT_ALLOWED'));
  });

  it('says when nothing is there', async () => {
    await assert.rejects(resolveLocation(root, 'absent.csv'), refused('EXTERNAL_QUERY_ERROR'));
    await assert.rejects(resolveLocation(root, '*.json'), refused('EXTERNAL_QUERY_ERROR'));
  });
});
