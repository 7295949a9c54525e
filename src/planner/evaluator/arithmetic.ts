/** Exact arithmetic of integers and decimals, and of doubles; out of range is error 1690. */
import { GatewayError } from '../../base/errors.ts';
import {
  addDecimals,
  type Decimal,
  decimalOfNumber,
  decimalOfText,
  divideDecimals,
  fitsPrecision,
  formatDecimal,
  integerQuotient,
  multiplyDecimals,
  powerOfTen,
  remainderDecimals,
  rescale,
  subtractDecimals,
} from '../../types/decimal.ts';
import { type SqlType, typeClass } from '../../types/sql-type.ts';
import type { SqlValue } from '../../types/value.ts';
import { isCutQuotient } from '../hidden-digits.ts';
import { type Argument, type FunctionCompiler, integerIn, strict1, strict2 } from './argument.ts';
import { combineBytes, countBits, invertBytes, shiftBytes } from './byte-bits.ts';
import { maxSigned, maxUnsigned, minSigned } from './cast.ts';
import { type EvaluationEnv, type Evaluator, Refusal } from './environment.ts';

type Value = NonNullable<SqlValue>;

function outOfRange(kind: string): GatewayError {
  return new GatewayError('OUT_OF_RANGE_EXPRESSION', `${kind} value is out of range in the expression`);
}

export const toBigint = (value: Value): bigint =>
  typeof value === 'bigint' ? value : BigInt(value as number);

/** An integer result checked against the range of its type. */
export function checkedInteger(type: SqlType): (value: bigint) => bigint {
  const unsigned = 'unsigned' in type && type.unsigned === true;
  const [low, high] = unsigned ? [0n, maxUnsigned] : [minSigned, maxSigned];
  return (value) => {
    if (value < low || value > high) throw outOfRange(unsigned ? 'BIGINT UNSIGNED' : 'BIGINT');
    return value;
  };
}

function checkedDouble(value: number): number {
  if (!Number.isFinite(value)) throw outOfRange('DOUBLE');
  return value;
}

/** A decimal result at the scale of its type, checked against its precision. */
export function checkedDecimal(type: SqlType): (value: Decimal) => string {
  if (type.kind !== 'decimal') throw new Refusal(`a decimal as ${type.kind}`);
  const { scale } = type;
  return (value) => {
    const result = rescale(value, scale);
    if (!fitsPrecision(result, 65)) throw outOfRange('DECIMAL');
    return formatDecimal(result);
  };
}

/** An operand as a decimal; the binder casts, but integers may stand beside decimals. */
function decimalOperand(type: SqlType): (value: Value) => Decimal {
  switch (typeClass(type)) {
    case 'decimal':
      return (value) => decimalOfText(String(value));
    case 'integer':
    case 'bit':
    case 'null':
      return (value) => ({ unscaled: toBigint(value), scale: 0 });
    default:
      throw new Refusal(`${type.kind} in exact arithmetic`);
  }
}

function doubleOperand(type: SqlType): (value: Value) => number {
  const name = typeClass(type);
  if (name === 'string' || name === 'binary' || name === 'temporal' || name === 'json') {
    throw new Refusal(`${type.kind} in arithmetic`);
  }
  return (value) => Number(value);
}

interface Operation {
  readonly integer: (a: bigint, b: bigint) => bigint;
  readonly decimal: (a: Decimal, b: Decimal) => Decimal;
  readonly double: (a: number, b: number) => number;
}

function operation(rules: Operation): FunctionCompiler {
  return (args, type) => {
    const [a, b] = args as [Argument, Argument];
    if (type.kind === 'bigint') {
      const check = checkedInteger(type);
      return strict2(a, b, (x, y) => check(rules.integer(toBigint(x), toBigint(y))));
    }
    if (type.kind === 'decimal') {
      const [left, right, check] = [decimalOperand(a.type), decimalOperand(b.type), checkedDecimal(type)];
      return strict2(a, b, (x, y) => check(rules.decimal(left(x), right(y))));
    }
    const [left, right] = [doubleOperand(a.type), doubleOperand(b.type)];
    return strict2(a, b, (x, y) => checkedDouble(rules.double(left(x), right(y))));
  };
}

function divisionByZero(env: EvaluationEnv): null {
  env.warn(1365, 'Division by 0');
  return null;
}

/** The quotient cut at `scale`; undefined by zero. */
function truncatedQuotient(left: Decimal, right: Decimal, scale: number): Decimal | undefined {
  if (right.unscaled === 0n) return undefined;
  const dividend = left.unscaled * powerOfTen(scale + right.scale);
  return { unscaled: dividend / (right.unscaled * powerOfTen(left.scale)), scale };
}

