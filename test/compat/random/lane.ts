/** The two servers that random statements run on, and connections to them. */
import type { Gateway } from '../../support/gateway.ts';
import type { MariaDb } from '../../support/mariadb.ts';
import { openSide, type Side } from '../side.ts';

export interface Servers {
  readonly theirs: MariaDb;
  readonly ours: Gateway;
}

export interface RandomRun {
  readonly seed: number;
  /** Queries `first` … `first + count - 1` of the seed. */
  readonly first: number;
  readonly count: number;
  readonly failuresMax: number;
}

/** Statements that run at the same time. */
export const lanes = 4;
const statementSecondsMax = 5;
/**
 * What MariaDB answers where there is nothing to compare with: out of time (1969), and a mix of its collation for
 * parameters with the one for literals (1267), which are one in MySQL.
 */
export const notComparable: ReadonlySet<number> = new Set([1969, 1267]);
/** Sums of doubles depend on the order of their rows. */
export const realDigits = 11;

/** A connection to each, for one statement at a time. */
export interface Lane {
  readonly theirs: Side;
  readonly ours: Side;
}

export async function openLane(servers: Servers, database: string): Promise<Lane> {
  const theirs = await openSide(servers.theirs.port, database);
  const ours = await openSide(servers.ours.port, database);
  // MySQL rounds fractions of seconds; this mode makes MariaDB do so.
  await theirs.run("SET sql_mode = CONCAT(@@sql_mode, ',TIME_ROUND_FRACTIONAL')");
  // Some INTERSECT ALL never ends in MariaDB 10.11.
  await theirs.run(`SET max_statement_time = ${statementSecondsMax}`);
  await ours.run(`SET max_execution_time = ${statementSecondsMax * 4000}`);
  return { theirs, ours };
}

/** Runs it on both; throws unless both do it. */
export async function both(lane: Lane, sql: string): Promise<void> {
  for (const side of [lane.theirs, lane.ours]) {
    const answer = await side.run(sql);
    if (answer.kind === 'error') throw new Error(`${answer.message}: ${sql}`);
  }
}

export const count = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};
