/** ROUND, FLOOR, ABS and the other functions of numbers that are exact in JavaScript. */
import { assert } from '../../base/assert.ts';
import { decimalOfText, rescale, truncateScale } from '../../types/decimal.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { type Argument, type FunctionCompiler, integerIn, strict1, strictAll } from './argument.ts';
import { checkedDecimal, checkedInteger, toBigint } from './arithmetic.ts';
import { roundHalfEven } from './cast.ts';
import { Refusal } from './environment.ts';

type Value = NonNullable<SqlValue>;

const absolute: FunctionCompiler = (args, type) => {
  const a = args[0]!;
  switch (type.kind) {
    case 'bigint': {
      const check = checkedInteger(type);
      return strict1(a, (x) => {
        const value = toBigint(x);
        return check(value < 0n ? -value : value);
      });
    }
    case 'decimal': {
      const check = checkedDecimal(type);
      return strict1(a, (x) => check(decimalOfText(String(x).replace('-', ''))));
    }
    case 'double':
      return strict1(a, (x) => Math.abs(Number(x)));
    default:
      throw new Refusal(`ABS of ${type.kind}`);
  }
};

/** FLOOR and CEIL; the result is BIGINT or DECIMAL for exact numbers, DOUBLE for doubles. */
function toWhole(direction: -1n | 1n): FunctionCompiler {
  return (args, type) => {
    const a = args[0]!;
    if (typeClass(a.type) === 'real') {
      return strict1(a, (x) => (direction < 0n ? Math.floor(Number(x)) : Math.ceil(Number(x))) + 0);
    }
    const result = exactResult(type);
    if (typeClass(a.type) === 'integer') return strict1(a, (x) => result(toBigint(x)));
    if (typeClass(a.type) !== 'decimal') throw new Refusal(`FLOOR of ${a.type.kind}`);
    return strict1(a, (x) => {
      const value = decimalOfText(String(x));
      const whole = truncateScale(value, 0).unscaled;
      const exact = rescale({ unscaled: whole, scale: 0 }, value.scale).unscaled === value.unscaled;
      const away = value.unscaled < 0n === direction < 0n;
      return result(exact || !away ? whole : whole + direction);
    });
  };
}

function exactResult(type: SqlType): (value: bigint) => SqlValue {
  if (type.kind === 'bigint') return checkedInteger(type);
  const check = checkedDecimal(type);
  return (value) => check({ unscaled: value, scale: 0 });
}

function powerOfTenBigint(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

/** ROUND and TRUNCATE of exact numbers; `cut` drops digits instead of rounding them. */
function roundExact(
  unscaled: bigint,
  scale: number,
  digits: number,
  cut: boolean,
): { unscaled: bigint; scale: number } {
  const adjust = cut ? truncateScale : rescale;
  if (digits >= 0) return digits >= scale ? { unscaled, scale } : adjust({ unscaled, scale }, digits);
  if (-digits > 65) return { unscaled: 0n, scale: 0 };
  // Left of the point: round the number as if it had `scale - digits` decimals more.
  const shifted = adjust({ unscaled, scale: scale - digits }, 0);
  return { unscaled: shifted.unscaled * powerOfTenBigint(-digits), scale: 0 };
}

/** A double rounded (or cut) to digits after the point, halves to even as C's rint. */
export function roundDouble(value: number, digits: number, cut: boolean): number {
  const whole = (scaled: number): number => (cut ? Math.trunc(scaled) : roundHalfEven(scaled));
  const factor = 10 ** Math.abs(digits);
  if (!Number.isFinite(factor)) return digits < 0 ? 0 : value;
  const scaled = digits < 0 ? value / factor : value * factor;
  if (!Number.isFinite(scaled)) return value;
  return (digits < 0 ? whole(scaled) * factor : whole(scaled) / factor) + 0;
}

function rounding(cut: boolean): FunctionCompiler {
  return (args, type) => {
    const [a, b] = args as [Argument, Argument | undefined];
    const digitsOf = (value: Value | undefined): number =>
      value === undefined ? 0 : Math.max(-400, Math.min(400, Number(value)));
    const operands = b === undefined ? [a] : [a, b];
    if (type.kind === 'double') {
      if (typeClass(a.type) !== 'real') throw new Refusal(`ROUND of ${a.type.kind}`);
      return strictAll(operands, ([x, digits]) => roundDouble(Number(x), digitsOf(digits), cut));
    }
    const check = type.kind === 'bigint' ? undefined : checkedDecimal(type);
    const checkInteger = type.kind === 'bigint' ? checkedInteger(type) : undefined;
    const isDecimal = typeClass(a.type) === 'decimal';
    return strictAll(operands, ([x, digits]) => {
      const value = isDecimal ? decimalOfText(String(x)) : { unscaled: toBigint(x!), scale: 0 };
      const rounded = roundExact(value.unscaled, value.scale, digitsOf(digits), cut);
      if (check !== undefined) return check(rounded);
      assert(checkInteger !== undefined, 'ROUND has an exact type');
      return checkInteger(rounded.unscaled);
    });
  };
}

const sign: FunctionCompiler = (args, type) => {
  const result = integerIn(type);
  return strict1(args[0]!, (x) => result(Math.sign(Number(x)) + 0));
};

/** A function of C's math library that IEEE 754 defines exactly. */
const squareRoot: FunctionCompiler = (args) =>
  strict1(args[0]!, (x) => (Number(x) < 0 ? null : Math.sqrt(Number(x))));

export const numberFunctions: Readonly<Record<string, FunctionCompiler>> = {
  ABS: absolute,
  FLOOR: toWhole(-1n),
  CEIL: toWhole(1n),
  ROUND: rounding(false),
  TRUNCATE: rounding(true),
  SIGN: sign,
  SQRT: squareRoot,
  PI: () => () => Math.PI,
};
