import assert from 'node:assert/strict';
import type { SessionApi } from '../../../src/session/api.ts';
import { type Gateway, openSession, runInSession, startGateway } from '../../support/gateway.ts';
import type { Outcome } from '../../support/slt.ts';

/** What clients and tools send by themselves, after connecting and to look around; none may fail. */
const statements: readonly (readonly [who: string, text: readonly string[]])[] = [
  [
    'mysql command line',
    [
      'select @@version_comment limit 1',
      'show databases',
      'show tables',
      'select DATABASE(), USER() limit 1',
    ],
  ],
  [
    'Connector/J',
    [
      `/* mysql-connector-j-9.1.0 */SELECT @@session.auto_increment_increment AS auto_increment_increment,
       @@character_set_client AS character_set_client, @@character_set_connection AS character_set_connection,
       @@character_set_results AS character_set_results, @@character_set_server AS character_set_server,
       @@collation_server AS collation_server, @@collation_connection AS collation_connection,
       @@init_connect AS init_connect, @@interactive_timeout AS interactive_timeout, @@license AS license,
       @@lower_case_table_names AS lower_case_table_names, @@max_allowed_packet AS max_allowed_packet,
       @@net_write_timeout AS net_write_timeout, @@performance_schema AS performance_schema,
       @@sql_mode AS sql_mode, @@system_time_zone AS system_time_zone, @@time_zone AS time_zone,
       @@transaction_isolation AS transaction_isolation, @@wait_timeout AS wait_timeout`,
      'SET character_set_results = NULL',
      'SET SQL_SELECT_LIMIT=DEFAULT',
      'SELECT @@session.transaction_read_only',
      `SELECT TABLE_SCHEMA AS TABLE_CAT, NULL AS TABLE_SCHEM, TABLE_NAME,
       CASE WHEN TABLE_TYPE='BASE TABLE' THEN 'TABLE' ELSE TABLE_TYPE END AS TABLE_TYPE
       FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'shop'
       HAVING TABLE_TYPE IN ('TABLE','VIEW',null,null,null) ORDER BY TABLE_TYPE, TABLE_SCHEMA, TABLE_NAME`,
      `SELECT DISTINCT A.REFERENCED_TABLE_SCHEMA AS PKTABLE_CAT FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE A
       JOIN INFORMATION_SCHEMA.TABLE_CONSTRAINTS B USING (TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME)
       JOIN INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS R ON (R.CONSTRAINT_NAME = B.CONSTRAINT_NAME
       AND R.TABLE_NAME = B.TABLE_NAME) WHERE B.CONSTRAINT_TYPE = 'FOREIGN KEY'`,
      'SELECT WORD FROM INFORMATION_SCHEMA.KEYWORDS WHERE RESERVED=1 ORDER BY WORD',
    ],
  ],
  [
    'MariaDB Connector/J',
    [
      "set autocommit=1, sql_mode = concat(@@sql_mode,',STRICT_TRANS_TABLES')",
      `SHOW VARIABLES WHERE Variable_name in
       ('max_allowed_packet','system_time_zone','time_zone','auto_increment_increment')`,
    ],
  ],
  [
    'sqlx, Rails, Laravel, PHP',
    [
      "SET sql_mode=(SELECT CONCAT(@@sql_mode, ',PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION')),time_zone='+00:00',NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;",
      "SET NAMES utf8mb4, @@SESSION.sql_mode = CONCAT(CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), ',NO_AUTO_VALUE_ON_ZERO'),  @@SESSION.sql_auto_is_null = 0, @@SESSION.wait_timeout = 2147483",
      "SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_ci', time_zone='+00:00', SESSION sql_mode='ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES';",
      'SET sql_mode = DEFAULT',
    ],
  ],
  [
    'mysqldump and its output',
    [
      "/*!40100 SET @@SQL_MODE='' */",
      "/*!40103 SET TIME_ZONE='+00:00' */",
      '/*!80000 SET SESSION information_schema_stats_expiry=0 */',
      "SHOW VARIABLES LIKE 'gtid_mode'",
      "SHOW VARIABLES LIKE 'ndbinfo_version'",
      'SHOW CREATE DATABASE IF NOT EXISTS shop',
      "SHOW TABLE STATUS LIKE 'orders'",
      'SET SQL_QUOTE_SHOW_CREATE=1',
      "SET SESSION character_set_results = 'binary'",
      'show create table `orders`',
      'show fields from `orders`',
      "SHOW TRIGGERS LIKE 'orders'",
      "SHOW FUNCTION STATUS WHERE Db = 'shop'",
      "SELECT LOGFILE_GROUP_NAME, FILE_NAME FROM INFORMATION_SCHEMA.FILES WHERE FILE_TYPE = 'UNDO LOG'",
      '/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */',
      '/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */',
      "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */",
      '/*!40000 ALTER TABLE `orders` DISABLE KEYS */',
      '/*!40101 SET SQL_MODE=@OLD_SQL_MODE */',
      '/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */',
      'SET NAMES utf8mb4',
    ],
  ],
  [
    '.NET, Power BI',
    [
      'SELECT @@max_allowed_packet, @@character_set_client, @@character_set_connection, @@license, @@sql_mode, @@lower_case_table_names, @@autocommit;',
      'SHOW COLLATION',
      "SELECT 1 FROM INFORMATION_SCHEMA.COLUMNS WHERE table_schema='information_schema' AND table_name = 'COLUMNS' AND column_name='GENERATION_EXPRESSION'",
      'SHOW FULL COLUMNS FROM `shop`.`orders`',
      'SHOW INDEX FROM `shop`.`orders`',
      'SELECT Host, User FROM mysql.user',
    ],
  ],
  [
    'DBeaver, DataGrip, HeidiSQL, Workbench',
    [
      '/* ApplicationName=DBeaver 24 - Main */ SHOW ENGINES',
      'SHOW CHARSET',
      'SHOW PLUGINS',
      'SELECT @@GLOBAL.character_set_server,@@GLOBAL.collation_server',
      "SELECT * FROM information_schema.SCHEMATA WHERE SCHEMA_NAME='shop'",
      "SHOW FULL TABLES FROM `shop` WHERE `Tables_in_shop` = 'orders'",
      "SELECT * FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='shop' ORDER BY ORDINAL_POSITION",
      'SELECT SUM(DATA_LENGTH+INDEX_LENGTH) FROM information_schema.TABLES GROUP BY TABLE_SCHEMA',
      'SHOW FULL PROCESSLIST',
      'SHOW GRANTS FOR CURRENT_USER()',
      'SHOW PRIVILEGES',
      'select @@event_scheduler',
      'select @@default_storage_engine, @@default_tmp_storage_engine',
      'SHOW /*!50002 GLOBAL */ STATUS',
      "SHOW SESSION STATUS LIKE 'Ssl_cipher'",
      'SET SQL_SAFE_UPDATES=1',
      'SET SQL_SAFE_UPDATES=0',
    ],
  ],
  [
    'ours',
    ['SHOW COMMITS', 'SHOW COMMITS FROM orders LIMIT 1', 'SHOW SERVERS', 'SELECT * FROM tidegate.tables'],
  ],
];

