import assert from 'node:assert/strict';
import { fullAccess } from '../../../src/catalog/access.ts';
import { emptyCatalog } from '../../../src/catalog/catalog.ts';
import type { MetadataContext } from '../../../src/catalog/metadata/context.ts';
import type { MetadataTable } from '../../../src/catalog/metadata/definition.ts';
import { metadataTable, metadataTablesOf } from '../../../src/catalog/metadata-tables.ts';
import type { CatalogChange, ColumnDef, TableDef } from '../../../src/catalog/schema.ts';
import { typeClass, varchar } from '../../../src/types/sql-type.ts';
import type { SqlValue } from '../../../src/types/value.ts';

const column = (id: number, name: string, facts: Partial<ColumnDef> = {}): ColumnDef => ({
  id,
  name,
  type: { kind: 'int', unsigned: false },
  nullable: false,
  comment: '',
  ...facts,
});

const orders: TableDef = {
  kind: 'table',
  id: 1,
  database: 'shop',
  name: 'orders',
  schemaVersion: 1,
  columns: [
    column(1, 'id', { autoIncrement: true }),
    column(2, 'at', {
      type: { kind: 'timestamp', fsp: 3 },
      default: { kind: 'now', fsp: 3 },
      onUpdateNow: true,
      comment: 'when',
    }),
    column(3, 'name', {
      type: varchar(20),
      nullable: true,
      default: { kind: 'constant', value: "it's" },
    }),
    column(4, 'flags', {
      type: { kind: 'bit', length: 4 },
      nullable: true,
      default: { kind: 'constant', value: 5n },
    }),
  ],
  primaryKey: [0, 1],
  online: false,
  eventTime: 1,
  comment: 'all orders',
  sinceVersion: 2,
  createdVersion: 2,
  createdUs: 1_600_000_000_123_456n,
  nextColumnId: 5,
  indexes: [{ name: 'by_name', columns: [2] }],
};

const changes: CatalogChange[] = [
  { kind: 'putDatabase', database: { name: 'shop', collation: 'utf8mb4_0900_bin' } },
  { kind: 'putRelation', relation: orders },
  {
    kind: 'putRelation',
    relation: {
      kind: 'view',
      database: 'shop',
      name: 'recent',
      text: 'select `id` from `shop`.`orders`',
      columns: [{ name: 'id', type: { kind: 'int', unsigned: false }, nullable: false }],
      createdUs: 7_000_000n,
      definer: 'root@%',
    },
  },
  {
    kind: 'putServer',
    server: { name: 'crm', wrapper: 'mysql', options: { HOST: 'db', PASSWORD: 'hunter2', API_KEY: 'abc' } },
  },
  { kind: 'putAccount', account: { user: 'ann', host: '%', nativeHash: 'aa', sha2Hash: 'bb' } },
];

const context: MetadataContext = {
  catalog: emptyCatalog.apply(changes, 2),
  user: { user: 'ann', host: '%' },
  access: fullAccess,
  activeRoles: [],
  connectionId: 4,
  showsGeneratedKeys: true,
  uptimeSeconds: 5,
  *processes() {
    yield {
      id: 4,
      user: 'ann',
      host: 'localhost:5',
      database: 'shop',
      command: 'Query',
      timeSeconds: 1,
      state: '',
      info: 'select 1',
      connectedUs: 9n,
      attributes: new Map([['program_name', 'cli']]),
    };
  },
  *variables(scope) {
    yield ['scope', scope];
  },
  *status() {
    yield ['Uptime', '5'];
  },
  *commits() {
    const shared = { timestampUs: 3n, user: 'ann@h', client: 'cli', statement: 's' };
    yield { ...shared, version: 1, kind: 'ddl', tables: [] };
    yield {
      ...shared,
      version: 2,
      kind: 'write',
      tables: [
        { tableId: 1, database: 'shop', table: 'orders', inserted: 3, updated: 2, deleted: 1 },
        { tableId: 2, database: 'shop', table: 'other', inserted: 0, updated: 0, deleted: 9 },
      ],
    };
  },
  statistics: () => ({
    rowCount: 10,
    dataBytes: 1_000,
    indexBytes: 50,
    updatedUs: undefined,
    flushedVersion: 2,
    nextAutoIncrement: 11n,
  }),
};

const named = (table: MetadataTable): Record<string, SqlValue>[] =>
  [...table.rows(context)].map((row) =>
    Object.fromEntries(row.map((value, index) => [table.columns[index]!.name, value])),
  );

const rowsOf = (database: string, name: string): Record<string, SqlValue>[] => {
  const table = metadataTable(database, name);
  assert.ok(table, `${database}.${name}`);
  return named(table);
};

const databases = ['information_schema', 'mysql', 'performance_schema', 'tidegate'] as const;
const allTables = databases.flatMap(metadataTablesOf);

/** Whether a value is what src/types/value.ts says of the column's type. */
function fits(table: MetadataTable, index: number, value: SqlValue): boolean {
  const { type, nullable } = table.columns[index]!;
  if (value === null) return nullable;
  switch (typeClass(type)) {
    case 'integer':
      return typeof value === (type.kind === 'bigint' ? 'bigint' : 'number');
    case 'string':
    case 'json':
      return typeof value === 'string' && (!('length' in type) || value.length <= type.length);
    case 'binary':
      return value instanceof Uint8Array;
    case 'temporal':
      return typeof value === (type.kind === 'date' ? 'number' : 'bigint');
    case 'real':
      return typeof value === 'number';
    default:
      return false;
  }
}

