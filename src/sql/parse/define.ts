/** CREATE, ALTER, DROP, RENAME and TRUNCATE of everything but tables' insides. */
import { notSupported } from '../../base/errors.ts';
import type { TableName } from '../ast.ts';
import type { Cursor, GrammarSymbol } from '../cursor.ts';
import type { ColumnNode, ConstraintNode, ServerOption } from '../definition.ts';
import type { Account, Ddl, Statement } from '../statement.ts';
import {
  parseAccount,
  parseAlterUser,
  parseCreateRole,
  parseCreateUser,
  parseDropRole,
  parseDropUser,
  parseRenameUser,
} from './account.ts';
import { parseAlterTable } from './alter-table.ts';
import { parseQuery } from './query.ts';
import {
  parseCreateTable,
  parseElement,
  parseIndexColumns,
  skipIndexOptions,
  skipIndexType,
} from './table.ts';
import { parseDatabaseOptions } from './table-options.ts';

/** Objects that MySQL can create and we cannot, by the word that follows CREATE, ALTER or DROP. */
const unsupportedObjects: readonly GrammarSymbol[] = [
  'PROCEDURE',
  'FUNCTION',
  'AGGREGATE',
  'TRIGGER',
  'EVENT',
  'TABLESPACE',
  'UNDO',
  'LOGFILE',
  'RESOURCE',
  'INSTANCE',
  'PREPARE',
];

function refuseUnsupported(cursor: Cursor, verb: string): void {
  for (const symbol of unsupportedObjects) {
    if (!cursor.is(symbol)) continue;
    const tail = {
      UNDO: 'UNDO TABLESPACE',
      LOGFILE: 'LOGFILE GROUP',
      RESOURCE: 'RESOURCE GROUP',
      AGGREGATE: 'FUNCTION',
    };
    const object = Object.entries(tail).find(([word]) => word === symbol)?.[1] ?? symbol;
    throw notSupported(`${verb} ${object}`);
  }
  if (cursor.isSequence('SPATIAL', 'REFERENCE')) throw notSupported(`${verb} SPATIAL REFERENCE SYSTEM`);
}

export function parseCreate(cursor: Cursor): Statement {
  const { start } = cursor;
  cursor.expect('CREATE');
  const orReplace = cursor.acceptSequence('OR', 'REPLACE');
  if (!orReplace) {
    if (cursor.acceptSequence('TEMPORARY', 'TABLE')) return parseCreateTable(cursor, start, true);
    if (cursor.accept('TABLE')) return parseCreateTable(cursor, start, false);
    if (cursor.acceptAny('DATABASE', 'SCHEMA') !== null) return parseCreateDatabase(cursor, start);
    if (cursor.accept('SERVER')) return parseCreateServer(cursor, start);
    if (cursor.accept('USER')) return parseCreateUser(cursor, start);
    if (cursor.accept('ROLE')) return parseCreateRole(cursor, start);
    if (cursor.isAny('INDEX', 'UNIQUE', 'FULLTEXT')) return parseCreateIndex(cursor, start);
    if (cursor.isSequence('SPATIAL', 'INDEX')) return parseCreateIndex(cursor, start);
  }
  if (orReplace && cursor.isAny('TABLE', 'TEMPORARY')) throw notSupported('CREATE OR REPLACE TABLE');
  if (cursor.acceptSequence('EXTERNAL', 'TABLE')) return parseCreateExternal(cursor, start, orReplace);
  refuseUnsupported(cursor, 'CREATE');
  return parseView(cursor, { start, orReplace, alter: false });
}

export function parseAlter(cursor: Cursor): Statement {
  const { start } = cursor;
  cursor.expect('ALTER');
  if (cursor.accept('TABLE')) return parseAlterTable(cursor, start);
  if (cursor.acceptAny('DATABASE', 'SCHEMA') !== null) {
    const name = cursor.isName() && !isDatabaseOption(cursor) ? cursor.name() : null;
    const options = parseDatabaseOptions(cursor);
    if (cursor.isSequence('READ', 'ONLY') || cursor.is('READ'))
      throw notSupported('ALTER DATABASE … READ ONLY');
    return { kind: 'alterDatabase', name, options, start, end: cursor.end };
  }
  if (cursor.accept('SERVER')) {
    const name = cursor.nameOrString('a server name');
    const options = parseServerOptions(cursor);
    return { kind: 'alterServer', name, options, start, end: cursor.end };
  }
  if (cursor.accept('USER')) return parseAlterUser(cursor, start);
  refuseUnsupported(cursor, 'ALTER');
  return parseView(cursor, { start, orReplace: false, alter: true });
}

function isDatabaseOption(cursor: Cursor): boolean {
  return cursor.isAny('CHARSET', 'ENCRYPTION') && !cursor.isAt(1, 'DEFAULT') && !cursor.isAt(1, 'CHARACTER');
}

