/** LOAD DATA LOCAL, option by option: what is stored, what is counted and what is warned of, as MariaDB has it. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import mysql from 'mysql2/promise';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';

interface Case {
  readonly name: string;
  readonly content: string | Buffer;
  /** What follows `LOAD DATA LOCAL INFILE 'x'`. */
  readonly load: string;
  readonly before?: string;
  readonly columns?: string;
}

const plain = 'a INT PRIMARY KEY, b VARCHAR(20), c DATE, d DECIMAL(8,2)';
const csv = `FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"'`;

const cases: readonly Case[] = [
  {
    name: 'tabs and newlines',
    content: '1\tx\t2021-01-02\t1.5\n2\ty\t2021-01-03\t-2\n',
    load: 'INTO TABLE t',
  },
  { name: 'no newline at the end', content: '1\tx\t2021-01-02\t1.5', load: 'INTO TABLE t' },
  { name: 'nothing', content: '', load: 'INTO TABLE t' },
  { name: 'NULL by \\N', content: '1\t\\N\t\\N\t\\N\n2\t\\Nx\t\\N\t\\N\n', load: 'INTO TABLE t' },
  { name: 'the word NULL', content: '1\tNULL\t2021-01-02\t1\n', load: 'INTO TABLE t' },
  {
    name: 'the word NULL between commas',
    content: '1,NULL,2021-01-02,1\n2,"NULL",2021-01-02,1\n',
    load: `INTO TABLE t ${csv}`,
  },
  {
    name: 'the word NULL, nothing escaped',
    content: '1,NULL,2021-01-02,1\n',
    load: `INTO TABLE t ${csv} ESCAPED BY ''`,
  },
  { name: 'escapes', content: '1\ta\\tb\\n\\\\\\0\\b\\r\\Zq\\x\t2021-01-02\t1\n', load: 'INTO TABLE t' },
  { name: 'no escapes', content: '1\ta\\tb\t2021-01-02\t1\n', load: "INTO TABLE t FIELDS ESCAPED BY ''" },
  {
    name: 'another escape',
    content: '1\ta!tb!!c!N\t2021-01-02\t1\n',
    load: "INTO TABLE t FIELDS ESCAPED BY '!'",
  },
  { name: 'an escaped newline', content: '1\ta\\\nb\t2021-01-02\t1\n', load: 'INTO TABLE t' },
  { name: 'an escaped terminator', content: '1,a\\,b,2021-01-02,1\n', load: `INTO TABLE t ${csv}` },
  {
    name: 'quotes',
    content: '1,"a, b",2021-01-02,1\n2,"say ""hi""",2021-01-02,1\n3,a"b,2021-01-02,1\n4,"a"b,2021-01-02,1\n',
    load: `INTO TABLE t ${csv}`,
  },
  {
    name: 'quotes around everything',
    content: '"1","a","2021-01-02","1"\n',
    load: `INTO TABLE t FIELDS TERMINATED BY ',' ENCLOSED BY '"'`,
  },
  {
    name: 'a newline in quotes',
    content: '1,"a\nb",2021-01-02,1\n2,c,2021-01-02,1\n',
    load: `INTO TABLE t ${csv}`,
  },
  { name: 'an unfinished quote', content: '1,"a\nb,2021-01-02,1\n', load: `INTO TABLE t ${csv}` },
  {
    name: 'single quotes',
    content: "1,'a''b',2021-01-02,1\n",
    load: `INTO TABLE t FIELDS TERMINATED BY ',' ENCLOSED BY ''''`,
  },
  {
    name: 'Windows lines',
    content: '1,a,2021-01-02,1\r\n2,b,2021-01-02,2\r\n',
    load: `INTO TABLE t ${csv} LINES TERMINATED BY '\\r\\n'`,
  },
  {
    name: 'long terminators',
    content: '1<>a<>2021-01-02<>1||2<>b<>2021-01-02<>2||',
    load: "INTO TABLE t FIELDS TERMINATED BY '<>' LINES TERMINATED BY '||'",
  },
  {
    name: 'lines that start by something',
    content: 'xx>1,a,2021-01-02,1\nskipped\n>2,b,2021-01-02,2\n',
    load: `INTO TABLE t ${csv} LINES STARTING BY '>'`,
  },
  {
    name: 'lines ignored',
    content: 'head\nhead\n1,a,2021-01-02,1\n',
    load: `INTO TABLE t ${csv} IGNORE 2 LINES`,
  },
  {
    name: 'rows ignored, more than there are',
    content: 'head\nhead\n',
    load: `INTO TABLE t ${csv} IGNORE 5 ROWS`,
  },
  { name: 'columns', content: 'x,1\ny,2\n', load: `INTO TABLE t ${csv} (b, a)` },
  {
    name: 'variables and SET',
    content: '1,2,3\n4,5,\n',
    load: `INTO TABLE t ${csv} (a, @x, @y) SET b = CONCAT(@x, '-', @y), d = @x * 2, c = '2021-01-02'`,
  },
  { name: 'a variable thrown away', content: '1,2,z\n', load: `INTO TABLE t ${csv} (a, @dummy, b)` },
  {
    name: 'SET of a column from another',
    content: '1,abc\n',
    load: `INTO TABLE t ${csv} (a, b) SET d = a + 1, b = UPPER(b)`,
  },
  {
    name: 'SET with NULLIF',
    content: '1,\n2,x\n',
    load: `INTO TABLE t ${csv} (a, @b) SET b = NULLIF(@b, '')`,
  },
  { name: 'too few fields', content: '1,a\n2\n', load: `INTO TABLE t ${csv}` },
  { name: 'too many fields', content: '1,a,2021-01-02,1,extra,more\n', load: `INTO TABLE t ${csv}` },
  { name: 'an empty line', content: '1,a,2021-01-02,1\n\n2,b,2021-01-02,2\n', load: `INTO TABLE t ${csv}` },
  { name: 'empty fields', content: '1,,2021-01-02,\n', load: `INTO TABLE t ${csv}` },
  { name: 'wrong values', content: '1,a,2021-01-02,xyz\n', load: `INTO TABLE t ${csv}` },
  { name: 'too long', content: `1,${'a'.repeat(30)},2021-01-02,1\n`, load: `INTO TABLE t ${csv}` },
  {
    name: 'IGNORE duplicates',
    content: '1,new,2021-01-02,1\n2,b,2021-01-02,2\n2,c,2021-01-02,3\n',
    load: `IGNORE INTO TABLE t ${csv}`,
    before: "INSERT INTO t (a, b) VALUES (1, 'old')",
  },
  {
    name: 'REPLACE duplicates',
    content: '1,new,2021-01-02,1\n2,b,2021-01-02,2\n2,c,2021-01-02,3\n',
    load: `REPLACE INTO TABLE t ${csv}`,
    before: "INSERT INTO t (a, b) VALUES (1, 'old')",
  },
  {
    name: 'duplicates of a local file',
    content: '1,new,2021-01-02,1\n2,b,2021-01-02,2\n',
    load: `INTO TABLE t ${csv}`,
    before: "INSERT INTO t (a, b) VALUES (1, 'old')",
  },
  {
    name: 'IGNORE wrong values',
    content: `1,${'a'.repeat(30)},2021-02-28,99999999999\nx,b,2021-01-02,1\n`,
    load: `IGNORE INTO TABLE t ${csv}`,
  },
  {
    name: 'latin1',
    content: Buffer.from('1,gr\xfcn,2021-01-02,1\n', 'latin1'),
    load: `INTO TABLE t CHARACTER SET latin1 ${csv}`,
  },
  { name: 'utf8mb4', content: '1,grün😀,2021-01-02,1\n', load: `INTO TABLE t CHARACTER SET utf8mb4 ${csv}` },
  {
    name: 'bytes',
    content: Buffer.from([0x31, 0x2c, 0x00, 0xff, 0x0a]),
    load: `INTO TABLE t CHARACTER SET binary ${csv}`,
    columns: 'a INT PRIMARY KEY, b VARBINARY(10)',
  },
  {
    name: 'defaults and auto_increment',
    content: 'x\ny\n',
    load: 'INTO TABLE t (b)',
    columns: 'a INT AUTO_INCREMENT PRIMARY KEY, b VARCHAR(9), c INT DEFAULT 7',
  },
  {
    name: 'an auto_increment column that is NULL',
    content: '\\N\tx\n5\ty\n\\N\tz\n',
    load: 'INTO TABLE t',
    columns: 'a INT AUTO_INCREMENT PRIMARY KEY, b VARCHAR(9)',
  },
  {
    name: 'NULL for NOT NULL',
    content: '1\t\\N\n',
    load: 'INTO TABLE t',
    columns: 'a INT PRIMARY KEY, b INT NOT NULL',
  },
  {
    name: 'types',
    content: '1\t1\tlarge\tx,z\t{"a":1}\t01:02:03\t2021-01-02 03:04:05.5\t1e3\t2021\n',
    load: 'INTO TABLE t',
    columns:
      "a INT PRIMARY KEY, b BOOL, c ENUM('small','large'), d SET('x','y','z'), e JSON, f TIME, g DATETIME(3), h DOUBLE, i YEAR",
  },
  {
    name: 'BIT by SET',
    content: '1\t5\n',
    load: 'INTO TABLE t (a, @b) SET b = CAST(@b AS UNSIGNED)',
    columns: 'a INT PRIMARY KEY, b BIT(8)',
  },
  { name: 'a column that is not there', content: '1\n', load: 'INTO TABLE t (nope)' },
  { name: 'a table that is not there', content: '1\n', load: 'INTO TABLE nope' },
];

