// Sequelize: definition, sync, reflection, rows, transactions, a change of the schema.
import assert from 'node:assert/strict';
import { DataTypes, Op, QueryTypes, Sequelize } from 'sequelize';

const sequelize = new Sequelize('orm', 'root', '', {
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  dialect: 'mysql',
  logging: process.env.LOG === '1' ? console.log : false,
  timezone: '+00:00',
});
await sequelize.authenticate();
assert.match(await sequelize.databaseVersion(), /^8\.0\./);

const User = sequelize.define('user', {
  name: { type: DataTypes.STRING(40), allowNull: false },
  spent: { type: DataTypes.DECIMAL(10, 2), defaultValue: 0 },
  active: { type: DataTypes.BOOLEAN, defaultValue: true },
  born: DataTypes.DATEONLY,
  detail: DataTypes.JSON,
  kind: DataTypes.ENUM('new', 'old'),
});
const Order = sequelize.define(
  'order',
  {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    userId: { type: DataTypes.INTEGER, allowNull: false },
    total: DataTypes.DOUBLE,
  },
  { timestamps: false, indexes: [{ fields: ['userId'] }] },
);
User.hasMany(Order, { foreignKey: 'userId', constraints: false });
Order.belongsTo(User, { foreignKey: 'userId', constraints: false });
await sequelize.sync({ force: true });

const interfaceOf = sequelize.getQueryInterface();
assert.deepEqual((await interfaceOf.showAllTables()).toSorted(), ['orders', 'users']);
const described = await interfaceOf.describeTable('users');
assert.equal(described.id.primaryKey, true);
assert.equal(described.id.autoIncrement, true);
assert.equal(described.name.type, 'VARCHAR(40)');
assert.equal(described.name.allowNull, false);
assert.equal(described.active.type, 'TINYINT(1)');
const indexes = await interfaceOf.showIndex('orders');
assert.ok(indexes.some((index) => index.primary && index.fields[0].attribute === 'id'));

const ada = await User.create({
  name: 'Ada',
  spent: '10.50',
  born: '1990-05-17',
  detail: { a: [1] },
  kind: 'new',
});
assert.equal(ada.id, 1);
await User.bulkCreate([{ name: 'Bo' }, { name: 'Élise', spent: 7.25, active: false }]);
assert.equal(await User.count(), 3);
await Order.bulkCreate([
  { userId: 1, total: 99.5 },
  { userId: 1, total: 0.5 },
  { userId: 3, total: 12 },
]);

const found = await User.findOne({ where: { name: 'Ada' } });
assert.deepEqual(
  [found.id, found.spent, found.active, found.born, found.detail, found.kind],
  [1, '10.50', true, '1990-05-17', { a: [1] }, 'new'],
);
assert.ok(found.createdAt instanceof Date && Math.abs(found.createdAt.getTime() - Date.now()) < 600_000);
const withOrders = await User.findAll({ include: Order, order: [['id', 'ASC']] });
assert.deepEqual(
  withOrders.map((user) => user.orders.length),
  [2, 0, 1],
);
const paged = await User.findAndCountAll({
  where: { spent: { [Op.gte]: 0 } },
  order: [['name', 'DESC']],
  limit: 2,
});
assert.equal(paged.count, 3);
assert.equal(paged.rows.length, 2);
const sums = await Order.findAll({
  attributes: ['userId', [sequelize.fn('SUM', sequelize.col('total')), 'sum']],
  group: ['userId'],
  having: sequelize.where(sequelize.fn('COUNT', sequelize.col('id')), '>', 1),
  raw: true,
});
assert.deepEqual(sums, [{ userId: 1, sum: 100 }]);

found.spent = 12;
await found.save();
await User.increment({ spent: 5 }, { where: { id: 1 } });
assert.equal((await User.findByPk(1)).spent, '17.00');
assert.deepEqual(await User.update({ active: false }, { where: { name: { [Op.like]: 'B%' } } }), [1]);
const [, created] = await User.findOrCreate({ where: { name: 'Dee' }, defaults: { spent: 1 } });
assert.equal(created, true);
await User.upsert({ id: 2, name: 'Bob' });
assert.equal((await User.findByPk(2)).name, 'Bob');

await assert.rejects(
  sequelize.transaction(async (transaction) => {
    await User.destroy({ where: { id: 1 }, transaction });
    assert.equal(await User.count({ transaction }), 3);
    throw new Error('undo');
  }),
  /undo/,
);
assert.equal(await User.count(), 4);
await sequelize.transaction({ isolationLevel: 'REPEATABLE READ' }, async (transaction) => {
  const locked = await User.findByPk(4, { transaction, lock: transaction.LOCK.UPDATE });
  await locked.destroy({ transaction });
});
assert.equal(await User.count(), 3);
await assert.rejects(User.create({ id: 1, name: 'again' }), { name: 'SequelizeUniqueConstraintError' });

await interfaceOf.addColumn('users', 'city', { type: DataTypes.STRING, defaultValue: 'Bern' });
await interfaceOf.renameColumn('users', 'city', 'town');
assert.equal((await interfaceOf.describeTable('users')).town.defaultValue, 'Bern');
const rows = await sequelize.query('SELECT town FROM users WHERE id = ?', {
  replacements: [1],
  type: QueryTypes.SELECT,
});
assert.deepEqual(rows, [{ town: 'Bern' }]);
const bound = await sequelize.query('SELECT name FROM users WHERE id = $1', {
  bind: [3],
  type: QueryTypes.SELECT,
});
assert.deepEqual(bound, [{ name: 'Élise' }]);
await interfaceOf.removeColumn('users', 'town');
await sequelize.drop();
assert.deepEqual(await interfaceOf.showAllTables(), []);
await sequelize.close();
