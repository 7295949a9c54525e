/** A double that is a decimal of at most 15 digits, as most are that people typed. */
const digits = new Float64Array(2);

/** What `splitShortDecimal` has found: `unscaled` / 10^`scale`. */
export const shortDecimal = {
  get unscaled(): number {
    return digits[0]!;
  },
  get scale(): number {
    return digits[1]!;
  },
};

const smallInteger = 1e9;
const fifteenDigits = 1e15;

/**
 * Finds the decimal of at most 15 digits that a finite double is; false for another double. No two such
 * decimals are the same double, so this one without its zeros is also the shortest text that reads back, which
 * MySQL prints.
 */
export function splitShortDecimal(value: number): boolean {
  if (Math.floor(value) === value && value < smallInteger && value > -smallInteger) {
    digits[0] = value;
    digits[1] = 0;
    return true;
  }
  if (value < 1e-5 && value > -1e-5) return false;
  for (let scale = 3, power = 1e3; scale <= 12; scale += 3, power *= 1e3) {
    const unscaled = Math.round(value * power);
    if (unscaled >= fifteenDigits || unscaled <= -fifteenDigits) return false;
    if (unscaled / power !== value) continue;
    dropZeros(unscaled, scale);
    return true;
  }
  return false;
}

/** Zeros at the end: digits behind the point only, and of those mostly two at most. */
function dropZeros(unscaled: number, scale: number): void {
  let rest = unscaled;
  let places = scale;
  while (places > 0) {
    const next = Math.round(rest / 10);
    if (next * 10 !== rest) break;
    rest = next;
    places--;
  }
  digits[0] = rest;
  digits[1] = places;
}
