/**
 * The temporal clauses of a table, between its name and its alias.
 *
 * None of their words is reserved, so each is recognised by what follows it:
 * - `t AS OF x` is a clause, unless what follows OF ends the table (a comma, a closing parenthesis, the end,
 *   a reserved word that begins no expression): then `of` is the alias. MySQL 8.0 reserves OF, so no
 *   statement of MySQL 8.0 changes its meaning.
 * - `t CHANGES` before BETWEEN or SINCE is a clause, otherwise an alias.
 * - `t FOR` before SYSTEM_TIME or EVENT_TIME is a clause, otherwise it begins FOR UPDATE or FOR SHARE.
 * - `VERSION` and `TIMESTAMP` before a point say its unit, except in `VERSION()` and `TIMESTAMP(x)`.
 */
import { notSupported } from '../../base/errors.ts';
import type { ChangesNode, EventTimeNode, PointNode } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import { tokenKind } from '../tokens.ts';

export interface TemporalClauses {
  readonly asOf: PointNode | null;
  readonly changes: ChangesNode | null;
  readonly eventTime: EventTimeNode | null;
}

export function parseTemporal(cursor: Cursor): TemporalClauses {
  let asOf: PointNode | null = null;
  let changes: ChangesNode | null = null;
  if (isAsOf(cursor)) {
    cursor.position += 2;
    asOf = parsePoint(cursor);
  } else if (cursor.isSequence('FOR', 'SYSTEM_TIME')) {
    cursor.position += 2;
    asOf = parseSystemTime(cursor);
  } else if (cursor.is('CHANGES') && (cursor.isAt(1, 'BETWEEN') || cursor.isAt(1, 'SINCE'))) {
    changes = parseChanges(cursor);
  }
  const eventTime = cursor.isSequence('FOR', 'EVENT_TIME') ? parseEventTime(cursor) : null;
  return { asOf, changes, eventTime };
}

/** Whether `AS OF` and a point stand at the cursor. */
export function isAsOf(cursor: Cursor): boolean {
  if (!cursor.isSequence('AS', 'OF')) return false;
  switch (cursor.kindAt(2)) {
    case tokenKind.end:
      return false;
    case tokenKind.operator:
      return cursor.symbolAt(2) !== ',' && cursor.symbolAt(2) !== ')';
    case tokenKind.reservedWord:
      return pointWords.has(cursor.symbolAt(2)) || cursor.isAt(3, '(');
    case tokenKind.freeWord:
      return !(cursor.isAt(2, 'ASOF') && (cursor.isAt(3, 'JOIN') || cursor.isAt(3, 'LEFT')));
    default:
      return true;
  }
}

/** Reserved words that begin an expression without a parenthesis. */
const pointWords: ReadonlySet<string> = new Set(
  'NULL TRUE FALSE CASE BINARY INTERVAL CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME LOCALTIME LOCALTIMESTAMP UTC_TIMESTAMP UTC_DATE UTC_TIME'.split(
    ' ',
  ),
);

/** `[VERSION | TIMESTAMP] x`; x ends where an alias, AND or UNTIL begins. */
export function parsePoint(cursor: Cursor): PointNode {
  const { start } = cursor;
  const unit = acceptUnit(cursor);
  const at = cursor.rules.bitExpression(cursor);
  return { unit, at, start, end: cursor.end };
}

function acceptUnit(cursor: Cursor): 'version' | 'timestamp' | null {
  if (cursor.is('VERSION')) {
    if (cursor.isAt(1, '(') && cursor.isAt(2, ')')) return null;
    cursor.position++;
    return 'version';
  }
  if (cursor.is('TIMESTAMP')) {
    // the function TIMESTAMP(x, y) is itself a time
    if (!cursor.isAt(1, '(') || cursor.isAt(2, 'SELECT')) cursor.position++;
    return 'timestamp';
  }
  return null;
}

function parseSystemTime(cursor: Cursor): PointNode {
  if (cursor.is('ALL') || cursor.is('BETWEEN') || cursor.is('FROM')) {
    throw notSupported(`FOR SYSTEM_TIME ${cursor.symbol}`);
  }
  cursor.expectSequence('AS', 'OF');
  if (cursor.is('TRANSACTION')) throw notSupported('FOR SYSTEM_TIME AS OF TRANSACTION');
  return parsePoint(cursor);
}

function parseChanges(cursor: Cursor): ChangesNode {
  const { start } = cursor;
  cursor.expect('CHANGES');
  let from: PointNode;
  let until: PointNode | null = null;
  const fromExclusive = cursor.accept('SINCE');
  if (fromExclusive) {
    from = parsePoint(cursor);
    if (cursor.accept('UNTIL')) until = parsePoint(cursor);
  } else {
    cursor.expect('BETWEEN');
    from = parsePoint(cursor);
    cursor.expect('AND');
    until = parsePoint(cursor);
  }
  const net = cursor.accept('NET');
  return { from, fromExclusive, until, net, start, end: cursor.end };
}

function parseEventTime(cursor: Cursor): EventTimeNode {
  const { start } = cursor;
  cursor.expectSequence('FOR', 'EVENT_TIME');
  if (cursor.accept('LATEST')) return { at: null, start, end: cursor.end };
  cursor.expectSequence('AS', 'OF');
  const at = cursor.rules.bitExpression(cursor);
  return { at, start, end: cursor.end };
}
