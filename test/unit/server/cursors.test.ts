import assert from 'node:assert/strict';
import { GatewayError } from '../../../src/base/errors.ts';
import { Cursor, Cursors } from '../../../src/server/cursors.ts';
import { type Batch, batchOfRows } from '../../../src/types/batch.ts';
import { int } from '../../../src/types/sql-type.ts';
import { charsetInfo } from '../../../src/wire/charset.ts';
import { rowEncoderOf } from '../../../src/wire/result-set.ts';
import { column, rowsResult } from '../../support/scripted-sessions.ts';

const columns = [column('n', int())];
const encodeRows = rowEncoderOf(columns, {
  binary: true,
  charset: charsetInfo('utf8mb4'),
  zoneOffsetUs: undefined,
});

interface Source {
  pulled: number;
  returned: boolean;
}

/** Batches of ten rows; fails behind the last when `failing`. */
function open(rowCount: number, source: Source, failing = false): Promise<Cursor> {
  const batches = async function* (): AsyncGenerator<Batch> {
    try {
      for (let from = 0; from < rowCount; from += 10) {
        source.pulled++;
        const rows = Array.from({ length: Math.min(10, rowCount - from) }, (_, row) => [from + row]);
        yield batchOfRows(rows, 1);
      }
      if (failing) throw new GatewayError('QUERY_INTERRUPTED', 'Query execution was interrupted');
    } finally {
      source.returned = true;
    }
  };
  return Cursor.open(rowsResult(columns, batches()), encodeRows);
}

async function take(cursor: Cursor, count: number): Promise<number[]> {
  const taken: number[] = [];
  for await (const { batch, from } of cursor.take(count)) {
    for (let row = from; row < batch.rowCount; row++) taken.push(batch.columns[0]!.get(row) as number);
  }
  return taken;
}

const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe('server: cursors', () => {
  it('give every row once, in pieces of any size, and know their end', async () => {
    for (const size of [1, 3, 10, 25, 26, 100]) {
      const cursor = await open(25, { pulled: 0, returned: false });
      const seen: number[] = [];
      while (!cursor.exhausted) {
        const piece = await take(cursor, size);
        assert.ok(piece.length > 0 && piece.length <= size);
        seen.push(...piece);
      }
      assert.deepEqual(seen, upTo(0, 25));
    }
  });

  it('pull no more than is asked for, and one batch to know whether more follow', async () => {
    const source = { pulled: 0, returned: false };
    const cursor = await open(1_000, source);
    await take(cursor, 20);
    assert.equal(source.pulled, 3);
    await cursor.close();
    assert.ok(source.returned);
  });

  it('go on from memory when another statement has run', async () => {
    const source = { pulled: 0, returned: false };
    const cursors = new Cursors(10_000);
    cursors.add(1, await open(100, source));
    assert.deepEqual(await take(cursors.get(1), 5), upTo(0, 5));
    await cursors.detach();
    assert.ok(source.returned);
    assert.deepEqual(await take(cursors.get(1), 200), upTo(5, 100));
    assert.ok(cursors.get(1).exhausted);
  });

  it('are lost when more is left than memory is given for', async () => {
    const source = { pulled: 0, returned: false };
    const cursors = new Cursors(200);
    cursors.add(1, await open(100_000, source));
    await cursors.detach();
    assert.ok(source.returned);
    assert.ok(source.pulled < 100);
    await assert.rejects(take(cursors.get(1), 5), { code: 'NOT_SUPPORTED' });
  });

  it('tell of a failure behind the rows that came before it', async () => {
    const cursor = await open(10, { pulled: 0, returned: false }, true);
    assert.deepEqual(await take(cursor, 10), upTo(0, 10));
    assert.ok(!cursor.exhausted);
    await assert.rejects(take(cursor, 1), { code: 'QUERY_INTERRUPTED' });
    await assert.rejects(open(0, { pulled: 0, returned: false }, true), { code: 'QUERY_INTERRUPTED' });
  });
});
