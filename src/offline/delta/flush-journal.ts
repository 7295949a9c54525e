import type { Journal } from '../../catalog/ports.ts';
import type { FinishFlushRequest, PrepareFlushRequest } from '../../journal/flush-writer.ts';

/** What the offline tier needs of the journal besides the catalog's port: its part in a flush. */
export interface FlushJournal extends Journal {
  /**
   * Before the Delta commit: registers the new files and notes where their rows stand; nobody sees it yet.
   * Resolves with the files' numbers.
   */
  prepareFlush(request: PrepareFlushRequest): Promise<readonly number[]>;
  /** After the Delta commit; may be repeated. */
  finishFlush(request: FinishFlushRequest): Promise<void>;
}
