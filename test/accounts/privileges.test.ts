/** What accounts may do, in sessions of a whole gateway. */
import { strict as assert } from 'node:assert';
import type { SessionApi } from '../../src/session/api.ts';
import { type Gateway, runInSession, startGateway } from '../support/gateway.ts';
import type { Outcome } from '../support/slt.ts';

let connectionId = 5_000_000;

describe('accounts: privileges', () => {
  let gateway: Gateway;
  let root: SessionApi;
  const open: SessionApi[] = [];

  async function login(user: string, database?: string, host = '%'): Promise<SessionApi> {
    const session = await gateway.sessions.open(
      { user, host: '127.0.0.1', account: { user, host }, attributes: new Map() },
      { connectionId: connectionId++, disconnect: () => undefined, database, collationId: 46 },
    );
    open.push(session);
    return session;
  }

  async function admin(...statements: string[]): Promise<void> {
    for (const sql of statements) {
      const outcome = await runInSession(root, sql);
      if (outcome.kind === 'error') assert.fail(`${sql}: ${outcome.errno} ${outcome.message}`);
    }
  }

  /** The statement's error number, or 0. */
  async function errno(session: SessionApi, sql: string): Promise<number> {
    const outcome: Outcome = await runInSession(session, sql);
    return outcome.kind === 'error' ? outcome.errno : 0;
  }

  async function rows(session: SessionApi, sql: string): Promise<readonly (readonly (string | null)[])[]> {
    const outcome = await runInSession(session, sql);
    if (outcome.kind !== 'rows') assert.fail(`${sql}: ${JSON.stringify(outcome)}`);
    return outcome.rows;
  }

  /** Each statement with the error number that it must answer, 0 for none. */
  async function check(session: SessionApi, expected: Readonly<Record<string, number>>): Promise<void> {
    for (const [sql, number] of Object.entries(expected)) {
      const outcome = await runInSession(session, sql);
      const actual = outcome.kind === 'error' ? outcome.errno : 0;
      assert.equal(actual, number, `${sql}: ${outcome.kind === 'error' ? outcome.message : 'no error'}`);
    }
  }

  before(async () => {
    gateway = await startGateway();
    root = await login('root');
    await admin(
      'CREATE DATABASE shop',
      'CREATE DATABASE secret',
      'CREATE TABLE shop.users (id INT PRIMARY KEY, name VARCHAR(20), salary INT)',
      "INSERT INTO shop.users VALUES (1, 'Ada', 10), (2, 'Bo', 20)",
      'CREATE TABLE shop.orders (id INT PRIMARY KEY, user_id INT)',
      'CREATE TABLE secret.t (id INT PRIMARY KEY)',
    );
  });
  after(() => gateway.stop());
  afterEach(async () => {
    for (const session of open.splice(1)) await session.close();
  });

  it('lets a new account in and nothing more', async () => {
    await admin("CREATE USER nobody IDENTIFIED BY 'x'");
    const session = await login('nobody');
    await check(session, {
      'SELECT 1': 0,
      'SELECT CURRENT_USER()': 0,
      'SELECT * FROM shop.users': 1142,
      'SELECT * FROM shop.missing': 1142,
      'SELECT COUNT(*) FROM shop.users': 1142,
      'INSERT INTO shop.users VALUES (9, NULL, NULL)': 1142,
      'UPDATE shop.users SET name = NULL': 1142,
      'DELETE FROM shop.users': 1142,
      'TRUNCATE TABLE shop.users': 1142,
      'DROP TABLE shop.users': 1142,
      'ALTER TABLE shop.users ADD COLUMN x INT': 1142,
      'CREATE INDEX i ON shop.users (name)': 1142,
      'CREATE TABLE shop.mine (id INT PRIMARY KEY)': 1142,
      'CREATE VIEW shop.v AS SELECT 1': 1142,
      'RENAME TABLE shop.users TO shop.others': 1142,
      'CREATE DATABASE mine': 1044,
      'DROP DATABASE shop': 1044,
      'USE shop': 1044,
      'USE missing': 1044,
      'SHOW TABLES FROM shop': 1044,
      'SHOW COLUMNS FROM shop.users': 1142,
      'SHOW CREATE TABLE shop.users': 1142,
      'DESCRIBE shop.users': 1142,
      'EXPLAIN SELECT * FROM shop.users': 1142,
      'SELECT (SELECT MAX(salary) FROM shop.users)': 1142,
      'DO (SELECT MAX(salary) FROM shop.users)': 1142,
      'SET @x = (SELECT MAX(salary) FROM shop.users)': 1142,
      'SELECT * FROM shop.users CHANGES SINCE VERSION 1': 1142,
      'SELECT * FROM mysql.user': 1142,
      "CREATE USER other IDENTIFIED BY 'x'": 1227,
      'DROP USER root': 1227,
      'CREATE ROLE r': 1227,
      'SET GLOBAL max_connections = 5': 1227,
      'FLUSH TABLES': 1227,
      "CREATE SERVER s FOREIGN DATA WRAPPER file OPTIONS (ROOT '/')": 1227,
      'GRANT SELECT ON shop.* TO nobody': 1044,
      'GRANT SELECT ON *.* TO nobody': 1045,
      'GRANT SELECT ON shop.users TO nobody': 1142,
      'SHOW GRANTS FOR root': 1044,
      "SET PASSWORD FOR root = 'x'": 1044,
      "SET PASSWORD = 'y'": 0,
      "ALTER USER CURRENT_USER() IDENTIFIED BY 'z'": 0,
      'ALTER USER CURRENT_USER() ACCOUNT LOCK': 1227,
      'SELECT COUNT(*) FROM information_schema.tables': 0,
    });
    assert.deepEqual(await rows(session, 'SHOW DATABASES'), [
      ['information_schema'],
      ['performance_schema'],
      ['tidegate'],
    ]);
    assert.deepEqual(await rows(session, 'SHOW GRANTS'), [['GRANT USAGE ON *.* TO `nobody`@`%`']]);
    await assert.rejects(login('nobody', 'shop'), { errno: 1044 });
  });

  it('checks columns', async () => {
    await admin(
      'CREATE USER clerk',
      'GRANT SELECT (id, name), UPDATE (name), INSERT (id, name) ON shop.users TO clerk',
    );
    const session = await login('clerk', 'shop');
    await check(session, {
      'SELECT id, name FROM users WHERE id = 1': 0,
      'SELECT COUNT(*) FROM users': 0,
      'SELECT * FROM users': 1142,
      'SELECT salary FROM users WHERE id = 1': 1143,
      'SELECT id FROM users WHERE salary > 5': 1143,
      'SELECT id FROM users ORDER BY salary': 1143,
      'SELECT id FROM users GROUP BY id HAVING MAX(salary) > 1': 1143,
      'SELECT a.id FROM users a JOIN users b USING (salary)': 1143,
      "UPDATE users SET name = 'Eva' WHERE id = 1": 0,
      'UPDATE users SET salary = 1 WHERE id = 1': 1143,
      'UPDATE users SET name = salary WHERE id = 1': 1143,
      "INSERT INTO users (id, name) VALUES (3, 'C')": 0,
      "INSERT INTO users (id, name, salary) VALUES (4, 'C', 1)": 1143,
      "INSERT INTO users VALUES (4, 'C', 1)": 1142,
      "INSERT INTO users (id, name) VALUES (3, 'D') ON DUPLICATE KEY UPDATE name = VALUES(name)": 0,
      'INSERT INTO users (id) VALUES (3) ON DUPLICATE KEY UPDATE name = salary': 1143,
      'REPLACE INTO users (id) VALUES (3)': 1142,
      'DELETE FROM users WHERE id = 3': 1142,
      'SELECT id FROM users AS OF VERSION 5': 1142,
    });
    assert.deepEqual(await rows(session, 'SHOW COLUMNS FROM users LIKE "%"'), [
      ['id', 'int', 'NO', 'PRI', null, ''],
      ['name', 'varchar(20)', 'YES', '', null, ''],
    ]);
    assert.deepEqual(await rows(session, 'SHOW TABLES'), [['users']]);
    assert.deepEqual(await rows(session, 'SHOW GRANTS'), [
      ['GRANT USAGE ON *.* TO `clerk`@`%`'],
      [
        'GRANT SELECT (`id`, `name`), INSERT (`id`, `name`), UPDATE (`name`) ON `shop`.`users` TO `clerk`@`%`',
      ],
    ]);
  });

  it('keeps the decision with the plan, and takes it back at REVOKE', async () => {
    await admin('CREATE USER a', 'CREATE USER b', 'GRANT SELECT ON shop.* TO a');
    const [first, second] = [await login('a', 'shop'), await login('b')];
    const sql = 'SELECT name FROM shop.users WHERE id = 2';
    assert.equal(await errno(first, sql), 0);
    assert.equal(await errno(second, sql), 1142);
    assert.equal(await errno(first, sql), 0);
    await admin('REVOKE SELECT ON shop.* FROM a', 'GRANT SELECT ON shop.users TO b');
    assert.equal(await errno(first, sql), 1142);
    assert.equal(await errno(second, sql), 0);
    await admin('DROP USER b');
    assert.equal(await errno(second, sql), 1142);
  });

  it('reads views with the rights of their definer or invoker', async () => {
    await admin(
      'CREATE USER author',
      'CREATE USER reader',
      'GRANT CREATE VIEW, DROP ON shop.* TO author',
      'GRANT SELECT (id, name) ON shop.users TO author',
    );
    const author = await login('author', 'shop');
    await check(author, {
      'CREATE VIEW names AS SELECT id, name FROM users': 0,
      'CREATE SQL SECURITY INVOKER VIEW own_names AS SELECT id, name FROM users': 0,
      'CREATE VIEW salaries AS SELECT salary FROM users': 1143,
      'CREATE VIEW others AS SELECT id FROM orders': 1142,
      'CREATE DEFINER = root VIEW stolen AS SELECT id FROM users': 1227,
    });
    await admin(
      'GRANT SELECT, SHOW VIEW ON shop.names TO reader',
      'GRANT SELECT ON shop.own_names TO reader',
    );
    const reader = await login('reader', 'shop');
    await check(reader, {
      'SELECT name FROM names WHERE id = 2': 0,
      'SELECT COUNT(*) FROM names': 0,
      'SELECT * FROM users': 1142,
      'SELECT * FROM own_names': 1356,
      'SHOW CREATE VIEW names': 0,
      'SHOW CREATE VIEW own_names': 1142,
      'EXPLAIN SELECT * FROM names': 0,
      'SELECT * FROM names AS OF VERSION 20': 1142,
      'UPDATE names SET name = NULL WHERE id = 2': 1142,
    });
    await admin('GRANT UPDATE ON shop.names TO reader');
    assert.equal(await errno(reader, 'UPDATE names SET name = NULL WHERE id = 2'), 1356);
    await admin('GRANT UPDATE (name) ON shop.users TO author');
    assert.equal(await errno(reader, "UPDATE names SET name = 'Bob' WHERE id = 2"), 0);
    await admin('GRANT INSERT ON shop.names TO reader');
    assert.equal(await errno(reader, "INSERT INTO names VALUES (7, 'G')"), 1356);
    await admin('GRANT INSERT ON shop.users TO author');
    assert.equal(await errno(reader, "INSERT INTO names VALUES (7, 'G')"), 0);
    assert.equal(await errno(reader, "REPLACE INTO names VALUES (7, 'G')"), 1142);
    assert.equal(await errno(reader, 'INSERT INTO users (id) VALUES (8)'), 1142);
    await admin('REVOKE SELECT (name) ON shop.users FROM author');
    assert.equal(await errno(reader, 'SELECT name FROM names'), 1356);
    await admin('DROP USER author');
    assert.equal(await errno(reader, 'SELECT id FROM names'), 1449);
  });

  it('writes the tables of a view of several with the rights of its definer', async () => {
    await admin(
      'CREATE USER maker',
      'CREATE USER writer',
      'GRANT CREATE VIEW ON shop.* TO maker',
      'GRANT SELECT ON shop.users TO maker',
      'GRANT SELECT, UPDATE (user_id) ON shop.orders TO maker',
    );
    const view = 'SELECT u.id, u.name, o.user_id FROM users u JOIN orders o ON o.user_id = u.id';
    await check(await login('maker', 'shop'), {
      [`CREATE VIEW both_tables AS ${view}`]: 0,
      [`CREATE SQL SECURITY INVOKER VIEW own_both AS ${view}`]: 0,
    });
    await admin(
      'GRANT SELECT, UPDATE ON shop.both_tables TO writer',
      'GRANT SELECT, UPDATE ON shop.own_both TO writer',
    );
    await check(await login('writer', 'shop'), {
      'UPDATE both_tables SET user_id = 2': 0,
      "UPDATE both_tables SET name = 'N'": 1356,
      'UPDATE own_both SET user_id = 2': 1356,
      'UPDATE orders SET user_id = 2': 1142,
    });
  });

  it('asks for TIME TRAVEL besides SELECT, however the point is given', async () => {
    await admin('CREATE USER now', 'GRANT SELECT ON shop.* TO now', 'CREATE USER past');
    await admin('GRANT SELECT, TIME TRAVEL ON shop.* TO past');
    const version = (await rows(root, 'SELECT MAX(version) FROM tidegate.commits'))[0]![0]!;
    const [present, past] = [await login('now', 'shop'), await login('past', 'shop')];
    for (const sql of [
      `SELECT * FROM users AS OF VERSION ${version}`,
      'SELECT * FROM users AS OF TIMESTAMP NOW(6)',
      `SELECT * FROM users CHANGES SINCE VERSION ${Number(version) - 1}`,
    ]) {
      assert.equal(await errno(present, sql), 1142, sql);
      assert.equal(await errno(past, sql), 0, sql);
    }
    for (const session of [present, past]) {
      await runInSession(session, `START TRANSACTION READ ONLY AS OF VERSION ${version}`);
      assert.equal(await errno(session, 'SELECT * FROM users'), session === past ? 0 : 1142);
      await runInSession(session, 'COMMIT');
      await runInSession(session, `SET SESSION as_of = ${version}`);
      assert.equal(await errno(session, 'SELECT * FROM users WHERE id = 1'), session === past ? 0 : 1142);
      await runInSession(session, 'SET SESSION as_of = DEFAULT');
      await runInSession(session, `USE \`shop@v${version}\``);
      assert.equal(await errno(session, 'SELECT * FROM users WHERE id = 1'), session === past ? 0 : 1142);
    }
  });

  it('gives privileges through roles that are active', async () => {
    await admin(
      'CREATE ROLE readers, writers',
      'GRANT SELECT ON shop.* TO readers',
      'GRANT INSERT, DELETE ON shop.orders TO writers',
      'GRANT readers TO writers',
      'CREATE USER eve',
      'GRANT writers TO eve',
    );
    const session = await login('eve');
    assert.deepEqual(await rows(session, 'SELECT CURRENT_ROLE()'), [['NONE']]);
    assert.equal(await errno(session, 'SELECT * FROM shop.users'), 1142);
    assert.equal(await errno(session, 'SET ROLE readers'), 3530);
    assert.equal(await errno(session, 'SET ROLE writers'), 0);
    assert.deepEqual(await rows(session, 'SELECT CURRENT_ROLE()'), [['`writers`@`%`']]);
    await check(session, {
      'SELECT * FROM shop.users': 0,
      'INSERT INTO shop.orders VALUES (1, 1)': 0,
      'UPDATE shop.orders SET user_id = 2': 1142,
      'GRANT readers TO nobody': 1227,
      'SET ROLE NONE': 0,
      'SELECT * FROM shop.orders': 1142,
      'SET DEFAULT ROLE writers TO eve': 0,
    });
    const again = await login('eve', 'shop');
    assert.equal(await errno(again, 'SELECT * FROM orders'), 0);
    assert.equal(await errno(root, 'GRANT writers TO readers'), 4027);
    assert.deepEqual(await rows(root, 'SHOW GRANTS FOR eve'), [
      ['GRANT USAGE ON *.* TO `eve`@`%`'],
      ['GRANT `writers`@`%` TO `eve`@`%`'],
    ]);
    assert.deepEqual(await rows(root, 'SHOW GRANTS FOR eve USING writers'), [
      ['GRANT USAGE ON *.* TO `eve`@`%`'],
      ['GRANT SELECT ON `shop`.* TO `eve`@`%`'],
      ['GRANT INSERT, DELETE ON `shop`.`orders` TO `eve`@`%`'],
      ['GRANT `writers`@`%` TO `eve`@`%`'],
    ]);
    await admin('DROP ROLE writers');
    assert.equal(await errno(again, 'SELECT * FROM orders'), 1142);
  });

  it('lets nobody grant more than the own privileges', async () => {
    await admin(
      'CREATE USER boss',
      'CREATE USER staff',
      'GRANT SELECT, INSERT ON shop.* TO boss WITH GRANT OPTION',
      'GRANT SELECT ON secret.* TO boss',
    );
    const boss = await login('boss');
    await check(boss, {
      'GRANT SELECT ON shop.* TO staff': 0,
      'GRANT SELECT (name) ON shop.users TO staff': 0,
      'GRANT DELETE ON shop.* TO staff': 1044,
      'GRANT ALL ON shop.users TO staff': 1142,
      'GRANT SELECT ON secret.* TO staff': 1044,
      'GRANT SELECT ON *.* TO staff': 1045,
      'REVOKE SELECT ON shop.* FROM staff': 0,
      'REVOKE ALL PRIVILEGES, GRANT OPTION FROM staff': 1227,
    });
    assert.deepEqual(await rows(root, 'SHOW GRANTS FOR staff'), [
      ['GRANT USAGE ON *.* TO `staff`@`%`'],
      ['GRANT SELECT (`name`) ON `shop`.`users` TO `staff`@`%`'],
    ]);
  });

  it('answers mistakes in GRANT and account statements as MySQL does', async () => {
    await admin('CREATE USER known');
    await check(root, {
      'CREATE USER known': 1396,
      'DROP USER missing': 1396,
      'ALTER USER missing ACCOUNT LOCK': 1396,
      'RENAME USER missing TO other': 1396,
      'CREATE ROLE known': 1396,
      'GRANT SELECT ON shop.* TO missing': 1410,
      'GRANT SELECT ON shop.missing TO known': 1146,
      'GRANT SELECT (nope) ON shop.users TO known': 1054,
      'GRANT PROCESS ON shop.* TO known': 1221,
      'GRANT PROCESS ON shop.users TO known': 1144,
      'GRANT DELETE (id) ON shop.users TO known': 1221,
      'GRANT FLY ON *.* TO known': 1064,
      'GRANT missing TO known': 3523,
      'REVOKE SELECT ON shop.* FROM known': 1141,
      'REVOKE SELECT ON shop.users FROM known': 1147,
      'REVOKE ALL PRIVILEGES, GRANT OPTION FROM missing': 1269,
      'SHOW GRANTS FOR missing': 1141,
      "SET PASSWORD FOR missing = 'x'": 1133,
      'GRANT CREATE ON shop.later TO known': 0,
    });
  });

  it('shows what accounts are made of', async () => {
    await admin(
      "CREATE USER shown@'10.%' IDENTIFIED BY 'x' REQUIRE SSL FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2 ACCOUNT LOCK",
      "GRANT SELECT, DELETE ON `sh%`.* TO shown@'10.%' WITH GRANT OPTION",
      "GRANT PROCESS ON *.* TO shown@'10.%'",
    );
    assert.deepEqual(await rows(root, "SHOW CREATE USER shown@'10.%'"), [
      [
        "CREATE USER `shown`@`10.%` IDENTIFIED WITH 'caching_sha2_password' REQUIRE SSL PASSWORD EXPIRE DEFAULT ACCOUNT LOCK FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2",
      ],
    ]);
    assert.deepEqual(
      await rows(
        root,
        "SELECT account_locked, ssl_type, Process_priv, Select_priv FROM mysql.user WHERE User = 'shown'",
      ),
      [['Y', 'ANY', 'Y', 'N']],
    );
    assert.deepEqual(
      await rows(root, "SELECT Db, Select_priv, Insert_priv, Grant_priv FROM mysql.db WHERE User = 'shown'"),
      [['sh%', 'Y', 'N', 'Y']],
    );
    assert.deepEqual(
      await rows(
        root,
        "SELECT TABLE_SCHEMA, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = '''shown''@''10.%''' ORDER BY 2",
      ),
      [
        ['sh%', 'DELETE', 'YES'],
        ['sh%', 'SELECT', 'YES'],
      ],
    );
  });

  it('ends the connections of others for administrators only', async () => {
    await admin('CREATE USER k1', 'CREATE USER k2', 'CREATE USER k3', 'GRANT CONNECTION_ADMIN ON *.* TO k3');
    const [one, two, three] = [await login('k1'), await login('k2'), await login('k3')];
    assert.equal(await errno(two, `KILL ${one.connectionId}`), 1095);
    assert.equal(await errno(three, `KILL QUERY ${one.connectionId}`), 0);
    const seen = await rows(two, 'SHOW PROCESSLIST');
    assert.deepEqual(new Set(seen.map(([, user]) => user)), new Set(['k2']));
  });
});
