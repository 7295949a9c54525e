import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { GatewayError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { TableDef } from '../../catalog/schema.ts';
import type { DuckPort } from './duck-port.ts';
import { fileTagsOf } from './file-actions.ts';
import type { FlushJournal } from './flush-journal.ts';
import type { MaskCache } from './mask-cache.ts';
import { OwnLog } from './own-log.ts';
import type { StoredColumn } from './own-schema.ts';
import type { Snapshot } from './snapshot.ts';
import { Tail } from './tail.ts';
import { nextTurn } from './turns.ts';

/** Versions whose changes are taken into the tail in one turn. */
const versionsPerTurn = 256;

export interface OfflineContext {
  readonly duck: DuckPort;
  readonly journal: FlushJournal;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'dataFileRows' | 'flushRows' | 'flushBytes' | 'flushAgeMs'>;
  readonly masks: MaskCache;
}

/** What the newest state of a table consists of; replaced as a whole by a flush. */
export interface Generation {
  /** The version that `snapshot` holds. */
  readonly flushed: number;
  readonly snapshot: Snapshot;
  readonly stored: readonly StoredColumn[];
  readonly tail: Tail;
}

/** One of our tables in the offline tier. Readers take a generation; one writer at a time replaces it. */
export class OfflineTable {
  readonly context: OfflineContext;
  /** Set while a commit's outcome is unknown: the log must be read again. */
  outcomeUnknown = false;
  readonly #id: number;
  #log: OwnLog;
  #generation: Generation;
  #exclusive: Promise<void> = Promise.resolve();
  #switching: Promise<void> | undefined;

  constructor(context: OfflineContext, table: TableDef, log: OwnLog) {
    this.context = context;
    this.#id = table.id;
    this.#log = log;
    this.#generation = this.#makeGeneration(table);
    this.#requireOwnFiles();
  }

  /** The table as the catalog has it now; as it last was, once it is dropped. */
  get table(): TableDef {
    return this.context.journal.catalog.tableById(this.#id) ?? this.#generation.tail.table;
  }

  /**
   * The table as its files are written now: by the schema of the log. An ALTER may come at any await of a
   * writer; it counts for files only once `applySchema` has brought it into the log.
   */
  get schema(): TableDef {
    const { schemaVersion } = this.#log;
    // Its first rows are written for the commit that is going to create it.
    if (this.context.journal.catalog.tableById(this.#id) === undefined) return this.table;
    const schema = this.context.journal.catalog.tableSchema(this.#id, schemaVersion);
    assert(schema !== undefined, `table ${this.#id} has no schema version ${schemaVersion}`);
    return schema;
  }

  get log(): OwnLog {
    return this.#log;
  }

  /** The generation as it is now, for the writer. */
  get generation(): Generation {
    return this.#generation;
  }

  /** Runs writers (flush, ALTER) one after another. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#exclusive.then(work);
    this.#exclusive = turn.then(
      () => {},
      () => {},
    );
    return await turn;
  }

  /**
   * The newest generation, its tail loaded through `version` and held until `unpin`. Between the journal's
   * end of a flush and the change of generations nobody may look, so that moment is waited for.
   */
  async pin(version: number): Promise<Generation> {
    await this.approach(version);
    while (this.#switching !== undefined) await this.#switching;
    this.loadTail(version);
    const generation = this.#generation;
    generation.tail.hold();
    return generation;
  }

  /** Loads most of a long tail, in several turns of the event loop. */
  async approach(version: number): Promise<void> {
    for (;;) {
      while (this.#switching !== undefined) await this.#switching;
      const next = this.#generation.tail.loadedThrough + versionsPerTurn;
      if (next >= version) return;
      this.loadTail(next);
      await nextTurn();
    }
  }

  unpin(generation: Generation): void {
    generation.tail.release();
  }

  /** Takes the journal's changes up to `version` into the tail. */
  loadTail(version: number): void {
    const after = this.#generation.tail.loadedThrough;
    if (version <= after) return;
    const { journal } = this.context;
    const { table } = this;
    if (table.schemaVersion !== this.#generation.tail.table.schemaVersion) this.#renewTail(table);
    const changes = journal.changes(table, after, version);
    this.#generation.tail.load(changes, journal.bulkLoads(table.id, after, version), version);
  }

  /** Ends a Delta commit that gave the log a new gateway version: tells the journal, changes generations. */
  async finish(written: { readonly files: readonly string[]; readonly changeFile?: string }): Promise<void> {
    this.#requireOwnFiles();
    const work = async (): Promise<void> => {
      await this.context.journal.finishFlush({
        tableId: this.#id,
        throughVersion: this.#log.gatewayVersion,
        deltaVersion: this.#log.snapshot.version,
        ...written,
      });
      const old = this.#generation.tail;
      this.#generation = this.#makeGeneration(this.table);
      this.loadTail(old.loadedThrough);
      old.release();
    };
    const switching = work();
    const over = (): void => {
      this.#switching = undefined;
    };
    // Readers wait for its end, whatever that is: after a failure the old generation goes on.
    this.#switching = switching.then(over, over);
    await switching;
  }

  /** Reads the log again after a failed commit, whose outcome is unknown. */
  async reopenLog(): Promise<void> {
    this.#log = await OwnLog.open(this.#log.root, this.context);
    this.outcomeUnknown = false;
  }

  /** Gives the table's rows in DuckDB's memory back; running queries keep theirs. */
  close(): void {
    this.#generation.tail.release();
  }

  /** An ALTER came: the tail is empty, because the journal lets no ALTER pass before. */
  #renewTail(table: TableDef): void {
    const { tail } = this.#generation;
    assert(tail.empty, 'a tail spans schema versions');
    this.#generation = {
      ...this.#generation,
      tail: new Tail(table, this.#generation.flushed, this.context.duck),
    };
    this.#generation.tail.load([], [], tail.loadedThrough);
    tail.release();
  }

  #requireOwnFiles(): void {
    const { database, name } = this.table;
    for (const file of this.#log.snapshot.files.values()) {
      if (fileTagsOf(file) !== undefined) continue;
      throw new GatewayError(
        'STORAGE_ERROR',
        `The Delta table of ${database}.${name} was changed by another writer`,
      );
    }
  }

  #makeGeneration(table: TableDef): Generation {
    const { snapshot, stored, gatewayVersion } = this.#log;
    const tail = new Tail(table, gatewayVersion, this.context.duck);
    return { flushed: gatewayVersion, snapshot, stored, tail };
  }
}
