/** What exists, as of a version: an immutable snapshot, and how a commit's changes make the next one. */
import { assertNever } from '../base/assert.ts';
import { defaultCollation } from '../types/sql-type.ts';
import { completeAccount } from './accounts.ts';
import type { AccountDef, CatalogChange, DatabaseDef, RelationDef, ServerDef, TableDef } from './schema.ts';

/** Databases that always exist and that no DDL touches. */
export const systemDatabases = ['information_schema', 'mysql', 'performance_schema', 'tidegate'] as const;

export function isSystemDatabase(name: string): boolean {
  return (systemDatabases as readonly string[]).includes(name);
}

/** What stood under a name from a version on. */
interface NameEra {
  readonly since: number;
  readonly relation: RelationDef | undefined;
}

interface CatalogState {
  readonly version: number;
  readonly databases: ReadonlyMap<string, DatabaseDef>;
  /** By database, then by name. */
  readonly relations: ReadonlyMap<string, ReadonlyMap<string, RelationDef>>;
  readonly servers: ReadonlyMap<string, ServerDef>;
  readonly accounts: ReadonlyMap<string, AccountDef>;
  /** Every schema version of every table that ever was, ascending, by table id. */
  readonly tables: ReadonlyMap<number, readonly TableDef[]>;
  /** By qualified name, ascending by version. */
  readonly eras: ReadonlyMap<string, readonly NameEra[]>;
  readonly droppedIn: ReadonlyMap<number, number>;
  readonly lastTableId: number;
}

const qualified = (database: string, name: string): string => `${database}\u0000${name}`;
const accountKey = (user: string, host: string): string => `${user}\u0000${host}`;

/** The catalog at one version. Names of databases, tables, servers and accounts are case-sensitive. */
export class CatalogSnapshot {
  readonly #state: CatalogState;
  readonly #permanent: CatalogSnapshot | undefined;

  constructor(state: CatalogState, permanent?: CatalogSnapshot) {
    this.#state = state;
    this.#permanent = permanent;
  }

  /** The same without a session's temporary tables: what views and other sessions see. */
  get permanent(): CatalogSnapshot {
    return this.#permanent ?? this;
  }

