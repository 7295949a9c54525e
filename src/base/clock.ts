/** The one source of time: passed in, so that tests can set it. */
export interface Clock {
  /** Microseconds since 1970-01-01 UTC. */
  nowUs(): bigint;
  /** Milliseconds of a clock that never goes back, for durations. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowUs: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)),
  monotonicMs: () => performance.now(),
};
