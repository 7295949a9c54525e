/** SELECT and what is built of it: WITH, UNION, VALUES, TABLE, ORDER BY, LIMIT, INTO, locks. */
import type {
  CommonTable,
  Expr,
  GroupBy,
  IntoClause,
  Limit,
  LockingClause,
  Query,
  QueryBody,
  Select,
  SelectItem,
  WithClause,
} from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import { tokenKind } from '../tokens.ts';
import { parseFrom } from './from.ts';
import { parseOrderList, parseWindows } from './window.ts';

/** INTO may stand before FROM, so it is found inside the body and belongs to the query. */
interface Found {
  into: IntoClause | null;
}

/** A query expression with all its clauses. */
export function parseQuery(cursor: Cursor): Query {
  cursor.enter();
  const { start } = cursor;
  const with_ = parseWith(cursor);
  const found: Found = { into: null };
  const body = parseBody(cursor, found);
  const orderBy = cursor.is('ORDER') ? parseOrderList(cursor) : [];
  const limit = parseLimit(cursor);
  found.into ??= parseInto(cursor);
  const locks = parseLocks(cursor);
  found.into ??= parseInto(cursor);
  cursor.leave();
  const plain = with_ === null && orderBy.length === 0 && limit === null && locks.length === 0;
  if (plain && found.into === null && body.kind === 'query') return body;
  return {
    kind: 'query',
    with: with_,
    body,
    orderBy,
    limit,
    locks,
    into: found.into,
    start,
    end: cursor.end,
  };
}

export function parseWith(cursor: Cursor): WithClause | null {
  const { start } = cursor;
  if (!cursor.accept('WITH')) return null;
  const recursive = cursor.accept('RECURSIVE');
  const ctes = cursor.list((): CommonTable => {
    const cteStart = cursor.start;
    const name = cursor.name('the name of a common table');
    const columns = cursor.is('(') ? cursor.nameList() : null;
    cursor.expect('AS');
    cursor.expect('(');
    const query = parseQuery(cursor);
    cursor.expect(')');
    return { name, columns, query, start: cteStart, end: cursor.end };
  });
  return { recursive, ctes, start, end: cursor.end };
}

/** UNION and EXCEPT, left-associative; INTERSECT binds tighter. */
function parseBody(cursor: Cursor, found: Found): QueryBody {
  const { start } = cursor;
  let left = parseIntersect(cursor, found);
  for (;;) {
    const word = cursor.acceptAny('UNION', 'EXCEPT');
    if (word === null) return left;
    const all = parseAll(cursor);
    const right = parseIntersect(cursor, found);
    left = {
      kind: 'setOperation',
      operator: word === 'UNION' ? 'union' : 'except',
      all,
      left,
      right,
      start,
      end: cursor.end,
    };
    cursor.binaryCount++;
  }
}

function parseIntersect(cursor: Cursor, found: Found): QueryBody {
  const { start } = cursor;
  let left = parseTerm(cursor, found);
  while (cursor.accept('INTERSECT')) {
    const all = parseAll(cursor);
    const right = parseTerm(cursor, found);
    left = { kind: 'setOperation', operator: 'intersect', all, left, right, start, end: cursor.end };
    cursor.binaryCount++;
  }
  return left;
}

function parseAll(cursor: Cursor): boolean {
  return cursor.acceptAny('ALL', 'DISTINCT') === 'ALL';
}

function parseTerm(cursor: Cursor, found: Found): QueryBody {
  const { start } = cursor;
  if (cursor.is('SELECT')) return parseSelect(cursor, found);
  if (cursor.accept('VALUES')) {
    const rows = cursor.list(() => {
      cursor.expect('ROW');
      return cursor.parenthesised(() => cursor.expression());
    });
    return { kind: 'values', rows, start, end: cursor.end };
  }
  if (cursor.accept('TABLE')) {
    const table = cursor.tableName();
    return { kind: 'tableQuery', table, start, end: cursor.end };
  }
  if (!cursor.accept('(')) return cursor.fail('SELECT', 'VALUES', 'TABLE', '(');
  const inner = parseQuery(cursor);
  cursor.expect(')');
  const bare = inner.with === null && inner.orderBy.length === 0 && inner.limit === null;
  return bare && inner.locks.length === 0 && inner.into === null ? inner.body : inner;
}

function parseSelect(cursor: Cursor, found: Found): Select {
  const { start } = cursor;
  cursor.expect('SELECT');
  const timeLimitMs = parseTimeLimit(cursor);
  const options = parseOptions(cursor);
  const items = cursor.list(() => parseItem(cursor));
  found.into ??= parseInto(cursor);
  const isDual = cursor.isSequence('FROM', 'DUAL');
  if (isDual) cursor.position += 2;
  const from = !isDual && cursor.accept('FROM') ? parseFrom(cursor) : null;
  const where = cursor.accept('WHERE') ? cursor.expression() : null;
  const groupBy = parseGroupBy(cursor);
  const having = cursor.accept('HAVING') ? cursor.expression() : null;
  const windows = parseWindows(cursor);
  return {
    kind: 'select',
    ...options,
    timeLimitMs,
    items,
    from,
    where,
    groupBy,
    having,
    windows,
    start,
    end: cursor.end,
  };
}

/** Hints are a comment right after SELECT; MAX_EXECUTION_TIME is the only one that changes what happens. */
function parseTimeLimit(cursor: Cursor): number | null {
  const gap = cursor.text.slice(cursor.end, cursor.start);
  const hints = /^\s*\/\*\+([\s\S]*?)\*\//.exec(gap)?.[1];
  const limit = hints === undefined ? null : /\bMAX_EXECUTION_TIME\s*\(\s*(\d{1,10})\s*\)/i.exec(hints);
  // As the variable has it, zero is no limit.
  return limit === null ? null : Number(limit[1]) || null;
}

