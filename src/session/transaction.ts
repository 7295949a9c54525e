import { GatewayError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { CommitRequest, Journal, ReadRow } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import type { ReadView } from '../executor/context.ts';
import { keyText, Overlay } from '../executor/overlay.ts';
import type { Point } from '../time/point.ts';
import { commitTextLength } from './commit-text.ts';

/** Joins statements to the text that a commit keeps, cut to its bound. */
class StatementText {
  #text = '';

  add(statement: string): void {
    if (this.#text.length >= commitTextLength) return;
    const joined = this.#text === '' ? statement : `${this.#text}; ${statement}`;
    this.#text = joined.length <= commitTextLength ? joined : `${joined.slice(0, commitTextLength - 1)}…`;
  }

  get text(): string {
    return this.#text;
  }
}

export interface TransactionOptions {
  readonly readOnly: boolean;
  /** READ COMMITTED: every statement sees what is committed when it starts. */
  readonly readsCommitted: boolean;
  /** The point that the whole transaction reads. */
  readonly asOf: Point | undefined;
}

/** What a session has open between BEGIN and COMMIT, or between two COMMITs without autocommit. */
export class Transaction {
  readonly overlay: Overlay;
  readonly readOnly: boolean;
  readonly asOf: Point | undefined;
  readonly #limits: Limits;
  readonly #readsCommitted: boolean;
  readonly #reads = new Map<string, ReadRow>();
  #snapshot: number | undefined;
  readonly #text = new StatementText();
  #savepoints: { readonly name: string; readonly mark: number }[] = [];

  constructor(options: TransactionOptions, limits: Limits) {
    this.#limits = limits;
    this.overlay = new Overlay(limits);
    this.readOnly = options.readOnly;
    this.#readsCommitted = options.readsCommitted;
    this.asOf = options.asOf;
  }

  /** The state that its statements read: fixed by the first of them that asks, unless it reads committed. */
  view(journal: Journal): ReadView {
    if (this.#readsCommitted) return { version: journal.lastVersion, pinned: false, overlay: this.overlay };
    this.#snapshot ??= journal.lastVersion;
    return { version: this.#snapshot, pinned: true, overlay: this.overlay };
  }

  recordStatement(text: string): void {
    this.#text.add(text);
  }

  savepoint(name: string): void {
    this.#savepoints = this.#savepoints.filter((savepoint) => savepoint.name !== name.toLowerCase());
    this.#savepoints.push({ name: name.toLowerCase(), mark: this.overlay.mark() });
  }

  /** Error 1305 when there is no such savepoint. */
  rollbackTo(name: string): void {
    const index = this.#find(name);
    this.overlay.rollbackTo(this.#savepoints[index]!.mark);
    this.#savepoints.length = index + 1;
  }

  release(name: string): void {
    this.#savepoints.length = this.#find(name);
  }

  #find(name: string): number {
    const index = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name.toLowerCase());
    if (index < 0) throw new GatewayError('UNKNOWN_FUNCTION', `SAVEPOINT ${name} does not exist`);
    return index;
  }

  /** A row that a locking read saw: COMMIT asks whether it is still that one. Error 1041 beyond the limit. */
  noteRead(table: TableDef, key: Uint8Array, version: number): void {
    if (this.overlay.get(table, key) !== undefined) return;
    this.#reads.set(`${table.id} ${keyText(key)}`, { table, key, version });
    if (this.#reads.size > this.#limits.transactionRows) {
      throw new GatewayError(
        'OUT_OF_RESOURCES',
        `The transaction locks more than ${this.#limits.transactionRows} rows`,
      );
    }
  }

  /** The commit of its changes; undefined when there are none. */
  commitRequest(by: { readonly user: string; readonly client: string }): CommitRequest | undefined {
    const tables = this.overlay.writes();
    if (tables.length === 0) return undefined;
    const reads = [...this.#reads.values()].filter(
      ({ table, key }) => this.overlay.get(table, key) === undefined,
    );
    return { ...by, statement: this.#text.text, tables, catalog: [], reads };
  }
}
