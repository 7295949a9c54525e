import type { BulkFile, BulkLoad, FlushRecord, TailStats } from '../catalog/ports.ts';

/** A data file as the journal's registry holds it. */
export interface StoredFile extends BulkFile {
  readonly fileNumber: number;
  /** Whether a finished flush or a bulk commit stands behind it. */
  readonly live: boolean;
}

/** A committed bulk load: what its staged rows mean. */
export interface StagedLoad {
  readonly version: number;
  /** Whether the online tier has its entities' newest rows; always of a table without EVENT_TIME. */
  readonly published: boolean;
  readonly files: readonly { readonly fileNumber: number; readonly rowCount: number }[];
}

interface TailCommit {
  readonly version: number;
  readonly timestampUs: bigint;
  readonly rows: number;
  readonly bytes: number;
}

/** What the process remembers of one table's journal; rebuilt from the store when it opens. */
export class TableJournal {
  readonly tableId: number;
  /** The next AUTO_INCREMENT value. */
  counter = 1n;
  /** What of `counter` is on disk. */
  storedCounter = 1n;
  nextFileNumber = 1;
  readonly files = new Map<number, StoredFile>();
  /** Committed bulk loads by their number. */
  readonly loads = new Map<number, StagedLoad>();
  /** Numbers of bulk loads that this process is writing. */
  readonly staging = new Set<number>();
  readonly #numbersByPath = new Map<string, number>();
  /** The tail's records up to this version may be gone. */
  trimmedThrough = 0;
  #flushes: readonly FlushRecord[] = [];
  #bulkLoads: readonly BulkLoad[] = [];
  #tail: TailCommit[] = [];
  #rows = 0;
  #bytes = 0;
  readonly #unpublished = new Map<number, StagedLoad>();

  constructor(tableId: number) {
    this.tableId = tableId;
  }

  get flushes(): readonly FlushRecord[] {
    return this.#flushes;
  }

  get flushedThrough(): number {
    return this.#flushes.at(-1)?.throughVersion ?? 0;
  }

  get bulkLoads(): readonly BulkLoad[] {
    return this.#bulkLoads;
  }

  /** Remembers a file. A name that a failed flush had used means the file registered last. */
  addFile(file: StoredFile): void {
    this.files.set(file.fileNumber, file);
    this.#numbersByPath.set(file.path, file.fileNumber);
    this.nextFileNumber = Math.max(this.nextFileNumber, file.fileNumber + 1);
  }

  fileByPath(path: string): StoredFile | undefined {
    const fileNumber = this.#numbersByPath.get(path);
    return fileNumber === undefined ? undefined : this.files.get(fileNumber);
  }

  /** Committed bulk loads whose rows are on their way into the online tier, by their number. */
  get unpublished(): ReadonlyMap<number, StagedLoad> {
    return this.#unpublished;
  }

  addLoad(loadId: number, load: StagedLoad): void {
    this.loads.set(loadId, load);
    if (load.published) this.#unpublished.delete(loadId);
    else this.#unpublished.set(loadId, load);
  }

  addChanges(version: number, timestampUs: bigint, rows: number, bytes: number): void {
    const last = this.#tail.at(-1);
    if (last?.version === version) {
      this.#tail[this.#tail.length - 1] = { ...last, rows: last.rows + rows, bytes: last.bytes + bytes };
    } else {
      this.#tail.push({ version, timestampUs, rows, bytes });
    }
    this.#rows += rows;
    this.#bytes += bytes;
  }

  addBulkLoad(load: BulkLoad, timestampUs: bigint): void {
    this.#bulkLoads = [...this.#bulkLoads, load];
    this.addChanges(load.version, timestampUs, 0, 0);
  }

  /** A flush has finished: its part of the tail counts no more. */
  addFlush(flush: FlushRecord): void {
    this.#flushes = [
      ...this.#flushes.filter((known) => known.throughVersion !== flush.throughVersion),
      flush,
    ];
    this.#bulkLoads = this.#bulkLoads.filter(({ version }) => version > flush.throughVersion);
    const rest = this.#tail.findIndex(({ version }) => version > flush.throughVersion);
    const flushed = this.#tail.splice(0, rest < 0 ? this.#tail.length : rest);
    for (const { rows, bytes } of flushed) {
      this.#rows -= rows;
      this.#bytes -= bytes;
    }
  }

  stats(): TailStats {
    return {
      rows: this.#rows,
      bytes: this.#bytes,
      oldestUs: this.#tail[0]?.timestampUs,
      bulkLoads: this.#bulkLoads.length,
    };
  }
}

/** The tables' journals by table id, made when first asked for. */
export class TableJournals {
  readonly #byId = new Map<number, TableJournal>();

  get(tableId: number): TableJournal {
    let table = this.#byId.get(tableId);
    if (table === undefined) {
      table = new TableJournal(tableId);
      this.#byId.set(tableId, table);
    }
    return table;
  }

  all(): Iterable<TableJournal> {
    return this.#byId.values();
  }
}
