// Kysely: its migrator with lock tables, introspection, builder and transactions.
import assert from 'node:assert/strict';
import { Kysely, Migrator, MysqlDialect, sql } from 'kysely';
import { createPool } from 'mysql2';

const db = new Kysely({
  dialect: new MysqlDialect({
    pool: createPool({
      host: '127.0.0.1',
      port: Number(process.argv[2]),
      user: 'root',
      database: 'orm',
      connectionLimit: 4,
    }),
  }),
  log: process.env.LOG === '1' ? (event) => console.log(event.query.sql, event.error?.message ?? '') : [],
});
const migrations = {
  '1_first': {
    async up(at) {
      await at.schema
        .createTable('users')
        .ifNotExists()
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('name', 'varchar(40)', (column) => column.notNull())
        .addColumn('spent', 'decimal(10, 2)', (column) => column.defaultTo('0.00'))
        .addColumn('made', 'datetime(3)', (column) => column.notNull().defaultTo(sql`now(3)`))
        .execute();
      await at.schema.createIndex('by_name').on('users').column('name').execute();
    },
    async down(at) {
      await at.schema.dropTable('users').execute();
    },
  },
  '2_town': {
    async up(at) {
      await at.schema
        .alterTable('users')
        .addColumn('town', 'varchar(20)', (column) => column.defaultTo('Bern'))
        .execute();
    },
    async down(at) {
      await at.schema.alterTable('users').dropColumn('town').execute();
    },
  },
};
const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
const up = await migrator.migrateToLatest();
assert.ifError(up.error);
assert.deepEqual(
  up.results.map((result) => result.status),
  ['Success', 'Success'],
);

const schemas = await db.introspection.getSchemas();
assert.ok(
  schemas.some((schema) => schema.name === 'orm'),
  JSON.stringify(schemas),
);
const tables = await db.introspection.getTables();
const table = tables.find((each) => each.name === 'users');
assert.deepEqual(
  table.columns.map((column) => [column.name, column.dataType, column.isNullable, column.isAutoIncrementing]),
  [
    ['id', 'int', false, true],
    ['name', 'varchar', false, false],
    ['spent', 'decimal', true, false],
    ['made', 'datetime', false, false],
    ['town', 'varchar', true, false],
  ],
);

const first = await db.insertInto('users').values({ name: 'Ada', spent: '10.50' }).executeTakeFirstOrThrow();
assert.equal(first.insertId, 1n);
await db
  .insertInto('users')
  .values([{ name: 'Bo' }, { name: 'Élise', spent: 7.25 }])
  .execute();
const rows = await db
  .selectFrom('users')
  .select(['id', 'name', 'spent', 'town'])
  .where('spent', '>', 5)
  .orderBy('id')
  .execute();
assert.deepEqual(rows, [
  { id: 1, name: 'Ada', spent: '10.50', town: 'Bern' },
  { id: 3, name: 'Élise', spent: '7.25', town: 'Bern' },
]);
const grouped = await db
  .with('rich', (at) => at.selectFrom('users').selectAll().where('spent', '>=', 7))
  .selectFrom('users as u')
  .leftJoin('rich as r', 'r.id', 'u.id')
  .select(({ fn }) => [fn.countAll().as('n'), fn.count('r.id').as('rich'), fn.max('u.name').as('last')])
  .executeTakeFirstOrThrow();
assert.deepEqual([Number(grouped.n), Number(grouped.rich), grouped.last], [3, 2, 'Élise']);
const updated = await db
  .updateTable('users')
  .set({ name: 'Bob' })
  .where('id', '=', 2)
  .executeTakeFirstOrThrow();
assert.deepEqual([updated.numUpdatedRows, updated.numChangedRows], [1n, 1n]);
await db.insertInto('users').values({ id: 2, name: 'x' }).onDuplicateKeyUpdate({ name: 'Bobby' }).execute();
await db.replaceInto('users').values({ id: 3, name: 'Lise' }).execute();

await assert.rejects(
  db.transaction().execute(async (tx) => {
    await tx.deleteFrom('users').where('id', '=', 1).execute();
    throw new Error('undo');
  }),
  /undo/,
);
const names = [];
for await (const row of db.selectFrom('users').select('name').orderBy('id').stream()) names.push(row.name);
assert.deepEqual(names, ['Ada', 'Bobby', 'Lise']);
const down = await migrator.migrateDown();
assert.ifError(down.error);
assert.equal((await db.introspection.getTables()).find((each) => each.name === 'users').columns.length, 4);
await db.destroy();
