import type { DuckDBConnection } from '@duckdb/node-api';
import { macros } from './macros.ts';

/** Creates the macros and JavaScript functions that printed SQL calls; once an instance, before its lock. */
export async function installFunctions(connection: DuckDBConnection): Promise<void> {
  for (const macro of macros) await connection.run(`CREATE MACRO ${macro}`);
}
