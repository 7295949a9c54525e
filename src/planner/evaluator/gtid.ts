/** GTID_SUBSET and GTID_SUBTRACT: sets of transaction numbers by server (MySQL 8.0 manual, "GTID Sets"). */
import { GatewayError } from '../../base/errors.ts';
import { type FunctionCompiler, strict2, truth } from './argument.ts';

/** Inclusive, ascending, apart. */
type Intervals = readonly (readonly [from: bigint, to: bigint])[];
type GtidSet = ReadonlyMap<string, Intervals>;

const uuidForm = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

const malformed = (text: string): GatewayError =>
  new GatewayError('MALFORMED_GTID_SET', `Malformed GTID set specification '${text.slice(0, 200)}'.`);

function merged(intervals: readonly (readonly [bigint, bigint])[]): Intervals {
  const sorted = [...intervals].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const result: [bigint, bigint][] = [];
  for (const [from, to] of sorted) {
    const last = result.at(-1);
    if (last === undefined || from > last[1] + 1n) result.push([from, to]);
    else if (to > last[1]) last[1] = to;
  }
  return result;
}

/** The set that a text writes. Error 1772. */
function parseGtidSet(text: string): GtidSet {
  const found = new Map<string, [bigint, bigint][]>();
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    const [uuid, ...ranges] = part.split(':').map((each) => each.trim());
    if (!uuidForm.test(uuid!) || ranges.length === 0) throw malformed(text);
    const hex = uuid!.replaceAll('-', '').toLowerCase();
    const key = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
      '-',
    );
    const own = found.get(key) ?? [];
    for (const range of ranges) {
      const match = /^(\d{1,19})(?:\s*-\s*(\d{1,19}))?$/.exec(range);
      if (match === null || BigInt(match[1]!) === 0n) throw malformed(text);
      const [from, to] = [BigInt(match[1]!), BigInt(match[2] ?? match[1]!)];
      if (from <= to) own.push([from, to]);
    }
    found.set(key, own);
  }
  return new Map([...found].map(([key, intervals]) => [key, merged(intervals)]));
}

function without(intervals: Intervals, others: Intervals): Intervals {
  let rest = [...intervals];
  for (const [from, to] of others) {
    rest = rest.flatMap(([a, b]): (readonly [bigint, bigint])[] => {
      if (to < a || from > b) return [[a, b]];
      const kept: (readonly [bigint, bigint])[] = [];
      if (a < from) kept.push([a, from - 1n]);
      if (b > to) kept.push([to + 1n, b]);
      return kept;
    });
  }
  return rest;
}

function subtract(a: GtidSet, b: GtidSet): string {
  const parts = [...a.keys()].sort().flatMap((key) => {
    const rest = without(a.get(key)!, b.get(key) ?? []);
    if (rest.length === 0) return [];
    return [`${key}:${rest.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(':')}`];
  });
  return parts.join(',\n');
}

export const gtidFunctions: Readonly<Record<string, FunctionCompiler>> = {
  GTID_SUBSET: ([a, b]) =>
    strict2(a!, b!, (x, y) => truth(subtract(parseGtidSet(String(x)), parseGtidSet(String(y))) === '')),
  GTID_SUBTRACT: ([a, b]) =>
    strict2(a!, b!, (x, y) => subtract(parseGtidSet(String(x)), parseGtidSet(String(y)))),
};
