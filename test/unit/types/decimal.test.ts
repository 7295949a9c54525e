import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  compareDecimalTexts,
  type Decimal,
  decimalOfNumber,
  decimalOfText,
  divideDecimals,
  fitsPrecision,
  formatDecimal,
  integerQuotient,
  multiplyDecimals,
  parseDecimal,
  parseDecimalPrefix,
  remainderDecimals,
  rescale,
  rescaleText,
  subtractDecimals,
  truncateScale,
} from '../../../src/types/decimal.ts';

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 20 }))
  .map(([unscaled, scale]): Decimal => ({ unscaled, scale }));

const text = (value: Decimal | undefined): string | undefined =>
  value === undefined ? undefined : formatDecimal(value);
const of = decimalOfText;

describe('decimals', () => {
  it('parses what it formats', () => {
    fc.assert(
      fc.property(decimals, (value) => {
        assert.deepEqual(parseDecimal(formatDecimal(value)), value);
      }),
    );
  });

  it('keeps the laws of arithmetic', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        assert.equal(compareDecimals(subtractDecimals(addDecimals(a, b), b), a), 0);
        assert.equal(text(multiplyDecimals(a, b)), text(multiplyDecimals(b, a)));
        assert.equal(compareDecimals(a, b), -compareDecimals(b, a) + 0);
        if (b.unscaled === 0n) return;
        const rest = remainderDecimals(a, b)!;
        const whole = { unscaled: integerQuotient(a, b)!, scale: 0 };
        const product = { unscaled: whole.unscaled * b.unscaled, scale: b.scale };
        assert.equal(compareDecimals(addDecimals(product, rest), a), 0);
      }),
    );
  });

  it('rounds halves away from zero', () => {
    const cases: [string, number, string][] = [
      ['1.25', 1, '1.3'],
      ['-1.25', 1, '-1.3'],
      ['-0.04', 1, '0.0'],
      ['0.5', 0, '1'],
      ['-0.5', 0, '-1'],
      ['2.449', 1, '2.4'],
      ['1e3', 2, '1000.00'],
    ];
    for (const [from, scale, to] of cases) assert.equal(rescaleText(from, scale), to, from);
    assert.equal(text(truncateScale(of('-1.99'), 1)), '-1.9');
  });

  it('divides with four more digits', () => {
    assert.equal(text(divideDecimals(of('1'), of('3'))), '0.3333');
    assert.equal(text(divideDecimals(of('2.00'), of('3'))), '0.666667');
    assert.equal(text(divideDecimals(of('-1'), of('0.0003'))), '-3333.3333');
    assert.equal(divideDecimals(of('1'), of('0.00')), undefined);
    assert.equal(integerQuotient(of('-7.5'), of('2')), -3n);
    assert.equal(text(remainderDecimals(of('-7.5'), of('2'))), '-1.5');
  });

  it('reads the forms of numbers', () => {
    assert.equal(text(parseDecimal(' +.5 ')), '0.5');
    assert.equal(text(parseDecimal('5.')), '5');
    assert.equal(text(parseDecimal('1.5e-3')), '0.0015');
    assert.equal(text(decimalOfNumber(1e-7)), '0.0000001');
    assert.equal(text(decimalOfNumber(0.1)), '0.1');
    assert.equal(decimalOfNumber(Number.POSITIVE_INFINITY), undefined);
    for (const bad of ['', '.', '-', 'e5', '1e', '0x1', '1 2', 'NaN']) {
      assert.equal(parseDecimal(bad), undefined, bad);
    }
    assert.deepEqual(parseDecimalPrefix('12.5abc'), { value: of('12.5'), complete: false });
    assert.deepEqual(parseDecimalPrefix('1e'), { value: of('1'), complete: false });
    assert.equal(parseDecimalPrefix('abc').value, undefined);
  });

  it('is not held up by giant exponents', () => {
    assert.equal(fitsPrecision(parseDecimal('1e999999999')!, 65), false);
    assert.equal(text(rescale(parseDecimal('1e-999999999')!, 2)), '0.00');
  });

  it('compares across scales', () => {
    assert.equal(compareDecimalTexts('1.10', '1.1'), 0);
    assert.equal(compareDecimalTexts('-2', '-1.999'), -1);
    assert.ok(fitsPrecision(of('999.99'), 5) && !fitsPrecision(of('1000.00'), 5));
  });
});
