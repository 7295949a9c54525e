/**
 * The 99 queries of TPC-DS over Parquet files, on the gateway and on MariaDB; what MariaDB does not know or does
 * not finish is compared with DuckDB's own answer to DuckDB's own text. `TIDEGATE_TPCDS=0.01` runs it at that
 * scale, `TIDEGATE_TPCDS_QUERIES=q14,q67` only those.
 */
import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../../support/mariadb.ts';
import { type Answer, openSide, type Side } from '../side.ts';
import { findExtension, generate, type TpcdsData } from './data.ts';
import { inMySql, typeInMySql } from './dialect.ts';

const scale = Number(process.env.TIDEGATE_TPCDS ?? 0);
const wanted = process.env.TIDEGATE_TPCDS_QUERIES?.split(',');
const mariaDbSecondsMax = 60;
/** Out of time, and no GROUPING() there. */
const noReference: ReadonlySet<number> = new Set([1969, 1305, 1128]);
/** ORDER BY after WITH ROLLUP. */
const orderedRollup = 1221;
/** Queries that sum quotients: whether the digits that a quotient does not show are summed depends on the plan. */
const quotientSums: ReadonlySet<string> = new Set(['q66']);

type Rows = readonly (readonly (string | null)[])[];

const modes = "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES,PIPES_AS_CONCAT')";
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const rowsOf = (answer: Answer): Rows => {
  if (answer.kind !== 'rows')
    throw new Error(answer.kind === 'error' ? `${answer.errno} ${answer.message}` : 'no rows');
  return answer.rows.map((row) => row.map((value) => (value === null ? null : value.toString('utf8'))));
};

/** Numbers as nine digits: DuckDB divides decimals as doubles. */
const loose = (value: string | null): string | null =>
  value !== null && value.trim() !== '' && Number.isFinite(Number(value))
    ? Number(value).toPrecision(9)
    : value;

const closeTo = (a: string | null, b: string | null): boolean =>
  a === b || (a !== null && b !== null && Math.abs(Number(a) - Number(b)) < 5e-6);

const bag = (rows: Rows, view: (value: string | null) => string | null = (value) => value): string[] =>
  rows.map((row) => JSON.stringify(row.map(view))).sort();

async function loadMariaDb(side: Side, data: TpcdsData, directory: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const duckdb = await instance.connect();
  await side.run('CREATE DATABASE tpcds');
  await side.run('USE tpcds');
  for (const [table, columns] of Object.entries(data.tables)) {
    const text = path.join(directory, `${table}.tbl`);
    await duckdb.run(
      `COPY (FROM read_parquet(${quoted(path.join(directory, `${table}.parquet`))})) TO ${quoted(text)} (FORMAT csv, DELIMITER '|', HEADER false, QUOTE '', NULLSTR '\\N')`,
    );
    const definition = columns.map(([name, type]) => `${name} ${typeInMySql(type)}`).join(', ');
    // Every table's first column is a key of some query; the _sk columns are what they join by.
    const keys = columns.filter(([name]) => name.endsWith('_sk')).map(([name]) => `, INDEX (${name})`);
    const created = await side.run(`CREATE TABLE ${table} (${definition}${keys.slice(0, 8).join('')})`);
    assert.equal(created.kind, 'ok', JSON.stringify(created));
    const loaded = await side.load(table, () => createReadStream(text));
    assert.equal(loaded.kind, 'ok', JSON.stringify(loaded));
    await side.run(`ANALYZE TABLE ${table}`);
  }
  duckdb.closeSync();
  instance.closeSync();
}

async function mount(side: Side, data: TpcdsData, directory: string): Promise<void> {
  const statements = [
    'CREATE DATABASE tpcds',
    'USE tpcds',
    `CREATE SERVER tpcds_files FOREIGN DATA WRAPPER file OPTIONS (ROOT ${quoted(directory)})`,
    ...Object.keys(data.tables).map(
      (table) =>
        `CREATE EXTERNAL TABLE ${table} SERVER tpcds_files LOCATION '${table}.parquet' FORMAT parquet`,
    ),
  ];
  for (const sql of statements) assert.equal((await side.run(sql)).kind, 'ok', sql);
}

