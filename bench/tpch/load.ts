/** The tables in MariaDB and in the gateway, both from the same Parquet files. */
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Connection } from 'mysql2/promise';
import { addIndexes, createTable, tables } from './schema.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Database `tpch` with primary keys, secondary indexes and statistics. */
export async function loadMariaDb(connection: Connection, parquet: string): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-tpch-text-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const duckdb = await instance.connect();
  try {
    await connection.query('CREATE DATABASE tpch');
    await connection.query('USE tpch');
    for (const table of tables) {
      const text = path.join(directory, `${table.name}.tbl`);
      const source = quoted(path.join(parquet, `${table.name}.parquet`));
      await duckdb.run(
        `COPY (FROM read_parquet(${source})) TO ${quoted(text)} (FORMAT csv, DELIMITER '|', HEADER false, QUOTE '')`,
      );
      await connection.query(createTable(table));
      await connection.query({
        sql: `LOAD DATA LOCAL INFILE ${quoted(text)} INTO TABLE ${table.name} FIELDS TERMINATED BY '|'`,
        infileStreamFactory: () => createReadStream(text),
      });
      rmSync(text);
      const indexes = addIndexes(table);
      if (indexes !== null) await connection.query(indexes);
      await connection.query(`ANALYZE TABLE ${table.name}`);
    }
  } finally {
    duckdb.closeSync();
    instance.closeSync();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Database `tpch_files`: the Parquet files as external tables. Their folder must be allowed to the gateway. */
export async function mountParquet(connection: Connection, parquet: string): Promise<void> {
  await connection.query('CREATE DATABASE tpch_files');
  await connection.query('USE tpch_files');
  await connection.query(
    `CREATE SERVER tpch_parquet FOREIGN DATA WRAPPER file OPTIONS (ROOT ${quoted(parquet)})`,
  );
  for (const { name } of tables) {
    await connection.query(
      `CREATE EXTERNAL TABLE ${name} SERVER tpch_parquet LOCATION '${name}.parquet' FORMAT parquet`,
    );
  }
}

/** Database `tpch`: feature groups without an online tier, filled from the external tables. */
export async function loadFeatureGroups(connection: Connection): Promise<void> {
  await connection.query('CREATE DATABASE tpch');
  await connection.query('USE tpch');
  for (const table of tables) {
    await connection.query(`${createTable(table)} ONLINE=OFF`);
    await connection.query(`INSERT INTO ${table.name} SELECT * FROM tpch_files.${table.name}`);
  }
  await connection.query('FLUSH TABLES');
}