describe('LOAD DATA LOCAL against MariaDB', () => {
  let gateway: Gateway;
  let mariadb: MariaDb;
  const open: mysql.Connection[] = [];

  before(async function () {
    const started = await startMariaDb();
    if ('missing' in started) {
      process.stderr.write(`    skipped: ${started.missing}\n`);
      this.skip();
    }
    mariadb = started;
    gateway = await startGateway();
    for (const port of [gateway.port, mariadb.port]) {
      const connection = await mysql.createConnection({
        host: '127.0.0.1',
        port,
        user: 'root',
        dateStrings: true,
        multipleStatements: true,
      });
      open.push(connection);
      await connection.query('CREATE DATABASE loads; USE loads');
    }
  });
  after(async () => {
    for (const connection of open) connection.destroy();
    await gateway?.stop();
    await mariadb?.stop();
  });

  async function outcome(
    connection: mysql.Connection,
    { content, load, before, columns }: Case,
  ): Promise<unknown> {
    await connection.query(
      `DROP TABLE IF EXISTS t; CREATE TABLE t (${columns ?? plain}); ${before ?? 'DO 0'}`,
    );
    const rowsOf = async (sql: string): Promise<unknown[][]> =>
      (await connection.query<mysql.RowDataPacket[][]>({ sql, rowsAsArray: true }))[0];
    let told: unknown;
    try {
      // The driver takes the length of the text for its first character where sessions are not tracked.
      const [{ affectedRows, info }] = await connection.query<mysql.ResultSetHeader>({
        sql: `LOAD DATA LOCAL INFILE 'x' ${load}`,
        infileStreamFactory: () => Readable.from(content.length === 0 ? [] : [Buffer.from(content)]),
      });
      told = { affectedRows, info: info.slice(info.indexOf('Records')) };
    } catch (error) {
      told = (error as { errno: number }).errno;
    }
    const warnings = (await rowsOf('SHOW WARNINGS')).map(([level, code]) => `${level} ${code}`);
    return { told, warnings, rows: await rowsOf('SELECT * FROM t ORDER BY 1') };
  }

  for (const each of cases) {
    it(each.name, async () => {
      assert.deepEqual(await outcome(open[0]!, each), await outcome(open[1]!, each));
    });
  }
});
