/** SHOW and DESCRIBE. */
import { notSupported } from '../../base/errors.ts';
import type { TableName } from '../ast.ts';
import type { Cursor, GrammarSymbol } from '../cursor.ts';
import type { Describe, Show, ShowFilter, ShowTarget } from '../statement.ts';
import { parseAccount } from './account.ts';
import { parseLimit } from './query.ts';

export function parseShow(cursor: Cursor): Show {
  const { start } = cursor;
  cursor.expect('SHOW');
  const target = parseTarget(cursor);
  const filter = parseFilter(cursor, target.topic);
  const limit = limited.has(target.topic) ? parseLimit(cursor) : null;
  return { kind: 'show', target, filter, limit, start, end: cursor.end };
}

type Topic = ShowTarget['topic'];

/** Topics that take LIKE and WHERE; SHOW INDEX takes WHERE alone. */
const filtered: ReadonlySet<Topic> = new Set<Topic>([
  'databases',
  'tables',
  'columns',
  'tableStatus',
  'triggers',
  'events',
  'openTables',
  'variables',
  'status',
  'charsets',
  'collations',
  'procedureStatus',
  'functionStatus',
  'commits',
  'servers',
]);
const limited: ReadonlySet<Topic> = new Set<Topic>(['warnings', 'errors', 'commits', 'binlogEvents']);

function parseFilter(cursor: Cursor, topic: Topic): ShowFilter {
  if (filtered.has(topic) && cursor.accept('LIKE')) {
    return { like: cursor.stringText('a pattern'), where: null };
  }
  const takesWhere = filtered.has(topic) || topic === 'indexes';
  return { like: null, where: takesWhere && cursor.accept('WHERE') ? cursor.expression() : null };
}

/** Topics that are words only. */
const plainTopics: readonly (readonly [readonly GrammarSymbol[], ShowTarget])[] = [
  [['DATABASES'], { topic: 'databases' }],
  [['SCHEMAS'], { topic: 'databases' }],
  [['VARIABLES'], { topic: 'variables', scope: 'session' }],
  [['SESSION', 'VARIABLES'], { topic: 'variables', scope: 'session' }],
  [['LOCAL', 'VARIABLES'], { topic: 'variables', scope: 'session' }],
  [['GLOBAL', 'VARIABLES'], { topic: 'variables', scope: 'global' }],
  [['STATUS'], { topic: 'status', scope: 'session' }],
  [['SESSION', 'STATUS'], { topic: 'status', scope: 'session' }],
  [['LOCAL', 'STATUS'], { topic: 'status', scope: 'session' }],
  [['GLOBAL', 'STATUS'], { topic: 'status', scope: 'global' }],
  [['WARNINGS'], { topic: 'warnings' }],
  [['ERRORS'], { topic: 'errors' }],
  [['PROCESSLIST'], { topic: 'processlist', full: false }],
  [['FULL', 'PROCESSLIST'], { topic: 'processlist', full: true }],
  [['STORAGE', 'ENGINES'], { topic: 'engines' }],
  [['ENGINES'], { topic: 'engines' }],
  [['CHARACTER', 'SET'], { topic: 'charsets' }],
  [['CHAR', 'SET'], { topic: 'charsets' }],
  [['CHARSET'], { topic: 'charsets' }],
  [['COLLATION'], { topic: 'collations' }],
  [['PLUGINS'], { topic: 'plugins' }],
  [['PRIVILEGES'], { topic: 'privileges' }],
  [['PROCEDURE', 'STATUS'], { topic: 'procedureStatus' }],
  [['FUNCTION', 'STATUS'], { topic: 'functionStatus' }],
  [['PROFILES'], { topic: 'profiles' }],
  [['SERVERS'], { topic: 'servers' }],
  [['MASTER', 'STATUS'], { topic: 'masterStatus' }],
  [['BINARY', 'LOG', 'STATUS'], { topic: 'masterStatus' }],
  [['BINARY', 'LOGS'], { topic: 'binaryLogs' }],
  [['MASTER', 'LOGS'], { topic: 'binaryLogs' }],
  [['REPLICAS'], { topic: 'replicas' }],
  [['SLAVE', 'HOSTS'], { topic: 'replicas' }],
  [['ALL', 'SLAVES', 'STATUS'], { topic: 'replicaStatus' }],
];

function parseTarget(cursor: Cursor): ShowTarget {
  for (const [words, target] of plainTopics) if (cursor.acceptSequence(...words)) return target;
  if (cursor.accept('CREATE')) return parseCreateTopic(cursor);
  if (cursor.acceptSequence('FULL', 'TRIGGERS'))
    return { topic: 'triggers', database: parseDatabaseOf(cursor) };
  if (cursor.isAny('TABLES', 'COLUMNS', 'FIELDS', 'FULL', 'EXTENDED')) return parseTablesOrColumns(cursor);
  if (cursor.acceptAny('INDEX', 'INDEXES', 'KEYS') !== null) {
    return { topic: 'indexes', table: parseTableOf(cursor) };
  }
  if (cursor.accept('TRIGGERS')) return { topic: 'triggers', database: parseDatabaseOf(cursor) };
  if (cursor.accept('EVENTS')) return { topic: 'events', database: parseDatabaseOf(cursor) };
  if (cursor.acceptSequence('TABLE', 'STATUS')) {
    return { topic: 'tableStatus', database: parseDatabaseOf(cursor) };
  }
  if (cursor.acceptSequence('OPEN', 'TABLES'))
    return { topic: 'openTables', database: parseDatabaseOf(cursor) };
  if (cursor.accept('COMMITS')) {
    return { topic: 'commits', table: cursor.acceptAny('FROM', 'IN') === null ? null : cursor.tableName() };
  }
  if (cursor.accept('GRANTS')) return parseGrants(cursor);
  if (isCount(cursor)) return parseCount(cursor);
  return parseReplicationTopic(cursor);
}

