import assert from 'node:assert/strict';
import { GatewayError } from '../../../src/base/errors.ts';
import { fullAccess } from '../../../src/catalog/access.ts';
import type { MetadataContext } from '../../../src/catalog/metadata/context.ts';
import { planDescribe, planShow, type ShowContext, type ShowPlan } from '../../../src/session/show/show.ts';
import { parseStatement } from '../../../src/sql/parse/parse.ts';
import { defaultSqlMode } from '../../../src/sql/sql-mode.ts';
import { bindText } from '../duckdb/bind-helper.ts';
import { DefinitionSession } from './definition-session.ts';

const session = new DefinitionSession();
let nextAutoIncrement: bigint | undefined;

const metadata: MetadataContext = {
  get catalog() {
    return session.catalog;
  },
  user: { user: 'root', host: '%' },
  access: fullAccess,
  activeRoles: [],
  connectionId: 1,
  showsGeneratedKeys: true,
  uptimeSeconds: 0,
  processes: () => [],
  variables: () => [],
  status: () => [],
  commits: () => [],
  statistics: () => ({
    rowCount: 0,
    dataBytes: 0,
    indexBytes: 0,
    updatedUs: undefined,
    flushedVersion: undefined,
    nextAutoIncrement,
  }),
};

function plan(text: string, facts: Partial<ShowContext> = {}): ShowPlan {
  const parsed = parseStatement(text);
  const context: ShowContext = {
    text,
    catalog: session.catalog,
    metadata,
    database: 'shop',
    account: { user: 'root', host: '%' },
    sqlMode: defaultSqlMode,
    warnings: [],
    ...facts,
  };
  if (parsed?.statement.kind === 'show') return planShow(parsed.statement, context);
  if (parsed?.statement.kind === 'describe') return planDescribe(parsed.statement, context);
  throw new Error(`no SHOW: ${text}`);
}

const labels = (text: string): string[] => {
  const planned = plan(text);
  if (planned.kind === 'rows') return planned.columns.map(({ name }) => name);
  return bindText(planned.sql, [], 'shop').columns.map(({ name }) => name);
};

const cell = (text: string, column = 1): string => {
  const planned = plan(text);
  assert.ok(planned.kind === 'rows');
  return String(planned.rows[0]?.[column]);
};

function failure(text: string, facts: Partial<ShowContext> = {}): string {
  try {
    plan(text, facts);
  } catch (error) {
    if (error instanceof GatewayError) return `${error.errno} ${error.message}`;
    throw error;
  }
  return 'no error';
}

/** The labels of MySQL 8.0, which clients read by name or by position. */
const expected: readonly (readonly [statement: string, labels: string])[] = [
  ['show databases', 'Database'],
  ["show databases like 'sh%'", 'Database (sh%)'],
  ['show tables', 'Tables_in_shop'],
  ["show tables like 'x'", 'Tables_in_shop (x)'],
  ["show full tables where Table_type <> 'VIEW'", 'Tables_in_shop,Table_type'],
  ['show columns from x', 'Field,Type,Null,Key,Default,Extra'],
  ['describe x', 'Field,Type,Null,Key,Default,Extra'],
  ["describe x 'a%'", 'Field,Type,Null,Key,Default,Extra'],
  [
    "show full columns from x from shop like 'a'",
    'Field,Type,Collation,Null,Key,Default,Extra,Privileges,Comment',
  ],
  [
    "show keys from x where Key_name = 'PRIMARY'",
    'Table,Non_unique,Key_name,Seq_in_index,Column_name,Collation,Cardinality,Sub_part,Packed,Null,Index_type,Comment,Index_comment,Visible,Expression',
  ],
  [
    "show table status like 'x'",
    'Name,Engine,Version,Row_format,Rows,Avg_row_length,Data_length,Max_data_length,Index_length,Data_free,Auto_increment,Create_time,Update_time,Check_time,Collation,Checksum,Create_options,Comment',
  ],
  ['show create table x', 'Table,Create Table'],
  ['show create view v', 'View,Create View,character_set_client,collation_connection'],
  ['show create table v', 'View,Create View,character_set_client,collation_connection'],
  ['show create database shop', 'Database,Create Database'],
  ["show variables like 'sql%'", 'Variable_name,Value'],
  ["show global variables where Variable_name in ('a', 'b') or variable_name = 'c'", 'Variable_name,Value'],
  ["show session status like 'Ssl_cipher'", 'Variable_name,Value'],
  ['show warnings', 'Level,Code,Message'],
  ['show errors limit 1', 'Level,Code,Message'],
  ['show count(*) warnings', '@@session.warning_count'],
  ['show processlist', 'Id,User,Host,db,Command,Time,State,Info'],
  ['show full processlist', 'Id,User,Host,db,Command,Time,State,Info'],
  ["show collation where Charset = 'utf8mb4'", 'Collation,Charset,Id,Default,Compiled,Sortlen,Pad_attribute'],
  ["show character set like 'u%'", 'Charset,Description,Default collation,Maxlen'],
  ['show engines', 'Engine,Support,Comment,Transactions,XA,Savepoints'],
  ['show plugins', 'Name,Status,Type,Library,License'],
  ['show privileges', 'Privilege,Context,Comment'],
  ['show grants', 'Grants for root@%'],
  [
    'show triggers',
    'Trigger,Event,Table,Statement,Timing,Created,sql_mode,Definer,character_set_client,collation_connection,Database Collation',
  ],
  [
    'show events',
    'Db,Name,Definer,Time zone,Type,Execute at,Interval value,Interval field,Starts,Ends,Status,Originator,character_set_client,collation_connection,Database Collation',
  ],
  [
    "show procedure status where Db = 'shop'",
    'Db,Name,Type,Definer,Modified,Created,Security_type,Comment,character_set_client,collation_connection,Database Collation',
  ],
  ['show open tables', 'Database,Table,In_use,Name_locked'],
  ['show profiles', 'Query_ID,Duration,Query'],
  ['show master status', 'File,Position,Binlog_Do_DB,Binlog_Ignore_DB,Executed_Gtid_Set'],
  [
    'show commits',
    'version,committed_at,kind,user,client,tables,rows_inserted,rows_updated,rows_deleted,statement',
  ],
  [
    "show commits from x like 'insert%' limit 3",
    'version,committed_at,kind,user,client,tables,rows_inserted,rows_updated,rows_deleted,statement',
  ],
  ['show servers', 'Server,Wrapper,Options'],
];

