import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { defaultLimits } from '../../../src/base/limits.ts';
import type { RowChange } from '../../../src/catalog/ports.ts';
import type { TableDef } from '../../../src/catalog/schema.ts';
import { keyText, Overlay } from '../../../src/executor/overlay.ts';
import { int } from '../../../src/types/sql-type.ts';
import type { Row } from '../../../src/types/value.ts';

const table: TableDef = {
  kind: 'table',
  id: 7,
  database: 'd',
  name: 't',
  schemaVersion: 1,
  columns: [
    { id: 1, name: 'id', type: int(), nullable: false, comment: '' },
    { id: 2, name: 'v', type: int(), nullable: true, comment: '' },
  ],
  primaryKey: [0],
  online: true,
  comment: '',
  sinceVersion: 1,
  createdVersion: 1,
  createdUs: 0n,
  nextColumnId: 3,
  indexes: [],
};

const keyOf = (id: number): Uint8Array => Uint8Array.of(id);

/** The change that turns `from` into `to` under key `id`. */
function change(id: number, from: Row | null, to: Row | null): RowChange {
  const kind = from === null ? 'insert' : to === null ? 'delete' : 'update';
  return { kind, key: keyOf(id), expectedVersion: from === null ? 0 : 3, before: from, after: to };
}

describe('executor/overlay', () => {
  it('equals a map of rows, whatever happens to a key and wherever it is rolled back to', () => {
    const step = fc.record({ id: fc.nat(4), value: fc.option(fc.nat(9)), rollback: fc.nat(9) });
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(4)), fc.array(step, { maxLength: 40 }), (stored, steps) => {
        const base = new Map<number, Row>(stored.map((id) => [id, [id, 0]]));
        const overlay = new Overlay(defaultLimits);
        const states = [{ mark: overlay.mark(), rows: new Map(base) }];
        let rows = new Map(base);
        for (const { id, value, rollback } of steps) {
          if (rollback === 0) {
            const state = states[Math.floor(states.length / 2)]!;
            overlay.rollbackTo(state.mark);
            rows = new Map(state.rows);
            states.length = states.indexOf(state) + 1;
            continue;
          }
          const from = rows.get(id) ?? null;
          const to: Row | null = value === null ? null : [id, value];
          if (from === null && to === null) continue;
          overlay.add(table, change(id, from, to));
          if (to === null) rows.delete(id);
          else rows.set(id, to);
          states.push({ mark: overlay.mark(), rows: new Map(rows) });
        }
        const seen = new Map(base);
        for (const [key, entry] of overlay.changesOf(table) ?? []) {
          const id = key.charCodeAt(0);
          assert.equal(key, keyText(keyOf(id)));
          assert.deepEqual(entry.before, base.get(id) ?? null, 'the first row before stays');
          assert.equal(entry.expectedVersion, base.has(id) ? 3 : 0);
          if (entry.after === null) seen.delete(id);
          else seen.set(id, entry.after);
        }
        assert.deepEqual(new Map([...seen].sort()), new Map([...rows].sort()));
        const written = overlay.writes().flatMap((write) => write.changes);
        assert.equal(written.length, overlay.rowCount);
      }),
    );
  });

  it('refuses to grow beyond its limits', () => {
    const overlay = new Overlay({ transactionRows: 2, transactionBytes: 1_000_000 });
    overlay.add(table, change(1, null, [1, 1]));
    overlay.add(table, change(2, null, [2, 1]));
    overlay.add(table, change(2, [2, 1], [2, 2]));
    assert.throws(() => overlay.add(table, change(3, null, [3, 1])), { errno: 1041 });
  });
});
