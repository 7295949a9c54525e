/**
 * The text format of LOAD DATA (MySQL 8.0 Reference Manual, "LOAD DATA Statement", field and line handling):
 * characters in, rows of fields out. A field is null for SQL NULL.
 */
import { GatewayError, notSupported } from '../base/errors.ts';

export interface LoadFormat {
  readonly fieldsTerminatedBy: string;
  /** One character, or empty. */
  readonly enclosedBy: string;
  /** One character, or empty. */
  readonly escapedBy: string;
  readonly linesStartingBy: string;
  readonly linesTerminatedBy: string;
  readonly ignoreLines: number;
  /** A line longer than this is refused: it must fit in memory. */
  readonly maxLineLength: number;
}

export type LoadFields = readonly (string | null)[];

const escapes: Record<string, string> = { '0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' };

export class LoadParser {
  readonly #format: LoadFormat;
  #buffer = '';
  #position = 0;
  #linesToSkip: number;
  /** An incomplete line is read again only when this much text is there, so a long line costs no square. */
  #retryAt = 0;

  constructor(format: LoadFormat) {
    if (format.fieldsTerminatedBy === '' && format.enclosedBy === '') {
      throw notSupported('LOAD DATA with fixed-width fields');
    }
    if (format.fieldsTerminatedBy === '') throw notSupported('LOAD DATA with an empty FIELDS TERMINATED BY');
    if (format.linesTerminatedBy === '') throw notSupported('LOAD DATA with an empty LINES TERMINATED BY');
    this.#format = format;
    this.#linesToSkip = format.ignoreLines;
  }

  /** The rows that `text` completes. */
  push(text: string): LoadFields[] {
    this.#buffer = this.#position === 0 ? this.#buffer + text : this.#buffer.slice(this.#position) + text;
    this.#position = 0;
    return this.#rows(false);
  }

  /** The rest, when the input has ended: the last line needs no terminator. */
  finish(): LoadFields[] {
    this.#retryAt = 0;
    return this.#rows(true);
  }

  #rows(ended: boolean): LoadFields[] {
    const rows: LoadFields[] = [];
    if (!ended && this.#buffer.length < this.#retryAt) return rows;
    this.#retryAt = 0;
    while (this.#position < this.#buffer.length) {
      if (this.#linesToSkip > 0) {
        if (!this.#skipLine(ended)) break;
        continue;
      }
      const row = this.#row(ended);
      if (row === 'incomplete') {
        const length = this.#buffer.length - this.#position;
        if (length > this.#format.maxLineLength) {
          throw new GatewayError(
            'PACKET_TOO_LARGE',
            `A line of the file is longer than ${this.#format.maxLineLength} characters`,
          );
        }
        this.#retryAt = length * 2;
        break;
      }
      if (row !== 'none') rows.push(row);
    }
    return rows;
  }

  #skipLine(ended: boolean): boolean {
    const end = this.#buffer.indexOf(this.#format.linesTerminatedBy, this.#position);
    if (end < 0) {
      if (ended) this.#position = this.#buffer.length;
      return ended;
    }
    this.#position = end + this.#format.linesTerminatedBy.length;
    this.#linesToSkip--;
    return true;
  }

  #row(ended: boolean): LoadFields | 'incomplete' | 'none' {
    const { linesStartingBy, linesTerminatedBy, fieldsTerminatedBy, enclosedBy, escapedBy } = this.#format;
    let start = this.#position;
    if (linesStartingBy !== '') {
      const found = this.#buffer.indexOf(linesStartingBy, start);
      if (found < 0) {
        if (ended) this.#position = this.#buffer.length;
        return ended ? 'none' : 'incomplete';
      }
      start = found + linesStartingBy.length;
    }
    const lineEnd = this.#buffer.indexOf(linesTerminatedBy, start);
    if (lineEnd < 0 && !ended) return 'incomplete';
    const line = this.#buffer.slice(start, lineEnd < 0 ? undefined : lineEnd);
    const plain =
      (enclosedBy === '' || !line.includes(enclosedBy)) && (escapedBy === '' || !line.includes(escapedBy));
    if (!plain) return this.#fields(start, ended);
    this.#position = lineEnd < 0 ? this.#buffer.length : lineEnd + linesTerminatedBy.length;
    const fields = line.split(fieldsTerminatedBy);
    return enclosedBy === '' && escapedBy !== ''
      ? fields
      : fields.map((field) => (field === 'NULL' ? null : field));
  }

  /** A line with quotes or escapes in it, character by character. */
  #fields(start: number, ended: boolean): LoadFields | 'incomplete' {
    const fields: (string | null)[] = [];
    let position = start;
    for (;;) {
      const field = this.#field(position, ended);
      if (field === 'incomplete') return field;
      fields.push(field.value);
      position = field.next;
      if (field.last) {
        this.#position = position;
        return fields;
      }
    }
  }

  #field(
    start: number,
    ended: boolean,
  ): { value: string | null; next: number; last: boolean } | 'incomplete' {
    const { linesTerminatedBy, fieldsTerminatedBy, enclosedBy, escapedBy } = this.#format;
    const text = this.#buffer;
    const enclosed = enclosedBy !== '' && text.startsWith(enclosedBy, start);
    const lookAhead = Math.max(linesTerminatedBy.length, fieldsTerminatedBy.length) + 1;
    let position = enclosed ? start + enclosedBy.length : start;
    let value = '';
    let nullMark = false;
    const done = (at: number) => {
      const word = !enclosed && value === 'NULL' && (enclosedBy !== '' || escapedBy === '');
      const isNull = word || (nullMark && value === 'N' && !enclosed);
      const fieldEnd = text.startsWith(fieldsTerminatedBy, at);
      if (fieldEnd)
        return { value: isNull ? null : value, next: at + fieldsTerminatedBy.length, last: false };
      const next = Math.min(text.length, at + linesTerminatedBy.length);
      return { value: isNull ? null : value, next, last: true };
    };
    const ends = (at: number): boolean =>
      text.startsWith(fieldsTerminatedBy, at) || text.startsWith(linesTerminatedBy, at) || at === text.length;
    for (;;) {
      if (!ended && position + lookAhead >= text.length) return 'incomplete';
      if (position >= text.length) {
        // What was never closed was no enclosure.
        if (enclosed) value = enclosedBy + value;
        return done(text.length);
      }
      const character = text[position]!;
      if (escapedBy !== '' && character === escapedBy) {
        const next = text[position + 1];
        if (next === undefined) value += character;
        else if (next === 'N' && value === '' && !enclosed) {
          nullMark = true;
          value = 'N';
        } else value += escapes[next] ?? next;
        position += 2;
        continue;
      }
      if (enclosed && text.startsWith(enclosedBy, position)) {
        const after = position + enclosedBy.length;
        if (ends(after)) return done(after);
        const doubled = text.startsWith(enclosedBy, after);
        value += enclosedBy;
        position = doubled ? after + enclosedBy.length : after;
        continue;
      }
      if (!enclosed && ends(position)) return done(position);
      value += character;
      position++;
    }
  }
}
