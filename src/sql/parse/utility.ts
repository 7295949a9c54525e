/** USE, KILL, FLUSH, PREPARE, EXPLAIN, table maintenance and the like. */
import { notSupported } from '../../base/errors.ts';
import type { Expr } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import type { Statement, Utility } from '../statement.ts';
import { tokenKind } from '../tokens.ts';
import { parseDescribeTable } from './show.ts';

export function parseUse(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('USE');
  return { kind: 'use', database: parseDatabaseName(cursor), start, end: cursor.end };
}

/** A name, and behind it the point of `shop@v12`: the lexer sees a variable there. */
function parseDatabaseName(cursor: Cursor): string {
  const name = cursor.name('a database name');
  const attached = cursor.kind === tokenKind.userVariable && cursor.start === cursor.end;
  return attached ? `${name}@${cursor.takeName()}` : name;
}

export function parseKill(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('KILL');
  const word = cursor.acceptAny('CONNECTION', 'QUERY');
  const id = cursor.expression();
  return { kind: 'kill', target: word === 'QUERY' ? 'query' : 'connection', id, start, end: cursor.end };
}

export function parseFlush(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('FLUSH');
  cursor.acceptAny('NO_WRITE_TO_BINLOG', 'LOCAL');
  if (cursor.acceptAny('TABLES', 'TABLE') !== null) {
    const tables = cursor.isName() ? cursor.list(() => cursor.tableName()) : [];
    if (cursor.isSequence('WITH', 'READ', 'LOCK')) throw notSupported('FLUSH TABLES WITH READ LOCK');
    if (cursor.is('FOR')) throw notSupported('FLUSH TABLES … FOR EXPORT');
    return { kind: 'flush', what: 'TABLES', tables, start, end: cursor.end };
  }
  const words: string[] = [];
  do {
    const first = cursor.expectAny(
      'PRIVILEGES',
      'STATUS',
      'LOGS',
      'HOSTS',
      'OPTIMIZER_COSTS',
      'USER_RESOURCES',
      'BINARY',
      'ENGINE',
      'ERROR',
      'GENERAL',
      'RELAY',
      'SLOW',
    );
    const isLog = ['BINARY', 'ENGINE', 'ERROR', 'GENERAL', 'RELAY', 'SLOW'].includes(first);
    if (isLog) cursor.expect('LOGS');
    words.push(isLog ? `${first} LOGS` : first);
  } while (cursor.accept(','));
  return { kind: 'flush', what: words.join(', '), tables: [], start, end: cursor.end };
}

/** PREPARE name FROM 'text' | @variable */
export function parsePrepare(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('PREPARE');
  const name = cursor.name('a statement name');
  cursor.expect('FROM');
  const isText = cursor.isString() || cursor.kind === tokenKind.userVariable;
  if (!isText) cursor.fail('a string', 'a user variable');
  const text: Expr = cursor.expression();
  return { kind: 'prepare', name, text, start, end: cursor.end };
}

export function parseExecute(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('EXECUTE');
  const name = cursor.name('a statement name');
  const using = cursor.accept('USING') ? cursor.list(() => cursor.userVariableName()) : [];
  return { kind: 'execute', name, using, start, end: cursor.end };
}

export function parseDeallocate(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expectSequence('DEALLOCATE', 'PREPARE');
  return { kind: 'deallocate', name: cursor.name('a statement name'), start, end: cursor.end };
}

const maintenance = {
  ANALYZE: 'analyze',
  CHECK: 'check',
  OPTIMIZE: 'optimize',
  REPAIR: 'repair',
  CHECKSUM: 'checksum',
} as const;

/** ANALYZE, CHECK, OPTIMIZE, REPAIR, CHECKSUM TABLE t, …; their options change nothing here. */
export function parseMaintenance(cursor: Cursor): Utility {
  const { start } = cursor;
  const word = cursor.expectAny('ANALYZE', 'CHECK', 'OPTIMIZE', 'REPAIR', 'CHECKSUM');
  cursor.acceptAny('NO_WRITE_TO_BINLOG', 'LOCAL');
  cursor.expectAny('TABLE', 'TABLES');
  const tables = cursor.list(() => cursor.tableName());
  if (word === 'ANALYZE' && (cursor.is('UPDATE') || cursor.is('DROP'))) throw notSupported('histograms');
  while (
    cursor.acceptAny('QUICK', 'FAST', 'MEDIUM', 'EXTENDED', 'CHANGED', 'USE_FRM', 'FOR', 'UPGRADE') !== null
  );
  return { kind: 'tableMaintenance', action: maintenance[word], tables, start, end: cursor.end };
}

export function parseDo(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('DO');
  return { kind: 'do', exprs: cursor.list(() => cursor.expression()), start, end: cursor.end };
}

export function parseCallStatement(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('CALL');
  const procedure = cursor.tableName();
  const empty = cursor.acceptSequence('(', ')') || !cursor.is('(');
  const args = empty ? [] : cursor.parenthesised(() => cursor.expression());
  return { kind: 'call', procedure, args, start, end: cursor.end };
}

export function parseHelp(cursor: Cursor): Utility {
  const { start } = cursor;
  cursor.expect('HELP');
  return { kind: 'help', topic: cursor.nameOrString('a topic'), start, end: cursor.end };
}

/** EXPLAIN [ANALYZE] [FORMAT = x] statement, EXPLAIN FOR CONNECTION n, DESCRIBE t [column]. */
export function parseExplain(cursor: Cursor, parseStatement: (cursor: Cursor) => Statement): Statement {
  const { start } = cursor;
  cursor.expectAny('EXPLAIN', 'DESCRIBE', 'DESC');
  const analyze = cursor.accept('ANALYZE');
  let format: string | null = null;
  if (cursor.is('FORMAT') && cursor.isAt(1, '=')) {
    cursor.position += 2;
    format = cursor.nameOrString('a format').toLowerCase();
  } else if ((cursor.is('EXTENDED') || cursor.is('PARTITIONS')) && startsStatement(cursor, 1)) {
    cursor.position++;
  }
  if (cursor.is('FOR') && cursor.isAt(1, 'CONNECTION')) {
    cursor.position += 2;
    return { kind: 'explainConnection', format, connection: cursor.expression(), start, end: cursor.end };
  }
  if (!analyze && format === null && !startsStatement(cursor, 0)) return parseDescribeTable(cursor, start);
  cursor.enter();
  const statement = parseStatement(cursor);
  cursor.leave();
  return { kind: 'explain', analyze, format, statement, start, end: cursor.end };
}

const explained: ReadonlySet<string> = new Set(
  'SELECT INSERT REPLACE UPDATE DELETE WITH TABLE VALUES ('.split(' '),
);

function startsStatement(cursor: Cursor, offset: number): boolean {
  return explained.has(cursor.symbolAt(offset));
}
