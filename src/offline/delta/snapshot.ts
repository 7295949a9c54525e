import { GatewayError } from '../../base/errors.ts';
import {
  type Action,
  type AddFile,
  type DomainMetadata,
  fileKey,
  type Protocol,
  type RemoveFile,
  type TableMetadata,
  type Transaction,
} from './actions.ts';
import type { CheckpointReader } from './checkpoint-read.ts';
import { type CheckpointFiles, type LogListing, listLog, readCommit } from './log-files.ts';

/** A table's state by its log at one version; `apply` moves it on to the next. */
export class Snapshot {
  version: number;
  protocol: Protocol | undefined;
  metadata: TableMetadata | undefined;
  /** Live files by fileKey. */
  readonly files: Map<string, AddFile>;
  /** Removed files by fileKey, for checkpoints. */
  readonly tombstones: Map<string, RemoveFile>;
  readonly transactions: Map<string, Transaction>;
  readonly domains: Map<string, DomainMetadata>;

  constructor(from?: Snapshot, options: { readonly shareTombstones?: boolean } = {}) {
    this.version = from?.version ?? -1;
    this.protocol = from?.protocol;
    this.metadata = from?.metadata;
    this.files = new Map(from?.files);
    this.tombstones =
      options.shareTombstones === true && from !== undefined ? from.tombstones : new Map(from?.tombstones);
    this.transactions = new Map(from?.transactions);
    this.domains = new Map(from?.domains);
  }

  /**
   * Applies the actions of `version`. Their order in a commit means nothing, so all removes go first
   * (PROTOCOL.md, "Action Reconciliation").
   */
  apply(version: number, actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.kind !== 'remove') continue;
      const key = fileKey(action.remove);
      this.files.delete(key);
      this.tombstones.set(key, action.remove);
    }
    for (const action of actions) {
      if (action.kind === 'add') {
        const key = fileKey(action.add);
        this.tombstones.delete(key);
        this.files.set(key, action.add);
      } else if (action.kind === 'metaData') this.metadata = action.metaData;
      else if (action.kind === 'protocol') this.protocol = action.protocol;
      else if (action.kind === 'txn') this.transactions.set(action.txn.appId, action.txn);
      else if (action.kind === 'domainMetadata') this.#applyDomain(action.domainMetadata);
    }
    this.version = version;
  }

  /** The metadata; STORAGE_ERROR for a log that never said it. */
  requireMetadata(): TableMetadata {
    if (this.metadata === undefined)
      throw new GatewayError('STORAGE_ERROR', 'Corrupt Delta log: no metaData');
    return this.metadata;
  }

  requireProtocol(): Protocol {
    if (this.protocol === undefined)
      throw new GatewayError('STORAGE_ERROR', 'Corrupt Delta log: no protocol');
    return this.protocol;
  }

  #applyDomain(domain: DomainMetadata): void {
    if (domain.removed) this.domains.delete(domain.domain);
    else this.domains.set(domain.domain, domain);
  }
}

function newestCheckpoint(listing: LogListing, version: number | undefined): CheckpointFiles | undefined {
  return listing.checkpoints.findLast((checkpoint) => version === undefined || checkpoint.version <= version);
}

/**
 * Reads the state of the table at `root` as of `version` (default: the newest): the newest complete
 * checkpoint at or before it and the commits after that. `_last_checkpoint` is only a hint by the
 * protocol; on a local disk the listing is as cheap and never lies. Throws STORAGE_ERROR when the folder
 * holds no Delta table, and POINT_BEFORE_HISTORY or POINT_IN_FUTURE for a version it cannot rebuild.
 */
export async function readSnapshot(
  root: string,
  checkpoints: CheckpointReader,
  version?: number,
): Promise<Snapshot> {
  const listing = await listLog(root);
  const last = Math.max(listing.commits.at(-1) ?? -1, listing.checkpoints.at(-1)?.version ?? -1);
  if (last < 0) throw new GatewayError('STORAGE_ERROR', 'There is no Delta table at the location');
  const target = version ?? last;
  if (target > last) {
    throw new GatewayError('POINT_IN_FUTURE', `Delta version ${target} is beyond the newest, ${last}`);
  }
  const snapshot = new Snapshot();
  const checkpoint = newestCheckpoint(listing, target);
  if (checkpoint !== undefined) snapshot.apply(checkpoint.version, await checkpoints.read(root, checkpoint));
  const present = new Set(listing.commits);
  for (let next = snapshot.version + 1; next <= target; next++) {
    if (!present.has(next)) {
      throw new GatewayError(
        'POINT_BEFORE_HISTORY',
        `Delta version ${target} cannot be rebuilt: ${next} is missing`,
      );
    }
    snapshot.apply(next, await readCommit(root, next));
  }
  return snapshot;
}
