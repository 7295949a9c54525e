/** LOAD DATA [LOCAL] INFILE. */
import { notSupported } from '../../base/errors.ts';
import type { Cursor } from '../cursor.ts';
import type { LoadData } from '../statement.ts';
import { tokenKind } from '../tokens.ts';
import { charsetName } from './call.ts';
import { parseAssignments, parseColumnName } from './change.ts';
import { parsePartitions } from './from.ts';

export function parseLoad(cursor: Cursor): LoadData {
  const { start } = cursor;
  cursor.expect('LOAD');
  if (cursor.is('XML')) throw notSupported('LOAD XML');
  if (cursor.is('INDEX')) throw notSupported('LOAD INDEX INTO CACHE');
  cursor.expect('DATA');
  cursor.acceptAny('LOW_PRIORITY', 'CONCURRENT');
  const local = cursor.accept('LOCAL');
  cursor.expect('INFILE');
  const file = cursor.stringText('a file name');
  const word = cursor.acceptAny('IGNORE', 'REPLACE');
  cursor.expectSequence('INTO', 'TABLE');
  const table = cursor.tableName();
  const partitions = parsePartitions(cursor);
  const charset = acceptCharset(cursor);
  const fields = parseFields(cursor);
  const lines = parseLines(cursor);
  const ignoreLines = parseIgnoreLines(cursor);
  const columns = parseTargets(cursor);
  const assignments = cursor.accept('SET') ? parseAssignments(cursor) : [];
  const duplicates = word === 'IGNORE' ? 'ignore' : word === 'REPLACE' ? 'replace' : null;
  return {
    kind: 'loadData',
    local,
    file,
    duplicates,
    table,
    partitions,
    charset,
    fields,
    lines,
    ignoreLines,
    columns,
    assignments,
    start,
    end: cursor.end,
  };
}

function acceptCharset(cursor: Cursor): string | null {
  if (cursor.acceptSequence('CHARACTER', 'SET') || cursor.accept('CHARSET')) return charsetName(cursor);
  return null;
}

function parseFields(cursor: Cursor): LoadData['fields'] {
  let terminatedBy = '\t';
  let enclosedBy = '';
  let optionallyEnclosed = false;
  let escapedBy = '\\';
  if (cursor.acceptAny('FIELDS', 'COLUMNS') !== null) {
    let some = false;
    for (;;) {
      if (cursor.acceptSequence('TERMINATED', 'BY')) {
        terminatedBy = cursor.stringText();
      } else if (cursor.is('OPTIONALLY') || cursor.is('ENCLOSED')) {
        optionallyEnclosed = cursor.accept('OPTIONALLY');
        cursor.expectSequence('ENCLOSED', 'BY');
        enclosedBy = cursor.stringText();
      } else if (cursor.acceptSequence('ESCAPED', 'BY')) {
        escapedBy = cursor.stringText();
      } else {
        if (!some) cursor.fail('TERMINATED', 'ENCLOSED', 'ESCAPED');
        break;
      }
      some = true;
    }
  }
  return { terminatedBy, enclosedBy, optionallyEnclosed, escapedBy };
}

function parseLines(cursor: Cursor): LoadData['lines'] {
  let startingBy = '';
  let terminatedBy = '\n';
  if (cursor.accept('LINES')) {
    let some = false;
    for (;;) {
      if (cursor.acceptSequence('STARTING', 'BY')) startingBy = cursor.stringText();
      else if (cursor.acceptSequence('TERMINATED', 'BY')) terminatedBy = cursor.stringText();
      else if (some) break;
      else cursor.fail('STARTING', 'TERMINATED');
      some = true;
    }
  }
  return { startingBy, terminatedBy };
}

function parseIgnoreLines(cursor: Cursor): number {
  if (!cursor.accept('IGNORE')) return 0;
  const count = cursor.integer();
  cursor.expectAny('LINES', 'ROWS');
  return count;
}

function parseTargets(cursor: Cursor): LoadData['columns'] {
  if (!cursor.is('(')) return null;
  if (cursor.acceptSequence('(', ')')) return [];
  return cursor.parenthesised(() => {
    if (cursor.kind !== tokenKind.userVariable) return parseColumnName(cursor);
    const { start } = cursor;
    const name = cursor.userVariableName();
    return { kind: 'userVariable', name, start, end: cursor.end } as const;
  });
}