const rowsOf = (outcome: Outcome): readonly (readonly (string | null)[])[] => {
  if (outcome.kind !== 'rows') assert.fail(JSON.stringify(outcome));
  return outcome.rows;
};

describe('statements that clients send by themselves', function () {
  this.timeout(60_000);
  let gateway: Gateway;
  let session: SessionApi;
  const run = (sql: string): Promise<Outcome> => runInSession(session, sql);

  before(async () => {
    gateway = await startGateway();
    session = await openSession(gateway);
    for (const sql of [
      'create database shop',
      'use shop',
      'create table orders (id int auto_increment primary key, name varchar(20), key by_name (name))',
      "insert into orders (name) values ('a'), ('b')",
      'create view recent as select id, name from orders where id > 1',
    ]) {
      assert.equal((await run(sql)).kind, 'ok', sql);
    }
  });

  after(async () => {
    await session?.close();
    await gateway?.stop();
  });

  for (const [who, texts] of statements) {
    it(who, async () => {
      for (const text of texts) {
        const outcome = await run(text);
        assert.notEqual(outcome.kind, 'error', `${text}: ${JSON.stringify(outcome)}`);
      }
    });
  }

  it('filter names by bytes and with backslash escapes', async () => {
    assert.deepEqual(rowsOf(await run("show tables like 'ord%'")), [['orders']]);
    assert.deepEqual(rowsOf(await run("show tables like 'ORD%'")), []);
    assert.deepEqual(rowsOf(await run("show variables like 'AS\\_OF'")), [['as_of', '']]);
  });

  it('see the journal', async () => {
    const sql = 'select kind, table_name, rows_inserted from tidegate.commits where version = 4';
    assert.deepEqual(rowsOf(await run(sql)), [['write', 'orders', '2']]);
    const [newest] = rowsOf(await run('show commits'));
    assert.match(String(newest?.at(-1)), /^create view recent/);
  });

  it('keep the definition of a view independent of the session', async () => {
    await run('use tidegate');
    assert.deepEqual(rowsOf(await run('select * from shop.recent')), [['2', 'b']]);
    assert.match(String(rowsOf(await run('show create view shop.recent'))[0]?.[1]), /FROM `shop`.`orders`/);
    await run('use shop');
    assert.match(String(rowsOf(await run('show create view recent'))[0]?.[1]), /FROM `orders`/);
  });

  it('hide passwords in commits', async () => {
    await run("create user ann identified by 'hunter2'");
    await run(
      "create server s foreign data wrapper mysql options (host '127.0.0.1', user 'u', password 'hunter2')",
    );
    const shown = JSON.stringify([
      await run('show commits'),
      await run('select * from tidegate.commits'),
      await run('select * from tidegate.servers'),
      await run('show create server s'),
      await run('select * from mysql.user'),
      await run('select * from mysql.servers'),
    ]);
    assert.doesNotMatch(shown, /hunter2/);
    assert.match(shown, /IDENTIFIED BY '\*\*\*'/i);
  });
});