/** DISTINCT and the options that only advise. */
function parseOptions(cursor: Cursor): { distinct: boolean; calcFoundRows: boolean } {
  let distinct = false;
  let calcFoundRows = false;
  for (;;) {
    const word = cursor.acceptAny(
      'ALL',
      'DISTINCT',
      'DISTINCTROW',
      'HIGH_PRIORITY',
      'STRAIGHT_JOIN',
      'SQL_SMALL_RESULT',
      'SQL_BIG_RESULT',
      'SQL_BUFFER_RESULT',
      'SQL_NO_CACHE',
      'SQL_CACHE',
      'SQL_CALC_FOUND_ROWS',
    );
    if (word === null) return { distinct, calcFoundRows };
    if (word === 'DISTINCT' || word === 'DISTINCTROW') distinct = true;
    if (word === 'SQL_CALC_FOUND_ROWS') calcFoundRows = true;
  }
}

function parseItem(cursor: Cursor): SelectItem {
  const { start } = cursor;
  if (cursor.accept('*')) return { kind: 'wildcard', database: null, table: null, start, end: cursor.end };
  if (cursor.isName() && cursor.isAt(1, '.')) {
    const last = cursor.isAt(3, '.') ? 4 : 2;
    if (cursor.isAt(last, '*')) return parseQualifiedWildcard(cursor, last === 4);
  }
  const expr = cursor.expression();
  const alias = parseAlias(cursor);
  return { kind: 'item', expr, alias, start, end: cursor.end };
}

function parseQualifiedWildcard(cursor: Cursor, qualified: boolean): SelectItem {
  const { start } = cursor;
  const first = cursor.name();
  cursor.expect('.');
  const table = qualified ? cursor.nameAfterDot() : first;
  if (qualified) cursor.expect('.');
  cursor.expect('*');
  return { kind: 'wildcard', database: qualified ? first : null, table, start, end: cursor.end };
}

/** `[AS] name` or `[AS] 'string'` */
function parseAlias(cursor: Cursor): string | null {
  if (cursor.accept('AS')) return cursor.nameOrString('an alias');
  if (cursor.isString()) return cursor.stringText();
  return cursor.acceptName();
}

function parseGroupBy(cursor: Cursor): GroupBy | null {
  const { start } = cursor;
  if (!cursor.accept('GROUP')) return null;
  cursor.expect('BY');
  const items = cursor.list(() => cursor.expression());
  const rollup = cursor.accept('WITH');
  if (rollup) cursor.expect('ROLLUP');
  return { items, rollup, start, end: cursor.end };
}

/** `LIMIT n`, `LIMIT offset, n`, `LIMIT n OFFSET offset` */
export function parseLimit(cursor: Cursor): Limit | null {
  const { start } = cursor;
  if (!cursor.accept('LIMIT')) return null;
  const first = parseRowCount(cursor);
  if (cursor.accept(',')) {
    return { count: parseRowCount(cursor), offset: first, start, end: cursor.end };
  }
  const offset = cursor.accept('OFFSET') ? parseRowCount(cursor) : null;
  return { count: first, offset, start, end: cursor.end };
}

function parseRowCount(cursor: Cursor): Expr {
  if (cursor.kind === tokenKind.placeholder) return cursor.placeholder();
  if (!cursor.isInteger()) return cursor.fail('a number of rows');
  const count = cursor.literal();
  const { type } = count.literal;
  if (type === 'integer' || type === 'unsigned') return count;
  cursor.position--;
  return cursor.fail('a number of rows');
}

function parseInto(cursor: Cursor): IntoClause | null {
  const { start } = cursor;
  if (!cursor.accept('INTO')) return null;
  const word = cursor.acceptAny('OUTFILE', 'DUMPFILE');
  if (word !== null) {
    const file = cursor.stringText('a file name');
    skipExportOptions(cursor);
    return { kind: word === 'OUTFILE' ? 'outfile' : 'dumpfile', file, start, end: cursor.end };
  }
  const names = cursor.list(() => cursor.userVariableName());
  return { kind: 'variables', names, start, end: cursor.end };
}

/** The format of OUTFILE, which is refused whatever its format. */
function skipExportOptions(cursor: Cursor): void {
  if (cursor.acceptSequence('CHARACTER', 'SET')) cursor.nameOrString();
  const words = [
    'FIELDS',
    'COLUMNS',
    'LINES',
    'TERMINATED',
    'ENCLOSED',
    'ESCAPED',
    'STARTING',
    'OPTIONALLY',
    'BY',
  ] as const;
  while (cursor.acceptAny(...words) !== null) if (cursor.isString()) cursor.stringText();
}

function parseLocks(cursor: Cursor): LockingClause[] {
  const locks: LockingClause[] = [];
  for (;;) {
    const { start } = cursor;
    if (cursor.acceptSequence('LOCK', 'IN', 'SHARE', 'MODE')) {
      locks.push({ strength: 'share', of: [], wait: 'wait', start, end: cursor.end });
    } else if (cursor.accept('FOR')) {
      const strength = cursor.expectAny('UPDATE', 'SHARE') === 'UPDATE' ? 'update' : 'share';
      const of = cursor.accept('OF') ? cursor.list(() => cursor.tableName()) : [];
      const wait = cursor.accept('NOWAIT')
        ? 'nowait'
        : cursor.acceptSequence('SKIP', 'LOCKED')
          ? 'skipLocked'
          : 'wait';
      locks.push({ strength, of, wait, start, end: cursor.end });
    } else {
      return locks;
    }
  }
}