describe('metadata tables', () => {
  it('have rows of the types of their columns', () => {
    for (const table of allTables) {
      for (const row of table.rows(context)) {
        assert.equal(row.length, table.columns.length, table.name);
        for (const [index, value] of row.entries()) {
          assert.ok(fits(table, index, value), `${table.name}.${table.columns[index]!.name} = ${value}`);
        }
      }
    }
  });

  it('are found whatever the letter case', () => {
    assert.equal(metadataTable('INFORMATION_SCHEMA', 'tables')?.name, 'TABLES');
    assert.equal(metadataTable('shop', 'tables'), undefined);
    assert.equal(metadataTable('information_schema', 'no_such'), undefined);
  });

  it('list themselves with their columns', () => {
    const listed = new Set(
      rowsOf('information_schema', 'TABLES').map((row) => `${row.TABLE_SCHEMA}.${row.TABLE_NAME}`),
    );
    for (const table of allTables) assert.ok(listed.has(`${table.database}.${table.name}`), table.name);
    // What MySqlConnector looks for to tell MySQL 8.
    const found = rowsOf('information_schema', 'COLUMNS').filter(
      (row) => row.TABLE_SCHEMA === 'information_schema' && row.TABLE_NAME === 'COLUMNS',
    );
    const names = found.map((row) => row.COLUMN_NAME);
    assert.ok(names.includes('GENERATION_EXPRESSION') && names.includes('SRS_ID'));
  });

  it('say def for every catalog, never NULL', () => {
    for (const table of allTables) {
      for (const row of named(table)) {
        for (const [name, value] of Object.entries(row)) {
          if (/_CATALOG$|^CATALOG_NAME$/.test(name)) assert.equal(value, 'def', `${table.name}.${name}`);
        }
      }
    }
  });
});

describe('information_schema', () => {
  it('tells a table and its options', () => {
    const row = rowsOf('information_schema', 'TABLES').find(({ TABLE_NAME }) => TABLE_NAME === 'orders');
    assert.deepEqual(
      [row?.TABLE_TYPE, row?.ENGINE, row?.TABLE_ROWS, row?.AVG_ROW_LENGTH, row?.AUTO_INCREMENT],
      ['BASE TABLE', 'InnoDB', 10n, 100n, 11n],
    );
    assert.deepEqual(
      [row?.CREATE_TIME, row?.CREATE_OPTIONS, row?.TABLE_COMMENT],
      [1_600_000_000_000_000n, 'ONLINE=OFF EVENT_TIME=at', 'all orders'],
    );
  });

  it('leaves the sizes of a view NULL and calls it VIEW', () => {
    const row = rowsOf('information_schema', 'TABLES').find(({ TABLE_NAME }) => TABLE_NAME === 'recent');
    assert.deepEqual([row?.ENGINE, row?.TABLE_ROWS, row?.TABLE_COMMENT], [null, null, 'VIEW']);
  });

  it('tells columns with keys, defaults and extras', () => {
    const rows = rowsOf('information_schema', 'COLUMNS').filter(({ TABLE_NAME }) => TABLE_NAME === 'orders');
    assert.deepEqual(
      rows.map((row) => [row.COLUMN_NAME, row.COLUMN_TYPE, row.COLUMN_KEY, row.COLUMN_DEFAULT, row.EXTRA]),
      [
        ['id', 'int', 'PRI', null, 'auto_increment'],
        [
          'at',
          'timestamp(3)',
          'PRI',
          'CURRENT_TIMESTAMP(3)',
          'DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)',
        ],
        ['name', 'varchar(20)', 'MUL', "it's", ''],
        ['flags', 'bit(4)', '', "b'101'", ''],
      ],
    );
  });

  it('tells the parts of keys in order', () => {
    const rows = rowsOf('information_schema', 'STATISTICS');
    assert.deepEqual(
      rows.map((row) => [row.INDEX_NAME, row.SEQ_IN_INDEX, row.COLUMN_NAME, row.NON_UNIQUE, row.CARDINALITY]),
      [
        ['PRIMARY', 1, 'id', 0, null],
        ['PRIMARY', 2, 'at', 0, 10n],
        ['by_name', 1, 'name', 1, null],
      ],
    );
    assert.deepEqual(
      rowsOf('information_schema', 'KEY_COLUMN_USAGE').map((row) => row.COLUMN_NAME),
      ['id', 'at'],
    );
  });

  it('marks one default collation a character set', () => {
    const defaults = rowsOf('information_schema', 'COLLATIONS').filter(
      ({ IS_DEFAULT }) => IS_DEFAULT === 'Yes',
    );
    const sets = rowsOf('information_schema', 'CHARACTER_SETS');
    assert.deepEqual(
      defaults.map((row) => row.COLLATION_NAME).sort(),
      sets.map((row) => row.DEFAULT_COLLATE_NAME).sort(),
    );
    assert.ok(rowsOf('information_schema', 'COLLATIONS').some(({ ID }) => ID === 255n));
  });
});

describe('tidegate.commits', () => {
  it('has one row a table, and one for DDL without a table', () => {
    assert.deepEqual(
      rowsOf('tidegate', 'commits').map((row) => [
        row.version,
        row.table_name,
        row.rows_inserted,
        row.rows_deleted,
      ]),
      [
        [1n, null, 0n, 0n],
        [2n, 'orders', 3n, 1n],
        [2n, 'other', 0n, 9n],
      ],
    );
  });
});

describe('secrets', () => {
  it('stand in no metadata table', () => {
    for (const table of allTables) {
      const text = JSON.stringify(named(table), (_, value) =>
        typeof value === 'bigint' ? `${value}` : value,
      );
      assert.doesNotMatch(text, /hunter2|"abc"|'abc'/, table.name);
    }
    assert.equal(rowsOf('tidegate', 'servers')[0]?.options, "API_KEY '***', HOST 'db', PASSWORD '***'");
  });
});
