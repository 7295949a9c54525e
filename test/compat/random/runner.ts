/** Runs random queries on both servers, several at a time, and shrinks those that differ. */
import { createHash } from 'node:crypto';
import { classOf, type Difference, differenceOf } from '../compare.ts';
import { type Answer, openSide, type Side } from '../side.ts';
import { numbersFrom } from '../statements.ts';
import { explained } from './differences.ts';
import {
  both,
  count,
  type Lane,
  lanes,
  notComparable,
  openLane,
  type RandomRun,
  realDigits,
  type Servers,
} from './lane.ts';
import { type Piece, preparedOf, textOf } from './piece.ts';
import { type RandomQuery, randomQuery } from './query.ts';
import { randomTables, tableStatements } from './tables.ts';

export interface RandomReport {
  queries: number;
  prepared: number;
  readonly distinct: Set<string>;
  /** Both servers gave the same error, by its number. */
  readonly errors: Map<number, number>;
  /** What the gateway says it does not do, and how often. */
  readonly unsupported: Map<string, number>;
  readonly explained: Map<string, number>;
  readonly failures: string[];
}

const queriesPerTables = 500;
const shrinkStepsMax = 300;
/** Doubles differ in their last digits, which must not decide where a row stands. */
const keyOf = (row: readonly (Buffer | null)[], reals: readonly boolean[]): string =>
  row
    .map((value, column) => {
      if (value === null) return 'n';
      const text = value.toString('latin1');
      return `v${reals[column] === true ? String(Number(Number(text).toPrecision(9))) : text}`;
    })
    .join('\u0001');

function sorted(answer: Answer): Answer {
  if (answer.kind !== 'rows') return answer;
  const reals = answer.columns.map((column) => classOf(column) === 'real');
  const rows = answer.rows.map((row) => [keyOf(row, reals), row] as const);
  return { ...answer, rows: rows.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row) };
}

/** How a query is asked: as text, or prepared with the parameters that these numbers choose. */
type Way = { readonly kind: 'text' } | { readonly kind: 'prepared'; readonly seed: number };

interface Outcome {
  readonly difference: Difference | undefined;
  /** Of both, when they agree on it. */
  readonly errno: number | undefined;
}

async function ask(side: Side, piece: Piece, way: Way): Promise<Answer> {
  if (way.kind === 'text') return side.run(textOf(piece));
  const { sql, values } = preparedOf(piece, numbersFrom(way.seed));
  return side.execute(sql, values);
}

async function outcomeOf(lane: Lane, piece: Piece, ordered: boolean, way: Way): Promise<Outcome> {
  const [theirs, ours] = await Promise.all([ask(lane.theirs, piece, way), ask(lane.ours, piece, way)]);
  if (theirs.kind === 'error' && notComparable.has(theirs.errno))
    return { difference: undefined, errno: theirs.errno };
  const difference = ordered
    ? differenceOf(theirs, ours, realDigits)
    : differenceOf(sorted(theirs), sorted(ours), realDigits);
  const errno = theirs.kind === 'error' && ours.kind === 'error' ? theirs.errno : undefined;
  // A parameter has the type that its client sends; MySQL derives another one while it prepares.
  const kept = way.kind === 'prepared' && difference?.kind === 'type' ? undefined : difference;
  return { difference: kept, errno };
}

/** What a smaller query must have in common with the one it is made of. */
const groundOf = ({ kind, text }: Difference): string =>
  kind === 'type' ? text.replace(/^column \d+/, '') : kind;

/** The smallest form that still differs in the same way. */
async function shrink(lane: Lane, query: RandomQuery, way: Way, from: Difference): Promise<Piece> {
  let smallest = query.piece;
  for (let step = 0; step < shrinkStepsMax; ) {
    let found: Piece | undefined;
    for (const candidate of smallest.smaller) {
      if (candidate.sql.length >= smallest.sql.length) continue;
      if (++step >= shrinkStepsMax) break;
      const { difference } = await outcomeOf(lane, candidate, query.ordered, way);
      if (difference === undefined || groundOf(difference) !== groundOf(from)) continue;
      found = candidate;
      break;
    }
    if (found === undefined) break;
    smallest = found;
  }
  return smallest;
}

async function runOne(
  lane: Lane,
  query: RandomQuery,
  way: Way,
  name: string,
  report: RandomReport,
): Promise<void> {
  const sql = textOf(query.piece);
  report.queries++;
  if (way.kind === 'prepared') report.prepared++;
  report.distinct.add(createHash('md5').update(sql).digest('base64'));
  const { difference, errno } = await outcomeOf(lane, query.piece, query.ordered, way);
  if (errno !== undefined) count(report.errors, errno);
  if (difference === undefined) return;
  if (difference.kind === 'unsupported') return count(report.unsupported, difference.text);
  const smallest = await shrink(lane, query, way, difference);
  const again = (await outcomeOf(lane, smallest, query.ordered, way)).difference ?? difference;
  const known = explained(textOf(smallest), again);
  if (known !== undefined) return count(report.explained, known.mysql);
  report.failures.push(`${name} ${way.kind}: ${textOf(smallest)}\n      ${again.kind}: ${again.text}`);
}

/** Runs the queries that share a set of tables. */
async function runBatch(
  servers: Servers,
  run: RandomRun,
  batch: number,
  report: RandomReport,
): Promise<void> {
  const database = `batch${batch}`;
  const setup: Lane = {
    theirs: await openSide(servers.theirs.port),
    ours: await openSide(servers.ours.port),
  };
  const tables = randomTables(run.seed * 7919 + batch);
  await both(setup, `CREATE DATABASE ${database}`);
  await both(setup, `USE ${database}`);
  for (const [index, table] of tables.entries())
    for (const sql of tableStatements(table, run.seed * 104_729 + batch * 8 + index)) await both(setup, sql);
  const end = Math.min((batch + 1) * queriesPerTables, run.first + run.count);
  let index = Math.max(batch * queriesPerTables, run.first);
  const work = async (): Promise<void> => {
    const lane = await openLane(servers, database);
    while (index < end && report.failures.length < run.failuresMax) {
      const own = index++;
      const next = numbersFrom(run.seed * 1_000_003 + own);
      const query = randomQuery(tables, next);
      const way: Way = next(4) === 0 ? { kind: 'prepared', seed: own } : { kind: 'text' };
      await runOne(lane, query, way, `#${own}`, report);
    }
    await lane.theirs.close();
    await lane.ours.close();
  };
  await Promise.all(Array.from({ length: lanes }, work));
  await both(setup, `DROP DATABASE ${database}`);
  await setup.theirs.close();
  await setup.ours.close();
}

export async function runRandomQueries(servers: Servers, run: RandomRun): Promise<RandomReport> {
  const report: RandomReport = {
    queries: 0,
    prepared: 0,
    distinct: new Set(),
    errors: new Map(),
    unsupported: new Map(),
    explained: new Map(),
    failures: [],
  };
  const first = Math.floor(run.first / queriesPerTables);
  const last = Math.ceil((run.first + run.count) / queriesPerTables);
  for (let batch = first; batch < last && report.failures.length < run.failuresMax; batch++)
    await runBatch(servers, run, batch, report);
  return report;
}
