// TypeORM: schema synchronised from entities and back from the server, repository, builder, transactions, migration.
import assert from 'node:assert/strict';
import 'reflect-metadata';
import { DataSource, EntitySchema, In, MoreThan } from 'typeorm';

const User = new EntitySchema({
  name: 'User',
  tableName: 'users',
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    name: { type: 'varchar', length: 40 },
    spent: { type: 'decimal', precision: 10, scale: 2, default: 0 },
    active: { type: 'boolean', default: true },
    born: { type: 'date', nullable: true },
    detail: { type: 'json', nullable: true },
    made: { type: 'datetime', precision: 6, createDate: true },
    changed: { type: 'datetime', precision: 6, updateDate: true },
    edits: { type: 'int', version: true },
  },
  indices: [{ name: 'by_name', columns: ['name'] }],
  relations: { orders: { type: 'one-to-many', target: 'Order', inverseSide: 'user' } },
});
const Order = new EntitySchema({
  name: 'Order',
  tableName: 'orders',
  columns: {
    id: { type: 'bigint', unsigned: true, primary: true, generated: 'increment' },
    total: { type: 'double', nullable: true },
  },
  relations: {
    user: { type: 'many-to-one', target: 'User', inverseSide: 'orders', createForeignKeyConstraints: false },
  },
});
class Town1700000000000 {
  name = 'Town1700000000000';
  async up(runner) {
    await runner.query("ALTER TABLE `users` ADD COLUMN `town` varchar(20) DEFAULT 'Bern'");
  }
  async down(runner) {
    await runner.query('ALTER TABLE `users` DROP COLUMN `town`');
  }
}
const source = new DataSource({
  type: 'mysql',
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  username: 'root',
  database: 'orm',
  entities: [User, Order],
  migrations: [Town1700000000000],
  timezone: 'Z',
  logging: process.env.LOG === '1',
});
await source.initialize();
await source.synchronize();
// Nothing is to be done a second time: what the server reports is what the entities say.
const upQueries = (await source.driver.createSchemaBuilder().log()).upQueries.map((query) => query.query);
assert.deepEqual(upQueries, []);
const runner = source.createQueryRunner();
const table = await runner.getTable('users');
assert.deepEqual(
  table.columns.map((column) => column.name),
  ['id', 'name', 'spent', 'active', 'born', 'detail', 'made', 'changed', 'edits'],
);
assert.equal(table.findColumnByName('id').isGenerated, true);
assert.equal(table.indices[0].name, 'by_name');
assert.equal(await runner.hasTable('orders'), true);
await runner.release();

const users = source.getRepository('User');
const orders = source.getRepository('Order');
const ada = await users.save({ name: 'Ada', spent: '10.50', born: '1990-05-17', detail: { a: [1] } });
assert.equal(ada.id, 1);
await users.save([{ name: 'Bo' }, { name: 'Élise', spent: 7.25 }]);
await orders.insert([
  { total: 99.5, user: ada },
  { total: 0.5, user: ada },
  { total: 12, user: { id: 3 } },
]);
const found = await users.findOneByOrFail({ name: 'Ada' });
assert.deepEqual(
  [found.spent, found.active, found.born, found.detail, found.edits],
  ['10.50', true, '1990-05-17', { a: [1] }, 1],
);
const loaded = await users.find({ relations: { orders: true }, order: { id: 'ASC' } });
assert.deepEqual(
  loaded.map((user) => user.orders.length),
  [2, 0, 1],
);
// Distinct ids first, then their rows: what take and skip over a join become.
const page = await users.find({ relations: { orders: true }, order: { name: 'DESC' }, take: 2, skip: 1 });
assert.deepEqual(
  page.map((user) => user.name),
  ['Bo', 'Ada'],
);
assert.deepEqual(
  await users.findAndCount({ where: { spent: MoreThan(5) }, take: 1 }).then(([, count]) => count),
  2,
);
const sums = await orders
  .createQueryBuilder('o')
  .innerJoin('o.user', 'u')
  .select('u.name', 'name')
  .addSelect('SUM(o.total)', 'sum')
  .groupBy('u.name')
  .orderBy('sum', 'DESC')
  .getRawMany();
assert.deepEqual(sums, [
  { name: 'Ada', sum: 100 },
  { name: 'Élise', sum: 12 },
]);
found.name = 'Ada L.';
await users.save(found);
assert.equal(found.edits, 2);
await users.update({ id: In([2, 3]) }, { active: false });
assert.equal(await users.countBy({ active: false }), 2);
await users.upsert({ id: 2, name: 'Bob' }, ['id']);
assert.equal((await users.findOneByOrFail({ id: 2 })).name, 'Bob');

await assert.rejects(
  source.transaction(async (manager) => {
    await manager.delete('User', 1);
    assert.equal(await manager.count('User'), 2);
    throw new Error('undo');
  }),
  /undo/,
);
await source.transaction('REPEATABLE READ', async (manager) => {
  const locked = await manager.findOne('User', { where: { id: 3 }, lock: { mode: 'pessimistic_write' } });
  await manager.remove('User', locked);
});
assert.equal(await users.count(), 2);
const streamed = [];
for await (const row of await users.createQueryBuilder('u').select('u.name', 'name').orderBy('u.id').stream())
  streamed.push(row.name);
assert.deepEqual(streamed, ['Ada L.', 'Bob']);
assert.equal((await source.runMigrations()).length, 1);
assert.deepEqual(await source.query('SELECT town FROM users WHERE id = ?', [1]), [{ town: 'Bern' }]);
await source.undoLastMigration();
await source.dropDatabase();
await source.destroy();
