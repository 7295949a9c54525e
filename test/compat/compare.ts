import { isDeepStrictEqual } from 'node:util';
import type { Answer, ColumnFacts } from './side.ts';

/** The class of a result column as its definition tells it. */
export function classOf(column: ColumnFacts): string {
  switch (column.typeId) {
    case 1:
    case 2:
    case 3:
    case 8:
    case 9:
    case 13:
      return 'integer';
    case 0:
    case 246:
      return 'decimal';
    case 4:
    case 5:
      return 'real';
    case 10:
      return 'date';
    case 11:
      return 'time';
    case 7:
    case 12:
      return 'datetime';
    case 6:
      return 'null';
    case 16:
      return 'bit';
    case 245:
      return 'json';
    default:
      return column.binary ? 'binary' : 'string';
  }
}

const unsignedFlag = 32;
export const notNullFlag = 1;

/** NOT NULL and no default: those of keys are lost on the way through a temporary table of MariaDB. */
const definitionFlags = 0x1 | 0x1000;

/** What is told of a stored column is the same to the bit, JSON apart, which MariaDB has as a text. */
function storedDifference(theirs: ColumnFacts, ours: ColumnFacts): string | undefined {
  if (theirs.stored === '' || theirs.stored !== ours.stored || ours.typeId === 245) return undefined;
  const a = theirs.flags & definitionFlags;
  // MariaDB leaves NOT NULL on the columns of ROLLUP, whose rows it fills with NULL.
  const b = (ours.flags & definitionFlags) | (a & notNullFlag);
  if (a !== b) return `flags ${a.toString(16)} of a stored column, ours ${b.toString(16)}`;
  if (theirs.typeId !== ours.typeId) return `type ${theirs.typeId} of a stored column, ours ${ours.typeId}`;
  if (theirs.length !== ours.length) return `length ${theirs.length} of a stored column, ours ${ours.length}`;
  return undefined;
}

/** A promise of our column definition that a value of it breaks. */
function brokenPromise(value: Buffer | null, column: ColumnFacts): string | undefined {
  if (value === null) return (column.flags & notNullFlag) === 0 ? undefined : 'a NULL that is NOT NULL';
  const kind = classOf(column);
  // MySQL's own lengths of reals are those of `%g`, and of decimals without a digit before the point short by one.
  if (/bit|json|real/.test(kind) || value.length <= column.length + (kind === 'decimal' ? 1 : 0))
    return undefined;
  return `a value of ${value.length} bytes in a length of ${column.length}`;
}

/** Differences of what a client is told, in the order of importance; undefined when there are none. */
function columnDifference(theirs: ColumnFacts, ours: ColumnFacts): string | undefined {
  const [a, b] = [classOf(theirs), classOf(ours)];
  if (a !== b) return `class ${a}, ours ${b}`;
  if (/decimal|time|real/.test(a) && theirs.decimals !== ours.decimals)
    return `decimals ${theirs.decimals} of ${a}, ours ${ours.decimals}`;
  if (/integer|decimal/.test(a) && (theirs.flags & unsignedFlag) !== (ours.flags & unsignedFlag))
    return `unsigned ${theirs.flags & unsignedFlag}, ours ${ours.flags & unsignedFlag}`;
  return storedDifference(theirs, ours);
}

const textOf = (value: Buffer | null, column: ColumnFacts): string => {
  if (value === null) return 'NULL';
  return column.binary && classOf(column) === 'binary'
    ? `x'${value.toString('hex')}'`
    : value.toString('utf8');
};

/** Whether two doubles agree to 15 digits, or to as many as sums in another order leave. */
function sameReal(a: string, b: string, digits: number): boolean {
  const [x, y] = [Number(a), Number(b)];
  if (x === y || x.toPrecision(digits) === y.toPrecision(digits)) return true;
  const difference = Math.abs(x - y);
  return difference <= Math.abs(y) * 2 * 10 ** -digits || (digits < 15 && difference < 10 ** -digits);
}

/** Whether two documents are the same, in whatever order their members stand. */
function sameDocument(a: string, b: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
  } catch {
    return false;
  }
}

function sameValue(
  theirs: Buffer | null,
  ours: Buffer | null,
  column: ColumnFacts,
  ourColumn: ColumnFacts,
  realDigits: number,
): boolean {
  if (theirs === null || ours === null) return theirs === ours;
  if (theirs.equals(ours)) return true;
  if (classOf(ourColumn) === 'json') return sameDocument(theirs.toString(), ours.toString());
  return classOf(column) === 'real' && sameReal(theirs.toString(), ours.toString(), realDigits);
}

export interface Difference {
  readonly kind: 'error' | 'value' | 'type' | 'unsupported';
  readonly text: string;
}

/** Values of the text protocol alone: others are the driver's. */
function promiseDifference({ columns, rows }: Extract<Answer, { kind: 'rows' }>): Difference | undefined {
  for (const row of rows) {
    for (const [index, column] of columns.entries()) {
      const broken = brokenPromise(row[index]!, column);
      if (broken !== undefined)
        return { kind: 'type', text: `column ${index + 1}: ours promises, ${broken}` };
    }
  }
  return undefined;
}

const headOf = (answer: Answer): string =>
  answer.kind === 'rows'
    ? `${answer.rows.length} rows ${JSON.stringify(answer.rows[0]?.map((value, index) => textOf(value, answer.columns[index]!)))}`
    : answer.kind === 'ok'
      ? `${answer.affectedRows} affected`
      : `${answer.errno} ${answer.message}`;

/** How our answer differs from theirs; undefined when it is the same. Rows are compared in their order. */
export function differenceOf(theirs: Answer, ours: Answer, realDigits = 15): Difference | undefined {
  if (ours.kind === 'error' && ours.errno === 1235) {
    return { kind: 'unsupported', text: ours.message };
  }
  if (theirs.kind === 'error' && ours.kind === 'error' && theirs.errno === ours.errno) return undefined;
  if (theirs.kind !== ours.kind || theirs.kind === 'error' || ours.kind === 'error') {
    return { kind: 'error', text: `${headOf(theirs)} | ours ${headOf(ours)}` };
  }
  if (theirs.kind === 'ok' || ours.kind === 'ok') {
    if (theirs.kind === 'ok' && ours.kind === 'ok' && theirs.affectedRows === ours.affectedRows)
      return undefined;
    return { kind: 'value', text: `${headOf(theirs)} | ours ${headOf(ours)}` };
  }
  if (theirs.rows.length !== ours.rows.length || theirs.columns.length !== ours.columns.length)
    return { kind: 'value', text: `${headOf(theirs)} | ours ${headOf(ours)}` };
  for (const [index, row] of theirs.rows.entries()) {
    for (const [column, facts] of theirs.columns.entries()) {
      if (sameValue(row[column]!, ours.rows[index]![column]!, facts, ours.columns[column]!, realDigits))
        continue;
      const show = (of: typeof row, answer: typeof theirs): string =>
        of.map((value, at) => textOf(value, answer.columns[at]!)).join(' | ');
      return {
        kind: 'value',
        text: `row ${index + 1}: ${show(row, theirs)} || ours ${show(ours.rows[index]!, ours)}`,
      };
    }
  }
  for (const [column, facts] of theirs.columns.entries()) {
    const difference = columnDifference(facts, ours.columns[column]!);
    if (difference !== undefined) return { kind: 'type', text: `column ${column + 1}: ${difference}` };
  }
  return promiseDifference(ours);
}
