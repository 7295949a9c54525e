import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError } from '../../../src/base/errors.ts';
import { defaultLimits } from '../../../src/base/limits.ts';
import { DuckEngine } from '../../../src/offline/duckdb/engine.ts';
import { rowsOfBatch } from '../../../src/types/batch.ts';
import {
  bigint,
  boolean,
  date,
  datetime,
  decimal,
  double,
  int,
  longtext,
  nullType,
  type SqlType,
  time,
  timestamp,
  varchar,
} from '../../../src/types/sql-type.ts';
import type { Row } from '../../../src/types/value.ts';

const blob: SqlType = { kind: 'blob' };
const neverEnding = 'SELECT count(*) FROM range(100000000000) t(i) WHERE hash(i) % 7 = 3';

const withErrno =
  (errno: number) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof GatewayError, String(error));
    assert.equal(error.errno, errno, `${error.message}: ${String(error.cause)}`);
    return true;
  };

describe('DuckEngine', () => {
  let folder: string;
  let outside: string;
  let engine: DuckEngine;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-duck-'));
    outside = mkdtempSync(join(tmpdir(), 'tidegate-out-'));
    writeFileSync(join(outside, 'secret.csv'), 'a,b\n1,2\n');
    engine = await DuckEngine.open({
      directories: [folder],
      temporaryDirectory: join(folder, 'tmp'),
      limits: { ...defaultLimits, duckdbMemoryBytes: 256 * 1024 * 1024, concurrentScans: 2, openScans: 3 },
    });
  });

  after(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
    rmSync(outside, { recursive: true });
  });

  const forbidden = [
    `SELECT * FROM read_csv('/etc/passwd')`,
    `SELECT content FROM read_text('/etc/passwd')`,
    `SELECT * FROM glob('/etc/*')`,
    `SELECT * FROM '/etc/passwd'`,
    `SELECT * FROM read_csv('$OUT/secret.csv')`,
    `SELECT * FROM read_csv('$IN/../$OUTNAME/secret.csv')`,
    `COPY (SELECT 1) TO '$OUT/x.parquet' (FORMAT parquet)`,
    `ATTACH '$OUT/x.db'`,
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET threads = 4',
    'SET enable_external_access = true',
    `SET allowed_directories = ['/']`,
    'RESET lock_configuration',
    'CREATE SECRET s (TYPE s3)',
    `EXPORT DATABASE '$OUT/x'`,
  ];
  for (const statement of forbidden) {
    it(`refuses ${statement}`, async () => {
      const sql = statement
        .replace('$OUTNAME', outside.split('/').at(-1)!)
        .replace('$OUT', outside)
        .replace('$IN', folder);
      await assert.rejects(engine.execute(sql), GatewayError);
    });
  }

  it('reads and writes in its own folder', async () => {
    const file = join(folder, 'x.parquet');
    assert.equal(await engine.execute(`COPY (SELECT 7::BIGINT AS a) TO '${file}' (FORMAT parquet)`), 1);
    assert.deepEqual(await engine.all(`SELECT a FROM read_parquet('${file}')`, [], [bigint()]), [[7n]]);
  });

  it('gives every value through parameters, memory tables and vectors as it was', async () => {
    const types: SqlType[] = [
      int(),
      bigint(),
      bigint(true),
      double,
      { kind: 'float' },
      decimal(3, 1),
      decimal(9, 2),
      decimal(18, 0),
      decimal(38, 10),
      varchar(100),
      longtext,
      blob,
      date,
      datetime(6),
      timestamp(6),
      time(6),
      boolean,
      { kind: 'bit', length: 64 },
      { kind: 'year' },
      { kind: 'json' },
    ];
    const full: Row = [
      -5,
      -9223372036854775808n,
      18446744073709551615n,
      1.5e300,
      0.5,
      '-0.5',
      '1234567.89',
      '-999999999999999999',
      '-1234567890123456789012345678.0123456789',
      'Füße 🦆 of more than twelve bytes',
      '',
      Uint8Array.of(0, 255, 10),
      -719162,
      253402300799999999n,
      -1n,
      -3020399000000n,
      1,
      18446744073709551615n,
      1999,
      '{"a": 1}',
    ];
    const rows = [full, full.map(() => null), full];
    const relation = await engine.relationOfRows({
      columns: types.map((type) => ({ name: '', type })),
      rows: [rows],
    });
    assert.deepEqual(await engine.all(relation.sql, [], types), rows);
    relation.release();
    relation.release();
    const parameters = types.map((type, index) => ({ name: `p${index}`, type, value: full[index]! }));
    const sql = `SELECT ${types.map((_, index) => `$p${index}`).join(', ')}`;
    assert.deepEqual(await engine.all(sql, parameters, types), [full]);
    assert.deepEqual(await engine.all('SELECT NULL', [], [nullType]), [[null]]);
  });

  it('appends more rows than a chunk holds, in order', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => [index, `v${index}`]);
    const source = {
      columns: [int(), varchar(9)].map((type) => ({ name: '', type })),
      rows: [rows.slice(0, 4000), rows.slice(4000)],
    };
    const relation = await engine.relationOfRows(source, { rowVersionLast: true });
    assert.deepEqual(await engine.all(`SELECT c0, rv FROM (${relation.sql})`, [], [int(), varchar(9)]), rows);
    relation.release();
  });

  it('keeps rows without columns', async () => {
    const relation = await engine.relationOfRows({ columns: [], rows: [[[], [], []]] });
    assert.deepEqual(await engine.all(`SELECT count(*) FROM (${relation.sql})`, [], [bigint()]), [[3n]]);
    relation.release();
  });

  it('drops released relations and those whose rows fail', async () => {
    const count = async () =>
      await engine.all(`SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'rows_%'`, [], [bigint()]);
    function* failing() {
      yield [[1]];
      throw new GatewayError('STORAGE_ERROR', 'gone');
    }
    const source = { columns: [{ name: '', type: int() }], rows: failing() };
    await assert.rejects(engine.relationOfRows(source), withErrno(1030));
    for (let tries = 0; tries < 100 && (await count())[0]![0] !== 0n; tries++)
      await new Promise(setImmediate);
    assert.deepEqual(await count(), [[0n]]);
  });

  it('streams, and gives the place back when the reader stops early', async () => {
    for (let round = 0; round < 5; round++) {
      const { batches } = await engine.run('SELECT i FROM range(100000000) t(i)', [], [bigint()]);
      let seen = 0;
      for await (const batch of batches) {
        assert.deepEqual(rowsOfBatch(batch)[0], [BigInt(seen)]);
        seen += batch.rowCount;
        if (seen > 5000) break;
      }
    }
    assert.equal(engine.runningScans, 0);
  });

  it('ends an aborted query with 1317, before, in and between its steps', async () => {
    const aborted = new AbortController();
    aborted.abort();
    await assert.rejects(engine.run(neverEnding, [], [bigint()], aborted.signal), withErrno(1317));
    const running = new AbortController();
    setTimeout(() => running.abort(), 50);
    const ended = (async () => {
      const { batches } = await engine.run(neverEnding, [], [bigint()], running.signal);
      for await (const _ of batches) assert.fail('a row');
    })();
    await assert.rejects(ended, withErrno(1317));
    const between = new AbortController();
    const { batches } = await engine.run(
      'SELECT i FROM range(100000000) t(i)',
      [],
      [bigint()],
      between.signal,
    );
    const iterator = batches[Symbol.asyncIterator]();
    await iterator.next();
    between.abort();
    await assert.rejects(iterator.next(), withErrno(1317));
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
    assert.equal(engine.runningScans, 0);
  });

  const openRange = async (signal?: AbortSignal) => {
    const { batches } = await engine.run('SELECT i FROM range(1000000) t(i)', [], [bigint()], signal);
    return batches[Symbol.asyncIterator]();
  };

  it('has no more scans open than its limit and serves the waiting in turn', async () => {
    const [first, second, third] = [await openRange(), await openRange(), await openRange()];
    const fourth = openRange();
    const impatient = new AbortController();
    const refused = assert.rejects(openRange(impatient.signal), withErrno(1317));
    impatient.abort();
    await refused;
    assert.equal(engine.runningScans, 3);
    await first.return?.();
    await (await fourth).return?.();
    await second.return?.();
    await third.return?.();
    assert.equal(engine.runningScans, 0);
  });

  it('keeps nothing of a query that was killed: the next one on its connection sees what is there now', async () => {
    const fresh = await DuckEngine.open({
      directories: [folder],
      temporaryDirectory: join(folder, 'tmp-fresh'),
      limits: defaultLimits,
    });
    const open = async (signal?: AbortSignal) => {
      const sql = 'SELECT i FROM range(1000000) t(i) WHERE i > (SELECT COUNT(*) FROM made_before)';
      const { batches } = await fresh.run(sql, [], [bigint()], signal);
      return batches[Symbol.asyncIterator]();
    };
    try {
      await fresh.createTable('made_before', ['c0'], [bigint()]);
      const killed = new AbortController();
      const [first, second] = [await open(killed.signal), await open()];
      await first.next();
      // Between two steps: nothing runs that the interrupt would end.
      await new Promise((resolve) => setTimeout(resolve, 50));
      killed.abort();
      await assert.rejects(async () => {
        while ((await first.next()).done !== true);
      }, withErrno(1317));
      await second.return?.();
      // Made by the connection that was given back last, which the third query takes: the killed one's is left.
      await fresh.createTable('made_later', ['c0'], [bigint()]);
      const third = await open();
      assert.equal(await fresh.appendTo('made_later', [bigint()], [[[1n], [2n]]]), 2);
      await third.return?.();
    } finally {
      await fresh.close();
    }
  });

  it('lets scans run beside more than compute at a time that nobody reads from', async () => {
    const paused = [await openRange(), await openRange()];
    for (const each of paused) await each.next();
    assert.deepEqual(await engine.all('SELECT 1::BIGINT', [], [bigint()]), [[1n]]);
    const other = await openRange();
    let rows = 0;
    for (let step = await other.next(); step.done !== true; step = await other.next()) {
      rows += step.value.rowCount;
    }
    assert.equal(rows, 1_000_000);
    for (const each of paused) await each.return?.();
    assert.equal(engine.runningScans, 0);
  });

  it('lets scans that have to wait for their turn be killed, and be left', async () => {
    const endless = [0, 1].map(() => new AbortController());
    const busy = endless.map(({ signal }) =>
      assert.rejects(
        (async () => {
          const { batches } = await engine.run(neverEnding, [], [bigint()], signal);
          for await (const _ of batches);
        })(),
        withErrno(1317),
      ),
    );
    const killed = new AbortController();
    const waiting = assert.rejects(openRange(killed.signal), withErrno(1317));
    await new Promise((resolve) => setTimeout(resolve, 50));
    killed.abort();
    await waiting;
    for (const each of endless) each.abort();
    await Promise.all(busy);
    assert.equal(engine.runningScans, 0);
  });

  const failures: readonly [sql: string, type: SqlType, errno: number][] = [
    ['SELECT 9223372036854775807::BIGINT + i FROM range(1, 2) t(i)', bigint(), 1690],
    ['SELECT (-i)::UBIGINT FROM range(1, 2) t(i)', bigint(true), 1690],
    ['SELECT (i * 1000)::DECIMAL(3,0) FROM range(1, 2) t(i)', decimal(3, 0), 1235],
    ["SELECT CAST('x' || i AS BIGINT) FROM range(1, 2) t(i)", bigint(), 1292],
    ['SELECT (SELECT j FROM range(i + 2) u(j)) FROM range(1, 2) t(i)', bigint(), 1242],
    ['SELECT nothing', int(), 1105],
    ["SELECT error('TG:OUT_OF_RANGE_EXPRESSION:DOUBLE value is out of range')::BIGINT", bigint(), 1690],
    [`SELECT a FROM read_parquet('$IN/missing.parquet')`, bigint(), 1030],
  ];
  for (const [sql, type, errno] of failures) {
    it(`maps the failure of ${sql} to ${errno}`, async () => {
      const failing = (async () => {
        const { batches } = await engine.run(sql.replace('$IN', folder), [], [type]);
        for await (const _ of batches);
      })();
      await assert.rejects(failing, withErrno(errno));
      assert.equal(engine.runningScans, 0);
    });
  }

  it('refuses columns of other types than it was told', async () => {
    await assert.rejects(engine.run('SELECT 1::INTEGER', [], [int()]), withErrno(1105));
  });

  it('ends a query that needs more memory than there is with 1041', async () => {
    const small = await DuckEngine.open({
      directories: [folder],
      temporaryDirectory: join(folder, 'tmp2'),
      limits: { ...defaultLimits, duckdbMemoryBytes: 20 * 1024 * 1024 },
    });
    await assert.rejects(
      small.all(
        `SELECT length(string_agg('abcdefghijklmnop' || i, ',')) FROM range(9000000) t(i)`,
        [],
        [bigint()],
      ),
      withErrno(1041),
    );
    await small.close();
  });
});
