/**
 * The digits that MySQL keeps of a quotient inside an expression beyond those that it shows: its decimals are
 * stored in words of nine digits, a division fills the words that it begins, and only the value that leaves the
 * expression is cut to the declared scale. So 1/3*3 is 1.0000 and SUM(a)/SUM(b)*100 has four true decimals.
 * Here an operand's node gets that scale as its type, so every tier computes with it. A quotient with all the
 * digits that the division makes (`isCutQuotient`) is cut at its scale; one that shows fewer is rounded.
 */
import { decimal, type SqlType } from '../types/sql-type.ts';
import type { BoundExpr } from './bound.ts';
import { divisionScale, maxDecimalPrecision, maxDecimalScale } from './result-type/arithmetic.ts';

const wordDigits = 9;
/** More would leave too few of DuckDB's 38 digits before the point; they decide nothing that is shown. */
const maxHiddenScale = 18;

const scaleOf = (type: SqlType): number => (type.kind === 'decimal' ? type.scale : 0);
const wordsOf = (digits: number): number => Math.ceil(digits / wordDigits) * wordDigits;

/** Digits of a quotient, as MySQL's decimal division (do_div_mod) counts them. */
function quotientScale(dividend: number, divisor: number): number {
  const [a, b] = [wordsOf(dividend), wordsOf(divisor)];
  const increment = Math.max(0, 4 - (a - dividend) - (b - divisor));
  return wordsOf(a + b + increment);
}

function hiddenScale(expr: BoundExpr): number {
  if (expr.kind === 'aggregate' || expr.kind === 'window') {
    const argument = expr.args[0];
    if (argument === undefined) return 0;
    if (expr.name === 'AVG') return quotientScale(scaleOf(argument.type), 0);
    return expr.name === 'SUM' ? scaleOf(argument.type) : 0;
  }
  if (expr.kind !== 'call') return 0;
  const scales = expr.args.map((arg) => scaleOf(arg.type));
  switch (expr.name) {
    case '/':
      return quotientScale(scales[0] ?? 0, scales[1] ?? 0);
    case '+':
    case '-':
    case '%':
      return Math.max(...scales);
    case '*':
      return scales.reduce((sum, scale) => sum + scale, 0);
    default:
      return 0;
  }
}

/**
 * Whether a quotient of this type is cut at its scale: it has the digits of an operand, or those that it shows are
 * all that the division makes (a dividend of scale 5 by an integer).
 */
export function isCutQuotient(type: SqlType, dividend: SqlType, divisor: SqlType): boolean {
  const [scale, from, by] = [scaleOf(type), scaleOf(dividend), scaleOf(divisor)];
  return scale > Math.min(from + divisionScale, maxDecimalScale) || scale >= quotientScale(from, by);
}

/** The expression as an operand of another: with the digits that it would not show by itself. */
export function withHiddenDigits(expr: BoundExpr): BoundExpr {
  if (expr.type.kind !== 'decimal') return expr;
  if (expr.kind === 'call' && expr.name === 'NEG') {
    const args = expr.args.map(withHiddenDigits);
    return { ...expr, args, type: args[0]!.type };
  }
  const { precision, scale } = expr.type;
  const hidden = Math.min(hiddenScale(expr), maxHiddenScale);
  if (hidden <= scale) return expr;
  const type = decimal(Math.min(precision + hidden - scale, maxDecimalPrecision), hidden);
  if (expr.kind === 'call') return { ...expr, type };
  return expr.kind === 'aggregate' || expr.kind === 'window' ? { ...expr, type } : expr;
}
