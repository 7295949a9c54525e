/**
 * Exact decimal arithmetic on canonical decimal text (see src/types/value.ts), by bigint. Scales follow
 * MySQL's rules: addition and subtraction take the larger, multiplication the sum, division the
 * dividend's plus `div_precision_increment`; results are cut to 65 digits and 30 decimals.
 */

export const maxPrecision = 65;
export const maxScale = 30;
/** MySQL's system variable of that name, at its default. */
export const divPrecisionIncrement = 4;

/** `unscaled` / 10^`scale`. */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

const powers: bigint[] = [1n];

/** 10^exponent. */
export function powerOfTen(exponent: number): bigint {
  for (let next = powers.length; next <= exponent; next++) powers.push(powers[next - 1]! * 10n);
  return powers[exponent]!;
}

const form = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?\s*$/;
const prefixForm = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?/;

function decimalOfMatch(match: RegExpExecArray): Decimal | undefined {
  const whole = match[2] ?? '';
  const fraction = match[3] ?? '';
  if (whole === '' && fraction === '') return undefined;
  // Nothing that MySQL keeps has more than 309 digits; a larger exponent must not make a giant power.
  const exponent = Math.min(Number(match[4] ?? 0), 400);
  const digits = BigInt(whole + fraction);
  const unscaled = match[1] === '-' ? -digits : digits;
  const scale = fraction.length - exponent;
  // An exponent far below leaves nothing that MySQL could keep; it also must not make a giant power.
  if (scale > 1000) return { unscaled: 0n, scale: maxScale };
  return scale < 0 ? { unscaled: unscaled * powerOfTen(-scale), scale: 0 } : { unscaled, scale };
}

/** Reads `[+-]digits[.digits][e[+-]digits]`, blanks around it allowed; undefined when it is anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = form.exec(text);
  return match === null ? undefined : decimalOfMatch(match);
}

/** The longest number that `text` begins with, and whether text besides blanks follows it. */
export function parseDecimalPrefix(text: string): { value: Decimal | undefined; complete: boolean } {
  const match = prefixForm.exec(text);
  if (match === null) return { value: undefined, complete: false };
  const value = decimalOfMatch(match);
  return { value, complete: value !== undefined && text.slice(match[0].length).trim() === '' };
}

/** The text of a decimal with exactly `scale` digits after the point. */
export function formatDecimal(value: Decimal): string {
  const negative = value.unscaled < 0n;
  const digits = String(negative ? -value.unscaled : value.unscaled);
  const sign = negative ? '-' : '';
  if (value.scale === 0) return sign + digits;
  const padded = digits.padStart(value.scale + 1, '0');
  return `${sign}${padded.slice(0, -value.scale)}.${padded.slice(-value.scale)}`;
}

/** Quotient rounded to the nearest, halves away from zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient;
  return dividend < 0n !== divisor < 0n ? quotient - 1n : quotient + 1n;
}

/** The value at another scale, halves away from zero. */
export function rescale(value: Decimal, scale: number): Decimal {
  if (scale === value.scale) return value;
  if (scale > value.scale) {
    return { unscaled: value.unscaled * powerOfTen(scale - value.scale), scale };
  }
  return { unscaled: divideRounded(value.unscaled, powerOfTen(value.scale - scale)), scale };
}

/** The value at another scale, further digits cut. */
export function truncateScale(value: Decimal, scale: number): Decimal {
  if (scale >= value.scale) return rescale(value, scale);
  return { unscaled: value.unscaled / powerOfTen(value.scale - scale), scale };
}

/** Whether `value` has at most `precision` digits, counted at its own scale. */
export function fitsPrecision(value: Decimal, precision: number): boolean {
  const limit = powerOfTen(precision);
  return value.unscaled < limit && value.unscaled > -limit;
}

/** Canonical text of a canonical or other decimal text at `scale`; throws RangeError when it is none. */
export function rescaleText(text: string, scale: number): string {
  return formatDecimal(rescale(decimalOfText(text), scale));
}

/** A decimal from text that is known to be one; throws RangeError otherwise. */
export function decimalOfText(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) throw new RangeError(`not a decimal: ${text}`);
  return value;
}

function aligned(left: Decimal, right: Decimal): [left: bigint, right: bigint, scale: number] {
  const scale = Math.max(left.scale, right.scale);
  return [rescale(left, scale).unscaled, rescale(right, scale).unscaled, scale];
}

/** -1, 0 or 1. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  const [leftUnscaled, rightUnscaled] = aligned(left, right);
  return leftUnscaled < rightUnscaled ? -1 : leftUnscaled > rightUnscaled ? 1 : 0;
}

/** compareDecimals of two canonical texts. */
export function compareDecimalTexts(left: string, right: string): number {
  return left === right ? 0 : compareDecimals(decimalOfText(left), decimalOfText(right));
}

const bounded = (value: Decimal): Decimal => (value.scale > maxScale ? rescale(value, maxScale) : value);

export function addDecimals(left: Decimal, right: Decimal): Decimal {
  const [leftUnscaled, rightUnscaled, scale] = aligned(left, right);
  return { unscaled: leftUnscaled + rightUnscaled, scale };
}

export function subtractDecimals(left: Decimal, right: Decimal): Decimal {
  return addDecimals(left, negateDecimal(right));
}

export function negateDecimal(value: Decimal): Decimal {
  return { unscaled: -value.unscaled, scale: value.scale };
}

export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  return bounded({ unscaled: left.unscaled * right.unscaled, scale: left.scale + right.scale });
}

/** `left / right` with the dividend's scale plus `div_precision_increment`; undefined by zero. */
export function divideDecimals(
  left: Decimal,
  right: Decimal,
  increment = divPrecisionIncrement,
): Decimal | undefined {
  if (right.unscaled === 0n) return undefined;
  const scale = Math.min(left.scale + increment, maxScale);
  const shift = scale + right.scale - left.scale;
  const [dividend, divisor] =
    shift >= 0
      ? [left.unscaled * powerOfTen(shift), right.unscaled]
      : [left.unscaled, right.unscaled * powerOfTen(-shift)];
  return { unscaled: divideRounded(dividend, divisor), scale };
}

/** `left DIV right`: the quotient without its fraction; undefined by zero. */
export function integerQuotient(left: Decimal, right: Decimal): bigint | undefined {
  if (right.unscaled === 0n) return undefined;
  const [leftUnscaled, rightUnscaled] = aligned(left, right);
  return leftUnscaled / rightUnscaled;
}

/** `left % right` with the sign of `left`; undefined by zero. */
export function remainderDecimals(left: Decimal, right: Decimal): Decimal | undefined {
  if (right.unscaled === 0n) return undefined;
  const [leftUnscaled, rightUnscaled, scale] = aligned(left, right);
  return { unscaled: leftUnscaled % rightUnscaled, scale };
}

/**
 * A double as a decimal, by its shortest text, which is how MySQL converts (0.1 is 0.1, not its binary
 * neighbour); undefined for an infinity or NaN.
 */
export function decimalOfNumber(value: number): Decimal | undefined {
  return Number.isFinite(value) ? parseDecimal(String(value)) : undefined;
}