describe('TPC-DS', function () {
  this.timeout(3_600_000);
  let directory: string | undefined;
  let mariadb: MariaDb | undefined;
  let gateway: Gateway | undefined;
  let data: TpcdsData;
  const sides: Side[] = [];
  let [theirs, ours]: Side[] = [];
  const compared = { mariadb: 0, duckdb: 0 };

  before(async function () {
    const skip = (reason: string): void => {
      console.log(`    skipped: ${reason}`);
      this.skip();
    };
    if (scale === 0) return skip('TIDEGATE_TPCDS is not set');
    const extension = findExtension();
    if ('missing' in extension) return skip(extension.missing);
    const server = await startMariaDb(['--innodb-buffer-pool-size=256M']);
    if ('missing' in server) return skip(server.missing);
    mariadb = server;
    directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-tpcds-')));
    data = generate(extension.python, scale, directory);
    gateway = await startGateway({ flags: ['--external-files', directory] });
    theirs = await openSide(mariadb.port);
    ours = await openSide(gateway.port);
    sides.push(theirs, ours);
    await loadMariaDb(theirs, data, directory);
    await mount(ours, data, directory);
    for (const side of sides) await side.run(modes);
    await theirs.run(`SET max_statement_time = ${mariaDbSecondsMax}`);
  });

  after(async () => {
    for (const side of sides) await side.close();
    await gateway?.stop();
    await mariadb?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    if (scale > 0)
      console.log(`    ${compared.mariadb} compared with MariaDB, ${compared.duckdb} with DuckDB`);
  });

  /** DuckDB's own answer to its own text, without the LIMIT. */
  async function duckdbAnswer(text: string): Promise<Rows> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    for (const table of Object.keys(data.tables)) {
      const file = quoted(path.join(directory!, `${table}.parquet`));
      await connection.run(`CREATE VIEW ${table} AS FROM read_parquet(${file})`);
    }
    const reader = await connection.runAndReadAll(text.replace(/\s+LIMIT\s+\d+\s*;?\s*$/i, ''));
    const rows = reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
    connection.closeSync();
    instance.closeSync();
    return rows;
  }

  for (let number = 1; number <= 99; number++) {
    const name = `q${String(number).padStart(2, '0')}`;
    if (wanted !== undefined && !wanted.includes(name)) continue;
    it(name, async () => {
      const text = data.queries.find(([each]) => each === number)![1];
      const { all, unordered, limit } = inMySql(number, text);
      const answer = rowsOf(await ours!.run(all));
      let reference = await theirs!.run(all);
      if (reference.kind === 'error' && reference.errno === orderedRollup)
        reference = await theirs!.run(unordered);
      if (reference.kind === 'error' && noReference.has(reference.errno)) {
        compared.duckdb++;
        assert.deepEqual(
          bag(answer, loose),
          bag(await duckdbAnswer(text), loose),
          `MariaDB: ${reference.message}`,
        );
      } else {
        compared.mariadb++;
        const expected = rowsOf(reference);
        const near =
          quotientSums.has(name) &&
          answer.length === expected.length &&
          answer.every((row, at) => row.every((value, column) => closeTo(value, expected[at]![column]!)));
        if (!near) assert.deepEqual(bag(answer), bag(expected));
      }
      if (limit === undefined) return;
      // With its LIMIT: as many rows, each of them one of all. Which of equal keys is left open.
      const limited = rowsOf(await ours!.run(`${all} LIMIT ${limit}`));
      assert.equal(limited.length, Math.min(limit, answer.length));
      const known = new Set(bag(answer));
      for (const row of bag(limited)) assert.ok(known.has(row), row);
    });
  }
});
