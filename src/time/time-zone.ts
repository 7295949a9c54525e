/**
 * Time zones as MySQL's `time_zone` names them: `SYSTEM` (UTC here), offsets from `-13:59` to `+14:00`, and
 * the names of the IANA database, whose rules come from the runtime.
 */

import { findInstant } from '../types/wall-clock.ts';

/** What turns an instant into a wall clock. */
export interface TimeZone {
  /** As the client named it. */
  readonly name: string;
  readonly isUtc: boolean;
  /** Minutes east of UTC at an instant; offsets of the time before zones were regular are cut to the minute. */
  minutesAt(utcUs: bigint): number;
}

const microsPerMinute = 60_000_000n;
const microsPerHour = 3_600_000_000n;

const fixed = (name: string, minutes: number): TimeZone => ({
  name,
  isUtc: minutes === 0,
  minutesAt: () => minutes,
});

/** The server's own zone. */
export const systemTimeZone: TimeZone = fixed('SYSTEM', 0);

function parseOffset(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{1,2}):([0-5]\d)$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const total = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return total >= -839 && total <= 840 ? total : undefined;
}

/** Quarters of an hour whose offset a zone remembers; formatting costs microseconds, a map lookup does not. */
const rememberedQuarters = 4_096;

function named(name: string, format: Intl.DateTimeFormat): TimeZone {
  const remembered = new Map<bigint, number>();
  const compute = (utcUs: bigint): number => {
    const text = format.format(new Date(Number(utcUs / 1000n)));
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d+):(\d+))?/.exec(text) ?? [];
    return sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  };
  // Every zone changes its offset at a whole quarter of an hour UTC, nearly all at a whole hour.
  const quarter = microsPerHour / 4n;
  return {
    name,
    isUtc: false,
    minutesAt(utcUs) {
      const slot = (utcUs - (((utcUs % quarter) + quarter) % quarter)) / quarter;
      const known = remembered.get(slot);
      if (known !== undefined) return known;
      if (remembered.size >= rememberedQuarters) remembered.clear();
      const minutes = compute(slot * quarter);
      remembered.set(slot, minutes);
      return minutes;
    },
  };
}

const namedZones = new Map<string, TimeZone>();

function findNamed(name: string): TimeZone | undefined {
  const key = name.toLowerCase();
  const known = namedZones.get(key);
  if (known !== undefined) return known;
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  const zone = /^(UTC|GMT|Etc\/UTC|Etc\/GMT)$/i.test(name) ? fixed(name, 0) : named(name, format);
  namedZones.set(key, zone);
  return zone;
}

/** The zone of this name; undefined when there is none (MySQL's error 1298). Names ignore letter case. */
export function findTimeZone(name: string): TimeZone | undefined {
  if (name.toUpperCase() === 'SYSTEM') return systemTimeZone;
  const minutes = parseOffset(name);
  return minutes === undefined ? findNamed(name) : fixed(name, minutes);
}

/** The wall clock of a zone at an instant; both in microseconds. */
export function wallClockAt(zone: TimeZone, utcUs: bigint): bigint {
  return utcUs + BigInt(zone.minutesAt(utcUs)) * microsPerMinute;
}

/** The instant of a wall clock: of a repeated hour the earlier one, of a skipped hour the moment of the jump. */
export const instantOf = (zone: TimeZone, wallUs: bigint): bigint =>
  findInstant((utcUs) => zone.minutesAt(utcUs), wallUs).utcUs;
