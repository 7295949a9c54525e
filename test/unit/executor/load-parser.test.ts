import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { type LoadFields, type LoadFormat, LoadParser } from '../../../src/executor/load-parser.ts';

const base: LoadFormat = {
  fieldsTerminatedBy: '\t',
  enclosedBy: '',
  escapedBy: '\\',
  linesStartingBy: '',
  linesTerminatedBy: '\n',
  ignoreLines: 0,
  maxLineLength: 1_000_000,
};
const csv: LoadFormat = { ...base, fieldsTerminatedBy: ',', enclosedBy: '"' };

function parse(format: LoadFormat, text: string, chunk = text.length || 1): LoadFields[] {
  const parser = new LoadParser(format);
  const rows: LoadFields[] = [];
  for (let at = 0; at < text.length; at += chunk) rows.push(...parser.push(text.slice(at, at + chunk)));
  rows.push(...parser.finish());
  return rows;
}

describe('executor/load-parser', () => {
  it('reads the default format', () => {
    assert.deepEqual(parse(base, '1\ta\\tb\t\\N\n2\t\tNULL\n3\tx'), [
      ['1', 'a\tb', null],
      ['2', '', 'NULL'],
      ['3', 'x'],
    ]);
  });

  it('reads quoted fields: doubled quotes, line ends, NULL only unquoted', () => {
    assert.deepEqual(parse(csv, '"a ""b"" c",NULL,"NULL"\n"two\nlines",\\N,"x"\n'), [
      ['a "b" c', null, 'NULL'],
      ['two\nlines', null, 'x'],
    ]);
  });

  it('skips lines, honours STARTING BY and terminators of several characters', () => {
    assert.deepEqual(parse({ ...base, ignoreLines: 2 }, 'h1\nh2\n1\t2\n'), [['1', '2']]);
    assert.deepEqual(parse({ ...base, linesStartingBy: 'xx' }, 'junk xx1\t2\nno\nyxx3\t4\n'), [
      ['1', '2'],
      ['3', '4'],
    ]);
    assert.deepEqual(
      parse({ ...base, fieldsTerminatedBy: '||', linesTerminatedBy: '\r\n' }, '1||a|b\r\n2||\r\n'),
      [
        ['1', 'a|b'],
        ['2', ''],
      ],
    );
  });

  it('gives back what SELECT INTO OUTFILE would write, however the text is cut into chunks', () => {
    const value = fc.option(
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\\', '\n', 'N', '\t', 'é', '0') }),
    );
    const table = fc.array(fc.array(value, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    const escaped = (text: string): string =>
      text.replace(/[\\"]/g, (character) => `\\${character}`).replaceAll('\n', '\\n');
    const print = (rows: readonly (readonly (string | null)[])[]): string =>
      rows
        .map((row) => row.map((field) => (field === null ? '\\N' : `"${escaped(field)}"`)).join(',') + '\n')
        .join('');
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), (rows, chunk) => {
        assert.deepEqual(parse(csv, print(rows), chunk), rows);
      }),
    );
  });

  it('refuses a line that does not fit in memory', () => {
    assert.throws(() => parse({ ...base, maxLineLength: 100 }, 'x'.repeat(1000), 50), { errno: 1153 });
  });
});
