import type { DatabaseDef, RelationDef } from '../schema.ts';
import type { CatalogContents } from './context.ts';

/** The databases whose tables are made here and that no user creates, drops or writes. */
export const metadataDatabases = ['information_schema', 'mysql', 'performance_schema', 'tidegate'] as const;

export type MetadataDatabase = (typeof metadataDatabases)[number];

/** The metadata database of this name, letter case aside as MySQL has it for information_schema. */
export function findMetadataDatabase(name: string): MetadataDatabase | undefined {
  const lower = name.toLowerCase();
  return metadataDatabases.find((database) => database === lower);
}

/** MySQL shows its own databases in utf8mb3 and utf8mb4 by turns; ours have one collation. */
const metadataCollation = 'utf8mb3_general_ci';

/** All databases, ours too, sorted by name. */
export function allDatabases(catalog: CatalogContents): DatabaseDef[] {
  const own = metadataDatabases.map((name) => ({ name, collation: metadataCollation }));
  return sortedByName([...own, ...catalog.databases()]);
}

/** All relations that users made, by database and name. */
export function* allRelations(catalog: CatalogContents): Generator<RelationDef> {
  for (const database of sortedByName([...catalog.databases()])) {
    yield* sortedByName([...catalog.relations(database.name)]);
  }
}

export function sortedByName<T extends { readonly name: string }>(items: T[]): T[] {
  return items.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
