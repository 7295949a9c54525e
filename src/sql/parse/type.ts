/** Data types, as CAST and column definitions write them. */
import type { DataType } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import { charsetName } from './call.ts';

type TypeName = DataType['name'];

/** What may follow the name. */
type Family =
  | 'integer'
  | 'real'
  | 'decimal'
  | 'sized'
  | 'text'
  | 'sizedBytes'
  | 'bytes'
  | 'fsp'
  | 'plain'
  | 'members'
  | 'year';

interface Spelling {
  readonly name: TypeName;
  readonly family: Family;
}

const spellings = new Map<string, Spelling>();
const add = (family: Family, name: TypeName, ...words: readonly string[]): void => {
  for (const word of [name.toUpperCase(), ...words]) spellings.set(word, { name, family });
};
add('integer', 'tinyint', 'INT1');
add('integer', 'smallint', 'INT2');
add('integer', 'mediumint', 'INT3', 'MIDDLEINT');
add('integer', 'int', 'INTEGER', 'INT4');
add('integer', 'bigint', 'INT8');
add('real', 'float', 'FLOAT4');
add('real', 'double', 'FLOAT8', 'REAL');
add('decimal', 'decimal', 'DEC', 'NUMERIC', 'FIXED');
add('sized', 'char');
add('sized', 'varchar', 'VARCHARACTER');
add('text', 'tinytext');
add('sized', 'text');
add('text', 'mediumtext');
add('text', 'longtext');
add('sizedBytes', 'binary');
add('sizedBytes', 'varbinary');
add('bytes', 'tinyblob');
add('sizedBytes', 'blob');
add('bytes', 'mediumblob');
add('bytes', 'longblob');
add('plain', 'date');
add('year', 'year');
add('fsp', 'datetime');
add('fsp', 'timestamp');
add('fsp', 'time');
add('plain', 'json');
add('members', 'enum');
add('members', 'set');
add('sizedBytes', 'bit');
add(
  'plain',
  'geometry',
  ...'POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON GEOMETRYCOLLECTION GEOMCOLLECTION'.split(
    ' ',
  ),
);

type Draft = { -readonly [key in keyof DataType]: DataType[key] };

/** A type with its length, attributes, character set and collation. */
export function parseDataType(cursor: Cursor): DataType {
  const draft = blank(cursor.start);
  const family = parseTypeName(cursor, draft);
  parseLength(cursor, draft, family);
  if (family === 'integer' || family === 'real' || family === 'decimal') parseNumberAttributes(cursor, draft);
  if (family === 'sized' || family === 'text' || family === 'members') parseTextAttributes(cursor, draft);
  draft.end = cursor.end;
  return draft;
}

function blank(start: number): Draft {
  return {
    kind: 'dataType',
    name: 'int',
    length: null,
    scale: null,
    unsigned: false,
    zerofill: false,
    boolean: false,
    members: null,
    charset: null,
    collation: null,
    binary: false,
    start,
    end: start,
  };
}

