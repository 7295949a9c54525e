/** An application that serves feature vectors: one prepared statement, many keys, an ordinary MySQL driver. */
import mysql from 'mysql2/promise';

const pool = mysql.createPool({
  host: '127.0.0.1',
  port: Number(process.env.TIDEGATE_PORT ?? 7306),
  user: 'root',
  password: process.env.TIDEGATE_ROOT_PASSWORD ?? '',
  connectionLimit: 4,
});

await pool.query('CREATE DATABASE IF NOT EXISTS serving');
await pool.query('DROP TABLE IF EXISTS serving.profiles, serving.activity');
await pool.query(
  'CREATE TABLE serving.profiles (user_id INT NOT NULL PRIMARY KEY, age INT, country CHAR(2))',
);
await pool.query(
  'CREATE TABLE serving.activity (user_id INT NOT NULL PRIMARY KEY, clicks_7d INT, spend_30d DOUBLE)',
);
await pool.query("INSERT INTO serving.profiles VALUES (1, 36, 'GB'), (2, 29, 'SE'), (3, 51, 'JP')");
await pool.query('INSERT INTO serving.activity VALUES (1, 12, 40.5), (2, 3, 0), (3, 88, 310.25)');
// The feature view joins both groups by their key: reading it by key is two lookups and no scan.
await pool.query(`
  CREATE OR REPLACE VIEW serving.features AS
  SELECT p.user_id, p.age, p.country, a.clicks_7d, a.spend_30d
  FROM serving.profiles p JOIN serving.activity a ON a.user_id = p.user_id`);

const [plan] = await pool.query({
  sql: 'EXPLAIN SELECT * FROM serving.features WHERE user_id = 1',
  rowsAsArray: true,
});
process.stdout.write(`${(plan as string[][])[0]?.[0]}\n`);

const vectors = await Promise.all(
  [1, 2, 3].map(async (userId) => {
    const [rows] = await pool.execute('SELECT * FROM serving.features WHERE user_id = ?', [userId]);
    return (rows as Record<string, unknown>[])[0];
  }),
);
for (const vector of vectors) process.stdout.write(`${JSON.stringify(vector)}\n`);
await pool.end();