  /** The catalog as a session sees it whose temporary tables stand before others of their names. */
  withTemporary(tables: readonly TableDef[]): CatalogSnapshot {
    const draft = draftOf(this.#state, this.version);
    for (const table of tables) {
      const byName = draft.relations.get(table.database) ?? new Map<string, RelationDef>();
      draft.relations.set(table.database, byName.set(table.name, table));
      draft.tables.set(table.id, [table]);
    }
    return new CatalogSnapshot(draft, this.permanent);
  }

  /** The last commit that changed the catalog; 0 for the empty catalog. Part of the plan cache's keys. */
  get version(): number {
    return this.#state.version;
  }

  /** The id that the next created table takes. */
  get nextTableId(): number {
    return this.#state.lastTableId + 1;
  }

  get databases(): Iterable<DatabaseDef> {
    return this.#state.databases.values();
  }

  get servers(): Iterable<ServerDef> {
    return this.#state.servers.values();
  }

  get accounts(): Iterable<AccountDef> {
    return this.#state.accounts.values();
  }

  database(name: string): DatabaseDef | undefined {
    return this.#state.databases.get(name);
  }

  /** The relations of a database by name, in the order of creation; empty for an unknown one. */
  relations(database: string): Iterable<RelationDef> {
    return this.#state.relations.get(database)?.values() ?? [];
  }

  relation(database: string, name: string): RelationDef | undefined {
    return this.#state.relations.get(database)?.get(name);
  }

  /** The feature group of that name; undefined also for a view or an external table. */
  table(database: string, name: string): TableDef | undefined {
    const relation = this.relation(database, name);
    return relation?.kind === 'table' ? relation : undefined;
  }

  /** Every feature group that exists now. */
  *allTables(): Iterable<TableDef> {
    for (const relations of this.#state.relations.values()) {
      for (const relation of relations.values()) if (relation.kind === 'table') yield relation;
    }
  }

  server(name: string): ServerDef | undefined {
    return this.#state.servers.get(name);
  }

  account(user: string, host: string): AccountDef | undefined {
    return this.#state.accounts.get(accountKey(user, host));
  }

  /** What stood under a name when `version` was the newest; also when it has been dropped since. */
  relationAsOf(database: string, name: string, version: number): RelationDef | undefined {
    const eras = this.#state.eras.get(qualified(database, name));
    return eras?.findLast(({ since }) => since <= version)?.relation;
  }

  /** The feature group under a name, by the schema that it had at `version`. */
  tableAsOf(database: string, name: string, version: number): TableDef | undefined {
    const relation = this.relationAsOf(database, name, version);
    return relation?.kind === 'table' ? relation : undefined;
  }

  /** The newest schema of a table, by id; also of a dropped one. */
  tableById(id: number): TableDef | undefined {
    return this.#state.tables.get(id)?.at(-1);
  }

  /** The schema that a table had at `version`; undefined before its creation. */
  tableByIdAsOf(id: number, version: number): TableDef | undefined {
    return this.#state.tables.get(id)?.findLast(({ sinceVersion }) => sinceVersion <= version);
  }

  /** One schema version of a table, for rows that it wrote. */
  tableSchema(id: number, schemaVersion: number): TableDef | undefined {
    return this.#state.tables.get(id)?.findLast((table) => table.schemaVersion === schemaVersion);
  }

  /** The version that began a schema of a table; a new name of the table begins none. */
  schemaBegan({ id, schemaVersion }: TableDef): number | undefined {
    return this.#state.tables.get(id)?.find((table) => table.schemaVersion === schemaVersion)?.sinceVersion;
  }

  /** Every table that ever was, by its newest schema. */
  *allTablesEver(): Iterable<TableDef> {
    for (const schemas of this.#state.tables.values()) yield schemas.at(-1)!;
  }

  /** The version that dropped a table; undefined while it exists. */
  droppedIn(id: number): number | undefined {
    return this.#state.droppedIn.get(id);
  }

  /**
   * The catalog after a commit. `version` is the commit's: it becomes `sinceVersion` (and `createdVersion`
   * of a new table) of the tables put, which their maker could not know.
   */
  apply(changes: readonly CatalogChange[], version: number): CatalogSnapshot {
    if (changes.length === 0) return this;
    const draft = draftOf(this.#state, version);
    for (const change of changes) applyChange(draft, change);
    return new CatalogSnapshot(draft);
  }
}

/** Connector/J compares names of metadata by the collation that their database says, which has to be one of their set. */
const collationOf = (systemDatabase: string): string =>
  systemDatabase === 'information_schema' ? 'utf8mb3_general_ci' : defaultCollation;

const systemEntries = systemDatabases.map(
  (name) => [name, { name, collation: collationOf(name) }] as const satisfies [string, DatabaseDef],
);

export const emptyCatalog = new CatalogSnapshot({
  version: 0,
  databases: new Map(systemEntries),
  relations: new Map(),
  servers: new Map(),
  accounts: new Map(),
  tables: new Map(),
  eras: new Map(),
  droppedIn: new Map(),
  lastTableId: 0,
});

/** The catalog after a commit's changes; see CatalogSnapshot.apply. */
export function applyChanges(
  snapshot: CatalogSnapshot,
  changes: readonly CatalogChange[],
  version: number,
): CatalogSnapshot {
  return snapshot.apply(changes, version);
}

interface CatalogDraft {
  version: number;
  databases: Map<string, DatabaseDef>;
  relations: Map<string, Map<string, RelationDef>>;
  servers: Map<string, ServerDef>;
  accounts: Map<string, AccountDef>;
  tables: Map<number, readonly TableDef[]>;
  eras: Map<string, readonly NameEra[]>;
  droppedIn: Map<number, number>;
  lastTableId: number;
}

function draftOf(state: CatalogState, version: number): CatalogDraft {
  const relations = new Map<string, Map<string, RelationDef>>();
  for (const [database, byName] of state.relations) relations.set(database, new Map(byName));
  return {
    version,
    databases: new Map(state.databases),
    relations,
    servers: new Map(state.servers),
    accounts: new Map(state.accounts),
    tables: new Map(state.tables),
    eras: new Map(state.eras),
    droppedIn: new Map(state.droppedIn),
    lastTableId: state.lastTableId,
  };
}

function beginEra(draft: CatalogDraft, database: string, name: string, relation?: RelationDef): void {
  const key = qualified(database, name);
  // Two changes of a name in one commit leave the last: no reader can see between them.
  const before = (draft.eras.get(key) ?? []).filter(({ since }) => since < draft.version);
  draft.eras.set(key, [...before, { since: draft.version, relation }]);
}

function stamped(draft: CatalogDraft, relation: RelationDef): RelationDef {
  if (relation.kind !== 'table') return relation;
  const schemas = draft.tables.get(relation.id) ?? [];
  const sameSchema = schemas.find(({ schemaVersion }) => schemaVersion === relation.schemaVersion);
  return {
    ...relation,
    sinceVersion: draft.version,
    createdVersion: sameSchema?.createdVersion ?? schemas[0]?.createdVersion ?? draft.version,
  };
}

function putRelation(draft: CatalogDraft, given: RelationDef): void {
  const relation = stamped(draft, given);
  let byName = draft.relations.get(relation.database);
  if (byName === undefined) {
    byName = new Map();
    draft.relations.set(relation.database, byName);
  }
  byName.set(relation.name, relation);
  beginEra(draft, relation.database, relation.name, relation);
  if (relation.kind === 'view') return;
  draft.lastTableId = Math.max(draft.lastTableId, relation.id);
  if (relation.kind !== 'table') return;
  draft.droppedIn.delete(relation.id);
  const before = (draft.tables.get(relation.id) ?? []).filter(
    ({ sinceVersion }) => sinceVersion < draft.version,
  );
  draft.tables.set(relation.id, [...before, relation]);
}

function dropRelation(draft: CatalogDraft, database: string, name: string): void {
  const byName = draft.relations.get(database);
  const relation = byName?.get(name);
  if (byName === undefined || relation === undefined) return;
  byName.delete(name);
  beginEra(draft, database, name);
  // RENAME puts the table under its new name first, or drops the old name first: it lives while any has it.
  if (relation.kind === 'table' && !holdsTable(draft, relation.id)) {
    draft.droppedIn.set(relation.id, draft.version);
  }
}

function holdsTable(draft: CatalogDraft, id: number): boolean {
  for (const byName of draft.relations.values()) {
    for (const relation of byName.values()) if (relation.kind === 'table' && relation.id === id) return true;
  }
  return false;
}

function applyChange(draft: CatalogDraft, change: CatalogChange): void {
  switch (change.kind) {
    case 'putDatabase':
      draft.databases.set(change.database.name, change.database);
      return;
    case 'dropDatabase':
      for (const name of [...(draft.relations.get(change.name)?.keys() ?? [])]) {
        dropRelation(draft, change.name, name);
      }
      draft.relations.delete(change.name);
      draft.databases.delete(change.name);
      return;
    case 'putRelation':
      putRelation(draft, change.relation);
      return;
    case 'dropRelation':
      dropRelation(draft, change.database, change.name);
      return;
    case 'putServer':
      draft.servers.set(change.server.name, change.server);
      return;
    case 'dropServer':
      draft.servers.delete(change.name);
      return;
    case 'putAccount':
      draft.accounts.set(
        accountKey(change.account.user, change.account.host),
        completeAccount(change.account),
      );
      return;
    case 'dropAccount':
      draft.accounts.delete(accountKey(change.user, change.host));
      return;
    default:
      assertNever(change);
  }
}

/**
 * JSON for what the catalog stores: bigints as {"$bigint": "…"}, bytes as {"$bytes": base64}. Names of
 * options are upper case, so no object of a user's has these keys.
 */
export function encodeCatalogJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return { $bigint: String(item) };
    if (isBufferJson(item)) return { $bytes: Buffer.from(item.data).toString('base64') };
    if (item instanceof Uint8Array) return { $bytes: Buffer.from(item).toString('base64') };
    return item;
  });
}

