/** The registry of information_schema, mysql, performance_schema and tidegate. */
import { freeWords, reservedWords } from '../sql/generated/keywords.ts';

import { absentObjectTables } from './metadata/absent-objects.ts';
import { columnTables } from './metadata/columns.ts';
import type { MetadataTable } from './metadata/definition.ts';
import { mysqlTables } from './metadata/mysql-database.ts';
import { findMetadataDatabase, type MetadataDatabase } from './metadata/names.ts';
import { objectTables } from './metadata/objects.ts';
import { performanceSchemaTables } from './metadata/performance-schema.ts';
import { privilegeTables } from './metadata/privileges.ts';
import { serverTables } from './metadata/server-facts.ts';
import { tidegateTables } from './metadata/tidegate-database.ts';

const all: readonly MetadataTable[] = [
  ...objectTables(() => all),
  ...columnTables(() => all),
  ...serverTables(reservedWords, freeWords),
  ...privilegeTables,
  ...absentObjectTables,
  ...mysqlTables,
  ...performanceSchemaTables,
  ...tidegateTables,
].sort((a, b) => (a.database + '.' + a.name < b.database + '.' + b.name ? -1 : 1));

const byName = new Map(all.map((table) => [`${table.database}.${table.name.toLowerCase()}`, table]));

/** The tables of a metadata database, sorted by name. */
export function metadataTablesOf(database: MetadataDatabase): readonly MetadataTable[] {
  return all.filter((table) => table.database === database);
}

/** The table, whatever the letter case of both names; undefined when there is none. */
export function metadataTable(database: string, name: string): MetadataTable | undefined {
  const known = findMetadataDatabase(database);
  return known === undefined ? undefined : byName.get(`${known}.${name.toLowerCase()}`);
}
