import { systemDatabases } from '../catalog.ts';
import type { DatabaseDef, RelationDef } from '../schema.ts';
import type { CatalogContents } from './context.ts';

export type MetadataDatabase = (typeof systemDatabases)[number];

/** The metadata database of this name, letter case aside as MySQL has it for information_schema. */
export function findMetadataDatabase(name: string): MetadataDatabase | undefined {
  const lower = name.toLowerCase();
  return systemDatabases.find((database) => database === lower);
}

/** All databases, the metadata ones too, sorted by name. */
export function allDatabases(catalog: CatalogContents): DatabaseDef[] {
  return sortedByName([...catalog.databases]);
}

/** All relations that users made, by database and name. */
export function* allRelations(catalog: CatalogContents): Generator<RelationDef> {
  for (const database of allDatabases(catalog)) {
    yield* sortedByName([...catalog.relations(database.name)]);
  }
}

export function sortedByName<T extends { readonly name: string }>(items: T[]): T[] {
  return items.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
