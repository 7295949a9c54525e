/** From a zone's wall clock to instants, as MySQL finds them; all in microseconds. */

const microsPerMinute = 60_000_000n;
const microsPerDay = 86_400_000_000n;

/** Minutes that a zone is east of UTC at an instant. */
export type MinutesAt = (utcUs: bigint) => number;

export interface FoundInstant {
  readonly utcUs: bigint;
  /** No clock of the zone ever showed this: it was set forward over it. */
  readonly skipped: boolean;
}

/** The instant of a wall clock: of a repeated hour the earlier one, of a skipped hour the moment of the jump. */
export function findInstant(minutesAt: MinutesAt, wallUs: bigint): FoundInstant {
  const clockAt = (utcUs: bigint): bigint => utcUs + BigInt(minutesAt(utcUs)) * microsPerMinute;
  const before = wallUs - BigInt(minutesAt(wallUs - microsPerDay)) * microsPerMinute;
  const after = wallUs - BigInt(minutesAt(wallUs + microsPerDay)) * microsPerMinute;
  if (clockAt(before) === wallUs) return { utcUs: before, skipped: false };
  if (clockAt(after) === wallUs) return { utcUs: after, skipped: false };
  return { utcUs: jumpBetween(minutesAt, after, before), skipped: true };
}

/** The first instant with the later offset, in (from, through]. */
function jumpBetween(minutesAt: MinutesAt, from: bigint, through: bigint): bigint {
  let low = from;
  let high = through;
  const offset = minutesAt(through);
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (minutesAt(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}
