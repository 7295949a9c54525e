import assert from 'node:assert/strict';
import {
  decodeCatalogChanges,
  decodeCatalogJson,
  emptyCatalog,
  encodeCatalogChanges,
  encodeCatalogJson,
} from '../../../src/catalog/catalog.ts';
import type { CatalogChange, TableDef } from '../../../src/catalog/schema.ts';
import { int } from '../../../src/types/sql-type.ts';

const table = (id: number, name: string, schemaVersion = 1, columnCount = 1): TableDef => ({
  kind: 'table',
  id,
  database: 'shop',
  name,
  schemaVersion,
  columns: Array.from({ length: columnCount }, (_, index) => ({
    id: index + 1,
    name: `c${index}`,
    type: int(),
    nullable: false,
    comment: '',
  })),
  primaryKey: [0],
  online: true,
  comment: '',
  sinceVersion: 0,
  createdVersion: 0,
  createdUs: 5n,
  nextColumnId: columnCount + 1,
  indexes: [],
});

const put = (relation: TableDef): CatalogChange => ({ kind: 'putRelation', relation });

describe('catalog snapshot', () => {
  const shop = emptyCatalog.apply(
    [{ kind: 'putDatabase', database: { name: 'shop', collation: 'utf8mb4_0900_bin' } }, put(table(1, 't'))],
    3,
  );

  it('always has the system databases', () => {
    assert.deepEqual(
      [...emptyCatalog.databases].map(({ name }) => name),
      ['information_schema', 'mysql', 'performance_schema', 'tidegate'],
    );
  });

  it('stamps tables with the versions of their commits', () => {
    const altered = shop.apply([put(table(1, 't', 2, 2))], 7);
    assert.deepEqual(
      [altered.table('shop', 't')?.createdVersion, altered.table('shop', 't')?.sinceVersion],
      [3, 7],
    );
    assert.equal(shop.table('shop', 't')?.columns.length, 1, 'the older snapshot is untouched');
  });

  it('finds a table as it was', () => {
    const altered = shop.apply([put(table(1, 't', 2, 2))], 7);
    assert.equal(altered.tableAsOf('shop', 't', 2), undefined);
    assert.equal(altered.tableAsOf('shop', 't', 6)?.columns.length, 1);
    assert.equal(altered.tableAsOf('shop', 't', 7)?.columns.length, 2);
    assert.equal(altered.tableSchema(1, 1)?.columns.length, 1);
    assert.equal(altered.tableByIdAsOf(1, 6)?.schemaVersion, 1);
  });

  it('finds a dropped table before its drop, and its successor after', () => {
    const dropped = shop.apply([{ kind: 'dropRelation', database: 'shop', name: 't' }], 5);
    assert.equal(dropped.table('shop', 't'), undefined);
    assert.equal(dropped.tableAsOf('shop', 't', 4)?.id, 1);
    assert.equal(dropped.tableAsOf('shop', 't', 5), undefined);
    assert.equal(dropped.droppedIn(1), 5);
    assert.equal(dropped.nextTableId, 2, 'ids are never used again');
    const again = dropped.apply([put(table(2, 't'))], 9);
    assert.equal(again.tableAsOf('shop', 't', 9)?.id, 2);
    assert.equal(again.tableById(1)?.id, 1);
  });

  it('drops the tables of a database with it', () => {
    const dropped = shop.apply([{ kind: 'dropDatabase', name: 'shop' }], 5);
    assert.equal(dropped.database('shop'), undefined);
    assert.equal(dropped.droppedIn(1), 5);
    assert.equal(dropped.tableAsOf('shop', 't', 4)?.id, 1);
  });

  it('renames a table without dropping it', () => {
    const renamed = shop.apply(
      [{ kind: 'dropRelation', database: 'shop', name: 't' }, put(table(1, 'u'))],
      6,
    );
    assert.equal(renamed.droppedIn(1), undefined);
    assert.equal(renamed.tableAsOf('shop', 't', 5)?.name, 't');
    assert.equal(renamed.tableAsOf('shop', 't', 6), undefined);
    assert.equal(renamed.table('shop', 'u')?.createdVersion, 3);
  });

  it('survives JSON', () => {
    const changes: CatalogChange[] = [
      put({
        ...table(1, 't'),
        columns: [
          {
            id: 1,
            name: 'b',
            type: { kind: 'varbinary', length: 3 },
            nullable: false,
            comment: '',
            default: { kind: 'constant', value: Uint8Array.of(0, 255) },
          },
        ],
      }),
    ];
    assert.deepEqual(decodeCatalogJson(encodeCatalogJson(changes)), changes);
    assert.deepEqual(decodeCatalogChanges(encodeCatalogChanges(changes)), changes);
    const buffered = encodeCatalogJson({ bytes: Buffer.from([1, 2]) });
    assert.deepEqual(decodeCatalogJson(buffered), { bytes: Uint8Array.of(1, 2) });
  });

  it('reads the collation of bytes under its older name', () => {
    const older = '[{"kind":"putDatabase","database":{"name":"d","collation":"utf8mb4_bin"}}]';
    assert.deepEqual(decodeCatalogChanges(older), [
      { kind: 'putDatabase', database: { name: 'd', collation: 'utf8mb4_0900_bin' } },
    ]);
  });
});
