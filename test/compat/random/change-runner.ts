/** Runs random sequences of changes on both servers, and leaves out what they need not to differ. */
import { type Difference, differenceOf } from '../compare.ts';
import { openSide } from '../side.ts';
import { numbersFrom } from '../statements.ts';
import { randomChanges, wholeKey } from './change.ts';
import { explained } from './differences.ts';
import { both, count, type Lane, lanes, openLane, type RandomRun, realDigits, type Servers } from './lane.ts';
import { randomTables, type TableDef, tableStatements } from './tables.ts';

/** Runs a sequence on tables made for it; the first answer or table that differs, with what led to it. */
async function runChanges(
  lane: Lane,
  tables: readonly TableDef[],
  seed: number,
  changes: readonly string[],
): Promise<{ readonly at: number; readonly difference: Difference } | undefined> {
  for (const table of tables) {
    await both(lane, `DROP TABLE IF EXISTS ${table.name}`);
    for (const sql of tableStatements(table, seed)) await both(lane, sql);
  }
  const check = async (sql: string): Promise<Difference | undefined> => {
    const [theirs, ours] = await Promise.all([lane.theirs.run(sql), lane.ours.run(sql)]);
    const difference = differenceOf(theirs, ours, realDigits);
    return difference === undefined || difference.kind === 'type' || explained(sql, difference) !== undefined
      ? undefined
      : difference;
  };
  for (const [at, sql] of changes.entries()) {
    let difference = await check(sql);
    for (const table of tables)
      difference ??= await check(`SELECT * FROM ${table.name} ORDER BY ${wholeKey(table)}`);
    if (difference === undefined) continue;
    await lane.theirs.run('ROLLBACK');
    await lane.ours.run('ROLLBACK');
    return { at, difference };
  }
  const ended = await Promise.all([lane.theirs.run('ROLLBACK'), lane.ours.run('ROLLBACK')]);
  return ended.every(({ kind }) => kind === 'ok')
    ? undefined
    : { at: changes.length, difference: { kind: 'error', text: 'ROLLBACK' } };
}

export interface ChangesReport {
  sequences: number;
  statements: number;
  readonly unsupported: Map<string, number>;
  readonly failures: string[];
}

/** Random sequences of changes, each on two tables of its own in the lane's database. */
export async function runRandomChanges(servers: Servers, run: RandomRun): Promise<ChangesReport> {
  const report: ChangesReport = { sequences: 0, statements: 0, unsupported: new Map(), failures: [] };
  let index = run.first;
  const work = async (_: unknown, laneNumber: number): Promise<void> => {
    const database = `changes${laneNumber}`;
    const setup: Lane = {
      theirs: await openSide(servers.theirs.port),
      ours: await openSide(servers.ours.port),
    };
    await both(setup, `CREATE DATABASE ${database}`);
    await setup.theirs.close();
    await setup.ours.close();
    const lane = await openLane(servers, database);
    while (index < run.first + run.count && report.failures.length < run.failuresMax) {
      const own = index++;
      const next = numbersFrom(run.seed * 500_009 + own);
      const tables = randomTables(run.seed * 7919 + own).slice(1, 3);
      let changes = randomChanges(tables, next);
      report.sequences++;
      report.statements += changes.length;
      let found = await runChanges(lane, tables, own, changes);
      if (found === undefined) continue;
      if (found.difference.kind === 'unsupported') {
        count(report.unsupported, found.difference.text);
        continue;
      }
      // Without what is not needed for it to differ.
      changes = changes.slice(0, found.at + 1);
      for (let at = changes.length - 2; at >= 0; at--) {
        const fewer = changes.toSpliced(at, 1);
        const still = await runChanges(lane, tables, own, fewer);
        if (still?.at !== fewer.length - 1 || still.difference.kind !== found.difference.kind) continue;
        [changes, found] = [fewer, still];
      }
      const made = tables.flatMap((table) => tableStatements(table, own));
      const parts = [...made, ...changes].map((sql) => `      ${sql};`).join('\n');
      report.failures.push(`#${own}: ${found.difference.kind}: ${found.difference.text}\n${parts}`);
    }
    await lane.theirs.close();
    await lane.ours.close();
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return report;
}
