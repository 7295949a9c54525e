/** The promises of the history, over random statements with flushes, transactions and restarts between them. */
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { SessionApi } from '../../../src/session/api.ts';
import { type Gateway, openSession, runInSession, startGateway } from '../../support/gateway.ts';

type State = ReadonlyMap<number, number>;

type Step =
  | { readonly kind: 'write'; readonly write: Write }
  | { readonly kind: 'transaction'; readonly writes: readonly Write[]; readonly commit: boolean }
  | { readonly kind: 'flush' | 'restart' };

type Write =
  | { readonly kind: 'insert' | 'replace' | 'upsert'; readonly id: number; readonly v: number }
  | { readonly kind: 'update' | 'delete' | 'move'; readonly id: number; readonly v: number }
  | { readonly kind: 'updateAll'; readonly v: number };

const id = fc.nat(6);
const v = fc.nat(9);
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constantFrom('insert' as const, 'replace' as const, 'upsert' as const), id, v }),
  fc.record({ kind: fc.constantFrom('update' as const, 'delete' as const, 'move' as const), id, v }),
  fc.record({ kind: fc.constant('updateAll' as const), v }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), write }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('transaction' as const),
      writes: fc.array(write, { minLength: 1, maxLength: 4 }),
      commit: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

function sqlOf(each: Write): string {
  switch (each.kind) {
    case 'insert':
      return `INSERT IGNORE INTO t VALUES (${each.id}, ${each.v})`;
    case 'replace':
      return `REPLACE INTO t VALUES (${each.id}, ${each.v})`;
    case 'upsert':
      return `INSERT INTO t VALUES (${each.id}, ${each.v}) ON DUPLICATE KEY UPDATE v = v + ${each.v}`;
    case 'update':
      return `UPDATE t SET v = ${each.v} WHERE id = ${each.id}`;
    case 'delete':
      return `DELETE FROM t WHERE id = ${each.id}`;
    case 'move':
      return `UPDATE t SET id = id + 10 WHERE id = ${each.id} AND NOT EXISTS (SELECT 1 FROM (SELECT id FROM t) x WHERE x.id = ${each.id + 10})`;
    case 'updateAll':
      return `UPDATE t SET v = v + ${each.v}`;
  }
}

function apply(state: State, each: Write): State {
  const next = new Map(state);
  switch (each.kind) {
    case 'insert':
      if (!next.has(each.id)) next.set(each.id, each.v);
      break;
    case 'replace':
      next.set(each.id, each.v);
      break;
    case 'upsert':
      next.set(each.id, next.has(each.id) ? next.get(each.id)! + each.v : each.v);
      break;
    case 'update':
      if (next.has(each.id)) next.set(each.id, each.v);
      break;
    case 'delete':
      next.delete(each.id);
      break;
    case 'move':
      if (next.has(each.id) && !next.has(each.id + 10)) {
        next.set(each.id + 10, next.get(each.id)!);
        next.delete(each.id);
      }
      break;
    case 'updateAll':
      for (const [key, value] of next) next.set(key, value + each.v);
      break;
  }
  return next;
}

async function rows(session: SessionApi, sql: string): Promise<string[]> {
  const outcome = await runInSession(session, sql);
  assert.notEqual(outcome.kind, 'error', `${sql}: ${JSON.stringify(outcome)}`);
  return outcome.kind === 'rows' ? outcome.rows.map((row) => row.join(':')).sort() : [];
}

const linesOf = (state: State): string[] => [...state].map(([key, value]) => `${key}:${value}`).sort();

/** What CHANGES … NET says between two states. */
function netLines(before: State, after: State): string[] {
  const lines: string[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [x, y] = [before.get(key), after.get(key)];
    if (x === undefined) lines.push(`${key}:${y}:insert`);
    else if (y === undefined) lines.push(`${key}:${x}:delete`);
    else if (x !== y) lines.push(`${key}:${x}:update_preimage`, `${key}:${y}:update_postimage`);
  }
  return lines.sort();
}

/** A row that was rewritten to what it was is a change of the history, though not of the state. */
const withoutSame = (lines: readonly string[]): string[] => {
  const images = new Map<string, string>();
  for (const line of lines) {
    const [key, value, type] = line.split(':');
    if (type?.startsWith('update_')) images.set(`${type}:${key}`, value!);
  }
  return lines.filter((line) => {
    const [key, , type] = line.split(':');
    if (!type?.startsWith('update_')) return true;
    return images.get(`update_preimage:${key}`) !== images.get(`update_postimage:${key}`);
  });
};

describe('session: invariants', () => {
  it('one answer on all routes, AS OF every version, and state(b) = state(a) + changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 18 }), async (steps) => {
        let gateway: Gateway = await startGateway({ flags: ['--flush-age-ms', '3600000'] });
        try {
          let session = await openSession(gateway);
          await rows(session, 'CREATE DATABASE d');
          await rows(session, 'USE d');
          await rows(session, 'CREATE TABLE t (id INT PRIMARY KEY, v INT)');
          const first = gateway.services.journal.lastVersion;
          let state: State = new Map();
          const history = new Map<number, State>([[first, state]]);
          for (const each of steps) {
            if (each.kind === 'write') {
              await rows(session, sqlOf(each.write));
              state = apply(state, each.write);
            } else if (each.kind === 'transaction') {
              await rows(session, 'BEGIN');
              let inside = state;
              for (const inner of each.writes) {
                await rows(session, sqlOf(inner));
                inside = apply(inside, inner);
                assert.deepEqual(
                  await rows(session, 'SELECT * FROM t'),
                  linesOf(inside),
                  'within the transaction',
                );
                const key = 'id' in inner ? inner.id : 0;
                const expected = inside.has(key) ? [`${key}:${inside.get(key)}`] : [];
                assert.deepEqual(await rows(session, `SELECT * FROM t WHERE id = ${key}`), expected);
              }
              await rows(session, each.commit ? 'COMMIT' : 'ROLLBACK');
              if (each.commit) state = inside;
            } else if (each.kind === 'flush') await rows(session, 'FLUSH TABLES');
            else {
              await session.close();
              await gateway.stop({ keep: true });
              gateway = await startGateway({
                directory: gateway.directory,
                flags: ['--flush-age-ms', '3600000'],
              });
              session = await openSession(gateway, 'd');
            }
            history.set(gateway.services.journal.lastVersion, state);
            assert.deepEqual(await rows(session, 'SELECT * FROM t'), linesOf(state), 'scan');
            assert.deepEqual(
              await rows(session, 'SELECT * FROM t WHERE id >= 0 ORDER BY id LIMIT 100'),
              linesOf(state),
              'range',
            );
          }
          const keys = Array.from({ length: 17 }, (_, key) => key).join(', ');
          assert.deepEqual(
            await rows(session, `SELECT * FROM t WHERE id IN (${keys})`),
            linesOf(state),
            'point',
          );
          for (const [version, then] of history) {
            assert.deepEqual(
              await rows(session, `SELECT * FROM t AS OF ${version}`),
              linesOf(then),
              `as of ${version}`,
            );
            const net = await rows(
              session,
              `SELECT id, v, _change_type FROM t CHANGES SINCE VERSION ${version} NET`,
            );
            assert.deepEqual(withoutSame(net), netLines(then, state), `net since ${version}`);
          }
          await session.close();
        } finally {
          await gateway.stop();
        }
      }),
      { numRuns: 12 },
    );
  });
});
