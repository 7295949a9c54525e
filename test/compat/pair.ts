import { type Gateway, startGateway } from '../support/gateway.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';
import { type Difference, differenceOf } from './compare.ts';
import { explained } from './differences.ts';
import { type Answer, openSide, type Side } from './side.ts';

/** A gateway and a MariaDB with the same database `compat`, and a connection to each. */
export interface Pair {
  readonly theirs: Side;
  readonly ours: Side;
  /** Runs a statement on both; throws unless both do it. */
  both(sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both; a reason when MariaDB is not installed. */
export async function startPair(): Promise<Pair | { readonly missing: string }> {
  const maria: MariaDb | { readonly missing: string } = await startMariaDb();
  if ('missing' in maria) return maria;
  const gateway: Gateway = await startGateway();
  const sides: Side[] = [];
  const connect = async (port: number): Promise<Side> => {
    const setup = await openSide(port);
    await setup.run('CREATE DATABASE compat');
    await setup.close();
    const side = await openSide(port, 'compat');
    sides.push(side);
    return side;
  };
  const theirs = await connect(maria.port);
  const ours = await connect(gateway.port);
  return {
    theirs,
    ours,
    async both(sql) {
      for (const side of [theirs, ours]) {
        const answer = await side.run(sql);
        if (answer.kind === 'error') throw new Error(`${answer.message}: ${sql}`);
      }
    },
    async stop() {
      for (const side of sides) await side.close();
      await gateway.stop();
      await maria.stop();
    },
  };
}

/** What comparing many statements counted, and what it found. */
export interface Tally {
  statements: number;
  same: number;
  explained: number;
  unsupported: number;
  readonly found: string[];
}

export const newTally = (): Tally => ({ statements: 0, same: 0, explained: 0, unsupported: 0, found: [] });

/** Runs a statement on both servers and counts it; a difference that is explained nowhere is kept as text. */
export async function compare(
  pair: Pair,
  sql: string,
  tally: Tally,
  known?: Answer,
): Promise<Difference | undefined> {
  const theirs = known ?? (await pair.theirs.run(sql));
  const difference = differenceOf(theirs, await pair.ours.run(sql));
  tally.statements++;
  if (difference === undefined) tally.same++;
  else if (difference.kind === 'unsupported') tally.unsupported++;
  else if (explained(sql, difference) !== undefined) tally.explained++;
  else {
    tally.found.push(`${sql}\n      ${difference.kind}: ${difference.text}`);
    return difference;
  }
  return undefined;
}
