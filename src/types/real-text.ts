/**
 * MySQL's text of FLOAT and DOUBLE: the shortest digits that read back as the same double (six significant
 * digits for FLOAT), plain while the decimal exponent is within -15 and 14, otherwise `1.5e300` without a
 * plus sign. Checked against MariaDB 10.11.
 */

/** A double with a fixed number of digits after the point, all digits before it. */
function formatFixed(value: number, scale: number): string {
  if (Math.abs(value) < 1e21) {
    const text = value.toFixed(scale);
    return /[1-9]/.test(text) ? text : text.replace('-', '');
  }
  // The digits that the shortest form has not are zeros.
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  return `${whole}${fraction.padEnd(Number(exponent), '0')}${scale > 0 ? `.${'0'.repeat(scale)}` : ''}`;
}

/**
 * The text of a DOUBLE, with `scale` digits after the point when that is given; infinities and NaN, which no
 * column holds, print as JavaScript's.
 */
export function formatDouble(value: number, scale?: number): string {
  if (scale !== undefined && Number.isFinite(value)) return formatFixed(value, scale);
  const magnitude = Math.abs(value);
  if ((magnitude < 1e15 && magnitude >= 1e-6) || magnitude === 0) return String(value === 0 ? 0 : value);
  if (!Number.isFinite(value)) return String(value);
  return layOut(value.toExponential());
}

/** The text of a FLOAT. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  return formatDouble(Number(value.toPrecision(6)));
}

/** From `d.ddde±x` to MySQL's choice of plain or exponent form. */
function layOut(exponential: string): string {
  const split = exponential.indexOf('e');
  const mantissa = exponential.slice(0, split);
  const exponent = Number(exponential.slice(split + 1));
  if (exponent < -15 || exponent > 14) return `${mantissa}e${exponent}`;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
}