describe('SHOW', () => {
  before(async () => {
    await session.run('create table x (a int primary key, b varchar(3))');
    await session.run('create view v as select 1');
  });

  for (const [statement, names] of expected) {
    it(`${statement} has MySQL’s labels`, () => assert.equal(labels(statement).join(','), names));
  }

  it('answers 1146, 1049 and 1046 for what is not there', () => {
    assert.equal(failure('show columns from nope'), "1146 Table 'shop.nope' doesn't exist");
    assert.equal(failure('describe nope'), "1146 Table 'shop.nope' doesn't exist");
    assert.equal(failure('show index from nope.x'), "1049 Unknown database 'nope'");
    assert.equal(failure('show tables', { database: undefined }), '1046 No database selected');
    assert.equal(failure('show create view x'), "1347 'shop.x' is not VIEW");
    assert.match(failure('show grants for nobody'), /^1141 /);
    assert.match(failure('show create procedure p'), /^1305 PROCEDURE p does not exist/);
  });

  it('quotes names and patterns', async () => {
    await session.run("create table `it's \\` (a int primary key)");
    const planned = plan("show columns from `it's \\`");
    assert.ok(planned.kind === 'query');
    assert.match(planned.sql, /TABLE_NAME = 'it''s \\\\'/);
    const plain = plan("show columns from `it's \\`", {
      sqlMode: { ...defaultSqlMode, noBackslashEscapes: true },
    });
    assert.ok(plain.kind === 'query');
    assert.match(plain.sql, /TABLE_NAME = 'it''s \\'/);
    await session.run("drop table `it's \\`");
  });

  it('keeps the parameters of WHERE', () => {
    const planned = plan('show full tables where Table_type = ? and Tables_in_shop like ?');
    assert.ok(planned.kind === 'query');
    assert.equal(planned.sql.split('?').length, 3);
  });

  it('limits the warnings', () => {
    const warnings = [1, 2, 3].map((errno) => ({ level: 'Warning' as const, errno, message: 'm' }));
    const planned = plan('show warnings limit 1, 1', { warnings });
    assert.ok(planned.kind === 'rows');
    assert.deepEqual(planned.rows, [['Warning', 2, 'm']]);
  });
});

describe('SHOW CREATE TABLE', () => {
  const definition = `CREATE TABLE \`t\` (
  \`id\` int unsigned NOT NULL AUTO_INCREMENT,
  \`ts\` datetime(6) NOT NULL,
  \`ok\` tinyint(1) NOT NULL DEFAULT '1',
  \`name\` varchar(20) DEFAULT 'it''s \\\\' COMMENT 'a ''b''',
  \`ci\` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci DEFAULT NULL,
  \`body\` text,
  \`doc\` json DEFAULT NULL,
  \`at\` timestamp NULL DEFAULT NULL,
  \`up\` timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  \`bits\` bit(4) DEFAULT b'101',
  \`raw\` varbinary(4) DEFAULT 0x4142,
  \`amount\` decimal(10,2) DEFAULT '-1.50',
  \`kind\` enum('a','it''s') DEFAULT 'a',
  PRIMARY KEY (\`id\`,\`ts\`),
  KEY \`by_name\` (\`name\`,\`ok\`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin COMMENT='all''s well'`;

  it('has MySQL’s shape and makes the same table again', async () => {
    await session.run(definition);
    assert.equal(cell('show create table t'), definition);
    await session.run('drop table t');
  });

  it('tells the counter and the options of feature groups', async () => {
    await session.run(`${definition} ONLINE=OFF EVENT_TIME=ts`);
    nextAutoIncrement = 42n;
    const text = cell('show create table t');
    nextAutoIncrement = undefined;
    assert.match(text, /ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET/);
    assert.match(text, /ONLINE=OFF EVENT_TIME=`ts`$/);
    await session.run('drop table t');
    const { autoIncrement } = await session.plan(text);
    assert.equal(autoIncrement?.next, 42n);
    await session.run(text);
    assert.equal(session.table('t').eventTime, 1);
    await session.run('drop table t');
  });

  it('of a database, a view, an external table runs again', async () => {
    assert.equal(
      cell('show create database shop'),
      "CREATE DATABASE `shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin */ /*!80016 DEFAULT ENCRYPTION='N' */",
    );
    const view = cell('show create view v');
    assert.match(view, /^CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`%` SQL SECURITY DEFINER VIEW `v`/);
    await session.run('drop view v');
    await session.run(view);
    await session.run("create server s foreign data wrapper mysql options (host 'h', password 'hunter2')");
    await session.run("create external table e server s query 'select ''x'' y'");
    const external = cell('show create table e');
    await session.run('drop external table e');
    await session.run(external);
    assert.equal(cell('show create table e'), external);
    assert.doesNotMatch(cell('show create server s'), /hunter2/);
  });

  it('of a metadata table', () => {
    assert.match(cell('show create table information_schema.tables'), /^CREATE TEMPORARY TABLE `TABLES` \(/);
  });
});
