/** Result types of `+ - * / DIV %` and of unary minus (MySQL 8.0 manual, "Arithmetic Operators"). */
import { bigint, decimal, double, type SqlType, typeClass } from '../../types/sql-type.ts';
import { decimalShape } from './text.ts';

export const maxDecimalPrecision = 65;
export const maxDecimalScale = 30;
/** div_precision_increment: digits that a division adds to the dividend's scale. */
export const divisionScale = 4;

export type ArithmeticOperator = '+' | '-' | '*' | '/' | 'DIV' | '%';

const bounded = (precision: number, scale: number, unsigned: boolean): SqlType => {
  const boundedScale = Math.min(scale, maxDecimalScale);
  const digits = Math.max(1, boundedScale, Math.min(precision, maxDecimalPrecision));
  return decimal(digits, boundedScale, unsigned);
};

/** The class an operand counts as: NULL and BIT and YEAR as integers, text as a double. */
export function numericClass(type: SqlType): 'integer' | 'decimal' | 'real' {
  const name = typeClass(type);
  if (name === 'integer' || name === 'bit' || name === 'null') return 'integer';
  if (name === 'decimal') return 'decimal';
  if (name === 'temporal') return 'fsp' in type && type.fsp > 0 ? 'decimal' : 'integer';
  return 'real';
}

export const isUnsigned = (type: SqlType): boolean =>
  type.kind === 'bit' || type.kind === 'year' || ('unsigned' in type && type.unsigned === true);

/** Digits that a number shows after its point; undefined for as many as it has. */
function shownScale(type: SqlType): number | undefined {
  if (type.kind === 'double' || type.kind === 'float') return type.scale;
  const name = typeClass(type);
  if (name === 'string' || name === 'binary' || name === 'json' || name === 'null') return undefined;
  return decimalShape(type).scale;
}

/** The sum of doubles that show a fixed number of digits does so too. */
function realType(operator: ArithmeticOperator, a: SqlType, b: SqlType): SqlType {
  const [x, y] = [shownScale(a), shownScale(b)];
  if (x === undefined || y === undefined) return double;
  const scale = Math.max(x, y) + (operator === '/' ? divisionScale : 0);
  return scale >= 31 ? double : { kind: 'double', scale };
}

/** The type of `a operator b`; the operands are cast to the result's class (but see operandType). */
export function arithmeticType(operator: ArithmeticOperator, a: SqlType, b: SqlType): SqlType {
  const [classA, classB] = [numericClass(a), numericClass(b)];
  const unsigned = operator === '%' ? isUnsigned(a) : isUnsigned(a) || isUnsigned(b);
  if (operator === 'DIV') return bigint(unsigned);
  if (classA === 'real' || classB === 'real') return realType(operator, a, b);
  const integers = classA === 'integer' && classB === 'integer';
  const [x, y] = [decimalShape(a), decimalShape(b)];
  const both = isUnsigned(a) && isUnsigned(b);
  if (operator === '/') return bounded(x.precision + y.scale + divisionScale, x.scale + divisionScale, both);
  if (integers) return bigint(unsigned);
  const scale = Math.max(x.scale, y.scale);
  switch (operator) {
    case '+':
    case '-':
      return bounded(Math.max(x.precision - x.scale, y.precision - y.scale) + 1 + scale, scale, both);
    case '*':
      return bounded(x.precision + y.precision, x.scale + y.scale, both);
    case '%':
      return bounded(Math.max(x.precision - x.scale, y.precision - y.scale) + scale, scale, unsigned);
  }
}

/** The type that an operand is converted to before an operation whose result class is `result`. */
export function operandType(operand: SqlType, result: 'integer' | 'decimal' | 'real'): SqlType {
  if (result === 'real') return double;
  const name = numericClass(operand);
  if (result === 'integer') {
    if (name === 'integer' && typeClass(operand) === 'integer' && operand.kind !== 'year') return operand;
    return bigint(isUnsigned(operand));
  }
  if (operand.kind === 'decimal') return operand;
  const { precision, scale } = decimalShape(operand);
  return decimal(precision, scale);
}

/** The type of `-a`. */
export function negationType(a: SqlType): SqlType {
  switch (numericClass(a)) {
    case 'integer':
      return bigint();
    case 'decimal':
      return a.kind === 'decimal' ? decimal(a.precision, a.scale) : operandType(a, 'decimal');
    case 'real':
      return double;
  }
}
