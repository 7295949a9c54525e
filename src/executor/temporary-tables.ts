import { GatewayError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { CatalogSnapshot } from '../catalog/catalog.ts';
import type {
  Commit,
  CommitRequest,
  Journal,
  KeyRange,
  OnlineRow,
  OnlineStore,
  TableWrite,
} from '../catalog/ports.ts';
import type { CatalogChange, TableDef } from '../catalog/schema.ts';
import type { DuckEngine } from '../offline/duckdb/engine.ts';
import type { DuckRelation } from '../offline/duckdb/relation.ts';
import { rowVersionColumn } from '../planner/bound.ts';
import type { Row } from '../types/value.ts';
import type { ExecutorServices, OfflineTier } from './context.ts';
import { keyText, rowBytes } from './overlay.ts';
import { rowTypes } from './relations.ts';

/** Above every number that a table of the catalog can have. */
let nextId = 2 ** 40;

/** Of all sessions, so that plans kept under it are never another session's, nor those of one before on a connection. */
let lastGeneration = 0;

/** Rows handed to DuckDB in one piece. */
const rowsPerPart = 2_048;

/** Their rows have no version. */
const noVersion = 0;

/** The rows as DuckDB has them; they leave its memory with the last query that reads them. */
interface Shared {
  readonly relation: Promise<DuckRelation>;
  holders: number;
}

/** One temporary table: its rows by key, in memory. */
class TemporaryTable {
  def: TableDef;
  counter = 1n;
  bytes = 0;
  #rows = new Map<string, Row>();
  #ordered: readonly string[] | undefined;
  #shared: Shared | undefined;

  constructor(def: TableDef) {
    this.def = def;
  }

  /** The table under another schema of it, after an ALTER that leaves its rows where they are. */
  become(def: TableDef): void {
    const at = def.columns.map(({ id }) => this.def.columns.findIndex((column) => column.id === id));
    const rows = [...this.#rows].map(([key, row]): [string, Row] => [
      key,
      at.map((from, index) => (from < 0 ? (def.columns[index]!.initial ?? null) : row[from]!)),
    ]);
    this.#rows = new Map(rows);
    this.def = def;
    this.#changed();
  }

  get(key: Uint8Array): OnlineRow | undefined {
    const row = this.#rows.get(keyText(key));
    return row === undefined ? undefined : { row, version: noVersion };
  }

  *range({ from, to, reverse, limit }: KeyRange): Iterable<OnlineRow> {
    this.#ordered ??= [...this.#rows.keys()].sort((a, b) => (a < b ? -1 : 1));
    const [low, high] = [keyText(from), keyText(to)];
    const within = this.#ordered.filter((key) => key >= low && (to.length === 0 || key < high));
    if (reverse) within.reverse();
    for (const key of within.slice(0, limit)) yield { row: this.#rows.get(key)!, version: noVersion };
  }

  write({ changes }: TableWrite): void {
    for (const { key, after } of changes) {
      const text = keyText(key);
      this.bytes -= rowBytes(this.#rows.get(text) ?? null);
      if (after === null) this.#rows.delete(text);
      else this.#rows.set(text, after);
      this.bytes += rowBytes(after);
    }
    this.#changed();
  }

  /** All rows with the columns `c<i>` and `rv`. */
  async state(duckdb: DuckEngine): Promise<DuckRelation> {
    this.#shared ??= { relation: this.#inDuckdb(duckdb), holders: 1 };
    const shared = this.#shared;
    shared.holders++;
    let held = true;
    const { sql, parameters } = await shared.relation;
    const release = (): void => {
      if (held) letGo(shared);
      held = false;
    };
    return { sql, parameters, details: [`${this.#rows.size} rows of a temporary table`], release };
  }

  drop(): void {
    this.#rows.clear();
    this.#changed();
  }

  #inDuckdb(duckdb: DuckEngine): Promise<DuckRelation> {
    const rows = [...this.#rows.values()];
    const parts = function* (): Iterable<readonly Row[]> {
      for (let from = 0; from < rows.length; from += rowsPerPart)
        yield rows.slice(from, from + rowsPerPart).map((row) => [...row, BigInt(noVersion)]);
    };
    const columns = rowTypes(this.def).map((type, index) => ({ name: `c${index}`, type }));
    return duckdb.relationOfRows({ columns, rows: parts() }, { rowVersionLast: true });
  }

  #changed(): void {
    this.#ordered = undefined;
    if (this.#shared !== undefined) letGo(this.#shared);
    this.#shared = undefined;
  }
}

const growth = (changes: TableWrite['changes']): number =>
  changes.reduce((sum, { before, after }) => sum + rowBytes(after) - rowBytes(before), 0);

function letGo(shared: Shared): void {
  shared.holders--;
  if (shared.holders > 0) return;
  shared.relation.then(
    (relation) => relation.release(),
    () => undefined,
  );
}

/** The temporary tables of one session, and the tiers and the catalog as a session with such tables sees them. */
export class TemporaryTables {
  /** Another number after whatever changes names or definitions: plans of before hold no more. */
  generation = 0;
  readonly #byId = new Map<number, TemporaryTable>();
  readonly #limits: Limits;
  #catalog:
    | { readonly base: CatalogSnapshot; readonly generation: number; readonly seen: CatalogSnapshot }
    | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The number that the next temporary table takes. */
  newId(): number {
    return nextId++;
  }

  /** The catalog with these tables before others of their names. */
  catalogOver(base: CatalogSnapshot): CatalogSnapshot {
    if (this.#byId.size === 0) return base;
    if (this.#catalog?.base !== base || this.#catalog.generation !== this.generation) {
      const seen = base.withTemporary([...this.#byId.values()].map(({ def }) => def));
      this.#catalog = { base, generation: this.generation, seen };
    }
    return this.#catalog.seen;
  }

  /** Drops them all. */
  clear(): void {
    if (this.#byId.size === 0) return;
    for (const table of this.#byId.values()) table.drop();
    this.#byId.clear();
    this.generation = ++lastGeneration;
  }

  /** The tiers of a session: what concerns its temporary tables is answered here. */
  services(base: ExecutorServices): Pick<ExecutorServices, 'journal' | 'online' | 'offline'> {
    return {
      journal: this.#journal(base.journal),
      online: this.#online(base.online),
      offline: this.#offline(base.offline, base.duckdb),
    };
  }

  #find(database: string, name: string): TemporaryTable | undefined {
    for (const table of this.#byId.values())
      if (table.def.database === database && table.def.name === name) return table;
    return undefined;
  }

  /** What of a commit is not about temporary tables; error 1114 when these would hold too much. */
  #rest(request: CommitRequest): CommitRequest {
    const bytes = request.tables
      .filter(({ table }) => table.temporary === true)
      .reduce((sum, { changes }) => sum + growth(changes), 0);
    const held = [...this.#byId.values()].reduce((sum, table) => sum + table.bytes, 0);
    if (bytes > 0 && held + bytes > this.#limits.temporaryTableBytes) {
      const full = request.tables.find(({ table }) => table.temporary === true)!.table.name;
      throw new GatewayError('TABLE_FULL', `The table '${full}' is full`);
    }
    return {
      ...request,
      tables: request.tables.filter(({ table }) => table.temporary !== true),
      reads: (request.reads ?? []).filter(({ table }) => table.temporary !== true),
      catalog: request.catalog.filter((change) => !this.#isOwn(change)),
    };
  }

  #isOwn(change: CatalogChange): boolean {
    if (change.kind === 'putRelation')
      return change.relation.kind === 'table' && change.relation.temporary === true;
    return change.kind === 'dropRelation' && this.#find(change.database, change.name) !== undefined;
  }

  #apply({ catalog, tables }: CommitRequest): void {
    // A rename puts the new name before it drops the old one: what is put stays.
    const put = new Set<number>();
    for (const change of catalog) {
      if (!this.#isOwn(change)) continue;
      this.generation = ++lastGeneration;
      if (change.kind === 'putRelation' && change.relation.kind === 'table') {
        const known = this.#byId.get(change.relation.id);
        if (known === undefined) this.#byId.set(change.relation.id, new TemporaryTable(change.relation));
        else known.become(change.relation);
        put.add(change.relation.id);
      } else if (change.kind === 'dropRelation') {
        const table = this.#find(change.database, change.name)!;
        if (put.has(table.def.id)) continue;
        table.drop();
        this.#byId.delete(table.def.id);
      }
    }
    for (const write of tables) this.#byId.get(write.table.id)?.write(write);
  }

  async #commit(base: Journal, request: CommitRequest): Promise<Commit> {
    const rest = this.#rest(request);
    const isOwn = rest.tables.length < request.tables.length || rest.catalog.length < request.catalog.length;
    if (!isOwn) return base.commit(request);
    const commit =
      rest.tables.length > 0 || rest.catalog.length > 0
        ? await base.commit(rest)
        : base.commitAt(base.lastVersion);
    this.#apply(request);
    return commit!;
  }

  #journal(base: Journal): Journal {
    const tables = this.#byId;
    const tablesSeen = (): CatalogSnapshot => this.catalogOver(base.catalog);
    return {
      get lastVersion() {
        return base.lastVersion;
      },
      get lastTimestampUs() {
        return base.lastTimestampUs;
      },
      get storedVersion() {
        return base.storedVersion;
      },
      get firstVersion() {
        return base.firstVersion;
      },
      get catalog() {
        return tablesSeen();
      },
      commit: (request) => this.#commit(base, request),
      commitAt: (version) => base.commitAt(version),
      versionAt: (us) => base.versionAt(us),
      commits: (from, through) => base.commits(from, through),
      changes: (table, after, through) => base.changes(table, after, through),
      keyEntry(table, key) {
        if (table.temporary !== true) return base.keyEntry(table, key);
        const found = tables.get(table.id)?.get(key);
        return found === undefined ? undefined : { version: noVersion, location: { kind: 'tail' } };
      },
      onCommit: (listener) => base.onCommit(listener),
      ...this.#counters(base),
      tailStats: (tableId) => base.tailStats(tableId),
      bulkLoads: (tableId, after, through) => base.bulkLoads(tableId, after, through),
      flushes: (tableId) => base.flushes(tableId),
      flushedThrough: (tableId) => base.flushedThrough(tableId),
    };
  }

  /** Counters of tables that are being made are kept until their commit. */
  readonly #unborn = new Map<number, { counter: bigint }>();

  #counters(
    base: Journal,
  ): Pick<
    Journal,
    'reserveAutoIncrement' | 'raiseAutoIncrement' | 'resetAutoIncrement' | 'nextAutoIncrement'
  > {
    const own = (tableId: number): { counter: bigint } | undefined => {
      if (tableId < 2 ** 40) return undefined;
      const table = this.#byId.get(tableId);
      const waiting = this.#unborn.get(tableId);
      if (table === undefined) {
        const counter = waiting ?? { counter: 1n };
        this.#unborn.set(tableId, counter);
        return counter;
      }
      if (waiting !== undefined && waiting.counter > table.counter) table.counter = waiting.counter;
      this.#unborn.delete(tableId);
      return table;
    };
    return {
      reserveAutoIncrement(tableId, count) {
        const counter = own(tableId);
        if (counter === undefined) return base.reserveAutoIncrement(tableId, count);
        const first = counter.counter;
        counter.counter += BigInt(count);
        return first;
      },
      raiseAutoIncrement(tableId, value) {
        const counter = own(tableId);
        if (counter === undefined) base.raiseAutoIncrement(tableId, value);
        else if (value >= counter.counter) counter.counter = value + 1n;
      },
      resetAutoIncrement(tableId, next) {
        const counter = own(tableId);
        if (counter === undefined) base.resetAutoIncrement(tableId, next);
        else counter.counter = next;
      },
      nextAutoIncrement: (tableId) => own(tableId)?.counter ?? base.nextAutoIncrement(tableId),
    };
  }

  #online(base: OnlineStore): OnlineStore {
    const of = (table: TableDef): TemporaryTable | undefined => this.#byId.get(table.id);
    return {
      complete: (table) => table.temporary === true || base.complete(table),
      get: (table, key) => (table.temporary === true ? of(table)?.get(key) : base.get(table, key)),
      getMany: (table, keys) =>
        table.temporary === true ? keys.map((key) => of(table)?.get(key)) : base.getMany(table, keys),
      range: (table, range) =>
        table.temporary === true ? (of(table)?.range(range) ?? []) : base.range(table, range),
    };
  }

  #offline(base: OfflineTier, duckdb: DuckEngine): OfflineTier {
    return {
      state: async (request) => {
        if (request.table.temporary !== true) return base.state(request);
        const table = this.#byId.get(request.table.id) ?? new TemporaryTable(request.table);
        const all = await table.state(duckdb);
        const used = request.columnsUsed.filter((column) => column !== rowVersionColumn);
        return {
          ...all,
          sql: `SELECT ${[...used.map((column) => `c${column}`), 'rv'].join(', ')} FROM (${all.sql})`,
        };
      },
      changes: (request) => base.changes(request),
      bulkWriter: (table) => base.bulkWriter(table),
      discard: (tableId) => base.discard(tableId),
    };
  }
}
