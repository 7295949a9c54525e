/** A point in the history: a version, or a time that stands for all commits at or before it. */
export type Point =
  | { readonly kind: 'version'; readonly version: number }
  /** Microseconds since 1970-01-01 UTC. */
  | { readonly kind: 'timestamp'; readonly us: bigint };

/** The changes of (after, through]: `BETWEEN a AND b` is after = a - 1, through = b. */
export interface VersionInterval {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly through: number;
}
