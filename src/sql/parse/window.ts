/** OVER, WINDOW and frames. */
import type { FrameBoundNode, FrameNode, NamedWindow, OrderItem, WindowSpec } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import { parseIntervalUnit } from './interval.ts';

/** `ORDER BY x [ASC|DESC], …` */
export function parseOrderList(cursor: Cursor): OrderItem[] {
  cursor.expectSequence('ORDER', 'BY');
  return cursor.list(() => {
    const { start } = cursor;
    const expr = cursor.expression();
    const descending = cursor.acceptAny('ASC', 'DESC') === 'DESC';
    return { expr, descending, start, end: cursor.end };
  });
}

/** What follows OVER: a window's name, or its definition in parentheses. */
export function parseWindowSpec(cursor: Cursor): WindowSpec {
  const { start } = cursor;
  if (!cursor.is('(')) {
    const base = cursor.name('a window');
    return { base, bare: true, partitionBy: [], orderBy: [], frame: null, start, end: cursor.end };
  }
  cursor.expect('(');
  const base = cursor.acceptName();
  const partitionBy = cursor.acceptSequence('PARTITION', 'BY') ? cursor.list(() => cursor.expression()) : [];
  const orderBy = cursor.is('ORDER') ? parseOrderList(cursor) : [];
  const frame = cursor.isAny('ROWS', 'RANGE', 'GROUPS') ? parseFrame(cursor) : null;
  cursor.expect(')');
  return { base, bare: false, partitionBy, orderBy, frame, start, end: cursor.end };
}

/** WINDOW w AS (…), … */
export function parseWindows(cursor: Cursor): NamedWindow[] {
  if (!cursor.accept('WINDOW')) return [];
  return cursor.list(() => {
    const { start } = cursor;
    const name = cursor.name('a window');
    cursor.expect('AS');
    if (!cursor.is('(')) cursor.fail('(');
    const window = parseWindowSpec(cursor);
    return { name, window, start, end: cursor.end };
  });
}

function parseFrame(cursor: Cursor): FrameNode {
  const { start } = cursor;
  const word = cursor.expectAny('ROWS', 'RANGE', 'GROUPS');
  const unit = ({ ROWS: 'rows', RANGE: 'range', GROUPS: 'groups' } as const)[word];
  if (cursor.accept('BETWEEN')) {
    const from = parseFrameBound(cursor);
    cursor.expect('AND');
    const to = parseFrameBound(cursor);
    return { unit, from, to, start, end: cursor.end };
  }
  const from = parseFrameBound(cursor);
  const to = { kind: 'currentRow', offset: null, unit: null, start: cursor.end, end: cursor.end } as const;
  return { unit, from, to, start, end: cursor.end };
}

function parseFrameBound(cursor: Cursor): FrameBoundNode {
  const { start } = cursor;
  if (cursor.accept('CURRENT')) {
    cursor.expect('ROW');
    return { kind: 'currentRow', offset: null, unit: null, start, end: cursor.end };
  }
  if (cursor.accept('UNBOUNDED')) {
    const kind = cursor.expectAny('PRECEDING', 'FOLLOWING') === 'PRECEDING';
    const bound = kind ? 'unboundedPreceding' : 'unboundedFollowing';
    return { kind: bound, offset: null, unit: null, start, end: cursor.end };
  }
  const isInterval = cursor.accept('INTERVAL');
  const offset = isInterval ? cursor.expression() : cursor.rules.bitExpression(cursor);
  const unit = isInterval ? parseIntervalUnit(cursor) : null;
  const kind = cursor.expectAny('PRECEDING', 'FOLLOWING') === 'PRECEDING' ? 'preceding' : 'following';
  return { kind, offset, unit, start, end: cursor.end };
}
