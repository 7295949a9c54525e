// The driver `mariadb` of Node.js against a gateway: node mariadb.mjs PORT
import assert from 'node:assert/strict';
import mariadb from 'mariadb';

const port = Number(process.argv[2]);
const base = { host: '127.0.0.1', port, database: 'clients', user: 'root' };
for (const tls of [{}, { ssl: { rejectUnauthorized: false } }]) {
  const ann = await mariadb.createConnection({
    ...base,
    ...tls,
    user: 'ann',
    password: 'sécret',
    allowPublicKeyRetrieval: true,
  });
  assert.deepEqual(await ann.query({ rowsAsArray: true, sql: 'SELECT CURRENT_USER()' }), [['ann@%']]);
  await ann.ping();
  await ann.reset();
  await ann.end();
  await assert.rejects(
    mariadb.createConnection({
      ...base,
      ...tls,
      user: 'ann',
      password: 'wrong',
      allowPublicKeyRetrieval: true,
    }),
    { errno: 1045 },
  );
}
const connection = await mariadb.createConnection({
  ...base,
  multipleStatements: true,
  timezone: 'auto',
  dateStrings: true,
});
const text = await connection.query('SELECT * FROM every_type ORDER BY id');
const binary = await connection.execute('SELECT * FROM every_type WHERE id < ? ORDER BY id', [9]);
assert.equal(text.length, 4);
assert.equal(text[0].vc, 'grün €😀');
assert.equal(text[2].bu, 2n ** 64n - 1n);
assert.deepEqual(
  binary.map((row) => [row.bu, row.money, row.dt, row.bl, row.js]),
  text.map((row) => [row.bu, row.money, row.dt, row.bl, row.js]),
);
await connection.query(
  'CREATE TABLE node_params (a INT PRIMARY KEY AUTO_INCREMENT, b TEXT, c BLOB, d DOUBLE)',
);
const inserted = await connection.execute('INSERT INTO node_params (b, c, d) VALUES (?, ?, ?)', [
  "o'ü",
  Buffer.of(0, 255),
  0.5,
]);
assert.equal(inserted.insertId, 1n);
const batch = await connection.batch(
  'INSERT INTO node_params (b, d) VALUES (?, ?)',
  Array.from({ length: 500 }, (_, index) => [`${index}`, index]),
);
assert.equal(Array.isArray(batch) ? batch.length : batch.affectedRows, 500);
let sum = 0;
for await (const row of connection.queryStream('SELECT n FROM series')) sum += row.n;
assert.equal(sum, (120_000 * 119_999) / 2);
const several = await connection.query('SELECT 1 AS a; SELECT 2 AS a');
assert.deepEqual(
  several.map((rows) => Number(rows[0].a)),
  [1, 2],
);
await connection.beginTransaction();
await connection.query('DELETE FROM node_params');
await connection.rollback();
assert.equal((await connection.query('SELECT COUNT(*) AS c FROM node_params'))[0].c, 501n);
await assert.rejects(connection.query('SELECT * FROM nope'), { errno: 1146, sqlState: '42S02' });
await assert.rejects(connection.execute('SELEC 1'), { errno: 1064 });
await connection.end();
const pool = mariadb.createPool({ ...base, connectionLimit: 3, resetAfterUse: true });
assert.deepEqual(
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      pool.query('SELECT ? AS a', [index]).then(([row]) => Number(row.a)),
    ),
  ),
  Array.from({ length: 20 }, (_, index) => index),
);
await pool.end();
console.log('ok');
