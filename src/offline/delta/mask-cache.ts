import { type AddFile, deletionVectorId } from './actions.ts';
import { readDeletionVector } from './deletion-vector.ts';
import { emptyMask } from './scan.ts';
import { statsRowCount } from './stats.ts';

/** Masks kept, in bytes: a file of a million rows needs 125 KB. */
const cachedBytes = 64 * 1024 * 1024;

/** Deletion vectors as masks for DuckDB, by path and vector; both are immutable. */
export class MaskCache {
  readonly #masks = new Map<string, Uint8Array>();
  #bytes = 0;

  /** The mask of a file of the table at `root`; undefined when no row of it is deleted. */
  async maskOf(root: string, file: AddFile): Promise<Uint8Array | undefined> {
    if (file.deletionVector === undefined) return undefined;
    const key = `${root}\u0000${file.path}\u0000${deletionVectorId(file.deletionVector)}`;
    const cached = this.#masks.get(key);
    if (cached !== undefined) {
      this.#masks.delete(key);
      this.#masks.set(key, cached);
      return cached;
    }
    const positions = await readDeletionVector(root, file.deletionVector);
    const mask = emptyMask(statsRowCount(file.stats) ?? 0);
    positions.mark(mask);
    // Another query may have made it meanwhile; one object per vector lets tails extend it.
    const raced = this.#masks.get(key);
    if (raced !== undefined) return raced;
    this.#masks.set(key, mask);
    this.#bytes += mask.length;
    for (const [oldest, bytes] of this.#masks) {
      if (this.#bytes <= cachedBytes || oldest === key) break;
      this.#masks.delete(oldest);
      this.#bytes -= bytes.length;
    }
    return mask;
  }
}
