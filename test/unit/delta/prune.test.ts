import assert from 'node:assert/strict';
import { mayMatch, type PruneFilter } from '../../../src/offline/delta/prune.ts';
import { pruneFilters } from '../../../src/offline/delta/prune-filters.ts';
import { printStats, truncateBound } from '../../../src/offline/delta/stats.ts';
import { parseStats } from '../../../src/offline/delta/stats-read.ts';
import type { BoundExpr } from '../../../src/planner/bound.ts';
import { bigint, date, datetime, decimal, type SqlType, varchar } from '../../../src/types/sql-type.ts';
import type { SqlValue } from '../../../src/types/value.ts';
import { change, column, commit, createTable, openGateway, plainTable, rowsOf, tableDef } from './harness.ts';

const table = tableDef(
  1,
  't',
  [
    column(1, 'n', decimal(30, 2)),
    column(2, 'id', bigint(), { nullable: false }),
    column(3, 's', varchar(100)),
    column(4, 'd', date),
    column(5, 'at', datetime(6)),
  ],
  { primaryKey: [1] },
);
const names = table.columns.map(({ name }) => name);

const stats = printStats(
  table,
  names,
  3,
  new Map([
    ['n', { min: '1.50', max: '12345678901234567890.25', nullCount: 0 }],
    ['id', { min: '-9007199254740993', max: '9007199254740993', nullCount: 0 }],
    ['s', { min: 'b', max: 'x'.repeat(40), nullCount: 1 }],
    ['d', { min: '2020-01-01', max: '2020-12-31', nullCount: 0 }],
    ['at', { min: '2020-01-01 00:00:00', max: '2020-01-02 00:00:00.123456', nullCount: 0 }],
  ]),
);

const may = (
  columnIndex: number,
  operator: PruneFilter['operator'],
  ...values: readonly SqlValue[]
): boolean => mayMatch(table, names, stats, [{ column: columnIndex, operator, values }]);

const us = (text: string): bigint => BigInt(Date.parse(text)) * 1000n;

describe('file statistics', () => {
  it('are JSON with the key first and no digit lost', () => {
    assert.ok(stats.startsWith('{"numRecords":3,"minValues":{"id":-9007199254740993,"n":1.50,'));
    assert.equal(parseStats(stats).maxValues.id, 9007199254740993n);
    assert.deepEqual(parseStats('not JSON'), { minValues: {}, maxValues: {} });
    assert.equal(
      parseStats('{"maxValues":{"a":"12345678901234567890","b":0.12345678901234567}}').maxValues.a,
      '12345678901234567890',
    );
  });

  it('cut long texts without making a bound wrong', () => {
    assert.equal(truncateBound('😀'.repeat(40), 'min'), '😀'.repeat(32));
    assert.equal(truncateBound('😀'.repeat(40), 'max'), `${'😀'.repeat(32)}\u{10ffff}`);
    assert.equal(truncateBound('short', 'max'), 'short');
  });

  it('leave out files by every operator, and in doubt none', () => {
    assert.equal(may(1, '=', 9007199254740993n), true);
    assert.equal(may(1, '=', 9007199254740994n), false);
    assert.equal(may(1, '>', 9007199254740994n), false);
    assert.equal(may(1, '<', -9007199254740994n), false);
    assert.equal(may(1, '<', 0n), true);
    assert.equal(may(1, 'in', 2n ** 60n, 5n), true);
    assert.equal(may(1, 'in', 2n ** 60n, -(2n ** 60n)), false);
    assert.equal(may(1, '=', null), true);
    assert.equal(may(0, '<', '1.00'), false);
    assert.equal(may(0, '>=', '12345678901234567891.00'), true);
    assert.equal(may(2, '=', 'a'), false);
    assert.equal(may(2, '=', 'x'.repeat(41)), true);
    assert.equal(may(2, '>', 'y'), false);
    assert.equal(may(3, '=', 18_262), true);
    assert.equal(may(3, '<', 18_262 - 1), false);
    assert.equal(may(4, '>=', us('2020-01-02T00:00:00.123Z') + 999n), true);
    assert.equal(may(4, '>=', us('2020-01-02T00:00:00.124Z')), false);
  });

  it('are asked by what a statement says of a table', () => {
    const of = (index: number, type: SqlType): BoundExpr => ({
      kind: 'column',
      relation: 1,
      column: index,
      type,
      nullable: true,
    });
    const value = (literal: SqlValue): BoundExpr => ({ kind: 'literal', value: literal, type: bigint() });
    const call = (name: string, ...args: BoundExpr[]): BoundExpr => ({
      kind: 'call',
      name,
      args,
      type: bigint(),
      nullable: true,
    });
    const filters = pruneFilters(
      [
        call('AND', call('>', of(1, bigint()), value(5n)), call('<=', value(1n), of(1, bigint()))),
        call('IN', of(1, bigint()), value(1n), value(2n)),
        call('OR', call('=', of(1, bigint()), value(5n))),
        call('=', of(1, bigint()), of(0, bigint())),
        call('=', { kind: 'cast', arg: of(2, varchar(5)), type: bigint(), implicit: true }, value(5n)),
      ],
      (expr) => (expr.kind === 'literal' ? expr.value : null),
    );
    assert.deepEqual(filters, [
      { column: 1, operator: '>', values: [5n] },
      { column: 1, operator: '>=', values: [1n] },
      { column: 1, operator: 'in', values: [1n, 2n] },
    ]);
  });

  it('make a query read fewer files and no fewer rows', async () => {
    const gateway = await openGateway({ dataFileRows: 10 });
    try {
      const items = await createTable(gateway, plainTable());
      const changes = Array.from({ length: 100 }, (_, id) => change(items, null, [BigInt(id), 'x', 0n], 0));
      await commit(gateway, [{ table: items, changes }]);
      await gateway.offline.flush();
      const filter: BoundExpr = {
        kind: 'call',
        name: '=',
        args: [
          { kind: 'column', relation: 1, column: 0, type: bigint(), nullable: false },
          { kind: 'literal', value: 55n, type: bigint() },
        ],
        type: bigint(),
        nullable: true,
      };
      const relation = await gateway.offline.state({
        table: items,
        version: gateway.journal.lastVersion,
        columnsUsed: [0],
        filters: [filter],
        constant: (expr) => (expr.kind === 'literal' ? expr.value : null),
      });
      assert.deepEqual(relation.details, ['Delta version 1: 1 of 10 files read']);
      const rows = await rowsOf(gateway, relation, [{ index: 0, type: bigint() }]);
      assert.ok(rows.some((row) => row[0] === 55n));
    } finally {
      await gateway.close();
    }
  });
});
