/** What information_schema says of a column's type, beyond its text. */
import { type SqlType, typeClass, typeText } from '../../types/sql-type.ts';
import { characterSetOf, findCharacterSet } from './charsets.ts';

export interface TypeFacts {
  /** DATA_TYPE: the bare word. */
  readonly dataType: string;
  /** COLUMN_TYPE: with arguments and sign. */
  readonly columnType: string;
  readonly characterLength: bigint | null;
  readonly octetLength: bigint | null;
  readonly numericPrecision: number | null;
  readonly numericScale: number | null;
  readonly datetimePrecision: number | null;
  readonly characterSet: string | null;
  readonly collation: string | null;
}

/** Digits of the widest value, as NUMERIC_PRECISION has them: bigint is the one where the sign counts. */
const integerDigits = { tinyint: 3, smallint: 5, mediumint: 7, int: 10, bigint: 19 } as const;

/** The bytes that a text or blob of each kind may hold. */
const lobBytes = {
  tinytext: 255n,
  text: 65_535n,
  mediumtext: 16_777_215n,
  longtext: 4_294_967_295n,
  tinyblob: 255n,
  blob: 65_535n,
  mediumblob: 16_777_215n,
  longblob: 4_294_967_295n,
} as const;

type Lengths = Pick<TypeFacts, 'characterLength' | 'octetLength'>;

const bytesPerCharacter = (collation: string): bigint =>
  BigInt(findCharacterSet(characterSetOf(collation))?.maxLength ?? 4);

function lengthsOf(type: SqlType): Lengths {
  switch (type.kind) {
    case 'char':
    case 'varchar': {
      const characters = BigInt(type.length);
      return { characterLength: characters, octetLength: characters * bytesPerCharacter(type.collation) };
    }
    case 'enum':
    case 'set': {
      const sizes = type.members.map((member) => [...member].length);
      const commas = Math.max(sizes.length - 1, 0);
      const longest = Math.max(0, ...sizes);
      const characters = BigInt(
        type.kind === 'enum' ? longest : sizes.reduce((sum, size) => sum + size, commas),
      );
      return { characterLength: characters, octetLength: characters * bytesPerCharacter(type.collation) };
    }
    case 'binary':
    case 'varbinary':
      return { characterLength: BigInt(type.length), octetLength: BigInt(type.length) };
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return { characterLength: lobBytes[type.kind], octetLength: lobBytes[type.kind] };
    default:
      return { characterLength: null, octetLength: null };
  }
}

function numbersOf(type: SqlType): Pick<TypeFacts, 'numericPrecision' | 'numericScale'> {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
      return { numericPrecision: integerDigits[type.kind], numericScale: 0 };
    case 'bigint':
      return { numericPrecision: type.unsigned ? 20 : 19, numericScale: 0 };
    case 'decimal':
      return { numericPrecision: type.precision, numericScale: type.scale };
    case 'float':
      return { numericPrecision: 12, numericScale: null };
    case 'double':
      return { numericPrecision: 22, numericScale: null };
    case 'bit':
      return { numericPrecision: type.length, numericScale: null };
    default:
      return { numericPrecision: null, numericScale: null };
  }
}

/** The type columns of information_schema.COLUMNS and PARAMETERS for a type. */
export function typeFacts(type: SqlType): TypeFacts {
  const collation = typeClass(type) === 'string' && 'collation' in type ? type.collation : null;
  return {
    dataType: type.kind === 'null' ? 'binary' : type.kind,
    columnType: type.kind === 'null' ? 'binary(0)' : typeText(type),
    ...lengthsOf(type),
    ...numbersOf(type),
    datetimePrecision: 'fsp' in type ? type.fsp : null,
    characterSet: collation === null ? null : characterSetOf(collation),
    collation,
  };
}
