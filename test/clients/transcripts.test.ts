/** What tools send at their start and to find their way: every transcript, as text and prepared. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import mysql from 'mysql2/promise';
import type { Gateway } from '../support/gateway.ts';
import { startClientGateway } from './fixture.ts';
import { readTranscript, type TranscriptRecord } from './transcript.ts';

const folder = new URL('transcripts/', import.meta.url);

const shop = `
  CREATE DATABASE shop; USE shop;
  CREATE TABLE users (id INT NOT NULL AUTO_INCREMENT, name VARCHAR(40) NOT NULL COMMENT 'as they spell it',
    spent DECIMAL(10,2) DEFAULT 0.00, active TINYINT(1) NOT NULL DEFAULT 1, born DATE, seen TIMESTAMP NULL,
    PRIMARY KEY (id), KEY by_name (name)) COMMENT 'who buys';
  CREATE TABLE orders (id BIGINT UNSIGNED NOT NULL, line SMALLINT NOT NULL, user_id INT, at DATETIME(3) NOT NULL,
    total DOUBLE, state ENUM('new','paid','sent'), note TEXT, detail JSON, PRIMARY KEY (id, line));
  CREATE VIEW spenders AS SELECT id, name, spent FROM users WHERE spent > 1;
  INSERT INTO users VALUES (1,'Ada',10.50,1,'1990-05-17','2026-01-02 03:04:05'), (2,'Bo',0.00,0,NULL,NULL),
    (3,'Élise',7.25,1,'2001-12-31','2026-02-03 04:05:06');
  INSERT INTO orders VALUES (10,1,1,'2026-01-05 10:00:00.250',99.5,'paid','first','{"gift": true}'),
    (10,2,1,'2026-01-05 10:00:00.250',0.5,'paid',NULL,NULL), (11,1,3,'2026-02-07 23:59:59.999',12,'new','','[]'),
    (12,1,NULL,'2026-04-01 00:00:00',NULL,NULL,NULL,NULL);
  CREATE USER ann IDENTIFIED BY 'x'; GRANT SELECT ON shop.* TO ann`;

const typeNamed = new Map(
  Object.entries(mysql.Types)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    .map(([name, code]) => [code, name]),
);

const cell = (value: unknown): string => (value === null ? 'NULL' : String(value));

function matches(row: readonly unknown[], wanted: readonly string[]): boolean {
  return wanted.every((text, index) => text === '*' || text === cell(row[index]));
}

function checkRows(
  record: TranscriptRecord,
  rows: readonly (readonly unknown[])[],
  fields: readonly mysql.FieldPacket[],
): void {
  const names = fields.map((field) => field.name);
  if (record.columns !== undefined) assert.deepEqual(names, record.columns);
  if (record.types !== undefined) {
    const typeNames = fields.map((field) => typeNamed.get(field.columnType ?? -1));
    assert.deepEqual(
      typeNames,
      record.types.map((name, index) => (name === '*' ? typeNames[index] : name)),
    );
  }
  const { least, most } = record.rowCount;
  assert.ok(rows.length >= least && rows.length <= most, `${rows.length} rows: ${JSON.stringify(rows)}`);
  for (const wanted of record.has) {
    assert.ok(
      rows.some((row) => matches(row, wanted)),
      `no row ${JSON.stringify(wanted)} in ${JSON.stringify(rows).slice(0, 2000)}`,
    );
  }
}

async function play(
  record: TranscriptRecord,
  connection: mysql.Connection,
  prepared: boolean,
): Promise<void> {
  const options = { sql: record.sql, rowsAsArray: true };
  const run = async (): Promise<void> => {
    const [rows, fields] =
      prepared && !record.textOnly
        ? await connection.execute<mysql.RowDataPacket[][]>(options)
        : await connection.query<mysql.RowDataPacket[][]>(options);
    if (record.outcome === 'rows') {
      assert.ok(Array.isArray(rows) && fields !== undefined, 'no rows are answered');
      checkRows(record, rows, fields);
    } else assert.ok(fields === undefined || !Array.isArray(rows), 'rows are answered');
  };
  if (typeof record.outcome === 'object') await assert.rejects(run, { errno: record.outcome.errno });
  else await run();
}

describe('transcripts of tools', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startClientGateway();
    const options = { host: '127.0.0.1', port: gateway.port, user: 'root', multipleStatements: true };
    const connection = await mysql.createConnection(options);
    await connection.query(shop);
    await connection.end();
  });
  after(() => gateway.stop());

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.sql'))) {
    for (const prepared of [false, true]) {
      it(`${file.slice(0, -4)}, ${prepared ? 'prepared' : 'text'}`, async () => {
        const { database, records } = readTranscript(new URL(file, folder));
        const connection = await mysql.createConnection({
          host: '127.0.0.1',
          port: gateway.port,
          user: 'root',
          multipleStatements: true,
          dateStrings: true,
          supportBigNumbers: true,
          bigNumberStrings: true,
          ...(database === undefined ? {} : { database }),
        });
        const failures: string[] = [];
        for (const record of records) {
          try {
            await play(record, connection, prepared);
          } catch (error) {
            failures.push(
              `line ${record.line}: ${record.sql}\n    ${error instanceof Error ? error.message : error}`,
            );
          }
        }
        connection.destroy();
        assert.equal(failures.length, 0, `\n${failures.join('\n')}`);
      });
    }
  }
});