/** COUNT is no keyword: SHOW COUNT(*) WARNINGS. */
function isCount(cursor: Cursor): boolean {
  return cursor.isName() && cursor.isAt(1, '(') && cursor.isAt(2, '*');
}

function parseCount(cursor: Cursor): ShowTarget {
  if (cursor.takeName().toUpperCase() !== 'COUNT') cursor.fail('COUNT');
  cursor.expectSequence('(', '*', ')');
  const word = cursor.expectAny('WARNINGS', 'ERRORS');
  return { topic: word === 'WARNINGS' ? 'warningCount' : 'errorCount' };
}

function parseReplicationTopic(cursor: Cursor): ShowTarget {
  if (cursor.isSequence('REPLICA', 'STATUS') || cursor.isSequence('SLAVE', 'STATUS')) {
    cursor.position += 2;
    skipChannel(cursor);
    return { topic: 'replicaStatus' };
  }
  if (cursor.isAny('BINLOG', 'RELAYLOG')) {
    cursor.position++;
    cursor.expect('EVENTS');
    if (cursor.accept('IN')) cursor.stringText('a log name');
    if (cursor.accept('FROM')) cursor.integer();
    skipChannel(cursor);
    return { topic: 'binlogEvents' };
  }
  if (cursor.is('ENGINE')) throw notSupported('SHOW ENGINE');
  if (cursor.is('PROFILE')) throw notSupported('SHOW PROFILE');
  if (cursor.isAt(1, 'CODE')) throw notSupported(`SHOW ${cursor.symbol} CODE`);
  if (cursor.is('PARSE_TREE')) throw notSupported('SHOW PARSE_TREE');
  return cursor.fail(
    'DATABASES',
    'TABLES',
    'COLUMNS',
    'CREATE',
    'VARIABLES',
    'STATUS',
    'INDEX',
    'WARNINGS',
    'COMMITS',
  );
}

function skipChannel(cursor: Cursor): void {
  if (cursor.acceptSequence('FOR', 'CHANNEL')) cursor.stringText('a channel');
}

function parseTablesOrColumns(cursor: Cursor): ShowTarget {
  const extended = cursor.accept('EXTENDED');
  const full = cursor.accept('FULL');
  const word = cursor.expectAny('TABLES', 'COLUMNS', 'FIELDS');
  if (word === 'TABLES') return { topic: 'tables', database: parseDatabaseOf(cursor), full };
  return { topic: 'columns', table: parseTableOf(cursor), full, extended };
}

/** `[FROM | IN db]` */
function parseDatabaseOf(cursor: Cursor): string | null {
  return cursor.acceptAny('FROM', 'IN') === null ? null : cursor.name('a database name');
}

/** `FROM t [FROM db]` */
function parseTableOf(cursor: Cursor): TableName {
  cursor.expectAny('FROM', 'IN');
  const table = cursor.tableName();
  const database = parseDatabaseOf(cursor);
  return database === null ? table : { ...table, database, end: cursor.end };
}

function parseCreateTopic(cursor: Cursor): ShowTarget {
  const word = cursor.expectAny(
    'TABLE',
    'VIEW',
    'DATABASE',
    'SCHEMA',
    'SERVER',
    'USER',
    'PROCEDURE',
    'FUNCTION',
    'TRIGGER',
    'EVENT',
    'EXTERNAL',
  );
  switch (word) {
    case 'EXTERNAL':
      cursor.expect('TABLE');
      return { topic: 'createTable', name: cursor.tableName() };
    case 'TABLE':
      return { topic: 'createTable', name: cursor.tableName() };
    case 'VIEW':
      return { topic: 'createView', name: cursor.tableName() };
    case 'DATABASE':
    case 'SCHEMA': {
      const ifNotExists = cursor.acceptSequence('IF', 'NOT', 'EXISTS');
      return { topic: 'createDatabase', ifNotExists, name: cursor.name('a database name') };
    }
    case 'SERVER':
      return { topic: 'createServer', name: cursor.nameOrString('a server name') };
    case 'USER': {
      const account = parseAccount(cursor);
      return { topic: 'createUser', account: account.user === null ? null : account };
    }
    case 'PROCEDURE':
    case 'FUNCTION':
    case 'TRIGGER':
    case 'EVENT': {
      const routine = (
        { PROCEDURE: 'procedure', FUNCTION: 'function', TRIGGER: 'trigger', EVENT: 'event' } as const
      )[word];
      return { topic: 'createRoutine', routine, name: cursor.tableName() };
    }
  }
}

function parseGrants(cursor: Cursor): ShowTarget {
  if (!cursor.accept('FOR')) return { topic: 'grants', account: null, using: [] };
  const account = parseAccount(cursor);
  const using = cursor.accept('USING') ? cursor.list(() => parseAccount(cursor)) : [];
  return { topic: 'grants', account: account.user === null ? null : account, using };
}

/** DESCRIBE t [column | 'pattern'], after its verb. */
export function parseDescribeTable(cursor: Cursor, start: number): Describe {
  const table = cursor.tableName();
  const column = cursor.isString() ? cursor.stringText() : cursor.acceptName();
  return { kind: 'describe', table, column, start, end: cursor.end };
}
