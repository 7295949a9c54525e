import { widthOfSet } from './collation.ts';
import type { SqlType } from './sql-type.ts';

/** Value bits of the integers that are JavaScript numbers in memory. */
const integerBits: Partial<Record<SqlType['kind'], number>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
};
const textBytes: Partial<Record<SqlType['kind'], number>> = {
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
  longtext: 4_294_967_295,
};
const blobBytes: Partial<Record<SqlType['kind'], number>> = {
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
  longblob: 4_294_967_295,
};

const isUnsigned = (type: SqlType): boolean => 'unsigned' in type && type.unsigned === true;

function widensInteger(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'bigint' && to.kind === 'bigint') return isUnsigned(from) === isUnsigned(to);
  const [before, after] = [integerBits[from.kind], integerBits[to.kind]];
  if (before === undefined || after === undefined) return false;
  if (isUnsigned(from) === isUnsigned(to)) return after >= before;
  return isUnsigned(from) && after > before;
}

function widensText(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'char' || from.kind === 'varchar') {
    if (to.kind === 'varchar' || (from.kind === 'char' && to.kind === 'char'))
      return to.length >= from.length;
    return (textBytes[to.kind] ?? 0) >= from.length * 4;
  }
  const [before, after] = [textBytes[from.kind], textBytes[to.kind]];
  return before !== undefined && after !== undefined && after >= before;
}

function widensBytes(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'varbinary') {
    if (to.kind === 'varbinary') return to.length >= from.length;
    return (blobBytes[to.kind] ?? 0) >= from.length;
  }
  const [before, after] = [blobBytes[from.kind], blobBytes[to.kind]];
  return before !== undefined && after !== undefined && after >= before;
}

/**
 * Whether every value of `from` is, as it stands in memory and in files, the same value of `to`: then a column
 * changes its type without its rows. Of collations only the characters that they hold count: else they decide
 * comparisons only.
 */
export function holdsValuesOf(to: SqlType, from: SqlType): boolean {
  switch (from.kind) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return widensInteger(from, to);
    case 'decimal':
      return (
        to.kind === 'decimal' &&
        to.scale === from.scale &&
        to.precision >= from.precision &&
        (!isUnsigned(to) || isUnsigned(from))
      );
    case 'char':
    case 'varchar':
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return (
        widensText(from, to) && 'collation' in to && widthOfSet(to.collation) <= widthOfSet(from.collation)
      );
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return widensBytes(from, to);
    case 'binary':
      return to.kind === 'binary' && to.length === from.length;
    case 'datetime':
    case 'timestamp':
    case 'time':
      return to.kind === from.kind && to.fsp >= from.fsp;
    case 'enum':
    case 'set': {
      if (to.kind !== from.kind) return false;
      const { members } = to;
      return from.members.every((member, at) => member === members[at]);
    }
    case 'bit':
      return to.kind === 'bit' && to.length >= from.length;
    case 'float':
    case 'double':
    case 'date':
    case 'year':
    case 'json':
    case 'null':
      return to.kind === from.kind;
  }
}
