/**
 * The common type of several expressions: the result of CASE, IF, COALESCE, UNION and their like
 * (MySQL 8.0 manual, "Flow Control Functions", "Set Operations: result set column types"), and the type
 * that a comparison is made in ("Type Conversion in Expression Evaluation").
 */
import { isBinaryCollation } from '../../types/collation.ts';
import {
  type BlobKind,
  bigint,
  decimal,
  defaultCollation,
  double,
  type IntegerKind,
  longtext,
  nullType,
  type SqlType,
  type TextKind,
  typeClass,
} from '../../types/sql-type.ts';
import { isUnsigned, maxDecimalPrecision, maxDecimalScale } from './arithmetic.ts';
import { characterLength, decimalShape, textOfLength } from './text.ts';

const integerRank: Record<IntegerKind, number> = { tinyint: 1, smallint: 2, mediumint: 3, int: 4, bigint: 5 };
const integerByRank: readonly IntegerKind[] = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'];

type IntegerType = Extract<SqlType, { kind: IntegerKind }>;

export function isInteger(type: SqlType): type is IntegerType {
  return type.kind in integerRank;
}

/** BOOLEAN, the type of predicates and of columns declared so. */
export function isBoolean(type: SqlType): boolean {
  return type.kind === 'tinyint' && type.displayWidth === 1;
}

function commonInteger(a: IntegerType, b: IntegerType): SqlType {
  const [rankA, rankB] = [integerRank[a.kind], integerRank[b.kind]];
  if (a.unsigned === b.unsigned) {
    if (isBoolean(a) && isBoolean(b)) return a;
    return { kind: integerByRank[Math.max(rankA, rankB) - 1]!, unsigned: a.unsigned };
  }
  const [signedRank, unsignedRank] = a.unsigned ? [rankB, rankA] : [rankA, rankB];
  if (unsignedRank < signedRank) return { kind: integerByRank[signedRank - 1]!, unsigned: false };
  if (unsignedRank === 5) return decimal(20, 0);
  return { kind: integerByRank[unsignedRank]!, unsigned: false };
}

function commonDecimal(a: SqlType, b: SqlType): SqlType {
  const [x, y] = [decimalShape(a), decimalShape(b)];
  const scale = Math.min(Math.max(x.scale, y.scale), maxDecimalScale);
  const integerDigits = Math.max(x.precision - x.scale, y.precision - y.scale);
  const unsigned = isUnsigned(a) && isUnsigned(b);
  return decimal(Math.min(integerDigits + scale, maxDecimalPrecision), scale, unsigned);
}

const textRank: Partial<Record<SqlType['kind'], number>> = {
  tinytext: 1,
  tinyblob: 1,
  text: 2,
  blob: 2,
  mediumtext: 3,
  mediumblob: 3,
  longtext: 4,
  longblob: 4,
};
const textByRank: readonly TextKind[] = ['tinytext', 'text', 'mediumtext', 'longtext'];
const blobByRank: readonly BlobKind[] = ['tinyblob', 'blob', 'mediumblob', 'longblob'];

/** The collation of several types; where they differ the binder knows better, and this is the one of codes. */
export function commonCollation(types: readonly SqlType[]): string | undefined {
  let found: string | undefined;
  for (const type of types) {
    if (!('collation' in type)) continue;
    if (found === undefined || (found !== type.collation && isBinaryCollation(type.collation)))
      found = type.collation;
  }
  return found;
}

function commonString(a: SqlType, b: SqlType): SqlType {
  const binary = typeClass(a) === 'binary' || typeClass(b) === 'binary';
  const rank = Math.max(textRank[a.kind] ?? 0, textRank[b.kind] ?? 0);
  // The length of bytes: a character takes up to four.
  const lengthOf = (type: SqlType): number =>
    characterLength(type) * (binary && typeClass(type) === 'string' ? 4 : 1);
  const length = Math.max(lengthOf(a), lengthOf(b));
  const collation = commonCollation([a, b]);
  if (binary) {
    if (rank > 0) return { kind: blobByRank[rank - 1]! };
    return a.kind === 'binary' && b.kind === 'binary'
      ? { kind: 'binary', length }
      : { kind: 'varbinary', length };
  }
  if (rank > 0) return { kind: textByRank[rank - 1]!, collation: collation ?? defaultCollation };
  if (a.kind === 'char' && b.kind === 'char') return { ...a, length };
  return textOfLength(length, collation);
}

function commonTemporal(a: SqlType, b: SqlType): SqlType {
  if (a.kind === 'date' && b.kind === 'date') return a;
  const fsp = Math.max('fsp' in a ? a.fsp : 0, 'fsp' in b ? b.fsp : 0);
  if (a.kind === b.kind && 'fsp' in a) return { kind: a.kind, fsp };
  return { kind: 'datetime', fsp };
}

/** Digits that are shown after the point; undefined for as many as there are. */
const shownScale = (type: SqlType): number | undefined =>
  'scale' in type ? type.scale : typeClass(type) === 'integer' ? 0 : undefined;

