/** The first word decides which family reads a statement. */
import { notSupported } from '../../base/errors.ts';
import type { Cursor } from '../cursor.ts';
import type { Statement } from '../statement.ts';
import { parseGrant, parseRevoke } from './account.ts';
import { parseDelete, parseInsert, parseUpdate } from './change.ts';
import { parseAlter, parseCreate, parseDrop, parseRename, parseTruncate } from './define.ts';
import { parseLoad } from './load.ts';
import { parseQuery, parseWith } from './query.ts';
import { parseSet } from './set.ts';
import { parseShow } from './show.ts';
import {
  parseBegin,
  parseEndOfTransaction,
  parseLock,
  parseRelease,
  parseSavepoint,
  parseStart,
  parseUnlock,
} from './transaction.ts';
import {
  parseCallStatement,
  parseDeallocate,
  parseDo,
  parseExecute,
  parseExplain,
  parseFlush,
  parseHelp,
  parseKill,
  parseMaintenance,
  parsePrepare,
  parseUse,
} from './utility.ts';

type Rule = (cursor: Cursor) => Statement;

const families: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['SELECT', parseSelectStatement],
  ['VALUES', parseSelectStatement],
  ['TABLE', parseSelectStatement],
  ['(', parseSelectStatement],
  ['WITH', parseWithStatement],
  ['INSERT', parseInsert],
  ['REPLACE', parseInsert],
  ['UPDATE', parseUpdate],
  ['DELETE', parseDelete],
  ['LOAD', parseLoad],
  ['CREATE', parseCreate],
  ['ALTER', parseAlter],
  ['DROP', parseDrop],
  ['RENAME', parseRename],
  ['TRUNCATE', parseTruncate],
  ['BEGIN', parseBegin],
  ['START', parseStart],
  ['COMMIT', parseEndOfTransaction],
  ['ROLLBACK', parseEndOfTransaction],
  ['SAVEPOINT', parseSavepoint],
  ['RELEASE', parseRelease],
  ['LOCK', parseLock],
  ['UNLOCK', parseUnlock],
  ['SET', (cursor) => parseSet(cursor, parseStatementRule)],
  ['SHOW', parseShow],
  ['EXPLAIN', (cursor) => parseExplain(cursor, parseStatementRule)],
  ['DESCRIBE', (cursor) => parseExplain(cursor, parseStatementRule)],
  ['DESC', (cursor) => parseExplain(cursor, parseStatementRule)],
  ['USE', parseUse],
  ['KILL', parseKill],
  ['FLUSH', parseFlush],
  ['PREPARE', parsePrepare],
  ['EXECUTE', parseExecute],
  ['DEALLOCATE', parseDeallocate],
  ['ANALYZE', parseMaintenance],
  ['CHECK', parseMaintenance],
  ['OPTIMIZE', parseMaintenance],
  ['REPAIR', parseMaintenance],
  ['CHECKSUM', parseMaintenance],
  ['DO', parseDo],
  ['CALL', parseCallStatement],
  ['HELP', parseHelp],
  ['GRANT', parseGrant],
  ['REVOKE', parseRevoke],
]);

/** Statements of MySQL that the gateway has no use for, by their first word: the name for error 1235. */
const refused: ReadonlyMap<string, string> = new Map([
  ['BINLOG', 'BINLOG'],
  ['CACHE', 'CACHE INDEX'],
  ['CHANGE', 'CHANGE REPLICATION'],
  ['CLONE', 'CLONE'],
  ['GET', 'GET DIAGNOSTICS'],
  ['HANDLER', 'HANDLER'],
  ['IMPORT', 'IMPORT TABLE'],
  ['INSTALL', 'INSTALL'],
  ['PURGE', 'PURGE BINARY LOGS'],
  ['RESET', 'RESET'],
  ['RESIGNAL', 'RESIGNAL'],
  ['RESTART', 'RESTART'],
  ['SHUTDOWN', 'SHUTDOWN'],
  ['SIGNAL', 'SIGNAL'],
  ['STOP', 'STOP REPLICA'],
  ['UNINSTALL', 'UNINSTALL'],
  ['XA', 'XA'],
]);

/** A whole statement, without its `;`. */
export function parseStatementRule(cursor: Cursor): Statement {
  const rule = families.get(cursor.symbol);
  if (rule !== undefined) return rule(cursor);
  const feature = refused.get(cursor.symbol);
  if (feature !== undefined) throw notSupported(feature);
  return cursor.fail('a statement');
}

function parseSelectStatement(cursor: Cursor): Statement {
  const { start } = cursor;
  const query = parseQuery(cursor);
  return { kind: 'select', query, start, end: cursor.end };
}

/** WITH belongs to a query, an UPDATE or a DELETE: which one shows behind it. */
function parseWithStatement(cursor: Cursor): Statement {
  const { position } = cursor;
  parseWith(cursor);
  const word = cursor.symbol;
  cursor.position = position;
  if (word === 'UPDATE') return parseUpdate(cursor);
  if (word === 'DELETE') return parseDelete(cursor);
  return parseSelectStatement(cursor);
}
