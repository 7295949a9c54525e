/** Points as text: the session's as_of, and database names such as `shop@v12`. */
import { formatDatetime, parseDatetime } from '../types/temporal.ts';
import type { Point } from './point.ts';

const maxVersion = 2 ** 48 - 1;

/**
 * A point from text: `12` or `v12` is a version; any other is a time in the forms of MySQL's datetimes, with
 * `Z` or an offset, or else `zoneMinutes` east of UTC. A number of 8 or 14 digits is a time (20210623), as
 * no gateway has that many versions; `v` says otherwise. Undefined for text that is no point.
 */
export function parsePoint(text: string, zoneMinutes = 0): Point | undefined {
  const trimmed = text.trim();
  const version = /^v(\d+)$/i.exec(trimmed)?.[1] ?? (/^\d+$/.test(trimmed) ? trimmed : undefined);
  if (version !== undefined && (/^v/i.test(trimmed) || !/^(\d{8}|\d{14})$/.test(trimmed))) {
    return Number(version) > maxVersion ? undefined : { kind: 'version', version: Number(version) };
  }
  const zoned = /[+-]\d\d:\d\d$/.test(trimmed);
  const utc = /z$/i.test(trimmed);
  const us = parseDatetime(utc ? trimmed.slice(0, -1) : trimmed);
  if (us === undefined) return undefined;
  return { kind: 'timestamp', us: utc || zoned ? us : us - BigInt(zoneMinutes) * 60_000_000n };
}

/** A point as it stands behind AS OF. */
export function pointText(point: Point): string {
  return point.kind === 'version'
    ? `VERSION ${point.version}`
    : `TIMESTAMP '${formatDatetime(point.us, 6)}Z'`;
}

/** A database's name as a client gives it; `point` when it ends in `@` and a point. */
export interface DatabaseName {
  readonly database: string;
  readonly point: Point | undefined;
}

/**
 * Splits `shop@v12` and `shop@2021-06-23T00:15:00Z`. A name whose text after the last `@` is no point is
 * taken whole; times without a zone are UTC.
 */
export function parseDatabaseName(name: string): DatabaseName {
  const at = name.lastIndexOf('@');
  const point = at <= 0 ? undefined : parsePoint(name.slice(at + 1));
  return point === undefined ? { database: name, point } : { database: name.slice(0, at), point };
}
