/** Decimal digits as bytes. */

/** Of an integer from 0 to 2^32. */
export function digitCount(value: number): number {
  if (value < 100_000) return value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : value < 10_000 ? 4 : 5;
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
  return value < 100_000_000 ? 8 : value < 1_000_000_000 ? 9 : 10;
}

/** Of an integer from 0 to 2^53. */
export function longDigitCount(value: number): number {
  if (value < 1e9) return digitCount(value);
  let digits = 10;
  for (let bound = 1e10; value >= bound; bound *= 10) digits++;
  return digits;
}

/** The digits of 0 to 99, each pair as the 16 bits that are stored low byte first. */
const pairs = Uint16Array.from(
  { length: 100 },
  (_, value) => 0x30 + Math.floor(value / 10) + ((0x30 + (value % 10)) << 8),
);

/** Two digits of an integer below 100. */
export function putPair(view: DataView, at: number, value: number): void {
  view.setUint16(at, pairs[value]!, true);
}

/** `count` digits, zeros in front, of an integer below 2^31. */
export function putDigits(view: DataView, at: number, value: number, count: number): void {
  let end = at + count;
  let rest = value;
  while (end - at >= 2) {
    const next = (rest / 100) | 0;
    end -= 2;
    view.setUint16(end, pairs[rest - next * 100]!, true);
    rest = next;
  }
  if (end > at) view.setUint8(at, 0x30 + rest);
}

/** `count` digits, zeros in front, of an integer below 2^53. */
export function putLongDigits(view: DataView, at: number, value: number, count: number): void {
  if (value < 1e9) {
    putDigits(view, at, value, count);
    return;
  }
  const upper = Math.floor(value / 1e9);
  putLongDigits(view, at, upper, count - 9);
  putDigits(view, at + count - 9, value - upper * 1e9, 9);
}

/** `divideWords`' quotient and remainder: an array, since numbers in variables would each be an object. */
export const divided = new Float64Array(2);

/**
 * Divides a 64-bit integer of two words by `divisor` ≤ 10^9, rounding down: the quotient goes to `divided[0]`,
 * where it must fit ±2^53, the remainder to `divided[1]`. By halves of the low word, so that all stays exact.
 */
export function divideWords(low: number, high: number, divisor: number): void {
  const top = Math.floor(high / divisor);
  const middle = (high - top * divisor) * 0x1_0000 + (low >>> 16);
  const middleQuotient = Math.floor(middle / divisor);
  const bottom = (middle - middleQuotient * divisor) * 0x1_0000 + (low & 0xffff);
  const bottomQuotient = Math.floor(bottom / divisor);
  divided[0] = top * 0x1_0000_0000 + middleQuotient * 0x1_0000 + bottomQuotient;
  divided[1] = bottom - bottomQuotient * divisor;
}
