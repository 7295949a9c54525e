/**
 * Statements that a tool sends, and what of the answer it depends on, as data. A file is a list of records
 * divided by empty lines; `#` begins a comment line. A record is directives, then SQL to the end of the record:
 *
 *     @ ok                          no rows are answered
 *     @ error 1064                  that error, and the connection goes on
 *     @ rows 3 | rows >=1           so many rows; a record without any of these three answers any number
 *     @ columns Database, Table     the names of the columns, in order and in letter case
 *     @ has users<TAB>BASE TABLE    a row that begins so is among the answer; NULL, and * for anything
 *     @ types LONGLONG, VAR_STRING  MySQL's names of the column types; * for any
 *     @ text                        only as text: the server cannot prepare it, or it is several statements
 *     @ database shop               (alone in its record) the database to log in with
 */
import { readFileSync } from 'node:fs';

export interface TranscriptRecord {
  /** 1-based line of the first directive or of the SQL. */
  readonly line: number;
  readonly sql: string;
  readonly outcome: 'ok' | 'rows' | { readonly errno: number };
  readonly rowCount: { readonly least: number; readonly most: number };
  readonly columns: readonly string[] | undefined;
  readonly types: readonly string[] | undefined;
  readonly has: readonly (readonly string[])[];
  readonly textOnly: boolean;
}

export interface Transcript {
  readonly database: string | undefined;
  readonly records: readonly TranscriptRecord[];
}

const anyCount = { least: 0, most: Number.POSITIVE_INFINITY };

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function countOf(text: string): TranscriptRecord['rowCount'] {
  if (text.startsWith('>=')) return { least: Number(text.slice(2)), most: Number.POSITIVE_INFINITY };
  return { least: Number(text), most: Number(text) };
}

function readRecord(
  lines: readonly string[],
  line: number,
): TranscriptRecord | { readonly database: string } {
  let outcome: TranscriptRecord['outcome'] = 'rows';
  let rowCount: TranscriptRecord['rowCount'] = anyCount;
  let columns: readonly string[] | undefined;
  let types: readonly string[] | undefined;
  let textOnly = false;
  const has: string[][] = [];
  const sql: string[] = [];
  for (const text of lines) {
    const directive = sql.length === 0 ? /^@ (\w+) ?(.*)$/.exec(text) : null;
    if (directive === null) {
      sql.push(text);
      continue;
    }
    const [, name = '', argument = ''] = directive;
    if (name === 'database') return { database: argument };
    if (name === 'ok') outcome = 'ok';
    else if (name === 'error') outcome = { errno: Number(argument) };
    else if (name === 'rows') rowCount = countOf(argument);
    else if (name === 'columns') columns = listOf(argument);
    else if (name === 'types') types = listOf(argument);
    else if (name === 'has') has.push(argument.split('\t'));
    else if (name === 'text') textOnly = true;
    else throw new Error(`line ${line}: no directive ${name}`);
  }
  return { line, sql: sql.join('\n'), outcome, rowCount, columns, types, has, textOnly };
}

/** @throws Error naming the line of a record that is none. */
export function readTranscript(path: string | URL): Transcript {
  const lines = readFileSync(path, 'utf8').split('\n');
  const records: TranscriptRecord[] = [];
  let database: string | undefined;
  let start = 0;
  let pending: string[] = [];
  for (const [index, text] of [...lines, ''].entries()) {
    if (text.startsWith('# ') || text === '#') continue;
    if (text !== '') {
      if (pending.length === 0) start = index + 1;
      pending.push(text);
      continue;
    }
    if (pending.length === 0) continue;
    const record = readRecord(pending, start);
    pending = [];
    if ('database' in record) database = record.database;
    else if (record.sql === '') throw new Error(`line ${start}: a record without SQL`);
    else records.push(record);
  }
  return { database, records };
}