const routineKinds = {
  PROCEDURE: 'procedure',
  FUNCTION: 'function',
  TRIGGER: 'trigger',
  EVENT: 'event',
} as const;

export function parseDrop(cursor: Cursor): Statement {
  const { start } = cursor;
  cursor.expect('DROP');
  const temporary = !cursor.isAt(1, 'VIEW') && cursor.accept('TEMPORARY');
  if (cursor.acceptAny('TABLE', 'TABLES') !== null) {
    const ifExists = cursor.acceptSequence('IF', 'EXISTS');
    const tables = parseDropList(cursor);
    return { kind: 'dropTable', temporary, ifExists, tables, start, end: cursor.end };
  }
  if (cursor.acceptAny('DATABASE', 'SCHEMA') !== null) {
    const ifExists = cursor.acceptSequence('IF', 'EXISTS');
    return { kind: 'dropDatabase', ifExists, name: cursor.name('a database name'), start, end: cursor.end };
  }
  if (cursor.accept('VIEW')) {
    const ifExists = cursor.acceptSequence('IF', 'EXISTS');
    return { kind: 'dropView', ifExists, views: parseDropList(cursor), start, end: cursor.end };
  }
  if (cursor.accept('SERVER')) {
    const ifExists = cursor.acceptSequence('IF', 'EXISTS');
    return {
      kind: 'dropServer',
      ifExists,
      name: cursor.nameOrString('a server name'),
      start,
      end: cursor.end,
    };
  }
  if (cursor.acceptSequence('EXTERNAL', 'TABLE')) {
    const ifExists = cursor.acceptSequence('IF', 'EXISTS');
    return { kind: 'dropExternalTable', ifExists, tables: parseDropList(cursor), start, end: cursor.end };
  }
  if (cursor.accept('INDEX')) return parseDropIndex(cursor, start);
  if (cursor.accept('USER')) return parseDropUser(cursor, start);
  if (cursor.accept('ROLE')) return parseDropRole(cursor, start);
  if (cursor.accept('PREPARE')) return { kind: 'deallocate', name: cursor.name(), start, end: cursor.end };
  const routine = cursor.acceptAny('PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT');
  if (routine !== null) {
    const ifExists = cursor.acceptSequence('IF', 'EXISTS');
    const name = cursor.tableName();
    return { kind: 'dropRoutine', routine: routineKinds[routine], ifExists, name, start, end: cursor.end };
  }
  refuseUnsupported(cursor, 'DROP');
  return cursor.fail('TABLE', 'DATABASE', 'VIEW', 'INDEX', 'SERVER', 'EXTERNAL', 'USER');
}

function parseDropList(cursor: Cursor): TableName[] {
  const tables = cursor.list(() => cursor.tableName());
  cursor.acceptAny('RESTRICT', 'CASCADE');
  return tables;
}

function parseDropIndex(cursor: Cursor, start: number): Ddl {
  const name = cursor.is('PRIMARY') ? cursor.takeName() : cursor.name('an index name');
  cursor.expect('ON');
  const table = cursor.tableName();
  skipAlgorithmAndLock(cursor);
  return { kind: 'dropIndex', name, table, start, end: cursor.end };
}

function skipAlgorithmAndLock(cursor: Cursor): void {
  while (cursor.acceptAny('ALGORITHM', 'LOCK') !== null) {
    cursor.accept('=');
    if (!cursor.accept('DEFAULT')) cursor.name('a value');
  }
}

function parseCreateDatabase(cursor: Cursor, start: number): Ddl {
  const ifNotExists = cursor.acceptSequence('IF', 'NOT', 'EXISTS');
  const name = cursor.name('a database name');
  const options = parseDatabaseOptions(cursor);
  return { kind: 'createDatabase', ifNotExists, name, options, start, end: cursor.end };
}

function parseCreateIndex(cursor: Cursor, start: number): Ddl {
  const word = cursor.acceptAny('UNIQUE', 'FULLTEXT', 'SPATIAL');
  const index = ({ UNIQUE: 'unique', FULLTEXT: 'fulltext', SPATIAL: 'spatial', INDEX: 'plain' } as const)[
    word ?? 'INDEX'
  ];
  cursor.expect('INDEX');
  const name = cursor.name('an index name');
  skipIndexType(cursor);
  cursor.expect('ON');
  const table = cursor.tableName();
  const columns = parseIndexColumns(cursor);
  skipIndexOptions(cursor);
  skipAlgorithmAndLock(cursor);
  return { kind: 'createIndex', index, name, table, columns, start, end: cursor.end };
}