function commonReal(a: SqlType, b: SqlType): SqlType {
  if (a.kind === 'float' && b.kind === 'float') return a;
  const [x, y] = [shownScale(a), shownScale(b)];
  return x === undefined || y === undefined ? double : { kind: 'double', scale: Math.max(x, y) };
}

function common(a: SqlType, b: SqlType): SqlType {
  if (a.kind === 'null') return b;
  if (b.kind === 'null') return a;
  const [classA, classB] = [typeClass(a), typeClass(b)];
  if (a.kind === 'year' || b.kind === 'year') {
    if (a.kind === b.kind) return a;
    const int: SqlType = { kind: 'int', unsigned: false };
    return common(a.kind === 'year' ? int : a, b.kind === 'year' ? int : b);
  }
  if (classA === 'bit' || classB === 'bit') {
    if (a.kind === 'bit' && b.kind === 'bit') return a.length >= b.length ? a : b;
    return common(classA === 'bit' ? bigint(true) : a, classB === 'bit' ? bigint(true) : b);
  }
  if (isInteger(a) && isInteger(b)) return commonInteger(a, b);
  if (classA === 'temporal' && classB === 'temporal') return commonTemporal(a, b);
  if (classA === 'json' && classB === 'json') return a;
  if (classA === 'json' || classB === 'json') return longtext;
  const isNumber = (name: string): boolean => name === 'integer' || name === 'decimal' || name === 'real';
  if (isNumber(classA) && isNumber(classB)) {
    if (classA === 'real' || classB === 'real') return commonReal(a, b);
    return commonDecimal(a, b);
  }
  return commonString(a, b);
}

/** The type that values of all `types` are converted to: UNION, VALUES. Of no type: NULL's. */
export function commonType(types: readonly SqlType[]): SqlType {
  return types.reduce(common, nullType);
}

/** The type of an expression that gives one of several values: a member that it gives is text, and sorts as one. */
export function chosenType(types: readonly SqlType[]): SqlType {
  const type = commonType(types);
  return type.kind === 'enum' || type.kind === 'set'
    ? textOfLength(characterLength(type), type.collation)
    : type;
}

export interface ComparisonOperand {
  readonly type: SqlType;
  /** A literal, a parameter, or an expression of such: MySQL converts it to the other side's temporal type. */
  readonly constant: boolean;
}

/**
 * The type in which `a` and `b` are compared. Integers of any width and sign compare as numbers without a
 * conversion; the caller casts both sides when the class differs from the result's.
 */
export function comparisonType(a: ComparisonOperand, b: ComparisonOperand): SqlType {
  if (a.type.kind === 'null') return b.type;
  if (b.type.kind === 'null') return a.type;
  const [classA, classB] = [typeClass(a.type), typeClass(b.type)];
  if (classA === 'temporal' || classB === 'temporal') return temporalComparison(a, b);
  if (classA === 'json' || classB === 'json') return { kind: 'json' };
  const numeric = (name: string): boolean => name !== 'string' && name !== 'binary';
  if (!numeric(classA) && !numeric(classB)) return common(a.type, b.type);
  if (!numeric(classA) || !numeric(classB)) return double;
  return common(a.type, b.type).kind === 'float' ? double : common(a.type, b.type);
}

function temporalComparison(a: ComparisonOperand, b: ComparisonOperand): SqlType {
  const [classA, classB] = [typeClass(a.type), typeClass(b.type)];
  if (classA === 'temporal' && classB === 'temporal') return commonTemporal(a.type, b.type);
  const [temporal, other] = classA === 'temporal' ? [a, b] : [b, a];
  const otherClass = typeClass(other.type);
  const isText = otherClass === 'string' || otherClass === 'binary';
  if (isText || (other.constant && !temporal.constant)) {
    if (otherClass === 'json') return { kind: 'json' };
    // A date is compared with text as a datetime: '2021-01-01 10:00' is later than the day itself.
    return temporal.type.kind === 'time' ? { kind: 'time', fsp: 6 } : { kind: 'datetime', fsp: 6 };
  }
  if (otherClass === 'real') return double;
  return common(numberOfTemporal(temporal.type), other.type);
}

/** The numeric type of a temporal value in arithmetic: YYYYMMDD, YYYYMMDDhhmmss, hhmmss. */
export function numberOfTemporal(type: SqlType): SqlType {
  if (type.kind === 'date') return bigint();
  const fsp = 'fsp' in type ? type.fsp : 0;
  const digits = type.kind === 'time' ? 7 : 14;
  return fsp === 0 ? bigint() : decimal(digits + fsp, fsp);
}

/** Whether a value of `from` needs no conversion to be compared or used as `to`. */
export function sameRepresentation(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'null') return true;
  const [a, b] = [typeClass(from), typeClass(to)];
  if (a !== b) return false;
  if (a === 'temporal') return from.kind === to.kind;
  if (from.kind === 'year' || to.kind === 'year') return from.kind === to.kind || a === 'integer';
  return true;
}
