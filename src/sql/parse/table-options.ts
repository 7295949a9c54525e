/** The options behind the column list of CREATE TABLE, and those of CREATE DATABASE. */
import type { Cursor } from '../cursor.ts';
import type { DatabaseOptions, TableOptions } from '../definition.ts';
import type { Keyword } from '../generated/keywords.ts';
import { tokenKind } from '../tokens.ts';
import { charsetName, collationName } from './call.ts';

type Draft = { -readonly [key in keyof TableOptions]: TableOptions[key] } & {
  others: { name: string; value: string }[];
};

const otherOptions: readonly Keyword[] = [
  'AUTOEXTEND_SIZE',
  'AVG_ROW_LENGTH',
  'CHECKSUM',
  'COMPRESSION',
  'CONNECTION',
  'DELAY_KEY_WRITE',
  'ENCRYPTION',
  'ENGINE_ATTRIBUTE',
  'INSERT_METHOD',
  'KEY_BLOCK_SIZE',
  'MAX_ROWS',
  'MIN_ROWS',
  'PACK_KEYS',
  'PASSWORD',
  'ROW_FORMAT',
  'SECONDARY_ENGINE',
  'STATS_AUTO_RECALC',
  'STATS_PERSISTENT',
  'STATS_SAMPLE_PAGES',
  'TABLE_CHECKSUM',
  'TABLESPACE',
];

/** Options with or without `=` and commas; empty when none follows. */
export function parseTableOptions(cursor: Cursor): TableOptions {
  const draft: Draft = {
    online: null,
    eventTime: null,
    comment: null,
    engine: null,
    charset: null,
    collation: null,
    autoIncrement: null,
    others: [],
  };
  while (parseOption(cursor, draft)) {
    // a comma between options is allowed; in ALTER TABLE it may also begin the next action
    if (cursor.is(',') && isOption(cursor, 1)) cursor.position++;
  }
  return draft;
}

/** Whether a table option begins `offset` tokens ahead. */
export function isOption(cursor: Cursor, offset: number): boolean {
  const symbol = cursor.symbolAt(offset);
  const next = cursor.symbolAt(offset + 1);
  if (symbol === 'DEFAULT') return next === 'CHARACTER' || next === 'CHARSET' || next === 'COLLATE';
  if (symbol === 'DATA' || symbol === 'INDEX') return next === 'DIRECTORY';
  if (symbol === 'CHARACTER') return next === 'SET';
  return named.has(symbol) || otherOptions.some((option) => option === symbol);
}

const named: ReadonlySet<string> = new Set(
  'ONLINE EVENT_TIME COMMENT ENGINE CHARSET COLLATE AUTO_INCREMENT UNION'.split(' '),
);

function parseOption(cursor: Cursor, draft: Draft): boolean {
  if (!isOption(cursor, 0)) return false;
  if (cursor.is('UNION') && !cursor.isAt(1, '=') && !cursor.isAt(1, '(')) return false;
  cursor.accept('DEFAULT');
  if (acceptCharsetWords(cursor)) draft.charset = parseCharset(cursor);
  else if (acceptOption(cursor, 'COLLATE')) draft.collation = collationName(cursor);
  else if (acceptOption(cursor, 'ONLINE')) draft.online = parseSwitch(cursor);
  else if (acceptOption(cursor, 'EVENT_TIME')) draft.eventTime = cursor.name('a column name');
  else if (acceptOption(cursor, 'COMMENT')) draft.comment = cursor.stringText('a comment');
  else if (acceptOption(cursor, 'ENGINE')) draft.engine = cursor.nameOrString('an engine');
  else if (acceptOption(cursor, 'AUTO_INCREMENT')) draft.autoIncrement = cursor.digits();
  else draft.others.push(parseOther(cursor));
  return true;
}

function acceptOption(cursor: Cursor, word: Keyword): boolean {
  if (!cursor.accept(word)) return false;
  cursor.accept('=');
  return true;
}

function acceptCharsetWords(cursor: Cursor): boolean {
  return cursor.acceptSequence('CHARACTER', 'SET') || cursor.accept('CHARSET');
}

function parseCharset(cursor: Cursor): string | null {
  cursor.accept('=');
  return cursor.accept('DEFAULT') ? null : charsetName(cursor);
}

function parseSwitch(cursor: Cursor): boolean {
  if (cursor.isInteger()) {
    const value = cursor.integer();
    if (value > 1) cursor.fail('ON', 'OFF');
    return value === 1;
  }
  return cursor.expectAny('ON', 'OFF') === 'ON';
}

function parseOther(cursor: Cursor): { name: string; value: string } {
  if (cursor.is('DATA') || cursor.is('INDEX')) {
    const name = `${cursor.symbol} DIRECTORY`;
    cursor.position += 2;
    cursor.accept('=');
    const { start } = cursor;
    cursor.stringText();
    return { name, value: cursor.text.slice(start, cursor.end) };
  }
  const name = cursor.symbol;
  cursor.position++;
  cursor.accept('=');
  const { start } = cursor;
  if (name === 'UNION') cursor.parenthesised(() => cursor.tableName());
  else if (cursor.isString()) cursor.stringText();
  else if (cursor.isInteger()) cursor.digits();
  else if (cursor.kind === tokenKind.reservedWord) cursor.takeName();
  else cursor.name('a value');
  if (name === 'TABLESPACE' && cursor.accept('STORAGE')) cursor.expectAny('DISK', 'MEMORY');
  return { name, value: cursor.text.slice(start, cursor.end) };
}

/** `[DEFAULT] CHARACTER SET = x`, `[DEFAULT] COLLATE = x`; ENCRYPTION and READ ONLY are read and dropped. */
export function parseDatabaseOptions(cursor: Cursor): DatabaseOptions {
  let charset: string | null = null;
  let collation: string | null = null;
  for (;;) {
    cursor.accept('DEFAULT');
    if (acceptCharsetWords(cursor)) charset = parseCharset(cursor);
    else if (acceptOption(cursor, 'COLLATE')) collation = collationName(cursor);
    else if (acceptOption(cursor, 'ENCRYPTION')) cursor.stringText();
    else return { charset, collation };
  }
}
