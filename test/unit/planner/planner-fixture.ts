/** A catalog of a small shop, and statements planned against it. */

import { defaultLimits } from '../../../src/base/limits.ts';
import { type CatalogSnapshot, emptyCatalog } from '../../../src/catalog/catalog.ts';
import type { CatalogChange, ColumnDef, TableDef } from '../../../src/catalog/schema.ts';
import type { PlanFacts } from '../../../src/planner/facts.ts';
import { type Planned, planStatement } from '../../../src/planner/plan-statement.ts';
import { parseStatement } from '../../../src/sql/parse/parse.ts';
import { bigint, decimal, int, type SqlType, varchar } from '../../../src/types/sql-type.ts';

interface ColumnSpec {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable?: boolean;
  readonly extra?: Partial<ColumnDef>;
}

let nextId = 1;

export function table(
  name: string,
  columns: readonly ColumnSpec[],
  key: readonly string[],
  extra: Partial<TableDef> = {},
): TableDef {
  return {
    kind: 'table',
    id: nextId++,
    database: 'shop',
    name,
    schemaVersion: 1,
    columns: columns.map((column, index) => ({
      id: index + 1,
      name: column.name,
      type: column.type,
      nullable: column.nullable ?? !key.includes(column.name),
      comment: '',
      ...column.extra,
    })),
    primaryKey: key.map((keyName) => columns.findIndex((column) => column.name === keyName)),
    online: true,
    comment: '',
    sinceVersion: 1,
    createdVersion: 1,
    createdUs: 0n,
    nextColumnId: columns.length + 1,
    indexes: [],
    ...extra,
  };
}

const users = table(
  'users',
  [
    { name: 'id', type: int() },
    { name: 'name', type: varchar(50) },
    { name: 'age', type: int() },
    { name: 'created', type: { kind: 'datetime', fsp: 0 } },
    { name: 'balance', type: decimal(10, 2) },
    { name: 'doc', type: { kind: 'json' } },
  ],
  ['id'],
);
const orders = table(
  'orders',
  [
    { name: 'id', type: bigint() },
    { name: 'user_id', type: int() },
    { name: 'total', type: decimal(12, 2) },
    { name: 'placed', type: { kind: 'datetime', fsp: 6 } },
  ],
  ['id'],
);
const orderLines = table(
  'order_lines',
  [
    { name: 'order_id', type: bigint() },
    { name: 'line', type: int() },
    { name: 'item', type: varchar(20) },
    { name: 'qty', type: int(), nullable: false, extra: { default: { kind: 'constant', value: 1 } } },
  ],
  ['order_id', 'line'],
);
const codes = table(
  'codes',
  [
    { name: 'code', type: varchar(20) },
    { name: 'label', type: varchar(40) },
  ],
  ['code'],
);
const archive = table(
  'archive',
  [
    { name: 'id', type: int() },
    { name: 'note', type: varchar(10) },
  ],
  ['id'],
  {
    online: false,
  },
);
const visits = table(
  'visits',
  [
    { name: 'user_id', type: int() },
    { name: 'ts', type: { kind: 'datetime', fsp: 0 } },
    { name: 'page', type: varchar(20) },
  ],
  ['user_id', 'ts'],
  { eventTime: 1 },
);

function view(name: string, text: string, columns: readonly string[]): CatalogChange {
  return {
    kind: 'putRelation',
    relation: {
      kind: 'view',
      database: 'shop',
      name,
      text,
      columns: columns.map((column) => ({ name: column, type: int(), nullable: true })),
      createdUs: 0n,
      definer: 'root@%',
    },
  };
}

/** Version 1 has the tables; version 5 adds the column `email` to users. */
export const shop: CatalogSnapshot = emptyCatalog
  .apply(
    [
      { kind: 'putDatabase', database: { name: 'shop', collation: 'utf8mb4_0900_bin' } },
      ...[users, orders, orderLines, codes, archive, visits].map(
        (relation): CatalogChange => ({ kind: 'putRelation', relation }),
      ),
      view(
        'user_orders',
        'SELECT u.name, o.total, o.id AS order_id FROM shop.users u JOIN shop.orders o ON u.id = o.user_id',
        ['name', 'total', 'order_id'],
      ),
      view('broken', 'SELECT nothing FROM shop.users', ['nothing']),
    ],
    1,
  )
  .apply(
    [
      {
        kind: 'putRelation',
        relation: {
          ...users,
          schemaVersion: 2,
          columns: [
            ...users.columns,
            { id: 7, name: 'email', type: varchar(80), nullable: true, comment: '' },
          ],
          nextColumnId: 8,
        },
      },
    ],
    5,
  );

/** The mode of MySQL 8.0. */
export const defaultMode =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

export function factsFor(text: string, overrides: Partial<PlanFacts> = {}): PlanFacts {
  return {
    catalog: shop,
    database: 'shop',
    sqlMode: new Set(defaultMode.split(',')),
    connectionCollation: 'utf8mb4_0900_bin',
    text,
    asOf: null,
    placeholder: () => undefined,
    versionAt: (point) => (point.kind === 'version' ? point.version : 9),
    context: (name) => (name === 'now' || name === 'utc_now' ? 1_600_000_000_000_000n : null),
    zoneMinutes: () => 0,
    userVariable: () => undefined,
    systemVariable: (name) => (name === 'version' ? varchar(20) : undefined),
    limits: defaultLimits,
    ...overrides,
  };
}

/** Parses and plans one statement. */
export function planText(text: string, overrides: Partial<PlanFacts> = {}): Planned {
  const parsed = parseStatement(text);
  if (parsed === null) throw new Error('no statement');
  return planStatement(parsed.statement, factsFor(text, overrides));
}