/** `[ALGORITHM = x] [DEFINER = user] [SQL SECURITY x] VIEW name [(columns)] AS query [WITH CHECK OPTION]` */
function parseView(cursor: Cursor, head: { start: number; orReplace: boolean; alter: boolean }): Ddl {
  if (cursor.accept('ALGORITHM')) {
    cursor.expect('=');
    cursor.expectAny('UNDEFINED', 'MERGE', 'TEMPTABLE');
  }
  let definer: Account | null = null;
  if (cursor.accept('DEFINER')) {
    cursor.expect('=');
    definer = parseAccount(cursor);
    if (!cursor.isAny('SQL', 'VIEW')) refuseUnsupported(cursor, 'CREATE');
  }
  let security: 'definer' | 'invoker' | null = null;
  if (cursor.acceptSequence('SQL', 'SECURITY')) {
    security = cursor.expectAny('DEFINER', 'INVOKER') === 'DEFINER' ? 'definer' : 'invoker';
  }
  cursor.expect('VIEW');
  const name = cursor.tableName();
  const columns = cursor.is('(') ? cursor.nameList() : null;
  cursor.expect('AS');
  const query = parseQuery(cursor);
  let checkOption: 'cascaded' | 'local' | null = null;
  if (cursor.accept('WITH')) {
    checkOption = cursor.acceptAny('CASCADED', 'LOCAL') === 'LOCAL' ? 'local' : 'cascaded';
    cursor.expectSequence('CHECK', 'OPTION');
  }
  return {
    kind: 'createView',
    ...head,
    name,
    columns,
    query,
    definer,
    security,
    checkOption,
    end: cursor.end,
  };
}

function parseCreateServer(cursor: Cursor, start: number): Ddl {
  const ifNotExists = cursor.acceptSequence('IF', 'NOT', 'EXISTS');
  const name = cursor.nameOrString('a server name');
  cursor.expectSequence('FOREIGN', 'DATA', 'WRAPPER');
  const wrapper = cursor.nameOrString('a wrapper').toLowerCase();
  const options = parseServerOptions(cursor);
  return { kind: 'createServer', ifNotExists, name, wrapper, options, start, end: cursor.end };
}

/** `OPTIONS (HOST 'x', PORT 3306, …)`; any word may name an option. */
function parseServerOptions(cursor: Cursor): ServerOption[] {
  cursor.expect('OPTIONS');
  return cursor.parenthesised(() => {
    const name = cursor.nameAfterDot('an option').toUpperCase();
    const value = cursor.isInteger() ? cursor.digits() : cursor.stringText('a value');
    return { name, value };
  });
}

/** `t [(columns)] SERVER s { TABLE 'x' | QUERY 'select …' | LOCATION '…' FORMAT f } [COMMENT [=] '…']` */
function parseCreateExternal(cursor: Cursor, start: number, orReplace: boolean): Ddl {
  const ifNotExists = cursor.acceptSequence('IF', 'NOT', 'EXISTS');
  const name = cursor.tableName();
  const columns: ColumnNode[] = [];
  const constraints: ConstraintNode[] = [];
  if (cursor.is('(')) cursor.parenthesised(() => parseElement(cursor, columns, constraints));
  if (constraints.length > 0) throw notSupported('constraints of an external table');
  cursor.expect('SERVER');
  const server = cursor.nameOrString('a server name');
  const source = parseExternalSource(cursor);
  let comment: string | null = null;
  if (cursor.accept('COMMENT')) {
    cursor.accept('=');
    comment = cursor.stringText('a comment');
  }
  return {
    kind: 'createExternalTable',
    orReplace,
    ifNotExists,
    name,
    columns,
    server,
    source,
    comment,
    start,
    end: cursor.end,
  };
}

type ExternalSource = Extract<Ddl, { kind: 'createExternalTable' }>['source'];

function parseExternalSource(cursor: Cursor): ExternalSource {
  switch (cursor.expectAny('TABLE', 'QUERY', 'LOCATION')) {
    case 'TABLE':
      return { kind: 'table', table: cursor.nameOrString('a table name') };
    case 'QUERY':
      return { kind: 'query', query: cursor.stringText('a query') };
    case 'LOCATION': {
      const location = cursor.stringText('a location');
      cursor.expect('FORMAT');
      return { kind: 'location', location, format: cursor.nameOrString('a format').toLowerCase() };
    }
  }
}

export function parseRename(cursor: Cursor): Statement {
  const { start } = cursor;
  cursor.expect('RENAME');
  if (cursor.accept('USER')) return parseRenameUser(cursor, start);
  cursor.expectAny('TABLE', 'TABLES');
  const renames = cursor.list(() => {
    const from = cursor.tableName();
    cursor.expect('TO');
    return { from, to: cursor.tableName() };
  });
  return { kind: 'renameTable', renames, start, end: cursor.end };
}

export function parseTruncate(cursor: Cursor): Ddl {
  const { start } = cursor;
  cursor.expect('TRUNCATE');
  cursor.accept('TABLE');
  return { kind: 'truncate', table: cursor.tableName(), start, end: cursor.end };
}
