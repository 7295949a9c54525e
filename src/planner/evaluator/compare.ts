/** Comparison of values of one class; the binder has cast both sides to it. */

import { collationKey, comparesByBytes } from '../../types/collation.ts';
import { compareDecimalTexts } from '../../types/decimal.ts';
import { defaultCollation, type SqlType, typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, strict2, truth } from './argument.ts';
import { Refusal } from './environment.ts';

type Value = NonNullable<SqlValue>;
export type Comparator = (a: Value, b: Value) => number;

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** Orders text by its UTF-8 bytes, that is by code points; JavaScript's own order is by UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x === y) continue;
    if (isSurrogate(x) !== isSurrogate(y)) return isSurrogate(x) ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

const byOrder: Comparator = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Texts by the collation of both; the binder has made keys of texts that differ in it. */
function textComparator(a: SqlType, b: SqlType): Comparator {
  const names = [a, b].map((type) => ('collation' in type ? type.collation : defaultCollation));
  if (names[0] !== names[1]) throw new Refusal(`a comparison of ${names.join(' with ')}`);
  if (comparesByBytes(names[0]!)) return (x, y) => compareText(String(x), String(y));
  const key = collationKey(names[0]!);
  return (x, y) => compareText(key(String(x)), key(String(y)));
}

/** The order of two non-NULL values of types of one class. Throws a Refusal for JSON. */
export function comparator(a: SqlType, b: SqlType): Comparator {
  const [classA, classB] = [typeClass(a), typeClass(b)];
  if (classA === 'null' || classB === 'null') return byOrder;
  if (classA !== classB) {
    const numbers = ['integer', 'real', 'bit'];
    if (numbers.includes(classA) && numbers.includes(classB)) return byOrder;
    if ([classA, classB].includes('binary') && [classA, classB].includes('string')) return byBytes;
    throw new Refusal(`a comparison of ${a.kind} with ${b.kind}`);
  }
  switch (classA) {
    case 'string':
      return textComparator(a, b);
    case 'binary':
      return byBytes;
    case 'decimal':
      return (x, y) => compareDecimalTexts(String(x), String(y));
    case 'temporal':
      if (a.kind !== b.kind) throw new Refusal(`a comparison of ${a.kind} with ${b.kind}`);
      return byOrder;
    case 'json':
      throw new Refusal('a comparison of JSON');
    default:
      return byOrder;
  }
}

const bytesOf = (value: Value): Uint8Array =>
  value instanceof Uint8Array ? value : Buffer.from(String(value));
const byBytes: Comparator = (a, b) => Buffer.compare(bytesOf(a), bytesOf(b));

const holds: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function comparison(operator: string): FunctionCompiler {
  const test = holds[operator]!;
  return (args) => {
    const [a, b] = args as [Argument, Argument];
    const order = comparator(a.type, b.type);
    return strict2(a, b, (x, y) => truth(test(order(x, y))));
  };
}

const nullSafeEqual: FunctionCompiler = (args) => {
  const [a, b] = args as [Argument, Argument];
  const order = comparator(a.type, b.type);
  return (env) => {
    const [x, y] = [a.evaluate(env), b.evaluate(env)];
    if (x === null || y === null) return truth(x === y);
    return truth(order(x, y) === 0);
  };
};

const inList: FunctionCompiler = (args) => {
  const [needle, ...items] = args as [Argument, ...Argument[]];
  const orders = items.map((item) => comparator(needle.type, item.type));
  return (env) => {
    const value = needle.evaluate(env);
    if (value === null) return null;
    let sawNull = false;
    for (const [index, item] of items.entries()) {
      const other = item.evaluate(env);
      if (other === null) sawNull = true;
      else if (orders[index]!(value, other) === 0) return 1n;
    }
    return sawNull ? null : 0n;
  };
};

const extreme =
  (sign: 1 | -1): FunctionCompiler =>
  (args, result) => {
    // The collation that texts agree on is the result's.
    const compared = typeClass(result) === 'string' ? result : args[0]?.type;
    const order = compared === undefined ? byOrder : comparator(compared, compared);
    return (env) => {
      let best: SqlValue = null;
      for (const arg of args) {
        const value = arg.evaluate(env);
        if (value === null) return null;
        if (best === null || order(value, best) * sign > 0) best = value;
      }
      return best;
    };
  };

const nullIf: FunctionCompiler = (args) => {
  const [a, b] = args as [Argument, Argument];
  const order = comparator(a.type, b.type);
  return (env) => {
    const x = a.evaluate(env);
    const y = b.evaluate(env);
    return x !== null && y !== null && order(x, y) === 0 ? null : x;
  };
};

const field: FunctionCompiler = (args) => {
  const [needle, ...items] = args as [Argument, ...Argument[]];
  const orders = items.map((item) => comparator(needle.type, item.type));
  return (env) => {
    const value = needle.evaluate(env);
    if (value === null) return 0;
    return (
      items.findIndex((item, index) => {
        const other = item.evaluate(env);
        return other !== null && orders[index]!(value, other) === 0;
      }) + 1
    );
  };
};

export const comparisonFunctions: Readonly<Record<string, FunctionCompiler>> = {
  '=': comparison('='),
  '<>': comparison('<>'),
  '<': comparison('<'),
  '<=': comparison('<='),
  '>': comparison('>'),
  '>=': comparison('>='),
  '<=>': nullSafeEqual,
  IN: inList,
  GREATEST: extreme(1),
  LEAST: extreme(-1),
  NULLIF: nullIf,
  FIELD: field,
  STRCMP: (args) => {
    const [a, b] = args as [Argument, Argument];
    const order = comparator(a.type, b.type);
    return strict2(a, b, (x, y) => Math.sign(order(x, y)));
  },
};
