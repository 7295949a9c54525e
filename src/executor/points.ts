/** Points of AS OF and CHANGES as versions, with an error for what the history does not hold. */
import { GatewayError } from '../base/errors.ts';
import type { Journal } from '../catalog/ports.ts';
import type { TableDef } from '../catalog/schema.ts';
import type { BoundPoint } from '../planner/bound.ts';
import { compile } from '../planner/evaluator/compile.ts';
import { type EvaluationEnv, utcOfLocal } from '../planner/evaluator/environment.ts';
import type { Point, VersionInterval } from '../time/point.ts';
import { formatDatetime } from '../types/temporal.ts';

interface History {
  readonly journal: Journal;
  readonly nowUs: bigint;
}

/** Evaluates a point. A NULL is error 1210. */
export function evaluatePoint(bound: BoundPoint, env: EvaluationEnv): Point {
  const value = compile(bound.at)(env);
  if (value === null) throw new GatewayError('WRONG_ARGUMENTS', 'Incorrect arguments to AS OF: NULL');
  if (bound.kind === 'version') return { kind: 'version', version: Number(value) };
  const us = value as bigint;
  return { kind: 'timestamp', us: bound.at.type.kind === 'timestamp' ? us : utcOfLocal(env, us) };
}

const timeText = (us: bigint): string => `${formatDatetime(us, 6)} UTC`;

function timeOf(journal: Journal, version: number): string {
  const commit = journal.commitAt(version);
  return commit === undefined ? '' : ` (${timeText(commit.timestampUs)})`;
}

/** The first version at which a table can be read; of no table, the first of the retained history. */
function firstVersion(journal: Journal, table: TableDef | undefined): number {
  return Math.max(journal.firstVersion, table?.createdVersion ?? 0);
}

function validInterval(history: History, table: TableDef | undefined): string {
  const { journal } = history;
  const first = firstVersion(journal, table);
  const what = table === undefined ? 'The history' : `The history of '${table.database}.${table.name}'`;
  return `${what} goes from version ${first}${timeOf(journal, first)} to version ${journal.lastVersion}${timeOf(journal, journal.lastVersion)}`;
}

function pointText(point: Point): string {
  return point.kind === 'version' ? `Version ${point.version}` : `The time ${timeText(point.us)}`;
}

function inFuture(point: Point, history: History): boolean {
  const { journal, nowUs } = history;
  if (point.kind === 'version') return point.version > journal.lastVersion;
  return point.us > nowUs && point.us > journal.lastTimestampUs;
}

/** The version that a point names; commits at the very time of a timestamp belong to it. */
function versionOf(point: Point, journal: Journal): number {
  return point.kind === 'version' ? point.version : journal.versionAt(point.us);
}

/**
 * The version at which to read `table` for AS OF a point; without a table, for a whole transaction or
 * session. Error POINT_IN_FUTURE or POINT_BEFORE_HISTORY, naming the valid interval: never rounded.
 */
export function resolveAsOf(point: Point, table: TableDef | undefined, history: History): number {
  if (inFuture(point, history)) {
    throw new GatewayError(
      'POINT_IN_FUTURE',
      `${pointText(point)} is in the future. ${validInterval(history, table)}`,
    );
  }
  const version = versionOf(point, history.journal);
  if (version < firstVersion(history.journal, table)) {
    throw new GatewayError(
      'POINT_BEFORE_HISTORY',
      `${pointText(point)} is before the history. ${validInterval(history, table)}`,
    );
  }
  return version;
}

/** Why CHANGES cannot go back further, where the name had another table before. */
function copiedText({ replaces, createdVersion }: TableDef): string {
  if (replaces === undefined) return '';
  return (
    `; version ${createdVersion} is an ALTER TABLE that wrote all rows anew: ` +
    `read CHANGES UNTIL VERSION ${createdVersion - 1}, and from there on SINCE VERSION ${createdVersion}`
  );
}

export interface ChangesPoints {
  readonly from: Point;
  readonly fromExclusive: boolean;
  readonly until: Point | null;
}

/**
 * The versions whose changes CHANGES asks for. BETWEEN includes both ends; SINCE leaves its start out, so
 * consecutive polls tile. `upTo` is the newest version that the statement sees.
 */
export function resolveChanges(
  points: ChangesPoints,
  table: TableDef,
  upTo: number,
  history: History,
): VersionInterval {
  const { from, until } = points;
  for (const point of [from, until]) {
    if (point === null || !inFuture(point, history)) continue;
    throw new GatewayError(
      'POINT_IN_FUTURE',
      `${pointText(point)} is in the future. ${validInterval(history, table)}`,
    );
  }
  const through = until === null ? upTo : versionOf(until, history.journal);
  // Rows that ALTER TABLE copied came to be under other types: how they did is no change of this table.
  const first = firstVersion(history.journal, table) + (table.replaces === undefined ? 0 : 1);
  const start = versionOf(from, history.journal);
  // A version is itself a commit; a time is between two.
  const after = points.fromExclusive
    ? start
    : from.kind === 'version'
      ? start - 1
      : history.journal.versionAt(from.us - 1n);
  if (after < first - 1 && !(from.kind === 'timestamp' && start >= first)) {
    throw new GatewayError(
      'POINT_BEFORE_HISTORY',
      `${pointText(from)} is before the history. ${validInterval(history, table)}${copiedText(table)}`,
    );
  }
  const backwards =
    from.kind === 'timestamp' && until?.kind === 'timestamp' ? from.us > until.us : after > through;
  if (backwards || (!points.fromExclusive && from.kind === 'version' && start > through)) {
    throw new GatewayError(
      'INVALID_INTERVAL',
      `The interval ends (${until === null ? 'now' : pointText(until)}) before it starts (${pointText(from)})`,
    );
  }
  return { after: Math.max(after, first - 1), through };
}