/** What Buffer's own toJSON made of a Buffer before the replacer saw it. */
function isBufferJson(item: unknown): item is { type: 'Buffer'; data: number[] } {
  return (
    typeof item === 'object' &&
    item !== null &&
    'type' in item &&
    item.type === 'Buffer' &&
    'data' in item &&
    Array.isArray(item.data)
  );
}

/** The inverse of encodeCatalogJson; the caller knows what it stored. */
export function decodeCatalogJson(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null) return item;
    if ('$bigint' in item && typeof item.$bigint === 'string') return BigInt(item.$bigint);
    if ('$bytes' in item && typeof item.$bytes === 'string') {
      return new Uint8Array(Buffer.from(item.$bytes, 'base64'));
    }
    return item;
  });
}

/** One version's changes as they are stored. */
export const encodeCatalogChanges = (changes: readonly CatalogChange[]): string =>
  encodeCatalogJson({ changes });

/**
 * The inverse. Changes that stand there as a bare list are older than the collations that pad: their utf8mb4_bin
 * meant bytes, and their keys are made so.
 */
export function decodeCatalogChanges(text: string): readonly CatalogChange[] {
  if (text.startsWith('{')) return (decodeCatalogJson(text) as { changes: readonly CatalogChange[] }).changes;
  const named = text.replaceAll('"collation":"utf8mb4_bin"', `"collation":"${defaultCollation}"`);
  return decodeCatalogJson(named) as readonly CatalogChange[];
}