const divide: FunctionCompiler = (args, type) => {
  const [a, b] = args as [Argument, Argument];
  if (type.kind === 'decimal') {
    const [left, right, check] = [decimalOperand(a.type), decimalOperand(b.type), checkedDecimal(type)];
    const cut = isCutQuotient(type, a.type, b.type);
    const increment = type.scale - (a.type.kind === 'decimal' ? a.type.scale : 0);
    return strict2(a, b, (x, y, env) => {
      const quotient = cut
        ? truncatedQuotient(left(x), right(y), type.scale)
        : divideDecimals(left(x), right(y), increment);
      return quotient === undefined ? divisionByZero(env) : check(quotient);
    });
  }
  const [left, right] = [doubleOperand(a.type), doubleOperand(b.type)];
  return strict2(a, b, (x, y, env) => {
    const divisor = right(y);
    return divisor === 0 ? divisionByZero(env) : checkedDouble(left(x) / divisor);
  });
};

/** DIV of doubles divides them as decimals, as MySQL does. */
function quotientOperand(type: SqlType): (value: Value) => Decimal {
  if (typeClass(type) !== 'real') return decimalOperand(type);
  return (value) => decimalOfNumber(Number(value)) ?? { unscaled: 0n, scale: 0 };
}

const integerDivide: FunctionCompiler = (args, type) => {
  const [a, b] = args as [Argument, Argument];
  const [left, right, check] = [quotientOperand(a.type), quotientOperand(b.type), checkedInteger(type)];
  return strict2(a, b, (x, y, env) => {
    const quotient = integerQuotient(left(x), right(y));
    return quotient === undefined ? divisionByZero(env) : check(quotient);
  });
};

const remainder: FunctionCompiler = (args, type) => {
  const [a, b] = args as [Argument, Argument];
  if (type.kind === 'bigint') {
    return strict2(a, b, (x, y, env) => {
      const divisor = toBigint(y);
      return divisor === 0n ? divisionByZero(env) : toBigint(x) % divisor;
    });
  }
  if (type.kind === 'decimal') {
    const [left, right, check] = [decimalOperand(a.type), decimalOperand(b.type), checkedDecimal(type)];
    return strict2(a, b, (x, y, env) => {
      const rest = remainderDecimals(left(x), right(y));
      return rest === undefined ? divisionByZero(env) : check(rest);
    });
  }
  const [left, right] = [doubleOperand(a.type), doubleOperand(b.type)];
  return strict2(a, b, (x, y, env) => {
    const divisor = right(y);
    return divisor === 0 ? divisionByZero(env) : left(x) % divisor;
  });
};

const negate: FunctionCompiler = (args, type) => {
  const a = args[0]!;
  if (type.kind === 'bigint') {
    const check = checkedInteger(type);
    return strict1(a, (x) => check(-toBigint(x)));
  }
  if (type.kind === 'decimal') {
    const [operand, check] = [decimalOperand(a.type), checkedDecimal(type)];
    return strict1(a, (x) => {
      const { unscaled, scale } = operand(x);
      return check({ unscaled: -unscaled, scale });
    });
  }
  const operand = doubleOperand(a.type);
  return strict1(a, (x) => -operand(x));
};

const areBytes = (args: readonly Argument[]): boolean => typeClass(args[0]!.type) === 'binary';

function bitOperation(compute: (a: bigint, b: bigint) => bigint): FunctionCompiler {
  return (args) => {
    if (areBytes(args)) return combineBytes(args, (a, b) => Number(compute(BigInt(a), BigInt(b))));
    return strict2(args[0]!, args[1]!, (x, y) => BigInt.asUintN(64, compute(toBigint(x), toBigint(y))));
  };
}

function shift(left: boolean): FunctionCompiler {
  return (args) => {
    if (areBytes(args)) return shiftBytes(args, left);
    return strict2(args[0]!, args[1]!, (x, y) => {
      const by = toBigint(y);
      if (by > 63n) return 0n;
      return left ? BigInt.asUintN(64, toBigint(x) << by) : BigInt.asUintN(64, toBigint(x)) >> by;
    });
  };
}

const bitNot = (args: readonly Argument[]): Evaluator =>
  areBytes(args) ? invertBytes(args) : strict1(args[0]!, (x) => BigInt.asUintN(64, ~toBigint(x)));

export const arithmeticFunctions: Readonly<Record<string, FunctionCompiler>> = {
  '+': operation({ integer: (a, b) => a + b, decimal: addDecimals, double: (a, b) => a + b }),
  '-': operation({ integer: (a, b) => a - b, decimal: subtractDecimals, double: (a, b) => a - b }),
  '*': operation({ integer: (a, b) => a * b, decimal: multiplyDecimals, double: (a, b) => a * b }),
  '/': divide,
  DIV: integerDivide,
  '%': remainder,
  NEG: negate,
  '&': bitOperation((a, b) => a & b),
  '|': bitOperation((a, b) => a | b),
  '^': bitOperation((a, b) => a ^ b),
  '<<': shift(true),
  '>>': shift(false),
  '~': bitNot,
  BIT_COUNT: (args, type) => {
    const integer = integerIn(type);
    if (areBytes(args)) return strict1(args[0]!, (value) => integer(countBits(value)));
    return strict1(args[0]!, (value) => {
      const bits = BigInt.asUintN(64, toBigint(value)).toString(2);
      return integer(bits.replaceAll('0', '').length);
    });
  },
};