/** Takes the type's word or words; the name goes into the draft. */
function parseTypeName(cursor: Cursor, draft: Draft): Family {
  const spelling = spellings.get(cursor.symbol);
  if (spelling !== undefined) {
    cursor.position++;
    if (spelling.name === 'double') cursor.accept('PRECISION');
    draft.name = spelling.name;
    if (spelling.name === 'char') return charOrVarchar(cursor, draft);
    return spelling.family;
  }
  const word = cursor.expectAny(
    'CHARACTER',
    'NATIONAL',
    'NCHAR',
    'NVARCHAR',
    'LONG',
    'BOOL',
    'BOOLEAN',
    'SIGNED',
    'UNSIGNED',
    'SERIAL',
  );
  switch (word) {
    case 'CHARACTER':
      return charOrVarchar(cursor, draft);
    case 'NATIONAL':
    case 'NCHAR':
    case 'NVARCHAR':
      draft.charset = 'utf8mb3';
      if (word === 'NVARCHAR') draft.name = 'varchar';
      else return nationalName(cursor, draft, word);
      return 'sized';
    case 'LONG':
      if (cursor.accept('VARBINARY')) {
        draft.name = 'mediumblob';
        return 'bytes';
      }
      draft.name = 'mediumtext';
      if (cursor.acceptAny('CHAR', 'CHARACTER') !== null) cursor.expect('VARYING');
      else cursor.acceptAny('VARCHAR', 'VARCHARACTER');
      return 'text';
    case 'BOOL':
    case 'BOOLEAN':
      draft.name = 'tinyint';
      draft.boolean = true;
      return 'plain';
    case 'SIGNED':
    case 'UNSIGNED':
      cursor.acceptAny('INTEGER', 'INT');
      draft.name = word === 'SIGNED' ? 'signed' : 'unsigned';
      return 'plain';
    case 'SERIAL':
      draft.name = 'bigint';
      draft.unsigned = true;
      return 'plain';
  }
}

function charOrVarchar(cursor: Cursor, draft: Draft): Family {
  draft.name = cursor.accept('VARYING') ? 'varchar' : 'char';
  return 'sized';
}

function nationalName(cursor: Cursor, draft: Draft, word: 'NATIONAL' | 'NCHAR'): Family {
  if (word === 'NATIONAL') {
    const next = cursor.expectAny('CHAR', 'CHARACTER', 'VARCHAR', 'VARCHARACTER');
    if (next.startsWith('VAR')) {
      draft.name = 'varchar';
      return 'sized';
    }
  } else if (cursor.acceptAny('VARCHAR', 'VARCHARACTER') !== null) {
    draft.name = 'varchar';
    return 'sized';
  }
  return charOrVarchar(cursor, draft);
}

function parseLength(cursor: Cursor, draft: Draft, family: Family): void {
  if (family === 'members') {
    draft.members = cursor.parenthesised(() => cursor.stringText('a member'));
    return;
  }
  if (family === 'plain' || family === 'text' || family === 'bytes' || !cursor.accept('(')) {
    if (draft.name === 'bit' && draft.length === null) draft.length = 1;
    return;
  }
  draft.length = cursor.integer('a length');
  if ((family === 'real' || family === 'decimal') && cursor.accept(','))
    draft.scale = cursor.integer('a scale');
  cursor.expect(')');
}

function parseNumberAttributes(cursor: Cursor, draft: Draft): void {
  for (;;) {
    const word = cursor.acceptAny('UNSIGNED', 'ZEROFILL', 'SIGNED');
    if (word === null) return;
    if (word !== 'SIGNED') draft.unsigned = true;
    if (word === 'ZEROFILL') draft.zerofill = true;
  }
}

/** CHARACTER SET, CHARSET, ASCII, UNICODE, BYTE, BINARY and COLLATE, in any order. */
function parseTextAttributes(cursor: Cursor, draft: Draft): void {
  for (;;) {
    if (cursor.isSequence('CHARACTER', 'SET') || cursor.isSequence('CHAR', 'SET')) {
      cursor.position += 2;
      draft.charset = charsetName(cursor);
    } else if (cursor.accept('CHARSET')) {
      draft.charset = charsetName(cursor);
    } else if (cursor.is('COLLATE')) {
      cursor.position++;
      draft.collation = cursor.is('BINARY')
        ? cursor.takeName().toLowerCase()
        : cursor.nameOrString('a collation');
    } else if (cursor.accept('BINARY')) {
      draft.binary = true;
    } else if (cursor.accept('ASCII')) {
      draft.charset = 'latin1';
    } else if (cursor.accept('UNICODE')) {
      draft.charset = 'ucs2';
    } else if (cursor.accept('BYTE')) {
      draft.name = draft.name === 'char' ? 'binary' : draft.name === 'varchar' ? 'varbinary' : 'blob';
    } else {
      return;
    }
  }
}
